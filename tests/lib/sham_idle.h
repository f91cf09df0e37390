/* Idle states for sham machines: POLL, C1, C1E and C6 as intel_idle shows them on a Skylake server. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_SHAM_IDLE_H
#define TESTS_LIB_SHAM_IDLE_H

#include <stdint.h>

struct sham;

enum { SHAM_POLL, SHAM_C1, SHAM_C1E, SHAM_C6, SHAM_STATES };

/* CPUs 0 to n - 1, a driver and a governor; usage 1000 and time 50,000 µs in each state. */
void sham_idle(struct sham *m, unsigned n);
/* A file of a state. */
void sham_state(struct sham *m, unsigned cpu, unsigned state, const char *file, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* So many sleeps more, so many µs together; above and below grow by a fourth and an eighth of them. */
void sham_sleep(struct sham *m, unsigned cpu, unsigned state, unsigned sleeps, uint64_t us);

#endif
