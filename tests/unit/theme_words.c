/* No state is told by its look alone: what asks for attention has a sign or a word, on every panel of every machine. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/hosts.h"
#include "tests/lib/screen.h"
#include "widgets/glyph.h"

static bool attention(uint8_t role)
{
	return role == ROLE_warn || role == ROLE_crit || role == ROLE_low || role == ROLE_middle ||
	       role == ROLE_offline;
}

/* What only fills: blanks, bars and heights, which a fine value has as well. */
static bool fills(const struct canvas *c, uint32_t ch)
{
	for (int i = 0; i < 8; i++)
		if (ch == glyph_height(c, i / 7.0))
			return true;
	return ch == ' ' || ch == 0 || ch == glyph_char(c, GLYPH_BAR) || ch == glyph_char(c, GLYPH_SHADE);
}

/* Where a row asks for attention, something in it can be read that does, in a role that does. */
static void row_has_words(const struct canvas *c, int y, const char *where)
{
	const struct cell *row = c->cells + (size_t)y * (size_t)c->stride;
	bool asks = false, says = false;
	uint8_t role = 0;

	for (int x = 0; x < c->w; x++) {
		if (!attention(row[x].role) || row[x].flags & CELL_SELECTED)
			continue;
		asks = true;
		role = row[x].role;
		says = says || !fills(c, row[x].ch);
	}
	if (asks && !says)
		fail_msg("%s, row %d: only colour tells %s", where, y, role_name(role));
}

/* A sign means one state, wherever it stands by itself. */
static void signs_mean_one_thing(const struct canvas *c, const char *where)
{
	static const struct {
		enum glyph sign;
		enum role role;
	} signs[] = {
		{GLYPH_FAR, ROLE_low}, {GLYPH_SLOW, ROLE_middle}, {GLYPH_CRIT, ROLE_crit}, {GLYPH_WARN, ROLE_warn}};

	for (int i = 0; i < c->w * c->h; i++)
		for (size_t k = 0; k < COUNT(signs); k++) {
			uint8_t role = c->cells[i].role;

			/* the line that explains the signs is dim; the cursor hides no sign */
			if (c->cells[i].ch == glyph_sign(signs[k].sign) && role != signs[k].role && role != ROLE_dim &&
				!attention(role))
				fail_msg("%s: the sign of %s in the role %s", where, role_name(signs[k].role),
					role_name((enum role)role));
		}
}

static void look_at(struct screen *s, const char *where)
{
	struct cell *cells = xcalloc((size_t)s->w * (size_t)s->h, sizeof(*cells));
	int x, y;
	struct canvas c = app_compose(s->app, cells, s->w, s->h, s->ascii, &x, &y);

	for (y = 0; y < s->h; y++)
		row_has_words(&c, y, where);
	if (!s->ascii)
		signs_mean_one_thing(&c, where);
	free(cells);
}

static void every_panel_of_every_machine(void **state)
{
	static const int sizes[][2] = {{40, 12}, {80, 24}, {120, 40}};
	char **names = host_names(), where[100], key[2] = "1";

	(void)state;
	for (char **name = names; *name; name++) {
		struct screen *s = screen_open(*name, false);

		for (size_t i = 0; i < npanels * COUNT(sizes) * 2; i++) {
			key[0] = (char)('1' + i % npanels);
			s->w = sizes[i / npanels / 2][0];
			s->h = sizes[i / npanels / 2][1];
			s->ascii = i / npanels % 2;
			snprintf(where, sizeof(where), "%s, panel %s at %dx%d%s", *name, key, s->w, s->h,
				s->ascii ? " in ASCII" : "");
			if (!panels[i % npanels])
				continue;
			screen_keys(s, key);
			look_at(s, where);
		}
		screen_close(s);
	}
	host_names_free(names);
}

/* Signs that mean different things differ, where there is nothing but ASCII too. */
static void signs_differ(void **state)
{
	static const enum glyph signs[] = {GLYPH_CRIT, GLYPH_WARN, GLYPH_INFO, GLYPH_UNREAD, GLYPH_GOOD, GLYPH_FAR,
		GLYPH_SLOW, GLYPH_OFFLINE, GLYPH_MARK};
	struct cell cell;
	struct canvas ascii = canvas_over(&cell, 1, 1, true), full = canvas_over(&cell, 1, 1, false);

	(void)state;
	for (size_t i = 0; i < COUNT(signs); i++)
		for (size_t k = 0; k < i; k++) {
			assert_int_not_equal(glyph_char(&ascii, signs[i]), glyph_char(&ascii, signs[k]));
			assert_int_not_equal(glyph_char(&full, signs[i]), glyph_char(&full, signs[k]));
		}
}

/* The same machine, slow and fine: with all roles left out, the text of each panel is another one. */
static void text_without_roles_tells_slow_from_fine(void **state)
{
	static const char *const keys[] = {"1", "3"};
	struct screen *slow = screen_open("founding", false), *fine = screen_open("fine", false);

	(void)state;
	for (size_t i = 0; i < COUNT(keys); i++)
		for (int small = 0; small < 2; small++) {
			slow->w = fine->w = small ? 40 : 80;
			slow->h = fine->h = small ? 12 : 24;
			screen_keys(slow, keys[i]);
			screen_keys(fine, keys[i]);
			assert_true(screen_shows(slow, "1.20 of 2.40"));
			assert_true(screen_shows(fine, "1.20 of their"));
			assert_true(small || screen_shows(slow, "▼"));
			assert_false(screen_shows(fine, "▲") || screen_shows(fine, "△"));
		}
	screen_close(slow);
	screen_close(fine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_panel_of_every_machine),
		cmocka_unit_test(signs_differ),
		cmocka_unit_test(text_without_roles_tells_slow_from_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
