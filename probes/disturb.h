/* Which reads interrupt the CPU that they ask, and when they may be done all the same. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_DISTURB_H
#define PROBES_DISTURB_H

#include <stdbool.h>
#include <stdint.h>

struct host;
struct snapshot;
struct answer;
struct kept;

#define WOULD_INTERRUPT "would interrupt"

/*
 * Whether reading scaling_cur_freq or /proc/cpuinfo interrupts CPUs: x86 kernels from 4.13 to 5.18. A folder's files
 * interrupt nobody.
 */
bool clock_reads_interrupt(const struct snapshot *s);

/*
 * Whether reading this file asks a register that a CPU of the package must read: RAPL and uncore clocks but for what
 * the kernel remembers of them. A folder's files interrupt nobody.
 */
bool read_interrupts_package(const struct snapshot *s, const char *path);

/* Remembers how long such reads took, and when they are to pause. Zeroed: nothing known. */
struct slow_reads {
	uint8_t last; /* a bit for each of the last three reads that was slow */
	uint64_t paused_until_ns;
};

/* May such a read be done now? Not while they pause. */
bool slow_reads_allowed(const struct slow_reads *r, uint64_t now_ns);
/* Takes note of one read: two slow ones of three pause all of them. */
void slow_reads_note(struct slow_reads *r, uint64_t from_ns, uint64_t to_ns);

#endif
