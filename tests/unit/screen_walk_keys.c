/* The strip of the walk on the whole screen: who has the keys and the mouse, and what lies on top. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/walking.h"

/* The bottom line names no key that the strip has taken. */
static void focus_is_given_and_taken(void **state)
{
	struct screen *s = walking(1);

	(void)state;
	must_show(s, "n next");
	assert_null(strstr(screen_bottom(s), "s sort"));
	screen_keys(s, "Tab");
	must_show(s, "w the walk's keys");
	must_not_show(s, "n next");
	assert_non_null(strstr(screen_bottom(s), "s sort"));
	screen_keys(s, "Tab s");
	walking_at(s, 1);
	screen_keys(s, "w s");
	walking_at(s, 2);
	screen_keys(s, "w");
	must_show(s, "w the walk's keys");
	screen_close(s);
}

static void it_is_left_and_taken_up(void **state)
{
	struct screen *s = walking(5);

	(void)state;
	screen_keys(s, "Esc");
	must_not_show(s, "WALK");
	must_say(s, "w takes it up again");
	screen_keys(s, "6 w");
	walking_at(s, 5);
	must_show(s, "web3 (Shop front)"); /* its panel is there again */
	s->w = 40;
	s->h = 12;
	must_show(s, " 5/13");
	screen_keys(s, "Tab");
	must_not_show(s, "WALK"); /* one or the other */
	must_show(s, " w shows the walk ");
	must_show(s, "web3");
	screen_keys(s, "w");
	must_show(s, "WALK");
	screen_close(s);
}

static void commands_do_the_same(void **state)
{
	struct screen *s = screen_open("story", false);

	(void)state;
	s->w = 120;
	s->h = 40;
	screen_command(s, "walk back");
	must_say(s, "This is the first step.");
	walking_at(s, 0);
	screen_command(s, "walk next");
	screen_command(s, "walk skip");
	walking_at(s, 2);
	screen_command(s, "walk back");
	walking_at(s, 1);
	screen_command(s, "walk off");
	must_not_show(s, "WALK");
	screen_command(s, "walk web3 112 60");
	must_say(s, "is not slow");
	walking_at(s, 1);
	screen_command(s, "walk web3 60 112");
	walking_at(s, 0); /* what is slow is another question: it begins anew */
	must_show(s, "web3: 112 against 60 ms");
	screen_command(s, "walk new");
	must_show(s, "how slow? not said yet");
	screen_close(s);
}

static void other_keys_fall_through(void **state)
{
	struct screen *s = walking(1);

	(void)state;
	screen_keys(s, "g");
	must_show(s, "Switch the governor of which CPUs?");
	screen_keys(s, "Esc");
	walking_at(s, 1);
	screen_keys(s, "6");
	must_show(s, "huge pages");
	screen_keys(s, "/");
	screen_type(s, "n0");
	must_say(s, "/n0");
	screen_keys(s, "Backspace Backspace Enter 3 ?");
	must_show(s, "Meaning");
	screen_keys(s, "Esc");
	walking_at(s, 1);
	screen_keys(s, "q");
	assert_true(app_quits(s->app));
	screen_close(s);
}

/* What lies on top has the keys: n is No there, and Esc closes it, not the walk. */
static void overlays_lie_on_top(void **state)
{
	struct screen *s = walking(1);

	(void)state;
	screen_keys(s, "h");
	must_show(s, "Keys and commands");
	walking_sizes(s, screen_step(13));
	screen_keys(s, "Down Esc f");
	must_show(s, "powersave → performance");
	walking_sizes(s, screen_step(13));
	screen_keys(s, "n");
	must_not_show(s, "powersave → performance");
	walking_at(s, 1);
	screen_close(s);
}

static void help_has_its_keys(void **state)
{
	struct screen *s = walking(0);

	(void)state;
	s->w = 160;
	s->h = 120;
	screen_keys(s, "h");
	must_show(s, "From a slow guest to its cause (w)");
	must_show(s, "Write the case as Markdown");
	screen_close(s);
}

/* How to leave is seen at every step and size; where the strip is high enough, every key that counts. */
static void all_keys_have_room(void **state)
{
	static const int sizes[][2] = {{40, 12}, {80, 24}, {120, 40}, {220, 60}};
	struct screen *s = walking(1);

	(void)state;
	for (int step = 1; step < WALKING_STEPS; step++) {
		for (size_t i = 0; i < COUNT(sizes); i++) {
			s->w = sizes[i][0];
			s->h = sizes[i][1];
			must_show(s, "Esc close");
			for (size_t k = 0; s->h >= 40 && k < s->app->nwalk_hits; k++)
				assert_true(s->app->walk_hit[k].w > 1);
		}
		screen_keys(s, "n");
	}
	s->w = 120; /* a click on the second row is its key too */
	s->h = 40;
	screen_keys(s, "b b");
	screen_click(s, s->app->walk_hit[s->app->nwalk_hits - 1].x, screen_row_with(s, "Esc close"), BUTTON_LEFT, false);
	must_not_show(s, "WALK");
	screen_close(s);
}

static void the_mouse_gives_the_focus(void **state)
{
	struct screen *s = walking(1);
	int y;

	(void)state;
	screen_click(s, 10, 12, BUTTON_LEFT, false);
	assert_false(s->app->walk.focus);
	screen_click(s, 100, 12, BUTTON_LEFT, false);
	assert_true(s->app->walk.focus);
	screen_click(s, 100, 12, BUTTON_WHEEL_DOWN, false);
	assert_int_equal(s->app->walk.scroll, 3);
	must_not_show(s, "Do busy CPUs run at least");
	screen_click(s, 100, 12, BUTTON_WHEEL_UP, false);
	screen_click(s, 100, 12, BUTTON_WHEEL_UP, false);
	must_show(s, "Do busy CPUs run at least");
	screen_click(s, 10, 12, BUTTON_WHEEL_DOWN, false); /* the panel's, though the strip has the keys */
	assert_int_equal(s->app->walk.scroll, 0);
	assert_true(s->app->walk.focus);
	y = screen_row_with(s, "n next");
	screen_click(s, s->app->walk_hit[0].x, y, BUTTON_LEFT, false);
	walking_at(s, 2);
	screen_click(s, s->app->walk_hit[1].x + 2, y, BUTTON_LEFT, false);
	walking_at(s, 1);
	screen_keys(s, "Esc");
	screen_click(s, 100, 12, BUTTON_LEFT, false); /* there is no strip: the panel's */
	must_not_show(s, "WALK");
	screen_close(s);
}

static void before_the_first_answer(void **state)
{
	struct screen *s = screen_open("story", false);

	(void)state;
	screen_keys(s, "w");
	snapshot_unref(s->app->snap);
	s->app->snap = NULL;
	must_show(s, "Reading this host");
	for (const char *key = "nsbfme\n"; *key; key++) {
		app_key(s->app, (struct key){.code = (uint32_t)*key});
		s->app->prompt = PROMPT_NONE;
		screen_text(s);
	}
	app_key(s->app, (struct key){.code = 'n'});
	must_say(s, "still being read");
	walking_sizes(s, screen_step(5));
	app_refresh(s->app);
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(focus_is_given_and_taken),
		cmocka_unit_test(it_is_left_and_taken_up),
		cmocka_unit_test(commands_do_the_same),
		cmocka_unit_test(other_keys_fall_through),
		cmocka_unit_test(overlays_lie_on_top),
		cmocka_unit_test(help_has_its_keys),
		cmocka_unit_test(all_keys_have_room),
		cmocka_unit_test(the_mouse_gives_the_focus),
		cmocka_unit_test(before_the_first_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
