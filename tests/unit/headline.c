/* Tests the sentence on top: each thing that can be said of a host's clocks, and that unknown is never 0. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "probes/report.h"
#include "tests/lib/probing.h"

#define CPUS "/sys/devices/system/cpu"

static void headline_is(struct probing *p, enum headline_mood mood, const char *text, const char *worth)
{
	struct arena *a = arena_new(0);
	struct headline h = headline(a, p->snap);

	assert_string_equal(h.text, text);
	if (h.mood != mood)
		fail_msg("\"%s\" has mood %d, not %d", h.text, h.mood, mood);
	assert_int_equal(h.worth != NULL, worth != NULL);
	if (worth)
		assert_string_equal(h.worth, worth);
	arena_free(a);
}

/* Two ticks, a second apart. */
static void probe(struct probing *p)
{
	probing_tick(p);
	probing_pass(p, 1000);
}

static void test_nothing_read_yet(void **state)
{
	struct probing p = probing_new(0);

	(void)state;
	headline_is(&p, MOOD_UNKNOWN, "Reading this host …", NULL);
	probe(&p);
	headline_is(&p, MOOD_UNKNOWN, "No CPU can be read here: nothing can be said of clocks.", NULL);
	probing_end(&p);

	p = probing_new(2);
	probing_tick(&p);
	headline_is(&p, MOOD_UNKNOWN, "Reading: the load of the CPUs is not known yet.",
		"Governor powersave on acpi-cpufreq.");
	sham_kind(p.m, HOST_DIRECTORY);
	sham_forward(p.m, 200000000);
	probing_tick(&p);
	headline_is(&p, MOOD_UNKNOWN, "Nothing moves here: which CPUs were busy is not known, so no clock is judged.",
		"Governor powersave on acpi-cpufreq.");
	probing_end(&p);
}

static void test_without_policies(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	sham_remove(p.m, CPUS "/cpufreq");
	probe(&p);
	headline_is(&p, MOOD_UNKNOWN, "The kernel controls no clocks here: no cpufreq driver is bound.",
		"The firmware may do it by itself: look at its power profile.");
	probing_end(&p);

	p = probing_new(2);
	sham_remove(p.m, CPUS "/cpufreq");
	sham_put(p.m, "/proc/cpuinfo", "processor : 0\nmodel name : A\nflags : hypervisor\n");
	probe(&p);
	headline_is(&p, MOOD_UNKNOWN,
		"This host is itself a guest (the processor has the flag hypervisor): its clocks are set outside.",
		"Run hvscope on the hypervisor below to see them.");
	probing_end(&p);
}

/* What may not be listed is not what does not exist. */
static void test_policies_that_are_refused(void **state)
{
	struct probing p = probing_new(2);
	struct arena *a = arena_new(0);
	struct headline h;

	(void)state;
	sham_error(p.m, CPUS "/cpufreq", -EACCES);
	probe(&p);
	h = headline(a, p.snap);
	assert_int_equal(h.mood, MOOD_UNKNOWN);
	assert_non_null(strstr(h.text, "EACCES"));
	assert_null(strstr(h.text, "no cpufreq driver"));
	arena_free(a);
	probing_end(&p);

	p = probing_new(2);
	sham_error(p.m, "/proc/stat", -EIO);
	probe(&p);
	headline_is(&p, MOOD_UNKNOWN, "The load of the CPUs cannot be read: EIO. Without it no clock is judged.",
		"Governor powersave on acpi-cpufreq.");
	probing_end(&p);
}

static void test_slow(void **state)
{
	struct probing p = probing_new(4);

	(void)state;
	sham_busy(p.m, 1, 100);
	probe(&p);
	headline_is(&p, MOOD_CRIT,
		"1 busy CPU runs at 1.20 of 2.40 GHz: governor powersave on acpi-cpufreq pins them to the minimum.",
		"Worth up to ×2.0 on every CPU-bound millisecond.");
	sham_busy(p.m, 2, 100);
	sham_policies(p.m, "scaling_cur_freq", "2000000");
	sham_policies(p.m, "scaling_governor", "performance");
	probing_pass(&p, 1000);
	headline_is(&p, MOOD_WARN, "1 busy CPU runs at 2.00 of 2.40 GHz: what holds them down is not known.",
		"Worth up to ×1.2 on every CPU-bound millisecond."); /* the other one just woke up */
	sham_busy(p.m, 2, 100);
	probing_pass(&p, 1000);
	headline_is(&p, MOOD_WARN, "2 busy CPUs run at 2.00 of 2.40 GHz: what holds them down is not known.",
		"Worth up to ×1.2 on every CPU-bound millisecond.");
	probing_end(&p);
}

static void test_good(void **state)
{
	struct probing p = probing_new(4);

	(void)state;
	sham_policies(p.m, "scaling_cur_freq", "2400000");
	sham_busy(p.m, 1, 100);
	probe(&p);
	headline_is(&p, MOOD_GOOD, "1 busy CPU runs at 1.00 of its base clock.", NULL);
	sham_busy(p.m, 2, 100);
	probing_pass(&p, 1000);
	headline_is(&p, MOOD_GOOD, "2 busy CPUs run at 1.00 of their base clock, none below 0.92.", NULL);
	probing_end(&p);
}

static void test_idle(void **state)
{
	struct probing p = probing_new(4);

	(void)state;
	probe(&p);
	headline_is(&p, MOOD_WARN,
		"No CPU is busy, but governor powersave on acpi-cpufreq will hold busy ones at 1.20 GHz.",
		"Idle clocks say nothing: put load on a CPU to see its own.");
	sham_policies(p.m, "scaling_governor", "performance");
	probing_pass(&p, 1000);
	headline_is(&p, MOOD_GOOD, "No CPU is busy enough to judge its clock: governor performance on acpi-cpufreq.",
		"Idle clocks say nothing: they are limits or old requests.");
	probing_end(&p);
}

static void test_a_limit_that_is_not_known_is_not_0(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	sham_error(p.m, CPUS "/cpufreq/policy0/scaling_min_freq", -EIO);
	sham_error(p.m, CPUS "/cpufreq/policy1/scaling_min_freq", -EIO);
	probe(&p);
	headline_is(&p, MOOD_WARN,
		"No CPU is busy, but governor powersave on acpi-cpufreq will hold busy ones at the minimum.",
		"Idle clocks say nothing: put load on a CPU to see its own.");
	probing_end(&p);
}

static void test_busy_and_not_measured(void **state)
{
	struct probing p = probing_new(4);

	(void)state;
	sham_put(p.m, CPUS "/nohz_full", "1-2\n");
	sham_busy(p.m, 1, 100);
	probe(&p);
	headline_is(&p, MOOD_UNKNOWN, "1 busy CPU: its clock is not measured here.",
		"Reading counters would interrupt them; :deep allows it.");
	sham_busy(p.m, 2, 100);
	probing_pass(&p, 1000);
	headline_is(&p, MOOD_UNKNOWN, "2 busy CPUs: their clock is not measured here.",
		"Reading counters would interrupt them; :deep allows it.");
	probing_end(&p);

	p = probing_new(2);
	sham_put(p.m, "/proc/cpuinfo", "processor : 0\nvendor_id : AuthenticAMD\nflags : fpu constant_tsc\n\n");
	sham_busy(p.m, 1, 100);
	probe(&p);
	headline_is(&p, MOOD_UNKNOWN, "1 busy CPU: its clock is not measured here.",
		"The processor does not count its clock: the kernel shows what it asked for.");
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_read_yet),
		cmocka_unit_test(test_without_policies),
		cmocka_unit_test(test_policies_that_are_refused),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_a_limit_that_is_not_known_is_not_0),
		cmocka_unit_test(test_busy_and_not_measured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
