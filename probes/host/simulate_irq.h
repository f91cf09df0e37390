/* The interrupts of a simulated machine: which lines there are, where they land, and how they move. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_SIMULATE_IRQ_H
#define PROBES_HOST_SIMULATE_IRQ_H

#include "probes/host/simulate_model.h"

enum { IRQ_FIRST = 24, IRQ_QUEUES_MOST = 7, IRQ_PACKAGES = 2 };

/* A queue of a device: its interrupt lands on one CPU. */
struct simulate_queue {
	unsigned irq, package, cpu;
	enum simulate_device device;
	unsigned number; /* of the queue */
};

/* How many queues there are: of two packages at most, 42 of them, so that a table of 4096 columns stays small. */
unsigned simulate_queues(const struct model *m);
unsigned simulate_queues_each(const struct model *m); /* of one device */
struct simulate_queue simulate_queue(const struct model *m, unsigned i);
/* Interrupts a second of a queue, and of a CPU's timer; what they do depends on how busy their CPU is. */
unsigned simulate_queue_rate(const struct model *m, unsigned i);
unsigned simulate_timer_rate(const struct model *m, unsigned cpu);
/* The name of the line of timers: it differs from machine to machine. */
const char *simulate_timer_line(const struct model *m);

#endif
