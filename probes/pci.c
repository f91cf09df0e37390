/* PCI devices: listed every 10 s, read once, and asked again only for what can change. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/pci.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/get.h"
#include "probes/host/host.h"
#include "probes/pci_impl.h"

enum { SLOW_TURNS = 6, DEVICES_MOST = 65536, CLASS_BRIDGE = 0x06, DEEPEST = 256 };

struct state {
	struct pci_users users;
	uint64_t turn;
};

struct names {
	struct arena *a;
	char (*name)[PCI_ADDRESS_SIZE];
	size_t n, room;
};

static int add_name(const char *name, void *arg)
{
	struct names *names = arg;
	size_t len = strlen(name);

	if (!pci_address_is(name, len) || names->n == DEVICES_MOST)
		return 0;
	if (names->n == names->room) {
		names->room = names->room ? names->room * 2 : 64;
		names->name = xrealloc(names->name, names->room, sizeof(*names->name));
	}
	memcpy(names->name[names->n++], name, len + 1);
	return 0;
}

static int order(const void *a, const void *b)
{
	return pci_address_order(a, b);
}

static const struct pci_device *find(const struct rows *rows, const char *address)
{
	const struct pci_device *row = rows->row;
	size_t low = 0, high = rows->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int d = pci_address_order(row[mid].address.text, address);

		if (!d)
			return &row[mid];
		if (d < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const struct pci_device *pci_device(const struct pci *p, const char *address)
{
	return p && address ? find(&p->device, address) : NULL;
}

int pci_class_of(const struct pci_device *d)
{
	return value_known(d->class_code) ? (int)(strtoul(d->class_code.text, NULL, 16) >> 8) : -1;
}

/* Something of it may be readable the next time. */
static bool trouble(const struct pci_device *row)
{
	for (size_t i = 0; i < NPCI_FIELDS; i++) {
		const struct value *v = field_value(&pci_device_fields[i], row);

		if (v->known == KNOWN_DENIED || v->known == KNOWN_BROKEN)
			return true;
	}
	return false;
}

/* What one sample needs to know. */
struct pass {
	const struct tick *t;
	struct state *st;
	const struct pci *old;
	struct pci_memo memo;
	struct carry carry;
	bool policy_changed;
	bool changed; /* anything at all */
};

static bool differs(const struct pci_device *a, const struct pci_device *b)
{
	for (size_t i = 0; i < NPCI_FIELDS; i++)
		if (!value_equal(*field_value(&pci_device_fields[i], a), *field_value(&pci_device_fields[i], b),
			    pci_device_fields[i].type))
			return true;
	return false;
}

static void fill(struct pass *p, const char *address, size_t i, struct pci_device *row)
{
	const struct pci_device *old = p->old ? find(&p->old->device, address) : NULL;
	const struct pci_device *was = old;
	bool slow = (p->st->turn + i) % SLOW_TURNS == 0;

	if (old && (p->t->want->everything || trouble(old)))
		old = NULL;
	if (old) {
		row_carry(&p->carry, pci_device_fields, NPCI_FIELDS, old, row);
		if (slow && !pci_read_slow(p->t, address, row))
			old = NULL;
	}
	if (!old)
		pci_read_all(p->t, address, &p->memo, row);
	if (!old || slow)
		pci_count_errors(p->t, was, row);
	pci_read_link(p->t, address, row);
	if (!old || slow || p->policy_changed)
		pci_read_aspm(p->t, address, row);
	row->used_by = pci_users_of(p->t->a, &p->st->users, address);
}

static const struct pci_device *above(const struct pci *pci, const struct pci_device *d)
{
	return pci_device(pci, value_text_or(d->port, NULL));
}

/* Bridges take turns on the way down: a port of the root looks down, the switch below it up, its own ports down. */
static bool looks_up(const struct pci *pci, const struct pci_device *d)
{
	bool up = false;

	for (int i = 0; i < DEEPEST; i++, up = !up) {
		d = above(pci, d);
		if (!d || pci_class_of(d) >> 8 != CLASS_BRIDGE)
			break;
	}
	return up;
}

/* Judged when all are there, as ports count too. */
static void finish(struct pass *p, struct pci *pci, struct pci_device *rows)
{
	uint64_t degraded = 0;

	for (uint32_t i = 0; i < pci->device.n; i++) {
		const struct pci_device *old = p->old ? find(&p->old->device, rows[i].address.text) : NULL;

		pci_judge(&rows[i], above(pci, &rows[i]), looks_up(pci, &rows[i]));
		degraded += value_u64_or(rows[i].degraded, 0);
		p->changed = p->changed || !old || differs(old, &rows[i]);
	}
	pci->devices = value_u64(pci->device.n, 0);
	pci->degraded = value_u64(degraded, 0);
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct pass p = {.t = t, .st = state, .old = t->prev};
	struct names names = {0};
	struct pci *pci = facts;
	struct pci_device *rows;
	int err = host_list(t->h, "/sys/bus/pci/devices", add_name, &names);

	if (err && err != -ENOENT && err != -ENOTDIR) {
		free(names.name);
		return err;
	}
	if (names.n)
		qsort(names.name, names.n, sizeof(*names.name), order);
	p.carry = (struct carry){.a = t->a, .older_ds = p.old ? (t->now_ns - t->prev_ns) / 100000000 : 0};
	pci->aspm_policy = pci_aspm_policy(t);
	p.policy_changed = p.old && !value_equal(p.old->aspm_policy, pci->aspm_policy, TYPE_TEXT);
	p.changed = !p.old || p.policy_changed || t->want->everything || p.old->device.n != names.n;
	if (names.n)
		pci_users_read(t->h, &p.st->users, t->want->everything || p.st->turn % SLOW_TURNS == 0);
	rows = arena_array(t->a, names.n, sizeof(*rows));
	for (size_t i = 0; i < names.n; i++)
		fill(&p, names.name[i], i, &rows[i]);
	pci->device = (struct rows){.row = rows,
		.n = (uint32_t)names.n,
		.known = names.n ? KNOWN : KNOWN_ABSENT,
		.err = names.n ? 0 : -ENOENT};
	finish(&p, pci, rows);
	p.st->turn++;
	free(names.name);
	return p.changed ? 0 : SAMPLE_SAME;
}

static void end(struct host *h, void *state)
{
	struct state *st = state;

	(void)h;
	pci_users_free(&st->users);
}

#define FILE_OF(name) SOURCES("/sys/bus/pci/devices/{address}/" name)

static const struct field fields[] = {
	FIELD(struct pci, devices, "Devices", TYPE_U64, UNIT_COUNT, 0, SOURCES("the folders of /sys/bus/pci/devices"),
		"PCI functions that the kernel knows, bridges and virtual functions too."),
	FIELD(struct pci, degraded, "Degraded links", TYPE_U64, UNIT_COUNT, 0,
		SOURCES("computed from the links of the devices"),
		"Devices whose link is narrower or slower than they and the port above them could run it."),
	FIELD(struct pci, aspm_policy, "ASPM policy", TYPE_TEXT, UNIT_NONE, 0,
		SOURCES("/sys/module/pcie_aspm/parameters/policy"),
		"How eagerly links are put to sleep: performance never, default as the firmware set it."),
};

static const struct row_set sets[] = {
	{"device", "address", offsetof(struct pci, device), sizeof(struct pci_device), pci_device_fields, NPCI_FIELDS,
		NULL, 0},
};

const struct probe probe_pci = {
	.name = "pci",
	.title = "PCI devices",
	.needs = SOURCES("load"),
	.size = sizeof(struct pci),
	.state_size = sizeof(struct state),
	.period_ms = 10000,
	.fields = fields,
	.nfields = COUNT(fields),
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
	.end = end,
};
