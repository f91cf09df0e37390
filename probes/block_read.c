/* Reads what a disk is, where it hangs, and how the kernel queues for it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probes/block_impl.h"
#include "probes/get.h"
#include "probes/host/host.h"
#include "probes/pci_address.h"

static bool starts(const char *name, const char *prefix)
{
	return strncmp(name, prefix, strlen(prefix)) == 0;
}

/* "nvme0c1n1": one of the paths to nvme0n1. */
static bool is_nvme_path(const char *name)
{
	size_t n;

	if (!starts(name, "nvme"))
		return false;
	n = 4 + strspn(name + 4, "0123456789");
	return name[n] == 'c';
}

bool block_wanted(const struct tick *t, const char *name)
{
	static const char *const often_empty[] = {"loop", "ram", "nbd", "zram", "sr", "fd"};
	struct value size;

	if (is_nvme_path(name))
		return false;
	for (size_t i = 0; i < COUNT(often_empty); i++) {
		if (!starts(name, often_empty[i]))
			continue;
		size = get_u64(t, 0, BLOCK_FOLDER "%s/size", name);
		return value_known(size) && size.u;
	}
	return true;
}

static const char *kind_of(const char *name)
{
	static const struct {
		const char *prefix, *kind;
	} kinds[] = {{"nvme", "nvme"}, {"sd", "scsi"}, {"vd", "virtio"}, {"dm-", "mapped"}, {"md", "raid"},
		{"loop", "loop"}, {"ram", "ram"}, {"zram", "zram"}, {"nbd", "nbd"}, {"sr", "optical"}, {"fd", "floppy"},
		{"dasd", "dasd"}, {"rbd", "rbd"}, {"mmcblk", "mmc"}, {"pmem", "pmem"}, {"zd", "zvol"}, {"xvd", "xen"},
		{"drbd", "drbd"}, {"bcache", "bcache"}, {"hd", "ide"}};

	for (size_t i = 0; i < COUNT(kinds); i++)
		if (starts(name, kinds[i].prefix))
			return kinds[i].kind;
	return "other";
}

struct controller {
	char name[32];
	unsigned n;
};

static int find_controller(const char *name, void *arg)
{
	struct controller *c = arg;
	size_t len = strlen(name);

	if (starts(name, "nvme") && len > 4 && strspn(name + 4, "0123456789") == len - 4 && len < sizeof(c->name)) {
		memcpy(c->name, name, len + 1);
		c->n++;
	}
	return 0;
}

static bool address_of(const struct tick *t, const char *path, char ret[PCI_ADDRESS_SIZE])
{
	char port[PCI_ADDRESS_SIZE];
	struct answer answer;

	ret[0] = '\0';
	if (!host_link(t->h, path, &answer))
		pci_address_in(answer.text, ret, port);
	return ret[0];
}

/* An NVMe disk that could have several paths hangs off none of them: with only one, that is where it is. */
static bool address_by_path(const struct tick *t, const char *name, char ret[PCI_ADDRESS_SIZE])
{
	struct controller c = {.n = 0};
	char path[128];

	if (!starts(name, "nvme"))
		return false;
	snprintf(path, sizeof(path), BLOCK_FOLDER "%.64s/device", name);
	if (host_list(t->h, path, find_controller, &c) < 0 || c.n != 1)
		return false;
	snprintf(path, sizeof(path), "/sys/class/nvme/%.32s", c.name);
	return address_of(t, path, ret);
}

static void read_place(const struct tick *t, const char *name, struct block_disk *row)
{
	char address[PCI_ADDRESS_SIZE], path[128];
	struct value v;

	snprintf(path, sizeof(path), BLOCK_FOLDER "%.64s", name);
	if (!address_of(t, path, address)) {
		snprintf(path, sizeof(path), BLOCK_FOLDER "%.64s/device", name);
		if (!address_of(t, path, address))
			address_by_path(t, name, address);
	}
	row->node = value_error(-ENODEV, 0);
	row->address = address[0] ? value_text(arena_strdup(t->a, address), 0) : value_error(-ENODEV, 0);
	if (!address[0])
		return;
	v = get_i64(t, 0, "/sys/bus/pci/devices/%s/numa_node", address);
	row->node = value_known(v) && v.i < 0 ? value_error(-ENODEV, 0) : v;
}

/* What it is called: by its maker, by whoever mapped it, or by its kind of RAID. */
static struct value model_of(const struct tick *t, const char *name)
{
	static const char *const files[] = {"device/model", "dm/name", "md/level"};
	struct value v = value_error(-ENOENT, 0);

	for (unsigned i = 0; i < COUNT(files) && v.known == KNOWN_ABSENT; i++)
		v = get_text(t, i, BLOCK_FOLDER "%s/%s", name, files[i]);
	return v;
}

void block_read_what(const struct tick *t, const char *name, struct block_disk *row)
{
	row->kind = value_text(kind_of(name), 0);
	row->model = model_of(t, name);
	row->size_kib =
		get_u64(t, 0, BLOCK_FOLDER "%s/size", name); /* in sectors of 512 bytes, whatever the disk has */
	if (value_known(row->size_kib))
		row->size_kib.u /= 2;
	row->rotational = get_bool(t, 0, BLOCK_FOLDER "%s/queue/rotational", name);
	read_place(t, name, row);
}

void block_read_queue(const struct tick *t, const char *name, struct block_disk *row)
{
	row->scheduler = get_choice(t, 0, BLOCK_FOLDER "%s/queue/scheduler", name);
	row->nr_requests = get_u64(t, 0, BLOCK_FOLDER "%s/queue/nr_requests", name);
	row->wbt_lat_us = get_u64(t, 0, BLOCK_FOLDER "%s/queue/wbt_lat_usec", name);
	if (row->wbt_lat_us.err == -EINVAL) /* the kernel knows of it, this disk has none */
		row->wbt_lat_us = value_error(-ENODEV, 0);
	row->rq_affinity = get_u64(t, 0, BLOCK_FOLDER "%s/queue/rq_affinity", name);
	row->io_poll = get_bool(t, 0, BLOCK_FOLDER "%s/queue/io_poll", name);
}
