/* Every theme can be read: contrast on its terminals, under the cursor, with few colours, and by eyes that see fewer.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/files.h"
#include "probes/util.h"
#include "tests/lib/vision.h"

/*
 * The least contrast that each theme promises: of text, of what is drawn (bars, graphs, rules: WCAG asks for 3), and of
 * text that a terminal of 16 or 8 colours leaves. own: each role brings its background; else it must hold on a black
 * and on a white terminal, where the best that one colour can have on both is 4.58. With so few colours, a terminal is
 * taken to be black, as consoles are: on a white one, yellow has 1.7, and light is the theme to take.
 */
static const struct promise {
	const char *name;
	bool own;
	double text, drawn, few;
} promises[] = {
	{"default", false, 3.3, 3, 3},
	{"deuteranopia", false, 3.3, 3, 3},
	{"high-contrast", true, 7, 3, 7},
	{"light", true, 4.5, 3, 3.5},
	{"mono", false, 4.5, 4.5, 4.5},
};

static const struct look_limits all = {256, true};
static const struct look_limits few[] = {{16, true}, {16, false}, {8, true}, {8, false}};

/* What must be told apart where it stands side by side; each row ends with ROLE_COUNT. */
static const enum role groups[][10] = {
	{ROLE_good, ROLE_info, ROLE_warn, ROLE_crit, ROLE_unknown, ROLE_stale, ROLE_select, ROLE_danger, ROLE_COUNT},
	{ROLE_idle, ROLE_low, ROLE_middle, ROLE_high, ROLE_offline, ROLE_select, ROLE_mark, ROLE_COUNT},
	{ROLE_text, ROLE_strong, ROLE_select, ROLE_mark, ROLE_differ, ROLE_COUNT},
	{ROLE_tab, ROLE_tab_on, ROLE_tab_off, ROLE_COUNT},
	{ROLE_label_live, ROLE_label_other, ROLE_title, ROLE_COUNT},
	{ROLE_head, ROLE_sort, ROLE_COUNT},
	{ROLE_button, ROLE_button_on, ROLE_danger, ROLE_COUNT},
	{ROLE_old, ROLE_new, ROLE_COUNT},
	{ROLE_key, ROLE_hint, ROLE_COUNT},
	{ROLE_bar, ROLE_bar_rest, ROLE_COUNT},
};

static struct theme load(const char *name)
{
	char path[100], why[200], *text;
	struct theme t = {.name = ""};
	size_t len;

	snprintf(path, sizeof(path), "themes/%s.theme", name);
	if (files_read(path, 1 << 16, &text, &len, why) || theme_parse(text, name, &t, why))
		fail_msg("%s", why);
	free(text);
	return t;
}

static bool is_drawn(enum role r)
{
	return r == ROLE_bar || r == ROLE_bar_rest || r == ROLE_spark || r == ROLE_rule;
}

/* The least contrast over all roles and both terminals, with what it is of. */
static double least(const struct promise *p, struct look_limits limits, bool drawn, bool only_black, char what[64])
{
	struct theme t = load(p->name);
	double worst = 21;

	for (int white = 0; white < (only_black || p->own ? 1 : 2); white++) {
		for (int i = 0; i < 2 * ROLE_COUNT; i++) {
			enum role r = (enum role)(i / 2);
			struct seen s = seen_of(look_of(&t, r, i % 2, limits), white);
			double c = light_contrast(s.fg, s.bg);

			if (is_drawn(r) != drawn || c >= worst)
				continue;
			worst = c;
			snprintf(what, 64, "%s%s on %s", role_name(r), i % 2 ? " under the cursor" : "",
				p->own  ? "its background"
				: white ? "white"
					: "black");
		}
	}
	return worst;
}

static void promised(const struct promise *p, struct look_limits limits, bool drawn, double limit)
{
	char what[64] = "";
	double got = least(p, limits, drawn, limits.colours < 256, what);

	if (got < limit)
		fail_msg("%s, %d colours: %s has a contrast of %.2f, not %.2f", p->name, limits.colours, what, got,
			limit);
}

static void every_theme_has_a_promise_and_names_every_role(void **state)
{
	glob_t found;

	(void)state;
	assert_int_equal(glob("themes/*.theme", 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, COUNT(promises));
	for (size_t i = 0; i < found.gl_pathc; i++) {
		char path[100], why[200], line[64], *text;
		struct theme t = load(promises[i].name);
		size_t len;

		snprintf(path, sizeof(path), "themes/%s.theme", promises[i].name);
		assert_string_equal(found.gl_pathv[i], path);
		assert_string_equal(t.name, promises[i].name);
		assert_true(strlen(t.about) > 10 && t.about[strlen(t.about) - 1] == '.');
		assert_int_equal(files_read(path, 1 << 16, &text, &len, why), 0);
		for (int r = 0; r < ROLE_COUNT; r++) {
			snprintf(line, sizeof(line), "\n%s = ", role_name((enum role)r));
			if (!strstr(text, line))
				fail_msg("%s does not set %s", path, role_name((enum role)r));
			if (promises[i].own != (t.look[r].bg != COLOUR_DEFAULT))
				fail_msg("%s: the background of %s", path, role_name((enum role)r));
		}
		free(text);
	}
	globfree(&found);
}

static void text_has_the_contrast_that_is_promised(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(promises); i++) {
		promised(&promises[i], all, false, promises[i].text);
		promised(&promises[i], all, true, promises[i].drawn);
	}
}

static void few_colours_can_still_be_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(promises); i++)
		for (size_t k = 0; k < COUNT(few); k++)
			promised(&promises[i], few[k], false, promises[i].few);
}

/* How far two looks are apart as colours: what differs more, the text or what it stands on. */
static double apart(struct seen a, struct seen b, enum sight by)
{
	double fg = light_distance(light_seen(a.fg, by), light_seen(b.fg, by));
	double bg = light_distance(light_seen(a.bg, by), light_seen(b.bg, by));

	return fg > bg ? fg : bg;
}

enum { CLEARLY = 20 }; /* ten times what can just be noticed */

static void tell_apart(const struct theme *t, struct look_limits limits, enum sight by, bool white)
{
	for (size_t g = 0; g < COUNT(groups); g++)
		for (int i = 0; groups[g][i] != ROLE_COUNT; i++)
			for (int k = 0; k < i; k++) {
				struct seen a = seen_of(look_of(t, groups[g][i], false, limits), white);
				struct seen b = seen_of(look_of(t, groups[g][k], false, limits), white);

				if (a.attrs == b.attrs && apart(a, b, by) < CLEARLY)
					fail_msg("%s, %d colours, sight %d, %s: %s looks like %s (%.1f)", t->name,
						limits.colours, by, white ? "white" : "black", role_name(groups[g][i]),
						role_name(groups[g][k]), apart(a, b, by));
			}
}

static void states_are_told_apart_in_every_theme(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(promises); i++) {
		struct theme t = load(promises[i].name);

		for (int white = 0; white < 2; white++)
			tell_apart(&t, all, SIGHT_NORMAL, white);
		for (size_t k = 0; k < COUNT(few); k++)
			tell_apart(&t, few[k], SIGHT_NORMAL, false);
	}
}

/* By colour or by attribute for all of them; what asks for attention by its colour as well. */
static void deuteranopia_is_for_all_eyes(void **state)
{
	static const enum role calm[] = {ROLE_text, ROLE_good, ROLE_high, ROLE_idle, ROLE_button};
	static const enum role loud[] = {ROLE_warn, ROLE_crit, ROLE_low, ROLE_middle, ROLE_danger};
	struct theme t = load("deuteranopia");

	(void)state;
	for (enum sight by = SIGHT_NORMAL; by < SIGHT_COUNT; by++)
		for (int white = 0; white < 2; white++) {
			tell_apart(&t, all, by, white);
			/* yellow, which is all that few colours leave of ochre, is white to those without blue cones */
			for (size_t k = 0; k < COUNT(few) && by != SIGHT_TRITAN; k++)
				tell_apart(&t, few[k], by, false);
			for (size_t i = 0; i < COUNT(loud) * COUNT(calm); i++) {
				enum role a = loud[i / COUNT(calm)], b = calm[i % COUNT(calm)];
				double d = apart(seen_of(t.look[a], white), seen_of(t.look[b], white), by);

				if (d < CLEARLY)
					fail_msg(
						"sight %d: %s looks like %s (%.1f)", by, role_name(a), role_name(b), d);
			}
			if (apart(seen_of(t.look[ROLE_warn], white), seen_of(t.look[ROLE_crit], white), by) < CLEARLY ||
				apart(seen_of(t.look[ROLE_middle], white), seen_of(t.look[ROLE_low], white), by) <
					CLEARLY)
				fail_msg("sight %d: bad looks like worse", by);
		}
}

/* Bars and graphs are drawn in the roles of states: reversed or on a field of their own they would show what is
 * missing. */
static void what_draws_bars_is_not_reversed(void **state)
{
	static const enum role drawn[] = {ROLE_text, ROLE_dim, ROLE_good, ROLE_info, ROLE_warn, ROLE_crit, ROLE_unknown,
		ROLE_stale, ROLE_bar, ROLE_bar_rest, ROLE_spark, ROLE_idle, ROLE_low, ROLE_middle, ROLE_high,
		ROLE_offline};

	(void)state;
	for (size_t i = 0; i < COUNT(promises); i++) {
		struct theme t = load(promises[i].name);

		for (size_t k = 0; k < COUNT(drawn); k++) {
			struct look l = t.look[drawn[k]];

			if (l.attrs & ATTR_REVERSE || l.bg != t.look[ROLE_text].bg)
				fail_msg("%s: %s", t.name, role_name(drawn[k]));
		}
	}
}

/* The judge itself: figures that are published, and a red and a green that only some eyes tell apart. */
static void the_eyes_are_real(void **state)
{
	struct light black = light_of(0), white = light_of(15), red = light_of(160), green = light_of(64);

	(void)state;
	assert_float_equal(light_contrast(black, white), 21, 0.001);
	assert_float_equal(light_contrast(light_of(8), white), 4.00, 0.01); /* #7f7f7f */
	assert_float_equal(light_contrast(light_of(9), white), 4.00, 0.01); /* #ff0000 */
	assert_float_equal(light_distance(black, white), 100, 0.01);
	assert_float_equal(light_distance(light_of(9), black), 117.3, 0.2); /* L* 53.2 a* 80.1 b* 67.2 */
	for (enum sight by = SIGHT_NORMAL; by < SIGHT_COUNT; by++) {
		assert_true(light_distance(light_seen(white, by), white) < 0.5);
		assert_true(light_distance(light_seen(light_of(244), by), light_of(244)) < 0.5);
	}
	assert_true(light_distance(red, green) > 100);
	assert_true(light_distance(light_seen(red, SIGHT_DEUTAN), light_seen(green, SIGHT_DEUTAN)) < CLEARLY);
	assert_true(light_distance(light_seen(red, SIGHT_TRITAN), light_seen(green, SIGHT_TRITAN)) > 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_theme_has_a_promise_and_names_every_role),
		cmocka_unit_test(text_has_the_contrast_that_is_promised),
		cmocka_unit_test(few_colours_can_still_be_read),
		cmocka_unit_test(states_are_told_apart_in_every_theme),
		cmocka_unit_test(deuteranopia_is_for_all_eyes),
		cmocka_unit_test(what_draws_bars_is_not_reversed),
		cmocka_unit_test(the_eyes_are_real),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
