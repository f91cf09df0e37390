/* The processors: model, flags that matter, microcode, and what CPUID says. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CPU_H
#define PROBES_CPU_H

#include "probes/probe.h"

struct cpu {
	struct value model; /* text: the kernel's model name, blanks squeezed; the headline */
	struct value vendor; /* text */
	struct value family, model_number, stepping; /* u64 */
	struct value microcode; /* text: "0x2b000571", of CPU 0 */
	struct value microcodes; /* words: every revision that occurs */
	struct value microcode_mixed; /* bool: there is more than one */
	struct value flags; /* words: those of cpu_flags[] that are there */
	struct value vmx_flags; /* words: what VMX can, as the kernel says since 5.6; absent: it does not say */
	struct value x86; /* bool: /proc/cpuinfo has x86's form */
	struct value name_mhz; /* u64: "@ 2.40GHz" in the model name */
	struct value codename, technology; /* text: libcpuid */
	struct value cpuid_base_mhz; /* u64: leaf 0x16 */
};

extern const struct probe probe_cpu;

bool cpu_has_flag(const struct cpu *c, const char *flag);
/* Can the kernel measure a clock? An x86 processor without these counters cannot; where no flags are known it is
 * believed to. c may be NULL. */
bool cpu_counts_clock(const struct cpu *c);

#endif
