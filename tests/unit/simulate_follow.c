/* Tests that the clocks of a simulated machine follow its governors when somebody switches them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/simulated.h"

enum { NCPUS = 16 };

static void govern(const struct place *p, unsigned cpu, const char *governor)
{
	char path[100];

	snprintf(path, sizeof path, CPU "cpufreq/policy%u/scaling_governor", cpu);
	overwrite(p, "t", path, governor, O_TRUNC);
}

/* A tree t of that driver, all of it busy. */
static struct simulation *machine(const struct place *p, const char *driver, const char *governor)
{
	struct simulate_options o = small_machine();
	struct simulation *s = NULL;
	char why[200], dir[300];

	o.driver = driver;
	o.governor = governor;
	o.busy_percent = 100;
	make_machine(p, "t", &o);
	assert_int_equal(simulate_open(place_path(p, "t", dir), &s, why), 0);
	return s;
}

static void move(struct simulation *s, unsigned ms)
{
	char why[200] = "";

	if (simulate_move(s, ms, 0, why))
		fail_msg("simulate_move: %s", why);
}

/* The founding story: pinned to the minimum until somebody switches, in the next second, for that policy alone. */
static void test_pinned_ones_come_up(void **state)
{
	const struct place *p = *state;
	struct simulation *s = machine(p, "acpi-cpufreq", "powersave");

	move(s, 1000);
	for (unsigned cpu = 0; cpu < NCPUS; cpu += 2)
		govern(p, cpu, "performance\n");
	govern(p, 1, ""); /* just being written */
	govern(p, 3, "frob\n");
	move(s, 1000);
	for (unsigned cpu = 0; cpu < NCPUS; cpu++)
		assert_in_range(khz_of(p, "t", cpu), cpu % 2 ? 1000000 : 2400000, cpu % 2 ? 1010000 : 3900000);
	for (unsigned cpu = 0; cpu < NCPUS; cpu += 2)
		govern(p, cpu, "powersave\n");
	move(s, 1000);
	for (unsigned cpu = 0; cpu < NCPUS; cpu++)
		assert_in_range(khz_of(p, "t", cpu), 1000000, 1010000);
	simulate_close(s);
}

/* Where the driver picks clocks by itself, powersave is not the minimum. */
static void test_powersave_of_drivers(void **state)
{
	static const struct {
		const char *driver;
		unsigned from, to;
	} cases[] = {
		{"intel_cpufreq", 1000000, 1010000},
		{"amd-pstate", 1500000, 1515000},
		{"intel_pstate", 2400000, 3900000},
		{"amd-pstate-epp", 2450000, 3529000},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		void *place = NULL;
		struct simulation *s;

		assert_int_equal(place_setup(&place), 0);
		s = machine(place, cases[i].driver, "performance");
		for (unsigned cpu = 0; cpu < NCPUS; cpu++)
			govern(place, cpu, "powersave\n");
		move(s, 1000);
		for (unsigned cpu = 0; cpu < NCPUS; cpu++)
			assert_in_range(khz_of(place, "t", cpu), cases[i].from, cases[i].to);
		simulate_close(s);
		assert_int_equal(place_teardown(&place), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_pinned_ones_come_up, place_setup, place_teardown),
		cmocka_unit_test(test_powersave_of_drivers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
