/* Writes the /sys and /proc of a big machine that does not exist into a folder, and lets it live. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_SIMULATE_H
#define PROBES_HOST_SIMULATE_H

#include <stdbool.h>
#include <stdint.h>

#define SIMULATE_MARK ".hvscope-simulated" /* the file in a folder that says what was simulated there */

struct simulate_options {
	unsigned packages;
	unsigned cores; /* of a package */
	unsigned threads; /* of a core: siblings are n, n + packages * cores, … */
	unsigned states; /* idle states of a CPU; 0: no cpuidle driver */
	unsigned busy_percent; /* share of the CPUs that are busy */
	unsigned guests; /* that libvirt knows, but for one; x86 only */
	bool clean; /* well set up: nothing is wrong with it, and its guests are all pinned and fast */
	uint64_t seed; /* the same seed gives the same bytes */
	const char *driver; /* scaling_driver; decides vendor and files */
	const char *governor; /* of all policies */
	bool (*stop)(void *arg); /* asked between folders: true ends the writing with -EINTR; may be NULL */
	void *stop_arg;
};

/* What a machine has unless it is said otherwise: 4 packages of 64 cores of 2 threads, 8 idle states. */
void simulate_defaults(struct simulate_options *ret);

/* 0, or -EINVAL with why naming the option and what it can be. */
int simulate_check(const struct simulate_options *o, char why[200]);

/*
 * Writes the tree. dir must be empty or not exist (-ENOTEMPTY, -ENOTDIR); on failure what was written is removed. The
 * mark is written last: a folder that has it is whole.
 */
int simulate_write(const struct simulate_options *o, const char *dir, char why[200]);

/* What a tree was made from, by its mark: -ENOENT without dir or mark, -EINVAL for a mark that cannot be read. */
int simulate_read_mark(const char *dir, struct simulate_options *ret, char why[200]);
/* Whether both make the same tree. */
bool simulate_same(const struct simulate_options *a, const struct simulate_options *b);

/* A tree that moves. One thread's. */
struct simulation;

/* Opens a tree that simulate_write() made; its counters go on from where they are. */
int simulate_open(const char *dir, struct simulation **ret, char why[200]);

/*
 * Lets ms pass: the counters of /proc/stat grow, and with each second that begins the load of all CPUs moves by up to
 * 3 points and their clocks by up to 1 %, and flips CPUs change between idle and busy. Clocks follow what is written to
 * scaling_governor. Every file keeps its inode and its length. -ERANGE when a counter would need one more digit.
 */
int simulate_move(struct simulation *s, unsigned ms, unsigned flips, char why[200]);

/*
 * From now on so many guests work, the first ones of those that can; the others are calm: their threads sleep, their
 * cards and disks rest, and so do the CPUs that are theirs alone. Before the first call all of them work.
 */
void simulate_working(struct simulation *s, unsigned guests);
/* What libvirt's answers are dated by from now on, instead of this machine's clock; it outlives s. */
void simulate_clock(struct simulation *s, const uint64_t *now_ns);
void simulate_close(struct simulation *s); /* NULL is fine */

#endif
