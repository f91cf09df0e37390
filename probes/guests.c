/* Guests: not read yet. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/guests.h"

#include <errno.h>
#include <string.h>

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

const struct guest *guests_find(const struct guests *g, const char *uuid)
{
	const struct guest *row = g ? g->guest.row : NULL;

	for (uint32_t i = 0; g && i < g->guest.n; i++)
		if (!strcmp(value_text_or(row[i].uuid, ""), uuid))
			return &row[i];
	return NULL;
}
