/* The fields of a disk. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/block_impl.h"

#define AT "/sys/block/{name}"
#define OWN(file) SOURCES(AT "/" file)
#define TEXT(member, label, source, meaning) \
	FIELD(struct block_disk, member, label, TYPE_TEXT, UNIT_NONE, 0, source, meaning)
#define NUMBER(member, label, unit, source, meaning) \
	FIELD(struct block_disk, member, label, TYPE_U64, unit, 0, source, meaning)
#define MOVING(member, label, unit, flags, meaning) \
	FIELD(struct block_disk, member, label, TYPE_F64, unit, FIELD_MOVES | (flags), src_stats, meaning)

static const char *const src_stats[] = {"/proc/diskstats", NULL};

const struct field block_disk_fields[NBLOCK_FIELDS] = {
	TEXT(name, "Disk", SOURCES("the entries of /sys/block"), "The kernel's name of this disk."),
	TEXT(kind, "Kind", SOURCES("computed from its name"), "How it is attached, or what it is made of."),
	TEXT(model, "Model", SOURCES(AT "/device/model", AT "/dm/name", AT "/md/level"),
		"What its maker calls it; of a mapped device its name, of a RAID its level."),
	NUMBER(size_kib, "Size", UNIT_KIB, OWN("size"), "How much it holds."),
	FIELD(struct block_disk, rotational, "Rotates", TYPE_BOOL, UNIT_NONE, 0, OWN("queue/rotational"),
		"It says that it has heads that must be moved, so order matters."),
	TEXT(address, "PCI address", SOURCES("the link " AT), "The PCI device that it hangs off."),
	FIELD(struct block_disk, node, "Node", TYPE_I64, UNIT_ID, 0,
		SOURCES("/sys/bus/pci/devices/{address}/numa_node"), "The NUMA node that is near to it."),
	TEXT(scheduler, "Scheduler", OWN("queue/scheduler"),
		"Who orders its requests; none costs the least where the disk orders them itself."),
	NUMBER(nr_requests, "Requests", UNIT_COUNT, OWN("queue/nr_requests"),
		"Requests that can wait in each of its queues."),
	NUMBER(wbt_lat_us, "Write limit", UNIT_US, OWN("queue/wbt_lat_usec"),
		"Written pages are held back where reads wait longer than this; 0 means never."),
	NUMBER(rq_affinity, "Completion", UNIT_NONE, OWN("queue/rq_affinity"),
		"Where a request ends: 0 on the CPU of the interrupt, 1 near the CPU that asked, 2 on that CPU."),
	FIELD(struct block_disk, io_poll, "Polled", TYPE_BOOL, UNIT_NONE, 0, OWN("queue/io_poll"),
		"Those who ask may wait by polling, without an interrupt."),
	MOVING(reads_per_s, "Reads", UNIT_PER_S, 0, "Reads that ended, per second."),
	MOVING(writes_per_s, "Writes", UNIT_PER_S, 0, "Writes that ended, per second."),
	MOVING(flushes_per_s, "Flushes", UNIT_PER_S, 0, "Flushes of its cache that ended, per second."),
	MOVING(read_bytes_per_s, "Read", UNIT_PER_S, FIELD_HISTORY, "Bytes read, per second."),
	MOVING(write_bytes_per_s, "Written", UNIT_PER_S, FIELD_HISTORY, "Bytes written, per second."),
	MOVING(read_wait_us, "Read wait", UNIT_US, FIELD_HISTORY,
		"Mean time from asking to the end, of reads that ended in the interval; absent where none did."),
	MOVING(write_wait_us, "Write wait", UNIT_US, FIELD_HISTORY,
		"Mean time from asking to the end, of writes that ended in the interval; absent where none did."),
	MOVING(flush_wait_us, "Flush wait", UNIT_US, 0,
		"Mean time of flushes that ended in the interval: what a commit of a database waits for."),
	FIELD(struct block_disk, in_flight, "In flight", TYPE_U64, UNIT_COUNT, FIELD_MOVES, src_stats,
		"Requests that are under way at this moment."),
	MOVING(busy, "Busy", UNIT_PERCENT, FIELD_HISTORY,
		"Share of the interval in which something was under way; disks that work in parallel can do more at "
		"100 %."),
};
