/* Writes what a simulated machine draws: RAPL zones, uncore clocks, temperatures. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "probes/host/simulate_model.h"
#include "probes/host/simulate_out.h"

static void write_zone(const struct model *m, struct out *o, int parent, unsigned package)
{
	int dir = out_dir(o, parent, "intel-rapl:%u", package);

	out_line(o, dir, "name", "package-%u", package);
	out_line(o, dir, "enabled", "1");
	out_line(o, dir, "max_energy_range_uj", "%ju", (uintmax_t)SIMULATE_ENERGY_RANGE);
	/* Twelve digits, as it will have as long as it moves. */
	out_line(o, dir, "energy_uj", "%012ju",
		(uintmax_t)(UINT64_C(100000000000) + model_random(m, package, 70) % 100000000000));
	if (m->kind->arch == ARCH_INTEL) {
		out_line(o, dir, "constraint_0_name", "long_term");
		out_line(o, dir, "constraint_0_power_limit_uw", "%u", SIMULATE_WATTS_MOST * 1000000);
		out_line(o, dir, "constraint_0_time_window_us", "999424");
		out_line(o, dir, "constraint_0_max_power_uw", "%u", SIMULATE_WATTS_MOST * 1000000);
		out_line(o, dir, "constraint_1_name", "short_term");
		out_line(o, dir, "constraint_1_power_limit_uw", "%u", SIMULATE_WATTS_MOST * 1200000);
		out_line(o, dir, "constraint_1_time_window_us", "7808");
		out_line(o, dir, "constraint_1_max_power_uw", "%u", SIMULATE_WATTS_MOST * 2000000);
	}
	out_close(dir);
}

static void write_zones(const struct model *m, struct out *o, int sys)
{
	int dir = out_deep(o, sys, "devices/virtual/powercap/intel-rapl"), class = out_deep(o, sys, "class/powercap");
	char name[32];

	out_line(o, dir, "enabled", "1");
	out_link(o, class, "intel-rapl", "../../devices/virtual/powercap/intel-rapl");
	for (unsigned package = 0; package < m->o.packages && !o->err; package++) {
		write_zone(m, o, dir, package);
		snprintf(name, sizeof name, "intel-rapl:%u", package);
		out_link(o, class, name, "../../devices/virtual/powercap/intel-rapl/%s", name);
	}
	out_close(class);
	out_close(dir);
}

static void write_uncores(const struct model *m, struct out *o, int sys)
{
	int all = out_deep(o, sys, "devices/system/cpu/intel_uncore_frequency");

	for (unsigned package = 0; package < m->o.packages && !o->err; package++) {
		int dir = out_dir(o, all, "package_%02u_die_00", package);

		out_line(o, dir, "initial_min_freq_khz", "1200000");
		out_line(o, dir, "initial_max_freq_khz", "2400000");
		out_line(o, dir, "min_freq_khz", "1200000");
		out_line(o, dir, "max_freq_khz", "2400000");
		out_line(o, dir, "current_freq_khz", "%u",
			1400000 + (unsigned)(model_random(m, package, 71) % 10) * 100000);
		out_close(dir);
	}
	out_close(all);
}

static void write_sensors(const struct model *m, struct out *o, int sys)
{
	int class = out_deep(o, sys, "class/hwmon");

	for (unsigned package = 0; package < m->o.packages && !o->err; package++) {
		int dir = out_dir(o, class, "hwmon%u", package);

		out_line(o, dir, "name", "k10temp");
		out_line(o, dir, "temp1_label", "Tctl");
		out_line(o, dir, "temp1_input", "%u", 48000 + (unsigned)(model_random(m, package, 72) % 160) * 125);
		out_close(dir);
	}
	out_close(class);
}

void simulate_power(const struct model *m, struct out *o, int sys)
{
	if (m->kind->arch != ARCH_ARM)
		write_zones(m, o, sys);
	if (m->kind->arch == ARCH_INTEL)
		write_uncores(m, o, sys);
	if (m->kind->arch == ARCH_AMD)
		write_sensors(m, o, sys);
}
