/* Stacked bars: whole cells, never longer than the bar, what is not known unread. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/picture.h"
#include "widgets/stack.h"

static void draws(int w, bool ascii, const struct stack_part *part, size_t n, const char *text, const char *roles)
{
	struct picture p = picture_new(14, 1, ascii);

	stack(&p.c, 0, 0, w, part, n);
	picture_is(&p.c, text, roles);
	picture_end(&p);
}

static void shares_become_cells(void **state)
{
	static const struct stack_part some[] = {
		{0.2, '#', ROLE_bar}, {0.05, '0', ROLE_info}, {0.35, '1', ROLE_text}, {0.3, 0, ROLE_unknown}};
	static const struct stack_part much[] = {{0.8, 'a', ROLE_bar}, {0.8, 'b', ROLE_text}, {0.5, 'c', ROLE_text}};
	static const struct stack_part odd[] = {{NAN, 'a', ROLE_bar}, {-3, 'b', ROLE_text}, {INFINITY, 'c', ROLE_text}};

	(void)state;
	draws(12, false, some, 4, "▕##0111░░░ ▏\n", NULL);
	draws(12, true, some, 4, "[##0111::: ]\n", NULL);
	draws(12, false, much, 3, "▕aaaaaaaabb▏\n", NULL);
	draws(12, false, odd, 3, "▕cccccccccc▏\n", NULL);
	draws(2, false, much, 3, "aa\n", NULL);
	draws(0, false, much, 3, "\n", NULL);
	draws(-4, false, much, 3, "\n", NULL);
}

static void nothing_known_is_unread(void **state)
{
	static const struct stack_part all[] = {{1, 0, ROLE_unknown}};
	static const struct stack_part none[] = {{0, 'a', ROLE_bar}};

	(void)state;
	draws(6, false, NULL, 0, "▕––––▏\n", "WTTTTW\n");
	draws(6, true, NULL, 0, "[----]\n", "WTTTTW\n");
	draws(6, false, all, 1, "▕░░░░▏\n", "WTTTTW\n"); /* which no hatched share looks like */
	draws(6, false, none, 1, "▕    ▏\n", NULL);
}

/* However the shares fall, the bar has its width and parts keep their order. */
static void the_whole_is_never_longer(void **state)
{
	unsigned seed = 7;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct picture p = picture_new(40, 1, false);
		struct stack_part part[6];
		int w = (int)(picture_random(&seed) % 40), last = 0;

		for (size_t k = 0; k < 6; k++)
			part[k] = (struct stack_part){
				(double)(picture_random(&seed) % 1000) / 2500, (uint32_t)('a' + k), ROLE_text};
		stack(&p.c, 0, 0, w, part, 6);
		picture_sane(&p.c);
		for (int x = 0; x < 40; x++) {
			int ch = (int)p.cells[x].ch;

			assert_true(x < w || ch == ' ');
			if (ch >= 'a' && ch <= 'f') {
				assert_true(ch >= last);
				last = ch;
			}
		}
		picture_end(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_become_cells),
		cmocka_unit_test(nothing_known_is_unread),
		cmocka_unit_test(the_whole_is_never_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
