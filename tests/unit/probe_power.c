/* Tests power: watts from energies, and limits; and that no idle CPU is woken up for them. */
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

#include "probes/host/host.h"
#include "probes/power.h"
#include "probes/report.h"
#include "probes/util.h"
#include "tests/lib/probing.h"

#define POWERCAP "/sys/class/powercap/"
#define UNCORE "/sys/devices/system/cpu/intel_uncore_frequency/"

static struct probing begin(unsigned cpus)
{
	struct probing p = probing_new(cpus);
	char bad[64];

	assert_int_equal(sampler_only(p.s, "power", bad), 0);
	return p;
}

static void put(struct sham *m, const char *folder, const char *name, const char *file, const char *text)
{
	char path[160];

	snprintf(path, sizeof(path), "%s%s/%s", folder, name, file);
	sham_put(m, path, "%s\n", text);
}

static void put_zone(struct sham *m, const char *zone, const char *what, const char *energy)
{
	put(m, POWERCAP, zone, "name", what);
	put(m, POWERCAP, zone, "enabled", "1");
	put(m, POWERCAP, zone, "max_energy_range_uj", "262143328850");
	put(m, POWERCAP, zone, "energy_uj", energy);
}

static void put_limits(struct sham *m, const char *zone, const char *limit)
{
	put(m, POWERCAP, zone, "constraint_0_name", "long_term");
	put(m, POWERCAP, zone, "constraint_0_power_limit_uw", limit);
	put(m, POWERCAP, zone, "constraint_0_max_power_uw", "165000000");
	put(m, POWERCAP, zone, "constraint_0_time_window_us", "999424");
	put(m, POWERCAP, zone, "constraint_1_name", "short_term");
	put(m, POWERCAP, zone, "constraint_1_power_limit_uw", "198000000");
	put(m, POWERCAP, zone, "constraint_1_time_window_us", "7808");
}

static void two_packages(struct probing *p)
{
	put(p->m, POWERCAP, "intel-rapl", "enabled", "1");
	put_zone(p->m, "intel-rapl:0", "package-0", "1000000000");
	put_limits(p->m, "intel-rapl:0", "165000000");
	put_zone(p->m, "intel-rapl:0:0", "dram", "500000000");
	put_zone(p->m, "intel-rapl:1", "package-1", "262143000000");
	put_limits(p->m, "intel-rapl:1", "120000000");
	put_zone(p->m, "dtpm:0", "package-0", "1");
	sham_busy(p->m, 0, 80);
	sham_busy(p->m, 2, 80);
	probing_tick(p);
	probing_pass(p, 2000); /* now it is known who is busy */
}

static void test_watts_and_limits(void **state)
{
	struct probing p = begin(4);

	(void)state;
	two_packages(&p);
	probing_not(&p, "power.zone[intel-rapl:0].power_w", KNOWN_NOT_YET);
	put(p.m, POWERCAP, "intel-rapl:0", "energy_uj", "1320000000");
	put(p.m, POWERCAP, "intel-rapl:0:0", "energy_uj", "540000000");
	put(p.m, POWERCAP, "intel-rapl:1", "energy_uj", "199671150"); /* it began anew: 200 J more */
	probing_pass(&p, 2000);
	probing_near(&p, "power.zone[intel-rapl:0].power_w", 160, 1e-6);
	probing_near(&p, "power.zone[intel-rapl:0:0].power_w", 20, 1e-6);
	probing_near(&p, "power.zone[intel-rapl:1].power_w", 100, 1e-6);
	probing_near(&p, "power.package_w", 260, 1e-6);
	probing_says(&p, "power.zone[intel-rapl:0].what", "package-0");
	probing_is(&p, "power.zone[intel-rapl:1].package", 1);
	probing_not(&p, "power.zone[intel-rapl:0:0].package", KNOWN_ABSENT);
	probing_is(&p, "power.zone[intel-rapl:0].enabled", 1);
	probing_near(&p, "power.zone[intel-rapl:0].limit_w", 165, 1e-9);
	probing_near(&p, "power.zone[intel-rapl:0].limit_s", 0.999424, 1e-9);
	probing_near(&p, "power.zone[intel-rapl:0].max_w", 165, 1e-9);
	probing_near(&p, "power.zone[intel-rapl:0].burst_w", 198, 1e-9);
	probing_near(&p, "power.zone[intel-rapl:0].burst_ms", 7.808, 1e-9);
	probing_near(&p, "power.zone[intel-rapl:0].drawn_pct", 100 * 160 / 165.0, 1e-6);
	probing_is(&p, "power.capped", 1);
	probing_is(&p, "power.at_limit", 0);
	assert_int_equal(((const struct power *)snapshot_facts(p.snap, &probe_power))->zone.n, 3);
	put(p.m, POWERCAP, "intel-rapl:0", "energy_uj", "1648000000");
	put(p.m, POWERCAP, "intel-rapl:1", "energy_uj", "300000000");
	probing_pass(&p, 2000);
	probing_is(&p, "power.at_limit", 1); /* 164 of 165 W */
	probing_end(&p);
}

/* A limit that is switched off caps nobody; where nobody knows whether it is, the sums are open. */
static void test_switched_off(void **state)
{
	struct probing p = begin(4);

	(void)state;
	two_packages(&p);
	probing_is(&p, "power.capped", 1);
	put(p.m, POWERCAP, "intel-rapl:1", "enabled", "0");
	put(p.m, POWERCAP, "intel-rapl:0", "energy_uj", "2000000000"); /* 100 W */
	put(p.m, POWERCAP, "intel-rapl:1", "energy_uj", "1199671150"); /* 120 W of 120 W, after it began anew */
	probing_pass(&p, 10000);
	probing_near(&p, "power.zone[intel-rapl:1].drawn_pct", 100, 1e-6);
	probing_near(&p, "power.package_w", 220, 1e-6);
	probing_is(&p, "power.capped", 0);
	probing_is(&p, "power.at_limit", 0);
	sham_error(p.m, POWERCAP "intel-rapl:1/enabled", -EIO);
	put(p.m, POWERCAP, "intel-rapl:0", "energy_uj", "3000000000");
	put(p.m, POWERCAP, "intel-rapl:1", "energy_uj", "2399671150");
	probing_pass(&p, 10000);
	probing_near(&p, "power.package_w", 220, 1e-6);
	probing_not(&p, "power.capped", KNOWN_BROKEN);
	probing_not(&p, "power.at_limit", KNOWN_BROKEN);
	probing_end(&p);
}

/* Registers are read on a CPU of the package: one that sleeps is left alone, and so is one that was set apart. */
static void test_nobody_is_woken_up(void **state)
{
	struct probing p = begin(4);

	(void)state;
	two_packages(&p);
	put(p.m, POWERCAP, "intel-rapl:0", "energy_uj", "1320000000");
	put(p.m, POWERCAP, "intel-rapl:1", "energy_uj", "262143200000");
	sham_busy(p.m, 2, 0);
	sham_forget(p.m);
	probing_pass(&p, 2000);
	probing_pass(&p, 2000);
	put(p.m, POWERCAP, "intel-rapl:0", "energy_uj", "1640000000");
	probing_pass(&p, 2000);
	probing_near(&p, "power.zone[intel-rapl:0].power_w", 160, 1e-6);
	assert_int_equal(sham_reads(p.m, "intel-rapl:1/energy_uj"), 0);
	assert_true(sham_reads(p.m, "intel-rapl:0/energy_uj") > 0);
	probing_not(&p, "power.zone[intel-rapl:1].power_w", KNOWN_SKIPPED);
	probing_not(&p, "power.package_w", KNOWN_SKIPPED);
	probing_near(&p, "power.zone[intel-rapl:1].limit_w", 120, 1e-9); /* of before */
	p.want.deep = true;
	probing_pass(&p, 2000);
	assert_int_equal(sham_reads(p.m, "intel-rapl:1/energy_uj"), 1);
	probing_end(&p);
}

static void test_idle_from_the_start(void **state)
{
	struct probing p = begin(4);

	(void)state;
	put_zone(p.m, "intel-rapl:0", "package-0", "1000000000");
	put_limits(p.m, "intel-rapl:0", "165000000");
	put(p.m, UNCORE, "package_00_die_00", "max_freq_khz", "2200000");
	put(p.m, UNCORE, "package_00_die_00", "initial_max_freq_khz", "2400000");
	put(p.m, "/sys/class/hwmon/", "hwmon0", "name", "coretemp");
	put(p.m, "/sys/class/hwmon/", "hwmon0", "temp1_label", "Package id 0");
	put(p.m, "/sys/class/hwmon/", "hwmon0", "temp1_input", "51000");
	sham_put(p.m, "/sys/devices/system/cpu/isolated", "0\n");
	p.want.everything = true; /* all that is due or not, but nobody is disturbed */
	probing_tick(&p);
	probing_pass(&p, 2000);
	probing_not(&p, "power.zone[intel-rapl:0].limit_w", KNOWN_SKIPPED);
	probing_not(&p, "power.zone[intel-rapl:0].drawn_pct", KNOWN_SKIPPED);
	probing_not(&p, "power.uncore[package_00_die_00].max_khz", KNOWN_SKIPPED);
	probing_is(&p, "power.uncore[package_00_die_00].initial_max_khz", 2400000);
	probing_not(&p, "power.uncore_capped", KNOWN_SKIPPED);
	probing_not(&p, "power.capped", KNOWN_SKIPPED);
	assert_int_equal(sham_reads(p.m, "_uw"), 0);
	assert_int_equal(sham_reads(p.m, "energy_uj"), 0);
	assert_int_equal(sham_reads(p.m, "/max_freq_khz"), 0);
	assert_int_equal(sham_reads(p.m, "temp1_input"), 0);
	sham_busy(p.m, 0, 90);
	probing_pass(&p, 60000);
	probing_pass(&p, 60000);
	assert_int_equal(sham_reads(p.m, "energy_uj"), 0); /* it is busy and set apart */
	p.want.deep = true;
	probing_pass(&p, 2000);
	probing_near(&p, "power.zone[intel-rapl:0].limit_w", 165, 1e-9);
	probing_is(&p, "power.uncore_capped", 1);
	probing_near(&p, "power.sensor[hwmon0/temp1].temp_c", 51, 1e-9);
	probing_end(&p);
}

static void explain(struct probing *p, const char *address, const char *raw, const char *why)
{
	const struct explained *e;

	p->want.explain = address;
	probing_pass(p, 1); /* nothing is due, but it is another tick than the one that read */
	e = p->snap->explained;
	if (raw)
		assert_string_equal(e->raw, raw);
	else
		assert_null(e->raw);
	if (why)
		assert_string_equal(e->why, why);
}

/* To explain a limit of before must not wake up who was left alone. */
static void test_explain(void **state)
{
	struct probing p = begin(4);

	(void)state;
	put(p.m, UNCORE, "package_00_die_00", "max_freq_khz", "2200000");
	put(p.m, UNCORE, "package_00_die_00", "initial_max_freq_khz", "2400000");
	two_packages(&p);
	sham_forget(p.m);
	explain(&p, "power.zone[intel-rapl:0].limit_w", NULL, "would interrupt");
	explain(&p, "power.uncore[package_00_die_00].max_khz", NULL, "would interrupt");
	assert_int_equal(sham_reads(p.m, "_uw") + sham_reads(p.m, "/max_freq_khz"), 0);
	explain(&p, "power.uncore[package_00_die_00].initial_max_khz", "2400000\n", NULL);
	explain(&p, "power.zone[intel-rapl:0].what", "package-0\n", NULL);
	explain(&p, "power.package_w", NULL, NULL);
	p.want.deep = true;
	explain(&p, "power.zone[intel-rapl:0].limit_w", "165000000\n", NULL);
	p.want.deep = false;
	sham_kind(p.m, HOST_DIRECTORY);
	explain(&p, "power.zone[intel-rapl:0].limit_w", "165000000\n", NULL);
	probing_end(&p);
}

/* energy_uj is root's; a copy's energy stands still; some zones have no limits. */
static void test_what_is_not_known(void **state)
{
	struct probing p = begin(4);

	(void)state;
	p.want.deep = true;
	put_zone(p.m, "intel-rapl:0", "package-0", "1000000000");
	put_zone(p.m, "intel-rapl:1", "package-1", "1000000000");
	put_zone(p.m, "intel-rapl-mmio:0", "package-0", "1000000000");
	put(p.m, POWERCAP, "intel-rapl:1", "constraint_0_name", "long_term");
	put(p.m, POWERCAP, "intel-rapl:1", "constraint_0_power_limit_uw", "many");
	put(p.m, POWERCAP, "intel-rapl:1", "constraint_0_max_power_uw", "0");
	sham_error(p.m, POWERCAP "intel-rapl:0/energy_uj", -EACCES);
	probing_tick(&p);
	probing_pass(&p, 2000);
	probing_not(&p, "power.zone[intel-rapl:0].power_w", KNOWN_DENIED);
	probing_not(&p, "power.zone[intel-rapl:1].power_w", KNOWN_NOT_RECORDED);
	probing_not(&p, "power.package_w", KNOWN_DENIED);
	probing_not(&p, "power.zone[intel-rapl:0].limit_w", KNOWN_ABSENT);
	probing_not(&p, "power.zone[intel-rapl:1].limit_w", KNOWN_BROKEN);
	probing_not(&p, "power.zone[intel-rapl:1].max_w", KNOWN_ABSENT);
	probing_not(&p, "power.zone[intel-rapl-mmio:0].package", KNOWN_ABSENT);
	/* nobody looked for minutes: a counter may have begun anew more than once */
	put(p.m, POWERCAP, "intel-rapl:1", "energy_uj", "1100000000");
	probing_pass(&p, 100000);
	probing_not(&p, "power.zone[intel-rapl:1].power_w", KNOWN_NOT_YET);
	put(p.m, POWERCAP, "intel-rapl:1", "energy_uj", "700000000");
	sham_remove(p.m, POWERCAP "intel-rapl:1/max_energy_range_uj");
	probing_pass(&p, 2000);
	probing_not(&p, "power.zone[intel-rapl:1].power_w", KNOWN_NOT_YET);
	sham_remove(p.m, POWERCAP "intel-rapl:0");
	put(p.m, POWERCAP, "intel-rapl:1", "energy_uj", "900000000");
	probing_pass(&p, 2000);
	probing_near(&p, "power.zone[intel-rapl:1].power_w", 100, 1e-6);
	probing_near(&p, "power.package_w", 100, 1e-6);
	probing_end(&p);
}

static void test_absent(void **state)
{
	struct probing p = begin(2);
	const struct power *w;

	(void)state;
	probing_tick(&p);
	w = snapshot_facts(p.snap, &probe_power);
	assert_int_equal(w->zone.known, KNOWN_ABSENT);
	assert_int_equal(w->uncore.known, KNOWN_ABSENT);
	assert_int_equal(w->sensor.known, KNOWN_ABSENT);
	probing_not(&p, "power.package_w", KNOWN_ABSENT);
	probing_not(&p, "power.uncore_capped", KNOWN_ABSENT);
	probing_not(&p, "power.platform_profile", KNOWN_ABSENT);
	sham_error(p.m, "/sys/class/powercap", -EACCES);
	sham_put(p.m, "/sys/firmware/acpi/platform_profile", "low-power\n");
	sham_put(p.m, "/sys/firmware/acpi/platform_profile_choices", "low-power balanced performance\n");
	probing_pass(&p, 2000);
	probing_not(&p, "power.package_w", KNOWN_DENIED);
	probing_says(&p, "power.platform_profile", "low-power");
	probing_says(&p, "power.platform_profiles", "low-power balanced performance");
	probing_end(&p);
}

static char *run(uint64_t nth, int error, uint64_t *ret_calls)
{
	struct sham *m = sham_new();
	struct want want = {.everything = true, .deep = true};
	struct host *failing;
	struct sampler *s;
	char bad[64], *json = NULL;

	sham_machine(m, 2);
	put_zone(m, "intel-rapl:0", "package-0", "1000000000");
	put_limits(m, "intel-rapl:0", "165000000");
	put(m, UNCORE, "package_00_die_00", "max_freq_khz", "2200000");
	put(m, "/sys/class/hwmon/", "hwmon3", "name", "k10temp");
	put(m, "/sys/class/hwmon/", "hwmon3", "temp1_input", "71375");
	assert_int_equal(failing_open(sham_host(m), nth, 1, error, &failing), 0);
	s = sampler_new(failing);
	assert_int_equal(sampler_only(s, "power", bad), 0);
	for (unsigned i = 1; i <= 5; i++) {
		struct snapshot *snap;
		char energy[32];

		snprintf(energy, sizeof(energy), "%u", 1000000000 + i * 200000000);
		put(m, POWERCAP, "intel-rapl:0", "energy_uj", energy);
		sham_pass(m, 2000);
		snap = sampler_step(s, &want);
		free(json);
		json = report_json(snap);
		free(report_text(snap));
		snapshot_unref(snap);
		if (i == 2)
			*ret_calls = failing_calls(failing);
	}
	sampler_free(s);
	assert_int_equal(sham_kept(m), 0);
	sham_free(m);
	return json;
}

static void test_each_call_fails(void **state)
{
	static const int errors[] = {EACCES, EIO, EINVAL, ENODATA};
	uint64_t calls = 0, others;
	char *fine = run(0, 0, &calls);

	(void)state;
	assert_true(calls > 50);
	for (uint64_t nth = 1; nth <= calls; nth++) {
		int error = errors[nth % COUNT(errors)];
		char *json = run(nth, error, &others);

		if (strcmp(strstr(json, "\"power\""), strstr(fine, "\"power\"")) != 0)
			fail_msg("call %u with %s leaves\n%s", (unsigned)nth, errno_word(error),
				strstr(json, "\"power\""));
		free(json);
	}
	free(fine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_watts_and_limits),
		cmocka_unit_test(test_switched_off),
		cmocka_unit_test(test_nobody_is_woken_up),
		cmocka_unit_test(test_idle_from_the_start),
		cmocka_unit_test(test_explain),
		cmocka_unit_test(test_what_is_not_known),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_each_call_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
