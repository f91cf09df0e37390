/* The choice of CPUs that opens from a finding: it begins with CPUs that mend it, or says that there are none. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probes/cpuset.h"
#include "probes/util.h"
#include "tests/lib/bench_seats.h"
#include "tests/lib/findings.h"
#include "tests/lib/screen.h"
#include "tui/pin_pick.h"

static const char *chosen(const struct screen *s)
{
	assert_non_null(s->app->pin);
	return cpuset_text(s->app->pin->arena, s->app->pin->cpus);
}

/* What the check of that id would plan about the thread at that address. */
static void fix(struct screen *s, const char *id, const char *target)
{
	const struct finding_part part = {
		.severity = SEVERITY_CRIT, .text = "In the way.", .evidence = "placement.conflicts", .target = target};
	const struct found_by_hand found = {
		id, VERDICT_FIRE, SEVERITY_CRIT, .line = "In the way.", .part = &part, .nparts = 1};
	char command[32];

	if (s->app->overlay)
		screen_keys(s, "Esc");
	findings_put(s->app->snap, &found, 1);
	snprintf(command, sizeof(command), "fix %s", id);
	screen_command(s, command);
}

#define IN_WEB3 "guests.guest[" SEATS_WEB3 "]"
#define IN_DB1 "guests.guest[" SEATS_DB1 "]"

/*
 * CPUs 6-11 and 18-23 are node 1, N and N+12 a core; of these 8 and 9 have web3's vCPUs, 21 that of a stranger, 23 runs
 * one of web3: 6 is the first core that has nobody.
 */
static void a_vcpu_gets_a_free_cpu_of_its_node(void **state)
{
	struct bench *b = *state;

	fix(b->s, "P01", IN_WEB3 ".pin[2]");
	must_show(b->s, "vcpu 2: now CPU 8");
	assert_string_equal(chosen(b->s), "6");
	must_show(b->s, "Chosen: CPU 6 on node 1");
	must_not_show(b->s, "as now");
	screen_keys(b->s, "s"); /* another scope has no other need */
	assert_string_equal(chosen(b->s), "6");
	fix(b->s, "P02", IN_DB1 ".pin[0]"); /* on node 0; 13 has an iothread, and 16 and 17 have mail */
	assert_string_equal(chosen(b->s), "12"); /* 14 to 16 are on db1's own cores, 5 is on one of mail's */
	screen_keys(b->s, "Tab");
	must_show(b->s, "vcpu 1: ");
	assert_string_equal(chosen(b->s), "12");
}

static void helpers_get_the_cpus_of_the_host(void **state)
{
	struct bench *b = *state;

	fix(b->s, "P03", IN_WEB3 ".emulator_cpus");
	must_show(b->s, "emulator: now CPU 8");
	assert_string_equal(chosen(b->s), "6-7,10-11,18-19,22-23");
}

/* Neither the fault itself nor somebody else's CPU is offered then. */
static void where_none_is_free_it_says_so(void **state)
{
	struct bench *b = *state;

	b->seats.guest[MAIL].thread[0].cpus = b->seats.guest[MAIL].thread[1].cpus = "6-11,18-23";
	b->s->w = 140;
	again(b);
	fix(b->s, "P01", IN_WEB3 ".pin[2]");
	assert_string_equal(chosen(b->s), "");
	must_say(b->s, "No CPU of node 1 is free");
	must_show(b->s, "No CPU of node 1 is free: each has a pinned thread of a guest");
	screen_keys(b->s, "Enter");
	must_show(b->s, "Pin web3");
	fix(b->s, "P03", IN_DB1 ".emulator_cpus");
	assert_string_not_equal(chosen(b->s), "");
	b->seats.guest[MAIL].thread[0].cpus = "0-22";
	again(b);
	fix(b->s, "P03", IN_DB1 ".emulator_cpus");
	must_say(b->s, "No CPU of node 0 is the host's");
}

/* One node that has room for all, where its own CPUs count as room. */
static void all_go_into_one_node(void **state)
{
	struct bench *b = *state;

	b->seats.guest[WEB3].thread[1].cpus = "9";
	fix(b->s, "P04", IN_WEB3 ".pin[3]");
	must_show(b->s, "all 1:1: ");
	assert_string_equal(chosen(b->s), "6-9");
	b->seats.guest[WEB3].vcpus = 4;
	b->seats.guest[MAIL].thread[0].cpus = "1-20";
	again(b);
	fix(b->s, "P04", IN_WEB3 ".pin[3]");
	assert_string_equal(chosen(b->s), "");
	must_say(b->s, "No node has 4 free CPUs for its vCPUs.");
}

#define DB1_OF_CAPTURE "0b1e7d52-90c3-4f6a-8d21-5a6b7c8d9e0f"

/* Found by the check itself: its own key p plans it too, and the plan is about another CPU of that node. */
static void a_real_finding(void **state)
{
	struct screen *s = screen_open("guests", false);

	(void)state;
	s->w = 120;
	screen_command(s, "explain P01");
	screen_keys(s, "p");
	must_show(s, "Pin which guest?");
	screen_command(s, "fix P01 " DB1_OF_CAPTURE);
	must_show(s, "vcpu 2: now CPU 6");
	must_show(s, "Chosen: CPU 10 on node 1");
	screen_keys(s, "Enter");
	must_show(s, "6 → 10");
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_vcpu_gets_a_free_cpu_of_its_node, set_up, tear_down),
		cmocka_unit_test_setup_teardown(helpers_get_the_cpus_of_the_host, set_up, tear_down),
		cmocka_unit_test_setup_teardown(where_none_is_free_it_says_so, set_up, tear_down),
		cmocka_unit_test_setup_teardown(all_go_into_one_node, set_up, tear_down),
		cmocka_unit_test(a_real_finding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
