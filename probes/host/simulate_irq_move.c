/* Moves interrupts and energy of a simulated machine: a count for each queue, three lines of all CPUs, a file a
 * package. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/simulate_irq_move.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/simulate_held.h"
#include "probes/host/simulate_irq.h"
#include "probes/host/simulate_sleep.h"
#include "probes/util.h"

enum { COLUMN = 11, DIGITS = 10, ENERGY_DIGITS = 12, LINES = 3 };

struct irq_moves {
	const struct model *m;
	struct held interrupts, softirqs;
	size_t line[LINES]; /* where the counts of timers, wake-ups and calls begin; 0: it has none */
	size_t net_rx; /* in softirqs */
	unsigned nqueues;
	size_t *queue; /* where the one count of each queue is */
	unsigned *queue_rest; /* thousandths of an interrupt */
	unsigned *cpu_rest[LINES];
	struct held *energy; /* of each package */
	unsigned nenergy;
};

static size_t line_at(const struct held *h, const char *name)
{
	char word[24];
	const char *p;

	snprintf(word, sizeof word, "\n%4s:", name);
	p = strstr(h->text, word);
	return p ? (size_t)(p - h->text) + strlen(word) : 0;
}

/* The place of a CPU's count in a line, or 0 where none of ten digits stands. */
static size_t count_at(const struct held *h, size_t line, unsigned cpu)
{
	size_t at = line + (size_t)cpu * COLUMN + 1;

	return line && at + DIGITS < h->len && strspn(h->text + at, "0123456789") == DIGITS ? at : 0;
}

static bool find_lines(struct irq_moves *i)
{
	bool arm = i->m->kind->arch == ARCH_ARM, fine = true;
	const char *net = strstr(i->softirqs.text, "NET_RX:");

	i->line[0] = line_at(&i->interrupts, arm ? "11" : "LOC");
	i->line[1] = line_at(&i->interrupts, arm ? "IPI0" : "RES");
	i->line[2] = line_at(&i->interrupts, arm ? "IPI1" : "CAL");
	i->net_rx = net ? (size_t)(net - i->softirqs.text) + strlen("NET_RX:") : 0;
	for (unsigned cpu = 0; cpu < i->m->ncpus && fine; cpu++) {
		for (int k = 0; k < LINES; k++)
			fine = fine && count_at(&i->interrupts, i->line[k], cpu);
		fine = fine && count_at(&i->softirqs, i->net_rx, cpu);
	}
	for (unsigned q = 0; q < i->nqueues && fine; q++) {
		struct simulate_queue queue = simulate_queue(i->m, q);
		char name[16];

		snprintf(name, sizeof name, "%u", queue.irq);
		i->queue[q] = count_at(&i->interrupts, line_at(&i->interrupts, name), queue.cpu);
		fine = i->queue[q];
	}
	return fine;
}

static int open_energy(struct irq_moves *i, int root, char why[200])
{
	unsigned n = i->m->kind->arch == ARCH_ARM ? 0 : i->m->o.packages;
	int err = 0;

	i->energy = xcalloc(n + 1, sizeof *i->energy);
	for (unsigned package = 0; package < n && !err; package++) {
		struct held *h = &i->energy[i->nenergy++];
		char path[96];

		snprintf(path, sizeof path, "sys/devices/virtual/powercap/intel-rapl/intel-rapl:%u/energy_uj", package);
		err = held_open(root, path, h, why);
		if (!err && strspn(h->text, "0123456789") != ENERGY_DIGITS) {
			err = -EINVAL;
			snprintf(why, 200, "%s is not what was written: write the tree anew", path);
		}
	}
	return err;
}

int irq_moves_open(const struct model *m, int root, struct irq_moves **ret, char why[200])
{
	struct irq_moves *i = xcalloc(1, sizeof *i);
	int err;

	i->m = m;
	i->interrupts.fd = i->softirqs.fd = -1;
	i->nqueues = simulate_queues(m);
	i->queue = xcalloc(i->nqueues, sizeof *i->queue);
	i->queue_rest = xcalloc(i->nqueues, sizeof *i->queue_rest);
	for (int k = 0; k < LINES; k++)
		i->cpu_rest[k] = xcalloc(m->ncpus, sizeof *i->cpu_rest[k]);
	err = held_open(root, "proc/interrupts", &i->interrupts, why);
	if (!err)
		err = held_open(root, "proc/softirqs", &i->softirqs, why);
	if (!err && !find_lines(i)) {
		err = -EINVAL;
		snprintf(why, 200, "its /proc/interrupts is not what was written: write the tree anew");
	}
	if (!err)
		err = open_energy(i, root, why);
	if (err) {
		irq_moves_close(i);
		return err;
	}
	*ret = i;
	return 0;
}

void irq_moves_close(struct irq_moves *i)
{
	if (!i)
		return;
	held_close(&i->interrupts);
	held_close(&i->softirqs);
	for (unsigned k = 0; k < i->nenergy; k++)
		held_close(&i->energy[k]);
	for (int k = 0; k < LINES; k++)
		free(i->cpu_rest[k]);
	free(i->energy);
	free(i->queue);
	free(i->queue_rest);
	free(i);
}

/* Whole ones of so many a second; what is left is kept. */
static unsigned whole(unsigned per_s, unsigned ms, unsigned *rest)
{
	unsigned thousandths = per_s * ms + *rest;

	*rest = thousandths % 1000;
	return thousandths / 1000;
}

static int pass_cpu(struct irq_moves *i, unsigned cpu, unsigned ms)
{
	unsigned timer = simulate_timer_rate(i->m, cpu);
	const unsigned rates[LINES] = {timer, i->m->busy[cpu] ? 90 : 8, i->m->busy[cpu] ? 30 : 2};
	int err = 0;

	for (int k = 0; k < LINES && !err; k++)
		err = number_add(i->interrupts.text + count_at(&i->interrupts, i->line[k], cpu),
			whole(rates[k], ms, &i->cpu_rest[k][cpu]));
	return err;
}

/* A card's queue hands over packets in rounds: a soft interrupt for most of its interrupts. */
static int pass_queue(struct irq_moves *i, unsigned q, unsigned ms)
{
	struct simulate_queue queue = simulate_queue(i->m, q);
	unsigned n = whole(simulate_queue_rate(i->m, q), ms, &i->queue_rest[q]);
	int err = number_add(i->interrupts.text + i->queue[q], n);

	if (!err && queue.device != DEVICE_NVME)
		err = number_add(i->softirqs.text + count_at(&i->softirqs, i->net_rx, queue.cpu), n * 3 / 4);
	return err;
}

/* From 60 W at rest to a little below what a package may draw. */
static void pass_energy(struct irq_moves *i, unsigned package, unsigned ms)
{
	const struct model *m = i->m;
	struct held *h = &i->energy[package];
	uint64_t energy = strtoull(h->text, NULL, 10), watts = 60, busy = 0;
	char text[ENERGY_DIGITS + 1];

	for (unsigned cpu = 0; cpu < m->ncpus; cpu++)
		busy += m->busy[cpu] && model_package(m, cpu) == package;
	watts += (SIMULATE_WATTS_MOST - 75) * busy / m->per_package;
	energy = (energy + watts * 1000 * ms) % SIMULATE_ENERGY_RANGE;
	snprintf(text, sizeof text, "%012" PRIu64, energy);
	memcpy(h->text, text, ENERGY_DIGITS);
}

int irq_moves_pass(struct irq_moves *i, const struct sleepers *sleepers, unsigned ms)
{
	int err = 0;

	for (unsigned cpu = 0; cpu < i->m->ncpus && !err; cpu++)
		if (!sleepers || !sleepers_through(sleepers, cpu))
			err = pass_cpu(i, cpu, ms);
	for (unsigned q = 0; q < i->nqueues && !err; q++)
		if (!sleepers || !sleepers_through(sleepers, simulate_queue(i->m, q).cpu))
			err = pass_queue(i, q, ms);
	for (unsigned package = 0; package < i->nenergy; package++)
		pass_energy(i, package, ms);
	return err;
}

int irq_moves_write(struct irq_moves *i, char why[200])
{
	size_t line = (size_t)i->m->ncpus * COLUMN;
	int err = 0;

	for (int k = 0; k < LINES && !err; k++)
		err = held_write(&i->interrupts, i->line[k], line, "/proc/interrupts", why);
	for (unsigned q = 0; q < i->nqueues && !err; q++)
		err = held_write(&i->interrupts, i->queue[q], DIGITS, "/proc/interrupts", why);
	if (!err)
		err = held_write(&i->softirqs, i->net_rx, line, "/proc/softirqs", why);
	for (unsigned package = 0; package < i->nenergy && !err; package++)
		err = held_write(&i->energy[package], 0, ENERGY_DIGITS, "energy_uj", why);
	return err;
}
