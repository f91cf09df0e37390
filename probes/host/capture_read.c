/* Reads a capture from its first line to its last, so that whatever is asked of it later can be taken as it stands. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/capture_read.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "probes/host/answer.h"
#include "probes/util.h"

enum { FILE_SHOWN_MOST = 80 }; /* so that there is room for what is wrong with it */

int reading_bad(struct reading *r, int err, const char *what)
{
	const char *file = r->file, *slash = strrchr(file, '/');
	char text[WHY_SIZE];

	if (strlen(file) > FILE_SHOWN_MOST && slash)
		file = slash + 1;
	snprintf(text, sizeof(text), ":%u: %s", r->number, what);
	return why_path(r->why, err, file, text);
}

bool reading_next(struct reading *r)
{
	const char *p = r->c->text + r->next, *end = memchr(p, '\n', r->c->len - r->next);
	size_t len = end ? (size_t)(end - p) : r->c->len - r->next;

	if (len > CAPTURE_LINE_MOST) {
		r->number++;
		r->err = reading_bad(r, -EFBIG, CAPTURE_LINE_LONG);
	}
	/* A line without its end was cut, whatever it says; but what is typed by hand may end in the last one. */
	if (r->err || !(end || (len == 1 && *p == '.')))
		return false;
	r->line = (struct slice){p, len};
	r->number++;
	r->start = r->next;
	r->next += (uint32_t)len + (end != NULL);
	return true;
}

bool reading_next_behind_tab(struct reading *r)
{
	if (r->c->text[r->next] != '\t' || !reading_next(r))
		return false;
	r->line.p++;
	r->line.len--;
	return true;
}

static int magic(struct reading *r)
{
	struct slice text = {r->c->text, r->c->len}, line;
	char what[WHY_SIZE], version[24];

	r->number = 1;
	if (!text.len)
		return reading_bad(r, -EBADMSG, "it is empty");
	if (reading_stranger(text))
		return reading_bad(r, -EBADMSG, reading_stranger(text));
	slice_line(&text, &line);
	if (slice_is(line, CAPTURE_MAGIC "\r"))
		return reading_bad(r, -EBADMSG, "its lines end as those of Windows do, with a carriage return");
	r->next = (uint32_t)(text.p - r->c->text);
	if (slice_is(line, CAPTURE_MAGIC))
		return 0;
	copy_printable(version, sizeof(version), line.p + 16, line.len - 16);
	snprintf(what, sizeof(what), "a capture of version %s, and this hvscope reads version 1", version);
	return reading_bad(r, -EBADMSG, what);
}

static int comment(struct reading *r)
{
	struct text_size size;
	struct slice words = r->line;

	/* Nobody has to write \x7b in a comment. */
	for (size_t i = 0; i < words.len;) {
		size_t run = 0;

		while (i + run < words.len && !memchr("\\{}", words.p[i + run], 3))
			run++;
		const char *wrong = text_check((struct slice){words.p + i, run}, TEXT_TAB, &size);
		if (wrong)
			return reading_bad(r, -EBADMSG, wrong);
		i += run + 1;
	}
	return 0;
}

static int the_end(struct reading *r)
{
	if (r->line.len != 1)
		return reading_bad(r, -EBADMSG, "no line begins like this; the last one is a point alone");
	if (!r->c->nticks)
		return reading_bad(r, -EBADMSG, "it ends before its first tick");
	r->c->ticks[r->c->nticks - 1].end = r->start;
	r->ended = true;
	return 0;
}

static int other(struct reading *r)
{
	if (r->line.p[0] == '\t')
		return reading_bad(r, -EBADMSG, "a line behind a tab, and none above it that it belongs to");
	return reading_bad(r, -EBADMSG, "no line of a capture begins like this");
}

static int one_line(struct reading *r)
{
	static const struct {
		char sign;
		int (*check)(struct reading *r);
	} kinds[] = {{'#', comment}, {':', reading_about}, {'@', reading_tick}, {'n', reading_now}, {'.', the_end}};

	if (!r->line.len)
		return 0;
	if (capture_is_record(r->line.p[0]) && !r->ended)
		return reading_record(r);
	if (r->ended && r->line.p[0] != '#')
		return reading_bad(r, -EBADMSG, "a line behind the end");
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (r->line.p[0] == kinds[i].sign)
			return kinds[i].check(r);
	return other(r);
}

/* A name that a shell takes as it is. */
static bool is_word(const char *file)
{
	const char *letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+,:@%-";

	return file[0] != '-' && file[0] && strspn(file, letters) == strlen(file);
}

/* What is whole is had back with two tools that are everywhere. */
static int cut_off(struct reading *r)
{
	uint32_t whole = r->c->nticks ? r->c->nticks - 1 : 0, lines = r->tick_number - 1;
	const char *gz = strrchr(r->file, '.');
	const char *them = whole > 1 ? "them" : "it";
	char what[WHY_SIZE], how[WHY_SIZE] = "";
	bool zipped = gz && !strcasecmp(gz, ".gz");
	int n;

	if (!whole)
		return reading_bad(r, -EBADMSG, "it was cut off here, before its first tick was whole");
	n = snprintf(what, sizeof(what), "it was cut off here; tick%s%u %s whole", whole > 1 ? "s 1 to " : " ", whole,
		whole > 1 ? "are" : "is");
	if (is_word(r->file) && zipped)
		snprintf(how, sizeof(how), ": (zcat %s | head -n %u; echo .) >whole.host keeps %s", r->file, lines, them);
	else if (is_word(r->file))
		snprintf(how, sizeof(how), ": (head -n %u %s; echo .) >whole.host keeps %s", lines, r->file, them);
	/* with the name and the number of the line in front */
	if (!*how || (size_t)n + strlen(how) + strlen(r->file) + 13 >= WHY_SIZE)
		snprintf(how, sizeof(how), ", up to line %u", lines);
	strncat(what, how, sizeof(what) - (size_t)n - 1);
	return reading_bad(r, -EBADMSG, what);
}

int capture_check(struct capture *c, const char *file, char why[200])
{
	struct reading r = {.c = c, .why = why, .file = strcmp(file, "-") ? file : "standard input"};
	int err = magic(&r);

	while (!err && reading_next(&r))
		err = one_line(&r);
	if (!err)
		err = r.err;
	if (!err)
		r.number += r.next < c->len; /* what is left is no whole line */
	if (!err && !r.ended)
		err = cut_off(&r);
	else if (!err && r.next < c->len)
		err = reading_bad(&r, -EBADMSG, "a line behind the end");
	capture_forget(c);
	return err;
}
