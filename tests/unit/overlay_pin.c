/* The choice of CPUs for a pin: how it looks, what its keys choose, and what it says when the guest changes meanwhile. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/cpuset.h"
#include "probes/util.h"
#include "tests/lib/screen.h"
#include "tests/lib/bench_seats.h"
#include "tui/pin_pick.h"

static const char *chosen(const struct bench *b)
{
	return cpuset_text(b->s->app->pin->arena, b->s->app->pin->cpus);
}

/* What Enter would run. */
static const char *command(struct bench *b)
{
	return pin_command(b->s->app->pin->arena, b->s->app->pin, pin_guest(b->s->app), chosen(b));
}

static void goldens(void **state)
{
	struct bench *b = *state;

	pin_start(b->s->app, SEATS_WEB3, "vcpu 2");
	screen_golden(b->s, "pin-vcpu", false);
	screen_keys(b->s, "Tab Tab n Right Space");
	screen_golden(b->s, "pin-one-to-one", true);
	pin_start(b->s->app, SEATS_WEB3, "vcpu 2");
	b->s->ascii = true;
	screen_golden(b->s, "ascii-pin", true);
	screen_keys(b->s, "h");
	screen_golden(b->s, "ascii-pin-keys", true);
	screen_keys(b->s, "Esc Esc Tab"); /* the tree: no CPU is under the cursor */
	picker_pin_open(b->s->app);
	screen_golden(b->s, "ascii-pin-ask", true);
}

static void goldens_of_many_cpus(void **state)
{
	struct bench *b = *state = bench_on("wide512", "0-511");

	pin_start(b->s->app, SEATS_DB1, "emulator");
	screen_keys(b->s, "End");
	screen_golden(b->s, "pin-wide512", false);
}

static void keys_choose_cpus(void **state)
{
	static const struct {
		const char *keys, *chosen;
	} steps[] = {
		{"Space", ""},
		{"Space", "8"},
		{"Down Space", "8,20"},
		{"c", ""},
		{"c", "8,20"},
		{"Left Space", "8,19-20"},
		{"n", "6-11,18-23"},
		{"n", ""},
		{"Up Up Space", "13"},
		{"Home Space", "0,13"},
		{"End Space", "0,13,23"},
		{"a", ""},
		{"a", "0-23"},
		{"PgUp PgUp", "0-23"},
		{"Space", "0-16,18-23"},
	};
	struct bench *b = *state;

	pin_start(b->s->app, SEATS_WEB3, "vcpu 2");
	assert_string_equal(chosen(b), "8");
	for (size_t i = 0; i < COUNT(steps); i++) {
		screen_keys(b->s, steps[i].keys);
		assert_string_equal(chosen(b), steps[i].chosen);
	}
	screen_keys(b->s, "Esc");
	must_say(b->s, "Nothing was changed.");
	must_not_show(b->s, "Pin web3");
}

static void a_list_can_be_typed(void **state)
{
	struct bench *b = *state;

	pin_start(b->s->app, SEATS_WEB3, "vcpu 2");
	screen_type(b->s, "0-3,8");
	must_show(b->s, "CPUs: 0-3,8_");
	assert_string_equal(chosen(b), "8");
	screen_keys(b->s, "Enter");
	assert_string_equal(chosen(b), "0-3,8");
	must_show(b->s, "CPU 0 node 0");
	screen_type(b->s, "12-q99");
	screen_keys(b->s, "Enter");
	must_say(b->s, "Not all of the CPUs 12-99 are online: 0-23 are.");
	screen_keys(b->s, "Backspace Backspace Backspace");
	screen_type(b->s, ",,");
	screen_keys(b->s, "Enter");
	must_say(b->s, "A list of CPUs looks like 0-3,8, not \"12,,\".");
	screen_keys(b->s, "Esc");
	assert_string_equal(chosen(b), "0-3,8");
	must_show(b->s, "Pin web3");
}

static void tab_goes_over_what_can_be_pinned(void **state)
{
	static const struct {
		const char *key, *head, *chosen;
	} steps[] = {
		{"Tab", "vcpu 1: now CPU 2", "2"},
		{"Tab Tab", "vcpu 3: now CPU 4", "4"},
		{"Tab", "all 1:1: now CPUs 1-4", "1-4"},
		{"Tab", "all: now CPUs 1-4", "1-4"},
		{"Tab", "emulator: now CPU 0", "0"},
		{"Tab", "iothread 1: now CPU 13", "13"},
		{"Tab", "vcpu 0: now CPU 1", "1"},
		{"Back-Tab", "iothread 1: now CPU 13", "13"},
		{"Space Tab", "vcpu 0: now CPU 1", "1,13"}, /* what was chosen by hand stays */
		{"Space Tab", "vcpu 1: now CPU 2", "13"},
	};
	struct bench *b = *state;

	pin_start(b->s->app, SEATS_DB1, "vcpu 0");
	for (size_t i = 0; i < COUNT(steps); i++) {
		screen_keys(b->s, steps[i].key);
		must_show(b->s, steps[i].head);
		assert_string_equal(chosen(b), steps[i].chosen);
	}
	assert_string_equal(command(b), "pin " SEATS_DB1 " vcpu 1 13");
}

static void the_choice_says_what_speaks_against_it(void **state)
{
	static const struct {
		const char *what, *list, *says;
	} cases[] = {
		{"vcpu 1", "9", "Chosen: CPU 9 as now on node 1; sibling CPU 21 is dedicated to proxmox vcpu 0."},
		{"vcpu 1", "10", "Chosen: CPU 10 on node 1."},
		{"vcpu 1", "8", "CPU 8 is dedicated to web3 vcpu 0, web3 vcpu 2."},
		{"emulator", "1-3,8", "CPUs 1-3,8 are dedicated to db1 vcpu 0, db1 vcpu 1 and 3 more"},
		{"vcpu 1", "5-6", "on nodes 0-1; memory of another node is slower."},
		{"vcpu 1", "14", "Chosen: CPU 14 on node 0; sibling CPU 2 is dedicated to db1 vcpu 1."},
		{"vcpu 1", "20", "Chosen: CPU 20 on node 1."}, /* its own guest's is no neighbour to fear */
		{"all", "6,7,10", "Chosen: CPUs 6-7,10 on node 1; 4 vCPUs need as many CPUs."},
		{"all", "6,7,8,10", "Chosen: CPUs 6-8,10 on node 1."},
		{"vcpu 1", "0-23", "that is all CPUs."},
	};
	struct bench *b = *state;

	b->s->w = 220;
	for (size_t i = 0; i < COUNT(cases); i++) {
		pin_start(b->s->app, SEATS_WEB3, cases[i].what);
		screen_type(b->s, cases[i].list);
		screen_keys(b->s, "Enter");
		enum role role;
		struct topo t = topo_of(b->s->app->pin->arena, b->s->app->snap);
		const char *says = pin_choice_words(b->s->app->pin->arena, b->s->app, &t, &role);

		if (!strstr(says, cases[i].says))
			fail_msg("not \"%s\" but \"%s\"", cases[i].says, says);
		assert_int_equal(role, strchr(says, ';') ? ROLE_warn : ROLE_box);
	}
	screen_keys(b->s, "a");
	must_show(b->s, "No CPU is chosen yet.");
	screen_keys(b->s, "Enter");
	must_say(b->s, "No CPU is chosen: Space chooses the one under the cursor, digits type a list.");
}

static void clicks_choose(void **state)
{
	struct bench *b = *state;

	pin_start(b->s->app, SEATS_WEB3, "vcpu 2");
	must_show(b->s, "│ node 1   · · △ 1 · ·");
	screen_click(b->s, 13, 6, BUTTON_LEFT, false);
	assert_string_equal(chosen(b), "0,8");
	screen_click(b->s, 15, 10, BUTTON_LEFT, false);
	assert_string_equal(chosen(b), "0,8,19");
	must_show(b->s, "CPU 19 node 1");
	screen_click(b->s, 15, 10, BUTTON_LEFT, true); /* of a double click: the first half has chosen it */
	assert_string_equal(chosen(b), "0,8,19");
	screen_click(b->s, 5, 6, BUTTON_LEFT, false);
	screen_click(b->s, 70, 20, BUTTON_LEFT, false);
	assert_string_equal(chosen(b), "0,8,19");
}

/* Where the grid is higher than the box, a click is on what is seen. */
static void it_scrolls_with_the_cursor(void **state)
{
	struct bench *b = *state = bench_on("wide512", "0-511");

	b->s->w = 40;
	b->s->h = 12;
	pin_start(b->s->app, SEATS_DB1, "vcpu 0");
	screen_keys(b->s, "End Space");
	must_show(b->s, "CPU 511");
	must_show(b->s, "more");
	screen_click(b->s, 12, 4, BUTTON_LEFT, false);
	must_not_show(b->s, "CPU 511 ");
	must_show(b->s, "node 3,"); /* its last lines are seen */
	screen_keys(b->s, "Home");
	must_show(b->s, "CPU 0 ");
	must_show(b->s, " node 0   ");
	for (int i = 0; i < 200; i++)
		screen_keys(b->s, "Down");
	must_show(b->s, "CPU 492 ");
	screen_keys(b->s, "Esc");
}

static void offline_cpus_cannot_be_marked(void **state)
{
	struct bench *b = *state = bench_on("offline", "0-7");

	memset(&b->seats.guest[DB1], 0, sizeof(b->seats.guest[DB1]));
	memset(&b->seats.guest[WEB3], 0, sizeof(b->seats.guest[WEB3]));
	again(b);
	pin_start(b->s->app, SEATS_OFF, "vcpu 1");
	assert_string_equal(chosen(b), "");
	screen_keys(b->s, "End");
	must_show(b->s, "CPU 3 offline: it cannot be marked");
	screen_keys(b->s, "Space");
	must_say(b->s, "CPU 3 is offline: it cannot be marked.");
	screen_keys(b->s, "a");
	assert_string_equal(chosen(b), "0-1,4-7");
	b->s->w = 120;
	must_show(b->s, "nobody spreads threads over isolated CPUs");
	screen_type(b->s, "2-4");
	screen_keys(b->s, "Enter");
	must_say(b->s, "Not all of the CPUs 2-4 are online");
}

/* Each row of the table of keys is a sentence about a key that there is. */
static void keys_have_sentences(void **state)
{
	(void)state;
	for (size_t i = 0; i < npin_hints; i++) {
		const struct hint *h = &pin_hints[i];

		assert_true(strcmp(h->key, "0-9") == 0 || key_from_name(h->key));
		assert_true(*h->label);
		assert_int_equal(h->sentence[strlen(h->sentence) - 1], '.');
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(pin_hints[k].key, h->key);
	}
}

static void the_keys_scroll(void **state)
{
	struct bench *b = *state;

	b->s->w = 40;
	b->s->h = 12;
	pin_start(b->s->app, SEATS_WEB3, "vcpu 2");
	screen_keys(b->s, "? x");
	must_not_show(b->s, "Keys of this choice");
	screen_keys(b->s, "? Up");
	must_show(b->s, "Enter  Show the plan");
	for (int i = 0; i < 40; i++)
		screen_keys(b->s, "Down");
	must_show(b->s, "signs");
	must_not_show(b->s, "Enter  Show the plan");
	screen_keys(b->s, "Up Esc");
	must_show(b->s, "Pin web3");
}

static void every_size(void **state)
{
	struct bench *b = *state;

	for (int i = 0; i < 4; i++) {
		screen_keys(b->s, "Esc Esc");
		if (i < 3)
			pin_start(b->s->app, SEATS_WEB3, "vcpu 2");
		else
			picker_pin_open(b->s->app);
		if (i == 1)
			screen_type(b->s, "0-3");
		if (i == 2)
			screen_keys(b->s, "h");
		b->s->ascii = i % 2;
		for (int h = 0; h <= HIGHEST; h++)
			for (int w = 0; w <= WIDEST; w += screen_step(i ? 5 : 1 + (h & 1)))
				screen_sane(b->s, w, h);
	}
}

static void every_size_of_many_cpus(void **state)
{
	struct bench *b = *state = bench_on("wide512", "0-511");

	pin_start(b->s->app, SEATS_DB1, "all");
	screen_keys(b->s, "End a");
	for (int h = 0; h <= HIGHEST; h += 3)
		for (int w = 0; w <= WIDEST; w += 7)
			screen_sane(b->s, w, h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(goldens, set_up, tear_down),
		cmocka_unit_test_teardown(goldens_of_many_cpus, tear_down),
		cmocka_unit_test_setup_teardown(keys_choose_cpus, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_list_can_be_typed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(tab_goes_over_what_can_be_pinned, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_choice_says_what_speaks_against_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(clicks_choose, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_keys_scroll, set_up, tear_down),
		cmocka_unit_test(keys_have_sentences),
		cmocka_unit_test_setup_teardown(every_size, set_up, tear_down),
		cmocka_unit_test_teardown(it_scrolls_with_the_cursor, tear_down),
		cmocka_unit_test_teardown(offline_cpus_cannot_be_marked, tear_down),
		cmocka_unit_test_teardown(every_size_of_many_cpus, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
