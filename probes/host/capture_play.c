/* Plays a capture: the records of a tick become what its paths answer. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "probes/host/capture_impl.h"
#include "probes/util.h"

static void forget(struct capture *c, struct said *s)
{
	capture_patch_free(c, s);
	if (s->line)
		c->held -= s->lines * sizeof(*s->line);
	free(s->line);
	s->line = NULL;
}

void capture_forget(struct capture *c)
{
	for (uint32_t i = 0; i < c->nsaid; i++) {
		struct said *s = &c->said[i];

		forget(c, s);
		s->body = (struct piece){0, 0};
		s->lines = NO_LINES;
	}
	if (c->there)
		memset(c->there, 0, (c->nsaid + 1) * sizeof(*c->there));
	c->tick = 0;
}

/* From now on each line of the text is a place of its own. */
static const char *lay_out(struct capture *c, struct said *s)
{
	struct slice line;
	uint32_t number;
	struct lines l;

	s->lines = 0;
	for (l = lines_begin(c, s->body); lines_next(&l, &line, &number);)
		s->lines++;
	if (c->held + s->lines * sizeof(*s->line) > c->most.held)
		return "more lines are changed one by one than anybody has";
	c->held += s->lines * sizeof(*s->line);
	s->line = xcalloc(s->lines ? s->lines : 1, sizeof(*s->line));
	s->lines = 0;
	for (l = lines_begin(c, s->body); lines_next(&l, &line, &number);)
		s->line[s->lines++] = (struct piece){(uint32_t)(line.p - c->text), number};
	return NULL;
}

/* at: behind the record's own line. */
static const char *change(struct capture *c, struct said *s, uint32_t at, uint32_t number)
{
	const char *wrong = NULL;
	struct slice line;
	struct change ch;

	for (; !wrong && c->text[at] == '\t'; at = (uint32_t)(line.p - c->text + (ptrdiff_t)line.len + 1)) {
		line = capture_line(c, at + 1);
		if (!s->line && !s->patched)
			wrong = lay_out(c, s);
		if (wrong)
			break;
		if (!capture_change(line, &ch) || ch.line > s->lines)
			BUG("a change of line %u of %u was not seen", ch.line, s->lines);
		if (ch.part || s->patched)
			wrong = capture_patch(c, s, &ch, number);
		else
			s->line[ch.line - 1] = (struct piece){(uint32_t)(ch.text.p - c->text), number};
	}
	return wrong;
}

const char *capture_take(struct capture *c, struct said *s, const struct record *rec, struct slice line, uint32_t number)
{
	bool was = capture_is_there(s);

	s->us = rec->us;
	if (rec->changes)
		return change(c, s, (uint32_t)(line.p - c->text + (ptrdiff_t)line.len + 1), number);
	forget(c, s);
	s->body = (struct piece){rec->at, number};
	s->error = (int16_t)(rec->refused ? capture_errno(rec->body) : 0);
	if (capture_is_there(s) != was)
		capture_count_there(c, s, !was);
	return NULL;
}

static void play_record(struct capture *c, struct slice line)
{
	struct record rec;
	struct slice path;
	struct paths p;
	uint32_t number;

	if (capture_record(c, line, &rec))
		BUG("a record that was not checked");
	for (paths_begin(c, &rec, &p); paths_next(&p, &path, &number);) {
		struct said *s = capture_find(c, rec.verb, path.p, path.len);
		const char *wrong = s ? capture_take(c, s, &rec, line, number) : "a path that was not found before";

		if (wrong)
			BUG("%s", wrong);
	}
}

void capture_play(struct capture *c, uint32_t tick)
{
	const struct capture_tick *t = &c->ticks[tick - 1];
	struct slice line;

	for (uint32_t at = t->at; at < t->end; at = (uint32_t)(line.p - c->text + (ptrdiff_t)line.len + 1)) {
		line = capture_line(c, at);
		if (line.len && capture_is_record(line.p[0]))
			play_record(c, line);
	}
	c->tick = tick;
}
