/* The cases of checks: which machine with which edits makes which check say what. This page is their format. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_CASEFILE_H
#define TESTS_LIB_CASEFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "probes/checks.h"

/*
 * tests/checks/NAME.cases; # begins a comment. A case begins with a line at the margin:
 *
 *   ID VERDICT MACHINE WORDS of what it shows
 *
 * VERDICT: CRIT, WARN, INFO (it fires so), PASS, NOT_APPLICABLE, UNKNOWN; TRAP before another of them marks the case of the
 * known false alarm ("F01 TRAP PASS fine idle CPUs at their minimum"). MACHINE is one of tests/hosts. Behind a tab follow
 * edits (see edited.h) and: "expect WORDS": they are in the finding's line; "explains MS": the most that it could explain of
 * a request of 100 ms, in three digits, or ? where nothing can be said; "now WORDS": they are in what to do on this host;
 * "profile NAME"; "deep": reads that interrupt are allowed.
 */
enum { CASE_WORDS = 4 };
struct check_case {
	const struct check *check;
	enum verdict verdict;
	enum severity severity; /* of FIRE */
	bool trap, deep;
	enum profile profile;
	char *name; /* "F01 CRIT founding: what it shows" */
	char *machine, *edits;
	const char *words[CASE_WORDS];
	const char *explains, *now; /* NULL: whatever it is */
	size_t nwords;
	const char *file;
	unsigned line;
};

struct check_cases {
	struct check_case *at;
	size_t n;
	char **text; /* of the files, which the words lie in */
	char **file;
	size_t nfiles;
};

struct check_cases check_cases_read(const char *folder); /* ends the program when a file cannot be understood */
void check_cases_free(struct check_cases *c);

#endif
