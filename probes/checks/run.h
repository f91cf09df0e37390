/* What a predicate works with: the facts, its own past, and the ways to say what it found. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHECKS_RUN_H
#define PROBES_CHECKS_RUN_H

#include "probes/checks.h"
#include "probes/checks/limits.h"
#include "probes/probe.h"

enum { PAST = 8 };

/* What it remembered in its last ticks, the newest first. */
struct past {
	size_t n;
	struct {
		uint64_t t_ns;
		double number;
	} at[PAST];
};

/* What stands before past and past itself are for predicates; the rest belongs to run.c. */
struct check_run {
	const struct snapshot *s;
	struct arena *a; /* of the findings */
	enum profile profile;
	double latency_us; /* a wake-up that takes as long is felt; 0: none is (batch) */
	const struct past *past;
	const struct finding *others; /* of the checks whose rows stand before this one's: chained to no causes yet */
	size_t nothers;

	const struct check *check;
	struct finding *ret;
	struct finding_part *part;
	size_t room, evidence_room, unreads_room;
	const char **evidence, **unreads;
	const char *passed, *inapplicable, *unknown;
	double remembered;
};

/*
 * A predicate says any of these, in any order. In the end: something fired: FIRE. Else something was not known:
 * UNKNOWN. Else it does not apply: NOT_APPLICABLE. Else check_pass() said so: PASS. A predicate that said nothing is
 * UNKNOWN. An address is a format with what fills it: check_address(r, "idle.cpu[%u].exit_us", id); keys of guests are
 * escaped by check_key().
 */
__attribute__((format(printf, 2, 3))) const char *check_address(struct check_run *r, const char *format, ...);
const char *check_key(struct check_run *r, const char *key); /* of a row: ] and \ escaped */
const char *check_name(struct check_run *r, struct value name); /* of a device: fit for a screen; "?" */

/* The same of a guest, which has its key where nobody gave it a name: "pid4711". */
const char *check_guest_name(struct check_run *r, struct value name, struct value key);

/* The facts of a probe; NULL: there are none, and why is noted as unknown. */
const void *check_facts(struct check_run *r, const struct probe *p);
/* Is it known? Else that is noted: an absence too. Who takes an absence for an answer asks for it before. */
bool check_known(struct check_run *r, struct value v, const char *address);
static inline bool check_absent(struct value v)
{
	return v.known == KNOWN_ABSENT;
}
/* Is the list known? As check_known(). An empty list is known. */
bool check_list(struct check_run *r, const struct rows *rows, const char *address);
/* What decides cannot be known here, for a reason of its own: "the kernel does not count it". */
__attribute__((format(printf, 2, 3))) void check_unknown(struct check_run *r, const char *format, ...);
/* It is not known yet: a later tick will tell, or a measurement. */
__attribute__((format(printf, 2, 3))) void check_later(struct check_run *r, const char *format, ...);

/* One thing that fires; evidence is its deciding fact. */
__attribute__((format(printf, 4, 5))) void check_fire(
	struct check_run *r, enum severity severity, const char *evidence, const char *format, ...);
void check_target(struct check_run *r, const char *address); /* of the part that fired last, for the action */
/* The key of the guest that it is about, where its evidence names none (guest[KEY] does). */
void check_guest(struct check_run *r, const char *key);
/* The one line over all parts; without it: the first part, and how many others there are. */
__attribute__((format(printf, 2, 3))) void check_line(struct check_run *r, const char *format, ...);
/* Something was looked at and is fine; the sentence stands when nothing fires: "All 24 policies: performance." */
__attribute__((format(printf, 2, 3))) void check_pass(struct check_run *r, const char *format, ...);
__attribute__((format(printf, 2, 3))) void check_not_applicable(struct check_run *r, const char *format, ...);

void check_evidence(struct check_run *r, const char *address); /* further facts that decided */
__attribute__((format(printf, 2, 3))) void check_now(
	struct check_run *r, const char *format, ...); /* the exact command */
void check_cost(
	struct check_run *r, double us, double per_s); /* of what pays most; NAN: not known. The most of all calls */
void check_share(struct check_run *r, double share); /* of CPU-bound time; the most of all calls */
void check_causes(struct check_run *r, const char *ids); /* in this order, whatever the row says: see explained_by */
/* A number for the next ticks: r->past->at[0] is what was remembered in the tick before. */
void check_remember(struct check_run *r, double number);
/* Was it at least `least` in each of the last n ticks before this one? False where there are not so many. */
bool check_was(const struct check_run *r, size_t n, double least);

/* The predicates, a prototype each. */
#define CHECK(id, ...) void rule_##id(struct check_run *r);
#include "probes/checks/checks.def"
#undef CHECK

#endif
