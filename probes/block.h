/* Disks: what they are, how the kernel queues for them, how long they take. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_BLOCK_H
#define PROBES_BLOCK_H

#include "probes/probe.h"

struct block_facts {
	struct value disks; /* u64 */
	struct value read_bytes_per_s, write_bytes_per_s; /* f64: of those that are no part of another */
	struct rows disk; /* struct block_disk, by name */
};

struct block_disk {
	struct value name; /* text */
	struct value kind; /* text: nvme, scsi, virtio, dm, md, loop, … */
	struct value model; /* text; of a mapped device its own name */
	struct value size_kib; /* u64 */
	struct value rotational; /* bool */
	struct value address; /* text: of its PCI device */
	struct value node; /* i64 */
	struct value scheduler; /* text */
	struct value nr_requests; /* u64 */
	struct value wbt_lat_us; /* u64; 0: not throttled */
	struct value rq_affinity; /* u64 */
	struct value io_poll; /* bool */
	struct value reads_per_s, writes_per_s, flushes_per_s; /* f64 */
	struct value read_bytes_per_s, write_bytes_per_s;
	struct value read_wait_us, write_wait_us, flush_wait_us; /* f64: mean, of those that ended in the interval */
	struct value in_flight; /* u64 */
	struct value busy; /* f64: percent of the interval in which something was in flight */
};

extern const struct probe probe_block;

/* The row of that name, or NULL; b and name may be NULL. */
const struct block_disk *block_disk(const struct block_facts *b, const char *name);

#endif
