/* The strip of the walk on the whole screen: where it lies at each size, who has the keys, and what stands in it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/screen.h"

enum { STEPS = 14, TALLEST = 45 };

/* The walk of the story, at that step. */
static struct screen *walked(unsigned step)
{
	struct screen *s = screen_open("story", false);

	s->w = 120;
	s->h = 40;
	screen_keys(s, "w");
	screen_command(s, "walk web3 60 112");
	while (step--)
		screen_keys(s, "n");
	return s;
}

static void at_step(struct screen *s, unsigned step)
{
	char text[32];

	snprintf(text, sizeof(text), "step %u of %d", step, STEPS - 1);
	must_show(s, text);
}

static void goldens(void **state)
{
	static const unsigned steps[] = {0, 1, 5, STEPS - 1};
	char name[32];

	(void)state;
	for (size_t i = 0; i < COUNT(steps); i++) {
		struct screen *s = walked(steps[i]);

		snprintf(name, sizeof(name), "walk-%u", steps[i]);
		screen_golden(s, name, false);
		if (steps[i] == 1) {
			s->ascii = true;
			screen_golden(s, "walk-ascii", true);
		}
		screen_close(s);
	}
}

static void every_size_of(struct screen *s, int step)
{
	for (int h = 0; h <= TALLEST; h += step)
		for (int w = 0; w <= WIDEST; w += step)
			screen_sane(s, w, h);
	for (int h = 11; h <= 13; h++)
		for (int w = 39; w <= 41; w++)
			screen_sane(s, w, h);
}

static void every_size_at_every_step(void **state)
{
	struct screen *s = walked(0);

	(void)state;
	for (unsigned i = 0; i < STEPS; i++) {
		s->ascii = i % 2;
		s->app->walk.scroll = (int)i * 7;
		every_size_of(s, screen_step(7));
		s->app->walk.focus = false;
		every_size_of(s, screen_step(11));
		screen_keys(s, "w n");
	}
	screen_close(s);
}

/* The bottom line names no key that the strip has taken. */
static void focus_is_given_and_taken(void **state)
{
	struct screen *s = walked(1);

	(void)state;
	must_show(s, "n next");
	assert_null(strstr(screen_bottom(s), "s sort"));
	screen_keys(s, "Tab");
	must_show(s, "w the walk's keys");
	must_not_show(s, "n next");
	assert_non_null(strstr(screen_bottom(s), "s sort"));
	screen_keys(s, "Tab s");
	at_step(s, 1);
	screen_keys(s, "w s");
	at_step(s, 2);
	screen_keys(s, "w");
	must_show(s, "w the walk's keys");
	screen_close(s);
}

static void it_is_left_and_taken_up(void **state)
{
	struct screen *s = walked(5);

	(void)state;
	screen_keys(s, "Esc");
	must_not_show(s, "WALK");
	must_say(s, "w takes it up again");
	screen_keys(s, "6 w");
	at_step(s, 5);
	must_show(s, "web3 (Shop front)"); /* its panel is there again */
	s->w = 40;
	s->h = 12;
	must_show(s, " 5/13");
	screen_keys(s, "Tab");
	must_not_show(s, "WALK"); /* one or the other */
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
	at_step(s, 0);
	screen_command(s, "walk next");
	screen_command(s, "walk skip");
	at_step(s, 2);
	screen_command(s, "walk back");
	at_step(s, 1);
	screen_command(s, "walk off");
	must_not_show(s, "WALK");
	screen_command(s, "walk web3 112 60");
	must_say(s, "is not slow");
	at_step(s, 1);
	screen_command(s, "walk web3 60 112");
	at_step(s, 0); /* what is slow is another question: it begins anew */
	must_show(s, "web3: 112 against 60 ms");
	screen_command(s, "walk new");
	must_show(s, "how slow? not said yet");
	screen_close(s);
}

static void other_keys_fall_through(void **state)
{
	struct screen *s = walked(1);

	(void)state;
	screen_keys(s, "g");
	must_show(s, "Switch the governor of which CPUs?");
	screen_keys(s, "Esc");
	at_step(s, 1);
	screen_keys(s, "6");
	must_show(s, "huge pages");
	screen_keys(s, "/");
	screen_type(s, "n0");
	must_say(s, "/n0");
	screen_keys(s, "Backspace Backspace Enter 3 ?");
	must_show(s, "Meaning");
	screen_keys(s, "Esc");
	at_step(s, 1);
	screen_keys(s, "q");
	assert_true(app_quits(s->app));
	screen_close(s);
}

/* What lies on top has the keys: n is No there, and Esc closes it, not the walk. */
static void overlays_lie_on_top(void **state)
{
	struct screen *s = walked(1);

	(void)state;
	screen_keys(s, "h");
	must_show(s, "Keys and commands");
	every_size_of(s, screen_step(13));
	screen_keys(s, "Down Esc f");
	must_show(s, "powersave → performance");
	every_size_of(s, screen_step(13));
	screen_keys(s, "n");
	must_not_show(s, "powersave → performance");
	at_step(s, 1);
	screen_close(s);
}

static void help_has_its_keys(void **state)
{
	struct screen *s = walked(0);

	(void)state;
	s->w = 160;
	s->h = 120;
	screen_keys(s, "h");
	must_show(s, "From a slow guest to its cause (w)");
	must_show(s, "Write the case as Markdown");
	screen_close(s);
}

static void the_mouse_gives_the_focus(void **state)
{
	struct screen *s = walked(1);
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
	at_step(s, 2);
	screen_click(s, s->app->walk_hit[1].x + 2, y, BUTTON_LEFT, false);
	at_step(s, 1);
	screen_keys(s, "Esc");
	screen_click(s, 100, 12, BUTTON_LEFT, false); /* there is no strip: the panel's */
	must_not_show(s, "WALK");
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
	at_step(s, 1);
	assert_int_equal(s->app->strip.x, 0);
	assert_int_equal(s->app->strip.w, 120);
	screen_click(s, 100, 10, BUTTON_LEFT, false);
	assert_false(s->app->walk.focus);
	screen_keys(s, "w");
	every_size_of(s, screen_step(5));
	s->app->walk.focus = false;
	every_size_of(s, screen_step(7));
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
	at_step(s, 3);
	assert_true(w->visit[1].seen);
	assert_int_equal(w->visit[1].first.state, WALK_FOUND);
	assert_true(w->begun_ns <= s->app->snap->wall_ns);
	screen_keys(s, "b b");
	assert_int_equal(w->visit[1].mended_ns, 0);
	screen_command(s, "tick 1");
	at_step(s, 1);
	assert_int_equal(w->visit[1].mended_ns, 0);
	every_size_of(s, screen_step(13));
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
	every_size_of(s, screen_step(5));
	app_refresh(s->app);
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
	for (unsigned i = 1; i + 1 < STEPS; i++)
		screen_keys(s, "n");
	at_step(s, STEPS - 1);
	must_show(s, "The cause");
	screen_close(s);
}

/* The name is cut; the numbers are not, and nothing of it reaches the terminal as it is. */
static void names_of_strangers(void **state)
{
	static const char wide[] = "\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2"
				   "\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2";
	char longest[121];
	const char *const names[] = {longest, wide, "\x1b[31mred\x07", "\xe2\x80\xaegnihton", "\xff\xfe", "%s%n"};
	struct screen *s = walked(1);

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
		every_size_of(s, screen_step(13));
	}
	screen_close(s);
}

/* The cursor goes to the worst CPU and to the guest that is slow, and Enter brings it back. */
static void the_panel_shows_the_evidence(void **state)
{
	struct screen *s = walked(0);
	char address[256];
	struct view v;

	(void)state;
	screen_keys(s, "3 End n");
	v = app_view(s->app);
	assert_true(app_panel(s->app)->address(&v, s->app->state[s->app->panel], address, sizeof(address)));
	assert_non_null(strstr(address, "[6]")); /* the first of those that are slow */
	screen_keys(s, "n n n n");
	at_step(s, 5);
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
	struct screen *s = walked(5);
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

	(void)state;
	s->w = 110; /* the strip is below, its lines long */
	s->h = 60;
	screen_command(s, "walk web3 60 112");
	screen_keys(s, "n f y");
	must_say(s, "24 of 24");
	screen_tick(s);
	must_show(s, "✓ Mended at ");
	must_show(s, "powersave → performance");
	for (unsigned i = 1; i + 1 < STEPS; i++)
		screen_keys(s, "n");
	s->app->walk.begun_ns = 1; /* the test's clock stands still, and entries are of before */
	must_show(s, "(mended)");
	must_show(s, "Changed at ");
	must_show(s, "lost at reboot");
	must_show(s, "What was mended could explain up to all of the");
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goldens),
		cmocka_unit_test(every_size_at_every_step),
		cmocka_unit_test(focus_is_given_and_taken),
		cmocka_unit_test(it_is_left_and_taken_up),
		cmocka_unit_test(commands_do_the_same),
		cmocka_unit_test(other_keys_fall_through),
		cmocka_unit_test(overlays_lie_on_top),
		cmocka_unit_test(help_has_its_keys),
		cmocka_unit_test(the_mouse_gives_the_focus),
		cmocka_unit_test(two_hosts_and_a_walk),
		cmocka_unit_test(time_turns_back),
		cmocka_unit_test(before_the_first_answer),
		cmocka_unit_test(a_directory_is_walked_too),
		cmocka_unit_test(names_of_strangers),
		cmocka_unit_test(the_panel_shows_the_evidence),
		cmocka_unit_test(the_decision_is_not_repeated),
		cmocka_unit_test(what_was_mended_is_seen_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
