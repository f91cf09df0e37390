/* The grid of the CPUs to choose from: what each cell says, and where the cursor goes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/pin_grid.h"

#include <math.h>

#include "probes/cpuset.h"
#include "widgets/glyph.h"

enum { ALL_ROWS = 8192 };

struct pin_cells {
	const struct cpuset *chosen, *now, *taken;
};

static struct cpugrid_cell sign(uint32_t ch, enum role role, uint8_t rank)
{
	return (struct cpugrid_cell){.height = NAN, .ch = ch, .role = (uint8_t)role, .rank = rank};
}

/* What matters most first: the choice, what is pinned now, who is there, and what kind of CPU it is. */
static struct cpugrid_cell cell(const void *data, const struct topo_cpu *c)
{
	const struct pin_cells *p = data;
	uint32_t id = (uint32_t)c->row->id.u;

	if (cpuset_has(p->chosen, id))
		return cpuset_has(p->taken, id) ? sign(glyph_sign(GLYPH_WARN), ROLE_warn, 5)
						: sign(glyph_sign(GLYPH_MARK), ROLE_mark, 4);
	if (cpuset_has(p->now, id))
		return sign('=', ROLE_info, 3);
	if (topo_seat(c) > SEAT_RUNS || topo_seat(c) == SEAT_UNKNOWN)
		return topo_seat_cell(c);
	return value_u64_or(c->row->isolated, 0) ? sign('i', ROLE_info, 1) : sign(glyph_sign(GLYPH_DOT), ROLE_dim, 0);
}

void pin_grid(struct arena *arena, struct app *a, int w, struct pin_grid *ret)
{
	struct pin_pick *p = a->pin;
	const struct guest *g = pin_guest(a);
	struct view v = {.s = a->snap, .filter = "", .w = w, .h = ALL_ROWS};
	struct topo_show show = {.cell = cell, .nchosen = 1, .apart = true};
	struct topo_state st = {.cpu = p->cpu + 1};

	*ret = (struct pin_grid){.t = topo_of(arena, a->snap), .cells = arena_alloc(arena, sizeof(*ret->cells))};
	ret->cells->chosen = p->cpus;
	ret->cells->taken = pin_taken(arena, a);
	ret->cells->now = g ? pin_now(arena, g, p->target, p->scope == PIN_CONFIG) : NULL;
	ret->at = topo_at(&ret->t, &st);
	show.data = ret->cells;
	show.chosen = ret->at;
	ret->any = ret->at != SIZE_MAX && topo_grid(arena, &v, &ret->t, &show, w, ALL_ROWS, &ret->g);
	ret->rows = ret->any ? ret->g.l.rows : 0;
}

void pin_grid_where(const struct pin_grid *g, int *ret_y)
{
	struct cpugrid_walk w = {0};
	size_t column, row = topo_grid_find(&g->g, g->at, &column);

	while (row != SIZE_MAX && cpugrid_next(&g->g.g.columns, &g->g.l.columns, &w))
		if (column - w.first < w.count) {
			*ret_y = w.y * g->g.l.band + (int)row;
			return;
		}
	*ret_y = 0;
}
