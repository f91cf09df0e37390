/* How often each check said what, over many machines: the table that a person reads before it is blessed. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_TALLY_H
#define TESTS_LIB_TALLY_H

#include <stddef.h>

struct findings;
struct snapshot;

struct tally; /* of all checks */
struct tally *tally_new(void);
void tally_free(struct tally *t);
/* Counts those of whose id the first letter is among these; NULL: all. name: of the machine, an example of what fires.
 */
void tally_add(struct tally *t, const struct findings *f, const char *letters, const char *name);
/* A line for each check that was counted; for free(). */
char *tally_text(const struct tally *t);

/*
 * What must hold of all that fires: each part leads to a fact that is known, to a row that is there, or to what a
 * guest's definition leaves out. Prints what does not; how many.
 */
size_t tally_unfounded(const struct snapshot *s, const char *name);

#endif
