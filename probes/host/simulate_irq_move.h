/* What moves besides CPUs in a simulated machine: interrupts, and the energy that packages draw. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_SIMULATE_IRQ_MOVE_H
#define PROBES_HOST_SIMULATE_IRQ_MOVE_H

struct model;
struct sleepers;
struct irq_moves;

/* Finds the counters; m outlives it. -EINVAL when the tables are not what was written. */
int irq_moves_open(const struct model *m, int root, struct irq_moves **ret, char why[200]);
void irq_moves_close(struct irq_moves *i); /* NULL is fine */

/* Lets ms pass: a CPU that sleeps through them takes no interrupt. sleepers may be NULL. -ERANGE as number_add(). */
int irq_moves_pass(struct irq_moves *i, const struct sleepers *sleepers, unsigned ms);
int irq_moves_write(struct irq_moves *i, char why[200]); /* what has changed */

#endif
