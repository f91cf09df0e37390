/* What the files of the memory probe share: the groups of its fields, and what it keeps between ticks. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_MEMORY_IMPL_H
#define PROBES_MEMORY_IMPL_H

#include "probes/get.h"
#include "probes/memory.h"
#include "probes/memory_read.h"

/* The fields stand in this order: each group is read in its own way. */
enum {
	NMEMINFO = 25, /* in the order of memory_meminfo_names */
	NVMSTAT = 15, /* in the order of memory_vmstat_names */
	NMADE = 12,
	NFILES_OF_MEMORY = 36, /* each is read from its first source */
	AT_VMSTAT = NMEMINFO,
	AT_MADE = AT_VMSTAT + NVMSTAT,
	AT_FILES = AT_MADE + NMADE,
	NMEMORY_FIELDS = AT_FILES + NFILES_OF_MEMORY,
	NMEMORY_POOL_FIELDS = 6,
	NMEMORY_THP_SIZE_FIELDS = 2,
};
extern const struct field memory_fields[NMEMORY_FIELDS], memory_pool_fields[NMEMORY_POOL_FIELDS],
	memory_thp_size_fields[NMEMORY_THP_SIZE_FIELDS];

/* A thread of the kernel that works on memory behind everybody's back. */
struct kthread {
	struct kept stat;
	uint32_t pid; /* 0: not found */
	struct counter ticks;
};
enum { KSMD, KHUGEPAGED, NKTHREADS };

struct memory_state {
	struct kept meminfo, vmstat;
	struct counter counter[NVMSTAT];
	struct kthread kthread[NKTHREADS];
	uint64_t read_ns, files_ns, search_ns;
	bool searched;
};

/* Some of a hundred files, and the pools: every ten seconds. */
void memory_read_files(const struct tick *t, struct memory *m);
/* Finds the threads that are to be there, and reads how much of a CPU each takes. */
void memory_read_kthreads(const struct tick *t, struct memory_state *st, bool still, struct memory *m);
/* What follows of KSM's files. */
void memory_make_ksm(struct memory *m);

/* "always [madvise] never" is madvise; a single word is itself. */
struct value choice_value(const struct tick *t, const char *text, unsigned src);

#endif
