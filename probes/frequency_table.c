/* The fields of the frequency probe: names, units, sources and meanings. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/frequency_impl.h"

#define OWN(name) SOURCES("{folder}/" name)
#define TEXT(member, label, source_, meaning) \
	FIELD(struct policy, member, label, TYPE_TEXT, UNIT_NONE, 0, source_, meaning)
#define TEXT_MOVES(member, label, meaning) \
	FIELD(struct policy, member, label, TYPE_TEXT, UNIT_NONE, FIELD_MOVES, SOURCES("seen by hvscope"), meaning)
#define KHZ(member, label, flags, source_, meaning) \
	FIELD(struct policy, member, label, TYPE_U64, UNIT_KHZ, flags, source_, meaning)
#define BASE \
	SOURCES("{folder}/base_frequency", CPU_FOLDER "/cpu{id}/acpi_cppc/nominal_freq", "@cpuid/identity", \
		"{folder}/scaling_available_frequencies", "/proc/cpuinfo", "@tsc")
#define CPU_BASE \
	SOURCES(CPU_FOLDER "/cpu{id}/cpufreq/base_frequency", CPU_FOLDER "/cpu{id}/acpi_cppc/nominal_freq", \
		"@cpuid/identity", CPU_FOLDER "/cpu{id}/cpufreq/scaling_available_frequencies", "/proc/cpuinfo", \
		"@tsc")

const struct field policy_fields[NPOLICY_FIELDS] = {
	FIELD(struct policy, id, "Policy", TYPE_U64, UNIT_ID, 0, SOURCES("the folders of " CPU_FOLDER "/cpufreq"),
		"Number of the policy: CPUs whose clock is set together."),
	TEXT(folder, "Folder", SOURCES("the folders of " CPU_FOLDER "/cpufreq"),
		"Where the kernel keeps this policy's files."),
	FIELD(struct policy, cpus, "CPUs", TYPE_CPUS, UNIT_NONE, 0, OWN("affected_cpus"),
		"The online CPUs that it governs."),
	FIELD(struct policy, related, "Related CPUs", TYPE_CPUS, UNIT_NONE, 0, OWN("related_cpus"),
		"The CPUs that it governs, offline ones too."),
	TEXT(driver, "Driver", OWN("scaling_driver"),
		"Who sets the clock: the same governor means different things with each."),
	TEXT(governor, "Governor", OWN("scaling_governor"), "Who decides which clock is asked for."),
	FIELD(struct policy, governors, "Governors", TYPE_WORDS, UNIT_NONE, 0, OWN("scaling_available_governors"),
		"The governors that can be chosen."),
	KHZ(min_khz, "Lower limit", 0, OWN("scaling_min_freq"), "The lowest clock that may be asked for."),
	KHZ(max_khz, "Upper limit", 0, OWN("scaling_max_freq"), "The highest clock that may be asked for."),
	KHZ(hw_min_khz, "Hardware minimum", 0, OWN("cpuinfo_min_freq"), "The lowest clock of the hardware."),
	KHZ(hw_max_khz, "Hardware maximum", 0, OWN("cpuinfo_max_freq"),
		"The highest clock of the hardware, turbo included."),
	KHZ(base_khz, "Base clock", 0, BASE, "The clock that the processor is sold with: what busy CPUs should reach."),
	KHZ(cur_khz, "Current clock", FIELD_MOVES, OWN("scaling_cur_freq"),
		"What the kernel says the clock is; for an idle CPU it is a limit or an old request, not a "
		"measurement."),
	KHZ(avg_khz, "Average clock", FIELD_MOVES, OWN("cpuinfo_avg_freq"),
		"What the hardware's counters gave over the last tick; newer kernels only."),
	TEXT(epp, "Energy preference", OWN("energy_performance_preference"),
		"How much the hardware leans to saving energy when it chooses the clock itself."),
	FIELD(struct policy, epps, "Energy preferences", TYPE_WORDS, UNIT_NONE, 0,
		OWN("energy_performance_available_preferences"), "The energy preferences that can be chosen."),
	KHZ(bios_limit_khz, "Firmware limit", 0, OWN("bios_limit"), "The highest clock that the firmware allows."),
	FIELD(struct policy, boost, "Boost", TYPE_BOOL, UNIT_NONE, 0, OWN("boost"),
		"Whether clocks above base are allowed here."),
	KHZ(setspeed_khz, "Asked by userspace", 0, OWN("scaling_setspeed"),
		"The clock that the userspace governor was told."),
	FIELD(struct policy, available_khz, "Clocks", TYPE_NUMBERS, UNIT_KHZ, 0, OWN("scaling_available_frequencies"),
		"The clocks that can be asked for."),
	KHZ(lowest_nonlinear_khz, "Lowest efficient clock", 0, OWN("amd_pstate_lowest_nonlinear_freq"),
		"Below this clock voltage falls no more: it only makes things slower."),
	FIELD(struct policy, prefcore_ranking, "Core ranking", TYPE_U64, UNIT_NONE, 0,
		OWN("amd_pstate_prefcore_ranking"), "How good the firmware says this core is: the higher the faster."),
	FIELD(struct policy, changed_s, "Changed", TYPE_F64, UNIT_S, FIELD_MOVES, SOURCES("seen by hvscope"),
		"How long ago hvscope saw its governor, energy preference or a limit change."),
	TEXT_MOVES(changed_what, "What changed", "Which of them changed last."),
	TEXT_MOVES(changed_from, "Changed from", "What it was before that."),
};

#define THROTTLE(name) SOURCES(CPU_FOLDER "/cpu{id}/thermal_throttle/" name)
#define COUNTER(member, label, unit, source_, meaning) \
	FIELD(struct frequency_cpu, member, label, TYPE_U64, unit, FIELD_MOVES, source_, meaning)

const struct field frequency_cpu_fields[NFREQUENCY_CPU_FIELDS] = {
	FIELD(struct frequency_cpu, id, "CPU", TYPE_U64, UNIT_ID, 0, SOURCES(CPU_FOLDER "/online"),
		"The kernel's number of this CPU."),
	FIELD(struct frequency_cpu, policy, "Policy", TYPE_U64, UNIT_ID, 0,
		SOURCES("the folders of " CPU_FOLDER "/cpufreq"), "The policy that governs it."),
	FIELD(struct frequency_cpu, base_khz, "Base clock", TYPE_U64, UNIT_KHZ, 0, CPU_BASE,
		"The clock that the processor is sold with: what a busy CPU should reach."),
	FIELD(struct frequency_cpu, measured_khz, "Counted clock", TYPE_U64, UNIT_KHZ, FIELD_MOVES,
		SOURCES("@perf/msr/{id}", CPU_FOLDER "/cpu{id}/acpi_cppc/feedback_ctrs"),
		"The clock while it was awake, from its APERF and MPERF counters; reading them interrupts it."),
	FIELD(struct frequency_cpu, epb, "Energy bias", TYPE_U64, UNIT_NONE, 0,
		SOURCES(CPU_FOLDER "/cpu{id}/power/energy_perf_bias"),
		"How much the processor leans to saving energy, 0 to 15; the kernel makes 6 of the firmware's 0."),
	FIELD(struct frequency_cpu, capacity, "Capacity", TYPE_U64, UNIT_NONE, 0,
		SOURCES(CPU_FOLDER "/cpu{id}/cpu_capacity"),
		"How much this core can do beside the best one, which has 1024; only where cores differ."),
	COUNTER(core_throttles, "Core throttles", UNIT_COUNT, THROTTLE("core_throttle_count"),
		"How often this core was slowed down because it was hot, since boot."),
	COUNTER(core_throttle_ms, "Core throttled", UNIT_MS, THROTTLE("core_throttle_total_time_ms"),
		"How long this core was slowed down because it was hot, since boot."),
	COUNTER(package_throttles, "Package throttles", UNIT_COUNT, THROTTLE("package_throttle_count"),
		"How often the package was slowed down because it was hot, since boot."),
	COUNTER(package_throttle_ms, "Package throttled", UNIT_MS, THROTTLE("package_throttle_total_time_ms"),
		"How long the package was slowed down because it was hot, since boot."),
	FIELD(struct frequency_cpu, package_throttled_pct, "Package throttled", TYPE_F64, UNIT_PERCENT, FIELD_MOVES,
		THROTTLE("package_throttle_total_time_ms"),
		"Share of the time since the last reading in which its package was slowed down; read at the package's "
		"first CPU."),
	FIELD(struct frequency_cpu, throttled_pct, "Throttled", TYPE_F64, UNIT_PERCENT, FIELD_MOVES | FIELD_HISTORY,
		THROTTLE("core_throttle_total_time_ms"),
		"Share of the time since the last reading in which this core was slowed down."),
};
