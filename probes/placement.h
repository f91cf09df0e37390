/* Placement: the one place that joins guests, threads and CPUs: a row from each vCPU down to the silicon. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_PLACEMENT_H
#define PROBES_PLACEMENT_H

#include "probes/probe.h"

struct placement {
	struct value running; /* u64: guests that run here, managed or not */
	struct value unmanaged; /* u64: of them, those that libvirt does not list */
	struct value waiting; /* u64: threads that wait more than 2 % of the time, or 1 ms each time */
	struct value wait_ms_per_s, wait_us; /* f64: of the thread whose waiting is worst, by the second or each time; history */
	struct value wait_guest, wait_thread; /* text: its guest's key, "vcpu 2" */
	struct value wait_cpu; /* u64: where it last ran */
	struct value wait_with; /* text: who runs or is pinned there too: "web3 vcpu 0"; absent: nobody */
	struct value conflicts; /* u64: threads with a conflict, notes not counted */
	struct value spread; /* u64: guests of one guest node that may run on several host nodes */
	struct rows guest; /* struct placement_guest: those that libvirt lists, then the unmanaged ones */
	struct rows cpu; /* struct placement_cpu, by rising id */
};

struct placement_guest {
	struct value key; /* text: UUID, or "pid4711" */
	struct value name; /* text, not safe for a screen */
	struct value state; /* text: as guests.guest.state; unmanaged ones run */
	struct value managed; /* bool */
	struct value joined; /* bool: it runs on this machine and its threads were found */
	struct value pid; /* u64 */
	struct value vcpus; /* u64 */
	struct value pinned; /* u64: vCPUs that may not run everywhere */
	struct value cpus; /* set: where its vCPUs may run */
	struct value nodes; /* set: the nodes of those CPUs */
	struct value busy; /* f64: percent of one CPU, of all its threads */
	struct value wait_ms_per_s, wait_us; /* f64: of its thread whose waiting is worst */
	struct value wait_thread; /* text */
	struct value conflicts; /* u64: of its threads; notes not counted */
	struct value conflict; /* text: the worst, as a clause: "vcpu 2 shares CPU 12 with vcpu 0" */
	struct value memory_node; /* i64: the node that holds most of its memory */
	struct value memory_percent; /* f64: how much of it */
	struct value memory_far_percent; /* f64: how much lies on nodes where none of its vCPUs may run */
	struct rows clash; /* struct placement_clash: all conflicts of its threads, notes too */
	struct rows thread; /* struct placement_thread */
};

/* A thread can have several conflicts; threads with one name and one pin, as those of an emulator, have one in common. */
struct placement_clash {
	struct value item; /* text, the key: "same-cpu vcpu 2" */
	struct value kind; /* text: same-cpu, floating, sibling, offline, helper, visitor, nodes, no-host, iothread, limited */
	struct value thread; /* text: "vcpu 2" */
	struct value tid; /* u64 */
	struct value says; /* text: the end of a sentence, as placement_thread.conflict */
	struct value severity; /* u64: as placement_thread.severity */
	struct value cpu; /* u64: where it happens; absent: on no one CPU */
};

struct placement_thread {
	struct value tid; /* u64: the key */
	struct value name, role; /* text: "vcpu 0", vcpu */
	struct value number; /* u64; absent for emulator and vhost */
	struct value allowed; /* set */
	struct value pinned; /* bool: it may not run on all CPUs that guests may have */
	struct value now; /* u64: the CPU it last ran on */
	struct value siblings; /* set: the other CPUs of that core */
	struct value l3, node; /* i64 */
	struct value governor; /* text */
	struct value khz, base_khz; /* u64 */
	struct value freshness; /* text: see silicon.h */
	struct value fresh; /* u64: enum freshness */
	struct value idle_state; /* text: the deepest that this CPU may enter */
	struct value exit_us; /* u64 */
	struct value busy, wait_ms_per_s, wait_us; /* f64 */
	struct value wait_with; /* text: who has the CPU that it waits for: "web3 vcpu 0"; absent: it does not wait, or nobody */
	struct value others; /* text: who else is pinned to CPUs that it is pinned to: "web3 vcpu 0, db1 emulator" */
	struct value conflict; /* text: what is wrong, as a clause; absent: nothing */
	struct value severity; /* u64: of the conflict: 1 note, 2 warning, 3 critical */
};

struct placement_cpu {
	struct value id; /* u64 */
	struct value role; /* text: vcpu-dedicated, vcpu-shared, emulator, iothread, vhost, isolated, housekeeping, offline */
	struct value vcpus, threads; /* u64: pinned here (they may not run everywhere), vCPUs and all */
	struct value who; /* text: who is pinned here, for people: "web3/0 db1/2 web3/e web3/i1"; absent: nobody */
	struct value runs; /* text: whose threads last ran here, the same way */
};

extern const struct probe probe_placement;

/* How bad its waiting is, by the second or each time, whichever is worse: 0, 1, or 2 for more than a few times that. */
int placement_waits(const struct placement_thread *row);

const struct placement_guest *placement_guest(const struct placement *p, const char *key);
const struct placement_thread *placement_thread(const struct placement_guest *g, const char *role, uint64_t number);
const struct placement_cpu *placement_cpu(const struct placement *p, uint64_t id);

#endif
