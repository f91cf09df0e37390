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
#include "tui/beside.h"
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

/* Where the cursor is on several CPUs at once, such as a row of a tree: those. */
static void menu_several(struct app *a, struct arena *arena, struct menu *m)
{
	const struct panel *p = app_panel(a);
	struct view v = app_view(a);
	const struct cpuset *cpus = p->cpus ? p->cpus(&v, a->state[a->panel], arena) : NULL;
	const char *list = cpus ? cpuset_text(arena, cpus) : "";

	if (*list && strlen(list) < INPUT_SIZE - sizeof("governor ? "))
		item(m, ROLE_box, arena_printf(arena, "governor ? %s", list), "the %u CPUs under the cursor (%s)",
			cpuset_count(cpus), list);
}

/* The nodes that have CPUs, in order, whatever their CPUs' numbers are. */
static struct cpuset *nodes_of(struct arena *arena, const struct topology *t)
{
	struct cpuset *nodes = cpuset_new(arena, CPUSET_MAX);

	for (uint32_t i = 0; t && i < t->cpu.n; i++) {
		const struct topology_cpu *row = (const struct topology_cpu *)t->cpu.row + i;

		if (value_known(row->node) && row->node.i >= 0 && row->node.i < CPUSET_MAX)
			cpuset_add(nodes, (uint32_t)row->node.i);
	}
	return nodes;
}

static void menu_nodes(struct menu *m, const struct cpuset *nodes)
{
	unsigned left = cpuset_count(nodes);
	char command[64];

	if (left < 2)
		return;
	CPUSET_EACH(node, nodes)
	{
		if (m->n + 1 == MENU_ITEMS && left > 1) {
			item(m, ROLE_dim, "help", "%u more nodes: type :governor NAME node N", left);
			break;
		}
		left--;
		snprintf(command, sizeof(command), "governor ? node %d", (int)node);
		item(m, ROLE_box, command, "node %d", (int)node);
	}
}

/* First which CPUs, then which governor: each line of the first menu opens the second, and names its CPUs itself. */
static void menu_scopes(struct app *a, const struct frequency *f)
{
	int64_t cpu = cpu_under_cursor(a);
	const struct policy *p = cpu >= 0 ? frequency_policy_of(f, (uint64_t)cpu) : NULL;
	struct arena *arena = arena_new(0);
	struct menu *m = &a->menu;
	char command[64];

	*m = (struct menu){.title = "Switch the governor of which CPUs?"};
	if (a->marks)
		item(m, ROLE_box, "governor ? marked", "the %u marked CPUs", cpuset_count(a->marks));
	menu_several(a, arena, m);
	snprintf(command, sizeof(command), "governor ? %d", (int)cpu);
	if (p)
		item(m, ROLE_box, command, "CPU %d (policy %u: %s)", (int)cpu, (unsigned)p->id.u,
			value_text_or(p->governor, "not known"));
	item(m, ROLE_box, "governor ? all", "all %u policies (%s)", (unsigned)f->policy.n,
		value_text_or(f->governor, "not known"));
	menu_nodes(m, nodes_of(arena, snapshot_facts(a->snap, &probe_topology)));
	arena_free(arena);
	a->overlay = OVERLAY_MENU;
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

static bool in_menu(const struct menu *m, struct slice word)
{
	for (size_t i = 0; i < m->n; i++)
		if (slice_is(word, m->item[i].text))
			return true;
	return false;
}

/* The governors that any of the chosen policies offers; one that cannot take it says so in the plan. */
static void menu_governors(struct app *a, const struct frequency *f, const char *scope)
{
	struct arena *arena = arena_new(0);
	const struct policy *rows = f->policy.row;
	struct menu *m = &a->menu;
	bool ok;
	struct cpuset *cpus = scope_cpus(a, arena, scope, &ok);

	*m = (struct menu){.title = "Which governor?"};
	for (uint32_t i = 0; ok && i < f->policy.n; i++) {
		struct slice rest = slice_of(value_text_or(rows[i].governors, "")), word;
		char command[INPUT_SIZE];

		if (cpus && !(value_known(rows[i].related) && cpuset_intersects(rows[i].related.set, cpus)))
			continue;
		while (slice_word(&rest, &word)) {
			if (in_menu(m, word))
				continue;
			snprintf(command, sizeof(command), "governor %.*s %s", (int)word.len, word.p, scope);
			if (slice_is(word, "performance"))
				m->on = m->n;
			item(m, ROLE_box, command, "%.*s", (int)word.len, word.p);
		}
	}
	arena_free(arena);
	if (m->n)
		a->overlay = OVERLAY_MENU;
	else if (ok)
		app_say(a, ROLE_warn, "The driver %s offers no governors there.",
			value_text_or(f->driver, "of this host"));
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

	beside_here(a);
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
	uint64_t id = 0, held;

	beside_here(a);
	if (a->capture) {
		app_say(a, ROLE_info, "A capture has no journal: a change is put back on the machine itself.");
		return;
	}
	if (*arg && strcmp(arg, "u") != 0 && parse_u64(slice_of(arg), &id)) {
		app_say(a, ROLE_warn, "undo takes the number of a change, not \"%s\".", arg);
		return;
	}
	if (!id && p->entry)
		id = p->entry(&v, a->state[a->panel]);
	for (size_t i = a->entries ? a->entries->n : 0; !id && i-- > 0;)
		if (a->entries->entry[i].undoable)
			id = a->entries->entry[i].id;
	held = !id && a->entries ? entries_held(a->entries) : 0;
	if (held)
		app_say(a, ROLE_info, "Others changed since what is left: :undo %llu tries it again.",
			(unsigned long long)held);
	else if (!id)
		app_say(a, ROLE_info, "There is nothing to undo.");
	else
		plan_open(a, NULL, id);
}
