/* What is known of idle states becomes a block: rows with texts of its own, and sums over all CPUs. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "probes/idle_impl.h"

/* Thousands of rows have the same few texts: each is copied once. */
static void copy_text(struct idle_tick *it, struct value *v, uint32_t number)
{
	if (!value_known(*v))
		return;
	if (!it->text[number])
		it->text[number] = arena_strdup(it->t->a, it->st->texts.text[number]);
	v->text = it->text[number];
}

static void say_limit(struct idle_tick *it, struct idle_cpu *row)
{
	if (value_known(row->resume_latency))
		row->resume_latency.text =
			idle_limit_text(it->t->a, value_u64_or(row->resume_latency_us, IDLE_NO_LIMIT));
}

static void copy_states(struct idle_tick *it, const struct idle_cpu_state *c, struct idle_state *rows)
{
	if (c->n) /* what was not read yet has no memory either */
		memcpy(rows, c->state, c->n * sizeof(*rows));
	for (uint32_t i = 0; i < c->n; i++) {
		copy_text(it, &rows[i].name, c->counter[i].name);
		copy_text(it, &rows[i].desc, c->counter[i].desc);
	}
}

/* Rows are aged field by field: they are values and nothing else. */
_Static_assert(sizeof(struct idle_state) == NIDLE_STATE_FIELDS * sizeof(struct value), "a row of a state");
_Static_assert(offsetof(struct idle_cpu, state) == NIDLE_CPU_FIELDS * sizeof(struct value), "a row of a CPU");

struct sums {
	uint64_t limited, polling, kept;
	double entries_per_s;
	bool any, judged; /* there are rates; there are deepest states */
	const struct idle_cpu *deepest;
	int err; /* of the rates, where there are none */
};

static void add(struct sums *s, const struct idle_cpu_state *c, const struct idle_cpu *row)
{
	for (uint32_t i = 0; i < c->n; i++)
		s->kept += (c->counter[i].usage.id > 0) + (c->counter[i].time.id > 0);
	if (!c->online || !c->n)
		return;
	s->limited += value_known(row->limited_by);
	s->polling += value_u64_or(row->only_poll, 0);
	if (value_known(row->exit_us) && (!s->deepest || row->exit_us.u > s->deepest->exit_us.u))
		s->deepest = row;
	if (value_known(row->entries_per_s)) {
		s->entries_per_s += row->entries_per_s.f;
		s->any = true;
	} else {
		s->err = row->entries_per_s.err;
	}
}

static const char *pace(const struct idle_tick *it)
{
	const struct idle_state_all *st = it->st;

	if (st->fit == FIT_ALL)
		return "in each tick";
	if (st->fit == FIT_USAGE)
		return "in each tick; the files of the times are opened anew, as not all can be kept open";
	if (st->every == 1)
		return "in each tick; the files are opened anew, as not all can be kept open";
	return arena_printf(it->t->a,
		"in every %" PRIu64 " ticks, those on the screen in each: the files are more than can be kept open",
		st->every);
}

static void finish(const struct idle_tick *it, const struct sums *s, struct idle *f)
{
	struct value none = value_error(s->deepest ? s->err : -ENOENT, 0);

	f->deepest = s->deepest ? s->deepest->deepest : none;
	f->exit_us = s->deepest ? s->deepest->exit_us : none;
	f->limited = s->deepest ? value_u64(s->limited, 0) : none;
	f->polling = s->deepest ? value_u64(s->polling, 0) : none;
	f->deepest.src = f->exit_us.src = 0;
	f->entries_per_s = s->any ? value_f64(s->entries_per_s, 0) : none;
	f->kept = value_u64(s->kept, 0);
	f->every = value_u64(it->st->every, 0);
	f->pace = value_text(pace(it), 0);
}

/* Where no CPU has states there is nothing to say of each of them. */
static struct rows rows_of(const struct idle_state_all *st, const struct idle_cpu *rows)
{
	for (size_t i = 0; i < st->ncpus; i++)
		if (rows[i].state.known != KNOWN_ABSENT)
			return (struct rows){.row = rows, .n = (uint32_t)st->ncpus, .known = KNOWN};
	return (struct rows){.known = KNOWN_ABSENT, .err = -ENOENT};
}

void idle_fill(struct idle_tick *it, struct idle *f)
{
	struct idle_state_all *st = it->st;
	struct idle_cpu *rows = arena_array(it->t->a, st->ncpus, sizeof(*rows));
	struct idle_state *states, *at;
	struct sums s = {.err = -ENOENT};
	size_t n = 0;

	for (size_t i = 0; i < st->ncpus; i++)
		n += st->cpu[i].n;
	states = at = arena_array(it->t->a, n, sizeof(*states));
	it->text = arena_array(it->t->a, st->texts.n, sizeof(*it->text));
	for (size_t i = 0; i < st->ncpus; i++) {
		const struct idle_cpu_state *c = &st->cpu[i];

		rows[i] = c->row;
		rows[i].state.row = at;
		copy_states(it, c, at);
		copy_text(it, &rows[i].deepest, c->name);
		copy_text(it, &rows[i].mostly, c->mostly);
		say_limit(it, &rows[i]);
		at += c->n;
		add(&s, c, &rows[i]);
	}
	f->cpu = rows_of(st, rows);
	finish(it, &s, f);
}
