/* Core grids: threads below each other, every column once at every size, labels, hits and steps. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/picture.h"
#include "widgets/coregrid.h"

enum { COLUMNS = 96 };

struct sample {
	struct cpugrid_cell cell[3][COLUMNS];
	struct coregrid g;
};

static const char *const labels[] = {"node 0", "node 1", "node 2", "node 3"};

/* Two threads a core and a row of signs; a line each `line` cores, a gap each `gap`. */
static void fill(struct sample *s, size_t n, size_t gap, size_t line)
{
	*s = (struct sample){.g = {.nrows = 3}};
	for (size_t r = 0; r < 3; r++) {
		s->g.row[r].cell = s->cell[r];
		for (size_t i = 0; i < n; i++)
			s->cell[r][i] = (struct cpugrid_cell){.height = NAN,
				.ch = r == 2 ? 'P' : (uint32_t)((r ? 'a' : 'A') + i % 26),
				.role = ROLE_text,
				.rank = 1,
				.before = i % line == 0  ? CPUGRID_LINE
					  : i % gap == 0 ? CPUGRID_GAP
							 : CPUGRID_NEXT};
	}
	s->g.row[2].label = "kind";
	s->g.columns = (struct cpugrid){
		.cell = s->cell[0], .n = n, .labels = labels, .nlabels = 4, .label_w = 8, .sum = CPUGRID_MAX};
}

static void draws(const struct sample *s, int w, int h, const char *text)
{
	struct picture p = picture_new(w, h, false);
	struct coregrid_layout l;

	coregrid_layout(&s->g, w, h, &l);
	assert_true(l.rows <= h);
	coregrid_draw(&p.c, 0, 0, &s->g, &l);
	picture_is(&p.c, text, NULL);
	picture_end(&p);
}

static void threads_stand_below_each_other(void **state)
{
	struct sample s;

	(void)state;
	fill(&s, 8, 2, 4);
	draws(&s, 20, 7,
		"node 0  AB CD\n        ab cd\nkind    PP PP\n\nnode 1  EF GH\n        ef gh\nkind    PP PP\n");
	draws(&s, 20, 6, "node 0  AB CD\n        ab cd\nkind    PP PP\nnode 1  EF GH\n        ef gh\nkind    PP PP\n");
	draws(&s, 20, 3, "AB CD EF GH\nab cd ef gh\nPP PP PP PP\n");
	draws(&s, 20, 2, "\n\n");
	draws(&s, 0, 5, "\n\n\n\n\n");
}

/* What a row is stands only beside lines where it says something. */
static void empty_rows_have_no_label(void **state)
{
	struct sample s;

	(void)state;
	fill(&s, 8, 4, 4);
	for (size_t i = 0; i < 4; i++)
		s.cell[2][i].ch = ' ';
	s.cell[1][7] = (struct cpugrid_cell){.height = NAN, .ch = ' '};
	draws(&s, 20, 6, "node 0  ABCD\n        abcd\n\nnode 1  EFGH\n        efg\nkind    PPPP\n");
}

/* Of cores that share a cell the one that matters most is seen, and what is chosen stays chosen. */
static void joined_cells_show_the_worst(void **state)
{
	struct sample s;
	struct picture p = picture_new(5, 3, false);
	struct coregrid_layout l;

	(void)state;
	fill(&s, 8, 8, 8);
	s.cell[0][3].rank = 4;
	s.cell[1][7].chosen = true;
	coregrid_layout(&s.g, 5, 3, &l);
	assert_int_equal(l.columns.per_cell, 2);
	coregrid_draw(&p.c, 0, 0, &s.g, &l);
	picture_is(&p.c, "ADEG\naceg\nPPPP\n", "\n...N\n\n");
	picture_end(&p);
}

/* At every size each column is hit exactly once in each of its rows, where it was drawn. */
static void every_column_is_hit_once(void **state)
{
	static const size_t shapes[][3] = {{1, 1, 1}, {24, 6, 12}, {96, 8, 24}, {95, 7, 50}, {96, 1, 96}};
	struct sample s;

	(void)state;
	for (size_t k = 0; k < sizeof(shapes) / sizeof(shapes[0]); k++)
		for (int w = 0; w < 110; w += 1 + w / 20)
			for (int h = 0; h < 30; h += 1 + h / 12) {
				struct coregrid_layout l;
				size_t hits = 0, row = 9;

				fill(&s, shapes[k][0], shapes[k][1], shapes[k][2]);
				coregrid_layout(&s.g, w, h, &l);
				assert_true(l.rows >= 0 && l.rows <= h);
				assert_true(l.rows || h < 3 || w == 0);
				for (int y = -1; y <= h; y++)
					for (int x = -1; x <= w; x++)
						hits += coregrid_hit(&s.g, &l, x, y, &row) != SIZE_MAX;
				assert_true(!l.rows || row < 3);
				if (l.rows && l.columns.per_cell == 1)
					assert_int_equal(hits, 3 * shapes[k][0]);
			}
}

static void steps_go_to_the_line_below(void **state)
{
	struct sample s;
	struct coregrid_layout l;

	(void)state;
	fill(&s, 24, 6, 12);
	coregrid_layout(&s.g, 40, 20, &l);
	assert_int_equal(coregrid_step(&s.g, &l, 3, 1), 15);
	assert_int_equal(coregrid_step(&s.g, &l, 15, -1), 3);
	assert_int_equal(coregrid_step(&s.g, &l, 15, 1), 15);
	assert_int_equal(coregrid_step(&s.g, &l, 3, -5), 3);
	fill(&s, 20, 20, 12); /* the second line is shorter */
	coregrid_layout(&s.g, 40, 20, &l);
	assert_int_equal(coregrid_step(&s.g, &l, 11, 1), 19);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_stand_below_each_other),
		cmocka_unit_test(empty_rows_have_no_label),
		cmocka_unit_test(joined_cells_show_the_worst),
		cmocka_unit_test(every_column_is_hit_once),
		cmocka_unit_test(steps_go_to_the_line_below),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
