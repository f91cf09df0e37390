/* Memory: how it is used, huge pages, KSM and swap, what stalls for it, and the settings that decide that. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_MEMORY_H
#define PROBES_MEMORY_H

#include "probes/probe.h"

struct memory {
	/* KiB, and pages of huge_size_kib, of /proc/meminfo */
	struct value total_kib, free_kib, available_kib, buffers_kib, cached_kib, swap_cached_kib, mlocked_kib;
	struct value swap_total_kib, swap_free_kib, dirty_kib, writeback_kib, anon_kib, shmem_kib;
	struct value slab_reclaimable_kib, page_tables_kib, commit_limit_kib, committed_kib, corrupted_kib,
		anon_huge_kib;
	struct value huge_total, huge_free, huge_reserved, huge_surplus, huge_size_kib, hugetlb_kib;
	/* of /proc/vmstat */
	struct value swap_in_per_s, swap_out_per_s, major_faults_per_s, allocstall_per_s, compact_stall_per_s;
	struct value compact_fail_per_s, scan_direct_per_s, thp_fault_per_s, thp_fallback_per_s, thp_split_per_s;
	struct value thp_collapse_per_s, numa_hint_per_s, numa_hint_local_per_s, numa_migrated_per_s, cow_ksm_per_s;
	/* made of those and of others */
	struct value used_kib, swap_used_kib, page_kib, oom_kills, dirty_threshold_kib, dirty_background_threshold_kib;
	struct value ksm_state; /* text: stopped, merging, unmerging */
	struct value ksm_saved_kib, ksm_profit_kib, ksm_remains, ksmd_pct, khugepaged_pct;
	/* a file each */
	struct value ksm_run, ksm_pages_shared, ksm_pages_sharing, ksm_pages_unshared, ksm_pages_volatile;
	struct value ksm_full_scans, ksm_pages_to_scan, ksm_sleep_ms, ksm_merge_across_nodes, ksm_max_page_sharing;
	struct value ksm_smart_scan, ksm_use_zero_pages, ksm_advisor_mode, ksm_profit;
	struct value thp_enabled, thp_defrag, thp_shmem_enabled, thp_use_zero_page, thp_shrink_underused;
	struct value khugepaged_defrag, khugepaged_pages_to_scan, khugepaged_scan_sleep_ms, khugepaged_alloc_sleep_ms;
	struct value khugepaged_collapsed, khugepaged_full_scans;
	struct value numa_balancing, zone_reclaim_mode, swappiness, dirty_limit_pct, dirty_background_pct, dirty_limit;
	struct value dirty_background_limit, overcommit, overcommit_pct, min_free_kib, watermark_scale;
	struct rows pool; /* struct memory_pool, by rising size */
	struct rows thp_size; /* struct memory_thp_size, by rising size */
};

/* Huge pages of one size, of all nodes together. */
struct memory_pool {
	struct value size_kib;
	struct value nr, free, reserved, surplus, overcommit; /* pages */
};

/* Transparent huge pages of one size: newer kernels have several. */
struct memory_thp_size {
	struct value size_kib;
	struct value enabled; /* text: always, inherit, madvise, never */
};

/* Who gets the huge pages of guests: the word of that size, the largest, wins over thp_enabled. NULL: it does not. */
const struct memory_thp_size *memory_thp_own(const struct memory *m);
struct value memory_thp_word(const struct memory *m); /* text: always, madvise, never */

extern const struct probe probe_memory;

#endif
