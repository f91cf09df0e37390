/* How deep a CPU may sleep: the limits of all CPUs, its own, what is disabled, and what is left. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "probes/host/host.h"
#include "probes/idle_impl.h"
#include "probes/parse.h"

enum { LIMIT_AGAIN_NS = 900000000, NONE = -1 };
enum { SRC_WHOLE, SRC_AS_FAR_AS_KNOWN };

int idle_resume_latency(const char *text, uint64_t *ret_us)
{
	struct slice s = slice_trim(slice_of(text));
	int err = 0;

	if (slice_is(s, "n/a"))
		*ret_us = 0;
	else
		err = parse_u64(s, ret_us);
	if (!err && (slice_is(s, "0") || *ret_us > IDLE_NO_LIMIT))
		*ret_us = IDLE_NO_LIMIT;
	return err;
}

const char *idle_limit_text(struct arena *a, uint64_t us)
{
	if (us >= IDLE_NO_LIMIT)
		return "none";
	return us ? arena_printf(a, "%" PRIu64 " µs", us) : "0 µs, polling only";
}

static struct value limit_of(const char *answer, const char *key)
{
	struct slice s;
	int64_t us;

	if (!answer_value(answer, key, &s))
		return value_error(-ENOENT, 0);
	if (parse_i64(s, &us) || us < 0)
		return value_error(-EINVAL, 0);
	return value_u64(us < IDLE_NO_LIMIT ? (uint64_t)us : IDLE_NO_LIMIT, 0);
}

/* Opening the device adds a request without a wish and takes it back: no CPU is woken, but once a second is enough. */
void idle_read_limits(struct idle_tick *it)
{
	struct idle_state_all *st = it->st;
	struct value limit, wakeup;
	struct answer answer;
	int err;

	if (st->limit_ns && it->t->now_ns - st->limit_ns < LIMIT_AGAIN_NS && !it->t->want->everything)
		return;
	st->limit_ns = it->t->now_ns;
	err = host_read(it->t->h, IDLE_GLOBAL, &answer);
	limit = err ? value_error(err, 0) : limit_of(answer.text, "limit_us");
	wakeup = err ? value_error(err, 0) : limit_of(answer.text, "wakeup_us");
	for (size_t i = 0; i < st->ncpus; i++)
		if (!value_equal(limit, st->limit, TYPE_U64) || !value_equal(wakeup, st->wakeup, TYPE_U64))
			st->cpu[i].judge = true;
	st->limit = limit;
	st->wakeup = wakeup;
}

/* In rows a limit that is none is absent. */
static struct value shown(struct value us)
{
	return value_known(us) && us.u >= IDLE_NO_LIMIT ? value_error(-ENOENT, us.src) : us;
}

void idle_limits(const struct idle_tick *it, struct idle *ret)
{
	struct value limit = it->st->limit;

	ret->limit = value_known(limit) ? value_text(idle_limit_text(it->t->a, limit.u), 0) : limit;
	ret->limit_us = shown(limit);
	ret->wakeup_limit_us = shown(it->st->wakeup);
}

struct limit {
	uint64_t us;
	const char *by;
	int err; /* one that may be lower could not be read */
};

static void lower(struct limit *l, struct value v, const char *by)
{
	if (v.known == KNOWN_ABSENT)
		return;
	if (!value_known(v))
		l->err = v.err ? v.err : -EINPROGRESS;
	else if (v.u < l->us)
		*l = (struct limit){v.u, by, l->err};
}

/* A file that is not there limits nothing: resume_latency_us is also absent where it says that there is no limit. */
static struct limit limit_for(const struct idle_tick *it, const struct idle_cpu_state *c)
{
	struct limit l = {.us = IDLE_NO_LIMIT};

	lower(&l, it->st->limit, IDLE_BY_GLOBAL);
	lower(&l, it->st->wakeup, IDLE_BY_WAKEUP);
	lower(&l, c->row.resume_latency_us, IDLE_BY_OWN);
	return l;
}

static bool deeper(const struct idle_state *a, const struct idle_state *b)
{
	uint64_t x = value_u64_or(a->latency_us, 0), y = value_u64_or(b->latency_us, 0);

	if (x != y)
		return x > y;
	return value_u64_or(a->residency_us, 0) >= value_u64_or(b->residency_us, 0);
}

/* Without a file for it a state cannot be disabled. */
static bool disabled(const struct idle_state *s)
{
	return value_u64_or(s->disabled, 0);
}

/*
 * As menu and teo do it: zero tolerance is the first state whatever else is said; where nothing fits it is
 * the first one that is enabled, and where none is, again the first.
 */
static int deepest(const struct idle_cpu_state *c, uint64_t limit_us, bool *allowed)
{
	int best = NONE, enabled = NONE;

	for (uint32_t i = 0; i < c->n; i++) {
		const struct idle_state *s = &c->state[i];

		allowed[i] = false;
		if (disabled(s))
			continue;
		enabled = enabled == NONE ? (int)i : enabled;
		allowed[i] = limit_us ? value_u64_or(s->latency_us, 0) <= limit_us : i == 0;
		if (allowed[i] && (best == NONE || deeper(s, &c->state[best])))
			best = (int)i;
	}
	if (!limit_us)
		best = 0;
	else if (best == NONE)
		best = enabled == NONE ? 0 : enabled;
	allowed[best] = true;
	return best;
}

/*
 * Ladder climbs a step at a time from the first state that sleeps, and enters that one even where it is disabled or
 * takes longer than the limit: only zero tolerance lets it poll. It never passes a state that it may not enter.
 */
static int deepest_of_ladder(const struct idle_cpu_state *c, uint64_t limit_us, bool *allowed)
{
	uint32_t first = limit_us && c->n > 1 && value_u64_or(c->state[0].poll, 0), best = first;

	for (uint32_t i = 0; i < c->n; i++)
		allowed[i] = i == first || (i < first && !disabled(&c->state[i]));
	for (uint32_t i = first + 1; limit_us && i < c->n; i++) {
		const struct idle_state *s = &c->state[i];

		if (disabled(s) || value_u64_or(s->latency_us, 0) > limit_us)
			break;
		allowed[i] = true;
		best = deeper(s, &c->state[best]) ? i : best;
	}
	return (int)best;
}

/* Something that decides about it could not be read. */
static int unsure(const struct idle_cpu_state *c)
{
	for (uint32_t i = 0; i < c->n; i++) {
		const struct value v[] = {c->state[i].latency_us, c->state[i].disabled};

		for (size_t k = 0; k < COUNT(v); k++)
			if (!value_known(v[k]) && v[k].known != KNOWN_ABSENT)
				return v[k].err ? v[k].err : -EINPROGRESS;
	}
	return 0;
}

static void nothing_known(struct idle_cpu_state *c, int err)
{
	struct idle_cpu *row = &c->row;

	row->deepest = row->deepest_state = row->exit_us = row->only_poll = row->limited_by = value_error(err, 0);
	for (uint32_t i = 0; i < c->n; i++)
		c->state[i].allowed = value_error(err, 0);
}

/* What it could do without limits. States that were disabled at boot and still are do not count: nobody took them. */
static uint32_t deepest_of_all(const struct idle_cpu_state *c)
{
	uint32_t best = 0;

	for (uint32_t i = 1; i < c->n; i++) {
		bool never = disabled(&c->state[i]) && value_u64_or(c->state[i].default_disabled, 0);

		best = !never && deeper(&c->state[i], &c->state[best]) ? i : best;
	}
	return best;
}

static bool only_polls(const struct idle_cpu_state *c, int best)
{
	for (uint32_t i = 0; i < c->n && value_u64_or(c->state[best].poll, 0); i++)
		if (!value_u64_or(c->state[i].poll, 0))
			return true;
	return false;
}

void idle_judge(struct idle_tick *it, struct idle_cpu_state *c)
{
	struct limit l = limit_for(it, c);
	bool *allowed = arena_array(it->t->a, c->n, sizeof(*allowed));
	struct idle_cpu *row = &c->row;
	unsigned src = l.err ? SRC_AS_FAR_AS_KNOWN : SRC_WHOLE;
	uint32_t all;
	int best, err = c->n ? unsure(c) : -ENOENT;

	c->judge = false;
	row->limit_us = l.us < IDLE_NO_LIMIT ? value_u64(l.us, src) : value_error(l.err ? l.err : -ENOENT, src);
	if (err) {
		nothing_known(c, err);
		return;
	}
	best = it->st->ladder ? deepest_of_ladder(c, l.us, allowed) : deepest(c, l.us, allowed);
	for (uint32_t i = 0; i < c->n; i++)
		c->state[i].allowed = value_bool(allowed[i], src);
	c->name = c->counter[best].name;
	row->deepest = c->state[best].name;
	row->deepest_state = value_u64(c->state[best].index.u, src);
	row->exit_us = c->state[best].latency_us;
	row->deepest.src = row->exit_us.src = (uint8_t)src;
	row->only_poll = value_bool(only_polls(c, best), src);
	all = deepest_of_all(c);
	if (allowed[all])
		row->limited_by = value_error(l.err ? l.err : -ENOENT, src);
	else if (l.by && value_u64_or(c->state[all].latency_us, 0) > l.us)
		row->limited_by = value_text(l.by, src);
	else
		row->limited_by = value_text(IDLE_BY_DISABLED, src);
}
