/* CPU load from /proc/stat: how busy each CPU was since the last tick. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_LOAD_H
#define PROBES_LOAD_H

#include "probes/probe.h"

struct load {
	struct value busy; /* percent of all CPUs */
	struct value ctxt_per_s; /* context switches */
	struct value intr_per_s;
	struct value running; /* processes */
	struct rows cpu; /* struct load_cpu, by rising id: those that are online */
};

struct load_cpu {
	struct value id;
	struct value busy; /* percent; not idle, not waiting for I/O, not stolen */
	struct value user; /* percent, guests included */
	struct value guest; /* percent */
	struct value system; /* percent, interrupts included */
	struct value iowait, steal; /* percent */
};

extern const struct probe probe_load;

/* The row of that CPU, or NULL; hint is where the last one was found and may be NULL. l may be NULL. */
const struct load_cpu *load_cpu(const struct load *l, uint64_t id, uint32_t *hint);

#endif
