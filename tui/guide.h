/* Guides: the rows of steps that lead from a complaint to its cause, and what each step looks at. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_GUIDE_H
#define TUI_GUIDE_H

#include <stddef.h>
#include <stdint.h>

enum guide_kind {
	GUIDE_FRAME, /* the operator says what is slow */
	GUIDE_SUSPECT, /* the checks of this step decide */
	GUIDE_CONTROL, /* a trial outside this program, when no suspect is left */
	GUIDE_CLOSE, /* the cause, and the written case */
};

struct guide_step {
	enum guide_kind kind;
	const char *title; /* "Clock" */
	const char *question; /* ends with ? */
	const char *hint; /* one sentence: what its numbers mean, of what order they are */
	const char *checks; /* ids parted by blanks, those that decide first; "" for the other kinds */
	const char *panel; /* that is brought forward; NULL: the one that is open stays */
	const char *measure; /* what to measure again after a change; NULL */
	const char *then; /* "F14 11": when that check fires, that step comes next; NULL */
	const char *must; /* ids of those without which the step cannot be ruled out: they pass, or it stays open; NULL */
};

struct guide {
	const char *name, *title;
	const struct guide_step *step; /* the first frames, the last closes */
	size_t nsteps; /* at most GUIDE_STEPS */
};
enum { GUIDE_STEPS = 16 };

extern const struct guide *const guides[]; /* the rows of guides.def */
extern const size_t nguides;

struct check;
/* Takes the next id off a list as in guide_step.checks; NULL for one that no check has. */
const struct check *guide_check(const char **ids);
/* The place of a check in such a list, as a bit; 0: it is not there. */
uint32_t guide_bit(const char *ids, const struct check *c);

#endif
