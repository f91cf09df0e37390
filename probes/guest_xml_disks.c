/* Disks and controllers of a domain, from its XML. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "probes/guest_xml_impl.h"

static void read_controllers(struct arena *a, const struct xml_node *devices, struct guest *g)
{
	const struct xml_node *n = xml_child(devices, "controller");
	struct guest_controller *row = xml_rows(a, xml_count(devices, "controller"), sizeof(*row), &g->controller);

	for (uint32_t i = 0; i < g->controller.n; i++, n = xml_next(n, "controller")) {
		const char *type = xml_attr(n, "type"), *index = xml_attr(n, "index");

		row[i].type = xml_text_value(a, type);
		row[i].model = xml_text_value(a, xml_attr(n, "model"));
		row[i].iothread = xml_u64_value(xml_attr_of(n, "driver", "iothread"));
		row[i].name = value_text(
			arena_printf(a, "%.64s%.16s", type ? type : "controller", index ? index : "0"), 0);
	}
}

/* The controller that a disk hangs on: by the number in its address, else the first. */
static const struct guest_controller *controller_of(
	struct arena *a, const struct xml_node *disk, const char *bus, const struct guest *g)
{
	const struct xml_node *address = xml_child(disk, "address");
	const struct guest_controller *row = g->controller.row;
	const char *type = xml_attr(address, "type"), *number = xml_attr(address, "controller"), *name;

	if (type && strcmp(type, "drive") != 0)
		return NULL;
	name = arena_printf(a, "%.64s%.16s", bus, number ? number : "0");
	for (uint32_t i = 0; i < g->controller.n; i++)
		if (strcmp(row[i].name.text, name) == 0)
			return &row[i];
	return NULL;
}

/* Without a bus libvirt goes by the name of the disk. */
static const char *bus_by_name(const char *target)
{
	static const struct {
		const char *prefix, *bus;
	} names[] = {{"hd", "ide"}, {"sd", "scsi"}, {"vd", "virtio"}, {"xvd", "xen"}, {"fd", "fdc"}, {"ubd", "uml"}};

	for (size_t i = 0; target && i < COUNT(names); i++)
		if (strncmp(target, names[i].prefix, strlen(names[i].prefix)) == 0)
			return names[i].bus;
	return NULL;
}

/* Where its bytes are, by the kind of source. */
static struct value source_name(struct arena *a, const char *type, const struct xml_node *source)
{
	static const char *const names[] = {"file", "dev", "dir", "name", "path"};
	const char *pool = xml_attr(source, "pool"), *volume = xml_attr(source, "volume"), *name = NULL;

	if (type && strcmp(type, "volume") == 0 && pool && volume)
		return xml_text_value(a, arena_printf(a, "%.*s/%.*s", XML_TEXT_MOST, pool, XML_TEXT_MOST, volume));
	for (size_t i = 0; !name && i < COUNT(names); i++)
		name = xml_attr(source, names[i]);
	return xml_text_value(a, name);
}

static void read_driver(struct arena *a, const struct xml_node *disk, struct guest_disk *row)
{
	const struct xml_node *driver = xml_child(disk, "driver");
	const char *iothread = xml_attr(driver, "iothread");

	if (!iothread) /* several of them: the first */
		iothread = xml_attr(xml_child(xml_child(driver, "iothreads"), "iothread"), "id");
	row->format = xml_text_value(a, xml_attr(driver, "type"));
	row->cache = xml_text_value(a, xml_attr(driver, "cache"));
	row->io = xml_text_value(a, xml_attr(driver, "io"));
	row->discard = xml_text_value(a, xml_attr(driver, "discard"));
	row->detect_zeroes = xml_text_value(a, xml_attr(driver, "detect_zeroes"));
	row->iothread = xml_u64_value(iothread);
	row->queues = xml_u64_value(xml_attr(driver, "queues"));
}

/* Each image holds the one below it; the last one holds an empty element. */
static struct value read_backing(const struct xml_node *disk)
{
	const struct xml_node *n = xml_child(disk, "backingStore");
	uint64_t images = 0;

	if (!n)
		return value_error(-ENOENT, 0);
	for (; n && xml_attr(n, "type"); n = xml_child(n, "backingStore"))
		images++;
	return value_u64(images, 0);
}

static void read_disk(struct arena *a, const struct xml_node *n, const struct guest *g, struct guest_disk *row)
{
	const struct xml_node *target = xml_child(n, "target");
	const char *dev = xml_attr(target, "dev"), *bus = xml_attr(target, "bus"), *device = xml_attr(n, "device"),
		   *type = xml_attr(n, "type");
	const struct guest_controller *controller;

	bus = bus ? bus : bus_by_name(dev);
	row->target = xml_text_value(a, dev);
	row->bus = xml_text_value(a, bus);
	row->device = xml_text_value(a, device ? device : "disk");
	row->source = xml_text_value(a, type);
	row->source_name = source_name(a, type, xml_child(n, "source"));
	row->model = value_error(-ENOENT, 0);
	row->backing = read_backing(n);
	read_driver(a, n, row);
	controller = bus ? controller_of(a, n, bus, g) : NULL;
	if (!controller)
		return;
	row->model = controller->model;
	if (row->iothread.known == KNOWN_ABSENT)
		row->iothread = controller->iothread;
}

void guest_xml_disks(struct arena *a, const struct xml_node *domain, struct guest *g)
{
	const struct xml_node *devices = xml_child(domain, "devices"), *n = xml_child(devices, "disk");
	struct guest_disk *row = xml_rows(a, xml_count(devices, "disk"), sizeof(*row), &g->disk);

	read_controllers(a, devices, g);
	for (uint32_t i = 0; i < g->disk.n; i++, n = xml_next(n, "disk"))
		read_disk(a, n, g, &row[i]);
}
