/* Two sham machines beside each other, and what they differ in: for tests of the diff. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_TWINS_H
#define TESTS_LIB_TWINS_H

#include "probes/diff.h"
#include "tests/lib/probing.h"

struct twins {
	struct probing a, b;
	struct arena *arena;
	struct differences all; /* of the last twins_compare() */
};

/* Alike: sham_machine(cpus) with idle states, twice. */
struct twins twins_new(unsigned cpus);
void twins_end(struct twins *t);
/* A tick of both, and what differs then. */
void twins_compare(struct twins *t, bool moving);
/* The test fails when there is no such line; NULL: a and b are not asked. */
const struct difference *twins_line(struct twins *t, const char *address, const char *a, const char *b);
/* One that says that rows are there on one side only. */
const struct difference *twins_only(struct twins *t, const char *address, enum difference_kind kind);
/* Nothing is said whose address begins like this. */
void twins_silent(struct twins *t, const char *begin);

#endif
