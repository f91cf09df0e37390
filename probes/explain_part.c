/* Finds in a long answer of libvirt what one fact was read from: nobody looks for a line in the XML of a guest. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/explain_part.h"

#include <stdlib.h>
#include <string.h>

#include "probes/report.h"
#include "probes/util.h"

struct part {
	const char *from, *to; /* to: behind it */
};

static struct part line_at(const char *text, const char *at)
{
	struct part p = {at, at + strcspn(at, "\n")};

	while (p.from > text && p.from[-1] != '\n')
		p.from--;
	p.from += strspn(p.from, " \t");
	return p;
}

/* The line that begins with these words. */
static const char *line_of(const char *text, const char *words)
{
	for (const char *at = text; (at = strstr(at, words)); at++)
		if (at == text || at[-1] == '\n')
			return at;
	return NULL;
}

/* An element from its first line to its end; NULL: there are not so many. */
static const char *element(const char *text, const char *open, unsigned nth)
{
	const char *at = strstr(text, open);

	for (; at && nth; nth--)
		at = strstr(at + 1, open);
	return at;
}

static struct part to_end(const char *from, const char *close)
{
	const char *end = strstr(from, close);

	return (struct part){from, end ? end + strlen(close) : from + strlen(from)};
}

/* A disk is named by its target, which comes late in it. */
static bool disk(const char *text, const char *target, struct part *ret)
{
	for (const char *at = element(text, "<disk ", 0); at; at = element(at + 1, "<disk ", 0)) {
		*ret = to_end(at, "</disk>");
		at = strstr(ret->from, target);
		if (at && at < ret->to)
			return true;
		at = ret->from;
	}
	return false;
}

/* Where the name of a field is not that of its element. */
static const char *element_of(const char *field)
{
	static const char *const names[][2] = {{"vcpus", "<vcpu "}, {"vcpus_max", "<vcpu "}, {"vcpu_cpuset", "<vcpu "},
		{"memory_kib", "<memory "}, {"emulator_cpus", "<emulatorpin "}, {"iothreads", "<iothreads>"},
		{"cpu_mode", "<cpu "}, {"machine", "<type "}, {"type", "<domain "}, {"memballoon", "<memballoon "},
		{"hugepages", "<hugepages"}, {"quota_us", "<quota>"}, {"period_us", "<period>"}, {"shares", "<shares>"},
		{"sockets", "<topology "}, {"dies", "<topology "}, {"cores", "<topology "}, {"threads", "<topology "}};

	for (size_t i = 0; i < COUNT(names); i++)
		if (strcmp(names[i][0], field) == 0)
			return names[i][1];
	return NULL;
}

/* The line of its element, else the one with its text. */
static bool line_with(struct arena *a, const struct found *at, const char *text, struct part *ret)
{
	const char *name = element_of(at->field->name), *line = name ? strstr(text, name) : NULL, *words;

	if (!name && value_known(*at->value) && at->field->type == TYPE_TEXT) {
		words = at->value->text;
		line = strstr(text, arena_printf(a, ">%s<", words));
		line = line ? line : strstr(text, arena_printf(a, "'%s'", words));
	}
	if (line)
		*ret = line_at(text, line);
	return line != NULL;
}

static bool in_xml(struct arena *a, const struct found *at, const char *text, struct part *ret)
{
	const char *set = at->depth > 1 ? at->set[at->depth - 1]->name : "", *key, *from;

	if (strcmp(set, "disk") == 0) {
		key = address_source(a, at, "dev='{target}'");
		return key && disk(text, key, ret);
	}
	if (strcmp(set, "interface") == 0) {
		key = address_source(a, at, "{name}");
		from = key && strncmp(key, "net", 3) == 0
			       ? element(text, "<interface ", (unsigned)strtoul(key + 3, NULL, 10))
			       : NULL;
		if (from)
			*ret = to_end(from, "</interface>");
		return from != NULL;
	}
	return line_with(a, at, text, ret);
}

bool explain_part(struct arena *a, const struct found *at, const char *path, const char *text, size_t len,
	const char **ret_from, size_t *ret_len)
{
	struct part p = {text, text + len};
	const char *uuid, *end = path + strlen(path), *line;
	bool any = true;

	if (strncmp(path, "@virt/", 6) != 0 || !at->depth || !at->value)
		goto out;
	uuid = address_source(a, at, "{uuid}");
	uuid = uuid ? uuid : address_source(a, at, "{key}");
	if (uuid && strcmp(path, "@virt/guests") == 0) {
		line = line_of(text, uuid);
		any = line != NULL;
		p = any ? line_at(text, line) : p;
	} else if (uuid && strstr(path, "/stats/")) {
		line = line_of(text, arena_printf(a, "guest %s", uuid));
		any = line != NULL;
		p.from = any ? line : text;
		line = strstr(p.from, "\nguest ");
		p.to = line ? line : p.to;
	} else if (end - path > 4 && strcmp(end - 4, "/xml") == 0) {
		any = in_xml(a, at, text, &p);
	}
out:
	*ret_from = p.from;
	*ret_len = (size_t)(p.to - p.from);
	return any;
}
