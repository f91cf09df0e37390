/* The fields of the power probe: names, units, sources and meanings. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/power_impl.h"

#define ZONE(file) SOURCES(POWERCAP "/{name}/" file)
#define DIE(file) SOURCES(UNCORE "/{name}/" file)
#define TEMP(what) SOURCES(HWMON "/{name}_" what)
#define ZONES SOURCES("the folders of " POWERCAP)
#define DIES SOURCES("the folders of " UNCORE)
#define ROW(type_, member, label, kind, unit, flags, source_, meaning) \
	FIELD(struct type_, member, label, kind, unit, flags, source_, meaning)
#define WATT(member, label, flags, source_, meaning) \
	ROW(power_zone, member, label, TYPE_F64, UNIT_WATT, flags, source_, meaning)
#define KHZ(member, label, flags, source_, meaning) \
	ROW(power_uncore, member, label, TYPE_U64, UNIT_KHZ, flags, source_, meaning)
#define DEGREES(member, label, flags, source_, meaning) \
	ROW(power_sensor, member, label, TYPE_F64, UNIT_CELSIUS, flags, source_, meaning)

const struct field power_zone_fields[NZONE_FIELDS] = {
	ROW(power_zone, name, "Zone", TYPE_TEXT, UNIT_NONE, 0, ZONES, "The kernel's name of it."),
	ROW(power_zone, what, "What", TYPE_TEXT, UNIT_NONE, 0, ZONE("name"),
		"What draws the power: a package, its cores, its memory, the whole platform."),
	ROW(power_zone, package, "Package", TYPE_U64, UNIT_ID, 0, ZONE("name"),
		"Number of the package, of zones that are a whole one."),
	ROW(power_zone, enabled, "Limits in force", TYPE_BOOL, UNIT_NONE, 0, ZONE("enabled"),
		"Whether the limits are switched on; of limits that the firmware locked the kernel says no as well."),
	WATT(power_w, "Draws", FIELD_MOVES, ZONE("energy_uj"),
		"What it drew since the last reading; only root may read its energy."),
	WATT(limit_w, "May draw", 0, ZONE("constraint_0_power_limit_uw"),
		"The lasting limit: at it all cores are slowed, below their base clock if need be."),
	ROW(power_zone, limit_s, "Taken over", TYPE_F64, UNIT_S, 0, ZONE("constraint_0_time_window_us"),
		"The time over which the lasting limit is taken."),
	WATT(max_w, "Built for", 0, ZONE("constraint_0_max_power_uw"),
		"The highest lasting limit that the processor was built for."),
	WATT(burst_w, "May draw briefly", 0, ZONE("constraint_1_power_limit_uw"), "The limit for short times."),
	ROW(power_zone, burst_ms, "Briefly is", TYPE_F64, UNIT_MS, 0, ZONE("constraint_1_time_window_us"),
		"The time over which the limit for short times is taken."),
	ROW(power_zone, drawn_pct, "Of its limit", TYPE_F64, UNIT_PERCENT, FIELD_MOVES, ZONE("energy_uj"),
		"What it draws, as a part of its lasting limit: near 100 it decides the clocks."),
};

const struct field power_uncore_fields[NUNCORE_FIELDS] = {
	ROW(power_uncore, name, "Die", TYPE_TEXT, UNIT_NONE, 0, DIES, "The kernel's name of this part."),
	ROW(power_uncore, package, "Package", TYPE_U64, UNIT_ID, 0,
		SOURCES("the folders of " UNCORE, UNCORE "/{name}/package_id"), "The package that it is a part of."),
	ROW(power_uncore, domain, "Domain", TYPE_U64, UNIT_ID, 0,
		SOURCES("the folders of " UNCORE, UNCORE "/{name}/domain_id"),
		"The number of its die, or of its power domain, in the package."),
	ROW(power_uncore, agents, "Serves", TYPE_WORDS, UNIT_NONE, 0, DIE("agent_types"), "What runs at this clock."),
	KHZ(min_khz, "Lower limit", 0, DIE("min_freq_khz"),
		"The lowest clock it may take: idle it falls to this, and memory answers later."),
	KHZ(max_khz, "Upper limit", 0, DIE("max_freq_khz"), "The highest clock it may take."),
	KHZ(initial_min_khz, "Firmware's lower limit", 0, DIE("initial_min_freq_khz"),
		"The lower limit that the firmware had set."),
	KHZ(initial_max_khz, "Firmware's upper limit", 0, DIE("initial_max_freq_khz"),
		"The upper limit that the firmware had set."),
	KHZ(cur_khz, "Current clock", FIELD_MOVES, DIE("current_freq_khz"),
		"The clock it runs at; only root may read it."),
	KHZ(floor_khz, "Saves down to", 0, DIE("elc_floor_freq_khz"),
		"The clock it falls to while it has little to do."),
	ROW(power_uncore, floor_below_pct, "Saves below", TYPE_U64, UNIT_PERCENT, 0, DIE("elc_low_threshold_percent"),
		"It has little to do while it is used less than this."),
};

const struct field power_sensor_fields[NSENSOR_FIELDS] = {
	ROW(power_sensor, name, "Sensor", TYPE_TEXT, UNIT_NONE, 0, SOURCES("the folders of " HWMON),
		"The kernel's name of it."),
	ROW(power_sensor, chip, "Chip", TYPE_TEXT, UNIT_NONE, 0, SOURCES("the folders of " HWMON),
		"The driver that reads it; coretemp interrupts CPUs and is only read with :deep."),
	ROW(power_sensor, label, "Label", TYPE_TEXT, UNIT_NONE, 0, TEMP("label"), "What it measures."),
	DEGREES(temp_c, "Temperature", FIELD_MOVES, TEMP("input"), "How warm it is now."),
	DEGREES(max_c, "Warm", 0, TEMP("max"), "From here on it is too warm to last."),
	DEGREES(crit_c, "Critical", 0, TEMP("crit"), "Here the hardware slows down or switches off."),
};

const struct field power_fields[NPOWER_FIELDS] = {
	ROW(power, package_w, "Packages draw", TYPE_F64, UNIT_WATT, FIELD_MOVES | FIELD_HISTORY,
		SOURCES("energy_uj of all packages in " POWERCAP), "What all packages draw together."),
	ROW(power, at_limit, "At their limit", TYPE_U64, UNIT_COUNT, FIELD_MOVES,
		SOURCES("energy_uj of all packages in " POWERCAP), "Packages that draw all that they may."),
	ROW(power, capped, "Capped", TYPE_U64, UNIT_COUNT, 0,
		SOURCES("constraint_0_power_limit_uw of all packages in " POWERCAP),
		"Packages that may draw less than they were built for."),
	ROW(power, uncore_capped, "Uncore capped", TYPE_U64, UNIT_COUNT, 0,
		SOURCES("max_freq_khz of all folders of " UNCORE),
		"Parts outside the cores whose clock may not rise as high as the firmware had set."),
	ROW(power, platform_profile, "Platform profile", TYPE_TEXT, UNIT_NONE, 0,
		SOURCES("/sys/firmware/acpi/platform_profile"),
		"What the firmware was asked to weigh: power or speed."),
	ROW(power, platform_profiles, "Platform profiles", TYPE_WORDS, UNIT_NONE, 0,
		SOURCES("/sys/firmware/acpi/platform_profile_choices"), "The profiles that can be chosen."),
};
