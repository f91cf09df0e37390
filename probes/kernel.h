/* The kernel and how it was booted. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_KERNEL_H
#define PROBES_KERNEL_H

#include "probes/probe.h"

struct kernel {
	struct value release; /* text: "6.1.0-56-amd64" */
	struct value major, minor;
	struct value version; /* text: the whole line of /proc/version */
	struct value cmdline; /* text */
	struct value boot_id; /* text */
	struct value hostname; /* text */
	struct value uptime_s; /* f64 */
	struct value cmdline_governor; /* text: cpufreq.default_governor */
	struct value cmdline_pstate; /* text: intel_pstate= or amd_pstate= */
	struct value cmdline_isolcpus; /* set: isolcpus= without its flags */
	struct value cmdline_isolcpus_flags; /* words: "domain managed_irq" */
	struct value cmdline_nohz_full, cmdline_rcu_nocbs, cmdline_irqaffinity; /* sets */
	struct value cmdline_iommu; /* words: intel_iommu=, amd_iommu=, iommu=, iommu.… as they stand */
	struct value cmdline_aspm; /* text: pcie_aspm= */
	struct value cmdline_split_lock; /* text: split_lock_detect= */
};

extern const struct probe probe_kernel;

/* Is the kernel known to be at least this one? False when the release is not known. */
bool kernel_at_least(const struct kernel *k, unsigned major, unsigned minor);

#endif
