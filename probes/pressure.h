/* Pressure: how long tasks wait for CPUs, memory and disks, as the kernel counts it (PSI). */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_PRESSURE_H
#define PROBES_PRESSURE_H

#include "probes/probe.h"

struct pressure {
	struct rows resource; /* struct pressure_resource: cpu, memory, io, irq, as far as there are */
};

struct pressure_resource {
	struct value resource; /* text */
	struct value some_avg10, some_avg60, some_avg300; /* percent */
	struct value some_us_per_s;
	struct value full_avg10, full_avg60, full_avg300; /* percent */
	struct value full_us_per_s;
};

extern const struct probe probe_pressure;

/* Of a text like those of /proc/pressure: the averages over 10 s, in percent; a line that is not there is absent. */
void pressure_avg10(const char *text, struct value *ret_some, struct value *ret_full);

/* The row of "memory", or NULL. p may be NULL. */
const struct pressure_resource *pressure_of(const struct pressure *p, const char *resource);

#endif
