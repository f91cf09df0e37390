/* Who holds the latency limits of all CPUs: the processes that have their devices open. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/host.h"
#include "probes/idle_impl.h"
#include "probes/parse.h"

enum {
	AGAIN_S = 30, /* between two scans: a host has thousands of processes */
	CALLS_A_TICK = 2000, /* and hundreds of thousands of open files */
};

struct numbers {
	uint32_t *v;
	size_t n, room;
};

static int add_number(const char *name, void *arg)
{
	struct numbers *all = arg;
	uint64_t n;

	if (parse_u64(slice_of(name), &n) || n > UINT32_MAX)
		return 0;
	if (all->n == all->room) {
		all->room = all->room ? all->room * 2 : 256;
		all->v = xrealloc(all->v, all->room, sizeof(*all->v));
	}
	all->v[all->n++] = (uint32_t)n;
	return 0;
}

void idle_holders_free(struct idle_holders *h)
{
	free(h->pid);
	free(h->fd);
	free(h->found);
	free(h->now);
	*h = (struct idle_holders){0};
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void begin(struct idle_tick *it, struct idle_holders *h)
{
	struct numbers pids = {0};

	h->err_now = host_list(it->t->h, "/proc", add_number, &pids);
	if (pids.n)
		qsort(pids.v, pids.n, sizeof(*pids.v), by_number);
	free(h->pid);
	free(h->now);
	h->pid = pids.v;
	h->n = h->err_now ? 0 : pids.n;
	h->now = NULL;
	h->nnow = h->next = 0;
	h->begun = false;
	h->scanning = true;
}

/* Each open file is a link. Processes that ended hold nothing. */
static void begin_process(struct idle_tick *it, struct idle_holders *h)
{
	struct numbers fds = {0};
	char path[64];
	int err;

	snprintf(path, sizeof(path), "/proc/%u/fd", h->pid[h->next]);
	err = host_list(it->t->h, path, add_number, &fds);
	if (err && err != -ENOENT && err != -ESRCH)
		h->err_now = err;
	free(h->fd);
	h->fd = fds.v;
	h->nfd = fds.n;
	h->next_fd = 0;
	h->held = (struct idle_held){.pid = h->pid[h->next]};
	h->begun = true;
}

static void look_at(struct idle_tick *it, struct idle_held *held, uint32_t fd)
{
	struct answer answer;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%u/fd/%u", held->pid, fd);
	if (host_link(it->t->h, path, &answer))
		return;
	held->latency = held->latency || strcmp(answer.text, IDLE_LATENCY_DEVICE) == 0;
	held->wakeup = held->wakeup || strcmp(answer.text, IDLE_WAKEUP_DEVICE) == 0;
}

static void end_process(struct idle_holders *h)
{
	if (h->held.latency || h->held.wakeup) {
		h->now = xrealloc(h->now, h->nnow + 1, sizeof(*h->now));
		h->now[h->nnow++] = h->held;
	}
	h->begun = false;
	h->next++;
}

static void finish(struct idle_tick *it, struct idle_holders *h)
{
	free(h->fd);
	h->fd = NULL;
	h->nfd = h->next_fd = 0;
	free(h->found);
	h->found = h->now;
	h->nfound = h->nnow;
	h->err = h->err_now;
	h->now = NULL;
	h->nnow = 0;
	h->scanning = false;
	h->any = true;
	h->ended_ns = it->t->now_ns;
}

/* A tick ends between two files as well as between two processes: one proxy may have half a million open. */
static void go_on(struct idle_tick *it, struct idle_holders *h)
{
	for (unsigned calls = 0; h->next < h->n; calls++) {
		if (calls >= CALLS_A_TICK && !it->t->want->everything)
			return;
		if (h->begun)
			look_at(it, &h->held, h->fd[h->next_fd++]);
		else
			begin_process(it, h);
		if (h->next_fd == h->nfd || (h->held.latency && h->held.wakeup))
			end_process(h);
	}
	finish(it, h);
}

static struct rows rows_error(int err)
{
	return (struct rows){.known = value_error(err, 0).known, .err = err};
}

/* Nobody need be looked for where there is no limit; who may not read it may not look into processes either. */
static bool in_force(const struct idle_state_all *st)
{
	return (value_known(st->limit) && st->limit.u < IDLE_NO_LIMIT) ||
	       (value_known(st->wakeup) && st->wakeup.u < IDLE_NO_LIMIT) || st->limit.known == KNOWN_BROKEN;
}

void idle_holders(struct idle_tick *it, struct idle *ret)
{
	struct idle_holders *h = &it->st->holders;
	uint64_t now = it->t->now_ns;
	struct idle_holder *rows;

	if (!in_force(it->st)) {
		idle_holders_free(h);
		ret->holder =
			value_known(it->st->limit) ? (struct rows){.known = KNOWN} : rows_error(it->st->limit.err);
		return;
	}
	if (!h->scanning && (!h->any || it->t->want->everything || now - h->ended_ns >= UINT64_C(1000000000) * AGAIN_S))
		begin(it, h);
	if (h->scanning)
		go_on(it, h);
	if (!h->any || (h->err && !h->nfound)) {
		ret->holder = rows_error(h->any ? h->err : -EINPROGRESS);
		return;
	}
	rows = arena_array(it->t->a, h->nfound, sizeof(*rows));
	for (size_t i = 0; i < h->nfound; i++) {
		rows[i].pid = value_u64(h->found[i].pid, 0);
		rows[i].comm = get_text(it->t, 0, "/proc/%u/comm", h->found[i].pid);
		rows[i].latency = value_bool(h->found[i].latency, 0);
		rows[i].wakeup = value_bool(h->found[i].wakeup, 0);
	}
	ret->holder = (struct rows){.row = rows, .n = (uint32_t)h->nfound, .known = KNOWN};
}
