/* Tasks of the host that take CPU time: processes are read in turns, and threads of those that are busy. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/tasks.h"

#include <stdlib.h>

#include "probes/tasks_impl.h"

static int sample(const struct tick *t, void *state, void *facts)
{
	struct tasks_state *st = state;

	tasks_list(t, st);
	tasks_read(t, st);
	tasks_fill(t, st, facts);
	return 0;
}

static void end(struct host *h, void *state)
{
	struct tasks_state *st = state;

	(void)h;
	for (size_t i = 0; i < st->n; i++)
		tasks_free(&st->program[i]);
	free(st->program);
}

static const struct row_set sets[] = {
	{"task", "tid", offsetof(struct tasks, task), sizeof(struct tasks_task), TABLE(tasks_task_fields), NULL, 0},
};

const struct probe probe_tasks = {
	.name = "tasks",
	.title = "Tasks of the host",
	.needs = SOURCES("load", "threads"),
	.size = sizeof(struct tasks),
	.state_size = sizeof(struct tasks_state),
	.fields = tasks_fields,
	.nfields = COUNT(tasks_fields),
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
	.end = end,
};
