/* Guests made by hand: four that have what goes wrong, and as many plain ones as a test wants, put into a snapshot. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_GUESTING_H
#define TESTS_LIB_GUESTING_H

#include "probes/guests.h"
#include "probes/placement.h"

/*
 * The facts in the snapshot from now on, for a test to change. What the snapshot had of guests and placement goes; it
 * must not be in use by another thread.
 *
 * db1 (its vCPU 2 waits on the CPU of web3's vCPU 0), old1 (off; IDE), web3 (IDE, e1000, qemu64; two vCPUs on one CPU,
 * the emulator on a vCPU's CPU; a pin that is lost at the restart), and pid4711, which libvirt does not list. Then the
 * plain ones: vm-000 and so on, each of `threads` threads.
 */
struct guesting {
	struct guests *guests;
	struct placement *placement;
	struct guest *guest; /* guests->guest.row: GUESTING_DB1 … */
	struct placement_guest *place; /* placement->guest.row, pid4711 last */
	struct arena *a; /* of the placement's block, for what a test adds */
};
enum { GUESTING_DB1, GUESTING_OLD1, GUESTING_WEB3, GUESTING_PLAIN };
struct guesting guesting_put(struct snapshot *s, unsigned plain, unsigned threads);
/* No guest at all: libvirt's link is that word, NULL: nobody asks it. */
struct guesting guesting_none(struct snapshot *s, const char *link);

#endif
