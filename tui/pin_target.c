/* What can be pinned of a guest, where it is pinned now, and the command that a choice comes to. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/topology.h"
#include "tui/pin_pick.h"

const struct guest *pin_guest(const struct app *a)
{
	return guests_find(snapshot_facts(a->snap, &probe_guests), a->pin->uuid);
}

const struct placement *pin_placement(const struct app *a)
{
	return snapshot_facts(a->snap, &probe_placement);
}

size_t pin_targets(struct arena *arena, const struct guest *g, struct pin_target **ret)
{
	const struct guest_pin *pin = g->pin.row;
	const struct guest_iothread *io = g->iothread.row;
	struct pin_target *t = arena_array(arena, g->pin.n + g->iothread.n + 3, sizeof(*t));
	size_t n = 0;

	for (uint32_t i = 0; i < g->pin.n; i++)
		t[n++] = (struct pin_target){PIN_VCPU, pin[i].vcpu.u};
	t[n++] = (struct pin_target){PIN_ONE_TO_ONE, 0};
	t[n++] = (struct pin_target){PIN_ALL, 0};
	t[n++] = (struct pin_target){PIN_EMULATOR, 0};
	for (uint32_t i = 0; i < g->iothread.n; i++)
		t[n++] = (struct pin_target){PIN_IOTHREAD, io[i].id.u};
	*ret = t;
	return n;
}

const char *pin_target_text(struct arena *arena, struct pin_target t)
{
	switch (t.kind) {
	case PIN_VCPU:
		return arena_printf(arena, "vcpu %u", (unsigned)t.number);
	case PIN_IOTHREAD:
		return arena_printf(arena, "iothread %u", (unsigned)t.number);
	case PIN_ONE_TO_ONE:
		return "all 1:1";
	case PIN_ALL:
		return "all";
	case PIN_EMULATOR:
		break;
	}
	return "emulator";
}

/* The place among the targets, n when it is not there any more. */
static size_t place(const struct pin_target *t, size_t n, struct pin_target of)
{
	size_t i = 0;

	while (i < n && (t[i].kind != of.kind || t[i].number != of.number))
		i++;
	return i;
}

/* It begins with what mends the finding, else with the pin that is there, as far as there are such CPUs. */
void pin_begin(struct app *a, const struct guest *g)
{
	struct pin_pick *p = a->pin;
	struct arena *arena = arena_new(0);
	const struct cpuset *now = pin_now(arena, g, p->target, p->scope == PIN_CONFIG);
	const struct topology *t = snapshot_facts(a->snap, &probe_topology);

	p->none = NULL;
	if (!p->touched) {
		CPUSET_EACH(cpu, p->cpus)
			cpuset_remove(p->cpus, (uint32_t)cpu);
		if (p->mends && p->target.kind != PIN_ALL)
			pin_mend_choose(a, g);
		else
			CPUSET_EACH(cpu, now)
				if (!t || topology_cpu(t, (uint64_t)cpu))
					cpuset_add(p->cpus, (uint32_t)cpu);
	}
	arena_free(arena);
}

void pin_target_step(struct app *a, int by)
{
	const struct guest *g = pin_guest(a);
	struct arena *arena = arena_new(0);
	struct pin_target *t;
	size_t n, i;

	if (g) {
		n = pin_targets(arena, g, &t);
		i = place(t, n, a->pin->target);
		a->pin->target = t[i == n ? 0 : (i + n + (size_t)by) % n];
		pin_begin(a, g);
	}
	arena_free(arena);
}

static bool runs(const struct guest *g)
{
	return value_known(g->id);
}

bool pin_can(const struct guest *g, enum pin_scope scope)
{
	bool kept = value_u64_or(g->persistent, 0) != 0;

	return scope == PIN_BOTH ? runs(g) && kept : scope == PIN_LIVE ? runs(g) : kept;
}

void pin_scope_step(struct app *a)
{
	const struct guest *g = pin_guest(a);

	for (int i = 0; g && i < PIN_SCOPES; i++) {
		a->pin->scope = (a->pin->scope + 1) % PIN_SCOPES;
		if (pin_can(g, a->pin->scope))
			break;
	}
	if (g)
		pin_begin(a, g);
}

const struct cpuset *pin_now(struct arena *arena, const struct guest *g, struct pin_target t, bool config)
{
	const struct guest_pin *pin = g->pin.row;
	const struct guest_iothread *io = g->iothread.row;
	struct cpuset *set;
	bool any = false;

	if (t.kind == PIN_EMULATOR)
		return value_known(g->emulator_cpus) && (!config || !runs(g)) ? g->emulator_cpus.set : NULL;
	for (uint32_t i = 0; t.kind == PIN_IOTHREAD && i < g->iothread.n; i++) {
		struct value v = config ? io[i].config_cpus : io[i].cpus;

		if (io[i].id.u == t.number && value_known(v))
			return v.set;
	}
	if (t.kind == PIN_IOTHREAD)
		return NULL;
	set = cpuset_new(arena, CPUSET_MAX);
	for (uint32_t i = 0; i < g->pin.n; i++) {
		struct value v = config ? pin[i].config_cpus : pin[i].cpus;

		if ((t.kind == PIN_VCPU && pin[i].vcpu.u != t.number) || !value_known(v))
			continue;
		cpuset_add_all(set, v.set);
		any = true;
	}
	return any ? set : NULL;
}

const char *pin_trouble(struct arena *arena, const struct app *a)
{
	const struct pin_pick *p = a->pin;
	const struct guest *g = pin_guest(a);
	const char *name = topo_brief(arena, p->name, PIN_NAME), *now;
	struct pin_target *t;
	size_t n;

	if (!snapshot_facts(a->snap, &probe_guests))
		return "Guests cannot be read now.";
	if (!g)
		return arena_printf(arena, "%s is gone: there is no guest of that UUID any more.", name);
	now = value_text_or(g->name, "");
	if (strcmp(now, p->name) != 0)
		return arena_printf(arena, "%s is called %s now: Esc, then p again.", name, topo_brief(arena, now, PIN_NAME));
	if (p->id >= 0 && !runs(g))
		return arena_printf(arena, "%s does not run any more (%s): Esc, then p again.", name,
			value_text_or(g->state, "state not known"));
	if (p->id < 0 && runs(g))
		return arena_printf(arena, "%s was started meanwhile: Esc, then p again.", name);
	if (p->id >= 0 && (int64_t)g->id.u != p->id)
		return arena_printf(arena, "%s was stopped and started again: Esc, then p again.", name);
	if (!pin_can(g, p->scope))
		return arena_printf(arena, "%s is %s now: Esc, then p again.", name,
			value_u64_or(g->persistent, 0) ? "persistent" : "transient");
	n = pin_targets(arena, g, &t);
	if (place(t, n, p->target) == n)
		return arena_printf(arena, "%s has no %s any more: Tab chooses another.", name,
			pin_target_text(arena, p->target));
	return NULL;
}

const char *pin_command(struct arena *arena, const struct pin_pick *p, const struct guest *g, const char *cpus)
{
	/* both and the only one there is need no word */
	bool said = pin_can(g, PIN_BOTH) && p->scope != PIN_BOTH;
	const char *scope = strcmp(cpus, "-") == 0 ? " --config"
			    : !said                ? ""
			    : p->scope == PIN_LIVE ? " --live"
						   : " --config";

	return arena_printf(arena, "pin %s %s %s%s", p->uuid, pin_target_text(arena, p->target), cpus, scope);
}

/* "vcpu 2", "emulator", "iothread 1", "all"; vhost threads go where the emulator goes. */
static struct pin_target target_of(const char *what)
{
	if (strncmp(what, "vcpu ", 5) == 0)
		return (struct pin_target){PIN_VCPU, strtoull(what + 5, NULL, 10)};
	if (strncmp(what, "iothread ", 9) == 0)
		return (struct pin_target){PIN_IOTHREAD, strtoull(what + 9, NULL, 10)};
	return (struct pin_target){strcmp(what, "all") == 0 ? PIN_ONE_TO_ONE : PIN_EMULATOR, 0};
}

void pin_start(struct app *a, const char *uuid, const char *what)
{
	struct arena *arena = arena_new(0);
	struct pin_pick *p;
	const struct guest *g;
	const struct cpuset *now;

	pin_free(a);
	p = a->pin = arena_alloc(arena, sizeof(*p));
	p->arena = arena;
	p->cpus = cpuset_new(arena, CPUSET_MAX);
	p->target = target_of(what);
	snprintf(p->uuid, sizeof(p->uuid), "%s", uuid);
	g = pin_guest(a);
	if (!g) {
		app_say(a, ROLE_warn, "This guest is gone.");
		return;
	}
	p->name = arena_strdup(arena, value_text_or(g->name, ""));
	p->id = runs(g) ? (int64_t)g->id.u : -1;
	while (p->scope < PIN_CONFIG && !pin_can(g, p->scope))
		p->scope++;
	pin_begin(a, g);
	now = pin_now(arena, g, p->target, !runs(g));
	p->cpu = now ? cpuset_next(now, -1) : -1;
	a->overlay = OVERLAY_PIN;
	app_want(a, false);
}

const char *const *pin_also(const struct app *a, struct arena *arena, const char *const *guests, size_t *n)
{
	const char **all = arena_array(arena, *n + 1, sizeof(*all));

	if (!a->pin)
		return guests;
	for (size_t i = 0; i < *n; i++)
		all[i] = guests[i];
	all[(*n)++] = a->pin->uuid;
	return all;
}

void pin_free(struct app *a)
{
	struct arena *arena = a->pin ? a->pin->arena : NULL;

	a->pin = NULL;
	arena_free(arena);
}
