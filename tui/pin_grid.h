/* The CPUs to choose from as a grid: core by core, nodes below each other, as high as it takes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_PIN_GRID_H
#define TUI_PIN_GRID_H

#include "tui/pin_pick.h"

struct pin_grid {
	struct topo t;
	struct topo_grid g;
	bool any; /* there is a grid */
	size_t at; /* the CPU under the cursor, SIZE_MAX: there is none */
	int rows;
	struct pin_cells *cells; /* what the cells are made of */
};

void pin_grid(struct arena *arena, struct app *a, int w, struct pin_grid *ret);
/* The row of the CPU under the cursor. */
void pin_grid_where(const struct pin_grid *g, int *ret_y);

#endif
