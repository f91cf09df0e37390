/* What a guest was given that costs latency: emulated devices, an old CPU model, caches, no iothread. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/parse.h"
#include "tui/panels/guests_one.h"

#define BUSY_IOPS 500.0 /* requests a second of one disk from which its own thread is felt */

/* Where the machine is not said it is one, as libvirt has it. */
static bool is_pc(const struct guest *g)
{
	static const char *const kinds[] = {"pc", "q35", "isapc", "microvm", "xenfv"};
	const char *machine = value_text_or(g->machine, "pc");

	for (size_t i = 0; i < COUNT(kinds); i++)
		if (strncmp(machine, kinds[i], strlen(kinds[i])) == 0)
			return true;
	return false;
}

/* Others have devices of their own: the test driver's guests, containers, Xen. */
static bool is_qemu(const struct guest *g)
{
	static const char *const types[] = {"kvm", "qemu", "hvf", "kqemu"};
	const char *type = value_text_or(g->type, "kvm");

	for (size_t i = 0; i < COUNT(types); i++)
		if (strcmp(type, types[i]) == 0)
			return true;
	return false;
}

const char *cpu_remark(const struct guest *g, enum grave *ret)
{
	static const char *const baseline[] = {"qemu64", "qemu32", "kvm64", "kvm32", "Conroe", "Penryn", "core2duo",
		"coreduo", "486", "pentium", "pentium2", "pentium3", "athlon", "phenom", "n270"};
	const char *mode = value_text_or(g->cpu_mode, NULL), *model = value_text_or(g->cpu_model, "");

	*ret = GRAVE_NONE;
	if (!is_qemu(g))
		return NULL;
	if (strcmp(value_text_or(g->type, ""), "qemu") == 0) {
		*ret = GRAVE_WARN;
		return "QEMU translates each instruction: no KVM";
	}
	if (!mode && g->cpu_mode.known == KNOWN_ABSENT && value_known(g->type) && is_pc(g)) {
		*ret = GRAVE_CRIT;
		return "none is said, so QEMU gives qemu64: no AES, no AVX, no PCID";
	}
	for (size_t i = 0; mode && strcmp(mode, "custom") == 0 && i < COUNT(baseline); i++)
		if (strcmp(model, baseline[i]) == 0) {
			*ret = GRAVE_CRIT;
			return "a model of no real CPU of today: no AES, no AVX, no PCID";
		}
	return NULL;
}

const char *disk_bus(const struct guest_disk *d)
{
	const char *bus = value_text_or(d->bus, "");

	return strcmp(bus, "scsi") == 0 && value_known(d->model) ? d->model.text : bus;
}

static bool is(struct value v, const char *text)
{
	return strcmp(value_text_or(v, ""), text) == 0;
}

static bool is_block(const struct guest_disk *d)
{
	return is(d->source, "block") && !is(d->format, "qcow2");
}

const char *disk_remark(const struct guest *g, const struct guest_disk *d, enum grave *ret)
{
	double iops = value_f64_or(d->reads_per_s, 0) + value_f64_or(d->writes_per_s, 0);

	*ret = GRAVE_NONE;
	if (!is_qemu(g))
		return NULL;
	if (!is(d->device, "disk") && !is(d->device, "lun"))
		return NULL;
	*ret = grave_of_device(disk_bus(d));
	if (*ret)
		return "should be virtio";
	*ret = GRAVE_WARN;
	if (is(d->cache, "writethrough") || is(d->cache, "directsync"))
		return "each write waits for the disk";
	if (is(d->cache, "unsafe"))
		return "loses data when the host crashes";
	if (is(d->io, "native") && !is(d->cache, "none") && !is(d->cache, "directsync"))
		return "native needs cache none";
	if (is(d->io, "threads") && is(d->cache, "none") && is_block(d))
		return "should be native or io_uring";
	if (iops > BUSY_IOPS && is(d->bus, "virtio") && !value_u64_or(g->iothreads, 0))
		return "busy, and has no iothread";
	*ret = GRAVE_NONE;
	return NULL;
}

/* The probe knows which machine gives what to a card without a model, and which cards need none. */
static bool is_slow_default(const struct guest *g, const struct guest_interface *i)
{
	struct slice rest = slice_of(value_text_or(g->slow_devices, "")), word, name, model;

	while (slice_word(&rest, &word))
		if (slice_pair(word, ':', &name, &model) && slice_is(name, value_text_or(i->name, "?")) &&
			slice_is(model, "default"))
			return true;
	return false;
}

const char *interface_remark(const struct guest *g, const struct guest_interface *i, enum grave *ret)
{
	const char *model = value_text_or(i->model, NULL);

	*ret = GRAVE_NONE;
	if (!is_qemu(g))
		return NULL;
	if (!model && i->model.known == KNOWN_ABSENT && is_slow_default(g, i)) {
		*ret = GRAVE_CRIT;
		return "no model is said, so QEMU chooses an old one: should be virtio";
	}
	*ret = model ? grave_of_device(model) : GRAVE_NONE;
	if (*ret)
		return "should be virtio";
	if (is(i->driver, "qemu") && is(i->model, "virtio")) {
		*ret = GRAVE_WARN;
		return "served by QEMU, not by vhost";
	}
	return NULL;
}

struct remarks {
	struct remark *at;
	size_t n;
};

static void put(struct remarks *r, enum grave grave, const char *what, const char *why)
{
	if (r->n < REMARKS)
		r->at[r->n++] = (struct remark){what, why, grave};
}

static void disks(struct arena *a, const struct guest *g, struct remarks *r)
{
	const struct guest_disk *d = g->disk.row;
	unsigned well = 0, fast = 0;
	const char *bus = "";
	bool mixed = false;

	for (uint32_t i = 0; i < g->disk.n; i++) {
		enum grave grave;
		const char *why = disk_remark(g, &d[i], &grave), *name = guest_words(a, disk_bus(&d[i]), 16);

		fast += is(d[i].bus, "virtio") || strncmp(name, "virtio", 6) == 0;
		if (why) {
			put(r, grave,
				arena_printf(a, "%s %s", guest_words(a, value_text_or(d[i].target, "disk"), 16), name),
				why);
		} else if (is(d[i].device, "disk") || is(d[i].device, "lun")) {
			mixed = mixed || (well && strcmp(bus, name) != 0);
			bus = name;
			well++;
		}
	}
	if (well)
		put(r, GRAVE_NONE, arena_printf(a, "%u disk%s %s", well, well == 1 ? "" : "s", mixed ? "" : bus), NULL);
	if (value_u64_or(g->iothreads, 0))
		put(r, GRAVE_NONE,
			arena_printf(a, "%u iothread%s", (unsigned)g->iothreads.u, g->iothreads.u == 1 ? "" : "s"),
			NULL);
	else if (fast)
		put(r, GRAVE_NOTE, "iothreads none", "QEMU's main loop serves the disks");
}

static void interfaces(struct arena *a, const struct guest *g, struct remarks *r)
{
	const struct guest_interface *n = g->interface.row;
	unsigned well = 0;

	for (uint32_t i = 0; i < g->interface.n; i++) {
		enum grave grave;
		const char *why = interface_remark(g, &n[i], &grave);

		if (why)
			put(r, grave,
				arena_printf(a, "%s %s", guest_words(a, value_text_or(n[i].name, "net"), 16),
					guest_words(a, value_text_or(n[i].model, ""), 16)),
				why);
		else
			well++;
	}
	if (well)
		put(r, GRAVE_NONE, arena_printf(a, "%u NIC%s virtio", well, well == 1 ? "" : "s"), NULL);
}

size_t guest_remarks(struct arena *a, const struct guest *g, struct remark ret[REMARKS])
{
	struct remark found[REMARKS];
	struct remarks r = {.at = found};
	enum grave grave;
	const char *why;
	size_t n = 0;

	if (!g)
		return 0;
	disks(a, g, &r);
	interfaces(a, g, &r);
	why = cpu_remark(g, &grave);
	if (value_known(g->cpu_mode))
		put(&r, grave,
			arena_printf(a, "cpu %s%s%s", guest_words(a, g->cpu_mode.text, 20),
				value_known(g->cpu_model) ? " " : "",
				guest_words(a, value_text_or(g->cpu_model, ""), 24)),
			why);
	else if (why)
		put(&r, grave, "cpu", why);
	for (int want = GRAVE_CRIT; want >= GRAVE_NONE; want--)
		for (size_t i = 0; i < r.n; i++)
			if ((int)found[i].grave == want)
				ret[n++] = found[i];
	return n;
}
