/* Indexes threads by the sets that they are pinned to and by CPU, so that no question looks at every pair of threads. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "probes/placement_impl.h"

enum { BUCKETS = 4096 };

static uint32_t hash(const struct cpuset *s)
{
	uint64_t h = 14695981039346656037U;
	uint32_t n = s->nbits / 64;

	while (n && !s->word[n - 1])
		n--;
	for (uint32_t i = 0; i < n; i++)
		h = (h ^ s->word[i]) * 1099511628211U;
	return (uint32_t)(h ^ h >> 32) % BUCKETS;
}

static uint32_t group_of(struct joint *j, uint32_t *bucket, const struct cpuset *set)
{
	uint32_t *at = &bucket[hash(set)];
	struct placed_group *g;

	for (uint32_t i = *at; i != NOBODY; i = j->group[i].chain)
		if (cpuset_equal(j->group[i].set, set))
			return i;
	g = &j->group[j->ngroups];
	*g = (struct placed_group){.set = set, .size = cpuset_count(set), .first = NOBODY, .last = NOBODY, .chain = *at};
	*at = j->ngroups;
	return j->ngroups++;
}

static void add_to_group(struct joint *j, uint32_t *bucket, uint32_t i)
{
	struct placed_thread *th = &j->thread[i];
	struct placed_group *g;

	th->group = group_of(j, bucket, th->from->allowed.set);
	g = &j->group[th->group];
	th->next = NOBODY;
	if (g->last == NOBODY)
		g->first = i;
	else
		j->thread[g->last].next = i;
	g->last = i;
	g->count[th->role]++;
	th->single = g->size == 1 ? cpuset_next(g->set, -1) : -1;
}

static void index_groups(struct joint *j)
{
	uint32_t *bucket = arena_array(j->scratch, BUCKETS, sizeof(*bucket));

	memset(bucket, 0xff, BUCKETS * sizeof(*bucket)); /* NOBODY in each */
	j->group = arena_array(j->scratch, j->nthreads, sizeof(*j->group));
	for (uint32_t i = 0; i < j->nthreads; i++) {
		j->thread[i].group = j->thread[i].next = NOBODY;
		j->thread[i].single = -1;
		if (j->thread[i].pinned)
			add_to_group(j, bucket, i);
	}
}

/* Which CPUs there are. */
static void index_cpus(struct joint *j)
{
	const struct topology_cpu *rows = j->topology ? j->topology->cpu.row : NULL;
	uint32_t n = j->topology ? j->topology->cpu.n : 0, hint = 0;

	j->ncpus = n ? (uint32_t)rows[n - 1].id.u + 1 : 0;
	j->cpu = arena_array(j->scratch, j->ncpus, sizeof(*j->cpu));
	j->dedicated = cpuset_new(j->scratch, j->ncpus);
	j->single = cpuset_new(j->scratch, j->ncpus);
	for (uint32_t i = 0; i < n; i++) {
		struct placed_cpu *c = &j->cpu[rows[i].id.u];
		const struct silicon_cpu *s = j->silicon && hint < j->silicon->cpu.n
						      ? (const struct silicon_cpu *)j->silicon->cpu.row + hint
						      : NULL;

		c->there = true;
		c->online = value_u64_or(rows[i].online, 0);
		c->isolated = value_u64_or(rows[i].isolated, 0);
		c->single[0] = c->single[1] = NOBODY;
		if (s && s->id.u == rows[i].id.u)
			hint++;
		else /* the two blocks can be of different ticks */
			s = silicon_cpu(j->silicon, rows[i].id.u);
		c->silicon = s;
	}
}

static struct placed_cpu *cpu_at(struct joint *j, int64_t id)
{
	return id >= 0 && id < (int64_t)j->ncpus && j->cpu[id].there ? &j->cpu[id] : NULL;
}

static void add_node(struct placed_group *g, const struct placed_cpu *c)
{
	int64_t node = c->silicon && value_known(c->silicon->node) ? c->silicon->node.i : -1;

	if (node < 0 || (g->nodes && node == g->node))
		return;
	if (!g->nodes)
		g->node = node;
	g->nodes = g->nodes ? 2 : 1;
}

/* Groups by CPU: counted first, then put in. */
static void index_groups_by_cpu(struct joint *j)
{
	uint32_t total = 0;

	for (uint32_t g = 0; g < j->ngroups; g++)
		CPUSET_EACH(id, j->group[g].set)
		{
			struct placed_cpu *c = cpu_at(j, id);

			if (!c)
				continue;
			c->ngroups++;
			add_node(&j->group[g], c);
			for (int role = 0; role < PLACED_ROLES; role++)
				c->count[role] += j->group[g].count[role];
		}
	for (uint32_t i = 0; i < j->ncpus; i++) {
		j->cpu[i].first_group = total;
		total += j->cpu[i].ngroups;
		j->cpu[i].ngroups = 0;
	}
	j->cpu_group = arena_array(j->scratch, total, sizeof(*j->cpu_group));
	for (uint32_t g = 0; g < j->ngroups; g++)
		CPUSET_EACH(id, j->group[g].set)
		{
			struct placed_cpu *c = cpu_at(j, id);

			if (c)
				j->cpu_group[c->first_group + c->ngroups++] = g;
		}
}

static void index_runs(struct joint *j)
{
	uint32_t total = 0;

	for (uint32_t i = 0; i < j->nthreads; i++)
		if (cpu_at(j, j->thread[i].now))
			j->cpu[j->thread[i].now].nruns++;
	for (uint32_t i = 0; i < j->ncpus; i++) {
		j->cpu[i].first_run = total;
		total += j->cpu[i].nruns;
		j->cpu[i].nruns = 0;
	}
	j->run = arena_array(j->scratch, total, sizeof(*j->run));
	for (uint32_t i = 0; i < j->nthreads; i++) {
		struct placed_cpu *c = cpu_at(j, j->thread[i].now);

		if (c)
			j->run[c->first_run + c->nruns++] = i;
	}
}

static void index_singles(struct joint *j)
{
	for (uint32_t i = 0; i < j->nthreads; i++) {
		struct placed_cpu *c = cpu_at(j, j->thread[i].single);

		if (!c || j->thread[i].role != PLACED_VCPU)
			continue;
		if (c->singles < COUNT(c->single))
			c->single[c->singles] = i;
		c->singles++;
	}
	for (uint32_t id = 0; id < j->ncpus; id++) {
		if (j->cpu[id].singles)
			cpuset_add(j->single, id);
		if (placement_is_dedicated(j, id))
			cpuset_add(j->dedicated, id);
	}
}

/* One vCPU is pinned to this CPU alone, and no other may run here. */
bool placement_is_dedicated(const struct joint *j, int64_t id)
{
	const struct placed_cpu *c = id >= 0 && id < (int64_t)j->ncpus ? &j->cpu[id] : NULL;

	return c && c->singles == 1 && c->count[PLACED_VCPU] == 1;
}

void placement_index(struct joint *j)
{
	index_cpus(j);
	index_groups(j);
	index_groups_by_cpu(j);
	index_runs(j);
	index_singles(j);
}

static struct value without(struct joint *j, struct value siblings, uint32_t id)
{
	struct cpuset *set;

	if (!value_known(siblings))
		return siblings;
	set = cpuset_copy(j->t->a, siblings.set);
	cpuset_remove(set, id);
	return value_set(set, 0);
}

static struct value carried(struct joint *j, struct value v, enum type type)
{
	v.src = 0;
	return value_carry(&j->carry_silicon, v, type);
}

static void make_down(struct joint *j, struct placed_cpu *c, uint32_t id)
{
	const struct silicon_cpu *s = c->silicon;
	struct placement_thread *d = &c->down;

	c->made = true;
	d->siblings = without(j, s->siblings, id);
	d->l3 = carried(j, s->l3, TYPE_I64);
	d->node = carried(j, s->node, TYPE_I64);
	d->governor = carried(j, s->governor, TYPE_TEXT);
	d->khz = carried(j, s->khz, TYPE_U64);
	d->base_khz = carried(j, s->base_khz, TYPE_U64);
	d->freshness = carried(j, s->freshness, TYPE_TEXT);
	d->fresh = carried(j, s->fresh, TYPE_U64);
	d->idle_state = carried(j, s->idle_state, TYPE_TEXT);
	d->exit_us = carried(j, s->exit_us, TYPE_U64);
}

const struct placement_thread *placement_down(struct joint *j, int64_t id)
{
	struct placed_cpu *c = cpu_at(j, id);

	if (!c || !c->online || !c->silicon)
		return NULL;
	if (!c->made)
		make_down(j, c, (uint32_t)id);
	return &c->down;
}
