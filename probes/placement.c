/* Placement of guests: not read yet. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/placement.h"

#include <errno.h>

static int sample(const struct tick *t, void *state, void *facts)
{
	(void)t;
	(void)state;
	(void)facts;
	return -EOPNOTSUPP;
}

const struct probe probe_placement = {
	.name = "placement",
	.title = "Placement of guests",
	.size = sizeof(struct placement),
	.sample = sample,
};
