/* Reads what the kernel says of a thread: time and waiting each tick, the rest when it can have changed. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/host/host.h"
#include "probes/memory_read.h"
#include "probes/threads_impl.h"

enum { STAT_S = 30, COUNT_S = 10, STILL_S = 60, ALLOWED_S = 10, TOO_SOON_NS = 100000000 };
enum { BY_PATH = 250, SPARE = 1000, CALM = 3, CALM_TURNS = 8 };
#define WAITED_MS 1.0 /* in a second: from here on it matters where it ran */
#define WAITED_US 500.0 /* or so long each time */
#define CALM_BUSY 2.0 /* percent: below it, and below this wait, a thread is not worth a reading each tick */
#define CALM_MS 0.2

uint64_t threads_due(const struct tick *t, uint64_t before, uint64_t period_ns, size_t i)
{
	return t->now_ns + (before ? period_ns : period_ns * (i % 16 + 1) / 16);
}

static void path_of(char *buf, size_t size, const struct one_process *p, const struct one_thread *th, const char *file)
{
	snprintf(buf, size, "/proc/%" PRIu32 "/task/%" PRIu32 "/%s", th->kernel ? th->tid : p->pid, th->tid, file);
}

void thread_free(struct host *h, struct threads_state *st, struct one_thread *th)
{
	st->kept -= th->sched_file.id > 0;
	kept_drop(h, &th->sched_file);
	st->kept -= th->stat_file.id > 0;
	kept_drop(h, &th->stat_file);
	st->kept -= th->status_file.id > 0;
	kept_drop(h, &th->status_file);
	free(th->allowed);
	th->allowed = NULL;
}

static int read_sched_file(const struct tick *t, struct threads_state *st, const struct one_process *p,
	struct one_thread *th, struct answer *answer)
{
	bool had = th->sched_file.id > 0;
	char path[80] = "";
	int err;

	if (!had)
		path_of(path, sizeof(path), p, th, "schedstat");
	if (!th->sched_file.id && st->kept >= st->kept_most)
		th->sched_file.id = KEPT_NO;
	err = kept_read(t->h, &th->sched_file, path, answer);
	st->kept += (th->sched_file.id > 0) - had;
	return err;
}

static void take_rates(struct one_thread *th, const uint64_t now[3], uint64_t t_ns)
{
	double s = (double)(t_ns - th->sched_ns) / 1e9;
	uint64_t run = now[0] - th->run_ns, wait = now[1] - th->wait_ns, slices = now[2] - th->slices;

	th->rated = now[0] >= th->run_ns && now[1] >= th->wait_ns && now[2] >= th->slices;
	if (!th->rated)
		return;
	th->busy = (double)run / s / 1e7;
	if (th->busy > 100) /* the kernel adds up what ran longer than the interval */
		th->busy = 100;
	th->wait_ms_per_s = (double)wait / s / 1e6;
	th->slices_per_s = (double)slices / s;
	th->idle = !slices;
	th->wait_us = slices ? (double)wait / (double)slices / 1e3 : 0;
	th->ran = th->ran || run || slices;
	th->calm = th->busy >= CALM_BUSY || th->wait_ms_per_s >= CALM_MS ? 0 : th->calm < CALM ? th->calm + 1 : CALM;
}

/*
 * "RUN WAIT SLICES": nanoseconds on a CPU, nanoseconds in which it had none, and how often it got one. A thread that
 * named itself has run: three zeros are of a kernel that does not count.
 */
static int take_sched(struct threads_state *st, struct one_thread *th, const struct answer *answer)
{
	struct slice rest = slice_of(answer->text), word;
	uint64_t now[3];

	for (size_t i = 0; i < COUNT(now); i++)
		if (!slice_word(&rest, &word) || parse_u64(word, &now[i]))
			return -EINVAL;
	if (!now[0] && !now[1] && !now[2])
		return -EOPNOTSUPP;
	if (th->sched_ns && answer->t_ns < th->sched_ns + TOO_SOON_NS)
		return 0; /* what was measured over a whole interval stays */
	if (th->sched_ns) {
		take_rates(th, now, answer->t_ns);
		st->moving = st->moving || now[0] != th->run_ns || now[1] != th->wait_ns || now[2] != th->slices;
	}
	th->sched_ns = answer->t_ns;
	th->run_ns = now[0];
	th->wait_ns = now[1];
	th->slices = now[2];
	return 0;
}

/*
 * Threads that did little for some time and that nobody looks at are read in turns: four thousand readings are four
 * milliseconds. So are, so many in a tick, those that cannot be kept open.
 */
static bool has_turn(
	const struct tick *t, struct threads_state *st, const struct one_process *p, const struct one_thread *th)
{
	bool all = t->want->everything, kept = th->sched_file.id != KEPT_NO;
	size_t i = st->unkept, turns = st->unkept_before / BY_PATH + 1;

	st->unkept += !kept;
	if (all || (kept && p->wanted))
		return true;
	if (th->calm == CALM && (st->ticks + th->tid) % CALM_TURNS)
		return false;
	return kept || i % turns == st->ticks % turns;
}

/* Gives the error of a thread that ended. */
static int read_sched(
	const struct tick *t, struct threads_state *st, const struct one_process *p, struct one_thread *th)
{
	struct answer answer;
	int err;

	if (!has_turn(t, st, p, th))
		return 0;
	err = read_sched_file(t, st, p, th, &answer);
	if (!err)
		err = take_sched(st, th, &answer);
	th->sched_err = err;
	if (err) {
		th->sched_ns = 0;
		th->rated = false;
		th->calm = 0;
		th->ran = true; /* who knows */
	}
	return err == -ESRCH || err == -ENODEV ? err : 0;
}

static bool waited(const struct one_thread *th)
{
	return th->rated && (th->wait_ms_per_s >= WAITED_MS || (!th->idle && th->wait_us >= WAITED_US));
}

/* A thread that did not run is where it was. The emulator's also tells how many threads there are. */
static bool stat_is_due(const struct tick *t, const struct one_process *p, const struct one_thread *th)
{
	if (t->want->everything || th->stat_err)
		return true;
	if (!th->ran && th->role != THREAD_EMULATOR)
		return t->now_ns - th->stat_ns >= SECONDS(STILL_S);
	return p->wanted || waited(th) || t->now_ns >= th->stat_due;
}

/* A file that is not there any more may have gone with its thread: the next list tells. Gives what is sure. */
static int ended(struct one_process *p, int before, int err)
{
	p->relist = p->relist || (err == -ENOENT && before != err);
	return err == -ESRCH || err == -ENODEV ? err : 0;
}

/* A file that may be kept open, or is read by path. */
static int read_file(const struct tick *t, struct threads_state *st, const struct one_process *p,
	const struct one_thread *th, const char *name, struct kept *k, bool may, struct answer *answer)
{
	bool had = k->id > 0;
	char path[80] = "";
	int err;

	if (!had)
		path_of(path, sizeof(path), p, th, name);
	if (!had && (!may || st->kept >= st->kept_most))
		return host_read(t->h, path, answer);
	if (!had)
		k->id = 0; /* there may be room again */
	err = kept_read(t->h, k, path, answer);
	st->kept += (k->id > 0) - had;
	return err;
}

/* Kept open while its guest is on the screen, where it is read each tick. */
static int read_stat_file(const struct tick *t, struct threads_state *st, const struct one_process *p,
	struct one_thread *th, struct answer *answer)
{
	if (th->stat_file.id > 0 && !p->wanted) {
		kept_drop(t->h, &th->stat_file);
		st->kept--;
	}
	return read_file(t, st, p, th, "stat", &th->stat_file, p->wanted && !t->want->everything, answer);
}

static int read_stat(
	const struct tick *t, struct threads_state *st, struct one_process *p, struct one_thread *th, size_t at)
{
	struct stat_parts parts;
	struct answer answer;
	int err, before = th->stat_err;

	if (!stat_is_due(t, p, th))
		return 0;
	err = read_stat_file(t, st, p, th, &answer);
	if (!err)
		err = stat_parse(answer.text, &parts);
	/* The emulator's says whether there are other threads than before. */
	th->stat_due = threads_due(t, th->stat_due, SECONDS(th->role == THREAD_EMULATOR ? COUNT_S : STAT_S), at);
	th->stat_ns = t->now_ns;
	th->stat_err = err;
	if (err)
		return ended(p, before, err);
	th->ran = false;
	th->last_cpu = parts.cpu;
	th->policy = parts.policy;
	th->priority = parts.priority;
	if (th->role != THREAD_EMULATOR)
		return 0;
	if (parts.start != p->start)
		return -ESRCH; /* another process of this number */
	if (parts.nthreads != p->nthreads && t->now_ns - p->listed_ns >= SECONDS(2))
		p->relist = true;
	return 0;
}

/* Its first thread tells of the memory of the whole process. */
static void take_memory(struct one_process *p, const struct tick *t, int err, const char *text)
{
	enum { RESIDENT, SWAP, ANON, SHMEM, HUGETLB, NAMES };
	static const char *const names[NAMES] = {"VmRSS", "VmSwap", "RssAnon", "RssShmem", "HugetlbPages"};
	struct value v[NAMES];

	for (size_t i = 0; i < NAMES; i++)
		v[i] = value_error(err, 0);
	if (!err)
		named_numbers(text, names, NAMES, v);
	p->resident = v[RESIDENT];
	p->swap = v[SWAP];
	p->anon = v[ANON];
	p->shmem = v[SHMEM];
	p->hugetlb = v[HUGETLB];
	p->status_ns = t->now_ns;
}

static int take_allowed(const struct tick *t, struct one_thread *th, const char *text)
{
	struct cpuset *set;
	int err = task_allowed(t->a, text, &set);

	if (!err)
		cpuset_keep(&th->allowed, set);
	return err;
}

static int read_allowed(
	const struct tick *t, struct threads_state *st, struct one_process *p, struct one_thread *th, size_t at)
{
	/* By path it costs five times as much: they have what room is left but some for guests that are looked at. */
	bool may = !t->want->everything && st->kept + SPARE < st->kept_most;
	struct answer answer;
	int err, before = th->allowed_err;

	if (!t->want->everything && !p->moved && !th->allowed_err && t->now_ns < th->allowed_due)
		return 0;
	err = read_file(t, st, p, th, "status", &th->status_file, may, &answer);
	if (th->role == THREAD_EMULATOR)
		take_memory(p, t, err, answer.text);
	if (!err)
		err = take_allowed(t, th, answer.text);
	th->allowed_due = threads_due(t, th->allowed_due, SECONDS(ALLOWED_S), at);
	th->allowed_ns = t->now_ns;
	th->allowed_err = err;
	return err ? ended(p, before, err) : 0;
}

void threads_read(const struct tick *t, struct threads_state *st, struct one_process *p, size_t at)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->n; i++) {
		struct one_thread *th = &p->thread[i];
		int err = read_sched(t, st, p, th);

		if (!err)
			err = read_stat(t, st, p, th, at + i);
		if (!err)
			err = read_allowed(t, st, p, th, at + i);
		if (err) {
			p->relist = true;
			p->gone = p->gone || th->role == THREAD_EMULATOR;
			thread_free(t->h, st, th);
		} else {
			p->thread[kept++] = *th;
		}
	}
	p->n = kept;
}
