/* Texts of a capture that change byte by byte: each becomes a copy of its own, line by line. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "probes/host/capture_impl.h"
#include "probes/util.h"

struct patched_line {
	char *p;
	uint32_t len;
	bool own; /* by itself, not within the text */
};

struct patched {
	uint64_t bytes; /* that it holds */
	char *text;
	uint32_t n;
	bool ends; /* the last line has no newline */
	struct patched_line line[];
};

void capture_patch_free(struct capture *c, struct said *s)
{
	for (uint32_t i = 0; s->patched && i < s->patched->n; i++)
		if (s->patched->line[i].own)
			free(s->patched->line[i].p);
	if (s->patched) {
		c->held -= s->patched->bytes;
		free(s->patched->text);
	}
	free(s->patched);
	s->patched = NULL;
}

static const char too_much[] = "more text is changed byte by byte than anybody has";

static bool may_hold(struct capture *c, struct patched *p, size_t more)
{
	p->bytes += more;
	c->held += more;
	return c->held <= c->most.held;
}

static void let_go(struct capture *c, struct patched *p, size_t less)
{
	p->bytes -= less;
	c->held -= less;
}

static const char *copy(struct capture *c, struct said *s)
{
	/* each of its lines has a place by now */
	struct patched *p = xcalloc(1, sizeof(*p) + s->lines * sizeof(p->line[0]));
	struct bytes text = {.len = 0};
	struct slice line = {"", 0};
	size_t at = 0;

	p->n = s->lines;
	for (uint32_t i = 0; i < p->n && text.len <= c->most.text; i++) {
		line = capture_line(c, s->line[i].at);
		text_fill(&text, line, s->line[i].number);
		p->line[i].len = (uint32_t)(text.len - at);
		at = text.len;
	}
	p->ends = text_ends(line);
	p->text = text.p;
	s->patched = p;
	if (text.len > c->most.text || !may_hold(c, p, text.len + p->n * sizeof(p->line[0])))
		return too_much;
	at = 0;
	for (uint32_t i = 0; i < p->n; at += p->line[i++].len)
		p->line[i].p = p->text + at;
	c->held -= s->lines * sizeof(*s->line);
	free(s->line);
	s->line = NULL;
	return NULL;
}

static const char *overwrite(struct patched_line *line, uint32_t from, const struct bytes *with)
{
	if (from > line->len || with->len > line->len - from)
		return "bytes are changed that the line does not have";
	if (with->len)
		memcpy(line->p + from, with->p, with->len);
	return NULL;
}

static void replace(struct capture *c, struct patched *p, struct patched_line *line, struct bytes *with)
{
	if (line->own) {
		let_go(c, p, line->len);
		free(line->p);
	}
	*line = (struct patched_line){.p = with->p, .len = (uint32_t)with->len, .own = true};
	with->p = NULL;
}

const char *capture_patch(struct capture *c, struct said *s, const struct change *change, uint32_t number)
{
	const char *wrong = s->patched ? NULL : copy(c, s);
	struct bytes with = {.len = 0};

	if (wrong)
		return wrong;
	struct patched_line *line = &s->patched->line[change->line - 1];
	text_fill(&with, change->text, number);
	if (change->part) {
		wrong = overwrite(line, change->from, &with);
	} else if (!may_hold(c, s->patched, with.len)) {
		wrong = too_much;
	} else {
		replace(c, s->patched, line, &with);
		if (change->line == s->patched->n)
			s->patched->ends = text_ends(change->text);
	}
	bytes_free(&with);
	return wrong;
}

void capture_patch_say(const struct said *s, struct bytes *to)
{
	const struct patched *p = s->patched;

	for (uint32_t i = 0; i < p->n; i++) {
		if (p->line[i].len)
			bytes_put(to, p->line[i].p, p->line[i].len);
		bytes_put(to, "\n", i + 1 < p->n || !p->ends);
	}
}
