/* The paced host: wraps another and gives it a clock of its own, so that the same machine says the same each time. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_PACED_H
#define PROBES_HOST_PACED_H

#include "probes/host/host.h"

struct pace {
	uint64_t begin_ns, tick_ns; /* what the clock says in the first tick; how far apart ticks are */
	int64_t begin_wall_ns;
	/* Lets the machine live up to now_ns; called with each tick, which returns what it returns. NULL: nothing moves. */
	int (*live)(void *arg, uint64_t now_ns);
	void (*end)(void *arg); /* when the host is closed, after inner; may be NULL */
	void *arg;
};

/*
 * Wraps inner and owns it. Its clock stands still within a tick, answers and all; names are listed in order, and as many
 * files can be kept as anywhere: no descriptor is held for them. One handle: there is no other on its machine.
 */
int paced_open(struct host *inner, const struct pace *pace, struct host **ret);

#endif
