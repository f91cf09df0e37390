/* Things that a folder lists by name, and when each is to be read again: interfaces, disks. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_NAMES_H
#define PROBES_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probes/counters.h"
#include "probes/memory_read.h"

enum { NAMED_COUNTERS = 3 };

struct named {
	char name[COUNTERS_NAME];
	uint64_t what, state, link; /* when each is due, on the host's clock; 0: never read */
	struct counter own[NAMED_COUNTERS]; /* of files of its own */
};

/* Belongs to a probe's state. */
struct names {
	struct named *row; /* by name, each once */
	size_t n;
	uint64_t listed_ns;
	uint64_t sum; /* over the names in the counters: changes with each that comes or goes */
};

/*
 * Lists them anew when that is due: every 10 s, and when the counters have other names than before. all: what is in
 * the counters is there too, whatever the folder says. wanted says which names count. 0 or a negative errno when
 * nothing could be listed.
 */
int names_list(const struct tick *t, struct names *n, const struct counters *c, bool all, const char *folder,
	bool (*wanted)(const struct tick *t, const char *name));
void names_end(struct names *n);

/* When the ith of them is due again: spread, so that not all of a thousand are asked in one tick. */
uint64_t names_later(const struct tick *t, uint64_t period_ns, size_t i);

#endif
