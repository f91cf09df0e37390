/* Topology: how the CPUs hang together, as a grid of all of them and as a tree, and what each one is. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "probes/cpuset.h"
#include "tui/cpu_look.h"
#include "tui/panels/topology_impl.h"
#include "widgets/table.h"

enum { TREE_MIN = 4 };
enum tree_column { TREE_PLACE, TREE_CORES, TREE_COUNT, TREE_BUSY, TREE_BAR, TREE_CPUS, TREE_NOTE, TREE_COLUMNS };

static const struct table_column columns[TREE_COLUMNS] = {
	[TREE_PLACE] = {"Place", 23, 18, ALIGN_LEFT, 20, false},
	[TREE_CORES] = {"Cores", 5, 0, ALIGN_RIGHT, 9, false},
	[TREE_COUNT] = {"CPUs", 4, 0, ALIGN_RIGHT, 13, false},
	[TREE_BUSY] = {"Busy", 5, 0, ALIGN_RIGHT, 15, false},
	[TREE_BAR] = {"", 12, 0, ALIGN_LEFT, 8, false},
	[TREE_CPUS] = {"Which", 24, 16, ALIGN_LEFT, 12, false},
	[TREE_NOTE] = {"", 24, 8, ALIGN_LEFT, 14, true},
};

static const struct hint hints[] = {
	{"b", "show", "Let the cells show something else: load, clock, idle state, kind of CPU, or pinned guests."},
	{"Tab", "tree", "Go on from the grid to the tree, and to each fact about the CPU: ? explains it."},
	{"m", "mark", "Mark the CPU under the cursor, or all of a row of the tree, so that g changes them."},
};

/* All that the panel knows, and where it lies. */
struct laid {
	struct topo t;
	struct topo_tree tree;
	struct topo_grid grid;
	size_t at; /* the CPU under the cursor, SIZE_MAX: none */
	size_t row; /* of the tree */
	bool has_grid;
	const char *sentence, *legend;
	int text_h, grid_y, legend_h, facts_h, tree_y, tree_h;
};

static int wrapped(const char *text, int w, int most)
{
	struct canvas nowhere = canvas_over(NULL, 0, 0, false);
	int n = canvas_wrap(&nowhere, (struct rect){0, 0, w, 0}, ROLE_text, text);

	return n < most ? n : most;
}

static size_t tree_at(const struct topo_tree *tree, const struct topo_state *st)
{
	return tree->n && st->row >= tree->n ? tree->n - 1 : st->row;
}

/* The grid gets what it needs, the tree what is left; on a low screen the one that has the cursor is there. */
static void lay(
	struct arena *a, const struct canvas *c, const struct view *v, const struct topo_state *st, struct laid *ret)
{
	bool tall = v->h > 12, tree = st->focus == FOCUS_TREE;
	struct topo_show show = {.by = st->by};
	int room, keep;

	*ret = (struct laid){.t = topo_of(a, v->s)};
	ret->tree = topo_tree(a, &ret->t);
	ret->at = topo_at(&ret->t, st);
	ret->row = tree_at(&ret->tree, st);
	ret->sentence = topo_sentence(a, v, &ret->t, st->by);
	ret->text_h = wrapped(ret->sentence, v->w - 2, v->h > 20 ? 3 : 2);
	ret->facts_h = !ret->t.n ? 0 : v->w < 150 ? 2 : 1;
	ret->legend_h = v->h < 9 ? 0 : tall && v->w < 140 ? 2 : 1;
	ret->grid_y = ret->text_h + tall;
	room = v->h - ret->grid_y - ret->facts_h - ret->legend_h - tall;
	keep = !tall ? 0 : (int)ret->tree.n < TREE_MIN ? (int)ret->tree.n + 1 : TREE_MIN;
	show.chosen = tree && ret->tree.n ? ret->tree.row[ret->row].first : ret->at;
	show.nchosen = tree && ret->tree.n ? ret->tree.row[ret->row].n : ret->at != SIZE_MAX;
	if (tall || !tree)
		ret->has_grid = topo_grid(a, v, &ret->t, &show, v->w - 2, room - keep, &ret->grid);
	if (ret->has_grid)
		ret->legend = topo_legend(a, c, &ret->t, &ret->grid, st->by);
	ret->legend_h = ret->has_grid && ret->legend_h ? wrapped(ret->legend, v->w - 10, ret->legend_h) : 0;
	ret->tree_y = ret->grid_y + (ret->has_grid ? ret->grid.l.rows + ret->legend_h + ret->facts_h + tall : 0);
	ret->tree_h = tall || tree ? v->h - ret->tree_y : 0;
}

static void tree_text(const struct laid *l, const struct topo_row *r, size_t column, struct cell_text *ret)
{
	struct arena *a;

	ret->role = column == TREE_PLACE ? ROLE_text : ROLE_dim;
	if (column == TREE_PLACE)
		snprintf(ret->text, sizeof(ret->text), "%*s%s", 2 * r->depth, "", r->label);
	else if (column == TREE_CORES && r->cores)
		snprintf(ret->text, sizeof(ret->text), "%zu", r->cores);
	else if (column == TREE_COUNT && r->n)
		snprintf(ret->text, sizeof(ret->text), "%zu", r->n);
	else if (column == TREE_BUSY && !isnan(r->busy))
		snprintf(ret->text, sizeof(ret->text), "%.0f %%", percent_calm(r->busy));
	else if (column == TREE_NOTE)
		snprintf(ret->text, sizeof(ret->text), "%s", r->note);
	if (column == TREE_NOTE)
		ret->role = strstr(r->note, " slow") || strstr(r->note, " crowded") ? ROLE_warn : ROLE_info;
	if (column == TREE_CPUS && r->n) {
		struct cpuset *set;

		a = arena_new(0);
		set = cpuset_new(a, CPUSET_MAX);
		for (size_t i = r->first; i < r->first + r->n; i++)
			cpuset_add(set, (uint32_t)l->t.cpu[i].row->id.u);
		cpuset_format(set, ret->text, sizeof(ret->text));
		arena_free(a);
	}
}

static void tree_cell(const void *data, size_t row, size_t column, struct cell_text *ret)
{
	const struct laid *l = data;
	const struct topo_row *r = &l->tree.row[row];

	if (column == TREE_BAR) {
		if (isnan(r->busy))
			return;
		ret->kind = CELL_BAR;
		ret->share = percent_calm(r->busy) / 100;
		ret->role = ROLE_bar;
		return;
	}
	tree_text(l, r, column, ret);
}

static struct table table_of(const struct laid *l, const struct topo_state *st)
{
	struct table t = {
		.columns = columns,
		.ncolumns = TREE_COLUMNS,
		.nrows = l->tree.n,
		.selected = st->focus == FOCUS_TREE && l->tree.n ? (ptrdiff_t)l->row : TABLE_NONE,
		.sort = TABLE_NONE,
		.data = l,
		.cell = tree_cell,
	};

	t.first = table_scroll(st->first, (ptrdiff_t)l->row, t.nrows, table_visible(t.nrows, l->tree_h));
	return t;
}

/* The CPU under the cursor and all that is known of it, on as many lines as there are. */
static void draw_facts(struct arena *a, struct canvas *c, const struct view *v, const struct topo_state *st,
	const struct laid *l, int y)
{
	const struct topo_cpu *cpu = &l->t.cpu[l->at];
	struct topo_said said[FACTS];
	int x = canvas_printf(c, 1, y, v->w - 2, ROLE_strong, "CPU %u", (unsigned)cpu->row->id.u), from = x + 2,
	    end = y + l->facts_h;

	topo_facts(a, cpu, said);
	x = from;
	for (size_t i = 0; i < FACTS; i++) {
		int need = said[i].text ? text_width(said[i].text) : 0;

		if (!need)
			continue;
		if (x > from && x + need > v->w - 1) {
			x = from;
			if (++y >= end)
				break;
		}
		canvas_cut(c, x, y, need < v->w - 1 - x ? need : v->w - 1 - x, said[i].role, said[i].text);
		if (st->focus == FOCUS_FACT + i)
			canvas_select(c, (struct rect){x, y, need, 1});
		x += need + 3;
	}
}

static void draw_grid(
	struct arena *a, struct canvas *c, const struct view *v, const struct topo_state *st, const struct laid *l)
{
	int y = l->grid_y + l->grid.l.rows;

	coregrid_draw(c, 1, l->grid_y, &l->grid.g, &l->grid.l);
	if (l->legend_h) {
		canvas_text(c, 1, y, 7, ROLE_strong, topo_by_name(st->by));
		canvas_wrap(c, (struct rect){8, y, v->w - 10, l->legend_h}, ROLE_dim, l->legend);
	}
	if (l->at != SIZE_MAX)
		draw_facts(a, c, v, st, l, y + l->legend_h);
}

static void draw(struct canvas *c, const struct view *v, const void *state)
{
	const struct topo_state *st = state;
	struct arena *a = arena_new(0);
	struct laid l;

	lay(a, c, v, st, &l);
	canvas_wrap(c, (struct rect){1, 0, v->w - 2, l.text_h}, ROLE_text, l.sentence);
	if (l.has_grid)
		draw_grid(a, c, v, st, &l);
	if (l.tree_h > 1 && l.tree.n) {
		struct table t = table_of(&l, st);

		table_draw(c, (struct rect){0, l.tree_y, v->w, l.tree_h}, &t);
	}
	arena_free(a);
}

static void move_tree(const struct laid *l, struct topo_state *st, enum motion m)
{
	size_t page = table_visible(l->tree.n, l->tree_h), last = l->tree.n ? l->tree.n - 1 : 0, row = l->row;

	page = page ? page : 1;
	row = m == MOVE_DOWN        ? row + 1
	      : m == MOVE_UP        ? row - (row > 0)
	      : m == MOVE_PAGE_DOWN ? row + page
	      : m == MOVE_PAGE_UP   ? row - (row < page ? row : page)
	      : m == MOVE_HOME      ? 0
				    : last;
	st->first = table_of(l, st).first;
	st->row = row > last ? last : row;
	st->first = table_scroll(st->first, (ptrdiff_t)st->row, l->tree.n, table_visible(l->tree.n, l->tree_h));
}

static void move_grid(const struct laid *l, struct topo_state *st, enum motion m)
{
	size_t i = l->at, last = l->t.n - 1;

	if (m == MOVE_PAGE_DOWN || m == MOVE_PAGE_UP)
		i = l->has_grid ? topo_grid_step(&l->grid, i, m == MOVE_PAGE_DOWN ? 1 : -1) : i;
	else
		i = m == MOVE_DOWN ? i + (i < last) : m == MOVE_UP ? i - (i > 0) : m == MOVE_HOME ? 0 : last;
	st->cpu = (int64_t)l->t.cpu[i].row->id.u + 1;
}

static bool can_have_focus(const struct laid *l, const struct topo_said *said, unsigned focus)
{
	return focus == FOCUS_GRID || (focus == FOCUS_TREE && l->tree.n) ||
	       (focus >= FOCUS_FACT && l->at != SIZE_MAX && said[focus - FOCUS_FACT].text);
}

static void move_focus(struct arena *a, const struct laid *l, struct topo_state *st, int by)
{
	struct topo_said said[FACTS] = {{NULL, ROLE_text, NULL}};

	if (l->at != SIZE_MAX)
		topo_facts(a, &l->t.cpu[l->at], said);
	do
		st->focus = (st->focus + FOCUS_FACT + FACTS + (unsigned)by) % (FOCUS_FACT + FACTS);
	while (!can_have_focus(l, said, st->focus));
}

static void move(const struct view *v, void *state, enum motion m)
{
	struct topo_state *st = state;
	struct canvas nowhere = canvas_over(NULL, 0, 0, v->ascii);
	struct arena *a = arena_new(0);
	struct laid l;

	lay(a, &nowhere, v, st, &l);
	if (m == MOVE_NEXT || m == MOVE_PREVIOUS)
		move_focus(a, &l, st, m == MOVE_NEXT ? 1 : -1);
	else if (st->focus == FOCUS_TREE && l.tree.n)
		move_tree(&l, st, m);
	else if (l.at != SIZE_MAX)
		move_grid(&l, st, m);
	arena_free(a);
}

static void click(const struct view *v, void *state, int x, int y)
{
	struct topo_state *st = state;
	struct canvas nowhere = canvas_over(NULL, 0, 0, v->ascii);
	struct arena *a = arena_new(0);
	struct laid l;
	struct table t;
	ptrdiff_t row, column;
	size_t hit;

	lay(a, &nowhere, v, st, &l);
	hit = l.has_grid ? topo_grid_hit(&l.grid, x - 1, y - l.grid_y) : SIZE_MAX;
	t = table_of(&l, st);
	if (hit != SIZE_MAX) {
		st->cpu = (int64_t)l.t.cpu[hit].row->id.u + 1;
		st->focus = FOCUS_GRID;
	} else if (l.tree_h > 1 && table_hit(&t, (struct rect){0, l.tree_y, v->w, l.tree_h}, x, y, &row, &column) &&
		   row != TABLE_NONE) {
		st->first = t.first;
		st->row = (size_t)row;
		st->focus = FOCUS_TREE;
	}
	arena_free(a);
}

static size_t address(const struct view *v, const void *state, char *buf, size_t size)
{
	static const enum topo_fact cell_facts[BYS] = {
		[BY_LOAD] = FACT_BUSY, [BY_CLOCK] = FACT_CLOCK, [BY_IDLE] = FACT_IDLE, [BY_KIND] = FACT_KIND, [BY_GUESTS] = FACT_GUESTS};
	const struct topo_state *st = state;
	struct arena *a = arena_new(0);
	struct topo t = topo_of(a, v->s);
	struct topo_tree tree = topo_tree(a, &t);
	size_t at = topo_at(&t, st), n = 0;
	struct topo_said said[FACTS];

	if (st->focus == FOCUS_TREE && tree.n) {
		n = (size_t)snprintf(buf, size, "%s", tree.row[tree_at(&tree, st)].address);
	} else if (at != SIZE_MAX) {
		topo_facts(a, &t.cpu[at], said);
		n = (size_t)snprintf(buf, size, "%s",
			said[st->focus >= FOCUS_FACT ? st->focus - FOCUS_FACT : (unsigned)cell_facts[st->by]].address);
	}
	arena_free(a);
	return n;
}

static const struct cpuset *cpus(const struct view *v, const void *state, struct arena *a)
{
	const struct topo_state *st = state;
	struct topo t = topo_of(a, v->s);
	struct topo_tree tree = topo_tree(a, &t);
	struct cpuset *set = cpuset_new(a, CPUSET_MAX);
	const struct topo_row *r;

	if (st->focus != FOCUS_TREE || !tree.n)
		return NULL;
	r = &tree.row[tree_at(&tree, st)];
	for (size_t i = r->first; i < r->first + r->n; i++)
		cpuset_add(set, (uint32_t)t.cpu[i].row->id.u);
	return r->n ? set : NULL;
}

static int64_t cpu(const struct view *v, const void *state)
{
	const struct topo_state *st = state;
	struct arena *a = arena_new(0);
	struct topo t = topo_of(a, v->s);
	size_t at = st->focus == FOCUS_TREE ? SIZE_MAX : topo_at(&t, st);
	int64_t id = at == SIZE_MAX ? -1 : (int64_t)t.cpu[at].row->id.u;

	arena_free(a);
	return id;
}

static void go(const struct view *v, void *state, int64_t to)
{
	struct topo_state *st = state;

	(void)v;
	st->cpu = to + 1;
	st->focus = FOCUS_GRID;
}

static const char *by(void *state, const char *what)
{
	struct topo_state *st = state;

	if (!*what) {
		st->by = (st->by + 1) % BYS;
		return topo_by_name(st->by);
	}
	for (enum topo_by i = 0; i < BYS; i++)
		if (strcmp(what, topo_by_name(i)) == 0) {
			st->by = i;
			return topo_by_name(i);
		}
	return NULL;
}

const struct panel panel_topology = {
	.name = "topology",
	.title = "Topology",
	.brief = "Topo",
	.sentence = "Which CPUs share a core, a cache, a node and a package, and what each of them is and does.",
	.state_size = sizeof(struct topo_state),
	.hints = hints,
	.nhints = COUNT(hints),
	.draw = draw,
	.move = move,
	.click = click,
	.address = address,
	.cpu = cpu,
	.cpus = cpus,
	.go = go,
	.by = by,
};
