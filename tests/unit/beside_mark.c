/* Marks between two pictures: rows are found again wherever they stand, and only the words that differ are marked. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/picture.h"
#include "tui/beside_mark.h"
#include "widgets/bar.h"

enum { W = 30, H = 6, MARKED = 'm' }; /* the letter of ROLE_differ */

/* Lines that begin with '#' are heads of tables. */
static struct picture draw(const char *const *lines, bool ascii)
{
	struct picture p = picture_new(W, H, ascii);

	for (int y = 0; y < H && lines[y]; y++) {
		bool head = lines[y][0] == '#';

		if (head)
			canvas_fill(&p.c, (struct rect){0, y, W, 1}, ' ', ROLE_head);
		canvas_text(&p.c, 1, y, -1, head ? ROLE_head : ROLE_text, lines[y] + head);
	}
	return p;
}

static const struct canvas *whole(void *arg)
{
	struct picture *p = arg;

	return p ? &p->c : NULL;
}

struct pair {
	struct picture p[2];
	size_t rows[2];
	char roles[2][H][W + 1];
};

static void roles_of(struct pair *r)
{
	for (int i = 0; i < 2; i++)
		for (int y = 0; y < H; y++)
			for (int x = 0; x < W; x++)
				r->roles[i][y][x] = mark_row(&r->p[i].c, y)[x].flags & CELL_DIFFERS ? MARKED : '.';
}

static struct pair marked(const char *const *a, const char *const *b, struct picture *all, const struct mark_columns *m)
{
	struct pair r = {.p = {draw(a, false), draw(b, false)}};
	struct mark_side side[2] = {{.c = &r.p[0].c}, {.c = &r.p[1].c, .all = all ? whole : NULL, .arg = all}};

	mark_differences(side, m);
	for (int i = 0; i < 2; i++)
		r.rows[i] = side[i].rows;
	roles_of(&r);
	return r;
}

static void done(struct pair *r)
{
	picture_end(&r->p[0]);
	picture_end(&r->p[1]);
}

static uint32_t sign_of(const struct pair *r, int side, int y)
{
	return mark_row(&r->p[side].c, y)[0].ch;
}

/* The text that is marked in a row, its words parted by blanks. */
static void marked_is(const struct pair *r, int side, int y, const char *text)
{
	const struct cell *cell = mark_row(&r->p[side].c, y);
	char got[W + 1] = "";
	size_t n = 0;

	for (int x = 0; x < W; x++)
		if (r->roles[side][y][x] == MARKED)
			got[n++] = (char)cell[x].ch;
		else if (n && got[n - 1] != ' ')
			got[n++] = ' ';
	if (n && got[n - 1] == ' ')
		n--;
	got[n] = '\0';
	assert_string_equal(got, text);
}

static void the_same_has_no_mark(void **state)
{
	const char *const lines[] = {"All is well here.", "CLOCK   2.40 of 2.40 GHz", "#CPU  GHz", "  0  2.40", "  1  2.40", NULL};
	struct pair r = marked(lines, lines, NULL, NULL);

	(void)state;
	assert_int_equal(r.rows[0] + r.rows[1], 0);
	for (int y = 0; y < H; y++)
		assert_int_equal(sign_of(&r, 0, y), ' ');
	done(&r);
}

static void words_that_differ_are_marked(void **state)
{
	const char *const a[] = {"Governor powersave on acpi", "LOAD  3 of 8", NULL};
	const char *const b[] = {"Governor performance on acpi", "LOAD  3 of 8 busy", NULL};
	struct pair r = marked(a, b, NULL, NULL);

	(void)state;
	marked_is(&r, 0, 0, "powersave");
	marked_is(&r, 1, 0, "performance");
	assert_int_equal(sign_of(&r, 0, 0), 0x2260);
	marked_is(&r, 0, 1, ""); /* something is missing here: the row says so, no word can */
	assert_int_equal(sign_of(&r, 0, 1), 0x2260);
	marked_is(&r, 1, 1, "busy");
	assert_int_equal(r.rows[0], 2);
	done(&r);
}

/* Rows of a table are known by what they begin with: sorted another way round, they are still the same rows. */
static void rows_may_stand_elsewhere(void **state)
{
	const char *const a[] = {"#CPU  Governor", "  0  powersave", "  1  powersave", "  7  performance", NULL};
	const char *const b[] = {"One line more.", "#CPU  Governor", "  7  performance", "  1  performance", "  0  powersave", NULL};
	struct pair r = marked(a, b, NULL, NULL);

	(void)state;
	marked_is(&r, 0, 1, "");
	marked_is(&r, 0, 2, "powersave");
	marked_is(&r, 0, 3, "");
	marked_is(&r, 1, 3, "performance");
	marked_is(&r, 1, 0, "One"); /* the sentence has no other */
	assert_int_equal(sign_of(&r, 1, 0), '+');
	done(&r);
}

static void rows_of_one_host_only(void **state)
{
	const char *const a[] = {"#Guest  State", "db1  running", "web 1  running", NULL};
	const char *const b[] = {"#Guest  State", "web 2  running", "db1  running", "\xe2\x86\x93 22 more", "v 5 more", NULL};
	struct pair r = marked(a, b, NULL, NULL);

	(void)state;
	assert_int_equal(sign_of(&r, 0, 1), ' ');
	assert_int_equal(sign_of(&r, 0, 2), '+'); /* "web 1" is not "web 2" */
	assert_int_equal(sign_of(&r, 1, 1), '+');
	assert_int_equal(sign_of(&r, 1, 3), ' ');
	assert_int_equal(sign_of(&r, 1, 4), ' '); /* in ASCII */
	done(&r);
}

/* What is scrolled away there is there all the same. */
static void rows_that_are_scrolled_away(void **state)
{
	const char *const a[] = {"#CPU  Governor", " 22  powersave", " 23  powersave", " 99  powersave", NULL};
	const char *const b[] = {"#CPU  Governor", "  0  powersave", NULL};
	const char *const all[] = {"#CPU  Governor", "  0  powersave", " 22  powersave", " 23  performance", NULL};
	struct picture tall = draw(all, false);
	struct pair r = marked(a, b, &tall, NULL);

	(void)state;
	assert_int_equal(sign_of(&r, 0, 1), ' ');
	marked_is(&r, 0, 2, "powersave");
	assert_int_equal(sign_of(&r, 0, 3), '+');
	done(&r);
	picture_end(&tall);
}

static void tables_are_told_apart_by_their_heads(void **state)
{
	const char *const a[] = {"#State  Exit", "1  2 us", "#CPU  Exit", "1  133 us", NULL};
	const char *const b[] = {"#CPU  Exit", "1  133 us", NULL};
	struct pair r = marked(a, b, NULL, NULL);

	(void)state;
	assert_int_equal(sign_of(&r, 0, 1), '+');
	assert_int_equal(sign_of(&r, 0, 3), ' ');
	assert_int_equal(r.rows[1], 0);
	done(&r);
}

static void columns_that_move_are_left_alone(void **state)
{
	const char *const a[] = {"#CPU  GHz  Governor", "  0  1.20 powersave", NULL};
	const char *const b[] = {"#CPU  GHz  Governor", "  0  2.40 powersave", NULL};
	struct picture p = draw(a, false);
	struct mark_columns m = {.n = 1, .at = {{mark_zone(&p.c, 0, 0), 6, 4}}};
	struct pair r = marked(a, b, NULL, &m);

	(void)state;
	assert_true(mark_head(&p.c, 0));
	assert_false(mark_head(&p.c, 1));
	assert_int_equal(r.rows[0] + r.rows[1], 0);
	done(&r);
	r = marked(a, b, NULL, NULL);
	marked_is(&r, 0, 1, "1.20");
	done(&r);
	picture_end(&p);
}

/* What stands below a table is no part of it: its columns are not there. */
/* Shares and rates are of a moment wherever they stand; a number of another kind is not. */
static void shares_and_rates_are_left_alone(void **state)
{
	const char *const a[] = {"SLEEP  C9   25 % not known", "IO   0 / 0 %   reads 3/s", "#State  Exit  In/s", "1  2 us  60.0k",
		"2  90 %  save", NULL};
	const char *const b[] = {"SLEEP  C9   40 % of idle", "IO   1 / 2.5 %   reads 9/s", "#State  Exit  In/s", "1  3 us  9000",
		"2  80 %  more", NULL};
	const struct mark_columns none = {.n = 0};
	struct pair r = marked(a, b, NULL, &none);

	(void)state;
	marked_is(&r, 0, 0, "");
	marked_is(&r, 0, 1, "");
	assert_int_equal(sign_of(&r, 0, 0), ' ');
	assert_int_equal(sign_of(&r, 0, 1), ' ');
	marked_is(&r, 0, 3, "2");
	marked_is(&r, 0, 4, "save"); /* the next column is another matter */
	done(&r);
	r = marked(a, b, NULL, NULL); /* what moves counts */
	marked_is(&r, 0, 1, "0 0 3/s");
	done(&r);
}

static void below_a_table(void **state)
{
	const char *const a[] = {"#CPU  GHz  Governor", "  0  1.20 powersave", "", "THP  always here", NULL};
	const char *const b[] = {"#CPU  GHz  Governor", "  0  1.20 powersave", "", "THP  never here", NULL};
	struct picture p = draw(a, false);
	struct mark_columns m = {.n = 1, .at = {{mark_zone(&p.c, 0, 0), 0, W}}};
	struct pair r = marked(a, b, NULL, &m);

	(void)state;
	marked_is(&r, 0, 3, "always");
	marked_is(&r, 1, 3, "never");
	done(&r);
	picture_end(&p);
}

/* In a row that is about what moves, numbers and their units say nothing; its words do. */
static void numbers_that_move_are_left_alone(void **state)
{
	static const bool moves[H] = {true, false};
	const char *const a[] = {"LOAD  3 % busy (2 us)", "POOLS  3 free", NULL};
	const char *const b[] = {"LOAD  70 % idle (1 ms)", "POOLS  70 free", NULL};
	struct picture p[2] = {draw(a, false), draw(b, false)};
	struct mark_side side[2] = {{.c = &p[0].c, .moves = moves}, {.c = &p[1].c}};
	struct pair r = {.p = {p[0], p[1]}};

	(void)state;
	mark_differences(side, NULL);
	roles_of(&r);
	marked_is(&r, 0, 0, "busy");
	marked_is(&r, 1, 0, "idle");
	marked_is(&r, 0, 1, "3");
	done(&r);
}

/* Where a text was cut off nothing can be said of the rest. */
static void what_was_cut_off_is_not_compared(void **state)
{
	const char *const a[] = {"HOST  Linux 6.1 powers\xe2\x80\xa6", NULL};
	const char *const b[] = {"HOST  Linux 6.2 powersave and", NULL};
	struct pair r = marked(a, b, NULL, NULL);

	(void)state;
	marked_is(&r, 0, 0, "6.1");
	marked_is(&r, 1, 0, "6.2");
	done(&r);
}

static void bars_and_shapes_say_nothing_of_their_own(void **state)
{
	for (int ascii = 0; ascii < 2; ascii++) {
		const char *const lines[] = {"LOAD", "node 0", NULL};
		struct picture p[2] = {draw(lines, ascii), draw(lines, ascii)};
		struct mark_side side[2] = {{.c = &p[0].c}, {.c = &p[1].c}};

		bar(&p[0].c, 8, 0, 12, 0.2, ROLE_bar);
		bar(&p[1].c, 8, 0, 12, 0.9, ROLE_bar);
		canvas_text(&p[0].c, 10, 1, -1, ROLE_idle, "oO.o");
		canvas_text(&p[1].c, 10, 1, -1, ROLE_high, "OOOx");
		mark_differences(side, NULL);
		assert_int_equal(side[0].rows + side[1].rows, 0);
		picture_end(&p[0]);
		picture_end(&p[1]);
	}
	(void)state;
}

static void in_ascii_and_under_the_cursor(void **state)
{
	const char *const a[] = {"THP  always", NULL}, *const b[] = {"THP  never", NULL};
	struct picture p[2] = {draw(a, true), draw(b, true)};
	struct mark_side side[2] = {{.c = &p[0].c}, {.c = &p[1].c, .unseen = true}};

	(void)state;
	canvas_select(&p[0].c, (struct rect){0, 0, W, 1});
	mark_differences(side, NULL);
	assert_int_equal(mark_row(&p[0].c, 0)[0].ch, '!');
	assert_true(mark_row(&p[0].c, 0)[0].flags & CELL_SELECTED);
	assert_int_equal(mark_row(&p[0].c, 0)[6].flags, CELL_SELECTED | CELL_DIFFERS);
	assert_int_equal(mark_row(&p[1].c, 0)[0].ch, ' '); /* nobody sees it */
	assert_int_equal(side[1].rows, 0);
	picture_end(&p[0]);
	picture_end(&p[1]);
}

/* Whatever stands in them: nothing outside the two pictures is read, and a picture is always like itself. */
static void random_pictures(void **state)
{
	unsigned seed = 7;

	(void)state;
	for (int n = 0; n < 2000; n++) {
		int w = (int)(picture_random(&seed) % 40), h = (int)(picture_random(&seed) % 12);
		struct picture p[3] = {picture_new(w, h, n % 2), picture_new(w, h, n % 2), picture_new(w, h, n % 2)};
		struct mark_side other[2] = {{.c = &p[0].c}, {.c = &p[1].c, .all = whole, .arg = &p[2]}};
		struct mark_side self[2] = {{.c = &p[2].c}, {.c = &p[2].c, .unseen = true}};

		for (int i = 0; i < 3 * w * h; i++) {
			static const char *const texts[] = {" ", " ", "a", "\xe2\x80\xa6", "3", "\xe6\xbc\xa2", "\xe2\x96\x95", "more"};

			canvas_text(&p[i % 3].c, (int)(picture_random(&seed) % 50) - 5,
				(int)(picture_random(&seed) % 14) - 1, -1, (enum role)(picture_random(&seed) % ROLE_COUNT),
				texts[picture_random(&seed) % COUNT(texts)]);
		}
		mark_differences(self, NULL);
		assert_int_equal(self[0].rows, 0);
		mark_differences(other, NULL);
		for (int i = 0; i < 3; i++)
			picture_end(&p[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_has_no_mark),
		cmocka_unit_test(words_that_differ_are_marked),
		cmocka_unit_test(rows_may_stand_elsewhere),
		cmocka_unit_test(rows_of_one_host_only),
		cmocka_unit_test(rows_that_are_scrolled_away),
		cmocka_unit_test(tables_are_told_apart_by_their_heads),
		cmocka_unit_test(columns_that_move_are_left_alone),
		cmocka_unit_test(shares_and_rates_are_left_alone),
		cmocka_unit_test(below_a_table),
		cmocka_unit_test(numbers_that_move_are_left_alone),
		cmocka_unit_test(what_was_cut_off_is_not_compared),
		cmocka_unit_test(bars_and_shapes_say_nothing_of_their_own),
		cmocka_unit_test(in_ascii_and_under_the_cursor),
		cmocka_unit_test(random_pictures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
