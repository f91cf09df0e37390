/* Guests of a test's own on the machine `founding`: who is pinned where, put into the snapshot that is shown. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_SEATS_H
#define TESTS_LIB_SEATS_H

#include "probes/guests.h"
#include "probes/placement.h"
#include "tests/lib/screen.h"

#define SEATS_WEB3 "6f3a0c1e-0000-4000-8000-000000000003"
#define SEATS_DB1 "6f3a0c1e-0000-4000-8000-000000000001"
#define SEATS_MAIL "6f3a0c1e-0000-4000-8000-000000000002"
#define SEATS_OFF "6f3a0c1e-0000-4000-8000-000000000004"

enum { SEATS_GUESTS = 5, SEATS_THREADS = 8, SEATS_CPUS = 512 };

struct seats_thread {
	const char *role; /* NULL: the last one was before */
	unsigned number;
	const char *cpus; /* "0-23" is everywhere */
	unsigned now;
};

/* A test changes these, then calls seats_put(). */
struct seats_guest {
	const char *uuid, *name, *state; /* name NULL: there is no such guest */
	unsigned id, vcpus;
	bool persistent, unmanaged;
	struct seats_thread thread[SEATS_THREADS];
};
struct seats {
	struct seats_guest guest[SEATS_GUESTS];
	bool elsewhere; /* libvirt speaks of another host */
	const char *everywhere; /* CPUs that guests may have */
	struct arena *a;
};

/* web3 crowds CPU 8, db1 is pinned one by one, mail may move within two CPUs, off does not run, one is unmanaged. */
void seats_new(struct seats *s);
void seats_free(struct seats *s); /* after the screen is closed */
/* In place of what the snapshot on the screen says of guests; to be repeated after each tick. */
void seats_put(struct seats *s, struct screen *on);

#endif
