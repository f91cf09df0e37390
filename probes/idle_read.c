/* Idle counters: how often and how long each CPU slept in each state, since it was looked at last. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>

#include "probes/host/host.h"
#include "probes/idle_impl.h"
#include "probes/limits.h"
#include "probes/parse.h"

enum { RARE_TURNS = 6 };

static int read_number(struct host *h, struct kept *k, uint64_t cpu, uint64_t state, const char *file, uint64_t *ret)
{
	struct answer answer;
	char path[100] = ""; /* only needed until the file is kept */
	int err;

	if (k->id <= 0)
		snprintf(path, sizeof(path), CPU_FOLDER "/cpu%u/cpuidle/state%u/%s", (unsigned)cpu, (unsigned)state,
			file);
	err = kept_read(h, k, path, &answer);
	return err ? err : parse_u64(slice_of(answer.text), ret);
}

/* What one reading of a CPU's counters found. */
struct reading {
	bool first; /* there is none before it */
	bool back; /* a counter went back: the CPU was away, or was counted anew */
	bool moved;
	int err;
};

/* time is read only where usage moved: it grows with it, when a sleep ends. */
static void read_counter(struct idle_tick *it, struct idle_cpu_state *c, uint32_t i, struct reading *r)
{
	struct idle_state *s = &c->state[i];
	struct idle_counter *k = &c->counter[i];
	struct value usage = s->usage, time = s->time_us;
	uint64_t n = 0;
	int err = read_number(it->t->h, &k->usage, c->row.id.u, s->index.u, "usage", &n);

	s->usage = err ? value_error(err, 0) : value_u64(n, 0);
	c->slept_us[i] = 0;
	k->entered = value_known(usage) && n > usage.u ? n - usage.u : 0;
	if (err || (value_known(usage) && value_known(time) && n == usage.u && !it->t->want->everything)) {
		r->err = err ? err : r->err;
		s->time_us.age_ds = 0; /* it stands where it stood */
		return;
	}
	r->first = r->first || !value_known(usage) || !value_known(time);
	r->back = r->back || (value_known(usage) && n < usage.u);
	r->moved = r->moved || !value_known(usage) || n != usage.u;
	err = read_number(it->t->h, &k->time, c->row.id.u, s->index.u, "time", &n);
	s->time_us = err ? value_error(err, 0) : value_u64(n, 0);
	r->err = err ? err : r->err;
	if (err || !value_known(time))
		return;
	r->back = r->back || n < time.u;
	c->slept_us[i] = n > time.u ? (double)(n - time.u) : 0;
}

static void rates_unknown(struct idle_cpu_state *c, int err)
{
	struct idle_cpu *row = &c->row;
	struct value v = value_error(err, 0);

	row->awake = row->asleep = row->deep = row->entries_per_s = row->interval_s = v;
	row->mostly = row->mostly_state = v;
	for (uint32_t i = 0; i < c->n; i++)
		c->state[i].entries_per_s = c->state[i].share = v;
}

void idle_rates_unknown(struct idle_cpu_state *c, int err)
{
	rates_unknown(c, err);
	for (uint32_t i = 0; i < c->n; i++)
		c->state[i].above_share = c->state[i].below_share = c->state[i].rejected_share = value_error(err, 0);
}

/* The state in which it slept most; not known while it sleeps longer than it slept in any. */
static void find_mostly(struct idle_cpu_state *c)
{
	struct idle_cpu *row = &c->row;
	uint32_t most = 0;

	for (uint32_t i = 1; i < c->n; i++)
		most = c->slept_us[i] > c->slept_us[most] ? i : most;
	row->mostly = row->mostly_state = value_error(-ENOENT, 0);
	if (c->n && value_f64_or(row->asleep, 0) > value_f64_or(c->state[most].share, 0)) {
		row->mostly = row->mostly_state = value_error(-EAGAIN, 0);
	} else if (c->n && c->slept_us[most] > 0) {
		c->mostly = c->counter[most].name;
		row->mostly = c->state[most].name;
		row->mostly_state = value_u64(c->state[most].index.u, 0);
	}
}

static void rates(struct idle_tick *it, struct idle_cpu_state *c, bool moved)
{
	struct idle_interval v = {.wall_us = (double)(it->t->now_ns - c->read_ns) / 1000,
		.idle_us = c->idle_err ? -1 : c->idle_us,
		.carry_us = c->carry_us,
		.moved = moved};
	struct idle_cpu *row = &c->row;
	double entries = 0, deep = 0;

	idle_correct(&v, c->slept_us, c->n);
	c->carry_us = v.carry_us;
	for (uint32_t i = 0; i < c->n; i++) {
		struct idle_state *s = &c->state[i];
		double per_s = (double)c->counter[i].entered * 1e6 / v.wall_us;

		s->entries_per_s = value_f64(per_s, 0);
		s->share = value_f64(c->slept_us[i] / v.wall_us, 0);
		entries += per_s;
		deep += value_u64_or(s->latency_us, 0) >= DEEP_US ? s->share.f : 0;
	}
	row->entries_per_s = value_f64(entries, 0);
	row->deep = value_f64(deep, 0);
	row->interval_s = value_f64(v.wall_us / 1e6, 0);
	row->awake = v.awake_us < 0 ? value_error(c->idle_err, 0) : value_f64(v.awake_us / v.wall_us, 0);
	row->asleep = v.asleep_us < 0 ? value_error(c->idle_err, 0) : value_f64(v.asleep_us / v.wall_us, 0);
	find_mostly(c);
}

void idle_read_counters(struct idle_tick *it, struct idle_cpu_state *c)
{
	struct reading r = {.first = !c->read_ns};
	int err;

	for (uint32_t i = 0; i < c->n; i++)
		read_counter(it, c, i, &r);
	if (r.err == -ENODEV || r.err == -ENOENT)
		c->fresh = true; /* its states were made anew */
	err = r.err ? r.err : it->still ? -ENODATA : it->load_err ? it->load_err : 0;
	if (!err && (r.first || r.back || it->t->now_ns <= c->read_ns))
		err = -EINPROGRESS;
	if (err) {
		rates_unknown(c, err);
		c->carry_us = 0;
	} else {
		rates(it, c, r.moved);
	}
	c->read_ns = it->t->now_ns;
	c->idle_us = 0;
	c->idle_err = 0;
}

static struct value slow_number(struct idle_tick *it, const struct idle_cpu_state *c, uint32_t i, const char *file)
{
	return get_u64(it->t, 0, CPU_FOLDER "/cpu%u/cpuidle/state%u/%s", (unsigned)c->row.id.u,
		(unsigned)c->state[i].index.u, file);
}

/* The share of n by which a counter grew; nothing can be said of nothing. */
static struct value share(struct value now, uint64_t then, uint64_t n, bool first)
{
	if (!value_known(now))
		return now;
	if (first || now.u < then)
		return value_error(-EINPROGRESS, 0);
	if (!n)
		return value_error(-ENOENT, 0);
	return value_f64(now.u - then < n ? (double)(now.u - then) / (double)n : 1, 0);
}

/* What a kernel does not have is not looked for again. */
static bool worth(struct value v, bool first)
{
	return first || v.known != KNOWN_ABSENT;
}

void idle_read_disabled(struct idle_tick *it, struct idle_cpu_state *c, uint32_t i)
{
	struct idle_state *s = &c->state[i];
	struct value v;

	if (!worth(s->disabled, false))
		return;
	v = slow_number(it, c, i, "disable");
	v = value_known(v) ? value_bool(v.u != 0, 0) : v;
	c->judge = c->judge || !value_equal(v, s->disabled, TYPE_BOOL);
	s->disabled = v;
}

static void read_slow_state(struct idle_tick *it, struct idle_cpu_state *c, uint32_t i, bool seen)
{
	struct idle_state *s = &c->state[i];
	struct idle_counter *k = &c->counter[i];
	bool first = !k->slow_then, rare = seen || ++k->slow_turn % RARE_TURNS == 0, back;
	uint64_t entered, rejected;

	idle_read_disabled(it, c, i);
	if (!value_known(s->usage))
		return;
	back = s->usage.u < k->usage_then;
	entered = back ? 0 : s->usage.u - k->usage_then;
	/* above and below grow only with usage */
	if ((first || s->usage.u != k->usage_then || it->t->want->everything) && worth(s->above, first)) {
		s->above = slow_number(it, c, i, "above");
		s->below = slow_number(it, c, i, "below");
	}
	/* nearly always so does rejected: where nobody enters a state nobody is turned away, or is seen to be once a
	 * minute */
	if ((first || s->usage.u != k->usage_then || rare || value_f64_or(s->rejected_share, 0) > 0) &&
		worth(s->rejected, first))
		s->rejected = slow_number(it, c, i, "rejected");
	s->above_share = share(s->above, k->above_then, entered, first || back);
	s->below_share = share(s->below, k->below_then, entered, first || back);
	rejected = value_known(s->rejected) && s->rejected.u > k->rejected_then ? s->rejected.u - k->rejected_then : 0;
	s->rejected_share = share(s->rejected, k->rejected_then, entered + rejected, first || back);
	if (it->still)
		s->above_share = s->below_share = s->rejected_share = value_error(-ENODATA, 0);
	k->usage_then = s->usage.u;
	k->above_then = value_u64_or(s->above, k->above_then);
	k->below_then = value_u64_or(s->below, k->below_then);
	k->rejected_then = value_u64_or(s->rejected, k->rejected_then);
	k->slow_then = true;
}

void idle_read_own_limit(struct idle_tick *it, struct idle_cpu_state *c)
{
	struct idle_cpu *row = &c->row;
	struct value us = value_error(-ENOENT, 0), text;
	uint64_t n = 0;
	int err;

	if (!worth(row->resume_latency, false))
		return;
	text = get_text(it->t, 0, CPU_FOLDER "/cpu%u/power/pm_qos_resume_latency_us", (unsigned)row->id.u);
	err = value_known(text) ? idle_resume_latency(text.text, &n) : 0;
	if (err)
		text = us = value_error(err, 0);
	else if (value_known(text))
		text.text = ""; /* idle_fill() makes it of the number */
	else
		us = text;
	if (!err && value_known(text) && n < IDLE_NO_LIMIT)
		us = value_u64(n, 0);
	c->judge = c->judge || !value_equal(us, row->resume_latency_us, TYPE_U64);
	row->resume_latency_us = us;
	row->resume_latency = text;
}

/* What changes seldom or is looked at seldom: each in its own time, so that a tick reads a few. */
void idle_read_slow(struct idle_tick *it, struct idle_cpu_state *c, bool seen)
{
	if (c->rest)
		idle_read_rest(it, c);
	for (uint32_t i = 0; i < c->n; i++) {
		read_slow_state(it, c, i, seen);
		idle_choose_kept(c, &c->counter[i], it->st->fit); /* there may be room again */
	}
	idle_read_own_limit(it, c);
}
