/* Power: what packages draw and may draw, how the clock outside the cores is limited, and how warm it is. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_POWER_H
#define PROBES_POWER_H

#include "probes/probe.h"

struct power {
	struct value package_w; /* f64: all packages together */
	struct value at_limit; /* u64: packages that draw what they may */
	struct value capped; /* u64: packages that may draw less than they were built for */
	struct value uncore_capped; /* u64: uncore clocks whose upper limit was lowered */
	struct value platform_profile; /* text */
	struct value platform_profiles; /* words: those that can be chosen */
	struct rows zone; /* struct power_zone, by name */
	struct rows uncore; /* struct power_uncore, by name */
	struct rows sensor; /* struct power_sensor, by name */
};

/* A zone of RAPL: a package, or a part of one. */
struct power_zone {
	struct value name; /* text: "intel-rapl:0" */
	struct value what; /* text: "package-0", "dram" */
	struct value package; /* u64: number of its package, of zones that are one */
	struct value enabled; /* bool: its limits are in force */
	struct value power_w; /* f64, since the last reading */
	struct value limit_w, limit_s; /* f64: the lasting limit, and over which time it is taken */
	struct value max_w; /* f64: what it was built for */
	struct value burst_w, burst_ms; /* f64: the limit for short times, and how short */
	struct value drawn_pct; /* f64: power_w of limit_w */
};

/* The clock of mesh, L3 and memory controllers of a die. */
struct power_uncore {
	struct value name; /* text: "package_00_die_00", "uncore03" */
	struct value package, domain; /* u64 */
	struct value agents; /* words: "core cache memory", "io" */
	struct value min_khz, max_khz; /* the limits that are set */
	struct value initial_min_khz, initial_max_khz; /* those that the firmware left */
	struct value cur_khz;
	struct value floor_khz; /* efficiency latency control: as low as it goes while its load is low */
	struct value floor_below_pct; /* … below that */
};

struct power_sensor {
	struct value name; /* text: "hwmon2/temp1" */
	struct value chip; /* text: "k10temp" */
	struct value label; /* text: "Tctl" */
	struct value temp_c, max_c, crit_c; /* f64 */
};

extern const struct probe probe_power;

#endif
