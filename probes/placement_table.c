/* The fields of placement: names, units, sources and meanings. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/placement_impl.h"

#define JOIN(what) SOURCES("joined from " what)
#define THREADS JOIN("threads.guest")
#define DOWN JOIN("silicon.cpu, of the CPU that it last ran on")
#define ALL(member, label, type, unit, flags, meaning) \
	FIELD(struct placement, member, label, type, unit, FIELD_MOVES | (flags), JOIN("placement.guest"), meaning)
#define GUEST(member, label, type, unit, flags, source_, meaning) \
	FIELD(struct placement_guest, member, label, type, unit, flags, source_, meaning)
#define THREAD(member, label, type, unit, flags, source_, meaning) \
	FIELD(struct placement_thread, member, label, type, unit, flags, source_, meaning)
#define CPU(member, label, type, unit, flags, source_, meaning) \
	FIELD(struct placement_cpu, member, label, type, unit, flags, source_, meaning)

const struct field placement_fields[NPLACEMENT_FIELDS] = {
	ALL(running, "Running", TYPE_U64, UNIT_COUNT, 0, "Guests that run on this host, whoever started them."),
	ALL(unmanaged, "Unmanaged", TYPE_U64, UNIT_COUNT, 0, "Of them, those that libvirt does not list."),
	ALL(waiting, "Waiting", TYPE_U64, UNIT_COUNT, FIELD_HISTORY,
		"Threads of guests that have no CPU for more than 2 % of the time, or for 1 ms each time."),
	ALL(wait_ms_per_s, "Longest wait", TYPE_F64, UNIT_MS, FIELD_HISTORY,
		"How long the thread whose waiting is worst had no CPU, in each second."),
	ALL(wait_us, "Its wait a turn", TYPE_F64, UNIT_US, FIELD_HISTORY,
		"How long that thread waited each time that it got a CPU."),
	ALL(wait_guest, "Its guest", TYPE_TEXT, UNIT_NONE, 0, "The guest of the thread that waits most."),
	ALL(wait_thread, "Which thread", TYPE_TEXT, UNIT_NONE, 0, "The thread that waits most."),
	ALL(wait_cpu, "On CPU", TYPE_U64, UNIT_ID, 0, "Where the thread that waits most last ran."),
	ALL(wait_with, "Shared with", TYPE_TEXT, UNIT_NONE, 0,
		"Who else runs on that CPU; where nobody does, who is pinned to it too."),
	ALL(conflicts, "Conflicts", TYPE_U64, UNIT_COUNT, FIELD_HISTORY,
		"Threads whose pins get in the way of each other, or of themselves; mere notes are not counted."),
	ALL(spread, "Spread", TYPE_U64, UNIT_COUNT, 0,
		"Guests that know of one node and may run on several of this host."),
};

const struct field placement_guest_fields[NPLACEMENT_GUEST_FIELDS] = {
	GUEST(key, "Guest", TYPE_TEXT, UNIT_NONE, 0, JOIN("guests.guest and threads.guest"),
		"Its UUID, or the number of its process when libvirt does not list it."),
	GUEST(name, "Name", TYPE_TEXT, UNIT_NONE, 0, JOIN("guests.guest and threads.guest"), "What it is called."),
	GUEST(state, "State", TYPE_TEXT, UNIT_NONE, 0, JOIN("guests.guest"),
		"Whether it runs; one that libvirt does not list is there because it does."),
	GUEST(managed, "Managed", TYPE_BOOL, UNIT_NONE, 0, JOIN("guests.guest and threads.guest"),
		"Whether libvirt lists it."),
	GUEST(joined, "On this host", TYPE_BOOL, UNIT_NONE, 0, JOIN("guests.guest and threads.guest"),
		"Whether it runs on this machine and its process was found."),
	GUEST(pid, "Process", TYPE_U64, UNIT_ID, FIELD_MOVES, THREADS, "The number of its QEMU process."),
	GUEST(vcpus, "vCPUs", TYPE_U64, UNIT_COUNT, 0, JOIN("guests.guest and threads.guest"), "The CPUs that it has."),
	GUEST(pinned, "Pinned", TYPE_U64, UNIT_COUNT, 0, THREADS,
		"Its vCPUs that may not run on all CPUs that guests may have."),
	GUEST(cpus, "May run on", TYPE_CPUS, UNIT_NONE, 0, THREADS, "The CPUs that its vCPUs may run on."),
	GUEST(nodes, "Nodes", TYPE_CPUS, UNIT_NONE, 0, JOIN("threads.guest and topology"), "The nodes of those CPUs."),
	GUEST(busy, "Busy", TYPE_F64, UNIT_PERCENT, FIELD_MOVES, THREADS, "The time of all its threads, of one CPU."),
	GUEST(wait_ms_per_s, "Waits", TYPE_F64, UNIT_MS, FIELD_MOVES, THREADS,
		"How long its thread whose waiting is worst had no CPU, in each second."),
	GUEST(wait_us, "Waits a turn", TYPE_F64, UNIT_US, FIELD_MOVES, THREADS,
		"How long that thread waited each time that it got a CPU."),
	GUEST(wait_thread, "Which thread", TYPE_TEXT, UNIT_NONE, FIELD_MOVES, THREADS, "Its thread that waits most."),
	GUEST(conflicts, "Conflicts", TYPE_U64, UNIT_COUNT, FIELD_MOVES, JOIN("placement.guest.thread"),
		"Its threads with a conflict; mere notes are not counted."),
	GUEST(conflict, "Worst conflict", TYPE_TEXT, UNIT_NONE, FIELD_MOVES, JOIN("placement.guest.thread"),
		"The worst of them, as a sentence."),
	GUEST(memory_node, "Memory on node", TYPE_I64, UNIT_ID, FIELD_MOVES, JOIN("threads.guest.memory"),
		"The node that holds most of its memory."),
	GUEST(memory_percent, "How much", TYPE_F64, UNIT_PERCENT, FIELD_MOVES, JOIN("threads.guest.memory"),
		"How much of its memory lies there."),
	GUEST(memory_far_percent, "Far memory", TYPE_F64, UNIT_PERCENT, FIELD_MOVES,
		JOIN("threads.guest.memory and placement.guest"),
		"How much of its memory lies on nodes where none of its vCPUs may run."),
};

#define CLASH(member, label, type, unit, meaning) \
	FIELD(struct placement_clash, member, label, type, unit, FIELD_MOVES, \
		JOIN("threads, guests, silicon and topology"), meaning)

const struct field placement_clash_fields[NPLACEMENT_CLASH_FIELDS] = {
	CLASH(item, "Conflict", TYPE_TEXT, UNIT_NONE, "What kind it is, and whose."),
	CLASH(kind, "Kind", TYPE_TEXT, UNIT_NONE,
		"Two vCPUs on one CPU (same-cpu), one that floats over isolated CPUs, guests that share a core (sibling), "
		"offline CPUs, a helper of devices that is pinned to the CPU of a vCPU or ran there (visitor), two nodes, no "
		"CPU left to the host (no-host), an iothread that may run anywhere, a pin that a control group limits."),
	CLASH(thread, "Thread", TYPE_TEXT, UNIT_NONE, "The thread that has it."),
	CLASH(tid, "Number", TYPE_U64, UNIT_ID, "The kernel's number of that thread."),
	CLASH(says, "What is wrong", TYPE_TEXT, UNIT_NONE, "What is wrong, as the end of a sentence."),
	CLASH(severity, "Severity", TYPE_U64, UNIT_ID, "How bad that is: 1 is a note, 2 a warning, 3 critical."),
	CLASH(cpu, "CPU", TYPE_U64, UNIT_ID, "The CPU where it happens."),
};

const struct field placement_thread_fields[NPLACEMENT_THREAD_FIELDS] = {
	THREAD(tid, "Thread", TYPE_U64, UNIT_ID, 0, THREADS, "The kernel's number of it."),
	THREAD(name, "Name", TYPE_TEXT, UNIT_NONE, 0, THREADS, "What it is, in words, with its number."),
	THREAD(role, "Role", TYPE_TEXT, UNIT_NONE, 0, THREADS, "What it does: vcpu, emulator, iothread or vhost."),
	THREAD(number, "Number", TYPE_U64, UNIT_ID, 0, THREADS, "The number of the vCPU or of the iothread."),
	THREAD(allowed, "May run on", TYPE_CPUS, UNIT_NONE, 0, THREADS, "The CPUs that it may run on."),
	THREAD(pinned, "Pinned", TYPE_BOOL, UNIT_NONE, 0, JOIN("threads.guest and topology"),
		"Whether it may not run on all CPUs that guests may have; isolated ones do not count."),
	THREAD(now, "Now on", TYPE_U64, UNIT_ID, FIELD_MOVES, THREADS, "The CPU that it last ran on."),
	THREAD(siblings, "Siblings", TYPE_CPUS, UNIT_NONE, FIELD_MOVES, DOWN, "The other CPUs of that core."),
	THREAD(l3, "L3", TYPE_I64, UNIT_ID, FIELD_MOVES, DOWN, "The last-level cache of that CPU."),
	THREAD(node, "Node", TYPE_I64, UNIT_ID, FIELD_MOVES, DOWN, "The node of that CPU."),
	THREAD(governor, "Governor", TYPE_TEXT, UNIT_NONE, FIELD_MOVES, DOWN, "Who chooses the clock of that CPU."),
	THREAD(khz, "Clock", TYPE_U64, UNIT_KHZ, FIELD_MOVES, DOWN,
		"The clock of that CPU; its freshness says what it is worth."),
	THREAD(base_khz, "Base clock", TYPE_U64, UNIT_KHZ, FIELD_MOVES, DOWN, "The clock that it should reach."),
	THREAD(freshness, "Freshness", TYPE_TEXT, UNIT_NONE, FIELD_MOVES, DOWN,
		"Whether that clock was measured, asked for, or is of a CPU that sleeps."),
	THREAD(fresh, "Freshness number", TYPE_U64, UNIT_ID, FIELD_MOVES, DOWN, "The same as a number."),
	THREAD(idle_state, "Deepest state", TYPE_TEXT, UNIT_NONE, FIELD_MOVES, DOWN,
		"The deepest idle state that this CPU may enter."),
	THREAD(exit_us, "Exit latency", TYPE_U64, UNIT_US, FIELD_MOVES, DOWN,
		"How long it may take to leave that state, before the thread runs."),
	THREAD(busy, "Busy", TYPE_F64, UNIT_PERCENT, FIELD_MOVES, THREADS, "Its time on a CPU, of one CPU."),
	THREAD(wait_ms_per_s, "Waits", TYPE_F64, UNIT_MS, FIELD_MOVES, THREADS,
		"How long it could have run and had no CPU, in each second."),
	THREAD(wait_us, "Waits a turn", TYPE_F64, UNIT_US, FIELD_MOVES, THREADS,
		"How long it waited each time that it got a CPU."),
	THREAD(wait_with, "Waits for", TYPE_TEXT, UNIT_NONE, FIELD_MOVES, THREADS,
		"Who has the CPU that it waits for: who runs there, else who is pinned there."),
	THREAD(others, "Shared with", TYPE_TEXT, UNIT_NONE, 0, THREADS,
		"Who else is pinned to CPUs that it is pinned to."),
	THREAD(conflict, "Conflict", TYPE_TEXT, UNIT_NONE, FIELD_MOVES, JOIN("threads, guests, silicon and topology"),
		"What is wrong with its place, as the end of a sentence."),
	THREAD(severity, "Severity", TYPE_U64, UNIT_ID, FIELD_MOVES, JOIN("threads, guests, silicon and topology"),
		"How bad that is: 1 is a note, 2 a warning, 3 critical."),
};

const struct field placement_cpu_fields[NPLACEMENT_CPU_FIELDS] = {
	CPU(id, "CPU", TYPE_U64, UNIT_ID, 0, JOIN("topology"), "The kernel's number of this CPU."),
	CPU(role, "Role", TYPE_TEXT, UNIT_NONE, 0, JOIN("threads.guest and topology"),
		"What it is for: one vCPU alone, several, another thread of a guest, nothing but what is pinned there "
		"(isolated), or the host."),
	CPU(vcpus, "vCPUs", TYPE_U64, UNIT_COUNT, 0, THREADS, "The vCPUs that are pinned to it, alone or with others."),
	CPU(threads, "Threads", TYPE_U64, UNIT_COUNT, 0, THREADS, "All threads of guests that are pinned to it."),
	CPU(who, "Pinned", TYPE_TEXT, UNIT_NONE, 0, THREADS,
		"Who is pinned to it: a number is a vCPU, e the emulator, i an iothread, v a vhost."),
	CPU(runs, "Ran here", TYPE_TEXT, UNIT_NONE, FIELD_MOVES, THREADS, "Who last ran on it, in the same short form."),
};
