/* The states of all CPUs: what is alike in name and exit latency is one row. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/limits.h"
#include "tui/panels/idle_impl.h"
#include "widgets/glyph.h"

static uint64_t exit_of(struct value v)
{
	return value_u64_or(v, UINT64_MAX);
}

static bool same(const struct sleep *s, const struct idle_state *state)
{
	return exit_of(s->latency_us) == exit_of(state->latency_us) &&
	       strcmp(s->name, value_text_or(state->name, "?")) == 0;
}

size_t sleeps_find(const struct sleeps *s, const struct idle_state *state)
{
	for (size_t i = 0; i < s->n; i++)
		if (same(&s->row[i], state))
			return i;
	return SIZE_MAX;
}

/* Its row, made where there is none, so that latencies rise; NULL when there are too many. */
static struct sleep *row_of(struct sleeps *s, const struct idle_state *state)
{
	size_t at = sleeps_find(s, state);

	if (at != SIZE_MAX)
		return &s->row[at];
	if (s->n == SLEEPS)
		return NULL;
	for (at = s->n++; at && exit_of(s->row[at - 1].latency_us) > exit_of(state->latency_us); at--)
		s->row[at] = s->row[at - 1];
	s->row[at] = (struct sleep){.name = value_text_or(state->name, "?"),
		.latency_us = state->latency_us,
		.residency_us = state->residency_us,
		.poll = value_u64_or(state->poll, 0),
		.above = NAN,
		.below = NAN,
		.rejected = NAN};
	return &s->row[at];
}

/* Shares of entries weigh as much as there were entries. */
static void add_part(double *sum, struct value share, double entries)
{
	if (value_known(share) && entries > 0)
		*sum = (isnan(*sum) ? 0 : *sum) + share.f * entries;
}

static void add_state(struct sleep *s, const struct idle_state *state)
{
	double entries = value_f64_or(state->entries_per_s, 0);

	s->cpus++;
	s->disabled += value_u64_or(state->disabled, 0) != 0;
	s->allowed += value_u64_or(state->allowed, 0) != 0;
	if (value_known(state->share)) {
		s->known++;
		s->share += state->share.f;
	}
	s->entries_per_s += entries;
	add_part(&s->above, state->above_share, entries);
	add_part(&s->below, state->below_share, entries);
	add_part(&s->rejected, state->rejected_share, entries);
}

void sleeps_of(const struct idle *i, struct sleeps *ret)
{
	const struct idle_cpu *cpus = i ? i->cpu.row : NULL;

	*ret = (struct sleeps){.n = 0};
	for (uint32_t k = 0; i && k < i->cpu.n; k++) {
		const struct idle_state *states = cpus[k].state.row;

		ret->cpus += cpus[k].state.n > 0;
		for (uint32_t n = 0; n < cpus[k].state.n; n++) {
			struct sleep *s = row_of(ret, &states[n]);

			if (s)
				add_state(s, &states[n]);
		}
		if (!value_known(cpus[k].awake) || !value_known(cpus[k].asleep))
			continue;
		ret->known++;
		ret->awake += cpus[k].awake.f;
		ret->asleep += cpus[k].asleep.f;
		ret->deep += value_f64_or(cpus[k].deep, 0);
	}
	for (size_t k = 0; k < ret->n; k++) {
		struct sleep *s = &ret->row[k];

		s->share = s->known ? s->share / (double)s->known : NAN;
		s->above /= s->entries_per_s;
		s->below /= s->entries_per_s;
		s->rejected /= s->entries_per_s;
	}
	if (ret->known) {
		ret->awake /= (double)ret->known;
		ret->asleep /= (double)ret->known;
		ret->deep /= (double)ret->known;
	}
}

uint32_t sleep_sign(size_t i)
{
	return (uint32_t)(i < 10 ? '0' + i : 'a' + i - 10);
}

enum role sleep_role(const struct sleep *s)
{
	if (s->poll)
		return ROLE_info;
	return value_u64_or(s->latency_us, 0) >= DEEP_US ? ROLE_idle : ROLE_text;
}

size_t sleep_parts(const struct sleeps *s, const struct idle_cpu *c, struct stack_part ret[SLEEP_PARTS])
{
	const struct idle_state *states = c->state.row;

	if (!value_known(c->awake) || !value_known(c->asleep))
		return 0;
	ret[0] = (struct stack_part){c->awake.f, glyph_sign(GLYPH_BAR), ROLE_bar};
	for (size_t i = 0; i < s->n; i++)
		ret[1 + i] = (struct stack_part){0, sleep_sign(i), sleep_role(&s->row[i])};
	for (uint32_t n = 0; n < c->state.n; n++) {
		size_t at = sleeps_find(s, &states[n]);

		if (at != SIZE_MAX)
			ret[1 + at].share += value_f64_or(states[n].share, 0);
	}
	ret[1 + s->n] = (struct stack_part){c->asleep.f, 0, ROLE_unknown};
	return s->n + 2;
}

static bool named_twice(const struct sleeps *s, size_t i)
{
	for (size_t k = 0; k < s->n; k++)
		if (k != i && strcmp(s->row[k].name, s->row[i].name) == 0)
			return true;
	return false;
}

const char *sleep_legend(struct arena *a, const struct canvas *c, const struct sleeps *s)
{
	const char *text = arena_printf(a, "%s awake", glyph_text(c, GLYPH_BAR));
	char latency[16];

	for (size_t i = 0; i < s->n; i++) {
		text = arena_printf(a, "%s  %c %s", text, (char)sleep_sign(i), s->row[i].name);
		if (named_twice(s, i)) /* cores of different kinds */
			text = arena_printf(a, "%s %s", text, idle_us(s->row[i].latency_us, latency));
	}
	return arena_printf(a, "%s  %s asleep, state not yet known", text, glyph_text(c, GLYPH_SHADE));
}
