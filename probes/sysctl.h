/* Kernel settings that cost guests time: watchdogs, real-time limits, where unbound work runs, isolated partitions. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_SYSCTL_H
#define PROBES_SYSCTL_H

#include "probes/probe.h"

struct sysctl {
	struct value nmi_watchdog; /* bool */
	struct value watchdog_cpus; /* set: those that the watchdogs look at */
	struct value timer_migration; /* bool */
	struct value rt_runtime_us; /* i64: -1 is no limit */
	struct value rt_period_us; /* u64 */
	struct value schedstats; /* bool: the scheduler counts waits */
	struct value split_lock_mitigate; /* bool: whoever splits a lock sleeps 10 ms */
	struct value perf_event_paranoid; /* i64 */
	struct value dmesg_restrict; /* bool: only root reads the kernel's log */
	struct value workqueue_cpus; /* set: where unbound work of the kernel runs */
	struct value fair_server_ns, fair_server_period_ns; /* u64: CPU 0's, of newer kernels; root only */
	struct rows partition; /* struct cpu_partition, by name: cgroups at the top that are one */
};

/* A cgroup that has CPUs of its own. */
struct cpu_partition {
	struct value name; /* text: the cgroup */
	struct value state; /* text: "root", "isolated", with the kernel's reason where it is invalid */
	struct value isolated; /* bool: it is a valid isolated one */
	struct value cpus; /* set: that it has now */
};

extern const struct probe probe_sysctl;

#endif
