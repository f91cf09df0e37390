/* The CPUs of the Idle panel as a list: whose waking up costs most comes first. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/limits.h"
#include "probes/parse.h"
#include "tui/cpu_look.h"
#include "tui/panels/cpu_list.h"
#include "tui/panels/idle_impl.h"
#include "widgets/format.h"

/* Each entry into a state is a wake-up from it, which costs at most its exit latency. */
static double waking(const struct idle_cpu *c)
{
	const struct idle_state *states = c->state.row;
	double us = NAN;

	for (uint32_t i = 0; i < c->state.n; i++)
		if (value_known(states[i].entries_per_s) && value_known(states[i].latency_us))
			us = (isnan(us) ? 0 : us) + states[i].entries_per_s.f * (double)states[i].latency_us.u;
	return us / 1000;
}

/* Two steps a decade, from a tenth of each second down; less than a hundredth of a thousandth is nothing. */
static double step_of(double ms)
{
	return ms < 0.01 ? 10 : ms > 100 ? 1 : 5 - 2 * log10(ms);
}

static void follow(float *value, double to, double part)
{
	*value += (float)((to - (double)*value) * part);
}

static void remember(const struct sleeps *sl, const struct idle_cpu *cpu, double ms, struct idle_calm *c)
{
	struct stack_part part[SLEEP_PARTS];
	size_t n = sleep_parts(sl, cpu, part);
	double some = c->step ? 0.3 : 1, step;

	for (size_t i = 0; i < n; i++)
		follow(&c->share[i], part[i].share, some);
	follow(&c->entries, value_f64_or(cpu->entries_per_s, 0), some);
	follow(&c->waking, ms, some);
	follow(&c->worst, ms, !c->step ? 1 : ms > (double)c->worst ? 0.5 : 0.1);
	step = step_of(c->worst);
	if (!c->step || fabs(step - c->step) > 0.8)
		c->step = (int)lround(step);
}

void idle_remember(const struct idle *idle, struct idle_memory *m)
{
	const struct idle_cpu *rows = idle ? idle->cpu.row : NULL;
	struct sleeps sl;

	sleeps_of(idle, &sl);
	for (size_t i = 0; sl.n != m->nstates && i < IDLE_CALM; i++)
		m->cpu[i].step = 0;
	m->nstates = sl.n;
	for (uint32_t i = 0; idle && i < idle->cpu.n; i++) {
		double ms = waking(&rows[i]);

		if (rows[i].id.u < IDLE_CALM && !isnan(ms))
			remember(&sl, &rows[i], ms, &m->cpu[rows[i].id.u]);
	}
}

/*
 * Who may only poll spins at full power; then what waking costs; then what is not known; at last who is not there.
 */
static int class_of(const struct idle_row *r)
{
	if (r->cpu && value_known(r->cpu->online) && !r->cpu->online.u)
		return 100;
	if (value_u64_or(r->idle->only_poll, 0))
		return 0;
	if (isnan(r->waking))
		return 99;
	return r->calm ? r->calm->step : (int)lround(step_of(r->waking));
}

static double deep_share(const struct sleeps *sl, const struct idle_calm *c)
{
	double share = 0;

	for (size_t i = 0; i < sl->n; i++)
		share += value_u64_or(sl->row[i].latency_us, 0) >= DEEP_US ? (double)c->share[1 + i] : 0;
	return share;
}

static struct idle_row row_of(
	const struct sleeps *sl, const struct idle_cpu *c, const struct silicon_cpu *cpu, const struct idle_memory *m)
{
	struct idle_row r = {.idle = c,
		.cpu = cpu,
		.awake = value_number(c->awake, TYPE_F64),
		.deep = value_number(c->deep, TYPE_F64),
		.entries = value_number(c->entries_per_s, TYPE_F64),
		.waking = waking(c)};

	if (!isnan(r.waking) && !isnan(r.awake) && c->id.u < IDLE_CALM && m->cpu[c->id.u].step) {
		r.calm = &m->cpu[c->id.u];
		r.awake = r.calm->share[0];
		r.deep = deep_share(sl, r.calm);
		r.entries = r.calm->entries;
		r.waking = r.calm->waking;
	}
	r.class = class_of(&r);
	return r;
}

static double number_of(const struct idle_row *r, enum idle_column by)
{
	switch (by) {
	case IDLE_NODE:
		return r->cpu ? value_number(r->cpu->node, TYPE_I64) : NAN;
	case IDLE_AWAKE:
		return -percent_calm(100 * r->awake);
	case IDLE_SHARES:
	case IDLE_DEEP:
		return -percent_calm(100 * r->deep);
	case IDLE_DEEPEST:
	case IDLE_EXIT:
		return -value_number(r->idle->exit_us, TYPE_U64);
	case IDLE_ENTRIES:
		return -format_calm(r->entries);
	case IDLE_WAKING:
		return -waking_calm(r->waking);
	case IDLE_CPU:
	case IDLE_LIMIT:
	case IDLE_COLUMNS:
		break;
	}
	return 0;
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct idle_row *x = a, *y = b;
	const struct rows_order *order = arg;
	int d = x->class - y->class;

	if (order->chosen && order->by == IDLE_LIMIT)
		d = strcmp(value_text_or(x->idle->limited_by, "~"), value_text_or(y->idle->limited_by, "~"));
	else if (order->chosen)
		d = rows_compare(number_of(x, (enum idle_column)order->by), number_of(y, (enum idle_column)order->by));
	if (!d)
		d = x->idle->id.u < y->idle->id.u ? -1 : x->idle->id.u > y->idle->id.u;
	return order->reverse ? -d : d;
}

/* The words of this panel; all others are those of every list of CPUs. */
static bool word_fits(struct arena *a, const struct idle_row *r, const char *word)
{
	if (strcmp(word, "deep") == 0)
		return value_u64_or(r->idle->exit_us, 0) >= DEEP_US;
	if (strcmp(word, "limited") == 0)
		return value_known(r->idle->limited_by);
	if (strcmp(word, "poll") == 0)
		return value_u64_or(r->idle->only_poll, 0);
	if (strcmp(word, value_text_or(r->idle->deepest, "")) == 0)
		return true;
	return r->cpu && cpu_fits(a, r->cpu, word);
}

static bool fits(struct arena *a, const struct idle_row *r, const char *filter)
{
	struct slice rest = slice_of(filter), word;

	while (slice_word(&rest, &word))
		if (!word_fits(a, r, slice_text(a, word)))
			return false;
	return true;
}

struct idle_cpus idle_cpus(struct arena *a, const struct view *v, const struct idle_memory *m, struct rows_order order)
{
	const struct silicon *si = snapshot_facts(v->s, &probe_silicon);
	struct idle_cpus l = {.idle = snapshot_facts(v->s, &probe_idle)};
	const struct idle_cpu *rows = l.idle ? l.idle->cpu.row : NULL;
	uint32_t n = l.idle ? l.idle->cpu.n : 0;

	sleeps_of(l.idle, &l.sleeps);
	l.row = arena_array(a, n, sizeof(*l.row));
	for (uint32_t i = 0; i < n; i++) {
		struct idle_row r = row_of(&l.sleeps, &rows[i], silicon_cpu(si, rows[i].id.u), m);

		if (fits(a, &r, v->filter))
			l.row[l.n++] = r;
	}
	qsort_r(l.row, l.n, sizeof(*l.row), compare, &order);
	return l;
}

ptrdiff_t idle_cpus_find(const struct idle_cpus *l, int64_t cpu)
{
	for (size_t i = 0; cpu >= 0 && i < l->n; i++)
		if (l->row[i].idle->id.u == (uint64_t)cpu)
			return (ptrdiff_t)i;
	return TABLE_NONE;
}

size_t idle_address(const struct idle_row *row, size_t column, char *buf, size_t size)
{
	static const char *const fields[IDLE_COLUMNS] = {[IDLE_AWAKE] = "awake",
		[IDLE_SHARES] = "asleep",
		[IDLE_DEEPEST] = "deepest",
		[IDLE_EXIT] = "exit_us",
		[IDLE_ENTRIES] = "entries_per_s",
		[IDLE_WAKING] = "entries_per_s",
		[IDLE_DEEP] = "deep",
		[IDLE_LIMIT] = "limited_by"};
	unsigned id = (unsigned)row->idle->id.u;

	if (column == IDLE_SHARES && value_known(row->idle->deepest_state))
		return (size_t)snprintf(
			buf, size, "idle.cpu[%u].state[%u].share", id, (unsigned)row->idle->deepest_state.u);
	if (fields[column])
		return (size_t)snprintf(buf, size, "idle.cpu[%u].%s", id, fields[column]);
	return (size_t)snprintf(buf, size, "topology.cpu[%u].%s", id, column == IDLE_NODE ? "node" : "online");
}
