/* The fields of the tasks probe: names, units, sources and meanings. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/tasks_impl.h"

#define AT "/proc/{pid}/task/{tid}/"
/* Which tasks are busy changes by itself: none of this is configuration. */
#define ALL(member, label, type, unit, source_, meaning) \
	FIELD(struct tasks, member, label, type, unit, FIELD_MOVES, source_, meaning)
#define TASK(member, label, type, unit, source_, meaning) \
	FIELD(struct tasks_task, member, label, type, unit, FIELD_MOVES, source_, meaning)

const struct field tasks_task_fields[NTASKS_TASK_FIELDS] = {
	TASK(tid, "Thread", TYPE_U64, UNIT_ID, SOURCES("/proc/{pid}/task"), "The kernel's number of it."),
	TASK(pid, "Process", TYPE_U64, UNIT_ID, SOURCES("/proc"), "The number of its process."),
	TASK(comm, "Command", TYPE_TEXT, UNIT_NONE, SOURCES(AT "stat"), "Its name as the kernel has it."),
	TASK(process, "Its process", TYPE_TEXT, UNIT_NONE, SOURCES("/proc/{pid}/stat"), "The name of its process."),
	TASK(kernel, "Of the kernel", TYPE_BOOL, UNIT_NONE, SOURCES("/proc/{pid}/stat"),
		"Whether it is a thread of the kernel's own, as ksmd and kworker are."),
	TASK(threads, "Threads", TYPE_U64, UNIT_COUNT, SOURCES("/proc/{pid}/stat"),
		"1, or of how many threads of its process this is the sum while they are not known singly."),
	TASK(busy, "Busy", TYPE_F64, UNIT_PERCENT, SOURCES(AT "stat", "/proc/{pid}/stat"),
		"Its time on a CPU, of one CPU, counted in hundredths of a second."),
	TASK(last_cpu, "Ran on", TYPE_U64, UNIT_ID, SOURCES(AT "stat", "/proc/{pid}/stat"),
		"The CPU that it last ran on."),
	TASK(allowed, "May run on", TYPE_CPUS, UNIT_NONE, SOURCES(AT "status"),
		"The CPUs that it may run on, as the kernel has them now."),
	TASK(policy, "Policy", TYPE_TEXT, UNIT_NONE, SOURCES(AT "stat", "/proc/{pid}/stat"),
		"How it is scheduled: other is the usual way, fifo and rr go before all others."),
	TASK(priority, "Priority", TYPE_U64, UNIT_NONE, SOURCES(AT "stat", "/proc/{pid}/stat"),
		"Among threads of the policies fifo and rr the higher goes first; others have none."),
};

const struct field tasks_fields[NTASKS_FIELDS] = {
	ALL(processes, "Processes", TYPE_U64, UNIT_COUNT, SOURCES("/proc"),
		"Processes that are no guest, the kernel's own too, which are read in turns."),
	ALL(round_s, "A round takes", TYPE_F64, UNIT_S, SOURCES("the turns"), "How long it takes until each was read once more."),
	ALL(unread, "Not read", TYPE_U64, UNIT_COUNT, SOURCES("/proc"), "Processes that could not be read."),
};
