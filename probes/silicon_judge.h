/* Judging a clock: what a MHz value is worth, and what holds a CPU down. Pure functions over facts. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_SILICON_JUDGE_H
#define PROBES_SILICON_JUDGE_H

#include "probes/silicon.h"

struct frequency;
struct frequency_cpu;
struct load;
struct policy;

/* What all clocks of a host have in common. */
struct judge {
	bool samples; /* the kernel takes the clock from its tick's own counters (x86 that has them, 4.13 and later) */
	const char *verb, *driver, *value, *text; /* the last reason, for rows that have the same */
};
struct judge judge_of(const struct snapshot *s);

/* Fills khz, freshness, fresh and ratio. before: the row of the last tick, or NULL. */
void judge_clock(const struct judge *j, const struct load *load, const struct policy *p, const struct frequency_cpu *f,
	const struct silicon_cpu *before, struct silicon_cpu *row);
/* Fills held_by and held_kind. */
void judge_hold(struct judge *j, struct arena *a, const struct frequency *f, const struct policy *p,
	const struct frequency_cpu *fc, struct silicon_cpu *row);

#endif
