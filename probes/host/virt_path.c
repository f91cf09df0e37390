/* Reads paths of libvirt's answers, and writes names of strangers so that a line stays a line. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "probes/host/virt_impl.h"
#include "probes/util.h"

/* A daemon that does not know it leaves it out; the name came with libvirt 8.9. */
enum { STATS_VM = 1 << 10 };

static const struct {
	const char *name;
	unsigned group;
} stats_groups[] = {
	{"state", VIR_DOMAIN_STATS_STATE},
	{"cpu-total", VIR_DOMAIN_STATS_CPU_TOTAL},
	{"balloon", VIR_DOMAIN_STATS_BALLOON},
	{"vcpu", VIR_DOMAIN_STATS_VCPU},
	{"interface", VIR_DOMAIN_STATS_INTERFACE},
	{"block", VIR_DOMAIN_STATS_BLOCK},
	{"perf", VIR_DOMAIN_STATS_PERF},
	{"iothread", VIR_DOMAIN_STATS_IOTHREAD},
	{"memory", VIR_DOMAIN_STATS_MEMORY},
	{"vm", STATS_VM},
};

static unsigned one_group(const char *name, size_t len)
{
	for (size_t i = 0; i < COUNT(stats_groups); i++)
		if (strlen(stats_groups[i].name) == len && !memcmp(stats_groups[i].name, name, len))
			return stats_groups[i].group;
	return 0;
}

/* "state,interface"; 0 is all of them to libvirt, so it is no answer here. */
static int parse_groups(const char *text, unsigned *ret)
{
	for (*ret = 0;; text++) {
		size_t len = strcspn(text, ",");
		unsigned group = one_group(text, len);
		if (!group)
			return -EOPNOTSUPP;
		*ret |= group;
		text += len;
		if (!*text)
			return 0;
	}
}

/* As libvirt writes it: 8-4-4-4-12 digits, small letters. What follows it, or NULL. */
static const char *after_uuid(const char *text, char ret[VIRT_UUID])
{
	for (size_t i = 0; i < VIRT_UUID - 1; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (!text[i] || !strchr(dash ? "-" : "0123456789abcdef", text[i]))
			return NULL;
		ret[i] = text[i];
	}
	ret[VIRT_UUID - 1] = '\0';
	return text + VIRT_UUID - 1;
}

static bool take(const char **text, const char *start)
{
	size_t len = strlen(start);

	if (strncmp(*text, start, len) != 0)
		return false;
	*text += len;
	return true;
}

int virt_path_parse(const char *name, struct virt_path *ret)
{
	struct virt_path p = {.kind = VIRT_GUESTS};

	*ret = p;
	if (!take(&name, "@virt/"))
		return -EOPNOTSUPP;
	if (!strcmp(name, "guests"))
		return 0;
	ret->kind = VIRT_STATS;
	if (take(&name, "stats/"))
		return parse_groups(name, &ret->groups);
	name = after_uuid(name, ret->uuid);
	if (!name || !take(&name, "/"))
		return -EOPNOTSUPP;
	if (take(&name, "stats/"))
		return parse_groups(name, &ret->groups);
	ret->live = take(&name, "live/");
	if (!ret->live && !take(&name, "config/"))
		return -EOPNOTSUPP;
	ret->kind = !strcmp(name, "xml") ? VIRT_XML : VIRT_PIN;
	return ret->kind == VIRT_XML || !pin_name_parse(name, &ret->pin) ? 0 : -EOPNOTSUPP;
}

/* Bytes of the character at s that may stand as it is, or 0. */
static size_t plain(const char *s)
{
	unsigned char c = (unsigned char)*s;
	/* Control characters of eight bits are two bytes of UTF-8. */
	bool control = c < 0x20 || c == 0x7f || (c == 0xc2 && (unsigned char)s[1] < 0xa0);

	return control || c == '\\' ? 0 : utf8_length(s);
}

void virt_escape(struct text *t, const char *s)
{
	while (*s) {
		size_t run = 0, n;

		while (s[run] && (n = plain(s + run)))
			run += n;
		text_add(t, "%.*s", (int)run, s);
		s += run;
		if (*s == '\\')
			text_add(t, "\\\\");
		else if (*s)
			text_add(t, "\\x%02x", (unsigned char)*s);
		s += *s != '\0';
	}
}
