/* What the files of the tasks probe share: the processes that it follows from tick to tick. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_TASKS_IMPL_H
#define PROBES_TASKS_IMPL_H

#include "probes/task_stat.h"
#include "probes/tasks.h"

enum { TASK_COMM = 64, TASK_ROWS = 32, TASK_SECOND = 1000000000 };
#define TASK_BUSY 1.0 /* percent of a CPU, from which on it is told */

/* A process as a whole, or one of its threads. */
struct one_task {
	uint32_t id;
	bool kernel, gone;
	bool rated; /* busy is known */
	int err; /* of its newest reading; -EINPROGRESS: none yet */
	uint64_t start, ran, ns; /* ns: when ran was read; 0: never */
	double busy;
	uint64_t nthreads, cpu, priority, policy;
	char comm[TASK_COMM];
	struct cpuset *allowed; /* owned; of threads that are told */
	int allowed_err;
};

struct one_program {
	struct one_task task;
	struct one_task *thread; /* by id; owned; while it is busy and has more than one */
	size_t n;
	bool many; /* too many to be read singly */
};

struct tasks_state {
	struct one_program *program; /* by id: those of no guest */
	size_t n, at; /* at: whose turn it is */
	uint64_t listed_ns, round_ns, began_ns; /* round_ns: how long the last round took; began_ns: of this one */
	uint64_t again_ns; /* when those that are busy were read out of turn */
	int list_err; /* of the newest list */
	bool hidden; /* /proc does not show us all */
};

/* tasks_read.c */
void tasks_list(const struct tick *t, struct tasks_state *st);
void tasks_read(const struct tick *t, struct tasks_state *st);
void tasks_free(struct one_program *p);
bool tasks_single(const struct one_program *p); /* it is one thread */
/* tasks_fill.c */
void tasks_fill(const struct tick *t, const struct tasks_state *st, struct tasks *ret);

enum { NTASKS_FIELDS = 3, NTASKS_TASK_FIELDS = 11 };
extern const struct field tasks_fields[NTASKS_FIELDS];
extern const struct field tasks_task_fields[NTASKS_TASK_FIELDS];

#endif
