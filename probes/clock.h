/* The clock source: what the kernel reads the time from, and what each reading costs. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CLOCK_H
#define PROBES_CLOCK_H

#include "probes/probe.h"

struct clock {
	struct value current; /* text: "tsc" */
	struct value available; /* words: what could be chosen, best first */
	struct value cost; /* text: "fast", "slow", "coarse" */
	struct value cost_ns; /* u64: of one reading, about */
	struct value paravirtual; /* text: whose guest this host is, by its clock: "KVM"; absent on a host */
	struct value tsc_offered; /* bool: tsc is among the available; x86 only */
	struct value tsc_flags; /* words: constant_tsc nonstop_tsc; x86 only */
	struct value guests_fast; /* bool: guests of this host can have kvm-clock without traps; x86 only */
	struct value boot; /* words: what the kernel was told of clocks */
};

extern const struct probe probe_clock;

#endif
