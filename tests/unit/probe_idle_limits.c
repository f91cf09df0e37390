/* Tests how deep a CPU may sleep: limits of all CPUs and its own, disabled states, and refusals. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "probes/idle.h"
#include "tests/lib/probing.h"
#include "tests/lib/sham_idle.h"

#define CPUS "/sys/devices/system/cpu"
#define QOS "@qos/global"
#define OWN_LIMIT "/power/pm_qos_resume_latency_us"

static struct probing idle_new(void)
{
	struct probing p = probing_new(4);

	sham_idle(p.m, 4);
	p.want.everything = true;
	return p;
}

/* What a CPU may do under one global limit, its own, and with states disabled (a bit each). */
static const struct {
	const char *global, *own;
	unsigned disabled;
	const char *deepest;
	unsigned exit_us;
	bool only_poll;
	const char *by; /* NULL: nothing */
} cases[] = {
	{"2000000000", "0", 0, "C6", 133, false, NULL},
	{"133", "0", 0, "C6", 133, false, NULL},
	{"132", "0", 0, "C1E", 10, false, IDLE_BY_GLOBAL},
	{"10", "0", 0, "C1E", 10, false, IDLE_BY_GLOBAL},
	{"2", "0", 0, "C1", 2, false, IDLE_BY_GLOBAL},
	{"1", "0", 0, "POLL", 0, true, IDLE_BY_GLOBAL}, /* the trap: C1 takes 2 µs */
	{"0", "0", 0, "POLL", 0, true, IDLE_BY_GLOBAL},
	{"2000000000", "n/a", 0, "POLL", 0, true, IDLE_BY_OWN}, /* and the other one: n/a is zero, 0 is none */
	{"2000000000", "20", 0, "C1E", 10, false, IDLE_BY_OWN},
	{"10", "20", 0, "C1E", 10, false, IDLE_BY_GLOBAL},
	{"20", "3", 0, "C1", 2, false, IDLE_BY_OWN},
	{"2000000000", "2147483647", 0, "C6", 133, false, NULL},
	{"2000000000", "0", 1 << SHAM_C6, "C1E", 10, false, IDLE_BY_DISABLED},
	{"2000000000", "0", 1 << SHAM_C1E, "C6", 133, false, NULL},
	{"5", "0", 1 << SHAM_C6, "C1", 2, false, IDLE_BY_GLOBAL},
	{"2000000000", "0", 14, "POLL", 0, true, IDLE_BY_DISABLED},
	/* as the kernel does it: the first that is enabled, and without any the first of all */
	{"1", "0", 1 << SHAM_POLL, "C1", 2, false, IDLE_BY_GLOBAL},
	{"2000000000", "0", 15, "POLL", 0, true, IDLE_BY_DISABLED},
	{"0", "0", 1 << SHAM_POLL, "POLL", 0, true, IDLE_BY_GLOBAL},
};

static void test_how_deep(void **state)
{
	struct probing p = idle_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		sham_put(p.m, QOS, "limit_us=%s\n", cases[i].global);
		sham_put(p.m, CPUS "/cpu0" OWN_LIMIT, "%s\n", cases[i].own);
		for (unsigned k = 0; k < SHAM_STATES; k++)
			sham_state(p.m, 0, k, "disable", "%d", cases[i].disabled >> k & 1);
		probing_pass(&p, 1000);
		print_message("case %zu: %s, %s, %x\n", i, cases[i].global, cases[i].own, cases[i].disabled);
		probing_says(&p, "idle.cpu[0].deepest", cases[i].deepest);
		probing_is(&p, "idle.cpu[0].exit_us", cases[i].exit_us);
		probing_is(&p, "idle.cpu[0].only_poll", cases[i].only_poll);
		if (cases[i].by)
			probing_says(&p, "idle.cpu[0].limited_by", cases[i].by);
		else
			probing_not(&p, "idle.cpu[0].limited_by", KNOWN_ABSENT);
	}
	probing_end(&p);
}

static void test_limits_in_words(void **state)
{
	struct probing p = idle_new();

	(void)state;
	sham_put(p.m, QOS, "limit_us=2000000000\n");
	probing_pass(&p, 1000);
	probing_says(&p, "idle.limit", "none");
	probing_not(&p, "idle.limit_us", KNOWN_ABSENT);
	probing_not(&p, "idle.wakeup_limit_us", KNOWN_ABSENT);
	probing_not(&p, "idle.cpu[0].limit_us", KNOWN_ABSENT);
	probing_says(&p, "idle.cpu[0].resume_latency", "none");
	probing_not(&p, "idle.cpu[0].resume_latency_us", KNOWN_ABSENT);
	probing_is(&p, "idle.limited", 0);
	probing_is(&p, "idle.exit_us", 133);
	sham_put(p.m, QOS, "limit_us=30\nwakeup_us=8\n");
	sham_put(p.m, CPUS "/cpu1" OWN_LIMIT, "n/a\n");
	sham_put(p.m, CPUS "/cpu2" OWN_LIMIT, "4\n");
	probing_pass(&p, 1000);
	probing_says(&p, "idle.limit", "30 µs");
	probing_is(&p, "idle.limit_us", 30);
	probing_is(&p, "idle.wakeup_limit_us", 8);
	probing_is(&p, "idle.cpu[0].limit_us", 8);
	probing_says(&p, "idle.cpu[0].limited_by", IDLE_BY_WAKEUP);
	probing_says(&p, "idle.cpu[1].resume_latency", "0 µs, polling only");
	probing_is(&p, "idle.cpu[1].resume_latency_us", 0);
	probing_is(&p, "idle.cpu[1].limit_us", 0);
	probing_says(&p, "idle.cpu[2].resume_latency", "4 µs");
	probing_is(&p, "idle.cpu[2].limit_us", 4);
	probing_is(&p, "idle.limited", 4);
	probing_is(&p, "idle.polling", 1);
	probing_says(&p, "idle.deepest", "C1");
	probing_is(&p, "idle.cpu[0].state[1].allowed", 1);
	probing_is(&p, "idle.cpu[0].state[2].allowed", 0);
	sham_put(p.m, QOS, "limit_us=0\n");
	probing_pass(&p, 1000);
	probing_says(&p, "idle.limit", "0 µs, polling only");
	probing_is(&p, "idle.polling", 4);
	probing_end(&p);
}

/* Without root the limit of all CPUs is not known: the deepest state is as far as is known, and is marked. */
static void test_a_limit_that_is_refused(void **state)
{
	struct probing p = idle_new();

	(void)state;
	sham_error(p.m, QOS, -EACCES);
	sham_put(p.m, CPUS "/cpu1" OWN_LIMIT, "12\n");
	probing_pass(&p, 1000);
	probing_not(&p, "idle.limit", KNOWN_DENIED);
	probing_not(&p, "idle.limit_us", KNOWN_DENIED);
	probing_not(&p, "idle.cpu[0].limit_us", KNOWN_DENIED);
	probing_not(&p, "idle.cpu[0].limited_by", KNOWN_DENIED);
	probing_says(&p, "idle.cpu[0].deepest", "C6");
	assert_int_equal(probing_value(&p, "idle.cpu[0].deepest").src, 1);
	probing_is(&p, "idle.cpu[1].limit_us", 12);
	probing_says(&p, "idle.cpu[1].limited_by", IDLE_BY_OWN);
	assert_int_equal(((const struct idle *)snapshot_facts(p.snap, &probe_idle))->holder.known, KNOWN_DENIED);
	assert_int_equal(sham_reads(p.m, "/fd"), 0); /* nor may it look into processes */
	sham_error(p.m, QOS, 0);
	sham_put(p.m, QOS, "limit_us=nonsense\n");
	probing_pass(&p, 1000);
	probing_not(&p, "idle.limit", KNOWN_BROKEN);
	sham_put(p.m, QOS, "limit_us=-1\n");
	probing_pass(&p, 1000);
	probing_not(&p, "idle.limit", KNOWN_BROKEN);
	probing_end(&p);
}

static void test_nonsense_of_its_own(void **state)
{
	struct probing p = idle_new();

	(void)state;
	sham_put(p.m, CPUS "/cpu0" OWN_LIMIT, "much\n");
	sham_error(p.m, CPUS "/cpu1" OWN_LIMIT, -EIO);
	sham_remove(p.m, CPUS "/cpu2" OWN_LIMIT);
	sham_error(p.m, CPUS "/cpu3/cpuidle/state3/disable", -EIO);
	probing_pass(&p, 1000);
	probing_not(&p, "idle.cpu[0].resume_latency", KNOWN_BROKEN);
	probing_not(&p, "idle.cpu[0].resume_latency_us", KNOWN_BROKEN);
	probing_not(&p, "idle.cpu[1].limit_us", KNOWN_BROKEN);
	probing_says(&p, "idle.cpu[1].deepest", "C6");
	probing_not(&p, "idle.cpu[2].resume_latency", KNOWN_ABSENT);
	probing_says(&p, "idle.cpu[2].deepest", "C6");
	probing_not(&p, "idle.cpu[3].deepest", KNOWN_BROKEN); /* it may be disabled */
	probing_not(&p, "idle.cpu[3].state[3].allowed", KNOWN_BROKEN);
	probing_end(&p);
}

/* Ladder climbs a step at a time: what is behind a disabled state is out of reach. */
static void test_ladder(void **state)
{
	struct probing p = idle_new();

	(void)state;
	sham_put(p.m, CPUS "/cpuidle/current_governor_ro", "ladder\n");
	sham_state(p.m, 0, SHAM_C1E, "disable", "1");
	probing_pass(&p, 1000);
	probing_says(&p, "idle.cpu[0].deepest", "C1");
	probing_says(&p, "idle.cpu[0].limited_by", IDLE_BY_DISABLED);
	probing_is(&p, "idle.cpu[0].state[3].allowed", 0);
	sham_put(p.m, CPUS "/cpuidle/current_governor_ro", "menu\n");
	probing_pass(&p, 1000);
	probing_says(&p, "idle.cpu[0].deepest", "C6");
	probing_end(&p);
}

/* It never comes down to polling but for zero tolerance: neither a limit nor a disabled state takes its first step. */
static void test_the_first_step_of_ladder(void **state)
{
	static const struct {
		const char *limit;
		unsigned disabled;
		const char *deepest;
		bool only_poll;
		const char *by; /* NULL: nothing */
	} steps[] = {
		{"1", 0, "C1", false, IDLE_BY_GLOBAL},
		{"2", 0, "C1", false, IDLE_BY_GLOBAL},
		{"30", 0, "C1E", false, IDLE_BY_GLOBAL},
		{"0", 0, "POLL", true, IDLE_BY_GLOBAL},
		{"2000000000", 1 << SHAM_C1, "C6", false, NULL},
		{"2000000000", 1 << SHAM_POLL | 1 << SHAM_C1, "C6", false, NULL},
		{"2000000000", 1 << SHAM_C1 | 1 << SHAM_C1E, "C1", false, IDLE_BY_DISABLED},
		{"2000000000", 15, "C1", false, IDLE_BY_DISABLED},
		{"0", 15, "POLL", true, IDLE_BY_GLOBAL},
	};
	struct probing p = idle_new();

	(void)state;
	sham_put(p.m, CPUS "/cpuidle/current_governor_ro", "ladder\n");
	for (size_t i = 0; i < COUNT(steps); i++) {
		sham_put(p.m, QOS, "limit_us=%s\n", steps[i].limit);
		for (unsigned k = 0; k < SHAM_STATES; k++)
			sham_state(p.m, 0, k, "disable", "%d", steps[i].disabled >> k & 1);
		probing_pass(&p, 1000);
		print_message("case %zu: %s, %x\n", i, steps[i].limit, steps[i].disabled);
		probing_says(&p, "idle.cpu[0].deepest", steps[i].deepest);
		probing_is(&p, "idle.cpu[0].only_poll", steps[i].only_poll);
		probing_is(&p, "idle.cpu[0].state[1].allowed", !steps[i].only_poll);
		if (steps[i].by)
			probing_says(&p, "idle.cpu[0].limited_by", steps[i].by);
		else
			probing_not(&p, "idle.cpu[0].limited_by", KNOWN_ABSENT);
	}
	probing_end(&p);
	p = idle_new();
	sham_put(p.m, CPUS "/cpuidle/current_governor_ro", "ladder\n");
	sham_state(p.m, 0, SHAM_POLL, "latency", "1"); /* a first state that sleeps is the first step itself */
	sham_put(p.m, QOS, "limit_us=1\n");
	probing_pass(&p, 1000);
	probing_is(&p, "idle.cpu[0].exit_us", 1);
	probing_is(&p, "idle.cpu[0].state[1].allowed", 0);
	probing_end(&p);
}

/* Servers hide states of the table that the firmware does not list: nobody took those away. */
static void test_disabled_since_boot(void **state)
{
	struct probing p = idle_new();

	(void)state;
	sham_state(p.m, 0, SHAM_C6, "disable", "1");
	sham_state(p.m, 0, SHAM_C6, "default_status", "disabled");
	probing_pass(&p, 1000);
	probing_is(&p, "idle.cpu[0].state[3].default_disabled", 1);
	probing_says(&p, "idle.cpu[0].deepest", "C1E");
	probing_not(&p, "idle.cpu[0].limited_by", KNOWN_ABSENT);
	probing_is(&p, "idle.limited", 0);
	probing_end(&p);
}

/* arm64's first state sleeps, and is what is left of a limit of 0. */
static void test_a_first_state_that_sleeps(void **state)
{
	struct probing p = idle_new();

	(void)state;
	sham_state(p.m, 0, 0, "name", "WFI");
	sham_state(p.m, 0, 0, "latency", "1");
	sham_put(p.m, QOS, "limit_us=0\n");
	probing_pass(&p, 1000);
	probing_says(&p, "idle.cpu[0].deepest", "WFI");
	probing_is(&p, "idle.cpu[0].only_poll", 0);
	probing_is(&p, "idle.cpu[1].only_poll", 1);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_how_deep),
		cmocka_unit_test(test_limits_in_words),
		cmocka_unit_test(test_a_limit_that_is_refused),
		cmocka_unit_test(test_nonsense_of_its_own),
		cmocka_unit_test(test_ladder),
		cmocka_unit_test(test_the_first_step_of_ladder),
		cmocka_unit_test(test_disabled_since_boot),
		cmocka_unit_test(test_a_first_state_that_sleeps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
