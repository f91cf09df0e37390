/* The thread of the host beside: it alone calls that host, so that one that hangs is nobody's trouble. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/beside_host.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "probes/host/answer.h"
#include "probes/host/host.h"
#include "probes/sampler.h"
#include "tui/options.h"

enum { APART_MS = 500, NEWS_MS = 100 };

struct other {
	struct other_ask ask; /* its texts are our own */
	struct host *host; /* the thread's own, until the sampler has it */
	struct sampler *sampler;
	bool anew; /* the same tick is to be judged once more; of the thread that asks */
	uint64_t told_ns; /* when the last news was told */

	pthread_t thread;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t wake, done; /* for the thread; for who waits for it */
	enum other_phase phase;
	uint32_t tick, ticks;
	bool capture;
	char why[WHY_SIZE];
	struct arena *want_arena; /* NULL: nothing is asked for */
	struct want want;
	uint32_t goal; /* the tick that a capture is to stand at; 0: its end */
	bool busy; /* with what was asked for */
	bool leave, ended;
};

static struct timespec at(uint64_t ns)
{
	return (struct timespec){.tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000)};
}

static void tell(struct other *o)
{
	uint64_t one = 1;

	if (o->ask.notify >= 0 && write(o->ask.notify, &one, sizeof(one)) < 0)
		BUG("eventfd: %s", strerror(errno)); /* its counter cannot be full */
}

static void set_phase(struct other *o, enum other_phase phase)
{
	pthread_mutex_lock(&o->lock);
	o->phase = phase;
	pthread_cond_broadcast(&o->done);
	pthread_mutex_unlock(&o->lock);
	tell(o);
}

static bool leaves(struct other *o)
{
	bool leave;

	pthread_mutex_lock(&o->lock);
	leave = o->leave;
	pthread_mutex_unlock(&o->lock);
	return leave;
}

static int open_host(struct other *o)
{
	int err;

	struct host_options h = {.read_only = true};
	struct options named = {.read_only = true};

	if (o->host)
		return 0;
	options_name(&named, o->ask.what);
	h.root = named.root;
	h.open = named.open;
	h.connect = !h.root && !h.open ? o->ask.connect : NULL;
	err = host_open(&h, &o->host, o->why);
	return err ? err : host_holds_machine(o->host, o->why);
}

static double apart_ms(const struct other *o)
{
	double ms = o->ask.interval * 1000;

	return ms > 0 && ms < APART_MS ? ms : APART_MS;
}

/* Rates and loads need two samples; false: it is to leave. */
static bool wait_apart(struct other *o)
{
	struct timespec until = at(clock_now_ns() + (uint64_t)(apart_ms(o) * 1e6));
	bool leave;

	pthread_mutex_lock(&o->lock);
	while (!o->leave && pthread_cond_timedwait(&o->wake, &o->lock, &until) != ETIMEDOUT)
		;
	leave = o->leave;
	pthread_mutex_unlock(&o->lock);
	return !leave;
}

/* Where the capture stands now, for who waits; told now and then. */
static void progress(struct other *o, struct tape tape)
{
	pthread_mutex_lock(&o->lock);
	o->tick = tape.tick;
	o->ticks = tape.ticks;
	pthread_mutex_unlock(&o->lock);
	if (clock_now_ns() - o->told_ns > (uint64_t)NEWS_MS * 1000000) {
		o->told_ns = clock_now_ns();
		tell(o);
	}
}

static void play(struct other *o, const struct want *want)
{
	uint32_t before, target;
	struct tape tape = {0};

	do {
		struct snapshot *s = sampler_step(o->sampler, want);

		before = tape.tick;
		tape = s->tape;
		snapshot_unref(s);
		progress(o, tape);
		target = o->ask.tick && o->ask.tick < tape.ticks ? o->ask.tick : tape.ticks;
	} while (tape.tick > before && tape.tick < target && !leaves(o));
}

static void sample_twice(struct other *o, struct host *h, const struct want *want)
{
	double ms = o->ask.timeout * 1000 - apart_ms(o);

	host_wait(h, ms > 1 ? (unsigned)ms : 1);
	snapshot_unref(sampler_step(o->sampler, want));
	if (!host_waits(h)) /* what did not come in time can still be there after the second half second */
		host_wait(h, 0);
	if (wait_apart(o))
		snapshot_unref(sampler_step(o->sampler, want));
	host_wait(h, 0);
}

/* A capture goes where the one it stands beside went, as far as its end. */
static void follow(struct other *o, const struct want *want, uint32_t goal)
{
	struct playing p = sampler_playing(o->sampler);
	uint32_t to = !goal || goal > p.ticks ? p.ticks : goal;

	if (to != p.tick)
		sampler_seek(o->sampler, to);
	if (want->explain || to == p.tick) /* the same facts are judged once more */
		sampler_ask(o->sampler, want);
}

static void answer_asks(struct other *o)
{
	pthread_mutex_lock(&o->lock);
	while (!o->leave) {
		struct arena *a = o->want_arena;
		struct want want = o->want;
		uint32_t goal = o->goal;

		if (!a) {
			pthread_cond_wait(&o->wake, &o->lock);
			continue;
		}
		o->want_arena = NULL;
		o->busy = true;
		pthread_mutex_unlock(&o->lock);
		if (o->capture)
			follow(o, &want, goal);
		else
			snapshot_unref(sampler_step(o->sampler, &want));
		arena_free(a);
		tell(o);
		pthread_mutex_lock(&o->lock);
		o->busy = false;
		pthread_cond_broadcast(&o->done);
	}
	pthread_mutex_unlock(&o->lock);
}

static void *run(void *arg)
{
	static const struct want want = {.everything = true};
	struct other *o = arg;
	struct host *h;

	if (open_host(o)) {
		host_close(o->host);
		o->host = NULL;
		set_phase(o, OTHER_FAILED);
	} else {
		h = o->host;
		o->capture = host_about(h)->kind == HOST_CAPTURE;
		o->sampler = sampler_new(h);
		sampler_profile(o->sampler, o->ask.profile);
		set_phase(o, OTHER_READING);
		if (o->capture)
			play(o, &want);
		else
			sample_twice(o, h, &want);
		set_phase(o, OTHER_READY);
		answer_asks(o);
		sampler_free(o->sampler);
	}
	pthread_mutex_lock(&o->lock);
	o->ended = true;
	pthread_cond_broadcast(&o->done);
	pthread_mutex_unlock(&o->lock);
	tell(o);
	return NULL;
}

static void other_free(struct other *o)
{
	arena_free(o->want_arena);
	pthread_cond_destroy(&o->wake);
	pthread_cond_destroy(&o->done);
	pthread_mutex_destroy(&o->lock);
	free((char *)(uintptr_t)o->ask.what);
	free((char *)(uintptr_t)o->ask.connect);
	free(o);
}

struct other *other_start(const struct other_ask *ask)
{
	struct other *o = xcalloc(1, sizeof(*o));
	pthread_condattr_t attr;

	o->ask = *ask;
	o->ask.what = xstrdup(ask->what);
	o->ask.connect = ask->connect ? xstrdup(ask->connect) : NULL;
	o->host = ask->host;
	o->goal = ask->tick;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&o->wake, &attr);
	pthread_cond_init(&o->done, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&o->lock, NULL);
	if (pthread_create(&o->thread, NULL, run, o)) {
		host_close(o->host);
		other_free(o);
		return NULL;
	}
	return o;
}

const char *other_what(const struct other *o)
{
	return o->ask.what;
}

enum other_phase other_phase(struct other *o, uint32_t *ret_tick, uint32_t *ret_ticks, char why[200])
{
	enum other_phase phase;

	pthread_mutex_lock(&o->lock);
	phase = o->phase;
	*ret_tick = o->tick;
	*ret_ticks = o->ticks;
	if (phase == OTHER_FAILED)
		memcpy(why, o->why, sizeof(o->why));
	pthread_mutex_unlock(&o->lock);
	return phase;
}

void other_wait(struct other *o)
{
	pthread_mutex_lock(&o->lock);
	while (o->phase < OTHER_READY || (o->phase == OTHER_READY && (o->busy || o->want_arena)))
		pthread_cond_wait(&o->done, &o->lock);
	pthread_mutex_unlock(&o->lock);
}

struct snapshot *other_latest(struct other *o)
{
	return sampler_latest(o->sampler);
}

struct history *other_history(struct other *o)
{
	return sampler_history(o->sampler);
}

void other_profile(struct other *o, enum profile profile)
{
	sampler_profile(o->sampler, profile);
	o->anew = true;
}

void other_step(struct other *o, const struct want *want, uint32_t tick)
{
	struct arena *a;

	if (o->capture && !want->explain && tick == o->goal && !o->anew) /* which only this thread sets */
		return;
	o->anew = false;
	a = arena_new(0);
	pthread_mutex_lock(&o->lock);
	o->goal = tick;
	arena_free(o->want_arena);
	o->want_arena = a;
	o->want = want_copy(a, want);
	pthread_cond_broadcast(&o->wake);
	pthread_mutex_unlock(&o->lock);
}

void other_leave(struct other *o)
{
	pthread_mutex_lock(&o->lock);
	o->leave = true;
	pthread_cond_broadcast(&o->wake);
	pthread_mutex_unlock(&o->lock);
}

bool other_gone(struct other *o, uint64_t until_ns)
{
	struct timespec until = at(until_ns);
	bool ended;

	pthread_mutex_lock(&o->lock);
	while (!o->ended && pthread_cond_timedwait(&o->done, &o->lock, &until) != ETIMEDOUT)
		;
	ended = o->ended;
	pthread_mutex_unlock(&o->lock);
	if (!ended)
		return false;
	pthread_join(o->thread, NULL);
	other_free(o);
	return true;
}
