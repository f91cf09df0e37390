/* Warns of what a pin would bring: CPUs that cannot run it, memory that is far, none left for the host. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "probes/actions/pin_notes_impl.h"
#include "probes/arena.h"
#include "probes/daemons.h"
#include "probes/guests.h"
#include "probes/parse.h"
#include "probes/placement.h"
#include "probes/threads.h"
#include "probes/topology.h"
#include "probes/util.h"

enum { NOTES_MOST = 16 };

void pin_note(struct notes *to, const char *format, ...)
{
	va_list ap;

	if (to->n == NOTES_MOST)
		BUG("more than %d notes", NOTES_MOST);
	va_start(ap, format);
	to->text[to->n++] = arena_vprintf(to->a, format, ap);
	va_end(ap);
}

struct cpuset *pin_minus(struct arena *a, const struct cpuset *from, const struct cpuset *what)
{
	struct cpuset *left = cpuset_copy(a, from);

	CPUSET_EACH(cpu, what) cpuset_remove(left, (uint32_t)cpu);
	return left;
}

struct cpuset *pin_both(struct arena *a, const struct cpuset *x, const struct cpuset *y)
{
	return pin_minus(a, x, pin_minus(a, x, y));
}

static void note_offline(struct notes *to)
{
	const struct cpuset *off;

	if (!to->online)
		return;
	off = pin_minus(to->a, to->p->v.set, to->online);
	if (cpuset_count(off))
		pin_note(to, "%s %s offline: %s", pin_cpus(to->a, off), cpuset_count(off) > 1 ? "are" : "is",
			!to->p->v.one_to_one && cpuset_intersects(to->p->v.set, to->online)
				? "the threads run on the others"
				: "the guest's next start fails, unless one of them is online then");
}

/* A cpuset gives what it has and is silent about the rest, but for the old cgroups, which refuse. */
static bool note_limit(struct notes *to, struct value limit, const char *whose, const char *hint)
{
	const struct cpuset *asked = to->online ? pin_both(to->a, to->p->v.set, to->online) : to->p->v.set, *out;

	if (!value_known(limit) || !cpuset_count(limit.set) || cpuset_subset(asked, limit.set))
		return false;
	out = pin_minus(to->a, asked, limit.set);
	if (to->p->v.one_to_one || pin_old_groups(to->p))
		pin_note(to, "%s %s outside the cpuset of %s (%s): a pin there is refused%s", pin_cpus(to->a, out),
			cpuset_count(out) > 1 ? "are" : "is", whose, cpuset_text(to->a, limit.set),
			pin_old_groups(to->p) ? " by control groups of version 1" : hint);
	else if (cpuset_intersects(asked, limit.set))
		pin_note(to, "%s %s outside the cpuset of %s (%s): the pin succeeds, clipped to %s%s", pin_cpus(to->a, out),
			cpuset_count(out) > 1 ? "are" : "is", whose, cpuset_text(to->a, limit.set),
			cpuset_text(to->a, pin_both(to->a, asked, limit.set)), hint);
	else
		pin_note(to, "none of these CPUs is in the cpuset of %s (%s): the pin is refused, or has no effect%s",
			whose, cpuset_text(to->a, limit.set), hint);
	return true;
}

static void note_cpuset(struct notes *to)
{
	const struct pin_plan *p = to->p;
	struct cpuset *wide;

	if (!p->tg)
		return;
	if (value_known(p->tg->slice_cpus)) {
		wide = cpuset_new(to->a, CPUSET_MAX);
		cpuset_add_all(wide, p->tg->slice_cpus.set);
		cpuset_add_all(wide, p->v.set);
		if (note_limit(to, p->tg->slice_cpus, "machine.slice",
			    arena_printf(to->a, "; \"systemctl set-property machine.slice AllowedCPUs=%s\" widens it",
				    cpuset_text(to->a, wide))))
			return;
	}
	note_limit(to, p->tg->cpuset_cpus, "this guest", "");
}

static void note_own_share(struct notes *to)
{
	const struct pin_plan *p = to->p;
	uint32_t cpus = cpuset_count(p->v.set);
	size_t vcpus = 0;

	for (size_t i = 0; i < p->n; i++)
		vcpus += !strcmp(p->target[i].path.kind, "vcpu");
	if (!p->v.one_to_one && vcpus > cpus)
		pin_note(to, "%zu vCPUs of this guest share %u CPU%s: they take turns", vcpus, (unsigned)cpus,
			cpus > 1 ? "s" : "");
}

/* Where the vCPUs of the guest may run when this is done, as far as that is known. */
static const struct cpuset *vcpus_then(const struct notes *to)
{
	const struct pin_plan *p = to->p;
	const struct guest_pin *row = p->g->pin.row;
	struct cpuset *all = cpuset_new(to->a, CPUSET_MAX);

	cpuset_add_all(all, p->v.set);
	for (uint32_t i = 0; i < p->g->pin.n && row[i].vcpu.u < value_u64_or(p->g->vcpus, 0); i++) {
		struct value cpus = p->v.live ? row[i].cpus : row[i].config_cpus;
		bool target = false;

		for (size_t k = 0; k < p->n; k++)
			target |= !strcmp(p->target[k].path.kind, "vcpu") && p->target[k].path.number == row[i].vcpu.u;
		if (!target && value_known(cpus) && !(to->online && cpuset_subset(to->online, cpus.set)))
			cpuset_add_all(all, cpus.set);
	}
	return all;
}

static const struct cpuset *nodes_of(const struct notes *to, const struct cpuset *cpus)
{
	struct cpuset *nodes = cpuset_new(to->a, CPUSET_MAX);

	CPUSET_EACH(cpu, cpus)
	{
		const struct topology_cpu *row = topology_cpu(to->p->topology, (uint64_t)cpu);

		if (row && value_known(row->node) && row->node.i >= 0 && row->node.i < CPUSET_MAX)
			cpuset_add(nodes, (uint32_t)row->node.i);
	}
	return nodes;
}

static void note_nodes(struct notes *to)
{
	const struct pin_plan *p = to->p;
	const struct cpuset *then = nodes_of(to, vcpus_then(to)), *here = nodes_of(to, p->v.set);
	int64_t memory = p->pg && value_known(p->pg->memory_node) ? p->pg->memory_node.i : -1;

	if (p->vcpus && !to->everywhere && cpuset_count(then) > 1 && p->g->cell.n <= 1)
		pin_note(to, "its vCPUs are then on nodes %s, and it knows of one: half of what it touches may be far away",
			cpuset_text(to->a, then));
	if (memory < 0 || !cpuset_count(here) || cpuset_has(here, (uint32_t)memory))
		return;
	if (value_known(p->pg->memory_percent))
		pin_note(to,
			"node %" PRId64
			" holds %.0f %% of its memory, and none of these CPUs is there: every miss is remote",
			memory, p->pg->memory_percent.f);
	else
		pin_note(to, "node %" PRId64 " holds its memory, and none of these CPUs is there: every miss is remote",
			memory);
}

static void note_isolated(struct notes *to)
{
	const struct topology *t = to->p->topology;
	const struct cpuset *isolated;

	if (to->p->v.one_to_one || to->p->v.n < 2 || !t || !value_known(t->isolated))
		return;
	isolated = pin_both(to->a, to->p->v.set, t->isolated.set);
	if (cpuset_count(isolated))
		pin_note(to,
			"%s %s isolated: the kernel balances no load there, so threads with several CPUs pile up on "
			"one; "
			"pin each to one CPU",
			pin_cpus(to->a, isolated), cpuset_count(isolated) > 1 ? "are" : "is");
}

struct left {
	struct cpuset *before, *then; /* online, without those of pinned vCPUs */
};

static void take(struct notes *to, const struct placement_guest *g, const struct placement_thread *t, void *arg)
{
	struct left *left = arg;

	(void)to;
	(void)g;
	if (!pin_is_vcpu(t))
		return;
	CPUSET_EACH(cpu, t->allowed.set)
	{
		cpuset_remove(left->before, (uint32_t)cpu);
		cpuset_remove(left->then, (uint32_t)cpu);
	}
}

/* Where the threads that this change pins are pinned now. */
static void take_own(const struct notes *to, struct left *left)
{
	const struct placement_guest *g = to->p->pg;

	for (uint32_t i = 0; g && i < g->thread.n; i++) {
		const struct placement_thread *t = (const struct placement_thread *)g->thread.row + i;

		if (!pin_is_vcpu(t) || !value_u64_or(t->pinned, 0) || !value_known(t->allowed))
			continue;
		if (pin_is_target(to->p, g, t))
			CPUSET_EACH(cpu, t->allowed.set) cpuset_remove(left->before, (uint32_t)cpu);
	}
}

static void note_housekeeping(struct notes *to)
{
	struct left left;

	if (!to->online || !to->p->placement || !to->p->vcpus || to->everywhere)
		return;
	left.before = cpuset_copy(to->a, to->online);
	left.then = pin_minus(to->a, to->online, to->p->v.set);
	pin_others(to, take, &left);
	take_own(to, &left);
	if (!cpuset_count(left.then))
		pin_note(to,
			"every CPU %s a pinned vCPU: none is left for interrupts, vhost and the host itself; leave at "
			"least one core of each node",
			cpuset_count(left.before) ? "then carries" : "carries, now as before,");
}

static void note_daemons(struct notes *to)
{
	const struct daemons *d = to->p->daemons;
	const struct daemon *row = d ? d->daemon.row : NULL;

	for (uint32_t i = 0; row && i < d->daemon.n; i++) {
		struct slice rest = slice_of(value_text_or(row[i].owns, "")), word;

		while (value_u64_or(row[i].running, 0) && slice_word(&rest, &word))
			if (slice_is(word, "numa"))
				pin_note(to,
					"%s runs and may bind the guest to other CPUs: leave this guest out of its "
					"work",
					value_text_or(row[i].name, "?"));
	}
}

/* One to one the list is that of all together, and no thread has it. */
static bool is_everywhere(const struct notes *to)
{
	for (size_t i = 0; i < to->p->n; i++)
		if (!to->online || !cpuset_subset(to->online, to->p->target[i].cpus))
			return false;
	return true;
}

void pin_notes(const struct pin_plan *p, struct change *ret)
{
	struct notes to = {.p = p, .a = ret->a, .text = arena_array(ret->a, NOTES_MOST, sizeof(*to.text))};

	ret->notes = to.text;
	if (p->topology && value_known(p->topology->online))
		to.online = p->topology->online.set;
	to.later = !p->v.live;
	if (!p->v.remove) {
		to.everywhere = is_everywhere(&to);
		note_offline(&to);
		note_cpuset(&to);
		note_own_share(&to);
		pin_neighbours(&to);
		note_nodes(&to);
		note_isolated(&to);
		note_housekeeping(&to);
	}
	note_daemons(&to);
	ret->nnotes = to.n;
}
