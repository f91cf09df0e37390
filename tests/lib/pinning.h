/* Four guests on sixteen CPUs, as facts of a snapshot: where tests of pins begin. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_PINNING_H
#define TESTS_LIB_PINNING_H

#include "probes/change.h"
#include "probes/daemons.h"
#include "probes/guests.h"
#include "probes/placement.h"
#include "probes/snapshot.h"
#include "probes/threads.h"
#include "probes/topology.h"

/*
 * CPUs 0-7 are node 0, 8-15 node 1; 0 and 1 are one core, and so on; CPU 15 is offline.
 * web3: runs (id 3), persistent, 4 of 6 vCPUs, iothreads 1 and 2, nothing pinned, its memory on node 0.
 * db1: runs (id 4), vCPU 0 pinned to CPU 10 and its emulator to 12-13. once: runs (id 5), transient. off1: off, 2
 * vCPUs. pid4711: a process that libvirt does not list.
 */
#define WEB3 "11111111-2222-3333-4444-000000000003"
#define DB1 "11111111-2222-3333-4444-000000000001"
#define ONCE "11111111-2222-3333-4444-000000000005"
#define OFF1 "11111111-2222-3333-4444-000000000009"

enum { PINNING_CPUS = 16, PINNING_GUESTS = 4 };

struct pinning {
	struct snapshot *s;
	struct arena *a;
	struct guests *guests;
	struct guest *web3, *db1, *once, *off1;
	struct guest_pin *pin[PINNING_GUESTS]; /* of web3, db1, once, off1 */
	struct threads *threads;
	struct threads_guest *tweb3, *tdb1, *tonce;
	struct placement *placement;
	struct placement_guest *pweb3, *pdb1;
	struct placement_thread *web3_thread, *db1_thread; /* vCPUs by their number, then the emulator */
	struct topology *topology;
	struct topology_cpu *cpu;
	struct daemon *numad;
	struct change *c;
};

/* For cmocka_unit_test_setup_teardown(); state becomes the struct pinning. */
int pinning_setup(void **state);
int pinning_teardown(void **state);

struct value pinning_set(struct pinning *p, const char *list); /* known */
bool pinning_notes(const struct pinning *p, const char *words); /* some note of the change has them */

#endif
