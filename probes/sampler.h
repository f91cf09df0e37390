/* The sampler: asks the probes that are due, one tick after the other, in a thread of its own or step by step. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_SAMPLER_H
#define PROBES_SAMPLER_H

#include <stdbool.h>
#include <stdint.h>

#include "probes/probe.h"

struct history;
struct sampler;

/* Owns the handle h. */
struct sampler *sampler_new(struct host *h);
void sampler_free(struct sampler *s); /* NULL is fine; the thread must have been stopped */

/* Only these probes are asked, and those that they need: names parted by commas. -ENOENT: *ret_bad is no probe. */
int sampler_only(struct sampler *s, const char *names, char ret_bad[64]);

/*
 * One tick in the caller's thread, every probe that is due. Returns a reference to the new snapshot. want may be NULL:
 * nothing in particular.
 */
struct snapshot *sampler_step(struct sampler *s, const struct want *want);

/*
 * Starts the thread: samples now, after 200 ms, then each interval. Each new snapshot (in the first tick one after each
 * probe, so that what is there can be painted) adds 1 to the eventfd notify. 0 or a negative errno.
 */
int sampler_start(struct sampler *s, uint64_t interval_ns, int notify);
/* Asks the thread to end and waits at most wait_ns: false when it still hangs in a read. */
bool sampler_stop(struct sampler *s, uint64_t wait_ns);

/* A reference to the newest snapshot, or NULL before the first. */
struct snapshot *sampler_latest(struct sampler *s);
/* Says what is looked at; copied. The next tick comes at once when soon. `everything` counts for one tick. */
void sampler_want(struct sampler *s, const struct want *want, bool soon);
void sampler_pause(struct sampler *s, bool pause);
struct history *sampler_history(struct sampler *s);
uint64_t sampler_ticks(struct sampler *s); /* whole ticks so far */

#endif
