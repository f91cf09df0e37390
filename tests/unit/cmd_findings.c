/* Tests f and :fix, which plan what mends a finding, and :profile, which says what is felt. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "probes/probe.h"
#include "probes/util.h"
#include "tests/lib/beside.h"
#include "tests/lib/findings.h"
#include "tests/lib/screen.h"
#include "tests/lib/tree.h"
#include "tui/beside.h"

static const struct finding *found(struct screen *s, const char *id)
{
	return findings_of(s->app->snap->findings, check_find(id));
}

/* The finding goes with the next tick. */
static void mends(void **state)
{
	struct screen *s = screen_open("founding", true);

	(void)state;
	assert_int_equal(found(s, "F02")->verdict, VERDICT_FIRE);
	screen_keys(s, "8 f");
	must_show(s, "Switch the governor of 24 CPUs");
	must_show(s, "powersave → performance");
	screen_keys(s, "y");
	screen_tick(s);
	assert_int_equal(found(s, "F02")->verdict, VERDICT_PASS);
	must_not_show(s, "Governor powersave");
	screen_command(s, "fix cpufreq-governor");
	must_show(s, "F02 cpufreq-governor: there is nothing to mend.");
	screen_close(s);
}

/* From the finding as a whole, from the overview, and from an effect, whose cause it is that can be mended. */
static void from_wherever_it_is_seen(void **state)
{
	static const char *const keys[] = {"8 Home Enter f", "1 f", "8 Home Tab Down f", "8 Home Down Enter f"};
	struct screen *s = screen_open("founding", true);

	(void)state;
	for (size_t i = 0; i < COUNT(keys); i++) {
		screen_keys(s, keys[i]);
		must_show(s, "Switch the governor of 24 CPUs");
		screen_keys(s, "Esc Esc");
	}
	screen_close(s);
}

#define DB1 "guests.guest[0b1e7d52-90c3-4f6a-8d21-5a6b7c8d9e0f]"
#define WEB3 "guests.guest[6f3a1c5e-2b41-4d0f-9a77-0c1d2e3f4a5b]"

/* Of one guest the thread that is most in the way is offered, of several guests it is asked whose. */
static void pins(void **state)
{
	static const struct finding_part parts[] = {
		{SEVERITY_CRIT, "web3: vcpu 2 shares a CPU.", "placement.guests", WEB3 ".pin[2]", NULL},
		{SEVERITY_WARN, "web3: its emulator is on a vCPU.", "placement.guests", WEB3 ".emulator_cpus", NULL},
		{SEVERITY_WARN, "db1: vcpu 1 shares a CPU.", "placement.guests", DB1 ".pin[1]", NULL},
	};
	struct found_by_hand shared = {
		"P01", VERDICT_FIRE, SEVERITY_CRIT, .line = "Two vCPUs share a CPU.", .part = parts, .nparts = 1};
	struct screen *s = screen_open("guests", false);

	(void)state;
	findings_put(s->app->snap, &shared, 1);
	screen_keys(s, "8 f");
	must_show(s, "Pin web3");
	must_show(s, "vcpu 2: ");
	screen_keys(s, "Esc");
	shared.nparts = 2;
	findings_put(s->app->snap, &shared, 1);
	screen_keys(s, "f");
	must_show(s, "Pin web3");
	must_show(s, "vcpu 2: ");
	screen_keys(s, "Esc");
	shared.nparts = 3;
	findings_put(s->app->snap, &shared, 1);
	screen_keys(s, "f");
	must_show(s, "Pin which guest?");
	must_show(s, "db1: vcpu 1 shares a CPU.");
	screen_keys(s, "Down Enter");
	must_show(s, "Pin db1");
	must_show(s, "vcpu 1: ");
	screen_close(s);
}

/* The plan is shown wherever it is, and Yes only where it can be carried out. */
static void nothing_is_offered_that_cannot_be_done(void **state)
{
	struct screen *s = screen_open("founding", false);

	(void)state;
	screen_keys(s, "8 f");
	must_show(s, "Switch the governor of 24 CPUs");
	must_show(s, "This is a capture of a machine");
	must_not_show(s, "Yes, change it");
	screen_close(s);
}

static void without_an_action_it_is_said_how(void **state)
{
	static const struct found_by_hand slow = {
		"F01", VERDICT_FIRE, SEVERITY_WARN, .line = "Slow.", .now = "`echo 1 > /sys/x`"};
	struct screen *s = screen_open("founding", false);

	(void)state;
	s->w = 120;
	findings_put(s->app->snap, &slow, 1);
	screen_keys(s, "8 f");
	must_say(s, "No action of hvscope mends F01; Enter shows the rest. By hand: echo 1 > /sys/x");
	screen_command(s, "fix F99");
	must_say(s, "There is no check \"F99\"");
	screen_keys(s, "5 f");
	must_say(s, "There is no finding under the cursor");
	screen_close(s);
}

static void profiles(void **state)
{
	struct besides b = besides_open("founding", "fine");
	struct screen *s = b.s;

	(void)state;
	assert_int_equal(s->app->snap->findings->profile, PROFILE_WEB);
	screen_command(s, "profile trading");
	assert_int_equal(s->app->snap->findings->profile, PROFILE_TRADING);
	assert_int_equal(beside_snapshot(s->app)->findings->profile, PROFILE_TRADING);
	screen_command(s, "profile");
	must_say(s, "by the profile trading");
	screen_command(s, "profile slow");
	must_say(s, "There is no profile \"slow\": web, trading or batch.");
	assert_int_equal(s->app->snap->findings->profile, PROFILE_TRADING);
	besides_close(&b);
	s = screen_tape("founding", 3);
	screen_command(s, "profile batch");
	assert_int_equal(s->app->snap->findings->profile, PROFILE_BATCH);
	screen_keys(s, "8");
	s->w = 120;
	must_show(s, "profile batch");
	screen_close(s);
}

/* A capture beside that stands still is judged anew too. */
static void a_capture_beside_too(void **state)
{
	struct screen *s = screen_open("founding", false);

	(void)state;
	beside_open(s->app, "tests/hosts/fine.host", NULL);
	screen_text(s);
	assert_non_null(beside_snapshot(s->app));
	screen_command(s, "profile batch");
	assert_int_equal(beside_snapshot(s->app)->findings->profile, PROFILE_BATCH);
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mends),
		cmocka_unit_test(from_wherever_it_is_seen),
		cmocka_unit_test(pins),
		cmocka_unit_test(nothing_is_offered_that_cannot_be_done),
		cmocka_unit_test(without_an_action_it_is_said_how),
		cmocka_unit_test(profiles),
		cmocka_unit_test(a_capture_beside_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
