/* Walking a guide: where the operator stands, what each step finds now, and what it found when it was looked at. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_WALK_H
#define TUI_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "probes/checks.h"
#include "tui/guide.h"

struct arena;
struct snapshot;

enum walk_state {
	WALK_READING, /* no whole tick yet */
	WALK_FINE, /* its checks pass, or do not apply */
	WALK_FOUND, /* something fires, at WARN or worse, on the path of the guest */
	WALK_UNKNOWN, /* nothing fires, and something that decides could not be read */
};

/* What a step finds in one snapshot. */
struct walk_judged {
	enum walk_state state;
	const struct finding *worst; /* of FOUND: what explains most; else NULL */
	double most_ms; /* of FOUND: what its findings could explain at most together, never more than the deficit; NAN */
	bool small; /* less than a tenth of the deficit */
	size_t fired, notes, passed, unknown, inapplicable; /* checks; fired: WARN or worse; notes: INFO */
	size_t elsewhere; /* that fire for other guests alone */
};

/* What was seen of a step. Texts are the walk's own. */
struct walk_visit {
	bool seen, skipped;
	int64_t first_ns, last_ns; /* wall clock, UTC: of that look and of the last one */
	struct walk_judged first, last; /* without worst; first: when something was found, else the newest */
	char *decision; /* as it was then */
	char *evidence; /* lines "ADDRESS: VALUE", of then */
	char *now; /* the decision at the last look */
	int64_t mended_ns; /* when it stopped being FOUND; 0: never */
};

struct walk {
	const struct guide *guide;
	bool open, focus;
	bool framed; /* the question of the first step was answered */
	double reference_ms, observed_ms; /* NAN: not known */
	char guest[128]; /* the name that was given; "": all guests */
	char key[64]; /* its UUID or "pid4711"; "": no such guest is known */
	size_t order[GUIDE_STEPS]; /* in which steps are gone through */
	size_t at; /* index into order */
	struct walk_visit visit[GUIDE_STEPS];
	int64_t begun_ns; /* wall clock; 0: not begun */
	int scroll;
};

void walk_begin(struct walk *w, const struct guide *g, const struct snapshot *s);
void walk_end(struct walk *w); /* frees what it holds */

/*
 * "[GUEST] REFERENCE OBSERVED", in ms; "don't know" and "" leave both open. 0, or -EINVAL with why in a sentence. A guest that the
 * snapshot does not know is no error: *ret_note says so then, else NULL.
 */
int walk_frame(struct walk *w, const struct snapshot *s, const char *text, char why[200], const char **ret_note);
double walk_deficit(const struct walk *w); /* ms; NAN: not known */

const struct guide_step *walk_step(const struct walk *w);
/* s may be NULL. Pure. */
struct walk_judged walk_judge(const struct walk *w, const struct snapshot *s, size_t step);
/* Does this finding concern the guest that is slow: it is about the host, or about that guest. */
bool walk_concerns(const struct walk *w, const struct finding *f);
bool walk_part_concerns(const struct walk *w, const struct finding_part *p);

/* A new snapshot is there: the visit of the step where one stands is renewed. */
void walk_look(struct walk *w, const struct snapshot *s);
/* One step on: those not yet seen are put in order anew, the small ones last. False at the end. */
bool walk_next(struct walk *w, const struct snapshot *s, bool skip);
bool walk_back(struct walk *w, const struct snapshot *s);
/* Looks at all steps, one after the other: for the case that is written without an operator. */
void walk_through(struct walk *w, const struct snapshot *s);

/* In words; all texts are in the arena. */
const char *walk_decision(struct arena *a, const struct walk *w, const struct snapshot *s, size_t step);
const char *walk_deficit_words(struct arena *a, const struct walk *w); /* "slow by 52 ms (112 against 60)" */
const char *walk_short_words(struct arena *a, const struct walk *w); /* "112 against 60 ms" */
const char *walk_most_words(struct arena *a, const struct walk *w, const struct walk_judged *j); /* "up to 46 of 52 ms" */
/* What it comes to: the cause, "this host is not the cause", or what is still open. */
const char *walk_conclusion(struct arena *a, const struct walk *w, const struct snapshot *s);
/* "guests.guest[…].disk[vda].bus: ide", a line each: what decided the step. */
char *walk_evidence(struct arena *a, const struct walk *w, const struct snapshot *s, size_t step);
const char *walk_value(struct arena *a, const struct snapshot *s, const char *address); /* "1.20 GHz" */

struct entries;
/* The written case as Markdown. entries: the journal, or NULL; changes since the walk began are listed. For free(). */
char *walk_case(const struct walk *w, const struct snapshot *s, const struct entries *entries);

#endif
