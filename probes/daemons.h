/* Daemons that own knobs: a change of theirs can be undone by them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_DAEMONS_H
#define PROBES_DAEMONS_H

#include "probes/probe.h"

struct daemons {
	struct value tuned_profile; /* text: /etc/tuned/active_profile */
	/* of irqbalance, as its command line or its file of settings has them; absent: not set, or no such file */
	struct value irqbalance_args; /* text */
	struct value irqbalance_oneshot; /* bool: it places once, then ends */
	struct value irqbalance_banned_cpus; /* set: given no interrupts */
	struct value irqbalance_banned_irqs; /* numbers: left alone */
	struct value irqbalance_powerthresh; /* u64: CPUs that may be kept free of interrupts to sleep; absent: none */
	struct value tuned_mode; /* text: "auto", "manual"; /etc/tuned/profile_mode */
	struct value tuned_file; /* text: where the active profile is written down */
	/* What the active profile says, its includes and the [cpu] section; absent: nothing. */
	struct value tuned_force_latency; /* text: "cstate.id_no_zero:3|70", "cstate.name:C1E|10", "1" */
	struct value tuned_governor, tuned_epp; /* text: as they stand, choices parted by | */
	struct value cpupower_governor; /* text: what cpupower.service sets at boot */
	struct rows daemon; /* struct daemon, in the order of the table */
};

struct daemon {
	struct value name; /* text: "tuned" */
	struct value running; /* bool */
	struct value pid; /* u64: the lowest, when it runs */
	struct value owns; /* words: governor epp boost irq ksm numa power */
};

extern const struct probe probe_daemons;

#endif
