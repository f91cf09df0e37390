/* Lets the threads of simulated guests run and wait: the load of a CPU is that of the vCPUs that are on it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/simulate_guest_move.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/simulate_guest.h"
#include "probes/host/simulate_guest_count.h"
#include "probes/host/simulate_held.h"
#include "probes/util.h"

enum {
	OF_MOVE = 3000,
	QUIET_MS = 500, /* how often those are written that hardly run */
	LIVELY = 50, /* thousandths of a CPU */
	TICK_NS = 10000000,
	CROWDED = 60, /* percent of a CPU that two vCPUs fight for, at least */
	WAIT = 0, /* numbers of schedstat behind the first */
	SLICES = 1,
	UTIME = 14, /* fields of stat */
	PROCESSOR = 39,
};

/* One thread and its two files; a kernel's thread of vhost has them as a process too. */
struct mover {
	struct sim_thread t;
	const struct sim_guest *g;
	struct sim_cpus cpus;
	struct held sched, stat; /* closed: there are too many to hold them open */
	size_t number[2]; /* where wait and slices are in sched */
	size_t utime, processor; /* in stat */
	unsigned now, run, wait, slices; /* the CPU; thousandths of the time; a second */
	unsigned tick_rest, slice_rest;
	bool moved; /* its stat is to be written */
};

struct guest_moves {
	const struct model *m;
	int root;
	struct mover *mover;
	size_t n;
	unsigned *ones, *hot; /* of each CPU: vCPUs that have nowhere else to go; the thread that works, from 1 */
	bool *rests; /* of each CPU */
	bool *calm; /* of each guest */
	unsigned ms; /* since the start, in which quiet ones were not written */
	struct guest_counts *counts;
};

/* Where the nth field (from 1) of a line of stat is; a name may hold blanks and brackets. */
static size_t field_at(const char *stat, int n)
{
	const char *p = strrchr(stat, ')');

	for (int i = 2; p && i < n; i++) {
		p = strchr(p, ' ');
		p += p != NULL;
	}
	return p ? (size_t)(p - stat) : 0;
}

static int hold(struct guest_moves *g, const char *dir, const char *name, struct held *ret, char why[200])
{
	char path[96];
	int err;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	err = held_open(g->root, path, ret, why);
	out_close(ret->fd);
	ret->fd = -1;
	return err;
}

static int open_mover(struct guest_moves *g, struct mover *v, char why[200])
{
	char dir[64];
	const char *wait, *slices;
	int err;

	sim_thread_path(v->g, &v->t, dir, sizeof dir);
	err = hold(g, dir, "schedstat", &v->sched, why);
	if (!err)
		err = hold(g, dir, "stat", &v->stat, why);
	if (err)
		return err;
	wait = strchr(v->sched.text, ' ');
	slices = wait ? strchr(wait + 1, ' ') : NULL;
	v->utime = field_at(v->stat.text, UTIME);
	v->processor = field_at(v->stat.text, PROCESSOR);
	if (!slices || !v->utime || !v->processor) {
		snprintf(why, 200, "its %s is not what was written: write the tree anew", dir);
		return -EINVAL;
	}
	v->number[WAIT] = (size_t)(wait + 1 - v->sched.text);
	v->number[SLICES] = (size_t)(slices + 1 - v->sched.text);
	v->now = (unsigned)strtoul(v->stat.text + v->processor, NULL, 10);
	return v->now < g->m->ncpus ? 0 : -EINVAL;
}

static void add_movers(struct guest_moves *g, const struct sim_guest *guest)
{
	struct sim_thread t[SIM_THREADS];
	unsigned n = guest->pid ? sim_threads(g->m, guest, t) : 0;

	for (unsigned i = 0; i < n; i++) {
		struct mover *v = &g->mover[g->n++];

		v->t = t[i];
		v->g = guest;
		v->cpus = *t[i].cpus;
		v->sched.fd = v->stat.fd = -1;
	}
}

int guest_moves_open(const struct model *m, int root, struct guest_moves **ret, char why[200])
{
	struct guest_moves *g;
	int err = 0;

	*ret = NULL;
	if (!m->o.guests)
		return 0;
	g = xcalloc(1, sizeof *g);
	g->m = m;
	g->ones = xcalloc(m->ncpus, sizeof *g->ones);
	g->hot = xcalloc(m->ncpus, sizeof *g->hot);
	g->rests = xcalloc(m->ncpus, sizeof *g->rests);
	g->calm = xcalloc(m->o.guests, sizeof *g->calm);
	g->mover = xcalloc((size_t)m->o.guests * SIM_THREADS, sizeof *g->mover);
	g->root = openat(root, ".", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	if (g->root < 0) {
		err = -errno;
		snprintf(why, 200, "cannot open the tree to move its guests: %s", strerror(-err));
	}
	for (unsigned i = 0; i < m->o.guests; i++)
		add_movers(g, &m->guest[i]);
	for (size_t i = 0; i < g->n && !err; i++)
		err = open_mover(g, &g->mover[i], why);
	if (!err)
		err = guest_counts_open(m, root, g->calm, &g->counts, why);
	if (err) {
		guest_moves_close(g);
		return err;
	}
	*ret = g;
	return 0;
}

void guest_moves_close(struct guest_moves *g)
{
	if (!g)
		return;
	for (size_t i = 0; i < g->n; i++) {
		held_close(&g->mover[i].sched);
		held_close(&g->mover[i].stat);
	}
	guest_counts_close(g->counts);
	out_close(g->root);
	free(g->mover);
	free(g->ones);
	free(g->hot);
	free(g->rests);
	free(g->calm);
	free(g);
}

void guest_moves_working(struct guest_moves *g, unsigned guests)
{
	if (!g)
		return;
	for (unsigned i = 0; i < g->m->o.guests; i++) {
		const struct sim_guest *guest = &g->m->guest[i];
		bool can = guest->pid && !guest->paused;

		g->calm[i] = can && !guests;
		guests -= can && guests;
	}
	memset(g->rests, 0, g->m->ncpus * sizeof *g->rests);
	/* Two guests can be on one: it rests when neither works. */
	for (int working = 0; working < 2; working++) {
		for (size_t i = 0; i < g->n; i++) {
			const struct mover *v = &g->mover[i];

			if (v->t.role == SIM_VCPU && v->cpus.one && g->calm[v->g->index] == !working)
				g->rests[v->cpus.first] = !working;
		}
	}
}

bool guest_moves_rests(const struct guest_moves *g, unsigned cpu)
{
	return g && g->rests[cpu];
}

void guest_moves_clock(struct guest_moves *g, const uint64_t *now_ns)
{
	if (g)
		guest_counts_clock(g->counts, now_ns);
}

static bool sleeps(const struct guest_moves *g, const struct mover *v)
{
	return v->g->paused || g->calm[v->g->index];
}

/* Another CPU of those it may have, if its number is as long: the file keeps its length. */
static void wander(const struct guest_moves *g, struct mover *v, uint64_t random)
{
	char old[16], new[16];
	unsigned cpu = sim_cpus_pick(g->m, &v->cpus, random);
	int len = snprintf(old, sizeof old, "%u", v->now);

	if (snprintf(new, sizeof new, "%u", cpu) != len || cpu == v->now)
		return;
	memcpy(v->stat.text + v->processor, new, (size_t)len);
	v->now = cpu;
	v->moved = true;
}

/* What one does in this second, once it is known who is where. */
static void work(const struct guest_moves *g, struct mover *v, unsigned index, unsigned load)
{
	unsigned ones = g->ones[v->now];

	v->wait = 0;
	if (v->t.role != SIM_VCPU) {
		v->run = v->t.role == SIM_OTHER ? 0 : v->t.role == SIM_EMULATOR ? 8 : 15;
		/* Where a vCPU works, whoever else comes has to wait for it. */
		v->wait = v->run && ones && v->cpus.one ? 4 : 0;
	} else if (ones && v->cpus.one) {
		load = ones > 1 && load < CROWDED ? CROWDED : load;
		v->run = load * 10 / ones;
		v->wait = ones > 1 ? v->run * (ones - 1) * 3 / 4 : 0;
	} else {
		v->run = !ones && g->hot[v->now] == index + 1 ? load * 10 : 5;
		v->wait = v->run > LIVELY ? 2 : 0;
	}
	if (sleeps(g, v))
		v->run = v->wait = 0;
	v->slices = v->run ? v->run / 5 + 60 : 0;
}

/* Of those that a CPU has in common the same one works as long as it stays. */
static bool works_before(const struct guest_moves *g, size_t i, unsigned hot)
{
	return !hot || model_random(g->m, g->mover[i].t.tid, OF_MOVE - 1) >
			       model_random(g->m, g->mover[hot - 1].t.tid, OF_MOVE - 1);
}

void guest_moves_second(struct guest_moves *g, const uint8_t *load, uint64_t second)
{
	if (!g)
		return;
	memset(g->ones, 0, g->m->ncpus * sizeof *g->ones);
	memset(g->hot, 0, g->m->ncpus * sizeof *g->hot);
	for (size_t i = 0; i < g->n; i++) {
		struct mover *v = &g->mover[i];
		uint64_t random = model_random(g->m, v->t.tid, OF_MOVE + second);

		if (!v->cpus.one && random % 16 == 0 && !g->calm[v->g->index])
			wander(g, v, random / 16);
		if (v->t.role == SIM_VCPU && v->cpus.one && !sleeps(g, v))
			g->ones[v->now]++;
		else if (v->t.role == SIM_VCPU && !sleeps(g, v) && works_before(g, i, g->hot[v->now]))
			g->hot[v->now] = (unsigned)i + 1;
	}
	for (size_t i = 0; i < g->n; i++)
		work(g, &g->mover[i], (unsigned)i, load[g->mover[i].now]);
}

static int pass_one(struct mover *v, unsigned ms)
{
	unsigned ns = v->run * ms * 1000, ticks = (v->tick_rest + ns) / TICK_NS;
	unsigned slices = v->slice_rest + v->slices * ms;
	int err = number_add(v->sched.text, ns);

	v->tick_rest = (v->tick_rest + ns) % TICK_NS;
	v->slice_rest = slices % 1000;
	if (!err)
		err = number_add(v->sched.text + v->number[WAIT], (uint64_t)v->wait * ms * 1000);
	if (!err)
		err = number_add(v->sched.text + v->number[SLICES], slices / 1000);
	if (!err && ticks)
		err = number_add(v->stat.text + v->utime, ticks);
	v->moved = v->moved || ticks;
	return err;
}

int guest_moves_pass(struct guest_moves *g, unsigned ms)
{
	int err = 0;

	for (size_t i = 0; g && i < g->n && !err; i++)
		err = pass_one(&g->mover[i], ms);
	if (!g || err)
		return err;
	g->ms += ms;
	return guest_counts_pass(g->counts, ms);
}

/* In place: the file keeps its inode, and what was read of it its length. */
static int write_text(struct guest_moves *g, const char *dir, const char *name, const struct held *h, char why[200])
{
	struct held open = *h;
	char path[96];
	int err;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	open.fd = openat(g->root, path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (open.fd < 0) {
		err = -errno;
		snprintf(why, 200, "cannot write %s: %s", path, strerror(-err));
		return err;
	}
	err = held_write(&open, 0, open.len, path, why);
	out_close(open.fd);
	return err;
}

static int write_one(struct guest_moves *g, struct mover *v, char why[200])
{
	char dir[64];
	int err;

	sim_thread_path(v->g, &v->t, dir, sizeof dir);
	err = write_text(g, dir, "schedstat", &v->sched, why);
	if (!err && v->moved)
		err = write_text(g, dir, "stat", &v->stat, why);
	/* The first thread's wait is its process's too. */
	snprintf(dir, sizeof dir, "proc/%u", v->t.tid);
	if (!err && (v->t.kernel || v->t.tid == v->g->pid))
		err = write_text(g, dir, "schedstat", &v->sched, why);
	if (!err && v->t.kernel && v->moved)
		err = write_text(g, dir, "stat", &v->stat, why);
	v->moved = v->moved && err;
	return err;
}

int guest_moves_write(struct guest_moves *g, char why[200])
{
	bool all = g && g->ms >= QUIET_MS;
	int err = 0;

	if (!g)
		return 0;
	for (size_t i = 0; i < g->n && !err; i++) {
		struct mover *v = &g->mover[i];

		if (v->run && (all || v->run + v->wait >= LIVELY))
			err = write_one(g, v, why);
	}
	g->ms = all ? 0 : g->ms;
	return err ? err : guest_counts_write(g->counts, why);
}
