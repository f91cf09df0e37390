/* What the files of the sampler share with each other and with nobody else. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_SAMPLER_IMPL_H
#define PROBES_SAMPLER_IMPL_H

#include <pthread.h>
#include <stdatomic.h>

#include "probes/sampler.h"

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
	struct history *history;
	struct probe_run *run; /* nprobes */
	uint64_t blocks;
	_Atomic uint64_t ticks;

	pthread_mutex_t lock; /* of all below */
	pthread_cond_t wake; /* the thread waits on it, on the monotonic clock */
	struct snapshot *latest;
	struct owned_want want;
	uint64_t interval_ns;
	pthread_t thread;
	int notify; /* an eventfd, or -1 */
	bool running, stop, soon, paused, ended;
};

void sampler_thread_init(struct sampler *s);
void sampler_thread_end(struct sampler *s);
void sampler_thread_notify(struct sampler *s);
void sampler_explain(struct sampler *s, struct snapshot *snap, const struct want *want);

#endif
