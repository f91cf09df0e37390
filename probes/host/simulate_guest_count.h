/* Moves what libvirt counts of simulated guests, and the time of its newest answer. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_SIMULATE_GUEST_COUNT_H
#define PROBES_HOST_SIMULATE_GUEST_COUNT_H

#include <stdbool.h>
#include <stdint.h>

struct model;
struct guest_counts;

/* m has guests; it and calm, of each guest whether it counts nothing just now, outlive this. On failure why is filled. */
int guest_counts_open(
	const struct model *m, int root, const bool *calm, struct guest_counts **ret, char why[200]);
void guest_counts_clock(struct guest_counts *c, const uint64_t *now_ns); /* see simulate_clock() */
void guest_counts_close(struct guest_counts *c); /* NULL is fine */
/* -ERANGE when a counter would need one more digit. */
int guest_counts_pass(struct guest_counts *c, unsigned ms);
int guest_counts_write(struct guest_counts *c, char why[200]);

#endif
