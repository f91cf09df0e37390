/* A host with a clock of the test's own: its ticks, and its answers, are as far apart as the test says. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_CLOCKED_H
#define TESTS_LIB_CLOCKED_H

#include "probes/host/host.h"

struct clocked {
	struct host_ops ops; /* first: a host's verbs find the rest behind it */
	const struct host_ops *inner;
	const uint64_t *now_ns;
};

/* Gives this handle (not those that are made from it) that clock; c and *now_ns outlive it. Returns h. */
struct host *clocked(struct clocked *c, struct host *h, const uint64_t *now_ns);

#endif
