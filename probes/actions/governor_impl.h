/* What planning a governor and putting it into words share. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_ACTIONS_GOVERNOR_IMPL_H
#define PROBES_ACTIONS_GOVERNOR_IMPL_H

#include "probes/change.h"
#include "probes/daemons.h"
#include "probes/frequency.h"

struct governor_plan {
	struct arena *a; /* the change's */
	const struct frequency *f;
	const struct daemons *d; /* NULL: not known */
	const char *value;
	const struct policy **policy; /* those that will be set */
	size_t n, cpus; /* of them */
	const struct policy **left; /* those that cannot be: offline, or not readable */
	size_t nleft;
	const struct policy **same; /* those that have it already */
	size_t nsame;
};

/* "policy3, policy4 and 5 more". */
const char *governor_names(struct arena *a, const struct policy *const *policy, size_t n);

/* Fills target, title, effect, costs, lasts, keep_hint and notes. */
void governor_words(const struct governor_plan *g, struct change *ret);

#endif
