/* Stands in for the reader of domain XML until that is here: finds a pin by its plain spelling, as libvirt writes it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/guest_xml.h"

int pin_name_parse(const char *text, struct pin_name *ret)
{
	unsigned n;
	char end;

	*ret = (struct pin_name){.kind = PIN_EMULATOR};
	if (!strcmp(text, "emulator"))
		return 0;
	if (sscanf(text, "vcpu/%u%c", &n, &end) == 1)
		ret->kind = PIN_VCPU;
	else if (sscanf(text, "iothread/%u%c", &n, &end) == 1)
		ret->kind = PIN_IOTHREAD;
	else
		return -EINVAL;
	ret->number = n;
	return 0;
}

static const char *element(const char *xml, struct pin_name pin)
{
	char start[64];

	if (pin.kind == PIN_EMULATOR)
		snprintf(start, sizeof(start), "<emulatorpin ");
	else
		snprintf(start, sizeof(start), pin.kind == PIN_VCPU ? "<vcpupin vcpu='%u' " : "<iothreadpin iothread='%u' ",
			pin.number);
	return strstr(xml, start);
}

int guest_xml_pin(struct arena *a, const char *xml, size_t len, struct pin_name pin, const char **ret, char why[200])
{
	const char *at = element(xml, pin), *set = at ? strstr(at, "cpuset='") : NULL;

	(void)len;
	(void)why;
	*ret = set ? arena_text(a, set + 8, strcspn(set + 8, "'")) : "-";
	return 0;
}

int guest_xml_without_pin(
	struct arena *a, const char *xml, size_t len, struct pin_name pin, const char **ret, char why[200])
{
	const char *at = element(xml, pin), *end;

	(void)why;
	if (!at)
		return -ENOENT;
	end = strchr(at, '\n') + 1;
	while (at[-1] == ' ')
		at--;
	if (!strncmp(end, "  </cputune>\n", 13) && !strncmp(at - 12, "  <cputune>\n", 12)) {
		end += 13;
		at -= 12;
	}
	char *text = arena_alloc(a, len + 1);
	memcpy(text, xml, (size_t)(at - xml));
	strcpy(text + (at - xml), end);
	*ret = text;
	return 0;
}
