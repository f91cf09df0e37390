/* Tasks of the host: threads that are of no guest and take CPU time. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_TASKS_H
#define PROBES_TASKS_H

#include "probes/probe.h"

/*
 * Counted is each process of /proc, the kernel's own too, but no QEMU process and no vhost of one (threads has them).
 * Threads are looked at singly only in processes that were busy when last read. Time is that of stat, in hundredths of
 * a second, so short intervals give coarse numbers.
 */
struct tasks {
	struct value processes; /* u64: that are read in turns */
	struct value round_s; /* f64: how long it takes until each was read once more */
	struct value unread; /* u64: that could not be read, or that /proc hides: 0 when all are seen */
	struct rows task; /* struct tasks_task: more than 1 % of a CPU, the busiest first, at most 32 */
};

struct tasks_task {
	struct value tid; /* u64 */
	struct value pid; /* u64: of its process */
	struct value comm; /* text: its own name as the kernel has it */
	struct value process; /* text: the name of its process */
	struct value kernel; /* bool: one of the kernel's own: ksmd, kswapd0, kworker/3:1H */
	struct value threads; /* u64: 1, or of how many the row is the sum while they are not known singly */
	struct value busy; /* f64, percent of one CPU */
	struct value last_cpu; /* u64: where it last ran */
	struct value allowed; /* set: CPUs that it may run on */
	struct value policy; /* text: other, fifo, rr, batch, idle, deadline */
	struct value priority; /* u64: of fifo and rr; absent for others */
};

extern const struct probe probe_tasks;

#endif
