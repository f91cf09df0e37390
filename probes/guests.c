/* Guests: not read yet. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/guests.h"

#include <errno.h>

static int sample(const struct tick *t, void *state, void *facts)
{
	(void)t;
	(void)state;
	(void)facts;
	return -EOPNOTSUPP;
}

const struct probe probe_guests = {
	.name = "guests",
	.title = "Guests",
	.size = sizeof(struct guests),
	.sample = sample,
};
