/* What two machines differ in, by address, the same difference of many rows put together. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_DIFF_H
#define PROBES_DIFF_H

#include "probes/probe.h"

enum difference_kind { DIFFERENCE_VALUE, DIFFERENCE_ONLY_A, DIFFERENCE_ONLY_B }; /* ONLY: rows, or a whole probe */

struct difference {
	enum difference_kind kind;
	const char *address; /* "frequency.policy[0-95].governor": the keys of all rows that differ like this */
	const char *first; /* the address of the first of them, for who wants to explain it */
	const struct probe *probe;
	const struct field *field; /* NULL for rows */
	const char *a, *b; /* in words, with units; "-" where it is not there; NULL for rows */
	uint32_t rows; /* how many rows differ like this */
	bool moves; /* a counter or a rate: FIELD_MOVES */
};

struct differences {
	size_t n;
	const struct difference *row; /* configuration first, then what moves */
	size_t compared; /* values that were held against each other */
	size_t unknown; /* of these: not known on one side or both, so that nothing can be said */
};

/* moving: also what changes all the time by itself. All text is in the arena. */
struct differences diff_snapshots(
	struct arena *arena, const struct snapshot *a, const struct snapshot *b, bool moving);

/* Whether these two facts, found by the same address, differ: for marks on the screen. */
bool diff_at(const struct snapshot *a, const struct snapshot *b, const char *address);

/* As text for people, and as one object, schema "hvscope-diff/1". For free(). */
char *diff_text(const struct snapshot *a, const struct snapshot *b, const struct differences *d);
char *diff_json(const struct snapshot *a, const struct snapshot *b, const struct differences *d);

#endif
