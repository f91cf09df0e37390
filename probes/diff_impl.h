/* What the files of the diff share: where in the tables it is, which rows are the same one, and what was seen to differ. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_DIFF_IMPL_H
#define PROBES_DIFF_IMPL_H

#include "probes/address.h"
#include "probes/arena.h"
#include "probes/diff.h"

/* In which order probes tell why one machine is slower than the other. */
struct diff_probe {
	const char *name;
	bool joined; /* its configuration is that of other probes: said there, and not here again */
};
extern const struct diff_probe diff_probes[];
extern const size_t ndiff_probes;

/* Rows whose key another machine, or the next start of the same, gives to something else. */
struct diff_rows {
	const char *path; /* "threads.guest.thread" */
	const char *same; /* names of fields: rows that agree in these are the same one; NULL: in the key */
	const char *label; /* the field that names it to people; NULL: what makes it the same */
	const char *cut; /* a text that begins like this is as good as this alone */
	const char *skip; /* names of fields that say no more than which row it is */
};
extern const struct diff_rows diff_rows[];
extern const size_t ndiff_rows;
const struct diff_rows *diff_rows_of(const char *path); /* NULL: nothing is special */

/* Both machines are watched by a daemon that sets this field all the time. */
bool diff_field_moves(const struct snapshot *a, const struct snapshot *b, const char *path, const struct field *f);

/* A set of rows, or the facts of a probe, and where it lies. */
struct diff_level {
	const struct probe *probe;
	const struct row_set *set; /* NULL: the facts */
	const struct diff_level *around;
	const struct diff_rows *rows;
	const char *path; /* "idle.cpu.state" */
	size_t depth; /* sets around and including this one */
	const struct field *fields;
	size_t nfields;
	const struct row_set *sets;
	size_t nsets;
	struct diff_level *inner; /* one for each of the sets */
	bool moves; /* nothing in it but what moves */
	unsigned slot; /* its first place among what the probe says: the list, its rows, then each field */
};
enum { SLOT_LIST, SLOT_ROWS, SLOT_FIELDS };
struct diff_level *diff_level_new(struct arena *a, const struct probe *p);
/* Names which row it is, and no more. */
bool diff_field_is_key(const struct diff_level *l, const struct field *f);

struct diff_key {
	const char *key, *label;
};

/* The same row on both sides; NULL on the side that does not have it. */
struct diff_pair {
	const void *a, *b;
	struct diff_key key;
};
/* In the order of a; those that only b has come last. */
size_t diff_pairs(struct arena *arena, const struct diff_level *l, const struct rows *a, const struct rows *b,
	struct diff_pair **ret);

/* One thing that differs in one row. */
struct diff_seen {
	const struct diff_level *level;
	const struct field *field; /* NULL: rows */
	const char *name; /* of the field or the list behind the keys; NULL: the row itself */
	enum difference_kind kind;
	const struct value *va, *vb;
	const char *a, *b;
	const struct diff_key *key[ADDRESS_DEPTH]; /* level->depth of them */
	unsigned slot;
	bool moves, is_range, unread;
};

/* How two values stand to each other; see diff.h. */
enum diff_how { DIFF_SAME, DIFF_OTHER, DIFF_UNREAD, DIFF_UNKNOWN };
/* As far as it follows from how well they are known: two that are both known are the same. */
enum diff_how diff_known(enum known a, enum known b);
enum diff_how diff_blocks(const struct block *a, const struct block *b);
const char *diff_unknown_word(enum known k); /* a cell: "-", "denied", "broken" */
enum diff_how diff_values(const struct field *f, const struct value *a, const struct value *b);
/* In words with units; of lists of words those that only this side has. */
void diff_words(struct arena *arena, const struct field *f, const struct value *a, const struct value *b,
	const char **ret_a, const char **ret_b);
const char *diff_range_words(struct arena *arena, const struct field *f, const struct difference_range *r);

/* Those of one slot, n > 0, put together: lines in the order of their first rows; each is handed to put. */
void diff_group(struct arena *arena, struct diff_seen *seen, size_t n,
	void (*put)(void *arg, const struct difference *d), void *arg);

/* Keys as "0-3,8" or "web1,web2 and 12 more"; most: pieces that are written out, of names a short line; 0: all. */
char *diff_keys(struct arena *arena, const struct diff_key *const *key, size_t n, bool labels, size_t most);

#endif
