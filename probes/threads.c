/* Threads of guests: not read yet. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/threads.h"

#include <errno.h>
#include <string.h>

static int sample(const struct tick *t, void *state, void *facts)
{
	(void)t;
	(void)state;
	(void)facts;
	return -EOPNOTSUPP;
}

const struct probe probe_threads = {
	.name = "threads",
	.title = "Threads of guests",
	.size = sizeof(struct threads),
	.sample = sample,
};

const struct threads_guest *threads_find(const struct threads *t, const char *key)
{
	const struct threads_guest *row = t ? t->guest.row : NULL;

	for (uint32_t i = 0; t && i < t->guest.n; i++)
		if (!strcmp(value_text_or(row[i].key, ""), key))
			return &row[i];
	return NULL;
}
