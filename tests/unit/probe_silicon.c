/* Tests what each MHz value is said to be worth, what is counted as slow, and what is named as the cause. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probes/silicon.h"
#include "tests/lib/probing.h"

#define CPUS "/sys/devices/system/cpu"

struct truth {
	const char *kernel, *driver;
	bool busy, nohz_full;
	const char *freshness;
};

/* The tick's own sample from 4.13 on, read with an interrupt before 5.19; none without a tick. */
static const struct truth truths[] = {
	{"6.1.0", "acpi-cpufreq", true, false, "measured"},
	{"6.1.0", "intel_cpufreq", true, false, "measured"},
	{"6.1.0", "intel_pstate", true, false, "measured"},
	{"6.1.0", "amd-pstate-epp", true, false, "measured"},
	{"6.1.0", "acpi-cpufreq", false, false, "idle"},
	{"6.1.0", "intel_pstate", false, false, "idle"},
	{"6.1.0", "amd-pstate-epp", false, true, "idle"},
	{"6.1.0", "acpi-cpufreq", true, true, "last requested"},
	{"6.1.0", "intel_cpufreq", true, true, "last requested"},
	{"6.1.0", "amd-pstate", true, true, "last requested"},
	{"6.1.0", "intel_pstate", true, true, "not read"},
	{"6.1.0", "amd-pstate-epp", true, true, "not read"},
	{"5.19.0", "intel_pstate", true, false, "measured"},
	{"5.18.19", "acpi-cpufreq", true, false, "measured"},
	{"5.10.0", "intel_pstate", true, false, "measured"},
	{"5.10.0", "intel_pstate", false, false, "not read"},
	{"5.10.0", "acpi-cpufreq", false, false, "not read"},
	{"5.10.0", "acpi-cpufreq", true, true, "not read"},
	{"5.10.0", "intel_pstate", true, true, "not read"},
	{"4.13.0", "acpi-cpufreq", false, false, "not read"},
	{"4.12.0", "acpi-cpufreq", true, false, "last requested"},
	{"4.12.0", "acpi-cpufreq", true, true, "last requested"},
	{"4.12.0", "acpi-cpufreq", false, false, "idle"},
};

static void test_freshness(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(truths); i++) {
		const struct truth *t = &truths[i];
		struct probing p = probing_new(2);

		sham_kernel(p.m, t->kernel);
		sham_policies(p.m, "scaling_driver", t->driver);
		sham_busy(p.m, 1, t->busy ? 90 : 3);
		if (t->nohz_full)
			sham_put(p.m, CPUS "/nohz_full", "1\n");
		probing_tick(&p);
		assert_false(value_known(probing_value(&p, "silicon.cpu[1].ratio")));
		probing_pass(&p, 1000);
		if (strcmp(probing_value(&p, "silicon.cpu[1].freshness").text, t->freshness) != 0)
			print_message("in case %zu: %s %s\n", i, t->kernel, t->driver);
		probing_says(&p, "silicon.cpu[1].freshness", t->freshness);
		if (strcmp(t->freshness, "measured") == 0)
			probing_near(&p, "silicon.cpu[1].ratio", 0.5, 1e-9);
		else
			assert_false(value_known(probing_value(&p, "silicon.cpu[1].ratio")));
		if (strcmp(t->freshness, "not read") == 0)
			probing_not(&p, "silicon.cpu[1].khz", KNOWN_SKIPPED);
		else
			probing_is(&p, "silicon.cpu[1].khz", 1200000);
		probing_end(&p);
	}
}

static void test_other_architectures_only_request(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	sham_put(p.m, "/proc/cpuinfo", "processor : 0\nBogoMIPS : 50\nCPU implementer : 0x41\n");
	sham_busy(p.m, 1, 90);
	probing_tick(&p);
	probing_pass(&p, 1000);
	probing_is(&p, "cpu.x86", 0);
	probing_says(&p, "silicon.cpu[1].freshness", "last requested");
	probing_end(&p);
}

/* Without counters the kernel shows what it asked for, also of a policy's first CPU, which makes no slow CPU of it. */
static void test_processors_without_counters_only_request(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	sham_put(p.m, "/proc/cpuinfo",
		"processor : 0\nvendor_id : AuthenticAMD\nflags : fpu constant_tsc nonstop_tsc\n\n");
	sham_busy(p.m, 1, 90);
	probing_tick(&p);
	probing_pass(&p, 1000);
	probing_says(&p, "silicon.cpu[1].freshness", "last requested");
	assert_false(value_known(probing_value(&p, "silicon.cpu[1].ratio")));
	probing_is(&p, "silicon.slow", 0);
	probing_not(&p, "frequency.cpu[0].measured_khz", KNOWN_ABSENT);
	probing_not(&p, "frequency.cpu[1].measured_khz", KNOWN_ABSENT);
	probing_end(&p);
}

static void test_unknown_load_and_offline(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	sham_online(p.m, 1, false);
	probing_tick(&p);
	probing_says(&p, "silicon.cpu[0].freshness", "unknown");
	probing_says(&p, "silicon.cpu[1].freshness", "offline");
	probing_not(&p, "silicon.busy", KNOWN_NOT_YET);
	probing_not(&p, "silicon.slow", KNOWN_NOT_YET);
	probing_is(&p, "silicon.online", 1);
	probing_end(&p);
}

static void clock_of(struct probing *p, unsigned policy, unsigned khz)
{
	char path[128];

	snprintf(path, sizeof(path), CPUS "/cpufreq/policy%u/scaling_cur_freq", policy);
	sham_put(p->m, path, "%u\n", khz);
}

static void test_counts_and_median(void **state)
{
	/* base is 2.4 GHz: 0.92 of it is 2208000, 0.70 is 1680000 */
	static const unsigned khz[] = {2400000, 2208000, 2207999, 1680000, 1679999};
	struct probing p = probing_new(8);

	(void)state;
	for (unsigned i = 0; i < COUNT(khz); i++) {
		sham_busy(p.m, i, 60);
		clock_of(&p, i, khz[i]);
	}
	probing_tick(&p);
	probing_pass(&p, 1000);
	probing_is(&p, "silicon.online", 8);
	probing_is(&p, "silicon.busy", 5);
	probing_is(&p, "silicon.judged", 5);
	probing_is(&p, "silicon.slow", 3);
	probing_is(&p, "silicon.far", 1);
	probing_says(&p, "silicon.slow_cpus", "2-4");
	probing_near(&p, "silicon.ratio", 2207999.0 / 2400000, 1e-6);
	probing_is(&p, "silicon.low_khz", 1679999);
	probing_is(&p, "silicon.base_khz", 2400000);
	probing_end(&p);
}

static void test_nobody_is_slow(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	probing_tick(&p);
	probing_pass(&p, 1000);
	probing_is(&p, "silicon.busy", 0);
	probing_is(&p, "silicon.judged", 0);
	probing_is(&p, "silicon.slow", 0);
	probing_not(&p, "silicon.ratio", KNOWN_ABSENT);
	probing_not(&p, "silicon.low_khz", KNOWN_ABSENT);
	probing_not(&p, "silicon.cause", KNOWN_ABSENT);
	probing_not(&p, "silicon.cpu[0].held_by", KNOWN_ABSENT); /* a governor alone slows nobody */
	probing_end(&p);
}

struct cause {
	const char *file, *text; /* of the policies; or another file's whole path */
	const char *file2, *text2;
	const char *word, *sentence;
};

static const struct cause causes[] = {
	{"scaling_governor", "powersave", NULL, NULL, "governor",
		"governor powersave on acpi-cpufreq pins them to the minimum"},
	{"scaling_governor", "ondemand", NULL, NULL, "governor",
		"governor ondemand on acpi-cpufreq does not raise the clock"},
	{"scaling_governor", "userspace", "scaling_setspeed", "1200000", "governor",
		"governor userspace on acpi-cpufreq was told a lower clock"},
	{"scaling_driver", "intel_pstate", "energy_performance_preference", "balance_power", "epp",
		"energy preference balance_power on intel_pstate holds them back"},
	{"bios_limit", "1200000", NULL, NULL, "firmware-limit", "the firmware limits it to 1.20 GHz"},
	{"scaling_max_freq", "1300000", NULL, NULL, "limit", "its upper limit is set to 1.30 GHz"},
	{CPUS "/intel_pstate/max_perf_pct", "48", NULL, NULL, "limit", "max_perf_pct is 48 %"},
	/* the firmware's limit is told before the governor and the limit that follows from it */
	{"bios_limit", "1200000", "scaling_max_freq", "1200000", "firmware-limit",
		"the firmware limits it to 1.20 GHz"},
	{"scaling_governor", "performance", NULL, NULL, NULL, NULL},
	/* a limit far above the clock does not hold it there */
	{"scaling_governor", "performance", "scaling_max_freq", "1500000", NULL, NULL},
	{"scaling_governor", "powersave", "bios_limit", "1800000", "governor",
		"governor powersave on acpi-cpufreq pins them to the minimum"},
};

static void set_file(struct probing *p, const char *file, const char *text)
{
	if (file && file[0] == '/')
		sham_put(p->m, file, "%s\n", text);
	else if (file)
		sham_policies(p->m, file, text);
}

static void test_causes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(causes); i++) {
		struct probing p = probing_new(4);

		set_file(&p, causes[i].file, causes[i].text);
		set_file(&p, causes[i].file2, causes[i].text2);
		if (causes[i].word && strcmp(causes[i].word, "epp") == 0)
			set_file(&p, "energy_performance_available_preferences", "performance balance_power power");
		sham_busy(p.m, 2, 100);
		probing_tick(&p);
		probing_pass(&p, 1000);
		probing_is(&p, "silicon.slow", 1);
		if (causes[i].word) {
			probing_says(&p, "silicon.cause_word", causes[i].word);
			probing_says(&p, "silicon.cause", causes[i].sentence);
			probing_says(&p, "silicon.cpu[2].held_by", causes[i].sentence);
		} else {
			probing_not(&p, "silicon.cause", KNOWN_ABSENT);
		}
		probing_not(&p, "silicon.cpu[1].held_by", KNOWN_ABSENT);
		probing_end(&p);
	}
}

/* CPU 0 and 1 share policy 0, whose number is that of CPU 0. */
static struct probing shared_new(unsigned busy0, unsigned busy1)
{
	struct probing p = probing_new(2);

	sham_remove(p.m, CPUS "/cpufreq/policy1");
	sham_put(p.m, CPUS "/cpufreq/policy0/affected_cpus", "0 1\n");
	sham_put(p.m, CPUS "/cpufreq/policy0/related_cpus", "0 1\n");
	sham_busy(p.m, 0, busy0);
	sham_busy(p.m, 1, busy1);
	probing_tick(&p);
	probing_pass(&p, 1000);
	return p;
}

static void test_shared_policies(void **state)
{
	struct probing p = shared_new(50, 50);

	(void)state;
	probing_is(&p, "silicon.cpu[1].policy", 0);
	probing_says(&p, "silicon.cpu[0].freshness", "measured");
	probing_says(&p, "silicon.cpu[1].freshness", "measured");
	probing_end(&p);

	p = shared_new(5, 50);
	probing_says(&p, "silicon.cpu[0].freshness", "idle");
	probing_says(&p, "silicon.cpu[1].freshness", "last requested");
	probing_is(&p, "silicon.judged", 0);
	probing_end(&p);
}

/* The counters' average is that of its last reading: while the policy's own CPU sleeps it is an old one. */
static void test_average_of_a_shared_policy(void **state)
{
	struct probing p = shared_new(50, 50);

	(void)state;
	sham_put(p.m, CPUS "/cpufreq/policy0/cpuinfo_avg_freq", "2300000\n");
	p.want.everything = true;
	probing_pass(&p, 1000);
	p.want.everything = false;
	probing_pass(&p, 1000);
	probing_is(&p, "silicon.cpu[1].khz", 2300000);
	assert_int_equal(probing_value(&p, "silicon.cpu[1].khz").src, 1);
	probing_says(&p, "silicon.cpu[1].freshness", "measured");
	sham_busy(p.m, 0, 0);
	probing_pass(&p, 1000);
	probing_pass(&p, 1000);
	probing_says(&p, "silicon.cpu[1].freshness", "last requested");
	probing_is(&p, "silicon.cpu[1].khz", 1200000);
	probing_end(&p);
}

static void test_without_policies(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	sham_remove(p.m, CPUS "/cpufreq");
	sham_busy(p.m, 1, 80);
	probing_tick(&p);
	probing_pass(&p, 1000);
	probing_says(&p, "silicon.cpu[1].freshness", "unknown");
	probing_not(&p, "silicon.cpu[1].governor", KNOWN_ABSENT);
	probing_is(&p, "silicon.busy", 1);
	probing_is(&p, "silicon.judged", 0);
	assert_non_null(silicon_cpu(snapshot_facts(p.snap, &probe_silicon), 1));
	assert_null(silicon_cpu(snapshot_facts(p.snap, &probe_silicon), 2));
	assert_null(silicon_cpu(NULL, 0));
	assert_string_equal(freshness_word((enum freshness)99), "?");
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_freshness),
		cmocka_unit_test(test_other_architectures_only_request),
		cmocka_unit_test(test_processors_without_counters_only_request),
		cmocka_unit_test(test_unknown_load_and_offline),
		cmocka_unit_test(test_counts_and_median),
		cmocka_unit_test(test_nobody_is_slow),
		cmocka_unit_test(test_causes),
		cmocka_unit_test(test_shared_policies),
		cmocka_unit_test(test_average_of_a_shared_policy),
		cmocka_unit_test(test_without_policies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
