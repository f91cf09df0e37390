/* Finds the processes of QEMU in /proc, each looked at once and, while it is young, once more. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/host.h"
#include "probes/kernel.h"
#include "probes/threads_impl.h"

enum { YOUNG_S = 15, OLD_S = 60, OLD_MOST = 64, THREADS_MOST = 64, KTHREADD = 2 };

bool threads_gone(int err)
{
	return err == -ENOENT || err == -ESRCH || err == -ENODEV;
}

/* Whether one of its threads is named as QEMU names the CPUs of a guest. */
static bool has_vcpu(const struct tick *t, uint32_t pid)
{
	char path[64];
	struct task_ids ids = {0};
	bool found = false;

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/task", pid);
	task_ids(t->h, path, &ids);
	for (size_t i = 0; i < ids.n && i < THREADS_MOST && !found; i++) {
		struct answer answer;
		uint32_t number;

		snprintf(path, sizeof(path), "/proc/%" PRIu32 "/task/%" PRIu32 "/comm", pid, ids.id[i]);
		found = host_read(t->h, path, &answer) == 0 && threads_role(answer.text, &number) == THREAD_VCPU;
	}
	free(ids.id);
	return found;
}

void process_free(struct host *h, struct threads_state *st, struct one_process *p)
{
	for (size_t i = 0; i < p->n; i++)
		thread_free(h, st, &p->thread[i]);
	group_free(&p->group);
	free(p->thread);
	free(p->other);
	free(p->name);
}

static struct one_process *process_of(struct threads_state *st, uint32_t pid)
{
	for (size_t i = 0; i < st->n; i++)
		if (st->process[i].pid == pid)
			return &st->process[i];
	return NULL;
}

static void add_process(struct threads_state *st, const struct seen *s, struct command *c)
{
	struct one_process *p = process_of(st, s->pid), *at;
	size_t i = st->n;

	if (p && p->start == s->start && !p->gone)
		return;
	if (p)
		p->gone = true;
	st->process = xrealloc(st->process, st->n + 1, sizeof(*st->process));
	while (i > 0 && st->process[i - 1].pid > s->pid)
		i--;
	at = &st->process[i];
	memmove(at + 1, at, (st->n++ - i) * sizeof(*at));
	*at = (struct one_process){.pid = s->pid, .start = s->start, .name = c->name, .list_err = -EINPROGRESS};
	memcpy(at->uuid, c->uuid, sizeof(at->uuid));
	snprintf(at->key, sizeof(at->key), "pid%" PRIu32, s->pid);
	c->name = NULL;
}

/* Reads a process that is no thread of the kernel. */
static int look_inside(const struct tick *t, struct threads_state *st, struct seen *s)
{
	char path[64];
	struct answer answer;
	struct command c;
	int err;

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/cmdline", s->pid);
	err = host_read(t->h, path, &answer);
	if (err)
		return err;
	command_parse(answer.text, answer.len, &c);
	s->kind = c.qemu || (c.likely && has_vcpu(t, s->pid)) ? SEEN_QEMU : SEEN_OTHER;
	if (s->kind == SEEN_QEMU)
		add_process(st, s, &c);
	free(c.name);
	return 0;
}

/* A young process may be between its fork and the program that it is to run; one that is seen for long is not. */
static bool is_young(const struct tick *t, const struct seen *s)
{
	const struct block *b = snapshot_block(t->so_far, &probe_kernel);
	const struct kernel *k = b ? b->facts : NULL;
	double up = k && value_known(k->uptime_s) ? k->uptime_s.f + (double)(t->now_ns - b->t_ns) / 1e9 : 0;
	double age = up - (double)s->start / TASK_STAT_HZ;

	return age < YOUNG_S && t->now_ns - s->first_ns < SECONDS(YOUNG_S);
}

static void look_at_kernel_thread(struct threads_state *st, struct seen *s, struct slice comm)
{
	struct one_process *p;
	uint64_t owner;

	s->kind = SEEN_OTHER;
	if (!slice_starts(comm, "vhost-") || parse_u64((struct slice){comm.p + 6, comm.len - 6}, &owner) ||
		owner >= UINT32_MAX)
		return;
	s->kind = SEEN_VHOST;
	s->owner = (uint32_t)owner;
	p = process_of(st, s->owner);
	if (p)
		p->relist = true;
}

/* What this process is. 0, or the error: then it is looked at again with the next list. */
static int look(const struct tick *t, struct threads_state *st, struct seen *s)
{
	char path[64];
	struct answer answer;
	struct stat_parts parts;
	int err;

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/stat", s->pid);
	err = host_read(t->h, path, &answer);
	if (!err)
		err = stat_parse(answer.text, &parts);
	if (err)
		return err;
	if (s->start != parts.start)
		s->first_ns = t->now_ns;
	s->start = parts.start;
	s->looked_ns = t->now_ns;
	s->sure = !is_young(t, s);
	if (parts.parent != KTHREADD && s->pid != KTHREADD)
		return look_inside(t, st, s);
	look_at_kernel_thread(st, s, parts.comm);
	return 0;
}

static bool to_look(const struct tick *t, struct threads_state *st, const struct seen *s, unsigned *old)
{
	if (!s->looked_ns || s->kind == SEEN_REFUSED || !s->sure)
		return true;
	if (s->kind == SEEN_QEMU && !process_of(st, s->pid))
		return true; /* it ended, or seemed to */
	if (t->now_ns - s->looked_ns < SECONDS(OLD_S) || *old == OLD_MOST)
		return false;
	++*old;
	return true;
}

/* The newest list joined with what is known of those that were there before. */
static void look_at(const struct tick *t, struct threads_state *st, const struct task_ids *ids)
{
	struct seen *seen = xcalloc(ids->n + 1, sizeof(*seen));
	size_t n = 0, k = 0;
	unsigned old = 0;

	st->refused = false;
	for (size_t i = 0; i < ids->n; i++) {
		struct seen *s = &seen[n];
		int err = 0;

		while (k < st->nseen && st->seen[k].pid < ids->id[i])
			k++;
		*s = k < st->nseen && st->seen[k].pid == ids->id[i] ? st->seen[k] : (struct seen){.pid = ids->id[i], .first_ns = t->now_ns};
		if (to_look(t, st, s, &old))
			err = look(t, st, s);
		if (err == -EACCES || err == -EPERM) {
			s->kind = SEEN_REFUSED;
			st->refused = true;
		} else if (err) {
			s->looked_ns = 0;
			st->list_err = threads_gone(err) ? st->list_err : err;
		}
		n++;
	}
	free(st->seen);
	st->seen = seen;
	st->nseen = n;
}

/* A process that is not in the list any more has ended. */
static void end_those_without(struct threads_state *st)
{
	size_t k = 0;

	for (size_t i = 0; i < st->n; i++) {
		struct one_process *p = &st->process[i];

		while (k < st->nseen && st->seen[k].pid < p->pid)
			k++;
		p->gone = p->gone || k == st->nseen || st->seen[k].pid != p->pid || st->seen[k].start != p->start;
	}
}

void threads_list_processes(const struct tick *t, struct threads_state *st)
{
	struct task_ids ids = {0};
	int err = task_ids(t->h, "/proc", &ids);
	bool live = host_about(t->h)->origin == HOST_LIVE;

	st->list_err = err;
	if (!err || ids.n) {
		look_at(t, st, &ids);
		end_those_without(st);
		/* There is always a first process: who does not see it is not shown the others either. */
		if (live && (!ids.n || ids.id[0] != 1))
			st->refused = true;
		else if (!err && !ids.n)
			st->list_err = -ENODATA;
	}
	if (!err || !st->listed_ns)
		st->listed_ns = t->now_ns;
	free(ids.id);
}
