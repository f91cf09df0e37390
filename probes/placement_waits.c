/* Who waits for a CPU, which of them most, and who has that CPU in the meantime. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "probes/limits.h"
#include "probes/placement_impl.h"

#define FELT_MS 0.05 /* in a second: who waits less does not wait, however long it is each time */

enum { LOOKS = 128 }; /* at threads of one CPU: of so many the rest only say the same */

int placement_waits(const struct placement_thread *row)
{
	double ms = value_f64_or(row->wait_ms_per_s, 0), us = ms < FELT_MS ? 0 : value_f64_or(row->wait_us, 0);

	if (ms > WAIT_FELT_MS * 5 || us > WAIT_FELT_US * 4)
		return 2;
	return ms > WAIT_FELT_MS || us >= WAIT_FELT_US;
}

static bool waits_more(const struct placement_thread *row, const struct placement_thread *than)
{
	int d = placement_waits(row) - placement_waits(than);

	return d > 0 || (!d && row->wait_ms_per_s.f > than->wait_ms_per_s.f);
}

/* The thread of a guest whose waiting is worst, NOBODY when none is known to. *ret_why is one that is not known. */
uint32_t placement_worst_wait(const struct joint *j, uint32_t first, uint32_t n, struct value *ret_why)
{
	uint32_t worst = NOBODY;

	for (uint32_t i = first; i < first + n; i++) {
		struct value wait = j->thread[i].row->wait_ms_per_s;

		if (!value_known(wait))
			*ret_why = wait;
		else if (worst == NOBODY || waits_more(j->thread[i].row, j->thread[worst].row))
			worst = i;
	}
	return worst;
}

/* The threads of one emulator have one name, and are not in its own way. */
static bool is_same(const struct joint *j, uint32_t x, uint32_t y)
{
	return x == y || (j->thread[x].guest == j->thread[y].guest && j->thread[x].role == PLACED_EMULATOR &&
				 j->thread[y].role == PLACED_EMULATOR);
}

/* Who runs there comes before who only could, then the narrower pin, then another guest. */
static bool is_nearer(const struct joint *j, int64_t cpu, uint32_t than, uint32_t x, uint32_t y)
{
	const struct placed_thread *a = &j->thread[x], *b = &j->thread[y];
	bool busy_a = a->now == cpu && a->busy > SOME_HELPER, busy_b = b->now == cpu && b->busy > SOME_HELPER;
	uint32_t size_a = a->pinned ? j->group[a->group].size : UINT32_MAX;
	uint32_t size_b = b->pinned ? j->group[b->group].size : UINT32_MAX;

	if (busy_a != busy_b)
		return busy_a;
	if (size_a != size_b)
		return size_a < size_b;
	if ((a->guest == j->thread[than].guest) != (b->guest == j->thread[than].guest))
		return a->guest != j->thread[than].guest;
	return busy_a && a->busy > b->busy;
}

static uint32_t other_at(const struct joint *j, int64_t cpu, uint32_t than)
{
	const struct placed_cpu *c = cpu >= 0 && cpu < (int64_t)j->ncpus ? &j->cpu[cpu] : NULL;
	uint32_t best = NOBODY, left = LOOKS;

	for (uint32_t i = 0; c && i < c->nruns && left; i++, left--) {
		uint32_t th = j->run[c->first_run + i];

		if (j->thread[th].busy > SOME_HELPER && !is_same(j, th, than) &&
			(best == NOBODY || is_nearer(j, cpu, than, th, best)))
			best = th;
	}
	left = LOOKS;
	for (uint32_t i = 0; c && i < c->ngroups; i++) {
		uint32_t th = j->group[j->cpu_group[c->first_group + i]].first;

		for (; th != NOBODY && left; th = j->thread[th].next, left--)
			if (!is_same(j, th, than) && (best == NOBODY || is_nearer(j, cpu, than, th, best)))
				best = th;
	}
	return best;
}

static struct value with(struct joint *j, uint32_t thread)
{
	uint32_t other = other_at(j, j->thread[thread].now, thread);
	char buf[96];

	if (other == NOBODY)
		return value_error(-ENOENT, 0);
	return value_text(arena_strdup(j->t->a, placement_name(j, other, buf)), 0);
}

void placement_fill_waits(struct joint *j, struct placement *ret)
{
	struct value none = value_error(-ENOENT, 0), why = none;
	uint32_t worst = placement_worst_wait(j, 0, j->nthreads, &why);
	const struct placed_thread *th = worst == NOBODY ? NULL : &j->thread[worst];

	for (uint32_t i = 0; i < j->nthreads; i++)
		j->thread[i].row->wait_with = placement_waits(j->thread[i].row) ? with(j, i) : none;
	if (!th && !value_known(ret->running))
		why = ret->running;
	ret->wait_ms_per_s = th ? th->row->wait_ms_per_s : why;
	ret->wait_us = th ? th->row->wait_us : why;
	ret->wait_guest = ret->wait_thread = ret->wait_cpu = ret->wait_with = th ? none : why;
	if (!th || th->row->wait_ms_per_s.f <= 0)
		return; /* nobody waits */
	ret->wait_guest = j->guest[th->guest].row->key;
	ret->wait_thread = th->row->name;
	ret->wait_cpu = th->row->now;
	ret->wait_with = with(j, worst);
}
