/* A probe: what it reads in a tick, the block it leaves, and the snapshot that holds the newest block of each. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_PROBE_H
#define PROBES_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probes/about.h"
#include "probes/arena.h"
#include "probes/field.h"
#include "probes/util.h"
#include "probes/value.h"

struct findings;
struct host;
struct snapshot;

/* What is looked at: immutable and counted, the UI swaps a new one in. One-shot commands ask for everything. */
struct want {
	const struct cpuset *cpus; /* on screen; NULL: none in particular */
	const char *const *guests; /* keys of those on the screen: the first one closely, the others in a list */
	size_t nguests;
	const char *explain; /* an address, or NULL */
	bool everything; /* read all that is due or not */
	bool deep; /* reads that interrupt CPUs are allowed */
};
struct want want_copy(struct arena *a, const struct want *from); /* with what it points to, in the arena */

struct tick {
	struct host *h;
	struct arena *a; /* of the block that is being made */
	const struct snapshot *so_far; /* the probes above this one have their new blocks in it */
	const void *prev; /* the probe's own facts of before, or NULL; valid during the call */
	uint64_t prev_ns; /* when those were read */
	const struct want *want;
	uint64_t now_ns; /* when this tick began, on the host's clock */
	uint64_t dt_ns; /* since this probe's last sample; 0 at the first */
};

enum { SAMPLE_SAME = 1 }; /* nothing moved: the block of before stays, nothing was kept from this call */

struct probe {
	const char *name, *title;
	const char *const *needs; /* names of rows above it in probes.def; NULL-ended, or NULL */
	size_t size, state_size; /* of its facts; of what it keeps between ticks (zeroed at first) */
	unsigned period_ms; /* 0: each tick */
	const struct field *fields;
	size_t nfields;
	const struct row_set *sets;
	size_t nsets;
	/* 0, SAMPLE_SAME, or a negative errno: then the block has no facts and the error. facts are zeroed (NOT_YET).
	 */
	int (*sample)(const struct tick *t, void *state, void *facts);
	void (*end)(struct host *h, void *state); /* drops kept files, frees what state holds; may be NULL */
};

/* The result of one sample: immutable, reference-counted; facts is NULL when err is not 0. */
struct block {
	const struct probe *probe;
	struct arena *a;
	const void *facts;
	uint64_t t_ns; /* when the facts were read */
	uint64_t id; /* grows with each block of the machine: the same id is the same content */
	int32_t err;
	_Atomic uint32_t refs;
};

/* The raw answer behind the address that want.explain names. */
struct explained {
	const char *address;
	const char *path; /* the rung that answered, with its keys filled in; NULL: nothing to read */
	const char *raw; /* what the machine said; NULL after an error */
	int32_t err;
	uint64_t t_ns;
	const char *why;
};

/* Where a capture stands. */
struct tape {
	uint32_t tick, ticks; /* from 1; both 0: no capture */
	bool all; /* everything was read in this tick */
	uint64_t next_ns; /* until the next one; 0: not known, or the last */
};

/* Immutable, reference-counted: the newest block of each probe, in the order of probes.def; NULL: none yet. */
struct snapshot {
	struct about about;
	struct tape tape;
	uint64_t id;
	uint64_t t_ns; /* of its tick */
	int64_t wall_ns; /* since 1970 UTC */
	const struct explained *explained; /* NULL when nothing is asked */
	struct findings *findings; /* what the checks say of these facts; NULL before the first whole tick */
	struct arena *a; /* for explained */
	uint64_t cost_calls, cost_bytes,
		cost_ns; /* of the tick that made it: calls on the host, their bytes, CPU time */
	uint32_t cost_kept; /* descriptors held */
	bool whole; /* every probe has been asked at least once */
	_Atomic uint32_t refs;
	size_t n;
	struct block *block[];
};

extern const struct probe *const probes[]; /* the rows of probes.def */
extern const size_t nprobes;

const struct probe *probe_find(const char *name);
const struct block *snapshot_block(const struct snapshot *s, const struct probe *p);
/* The facts of that probe, or NULL when it has not answered. s may be NULL. */
const void *snapshot_facts(const struct snapshot *s, const struct probe *p);
struct snapshot *snapshot_ref(struct snapshot *s);
void snapshot_unref(struct snapshot *s); /* NULL is fine */

#endif
