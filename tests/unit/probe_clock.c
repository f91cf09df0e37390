/* Tests what is known of one CPU's clock: the ladder of base clocks, counters, throttling. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "probes/frequency.h"
#include "probes/frequency_impl.h"
#include "tests/lib/probing.h"

#define CPU0 "/sys/devices/system/cpu/cpu0"
#define POLICY0 "/sys/devices/system/cpu/cpufreq/policy0"

static void base_is(struct probing *p, uint64_t khz, unsigned rung)
{
	static const char *const addresses[] = {"frequency.policy[0].base_khz", "frequency.cpu[0].base_khz"};

	for (size_t i = 0; i < COUNT(addresses); i++) {
		probing_is(p, addresses[i], khz);
		assert_int_equal(probing_value(p, "%s", addresses[i]).src, rung);
	}
}

/* Each rung is taken away from under the one before; everything is read anew because everything is asked for. */
static void test_base_ladder(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	p.want.everything = true;
	sham_put(p.m, CPU0 "/acpi_cppc/nominal_freq", "2300\n");
	sham_put(p.m, "@cpuid/identity", "vendor=GenuineIntel\nbase_mhz=2200\n");
	sham_put(p.m, POLICY0 "/scaling_available_frequencies", "2101000 2100000 1200000 \n");
	sham_put(p.m, "@tsc", "tsc=1000000\nns=1000000\n");
	probing_tick(&p);
	base_is(&p, 2400000, 0);
	sham_remove(p.m, POLICY0 "/base_frequency");
	probing_pass(&p, 1000);
	base_is(&p, 2300000, 1);
	sham_put(p.m, CPU0 "/acpi_cppc/nominal_freq", "0\n");
	probing_pass(&p, 1000);
	base_is(&p, 2200000, 2);
	sham_put(p.m, "@cpuid/identity", "vendor=GenuineIntel\nbase_mhz=0\n");
	probing_pass(&p, 1000);
	base_is(&p, 2100000, 3);
	sham_remove(p.m, POLICY0 "/scaling_available_frequencies");
	probing_pass(&p, 1000);
	base_is(&p, 2400000, 4); /* "@ 2.40GHz" */
	sham_put(p.m, "/proc/cpuinfo", "processor : 0\nmodel name : A CPU\nflags : constant_tsc nonstop_tsc\n");
	probing_pass(&p, 1000);
	probing_not(&p, "frequency.cpu[0].base_khz", KNOWN_NOT_YET); /* one reading of the TSC is none */
	sham_put(p.m, "@tsc", "tsc=520225600\nns=201000000\n");
	probing_pass(&p, 200);
	base_is(&p, 2596000, 5);
	probing_end(&p);
}

static void test_base_from_tsc_needs_time_and_a_steady_tsc(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	for (unsigned i = 0; i < 2; i++)
		sham_policies(p.m, "base_frequency", "0");
	sham_put(p.m, "/proc/cpuinfo", "processor : 0\nmodel name : A CPU\nflags : constant_tsc nonstop_tsc\n");
	sham_put(p.m, "@tsc", "tsc=1000000\nns=1000000\n");
	probing_tick(&p);
	sham_put(p.m, "@tsc", "tsc=241000000\nns=101000000\n");
	probing_pass(&p, 100);
	probing_not(&p, "frequency.policy[0].base_khz", KNOWN_NOT_YET);
	sham_put(p.m, "@tsc", "tsc=481000000\nns=201000000\n");
	probing_pass(&p, 100);
	base_is(&p, 2400000, 5);
	probing_end(&p);

	p = probing_new(2);
	sham_policies(p.m, "base_frequency", "0");
	sham_put(p.m, "/proc/cpuinfo", "processor : 0\nmodel name : A CPU\nflags : constant_tsc\n");
	sham_put(p.m, "@tsc", "tsc=1000000\nns=1000000\n");
	probing_tick(&p);
	probing_not(&p, "frequency.policy[0].base_khz", KNOWN_ABSENT);
	assert_int_equal(sham_reads(p.m, "@tsc"), 0);
	probing_end(&p);
}

/* Cores of two kinds have two base clocks: what is said of one CPU is not believed of the others. */
static void test_base_of_hybrids(void **state)
{
	struct probing p = probing_new(4);

	(void)state;
	sham_put(p.m, "/sys/bus/event_source/devices/cpu_core/cpus", "0-1\n");
	sham_put(p.m, "/sys/bus/event_source/devices/cpu_atom/cpus", "2-3\n");
	sham_put(p.m, "@cpuid/identity", "base_mhz=2200\n");
	sham_policies(p.m, "base_frequency", "");
	sham_put(p.m, "/sys/devices/system/cpu/cpufreq/policy3/base_frequency", "1800000\n");
	probing_tick(&p);
	probing_not(&p, "frequency.cpu[0].base_khz", KNOWN_BROKEN); /* its own file was no number */
	probing_is(&p, "frequency.cpu[3].base_khz", 1800000);
	assert_int_equal(sham_reads(p.m, "@tsc"), 0);
	probing_end(&p);
}

/* A rung that may not be read is not one that is not there. */
static void test_base_that_is_refused(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	sham_put(p.m, "/proc/cpuinfo", "processor : 0\nmodel name : A CPU\nflags : fpu\n");
	sham_error(p.m, POLICY0 "/base_frequency", -EACCES);
	probing_tick(&p);
	probing_not(&p, "frequency.policy[0].base_khz", KNOWN_DENIED);
	probing_not(&p, "frequency.cpu[0].base_khz", KNOWN_DENIED);
	assert_int_equal(probing_value(&p, "frequency.cpu[0].base_khz").src, 0);
	probing_end(&p);
}

static void test_tables(void **state)
{
	(void)state;
	assert_int_equal(table_base_khz("2401000 2400000 1200000"), 2400000);
	assert_int_equal(table_base_khz("1200000 2400000 2401000"), 2400000);
	assert_int_equal(table_base_khz("2400000 1200000"), 2400000);
	assert_int_equal(table_base_khz("2402000 2400000"), 2402000);
	assert_int_equal(table_base_khz("1000"), 1000);
	assert_int_equal(table_base_khz(""), 0);
	assert_int_equal(table_base_khz("2400000 fast"), 0);
}

/* CPU 1 is busy on a kernel where counters are worth an interrupt. */
static struct probing counting_new(void)
{
	struct probing p = probing_new(4);

	sham_kernel(p.m, "5.10.0-8-amd64");
	sham_busy(p.m, 1, 50);
	probing_tick(&p);
	return p;
}

static void feedback(struct probing *p, const char *text)
{
	sham_put(p->m, "/sys/devices/system/cpu/cpu1/acpi_cppc/feedback_ctrs", "%s\n", text);
	probing_pass(p, 1000);
}

static void test_feedback(void **state)
{
	struct probing p = counting_new();

	(void)state;
	feedback(&p, "ref:1000 del:500");
	probing_not(&p, "frequency.cpu[1].measured_khz", KNOWN_NOT_YET);
	probing_not(&p, "frequency.cpu[0].measured_khz", KNOWN_SKIPPED); /* idle */
	feedback(&p, "ref:2000 del:1000");
	probing_is(&p, "frequency.cpu[1].measured_khz", 1200000);
	probing_is(&p, "silicon.cpu[1].khz", 1200000);
	probing_says(&p, "silicon.cpu[1].freshness", "measured");
	feedback(&p, "ref:1500 del:1300"); /* went back: the CPU was away */
	probing_not(&p, "frequency.cpu[1].measured_khz", KNOWN_NOT_YET);
	feedback(&p, "ref:2500 del:2300");
	probing_is(&p, "frequency.cpu[1].measured_khz", 2400000);
	feedback(&p, "ref:2500 del:2300"); /* stood still */
	probing_not(&p, "frequency.cpu[1].measured_khz", KNOWN_NOT_YET);
	feedback(&p, "ref:2501 del:9900"); /* 17 times base and more is nonsense */
	probing_not(&p, "frequency.cpu[1].measured_khz", KNOWN_NOT_YET);
	feedback(&p, "ref:2x del:1");
	probing_not(&p, "frequency.cpu[1].measured_khz", KNOWN_BROKEN);
	assert_int_equal(probing_value(&p, "frequency.cpu[1].measured_khz").err, -EINVAL);
	feedback(&p, "");
	probing_not(&p, "frequency.cpu[1].measured_khz", KNOWN_BROKEN);
	assert_int_equal(sham_reads(p.m, "@perf/msr/1"), 0);
	probing_end(&p);
}

/* Most processors have no such file: it is not looked for again and again. */
static void test_feedback_that_is_not_there(void **state)
{
	struct probing p = counting_new();

	(void)state;
	for (int i = 0; i < 5; i++)
		probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "/feedback_ctrs"), 1);
	probing_not(&p, "frequency.cpu[1].measured_khz", KNOWN_ABSENT);
	probing_end(&p);
}

static void perf(struct probing *p, uint64_t tsc, uint64_t aperf, uint64_t mperf, uint64_t ms)
{
	sham_put(p->m, "@perf/msr/1", "tsc=%llu\naperf=%llu\nmperf=%llu\nenabled=%llu\nrunning=%llu\n",
		(unsigned long long)tsc, (unsigned long long)aperf, (unsigned long long)mperf,
		(unsigned long long)ms * 1000000, (unsigned long long)ms * 1000000);
	probing_pass(p, 1000);
}

static void test_perf_counters(void **state)
{
	struct probing p = counting_new();

	(void)state;
	p.want.deep = true;
	perf(&p, 1000000000, 500000000, 700000000, 1000);
	probing_not(&p, "frequency.cpu[1].measured_khz", KNOWN_NOT_YET);
	/* a second at 2.6 GHz, half of it awake at half speed */
	perf(&p, 3600000000, 1150000000, 2000000000, 2000);
	probing_is(&p, "frequency.cpu[1].measured_khz", 1300000);
	assert_int_equal(probing_value(&p, "silicon.cpu[1].khz").src, 2);
	/* more awake than there was time */
	perf(&p, 6200000000, 4000000000, 4700000000, 3000);
	assert_false(value_known(probing_value(&p, "frequency.cpu[1].measured_khz")));
	/* all went back: the CPU was offline */
	perf(&p, 2600000000, 10, 10, 500);
	probing_not(&p, "frequency.cpu[1].measured_khz", KNOWN_NOT_YET);
	/* the machine's own time counts, not when the tick began */
	perf(&p, 3900000000, 1300000010, 1300000010, 1000);
	probing_is(&p, "frequency.cpu[1].measured_khz", 2600000);
	sham_put(p.m, "@perf/msr/1", "tsc=1\naperf=1\n");
	probing_pass(&p, 1000);
	probing_not(&p, "frequency.cpu[1].measured_khz", KNOWN_BROKEN);
	p.want.deep = false;
	sham_forget(p.m);
	probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "@perf/msr/1"), 0);
	probing_end(&p);
}

/* Without permission it is the refusal that is told, not that the other way does not exist. */
static void test_perf_refused(void **state)
{
	struct probing p = counting_new();

	(void)state;
	p.want.deep = true;
	sham_error(p.m, "@perf/msr/1", -EACCES);
	probing_pass(&p, 1000);
	probing_not(&p, "frequency.cpu[1].measured_khz", KNOWN_DENIED);
	feedback(&p, "ref:1000 del:500");
	probing_end(&p);

	p = counting_new();
	p.want.deep = true;
	sham_error(p.m, "@perf/msr/1", -EACCES);
	feedback(&p, "ref:1000 del:500");
	feedback(&p, "ref:2000 del:1500");
	probing_is(&p, "frequency.cpu[1].measured_khz", 2400000);
	probing_end(&p);
}

static void throttle(struct probing *p, unsigned cpu, unsigned ms)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/thermal_throttle/core_throttle_total_time_ms", cpu);
	sham_put(p->m, path, "%u\n", ms);
}

static void test_throttling(void **state)
{
	struct probing p = probing_new(16);

	(void)state;
	sham_busy(p.m, 9, 100);
	probing_tick(&p);
	assert_int_equal(sham_reads(p.m, "/package_throttle_count"), 2); /* one CPU speaks for its package */
	probing_pass(&p, 1000);
	probing_not(&p, "frequency.cpu[15].throttled_pct", KNOWN_NOT_YET);
	probing_is(&p, "frequency.cpu[0].package_throttles", 0);
	probing_is(&p, "frequency.cpu[8].package_throttles", 0);
	probing_not(&p, "frequency.cpu[9].package_throttles", KNOWN_ABSENT);
	throttle(&p, 9, 250);
	probing_pass(&p, 1000); /* busy and slow: read each tick */
	probing_near(&p, "frequency.cpu[9].throttled_pct", 25, 1e-9);
	probing_says(&p, "silicon.cpu[9].held_kind", "throttle");
	throttle(&p, 9, 100); /* went back */
	probing_pass(&p, 1000);
	probing_not(&p, "frequency.cpu[9].throttled_pct", KNOWN_NOT_YET);
	/* the others in turn: each within a few ticks, its share over the whole time since then */
	for (unsigned i = 0; i < 16; i++)
		throttle(&p, i, 400);
	sham_forget(p.m);
	for (int i = 0; i < 4; i++)
		probing_pass(&p, 1000);
	for (unsigned i = 0; i < 16; i++)
		assert_true(probing_value(&p, "frequency.cpu[%u].throttled_pct", i).known == KNOWN);
	probing_end(&p);
}

/* Firmware numbers CPUs as it likes: even ones in one package, odd ones in the other. */
static void test_one_cpu_speaks_for_its_package(void **state)
{
	struct probing p = probing_new(8);
	char path[128];

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/topology/physical_package_id", i);
		sham_put(p.m, path, "%u\n", i % 2);
	}
	probing_tick(&p);
	assert_int_equal(sham_reads(p.m, "/package_throttle_count"), 2);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_base_ladder),
		cmocka_unit_test(test_base_from_tsc_needs_time_and_a_steady_tsc),
		cmocka_unit_test(test_base_of_hybrids),
		cmocka_unit_test(test_base_that_is_refused),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_feedback),
		cmocka_unit_test(test_feedback_that_is_not_there),
		cmocka_unit_test(test_perf_counters),
		cmocka_unit_test(test_perf_refused),
		cmocka_unit_test(test_throttling),
		cmocka_unit_test(test_one_cpu_speaks_for_its_package),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
