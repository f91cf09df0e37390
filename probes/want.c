/* What is looked at, copied: for threads that sample while somebody else goes on looking. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/cpuset.h"
#include "probes/probe.h"

struct want want_copy(struct arena *a, const struct want *from)
{
	struct want to = *from;

	if (from->cpus)
		to.cpus = cpuset_copy(a, from->cpus);
	to.explain = arena_strdup(a, from->explain);
	if (from->nguests) {
		const char **guests = arena_array(a, from->nguests, sizeof(*guests));

		for (size_t i = 0; i < from->nguests; i++)
			guests[i] = arena_strdup(a, from->guests[i]);
		to.guests = guests;
	}
	return to;
}
