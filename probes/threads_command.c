/* Reads the command line of a process: whether it is QEMU, and which guest it was started as. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "probes/threads_impl.h"

enum { NAME_MOST = 1024 };

static bool is_qemu(const char *program)
{
	const char *slash = strrchr(program, '/');
	const char *base = slash ? slash + 1 : program;

	return strncmp(base, "qemu-system-", 12) == 0 || strcmp(base, "qemu-kvm") == 0 || strcmp(base, "kvm") == 0;
}

/* "-name" and "--name" are one option. */
static bool is_option(const char *arg, const char *name)
{
	if (*arg++ != '-')
		return false;
	return strcmp(arg + (*arg == '-'), name) == 0;
}

static bool is_uuid(const char *text)
{
	size_t n = 0;

	for (; text[n]; n++) {
		bool dash = n == 8 || n == 13 || n == 18 || n == 23;

		if (n >= GUEST_UUID || (dash ? text[n] != '-' : !isxdigit((unsigned char)text[n])))
			return false;
	}
	return n == GUEST_UUID;
}

/* One part of "guest=web3,debug-threads=on" up to its comma; a comma of the part itself is doubled. */
static const char *next_part(const char *p, char *buf, size_t size)
{
	size_t n = 0;

	for (; *p; p++) {
		if (*p == ',' && *++p != ',')
			break;
		if (n + 1 < size)
			buf[n++] = *p;
	}
	buf[n] = '\0';
	return p;
}

/* The part without a key is the name, when it is the first. */
static char *guest_name(const char *value)
{
	char part[NAME_MOST + sizeof("guest=")];
	const char *p = value;

	while (*p) {
		bool first = p == value;

		p = next_part(p, part, sizeof(part));
		if (strncmp(part, "guest=", 6) == 0)
			return part[6] ? xstrdup(part + 6) : NULL;
		if (first && *part && !strchr(part, '='))
			return xstrdup(part);
	}
	return NULL;
}

static void take_option(struct command *c, bool *no_machine, const char *arg, const char *value)
{
	static const char *const usual[] = {"machine", "M", "accel", "enable-kvm"};

	for (size_t i = 0; i < COUNT(usual); i++)
		c->likely = c->likely || is_option(arg, usual[i]);
	if (is_option(arg, "uuid") && is_uuid(value)) {
		for (size_t i = 0; i <= GUEST_UUID; i++)
			c->uuid[i] = (char)tolower((unsigned char)value[i]);
	} else if (is_option(arg, "name") && !c->name) {
		c->name = guest_name(value);
	} else if (is_option(arg, "machine") || is_option(arg, "M")) {
		*no_machine = strcmp(value, "none") == 0 || strncmp(value, "none,", 5) == 0;
	}
}

void command_parse(const char *text, size_t len, struct command *ret)
{
	const char *end = text + len, *arg = text;
	bool no_machine = false;

	*ret = (struct command){.qemu = len && is_qemu(text)};
	while (arg < end) {
		const char *next = arg + strlen(arg) + 1; /* the text ends with a NUL */

		take_option(ret, &no_machine, arg, next < end ? next : "");
		arg = next;
	}
	/* libvirt starts QEMU without a machine to ask what it can do: that is no guest. */
	if (no_machine)
		ret->qemu = ret->likely = false;
}
