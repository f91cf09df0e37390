/* One tick: due probes, one after the other, each seeing what those above it just found. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/sampler.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "probes/checks.h"
#include "probes/history.h"
#include "probes/host/host.h"
#include "probes/sampler_impl.h"
#include "probes/snapshot.h"

struct sampler *sampler_new(struct host *h)
{
	struct sampler *s = xcalloc(1, sizeof(*s));

	s->host = h;
	s->capture = host_about(h)->kind == HOST_CAPTURE;
	s->tape.on = true;
	s->history = history_new();
	s->checks = checks_new();
	s->run = xcalloc(nprobes, sizeof(*s->run));
	for (size_t i = 0; i < nprobes; i++) {
		s->run[i].wanted = true;
		s->run[i].state = xcalloc(1, probes[i]->state_size);
	}
	sampler_thread_init(s);
	return s;
}

struct host *sampler_again(struct sampler *s)
{
	struct host *h;

	return host_again(s->host, &h) ? NULL : h;
}

void sampler_free(struct sampler *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < nprobes; i++) {
		if (probes[i]->end)
			probes[i]->end(s->host, s->run[i].state);
		free(s->run[i].state);
	}
	sampler_thread_end(s);
	snapshot_unref(s->latest);
	snapshot_unref(s->newest);
	history_free(s->history);
	checks_free(s->checks);
	host_close(s->host);
	free(s->run);
	free(s);
}

static void want_probe(struct sampler *s, const struct probe *p)
{
	for (size_t i = 0; i < nprobes; i++)
		if (probes[i] == p)
			s->run[i].wanted = true;
	for (const char *const *need = p->needs; need && *need; need++)
		want_probe(s, probe_find(*need));
}

/* Takes the next name off the list: the probe, or NULL with the name that is none. */
static const struct probe *next_name(const char **names, char ret_name[64])
{
	size_t n = strcspn(*names, ",");

	ret_name[0] = '\0';
	strncat(ret_name, *names, n < 63 ? n : 63);
	*names += n + ((*names)[n] == ',');
	return probe_find(ret_name);
}

int sampler_only(struct sampler *s, const char *names, char ret_bad[64])
{
	for (const char *rest = names; *rest;)
		if (!next_name(&rest, ret_bad))
			return -ENOENT;
	for (size_t i = 0; i < nprobes; i++)
		s->run[i].wanted = false;
	while (*names)
		want_probe(s, next_name(&names, ret_bad));
	return 0;
}

/* Asks one probe; the new block, or NULL when the one of before stays. */
static struct block *ask(
	struct sampler *s, size_t i, const struct snapshot *so_far, const struct want *want, uint64_t now)
{
	const struct probe *p = probes[i];
	struct probe_run *run = &s->run[i];
	struct block *old = so_far->block[i];
	struct arena *a = arena_new(run->hint);
	struct tick t = {
		.h = s->host,
		.a = a,
		.so_far = so_far,
		.prev = old ? old->facts : NULL,
		.prev_ns = old ? old->t_ns : 0,
		.want = want,
		.now_ns = now,
		.dt_ns = run->asked ? now - run->last_ns : 0,
	};
	void *facts = arena_alloc(a, p->size);
	struct block *b;
	int err = p->sample(&t, run->state, facts);

	run->asked = true;
	run->last_ns = now;
	if ((err == SAMPLE_SAME || err == -EINPROGRESS || err == -EAGAIN) && old && old->facts) {
		arena_free(a);
		return NULL;
	}
	run->hint = arena_used(a) + 256;
	b = xcalloc(1, sizeof(*b));
	*b = (struct block){.probe = p, .a = a, .t_ns = now, .id = ++s->blocks, .refs = 1};
	b->facts = err < 0 ? NULL : facts;
	b->err = err < 0 ? err : 0;
	return b;
}

static bool due(const struct sampler *s, size_t i, const struct want *want, uint64_t now)
{
	const struct probe_run *run = &s->run[i];

	if (!run->wanted)
		return false;
	/* a little early is on time: ticks come a few ms sooner or later */
	return !run->asked || !probes[i]->period_ms || want->everything ||
	       now - run->last_ns + 50000000 >= (uint64_t)probes[i]->period_ms * 1000000;
}

/* The same blocks in a snapshot of its own. */
static struct snapshot *copy(const struct snapshot *from)
{
	struct snapshot *s = snapshot_new(nprobes);

	if (!from)
		return s;
	s->about = from->about;
	s->tape = from->tape;
	s->id = from->id;
	s->t_ns = from->t_ns;
	s->wall_ns = from->wall_ns;
	s->cost_calls = from->cost_calls;
	s->cost_bytes = from->cost_bytes;
	s->cost_ns = from->cost_ns;
	s->cost_kept = from->cost_kept;
	s->whole = from->whole;
	s->findings = findings_ref(from->findings);
	for (size_t i = 0; i < nprobes; i++)
		s->block[i] = block_ref(from->block[i]);
	return s;
}

void sampler_publish(struct sampler *s, struct snapshot *snap)
{
	struct snapshot *old;

	pthread_mutex_lock(&s->lock);
	old = s->latest;
	snap->id = old ? old->id + 1 : 1;
	s->latest = snapshot_ref(snap);
	pthread_mutex_unlock(&s->lock);
	snapshot_unref(old);
	sampler_thread_notify(s);
}

static uint64_t cpu_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void stamp(struct sampler *s, struct snapshot *snap, uint64_t now, uint64_t cpu_ns, const struct host_cost *from)
{
	struct host_cost cost = host_cost(s->host);

	snap->about = *host_about(s->host);
	snap->t_ns = now;
	snap->wall_ns = host_wall(s->host);
	snap->cost_calls = cost.calls - from->calls;
	snap->cost_bytes = cost.bytes - from->bytes;
	snap->cost_kept = cost.kept;
	snap->cost_ns = cpu_now() - cpu_ns;
}

static void now_newest(struct sampler *s, struct snapshot *snap)
{
	snapshot_unref(s->newest);
	s->newest = snapshot_ref(snap);
}

/* The same facts may be judged twice: by another profile. */
static void judge(struct sampler *s, struct snapshot *snap)
{
	findings_unref(snap->findings);
	snap->findings = checks_run(s->checks, snap, (enum profile)atomic_load(&s->profile));
}

void sampler_profile(struct sampler *s, enum profile profile)
{
	atomic_store(&s->profile, (int)profile);
}

struct snapshot *sampler_tick(struct sampler *s, const struct want *want, const struct tape *tape, bool show)
{
	struct snapshot *so_far = copy(s->newest);
	struct host_cost from = host_cost(s->host);
	uint64_t cpu_ns = cpu_now(), now = host_now(s->host);
	bool first = s->ticks == 0;

	so_far->about = *host_about(s->host);
	so_far->tape = *tape;
	so_far->t_ns = now;
	for (size_t i = 0; i < nprobes; i++) {
		struct block *b = due(s, i, want, now) ? ask(s, i, so_far, want, now) : NULL;

		if (!b)
			continue;
		block_unref(so_far->block[i]);
		so_far->block[i] = b;
		if (first && show && s->notify >= 0) { /* what is there can be painted, the rest says "reading" */
			stamp(s, so_far, now, cpu_ns, &from);
			sampler_publish(s, so_far);
			struct snapshot *next = copy(so_far);
			snapshot_unref(so_far);
			so_far = next;
		}
	}
	so_far->whole = true;
	judge(s, so_far);
	if (want->explain)
		sampler_explain(s, so_far, want);
	stamp(s, so_far, now, cpu_ns, &from);
	history_append(s->history, so_far);
	s->ticks++;
	now_newest(s, so_far);
	if (show)
		sampler_publish(s, so_far);
	return so_far;
}

struct snapshot *sampler_answer(struct sampler *s, const struct want *want)
{
	struct snapshot *snap = copy(s->newest);

	snap->about = *host_about(s->host);
	if (snap->whole)
		judge(s, snap);
	if (want->explain)
		sampler_explain(s, snap, want);
	now_newest(s, snap);
	sampler_publish(s, snap);
	return snap;
}

void sampler_forget(struct sampler *s)
{
	for (size_t i = 0; i < nprobes; i++) {
		struct probe_run *run = &s->run[i];

		if (probes[i]->end)
			probes[i]->end(s->host, run->state);
		memset(run->state, 0, probes[i]->state_size);
		run->asked = false;
		run->last_ns = 0;
	}
	history_clear(s->history);
	checks_forget(s->checks);
	snapshot_unref(s->newest);
	s->newest = NULL;
}

struct snapshot *sampler_step(struct sampler *s, const struct want *want)
{
	static const struct want nothing;
	static const struct tape none;

	if (!want)
		want = &nothing;
	if (s->capture)
		return sampler_play_step(s, want);
	host_tick(s->host, 1);
	return sampler_tick(s, want, &none, true);
}

struct snapshot *sampler_latest(struct sampler *s)
{
	struct snapshot *snap;

	pthread_mutex_lock(&s->lock);
	snap = snapshot_ref(s->latest);
	pthread_mutex_unlock(&s->lock);
	return snap;
}

struct history *sampler_history(struct sampler *s)
{
	return s->history;
}

uint64_t sampler_ticks(struct sampler *s)
{
	return s->ticks;
}
