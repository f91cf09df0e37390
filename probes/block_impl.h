/* What the files of the disk probe share. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_BLOCK_IMPL_H
#define PROBES_BLOCK_IMPL_H

#include "probes/block.h"

#define BLOCK_FOLDER "/sys/block/"

enum { NBLOCK_FIELDS = 22 };
extern const struct field block_disk_fields[NBLOCK_FIELDS];

/* Is it a disk that somebody could use: no path of an NVMe disk with several, no loop, ram or nbd without a size. */
bool block_wanted(const struct tick *t, const char *name);
/* What it is. */
void block_read_what(const struct tick *t, const char *name, struct block_disk *row);
/* How the kernel queues for it. */
void block_read_queue(const struct tick *t, const char *name, struct block_disk *row);

#endif
