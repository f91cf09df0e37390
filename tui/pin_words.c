/* What the choice of CPUs for a pin says: what is pinned now, who sits where, and what speaks against the choice. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/cpuset.h"
#include "probes/topology.h"
#include "tui/cpu_look.h"
#include "tui/pin_pick.h"

enum { LIST_LEN = 32, NAMED = 2 };

/* "CPU 8", "CPUs 0-3", "64 CPUs" where the list would be long. */
static const char *cpus_text(struct arena *arena, const struct cpuset *set)
{
	const char *list = cpuset_text(arena, set);
	unsigned n = cpuset_count(set);

	return strlen(list) > LIST_LEN ? arena_printf(arena, "%u CPUs", n)
				       : arena_printf(arena, "CPU%s %s", n == 1 ? "" : "s", list);
}

const char *pin_has_words(struct arena *arena, const struct app *a, const struct guest *g)
{
	struct pin_target t = a->pin->target;
	bool both = pin_can(g, PIN_BOTH), knows = t.kind != PIN_EMULATOR; /* what the definition says */
	const struct cpuset *now = pin_now(arena, g, t, !pin_can(g, PIN_LIVE));
	const struct cpuset *later = both && knows ? pin_now(arena, g, t, true) : now;
	const char *text = now ? cpus_text(arena, now) : "no pin";

	if (!pin_can(g, PIN_LIVE))
		return arena_printf(arena, "off; its definition has %s", text);
	if (both && !cpuset_equal(now, later))
		return arena_printf(
			arena, "now %s; its definition has %s", text, later ? cpus_text(arena, later) : "no pin");
	return now ? arena_printf(arena, "now %s", text) : "not pinned now";
}

const char *pin_scope_brief(const struct app *a)
{
	static const char *const words[PIN_SCOPES] = {" (both)", " (live)", " (config)"};

	return words[a->pin->scope];
}

const char *pin_scope_words(struct arena *arena, const struct app *a, const struct guest *g)
{
	static const char *const words[PIN_SCOPES] = {"both: at once, and kept in the definition",
		"live: at once, until the guest stops", "config: the definition only, from the next start on"};
	enum pin_scope scope = a->pin->scope;

	if (pin_can(g, PIN_BOTH))
		return words[scope];
	return arena_printf(arena, "%s (%s)", words[scope],
		scope == PIN_LIVE ? "it has no definition" : "it is off");
}

static const char *add(struct arena *arena, const char *text, const char *more)
{
	return *text ? arena_printf(arena, "%s, %s", text, more) : more;
}

const char *pin_cpu_words(struct arena *arena, const struct topo_cpu *c)
{
	const struct topology_cpu *row = c->row;
	struct cpuset *others = value_known(row->siblings) ? cpuset_copy(arena, row->siblings.set) : NULL;
	const char *text = "", *who = topo_seat_words(arena, c);

	if (c->offline)
		return "offline: it cannot be marked";
	if (value_known(row->node))
		text = arena_printf(arena, "node %d", (int)row->node.i);
	if (value_known(row->core))
		text = add(arena, text, arena_printf(arena, "core %d", (int)row->core.i));
	if (others)
		cpuset_remove(others, (uint32_t)row->id.u);
	if (cpuset_count(others))
		text = add(arena, text, arena_printf(arena, "sibling %s", cpuset_text(arena, others)));
	if (value_u64_or(row->isolated, 0))
		text = add(arena, text, "isolated");
	if (c->now && value_known(c->now->busy))
		text = add(arena, text, arena_printf(arena, "%.0f %% busy", percent_calm(c->now->busy.f)));
	/* names can be long: they come last */
	return arena_printf(
		arena, "%s; %s", text, who ? who : c->guests ? "nobody is pinned here" : "guests are not known");
}

static bool is_target(const struct pin_pick *p, const struct placement_guest *g, const struct placement_thread *t)
{
	if (strcmp(value_text_or(g->key, ""), p->uuid) != 0)
		return false;
	return p->target.kind == PIN_ALL || p->target.kind == PIN_ONE_TO_ONE ||
	       (p->target.kind == PIN_VCPU && value_u64_or(t->number, UINT64_MAX) == p->target.number);
}

/* Calls for each vCPU that has a CPU for itself, but for the target. */
static void each_taken(const struct app *a,
	void (*each)(void *arg, const struct placement_guest *g, const struct placement_thread *t, int64_t cpu), void *arg)
{
	const struct placement *p = pin_placement(a);
	const struct placement_guest *g = p ? p->guest.row : NULL;

	for (uint32_t i = 0; p && i < p->guest.n; i++) {
		const struct placement_thread *t = g[i].thread.row;

		for (uint32_t k = 0; k < g[i].thread.n; k++) {
			int64_t cpu = topo_seat_only(&t[k]);

			if (cpu >= 0 && cpu < CPUSET_MAX && !is_target(a->pin, &g[i], &t[k]))
				each(arg, &g[i], &t[k], cpu);
		}
	}
}

static void take(void *arg, const struct placement_guest *g, const struct placement_thread *t, int64_t cpu)
{
	(void)g;
	(void)t;
	cpuset_add(arg, (uint32_t)cpu);
}

struct cpuset *pin_taken(struct arena *arena, const struct app *a)
{
	struct cpuset *set = cpuset_new(arena, CPUSET_MAX);

	each_taken(a, take, set);
	return set;
}

/* Those who have some of these CPUs for themselves, by name. */
struct owners {
	struct arena *arena;
	const struct cpuset *of;
	struct cpuset *cpus;
	const char *but; /* not this guest's */
	const char *text;
	unsigned n;
};

static void own(void *arg, const struct placement_guest *g, const struct placement_thread *t, int64_t cpu)
{
	struct owners *o = arg;

	if (!cpuset_has(o->of, (uint32_t)cpu) || (o->but && strcmp(value_text_or(g->key, ""), o->but) == 0))
		return;
	cpuset_add(o->cpus, (uint32_t)cpu);
	if (o->n++ < NAMED)
		o->text = add(o->arena, o->text,
			arena_printf(o->arena, "%s %s", topo_brief(o->arena, value_text_or(g->name, "?"), PIN_NAME),
				value_text_or(t->name, "?")));
}

static const char *owners(struct arena *arena, const struct app *a, const struct cpuset *of, const char *but,
	const char *text, const char *what)
{
	struct owners o = {.arena = arena, .of = of, .cpus = cpuset_new(arena, CPUSET_MAX), .but = but, .text = ""};
	unsigned n;

	each_taken(a, own, &o);
	n = cpuset_count(o.cpus);
	if (!o.n)
		return text;
	text = arena_printf(arena, "%s; %s%s %s dedicated to %s", text, what, cpus_text(arena, o.cpus),
		n == 1 ? "is" : "are", o.text);
	return o.n > NAMED ? arena_printf(arena, "%s and %u more", text, o.n - NAMED) : text;
}

/* What the chosen CPUs are, added up. */
struct sum {
	struct cpuset *nodes, *siblings, *isolated, *offline;
	unsigned online;
};

static struct sum sum_of(struct arena *arena, const struct topo *t, const struct cpuset *cpus)
{
	struct sum s = {.nodes = cpuset_new(arena, CPUSET_MAX),
		.siblings = cpuset_new(arena, CPUSET_MAX),
		.isolated = cpuset_new(arena, CPUSET_MAX),
		.offline = cpuset_new(arena, CPUSET_MAX)};

	for (size_t i = 0; i < t->n; i++) {
		const struct topology_cpu *row = t->cpu[i].row;

		s.online += !t->cpu[i].offline;
		if (!cpuset_has(cpus, (uint32_t)row->id.u))
			continue;
		if (value_known(row->node) && row->node.i >= 0 && row->node.i < CPUSET_MAX)
			cpuset_add(s.nodes, (uint32_t)row->node.i);
		if (value_known(row->siblings))
			cpuset_add_all(s.siblings, row->siblings.set);
		if (value_u64_or(row->isolated, 0))
			cpuset_add(s.isolated, (uint32_t)row->id.u);
		if (t->cpu[i].offline)
			cpuset_add(s.offline, (uint32_t)row->id.u);
	}
	CPUSET_EACH(cpu, cpus)
		cpuset_remove(s.siblings, (uint32_t)cpu);
	return s;
}

const char *pin_choice_words(struct arena *arena, const struct app *a, const struct topo *t, enum role *ret_role)
{
	const struct pin_pick *p = a->pin;
	const struct guest *g = pin_guest(a);
	struct sum s = sum_of(arena, t, p->cpus);
	unsigned n = cpuset_count(p->cpus), nodes = cpuset_count(s.nodes);
	uint64_t vcpus = g ? value_u64_or(g->vcpus, 0) : 0;
	const char *head, *text;

	*ret_role = !n && p->none ? ROLE_warn : ROLE_box;
	if (!n)
		return p->none ? p->none : "No CPU is chosen yet.";
	head = arena_printf(arena, "Chosen: %s%s", cpus_text(arena, p->cpus),
		g && cpuset_equal(p->cpus, pin_now(arena, g, p->target, p->scope == PIN_CONFIG)) ? " as now" : "");
	if (nodes)
		head = arena_printf(
			arena, "%s on node%s %s", head, nodes == 1 ? "" : "s", cpuset_text(arena, s.nodes));
	text = head;
	if (p->target.kind == PIN_ONE_TO_ONE && n < vcpus)
		text = arena_printf(arena, "%s; %u vCPUs need as many CPUs", text, (unsigned)vcpus);
	text = owners(arena, a, p->cpus, NULL, text, "");
	if (cpuset_count(s.offline))
		text = arena_printf(arena, "%s; %s offline", text, cpus_text(arena, s.offline));
	if (nodes > 1)
		text = arena_printf(arena, "%s; memory of another node is slower", text);
	if (p->target.kind != PIN_ONE_TO_ONE && n > 1 && cpuset_count(s.isolated))
		text = arena_printf(arena, "%s; nobody spreads threads over isolated CPUs", text);
	text = owners(arena, a, s.siblings, p->uuid, text, "sibling ");
	if (!pin_placement(a))
		text = arena_printf(arena, "%s; who else is there is not known", text);
	if (n == s.online && p->target.kind != PIN_EMULATOR && p->target.kind != PIN_IOTHREAD)
		text = arena_printf(arena, "%s; that is all CPUs", text);
	*ret_role = text == head ? ROLE_box : ROLE_warn;
	return arena_printf(arena, "%s.", text);
}
