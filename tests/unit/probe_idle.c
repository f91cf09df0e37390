/* Tests idle states: their files in old and new kernels, rates over the right time, and no read that is not needed. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "probes/cpuset.h"
#include "probes/idle.h"
#include "tests/lib/probing.h"
#include "tests/lib/sham_idle.h"

#define CPUS "/sys/devices/system/cpu"
#define C6_OF_0 "idle.cpu[0].state[3]."

/* Two ticks: the first leaves the clocks their time. */
static struct probing idle_new(unsigned cpus)
{
	struct probing p = probing_new(cpus);

	sham_idle(p.m, cpus);
	probing_tick(&p);
	probing_pass(&p, 1000);
	return p;
}

static void test_first_tick_is_left_to_the_clocks(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	sham_idle(p.m, 2);
	probing_tick(&p);
	assert_int_equal(sham_reads(p.m, "/usage"), 0);
	assert_int_equal(snapshot_block(p.snap, &probe_idle)->err, -EINPROGRESS);
	probing_is(&p, "silicon.online", 2);
	probing_pass(&p, 1000);
	probing_is(&p, C6_OF_0 "usage", 1000);
	probing_not(&p, C6_OF_0 "share", KNOWN_NOT_YET);
	probing_not(&p, "idle.cpu[0].awake", KNOWN_NOT_YET);
	probing_end(&p);
}

/* A large machine is looked through in a few ticks; until then the rest of it is being read. */
static void test_many_cpus_are_read_in_parts(void **state)
{
	struct probing p = probing_new(200);

	(void)state;
	sham_idle(p.m, 200);
	probing_tick(&p);
	probing_pass(&p, 200);
	probing_says(&p, "idle.cpu[63].deepest", "C6");
	probing_not(&p, "idle.cpu[64].deepest", KNOWN_NOT_YET);
	assert_int_equal(idle_cpu(snapshot_facts(p.snap, &probe_idle), 64, NULL)->state.known, KNOWN_NOT_YET);
	probing_is(&p, "idle.exit_us", 133);
	probing_not(&p, "idle.entries_per_s", KNOWN_NOT_YET);
	probing_pass(&p, 1000);
	probing_says(&p, "idle.cpu[199].deepest", "C6");
	probing_near(&p, "idle.cpu[63].asleep", 1, 1e-9);
	probing_end(&p);
}

static void test_what_the_files_say(void **state)
{
	struct probing p = idle_new(2);

	(void)state;
	p.want.everything = true;
	probing_pass(&p, 1000);
	probing_says(&p, "idle.driver", "intel_idle");
	probing_says(&p, "idle.governor", "menu");
	probing_says(&p, "idle.governors", "menu teo");
	probing_says(&p, C6_OF_0 "name", "C6");
	probing_says(&p, C6_OF_0 "desc", "MWAIT 0x20");
	probing_is(&p, C6_OF_0 "index", 3);
	probing_is(&p, C6_OF_0 "latency_us", 133);
	probing_is(&p, C6_OF_0 "residency_us", 600);
	probing_is(&p, C6_OF_0 "disabled", 0);
	probing_is(&p, C6_OF_0 "default_disabled", 0);
	probing_is(&p, C6_OF_0 "poll", 0);
	probing_is(&p, "idle.cpu[0].state[0].poll", 1);
	probing_is(&p, C6_OF_0 "time_us", 50000);
	probing_says(&p, "idle.cpu[1].deepest", "C6");
	probing_is(&p, "idle.cpu[1].exit_us", 133);
	probing_is(&p, "idle.every", 1);
	probing_is(&p, "idle.kept", 2 * 2 * SHAM_STATES);
	probing_not(&p, "idle.boot", KNOWN_ABSENT);
	probing_end(&p);
}

static void test_shares_and_rates(void **state)
{
	struct probing p = idle_new(2);

	(void)state;
	sham_busy(p.m, 0, 20);
	sham_sleep(p.m, 0, SHAM_C1, 400, 300000);
	sham_sleep(p.m, 0, SHAM_C6, 100, 490000);
	probing_pass(&p, 1000);
	probing_near(&p, "idle.cpu[0].state[1].share", 0.3, 1e-9);
	probing_near(&p, C6_OF_0 "share", 0.49, 1e-9);
	probing_near(&p, "idle.cpu[0].state[1].entries_per_s", 400, 1e-9);
	probing_near(&p, "idle.cpu[0].entries_per_s", 500, 1e-9);
	probing_near(&p, "idle.cpu[0].awake", 0.2, 1e-9);
	probing_near(&p, "idle.cpu[0].asleep", 0.01, 1e-9);
	probing_near(&p, "idle.cpu[0].deep", 0.49, 1e-9);
	probing_near(&p, "idle.cpu[0].interval_s", 1, 1e-9);
	probing_near(&p, "idle.entries_per_s", 500, 1e-9);
	/* the other one has slept all the time */
	probing_near(&p, "idle.cpu[1].asleep", 1, 1e-9);
	probing_near(&p, "idle.cpu[1].awake", 0, 1e-9);
	probing_near(&p, "idle.cpu[1].state[3].share", 0, 1e-9);
	probing_pass(&p, 1000);
	sham_busy(p.m, 1, 50); /* it wakes up in the middle of the third second: all that it slept is counted at once */
	sham_sleep(p.m, 1, SHAM_C6, 1, 2500000);
	probing_pass(&p, 1000);
	probing_near(&p, "idle.cpu[1].state[3].share", 0.5, 1e-9);
	probing_near(&p, "idle.cpu[1].awake", 0.5, 1e-9);
	probing_near(&p, "idle.cpu[1].asleep", 0, 1e-9);
	probing_is(&p, "idle.cpu[1].state[3].time_us", 2550000);
	probing_end(&p);
}

static void test_time_is_read_only_where_usage_moved(void **state)
{
	struct probing p = idle_new(4);

	(void)state;
	sham_forget(p.m);
	probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "/usage"), 4 * SHAM_STATES);
	assert_int_equal(sham_reads(p.m, "/time"), 0);
	sham_sleep(p.m, 2, SHAM_C1E, 1, 1000);
	sham_forget(p.m);
	probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "/usage"), 4 * SHAM_STATES);
	assert_int_equal(sham_reads(p.m, "/time"), 1);
	assert_int_equal(sham_reads(p.m, "cpu2/cpuidle/state2/time"), 1);
	probing_end(&p);
}

/* Each CPU has its turn within ten seconds, and those on the screen have theirs in each tick. */
static void test_seldom_files_are_read_seldom(void **state)
{
	static const char *const once[] = {"/name", "/desc", "/latency", "/residency", "/default_status"};
	struct probing p = idle_new(20);
	struct arena *a = arena_new(0);
	struct cpuset *seen = cpuset_new(a, 64);

	(void)state;
	assert_int_equal(sham_reads(p.m, "/latency"), 20 * SHAM_STATES);
	assert_in_range(sham_reads(p.m, "/desc"), 0, 2 * SHAM_STATES); /* it is not needed for the first answer */
	for (int i = 0; i < 10; i++)
		probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "/desc"), 20 * SHAM_STATES);
	sham_forget(p.m);
	for (int i = 0; i < 10; i++)
		probing_pass(&p, 1000);
	for (size_t i = 0; i < COUNT(once); i++)
		assert_int_equal(sham_reads(p.m, once[i]), 0);
	assert_in_range(sham_reads(p.m, "/disable"), 19 * SHAM_STATES, 21 * SHAM_STATES);
	assert_int_equal(sham_reads(p.m, "/above"), 0); /* nobody slept: it cannot have moved */
	sham_forget(p.m);
	sham_sleep(p.m, 4, SHAM_C6, 8, 900000);
	for (int i = 0; i < 10; i++)
		probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "/above"), 1);
	assert_int_equal(sham_reads(p.m, "cpu4/cpuidle/state3/rejected"), 1);
	sham_forget(p.m);
	for (int i = 0; i < 60; i++)
		probing_pass(&p, 1000);
	assert_in_range(sham_reads(p.m, "/rejected"), 19 * SHAM_STATES, 21 * SHAM_STATES); /* once a minute */
	sham_forget(p.m);
	probing_pass(&p, 1000);
	assert_in_range(sham_reads(p.m, "/disable"), 1, 4 * SHAM_STATES);
	cpuset_add(seen, 7);
	p.want.cpus = seen;
	sham_forget(p.m);
	for (int i = 0; i < 5; i++)
		probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "cpu7/cpuidle/state1/disable"), 5);
	p.want.cpus = NULL;
	arena_free(a);
	probing_end(&p);
}

/* What the governor guessed wrong, of the sleeps since the last reading. */
static void test_wrong_guesses(void **state)
{
	struct probing p = idle_new(2);

	(void)state;
	p.want.everything = true;
	probing_pass(&p, 1000);
	sham_sleep(p.m, 0, SHAM_C6, 400, 400000);
	sham_state(p.m, 0, SHAM_C6, "rejected", "100");
	probing_pass(&p, 1000);
	probing_near(&p, C6_OF_0 "above_share", 0.25, 1e-9);
	probing_near(&p, C6_OF_0 "below_share", 0.125, 1e-9);
	probing_near(&p, C6_OF_0 "rejected_share", 0.2, 1e-9);
	probing_not(&p, "idle.cpu[0].state[1].above_share", KNOWN_ABSENT); /* of no sleeps there is no share */
	sham_sleep(p.m, 0, SHAM_C6, 100, 100000);
	sham_state(p.m, 0, SHAM_C6, "above", "3");
	probing_pass(&p, 1000);
	probing_not(&p, C6_OF_0 "above_share", KNOWN_NOT_YET); /* went back */
	probing_near(&p, C6_OF_0 "below_share", 0.12, 1e-9);
	probing_end(&p);
}

/* What is joined of each CPU: how deep it may sleep, and where it slept. */
static void test_joined(void **state)
{
	struct probing p = idle_new(4);

	(void)state;
	sham_put(p.m, CPUS "/cpu2/power/pm_qos_resume_latency_us", "n/a\n");
	p.want.everything = true;
	sham_busy(p.m, 0, 30);
	sham_sleep(p.m, 0, SHAM_C1, 400, 300000);
	sham_sleep(p.m, 0, SHAM_C6, 100, 390000);
	sham_busy(p.m, 3, 100);
	probing_pass(&p, 1000);
	probing_says(&p, "idle.cpu[0].mostly", "C6");
	probing_is(&p, "idle.cpu[0].mostly_state", 3);
	probing_says(&p, "silicon.cpu[0].slept_in", "C6");
	probing_not(&p, "silicon.cpu[1].slept_in", KNOWN_NOT_YET); /* it sleeps, and nobody knows where */
	probing_not(&p, "silicon.cpu[3].slept_in", KNOWN_ABSENT); /* it did not */
	probing_says(&p, "silicon.cpu[0].idle_state", "C6");
	probing_is(&p, "silicon.cpu[0].exit_us", 133);
	probing_is(&p, "silicon.cpu[0].only_poll", 0);
	probing_not(&p, "silicon.cpu[0].latency_limit_us", KNOWN_ABSENT);
	probing_says(&p, "silicon.cpu[2].idle_state", "POLL");
	probing_is(&p, "silicon.cpu[2].exit_us", 0);
	probing_is(&p, "silicon.cpu[2].latency_limit_us", 0);
	probing_is(&p, "silicon.cpu[2].only_poll", 1);
	probing_end(&p);
	p = probing_new(2); /* without any states */
	probing_tick(&p);
	probing_not(&p, "silicon.cpu[0].exit_us", KNOWN_NOT_YET);
	probing_pass(&p, 1000);
	probing_not(&p, "silicon.cpu[0].exit_us", KNOWN_ABSENT);
	probing_not(&p, "silicon.cpu[0].slept_in", KNOWN_ABSENT);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_tick_is_left_to_the_clocks),
		cmocka_unit_test(test_many_cpus_are_read_in_parts),
		cmocka_unit_test(test_what_the_files_say),
		cmocka_unit_test(test_shares_and_rates),
		cmocka_unit_test(test_time_is_read_only_where_usage_moved),
		cmocka_unit_test(test_seldom_files_are_read_seldom),
		cmocka_unit_test(test_wrong_guesses),
		cmocka_unit_test(test_joined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
