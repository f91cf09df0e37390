/* Looks on every kind of terminal: text stays readable, the cursor visible, and nothing asks for a colour too many. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/look.h"

static const struct look_limits kinds[] = {
	{0, false}, {8, false}, {8, true}, {16, true}, {88, true}, {256, false}, {256, true}, {1 << 24, true}};

static void stays_within_the_terminal(void **state)
{
	struct theme theme;

	(void)state;
	theme_builtin(&theme);
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		int n = kinds[k].colours;
		int most = n == 0 ? 0 : n < 16 || n > 256 ? 8 : n < 256 ? 16 : 256;

		/* every colour as foreground and background of a role */
		for (int c = COLOUR_DEFAULT; c < 256; c++) {
			for (int bg = COLOUR_DEFAULT; bg < 256; bg += 5) {
				struct look look;

				theme.look[ROLE_warn] = (struct look){.fg = (int16_t)c, .bg = (int16_t)bg};
				look = look_of(&theme, ROLE_warn, false, kinds[k]);
				assert_true(look.fg < most && look.bg < most);
				assert_true(look.fg >= COLOUR_DEFAULT && look.bg >= COLOUR_DEFAULT);
				if (c != bg && look.fg != COLOUR_DEFAULT)
					assert_int_not_equal(look.fg, look.bg);
				if (n && !kinds[k].own_defaults)
					assert_true(look.fg >= 0 && look.bg >= 0);
			}
		}
	}
}

static bool same(struct look a, struct look b)
{
	return a.fg == b.fg && a.bg == b.bg && a.attrs == b.attrs;
}

/* What differs is seen on every role, with few colours and without any, and warnings keep their colour. */
static void what_differs_shows_on_every_role(void **state)
{
	struct theme theme;

	(void)state;
	theme_builtin(&theme);
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
		for (int r = 0; r < ROLE_COUNT; r++) {
			struct look plain = look_flagged(&theme, (enum role)r, 0, kinds[k]);
			struct look marked = look_flagged(&theme, (enum role)r, CELL_DIFFERS, kinds[k]);
			struct look both = look_flagged(&theme, (enum role)r, CELL_DIFFERS | CELL_SELECTED, kinds[k]);

			assert_true(same(plain, look_of(&theme, (enum role)r, false, kinds[k])));
			assert_true(marked.attrs & ATTR_UNDERLINE && both.attrs & ATTR_UNDERLINE);
			assert_true(r == ROLE_select || !same(marked, both));
		}
	assert_int_equal(look_flagged(&theme, ROLE_crit, CELL_DIFFERS, kinds[0]).fg,
		look_of(&theme, ROLE_crit, false, kinds[0]).fg);
}

static void the_cursor_shows_on_every_role(void **state)
{
	static const struct look selects[] = {{-1, -1, ATTR_REVERSE}, {-1, -1, 0}, {-1, 4, 0}, {15, 236, ATTR_BOLD},
		{0, 7, ATTR_REVERSE}, {-1, -1, ATTR_UNDERLINE}};
	struct theme theme;

	(void)state;
	theme_builtin(&theme);
	for (size_t s = 0; s < sizeof(selects) / sizeof(selects[0]); s++) {
		theme.look[ROLE_select] = selects[s];
		for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
			for (int r = 0; r < ROLE_COUNT; r++) {
				struct look plain = look_of(&theme, (enum role)r, false, kinds[k]);
				struct look on = look_of(&theme, (enum role)r, true, kinds[k]);

				if (r != ROLE_select && same(plain, on))
					fail_msg("%s, select %zu, kind %zu", role_name((enum role)r), s, k);
				if (on.fg != COLOUR_DEFAULT)
					assert_int_not_equal(on.fg, on.bg);
			}
		}
	}
}

static void own_colour_where_it_can_be_read(void **state)
{
	const struct look_limits all = {256, true};
	struct theme theme;

	(void)state;
	theme_builtin(&theme);
	theme.look[ROLE_select] = (struct look){15, 18, 0};
	theme.look[ROLE_warn] = (struct look){226, -1, ATTR_BOLD};
	theme.look[ROLE_info] = (struct look){17, -1, 0};
	assert_true(same(look_of(&theme, ROLE_warn, true, all), (struct look){226, 18, ATTR_BOLD}));
	assert_true(same(look_of(&theme, ROLE_info, true, all), (struct look){15, 18, 0}));
	assert_true(look_readable(3, COLOUR_DEFAULT));
	assert_false(look_readable(COLOUR_DEFAULT, 3));
	assert_true(look_readable(15, 0));
	assert_false(look_readable(240, 241));
}

static void without_colour_backgrounds_turn_reverse(void **state)
{
	const struct look_limits none = {0, false};
	struct theme theme;

	(void)state;
	theme_builtin(&theme);
	theme.look[ROLE_title] = (struct look){15, 4, ATTR_BOLD};
	assert_true(same(look_of(&theme, ROLE_title, false, none), (struct look){-1, -1, ATTR_BOLD | ATTR_REVERSE}));
}

static void characters(void **state)
{
	static const struct cell half = {.ch = 0}, a = {.ch = 'a'};
	static const struct {
		uint32_t ch;
		bool wide, ascii;
		uint32_t shown;
	} rows[] = {
		{'a', false, false, 'a'},
		{0, false, false, ' '},
		{0x1b, false, false, '?'},
		{0x7f, false, false, '?'},
		{0x9b, false, false, '?'},
		{0xe9, false, false, 0xe9},
		{0xe9, false, true, '?'},
		{0x6f22, true, false, 0x6f22},
		{0x6f22, false, false, '?'},
		{0x301, false, false, '?'},
		{0x25b2, true, false, '?'},
		{0x200b, false, false, '?'},
	};

	(void)state;
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		skip();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cell cell = {.ch = rows[i].ch};

		if (look_char(&cell, rows[i].wide ? &half : &a, rows[i].ascii) != rows[i].shown)
			fail_msg("row %zu", i);
	}
	assert_int_equal(look_char(&(struct cell){.ch = 0x6f22}, NULL, false), '?');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stays_within_the_terminal),
		cmocka_unit_test(the_cursor_shows_on_every_role),
		cmocka_unit_test(what_differs_shows_on_every_role),
		cmocka_unit_test(own_colour_where_it_can_be_read),
		cmocka_unit_test(without_colour_backgrounds_turn_reverse),
		cmocka_unit_test(characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
