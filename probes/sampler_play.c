/* Playing a capture: its ticks as they were recorded, at that pace, back, onwards, and over and over. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <limits.h>
#include <stdlib.h>

#include "probes/host/host.h"
#include "probes/parse.h"
#include "probes/sampler_impl.h"

enum { LEAST_NS = 100000000, USUAL_NS = 1000000000, TELL_NS = 100000000 };
static const uint64_t most_ns = UINT64_C(60000000000);

static uint64_t number_of(const char *text, const char *key)
{
	struct slice value;
	uint64_t n = 0;

	return answer_value(text, key, &value) && !parse_u64(value, &n) ? n : 0;
}

static struct tape tape_of(struct host *h)
{
	struct answer answer;
	struct slice want;
	struct tape tape = {.all = true};

	if (host_read(h, "@capture/tick", &answer))
		return tape;
	tape.tick = (uint32_t)number_of(answer.text, "tick");
	tape.ticks = (uint32_t)number_of(answer.text, "ticks");
	tape.next_ns = number_of(answer.text, "next_ns");
	tape.all = !answer_value(answer.text, "want", &want) || !slice_is(want, "due");
	return tape;
}

uint32_t sampler_ticks_of(struct host *h)
{
	return host_about(h)->kind == HOST_CAPTURE ? tape_of(h).ticks : 0;
}

static uint32_t stands(const struct sampler *s)
{
	return s->newest ? s->newest->tape.tick : 0;
}

static bool at_end(const struct sampler *s)
{
	return s->newest && s->newest->tape.tick >= s->newest->tape.ticks;
}

/* The next tick; NULL: there is none. What is wanted is what was then, or other paths would be asked than were written; deep
 * is only what tests ask for, that write the answers themselves. */
static struct snapshot *play(struct sampler *s, const char *explain, bool deep, bool show)
{
	struct want want = {.explain = explain, .deep = deep};
	struct tape tape;

	if (host_tick(s->host, 1))
		return NULL;
	tape = tape_of(s->host);
	want.everything = tape.all;
	return sampler_tick(s, &want, &tape, show);
}

/* To the place before the first tick. */
static void rewind_tape(struct sampler *s)
{
	uint32_t from = stands(s);

	sampler_forget(s);
	if (from && from <= INT_MAX)
		host_tick(s->host, -(int)from);
}

struct snapshot *sampler_play_step(struct sampler *s, const struct want *want)
{
	struct snapshot *snap = play(s, want->explain, want->deep, true);

	return snap ? snap : sampler_answer(s, want);
}

static void answer(struct sampler *s)
{
	struct owned_want want;

	pthread_mutex_lock(&s->lock);
	want = sampler_take_want(s);
	pthread_mutex_unlock(&s->lock);
	snapshot_unref(sampler_answer(s, &want.want));
	arena_free(want.a);
}

/* Where it is to go, 0: nowhere any more. Tells how far it is; the way back begins at the beginning. */
static uint32_t goes_to(struct sampler *s)
{
	uint32_t to;

	pthread_mutex_lock(&s->lock);
	to = s->stop ? 0 : s->tape.going;
	s->tape.at = stands(s) <= to ? stands(s) : 0;
	pthread_mutex_unlock(&s->lock);
	return to;
}

/* It has come where it was to go; what lies between was seen by nobody. */
static void arrive(struct sampler *s, uint32_t to)
{
	pthread_mutex_lock(&s->lock);
	if (s->tape.going == to)
		s->tape.going = 0;
	pthread_mutex_unlock(&s->lock);
	answer(s);
}

static void go(struct sampler *s)
{
	uint64_t told = sampler_clock();
	struct snapshot *snap;
	uint32_t to;

	while ((to = goes_to(s))) {
		if (stands(s) > to)
			rewind_tape(s);
		snap = stands(s) < to ? play(s, NULL, false, false) : NULL;
		if (!snap || stands(s) == to)
			arrive(s, to);
		snapshot_unref(snap);
		if (sampler_clock() - told < TELL_NS)
			continue;
		told = sampler_clock();
		sampler_thread_notify(s);
	}
}

static void end(struct sampler *s)
{
	bool ended;

	pthread_mutex_lock(&s->lock);
	ended = s->tape.on && !s->tape.loop && !s->tape.going;
	if (ended) {
		s->tape.on = false;
		s->tape.ended = true;
	}
	pthread_mutex_unlock(&s->lock);
	if (ended)
		sampler_thread_notify(s);
}

static void step(struct sampler *s)
{
	struct owned_want want;
	struct snapshot *snap;

	if (at_end(s))
		rewind_tape(s);
	pthread_mutex_lock(&s->lock);
	want = sampler_take_want(s);
	pthread_mutex_unlock(&s->lock);
	snap = play(s, want.want.explain, false, true);
	arena_free(want.a);
	if (!snap || at_end(s))
		end(s);
	snapshot_unref(snap);
}

enum todo { LEAVE, GO, ANSWER, STEP };

/* Waits until there is something to do; the next tick is due at that time. With the lock held. */
static enum todo wait_for_work(struct sampler *s, uint64_t due)
{
	while (!s->stop && !s->tape.going && !s->soon) {
		if (!s->newest)
			return STEP;
		if (!sampler_wait(s, s->tape.on ? due : UINT64_MAX))
			return STEP;
	}
	return s->stop ? LEAVE : s->tape.going ? GO : ANSWER;
}

/* How long the tick that is shown lasts. */
static uint64_t lasts(const struct sampler *s)
{
	uint64_t ns = s->newest && s->newest->tape.next_ns ? s->newest->tape.next_ns : USUAL_NS;

	ns = ns < LEAST_NS ? LEAST_NS : ns < most_ns ? ns : most_ns;
	ns = s->interval_ns ? s->interval_ns : ns;
	return stands(s) == 1 && ns > SECOND_TICK_NS ? SECOND_TICK_NS : ns; /* as of a machine */
}

void sampler_play_thread(struct sampler *s)
{
	uint64_t due = sampler_clock();
	enum todo todo;

	do {
		pthread_mutex_lock(&s->lock);
		todo = wait_for_work(s, due);
		if (todo == ANSWER)
			s->soon = false;
		pthread_mutex_unlock(&s->lock);
		if (todo == ANSWER) {
			answer(s);
		} else if (todo == GO) {
			go(s);
			due = sampler_clock() + lasts(s);
		} else if (todo == STEP) {
			step(s);
			due += lasts(s);
			if (due < sampler_clock()) /* ticks that were missed are not made up for */
				due = sampler_clock() + lasts(s) / 10;
		}
	} while (todo != LEAVE);
}

struct playing sampler_playing(struct sampler *s)
{
	struct playing p;

	if (!s->capture)
		return (struct playing){0};
	pthread_mutex_lock(&s->lock);
	p = s->tape;
	p.tick = s->latest ? s->latest->tape.tick : 0;
	p.ticks = s->latest ? s->latest->tape.ticks : 0;
	pthread_mutex_unlock(&s->lock);
	return p;
}

/* From the beginning where it stands at the end: there is nothing else to play. */
static void anew(struct sampler *s)
{
	if (s->latest && s->latest->tape.tick >= s->latest->tape.ticks && !s->tape.going)
		s->tape.going = 1;
}

void sampler_play(struct sampler *s, bool on)
{
	pthread_mutex_lock(&s->lock);
	s->tape.on = on;
	s->tape.ended = false;
	if (on && s->running)
		anew(s);
	pthread_cond_broadcast(&s->wake);
	pthread_mutex_unlock(&s->lock);
}

void sampler_loop(struct sampler *s, bool on)
{
	bool again;

	pthread_mutex_lock(&s->lock);
	s->tape.loop = on;
	again = on && s->tape.ended;
	pthread_mutex_unlock(&s->lock);
	if (again)
		sampler_play(s, true);
}

void sampler_seek(struct sampler *s, uint32_t tick)
{
	bool here;

	pthread_mutex_lock(&s->lock);
	if (s->latest && tick > s->latest->tape.ticks)
		tick = s->latest->tape.ticks;
	s->tape.going = tick ? tick : 1;
	s->tape.at = 0;
	s->tape.ended = false;
	here = !s->running;
	pthread_cond_broadcast(&s->wake);
	pthread_mutex_unlock(&s->lock);
	if (here)
		go(s);
}

void sampler_ask(struct sampler *s, const struct want *want)
{
	sampler_want(s, want, s->running);
	if (!s->running)
		answer(s);
}
