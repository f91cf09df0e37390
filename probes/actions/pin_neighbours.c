/* Warns of who is met where a thread is pinned: those that have no other CPU by name, those that have as a crowd. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/actions/pin_notes_impl.h"
#include "probes/arena.h"
#include "probes/change_words.h"
#include "probes/placement.h"
#include "probes/topology.h"

enum { NAMES_SHOWN = 3 };

/* Names with "and 4 more" behind the first three. */
struct names {
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

bool pin_is_target(const struct pin_plan *p, const struct placement_guest *g, const struct placement_thread *t)
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

bool pin_is_vcpu(const struct placement_thread *t)
{
	return !strcmp(value_text_or(t->role, ""), "vcpu");
}

static bool is_pinned(const struct placement_thread *t)
{
	return value_u64_or(t->pinned, 0) && value_known(t->allowed) && cpuset_count(t->allowed.set);
}

/* "db1 vcpu 0". */
static const char *who(const struct notes *to, const struct placement_guest *g, const struct placement_thread *t)
{
	const char *name = g == to->p->pg ? "its own" : step_text(to->a, value_text_or(g->name, "?"));

	return arena_printf(to->a, "%s %s", name, step_text(to->a, value_text_or(t->name, "?")));
}

void pin_others(struct notes *to, pin_other *each, void *arg)
{
	const struct placement *pl = to->p->placement;

	for (uint32_t i = 0; pl && i < pl->guest.n; i++) {
		const struct placement_guest *g = (const struct placement_guest *)pl->guest.row + i;

		for (uint32_t k = 0; k < g->thread.n; k++) {
			const struct placement_thread *t = (const struct placement_thread *)g->thread.row + k;

			if (is_pinned(t) && !pin_is_target(to->p, g, t))
				each(to, g, t, arg);
		}
	}
}

/* Who is met on the CPUs of the list. */
struct met {
	struct notes *to;
	struct names alone; /* has one CPU, and it is one of these */
	struct names free; /* has others to go to as well */
	size_t own, guests; /* of those: threads of the guest itself, and other guests */
	const struct placement_guest *last;
};

static void meet(struct met *m, const char *who, const struct cpuset *cpus)
{
	struct arena *a = m->to->a;

	add_name(a, cpuset_count(cpus) == 1 ? &m->alone : &m->free, arena_printf(a, "%s (%s)", who, pin_cpus(a, cpus)));
}

static void on_top(struct notes *to, const struct placement_guest *g, const struct placement_thread *t, void *arg)
{
	struct met *m = arg;
	bool own = g == to->p->pg;

	if (own && to->later)
		return; /* its definition tells where it is then */
	if (!strcmp(value_text_or(t->role, ""), "vhost"))
		return; /* the emulator's pin is its own, and is told */
	if (!cpuset_intersects(to->p->v.set, t->allowed.set))
		return;
	meet(m, who(to, g, t), t->allowed.set);
	if (cpuset_count(t->allowed.set) == 1)
		return;
	m->own += own;
	m->guests += !own && m->last != g;
	m->last = own ? m->last : g;
}

static void own_on_top(const char *thread, const struct cpuset *cpus, void *arg)
{
	struct met *m = arg;

	if (!cpuset_intersects(m->to->p->v.set, cpus))
		return;
	meet(m, arena_printf(m->to->a, "its own %s", thread), cpus);
	m->own += cpuset_count(cpus) != 1;
}

/* Some by name; of a crowd that is spread over many CPUs names would say nothing. */
static const char *free_ones(struct arena *a, const struct met *m)
{
	const char *own = "";

	if (m->free.n <= NAMES_SHOWN)
		return m->free.text;
	if (m->own)
		own = arena_printf(a, "%zu thread%s of its own%s", m->own, m->own > 1 ? "s" : "", m->guests ? " and " : "");
	if (!m->guests)
		return own;
	return arena_printf(a, "%s%s of %zu other guest%s", own, *own ? "those" : "threads", m->guests,
		m->guests > 1 ? "s" : "");
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
	return pin_minus(to->a, all, to->p->v.set);
}

struct side {
	const struct cpuset *cpus;
	struct names names;
};

static void beside(struct notes *to, const struct placement_guest *g, const struct placement_thread *t, void *arg)
{
	struct side *side = arg;

	if (g != to->p->pg && pin_is_vcpu(t) && cpuset_count(t->allowed.set) == 1 &&
		cpuset_intersects(side->cpus, t->allowed.set))
		add_name(to->a, &side->names,
			arena_printf(to->a, "%s (%s)", who(to, g, t), pin_cpus(to->a, t->allowed.set)));
}

void pin_neighbours(struct notes *to)
{
	struct met met = {.to = to};
	struct side side = {.cpus = NULL};

	if (!to->p->placement) {
		pin_note(to, "who else is pinned to these CPUs is not known yet");
		return;
	}
	if (to->everywhere)
		return;
	if (to->later)
		pin_own(to->p, own_on_top, &met);
	pin_others(to, on_top, &met);
	if (met.alone.n)
		pin_note(to, "pinned there already: %s: they take turns, and each waits for the other",
			all_names(to->a, &met.alone));
	if (met.free.n)
		pin_note(to, "may run there too, among other CPUs: %s", free_ones(to->a, &met));
	side.cpus = siblings(to);
	pin_others(to, beside, &side);
	if (side.names.n)
		pin_note(to, "on the same core%s: %s: each slows the other down, as two threads of one core do",
			side.names.n > 1 ? "s" : "", all_names(to->a, &side.names));
}
