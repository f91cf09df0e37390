/* Making blocks and snapshots: for the sampler, and for tests that need one without a host. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_SNAPSHOT_H
#define PROBES_SNAPSHOT_H

#include <stdatomic.h>

#include "probes/probe.h"

struct block *block_ref(struct block *b); /* NULL is fine */
void block_unref(struct block *b); /* NULL is fine */
struct snapshot *snapshot_new(size_t n); /* room for n blocks, one reference */

#endif
