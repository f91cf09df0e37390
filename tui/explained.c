/* What can be said of one fact, as labelled lines: its meaning, where it comes from word by word, and how fresh it is. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/explained.h"

#include <stdio.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/guests.h"
#include "probes/report.h"
#include "probes/shell.h"
#include "widgets/format.h"

enum { RAW_BYTES = 600, ASKED_MOST = 6 };

void explained_add(struct dialog_line *lines, size_t *n, const char *label, const char *text, enum role role)
{
	if (text && *n < EXPLAIN_LINES)
		lines[(*n)++] = (struct dialog_line){.label = label, .text = text, .role = role};
}

static const char *age_line(struct arena *a, const struct snapshot *s, const struct found *at)
{
	char age[FORMAT_SIZE];
	uint64_t ns;

	if (!at->value || !at->block || !s)
		return NULL;
	ns = s->t_ns - at->block->t_ns + (uint64_t)at->value->age_ds * 100000000;
	return ns ? arena_printf(a, "%s old", format_age((double)ns / 1e9, age)) : "read in this tick";
}

/* As it came, byte for byte; what cannot be shown as \n, \t or \xNN. */
static const char *quoted(struct arena *a, const char *raw)
{
	size_t len = strnlen(raw, RAW_BYTES), n = 0, size = len * 4 + 8;
	char *text = arena_alloc(a, size);

	text[n++] = '"';
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)raw[i];

		if (c == '\n' || c == '\t')
			n += (size_t)snprintf(text + n, size - n, c == '\n' ? "\\n" : "\\t");
		else if (c < 0x20 || c == 0x7f)
			n += (size_t)snprintf(text + n, size - n, "\\x%02x", c);
		else
			text[n++] = (char)c;
	}
	snprintf(text + n, size - n, raw[len] ? "\" …" : "\"");
	return text;
}

const char *explained_raw(struct arena *a, const struct explained *e)
{
	if (e->err)
		return arena_printf(
			a, "%s%s%s", errno_word(e->err), e->why && *e->why ? ": " : "", e->why ? e->why : "");
	if (!e->raw)
		return e->why;
	return quoted(a, e->raw);
}

/* What a person would type to see the same: a path of our own says nothing to anybody. */
static const char *person_words(struct arena *a, const struct snapshot *s, const char *path)
{
	const struct guests *g = snapshot_facts(s, &probe_guests);
	const char *uri = g ? value_text_or(g->uri, "") : "", *what = path ? path + strlen("@virt/") : NULL, *virsh;

	if (!path || strncmp(path, "@virt/", strlen("@virt/")) != 0)
		return path;
	virsh = *uri && strcmp(uri, "qemu:///system") != 0 ? arena_printf(a, "virsh -c %s", shell_quote(a, uri)) : "virsh";
	if (strcmp(what, "guests") == 0)
		return arena_printf(a, "%s list --all", virsh);
	if (strstr(path, "/stats/"))
		return arena_printf(a, "%s domstats", virsh);
	if (strstr(what, "/live/xml"))
		return arena_printf(a, "%s dumpxml %.36s", virsh, what);
	if (strstr(what, "/config/xml"))
		return arena_printf(a, "%s dumpxml --inactive %.36s", virsh, what);
	return strcmp(what, "connection") == 0 ? arena_printf(a, "%s version", virsh) : path;
}

void explained_facts(struct arena *a, const struct snapshot *s, const char *address, const struct found *at,
	struct dialog_line *lines, size_t *n)
{
	const struct explained *e = s ? s->explained : NULL;
	const char *const *source = at->field->source;

	explained_add(lines, n, "Meaning", at->field->meaning, ROLE_box);
	if (e && strcmp(e->address, address) == 0) {
		explained_add(lines, n, "Source", person_words(a, s, e->path), ROLE_box);
		explained_add(lines, n, "Raw", explained_raw(a, e), e->err ? ROLE_warn : ROLE_dim);
	} else {
		explained_add(lines, n, "Source", "reading", ROLE_dim);
	}
	explained_add(lines, n, "Age", age_line(a, s, at), ROLE_box);
	for (size_t i = 0; source[0] && source[1] && source[i] && i < ASKED_MOST; i++)
		explained_add(lines, n, i ? "" : "Asked", person_words(a, s, source[i]),
			at->value && at->value->src == i ? ROLE_box : ROLE_dim);
}
