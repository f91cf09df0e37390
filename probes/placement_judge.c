/* Finds pins that get in the way of each other or of themselves, and says so in the words of an operator. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>

#include "probes/placement_impl.h"

#define BUSY_HELPER 10.0 /* percent: an emulator, iothread or vhost that takes this much from a vCPU */
#define BUSY_SIBLING 30.0 /* percent: two threads of one core that take it from each other */

/* Two vCPUs that have one CPU, and it alone, take turns. */
static void judge_same_cpu(struct joint *j, uint32_t i)
{
	const struct placed_thread *th = &j->thread[i];
	const struct placed_cpu *c = th->single >= 0 && th->single < (int64_t)j->ncpus ? &j->cpu[th->single] : NULL;
	char buf[96];

	if (!c || c->singles < 2 || th->role != PLACED_VCPU)
		return;
	placement_blame(j, i, CLASH_SAME_CPU, PLACED_CRITICAL, th->single, "shares CPU %" PRId64 " with %s", th->single,
		placement_name_for(j, c->single[c->single[0] == i], i, buf));
}

/* Nothing moves threads from one isolated CPU to another: they may all sit on the first. */
static void judge_floating(struct joint *j, uint32_t i)
{
	const struct placed_thread *th = &j->thread[i];
	const struct placed_group *g = &j->group[th->group];
	struct cpuset *both;

	if (th->role != PLACED_VCPU || g->size < 2 || !cpuset_intersects(g->set, j->isolated))
		return;
	both = cpuset_copy(j->scratch, g->set);
	CPUSET_EACH(id, g->set)
	if (!cpuset_has(j->isolated, (uint32_t)id))
		cpuset_remove(both, (uint32_t)id);
	if (cpuset_count(both) > 1)
		placement_blame(j, i, CLASH_FLOATING, PLACED_CRITICAL, -1,
			"floats over the isolated CPUs %s, which nothing balances",
			cpuset_text(j->scratch, both));
}

static const struct guest_pin *pin_of(const struct guest *g, uint64_t vcpu)
{
	const struct guest_pin *rows = g->pin.row;

	if (vcpu < g->pin.n && value_known(rows[vcpu].vcpu) && rows[vcpu].vcpu.u == vcpu)
		return &rows[vcpu];
	for (uint32_t i = 0; i < g->pin.n; i++)
		if (value_known(rows[i].vcpu) && rows[i].vcpu.u == vcpu)
			return &rows[i];
	return NULL;
}

/* What it was told to run on: the kernel leaves out of a mask what a control group has not. */
static const struct cpuset *asked(const struct joint *j, const struct placed_thread *th)
{
	const struct guest *g = j->guest[th->guest].guest;
	struct value v = {.known = KNOWN_NOT_YET};

	if (g && th->role == PLACED_EMULATOR)
		v = g->emulator_cpus;
	if (g && th->role == PLACED_VCPU && value_known(th->from->number)) {
		const struct guest_pin *p = pin_of(g, th->from->number.u);

		v = p ? p->cpus : v;
	}
	if (g && th->role == PLACED_IOTHREAD && value_known(th->from->number)) {
		const struct guest_iothread *rows = g->iothread.row;

		for (uint32_t i = 0; i < g->iothread.n; i++)
			if (value_known(rows[i].id) && rows[i].id.u == th->from->number.u)
				v = rows[i].cpus;
	}
	if (value_known(v))
		return v.set;
	return th->pinned ? j->group[th->group].set : NULL;
}

/* A list that is longer than the host means all there are: what is not there is not offline. */
static void judge_offline(struct joint *j, uint32_t i)
{
	const struct cpuset *set = asked(j, &j->thread[i]);
	struct cpuset *off;
	uint32_t n;

	if (!set || !j->online || cpuset_subset(set, j->online) || cpuset_subset(j->online, set))
		return; /* the last is no pin: libvirt takes one away by a list of all */
	off = cpuset_copy(j->scratch, set);
	CPUSET_EACH(id, set)
	if (cpuset_has(j->online, (uint32_t)id) || id >= (int64_t)j->ncpus || !j->cpu[id].there)
		cpuset_remove(off, (uint32_t)id);
	n = cpuset_count(off);
	if (n && !cpuset_intersects(set, j->online))
		placement_blame(j, i, CLASH_OFFLINE, PLACED_CRITICAL, -1, "is pinned to CPU%s %s, which %s offline",
			n > 1 ? "s" : "", cpuset_text(j->scratch, off), n > 1 ? "are" : "is");
	else if (n)
		placement_blame(j, i, CLASH_OFFLINE, PLACED_WARNING, -1, "is pinned to CPUs of which %s %s offline",
			cpuset_text(j->scratch, off), n > 1 ? "are" : "is");
}

/* Who passes by a CPU on which nobody waits, and takes next to nothing, costs next to nothing. */
static uint64_t grave_of_helper(const struct joint *j, uint32_t i, uint32_t vcpu, bool pinned)
{
	const struct placed_thread *th = &j->thread[i];

	if (th->busy > BUSY_HELPER)
		return PLACED_CRITICAL;
	if (pinned || th->busy > SOME_HELPER || placement_waits(th->row) || placement_waits(j->thread[vcpu].row))
		return PLACED_WARNING;
	return PLACED_NOTE;
}

/* What serves a guest's devices takes the CPU from a vCPU that has no other. */
static void judge_helper(struct joint *j, uint32_t i)
{
	const struct placed_thread *th = &j->thread[i];
	bool pinned = th->pinned && cpuset_subset(j->group[th->group].set, j->single);
	bool ran = placement_is_dedicated(j, th->now) && value_f64_or(th->from->slices_per_s, 0) > 0;
	int64_t cpu = ran ? th->now : pinned ? cpuset_next(j->group[th->group].set, -1) : -1;
	char buf[96];

	if (th->role == PLACED_VCPU || cpu < 0)
		return;
	placement_blame(j, i, pinned ? CLASH_HELPER : CLASH_VISITOR,
		grave_of_helper(j, i, j->cpu[cpu].single[0], pinned), cpu, "%s CPU %" PRId64 " of %s",
		pinned ? "is pinned to" : "ran on", cpu, placement_name_for(j, j->cpu[cpu].single[0], i, buf));
}

/* Two guests that each think to have a CPU, and have half a core. */
static void judge_siblings(struct joint *j, uint32_t i)
{
	const struct placed_thread *th = &j->thread[i];
	const struct silicon_cpu *s;
	char buf[96];

	if (th->role != PLACED_VCPU || !placement_is_dedicated(j, th->single))
		return;
	s = j->cpu[th->single].silicon;
	if (!s || !value_known(s->siblings))
		return;
	CPUSET_EACH(id, s->siblings.set)
	{
		uint32_t other = placement_is_dedicated(j, id) ? j->cpu[id].single[0] : NOBODY;
		bool both;

		if (id == th->single || other == NOBODY || j->thread[other].guest == th->guest)
			continue;
		both = th->busy > BUSY_SIBLING && j->thread[other].busy > BUSY_SIBLING;
		placement_blame(j, i, CLASH_SIBLING, both ? PLACED_CRITICAL : PLACED_WARNING, id, "shares its core with %s on CPU %" PRId64,
			placement_name(j, other, buf), id);
	}
}

enum { NODES_MOST = 64 };

/* The node of most vCPUs of a guest that are pinned to one node; -1 when there is none. */
static int64_t main_node(const struct joint *j, const struct placed_guest *g)
{
	uint32_t count[NODES_MOST] = {0};
	int64_t best = -1;

	for (uint32_t i = g->first; i < g->first + g->n; i++) {
		const struct placed_thread *th = &j->thread[i];
		const struct placed_group *group = th->pinned ? &j->group[th->group] : NULL;

		if (th->role == PLACED_VCPU && group && group->nodes == 1 && group->node < NODES_MOST)
			count[group->node]++;
	}
	for (int64_t node = 0; node < NODES_MOST; node++)
		if (count[node] && (best < 0 || count[node] > count[best]))
			best = node;
	return best;
}

/* A guest that knows of one node takes all memory for equally near. */
static void judge_nodes(struct joint *j, const struct placed_guest *g)
{
	bool told = g->guest && (g->guest->cell.known == KNOWN || g->guest->cell.known == KNOWN_ABSENT);
	int64_t most;

	if (!told || g->guest->cell.n > 1)
		return;
	most = main_node(j, g);
	for (uint32_t i = g->first; i < g->first + g->n; i++) {
		const struct placed_thread *th = &j->thread[i];
		const struct placed_group *group = th->pinned ? &j->group[th->group] : NULL;

		if (th->role != PLACED_VCPU || !group)
			continue;
		if (group->nodes > 1)
			placement_blame(j, i, CLASH_NODES, PLACED_WARNING, -1,
				"may run on more than one node, and its guest knows of one");
		else if (group->nodes && most >= 0 && group->node != most)
			placement_blame(j, i, CLASH_NODES, PLACED_WARNING, -1, "is on node %" PRId64 ", most vCPUs of its guest on node %" PRId64,
				group->node, most);
	}
}

/* Where each CPU has a vCPU of its own nothing is left for interrupts, vhost and the host itself. */
static void judge_host(struct joint *j)
{
	uint32_t first = NOBODY;

	for (uint32_t id = 0; id < j->ncpus; id++) {
		if (!j->cpu[id].there || !j->cpu[id].online)
			continue;
		if (!j->cpu[id].singles)
			return;
		first = first == NOBODY ? j->cpu[id].single[0] : first;
	}
	if (first != NOBODY)
		placement_blame(j, first, CLASH_NO_HOST, PLACED_WARNING, -1, "leaves no CPU to the host: each one has a vCPU of its own");
}

static bool has_dedicated(const struct joint *j, const struct placed_guest *g)
{
	for (uint32_t i = g->first; i < g->first + g->n; i++)
		if (j->thread[i].role == PLACED_VCPU && placement_is_dedicated(j, j->thread[i].single))
			return true;
	return false;
}

static void judge_iothreads(struct joint *j, const struct placed_guest *g)
{
	bool any = has_dedicated(j, g);

	for (uint32_t i = g->first; any && i < g->first + g->n; i++) {
		const struct placed_thread *th = &j->thread[i];

		if (th->role == PLACED_IOTHREAD && value_known(th->row->pinned) && !th->pinned &&
			cpuset_intersects(th->from->allowed.set, j->dedicated))
			placement_blame(j, i, CLASH_IOTHREAD, PLACED_NOTE, -1, "is not pinned, and may run on CPUs that vCPUs should have alone");
	}
}

/* In older control groups a pin to others is refused, in newer ones it is cut down without a word. */
static void judge_limited(struct joint *j, uint32_t i)
{
	const struct placed_thread *th = &j->thread[i];
	const struct threads_guest *tg = j->guest[th->guest].threads;
	const struct cpuset *set = asked(j, th), *may = value_known(tg->slice_cpus) ? tg->slice_cpus.set : NULL;
	struct cpuset *lost;

	if (!set || !may || !j->online || cpuset_subset(set, may) || cpuset_subset(j->online, set))
		return; /* the last is no pin */
	lost = cpuset_copy(j->scratch, set);
	CPUSET_EACH(id, set)
	if (cpuset_has(may, (uint32_t)id) || !cpuset_has(j->online, (uint32_t)id))
		cpuset_remove(lost, (uint32_t)id);
	if (!cpuset_count(lost))
		return;
	placement_blame(j, i, CLASH_LIMITED, cpuset_intersects(set, may) ? PLACED_WARNING : PLACED_CRITICAL, -1,
		"is pinned to CPU%s %s, which the control group of all guests does not have",
		cpuset_count(lost) > 1 ? "s" : "", cpuset_text(j->scratch, lost));
}

void placement_judge(struct joint *j)
{
	for (uint32_t i = 0; i < j->nthreads; i++) {
		if (j->thread[i].pinned) {
			judge_same_cpu(j, i);
			judge_floating(j, i);
			judge_siblings(j, i);
		}
		judge_offline(j, i);
		judge_helper(j, i);
		judge_limited(j, i);
	}
	for (uint32_t g = 0; g < j->nguests; g++) {
		judge_nodes(j, &j->guest[g]);
		judge_iothreads(j, &j->guest[g]);
	}
	judge_host(j);
	placement_clashes(j);
}
