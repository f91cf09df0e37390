/* Caches: what each level of a CPU's cache is, as far as CPUs differ in kind. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CACHE_H
#define PROBES_CACHE_H

#include "probes/probe.h"

struct cache {
	struct rows cache; /* struct cache_row: one for each distinct cache, by its name */
};

struct cache_row {
	struct value name; /* text: "L1d", "L2", "L3" */
	struct value level; /* u64 */
	struct value type; /* text: Data, Instruction, Unified */
	struct value size_kib; /* of one */
	struct value ways; /* u64 */
	struct value line; /* bytes */
	struct value shared; /* set: who shares the one of the first CPU */
	struct value count; /* u64: how many there are */
};

extern const struct probe probe_cache;

#endif
