/* Mitigations: which weaknesses the processors have, what is done about each, and what guests pay for it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_MITIGATIONS_H
#define PROBES_MITIGATIONS_H

#include "probes/probe.h"

struct mitigations {
	struct value affected, vulnerable; /* u64: how many weaknesses it has; how many of them are open */
	struct value smt_vulnerable; /* bool: one of them is open between threads of a core */
	struct value boot; /* text: what mitigations= says on the kernel's command line */
	struct value l1d_flush; /* text: kvm_intel's vmentry_l1d_flush: "cond", "always", "never" */
	struct rows weakness; /* struct weakness, by name */
};

struct weakness {
	struct value name; /* text: "spectre_v2" */
	struct value state; /* text: "not affected", "mitigated", "partly", "vulnerable", "unknown" */
	struct value text; /* the kernel's own words */
	struct value guests; /* text: what running guests costs because of it; absent when nothing is known */
};

extern const struct probe probe_mitigations;

#endif
