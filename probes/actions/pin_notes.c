/* Warns of what a pin would bring: CPUs that cannot run it, neighbours that take turns, memory that is far. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "probes/actions/pin_impl.h"
#include "probes/arena.h"
#include "probes/change_words.h"
#include "probes/daemons.h"
#include "probes/guests.h"
#include "probes/parse.h"
#include "probes/placement.h"
#include "probes/threads.h"
#include "probes/topology.h"
#include "probes/util.h"

enum { NOTES_MOST = 16, NAMES_SHOWN = 3 };

struct notes {
	const struct pin_plan *p;
	struct arena *a;
	const char **text;
	size_t n;
	const struct cpuset *online; /* NULL: not known */
	const struct cpuset *siblings; /* the CPUs that share a core with one of the list, but for the list */
	bool later; /* only the definition is changed: what this guest has pinned by then is in there */
	bool everywhere; /* the list is all that is online: this frees the threads, and nobody is met in particular */
};

__attribute__((format(printf, 2, 3))) static void note(struct notes *to, const char *format, ...)
{
	va_list ap;

	if (to->n == NOTES_MOST)
		BUG("more than %d notes", NOTES_MOST);
	va_start(ap, format);
	to->text[to->n++] = arena_vprintf(to->a, format, ap);
	va_end(ap);
}

/* a without b, or with b only; both may be NULL. */
static struct cpuset *minus(struct arena *a, const struct cpuset *from, const struct cpuset *what)
{
	struct cpuset *left = cpuset_copy(a, from);

	CPUSET_EACH(cpu, what) cpuset_remove(left, (uint32_t)cpu);
	return left;
}

static struct cpuset *both(struct arena *a, const struct cpuset *x, const struct cpuset *y)
{
	return minus(a, x, minus(a, x, y));
}

static void note_offline(struct notes *to)
{
	const struct cpuset *off;

	if (!to->online)
		return;
	off = minus(to->a, to->p->v.set, to->online);
	if (cpuset_count(off))
		note(to, "%s %s offline: %s", pin_cpus(to->a, off), cpuset_count(off) > 1 ? "are" : "is",
			!to->p->v.one_to_one && cpuset_intersects(to->p->v.set, to->online)
				? "the threads run on the others"
				: "the guest's next start fails, unless one of them is online then");
}

/* A cpuset gives what it has and is silent about the rest, but for the old cgroups, which refuse. */
static bool note_limit(struct notes *to, struct value limit, const char *whose, const char *hint)
{
	const struct cpuset *asked = to->online ? both(to->a, to->p->v.set, to->online) : to->p->v.set, *out;

	if (!value_known(limit) || !cpuset_count(limit.set) || cpuset_subset(asked, limit.set))
		return false;
	out = minus(to->a, asked, limit.set);
	if (to->p->v.one_to_one)
		note(to, "%s %s outside the cpuset of %s (%s): whoever is pinned there is refused, or runs elsewhere%s",
			pin_cpus(to->a, out), cpuset_count(out) > 1 ? "are" : "is", whose,
			cpuset_text(to->a, limit.set), hint);
	else if (cpuset_intersects(asked, limit.set))
		note(to, "%s %s outside the cpuset of %s (%s): the pin succeeds, clipped to %s%s", pin_cpus(to->a, out),
			cpuset_count(out) > 1 ? "are" : "is", whose, cpuset_text(to->a, limit.set),
			cpuset_text(to->a, both(to->a, asked, limit.set)), hint);
	else
		note(to, "none of these CPUs is in the cpuset of %s (%s): the pin is refused, or has no effect%s",
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

/* Names with "and 4 more" behind the first three. */
struct names {
	struct notes *to; /* whose */
	const char *text;
	size_t n;
};

static void add_name(struct arena *a, struct names *names, const char *name)
{
	if (names->n++ < NAMES_SHOWN)
		names->text = names->text ? arena_printf(a, "%s, %s", names->text, name) : name;
}

static const char *all_names(struct arena *a, const struct names *names)
{
	return names->n > NAMES_SHOWN ? arena_printf(a, "%s and %zu more", names->text, names->n - NAMES_SHOWN)
				      : names->text;
}

/* Is it one of the threads that this change pins? */
static bool is_target(const struct pin_plan *p, const struct placement_guest *g, const struct placement_thread *t)
{
	const char *role = value_text_or(t->role, "");
	bool emulator = !strcmp(role, "emulator") || !strcmp(role, "vhost"); /* both follow the emulator's pin */

	if (g != p->pg)
		return false;
	for (size_t i = 0; i < p->n; i++) {
		const struct pin_path *path = &p->target[i].path;

		if (emulator ? !strcmp(path->kind, "emulator")
			     : !strcmp(path->kind, role) && path->number == value_u64_or(t->number, UINT64_MAX))
			return true;
	}
	return false;
}

static bool is_vcpu(const struct placement_thread *t)
{
	return !strcmp(value_text_or(t->role, ""), "vcpu");
}

static bool is_pinned(const struct placement_thread *t)
{
	return value_u64_or(t->pinned, 0) && value_known(t->allowed) && cpuset_count(t->allowed.set);
}

/* "db1 vcpu 0 (CPU 12)". */
static const char *who(const struct notes *to, const struct placement_guest *g, const struct placement_thread *t,
	const struct cpuset *where)
{
	const char *name = g == to->p->pg ? "its own" : step_text(to->a, value_text_or(g->name, "?"));

	return arena_printf(
		to->a, "%s %s (%s)", name, step_text(to->a, value_text_or(t->name, "?")), pin_cpus(to->a, where));
}

/* Calls each(…) for every pinned thread on this host that is no target. */
static void each_other(struct notes *to,
	void (*each)(struct notes *to, const struct placement_guest *g, const struct placement_thread *t, void *arg),
	void *arg)
{
	const struct placement *pl = to->p->placement;

	for (uint32_t i = 0; pl && i < pl->guest.n; i++) {
		const struct placement_guest *g = (const struct placement_guest *)pl->guest.row + i;

		for (uint32_t k = 0; k < g->thread.n; k++) {
			const struct placement_thread *t = (const struct placement_thread *)g->thread.row + k;

			if (is_pinned(t) && !is_target(to->p, g, t))
				each(to, g, t, arg);
		}
	}
}

static void on_top(struct notes *to, const struct placement_guest *g, const struct placement_thread *t, void *names)
{
	const struct cpuset *shared = both(to->a, to->p->v.set, t->allowed.set);
	bool follows = !strcmp(value_text_or(t->role, ""), "vhost"); /* the emulator's pin is its own, and is told */

	if (to->later && g == to->p->pg)
		return; /* its definition tells where it is then */
	if (cpuset_count(shared) && !follows)
		add_name(to->a, names, who(to, g, t, shared));
}

static void own_on_top(const char *thread, const struct cpuset *cpus, void *arg)
{
	struct names *names = arg;
	struct notes *to = names->to;
	const struct cpuset *shared = both(to->a, to->p->v.set, cpus);

	if (cpuset_count(shared))
		add_name(to->a, names, arena_printf(to->a, "its own %s (%s)", thread, pin_cpus(to->a, shared)));
}

/* The CPUs that share a core with one of the list, without the list itself. */
static const struct cpuset *siblings(const struct notes *to)
{
	struct cpuset *all = cpuset_new(to->a, CPUSET_MAX);

	CPUSET_EACH(cpu, to->p->v.set)
	{
		const struct topology_cpu *row = topology_cpu(to->p->topology, (uint64_t)cpu);

		if (row && value_known(row->siblings))
			cpuset_add_all(all, row->siblings.set);
	}
	return minus(to->a, all, to->p->v.set);
}

static void beside(struct notes *to, const struct placement_guest *g, const struct placement_thread *t, void *names)
{
	if (g != to->p->pg && is_vcpu(t) && cpuset_count(t->allowed.set) == 1 &&
		cpuset_intersects(to->siblings, t->allowed.set))
		add_name(to->a, names, who(to, g, t, t->allowed.set));
}

static void note_neighbours(struct notes *to)
{
	struct names top = {.to = to}, side = {.to = to};

	if (!to->p->placement) {
		note(to, "who else is pinned to these CPUs is not known yet");
		return;
	}
	if (to->everywhere)
		return;
	if (to->later)
		pin_own(to->p, own_on_top, &top);
	each_other(to, on_top, &top);
	if (top.n)
		note(to, "pinned there already: %s: they take turns, and each waits for the other",
			all_names(to->a, &top));
	to->siblings = siblings(to);
	each_other(to, beside, &side);
	if (side.n)
		note(to, "on the same core%s: %s: each slows the other down, as two threads of one core do",
			side.n > 1 ? "s" : "", all_names(to->a, &side));
}

static void note_own_share(struct notes *to)
{
	const struct pin_plan *p = to->p;
	uint32_t cpus = cpuset_count(p->v.set);
	size_t vcpus = 0;

	for (size_t i = 0; i < p->n; i++)
		vcpus += !strcmp(p->target[i].path.kind, "vcpu");
	if (!p->v.one_to_one && vcpus > cpus)
		note(to, "%zu vCPUs of this guest share %u CPU%s: they take turns", vcpus, (unsigned)cpus,
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
		note(to, "its vCPUs are then on nodes %s, and it knows of one: half of what it touches may be far away",
			cpuset_text(to->a, then));
	if (memory < 0 || !cpuset_count(here) || cpuset_has(here, (uint32_t)memory))
		return;
	if (value_known(p->pg->memory_percent))
		note(to,
			"node %" PRId64
			" holds %.0f %% of its memory, and none of these CPUs is there: every miss is remote",
			memory, p->pg->memory_percent.f);
	else
		note(to, "node %" PRId64 " holds its memory, and none of these CPUs is there: every miss is remote",
			memory);
}

static void note_isolated(struct notes *to)
{
	const struct topology *t = to->p->topology;
	const struct cpuset *isolated;

	if (to->p->v.one_to_one || to->p->v.n < 2 || !t || !value_known(t->isolated))
		return;
	isolated = both(to->a, to->p->v.set, t->isolated.set);
	if (cpuset_count(isolated))
		note(to,
			"%s %s isolated: the kernel balances no load there, so threads with several CPUs pile up on "
			"one; "
			"pin each to one CPU",
			pin_cpus(to->a, isolated), cpuset_count(isolated) > 1 ? "are" : "is");
}

static void take(struct notes *to, const struct placement_guest *g, const struct placement_thread *t, void *arg)
{
	struct cpuset *left = arg;

	(void)to;
	(void)g;
	if (is_vcpu(t))
		CPUSET_EACH(cpu, t->allowed.set) cpuset_remove(left, (uint32_t)cpu);
}

static void note_housekeeping(struct notes *to)
{
	struct cpuset *left;

	if (!to->online || !to->p->placement || !to->p->vcpus || to->everywhere)
		return;
	left = minus(to->a, to->online, to->p->v.set);
	each_other(to, take, left);
	if (!cpuset_count(left))
		note(to,
			"every CPU then carries a pinned vCPU: none is left for interrupts, vhost and the host itself; "
			"leave at least one core of each node");
}

static void note_daemons(struct notes *to)
{
	const struct daemons *d = to->p->daemons;
	const struct daemon *row = d ? d->daemon.row : NULL;

	for (uint32_t i = 0; row && i < d->daemon.n; i++) {
		struct slice rest = slice_of(value_text_or(row[i].owns, "")), word;

		while (value_u64_or(row[i].running, 0) && slice_word(&rest, &word))
			if (slice_is(word, "numa"))
				note(to,
					"%s runs and may bind the guest to other CPUs: leave this guest out of its "
					"work",
					value_text_or(row[i].name, "?"));
	}
}

void pin_notes(const struct pin_plan *p, struct change *ret)
{
	struct notes to = {.p = p, .a = ret->a, .text = arena_array(ret->a, NOTES_MOST, sizeof(*to.text))};

	ret->notes = to.text;
	if (p->topology && value_known(p->topology->online))
		to.online = p->topology->online.set;
	to.later = !p->v.live;
	if (!p->v.remove) {
		to.everywhere = to.online && cpuset_subset(to.online, p->v.set);
		note_offline(&to);
		note_cpuset(&to);
		note_own_share(&to);
		note_neighbours(&to);
		note_nodes(&to);
		note_isolated(&to);
		note_housekeeping(&to);
	}
	note_daemons(&to);
	ret->nnotes = to.n;
}
