/* Tests uncore clocks whose registers lie in memory, and sensors that interrupt nobody. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "probes/power.h"
#include "tests/lib/probing.h"

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

/* Parts whose registers lie in memory say more, and are read whoever sleeps. */
static void test_uncore_in_memory(void **state)
{
	struct probing p = begin(4);

	(void)state;
	put(p.m, UNCORE, "package_00_die_00", "min_freq_khz", "800000");
	put(p.m, UNCORE, "uncore00", "package_id", "0");
	put(p.m, UNCORE, "uncore00", "domain_id", "3");
	put(p.m, UNCORE, "uncore00", "agent_types", "core cache memory");
	put(p.m, UNCORE, "uncore00", "min_freq_khz", "800000");
	put(p.m, UNCORE, "uncore00", "max_freq_khz", "2400000");
	put(p.m, UNCORE, "uncore00", "initial_max_freq_khz", "2400000");
	put(p.m, UNCORE, "uncore00", "current_freq_khz", "0");
	put(p.m, UNCORE, "uncore00", "elc_floor_freq_khz", "1200000");
	put(p.m, UNCORE, "uncore00", "elc_low_threshold_percent", "11");
	probing_tick(&p);
	probing_is(&p, "power.uncore[package_00_die_00].min_khz", 800000);
	probing_is(&p, "power.uncore[uncore00].package", 0);
	probing_is(&p, "power.uncore[uncore00].domain", 3);
	probing_says(&p, "power.uncore[uncore00].agents", "core cache memory");
	probing_is(&p, "power.uncore[uncore00].max_khz", 2400000);
	probing_is(&p, "power.uncore[uncore00].floor_khz", 1200000);
	probing_is(&p, "power.uncore[uncore00].floor_below_pct", 11);
	probing_not(&p, "power.uncore[uncore00].cur_khz", KNOWN_BROKEN);
	probing_not(&p, "power.uncore_capped", KNOWN_ABSENT); /* of the older folder nobody says its limit */
	probing_end(&p);
}

static void test_sensors(void **state)
{
	struct probing p = begin(4);
	static const char hwmon[] = "/sys/class/hwmon/";

	(void)state;
	put(p.m, hwmon, "hwmon3", "name", "k10temp");
	put(p.m, hwmon, "hwmon3", "temp1_label", "Tctl");
	put(p.m, hwmon, "hwmon3", "temp1_input", "71375");
	put(p.m, hwmon, "hwmon3", "temp3_label", "Tccd1");
	put(p.m, hwmon, "hwmon3", "temp3_input", "-1000");
	put(p.m, hwmon, "hwmon3", "temp3_crit", "95000");
	put(p.m, hwmon, "hwmon1", "name", "nvme");
	put(p.m, hwmon, "hwmon1", "temp1_input", "30000");
	put(p.m, hwmon, "hwmon2", "name", "coretemp");
	put(p.m, hwmon, "hwmon2", "temp1_label", "Physical id 0");
	put(p.m, hwmon, "hwmon2", "temp1_input", "40000");
	put(p.m, hwmon, "hwmon2", "temp2_label", "Core 0");
	put(p.m, hwmon, "hwmon2", "temp2_input", "41000");
	probing_tick(&p);
	assert_int_equal(((const struct power *)snapshot_facts(p.snap, &probe_power))->sensor.n, 2);
	probing_near(&p, "power.sensor[hwmon3/temp1].temp_c", 71.375, 1e-9);
	probing_says(&p, "power.sensor[hwmon3/temp1].label", "Tctl");
	probing_not(&p, "power.sensor[hwmon3/temp1].crit_c", KNOWN_ABSENT);
	probing_near(&p, "power.sensor[hwmon3/temp3].temp_c", -1, 1e-9);
	probing_near(&p, "power.sensor[hwmon3/temp3].crit_c", 95, 1e-9);
	sham_kind(p.m, HOST_DIRECTORY);
	probing_pass(&p, 2000);
	assert_int_equal(((const struct power *)snapshot_facts(p.snap, &probe_power))->sensor.n, 3);
	probing_near(&p, "power.sensor[hwmon2/temp1].temp_c", 40, 1e-9);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uncore_in_memory),
		cmocka_unit_test(test_sensors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
