/* A host with guests for tests of placement: each thread is put where the test wants it, by hand. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_PLACING_H
#define TESTS_LIB_PLACING_H

#include "probes/guests.h"
#include "probes/silicon.h"
#include "probes/threads.h"
#include "probes/topology.h"
#include "tests/lib/crafted.h"

enum { PLACING_GUESTS = 210, PLACING_THREADS = 24 };

/* The facts can be changed until the next placing_new(); the tick joins them as they are then. */
struct placing {
	struct crafted c;
	struct arena *a;
	struct topology *topology;
	struct silicon *silicon;
	struct guests *guests;
	struct threads *threads;
	struct topology_cpu *cpu;
	struct silicon_cpu *below;
	struct guest *guest;
	struct threads_guest *process;
	unsigned ncpus;
};

/* CPUs 0 to n-1, two of a core beside each other, the upper half on node 1; libvirt answers, and has no guest. */
struct placing placing_new(unsigned cpus);
void placing_end(struct placing *p);
/* A guest that libvirt lists and that runs, its process found: the same number is the row of both. */
unsigned placing_guest(struct placing *p, const char *name);
/* A process that libvirt does not list. */
unsigned placing_stray(struct placing *p, const char *name);
/* A thread of it, "vcpu 3", "emulator": allowed to run on a list, and last run on a CPU. */
struct thread *placing_thread(struct placing *p, unsigned guest, const char *name, const char *allowed, unsigned cpu);
void placing_offline(struct placing *p, unsigned cpu);
void placing_isolate(struct placing *p, const char *list);
const struct cpuset *placing_set(struct placing *p, const char *list);
void placing_tick(struct placing *p);
const char *placing_key(struct placing *p, unsigned guest);

#endif
