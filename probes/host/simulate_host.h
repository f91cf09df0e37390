/* A simulated machine as a host that lives by its ticks, for captures of it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_SIMULATE_HOST_H
#define PROBES_HOST_SIMULATE_HOST_H

#include "probes/host/host.h"
#include "probes/host/simulate.h"

struct simulate_life {
	unsigned flips; /* CPUs a second that change between idle and busy */
	unsigned working; /* guests, see simulate_working() */
	char *why; /* [200], "" until a tick fails: then in it what could not be moved; outlives the host */
};

/*
 * Writes the tree into a private folder below $TMPDIR (/tmp), which closing the host removes. Each tick is a second
 * later, on a clock that begins at the same moment for every machine: the same options give the same answers. One handle.
 * On failure, also -EINTR when o->stop said so, nothing is left behind, and why says what went wrong.
 */
int simulate_host(
	const struct simulate_options *o, const struct simulate_life *life, struct host **ret, char why[200]);

#endif
