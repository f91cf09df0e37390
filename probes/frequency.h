/* Frequency: what governs the clock of each CPU, within which limits, and what the kernel last said it is. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_FREQUENCY_H
#define PROBES_FREQUENCY_H

#include "probes/probe.h"

struct frequency {
	struct value driver; /* text: of the policies; "a, b" when they differ */
	struct value governor; /* text: likewise */
	struct value intel_pstate, amd_pstate; /* text: active, passive, guided, off */
	struct value no_turbo; /* bool: intel_pstate */
	struct value boost; /* bool: cpufreq/boost */
	struct value max_perf_pct, min_perf_pct; /* u64, percent: intel_pstate */
	struct value dynamic_epp; /* text: amd_pstate */
	struct value hwp_dynamic_boost; /* bool: intel_pstate */
	struct value turbo_pct; /* u64, percent: intel_pstate */
	struct value prefcore; /* text: amd_pstate */
	struct value policies; /* u64 */
	struct rows policy; /* struct policy, by rising id */
	struct rows cpu; /* struct frequency_cpu, by rising id: those that are online */
};

struct policy {
	struct value id;
	struct value folder; /* text: the kernel's folder of this policy, without a slash at the end */
	struct value cpus; /* set: the online CPUs it governs; empty when all are offline */
	struct value related; /* set: offline ones too */
	struct value driver, governor, governors; /* text, text, words */
	struct value min_khz, max_khz; /* the limits that are set */
	struct value hw_min_khz, hw_max_khz; /* the limits of the hardware */
	struct value base_khz; /* of its first CPU */
	struct value cur_khz; /* scaling_cur_freq as it stands: see silicon for what it is worth */
	struct value avg_khz; /* cpuinfo_avg_freq */
	struct value epp; /* text */
	struct value epps; /* words */
	struct value bios_limit_khz;
	struct value boost; /* bool */
	struct value setspeed_khz; /* userspace governor */
	struct value available_khz; /* numbers */
	struct value lowest_nonlinear_khz; /* amd_pstate: below it saving stops paying */
	struct value prefcore_ranking; /* u64: amd_pstate, the higher the faster the core may become */
	struct value changed_s; /* f64: since its governor, preference or a limit was seen to change; absent: never */
	struct value changed_what; /* text: governor, epp, min_khz, max_khz */
	struct value changed_from; /* text: what it was before */
};

struct frequency_cpu {
	struct value id;
	struct value policy; /* id of its policy */
	struct value base_khz; /* by the ladder: policy, CPPC, CPUID, table, name, TSC */
	struct value measured_khz; /* from APERF/MPERF counters, where they may be read */
	struct value epb; /* u64: energy_perf_bias, 0 is performance and 15 saves most */
	struct value capacity; /* u64: cpu_capacity, of 1024; where cores differ */
	struct value core_throttles, core_throttle_ms, package_throttles, package_throttle_ms;
	struct value package_throttled_pct; /* the same of its package */
	struct value throttled_pct; /* of the time since the last reading */
};

extern const struct probe probe_frequency;

const struct policy *frequency_policy(const struct frequency *f, uint64_t id);
const struct policy *frequency_policy_of(const struct frequency *f, uint64_t cpu);
const struct frequency_cpu *frequency_cpu(const struct frequency *f, uint64_t id, uint32_t *hint);

/* "powersave" of these drivers adapts; of all others it pins the minimum (CHECKS F02). */
bool driver_adapts(const char *driver);
/* … and of pcc-cpufreq the firmware makes of it what it likes. */
bool driver_pins(const char *driver);

#endif
