/* Canvases: clipping at every size and place, text of every kind, parts of parts, wide characters cut in two. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <limits.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/picture.h"
#include "widgets/canvas.h"
#include "widgets/glyph.h"
#include "widgets/utf8.h"

static void text_is_clipped_on_all_sides(void **state)
{
	struct picture p = picture_new(5, 2, false);

	(void)state;
	assert_int_equal(canvas_text(&p.c, -2, 0, -1, ROLE_warn, "abcdefghij"), 8);
	assert_int_equal(canvas_text(&p.c, 0, 1, 2, ROLE_crit, "xyz"), 2);
	assert_int_equal(canvas_text(&p.c, 0, -1, -1, ROLE_crit, "no"), 2);
	assert_int_equal(canvas_text(&p.c, 0, 2, -1, ROLE_crit, "no"), 2);
	assert_int_equal(canvas_text(&p.c, 5, 0, -1, ROLE_crit, "no"), 7);
	assert_int_equal(canvas_text(&p.c, INT_MAX - 1, 0, -1, ROLE_crit, "far away"), INT_MAX);
	assert_int_equal(canvas_text(&p.c, INT_MIN, INT_MIN, -1, ROLE_crit, "far"), INT_MIN + 3);
	assert_int_equal(canvas_text(&p.c, 0, 1, 0, ROLE_crit, "none"), 0);
	picture_is(&p.c, "cdefg\nxy\n", "RRRRR\nSS\n");
	picture_end(&p);
}

static void parts_of_parts_stay_inside(void **state)
{
	struct picture p = picture_new(8, 4, false);
	struct canvas a = canvas_part(&p.c, (struct rect){2, 1, 20, 20});
	struct canvas b = canvas_part(&a, (struct rect){-1, -1, 4, 3});
	struct canvas none = canvas_part(&b, (struct rect){INT_MIN, 0, 3, 1});
	struct canvas wide = canvas_part(&p.c, (struct rect){INT_MIN, -1, INT_MAX, 3});
	struct canvas minus = canvas_part(&p.c, (struct rect){1, 1, -5, INT_MIN});

	(void)state;
	assert_int_equal(canvas_w(&a), 20);
	assert_int_equal(canvas_h(&a), 20);
	assert_int_equal(canvas_w(&b), 4);
	canvas_fill(&b, (struct rect){-100, -100, 1000, 1000}, '#', ROLE_info);
	canvas_text(&b, 0, 1, -1, ROLE_warn, "0123456789");
	canvas_fill(&none, (struct rect){0, 0, 100, 100}, '!', ROLE_crit);
	canvas_text(&none, 0, 0, -1, ROLE_crit, "!!!");
	canvas_fill(&wide, (struct rect){INT_MIN, INT_MIN, INT_MAX, INT_MAX}, '!', ROLE_crit);
	canvas_char(&minus, 0, 0, '!', ROLE_crit);
	assert_int_equal(canvas_w(&minus), 0);
	assert_int_equal(canvas_h(&minus), 0);
	/* b begins one cell left of and above a: what is drawn there is not seen. */
	picture_is(&p.c, "\n  123\n  ###\n\n", "\n..RRR\n..QQQ\n\n");
	picture_is(&b, "123\n###\n", NULL);
	picture_is(&none, "", "");
	picture_end(&p);
}

static void odd_bytes_become_question_marks(void **state)
{
	static const struct {
		const char *text, *shown;
	} odd[] = {
		{"a\tb\nc\x7f"
		 "d\x1b[31m",
			"a?b?c?d?[31m\n"},
		{"\xc2\x9b"
		 "31m",
			"?31m\n"}, /* CSI as one character */
		{"\xc0\xaf\xe0\x80\xaf", "?????\n"}, /* overlong */
		{"\xed\xa0\x80", "???\n"}, /* a surrogate */
		{"\xf4\x90\x80\x80", "????\n"}, /* above 10FFFF */
		{"\xe2\x96", "??\n"}, /* cut off */
		{"\xe2\x96x", "??x\n"},
		{"\xff\xfe\x80", "???\n"},
		{"gr\xc3\xbc\xc3\x9f", "grüß\n"},
		{"e\xcc\x81x", "ex\n"}, /* combining: left out */
		{"a\xe2\x80\xae"
		 "b\xe2\x80\x8b"
		 "c",
			"abc\n"}, /* right-to-left override, zero width space */
		{"\xef\xbf\xbf\xf4\x8f\xbf\xbf", "??\n"}, /* no characters */
		{"▲△·–✓→↑↓─│┌┐└┘…▇▕▏░●×µ", "▲△·–✓→↑↓─│┌┐└┘…▇▕▏░●×µ\n"},
		{"", "\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
		struct picture p = picture_new(30, 1, false);

		assert_int_equal(canvas_text(&p.c, 0, 0, -1, ROLE_text, odd[i].text), text_width(odd[i].text));
		picture_is(&p.c, odd[i].shown, NULL);
		picture_sane(&p.c);
		picture_end(&p);
	}
}

static void ascii_canvases_hold_ascii(void **state)
{
	struct picture p = picture_new(40, 2, true);

	(void)state;
	canvas_text(&p.c, 0, 0, -1, ROLE_text, "▲△·–✓→↑↓─│┌┐└┘…▇▕▏░●×µ▁▂█╬ü界e\xcc\x81");
	canvas_fill(&p.c, (struct rect){0, 1, 3, 1}, 0x2591, ROLE_text);
	canvas_char(&p.c, 4, 1, 0x2500, ROLE_text);
	picture_is(&p.c, "!^.-+>^v-|++++~#[]:*xu_.#+???e\n::: -\n", NULL);
	picture_sane(&p.c);
	for (int g = 0; g < GLYPH_COUNT; g++) {
		struct canvas utf8 = {0};
		const char *text = glyph_text(&utf8, (enum glyph)g);

		assert_int_equal(utf8_next(&text, NULL), glyph_char(&utf8, (enum glyph)g));
		assert_int_equal(*text, 0);
		assert_int_equal(glyph_ascii(glyph_char(&utf8, (enum glyph)g)), glyph_char(&p.c, (enum glyph)g));
		assert_int_equal(text_width(glyph_text(&utf8, (enum glyph)g)), 1);
		assert_int_equal(strlen(glyph_text(&p.c, (enum glyph)g)), 1);
	}
	picture_end(&p);
}

static void wide_characters_never_stand_as_halves(void **state)
{
	struct picture p = picture_new(6, 1, false);
	struct canvas part = canvas_part(&p.c, (struct rect){1, 0, 3, 1});

	(void)state;
	assert_int_equal(canvas_text(&p.c, 0, 0, -1, ROLE_text, "界世人間"), 8);
	picture_is(&p.c, "界世人\n", NULL);
	canvas_char(&p.c, 1, 0, 'x', ROLE_text); /* over a right half */
	canvas_char(&p.c, 2, 0, 'y', ROLE_text); /* over a left half */
	picture_is(&p.c, " xy 人\n", NULL);
	canvas_text(&p.c, 5, 0, -1, ROLE_text, "界"); /* does not fit at the edge, and breaks 人 */
	picture_is(&p.c, " xy\n", NULL);
	canvas_text(&p.c, 0, 0, -1, ROLE_text, "界世人");
	canvas_char(&part, 0, 0, 'a', ROLE_text); /* the other half lies outside the part */
	canvas_char(&part, 2, 0, 'b', ROLE_text);
	picture_is(&p.c, " a b人\n", NULL);
	canvas_text(&part, -1, 0, -1, ROLE_text, "界世人");
	picture_is(&p.c, "  世人\n", NULL);
	assert_int_equal(canvas_text(&p.c, 0, 0, 3, ROLE_text, "世世"), 2);
	canvas_fill(&p.c, (struct rect){0, 0, 5, 1}, 0x4e16, ROLE_text);
	picture_is(&p.c, "世世\n", NULL);
	picture_sane(&p.c);
	part = canvas_part(&p.c, (struct rect){1, 0, 2, 1});
	picture_is(&part, " 世\n", NULL);
	picture_end(&p);
}

static void texts_are_cut_where_it_hurts_least(void **state)
{
	struct picture p = picture_new(8, 5, false);

	(void)state;
	assert_int_equal(canvas_cut(&p.c, 0, 0, 5, ROLE_text, "abcde"), 5);
	assert_int_equal(canvas_cut(&p.c, 0, 1, 5, ROLE_text, "abcdef"), 5);
	canvas_right(&p.c, 1, 2, 5, ROLE_text, "123");
	canvas_right(&p.c, 1, 3, 5, ROLE_text, "1234567");
	canvas_right(&p.c, 1, 4, 4, ROLE_text, "界世人");
	picture_is(&p.c, "abcde\nabcd…\n   123\n …4567\n  …人\n", NULL);
	canvas_fill(&p.c, (struct rect){0, 0, 8, 5}, ' ', ROLE_text);
	canvas_right(&p.c, 0, 0, 1, ROLE_text, "12");
	canvas_cut(&p.c, 0, 1, 1, ROLE_text, "12");
	canvas_right(&p.c, 0, 2, 0, ROLE_text, "12");
	assert_int_equal(canvas_cut(&p.c, 3, 2, -4, ROLE_text, "12"), 3);
	assert_int_equal(canvas_printf(&p.c, 0, 3, 4, ROLE_text, "%d-%s", 42, "wxyz"), 4);
	picture_is(&p.c, "…\n…\n\n42-w\n\n", NULL);
	picture_end(&p);
}

static void printf_cuts_no_character_in_two(void **state)
{
	struct picture p = picture_new(1100, 1, false);
	char text[1400];
	char *got;

	(void)state;
	for (size_t lead = 0; lead < 4; lead++) {
		memset(text, 'x', lead);
		for (size_t i = lead; i + 3 < sizeof text; i += 3)
			memcpy(text + i, "▲", 4);
		canvas_fill(&p.c, (struct rect){0, 0, 1100, 1}, ' ', ROLE_text);
		canvas_printf(&p.c, 0, 0, -1, ROLE_text, "%s", text);
		got = canvas_to_text(&p.c);
		assert_null(strchr(got, '?'));
		assert_true(strlen(got) > 1000);
		free(got);
	}
	picture_end(&p);
}

static void paragraphs_break_at_spaces(void **state)
{
	struct picture p = picture_new(10, 4, false);
	const char *text = "the quick brown  fox jumps";

	(void)state;
	assert_int_equal(canvas_wrap(&p.c, (struct rect){0, 0, 10, 0}, ROLE_text, text), 3);
	assert_int_equal(canvas_wrap(&p.c, (struct rect){0, 0, 10, 4}, ROLE_text, text), 3);
	picture_is(&p.c, "the quick\nbrown  fox\njumps\n\n", NULL);
	canvas_fill(&p.c, (struct rect){0, 0, 10, 4}, ' ', ROLE_text);
	assert_int_equal(canvas_wrap(&p.c, (struct rect){0, 1, 10, 2}, ROLE_text, text), 2);
	picture_is(&p.c, "\nthe quick\nbrown  fo…\n\n", NULL);
	canvas_fill(&p.c, (struct rect){0, 0, 10, 4}, ' ', ROLE_text);
	/* What scrolls is wrapped above the view, and its lines there are cut off. */
	assert_int_equal(canvas_wrap(&p.c, (struct rect){1, -1, 5, 9}, ROLE_text, "ab\n\nabcdefgh  i\n"), 5);
	picture_is(&p.c, "\n abcde\n fgh\n i\n", NULL);
	picture_end(&p);
}

static void wrap_counts_what_it_draws(void **state)
{
	static const char *const texts[] = {"", " ", "a", "  a", "a\n", "\n", "a  b   c    d", "界 世人間 x",
		"\xff\xff \xff", "abcdefghijklmnop", "policy0–policy95 scaling_governor → performance"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		for (int w = -1; w < 20; w++) {
			struct picture p = picture_new(20, 60, false);
			int n = canvas_wrap(NULL, (struct rect){0, 0, w, 0}, ROLE_text, texts[i]);

			assert_true(n >= 0 && n <= (int)strlen(texts[i]) + 1);
			assert_int_equal(n > 0, w > 0 && texts[i][0] != 0);
			assert_int_equal(
				canvas_wrap(&p.c, (struct rect){0, 0, w, 60}, ROLE_warn, texts[i]), w > 0 ? n : 0);
			for (int y = 0; y < 60; y++)
				for (int x = 0; x < 20; x++)
					assert_true((x < w && y < n) || p.cells[y * 20 + x].role == ROLE_text);
			picture_sane(&p.c);
			picture_end(&p);
		}
}

static void selection_lies_over_what_is_drawn(void **state)
{
	struct picture p = picture_new(5, 2, false);

	(void)state;
	canvas_text(&p.c, 0, 0, -1, ROLE_warn, "abcde");
	canvas_select(&p.c, (struct rect){1, -3, 3, 4});
	picture_is(&p.c, "abcde\n\n", "RNNNR\n\n");
	canvas_role(&p.c, (struct rect){0, 0, 3, 1}, ROLE_crit); /* roles change below it */
	assert_int_equal(p.cells[1].role, ROLE_crit);
	assert_int_equal(p.cells[1].flags, CELL_SELECTED);
	canvas_char(&p.c, 2, 0, 'X', ROLE_text); /* what is drawn later lies above it */
	picture_is(&p.c, "abXde\n\n", "SN.NR\n\n");
	canvas_differ(&p.c, (struct rect){3, 0, 9, 1}); /* the cursor is seen first */
	picture_is(&p.c, "abXde\n\n", "SN.Nm\n\n");
	picture_end(&p);
}

static void letters_of_roles_are_all_different(void **state)
{
	(void)state;
	assert_int_equal(role_letter(ROLE_text), '.');
	assert_int_equal(role_letter((enum role)200), '?');
	for (int r = 0; r < ROLE_COUNT; r++)
		for (int k = 0; k < r; k++)
			assert_int_not_equal(role_letter((enum role)r), role_letter((enum role)k));
}

/* Draws anything anywhere; the sanitizers and picture_sane() judge. */
static void draw_at_random(struct canvas *c, unsigned *seed, int depth)
{
	static const char *const texts[] = {
		"界世人間", "plain", "e\xcc\x81", "\xff\xe2", "▲ 12 busy CPUs", "a\nb c", ""};
	static const int far[] = {INT_MIN, INT_MAX, -1, 0};
	struct rect r = {(int)(picture_random(seed) % 20) - 6, (int)(picture_random(seed) % 14) - 4,
		(int)(picture_random(seed) % 20) - 3, (int)(picture_random(seed) % 14) - 3};
	const char *text = texts[picture_random(seed) % 7];
	enum role role = (enum role)(picture_random(seed) % ROLE_COUNT);
	int what = (int)(picture_random(seed) % 10);

	if (picture_random(seed) % 8 == 0)
		*(picture_random(seed) % 2 ? &r.x : &r.w) = far[picture_random(seed) % 4];
	if (what == 0)
		canvas_fill(c, r, picture_random(seed) % 2 ? 0x4e16 : '#', role);
	else if (what == 1)
		canvas_role(c, r, role);
	else if (what == 2)
		canvas_select(c, r);
	else if (what == 3)
		canvas_char(c, r.x, r.y, picture_random(seed), role);
	else if (what == 4)
		canvas_right(c, r.x, r.y, r.w, role, text);
	else if (what == 5)
		canvas_cut(c, r.x, r.y, r.w, role, text);
	else if (what == 6 && r.h < 100)
		canvas_wrap(c, r, role, text);
	else if (what < 8)
		canvas_text(c, r.x, r.y, r.w, role, text);
	else if (depth < 4) {
		struct canvas part = canvas_part(c, r);

		draw_at_random(&part, seed, depth + 1);
	}
}

static void random_drawing_stays_inside(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (int w = 0; w <= 12; w++)
		for (int h = 0; h <= 6; h++) {
			struct picture p = picture_new(w, h, (w + h) % 5 == 0);

			for (int i = 0; i < 400; i++)
				draw_at_random(&p.c, &seed, 0);
			picture_sane(&p.c);
			picture_is(&p.c, NULL, NULL);
			picture_end(&p);
		}
	struct picture p = picture_new(-3, 4, false);
	draw_at_random(&p.c, &seed, 0);
	picture_end(&p);
}

static void utf8_round_trips(void **state)
{
	(void)state;
	for (uint32_t ch = 1; ch <= 0x10FFFF; ch++) {
		char buf[5] = {0};
		const char *p = buf;
		int n = utf8_put(buf, ch);

		if (ch >= 0xD800 && ch <= 0xDFFF) {
			assert_int_equal(utf8_next(&p, NULL), UTF8_BAD);
			continue;
		}
		assert_int_equal(utf8_next(&p, NULL), ch);
		assert_int_equal(p - buf, n);
		p = buf;
		if (n > 1)
			assert_int_equal(utf8_next(&p, buf + n - 1), UTF8_BAD);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_clipped_on_all_sides),
		cmocka_unit_test(parts_of_parts_stay_inside),
		cmocka_unit_test(odd_bytes_become_question_marks),
		cmocka_unit_test(ascii_canvases_hold_ascii),
		cmocka_unit_test(wide_characters_never_stand_as_halves),
		cmocka_unit_test(texts_are_cut_where_it_hurts_least),
		cmocka_unit_test(printf_cuts_no_character_in_two),
		cmocka_unit_test(paragraphs_break_at_spaces),
		cmocka_unit_test(wrap_counts_what_it_draws),
		cmocka_unit_test(selection_lies_over_what_is_drawn),
		cmocka_unit_test(letters_of_roles_are_all_different),
		cmocka_unit_test(random_drawing_stays_inside),
		cmocka_unit_test(utf8_round_trips),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
