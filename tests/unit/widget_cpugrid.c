/* CPU grids: every CPU exactly once, inside, without overlap, at every width and many heights; joining of lines and
 * CPUs. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/picture.h"
#include "widgets/cpugrid.h"

enum { MOST = 4096 };

/* CPUs whose groups begin at each multiple of gap and line; 0: never. */
static void fill(struct cpugrid_cell *cell, size_t n, size_t gap, size_t line)
{
	for (size_t i = 0; i < n; i++) {
		enum cpugrid_before b = CPUGRID_NEXT;

		if (line && i % line == 0)
			b = CPUGRID_LINE;
		else if (gap && i % gap == 0)
			b = CPUGRID_GAP;
		cell[i] = (struct cpugrid_cell){.height = (float)(i % 8) / 7, .role = ROLE_idle, .before = (uint8_t)b};
	}
}

/* Walks the layout and checks all that it promises. Returns the number of cells. */
static size_t check(const struct cpugrid *g, const struct cpugrid_layout *l, int w, int h)
{
	struct cpugrid_walk walk = {0};
	size_t cpu = 0, cells = 0;
	int x = -1, y = 0;

	assert_true(l->rows > 0 && (h < 0 || l->rows <= h));
	while (cpugrid_next(g, l, &walk)) {
		assert_int_equal(walk.first, cpu);
		assert_true(walk.count >= 1 && walk.count <= (size_t)l->per_cell);
		assert_true(walk.x >= l->label_w && walk.x < w && walk.y >= 0 && walk.y < l->rows);
		/* Reading order is the order of the CPUs, so no two cells are one. */
		assert_true(walk.y > y || (walk.y == y && walk.x > x));
		assert_true(walk.y <= y + 1);
		if (!l->flat && cpu > 0 && g->cell[cpu].before == CPUGRID_LINE)
			assert_true(walk.y == y + 1 && walk.x == l->label_w);
		x = walk.x;
		y = walk.y;
		cpu += walk.count;
		cells++;
	}
	assert_int_equal(cpu, g->n);
	assert_int_equal(y + 1, l->rows);
	return cells;
}

static void every_cpu_is_there_once(void **state)
{
	static const size_t counts[] = {1, 2, 3, 7, 8, 24, 96, 128, 130, 255, 256, 512, 1000, MOST};
	static const size_t shapes[][2] = {{0, 0}, {8, 0}, {0, 64}, {12, 48}, {3, 24}, {40, 0}, {2, 2}, {1, 0}};
	static const char *const labels[] = {"node 0", "node 1"};
	struct cpugrid_cell *cell = calloc(MOST, sizeof *cell);

	(void)state;
	assert_non_null(cell);
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++) {
			struct cpugrid g = {cell, counts[i], k % 2 ? labels : NULL, 2, 8, CPUGRID_MAX};

			fill(cell, g.n, shapes[k][0], shapes[k][1]);
			/* Of many CPUs not each width, or the test takes long: the odd ones are the hard ones. */
			for (int w = 1; w <= 300; w += g.n > 256 && w > 20 ? 13 : 1) {
				int h = 1 + w % 9;
				struct cpugrid_layout l;

				cpugrid_layout(&g, w, -1, &l);
				assert_int_equal(l.per_cell, 1);
				assert_false(l.flat || l.tight);
				assert_int_equal(check(&g, &l, w, -1), g.n);
				cpugrid_layout(&g, w, h, &l);
				check(&g, &l, w, h);
			}
		}
	free(cell);
}

static void nothing_fits_into_nothing(void **state)
{
	struct cpugrid_cell cell[4];
	struct cpugrid g = {cell, 4, NULL, 0, 0, CPUGRID_MAX};
	struct cpugrid_layout l;

	(void)state;
	fill(cell, 4, 0, 0);
	for (int w = -2; w < 3; w++)
		for (int h = -1; h < 3; h++) {
			cpugrid_layout(&g, w, h, &l);
			assert_int_equal(l.rows > 0, w > 0 && h != 0);
			if (l.rows == 0)
				assert_int_equal(cpugrid_hit(&g, &l, 0, 0), SIZE_MAX);
		}
	g.n = 0;
	cpugrid_layout(&g, 80, 24, &l);
	assert_int_equal(l.rows, 0);
	assert_int_equal(cpugrid_hit(&g, &l, 0, 0), SIZE_MAX);
}

static void two_nodes_look_like_this(void **state)
{
	static const char *const labels[] = {"node 0", "node 1"};
	struct cpugrid_cell cell[32];
	struct cpugrid g = {cell, 32, labels, 2, 8, CPUGRID_MAX};
	struct cpugrid_layout l;
	struct picture p = picture_new(30, 6, false), a = picture_new(30, 6, true);

	(void)state;
	fill(cell, 32, 4, 16);
	cell[2].height = NAN;
	cell[5].ch = 0xD7;
	cell[5].role = ROLE_offline;
	cpugrid_layout(&g, 24, -1, &l);
	assert_int_equal(l.rows, 4);
	cpugrid_draw(&p.c, 1, 1, &g, &l, 17);
	picture_is(&p.c, "\n node 0  ▁▂·▄ ▅×▇█\n         ▁▂▃▄ ▅▆▇█\n node 1  ▁▂▃▄ ▅▆▇█\n         ▁▂▃▄ ▅▆▇█\n\n",
		"\n.AAAAAA..YYYY.YcYY\n.........YYYY.YYYY\n.AAAAAA..YNYY.YYYY\n.........YYYY.YYYY\n\n");
	cpugrid_draw(&a.c, 1, 1, &g, &l, SIZE_MAX);
	picture_is(&a.c, "\n node 0  _..= ox%#\n         _.-= oO%#\n node 1  _.-= oO%#\n         _.-= oO%#\n\n", NULL);
	picture_end(&p);
	picture_end(&a);
}

static void what_does_not_fit_is_summed_up(void **state)
{
	static const char *const labels[] = {"node 0", "node 1"};
	struct cpugrid_cell cell[32];
	struct cpugrid g = {cell, 32, labels, 2, 8, CPUGRID_MAX};
	struct cpugrid_layout l;
	struct picture p = picture_new(24, 2, false);

	(void)state;
	fill(cell, 32, 4, 16);
	cell[1].role = ROLE_low;
	cell[1].rank = 3;
	cell[4].height = cell[5].height = NAN;
	cell[6].height = NAN;
	cpugrid_layout(&g, 24, 2, &l);
	assert_int_equal(l.per_cell, 2);
	assert_false(l.flat);
	cpugrid_draw(&p.c, 0, 0, &g, &l, 31);
	picture_is(&p.c, "node 0  ▂▄ ·█ ▂▄ ▆█\nnode 1  ▂▄ ▆█ ▂▄ ▆█\n", "AAAAAA..ZY.YY.YY.YY\nAAAAAA..YY.YY.YY.YN\n");
	g.sum = CPUGRID_MEAN;
	canvas_fill(&p.c, (struct rect){0, 0, 24, 2}, ' ', ROLE_text);
	cpugrid_draw(&p.c, 0, 0, &g, &l, SIZE_MAX);
	picture_is(&p.c, "node 0  ▂▄ ·█ ▂▄ ▆█\nnode 1  ▂▄ ▆█ ▂▄ ▆█\n", NULL);
	/* One row for two nodes: the lines are joined, and their labels go. */
	cpugrid_layout(&g, 24, 1, &l);
	assert_true(l.flat);
	assert_int_equal(l.label_w, 0);
	assert_int_equal(l.per_cell, 2);
	assert_int_equal(l.rows, 1);
	picture_end(&p);
}

static void means_and_maxima_differ(void **state)
{
	struct cpugrid_cell cell[2] = {{.height = 1}, {.height = 0}};
	struct cpugrid g = {cell, 2, NULL, 0, 0, CPUGRID_MAX};
	struct cpugrid_layout l;
	struct picture p = picture_new(1, 1, false);

	(void)state;
	cpugrid_layout(&g, 1, 1, &l);
	assert_int_equal(l.per_cell, 2);
	cpugrid_draw(&p.c, 0, 0, &g, &l, SIZE_MAX);
	picture_is(&p.c, "█\n", NULL);
	g.sum = CPUGRID_MEAN;
	cpugrid_draw(&p.c, 0, 0, &g, &l, SIZE_MAX);
	picture_is(&p.c, "▅\n", NULL);
	picture_end(&p);
}

static void groups_are_torn_only_when_rows_are_scarce(void **state)
{
	struct cpugrid_cell cell[24];
	struct cpugrid g = {cell, 24, NULL, 0, 0, CPUGRID_MAX};
	struct cpugrid_layout l;

	(void)state;
	fill(cell, 24, 6, 0);
	cpugrid_layout(&g, 10, -1, &l);
	assert_int_equal(l.rows, 4);
	assert_false(l.tight);
	cpugrid_layout(&g, 10, 3, &l);
	assert_int_equal(l.rows, 3);
	assert_true(l.tight);
	assert_int_equal(l.per_cell, 1);
}

static void the_mouse_finds_what_was_drawn(void **state)
{
	struct cpugrid_cell cell[100];
	struct cpugrid g = {cell, 100, NULL, 0, 0, CPUGRID_MAX};

	(void)state;
	fill(cell, 100, 7, 30);
	for (int w = 1; w < 60; w += 5)
		for (int h = 1; h < 12; h++) {
			struct cpugrid_walk walk = {0};
			struct cpugrid_layout l;
			size_t found = 0, cells = 0;

			cpugrid_layout(&g, w, h, &l);
			while (cpugrid_next(&g, &l, &walk)) {
				assert_int_equal(cpugrid_hit(&g, &l, walk.x, walk.y), walk.first);
				cells++;
			}
			for (int y = -1; y <= h; y++)
				for (int x = -1; x <= w; x++)
					found += cpugrid_hit(&g, &l, x, y) != SIZE_MAX;
			assert_int_equal(found, cells);
		}
}

static void drawing_is_harmless_anywhere(void **state)
{
	struct cpugrid_cell cell[60];
	struct cpugrid g = {cell, 60, NULL, 0, 0, CPUGRID_MEAN};
	struct cpugrid_layout l;

	(void)state;
	fill(cell, 60, 8, 20);
	for (int w = 0; w < 20; w++)
		for (int h = 0; h < 10; h++) {
			struct picture p = picture_new(w, h, w % 2);

			cpugrid_layout(&g, w + 2, h + 1, &l);
			cpugrid_draw(&p.c, -1, -1, &g, &l, 30);
			picture_sane(&p.c);
			picture_end(&p);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cpu_is_there_once),
		cmocka_unit_test(nothing_fits_into_nothing),
		cmocka_unit_test(two_nodes_look_like_this),
		cmocka_unit_test(what_does_not_fit_is_summed_up),
		cmocka_unit_test(means_and_maxima_differ),
		cmocka_unit_test(groups_are_torn_only_when_rows_are_scarce),
		cmocka_unit_test(the_mouse_finds_what_was_drawn),
		cmocka_unit_test(drawing_is_harmless_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
