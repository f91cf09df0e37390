/* How a CPU looks wherever it is drawn: role and height of its cell, and its clock in words. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_CPU_LOOK_H
#define TUI_CPU_LOOK_H

#include "probes/silicon.h"
#include "widgets/cpugrid.h"

/* The role of a clock that is this share of base. */
enum role ratio_role(double ratio);
/* Colour says the share of base, and only of measured clocks; height says how busy. */
struct cpugrid_cell cpu_cell(const struct silicon_cpu *row);
/* The cells of all CPUs, a line a node, gaps between L3 caches; in the arena. */
struct cpu_cells {
	const struct cpugrid_cell *cell;
	uint64_t *id; /* the CPU of each cell */
	size_t n;
	const char *const *labels;
	size_t nlabels;
};
void cpu_cells(struct arena *a, const struct silicon *s, struct cpu_cells *ret);

/* The grid of all CPUs, laid out on w × h; false when there is nothing to draw or no room. In the arena. */
struct cpu_grid {
	struct cpu_cells cells;
	struct cpugrid grid;
	struct cpugrid_layout layout;
};
bool cpu_grid(struct arena *a, const struct silicon *s, int w, int h, struct cpu_grid *ret);
void cpu_grid_draw(struct canvas *c, int x, int y, const struct cpu_grid *g, int64_t selected); /* a CPU, or -1 */
int64_t cpu_grid_hit(const struct cpu_grid *g, int x, int y); /* from the grid's corner: a CPU, or -1 */

/* Rounded so that noise moves it little, in kHz: to 0.05 GHz, below 1 GHz to 0.01: at most 2.5 % off. */
double khz_calm(double khz);
/* Rounded to whole points, as a report's reader would round its 26.9. */
double percent_calm(double percent);

#endif
