/* Counters by name, read as one text each tick: what they were, what they are, and rates from the difference. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_COUNTERS_H
#define PROBES_COUNTERS_H

#include "probes/get.h"
#include "probes/parse.h"

enum { COUNTERS_MOST = 20, COUNTERS_NAME = 32, COUNTERS_TOO_SOON_NS = 100000000 };

struct counter_line {
	char name[COUNTERS_NAME];
	uint64_t v[COUNTERS_MOST];
	unsigned n; /* how many of them there were */
};

/* A reading; by name once it is sorted. Belongs to a probe's state. */
struct counter_lines {
	struct counter_line *line;
	size_t n, room;
	uint64_t ns; /* when it was made */
};

struct counters {
	struct kept file;
	struct counter_lines old, new;
	int err; /* of the last reading */
	bool any; /* old is there */
	bool still; /* nothing passed between the two: a host that is a copy */
};

/*
 * Reads the file; each line is parted by `part`, which says whether there is something in it. Then new is what is, old
 * what was. 0, -EAGAIN when it is too soon for a difference (nothing changed), or the error of the reading.
 */
int counters_read(const struct tick *t, struct counters *c, const char *path,
	bool (*part)(struct slice line, struct counter_line *ret));
void counters_end(struct host *h, struct counters *c);

/* The numbers of the rest of a line. */
void counters_numbers(struct slice rest, struct counter_line *ret);
bool counters_name(struct slice name, struct counter_line *ret); /* false when it is empty or too long */

/* The line of that name, or NULL; sorted by name. */
const struct counter_line *counters_find(const struct counter_lines *l, const char *name);

/* What came of one counter between old and new: -1 when it is not known. */
int64_t counters_delta(const struct counter_line *old, const struct counter_line *new, unsigned i);
/* The sum of the counters i and k (k may be i) by the second; old and new may be NULL. */
struct value counters_rate(const struct counters *c, const struct counter_line *old, const struct counter_line *new,
	unsigned i, unsigned k, double scale);

#endif
