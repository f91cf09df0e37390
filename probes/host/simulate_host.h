/* A simulated machine as a host that lives by its ticks, for captures of it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_SIMULATE_HOST_H
#define PROBES_HOST_SIMULATE_HOST_H

#include "probes/host/host.h"
#include "probes/host/simulate.h"

/* What it does with its private folder, which can take a while. */
enum simulate_phase { SIMULATE_WRITES, SIMULATE_IS_WHOLE, SIMULATE_TIDIES, SIMULATE_IS_GONE };

struct simulate_life {
	unsigned flips; /* CPUs a second that change between idle and busy */
	unsigned working; /* guests, see simulate_working() */
	char *why; /* [200], "" until a tick fails: then in it what could not be moved; outlives the host */
	void (*says)(void *arg, enum simulate_phase phase, const char *dir); /* as each begins; may be NULL */
	void *says_arg; /* outlives the host */
};

/*
 * Writes the tree into a private folder below $TMPDIR, or else /dev/shm where that is in memory and has twice the room, or else
 * /tmp; closing the host removes it. Each tick is a second
 * later, on a clock that begins at the same moment for every machine: the same options give the same answers. One handle.
 * On failure, also -EINTR when o->stop said so, nothing is left behind, and why says what went wrong.
 */
int simulate_host(
	const struct simulate_options *o, const struct simulate_life *life, struct host **ret, char why[200]);

#endif
