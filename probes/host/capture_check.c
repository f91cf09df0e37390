/* Checks the records of a capture: all that they say, and against what was said before. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "probes/host/answer.h"
#include "probes/host/capture_read.h"

/* A record and what the lines behind it come to. */
struct seen {
	struct record rec;
	unsigned may; /* TEXT_SUM when its path has a set */
	uint64_t lines, bytes;
	uint32_t last; /* of ~: the last line that changes */
	bool ends; /* with \c */
	struct slice line; /* of the record itself */
};

static int bad(struct reading *r, const char *wrong)
{
	return wrong ? reading_bad(r, -EBADMSG, wrong) : 0;
}

/* s with its escapes filled in; what a set makes of it is alike in all that matters. */
static struct slice filled(struct reading *r, struct slice s)
{
	struct bytes *b = &r->c->scratch;

	b->len = 0;
	bytes_put(b, "", 0);
	text_fill(b, s, 0);
	return (struct slice){b->p, b->len};
}

static const char *check_path(struct reading *r, const struct record *rec, bool *ret_set)
{
	struct text_size size;
	struct slice is;
	const char *wrong;

	*ret_set = false;
	if (rec->plain && !r->c->without_missing && rec->path.len < PATH_MAX)
		return NULL;
	wrong = text_check(rec->path, TEXT_SET, &size);
	if (wrong)
		return wrong;
	*ret_set = size.set;
	is = filled(r, rec->path);
	if (memchr(is.p, '\0', is.len))
		return "no path has a NUL in it";
	if (is.len >= PATH_MAX)
		return "a path is shorter than 4096 bytes";
	if (!r->c->without_missing || is.p[0] != '/' || is.len == 1)
		return NULL;
	if (strstr(is.p, "//") || strstr(is.p, "/./") || strstr(is.p, "/../") || is.p[is.len - 1] == '/')
		return "a path that has to be found has no //, /./, /../, nor a / at its end";
	return NULL;
}

static int check_line(struct reading *r, struct seen *s, struct slice line, unsigned may)
{
	struct text_size size;
	const char *wrong = text_check(line, may | s->may, &size);

	if (wrong)
		return bad(r, wrong);
	if (s->ends)
		return bad(r, "\\c stood in the line above, and that is the end of a text");
	s->ends = size.ends;
	s->lines += size.times;
	s->bytes += size.most;
	if (s->bytes > r->c->most.text)
		return reading_bad(r, -EFBIG, "a text of more than 64 MiB");
	return 0;
}

static int check_text(struct reading *r, struct seen *s)
{
	int err = 0;

	if (s->rec.body.p[-1] == ' ')
		return check_line(r, s, s->rec.body, TEXT_TAB | TEXT_END | TEXT_SET);
	while (!err && reading_next_behind_tab(r))
		err = check_line(r, s, r->line, TEXT_TAB | TEXT_END | TEXT_SET);
	return err;
}

static int check_changes(struct reading *r, struct seen *s)
{
	struct change ch, last = {.line = 0};
	int err = 0;

	while (!err && reading_next_behind_tab(r)) {
		if (!capture_change(r->line, &ch))
			return bad(r, "a changed line is a tab, its number, a blank and the line, or 3+17 and the bytes there");
		if (ch.line < last.line || (ch.line == last.line && (!last.part || !ch.part || ch.from <= last.from)))
			return bad(r, "the numbers of changed lines begin with 1 and ascend");
		last = ch;
		s->last = ch.line;
		err = check_line(r, s, ch.text, ch.part ? TEXT_TAB : TEXT_TAB | TEXT_END);
	}
	return err;
}

static int check_names(struct reading *r, struct seen *s)
{
	int err = 0;

	while (!err && reading_next_behind_tab(r)) {
		err = check_line(r, s, r->line, TEXT_SET);
		if (err)
			break;
		struct slice name = filled(r, r->line);
		if (!name.len || name.len > NAME_MAX || memchr(name.p, '/', name.len) || memchr(name.p, '\0', name.len))
			return bad(r, "a name in a folder has 1 to 255 bytes, and no / or NUL");
		if (slice_is(name, ".") || slice_is(name, ".."))
			return bad(r, "a list leaves out . and ..");
	}
	return err;
}

static int check_target(struct reading *r, struct seen *s)
{
	int err = check_line(r, s, s->rec.body, 0);
	struct slice is;

	if (err)
		return err;
	is = filled(r, s->rec.body);
	return bad(r, memchr(is.p, '\0', is.len) || is.len >= PATH_MAX ? "no link points there" : NULL);
}

static int check_refusal(struct reading *r, struct seen *s)
{
	if (!capture_errno(s->rec.body)) {
		char what[WHY_SIZE], name[32];

		copy_printable(name, sizeof(name), s->rec.body.p, s->rec.body.len);
		snprintf(what, sizeof(what), "\"%s\" is no errno such as ENOENT or EACCES", name);
		return bad(r, what);
	}
	return reading_next_behind_tab(r) ? check_line(r, s, r->line, TEXT_TAB) : 0;
}

static const char *check_lines(const struct seen *s, const struct said *said)
{
	if (said->lines == NO_LINES)
		return "a text is changed that is not there";
	if (s->last > said->lines)
		return "a line is changed that the text does not have";
	if (s->ends && s->last != said->lines)
		return "\\c stands at the end of a text, and this is not its last line";
	return NULL;
}

/* The capture is played while it is checked: what changes within a line must find that line long enough. */
static const char *take(struct reading *r, const struct seen *s, struct said *said, uint32_t number)
{
	const char *wrong = s->rec.changes ? check_lines(s, said) : NULL;

	if (!wrong)
		wrong = capture_take(r->c, said, &s->rec, s->line, number);
	if (!s->rec.changes)
		said->lines = s->rec.verb == VERB_READ && !s->rec.refused ? (uint32_t)s->lines : NO_LINES;
	return wrong;
}

/*
 * What one more path of the record costs. Without braces, no capture has more of it than its own bytes: who recorded one
 * can open it.
 */
static const char *count_path(struct reading *r, const struct seen *s, struct slice path)
{
	const struct capture_limits *most = &r->c->most;

	if (s->may & TEXT_SUM) {
		r->made++;
		r->names += path.len > s->rec.path.len ? path.len : s->rec.path.len;
	}
	r->filled += s->bytes;
	if (r->made > most->paths || r->names > most->names)
		return "more paths than anybody has";
	return r->filled > most->filled ? "braces make more text than anybody has" : NULL;
}

static int take_paths(struct reading *r, const struct seen *s)
{
	const char *wrong = NULL;
	struct slice path;
	struct paths p;
	uint32_t number;

	paths_begin(r->c, &s->rec, &p);
	while (!wrong && paths_next(&p, &path, &number)) {
		const char *many = count_path(r, s, path);
		struct said *said = many ? NULL : capture_add(r->c, s->rec.verb, path, path.p == s->rec.path.p);

		if (!said)
			return reading_bad(r, -EFBIG, many ? many : "more paths than anybody has");
		wrong = take(r, s, said, number);
	}
	return bad(r, wrong);
}

int reading_record(struct reading *r)
{
	struct seen s = {.line = r->line};
	const char *wrong = capture_record(r->c, r->line, &s.rec);
	uint32_t number = r->number;
	bool set = false;
	int err;

	if (!wrong && !r->c->nticks)
		wrong = "an answer before the first tick";
	if (!wrong)
		wrong = check_path(r, &s.rec, &set);
	if (wrong)
		return bad(r, wrong);
	s.may = set ? TEXT_SUM : 0;
	err = s.rec.refused             ? check_refusal(r, &s)
	      : s.rec.changes           ? check_changes(r, &s)
	      : s.rec.verb == VERB_READ ? check_text(r, &s)
	      : s.rec.verb == VERB_LINK ? check_target(r, &s)
					: check_names(r, &s);
	if (err || r->err)
		return err ? err : r->err;
	/* It was cut off in the middle of this record. */
	if (r->c->text[r->next] == '\t' && s.rec.changes)
		return 0;
	/* What is wrong with a path is said of its own line, not of the last one behind it. */
	uint32_t last = r->number;
	r->number = number;
	err = take_paths(r, &s);
	r->number = last;
	return err;
}
