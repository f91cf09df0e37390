/* The strip of the walk on the whole screen: where it lies at each size, and what stands in it and beside it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/tree.h"
#include "tests/lib/walking.h"

static void goldens(void **state)
{
	static const unsigned steps[] = {0, 1, 5, WALKING_STEPS - 1};
	char name[32];

	(void)state;
	for (size_t i = 0; i < COUNT(steps); i++) {
		struct screen *s = walking(steps[i]);

		snprintf(name, sizeof(name), "walk-%u", steps[i]);
		screen_golden(s, name, false);
		if (steps[i] == 1) {
			s->ascii = true;
			screen_golden(s, "walk-ascii", true);
		}
		screen_close(s);
	}
}

static void every_size_at_every_step(void **state)
{
	struct screen *s = walking(0);

	(void)state;
	for (unsigned i = 0; i < WALKING_STEPS; i++) {
		s->ascii = i % 2;
		s->app->walk.scroll = (int)i * 7;
		walking_sizes(s, screen_step(7));
		s->app->walk.focus = false;
		walking_sizes(s, screen_step(11));
		screen_keys(s, "w n");
	}
	screen_close(s);
}

/* Two hosts need the whole width: the strip goes below. */
static void two_hosts_and_a_walk(void **state)
{
	struct screen *s = screen_unpacked("story"), *other = screen_unpacked("fine");
	char command[300];

	(void)state;
	s->w = 120;
	s->h = 40;
	screen_keys(s, "w");
	screen_command(s, "walk web3 60 112");
	screen_keys(s, "n");
	snprintf(command, sizeof(command), "beside %s", other->tree);
	screen_command(s, command);
	must_show(s, "fine DIRECTORY");
	walking_at(s, 1);
	assert_int_equal(s->app->strip.x, 0);
	assert_int_equal(s->app->strip.w, 120);
	screen_click(s, 100, 10, BUTTON_LEFT, false);
	assert_false(s->app->walk.focus);
	screen_keys(s, "w");
	walking_sizes(s, screen_step(5));
	s->app->walk.focus = false;
	walking_sizes(s, screen_step(7));
	s->w = 200;
	screen_text(s);
	assert_true(s->app->strip.x > 100); /* there both have room beside it */
	screen_close(s);
	screen_close(other);
}

/* What was seen was seen, though the tick is another one; and nothing is mended by turning time back. */
static void time_turns_back(void **state)
{
	struct screen *s = screen_tape("story", 25);
	const struct walk *w = &s->app->walk;

	(void)state;
	s->w = 120;
	s->h = 40;
	screen_command(s, "go 9");
	screen_command(s, "walk web3 60 112");
	screen_keys(s, "n n n");
	screen_command(s, "go 2");
	walking_at(s, 3);
	assert_true(w->visit[1].seen);
	assert_int_equal(w->visit[1].first.state, WALK_FOUND);
	assert_true(w->begun_ns <= s->app->snap->wall_ns);
	screen_keys(s, "b b");
	assert_int_equal(w->visit[1].mended_ns, 0);
	screen_command(s, "tick 1");
	walking_at(s, 1);
	assert_int_equal(w->visit[1].mended_ns, 0);
	walking_sizes(s, screen_step(13));
	screen_close(s);
}

static void a_directory_is_walked_too(void **state)
{
	struct screen *s = screen_unpacked("story");

	(void)state;
	s->w = 120;
	s->h = 40;
	screen_command(s, "walk web3 60 112");
	screen_keys(s, "n f");
	must_show(s, "Not here");
	screen_keys(s, "Esc");
	for (unsigned i = 1; i + 1 < WALKING_STEPS; i++)
		screen_keys(s, "n");
	walking_at(s, WALKING_STEPS - 1);
	must_show(s, "Clock, up to all of the 52 ms");
	screen_close(s);
}

/* The name is cut; the numbers are not, and nothing of it reaches the terminal as it is. */
static void names_of_strangers(void **state)
{
	static const char wide[] =
		"\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2"
		"\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2";
	char longest[121];
	const char *const names[] = {longest, wide, "\x1b[31mred\x07", "\xe2\x80\xaegnihton", "\xff\xfe", "%s%n"};
	struct screen *s = walking(1);

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(s->app->walk.guest, sizeof(s->app->walk.guest), "%s", names[i]);
		for (s->h = 12; s->h <= 40; s->h += 28)
			for (s->w = 40; s->w <= 130; s->w++)
				if (!screen_shows(s, "112/60 ms") && !screen_shows(s, "112 against 60"))
					fail_msg("at %d the numbers are lost:\n%s", s->w, screen_text(s));
		assert_null(strchr(screen_text(s), '\x1b'));
		assert_null(strstr(screen_text(s), "\xe2\x80\xae"));
		walking_sizes(s, screen_step(13));
	}
	screen_close(s);
}

/* The cursor goes to the worst CPU and to the guest that is slow, and Enter brings it back. */
static void the_panel_shows_the_evidence(void **state)
{
	struct screen *s = walking(0);
	char address[256];
	struct view v;

	(void)state;
	screen_keys(s, "3 End n");
	v = app_view(s->app);
	assert_true(app_panel(s->app)->address(&v, s->app->state[s->app->panel], address, sizeof(address)));
	assert_non_null(strstr(address, "[6]")); /* the first of those that are slow */
	screen_keys(s, "n n n n");
	walking_at(s, 5);
	must_show(s, "web3 (Shop front)");
	v = app_view(s->app);
	assert_true(app_panel(s->app)->address(&v, s->app->state[s->app->panel], address, sizeof(address)));
	assert_non_null(strstr(address, "disk[vda]"));
	screen_keys(s, "Tab Down Down Down 1 w Enter");
	v = app_view(s->app);
	assert_true(app_panel(s->app)->address(&v, s->app->state[s->app->panel], address, sizeof(address)));
	assert_non_null(strstr(address, "disk[vda]"));
	screen_close(s);
}

/* It is said once; the list below has the others. */
static void the_decision_is_not_repeated(void **state)
{
	struct screen *s = walking(5);
	const char *first;

	(void)state;
	s->w = 100;
	s->h = 60;
	first = strstr(screen_text(s), "disk vda is on ide, which QEMU emulates");
	assert_non_null(first);
	assert_null(strstr(first + 1, "disk vda is on ide, which QEMU emulates"));
	must_show(s, "V04 web3: card net0");
	screen_close(s);
}

static void what_was_mended_is_seen_at_once(void **state)
{
	struct screen *s = screen_open("story", true);
	char *text;

	(void)state;
	s->w = 110; /* the strip is below, its lines long */
	s->h = 60;
	screen_command(s, "walk web3 60 112");
	screen_keys(s, "n f y");
	must_say(s, "24 of 24");
	screen_tick(s);
	must_show(s, "✓ Mended at ");
	must_show(s, "powersave → performance");
	for (unsigned i = 1; i + 1 < WALKING_STEPS; i++)
		screen_keys(s, "n");
	s->app->walk.begun_ns = 1; /* the test's clock stands still, and entries are of before */
	must_show(s, "Clock: mended at ");
	must_show(s, "Changed at ");
	must_show(s, "lost at reboot");
	must_show(s, "What was mended could explain up to all of the");
	text = walk_case(&s->app->walk, s->app->snap, s->app->entries);
	assert_non_null(strstr(text, "`frequency.policy[0].governor: powersave → performance`"));
	assert_non_null(strstr(text, "`hvscope undo 1` puts it back."));
	assert_non_null(strstr(strstr(text, "## What is lost at reboot"), "governor of 24 CPUs"));
	free(text);
	screen_close(s);
}

/* While the strip stands at another step, and by whoever. */
static void what_was_mended_elsewhere_is_seen(void **state)
{
	struct screen *s = screen_open("story", true);

	(void)state;
	s->w = 110;
	s->h = 60;
	screen_command(s, "walk web3 60 112");
	screen_keys(s, "n n n");
	for (unsigned i = 0; i < 24; i++) {
		char path[80];

		snprintf(path, sizeof(path), "sys/devices/system/cpu/cpufreq/policy%u/scaling_governor", i);
		tree_text(s->tree, path, "performance\n");
	}
	screen_tick(s);
	assert_int_not_equal(s->app->walk.visit[1].mended_ns, 0);
	for (unsigned i = 3; i + 1 < WALKING_STEPS; i++)
		screen_keys(s, "n");
	must_show(s, "up to all of the 52 ms, mended: Governor powersave");
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goldens),
		cmocka_unit_test(every_size_at_every_step),
		cmocka_unit_test(two_hosts_and_a_walk),
		cmocka_unit_test(time_turns_back),
		cmocka_unit_test(a_directory_is_walked_too),
		cmocka_unit_test(names_of_strangers),
		cmocka_unit_test(the_panel_shows_the_evidence),
		cmocka_unit_test(the_decision_is_not_repeated),
		cmocka_unit_test(what_was_mended_is_seen_at_once),
		cmocka_unit_test(what_was_mended_elsewhere_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
