/* Joins PCI devices with interfaces, disks and interrupts, and finds what is wrong. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/devices.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/devices_impl.h"
#include "probes/interrupts.h"
#include "probes/pci_address.h"
#include "probes/topology.h"

enum { CLASS_DISK = 0x01, CLASS_NET = 0x02, CLASS_DISPLAY = 0x03, CLASS_MEMORY = 0x05, CLASS_BRIDGE = 0x06 };
enum { CLASS_SYSTEM = 0x08, CLASS_SERIAL = 0x0c, CLASS_SIGNAL = 0x11, CLASS_ACCELERATOR = 0x12 };
enum { CLASS_INFINIBAND = 0x0c06, CLASS_SMBUS = 0x0c05, CLASS_HECI = 0x0780, CLASS_COPROCESSOR = 0x0b40 };

static enum device_group group_of(const struct pci_device *d)
{
	int class = pci_class_of(d);

	if (class < 0)
		return DEVICE_OTHER;
	if (value_known(d->pf))
		return DEVICE_VF;
	if (class == CLASS_INFINIBAND || class >> 8 == CLASS_NET)
		return DEVICE_NET;
	if (class >> 8 == CLASS_DISK)
		return DEVICE_DISK;
	if (class >> 8 == CLASS_DISPLAY || class >> 8 == CLASS_ACCELERATOR || class == CLASS_COPROCESSOR)
		return DEVICE_GPU;
	if (class >> 8 == CLASS_BRIDGE || class >> 8 == CLASS_SYSTEM || class >> 8 == CLASS_MEMORY ||
		class >> 8 == CLASS_SIGNAL || class == CLASS_SMBUS || class == CLASS_HECI)
		return DEVICE_BOARD;
	return DEVICE_OTHER;
}

static struct device device_new(void)
{
	return (struct device){
		.bytes_per_s = NAN, .wait_us = NAN, .irq_per_s = NAN, .elsewhere = NAN, .elsewhere_node = -1};
}

/* Sums and maxima start at what is not known. */
static void add(double *sum, struct value v)
{
	if (value_known(v))
		*sum = isnan(*sum) ? v.f : *sum + v.f;
}

static void add_net(struct device *d, const struct net_interface *n, const struct net *all)
{
	d->net = d->nets++ && !device_net_before(all, n, d->net) ? d->net : n;
	add(&d->bytes_per_s, n->rx_bytes_per_s);
	add(&d->bytes_per_s, n->tx_bytes_per_s);
}

static void add_disk(struct device *d, const struct block_disk *b)
{
	d->disk = d->disks++ && !device_disk_before(b, d->disk) ? d->disk : b;
	add(&d->bytes_per_s, b->read_bytes_per_s);
	add(&d->bytes_per_s, b->write_bytes_per_s);
	d->wait_us = fmax(d->wait_us, value_number(b->read_wait_us, TYPE_F64)); /* fmax() passes NAN over */
	d->wait_us = fmax(d->wait_us, value_number(b->write_wait_us, TYPE_F64));
}

static struct device *find(struct devices *all, const char *address)
{
	size_t low = 0, high = all->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int d = pci_address_order(all->row[mid].pci->address.text, address);

		if (!d)
			return &all->row[mid];
		if (d < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* What hangs off no PCI device is there too, unless it is made of others. */
static void join_net(struct devices *all, const struct net *net, size_t *extra)
{
	const struct net_interface *rows = net ? net->interface.row : NULL;

	for (uint32_t i = 0; net && i < net->interface.n; i++) {
		struct device *d = value_known(rows[i].address) ? find(all, rows[i].address.text) : NULL;

		if (!d && !net_is_physical(&rows[i]))
			continue;
		if (!d) {
			d = &all->row[all->n + (*extra)++];
			*d = device_new();
		}
		add_net(d, &rows[i], net);
	}
}

static bool is_made(const struct block_disk *b)
{
	static const char *const made[] = {
		"mapped", "raid", "loop", "ram", "zram", "bcache", "drbd", "zvol", "nbd", "optical", "floppy"};

	for (size_t i = 0; i < COUNT(made); i++)
		if (strcmp(b->kind.text, made[i]) == 0)
			return true;
	return false;
}

static void join_block(struct devices *all, const struct block_facts *block, size_t *extra)
{
	const struct block_disk *rows = block ? block->disk.row : NULL;

	for (uint32_t i = 0; block && i < block->disk.n; i++) {
		struct device *d = value_known(rows[i].address) ? find(all, rows[i].address.text) : NULL;

		if (!d && is_made(&rows[i]))
			continue;
		if (!d) {
			d = &all->row[all->n + (*extra)++];
			*d = device_new();
			d->group = DEVICE_DISK;
		}
		add_disk(d, &rows[i]);
	}
}

/* What the interrupts of one device come to while they are gone through. */
struct landing {
	uint64_t most; /* count of the one that has come most since boot */
	double best; /* rate of the one that comes most now */
	double known, away, most_away; /* weights of those whose node is known, of those on another, of the heaviest */
	struct cpuset *set;
};

/* The node of all those CPUs, -1 where they are not on one. */
static int64_t node_of(const struct topology *top, const struct cpuset *cpus)
{
	int64_t node = -1;

	CPUSET_EACH(id, cpus)
	{
		const struct topology_cpu *row = topology_cpu(top, (uint64_t)id);

		if (!row || !value_known(row->node) || (node >= 0 && row->node.i != node))
			return -1;
		node = row->node.i;
	}
	return node;
}

/* Where it is sent, which stands still while its rate does not; else where it has just come. */
static const struct cpuset *place_of(const struct interrupt *irq)
{
	if (value_known(irq->effective) && cpuset_count(irq->effective.set))
		return irq->effective.set;
	return value_known(irq->cpus) && cpuset_count(irq->cpus.set) ? irq->cpus.set : NULL;
}

static void weigh(struct device *d, struct landing *l, double weight, int64_t node)
{
	int64_t home = device_node(d);

	if (node < 0 || home < 0)
		return;
	l->known += weight;
	if (node == home)
		return;
	l->away += weight;
	if (weight > l->most_away) {
		l->most_away = weight;
		d->elsewhere_node = node;
	}
}

/* One in a hundred is no burden to the CPU that it lands on: most cards have an interrupt for their own affairs. */
static bool counts(const struct landing *l, const struct interrupt *irq)
{
	return value_u64_or(irq->count, 0) * 100 >= l->most;
}

static void add_irq(struct arena *a, struct device *d, struct landing *l, const struct interrupt *irq, uint32_t nbits,
	const struct topology *top)
{
	double rate = value_number(irq->per_s, TYPE_F64);
	const struct cpuset *place = place_of(irq);

	d->irqs++;
	if (place && counts(l, irq)) {
		if (!l->set)
			d->landed = l->set = cpuset_new(a, nbits);
		cpuset_add_all(l->set, place);
		weigh(d, l, (double)value_u64_or(irq->count, 0), node_of(top, place));
	}
	if (isnan(rate))
		return;
	d->irq_per_s = isnan(d->irq_per_s) ? rate : d->irq_per_s + rate;
	if (rate > l->best) {
		l->best = rate;
		d->busiest = irq->name.text;
	}
}

static uint32_t widest(const struct interrupts *irqs)
{
	const struct interrupt *rows = irqs->irq.row;
	uint32_t nbits = 64;

	for (uint32_t i = 0; i < irqs->irq.n; i++) {
		const struct cpuset *place = place_of(&rows[i]);

		nbits = place && place->nbits > nbits ? place->nbits : nbits;
	}
	return nbits;
}

static void join_interrupts(
	struct arena *a, struct devices *all, const struct interrupts *irqs, const struct topology *top)
{
	const struct interrupt *rows = irqs ? irqs->irq.row : NULL;
	struct landing *l = arena_array(a, all->n, sizeof(*l));
	struct device **of = arena_array(a, irqs ? irqs->irq.n : 0, sizeof(struct device *));
	uint32_t nbits = irqs ? widest(irqs) : 0;

	for (uint32_t i = 0; irqs && i < irqs->irq.n; i++) {
		uint64_t count = value_u64_or(rows[i].count, 0);

		of[i] = value_known(rows[i].device) ? find(all, rows[i].device.text) : NULL;
		if (!of[i])
			continue;
		of[i]->irq_count += count;
		if (count > l[of[i] - all->row].most)
			l[of[i] - all->row].most = count;
	}
	for (uint32_t i = 0; irqs && i < irqs->irq.n; i++)
		if (of[i])
			add_irq(a, of[i], &l[of[i] - all->row], &rows[i], nbits, top);
	for (size_t i = 0; i < all->n; i++)
		if (l[i].known > 0)
			all->row[i].elsewhere = l[i].away / l[i].known;
}

static const char *name_of(const struct device *d)
{
	static const struct {
		int class, bits; /* bits: how many of its lowest do not count */
		const char *name;
	} names[] = {{0x0108, 0, "NVMe"}, {0x0100, 8, "storage"}, {0x0207, 0, "InfiniBand"}, {0x0200, 8, "network"},
		{0x0300, 8, "GPU"}, {0x0400, 8, "audio"}, {0x0600, 8, "bridge"}, {0x0700, 8, "serial"},
		{0x0b40, 0, "accelerator"}, {0x0c03, 0, "USB"}, {0x0c06, 0, "InfiniBand"}, {0x1000, 8, "crypto"},
		{0x1200, 8, "accelerator"}};
	int class = d->pci ? pci_class_of(d->pci) : -1;

	if (d->net)
		return d->net->name.text;
	if (d->disk)
		return d->disk->name.text;
	for (size_t i = 0; i < COUNT(names) && class >= 0; i++)
		if (class >> names[i].bits == names[i].class >> names[i].bits)
			return d->group == DEVICE_VF ? "VF" : names[i].name;
	return d->group == DEVICE_BOARD ? "board" : "device";
}

static int by_place(const void *x, const void *y)
{
	const struct device *a = x, *b = y;
	int64_t na = device_node(a), nb = device_node(b);

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	if (na != nb)
		return na < nb ? -1 : 1;
	if (a->pci && b->pci)
		return pci_address_order(a->pci->address.text, b->pci->address.text);
	return a->pci || b->pci ? (a->pci ? -1 : 1) : strverscmp(a->name, b->name);
}

static void count_vfs(struct devices *all, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct device *pf = all->row[i].group == DEVICE_VF ? find(all, all->row[i].pci->pf.text) : NULL;

		if (pf)
			pf->vfs++;
	}
}

struct devices devices(struct arena *a, const struct snapshot *s)
{
	const struct pci *pci = snapshot_facts(s, &probe_pci);
	const struct net *net = snapshot_facts(s, &probe_net);
	const struct block_facts *block = snapshot_facts(s, &probe_block);
	const struct pci_device *rows = pci ? pci->device.row : NULL;
	struct devices all = {.known = pci != NULL, .n = pci ? pci->device.n : 0};
	size_t extra = 0;

	all.row = arena_array(a, all.n + (net ? net->interface.n : 0) + (block ? block->disk.n : 0), sizeof(*all.row));
	for (size_t i = 0; i < all.n; i++) {
		all.row[i] = device_new();
		all.row[i].pci = &rows[i];
		all.row[i].group = group_of(&rows[i]);
	}
	join_net(&all, net, &extra);
	join_block(&all, block, &extra);
	join_interrupts(a, &all, snapshot_facts(s, &probe_interrupts), snapshot_facts(s, &probe_topology));
	count_vfs(&all, all.n);
	all.n += extra;
	for (size_t i = 0; i < all.n; i++) {
		all.row[i].name = name_of(&all.row[i]);
		all.row[i].fault = device_fault_of(&all.row[i], net);
		all.faults += all.row[i].fault != FAULT_NONE;
	}
	if (all.n)
		qsort(all.row, all.n, sizeof(*all.row), by_place);
	return all;
}

int64_t device_node(const struct device *d)
{
	if (d->pci && value_known(d->pci->node))
		return d->pci->node.i;
	return d->net && value_known(d->net->node) ? d->net->node.i : -1;
}

bool device_warns(const struct device *d)
{
	return d->fault != FAULT_NONE && d->fault != FAULT_BFQ;
}
