/* What the warnings of a pin share: those of the list itself, and those of who is met there. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_ACTIONS_PIN_NOTES_IMPL_H
#define PROBES_ACTIONS_PIN_NOTES_IMPL_H

#include "probes/actions/pin_impl.h"

struct placement_thread;

struct notes {
	const struct pin_plan *p;
	struct arena *a;
	const char **text;
	size_t n;
	const struct cpuset *online; /* NULL: not known */
	bool later; /* only the definition is changed: what this guest has pinned by then is in there */
	bool everywhere; /* each thread gets all that is online: this frees it, and nobody is met in particular */
};

__attribute__((format(printf, 2, 3))) void pin_note(struct notes *to, const char *format, ...);

/* a without b, and what is in both; what may be NULL. */
struct cpuset *pin_minus(struct arena *a, const struct cpuset *from, const struct cpuset *what);
struct cpuset *pin_both(struct arena *a, const struct cpuset *x, const struct cpuset *y);

bool pin_is_vcpu(const struct placement_thread *t);
/* Is it one of the threads that this change pins? */
bool pin_is_target(const struct pin_plan *p, const struct placement_guest *g, const struct placement_thread *t);

typedef void pin_other(struct notes *to, const struct placement_guest *g, const struct placement_thread *t, void *arg);
/* Each pinned thread on this host that is no target. */
void pin_others(struct notes *to, pin_other *each, void *arg);

/* Notes who else is on these CPUs, and beside them. */
void pin_neighbours(struct notes *to);

#endif
