/* Where a running guest and its definition say different things, and which of the two a restart takes away. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/guests_impl.h"

/*
 * libvirt does not say which side was changed. What can be set while a guest runs was set so, as far as it runs with
 * it; what cannot be set then was changed in the definition.
 */
enum rule {
	DEFINED, /* only the definition can have been changed */
	FILLED, /* the same, but libvirt fills in what the definition leaves open */
	TUNED, /* set while it runs, unless it runs without it */
	AMOUNT, /* more while it runs: was added; fewer: the definition has more now */
};

struct drift {
	struct arena *a;
	struct guest_drift *row;
	uint32_t n, room;
	bool pending, lost;
};

static struct value words_of(struct arena *a, struct value v, enum type type)
{
	if (!value_known(v))
		return value_error(-ENOENT, v.src);
	switch (type) {
	case TYPE_CPUS:
		return value_text(cpuset_text(a, v.set), v.src);
	case TYPE_BOOL:
		return value_text(v.u ? "yes" : "no", v.src);
	case TYPE_I64:
		return value_text(arena_printf(a, "%" PRId64, v.i), v.src);
	case TYPE_TEXT:
	case TYPE_WORDS:
	case TYPE_NUMBERS:
		return value_text(arena_strdup(a, v.text), v.src);
	case TYPE_U64:
	case TYPE_F64:
		break;
	}
	return value_text(arena_printf(a, "%" PRIu64, v.u), v.src);
}

static void add(struct drift *d, const char *item, struct value live, struct value config, bool lost)
{
	if (d->n == d->room) {
		struct guest_drift *old = d->row;

		d->room = d->room * 2 + 8;
		d->row = arena_array(d->a, d->room, sizeof(*d->row));
		if (d->n)
			memcpy(d->row, old, d->n * sizeof(*old));
	}
	live.src = 0;
	config.src = 1;
	d->row[d->n++] = (struct guest_drift){.item = value_text(item, 0),
		.live = live,
		.config = config,
		.kind = value_text(lost ? "lost" : "pending", 0)};
	d->lost |= lost;
	d->pending |= !lost;
}

static bool same(struct value a, struct value b, enum type type)
{
	return value_known(a) == value_known(b) && (!value_known(a) || value_equal(a, b, type));
}

/* item is static or in the arena. */
static void compare(
	struct drift *d, const char *item, struct value live, struct value config, enum type type, enum rule rule)
{
	bool lost = rule == TUNED && value_known(live);

	if (same(live, config, type) || (rule == FILLED && !value_known(config)))
		return;
	if (live.known == KNOWN_BROKEN || config.known == KNOWN_BROKEN) /* who cannot be read is not compared */
		return;
	if (rule == AMOUNT)
		lost = value_u64_or(live, 0) > value_u64_or(config, 0);
	add(d, item, words_of(d->a, live, type), words_of(d->a, config, type), lost);
}

/* A pin on every CPU is how libvirt takes a pin away from a guest that runs: it is no pin. */
static void compare_pin(
	struct drift *d, const char *item, struct value live, struct value config, const struct cpuset *cpus)
{
	if (value_known(live) && config.known == KNOWN_ABSENT && cpus && cpuset_subset(cpus, live.set))
		return;
	compare(d, item, live, config, TYPE_CPUS, TUNED);
}

static void compare_pins(struct drift *d, const struct guest *live, const struct guest *config, const struct cpuset *cpus)
{
	const struct guest_pin *a = live->pin.row, *b = config->pin.row;
	const struct guest_iothread *x = live->iothread.row, *y = config->iothread.row;

	for (uint32_t i = 0; i < live->pin.n && i < config->pin.n; i++)
		if (value_known(a[i].cpus) || value_known(b[i].cpus))
			compare_pin(d, arena_printf(d->a, "vcpu %u cpus", i), a[i].cpus, b[i].cpus, cpus);
	compare_pin(d, "emulator cpus", live->emulator_cpus, config->emulator_cpus, cpus);
	for (uint32_t i = 0; i < live->iothread.n; i++)
		for (uint32_t k = 0; k < config->iothread.n; k++)
			if (value_known(x[i].id) && same(x[i].id, y[k].id, TYPE_U64))
				compare_pin(d, arena_printf(d->a, "iothread %" PRIu64 " cpus", x[i].id.u), x[i].cpus,
					y[k].cpus, cpus);
}

/* "pc" in a definition is the newest of its kind when it starts. */
static bool same_machine(const char *live, const char *config)
{
	const char *kind = strcmp(config, "pc") == 0    ? "pc-i440fx"
			   : strcmp(config, "q35") == 0 ? "pc-q35"
							: config;
	size_t n = strlen(kind);

	return strcmp(live, config) == 0 || (strncmp(live, kind, n) == 0 && live[n] == '-');
}

static void compare_cpu(struct drift *d, const struct guest *live, const struct guest *config)
{
	const char *now = value_text_or(live->cpu_mode, ""), *then = value_text_or(config->cpu_mode, "");

	if (value_known(live->machine) && value_known(config->machine) &&
		!same_machine(live->machine.text, config->machine.text))
		compare(d, "machine", live->machine, config->machine, TYPE_TEXT, DEFINED);
	/* the host's model becomes a custom one with its name when it starts */
	if (strcmp(now, "custom") == 0 && strcmp(then, "host-model") == 0)
		return;
	compare(d, "cpu mode", live->cpu_mode, config->cpu_mode, TYPE_TEXT, FILLED);
	if (strcmp(now, "custom") == 0 && strcmp(then, "custom") == 0)
		compare(d, "cpu model", live->cpu_model, config->cpu_model, TYPE_TEXT, FILLED);
}

/* At its start memory is rounded up to whole MiB, each node's own. */
static void compare_memory(struct drift *d, const struct guest *live, const struct guest *config)
{
	uint64_t now = value_u64_or(live->memory_kib, 0), then = value_u64_or(config->memory_kib, 0);
	uint64_t nodes = config->cell.n ? config->cell.n : 1;

	if (now < then || now - then >= nodes * 1024)
		compare(d, "memory", live->memory_kib, config->memory_kib, TYPE_U64, DEFINED);
	compare(d, "hugepages", live->hugepages, config->hugepages, TYPE_BOOL, DEFINED);
	compare(d, "hugepage size", live->hugepage_kib, config->hugepage_kib, TYPE_U64, DEFINED);
	compare(d, "numatune mode", live->numatune_mode, config->numatune_mode, TYPE_TEXT, FILLED);
	/* placement auto: the nodes are chosen at the start */
	if (!value_known(config->numatune_mode) || value_known(config->numatune_nodes))
		compare(d, "numatune nodes", live->numatune_nodes, config->numatune_nodes, TYPE_CPUS, TUNED);
}

static void compare_amounts(struct drift *d, const struct guest *live, const struct guest *config)
{
	compare(d, "vcpus", live->vcpus, config->vcpus, TYPE_U64, AMOUNT);
	compare(d, "most vcpus", live->vcpus_max, config->vcpus_max, TYPE_U64, DEFINED);
	compare(d, "iothreads", live->iothreads, config->iothreads, TYPE_U64, AMOUNT);
	compare(d, "shares", live->shares, config->shares, TYPE_U64, TUNED);
	compare(d, "period", live->period_us, config->period_us, TYPE_U64, TUNED);
	compare(d, "quota", live->quota_us, config->quota_us, TYPE_I64, TUNED);
	compare(d, "emulator quota", live->emulator_quota_us, config->emulator_quota_us, TYPE_I64, TUNED);
	compare(d, "iothread quota", live->iothread_quota_us, config->iothread_quota_us, TYPE_I64, TUNED);
}

static const struct guest_disk *find_disk(const struct guest *g, struct value target)
{
	const struct guest_disk *row = g->disk.row;

	for (uint32_t i = 0; i < g->disk.n; i++)
		if (value_known(target) && same(row[i].target, target, TYPE_TEXT))
			return &row[i];
	return NULL;
}

static void compare_disks(struct drift *d, const struct guest *live, const struct guest *config)
{
	static const struct {
		const char *item;
		size_t offset;
		enum type type;
	} items[] = {
		{"bus", offsetof(struct guest_disk, bus), TYPE_TEXT},
		{"cache", offsetof(struct guest_disk, cache), TYPE_TEXT},
		{"io", offsetof(struct guest_disk, io), TYPE_TEXT},
		{"iothread", offsetof(struct guest_disk, iothread), TYPE_U64},
	};
	const struct guest_disk *a = live->disk.row, *b = config->disk.row;

	for (uint32_t i = 0; i < live->disk.n; i++) {
		const struct guest_disk *other = find_disk(config, a[i].target);
		const char *name = value_text_or(a[i].target, "disk");

		if (!other) { /* plugged in while it ran, unless it was taken out of the definition */
			add(d, arena_strdup(d->a, name), words_of(d->a, a[i].bus, TYPE_TEXT), value_error(-ENOENT, 1), true);
			continue;
		}
		for (size_t k = 0; k < COUNT(items); k++)
			compare(d, arena_printf(d->a, "%s %s", name, items[k].item),
				*(const struct value *)(const void *)((const char *)&a[i] + items[k].offset),
				*(const struct value *)(const void *)((const char *)other + items[k].offset),
				items[k].type, DEFINED);
	}
	for (uint32_t i = 0; i < config->disk.n; i++)
		if (!find_disk(live, b[i].target))
			add(d, arena_strdup(d->a, value_text_or(b[i].target, "disk")), value_error(-ENOENT, 0),
				words_of(d->a, b[i].bus, TYPE_TEXT), false);
}

/* By its address on the network: places in the list move when one is plugged in. */
static const struct guest_interface *find_interface(const struct guest *g, const struct guest_interface *like, uint32_t i)
{
	const struct guest_interface *row = g->interface.row;

	if (!value_known(like->mac))
		return i < g->interface.n && !value_known(row[i].mac) ? &row[i] : NULL;
	for (uint32_t k = 0; k < g->interface.n; k++)
		if (same(row[k].mac, like->mac, TYPE_TEXT))
			return &row[k];
	return NULL;
}

static void compare_interfaces(struct drift *d, const struct guest *live, const struct guest *config)
{
	const struct guest_interface *a = live->interface.row, *b = config->interface.row, *other;

	for (uint32_t i = 0; i < live->interface.n; i++) {
		const char *name = a[i].name.text;

		other = find_interface(config, &a[i], i);
		if (!other) {
			add(d, arena_strdup(d->a, name), words_of(d->a, a[i].model, TYPE_TEXT), value_error(-ENOENT, 1), true);
			continue;
		}
		compare(d, arena_printf(d->a, "%s model", name), a[i].model, other->model, TYPE_TEXT, FILLED);
		compare(d, arena_printf(d->a, "%s driver", name), a[i].driver, other->driver, TYPE_TEXT, DEFINED);
		compare(d, arena_printf(d->a, "%s queues", name), a[i].queues, other->queues, TYPE_U64, DEFINED);
	}
	for (uint32_t i = 0; i < config->interface.n; i++)
		if (!find_interface(live, &b[i], i))
			add(d, arena_printf(d->a, "%s of the definition", b[i].name.text), value_error(-ENOENT, 0),
				words_of(d->a, b[i].model, TYPE_TEXT), false);
}

void guests_drift(struct arena *a, const struct guest *live, const struct guest *config, const struct cpuset *cpus,
	struct guest *ret)
{
	struct drift d = {.a = a};

	compare_pins(&d, live, config, cpus);
	compare_amounts(&d, live, config);
	compare_memory(&d, live, config);
	compare_cpu(&d, live, config);
	compare_disks(&d, live, config);
	compare_interfaces(&d, live, config);
	if (d.n)
		ret->drift = (struct rows){.row = d.row, .n = d.n, .known = KNOWN};
	ret->pending = value_bool(d.pending, 1);
	ret->lost = value_bool(d.lost, 1);
}
