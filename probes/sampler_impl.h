/* What the files of the sampler share with each other and with nobody else. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_SAMPLER_IMPL_H
#define PROBES_SAMPLER_IMPL_H

#include <pthread.h>
#include <stdatomic.h>

#include "probes/sampler.h"

enum { SECOND_TICK_NS = 200000000 }; /* after the first one: what needs two ticks is soon there */

struct probe_run {
	void *state;
	uint64_t last_ns;
	size_t hint; /* bytes that its last block took */
	bool asked, wanted;
};

/* A want with its own copies of what it points to. */
struct owned_want {
	struct want want;
	struct arena *a;
};

struct sampler {
	struct host *host;
	bool capture; /* it has ticks of its own, see sampler_play.c */
	struct history *history;
	struct checks *checks;
	_Atomic int profile; /* enum profile */
	struct probe_run *run; /* nprobes */
	uint64_t blocks;
	_Atomic uint64_t ticks;
	struct snapshot *newest; /* that was sampled, published or not: of who samples alone */

	pthread_mutex_t lock; /* of all below */
	pthread_cond_t wake; /* the thread waits on it, on the monotonic clock */
	struct snapshot *latest;
	struct owned_want want;
	struct playing tape;
	uint64_t interval_ns;
	pthread_t thread;
	int notify; /* an eventfd, or -1 */
	bool running, stop, soon, paused, ended;
};

/* Samples what is due after the host has moved. show: publishes it, and in the first tick also what is there so far. */
struct snapshot *sampler_tick(struct sampler *s, const struct want *want, const struct tape *tape, bool show);
/* Makes snap the one that all see; the caller keeps its own reference. */
void sampler_publish(struct sampler *s, struct snapshot *snap);
/* The newest once more, with what want explains in it, published. */
struct snapshot *sampler_answer(struct sampler *s, const struct want *want);
void sampler_forget(struct sampler *s); /* as if nothing had been sampled yet */

struct snapshot *sampler_play_step(struct sampler *s, const struct want *want);
void sampler_play_thread(struct sampler *s); /* until it is told to stop */

uint64_t sampler_clock(void); /* monotonic, of this program */
struct owned_want sampler_take_want(struct sampler *s); /* with the lock held; `everything` counts once */
bool sampler_wait(struct sampler *s, uint64_t until); /* with the lock held: false when that time has come */
void sampler_thread_init(struct sampler *s);
void sampler_thread_end(struct sampler *s);
void sampler_thread_notify(struct sampler *s);
void sampler_explain(struct sampler *s, struct snapshot *snap, const struct want *want);

#endif
