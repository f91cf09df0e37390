/* The fields of the memory probe: names, units, sources and meanings. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/memory_impl.h"

#define MM "/sys/kernel/mm/"
#define KSM MM "ksm/"
#define THP MM "transparent_hugepage/"
#define POOL MM "hugepages/hugepages-{size_kib}kB/"

#define KIB(member, label, flags, meaning) \
	FIELD(struct memory, member, label, TYPE_U64, UNIT_KIB, flags, SOURCES("/proc/meminfo"), meaning)
#define HUGE(member, label, flags, meaning) \
	FIELD(struct memory, member, label, TYPE_U64, UNIT_COUNT, flags, SOURCES("/proc/meminfo"), meaning)
#define RATE(member, label, flags, meaning) \
	FIELD(struct memory, member, label, TYPE_F64, UNIT_PER_S, FIELD_MOVES | (flags), SOURCES("/proc/vmstat"), \
		meaning)
#define FILE_OF(member, label, type, unit, flags, path, meaning) \
	FIELD(struct memory, member, label, type, unit, flags, SOURCES(path), meaning)
#define COUNT_OF(member, label, flags, path, meaning) FILE_OF(member, label, TYPE_U64, UNIT_COUNT, flags, path, meaning)
#define YES_OF(member, label, path, meaning) FILE_OF(member, label, TYPE_BOOL, UNIT_NONE, 0, path, meaning)
#define WORD_OF(member, label, path, meaning) FILE_OF(member, label, TYPE_TEXT, UNIT_NONE, 0, path, meaning)

const struct field memory_fields[NMEMORY_FIELDS] = {
	KIB(total_kib, "Memory", 0, "The memory that the kernel manages."),
	KIB(free_kib, "Free", FIELD_MOVES, "Memory that nobody uses at all."),
	KIB(available_kib, "Available", FIELD_MOVES | FIELD_HISTORY,
		"What could be had without swapping: free memory and caches that can be dropped."),
	KIB(buffers_kib, "Buffers", FIELD_MOVES, "Cached blocks of disks, file system structures mostly."),
	KIB(cached_kib, "Page cache", FIELD_MOVES, "Cached parts of files, with shared memory."),
	KIB(swap_cached_kib, "Cached swap", FIELD_MOVES,
		"Memory that was swapped in and is still in the swap space too."),
	KIB(mlocked_kib, "Locked", FIELD_MOVES,
		"Memory that may not be swapped: locked guests and devices passed through."),
	KIB(swap_total_kib, "Swap", 0, "The size of the swap space; 0 where there is none."),
	KIB(swap_free_kib, "Free swap", FIELD_MOVES, "Swap space that is not used."),
	KIB(dirty_kib, "Dirty", FIELD_MOVES | FIELD_HISTORY, "Written by somebody and not yet on its way to a disk."),
	KIB(writeback_kib, "Writeback", FIELD_MOVES, "On its way to a disk."),
	KIB(anon_kib, "Anonymous", FIELD_MOVES,
		"Memory of processes that is no file's: guests without huge page pools."),
	KIB(shmem_kib, "Shared", FIELD_MOVES, "Shared memory and tmpfs; it can only be freed by swapping."),
	KIB(slab_reclaimable_kib, "Reclaimable slab", FIELD_MOVES,
		"The kernel's own caches that can be freed at need."),
	KIB(page_tables_kib, "Page tables", FIELD_MOVES,
		"What translating addresses costs; large where pages are small."),
	KIB(commit_limit_kib, "Commit limit", 0, "How much may be promised where overcommit is refused (mode 2)."),
	KIB(committed_kib, "Committed", FIELD_MOVES, "What all processes could use if they used all they asked for."),
	KIB(corrupted_kib, "Corrupted", 0, "Memory that the hardware reported as bad and that was taken out of use."),
	KIB(anon_huge_kib, "Transparent huge", FIELD_MOVES | FIELD_HISTORY,
		"How much of the anonymous memory is in huge pages."),
	HUGE(huge_total, "Huge pages", 0, "Pages in the pool of the default size."),
	HUGE(huge_free, "Free huge pages", FIELD_MOVES,
		"Pages of that pool that nobody holds; promised ones are among them."),
	HUGE(huge_reserved, "Reserved huge pages", FIELD_MOVES,
		"Pages of that pool that are promised but not touched yet."),
	HUGE(huge_surplus, "Surplus huge pages", 0, "Pages beyond the pool, taken from ordinary memory."),
	KIB(huge_size_kib, "Huge page size", 0, "The default size of a huge page."),
	KIB(hugetlb_kib, "Huge page pools", 0, "The memory of the pools of all sizes: lost to everybody else."),

	RATE(swap_in_per_s, "Swapped in", FIELD_HISTORY, "Pages that had to be read from swap; each waits for a disk."),
	RATE(swap_out_per_s, "Swapped out", FIELD_HISTORY, "Pages that were written to swap."),
	RATE(major_faults_per_s, "Major faults", 0, "Accesses to memory that had to wait for a disk."),
	RATE(allocstall_per_s, "Reclaim stalls", FIELD_HISTORY,
		"Times that somebody who wanted memory had to free some first."),
	RATE(compact_stall_per_s, "Compaction stalls", FIELD_HISTORY,
		"Times that somebody who wanted a huge page had to wait until memory was moved together."),
	RATE(compact_fail_per_s, "Failed compactions", 0, "How many of them got none after all."),
	RATE(scan_direct_per_s, "Direct scans", 0,
		"Pages that were looked at by those who had to free some themselves."),
	RATE(thp_fault_per_s, "Huge faults", 0, "First accesses that got a huge page."),
	RATE(thp_fallback_per_s, "Huge fallbacks", 0, "First accesses that wanted a huge page and got small ones."),
	RATE(thp_split_per_s, "Huge splits", 0, "Huge pages that were split into small ones."),
	RATE(thp_collapse_per_s, "Huge collapses", 0, "Huge pages that khugepaged made of small ones."),
	RATE(numa_hint_per_s, "Hint faults", FIELD_HISTORY,
		"Accesses that NUMA balancing trapped to see who uses which memory."),
	RATE(numa_hint_local_per_s, "Local hint faults", 0, "How many of them found the memory on their own node."),
	RATE(numa_migrated_per_s, "Migrated", FIELD_HISTORY, "Pages that NUMA balancing moved to another node."),
	RATE(cow_ksm_per_s, "Unshared by writes", FIELD_HISTORY,
		"Merged pages that had to be copied because somebody wrote to them."),

	FIELD(struct memory, used_kib, "Used", TYPE_U64, UNIT_KIB, FIELD_MOVES | FIELD_HISTORY,
		SOURCES("/proc/meminfo", "/proc/meminfo"), "All memory that could not be had without swapping."),
	FIELD(struct memory, swap_used_kib, "Used swap", TYPE_U64, UNIT_KIB, FIELD_MOVES | FIELD_HISTORY,
		SOURCES("/proc/meminfo"), "What lies in the swap space; it costs nothing until it is wanted."),
	FIELD(struct memory, page_kib, "Page size", TYPE_U64, UNIT_KIB, 0,
		SOURCES("slab in /proc/meminfo by its pages in /proc/vmstat"), "The size of an ordinary page."),
	FIELD(struct memory, oom_kills, "Killed", TYPE_U64, UNIT_COUNT, 0, SOURCES("/proc/vmstat"),
		"Processes that were killed since boot because memory had run out."),
	FIELD(struct memory, dirty_threshold_kib, "Dirty limit", TYPE_U64, UNIT_KIB, FIELD_MOVES,
		SOURCES("/proc/vmstat"), "Who writes more than this has to wait for the disk."),
	FIELD(struct memory, dirty_background_threshold_kib, "Background limit", TYPE_U64, UNIT_KIB, FIELD_MOVES,
		SOURCES("/proc/vmstat"), "From here on the kernel writes to the disk by itself."),
	FIELD(struct memory, ksm_state, "KSM", TYPE_TEXT, UNIT_NONE, 0, SOURCES(KSM "run"),
		"Whether equal pages of guests are being merged: stopped, merging or unmerging."),
	FIELD(struct memory, ksm_saved_kib, "KSM saves", TYPE_U64, UNIT_KIB, FIELD_MOVES | FIELD_HISTORY,
		SOURCES(KSM "pages_sharing"), "The memory that merged pages would need besides, were they not merged."),
	FIELD(struct memory, ksm_profit_kib, "KSM profit", TYPE_I64, UNIT_KIB, FIELD_MOVES,
		SOURCES(KSM "general_profit"),
		"What is saved without what KSM's own lists cost; below zero it wastes memory."),
	FIELD(struct memory, ksm_remains, "Pages remain merged", TYPE_BOOL, UNIT_NONE, 0, SOURCES(KSM "pages_shared"),
		"Whether KSM is stopped but pages are merged from before: writes to them still have to copy."),
	FIELD(struct memory, ksmd_pct, "ksmd", TYPE_F64, UNIT_PERCENT, FIELD_MOVES | FIELD_HISTORY,
		SOURCES("utime and stime of ksmd in /proc/PID/stat"),
		"Share of one CPU that looking for equal pages takes."),
	FIELD(struct memory, khugepaged_pct, "khugepaged", TYPE_F64, UNIT_PERCENT, FIELD_MOVES | FIELD_HISTORY,
		SOURCES("utime and stime of khugepaged in /proc/PID/stat"),
		"Share of one CPU that making huge pages in the background takes."),

	COUNT_OF(ksm_run, "KSM run", 0, KSM "run",
		"0: stopped, what was merged stays so; 1: merging; 2: stopped, all is unmerged."),
	COUNT_OF(ksm_pages_shared, "Shared pages", FIELD_MOVES, KSM "pages_shared",
		"Merged pages that are really there."),
	COUNT_OF(ksm_pages_sharing, "Sharing pages", FIELD_MOVES, KSM "pages_sharing",
		"Pages that are saved: how many more there would be without merging."),
	COUNT_OF(ksm_pages_unshared, "Unshared pages", FIELD_MOVES, KSM "pages_unshared",
		"Pages that are looked at again and again and have no equal."),
	COUNT_OF(ksm_pages_volatile, "Volatile pages", FIELD_MOVES, KSM "pages_volatile",
		"Pages that change too fast to be merged."),
	COUNT_OF(
		ksm_full_scans, "KSM scans", FIELD_MOVES, KSM "full_scans", "How often all memory was looked through."),
	COUNT_OF(ksm_pages_to_scan, "Pages a scan", 0, KSM "pages_to_scan",
		"How many pages ksmd looks at before it sleeps."),
	FILE_OF(ksm_sleep_ms, "Sleep", TYPE_U64, UNIT_MS, 0, KSM "sleep_millisecs", "How long ksmd sleeps after that."),
	YES_OF(ksm_merge_across_nodes, "Across nodes", KSM "merge_across_nodes",
		"Whether pages of different nodes are merged: one of the two guests then has remote memory."),
	COUNT_OF(ksm_max_page_sharing, "Sharing limit", 0, KSM "max_page_sharing", "How many may share one page."),
	YES_OF(ksm_smart_scan, "Smart scan", KSM "smart_scan",
		"Whether pages that had no equal are looked at less often."),
	YES_OF(ksm_use_zero_pages, "Zero pages", KSM "use_zero_pages", "Whether empty pages become the one zero page."),
	WORD_OF(ksm_advisor_mode, "Advisor", KSM "advisor_mode",
		"Whether the kernel chooses the pages a scan by itself: none or scan-time."),
	FILE_OF(ksm_profit, "KSM profit in bytes", TYPE_I64, UNIT_COUNT, FIELD_MOVES, KSM "general_profit",
		"What is saved without what KSM's own lists cost, in bytes."),

	WORD_OF(thp_enabled, "THP", THP "enabled",
		"Who gets transparent huge pages: always everybody, madvise who asks (QEMU does), never nobody."),
	WORD_OF(thp_defrag, "THP defrag", THP "defrag",
		"Who waits for memory to be moved together when no huge page is free: always is everybody, at any "
		"fault."),
	WORD_OF(thp_shmem_enabled, "THP of shared memory", THP "shmem_enabled",
		"The same for shared memory, as guests with shared memory backing have it."),
	YES_OF(thp_use_zero_page, "Huge zero page", THP "use_zero_page",
		"Whether reading empty memory gives a huge page."),
	YES_OF(thp_shrink_underused, "Shrink underused", THP "shrink_underused",
		"Whether huge pages that are mostly empty are split when memory is short."),
	YES_OF(khugepaged_defrag, "khugepaged defrag", THP "khugepaged/defrag",
		"Whether khugepaged moves memory together to make huge pages."),
	COUNT_OF(khugepaged_pages_to_scan, "khugepaged pages", 0, THP "khugepaged/pages_to_scan",
		"How many pages khugepaged looks at before it sleeps."),
	FILE_OF(khugepaged_scan_sleep_ms, "khugepaged sleep", TYPE_U64, UNIT_MS, 0,
		THP "khugepaged/scan_sleep_millisecs", "How long khugepaged sleeps after that."),
	FILE_OF(khugepaged_alloc_sleep_ms, "khugepaged retry", TYPE_U64, UNIT_MS, 0,
		THP "khugepaged/alloc_sleep_millisecs",
		"How long khugepaged waits after it found no memory for a huge page."),
	COUNT_OF(khugepaged_collapsed, "Collapsed", FIELD_MOVES, THP "khugepaged/pages_collapsed",
		"Huge pages that khugepaged made of small ones."),
	COUNT_OF(khugepaged_full_scans, "khugepaged scans", FIELD_MOVES, THP "khugepaged/full_scans",
		"How often khugepaged has looked through all memory."),

	COUNT_OF(numa_balancing, "NUMA balancing", 0, "/proc/sys/kernel/numa_balancing",
		"Whether memory is moved after those who use it: 0 never, 1 yes, 2 between fast and slow memory only."),
	COUNT_OF(zone_reclaim_mode, "Zone reclaim", 0, "/proc/sys/vm/zone_reclaim_mode",
		"Above 0 a full node frees memory first, and makes who asks wait, before another node is used."),
	COUNT_OF(swappiness, "Swappiness", 0, "/proc/sys/vm/swappiness",
		"How readily memory of processes is swapped rather than caches dropped: 0 to 200, 60 by default."),
	FILE_OF(dirty_limit_pct, "Dirty ratio", TYPE_U64, UNIT_PERCENT, 0, "/proc/sys/vm/dirty_ratio",
		"Share of available memory that may be dirty before writers have to wait; 0: a number of bytes is "
		"set."),
	FILE_OF(dirty_background_pct, "Background ratio", TYPE_U64, UNIT_PERCENT, 0,
		"/proc/sys/vm/dirty_background_ratio",
		"Share of available memory from which the kernel writes by itself; 0: a number of bytes is set."),
	COUNT_OF(dirty_limit, "Dirty bytes", 0, "/proc/sys/vm/dirty_bytes",
		"Bytes that may be dirty before writers have to wait; 0: the ratio counts."),
	COUNT_OF(dirty_background_limit, "Background bytes", 0, "/proc/sys/vm/dirty_background_bytes",
		"Bytes from which the kernel writes by itself; 0: the ratio counts."),
	COUNT_OF(overcommit, "Overcommit", 0, "/proc/sys/vm/overcommit_memory",
		"Whether more memory may be promised than there is: 0 within reason, 1 always, 2 never."),
	FILE_OF(overcommit_pct, "Overcommit ratio", TYPE_U64, UNIT_PERCENT, 0, "/proc/sys/vm/overcommit_ratio",
		"Share of memory that may be promised besides swap, in mode 2."),
	FILE_OF(min_free_kib, "Minimum free", TYPE_U64, UNIT_KIB, 0, "/proc/sys/vm/min_free_kbytes",
		"What the kernel keeps for itself: below it nobody else gets memory."),
	COUNT_OF(watermark_scale, "Watermark scale", 0, "/proc/sys/vm/watermark_scale_factor",
		"How early the kernel frees memory in the background, in ten-thousandths of a node's memory."),
};

#define PAGES(member, label, file, flags, meaning) \
	FIELD(struct memory_pool, member, label, TYPE_U64, UNIT_COUNT, flags, SOURCES(POOL file), meaning)

const struct field memory_pool_fields[NMEMORY_POOL_FIELDS] = {
	FIELD(struct memory_pool, size_kib, "Page size", TYPE_U64, UNIT_KIB, 0,
		SOURCES("the folders of " MM "hugepages"), "The size of one page of this pool."),
	PAGES(nr, "Pages", "nr_hugepages", 0, "How many pages the pool has on all nodes."),
	PAGES(free, "Free pages", "free_hugepages", FIELD_MOVES,
		"How many of them nobody holds; promised ones are among them."),
	PAGES(reserved, "Reserved pages", "resv_hugepages", FIELD_MOVES,
		"Pages that are promised to somebody who has not touched them yet."),
	PAGES(surplus, "Surplus pages", "surplus_hugepages", 0, "Pages beyond the pool, taken from ordinary memory."),
	PAGES(overcommit, "Surplus limit", "nr_overcommit_hugepages", 0, "How many such pages there may be."),
};

const struct field memory_thp_size_fields[NMEMORY_THP_SIZE_FIELDS] = {
	FIELD(struct memory_thp_size, size_kib, "Size", TYPE_U64, UNIT_KIB, 0,
		SOURCES("the folders of " MM "transparent_hugepage"), "A size that transparent huge pages can have."),
	FIELD(struct memory_thp_size, enabled, "Enabled", TYPE_TEXT, UNIT_NONE, 0,
		SOURCES(THP "hugepages-{size_kib}kB/enabled"), "Who gets pages of this size; inherit: as for all."),
};
