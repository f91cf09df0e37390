/* How a CPU looks: calm unless it was measured to be slow. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/cpu_look.h"

#include <math.h>
#include <stdlib.h>

#include "probes/limits.h"
#include "widgets/glyph.h"

enum role ratio_role(double ratio)
{
	if (isnan(ratio))
		return ROLE_unknown;
	return ratio < FAR_SHARE ? ROLE_low : ratio < SLOW_SHARE ? ROLE_middle : ROLE_high;
}

struct cpugrid_cell cpu_cell(const struct silicon_cpu *row)
{
	struct cpugrid_cell c = {.height = NAN, .role = ROLE_idle, .rank = 1};

	if (value_known(row->online) && !row->online.u)
		return (struct cpugrid_cell){.height = NAN, .ch = glyph_sign(GLYPH_OFFLINE), .role = ROLE_offline};
	if (value_known(row->busy))
		c.height = (float)(row->busy.f / 100);
	else
		c.role = ROLE_unknown;
	if (value_known(row->ratio)) {
		c.role = (uint8_t)ratio_role(row->ratio.f);
		c.rank = row->ratio.f < FAR_SHARE ? 5 : row->ratio.f < SLOW_SHARE ? 4 : 3;
		if (c.rank > 3) /* where there are no colours the sign tells it; that it is busy is clear */
			c.ch = glyph_sign(c.rank == 5 ? GLYPH_FAR : GLYPH_SLOW);
	} else if (value_f64_or(row->busy, 0) >= BUSY_PERCENT) {
		c.role = ROLE_unknown; /* busy, and its clock is not measured */
		c.rank = 2;
	}
	return c;
}

struct placed {
	const struct silicon_cpu *row;
	int64_t node, l3;
};

static int by_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return x->row->id.u < y->row->id.u ? -1 : x->row->id.u > y->row->id.u;
}

/* An offline CPU has no node: it stays beside its neighbours. */
static void place(const struct silicon *s, struct placed *placed)
{
	const struct silicon_cpu *rows = s->cpu.row;
	int64_t node = -1, l3 = -1;

	for (uint32_t i = 0; i < s->cpu.n; i++) {
		node = value_known(rows[i].node) ? rows[i].node.i : node;
		l3 = value_known(rows[i].l3) ? rows[i].l3.i : l3;
		placed[i] = (struct placed){&rows[i], node, l3};
	}
	qsort(placed, s->cpu.n, sizeof(*placed), by_place);
}

void cpu_cells(struct arena *a, const struct silicon *s, struct cpu_cells *ret)
{
	struct placed *placed = arena_array(a, s->cpu.n, sizeof(*placed));
	struct cpugrid_cell *cells = arena_array(a, s->cpu.n, sizeof(*cells));
	const char **labels = arena_array(a, s->cpu.n, sizeof(*labels));

	*ret = (struct cpu_cells){.cell = cells, .labels = labels, .n = s->cpu.n};
	ret->id = arena_array(a, s->cpu.n, sizeof(*ret->id));
	place(s, placed);
	for (uint32_t i = 0; i < s->cpu.n; i++) {
		cells[i] = cpu_cell(placed[i].row);
		ret->id[i] = placed[i].row->id.u;
		if (!i || placed[i].node != placed[i - 1].node) {
			cells[i].before = CPUGRID_LINE;
			labels[ret->nlabels++] =
				placed[i].node < 0 ? "CPUs" : arena_printf(a, "node %d", (int)placed[i].node);
		} else if (placed[i].l3 != placed[i - 1].l3) {
			cells[i].before = CPUGRID_GAP;
		}
	}
}

bool cpu_grid(struct arena *a, const struct silicon *s, int w, int h, struct cpu_grid *ret)
{
	if (!s || !s->cpu.n || w < 1 || h < 1)
		return false;
	cpu_cells(a, s, &ret->cells);
	ret->grid = (struct cpugrid){.cell = ret->cells.cell,
		.n = ret->cells.n,
		.labels = ret->cells.labels,
		.nlabels = ret->cells.nlabels,
		.label_w = 9,
		.sum = CPUGRID_MAX};
	cpugrid_layout(&ret->grid, w, h, &ret->layout);
	return ret->layout.rows > 0;
}

void cpu_grid_draw(struct canvas *c, int x, int y, const struct cpu_grid *g, int64_t selected)
{
	size_t at = SIZE_MAX;

	for (size_t i = 0; selected >= 0 && i < g->cells.n; i++)
		if (g->cells.id[i] == (uint64_t)selected)
			at = i;
	cpugrid_draw(c, x, y, &g->grid, &g->layout, at);
}

int64_t cpu_grid_hit(const struct cpu_grid *g, int x, int y)
{
	size_t i = cpugrid_hit(&g->grid, &g->layout, x, y);

	return i == SIZE_MAX ? -1 : (int64_t)g->cells.id[i];
}

double khz_calm(double khz)
{
	double step = khz < 1e6 ? 10000 : 50000;

	return round(khz / step) * step;
}

double percent_calm(double percent)
{
	return round(percent);
}
