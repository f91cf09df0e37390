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

enum { WALK_KEY = 64 };

enum walk_state {
	WALK_READING, /* no whole tick yet */
	WALK_FINE, /* its checks pass, or do not apply */
	WALK_FOUND, /* something fires, at WARN or worse, on the path of the guest */
	WALK_UNKNOWN, /* nothing fires, and something that decides could not be read, or was not there to be judged */
};

/* What a step finds in one snapshot. */
struct walk_judged {
	enum walk_state state;
	const struct finding *worst; /* of FOUND: what explains most; else NULL */
	double most_ms; /* of FOUND: what its findings could explain at most together, never more than the deficit; NAN
			 */
	double hidden_ms; /* what could not be judged might explain at most, never more than the deficit; NAN */
	bool small; /* less than a tenth of the deficit */
	const struct check *symptom_of; /* all that fired follows from what this check of another step found; else NULL */
	size_t fired, notes, passed, unknown, inapplicable; /* checks; fired: WARN or worse; notes: INFO */
	size_t elsewhere; /* that fire for other guests alone */
	size_t waiting; /* for a measurement, or for reads that are left out on purpose */
	uint32_t which; /* of fired: a bit for each place in the step's list of checks */
};

/* A fact that decided a step. Texts are the walk's own. */
struct walk_fact {
	char *address, *before;
	char *after; /* when the step was mended; NULL: it was not, or the fact is gone */
};

/* What was seen of a step. Texts are the walk's own. */
struct walk_visit {
	bool seen, skipped;
	int64_t first_ns, last_ns; /* wall clock, UTC: of that look and of the last one */
	struct walk_judged first, last; /* without worst; first: when something was found, else the newest */
	const struct check *cause; /* of first.worst */
	char *line; /* what was found then */
	char *decision; /* as it was then */
	struct walk_fact *fact; /* that decided then */
	size_t nfacts;
	char *now; /* the decision at the last look */
	int64_t mended_ns; /* when what explained most was seen to pass; 0: never */
	struct walk_judged rest; /* of a mended step: what still fires there; without worst */
	char *rest_line; /* of rest, where it is FOUND */
};

struct walk {
	const struct guide *guide;
	bool open, focus;
	bool framed; /* the question of the first step was answered */
	bool above; /* the host is itself a virtual machine */
	double reference_ms, observed_ms; /* NAN: not known */
	char guest[128]; /* the name that was given; "": all guests */
	const char *note; /* what is odd about that name; static; NULL: nothing */
	char key[WALK_KEY]; /* its UUID or "pid4711"; "": no such guest is known */
	size_t order[GUIDE_STEPS]; /* in which steps are gone through */
	size_t at; /* index into order */
	struct walk_visit visit[GUIDE_STEPS];
	int64_t begun_ns; /* wall clock; 0: not begun */
	int scroll;
};

void walk_begin(struct walk *w, const struct guide *g, const struct snapshot *s);
void walk_end(struct walk *w); /* frees what it holds */

/*
 * "[GUEST] REFERENCE OBSERVED", in ms; "don't know" and "" leave both open. 0, or with why in a sentence: -EINVAL, or
 * -ENOENT: other guests are here, and none of that name. What is odd about a guest is in *ret_note, else NULL.
 */
int walk_frame(struct walk *w, const struct snapshot *s, const char *text, char why[200], const char **ret_note);
double walk_deficit(const struct walk *w); /* ms; NAN: not known */

const struct guide_step *walk_step(const struct walk *w);
/* s may be NULL. Pure. */
struct walk_judged walk_judge(const struct walk *w, const struct snapshot *s, size_t step);
/* What the decision of a step speaks of; NULL: of none in particular. */
const struct finding *walk_speaks_of(const struct walk *w, const struct snapshot *s, size_t step);
/* Of those of its parts that concern the guest: the worst severity, and the line that speaks of them; in the arena. */
enum severity walk_severity(const struct walk *w, const struct finding *f);
const char *walk_line(struct arena *a, const struct walk *w, const struct finding *f);
/* This host is itself a virtual machine: its hardware is judged one level up. */
bool walk_one_level_up(const struct snapshot *s);
/* Does this finding concern the guest that is slow: it is about the host, or about that guest. */
bool walk_concerns(const struct walk *w, const struct finding *f);
bool walk_part_concerns(const struct walk *w, const struct finding_part *p);

/*
 * A new snapshot is there: the visit of the step where one stands is renewed. Time may have turned back: what was seen
 * was seen, and is kept with its times.
 */
void walk_look(struct walk *w, const struct snapshot *s);
void walk_forget(struct walk *w); /* all visits */
/* The worst that was found in that step passes now, though what it explains may still be felt. */
bool walk_cause_passes(const struct walk *w, const struct snapshot *s, size_t step);
/* Steps behind `from` anew: as in the guide, but suspects that are too small behind all others. */
void walk_put_in_order(struct walk *w, const struct snapshot *s, size_t from);
/* One step on: those not yet seen are put in order anew, the small ones last. False at the end. */
bool walk_next(struct walk *w, const struct snapshot *s, bool skip);
bool walk_back(struct walk *w, const struct snapshot *s);
/* Looks at all steps, one after the other: for the case that is written without an operator. */
void walk_through(struct walk *w, const struct snapshot *s);

/* In words; all texts are in the arena. */
const char *walk_decision(struct arena *a, const struct walk *w, const struct snapshot *s, size_t step);
const char *walk_deficit_words(struct arena *a, const struct walk *w); /* "web3: slow by 52 ms (112 against 60)" */
/* The same without the guest, not wider than that where it can be said so short: "slow by 52 ms (112 against 60)",
 * "112/60 ms". */
const char *walk_numbers(struct arena *a, const struct walk *w, int width);
const char *walk_time(struct arena *a, int64_t wall_ns); /* "2026-11-26T03:12:44Z" */
const char *walk_ms(struct arena *a, double n); /* "1.3 ms", "17 ms" */
const char *walk_most_words(struct arena *a, const struct walk *w, double most_ms); /* "up to 46 of 52 ms" */
/* What it comes to: the cause, "this host is not the cause", or what is still open. */
const char *walk_conclusion(struct arena *a, const struct walk *w);
/* Steps that were FOUND and not too small, the most first; how many. */
size_t walk_causes(const struct walk *w, size_t ret[GUIDE_STEPS]);
/* The title of the first cause, or of a step where something was found that nobody knows the worth of; NULL: none. */
const char *walk_suspect(const struct walk *w);
/* What is left of the deficit, in sentences that claim no more than is known; NULL: nothing was found, or no deficit
 * given. */
const char *walk_residual(struct arena *a, const struct walk *w);
/* What decided the step; texts are in the arena. How many. */
size_t walk_facts(struct arena *a, const struct walk *w, const struct snapshot *s, size_t step, struct walk_fact **ret);
const char *walk_value(struct arena *a, const struct snapshot *s, const char *address); /* "1.20 GHz" */

struct entries;
struct entry;
struct text;
/* The next change of the journal since the walk began that was not put back; *at: 0 at first. NULL: no more. */
const struct entry *walk_change(const struct walk *w, const struct entries *e, size_t *at);
bool walk_change_stays(const struct entry *e); /* after a reboot */
/* What makes that change stay: the check that it mended; NULL: none of this guide. */
const struct check *walk_change_check(const struct walk *w, const struct entry *e);
/* Of the case: what was changed, and what of it is lost at reboot. */
void walk_case_changes(
	struct text *t, struct arena *a, const struct walk *w, const struct snapshot *s, const struct entries *e);
/* Text of strangers as it is in Markdown, in the arena. */
const char *walk_plain(struct arena *a, const char *text);
const char *walk_advice(struct arena *a, const char *text); /* of a check: its commands are code */
/* The written case as Markdown. entries: the journal, or NULL; changes since the walk began are listed. For free(). */
char *walk_case(const struct walk *w, const struct snapshot *s, const struct entries *entries);

#endif
