/* Lets CPUs of a simulated machine change between idle and busy. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_SIMULATE_FLIP_H
#define PROBES_HOST_SIMULATE_FLIP_H

#include <stdint.h>

struct guest_moves;
struct model;

/* Lets n CPUs change, no CPU twice, in turns one that wakes up and one that falls asleep: the share stays. */
void simulate_flip(struct model *m, const struct guest_moves *guests, uint64_t second, unsigned n);

#endif
