/* Moves the guests of a simulated machine: their threads run and wait, their cards and disks count. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_SIMULATE_GUEST_MOVE_H
#define PROBES_HOST_SIMULATE_GUEST_MOVE_H

#include <stdbool.h>
#include <stdint.h>

struct model;
struct guest_moves;

/* m outlives it. *ret is NULL where there are no guests, which all below take. On failure why is filled. */
int guest_moves_open(const struct model *m, int root, struct guest_moves **ret, char why[200]);
void guest_moves_close(struct guest_moves *g);
/* So many guests work, the first ones of those that can; the others are calm. At first all work. */
void guest_moves_working(struct guest_moves *g, unsigned guests);
/* Whether the vCPUs that this CPU is for are all of calm guests. */
bool guest_moves_rests(const struct guest_moves *g, unsigned cpu);
void guest_moves_clock(struct guest_moves *g, const uint64_t *now_ns); /* see simulate_clock() */
/* What a second begins with: load[] is the percent of each CPU in it; who may run in several places moves. */
void guest_moves_second(struct guest_moves *g, const uint8_t *load, uint64_t second);
/* Lets ms of it pass in the held texts. -ERANGE when a counter would need one more digit. */
int guest_moves_pass(struct guest_moves *g, unsigned ms);
/* Writes those who work each time, the others twice a second. */
int guest_moves_write(struct guest_moves *g, char why[200]);

#endif
