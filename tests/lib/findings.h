/* Findings made by hand: what a test says of some checks, as if they had judged a snapshot. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_FINDINGS_H
#define TESTS_LIB_FINDINGS_H

#include "probes/checks.h"

struct snapshot;

/* Costs that are 0 are not known. */
struct found_by_hand {
	const char *id;
	enum verdict verdict;
	enum severity severity;
	const char *line;
	double cost_us, per_s, share;
	const char *cause; /* id of a row above, or NULL */
	const struct finding_part *part;
	size_t nparts;
	const char *const *evidence;
	size_t nevidence;
	int err;
	bool never;
	const char *unread, *remedy, *now;
};

/*
 * The findings of s from now on: it must not be in use by another thread. Those that fire stand in the order of rows,
 * each since five seconds; all other checks do not apply. It says of 40 checks that they do not, however many there are.
 */
void findings_put(struct snapshot *s, const struct found_by_hand *row, size_t n);

#endif
