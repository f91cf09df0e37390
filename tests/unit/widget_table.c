/* Tables: which columns stay at each width, scrolling, what the mouse hits, and pictures in both planes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/picture.h"
#include "widgets/table.h"

enum { COLUMNS = 6 };

static const struct table_column columns[COLUMNS] = {
	{"policy", 9, 0, ALIGN_LEFT, 250, false},
	{"CPUs", 6, 0, ALIGN_LEFT, 100, false},
	{"governor", 12, 9, ALIGN_LEFT, 200, false},
	{"MHz", 6, 5, ALIGN_RIGHT, 220, false},
	{"of base", 8, 5, ALIGN_LEFT, 150, false},
	{"held by", 10, 6, ALIGN_LEFT, 50, true},
};

static void cell(const void *data, size_t row, size_t column, struct cell_text *ret)
{
	static const float past[] = {0, 1, 2, 3};

	(void)data;
	assert_int_equal(ret->role, ROLE_text);
	assert_int_equal(ret->text[0], 0);
	switch (column) {
	case 0:
		snprintf(ret->text, sizeof ret->text, "policy%zu", row);
		break;
	case 1:
		ret->kind = CELL_SPARK;
		ret->v = past;
		ret->n = 4;
		ret->hi = 3;
		ret->role = ROLE_spark;
		break;
	case 2:
		strcpy(ret->text, "powersave");
		break;
	case 3:
		snprintf(ret->text, sizeof ret->text, "%zu", 999 + row);
		ret->role = row == 0 ? ROLE_low : ROLE_text;
		break;
	case 4:
		ret->kind = CELL_BAR;
		ret->share = row == 1 ? NAN : 0.5;
		ret->role = ROLE_bar;
		break;
	default:
		strcpy(ret->text, "the governor, which holds it at the minimum");
		break;
	}
}

static bool odd(const void *data, size_t row)
{
	(void)data;
	return row % 2 == 1;
}

static const struct table sample = {.columns = columns,
	.ncolumns = COLUMNS,
	.nrows = 9,
	.first = 0,
	.selected = 0,
	.sort = 3,
	.descending = true,
	.empty = "no policy here",
	.cell = cell,
	.marked = odd};

static void a_table_looks_like_this(void **state)
{
	struct picture p = picture_new(70, 5, false), a = picture_new(36, 5, true);

	(void)state;
	table_draw(&p.c, (struct rect){0, 0, 70, 5}, &sample);
	picture_is(&p.c,
		" policy     CPUs    governor        MHz↓  of base   held by\n"
		" policy0      ▁▃▆█  powersave        999  ▕▇▇▇   ▏  the governor, whi…\n"
		"●policy1      ▁▃▆█  powersave       1000  ▕░░░░░░▏  the governor, whi…\n"
		" policy2      ▁▃▆█  powersave       1001  ▕▇▇▇   ▏  the governor, whi…\n"
		" ↓ 6 more\n",
		NULL);
	picture_is(&p.c, NULL,
		"JJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJKKKKJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJ\n"
		"NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN\n"
		"OOOOOOOO....XXXXXX..OOOOOOOOO.......OOOO..WTTTTTTW..OOOOOOOOOOOOOOOOOO\n"
		"............XXXXXX........................WVVVWWWW\n"
		".AAAAAAAA\n");
	table_draw(&a.c, (struct rect){0, 0, 36, 5}, &sample);
	picture_is(&a.c,
		" policy    governor       MHzv of b~\n"
		" policy0   powersave       999 [## ]\n"
		"*policy1   powersave      1000 [:::]\n"
		" policy2   powersave      1001 [## ]\n"
		" v 6 more\n",
		NULL);
	picture_end(&p);
	picture_end(&a);
}

static void hints_count_both_ends(void **state)
{
	struct picture p = picture_new(40, 5, false);
	struct table t = sample;

	(void)state;
	t.first = 3;
	t.selected = 4;
	t.sort = 0;
	t.descending = false;
	table_draw(&p.c, (struct rect){0, 0, 40, 5}, &t);
	picture_is(&p.c,
		" policy↑   CPUs   governor     MHz of b…\n"
		"●policy3     ▁▃▆█ powersave   1002 ▕▇▇ ▏\n"
		" policy4     ▁▃▆█ powersave   1003 ▕▇▇ ▏\n"
		"●policy5     ▁▃▆█ powersave   1004 ▕▇▇ ▏\n"
		" ↓ 3 more      ↑ 3 more\n",
		NULL);
	canvas_fill(&p.c, (struct rect){0, 0, 40, 5}, ' ', ROLE_text);
	t.nrows = 0;
	t.sort = TABLE_NONE;
	table_draw(&p.c, (struct rect){0, 0, 40, 5}, &t);
	picture_is(&p.c, " policy    CPUs   governor     MHz of b…\n no policy here\n\n\n\n", NULL);
	picture_end(&p);
}

static void columns_go_in_order_of_priority(void **state)
{
	/* From wide to narrow: the flexible one has the lowest priority, the policy the highest. */
	static const int order[] = {5, 1, 4, 2, 3};
	int before = COLUMNS;

	(void)state;
	for (int w = 200; w >= 0; w--) {
		int widths[COLUMNS], used = table_layout(columns, COLUMNS, w, widths), sum = 0, shown = 0;

		for (int i = 0; i < COLUMNS; i++) {
			if (widths[i] == 0)
				continue;
			sum += widths[i] + (shown++ > 0 ? table_gap(w) : 0);
			assert_true(widths[i] >= (columns[i].min ? columns[i].min : columns[i].width) || shown == 1);
			assert_true(columns[i].flex || widths[i] <= columns[i].width);
		}
		assert_true(used <= (w > 0 ? w : 0));
		assert_true(shown == 0 || used == sum + 1);
		if (widths[5] > 0)
			assert_int_equal(used, w);
		/* At 59 cells gaps shrink, and one column may come back. */
		assert_true(shown <= before || w == 59);
		for (int i = 0; i < COLUMNS - 1 && shown > 0; i++)
			assert_int_equal(widths[order[i]] == 0, i < COLUMNS - shown);
		assert_true(shown > 0 || w <= 1);
		before = shown;
	}
}

static void random_columns_keep_inside(void **state)
{
	unsigned seed = 5;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct table_column c[TABLE_COLUMNS];
		size_t n = picture_random(&seed) % (TABLE_COLUMNS + 1);
		int widths[TABLE_COLUMNS], w = (int)(picture_random(&seed) % 150), sum = 1, shown = 0, used;

		for (size_t i = 0; i < n; i++)
			c[i] = (struct table_column){"t", (int)(picture_random(&seed) % 30),
				(int)(picture_random(&seed) % 12), ALIGN_LEFT, (uint8_t)picture_random(&seed),
				picture_random(&seed) % 8 == 0};
		used = table_layout(c, n, w, widths);
		for (size_t i = 0; i < n; i++) {
			assert_true(widths[i] >= 0);
			if (widths[i] > 0)
				sum += widths[i] + (shown++ > 0 ? table_gap(w) : 0);
		}
		assert_true(used <= w);
		assert_int_equal(shown > 0, n > 0 && w > 1);
		assert_true(shown == 0 || sum == used);
	}
}

static void the_selection_stays_visible(void **state)
{
	(void)state;
	assert_int_equal(table_scroll(0, 0, 100, 10), 0);
	assert_int_equal(table_scroll(0, 9, 100, 10), 0);
	assert_int_equal(table_scroll(0, 10, 100, 10), 1);
	assert_int_equal(table_scroll(50, 20, 100, 10), 20);
	assert_int_equal(table_scroll(99, TABLE_NONE, 100, 10), 90);
	assert_int_equal(table_scroll(99, 500, 100, 10), 90);
	assert_int_equal(table_scroll(5, 3, 8, 10), 0);
	assert_int_equal(table_scroll(5, 3, 8, 0), 0);
	for (size_t rows = 0; rows < 30; rows++)
		for (size_t visible = 0; visible < 12; visible++)
			for (size_t first = 0; first < 32; first++)
				for (ptrdiff_t sel = -1; sel < (ptrdiff_t)rows; sel++) {
					size_t got = table_scroll(first, sel, rows, visible);

					assert_true(rows <= visible || visible == 0 ? got == 0 : got + visible <= rows);
					if (sel >= 0 && visible > 0)
						assert_true((size_t)sel >= got && (size_t)sel < got + visible);
					assert_int_equal(table_scroll(got, sel, rows, visible), got);
				}
}

static void the_mouse_finds_rows_and_heads(void **state)
{
	struct rect r = {2, 1, 70, 5};
	struct table t = sample;
	ptrdiff_t row, column;
	int heads = 0;

	(void)state;
	t.first = 3;
	assert_true(table_hit(&t, r, 2, 2, &row, &column));
	assert_int_equal(row, 3);
	assert_int_equal(column, TABLE_NONE);
	assert_true(table_hit(&t, r, 71, 4, &row, &column));
	assert_int_equal(row, 5);
	assert_false(table_hit(&t, r, 5, 5, &row, &column)); /* the hint */
	assert_false(table_hit(&t, r, 5, 6, &row, &column));
	assert_false(table_hit(&t, r, 72, 2, &row, &column));
	assert_false(table_hit(&t, r, 1, 2, &row, &column));
	assert_false(table_hit(&t, r, 5, 0, &row, &column));
	assert_false(table_hit(&t, r, 2, 1, &row, &column)); /* the gutter */
	for (int x = 2; x < 72; x++)
		if (table_hit(&t, r, x, 1, &row, &column)) {
			assert_int_equal(row, TABLE_NONE);
			heads |= 1 << column;
		}
	assert_int_equal(heads, 63);
	t.nrows = 4;
	t.first = 0;
	assert_true(table_hit(&t, r, 2, 5, &row, &column));
	assert_int_equal(row, 3);
}

static void tables_draw_at_every_size(void **state)
{
	(void)state;
	for (int w = -1; w < 80; w += 3)
		for (int h = -1; h < 14; h++)
			for (size_t first = 0; first < 12; first += 4) {
				struct picture p = picture_new(84, 16, w % 2 == 0);
				struct table t = sample;
				size_t visible = table_visible(t.nrows, h);

				t.first = first;
				t.selected = (ptrdiff_t)first;
				table_draw(&p.c, (struct rect){2, 1, w, h}, &t);
				for (int i = 0; i < 84 * 16; i++) {
					int x = i % 84 - 2, y = i / 84 - 1;

					assert_true((x >= 0 && x < w && y >= 0 && y < h) ||
						    (p.cells[i].ch == ' ' && p.cells[i].role == ROLE_text &&
							    !p.cells[i].flags));
				}
				assert_true(visible <= (size_t)(h > 0 ? h : 0));
				table_draw(&p.c, (struct rect){70, 10, w, h}, &t);
				table_draw(&p.c, (struct rect){-7, -2, w, h}, &t);
				picture_sane(&p.c);
				picture_end(&p);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_looks_like_this),
		cmocka_unit_test(hints_count_both_ends),
		cmocka_unit_test(columns_go_in_order_of_priority),
		cmocka_unit_test(random_columns_keep_inside),
		cmocka_unit_test(the_selection_stays_visible),
		cmocka_unit_test(the_mouse_finds_rows_and_heads),
		cmocka_unit_test(tables_draw_at_every_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
