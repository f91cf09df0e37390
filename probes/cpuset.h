/* Sets of CPUs (or nodes): read from and written as the kernel's lists, "0-3,8". */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CPUSET_H
#define PROBES_CPUSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum { CPUSET_MAX = 65536 }; /* ids at and above this are refused: a bad list must not eat the memory */

struct cpuset {
	uint32_t nbits; /* ids 0 .. nbits-1 can be in the set; a multiple of 64 */
	uint64_t word[];
};

struct cpuset *cpuset_new(struct arena *a, uint32_t nbits); /* empty */
struct cpuset *cpuset_copy(struct arena *a, const struct cpuset *s);

/*
 * Reads a kernel list: "", "0-3,8", and the stride form of kernel parameters "0-31:2/4"; a trailing newline is fine.
 * -EINVAL for anything else, -ERANGE for ids from CPUSET_MAX on. ret is as long as the highest id needs.
 */
int cpuset_parse_list(struct arena *a, const char *text, struct cpuset **ret);
/* Reads a kernel mask: "ff", "00000000,0000ffff" (32-bit words, highest first). */
int cpuset_parse_mask(struct arena *a, const char *text, struct cpuset **ret);

/* Writes "0-3,8" and a NUL; returns the length that the whole needs, as snprintf does. The empty set is "". */
size_t cpuset_format(const struct cpuset *s, char *buf, size_t size);
char *cpuset_text(struct arena *a, const struct cpuset *s);

void cpuset_add(struct cpuset *s, uint32_t id); /* id must be below nbits */
void cpuset_remove(struct cpuset *s, uint32_t id); /* outside is fine */
void cpuset_add_all(struct cpuset *s, const struct cpuset *more); /* of more's ids those that fit */
/* NULL is the empty set in all of these. */
bool cpuset_has(const struct cpuset *s, uint32_t id);
/* A copy that is the caller's own, for free(): *own is the former one, or NULL. */
void cpuset_keep(struct cpuset **own, const struct cpuset *s);
bool cpuset_equal(const struct cpuset *a, const struct cpuset *b); /* lengths may differ */
bool cpuset_subset(const struct cpuset *part, const struct cpuset *whole);
bool cpuset_intersects(const struct cpuset *a, const struct cpuset *b);
uint32_t cpuset_count(const struct cpuset *s);
int64_t cpuset_next(const struct cpuset *s, int64_t after); /* the lowest id above after, or -1; start with -1 */
#define CPUSET_EACH(id, set) for (int64_t id = cpuset_next((set), -1); id >= 0; id = cpuset_next((set), id))

#endif
