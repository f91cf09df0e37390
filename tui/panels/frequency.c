/* Frequency: every CPU's clock, what the number is worth, and who holds it down. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/history.h"
#include "probes/limits.h"
#include "tui/cpu_look.h"
#include "tui/panels/cpu_list.h"
#include "tui/panels/cpu_row.h"
#include "tui/panels/not_yet.h"
#include "widgets/format.h"
#include "widgets/glyph.h"
#include "widgets/table.h"

struct state {
	int64_t cpu; /* under the cursor, plus 1; 0: the first of the list */
	size_t column, first;
	struct rows_order order;
};

static const struct table_column columns[CPU_COLUMNS] = {
	[CPU_ID] = {"CPU", 4, 3, ALIGN_RIGHT, 20, false},
	[CPU_NODE] = {"Node", 4, 0, ALIGN_RIGHT, 6, false},
	[CPU_BUSY] = {"Busy", 5, 0, ALIGN_RIGHT, 16, false},
	[CPU_CLOCK] = {"GHz", 6, 0, ALIGN_RIGHT, 19, false},
	[CPU_WORTH] = {"Worth", 9, 0, ALIGN_LEFT, 14, false},
	[CPU_BASE] = {"Base", 4, 0, ALIGN_RIGHT, 13, false},
	[CPU_RATIO] = {"Of base", 12, 7, ALIGN_LEFT, 12, false},
	[CPU_PAST] = {"Past", 20, 8, ALIGN_LEFT, 8, false},
	[CPU_GOVERNOR] = {"Governor", 12, 9, ALIGN_LEFT, 17, false},
	[CPU_LIMITS] = {"Limits", 9, 0, ALIGN_RIGHT, 10, false},
	[CPU_EPP] = {"Energy pref.", 19, 0, ALIGN_LEFT, 5, false},
	[CPU_POLICY] = {"Policy", 6, 0, ALIGN_RIGHT, 4, false},
	[CPU_HELD] = {"Held by", 24, 18, ALIGN_LEFT, 9, true},
};

static const struct hint hints[] = {
	{"Tab", "column", "Move the cursor to the next column: ? explains the number under it."},
	{"s", "sort", "Sort by the column under the cursor; S the other way round."},
	{"m", "mark", "Mark this CPU, so that g changes all marked ones."},
};

static bool marked(const void *data, size_t row)
{
	const struct cpu_drawn *d = *(struct cpu_drawn *const *)data;

	return cpuset_has(d->v->marks, (uint32_t)d->list->row[row]->id.u);
}

/* Where all CPUs do not fit as rows, they are there as a grid above them. */
static bool grid_of(struct arena *a, const struct view *v, struct cpu_grid *ret)
{
	const struct silicon *s = snapshot_facts(v->s, &probe_silicon);

	return s && v->h >= 18 && s->cpu.n > (uint32_t)v->h && cpu_grid(a, s, v->w - 2, v->h / 4, ret);
}

static int text_rows(const struct view *v)
{
	return v->h > 12 ? 3 : 2;
}

static struct rect rect_of(const struct view *v)
{
	struct arena *a = arena_new(0);
	struct cpu_grid g;
	int top = text_rows(v) + (v->h > 12);

	if (grid_of(a, v, &g))
		top += g.layout.rows + 1;
	arena_free(a);
	return (struct rect){0, top, v->w, v->h - top};
}

static ptrdiff_t selected(const struct cpu_list *l, const struct state *st)
{
	ptrdiff_t i = st->cpu ? cpu_list_find(l, st->cpu - 1) : TABLE_NONE;

	return i == TABLE_NONE && l->n ? 0 : i;
}

/* data: a pointer to a pointer, so that the callback may use its buffer while the table itself is const. */
static struct table table_of(struct cpu_drawn *const *d, const struct state *st)
{
	struct rect r = rect_of((*d)->v);
	struct table t = {
		.columns = columns,
		.ncolumns = CPU_COLUMNS,
		.nrows = (*d)->list->n,
		.selected = selected((*d)->list, st),
		.sort = st->order.chosen ? (ptrdiff_t)st->order.by : TABLE_NONE,
		.descending = st->order.reverse,
		.empty = !(*d)->list->silicon ? "reading"
			 : *(*d)->v->filter   ? "no CPU fits the filter"
					      : "this host shows no CPUs",
		.data = d,
		.cell = cpu_row_cell,
		.marked = marked,
	};

	t.first = table_scroll(st->first, t.selected, t.nrows, table_visible(t.nrows, r.h));
	return t;
}

static void draw_summary(struct canvas *c, const struct view *v, const struct state *st, struct arena *a, int y)
{
	const struct frequency *f = snapshot_facts(v->s, &probe_frequency);
	const struct silicon *si = snapshot_facts(v->s, &probe_silicon);
	const char *text;

	if (!f || !si)
		return;
	text = st->order.chosen ? "sorted" : "worst first";
	if (value_known(si->busy)) /* what counts first: the end is what gets cut */
		text = arena_printf(a, "%s · %u busy · %u slow", text, (unsigned)si->busy.u, (unsigned)si->slow.u);
	text = arena_printf(a, "%s · %u polic%s", text, (unsigned)f->policy.n, f->policy.n == 1 ? "y" : "ies");
	if (value_known(f->driver))
		text = arena_printf(a, "%s · %s%s%s", text, f->driver.text, value_known(f->intel_pstate) ? " " : "",
			value_text_or(f->intel_pstate, ""));
	if (value_known(f->governor))
		text = arena_printf(a, "%s · %s", text, f->governor.text);
	if (value_known(f->no_turbo) || value_known(f->boost))
		text = arena_printf(a, "%s · turbo %s", text,
			value_known(f->no_turbo) ? (f->no_turbo.u ? "off" : "on")
			: f->boost.u             ? "on"
						 : "off");
	canvas_cut(c, 1, y, v->w - 2, ROLE_dim, text);
}

static void draw(struct canvas *c, const struct view *v, const void *state)
{
	const struct state *st = state;
	struct arena *a = arena_new(0);
	struct headline h = headline_shown(a, v->s);
	struct cpu_list list = cpu_list(a, v, st->order);
	struct cpu_drawn drawn = {.v = v, .list = &list}, *d = &drawn;
	struct rect r = rect_of(v);
	struct table t = table_of(&d, st);
	ptrdiff_t at = selected(&list, st);
	struct cpu_grid g;

	if (text_rows(v) > 2)
		canvas_wrap(c, (struct rect){1, 0, v->w - 2, 2}, h.mood >= MOOD_WARN ? ROLE_strong : ROLE_text, h.text);
	else
		canvas_cut(c, 1, 0, v->w - 2, h.mood >= MOOD_WARN ? ROLE_strong : ROLE_text, h.text);
	draw_summary(c, v, st, a, text_rows(v) - 1);
	if (grid_of(a, v, &g)) {
		cpu_grid_draw(c, 1, text_rows(v) + 1, &g, at == TABLE_NONE ? -1 : (int64_t)list.row[at]->id.u);
		if (g.layout.per_cell > 1) /* on the line between grid and table: cells can be counted */
			canvas_printf(c, 1, text_rows(v) + 1 + g.layout.rows, v->w - 2, ROLE_dim,
				"%d CPUs a cell: height of the busiest, colour of the slowest", g.layout.per_cell);
	}
	table_draw(c, r, &t);
	rows_head(c, r, columns, CPU_COLUMNS, st->column);
	arena_free(a);
}

static void move(const struct view *v, void *state, enum motion m)
{
	struct state *st = state;
	struct arena *a = arena_new(0);
	struct cpu_list list = cpu_list(a, v, st->order);
	struct cpu_drawn drawn = {.v = v, .list = &list}, *d = &drawn;
	size_t page = table_visible(list.n, rect_of(v).h);

	if (m == MOVE_NEXT || m == MOVE_PREVIOUS) {
		st->column = rows_column(columns, CPU_COLUMNS, v->w, st->column, m);
	} else if (list.n) {
		ptrdiff_t i = rows_step(selected(&list, st), list.n, page, m);

		st->first = table_of(&d, st).first;
		st->cpu = (int64_t)list.row[i]->id.u + 1;
		st->first = table_of(&d, st).first;
	}
	arena_free(a);
}

static void click(const struct view *v, void *state, int x, int y)
{
	struct state *st = state;
	struct arena *a = arena_new(0);
	struct cpu_list list = cpu_list(a, v, st->order);
	struct cpu_drawn drawn = {.v = v, .list = &list}, *d = &drawn;
	struct table t = table_of(&d, st);
	ptrdiff_t row, column;
	struct cpu_grid g;
	int64_t hit = grid_of(a, v, &g) ? cpu_grid_hit(&g, x - 1, y - text_rows(v) - 1) : -1;

	if (hit >= 0)
		st->cpu = hit + 1;
	else if (table_hit(&t, rect_of(v), x, y, &row, &column)) {
		if (row != TABLE_NONE) {
			st->first = t.first;
			st->cpu = (int64_t)list.row[row]->id.u + 1;
		}
		rows_clicked(&st->order, &st->column, row, column);
	}
	arena_free(a);
}

static size_t address(const struct view *v, const void *state, char *buf, size_t size)
{
	const struct state *st = state;
	struct arena *a = arena_new(0);
	struct cpu_list list = cpu_list(a, v, st->order);
	ptrdiff_t i = selected(&list, st);
	size_t n = i == TABLE_NONE ? 0 : cpu_address(v, list.row[i], (enum cpu_column)st->column, buf, size);

	arena_free(a);
	return n;
}

static int64_t cpu(const struct view *v, const void *state)
{
	const struct state *st = state;
	struct arena *a = arena_new(0);
	struct cpu_list list = cpu_list(a, v, st->order);
	ptrdiff_t i = selected(&list, st);
	int64_t id = i == TABLE_NONE ? -1 : (int64_t)list.row[i]->id.u;

	arena_free(a);
	return id;
}

static void go(const struct view *v, void *state, int64_t to)
{
	(void)v;
	((struct state *)state)->cpu = to + 1;
}

static const struct cpuset *on_screen(const struct view *v, const void *state, struct arena *a)
{
	const struct state *st = state;
	struct cpu_list list = cpu_list(a, v, st->order);
	struct cpu_drawn drawn = {.v = v, .list = &list}, *d = &drawn;
	struct table t = table_of(&d, st);
	size_t end = t.first + table_visible(list.n, rect_of(v).h);
	struct cpuset *set = cpuset_new(a, CPUSET_MAX);

	for (size_t i = t.first; i < end && i < list.n; i++)
		cpuset_add(set, (uint32_t)list.row[i]->id.u);
	return set;
}

static void sort(void *state, bool reverse)
{
	struct state *st = state;

	st->order = (struct rows_order){st->column, reverse, true};
}

const struct panel panel_frequency = {
	.name = "frequency",
	.title = "Frequency",
	.brief = "Freq",
	.sentence = "Every CPU's clock as a share of its base, what the number is worth, and what holds it down.",
	.state_size = sizeof(struct state),
	.hints = hints,
	.nhints = COUNT(hints),
	.draw = draw,
	.move = move,
	.click = click,
	.address = address,
	.cpu = cpu,
	.go = go,
	.on_screen = on_screen,
	.sort = sort,
};
