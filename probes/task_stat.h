/* Processes and threads in /proc: which there are, and what their files say. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_TASK_STAT_H
#define PROBES_TASK_STAT_H

#include "probes/parse.h"

struct cpuset;
struct host;

enum { TASK_STAT_HZ = 100 }; /* its times are in hundredths of a second on all machines that run guests */

/* The fields that matter. */
struct stat_parts {
	struct slice comm; /* into the text */
	uint64_t parent, ran, nthreads, start, cpu, priority, policy; /* ran: for itself and in the kernel */
};

int stat_parse(const char *text, struct stat_parts *ret); /* 0 or -EINVAL */
const char *task_policy_word(uint64_t policy); /* "fifo"; NULL for what has no name */

/* The CPUs of a status file. 0 and a set in the arena, or a negative errno. */
int task_allowed(struct arena *a, const char *text, struct cpuset **ret);

struct task_ids {
	uint32_t *id; /* rising, each once; for free() */
	size_t n;
};
/* The names in there that are numbers. What came before an error is in ret too, which is zeroed by the caller. */
int task_ids(struct host *h, const char *folder, struct task_ids *ret);

#endif
