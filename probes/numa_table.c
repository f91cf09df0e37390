/* The fields of the numa probe: names, units, sources and meanings. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/numa_impl.h"
#include "probes/topology_read.h"

#define NODE NODE_FOLDER "/node{id}/"
#define POOL NODE "hugepages/hugepages-{size_kib}kB/"
#define SET(member, label, meaning) \
	FIELD(struct numa, member, label, TYPE_CPUS, UNIT_NONE, 0, SOURCES(NODE_FOLDER "/" #member), meaning)
#define KIB(member, label, flags, meaning) \
	FIELD(struct numa_node, member, label, TYPE_U64, UNIT_KIB, flags, SOURCES(NODE "meminfo"), meaning)
#define STAT(member, label, flags, meaning) \
	FIELD(struct numa_node, member, label, TYPE_F64, UNIT_PER_S, FIELD_MOVES | (flags), SOURCES(NODE "numastat"), \
		meaning)
#define PAGES(member, label, file, flags, meaning) \
	FIELD(struct numa_pool, member, label, TYPE_U64, UNIT_COUNT, flags, SOURCES(POOL file), meaning)

const struct field numa_fields[NNUMA_FIELDS] = {
	FIELD(struct numa, nodes, "Nodes", TYPE_U64, UNIT_COUNT, 0, SOURCES("the folders of " NODE_FOLDER),
		"How many parts of different distance the machine's memory has."),
	SET(online, "Online nodes", "The nodes that are in use."),
	SET(possible, "Possible nodes", "The nodes that may ever come."),
	SET(has_cpu, "With CPUs", "The nodes that have CPUs."),
	SET(has_memory, "With memory", "The nodes that have memory."),
};

const struct field numa_node_fields[NNUMA_NODE_FIELDS] = {
	FIELD(struct numa_node, id, "Node", TYPE_U64, UNIT_ID, 0, SOURCES("the folders of " NODE_FOLDER),
		"The kernel's number of this node."),
	FIELD(struct numa_node, cpus, "CPUs", TYPE_CPUS, UNIT_NONE, 0,
		SOURCES(NODE "cpulist", NODE "cpumap", "the links in " NODE_FOLDER "/node{id}"),
		"The CPUs that are nearest to this memory."),
	FIELD(struct numa_node, cpuless, "No CPUs", TYPE_BOOL, UNIT_NONE, 0,
		SOURCES(NODE "cpulist", NODE_FOLDER "/has_cpu"),
		"Whether it is memory alone, as CXL, HBM and GPUs bring it."),
	FIELD(struct numa_node, memoryless, "No memory", TYPE_BOOL, UNIT_NONE, 0,
		SOURCES(NODE "meminfo", NODE_FOLDER "/has_memory"),
		"Whether it has CPUs alone: all their memory is remote."),
	KIB(mem_total_kib, "Memory", 0, "The memory of this node that the kernel manages."),
	KIB(mem_free_kib, "Free", FIELD_MOVES | FIELD_HISTORY,
		"Memory of this node that nobody uses; what caches hold can be freed besides."),
	KIB(mem_used_kib, "Used", FIELD_MOVES, "All that is not free: caches and huge page pools too."),
	KIB(file_kib, "Page cache", FIELD_MOVES, "Memory that holds parts of files; most of it can be freed at need."),
	KIB(anon_kib, "Anonymous", FIELD_MOVES,
		"Memory of processes that is no file's: guests without huge page pools."),
	KIB(anon_huge_kib, "Transparent huge", FIELD_MOVES, "How much of the anonymous memory is in huge pages."),
	KIB(shmem_kib, "Shared", FIELD_MOVES, "Shared memory and tmpfs; it can only be freed by swapping."),
	FIELD(struct numa_node, watermark_kib, "High watermark", TYPE_U64, UNIT_KIB, FIELD_MOVES, SOURCES("/proc/zoneinfo"),
		"Free memory that the kernel's own reclaim aims for on this node."),
	FIELD(struct numa_node, distance, "Distances", TYPE_NUMBERS, UNIT_NONE, 0, SOURCES(NODE "distance"),
		"How far each node is, in the order of the nodes: 10 is this one, 20 twice as far."),
	STAT(hit_per_s, "Hits", 0, "Pages that were wanted from this node and came from it."),
	STAT(miss_per_s, "Misses", FIELD_HISTORY,
		"Pages that came from this node because the wanted one had none left."),
	STAT(foreign_per_s, "Foreign", FIELD_HISTORY,
		"Pages that were wanted from this node and came from another one."),
	STAT(interleave_per_s, "Interleaved", 0, "Pages that came from this node because they were spread over nodes."),
	STAT(local_per_s, "Local", 0, "Pages of this node that went to a process on its own CPUs."),
	STAT(other_per_s, "Remote", 0, "Pages of this node that went to a process on CPUs of another node."),
};

const struct field numa_pool_fields[NNUMA_POOL_FIELDS] = {
	FIELD(struct numa_pool, size_kib, "Page size", TYPE_U64, UNIT_KIB, 0,
		SOURCES("the folders of " NODE_FOLDER "/node{id}/hugepages"), "The size of one page of this pool."),
	PAGES(nr, "Pages", "nr_hugepages", 0, "How many pages the pool has on this node."),
	PAGES(free, "Free pages", "free_hugepages", FIELD_MOVES,
		"How many of them nobody holds; some may be promised to guests that have not touched them."),
	PAGES(surplus, "Surplus pages", "surplus_hugepages", 0,
		"Pages beyond the pool, taken from ordinary memory when it was empty."),
};
