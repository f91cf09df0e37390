/* Where interrupts may land and which device raises them: files that change seldom, read in turns. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/host.h"
#include "probes/interrupts_impl.h"
#include "probes/parse.h"

#define DEVICES "/sys/bus/pci/devices"
#define AGAIN_NS UINT64_C(10000000000)

enum { LINES_A_TICK = 128, DEVICES_MOST = 16384 };

static size_t hex_digits(const char *p)
{
	return strspn(p, "0123456789abcdef");
}

struct slice interrupts_pci_address(const char *text)
{
	for (const char *p = text; *p; p++) {
		bool begins = p == text || !hex_digits((char[]){p[-1], '\0'});
		size_t n = begins ? hex_digits(p) + strlen(":00:00.0") : 0;

		if (n && strnlen(p, n) == n && pci_address_is(p, n))
			return (struct slice){p, n};
	}
	return (struct slice){"", 0};
}

static bool add_device(struct irq_devices *d, uint32_t number, const char *address, unsigned src)
{
	if (d->n == d->room) {
		d->room = d->room ? d->room * 2 : 64;
		d->device = xrealloc(d->device, d->room, sizeof(*d->device));
	}
	d->device[d->n] = (struct irq_device){.number = number, .src = (uint8_t)src};
	snprintf(d->device[d->n].address, PCI_ADDRESS_SIZE, "%s", address);
	d->n++;
	return true;
}

struct addresses {
	char (*at)[PCI_ADDRESS_SIZE];
	size_t n, room;
};

static int add_address(const char *name, void *arg)
{
	struct addresses *all = arg;

	if (!pci_address_is(name, strlen(name)) || all->n == DEVICES_MOST)
		return 0;
	if (all->n == all->room) {
		all->room = all->room ? all->room * 2 : 64;
		all->at = xrealloc(all->at, all->room, sizeof(*all->at));
	}
	snprintf(all->at[all->n++], PCI_ADDRESS_SIZE, "%s", name);
	return 0;
}

struct vectors {
	struct irq_devices *to;
	const char *address;
	size_t n;
};

static int add_vector(const char *name, void *arg)
{
	struct vectors *v = arg;
	uint64_t number;

	if (parse_u64(slice_of(name), &number) || number >= IRQ_NAMED)
		return 0;
	add_device(v->to, (uint32_t)number, v->address, RUNG_MSI);
	v->n++;
	return 0;
}

/* A device without vectors of its own has one line, which it may share. */
static void list_device(const struct tick *t, struct irq_devices *d, const char *address)
{
	struct vectors vectors = {d, address, 0};
	struct value line;
	char path[128];

	snprintf(path, sizeof(path), DEVICES "/%s/msi_irqs", address);
	host_list(t->h, path, add_vector, &vectors);
	if (vectors.n)
		return;
	line = get_u64(t, 0, DEVICES "/%s/irq", address);
	if (value_known(line) && line.u && line.u < IRQ_NAMED)
		add_device(d, (uint32_t)line.u, address, RUNG_LINE);
}

static int by_number(const void *a, const void *b)
{
	const struct irq_device *x = a, *y = b;

	return x->number != y->number ? (x->number < y->number ? -1 : 1) : strcmp(x->address, y->address);
}

static void list_devices(const struct tick *t, struct irq_devices *d)
{
	struct addresses all = {NULL, 0, 0};

	d->n = 0;
	d->ns = t->now_ns;
	d->stale = host_list(t->h, DEVICES, add_address, &all) == -EINTR;
	for (size_t i = 0; i < all.n; i++)
		list_device(t, d, all.at[i]);
	free(all.at);
	if (d->n)
		qsort(d->device, d->n, sizeof(*d->device), by_number);
}

/* A line that several devices share is said to be nobody's. */
static const struct irq_device *find_device(const struct irq_devices *d, uint32_t number)
{
	size_t low = 0, high = d->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (d->device[mid].number < number)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == d->n || d->device[low].number != number)
		return NULL;
	return low + 1 < d->n && d->device[low + 1].number == number ? NULL : &d->device[low];
}

/* Kernels before 6.2 give a message of a PCI device the number domain << 27 | bus << 19 | slot and function << 11 | n.
 */
static const char *device_by_number(struct arena *a, const struct irq_line *line, const char *chip)
{
	unsigned n = (unsigned)line->at_chip;

	if (strcmp(chip, "PCI-MSI") != 0 && strcmp(chip, "IR-PCI-MSI") != 0 && strcmp(chip, "ITS-MSI") != 0)
		return NULL;
	if (line->at_chip < 1 << 11 || line->at_chip > UINT32_MAX)
		return NULL;
	return arena_printf(a, "%04x:%02x:%02x.%u", n >> 27, n >> 19 & 0xff, n >> 14 & 0x1f, n >> 11 & 7);
}

/* What the line itself tells. */
static bool device_by_line(struct arena *a, const struct irq_line *line, struct interrupt *row)
{
	struct slice chip = interrupts_pci_address(value_text_or(row->chip, ""));
	struct slice action = interrupts_pci_address(value_text_or(row->action, ""));
	const char *by_number = device_by_number(a, line, value_text_or(row->chip, ""));

	if (chip.len)
		row->device = value_text(slice_text(a, chip), RUNG_CHIP);
	else if (action.len)
		row->device = value_text(slice_text(a, action), RUNG_ACTION);
	else if (by_number)
		row->device = value_text(by_number, RUNG_NUMBER);
	return value_known(row->device);
}

static void fill_devices(const struct tick *t, struct interrupts_state *st, struct interrupt *rows)
{
	struct irq_devices *d = &st->devices;
	size_t unnamed = 0;

	for (size_t i = 0; i < st->now.nlines; i++) {
		rows[i].device = value_error(-ENOENT, 0);
		if (st->now.line[i].number != IRQ_NAMED && !device_by_line(t->a, &st->now.line[i], &rows[i]))
			unnamed += value_known(rows[i].action);
	}
	if (!unnamed)
		return;
	if (t->want->everything || !d->ns || (d->stale && t->now_ns - d->ns >= AGAIN_NS))
		list_devices(t, d);
	for (size_t i = 0; i < st->now.nlines; i++) {
		const struct irq_device *found;

		if (st->now.line[i].number == IRQ_NAMED || value_known(rows[i].device))
			continue;
		found = find_device(d, st->now.line[i].number);
		if (found)
			rows[i].device = value_text(arena_strdup(t->a, found->address), found->src);
	}
}

/* Whether the kernel places it itself: only its debugging files tell, and they are root's. */
static struct value managed(const struct tick *t, struct interrupts_state *st, const char *name)
{
	struct value v;

	if (st->no_debugfs && !t->want->everything && t->now_ns - st->no_debugfs_ns < AGAIN_NS)
		return value_error(st->no_debugfs, 0);
	v = get_text(t, 0, "/sys/kernel/debug/irq/irqs/%s", name);
	st->no_debugfs = value_known(v) ? 0 : v.err;
	st->no_debugfs_ns = t->now_ns;
	return value_known(v) ? value_bool(strstr(v.text, "IRQD_AFFINITY_MANAGED"), 0) : v;
}

static void read_places(const struct tick *t, struct interrupts_state *st, struct irq_line *line, struct interrupt *row)
{
	line->asked_ns = t->now_ns;
	row->affinity = get_list(t, 0, "/proc/irq/%s/smp_affinity_list", line->name);
	row->effective = get_list(t, 0, "/proc/irq/%s/effective_affinity_list", line->name);
	row->node = get_i64(t, 0, "/proc/irq/%s/node", line->name);
	if (value_known(row->node) && row->node.i < 0) /* near to none in particular */
		row->node = value_error(-ENXIO, 0);
	row->managed = managed(t, st, line->name);
}

/* What fires is looked at again and again; what never fired is of no interest. */
static bool is_due(const struct tick *t, const struct irq_line *line, const struct interrupt *row)
{
	if (t->want->everything)
		return true;
	if (!line->total)
		return false;
	return row->affinity.known == KNOWN_NOT_YET || row->affinity.known == KNOWN_SKIPPED ||
	       (value_f64_or(row->per_s, 0) > 0 && t->now_ns - line->asked_ns >= AGAIN_NS);
}

static void set_all(struct interrupt *row, struct value v)
{
	row->affinity = row->effective = row->node = row->managed = v;
}

void interrupt_places(const struct tick *t, struct interrupts_state *st, struct interrupt *rows)
{
	size_t n = st->now.nlines, read = 0;

	fill_devices(t, st, rows);
	if (st->turn >= n)
		st->turn = 0;
	for (size_t i = 0; i < n; i++) {
		size_t at = (st->turn + i) % n;
		struct irq_line *line = &st->now.line[at];

		if (line->number == IRQ_NAMED) {
			set_all(&rows[at], value_error(-ENOENT, 0));
		} else if (is_due(t, line, &rows[at])) {
			if (read == LINES_A_TICK && !t->want->everything) {
				st->turn = at;
				break;
			}
			read_places(t, st, line, &rows[at]);
			read++;
		} else if (rows[at].affinity.known == KNOWN_NOT_YET) {
			set_all(&rows[at], value_skipped("never fired"));
		}
	}
}
