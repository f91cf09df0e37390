/* Bars and graphs: every share and every width, unknown values, gaps, marks, both alphabets. */
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
#include "widgets/bar.h"
#include "widgets/glyph.h"
#include "widgets/spark.h"

static void bars_look_like_this(void **state)
{
	struct picture p = picture_new(12, 9, false), a = picture_new(12, 2, true);

	(void)state;
	bar(&p.c, 0, 0, 12, 0.5, ROLE_bar);
	bar(&p.c, 0, 1, 12, 0, ROLE_bar);
	bar(&p.c, 0, 2, 12, 0.001, ROLE_low);
	bar(&p.c, 0, 3, 12, 0.999, ROLE_bar);
	bar(&p.c, 0, 4, 12, 1, ROLE_bar);
	bar(&p.c, 0, 5, 12, 7, ROLE_bar);
	bar(&p.c, 0, 6, 12, -1, ROLE_bar);
	bar(&p.c, 0, 7, 12, NAN, ROLE_bar);
	bar(&p.c, 2, 8, 2, 0.6, ROLE_bar);
	picture_is(&p.c,
		"▕▇▇▇▇▇     ▏\n▕          ▏\n▕▇         ▏\n▕▇▇▇▇▇▇▇▇▇ ▏\n▕▇▇▇▇▇▇▇▇▇▇▏\n▕▇▇▇▇▇▇▇▇▇▇▏\n▕          "
		"▏\n▕░░░░░░░░░░▏\n  ▇\n",
		"WVVVVVWWWWWW\nWWWWWWWWWWWW\nWZWWWWWWWWWW\nWVVVVVVVVVWW\nWVVVVVVVVVVW\nWVVVVVVVVVVW\nWWWWWWWWWWWW\nWTTT"
		"TTTTTTTW\n..VW\n");
	bar(&a.c, 0, 0, 12, 0.5, ROLE_bar);
	bar(&a.c, 0, 1, 12, NAN, ROLE_bar);
	picture_is(&a.c, "[#####     ]\n[::::::::::]\n", NULL);
	picture_end(&p);
	picture_end(&a);
}

static void longer_bars_never_mean_less(void **state)
{
	(void)state;
	for (int w = -2; w < 40; w++) {
		int before = -1;

		for (double share = -0.1; share < 1.2; share += 0.01) {
			struct picture p = picture_new(40, 1, false);
			int full = 0;

			bar(&p.c, 0, 0, w, share, ROLE_bar);
			for (int x = 0; x < 40; x++) {
				full += p.cells[x].role == ROLE_bar;
				assert_true(x < w || p.cells[x].role == ROLE_text);
			}
			assert_true(full >= before);
			before = full;
			picture_end(&p);
		}
	}
}

static void sparks_end_with_the_newest(void **state)
{
	static const float v[] = {0, 1, 2, 3, NAN, 5, 6, 7, 8};
	struct picture p = picture_new(12, 6, false), a = picture_new(9, 1, true);

	(void)state;
	spark(&p.c, 0, 0, 12, v, 9, 0, 7, ROLE_spark);
	spark(&p.c, 0, 1, 4, v, 9, 0, 7, ROLE_spark);
	spark(&p.c, 0, 2, 9, v, 9, 4, 4, ROLE_spark);
	spark(&p.c, 0, 3, 9, v, 9, NAN, 4, ROLE_spark);
	spark(&p.c, 0, 4, 9, v, 0, 0, 7, ROLE_spark);
	spark(&p.c, 0, 5, -3, v, 9, 0, 7, ROLE_spark);
	picture_is(&p.c, "   ▁▂▃▄ ▆▇██\n▆▇██\n▁▁▁▁ ████\n\n\n\n",
		"XXXXXXXXXXXX\nXXXX\nXXXXXXXXX\nXXXXXXXXX\nXXXXXXXXX\n\n");
	spark(&a.c, 0, 0, 9, v, 9, 0, 7, ROLE_spark);
	picture_is(&a.c, "_.-= O%##\n", NULL);
	picture_end(&p);
	picture_end(&a);
}

static void graphs_have_rows_and_marks(void **state)
{
	static const float v[] = {0, 8, 16, 24, NAN, 4};
	static const struct graph_mark marks[] = {
		{20, "base", ROLE_dim}, {0, NULL, ROLE_rule}, {25, "out", ROLE_crit}, {NAN, NULL, ROLE_crit}};
	struct picture p = picture_new(16, 3, false);

	(void)state;
	graph(&p.c, (struct rect){0, 0, 16, 3}, v, 6, 0, 24, ROLE_spark, marks, 4);
	picture_is(&p.c, "base ────────█──\n            ██\n     ─────▁███─▄\n",
		"AAAA.AAAAAAAAXAA\n............XX\n.....IIIIIXXXXIX\n");
	canvas_fill(&p.c, (struct rect){0, 0, 16, 3}, ' ', ROLE_text);
	/* Labels that would take more than a third are left out, their lines stay. */
	graph(&p.c, (struct rect){0, 0, 10, 3}, v, 6, 0, 24, ROLE_spark, marks, 1);
	picture_is(&p.c, "───────█──\n      ██\n    ▁███ ▄\n", NULL);
	picture_end(&p);
}

static void graphs_fit_every_size(void **state)
{
	static const struct graph_mark mark = {3, "x", ROLE_dim};
	float v[40];
	unsigned seed = 3;

	(void)state;
	for (int i = 0; i < 40; i++)
		v[i] = picture_random(&seed) % 5 ? (float)(picture_random(&seed) % 90) / 9 - 1 : NAN;
	for (int w = -1; w < 30; w++)
		for (int h = -1; h < 8; h++) {
			struct picture p = picture_new(30, 8, h % 2 == 0);

			graph(&p.c, (struct rect){0, 0, w, h}, v, 40, 0, 8, ROLE_spark, &mark, 1);
			for (int i = 0; i < 30 * 8; i++)
				assert_true((i % 30 < w && i / 30 < h) || p.cells[i].role == ROLE_text);
			graph(&p.c, (struct rect){-3, -2, w, h}, v, 40, 8, 0, ROLE_spark, &mark, 1);
			picture_sane(&p.c);
			picture_end(&p);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bars_look_like_this),
		cmocka_unit_test(longer_bars_never_mean_less),
		cmocka_unit_test(sparks_end_with_the_newest),
		cmocka_unit_test(graphs_have_rows_and_marks),
		cmocka_unit_test(graphs_fit_every_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
