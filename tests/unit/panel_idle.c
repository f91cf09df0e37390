/* The Idle panel and the line SLEEP: pictures of small machines, what they say, and what comes first. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/answer.h"
#include "probes/util.h"
#include "tests/lib/hosts.h"
#include "tests/lib/screen.h"
#include "tests/lib/tree.h"
#include "tui/panels/idle_impl.h"

static struct screen *open_on(const char *host)
{
	struct screen *s = screen_open(host, false);

	screen_keys(s, "4");
	return s;
}

static void goldens(void **state)
{
	static const char *const many[] = {"founding", "pstate-slow", "hybrid"};
	static const char *const few[] = {"empty", "odd", "offline", "guest", "arm64"};
	char golden[64];

	(void)state;
	for (size_t i = 0; i < COUNT(many) + COUNT(few); i++) {
		const char *host = i < COUNT(many) ? many[i] : few[i - COUNT(many)];
		struct screen *s = open_on(host);

		snprintf(golden, sizeof(golden), "%s-idle", host);
		screen_golden(s, golden, i >= COUNT(many));
		screen_close(s);
	}
}

/* Whose wake-ups cost most is first: the CPU that a device wakes, before the busy ones and those that sleep. */
static void the_costliest_comes_first(void **state)
{
	struct screen *s = open_on("founding");

	(void)state;
	s->w = 120;
	s->h = 40;
	must_show(s, "   23     1    1 %");
	must_show(s, "670 ms/s");
	screen_keys(s, "m End m");
	must_show(s, "marked: 22-23");
	screen_keys(s, "Home Tab Tab s"); /* awake: the busy ones first */
	must_show(s, "sorted");
	screen_keys(s, "Home m");
	must_show(s, "marked: 0,22-23");
	screen_keys(s, "S Home m");
	must_show(s, "marked: 0,22");
	screen_close(s);
}

static void shares_are_signs_of_states(void **state)
{
	struct screen *s = open_on("founding");

	(void)state;
	must_show(s, "▇ awake  0 POLL  1 C1  2 C1E  3 C6  ░ asleep, state not yet known");
	must_show(s, "▕1133333333333░░░▏");
	must_show(s, "▕▇▇▇▇▇▇▇▇▇▇▇▇▇▇13▏");
	screen_command(s, "filter 18-22");
	must_show(s, "▕░░░░░░░░░░░░░░░░▏"); /* they slept through: in which state is not yet known */
	s->ascii = true;
	must_show(s, "[::::::::::::::::]");
	must_show(s, "# awake  0 POLL");
	screen_golden(s, "ascii-idle", true);
	screen_close(s);
}

/* A machine that stands still has no shares: nothing looks like zero or like sleep. */
static void what_does_not_move_has_no_shares(void **state)
{
	char *tree = tree_new();
	struct screen *s;

	(void)state;
	host_unpack(tree, "founding", "tree");
	s = screen_over(tree);
	screen_tick(s);
	screen_keys(s, "4");
	must_show(s, "▕––––––––––––––––▏");
	must_not_show(s, "▕░");
	must_not_show(s, "ms/s");
	must_not_show(s, "% awake");
	must_show(s, "133 µs");
	screen_close(s);
	tree_free(tree);
}

static void filters_are_those_of_sleep_and_of_all_lists(void **state)
{
	struct screen *s = open_on("pstate-slow");

	(void)state;
	s->h = 40;
	screen_command(s, "filter poll");
	must_show(s, "only polls");
	must_not_show(s, "disabled states");
	screen_command(s, "filter C1E");
	must_show(s, "disabled states");
	must_not_show(s, "only polls");
	screen_command(s, "filter limited 5");
	must_show(s, "disabled states");
	must_not_show(s, "its own limit");
	screen_command(s, "filter deep node0");
	must_not_show(s, "only polls");
	screen_command(s, "filter 9");
	must_show(s, "no CPU fits the filter");
	screen_close(s);
}

static void each_number_can_be_asked(void **state)
{
	static const char *const addresses[] = {"topology.cpu[23].online", "topology.cpu[23].node",
		"idle.cpu[23].awake", "idle.cpu[23].state[3].share", "idle.cpu[23].deepest", "idle.cpu[23].exit_us",
		"idle.cpu[23].entries_per_s", "idle.cpu[23].entries_per_s", "idle.cpu[23].deep",
		"idle.cpu[23].limited_by", "topology.cpu[23].online"};
	struct screen *s = open_on("founding");

	(void)state;
	s->w = 220;
	s->h = 50;
	for (size_t i = 0; i < COUNT(addresses); i++) {
		screen_keys(s, "?");
		must_show(s, addresses[i]);
		screen_keys(s, "Esc Tab");
	}
	screen_close(s);
	s = open_on("offline");
	screen_keys(s, "?");
	must_show(s, "idle.driver");
	screen_close(s);
}

static void the_mouse_selects_and_sorts(void **state)
{
	struct screen *s = open_on("founding");

	(void)state;
	screen_click(s, 20, 17, BUTTON_LEFT, false);
	screen_keys(s, "m");
	must_show(s, "marked: 1");
	screen_click(s, 49, 14, BUTTON_LEFT, false);
	must_show(s, "sorted");
	screen_click(s, 49, 14, BUTTON_LEFT, false);
	screen_keys(s, "?");
	must_show(s, "exit_us");
	screen_close(s);
}

/* A CPU that goes offline has no numbers, and comes back. */
static void a_cpu_goes_offline(void **state)
{
	struct screen *s = screen_unpacked("founding");

	(void)state;
	screen_keys(s, "4");
	screen_command(s, "filter 23");
	must_show(s, "670 ms/s");
	tree_text(s->tree, "/sys/devices/system/cpu/online", "0-22\n");
	screen_tick(s);
	must_show(s, "offline");
	must_not_show(s, "133 µs        ");
	tree_text(s->tree, "/sys/devices/system/cpu/online", "0-23\n");
	screen_tick(s);
	must_not_show(s, "offline");
	must_show(s, "133 µs        ");
	screen_close(s);
}

/* 950 entries of 133 µs are 126 ms, never more than 1000 of them could be. */
static void waking_agrees_with_its_factors(void **state)
{
	static const double cases[][2] = {
		{0, 0}, {0.14, 0.1}, {1.26, 1.3}, {12.64, 12.6}, {54.4, 54}, {126.35, 126}, {263, 260}, {1263, 1260}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_true(fabs(waking_calm(cases[i][0]) - cases[i][1]) < 1e-9);
}

/* idle=poll, a driver without states, a pace that is slower than the screen's: each is said. */
static void why_there_is_no_sleep_is_said(void **state)
{
	char *tree = tree_new();
	struct arena *a = arena_new(0);
	struct idle i = {.every = value_u64(4, 0), .pace = value_text("read in every 4th tick", 0)};
	struct idle_cpus l = {.idle = &i};
	struct screen *s;

	(void)state;
	host_unpack(tree, "offline", "tree");
	tree_text(tree, "/proc/cmdline", "root=/dev/vda1 idle=poll\n");
	s = screen_over(tree);
	screen_keys(s, "4");
	must_show(s, "No cpuidle driver: idle=poll on the kernel's command line lets idle CPUs spin");
	screen_close(s);
	tree_text(tree, "/proc/cmdline", "root=/dev/vda1\n");
	tree_text(tree, "/sys/devices/system/cpu/cpuidle/current_driver", "acpi_idle\n");
	s = screen_over(tree);
	screen_keys(s, "4");
	must_show(s, "cpuidle driver acpi_idle, but no CPU has states: how deep its CPUs sleep is");
	screen_close(s);
	tree_free(tree);
	assert_string_equal(idle_summary(a, &l, false), "costliest wake-ups first · read in every 4th tick · reading");
	arena_free(a);
}

/* A CPU with one state of 100 µs: entries a second, and which share of the time it was in it. */
static void naps(struct idle *i, struct idle_cpu *c, struct idle_state *state, double entries, double share)
{
	*state = (struct idle_state){.index = value_u64(1, 0),
		.name = value_text("C6", 0),
		.latency_us = value_u64(100, 0),
		.entries_per_s = value_f64(entries, 0),
		.share = value_f64(share, 0)};
	*c = (struct idle_cpu){.id = value_u64(7, 0),
		.awake = value_f64(0, 0),
		.asleep = value_f64(1 - share, 0),
		.state = {.row = state, .n = 1, .known = KNOWN}};
	*i = (struct idle){.cpu = {.row = c, .n = 1, .known = KNOWN}};
}

/* One long nap moves no row: its class stays for some seconds, and the bar follows in steps. */
static void a_nap_moves_no_row(void **state)
{
	struct idle_memory *m = xcalloc(1, sizeof(*m));
	const struct idle_calm *c = &m->cpu[7];
	struct idle i;
	struct idle_cpu cpu;
	struct idle_state one;
	int step, ticks = 0;

	(void)state;
	naps(&i, &cpu, &one, 300, 1); /* 30 ms in each second */
	idle_remember(&i, m);
	step = c->step;
	assert_true(step > 0);
	assert_true(c->share[1] == 1);
	naps(&i, &cpu, &one, 0, 0); /* it slept through */
	idle_remember(&i, m);
	assert_int_equal(c->step, step);
	assert_true(c->share[1] > 0.6 && c->share[1] < 0.8 && c->share[2] > 0.2);
	for (; c->step == step && ticks < 100; ticks++)
		idle_remember(&i, m);
	assert_true(ticks > 3 && ticks < 20); /* but it is left in the end */
	naps(&i, &cpu, &one, 3000, 1);
	for (ticks = 0; c->step >= step && ticks < 100; ticks++)
		idle_remember(&i, m);
	assert_true(ticks <= 3); /* what becomes worse is seen at once */
	idle_remember(NULL, m);
	assert_int_equal(m->cpu[7].step, 0); /* there are no states any more */
	free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goldens),
		cmocka_unit_test(the_costliest_comes_first),
		cmocka_unit_test(shares_are_signs_of_states),
		cmocka_unit_test(what_does_not_move_has_no_shares),
		cmocka_unit_test(filters_are_those_of_sleep_and_of_all_lists),
		cmocka_unit_test(each_number_can_be_asked),
		cmocka_unit_test(the_mouse_selects_and_sorts),
		cmocka_unit_test(a_cpu_goes_offline),
		cmocka_unit_test(waking_agrees_with_its_factors),
		cmocka_unit_test(a_nap_moves_no_row),
		cmocka_unit_test(why_there_is_no_sleep_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
