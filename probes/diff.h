/* What two machines differ in, by address, the same difference of many rows put together. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_DIFF_H
#define PROBES_DIFF_H

#include "probes/address.h"
#include "probes/probe.h"

enum difference_kind { DIFFERENCE_VALUE, DIFFERENCE_ONLY_A, DIFFERENCE_ONLY_B }; /* ONLY: rows, or a whole probe */

/* In the order of the answer: what somebody set, whose machine it is, what only one side could read, what moves by itself. */
enum difference_part { PART_SET, PART_WHO, PART_UNREAD, PART_MOVES, NPARTS };

/* Of many rows that each have another number. */
struct difference_range {
	double low, mean, high;
};

struct difference {
	enum difference_kind kind;
	/* "frequency.policy[0-95].governor": all rows that differ like this, by names that people know; many are not named */
	const char *address;
	const char *names; /* the same, every one of them named */
	const char *full; /* the same with the keys of addresses, every one of them */
	const char *first; /* the address of the first of them, for who wants to explain it */
	const struct probe *probe;
	const struct field *field; /* NULL for rows */
	const char *a, *b; /* in words, with units; "-" where it is not there; NULL for rows */
	const struct value *va, *vb; /* of the first of them, in the snapshots; NULL where there is no field */
	const struct difference_range *range; /* of a and of b, where each row has another number; else NULL */
	uint32_t rows; /* how many rows differ like this */
	enum difference_part part;
	bool moves; /* a counter or a rate: FIELD_MOVES */
};

struct differences {
	size_t n;
	const struct difference *row; /* part by part */
	size_t unread; /* how many of them are of PART_UNREAD: not known to differ, and never called the same */
	size_t compared; /* values that were held against each other */
	size_t unknown; /* of these: not known on one side or both, so that nothing can be said */
};

/*
 * One rule for values, lists and probes that did not answer. What is known, and what is known not to be there, are
 * facts: two facts are the same or differ. A fact against a refusal or an error (denied, broken) could not be read: it is
 * listed in a part of its own, and counted as unknown. All else (not read by choice, not yet, not recorded, or no fact on
 * either side) says nothing: it is counted as unknown, and not listed.
 * moving: also what changes all the time by itself. All text is in the arena. */
struct differences diff_snapshots(
	struct arena *arena, const struct snapshot *a, const struct snapshot *b, bool moving);

/*
 * What b has for the same thing as that which a has at this address, be its key another one there; what a does not have
 * is looked up in b. 0, or as address_find(): -ESRCH: b has nothing like it.
 */
int diff_other(const struct snapshot *a, const struct snapshot *b, const char *address, struct found *ret);
/* Whether the two differ, as diff_snapshots() says it: for marks on the screen. */
bool diff_at(const struct snapshot *a, const struct snapshot *b, const char *address, bool moving);

/*
 * As text for people, and as one object, schema "hvscope-diff/1". For free(). columns: what does not fit beside its
 * address stands below it; 0: everything beside. all: every line, and every row of it named, however many there are.
 */
char *diff_text(
	const struct snapshot *a, const struct snapshot *b, const struct differences *d, unsigned columns, bool all);
char *diff_json(const struct snapshot *a, const struct snapshot *b, const struct differences *d);

#endif
