/* Interfaces and passed devices of a domain, from its XML, and which of its devices QEMU emulates. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/guest_xml_impl.h"
#include "probes/text.h"

static bool one_of(const char *text, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(text, words[i]) == 0)
			return true;
	return false;
}

static void read_interfaces(struct arena *a, const struct xml_node *devices, struct guest *g)
{
	static const char *const sources[] = {"bridge", "network", "dev", "path", "name"};
	const struct xml_node *n = xml_child(devices, "interface");
	struct guest_interface *row = xml_rows(a, xml_count(devices, "interface"), sizeof(*row), &g->interface);

	for (uint32_t i = 0; i < g->interface.n; i++, n = xml_next(n, "interface")) {
		const struct xml_node *driver = xml_child(n, "driver");
		const char *source = NULL, *link = xml_attr_of(n, "link", "state");

		/* a running one names its network and the bridge behind it: the bridge is what can be looked at */
		for (size_t k = 0; !source && k < COUNT(sources); k++)
			source = xml_attr_of(n, "source", sources[k]);
		row[i].name = value_text(arena_printf(a, "net%u", i), 0);
		row[i].mac = xml_text_value(a, xml_attr_of(n, "mac", "address"));
		row[i].model = xml_text_value(a, xml_attr_of(n, "model", "type"));
		row[i].source = xml_text_value(a, xml_attr(n, "type"));
		row[i].source_name = xml_text_value(a, source);
		row[i].target = xml_text_value(a, xml_attr_of(n, "target", "dev"));
		row[i].driver = xml_text_value(a, xml_attr(driver, "name"));
		row[i].queues = xml_u64_value(xml_attr(driver, "queues"));
		row[i].link = xml_text_value(a, link ? link : "up");
	}
}

/* "0000:81:00.0" of the address of a PCI function; NULL when it is none. */
static const char *pci_name(struct arena *a, const struct xml_node *address)
{
	static const char *const parts[] = {"domain", "bus", "slot", "function"};
	unsigned long part[COUNT(parts)];

	for (size_t i = 0; i < COUNT(parts); i++) {
		const char *text = xml_attr(address, parts[i]);
		char *end;

		if (!text && i > 0)
			return NULL;
		part[i] = text ? strtoul(text, &end, 0) : 0;
		if ((text && (end == text || *end)) || part[i] > 0xffffffff)
			return NULL;
	}
	return arena_printf(a, "%04lx:%02lx:%02lx.%lx", part[0], part[1], part[2], part[3]);
}

/* A function of the host that is the guest's own: as a hostdev, or as an interface. */
static bool is_passed(const struct xml_node *n)
{
	const char *name = xml_name(n), *type = xml_attr(n, "type");

	return strcmp(name, "hostdev") == 0 ||
	       (strcmp(name, "interface") == 0 && type && strcmp(type, "hostdev") == 0);
}

static void read_hostdev(struct arena *a, const struct xml_node *n, uint32_t i, struct guest_hostdev *row)
{
	const struct xml_node *address = xml_child(xml_child(n, "source"), "address");
	const char *type = strcmp(xml_name(n), "hostdev") == 0 ? xml_attr(n, "type") : "pci", *name = NULL;

	if (type && strcmp(type, "pci") == 0)
		name = pci_name(a, address);
	else if (type && strcmp(type, "mdev") == 0)
		name = xml_attr(address, "uuid");
	row->name = name ? xml_text_value(a, name) : value_text(arena_printf(a, "hostdev%u", i), 0);
	row->type = xml_text_value(a, type ? type : xml_attr_of(n, "source", "type"));
	row->node = value_error(-ENOENT, 0);
}

static void read_hostdevs(struct arena *a, const struct xml_node *devices, struct guest *g)
{
	const struct xml_node *n;
	struct guest_hostdev *row;
	size_t count = 0;
	uint32_t i = 0;

	for (n = xml_child(devices, NULL); n; n = xml_next(n, NULL))
		count += is_passed(n);
	row = xml_rows(a, count, sizeof(*row), &g->hostdev);
	for (n = xml_child(devices, NULL); n && i < g->hostdev.n; n = xml_next(n, NULL))
		if (is_passed(n)) {
			read_hostdev(a, n, i, &row[i]);
			i++;
		}
}

/* A controller for disks that guests drive by rings, not by registers that QEMU must act out. */
static bool is_slow_disk(const struct guest_disk *d)
{
	static const char *const devices[] = {"disk", "lun"}, *const slow[] = {"ide", "fdc", "sata"},
				 *const rings[] = {"virtio-scsi", "virtio-transitional", "virtio-non-transitional"};

	if (!value_known(d->bus) || !one_of(value_text_or(d->device, ""), devices, COUNT(devices)))
		return false;
	if (strcmp(d->bus.text, "scsi") == 0) /* which controller a missing model stands for, libvirt decides */
		return value_known(d->model) && !one_of(d->model.text, rings, COUNT(rings));
	return one_of(d->bus.text, slow, COUNT(slow));
}

static bool is_slow_interface(const struct guest_interface *i, bool pc)
{
	static const char *const slow[] = {"e1000", "e1000e", "rtl8139", "ne2k_pci", "ne2k_isa", "pcnet", "vmxnet3",
		"e1000-82544gc", "e1000-82545em"},
				 *const without[] = {"hostdev", "vhostuser", "vdpa"};

	if (value_known(i->model))
		return one_of(i->model.text, slow, COUNT(slow));
	/* without a model QEMU takes the one of its machine: on a PC that is a card of the nineties */
	return pc && !one_of(value_text_or(i->source, ""), without, COUNT(without));
}

static void add_slow(struct text *t, const char *name, const char *what)
{
	size_t from = t->len;

	if (t->len > XML_TEXT_MOST)
		return;
	text_add(t, "%s%.64s:%.64s", t->len ? " " : "", name, what);
	for (size_t i = from + (from > 0); i < t->len; i++)
		if ((unsigned char)t->bytes[i] <= ' ')
			t->bytes[i] = '?';
}

static struct value find_slow(struct arena *a, const struct guest *g, bool pc)
{
	static const char *const emulators[] = {"kvm", "qemu", "hvf", "kqemu"};
	const struct guest_disk *disk = g->disk.row;
	const struct guest_interface *interface = g->interface.row;
	struct text t = text_begin();
	const char *words;
	bool any;

	for (uint32_t i = 0; i < g->disk.n; i++)
		if (is_slow_disk(&disk[i]))
			add_slow(&t, value_text_or(disk[i].target, "?"),
				strcmp(disk[i].bus.text, "scsi") == 0 ? disk[i].model.text : disk[i].bus.text);
	for (uint32_t i = 0; i < g->interface.n; i++)
		if (is_slow_interface(&interface[i], pc))
			add_slow(&t, interface[i].name.text, value_text_or(interface[i].model, "default"));
	any = t.len > 0 && one_of(value_text_or(g->type, ""), emulators, COUNT(emulators));
	words = text_end(&t, a);
	return any ? value_text(words, 0) : value_error(-ENOENT, 0);
}

void guest_xml_devices(struct arena *a, const struct xml_node *domain, struct guest *g)
{
	static const char *const pcs[] = {"x86_64", "i686"};
	const struct xml_node *devices = xml_child(domain, "devices");
	const char *arch = xml_attr_of(xml_child(domain, "os"), "type", "arch");

	read_interfaces(a, devices, g);
	read_hostdevs(a, devices, g);
	g->slow_devices = find_slow(a, g, !arch || one_of(arch, pcs, COUNT(pcs)));
}
