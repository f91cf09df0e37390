/* Tests idle states on odd machines: old kernels, none at all, gaps, hybrids, hotplug, and too many to keep open. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/cpuset.h"
#include "probes/idle.h"
#include "probes/report.h"
#include "tests/lib/probing.h"
#include "tests/lib/sham_idle.h"

#define CPUS "/sys/devices/system/cpu"

static struct probing idle_new(unsigned cpus)
{
	struct probing p = probing_new(cpus);

	sham_idle(p.m, cpus);
	probing_tick(&p);
	probing_pass(&p, 1000);
	return p;
}

static const struct idle *facts(struct probing *p)
{
	return snapshot_facts(p->snap, &probe_idle);
}

static void remove_files(struct probing *p, const char *file)
{
	char path[160];

	for (unsigned i = 0; i < SHAM_STATES; i++) {
		snprintf(path, sizeof(path), CPUS "/cpu0/cpuidle/state%u/%s", i, file);
		sham_remove(p->m, path);
	}
}

static void test_old_kernels(void **state)
{
	static const char *const later[] = {"above", "below", "rejected", "default_status", "disable", "residency"};
	struct probing p = probing_new(2);

	(void)state;
	sham_idle(p.m, 2);
	for (size_t i = 0; i < COUNT(later); i++)
		remove_files(&p, later[i]);
	sham_remove(p.m, CPUS "/cpuidle/current_governor_ro");
	sham_put(p.m, CPUS "/cpuidle/current_governor", "ladder\n");
	probing_tick(&p);
	for (int i = 0; i < 3; i++)
		probing_pass(&p, 1000);
	probing_says(&p, "idle.governor", "ladder");
	assert_int_equal(probing_value(&p, "idle.governor").src, 1);
	probing_not(&p, "idle.cpu[0].state[3].above", KNOWN_ABSENT);
	probing_not(&p, "idle.cpu[0].state[3].above_share", KNOWN_ABSENT);
	probing_not(&p, "idle.cpu[0].state[3].disabled", KNOWN_ABSENT);
	probing_not(&p, "idle.cpu[0].state[3].residency_us", KNOWN_ABSENT);
	probing_not(&p, "idle.cpu[0].state[3].default_disabled", KNOWN_ABSENT);
	probing_says(&p, "idle.cpu[0].deepest", "C6"); /* what cannot be disabled is not */
	sham_sleep(p.m, 1, SHAM_C6, 10, 900000);
	sham_state(p.m, 0, SHAM_C6, "usage", "1010");
	sham_state(p.m, 0, SHAM_C6, "time", "950000");
	sham_forget(p.m);
	for (int i = 0; i < 12; i++)
		probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "cpu0/cpuidle/state3/above"), 0); /* nor is it looked for again */
	assert_int_equal(sham_reads(p.m, "cpu0/cpuidle/state3/disable"), 0);
	probing_end(&p);
}

static void test_no_driver(void **state)
{
	struct probing p = probing_new(2);
	char *json;

	(void)state;
	sham_put(p.m, CPUS "/cpuidle/current_driver", "none\n");
	sham_put(p.m, "/proc/cmdline", "root=/dev/sda1 idle=poll intel_idle.max_cstate=1 quiet\n");
	probing_tick(&p);
	probing_pass(&p, 1000);
	probing_says(&p, "idle.driver", "none");
	probing_says(&p, "idle.boot", "idle=poll intel_idle.max_cstate=1");
	assert_int_equal(facts(&p)->cpu.n, 0);
	assert_int_equal(facts(&p)->cpu.known, KNOWN_ABSENT);
	probing_not(&p, "idle.deepest", KNOWN_ABSENT);
	probing_not(&p, "idle.entries_per_s", KNOWN_ABSENT);
	probing_not(&p, "idle.polling", KNOWN_ABSENT);
	json = report_json(p.snap);
	assert_non_null(strstr(json, "\"driver\": \"none\""));
	free(json);
	probing_end(&p);
}

/* Efficient cores know other states than the fast ones; numbers may have gaps, and order is by latency. */
static void test_hybrids_and_gaps(void **state)
{
	struct probing p = probing_new(4);

	(void)state;
	sham_idle(p.m, 3);
	sham_remove(p.m, CPUS "/cpu1/cpuidle/state1");
	sham_state(p.m, 1, 7, "name", "C1X");
	sham_state(p.m, 1, 7, "latency", "4");
	sham_state(p.m, 1, 7, "usage", "5");
	sham_state(p.m, 1, 7, "time", "7");
	sham_state(p.m, 1, SHAM_C1E, "latency", "400"); /* deeper than C6 here */
	probing_tick(&p);
	probing_pass(&p, 1000);
	assert_int_equal(idle_cpu(facts(&p), 1, NULL)->state.n, 4);
	assert_null(idle_state(idle_cpu(facts(&p), 1, NULL), 1));
	probing_says(&p, "idle.cpu[1].state[7].name", "C1X");
	probing_says(&p, "idle.cpu[1].deepest", "C1E");
	probing_is(&p, "idle.cpu[1].deepest_state", 2);
	probing_is(&p, "idle.exit_us", 400);
	probing_says(&p, "idle.cpu[0].deepest", "C6");
	assert_int_equal(idle_cpu(facts(&p), 3, NULL)->state.known, KNOWN_ABSENT); /* it has none */
	probing_not(&p, "idle.cpu[3].deepest", KNOWN_ABSENT);
	probing_not(&p, "idle.cpu[3].only_poll", KNOWN_ABSENT);
	probing_end(&p);
}

static void test_offline_and_back(void **state)
{
	struct probing p = idle_new(4);

	(void)state;
	probing_pass(&p, 1000);
	assert_int_equal(probing_value(&p, "idle.kept").u, 4 * 2 * SHAM_STATES);
	sham_forget(p.m);
	sham_online(p.m, 2, false); /* its cpuidle folder goes on answering */
	probing_pass(&p, 1000);
	assert_int_equal(probing_value(&p, "idle.kept").u, 3 * 2 * SHAM_STATES);
	probing_not(&p, "idle.cpu[2].awake", KNOWN_ABSENT);
	probing_not(&p, "idle.cpu[2].state[3].share", KNOWN_ABSENT);
	probing_not(&p, "idle.cpu[2].state[3].entries_per_s", KNOWN_ABSENT);
	probing_is(&p, "idle.cpu[2].state[3].usage", 1000);
	probing_near(&p, "idle.cpu[1].asleep", 1, 1e-9); /* the others lose nothing */
	assert_int_equal(sham_reads(p.m, "cpu1/cpuidle/state3/name"), 0);
	sham_forget(p.m);
	probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "cpu2/cpuidle/state3/usage"), 0); /* once is enough */
	sham_online(p.m, 2, true);
	sham_state(p.m, 2, SHAM_C6, "usage", "3"); /* counted anew */
	probing_pass(&p, 1000);
	probing_not(&p, "idle.cpu[2].state[3].share", KNOWN_NOT_YET);
	sham_sleep(p.m, 2, SHAM_C6, 2, 1000000);
	probing_pass(&p, 1000);
	probing_near(&p, "idle.cpu[2].state[3].share", 1, 1e-9);
	assert_int_equal(probing_value(&p, "idle.kept").u, 4 * 2 * SHAM_STATES);
	probing_end(&p);
	p = idle_new(2);
	sham_state(p.m, 0, SHAM_C6, "usage", "3"); /* the counters of a CPU that never was away go back */
	probing_pass(&p, 1000);
	probing_not(&p, "idle.cpu[0].state[3].share", KNOWN_NOT_YET);
	probing_not(&p, "idle.cpu[0].awake", KNOWN_NOT_YET);
	probing_near(&p, "idle.cpu[1].asleep", 1, 1e-9);
	probing_end(&p);
}

/* A change of the power source makes all folders anew: those that were open answer no more. */
static void test_states_made_anew(void **state)
{
	struct probing p = idle_new(2);

	(void)state;
	sham_remove(p.m, CPUS "/cpu0/cpuidle");
	sham_idle(p.m, 2);
	sham_remove(p.m, CPUS "/cpu0/cpuidle/state3");
	probing_pass(&p, 1000);
	probing_pass(&p, 1000);
	probing_says(&p, "idle.cpu[0].deepest", "C1E");
	probing_pass(&p, 1000);
	probing_near(&p, "idle.cpu[0].asleep", 1, 1e-9);
	probing_end(&p);
}

static void test_a_copy_stands_still(void **state)
{
	struct probing p = idle_new(2);

	(void)state;
	probing_pass(&p, 1000);
	sham_forward(p.m, 1000000000);
	probing_tick(&p);
	probing_not(&p, "idle.cpu[0].state[3].entries_per_s", KNOWN_NOT_RECORDED);
	probing_not(&p, "idle.cpu[0].state[3].share", KNOWN_NOT_RECORDED);
	probing_not(&p, "idle.cpu[0].asleep", KNOWN_NOT_RECORDED);
	probing_not(&p, "idle.cpu[0].awake", KNOWN_NOT_RECORDED);
	probing_not(&p, "idle.entries_per_s", KNOWN_NOT_RECORDED);
	probing_is(&p, "idle.cpu[0].state[3].usage", 1000);
	sham_remove(p.m, "/proc/stat");
	probing_pass(&p, 1000);
	probing_end(&p);
}

static void test_without_proc_stat(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	sham_idle(p.m, 2);
	sham_error(p.m, "/proc/stat", -EACCES);
	probing_tick(&p);
	for (int i = 0; i < 3; i++)
		probing_pass(&p, 1000);
	probing_not(&p, "idle.cpu[0].state[3].share", KNOWN_DENIED);
	probing_not(&p, "idle.cpu[0].awake", KNOWN_DENIED);
	probing_says(&p, "idle.cpu[0].deepest", "C6");
	probing_end(&p);
}

static void test_times_do_not_fit(void **state)
{
	struct probing p = probing_new(32);

	(void)state;
	sham_idle(p.m, 32);
	sham_kept_limit(p.m, 1000 + 32 * 5 + 32 * SHAM_STATES + 20);
	probing_tick(&p);
	probing_pass(&p, 1000);
	probing_is(&p, "idle.kept", 32 * SHAM_STATES);
	probing_is(&p, "idle.every", 1);
	assert_non_null(strstr(probing_value(&p, "idle.pace").text, "times"));
	sham_sleep(p.m, 31, SHAM_C6, 5, 800000);
	probing_pass(&p, 1000);
	probing_near(&p, "idle.cpu[31].state[3].share", 0.8, 1e-9);
	probing_end(&p);
}

/* Where not even the counts fit the CPUs take turns: their rates are of the time since their own last turn. */
static void test_cpus_take_turns(void **state)
{
	enum { NCPUS = 1100 }; /* 4400 states: three ticks a turn */
	struct probing p = probing_new(NCPUS);
	struct arena *a = arena_new(0);
	struct cpuset *seen = cpuset_new(a, NCPUS);
	double interval;

	(void)state;
	cpuset_add(seen, 500);
	sham_idle(p.m, NCPUS);
	sham_kept_limit(p.m, 1100);
	p.want.cpus = seen;
	for (int i = 0; i < 12; i++)
		probing_pass(&p, 1000);
	probing_is(&p, "idle.every", 3);
	probing_is(&p, "idle.kept", 0);
	assert_non_null(strstr(probing_value(&p, "idle.pace").text, "every 3 ticks"));
	sham_forget(p.m);
	for (int i = 0; i < 3; i++)
		probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "/usage"), (NCPUS - 1) * SHAM_STATES + 3 * SHAM_STATES);
	interval = probing_value(&p, "idle.cpu[7].interval_s").f;
	assert_true(interval > 2.9 && interval < 3.1);
	probing_near(&p, "idle.cpu[500].interval_s", 1, 1e-9);
	probing_near(&p, "idle.cpu[7].asleep", 1, 1e-9);
	for (int i = 0; i < 3; i++) {
		sham_sleep(p.m, 7, SHAM_C6, 10, 600000);
		probing_pass(&p, 1000);
	}
	for (int i = 0; i < 3; i++) { /* half of its next interval at least */
		double share = probing_value(&p, "idle.cpu[7].state[3].share").f;

		assert_true(share >= 0 && share <= 1);
		probing_pass(&p, 1000);
	}
	p.want.cpus = NULL;
	arena_free(a);
	probing_end(&p);
}

static size_t used(struct probing *p)
{
	return arena_used(snapshot_block(p->snap, &probe_idle)->a);
}

/* Each CPU says something else: what was said before is not kept once more whenever it is read again. */
static void test_texts_do_not_pile_up(void **state)
{
	enum { NCPUS = 200 };
	struct probing p = probing_new(NCPUS);
	char path[120];
	size_t then;

	(void)state;
	sham_idle(p.m, NCPUS);
	for (unsigned i = 0; i < NCPUS; i++) {
		snprintf(path, sizeof(path), CPUS "/cpu%u/power/pm_qos_resume_latency_us", i);
		sham_put(p.m, path, "%u\n", i + 1);
		sham_state(p.m, i, SHAM_C6, "desc", "state of CPU %u", i);
		snprintf(path, sizeof(path), CPUS "/cpu%u/cpuidle/state%u/residency", i, SHAM_C6);
		sham_error(p.m, path, -EIO); /* all of this CPU is read again */
	}
	p.want.everything = true;
	for (int i = 0; i < 3; i++)
		probing_pass(&p, 1000);
	then = used(&p);
	for (int i = 0; i < 20; i++)
		probing_pass(&p, 1000);
	assert_int_equal(used(&p), then);
	probing_says(&p, "idle.cpu[0].resume_latency", "1 µs");
	probing_says(&p, "idle.cpu[199].resume_latency", "200 µs");
	probing_says(&p, "idle.cpu[199].state[3].desc", "state of CPU 199");
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_old_kernels),
		cmocka_unit_test(test_no_driver),
		cmocka_unit_test(test_hybrids_and_gaps),
		cmocka_unit_test(test_offline_and_back),
		cmocka_unit_test(test_states_made_anew),
		cmocka_unit_test(test_a_copy_stands_still),
		cmocka_unit_test(test_without_proc_stat),
		cmocka_unit_test(test_times_do_not_fit),
		cmocka_unit_test(test_cpus_take_turns),
		cmocka_unit_test(test_texts_do_not_pile_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
