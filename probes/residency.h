/* Residency: how long the hardware itself says it slept, and how often firmware interrupted it. Only when asked (deep). */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_RESIDENCY_H
#define PROBES_RESIDENCY_H

#include "probes/probe.h"

/* All are counters of perf: reading them interrupts the CPU, so without --deep they are "not read". */
struct residency {
	struct value smi_per_s; /* f64: system management interrupts, of the package that has most */
	struct value c6_pct; /* f64: of the package that was most in it */
	struct rows package; /* struct residency_package, by rising id */
	struct rows cpu; /* struct residency_cpu, by rising id: those that are online; without deep reads not read */
};

struct residency_package {
	struct value id; /* i64 */
	struct value cpu; /* u64: the one that was asked */
	struct value smi; /* u64: since it is counted */
	struct value smi_per_s; /* f64; Intel only */
	struct value c2_pct, c6_pct; /* f64: share of the time in these package states; Intel only */
	/* Registers of that CPU, Intel only; read every tenth tick: */
	struct value c1e_promotion; /* bool: C1 is really C1E; MSR_POWER_CTL */
	struct value firmware_pstates; /* bool: the firmware keeps the clock to itself; MSR_MISC_PWR_MGMT */
	struct value hwp_epp; /* u64: 0 to 255, where EPP is "default"; MSR_HWP_REQUEST */
};

struct residency_cpu {
	struct value id;
	struct value c1_pct, c6_pct; /* f64: share of the time in these core states, by the hardware; Intel only */
};

extern const struct probe probe_residency;

#endif
