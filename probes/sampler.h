/* The sampler: asks the probes that are due, one tick after the other, in a thread of its own or step by step. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_SAMPLER_H
#define PROBES_SAMPLER_H

#include <stdbool.h>
#include <stdint.h>

#include "probes/checks.h"
#include "probes/probe.h"

struct history;
struct sampler;

/* Owns the handle h. */
struct sampler *sampler_new(struct host *h);
struct host *sampler_again(struct sampler *s); /* another handle on its machine, the caller's */
void sampler_free(struct sampler *s); /* NULL is fine; the thread must have been stopped */

/* Only these probes are asked, and those that they need: names parted by commas. -ENOENT: *ret_bad is no probe. */
int sampler_only(struct sampler *s, const char *names, char ret_bad[64]);

void sampler_profile(struct sampler *s, enum profile profile); /* by which the checks judge from the next tick on; web at first */

/*
 * One tick in the caller's thread, every probe that is due. Returns a reference to the new snapshot. want may be NULL:
 * nothing in particular. On a capture: its next tick, in which that is read which was read then, whatever is wanted;
 * behind the last one nothing is sampled, and only what is to be explained is answered.
 */
struct snapshot *sampler_step(struct sampler *s, const struct want *want);

/*
 * Starts the thread: samples now, after 200 ms, then each interval; a capture as it was recorded where the interval is
 * 0. Each new snapshot (in the first tick one after each
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

/* How many ticks the capture behind h has; 0: it is none. */
uint32_t sampler_ticks_of(struct host *h);

/* Where the playing of a capture stands; all zero on other hosts. */
struct playing {
	uint32_t tick, ticks; /* as the newest snapshot says */
	uint32_t going, at; /* on the way to that tick, and how far that is; 0: it stands where it should */
	bool on; /* time goes on by itself */
	bool loop; /* the end is followed by the beginning */
	bool ended; /* it has played to the end and stopped there */
};

/*
 * Of a capture, from any thread; where no thread samples, seek does its work before it returns. Going back means to
 * begin anew: probes, history and all, and nothing is published on the way. A newer wish ends the one in hand.
 */
struct playing sampler_playing(struct sampler *s);
void sampler_play(struct sampler *s, bool on);
void sampler_loop(struct sampler *s, bool on);
void sampler_seek(struct sampler *s, uint32_t tick); /* from 1; behind the last one: the last */
/* Answers what is to be explained of the tick that is shown: without a thread at once, with one soon. */
void sampler_ask(struct sampler *s, const struct want *want);

#endif
