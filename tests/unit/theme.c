/* Themes: every word and every error of the files, the two that come with hvscope, and colours for poor terminals. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "themes/theme.h"

static char *slurp(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 65536);

	assert_non_null(f);
	assert_non_null(text);
	assert_true(fread(text, 1, 65535, f) > 0);
	fclose(f);
	return text;
}

static void parse_file(const char *path, struct theme *ret)
{
	char why[200];
	char *text = slurp(path);

	if (theme_parse(text, path, ret, why) != 0)
		fail_msg("%s", why);
	for (int r = 0; r < ROLE_COUNT; r++) {
		char line[64];

		snprintf(line, sizeof line, "\n%s = ", role_name((enum role)r));
		if (!strstr(text, line))
			fail_msg("%s does not set %s", path, role_name((enum role)r));
	}
	free(text);
}

static bool same(struct look a, struct look b)
{
	return a.fg == b.fg && a.bg == b.bg && a.attrs == b.attrs;
}

static void builtin_is_the_default_theme(void **state)
{
	struct theme file, builtin;

	(void)state;
	parse_file("themes/default.theme", &file);
	theme_builtin(&builtin);
	assert_string_equal(file.name, builtin.name);
	assert_string_equal(file.about, builtin.about);
	for (int r = 0; r < ROLE_COUNT; r++)
		if (!same(file.look[r], builtin.look[r]))
			fail_msg("%s looks different", role_name((enum role)r));
}

/* Relative luminance as WCAG defines it, of the xterm palette from 16 on. */
static double luminance(int colour)
{
	int level[3] = {(colour - 16) / 36, (colour - 16) / 6 % 6, (colour - 16) % 6};
	double part[3];

	for (int i = 0; i < 3; i++) {
		double v = (colour >= 232 ? 8 + 10 * (colour - 232) : level[i] ? 55 + 40 * level[i] : 0) / 255.0;

		part[i] = v <= 0.03928 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
	}
	return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
}

static void default_is_readable_on_dark_and_light(void **state)
{
	struct theme t;

	(void)state;
	theme_builtin(&t);
	for (int r = 0; r < ROLE_COUNT; r++) {
		struct look l = t.look[r];

		assert_true(l.fg == COLOUR_DEFAULT || l.fg != l.bg);
		assert_int_equal(l.bg, COLOUR_DEFAULT);
		if (l.fg < 16)
			continue;
		assert_true((luminance(l.fg) + 0.05) / 0.05 >= 4);
		assert_true(1.05 / (luminance(l.fg) + 0.05) >= 2.8);
	}
}

/* What a healthy host is drawn with. */
static void default_is_calm(void **state)
{
	static const enum role calm[] = {ROLE_text, ROLE_dim, ROLE_strong, ROLE_title, ROLE_label_live, ROLE_tab,
		ROLE_tab_on, ROLE_tab_off, ROLE_rule, ROLE_head, ROLE_key, ROLE_hint, ROLE_good, ROLE_info, ROLE_bar,
		ROLE_bar_rest, ROLE_spark, ROLE_idle, ROLE_high, ROLE_select};
	struct theme t;

	(void)state;
	theme_builtin(&t);
	for (size_t i = 0; i < sizeof calm / sizeof calm[0]; i++)
		/* a grey is no colour */
		assert_true(t.look[calm[i]].fg == COLOUR_DEFAULT || t.look[calm[i]].fg >= 232);
}

static void mono_has_no_colour_and_tells_states_apart(void **state)
{
	static const enum role groups[][8] = {
		{ROLE_good, ROLE_info, ROLE_warn, ROLE_crit, ROLE_unknown, ROLE_stale, ROLE_COUNT},
		{ROLE_idle, ROLE_low, ROLE_middle, ROLE_high, ROLE_offline, ROLE_COUNT},
		{ROLE_text, ROLE_dim, ROLE_strong, ROLE_select, ROLE_mark, ROLE_differ, ROLE_COUNT},
		{ROLE_tab, ROLE_tab_on, ROLE_tab_off, ROLE_COUNT},
		{ROLE_label_live, ROLE_label_other, ROLE_title, ROLE_COUNT},
		{ROLE_head, ROLE_sort, ROLE_COUNT},
		{ROLE_button, ROLE_button_on, ROLE_danger, ROLE_COUNT},
		{ROLE_old, ROLE_new, ROLE_text, ROLE_COUNT},
		{ROLE_key, ROLE_hint, ROLE_COUNT},
		{ROLE_bar, ROLE_bar_rest, ROLE_COUNT},
	};
	struct theme mono, builtin;

	(void)state;
	parse_file("themes/mono.theme", &mono);
	theme_builtin(&builtin);
	assert_string_equal(mono.name, "mono");
	for (int r = 0; r < ROLE_COUNT; r++) {
		assert_int_equal(mono.look[r].fg, COLOUR_DEFAULT);
		assert_int_equal(mono.look[r].bg, COLOUR_DEFAULT);
	}
	for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++)
		for (int i = 0; groups[g][i] != ROLE_COUNT; i++)
			for (int k = 0; k < i; k++) {
				assert_false(same(mono.look[groups[g][i]], mono.look[groups[g][k]]));
			}
}

static void reads_every_word(void **state)
{
	char why[200];
	struct theme t;

	(void)state;
	assert_int_equal(theme_parse("\xEF\xBB\xBF[roles]\r\nwarn = bright-yellow bold on 17\r\n; comment\n"
				     "crit = dim italic underline reverse ; too loud\n[theme]\nname = mine\nabout = My "
				     "own.\n[roles]\ngood:on blue",
				 "x", &t, why),
		0);
	assert_string_equal(t.name, "mine");
	assert_string_equal(t.about, "My own.");
	assert_true(same(t.look[ROLE_warn], (struct look){11, 17, ATTR_BOLD}));
	assert_true(
		same(t.look[ROLE_crit], (struct look){-1, -1, ATTR_DIM | ATTR_ITALIC | ATTR_UNDERLINE | ATTR_REVERSE}));
	assert_true(same(t.look[ROLE_good], (struct look){-1, 4, 0}));
	assert_int_equal(t.look[ROLE_dim].attrs, ATTR_DIM); /* not named: as built in */
	assert_string_equal(why, "");
	assert_int_equal(theme_parse("[roles]\ndim = 244", "own", &t, why), 0);
	assert_string_equal(t.name, "own");
	assert_string_equal(t.about, "");
}

static void says_what_is_wrong_and_where(void **state)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{"", "t:1: no role is set"},
		{"[theme]\nname = x\n", "t:2: no role is set"},
		{"[roles]\n\n# c\nwarm = red\n", "t:4: there is no role \"warm\""},
		{"[roles]\nwarn = reddish\n", "t:2: \"reddish\" is no colour and no attribute"},
		{"[roles]\nwarn = 256\n", "t:2: \"256\" is no colour"},
		{"[roles]\nwarn = 0x10\n", "t:2: \"0x10\" is no colour"},
		{"[roles]\nwarn = bright-default\n", "t:2: \"bright-default\" is no colour"},
		{"[roles]\nwarn = red on bold\n", "t:2: \"bold\" after \"on\" is no colour"},
		{"[roles]\nwarn = red on\n", "t:2: \"on\" needs a colour"},
		{"[roles]\nwarn = on on red\n", "t:2: \"on\" after \"on\" is no colour"},
		{"[roles]\nwarn = red blue\n", "t:2: \"blue\" is one colour too many"},
		{"[roles]\nwarn = red on blue on 3\n", "t:2: \"3\" is one colour too many"},
		{"[roles]\nwarn = 3 on yellow\n", "t:2: text and background have the same colour"},
		{"[roles]\nwarn =\n", "t:2: the look is missing"},
		{"[roles]\nwarn = red\ncrit = bold\nwarn = blue\n", "t:4: \"warn\" is set twice"},
		{"[roles]\nwarn = red\n  bold\n", "t:3: \"warn\" is set twice"},
		{"warn = red\n", "t:1: \"warn\" stands in no section"},
		{"[rolls]\nwarn = red\n", "t:2: section [rolls] is unknown"},
		{"[roles]\nwarn\n", "t:2: neither a section"},
		{"[roles\nwarn = red\n", "t:1: neither a section"},
		{"[roles]\nwarn\nfoo = red\n", "t:2: neither a section"},
		{"[roles]\nfoo = red\nwarn\n", "t:2: there is no role"},
		{"[theme]\ncolour = x\n", "t:2: \"colour\" is unknown in [theme]"},
		{"[theme]\nname = 12345678901234567890123456789012\n", "t:2: the name is too long, 31"},
		{"[theme]\nabout = 1234567890123456789012345678901234567890123456789012345678901234567890ab\n",
			"t:2: the sentence is too long, 71"},
		{"[roles]\nwarn = \x1b[31m\n", "t:2: a control character (byte 27)"},
		{"[roles]\nwarn = r\xc3\xb6t\n", "t:2: \"r??t\" is no colour"},
	};
	struct theme builtin;

	(void)state;
	theme_builtin(&builtin);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		char why[200] = "";
		struct theme t;

		memset(&t, 0x55, sizeof t);
		assert_int_equal(theme_parse(bad[i].text, "t", &t, why), -EINVAL);
		if (strncmp(why, bad[i].why, strlen(bad[i].why)) != 0)
			fail_msg("\"%s\" instead of \"%s\"", why, bad[i].why);
		assert_string_equal(t.name, builtin.name);
		for (int r = 0; r < ROLE_COUNT; r++)
			assert_true(same(t.look[r], builtin.look[r]));
	}
}

static void a_line_may_be_long_but_not_too_long(void **state)
{
	char why[200], text[600];
	struct theme t;

	(void)state;
	for (int len = 150; len < 420; len++) {
		int n = snprintf(text, sizeof text, "[roles]\nwarn = red%*s", len - 10, "bold");
		int r;

		assert_int_equal(n, len + 8);
		r = theme_parse(text, "t", &t, why);
		assert_int_equal(r, len <= 198 ? 0 : -EINVAL);
		if (r == 0)
			assert_int_equal(t.look[ROLE_warn].attrs, ATTR_BOLD);
		else
			assert_non_null(strstr(why, "t:2: the line has "));
	}
	/* A very long name of a file does not push the reason out of the message. */
	memset(text, 'n', 300);
	text[300] = 0;
	assert_int_equal(theme_parse("[roles]\nx = red", text, &t, why), -EINVAL);
	assert_non_null(strstr(why, ":2: there is no role \"x\""));
}

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

static void random_bytes_are_refused_or_read(void **state)
{
	static const char *const words[] = {"[roles]\n", "[theme]\n", "warn", " = ", "red", " on ", "bold", "\n", ";",
		"#", "256", "\t", " ", "[", "]", "name", "dim", "\xff", "\x01", "…"};
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[512], why[200];
		struct theme t;
		size_t len = 0;

		for (unsigned n = next_random(&seed) % 30; n-- > 0 && len < sizeof text - 16;)
			if (round % 2)
				text[len++] = (char)next_random(&seed);
			else
				len += (size_t)sprintf(
					text + len, "%s", words[next_random(&seed) % (sizeof words / sizeof words[0])]);
		text[len] = 0;
		memset(why, 1, sizeof why);
		if (theme_parse(text, "fuzz", &t, why) != 0) {
			assert_non_null(memchr(why, 0, sizeof why));
			assert_true(strncmp(why, "fuzz:", 5) == 0);
		}
		assert_non_null(memchr(t.name, 0, sizeof t.name));
		for (int r = 0; r < ROLE_COUNT; r++)
			assert_true(
				t.look[r].fg >= -1 && t.look[r].fg <= 255 && t.look[r].bg >= -1 && t.look[r].bg <= 255);
	}
}

static void colours_have_names_and_neighbours(void **state)
{
	(void)state;
	assert_int_equal(colour_from_word("black"), 0);
	assert_int_equal(colour_from_word("white"), 7);
	assert_int_equal(colour_from_word("bright-black"), 8);
	assert_int_equal(colour_from_word("bright-white"), 15);
	assert_int_equal(colour_from_word("default"), COLOUR_DEFAULT);
	assert_int_equal(colour_from_word("255"), 255);
	assert_int_equal(colour_from_word("007"), 7);
	assert_int_equal(colour_from_word("256"), -2);
	assert_int_equal(colour_from_word("99999999999"), -2);
	assert_int_equal(colour_from_word("Red"), -2);
	assert_int_equal(colour_from_word(""), -2);
	assert_int_equal(colour_from_word("-1"), -2);
	assert_int_equal(colour_to_8(COLOUR_DEFAULT), COLOUR_DEFAULT);
	assert_int_equal(colour_to_16(COLOUR_DEFAULT), COLOUR_DEFAULT);
	assert_int_equal(colour_to_8(196), 1);
	assert_int_equal(colour_to_8(9), 1);
	assert_int_equal(colour_to_16(196), 9);
	assert_int_equal(colour_to_8(172), 3);
	assert_int_equal(colour_to_16(244), 8);
	assert_int_equal(colour_to_8(231), 7);
	for (int c = 232; c < 256; c++)
		assert_int_equal(colour_to_8(c), c <= 242 ? 0 : 7); /* a grey stays one */
	for (int c = 0; c < 256; c++) {
		assert_in_range(colour_to_8(c), 0, 7);
		assert_in_range(colour_to_16(c), 0, 15);
		if (c < 8)
			assert_int_equal(colour_to_8(c), c);
		if (c < 16)
			assert_int_equal(colour_to_16(c), c);
	}
}

static void every_role_has_a_name_and_a_sentence(void **state)
{
	(void)state;
	for (int r = 0; r < ROLE_COUNT; r++) {
		const char *meaning = role_meaning((enum role)r);

		assert_true(strlen(meaning) > 5 && meaning[strlen(meaning) - 1] == '.');
		for (int k = 0; k < r; k++)
			assert_string_not_equal(role_name((enum role)r), role_name((enum role)k));
	}
	assert_string_equal(role_name(ROLE_COUNT), "?");
	assert_string_equal(role_meaning(ROLE_COUNT), "?");
	assert_string_equal(role_name(ROLE_warn), "warn");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(builtin_is_the_default_theme),
		cmocka_unit_test(default_is_readable_on_dark_and_light),
		cmocka_unit_test(default_is_calm),
		cmocka_unit_test(mono_has_no_colour_and_tells_states_apart),
		cmocka_unit_test(reads_every_word),
		cmocka_unit_test(says_what_is_wrong_and_where),
		cmocka_unit_test(a_line_may_be_long_but_not_too_long),
		cmocka_unit_test(random_bytes_are_refused_or_read),
		cmocka_unit_test(colours_have_names_and_neighbours),
		cmocka_unit_test(every_role_has_a_name_and_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
