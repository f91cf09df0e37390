/* The inside of a capture: its text, where each answer stands in it, and the tick in hand. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_CAPTURE_IMPL_H
#define PROBES_HOST_CAPTURE_IMPL_H

#include <limits.h>

#include "probes/host/capture.h"
#include "probes/host/capture_text.h"
#include "probes/host/machine.h"
#include "probes/parse.h"

struct arena;

enum capture_verb { VERB_READ, VERB_LINK, VERB_LIST };
enum { CAPTURE_TIME_DIGITS = 15 }; /* of microseconds: 31 years */
#define NO_LINES UINT32_MAX

/* A place in the text, and the number that the braces behind it stand for. */
struct piece {
	uint32_t at, number;
};

/* What one verb answers for one path. */
struct said {
	const char *path; /* in the text, or in the arena when it had escapes or braces */
	uint32_t len, hash;
	struct piece body; /* what follows PATH in its record; at 0: no answer yet */
	uint32_t rank; /* where it is in sorted, from 1 */
	uint32_t lines; /* of a text, NO_LINES when there is none; while it is checked and for ~ */
	int16_t error; /* the answer is this refusal: a negative errno */
	uint8_t verb;
	int64_t us; /* when, since the tick began */
	struct piece *line; /* of a text that ~ has changed: where each of its lines stands now; else NULL */
	struct patched *patched; /* of one that was changed within lines: what they are now; else NULL */
};

struct capture_tick {
	uint64_t ns;
	int64_t wall_ns;
	uint32_t at, end; /* its records */
	uint32_t now; /* behind "n", 0 when it has none */
	bool due;
};

struct capture {
	struct machine m; /* its lock also guards tick, moves, scratch and what was said */
	char *text;
	size_t len;
	bool without_missing; /* ": missing ENOENT": what has no record is not on the machine */
	struct arena *names;
	struct said *said;
	uint32_t nsaid, room;
	uint32_t *slot; /* said by hash: its number + 1 */
	uint32_t slots; /* a power of two */
	uint64_t key[2]; /* of the hash, so that nobody can write paths that all have the same */
	uint32_t *sorted; /* said by path, a folder before what is in it; NULL with missing */
	uint32_t *there; /* beside it: how many of them are there, as a Fenwick tree; 0 is not used */
	struct capture_tick *ticks;
	uint32_t nticks, tick; /* tick: the one in hand, 0 before the first */
	uint64_t moves; /* how often the tick in hand was another one */
	struct bytes scratch;
	struct capture_limits most;
	uint64_t held; /* of what most.held limits */
};

/* capture_index.c: paths, and what was said of each. */
struct said *capture_find(const struct capture *c, enum capture_verb verb, const char *path, size_t len);
/* Finds it, or makes it; NULL when there are too many. in_text: path need not be copied. */
struct said *capture_add(struct capture *c, enum capture_verb verb, struct slice path, bool in_text);
void capture_index_begin(struct capture *c);
void capture_index_end(struct capture *c);

/* capture_record.c: one line that begins with a sign. */
struct record {
	enum capture_verb verb;
	bool refused, changes;
	bool plain; /* its path: no escapes, no braces */
	int64_t us;
	struct slice path;
	struct slice body; /* what follows PATH, without the blank */
	uint32_t at; /* of body, or of the line's end */
};

static inline bool capture_is_record(char c)
{
	return c == '=' || c == '~' || c == '>' || c == '/' || c == '!';
}

/* Takes the line apart; NULL, or what is wrong with it. */
const char *capture_record(const struct capture *c, struct slice line, struct record *ret);
/* "3 LINE" or "3+17 TEXT", behind the tab of a record that changes. */
struct change {
	uint32_t line, from;
	bool part; /* only the bytes from there on */
	struct slice text;
};
bool capture_change(struct slice line, struct change *ret); /* false when it is not like that */
/* A negative errno of that name, 0 when there is none. */
int capture_errno(struct slice name);

/* The paths that PATH makes; it must have been checked. */
struct paths {
	struct slice path;
	struct numbers set;
	bool plain, once;
	struct bytes *scratch;
};

void paths_begin(struct capture *c, const struct record *rec, struct paths *ret);
bool paths_next(struct paths *p, struct slice *ret_path, uint32_t *ret_number);

/* The lines of a record's text or list, those with a set as often as it says. */
struct lines {
	const struct capture *c;
	uint32_t next; /* where the next one begins, 0 when there is none */
	bool one; /* the text behind PATH */
	struct slice line;
	struct numbers set;
	uint32_t number;
};

struct slice capture_line(const struct capture *c, uint32_t at); /* from there to the end of the line */
struct lines lines_begin(const struct capture *c, struct piece body);
bool lines_next(struct lines *l, struct slice *ret_line, uint32_t *ret_number);

/* capture_read.c: the whole text is checked, ticks and paths are found. */
int capture_check(struct capture *c, const char *file, char why[200]);

/* capture_patch.c: a text that is changed within its lines. NULL, or what is wrong with it; the line must be there. */
const char *capture_patch(struct capture *c, struct said *s, const struct change *change, uint32_t number);
void capture_patch_say(const struct said *s, struct bytes *to);
void capture_patch_free(struct capture *c, struct said *s);

/* capture_play.c */
/* What the record in line says of one of its paths, for which its number stands: NULL, or what is wrong with it. */
const char *capture_take(
	struct capture *c, struct said *s, const struct record *rec, struct slice line, uint32_t number);
void capture_forget(struct capture *c); /* to before the first tick */
void capture_play(struct capture *c, uint32_t tick); /* takes the records of the tick, which is the next one */

/* capture_answer.c: the text, or the names each with its NUL, that was said; its error, and why in words. */
int capture_say(const struct capture *c, const struct said *s, const char *path, struct bytes *to, char why[200]);

/* What was said of this path by this verb, when there is something. */
const struct said *capture_said(const struct capture *c, enum capture_verb verb, const char *path, size_t len);
/* What answers for a path, or a negative errno and why. 0 and *ret NULL: to be listed is what is below real. */
int capture_look(const struct capture *c, enum capture_verb verb, const char *path, const struct said **ret,
	char real[PATH_MAX], char why[200]);

/* capture_path.c: where what has no record is not on the machine. */
void capture_sort(struct capture *c); /* once, before it is looked for */
bool capture_is_there(const struct said *s);
/* This path is there now, or is not any longer; nothing before they were sorted. */
void capture_count_there(struct capture *c, const struct said *s, bool there);
/* The path behind all links, of a link itself when last is false; a negative errno. */
int capture_follow(const struct capture *c, const char *path, bool last, char ret[PATH_MAX]);
bool capture_has_below(const struct capture *c, const char *dir);
/* The names below a folder without a list of its own, each with its NUL. */
void capture_names_below(const struct capture *c, const char *dir, struct bytes *to);

/* capture.c: another handle, which takes over one count of m. */
struct host *capture_handle_new(struct machine *m);

#endif
