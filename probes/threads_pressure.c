/* Reads how long the tasks of a guest's control group wait for CPUs, memory and disks. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>

#include "probes/host/host.h"
#include "probes/pressure.h"
#include "probes/threads_impl.h"

static void none(struct one_group *g, size_t i, int err)
{
	g->some[i] = g->full[i] = value_error(err, 0);
}

void threads_pressure_none(struct one_group *g, int err)
{
	for (size_t i = 0; i < GROUP_PRESSURES; i++)
		none(g, i, err);
}

void threads_pressure(const struct tick *t, const struct threads_state *st, struct one_process *p)
{
	static const char *const names[GROUP_PRESSURES] = {"cpu", "memory", "io"};
	struct one_group *g = &p->group;
	char path[FOLDER_MOST + 64];

	if (!g->cpu || !group_is_own(st, p)) {
		threads_pressure_none(g, -ENOENT);
		return;
	}
	for (size_t i = 0; i < GROUP_PRESSURES && (i == 0 || g->slow); i++) {
		struct answer answer;
		int err;

		snprintf(path, sizeof(path), "%s/%s.pressure", g->cpu, names[i]);
		err = host_read(t->h, path, &answer);
		if (err)
			none(g, i, err);
		else
			pressure_avg10(answer.text, &g->some[i], &g->full[i]);
	}
}
