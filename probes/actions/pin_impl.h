/* What planning pins, warning of them and putting them into words share. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_ACTIONS_PIN_IMPL_H
#define PROBES_ACTIONS_PIN_IMPL_H

#include "probes/change.h"
#include "probes/cpuset.h"
#include "probes/pin_path.h"

struct daemons;
struct guest;
struct guests;
struct snapshot;
struct placement;
struct placement_guest;
struct threads;
struct threads_guest;
struct topology;

/* "[live|config|both] LIST | - | 1:1 LIST". */
struct pin_value {
	bool live, config; /* neither: not said */
	bool remove; /* "-" */
	bool one_to_one;
	const char *list; /* as it was typed */
	uint32_t *id; /* in the order that was typed */
	size_t n;
	struct cpuset *set;
};

struct pin_target {
	struct pin_path path; /* its scope is not used */
	const struct cpuset *cpus; /* NULL: the element goes */
};

struct pin_plan {
	struct arena *a; /* the change's */
	const struct snapshot *s;
	const struct guests *guests;
	const struct threads *threads;
	const struct placement *placement;
	const struct topology *topology;
	const struct daemons *daemons; /* of these, NULL is not known */
	const struct guest *g;
	const struct threads_guest *tg; /* its threads; NULL: it does not run here, or they are not known */
	const struct placement_guest *pg;
	const char *name; /* fit for a screen */
	struct pin_value v; /* with the scopes that are meant */
	struct pin_target *target;
	size_t n;
	bool vcpus; /* some target is a vCPU */
	bool live_holds; /* the running guest has all of it already */
};

/* Leaves the sentence in the change's title. Returns err. */
__attribute__((format(printf, 3, 4))) int pin_refuse(struct change *ret, int err, const char *format, ...);

/* Fills g, tg, pg and name of the plan. 0, or a refusal. */
int pin_find_guest(struct pin_plan *p, const char *key, struct change *ret);
/* 0, or a refusal. */
int pin_value_parse(struct arena *a, const char *text, struct pin_value *v, struct change *ret);

/* "vcpu 0-3, emulator", from all targets. */
const char *pin_threads(const struct pin_plan *p);
/* "CPU 3", "CPUs 0-3": all that the targets get; one to one in their order, "CPUs 3,0". */
const char *pin_list(const struct pin_plan *p);
/* "CPU 3", "CPUs 0-3,8". */
const char *pin_cpus(struct arena *a, const struct cpuset *set);
/* The CPUs that every thread may have when nothing pins it: the guest's own cpuset, else all that exist; NULL: not
 * known. */
const struct cpuset *pin_everywhere(const struct pin_plan *p);

/* Each thread that the guest's definition pins and this change does not. */
typedef void pin_own_each(const char *thread, const struct cpuset *cpus, void *arg);
void pin_own(const struct pin_plan *p, pin_own_each *each, void *arg);

/* Its control groups are of version 1, as far as their names tell: what is outside of one is refused, not clipped. */
bool pin_old_groups(const struct pin_plan *p);
/* Has the running guest, or its definition, all of this already? False when that is not known for sure. */
bool pin_holds(const struct pin_plan *p, bool live);
/* -EALREADY when nothing would change, else 0. */
int pin_refuse_same(const struct pin_plan *p, struct change *ret);

/* Fills target, title, effect, costs, lasts and keep_hint. */
void pin_words(const struct pin_plan *p, struct change *ret);
/* Fills notes: what may surprise whoever says yes. */
void pin_notes(const struct pin_plan *p, struct change *ret);

#endif
