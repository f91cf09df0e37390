/* What the files of placement share: threads, the sets that they are pinned to, and the CPUs, each indexed by the others. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_PLACEMENT_IMPL_H
#define PROBES_PLACEMENT_IMPL_H

#include "probes/cpuset.h"
#include "probes/guests.h"
#include "probes/placement.h"
#include "probes/silicon.h"
#include "probes/threads.h"
#include "probes/topology.h"

enum placed_role { PLACED_VCPU, PLACED_EMULATOR, PLACED_IOTHREAD, PLACED_VHOST, PLACED_ROLES };
enum { PLACED_NOTE = 1, PLACED_WARNING, PLACED_CRITICAL }; /* placement_thread.severity */
enum clash {
	CLASH_SAME_CPU,
	CLASH_FLOATING,
	CLASH_SIBLING,
	CLASH_OFFLINE,
	CLASH_HELPER, /* pinned to the CPU of a vCPU */
	CLASH_VISITOR, /* only ran there */
	CLASH_NODES,
	CLASH_NO_HOST,
	CLASH_IOTHREAD,
	CLASH_LIMITED,
	CLASH_KINDS
};
enum { PLACED_NAME = 48, PLACED_SHORT = 17 };

#define NOBODY UINT32_MAX
#define SOME_HELPER 2.0 /* percent: who takes less from a CPU is not felt there */

/* A guest that runs here: its process was found. */
struct placed_guest {
	const struct guest *guest; /* NULL: libvirt does not list it */
	const struct threads_guest *threads;
	struct placement_guest *row;
	uint32_t first, n; /* of its threads */
	uint32_t nclashes, of_emulator[CLASH_KINDS]; /* of joint.clash, and one: those of its emulator's threads */
	const struct cpuset *all; /* what a thread of it has that nobody pinned; NULL: not known */
	char name[PLACED_NAME], brief[PLACED_SHORT]; /* printable; brief has no blanks */
};

struct placed_thread {
	const struct thread *from;
	struct placement_thread *row;
	uint32_t guest, group, next; /* next: of its group */
	uint8_t role;
	bool pinned;
	int64_t single; /* the one CPU that it is pinned to, or -1 */
	int64_t now; /* where it last ran, or -1 */
	double busy; /* 0 when it is not known */
};

/* The threads that are pinned to one set of CPUs. */
struct placed_group {
	const struct cpuset *set;
	uint32_t size; /* of the set */
	uint32_t first, last; /* of its threads */
	uint32_t count[PLACED_ROLES];
	uint32_t chain; /* of those with the same hash */
	uint32_t nodes; /* of its CPUs, as far as they are known: 0, 1, or 2 for more */
	int64_t node; /* the first of them */
};

struct placed_cpu {
	const struct silicon_cpu *silicon;
	bool there, online, isolated, made;
	struct placement_thread down; /* what a thread that runs here has of it, once it was made */
	uint32_t single[2]; /* vCPUs that are pinned to this CPU alone: the first two */
	uint32_t singles;
	uint32_t count[PLACED_ROLES]; /* pinned here */
	uint32_t first_group, ngroups; /* of joint.cpu_group */
	uint32_t first_run, nruns; /* of joint.run */
};

struct placed_clash {
	uint32_t thread;
	uint8_t kind, severity;
	int64_t cpu; /* -1: of no one CPU */
	struct value says;
};

struct joint {
	const struct tick *t;
	struct arena *scratch; /* gone after the tick */
	const struct topology *topology;
	const struct silicon *silicon;
	const struct guests *guests;
	const struct threads *threads;
	struct carry carry_silicon, carry_guests, carry_threads;
	struct placed_guest *guest;
	uint32_t nguests;
	struct placed_thread *thread;
	uint32_t nthreads;
	struct placed_group *group;
	uint32_t ngroups;
	struct placed_cpu *cpu; /* by id */
	uint32_t ncpus;
	struct placed_clash *clash; /* in the order in which they were found */
	uint32_t nclashes, clash_room;
	uint32_t *cpu_group, *run; /* groups by CPU; threads by the CPU that they last ran on */
	const struct cpuset *online, *isolated; /* NULL when not known */
	struct cpuset *single, *dedicated; /* CPUs that are all some vCPU has; those of one vCPU alone */
};

/* placement_index.c */
void placement_index(struct joint *j); /* needs the threads; fills groups and CPUs */
const struct placement_thread *placement_down(struct joint *j, int64_t cpu); /* of a CPU that is there and online, or NULL */
bool placement_is_dedicated(const struct joint *j, int64_t cpu);

/* placement_words.c */
const char *placement_name(const struct joint *j, uint32_t thread, char buf[96]); /* "web3 vcpu 0" */
/* The same for somebody who reads of the thread `of`: its own guest is not named. */
const char *placement_name_for(const struct joint *j, uint32_t thread, uint32_t of, char buf[96]);
void placement_others(struct joint *j); /* who is pinned there too, of each thread */
void placement_who(struct joint *j, uint32_t cpu, struct placement_cpu *row);

/* placement_waits.c */
uint32_t placement_worst_wait(const struct joint *j, uint32_t first, uint32_t n, struct value *ret_why);
void placement_fill_waits(struct joint *j, struct placement *ret); /* needs what else is said of the threads */

/* placement_clash.c */
__attribute__((format(printf, 6, 7))) void placement_blame(struct joint *j, uint32_t thread, enum clash kind,
	uint64_t severity, int64_t cpu, const char *format, ...);
void placement_clashes(struct joint *j); /* fills the lists of the guests' rows */

/* placement_judge.c */
void placement_judge(struct joint *j);

enum { NPLACEMENT_FIELDS = 11, NPLACEMENT_GUEST_FIELDS = 19, NPLACEMENT_THREAD_FIELDS = 24, NPLACEMENT_CPU_FIELDS = 6,
	NPLACEMENT_CLASH_FIELDS = 7 };
extern const struct field placement_fields[NPLACEMENT_FIELDS];
extern const struct field placement_guest_fields[NPLACEMENT_GUEST_FIELDS];
extern const struct field placement_thread_fields[NPLACEMENT_THREAD_FIELDS];
extern const struct field placement_clash_fields[NPLACEMENT_CLASH_FIELDS];
extern const struct field placement_cpu_fields[NPLACEMENT_CPU_FIELDS];

#endif
