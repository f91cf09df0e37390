/* Daemons that own knobs: a change of theirs can be undone by them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_DAEMONS_H
#define PROBES_DAEMONS_H

#include "probes/probe.h"

struct daemons {
	struct value tuned_profile; /* text: /etc/tuned/active_profile */
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
