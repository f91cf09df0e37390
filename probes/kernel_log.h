/* The kernel's log: how often, and when last, it said what names the cause of a slow guest. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_KERNEL_LOG_H
#define PROBES_KERNEL_LOG_H

#include "probes/probe.h"

/* The words of kernel_log.kind[].name, one for each row of probes/kernel_log.def: */
struct kernel_log {
	struct value reach_s; /* f64: how far back the log goes: what was said before is not known */
	struct value whole; /* bool: it goes back to the boot, and no line was lost */
	struct rows kind; /* struct kernel_log_kind, all of kernel_log.def in their order */
	struct rows trap; /* struct kernel_log_trap, the newest first: who split locks */
};

struct kernel_log_kind {
	struct value name; /* text: split_lock tsc_unstable clock_watchdog turbo_disabled pstate_refused machine_check
			      pcie_error thermal rt_throttled */
	struct value count; /* u64: lines within its reach; 0 where the log was read and has none */
	struct value hour; /* u64: of the last hour; not read: where the log reaches back less far and has none */
	struct value age_s; /* f64: of the last one; absent: there is none */
	struct value text; /* the last one; absent: there is none */
};

/* A thread that was caught, by its number. The kernel tells each thread once, and sleeps 10 ms each time. */
struct kernel_log_trap {
	struct value pid; /* u64: the thread */
	struct value comm; /* text: "CPU 3/KVM" */
	struct value guest; /* bool: it is a vCPU by its name */
	struct value count, hour; /* u64: lines */
	struct value age_s; /* f64: of the last one */
};

extern const struct probe probe_kernel_log;

/* The row of that kind, or NULL. l may be NULL. */
const struct kernel_log_kind *kernel_log_kind(const struct kernel_log *l, const char *name);

#endif
