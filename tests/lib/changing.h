/* A machine in memory with six governors, a private journal, and a change of them all: where change tests begin. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_CHANGING_H
#define TESTS_LIB_CHANGING_H

#include "probes/journal.h"
#include "tests/lib/fakehost.h"

enum { POLICIES = 6 };

struct changing {
	char *folder; /* $HVSCOPE_STATE is "state" in it */
	struct fake *f;
	struct host *h;
	struct journal *j;
	char before[POLICIES][FAKE_TEXT];
};

/* For cmocka_unit_test_setup_teardown(); state becomes the struct changing. */
int changing_setup(void **state);
int changing_teardown(void **state);

const char *policy_path(size_t i); /* static text */
/* All six to performance; policy4 holds it already. */
struct change *changing_plan(void);
struct change *changing_filled(struct changing *t);

/* Another look at the same machine and journal: h and j are closed and opened anew, as by the next start. */
void changing_reopen(struct changing *t, const char *hostname, bool writable);

bool all_as_before(struct changing *t);
bool all_performance(struct changing *t);
/* The only entry of the journal; the test ends when there is another number of them. */
struct entries one_entry(struct changing *t);
/* Runs run in a child that may be killed; true when it was, false when it left by itself with status 0. */
bool child_was_killed(struct changing *t, void (*run)(struct changing *t));

#endif
