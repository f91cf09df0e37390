/* The sampler's thread: when it ticks, what it is told to look at, and how it ends. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "probes/sampler_impl.h"

uint64_t sampler_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static struct timespec at(uint64_t ns)
{
	return (struct timespec){.tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000)};
}

void sampler_thread_init(struct sampler *s)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&s->wake, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&s->lock, NULL);
	s->notify = -1;
}

void sampler_thread_end(struct sampler *s)
{
	arena_free(s->want.a);
	pthread_cond_destroy(&s->wake);
	pthread_mutex_destroy(&s->lock);
}

void sampler_thread_notify(struct sampler *s)
{
	uint64_t one = 1;

	if (s->notify >= 0 && write(s->notify, &one, sizeof(one)) < 0)
		BUG("eventfd: %s", strerror(errno)); /* its counter cannot be full */
}

static void own(struct owned_want *to, const struct want *from)
{
	struct arena *a = arena_new(0);

	*to = (struct owned_want){.want = want_copy(a, from), .a = a};
}

bool sampler_wait(struct sampler *s, uint64_t until)
{
	struct timespec then = at(until);

	if (until == UINT64_MAX)
		return pthread_cond_wait(&s->wake, &s->lock) == 0;
	return pthread_cond_timedwait(&s->wake, &s->lock, &then) != ETIMEDOUT;
}

/* Waits until it is time for the next tick: false when it is time to end. Called with the lock held. */
static bool wait_until(struct sampler *s, uint64_t next)
{
	bool due = false;

	while (!s->stop && !s->soon && (s->paused || !due))
		due = !sampler_wait(s, s->paused ? UINT64_MAX : next);
	s->soon = false;
	return !s->stop;
}

struct owned_want sampler_take_want(struct sampler *s)
{
	struct owned_want want;

	own(&want, &s->want.want);
	s->want.want.everything = false;
	return want;
}

static void sample_until_stopped(struct sampler *s)
{
	uint64_t start = sampler_clock(), next = start;
	bool second = true, go;

	do {
		struct owned_want want;
		uint64_t now;

		pthread_mutex_lock(&s->lock);
		want = sampler_take_want(s);
		pthread_mutex_unlock(&s->lock);
		snapshot_unref(sampler_step(s, &want.want));
		arena_free(want.a);
		now = sampler_clock();
		next += second ? SECOND_TICK_NS : s->interval_ns;
		second = false;
		if (next < now) /* ticks that were missed are not made up for */
			next = now + s->interval_ns / 10;
		pthread_mutex_lock(&s->lock);
		go = wait_until(s, next);
		pthread_mutex_unlock(&s->lock);
		if (go && sampler_clock() < next)
			next = sampler_clock(); /* woken early: the interval counts from here */
	} while (go);
}

static void *run(void *arg)
{
	struct sampler *s = arg;

	if (s->capture)
		sampler_play_thread(s);
	else
		sample_until_stopped(s);
	pthread_mutex_lock(&s->lock);
	s->ended = true;
	pthread_cond_broadcast(&s->wake);
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

int sampler_start(struct sampler *s, uint64_t interval_ns, int notify)
{
	int err;

	s->interval_ns = interval_ns;
	s->notify = notify;
	s->running = true;
	err = pthread_create(&s->thread, NULL, run, s);
	if (err)
		s->running = false;
	return -err;
}

bool sampler_stop(struct sampler *s, uint64_t wait_ns)
{
	struct timespec until = at(sampler_clock() + wait_ns);
	bool ended;

	if (!s->running)
		return true;
	pthread_mutex_lock(&s->lock);
	s->stop = true;
	pthread_cond_broadcast(&s->wake);
	while (!s->ended && pthread_cond_timedwait(&s->wake, &s->lock, &until) != ETIMEDOUT)
		;
	ended = s->ended;
	pthread_mutex_unlock(&s->lock);
	if (ended) {
		pthread_join(s->thread, NULL);
		s->running = false;
	}
	return ended;
}

void sampler_want(struct sampler *s, const struct want *want, bool soon)
{
	bool all;

	pthread_mutex_lock(&s->lock);
	all = s->want.want.everything;
	arena_free(s->want.a);
	own(&s->want, want);
	s->want.want.everything = all || want->everything; /* until a tick has done so */
	s->soon = s->soon || soon;
	if (soon)
		pthread_cond_broadcast(&s->wake);
	pthread_mutex_unlock(&s->lock);
}

void sampler_pause(struct sampler *s, bool pause)
{
	pthread_mutex_lock(&s->lock);
	s->paused = pause;
	pthread_cond_broadcast(&s->wake);
	pthread_mutex_unlock(&s->lock);
}
