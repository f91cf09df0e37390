/* Finds and words the answers of a capture. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probes/host/answer.h"
#include "probes/host/capture_impl.h"
#include "probes/host/files.h"

static int put_line(const struct capture *c, struct bytes *to, struct slice line, uint32_t number, char end)
{
	text_fill(to, line, number);
	bytes_put(to, &end, 1);
	return to->len > c->most.text ? -EFBIG : 0;
}

static int say_lines(const struct capture *c, const struct said *s, struct bytes *to)
{
	char end = s->verb == VERB_LIST ? '\0' : '\n';
	struct lines l = lines_begin(c, s->body);
	struct slice line = {"", 0};
	uint32_t number;
	int err = 0;

	if (s->patched) {
		capture_patch_say(s, to);
		return to->len > c->most.text ? -EFBIG : 0;
	}
	if (s->line) {
		for (uint32_t i = 0; !err && i < s->lines; i++) {
			line = capture_line(c, s->line[i].at);
			err = put_line(c, to, line, s->line[i].number, end);
		}
	} else {
		while (!err && lines_next(&l, &line, &number))
			err = put_line(c, to, line, number, end);
	}
	if (!err && text_ends(line))
		to->p[--to->len] = '\0';
	return err;
}

/* The sentence behind a refusal, or the errno's own. */
static int refuse(const struct capture *c, const struct said *s, const char *path, struct bytes *to, char why[200])
{
	struct slice first = capture_line(c, s->body.at);
	const char *behind = first.p + first.len + 1;

	if (*behind != '\t')
		return why_errno(why, s->error, path);
	text_fill(to, capture_line(c, (uint32_t)(behind + 1 - c->text)), s->body.number);
	copy_printable(why, WHY_SIZE, to->p, to->len);
	return s->error;
}

int capture_say(const struct capture *c, const struct said *s, const char *path, struct bytes *to, char why[200])
{
	int err = 0;

	to->len = 0;
	bytes_put(to, "", 0);
	if (s->error)
		return refuse(c, s, path, to, why);
	if (s->verb == VERB_LINK)
		text_fill(to, capture_line(c, s->body.at + 1), s->body.number);
	else
		err = say_lines(c, s, to);
	return err ? why_errno(why, err, path) : 0;
}

const struct said *capture_said(const struct capture *c, enum capture_verb verb, const char *path, size_t len)
{
	const struct said *s = capture_find(c, verb, path, len);

	return s && s->body.at ? s : NULL;
}

/* Of its own, or the refusal that is meant for all verbs. */
static const struct said *said_of(const struct capture *c, enum capture_verb verb, const char *path)
{
	size_t len = strlen(path);
	const struct said *s = capture_said(c, verb, path, len);

	if (s || verb == VERB_READ)
		return s;
	s = capture_said(c, VERB_READ, path, len);
	return s && s->error ? s : NULL;
}

/* There is no answer of this other side at all, or it has others than this one. */
static int absent_asked(const struct capture *c, const char *path, char why[200])
{
	char top[PATH_MAX];

	snprintf(top, sizeof(top), "%.*s", (int)strcspn(path, "/"), path);
	return capture_has_below(c, top) ? why_errno(why, -ENOENT, path) : files_no_answer(path, why);
}

/* Nothing was written down of this path, and that means something. 0: a folder that lists what is below it. */
static int absent(const struct capture *c, enum capture_verb verb, const char *path)
{
	bool file = capture_said(c, VERB_READ, path, strlen(path)), folder = capture_has_below(c, path);

	if (folder)
		return verb == VERB_LIST ? 0 : verb == VERB_READ ? -EISDIR : -EINVAL;
	if (file && verb != VERB_READ)
		return verb == VERB_LIST ? -ENOTDIR : -EINVAL;
	return -ENOENT;
}

/* What no kernel answers has folders as well, but no links. */
static int follow(const struct capture *c, enum capture_verb verb, const char *path, char real[PATH_MAX])
{
	if (path[0] != '@')
		return capture_follow(c, path, verb != VERB_LINK, real);
	return snprintf(real, PATH_MAX, "%s", path) >= PATH_MAX ? -ENAMETOOLONG : 0;
}

int capture_look(const struct capture *c, enum capture_verb verb, const char *path, const struct said **ret,
	char real[PATH_MAX], char why[200])
{
	int err;

	*ret = said_of(c, verb, path);
	if (*ret)
		return 0;
	if (!c->without_missing || !c->tick)
		return why_path(why, -ENODATA, path, ": not in this capture");
	if (path[0] == '@' && !capture_has_below(c, path))
		return absent_asked(c, path, why);
	err = follow(c, verb, path, real);
	if (!err)
		*ret = said_of(c, verb, real);
	if (!err && !*ret)
		err = absent(c, verb, real);
	if (err == -EISDIR)
		return why_path(why, err, path, " is a directory, not a file");
	return err ? why_errno(why, err, path) : 0;
}
