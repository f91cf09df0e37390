/* Placement of guests: not read yet. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/placement.h"

#include <errno.h>
#include <string.h>

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

const struct placement_guest *placement_guest(const struct placement *p, const char *key)
{
	const struct placement_guest *row = p ? p->guest.row : NULL;

	for (uint32_t i = 0; p && i < p->guest.n; i++)
		if (!strcmp(value_text_or(row[i].key, ""), key))
			return &row[i];
	return NULL;
}
