/* Tests when the frequency probe reads what: clocks that interrupt, governors in turn, policies that come and go. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "probes/cpuset.h"
#include "probes/frequency.h"
#include "tests/lib/probing.h"

#define CPUS "/sys/devices/system/cpu"
#define POLICY CPUS "/cpufreq/policy"

/* A live x86 machine whose clocks cannot be read without an interrupt. */
static struct probing gated_new(unsigned cpus)
{
	struct probing p = probing_new(cpus);

	sham_kernel(p.m, "5.10.0-8-amd64");
	return p;
}

static void test_gated_clocks_of_busy_cpus_only(void **state)
{
	struct probing p = gated_new(4);

	(void)state;
	sham_busy(p.m, 1, 20);
	sham_busy(p.m, 2, 19);
	probing_tick(&p);
	assert_int_equal(sham_reads(p.m, "/scaling_cur_freq"), 0); /* nobody is known to be busy */
	for (int i = 0; i < 3; i++)
		probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "policy1/scaling_cur_freq"), 3);
	assert_int_equal(sham_reads(p.m, "/scaling_cur_freq"), 3);
	probing_is(&p, "frequency.policy[1].cur_khz", 1200000);
	probing_not(&p, "frequency.policy[2].cur_khz", KNOWN_SKIPPED);
	assert_int_equal(sham_reads(p.m, "/proc/cpuinfo"), 0);
	probing_end(&p);
}

/* Not even where everything is asked for: only deep allows it. */
static void test_gated_clocks_of_cpus_set_apart(void **state)
{
	struct probing p = gated_new(4);

	(void)state;
	sham_put(p.m, CPUS "/isolated", "1\n");
	sham_put(p.m, CPUS "/nohz_full", "2\n");
	for (unsigned i = 0; i < 3; i++)
		sham_busy(p.m, i, 100);
	p.want.everything = true;
	for (int i = 0; i < 3; i++)
		probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "policy0/scaling_cur_freq"), 2);
	assert_int_equal(sham_reads(p.m, "/scaling_cur_freq"), 2);
	assert_int_equal(sham_reads(p.m, "cpu1/acpi_cppc/feedback_ctrs"), 0);
	assert_int_equal(sham_reads(p.m, "cpu2/acpi_cppc/feedback_ctrs"), 0);
	assert_int_equal(sham_reads(p.m, "policy1/energy_performance_preference"), 0);
	probing_not(&p, "frequency.policy[1].cur_khz", KNOWN_SKIPPED);
	probing_not(&p, "silicon.cpu[1].ratio", KNOWN_ABSENT);
	p.want.deep = true;
	probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "policy1/scaling_cur_freq"), 1);
	assert_int_equal(sham_reads(p.m, "policy2/scaling_cur_freq"), 1);
	assert_int_equal(sham_reads(p.m, "policy3/scaling_cur_freq"), 0); /* idle: nothing to learn */
	probing_end(&p);
}

static void test_slow_reads_pause(void **state)
{
	struct probing p = gated_new(4);

	(void)state;
	sham_busy(p.m, 0, 100);
	sham_busy(p.m, 1, 100);
	sham_busy(p.m, 2, 100);
	sham_takes(p.m, POLICY "0/scaling_cur_freq", 500001);
	probing_tick(&p);
	probing_pass(&p, 1000);
	/* slow, fast, fast, and so on: never two of three */
	assert_int_equal(sham_reads(p.m, "/scaling_cur_freq"), 3);
	probing_pass(&p, 1000);
	probing_is(&p, "frequency.policy[2].cur_khz", 1200000);
	sham_takes(p.m, POLICY "2/scaling_cur_freq", 600000);
	sham_forget(p.m);
	probing_pass(&p, 1000); /* slow, fast, slow: pause */
	assert_int_equal(sham_reads(p.m, "/scaling_cur_freq"), 3);
	probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "/scaling_cur_freq"), 3);
	assert_int_equal(sham_reads(p.m, "/feedback_ctrs"), 0); /* these are paused too */
	probing_says(&p, "silicon.cpu[1].freshness", "not read");
	assert_string_equal(probing_value(&p, "frequency.policy[1].cur_khz").text, "would interrupt");
	sham_takes(p.m, POLICY "0/scaling_cur_freq", 0);
	sham_takes(p.m, POLICY "2/scaling_cur_freq", 0);
	probing_pass(&p, 28000);
	assert_int_equal(sham_reads(p.m, "/scaling_cur_freq"), 3);
	probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "/scaling_cur_freq"), 6);
	probing_is(&p, "frequency.policy[1].cur_khz", 1200000);
	probing_end(&p);
}

static void test_free_kernels_read_freely(void **state)
{
	static const char *const kernels[] = {"6.1.0-56-amd64", "5.19.0", "4.12.14-default"};

	(void)state;
	for (size_t i = 0; i < COUNT(kernels); i++) {
		struct probing p = probing_new(4);

		sham_kernel(p.m, kernels[i]);
		probing_tick(&p);
		assert_int_equal(sham_reads(p.m, "/scaling_cur_freq"), 4);
		assert_int_equal(sham_reads(p.m, "/feedback_ctrs"), 0);
		assert_true(sham_reads(p.m, "/proc/cpuinfo") > 0);
		probing_end(&p);
	}
}

/* The folder of another machine interrupts nobody. */
static void test_directories_are_read_freely(void **state)
{
	struct probing p = gated_new(4);

	(void)state;
	sham_kind(p.m, HOST_DIRECTORY);
	probing_tick(&p);
	assert_int_equal(sham_reads(p.m, "/scaling_cur_freq"), 4);
	probing_says(&p, "cpu.model", "Intel(R) Xeon(R) CPU E5-2630 v3 @ 2.40GHz");
	probing_end(&p);
}

/* Of many policies a share in each tick, and each in ten; whoever is busy or on the screen at once. */
static void test_policies_take_turns(void **state)
{
	struct probing p = probing_new(700);
	struct cpuset *cpus;
	struct arena *a = arena_new(0);
	char path[64];

	(void)state;
	cpus = cpuset_new(a, 700);
	cpuset_add(cpus, 333);
	p.want.cpus = cpus;
	sham_busy(p.m, 5, 50);
	probing_tick(&p);
	probing_pass(&p, 1000);
	sham_forget(p.m);
	for (int i = 0; i < 10; i++)
		probing_pass(&p, 1000);
	for (unsigned i = 0; i < 700; i++) {
		snprintf(path, sizeof(path), "policy%u/scaling_governor", i);
		assert_int_equal(sham_reads(p.m, path), i == 333 ? 10 : 1);
	}
	assert_int_equal(sham_reads(p.m, "policy5/scaling_cur_freq"), 10);
	assert_int_equal(sham_reads(p.m, "policy333/scaling_cur_freq"), 10);
	assert_int_equal(sham_reads(p.m, "policy6/scaling_cur_freq"), 1);
	assert_true(sham_reads(p.m, "/scaling_driver") <= 10); /* hardly ever changes */
	p.want.cpus = NULL;
	p.want.everything = true;
	sham_forget(p.m);
	probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "/scaling_governor"), 700);
	assert_int_equal(sham_reads(p.m, "/scaling_driver"), 700);
	arena_free(a);
	probing_end(&p);
}

static void test_few_policies_each_tick(void **state)
{
	struct probing p = probing_new(64);

	(void)state;
	probing_tick(&p);
	sham_forget(p.m);
	probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "/scaling_governor"), 64);
	sham_policies(p.m, "scaling_governor", "performance");
	probing_pass(&p, 1000);
	probing_says(&p, "frequency.policy[63].governor", "performance");
	probing_says(&p, "frequency.governor", "performance");
	probing_end(&p);
}

static void test_no_room_to_keep_files(void **state)
{
	struct probing p = probing_new(16);
	struct sham *m = p.m;

	(void)state;
	sham_kept_limit(m, 10);
	probing_tick(&p);
	probing_pass(&p, 1000);
	assert_int_equal(sham_kept(m), 10);
	assert_int_equal(p.snap->cost_kept, 10);
	sham_policies(m, "scaling_cur_freq", "1800000");
	probing_pass(&p, 1000);
	for (unsigned i = 0; i < 16; i++)
		assert_int_equal(probing_value(&p, "frequency.policy[%u].cur_khz", i).u, 1800000);
	snapshot_unref(p.snap);
	sampler_free(p.s);
	assert_int_equal(sham_kept(m), 0);
	sham_free(m);
}

/* intel_pstate to intel_cpufreq and the like: all folders vanish and come back with another driver in them. */
static void test_driver_switch(void **state)
{
	struct probing p = probing_new(4);

	(void)state;
	probing_tick(&p);
	sham_remove(p.m, CPUS "/cpufreq");
	probing_pass(&p, 1000);
	probing_not(&p, "frequency.policy[0].governor", KNOWN_ABSENT);
	probing_not(&p, "frequency.policy[0].cur_khz", KNOWN_ABSENT);
	sham_policies(p.m, "scaling_governor", "schedutil");
	sham_policies(p.m, "scaling_driver", "intel_cpufreq");
	sham_policies(p.m, "affected_cpus", "0");
	sham_policies(p.m, "scaling_cur_freq", "2100000");
	for (int i = 0; i < 2; i++)
		probing_pass(&p, 1000);
	probing_is(&p, "frequency.policy[0].cur_khz", 2100000);
	probing_says(&p, "frequency.policy[0].governor", "schedutil");
	probing_says(&p, "frequency.policy[0].driver", "intel_cpufreq"); /* not what it was before */
	probing_says(&p, "frequency.driver", "intel_cpufreq");
	probing_end(&p);
}

/* The switch may be over before the next tick: then only the kept files say so. */
static void test_driver_switch_between_two_ticks(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	probing_tick(&p);
	sham_remove(p.m, CPUS "/cpufreq");
	sham_policies(p.m, "scaling_governor", "schedutil");
	sham_policies(p.m, "scaling_driver", "intel_cpufreq");
	for (int i = 0; i < 2; i++)
		probing_pass(&p, 1000);
	probing_says(&p, "frequency.policy[1].governor", "schedutil");
	probing_says(&p, "frequency.policy[1].driver", "intel_cpufreq");
	probing_end(&p);
}

static void test_driver_that_is_gone(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	probing_tick(&p);
	sham_remove(p.m, CPUS "/cpufreq");
	probing_pass(&p, 1000);
	probing_pass(&p, 40000);
	probing_is(&p, "frequency.policies", 0);
	probing_not(&p, "frequency.governor", KNOWN_ABSENT);
	sham_policies(p.m, "scaling_governor", "schedutil");
	sham_policies(p.m, "scaling_driver", "intel_cpufreq");
	probing_pass(&p, 40000);
	probing_is(&p, "frequency.policies", 2);
	probing_end(&p);
}

/* Older kernels keep the folder of a policy whose CPUs are all offline, and answer EBUSY. */
static void test_policy_of_offline_cpus(void **state)
{
	static const char *const files[] = {"scaling_cur_freq", "scaling_governor", "scaling_min_freq",
		"scaling_max_freq", "affected_cpus", "scaling_driver", "scaling_available_governors",
		"cpuinfo_min_freq", "cpuinfo_max_freq", "scaling_setspeed"};
	struct probing p = probing_new(4);
	char path[128];

	(void)state;
	probing_tick(&p);
	sham_online(p.m, 3, false);
	sham_put(p.m, POLICY "3/related_cpus", "3\n");
	for (size_t i = 0; i < COUNT(files); i++) {
		snprintf(path, sizeof(path), POLICY "3/%s", files[i]);
		sham_put(p.m, path, "\n");
		sham_error(p.m, path, -EBUSY);
	}
	probing_pass(&p, 1000);
	probing_is(&p, "frequency.policies", 4);
	probing_not(&p, "frequency.policy[3].governor", KNOWN_BROKEN);
	assert_int_equal(probing_value(&p, "frequency.policy[3].cur_khz").err, -EBUSY);
	assert_null(frequency_policy_of(snapshot_facts(p.snap, &probe_frequency), 3));
	probing_says(&p, "silicon.cpu[3].freshness", "offline");
	probing_says(&p, "frequency.governor", "powersave");
	probing_end(&p);
}

static void test_older_folders(void **state)
{
	struct probing p = probing_new(4);
	char path[128];

	(void)state;
	sham_remove(p.m, CPUS "/cpufreq");
	for (unsigned i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), CPUS "/cpu%u/cpufreq/scaling_driver", i);
		sham_put(p.m, path, "p4-clockmod\n");
		snprintf(path, sizeof(path), CPUS "/cpu%u/cpufreq/scaling_cur_freq", i);
		sham_put(p.m, path, "%u\n", 1000000 + i);
		snprintf(path, sizeof(path), CPUS "/cpu%u/cpufreq/affected_cpus", i);
		sham_put(p.m, path, i < 2 ? "0 1\n" : i == 2 ? "2\n" : "3\n");
	}
	probing_tick(&p);
	probing_is(&p, "frequency.policies", 3);
	probing_says(&p, "frequency.policy[0].cpus", "0-1");
	probing_says(&p, "frequency.policy[0].folder", CPUS "/cpu0/cpufreq");
	probing_is(&p, "frequency.policy[3].cur_khz", 1000003);
	probing_is(&p, "frequency.cpu[1].policy", 0);
	probing_end(&p);
}

static void test_userspace_and_unknown(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	sham_put(p.m, POLICY "0/scaling_setspeed", "1500000\n");
	sham_put(p.m, POLICY "1/scaling_cur_freq", "<unknown>\n");
	sham_put(p.m, POLICY "1/scaling_min_freq", "junk\n");
	probing_tick(&p);
	probing_is(&p, "frequency.policy[0].setspeed_khz", 1500000);
	probing_not(&p, "frequency.policy[1].setspeed_khz", KNOWN_ABSENT); /* "<unsupported>" */
	probing_not(&p, "frequency.policy[1].cur_khz", KNOWN_NOT_YET);
	probing_not(&p, "frequency.policy[1].min_khz", KNOWN_BROKEN);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gated_clocks_of_busy_cpus_only),
		cmocka_unit_test(test_gated_clocks_of_cpus_set_apart),
		cmocka_unit_test(test_slow_reads_pause),
		cmocka_unit_test(test_free_kernels_read_freely),
		cmocka_unit_test(test_directories_are_read_freely),
		cmocka_unit_test(test_policies_take_turns),
		cmocka_unit_test(test_few_policies_each_tick),
		cmocka_unit_test(test_no_room_to_keep_files),
		cmocka_unit_test(test_driver_switch),
		cmocka_unit_test(test_driver_switch_between_two_ticks),
		cmocka_unit_test(test_driver_that_is_gone),
		cmocka_unit_test(test_policy_of_offline_cpus),
		cmocka_unit_test(test_older_folders),
		cmocka_unit_test(test_userspace_and_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
