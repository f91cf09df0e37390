/* What numa, memory and pressure share: the kernel's lists of named numbers, and rates of counters. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_MEMORY_READ_H
#define PROBES_MEMORY_READ_H

#include "probes/probe.h"

/*
 * Reads lines of "Name:  12 kB", "Node 3 Name:  12 kB" or "name 12" in one pass. out[i] is the number behind names[i]:
 * it is absent when no line has it. A name that ends with * is the sum of all that begin like this.
 * At most 32 names, none empty.
 */
void named_numbers(const char *text, const char *const *names, size_t n, struct value *out);

/* A counter at its last reading. Belongs to a probe's state; zeroed: not read yet. */
struct counter {
	uint64_t n, ns;
	bool has;
};

/*
 * How fast it rose since its last reading, which is now this one. Not yet after the first reading and after a reset;
 * not recorded where it stood on a host that stands still.
 */
struct value counter_per_s(struct counter *c, struct value now, uint64_t now_ns, bool still);

/* No time passed on its CPUs: a directory that nothing moves. Its counters say nothing, least of all 0 per second. */
bool host_stands_still(const struct tick *t);

enum { PAGE_SIZES_MOST = 16 };
/* The sizes of the folders "hugepages-2048kB" in there, rising. -ENOENT when there are none. */
int page_sizes(const struct tick *t, const char *folder, uint64_t kib[PAGE_SIZES_MOST], size_t *ret_n);

/* Rows that were not due: see row_carry(). Of rows without rows of their own. */
struct rows rows_carry(struct carry *c, const struct field *fields, size_t n, size_t size, const struct rows *from);

/* A key can ask for a tick right behind another: rates over less than this are noise. */
bool read_too_soon(const struct tick *t, uint64_t last_ns);

/* An error that may be none the next time. */
bool value_may_mend(struct value v);

#endif
