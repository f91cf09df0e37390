/* Reads the stat files of processes in turns, and those of the threads of the ones that are busy. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/host/host.h"
#include "probes/tasks_impl.h"
#include "probes/threads.h"

enum { LIST_S = 10, ROUND_S = 5, READS_MOST = 400, THREADS_MOST = 256, KTHREADD = 2, TOO_SOON_NS = 100000000 };

bool tasks_single(const struct one_program *p)
{
	return p->task.nthreads <= 1;
}

static void threads_free(struct one_program *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->thread[i].allowed);
	free(p->thread);
	p->thread = NULL;
	p->n = 0;
}

void tasks_free(struct one_program *p)
{
	threads_free(p);
	free(p->task.allowed);
}

/* Those of guests are told by the threads probe. */
static bool is_guest(const struct threads *th, uint64_t pid)
{
	const struct threads_guest *row = th ? th->guest.row : NULL;

	for (uint32_t i = 0; th && i < th->guest.n; i++)
		if (row[i].pid.u == pid)
			return true;
	return false;
}

/* The newest list, joined with what is known of those that were there before. */
static void join(const struct threads *th, struct tasks_state *st, const struct task_ids *ids)
{
	struct one_program *all = xcalloc(ids->n + 1, sizeof(*all));
	uint32_t next = st->at < st->n ? st->program[st->at].task.id : 0;
	size_t n = 0, k = 0;

	st->at = 0;
	for (size_t i = 0; i < ids->n; i++) {
		while (k < st->n && st->program[k].task.id < ids->id[i])
			tasks_free(&st->program[k++]);
		if (k < st->n && st->program[k].task.id == ids->id[i])
			all[n] = st->program[k++];
		else
			all[n] = (struct one_program){.task = {.id = ids->id[i], .err = -EINPROGRESS}};
		if (is_guest(th, ids->id[i])) {
			tasks_free(&all[n]);
			continue;
		}
		if (ids->id[i] <= next)
			st->at = n;
		n++;
	}
	while (k < st->n)
		tasks_free(&st->program[k++]);
	free(st->program);
	st->program = all;
	st->n = n;
}

void tasks_list(const struct tick *t, struct tasks_state *st)
{
	const struct threads *th = snapshot_facts(t->so_far, &probe_threads);
	struct task_ids ids = {0};

	if (st->listed_ns && !st->list_err && !t->want->everything &&
		t->now_ns - st->listed_ns < (uint64_t)LIST_S * TASK_SECOND)
		return;
	st->list_err = task_ids(t->h, "/proc", &ids);
	if (!st->list_err && !ids.n)
		st->list_err = -ENODATA;
	if (ids.n)
		join(th, st, &ids);
	/* There is always a first process: who does not see it is not shown the others either. */
	st->hidden = host_about(t->h)->origin == HOST_LIVE && ids.n && ids.id[0] != 1;
	st->listed_ns = t->now_ns;
	free(ids.id);
}

static void take(struct one_task *k, const struct stat_parts *s, uint64_t ns)
{
	if (k->ns && (s->start != k->start || s->ran < k->ran)) {
		k->ns = 0; /* another one of this number */
		k->rated = false;
	}
	if (k->ns && ns < k->ns + TOO_SOON_NS)
		return;
	if (k->ns) {
		k->busy = (double)(s->ran - k->ran) * 100 / TASK_STAT_HZ * 1e9 / (double)(ns - k->ns);
		k->rated = true;
	}
	k->ns = ns;
	k->ran = s->ran;
	k->start = s->start;
	k->nthreads = s->nthreads;
	k->cpu = s->cpu;
	k->priority = s->priority;
	k->policy = s->policy;
	k->kernel = s->parent == KTHREADD || k->id == KTHREADD;
	snprintf(k->comm, sizeof(k->comm), "%.*s", (int)(s->comm.len < TASK_COMM ? s->comm.len : TASK_COMM - 1), s->comm.p);
}

/* tid 0: the process. */
static void read_stat(const struct tick *t, uint32_t pid, uint32_t tid, struct one_task *k)
{
	struct stat_parts parts;
	struct answer answer;
	char path[80];

	if (tid)
		snprintf(path, sizeof(path), "/proc/%" PRIu32 "/task/%" PRIu32 "/stat", pid, tid);
	else
		snprintf(path, sizeof(path), "/proc/%" PRIu32 "/stat", pid);
	k->err = host_read(t->h, path, &answer);
	if (!k->err)
		k->err = stat_parse(answer.text, &parts);
	k->gone = k->err == -ENOENT || k->err == -ESRCH;
	if (!k->err)
		take(k, &parts, answer.t_ns ? answer.t_ns : t->now_ns);
	if (k->err) {
		k->rated = false;
		k->ns = 0;
	}
}

static void read_allowed(const struct tick *t, uint32_t pid, struct one_task *k)
{
	struct answer answer;
	struct cpuset *set;
	char path[80];

	if (!k->rated || k->busy < TASK_BUSY)
		return;
	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/task/%" PRIu32 "/status", pid, k->id);
	k->allowed_err = host_read(t->h, path, &answer);
	if (!k->allowed_err)
		k->allowed_err = task_allowed(t->a, answer.text, &set);
	if (!k->allowed_err)
		cpuset_keep(&k->allowed, set);
}

/* Which threads it has now; those of before are kept. */
static void list_threads(const struct tick *t, struct one_program *p)
{
	struct task_ids ids = {0};
	struct one_task *all;
	char path[64];
	size_t n = 0, k = 0;

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/task", p->task.id);
	if (task_ids(t->h, path, &ids))
		ids.n = 0;
	all = xcalloc(ids.n + 1, sizeof(*all));
	for (size_t i = 0; i < ids.n; i++) {
		while (k < p->n && p->thread[k].id < ids.id[i])
			free(p->thread[k++].allowed);
		if (k < p->n && p->thread[k].id == ids.id[i])
			all[n++] = p->thread[k++];
		else
			all[n++] = (struct one_task){.id = ids.id[i], .err = -EINPROGRESS};
	}
	while (k < p->n)
		free(p->thread[k++].allowed);
	free(p->thread);
	free(ids.id);
	p->thread = all;
	p->n = n;
}

/* One process: how many files that took. */
static unsigned read_program(const struct tick *t, struct one_program *p)
{
	unsigned reads = 1;

	read_stat(t, p->task.id, 0, &p->task);
	p->many = p->task.nthreads > THREADS_MOST;
	if (tasks_single(p) || p->many || !p->task.rated || p->task.busy < TASK_BUSY) {
		threads_free(p);
		if (tasks_single(p))
			read_allowed(t, p->task.id, &p->task);
		return reads;
	}
	list_threads(t, p);
	for (size_t i = 0; i < p->n; i++, reads++) {
		read_stat(t, p->task.id, p->thread[i].id, &p->thread[i]);
		read_allowed(t, p->task.id, &p->thread[i]);
	}
	return reads;
}

static void drop_gone(struct tasks_state *st)
{
	size_t kept = 0, at = 0;

	for (size_t i = 0; i < st->n; i++) {
		if (i == st->at)
			at = kept;
		if (st->program[i].task.gone)
			tasks_free(&st->program[i]);
		else
			st->program[kept++] = st->program[i];
	}
	st->at = st->at < st->n ? at : 0;
	st->n = kept;
}

/* Those that were busy are read each round, however long a round of all takes. */
static unsigned read_busy(const struct tick *t, struct tasks_state *st)
{
	unsigned reads = 0;

	for (size_t i = 0; i < st->n && reads < READS_MOST; i++) {
		struct one_program *p = &st->program[i];

		if (p->task.rated && p->task.busy >= TASK_BUSY && t->now_ns - p->task.ns >= (uint64_t)ROUND_S * TASK_SECOND)
			reads += read_program(t, p);
	}
	return reads;
}

void tasks_read(const struct tick *t, struct tasks_state *st)
{
	bool all = t->want->everything;
	/* so many that a round takes five seconds, where that is not too many */
	uint64_t due = (uint64_t)((double)st->n * (double)t->dt_ns / ((double)ROUND_S * 1e9)) + 1;
	unsigned reads = all ? 0 : read_busy(t, st), most = !t->dt_ns || due > READS_MOST ? READS_MOST : (unsigned)due;

	if (!st->began_ns)
		st->began_ns = t->now_ns;
	st->at = all ? 0 : st->at;
	while (st->at < st->n && (all || reads < most)) {
		struct one_program *p = &st->program[st->at++];

		if (all || t->now_ns - p->task.ns >= TASK_SECOND || !p->task.ns)
			reads += read_program(t, p);
		if (st->at < st->n)
			continue;
		st->at = 0;
		st->round_ns = all ? t->dt_ns : t->now_ns - st->began_ns;
		st->began_ns = t->now_ns;
		break;
	}
	drop_gone(st);
}
