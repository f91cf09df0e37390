/* Overview: the answer first, then one line for each thing that could be the cause, then every CPU as one cell. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/load.h"
#include "tui/cpu_look.h"
#include "tui/panel.h"
#include "tui/panels/lines.h"
#include "tui/panels/problems.h"
#include "widgets/bar.h"
#include "widgets/glyph.h"

struct state {
	size_t line;
	size_t problem; /* chosen above the lines, plus 1; 0: none */
	int64_t cpu; /* chosen in the grid, plus 1; 0: none */
};

static const struct hint hints[] = {
	{"Enter", "open", "Open the panel that has more about this line."},
};

static void draw_line(struct canvas *c, int y, const struct overview_line *l, bool selected)
{
	int w = canvas_w(c), bar_w = w >= 76 ? 22 : w >= 60 ? 12 : 0, x = 9, parts_x;

	canvas_cut(c, 1, y, 8, ROLE_strong, l->label);
	if (l->value) {
		canvas_cut(c, x, y, 17, l->role, l->value);
		x += 18;
	}
	if (l->has_bar && bar_w) {
		bar(c, x, y, bar_w, l->share, l->role == ROLE_text ? ROLE_bar : l->role);
		x += bar_w + 1;
	}
	parts_x = x;
	for (size_t i = 0; i < l->nparts; i++) {
		int need = text_width(l->part[i].text);

		if (x > parts_x && x + need + 3 > w)
			break; /* what comes later matters less */
		if (x > parts_x)
			x = canvas_text(c, x, y, 3, ROLE_dim, "   ");
		x = x + need > w ? canvas_cut(c, x, y, w - x, l->part[i].role, l->part[i].text)
				 : canvas_text(c, x, y, -1, l->part[i].role, l->part[i].text);
	}
	if (selected)
		canvas_select(c, (struct rect){0, y, w, 1});
}

static bool grid_of(struct arena *a, const struct view *v, int y, struct cpu_grid *ret)
{
	return cpu_grid(a, snapshot_facts(v->s, &probe_silicon), v->w - 1, v->h - y - 1, ret);
}

static void draw_grid(struct canvas *c, int y, const struct view *v, const struct state *st, struct arena *a)
{
	struct cpu_grid g;

	if (!grid_of(a, v, y, &g))
		return;
	cpu_grid_draw(c, 1, y, &g, st->cpu - 1);
	y += g.layout.rows;
	if (g.layout.per_cell > 1)
		canvas_printf(c, 1, y, canvas_w(c) - 1, ROLE_dim,
			"%d CPUs a cell: the busiest's height, %s %s below base clock", g.layout.per_cell,
			glyph_text(c, GLYPH_SLOW), glyph_text(c, GLYPH_FAR));
	else
		canvas_printf(c, 1, y, canvas_w(c) - 1, ROLE_dim,
			"one cell a CPU: height = busy, %s %s = below base clock", glyph_text(c, GLYPH_SLOW),
			glyph_text(c, GLYPH_FAR));
}

static int lines_y(const struct canvas *c, int below)
{
	return canvas_h(c) > 12 ? below + 1 : below;
}

static int grid_y(int h, int y)
{
	return h > 14 ? y + 1 : y;
}

static void draw(struct canvas *c, const struct view *v, const void *state)
{
	const struct state *st = state;
	struct arena *a = arena_new(0);
	struct overview_line lines[OVERVIEW_LINES];
	size_t n = overview_lines(a, v->s, lines);
	int y = lines_y(c, problems_draw(c, a, v, st->problem).end);

	for (size_t i = 0; i < n && y < canvas_h(c); i++)
		draw_line(c, y++, &lines[i], i == st->line && !st->problem);
	draw_grid(c, grid_y(canvas_h(c), y), v, st, a);
	arena_free(a);
}

static void move(const struct view *v, void *state, enum motion m)
{
	struct state *st = state;
	struct arena *a = arena_new(0);
	struct overview_line lines[OVERVIEW_LINES];
	bool was = st->problem;
	size_t n = overview_lines(a, v->s, lines), problems = problems_of(a, v).n;

	arena_free(a);
	st->cpu = 0;
	if (st->problem > problems)
		st->problem = problems;
	if (m == MOVE_UP && (st->problem || !st->line))
		st->problem = st->problem > 1 ? st->problem - 1 : problems ? (st->problem ? 1 : problems) : 0;
	else if (m == MOVE_DOWN && st->problem)
		st->problem = st->problem < problems ? st->problem + 1 : 0;
	else
		st->problem = 0;
	if (st->problem || (m == MOVE_DOWN && was))
		return;
	if (m == MOVE_DOWN && st->line + 1 < n)
		st->line++;
	else if (m == MOVE_UP && st->line)
		st->line--;
	else if (m == MOVE_HOME || m == MOVE_PAGE_UP)
		st->line = 0;
	else if ((m == MOVE_END || m == MOVE_PAGE_DOWN) && n)
		st->line = n - 1;
}

static size_t address(const struct view *v, const void *state, char *buf, size_t size)
{
	const struct state *st = state;
	struct arena *a = arena_new(0);
	struct overview_line lines[OVERVIEW_LINES];
	size_t n = overview_lines(a, v->s, lines);
	size_t len = 0;

	if (st->cpu)
		len = (size_t)snprintf(buf, size, "silicon.cpu[%d].khz", (int)st->cpu - 1);
	else if (!st->problem && st->line < n && lines[st->line].address)
		len = (size_t)snprintf(buf, size, "%s", lines[st->line].address);
	arena_free(a);
	return len;
}

/* Draws into nothing to learn where things lie: what is clicked is what was drawn. */
static void click(const struct view *v, void *state, int x, int y)
{
	struct state *st = state;
	struct arena *a = arena_new(0);
	struct canvas nowhere = canvas_over(NULL, 0, 0, v->ascii),
		      c = canvas_part(&nowhere, (struct rect){0, 0, v->w, v->h});
	struct overview_line lines[OVERVIEW_LINES];
	size_t n = overview_lines(a, v->s, lines);
	struct problems p = problems_draw(&c, a, v, 0);
	int top = lines_y(&c, p.end), grid = grid_y(v->h, top + (int)n);
	struct cpu_grid g;

	st->problem = 0;
	for (size_t i = 0; i < p.n; i++)
		if (y >= p.y[i] && y < p.y[i + 1]) {
			st->problem = i + 1;
			st->cpu = 0;
		}
	if (st->problem)
		;
	else if (y >= top && y < top + (int)n) {
		st->line = (size_t)(y - top);
		st->cpu = 0;
	} else if (y >= grid && grid_of(a, v, grid, &g)) {
		st->cpu = cpu_grid_hit(&g, x - 1, y - grid) + 1;
	}
	arena_free(a);
}

static int64_t cpu(const struct view *v, const void *state)
{
	const struct state *st = state;

	(void)v;
	return st->cpu - 1;
}

/* A CPU of the grid has its clock to be looked at; a line says itself where there is more. */
static const char *opens(const struct view *v, const void *state)
{
	const struct state *st = state;
	struct arena *a = arena_new(0);
	struct overview_line lines[OVERVIEW_LINES];
	size_t n = overview_lines(a, v->s, lines);
	const char *name = !st->cpu && st->line < n ? lines[st->line].panel : NULL;

	arena_free(a);
	if (st->problem)
		return "findings";
	return name ? name : "frequency";
}

/* The problem under the cursor, else the worst: its keys stand beside it. */
static const struct check *check(const struct view *v, const void *state)
{
	const struct state *st = state;
	struct arena *a = arena_new(0);
	struct problems p = problems_of(a, v);
	size_t i = st->problem && st->problem <= p.n ? st->problem - 1 : 0;
	const struct check *c = p.n && !st->cpu ? p.at[i].f->check : NULL;

	arena_free(a);
	return c;
}

const struct panel panel_overview = {
	.name = "overview",
	.title = "Overview",
	.brief = "Over",
	.sentence = "What this host does to latency right now, the clock first.",
	.state_size = sizeof(struct state),
	.hints = hints,
	.nhints = COUNT(hints),
	.draw = draw,
	.move = move,
	.click = click,
	.address = address,
	.cpu = cpu,
	.opens = opens,
	.check = check,
};
