/* Keys and clicks of the choice of CPUs for a pin. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "probes/cpuset.h"
#include "tui/key.h"
#include "tui/pin_grid.h"

static bool is_chosen(const struct app *a, const struct topo_cpu *c)
{
	return cpuset_has(a->pin->cpus, (uint32_t)c->row->id.u);
}

static void choose(struct app *a, const struct topo_cpu *c, bool on)
{
	uint32_t id = (uint32_t)c->row->id.u;

	if (on && !c->offline && id < CPUSET_MAX)
		cpuset_add(a->pin->cpus, id);
	else if (!on)
		cpuset_remove(a->pin->cpus, id);
	a->pin->touched = true;
}

static void choose_one(struct app *a, const struct topo_cpu *c)
{
	if (c->offline && !is_chosen(a, c))
		app_say(a, ROLE_warn, "CPU %u is offline: it cannot be marked.", (unsigned)c->row->id.u);
	else
		choose(a, c, !is_chosen(a, c));
}

static bool same_core(const struct topo_cpu *x, const struct topo_cpu *y)
{
	return x->core == y->core;
}

static bool same_node(const struct topo_cpu *x, const struct topo_cpu *y)
{
	return x->key[LEVEL_NODE] == y->key[LEVEL_NODE];
}

/* All that are like the CPU under the cursor, or, when all of them are chosen, none of them. */
static void choose_like(struct app *a, const struct pin_grid *g, bool (*like)(const struct topo_cpu *, const struct topo_cpu *))
{
	const struct topo_cpu *at = &g->t.cpu[g->at];
	bool all = true;

	for (size_t i = 0; i < g->t.n; i++)
		all = all && (g->t.cpu[i].offline || !like(&g->t.cpu[i], at) || is_chosen(a, &g->t.cpu[i]));
	for (size_t i = 0; i < g->t.n; i++)
		if (!g->t.cpu[i].offline && like(&g->t.cpu[i], at))
			choose(a, &g->t.cpu[i], !all);
}

static void choose_all(struct app *a, const struct pin_grid *g)
{
	bool on = cpuset_count(a->pin->cpus) == 0;

	CPUSET_EACH(cpu, a->pin->cpus)
		cpuset_remove(a->pin->cpus, (uint32_t)cpu);
	for (size_t i = 0; i < g->t.n; i++)
		choose(a, &g->t.cpu[i], on);
}

/* To the other threads of the core first, then to the line below or above. */
static size_t vertically(const struct pin_grid *g, int by)
{
	size_t column, row = topo_grid_find(&g->g, g->at, &column), n = g->g.ncolumns, to;

	if (row == SIZE_MAX)
		return g->at;
	if (by > 0 && row + 1 < g->g.threads && g->g.cpu[(row + 1) * n + column] != SIZE_MAX)
		return g->g.cpu[(row + 1) * n + column];
	if (by < 0 && row > 0)
		return g->g.cpu[(row - 1) * n + column];
	to = coregrid_step(&g->g.g, &g->g.l, column, by);
	if (to == column)
		return g->at;
	for (row = by > 0 ? 0 : g->g.threads - 1; row && g->g.cpu[row * n + to] == SIZE_MAX;)
		row--;
	return g->g.cpu[row * n + to];
}

static size_t sideways(const struct pin_grid *g, int by)
{
	size_t column, row = topo_grid_find(&g->g, g->at, &column), n = g->g.ncolumns;

	if (row == SIZE_MAX || (by < 0 && !column) || (by > 0 && column + 1 == n))
		return g->at;
	column += (size_t)by;
	return g->g.cpu[row * n + column] != SIZE_MAX ? g->g.cpu[row * n + column] : g->g.cpu[column];
}

/* The CPU under the cursor after that key, or SIZE_MAX when it does not move. */
static size_t moved(const struct pin_grid *g, const struct pin_pick *p, uint32_t code)
{
	int page = p->grid.h / (g->g.l.band ? g->g.l.band : 1);

	switch (code) {
	case K_UP:
	case K_DOWN:
		return vertically(g, code == K_UP ? -1 : 1);
	case K_LEFT:
	case K_RIGHT:
		return sideways(g, code == K_LEFT ? -1 : 1);
	case K_PAGE_UP:
	case K_PAGE_DOWN:
		page = page ? page : 1;
		return topo_grid_step(&g->g, g->at, code == K_PAGE_UP ? -page : page);
	case K_HOME:
		return 0;
	case K_END:
		return g->t.n - 1;
	default:
		return SIZE_MAX;
	}
}

static void plan(struct app *a, const char *cpus)
{
	struct arena *arena = arena_new(0);
	const char *trouble = pin_trouble(arena, a);

	if (trouble)
		app_say(a, ROLE_warn, "%s", trouble);
	else if (!*cpus)
		app_say(a, ROLE_info, "No CPU is chosen: Space chooses the one under the cursor, digits type a list.");
	else
		app_command(a, pin_command(arena, a->pin, pin_guest(a), cpus));
	arena_free(arena);
}

static void remove_pin(struct app *a)
{
	const struct guest *g = pin_guest(a);
	enum pin_kind kind = a->pin->target.kind;

	if (kind == PIN_ALL || kind == PIN_ONE_TO_ONE)
		app_say(a, ROLE_info, "A pin is taken away from one thread at a time: Tab chooses it.");
	else if (g && !pin_can(g, PIN_CONFIG))
		app_say(a, ROLE_info, "It is transient: there is no definition that could keep a pin.");
	else
		plan(a, "-");
}

static void take_list(struct app *a, const struct pin_grid *g)
{
	struct arena *arena = arena_new(0);
	struct cpuset *set, *online = cpuset_new(arena, CPUSET_MAX);
	struct pin_pick *p = a->pin;

	for (size_t i = 0; i < g->t.n; i++)
		if (!g->t.cpu[i].offline)
			cpuset_add(online, (uint32_t)g->t.cpu[i].row->id.u);
	if (cpuset_parse_list(arena, p->input, &set)) {
		app_say(a, ROLE_warn, "A list of CPUs looks like 0-3,8, not \"%s\".", p->input);
	} else if (!cpuset_subset(set, online)) {
		app_say(a, ROLE_warn, "Not all of the CPUs %s are online: %s are.", p->input, cpuset_text(arena, online));
	} else {
		CPUSET_EACH(cpu, p->cpus)
			cpuset_remove(p->cpus, (uint32_t)cpu);
		cpuset_add_all(p->cpus, set);
		p->touched = true;
		p->typing = false;
		if (cpuset_count(set))
			p->cpu = cpuset_next(set, -1);
	}
	arena_free(arena);
}

static void type(struct app *a, const struct pin_grid *g, uint32_t code)
{
	struct pin_pick *p = a->pin;
	size_t n = strlen(p->input);

	if (code == K_ESC || (code == K_BACKSPACE && n < 2))
		p->typing = false;
	else if (code == K_BACKSPACE)
		p->input[n - 1] = '\0';
	else if (code == K_ENTER)
		take_list(a, g);
	else if (code < 0x7f && code && strchr("0123456789,-:/", (int)code) && n + 1 < sizeof(p->input))
		snprintf(p->input + n, sizeof(p->input) - n, "%c", (char)code);
}

static void choose_by(struct app *a, const struct pin_grid *g, uint32_t code)
{
	struct arena *arena;

	if (code == ' ')
		choose_one(a, &g->t.cpu[g->at]);
	else if (code == 'c' || code == 'n')
		choose_like(a, g, code == 'c' ? same_core : same_node);
	else if (code == 'a')
		choose_all(a, g);
	else if (code == K_ENTER) {
		arena = arena_new(0);
		plan(a, cpuset_text(arena, a->pin->cpus));
		arena_free(arena);
	}
}

static void start_typing(struct app *a, uint32_t code)
{
	a->pin->typing = true;
	snprintf(a->pin->input, sizeof(a->pin->input), "%c", (char)code);
}

static void act(struct app *a, const struct pin_grid *g, uint32_t code)
{
	size_t to = g->any ? moved(g, a->pin, code) : SIZE_MAX;

	if (a->pin->typing)
		type(a, g, code);
	else if (to != SIZE_MAX)
		a->pin->cpu = (int64_t)g->t.cpu[to].row->id.u;
	else if (code == K_TAB || code == K_BACK_TAB)
		pin_target_step(a, code == K_TAB ? 1 : -1);
	else if (code == 's')
		pin_scope_step(a);
	else if (code == '-')
		remove_pin(a);
	else if (code >= '0' && code <= '9')
		start_typing(a, code);
	else if (code == 'h' || code == '?' || code == K_F1)
		a->pin->help = 1;
	else if (g->any)
		choose_by(a, g, code);
}

static bool ask_key(struct app *a, uint32_t code)
{
	char command[INPUT_SIZE];

	if (code != K_ENTER)
		return menu_key(a, code);
	snprintf(command, sizeof(command), "%s", a->menu.item[a->menu.on].command);
	pin_chosen(a, command);
	return true;
}

bool pin_key(struct app *a, uint32_t code)
{
	struct arena *arena;
	struct pin_grid g;

	if (!a->pin)
		return ask_key(a, code);
	if (a->pin->help) {
		a->pin->help = code == K_DOWN ? a->pin->help + 1 : code != K_UP ? 0 : a->pin->help > 1 ? a->pin->help - 1 : 1;
		return code >= 0x20 || code == K_ESC || code == K_ENTER;
	}
	if (!a->pin->typing && (code == K_ESC || code == 'q')) {
		a->overlay = OVERLAY_NONE;
		app_say(a, ROLE_info, "Nothing was changed.");
		return true;
	}
	if (code < 0x20 && code != K_ESC && code != K_ENTER && code != K_TAB)
		return false; /* Ctrl-C, Ctrl-L and Ctrl-Z mean what they always do */
	arena = arena_new(0);
	pin_grid(arena, a, a->pin->grid.w, &g);
	act(a, &g, code);
	arena_free(arena);
	return true;
}

bool pin_click(struct app *a, int x, int y, bool twice)
{
	struct arena *arena = arena_new(0);
	const struct pin_pick *p = a->pin;
	struct pin_grid g;
	size_t cpu = SIZE_MAX;

	if (p && !p->help && x >= p->grid.x && x < p->grid.x + p->grid.w && y >= p->grid.y && y < p->grid.y + p->grid.h) {
		pin_grid(arena, a, p->grid.w, &g);
		cpu = g.any ? topo_grid_hit(&g.g, x - p->grid.x, y - p->grid.y + p->first) : SIZE_MAX;
	}
	if (cpu != SIZE_MAX) {
		a->pin->cpu = (int64_t)g.t.cpu[cpu].row->id.u;
		if (!twice)
			choose_one(a, &g.t.cpu[cpu]);
	}
	arena_free(arena);
	return cpu != SIZE_MAX;
}
