/* How the CPUs of a moving simulated machine sleep: idle counters that agree with its /proc/stat. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_SIMULATE_SLEEP_H
#define PROBES_HOST_SIMULATE_SLEEP_H

#include <stdbool.h>
#include <stdint.h>

struct guest_moves;
struct model;
struct sleepers;

/* Reads the counters of all states; m outlives it. */
int sleepers_open(const struct model *m, int root, struct sleepers **ret, char why[200]);
void sleepers_close(struct sleepers *s); /* NULL is fine */

/*
 * Idle CPUs sleep in the deepest state that is enabled and within their own limit, now and then for some seconds: then
 * their counters stand still, and get all of it when they wake up; those that rest do so more often. Busy ones nap in
 * shallow states. guests may be NULL.
 */
void sleepers_begin_second(struct sleepers *s, const struct guest_moves *guests, uint64_t second);
bool sleepers_through(const struct sleepers *s, unsigned cpu); /* it sleeps through this second */
void sleepers_idle(struct sleepers *s, unsigned cpu, unsigned us); /* so much idle time passed */

/* Sleeps end, and are counted, at the end of each slice of a second. */
unsigned sleepers_slice_ms(const struct sleepers *s);
void sleepers_end(struct sleepers *s);
int sleepers_write(struct sleepers *s, char why[200]); /* what has changed; -ERANGE when a number got longer */

#endif
