/* Commands that change the host: they plan, and open the dialog. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/frequency.h"
#include "probes/parse.h"
#include "probes/targets.h"
#include "probes/topology.h"
#include "tui/app_impl.h"
#include "tui/cmd.h"

static void item(struct menu *m, enum role role, const char *command, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static void item(struct menu *m, enum role role, const char *command, const char *format, ...)
{
	va_list ap;

	if (m->n == MENU_ITEMS)
		return;
	va_start(ap, format);
	vsnprintf(m->item[m->n].text, sizeof(m->item[m->n].text), format, ap);
	va_end(ap);
	snprintf(m->item[m->n].command, sizeof(m->item[m->n].command), "%s", command);
	m->item[m->n++].role = role;
}

static int64_t cpu_under_cursor(struct app *a)
{
	const struct panel *p = app_panel(a);
	struct view v = app_view(a);

	return p->cpu ? p->cpu(&v, a->state[a->panel]) : -1;
}

/* First which CPUs, then which governor: each line of the first menu opens the second. */
static void menu_scopes(struct app *a, const struct frequency *f)
{
	const struct topology *t = snapshot_facts(a->snap, &probe_topology);
	int64_t cpu = cpu_under_cursor(a);
	const struct policy *p = cpu >= 0 ? frequency_policy_of(f, (uint64_t)cpu) : NULL;
	struct menu *m = &a->menu;
	char command[64];
	uint64_t nodes = t ? value_u64_or(t->nodes, 0) : 0;

	*m = (struct menu){.title = "Switch the governor of which CPUs?"};
	if (a->marks)
		item(m, ROLE_box, "governor ? marked", "the %u marked CPUs", cpuset_count(a->marks));
	if (p)
		item(m, ROLE_box, "governor ? cpu", "CPU %d (policy %u: %s)", (int)cpu, (unsigned)p->id.u,
			value_text_or(p->governor, "not known"));
	item(m, ROLE_box, "governor ? all", "all %u policies (%s)", (unsigned)f->policy.n,
		value_text_or(f->governor, "not known"));
	for (uint32_t i = 0, seen = 0; t && nodes > 1 && i < t->cpu.n && seen < MENU_ITEMS; i++) {
		const struct topology_cpu *row = (const struct topology_cpu *)t->cpu.row + i;

		if (!value_known(row->node) || row->node.i < seen)
			continue;
		snprintf(command, sizeof(command), "governor ? node %d", (int)row->node.i);
		item(m, ROLE_box, command, "node %d", (int)row->node.i);
		seen = (uint32_t)row->node.i + 1;
	}
	a->overlay = OVERLAY_MENU;
}

static void menu_governors(struct app *a, const struct frequency *f, const char *scope)
{
	const struct policy *rows = f->policy.row;
	struct slice rest, word;
	struct menu *m = &a->menu;

	*m = (struct menu){.title = "Which governor?"};
	rest = slice_of(f->policy.n ? value_text_or(rows[0].governors, "") : "");
	while (slice_word(&rest, &word)) {
		char command[INPUT_SIZE];

		snprintf(command, sizeof(command), "governor %.*s %s", (int)word.len, word.p, scope);
		if (slice_is(word, "performance"))
			m->on = m->n;
		item(m, ROLE_box, command, "%.*s", (int)word.len, word.p);
	}
	if (m->n)
		a->overlay = OVERLAY_MENU;
	else
		app_say(a, ROLE_warn, "The driver %s offers no governors.", value_text_or(f->driver, "of this host"));
}

/* The CPUs that a scope names, NULL for all; *ret_ok false after a message. */
static struct cpuset *scope_cpus(struct app *a, struct arena *arena, const char *scope, bool *ret_ok)
{
	const struct topology *t = snapshot_facts(a->snap, &probe_topology);
	struct cpuset *set = cpuset_new(arena, CPUSET_MAX);
	int64_t cpu = cpu_under_cursor(a);

	*ret_ok = true;
	if (!*scope || strcmp(scope, "all") == 0)
		return NULL;
	if (strcmp(scope, "marked") == 0 && a->marks)
		return a->marks;
	if (strcmp(scope, "cpu") == 0 && cpu >= 0) {
		cpuset_add(set, (uint32_t)cpu);
		return set;
	}
	for (uint32_t i = 0; t && strncmp(scope, "node ", 5) == 0 && i < t->cpu.n; i++) {
		const struct topology_cpu *row = (const struct topology_cpu *)t->cpu.row + i;

		if (value_known(row->node) && row->node.i == atoi(scope + 5))
			cpuset_add(set, (uint32_t)row->id.u);
	}
	if (!cpuset_count(set) && cpuset_parse_list(arena, scope, &set))
		*ret_ok = false;
	*ret_ok = *ret_ok && cpuset_count(set);
	if (!*ret_ok)
		app_say(a, ROLE_warn, "No CPUs: \"%s\" is not all, cpu, marked, node N or a list such as 0-3,8.",
			scope);
	return set;
}

static void plan_governor(struct app *a, const char *governor, const char *scope)
{
	struct arena *arena = arena_new(0);
	const char *const *targets;
	bool ok;
	struct cpuset *cpus = scope_cpus(a, arena, scope, &ok);
	size_t n = ok ? targets_policies(arena, a->snap, cpus, &targets) : 0;
	struct change *c;

	if (ok && cpus && !n) {
		app_say(a, ROLE_warn, "No policy governs these CPUs.");
	} else if (ok) {
		c = change_new();
		if (action_find("governor")->plan(a->snap, targets, n, governor, c)) {
			app_say(a, ROLE_warn, "%s", c->title);
			change_free(c);
		} else {
			plan_open(a, c, 0);
		}
	}
	arena_free(arena);
}

void cmd_governor(struct app *a, const char *arg)
{
	const struct frequency *f = snapshot_facts(a->snap, &probe_frequency);
	size_t n = strcspn(arg, " ");
	const char *scope = arg + n + strspn(arg + n, " ");
	char governor[64];

	if (!f || !f->policy.n) {
		app_say(a, ROLE_warn,
			f ? "No cpufreq driver is bound here: there is no governor to switch." : "Reading: not yet.");
		return;
	}
	if (!*arg || strcmp(arg, "g") == 0) {
		menu_scopes(a, f);
		return;
	}
	snprintf(governor, sizeof(governor), "%.*s", (int)n, arg);
	if (strcmp(governor, "?") == 0)
		menu_governors(a, f, scope);
	else
		plan_governor(a, governor, scope);
}

void cmd_undo(struct app *a, const char *arg)
{
	const struct panel *p = app_panel(a);
	struct view v = app_view(a);
	uint64_t id = 0;

	if (*arg && strcmp(arg, "u") != 0 && parse_u64(slice_of(arg), &id)) {
		app_say(a, ROLE_warn, "undo takes the number of a change, not \"%s\".", arg);
		return;
	}
	if (!id && p->entry)
		id = p->entry(&v, a->state[a->panel]);
	for (size_t i = a->entries ? a->entries->n : 0; !id && i-- > 0;)
		if (a->entries->entry[i].undoable)
			id = a->entries->entry[i].id;
	if (!id)
		app_say(a, ROLE_info, "There is nothing to undo.");
	else
		plan_open(a, NULL, id);
}
