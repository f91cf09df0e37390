/* Tests what is seen of clock settings that somebody changes, and what each core says of itself. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/probing.h"

#define CPUS "/sys/devices/system/cpu"
#define POLICY CPUS "/cpufreq/policy"

static struct probing begin(unsigned cpus)
{
	struct probing p = probing_new(cpus);
	char bad[64];

	assert_int_equal(sampler_only(p.s, "frequency", bad), 0);
	p.want.everything = true;
	return p;
}

static void never(struct probing *p, unsigned policy)
{
	static const char *const names[] = {"changed_s", "changed_what", "changed_from"};
	char address[80];

	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(address, sizeof(address), "frequency.policy[%u].%s", policy, names[i]);
		probing_not(p, address, KNOWN_ABSENT);
	}
}

/* D01: a daemon puts back what was set. */
static void test_governor(void **state)
{
	struct probing p = begin(4);

	(void)state;
	sham_policies(p.m, "scaling_governor", "powersave\n");
	probing_tick(&p);
	never(&p, 0);
	sham_put(p.m, POLICY "1/scaling_governor", "performance\n");
	probing_pass(&p, 1000);
	never(&p, 0);
	probing_near(&p, "frequency.policy[1].changed_s", 0, 0.001);
	probing_says(&p, "frequency.policy[1].changed_what", "governor");
	probing_says(&p, "frequency.policy[1].changed_from", "powersave");
	probing_pass(&p, 5000);
	probing_near(&p, "frequency.policy[1].changed_s", 5, 0.001);
	sham_put(p.m, POLICY "1/scaling_governor", "powersave\n");
	probing_pass(&p, 1000);
	probing_near(&p, "frequency.policy[1].changed_s", 0, 0.001);
	probing_says(&p, "frequency.policy[1].changed_from", "performance");
	probing_end(&p);
}

static void test_limits_and_preference(void **state)
{
	struct probing p = begin(4);

	(void)state;
	p.want.deep = true; /* preferences are read */
	sham_policies(p.m, "energy_performance_preference", "performance\n");
	probing_tick(&p);
	sham_put(p.m, POLICY "0/scaling_max_freq", "1800000\n");
	sham_put(p.m, POLICY "1/scaling_min_freq", "2400000\n");
	sham_put(p.m, POLICY "2/energy_performance_preference", "balance_power\n");
	probing_pass(&p, 1000);
	probing_says(&p, "frequency.policy[0].changed_what", "max_khz");
	probing_says(&p, "frequency.policy[0].changed_from", "2700000");
	probing_says(&p, "frequency.policy[1].changed_what", "min_khz");
	probing_says(&p, "frequency.policy[1].changed_from", "1200000");
	probing_says(&p, "frequency.policy[2].changed_what", "epp");
	probing_says(&p, "frequency.policy[2].changed_from", "performance");
	never(&p, 3);
	probing_end(&p);
}

/* What could not be read for a while has not changed. */
static void test_refusals_are_no_changes(void **state)
{
	struct probing p = begin(2);

	(void)state;
	probing_tick(&p);
	sham_error(p.m, POLICY "0/scaling_governor", -EACCES);
	probing_pass(&p, 1000);
	never(&p, 0);
	sham_error(p.m, POLICY "0/scaling_governor", 0);
	probing_pass(&p, 1000);
	never(&p, 0);
	probing_end(&p);
}

static void test_switches(void **state)
{
	struct probing p = begin(2);

	(void)state;
	probing_tick(&p);
	probing_not(&p, "frequency.hwp_dynamic_boost", KNOWN_ABSENT);
	sham_put(p.m, CPUS "/intel_pstate/hwp_dynamic_boost", "0\n");
	sham_put(p.m, CPUS "/intel_pstate/turbo_pct", "50\n");
	sham_put(p.m, CPUS "/amd_pstate/prefcore", "enabled\n");
	sham_error(p.m, CPUS "/amd_pstate/prefcore", -EIO);
	sham_put(p.m, POLICY "0/amd_pstate_lowest_nonlinear_freq", "1700000\n");
	sham_put(p.m, POLICY "0/amd_pstate_prefcore_ranking", "231\n");
	sham_put(p.m, CPUS "/cpu1/cpu_capacity", "612\n");
	probing_pass(&p, 10000);
	probing_is(&p, "frequency.hwp_dynamic_boost", 0);
	probing_is(&p, "frequency.turbo_pct", 50);
	probing_not(&p, "frequency.prefcore", KNOWN_BROKEN);
	probing_is(&p, "frequency.policy[0].lowest_nonlinear_khz", 1700000);
	probing_is(&p, "frequency.policy[0].prefcore_ranking", 231);
	probing_not(&p, "frequency.policy[1].prefcore_ranking", KNOWN_ABSENT);
	probing_is(&p, "frequency.cpu[1].capacity", 612);
	probing_not(&p, "frequency.cpu[0].capacity", KNOWN_ABSENT);
	probing_end(&p);
}

/* F05: the bias is a register of the CPU: only a busy one is asked. */
static void test_energy_bias(void **state)
{
	struct probing p = begin(4);
	char path[96];

	(void)state;
	sham_put(p.m, "/proc/cpuinfo", "vendor_id\t: GenuineIntel\nmodel name\t: Xeon\nflags\t\t: aperfmperf epb\n");
	for (unsigned i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), CPUS "/cpu%u/power/energy_perf_bias", i);
		sham_put(p.m, path, "6\n");
	}
	sham_put(p.m, CPUS "/isolated", "2\n");
	sham_busy(p.m, 1, 100);
	sham_busy(p.m, 2, 100);
	probing_tick(&p);
	probing_pass(&p, 1000);
	probing_is(&p, "frequency.cpu[1].epb", 6);
	probing_words(&p, "frequency.cpu[0].epb", "not read: would interrupt");
	probing_not(&p, "frequency.cpu[2].epb", KNOWN_SKIPPED);
	assert_int_equal(sham_reads(p.m, "cpu0/power/energy_perf_bias"), 0);
	assert_int_equal(sham_reads(p.m, "cpu2/power/energy_perf_bias"), 0);
	sham_put(p.m, CPUS "/cpu1/power/energy_perf_bias", "15\n");
	p.want.deep = true;
	probing_pass(&p, 1000);
	probing_is(&p, "frequency.cpu[1].epb", 15);
	probing_is(&p, "frequency.cpu[2].epb", 6);
	sham_error(p.m, CPUS "/cpu1/power/energy_perf_bias", -EACCES);
	probing_pass(&p, 1000);
	probing_not(&p, "frequency.cpu[1].epb", KNOWN_DENIED);
	probing_end(&p);

	/* a processor without it is not asked */
	p = begin(2);
	p.want.deep = true;
	sham_put(p.m, "/proc/cpuinfo", "vendor_id\t: AuthenticAMD\nmodel name\t: EPYC\nflags\t\t: aperfmperf cppc\n");
	sham_put(p.m, CPUS "/cpu0/power/energy_perf_bias", "6\n");
	probing_tick(&p);
	probing_not(&p, "frequency.cpu[0].epb", KNOWN_ABSENT);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_governor),
		cmocka_unit_test(test_limits_and_preference),
		cmocka_unit_test(test_refusals_are_no_changes),
		cmocka_unit_test(test_switches),
		cmocka_unit_test(test_energy_bias),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
