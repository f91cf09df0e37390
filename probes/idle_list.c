/* Idle states: which CPUs have which, what of them never changes, and how many of their files fit. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/host/host.h"
#include "probes/idle_impl.h"
#include "probes/parse.h"
#include "probes/topology.h"

enum {
	LEAVE = 1000, /* descriptors that are left to the probes below this one */
	TURN_STATES = 2048, /* so many states are read in a tick where their files cannot be kept open */
};

#define STATE_FOLDER CPU_FOLDER "/cpu%u/cpuidle/state%u/"

/* A machine has a dozen texts: all are compared, or those that are read again and again would be kept as often. */
static uint32_t number_of(struct idle_state_all *st, const char *text, uint32_t likely)
{
	struct idle_texts *all = &st->texts;

	if (likely < all->n && strcmp(all->text[likely], text) == 0)
		return likely;
	for (uint32_t i = 0; i < all->n; i++)
		if (strcmp(all->text[i], text) == 0)
			return i;
	if (all->n == all->room) {
		all->room = all->room ? all->room * 2 : 16;
		all->text = xrealloc(all->text, all->room, sizeof(*all->text));
	}
	all->text[all->n] = xstrdup(text);
	return all->n++;
}

static void drop_files(struct host *h, struct idle_cpu_state *c)
{
	for (uint32_t i = 0; i < c->n; i++) {
		kept_drop(h, &c->counter[i].usage);
		kept_drop(h, &c->counter[i].time);
	}
}

static void drop_cpu(struct host *h, struct idle_cpu_state *c)
{
	drop_files(h, c);
	free(c->state);
	free(c->counter);
	free(c->slept_us);
	c->state = NULL;
	c->counter = NULL;
	c->slept_us = NULL;
	c->n = 0;
}

void idle_forget(struct host *h, struct idle_state_all *st)
{
	for (size_t i = 0; i < st->ncpus; i++)
		drop_cpu(h, &st->cpu[i]);
	free(st->cpu);
	for (uint32_t i = 0; i < st->texts.n; i++)
		free(st->texts.text[i]);
	free(st->texts.text);
	idle_holders_free(&st->holders);
	memset(st, 0, sizeof(*st));
}

struct value idle_keep_text(struct idle_tick *it, struct value v, uint32_t *number)
{
	*number = number_of(it->st, value_text_or(v, ""), *number);
	if (value_known(v))
		v.text = it->st->texts.text[*number];
	return v;
}

/* "enabled", "disabled" */
static struct value default_of(struct value v)
{
	if (!value_known(v))
		return v;
	if (strcmp(v.text, "disabled") == 0)
		return value_bool(true, v.src);
	return strcmp(v.text, "enabled") == 0 ? value_bool(false, v.src) : value_error(-EINVAL, v.src);
}

void idle_choose_kept(const struct idle_cpu_state *c, struct idle_counter *k, enum idle_fit fit)
{
	if (k->usage.id <= 0)
		k->usage.id = fit == FIT_NONE || !c->online ? KEPT_NO : 0;
	if (k->time.id <= 0)
		k->time.id = fit != FIT_ALL || !c->online ? KEPT_NO : 0;
}

static bool trouble(struct value v)
{
	return !value_known(v) && v.known != KNOWN_ABSENT;
}

static bool whole(const struct idle_cpu_state *c)
{
	for (uint32_t i = 0; i < c->n; i++) {
		const struct idle_state *s = &c->state[i];

		if (trouble(s->name) || trouble(s->desc) || trouble(s->latency_us) || trouble(s->residency_us) ||
			trouble(s->default_disabled))
			return false;
	}
	return true;
}

/* What a state is known by; the rest has time. */
static void read_state(struct idle_tick *it, struct idle_cpu_state *c, uint32_t at, uint32_t index)
{
	const struct tick *t = it->t;
	struct idle_state *s = &c->state[at];
	struct idle_counter *k = &c->counter[at];
	unsigned cpu = (unsigned)c->row.id.u;

	s->index = value_u64(index, 0);
	s->name = idle_keep_text(it, get_text(t, 0, STATE_FOLDER "name", cpu, index), &k->name);
	s->latency_us = get_u64(t, 0, STATE_FOLDER "latency", cpu, index);
	/* The first state polls where it takes no time to leave it: not on arm64, whose first state sleeps. */
	s->poll = value_known(s->latency_us) ? value_bool(index == 0 && s->latency_us.u == 0, 0)
					     : value_error(s->latency_us.err, 0);
	idle_read_disabled(it, c, at);
	if (value_u64_or(s->disabled, 0)) /* whoever asks what limits this CPU must know whether it always was */
		s->default_disabled = default_of(get_text(t, 0, STATE_FOLDER "default_status", cpu, index));
	idle_choose_kept(c, k, it->st->fit);
}

void idle_read_rest(struct idle_tick *it, struct idle_cpu_state *c)
{
	unsigned cpu = (unsigned)c->row.id.u;

	for (uint32_t i = 0; i < c->n; i++) {
		struct idle_state *s = &c->state[i];
		unsigned index = (unsigned)s->index.u;
		uint32_t *number = &c->counter[i].desc;

		s->desc = idle_keep_text(it, get_text(it->t, 0, STATE_FOLDER "desc", cpu, index), number);
		s->residency_us = get_u64(it->t, 0, STATE_FOLDER "residency", cpu, index);
		s->default_disabled = default_of(get_text(it->t, 0, STATE_FOLDER "default_status", cpu, index));
	}
	c->broken = !whole(c);
	c->rest = false;
	c->judge = true;
}

/* The states of an offline CPU still answer: they are read once, and nothing of them is kept open. */
void idle_read_once(struct idle_tick *it, struct idle_cpu_state *c)
{
	struct cpuset *ids = NULL;
	uint32_t at = 0;
	char folder[80];
	int err;

	drop_cpu(it->t->h, c);
	snprintf(folder, sizeof(folder), CPU_FOLDER "/cpu%u/cpuidle", (unsigned)c->row.id.u);
	err = get_ids(it->t, folder, "state", &ids);
	c->n = err ? 0 : cpuset_count(ids);
	c->state = xcalloc(c->n, sizeof(*c->state));
	c->counter = xcalloc(c->n, sizeof(*c->counter));
	c->slept_us = xcalloc(c->n, sizeof(*c->slept_us));
	if (!err)
		CPUSET_EACH(index, ids)
	read_state(it, c, at++, (uint32_t)index);
	err = !err && !c->n ? -ENOENT : err;
	c->row.state = (struct rows){.n = c->n, .known = err ? value_error(err, 0).known : KNOWN, .err = err};
	c->row.resume_latency = (struct value){.known = KNOWN_NOT_YET};
	idle_read_own_limit(it, c);
	c->broken = err && c->row.state.known != KNOWN_ABSENT;
	c->rest = !c->broken;
	c->fresh = false;
	c->read_ns = 0;
	c->carry_us = 0;
	c->judge = true;
}

/* Both lists are by rising id. What neither came nor went keeps its files and what is known of it. */
static void take_over(struct idle_tick *it, struct idle_cpu_state *new, size_t n)
{
	struct idle_state_all *st = it->st;
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		while (k < st->ncpus && st->cpu[k].row.id.u < new[i].row.id.u)
			drop_cpu(it->t->h, &st->cpu[k++]);
		if (k == st->ncpus || st->cpu[k].row.id.u != new[i].row.id.u)
			continue;
		if (st->cpu[k].online == new[i].online)
			new[i] = st->cpu[k];
		else
			drop_cpu(it->t->h, &st->cpu[k]);
		k++;
	}
	while (k < st->ncpus)
		drop_cpu(it->t->h, &st->cpu[k++]);
	free(st->cpu);
	st->cpu = new;
	st->ncpus = n;
}

/* How many states the online CPUs will have, by the first one that has some. */
static size_t states_expected(const struct idle_tick *it)
{
	size_t online = 0, each = 0;

	for (size_t i = 0; i < it->st->ncpus; i++) {
		const struct idle_cpu_state *c = &it->st->cpu[i];
		char folder[80];
		struct cpuset *ids = NULL;

		online += c->online;
		if (each || !c->online || i > 8)
			continue;
		snprintf(folder, sizeof(folder), CPU_FOLDER "/cpu%u/cpuidle", (unsigned)c->row.id.u);
		each = get_ids(it->t, folder, "state", &ids) ? 0 : cpuset_count(ids);
	}
	return online * each;
}

static uint32_t kept_now(const struct idle_state_all *st)
{
	uint32_t n = 0;

	for (size_t i = 0; i < st->ncpus; i++)
		for (uint32_t k = 0; k < st->cpu[i].n; k++)
			n += (st->cpu[i].counter[k].usage.id > 0) + (st->cpu[i].counter[k].time.id > 0);
	return n;
}

/* Where not all files fit the times are read by path, and where not even the counts do, the CPUs take turns. */
static void share_room(struct idle_tick *it)
{
	struct idle_state_all *st = it->st;
	struct host_cost cost = host_cost(it->t->h);
	size_t states = states_expected(it), taken = (size_t)cost.kept - kept_now(st) + LEAVE;
	size_t room = cost.kept_limit > taken ? cost.kept_limit - taken : 0;
	enum idle_fit fit = states * 2 <= room ? FIT_ALL : states <= room ? FIT_USAGE : FIT_NONE;

	st->every = fit == FIT_NONE ? (states + TURN_STATES - 1) / TURN_STATES : 1;
	st->every = st->every ? st->every : 1;
	for (size_t i = 0; i < st->ncpus && fit != st->fit; i++) {
		struct idle_cpu_state *c = &st->cpu[i];

		drop_files(it->t->h, c);
		for (uint32_t k = 0; k < c->n; k++)
			idle_choose_kept(c, &c->counter[k], fit);
	}
	st->fit = fit;
}

void idle_list(struct idle_tick *it)
{
	const struct topology_cpu *rows = it->topology->cpu.row;
	uint32_t n = it->topology->cpu.n;
	struct idle_cpu_state *new = xcalloc(n, sizeof(*new));

	for (uint32_t i = 0; i < n; i++) {
		new[i].row.id = rows[i].id;
		new[i].online = value_u64_or(rows[i].online, 1);
		new[i].fresh = true;
	}
	take_over(it, new, n);
	share_room(it);
}
