/* Tests KSM: what merging saves and costs, its states, and how its thread is found and lost. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probes/memory.h"
#include "tests/lib/probing.h"
#include "tests/lib/sham_memory.h"

#define KSM "/sys/kernel/mm/ksm/"

static struct probing machine(unsigned run)
{
	struct probing p = probing_new(2);

	sham_meminfo(p.m);
	sham_vmstat(p.m, 10);
	sham_mm(p.m, run);
	return p;
}

static void test_states(void **state)
{
	struct probing p = machine(1);

	(void)state;
	p.want.everything = true;
	probing_tick(&p);
	probing_says(&p, "memory.ksm_state", "merging");
	probing_is(&p, "memory.ksm_remains", 0);
	probing_is(&p, "memory.ksm_saved_kib", 4000); /* the pages that share, not those that are shared */
	assert_int_equal(probing_value(&p, "memory.ksm_profit_kib").i, -20);
	probing_is(&p, "memory.ksm_merge_across_nodes", 1);
	probing_is(&p, "memory.ksm_sleep_ms", 20);
	sham_put(p.m, KSM "run", "0\n");
	probing_pass(&p, 1000);
	probing_says(&p, "memory.ksm_state", "stopped");
	probing_is(&p, "memory.ksm_remains", 1); /* merged pages remain: writing to them still copies */
	sham_put(p.m, KSM "run", "2\n");
	probing_pass(&p, 1000);
	probing_says(&p, "memory.ksm_state", "unmerging");
	probing_is(&p, "memory.ksm_remains", 0); /* they do not remain: it is at work on them */
	sham_put(p.m, KSM "pages_shared", "0\n");
	sham_put(p.m, KSM "pages_sharing", "0\n");
	probing_pass(&p, 1000);
	probing_says(&p, "memory.ksm_state", "unmerging");
	probing_is(&p, "memory.ksm_remains", 0);
	probing_is(&p, "memory.ksm_saved_kib", 0);
	sham_put(p.m, KSM "run", "7\n");
	probing_pass(&p, 1000);
	probing_not(&p, "memory.ksm_state", KNOWN_BROKEN);
	sham_error(p.m, KSM "run", -EACCES);
	sham_error(p.m, KSM "pages_sharing", -EIO);
	probing_pass(&p, 1000);
	probing_not(&p, "memory.ksm_state", KNOWN_DENIED);
	probing_not(&p, "memory.ksm_remains", KNOWN_DENIED);
	probing_not(&p, "memory.ksm_saved_kib", KNOWN_BROKEN);
	probing_end(&p);
}

/* What pages are worth needs their size; 64 KiB on some arm64. */
static void test_page_size(void **state)
{
	struct probing p = machine(1);

	(void)state;
	sham_put(p.m, "/proc/vmstat", "nr_slab_reclaimable 600\nnr_shmem 2\n");
	probing_tick(&p);
	probing_is(&p, "memory.page_kib", 64);
	probing_is(&p, "memory.ksm_saved_kib", 64000);
	/* where slab is not counted in pages shared memory tells it; where neither does, nothing is guessed */
	sham_put(p.m, "/proc/vmstat", "nr_slab_reclaimable 40000000\nnr_shmem 5000\n");
	probing_pass(&p, 1000);
	probing_is(&p, "memory.page_kib", 4);
	sham_put(p.m, "/proc/vmstat", "nr_slab_reclaimable 40000000\nnr_shmem 1\n");
	probing_pass(&p, 1000);
	assert_false(value_known(probing_value(&p, "memory.page_kib")));
	assert_false(value_known(probing_value(&p, "memory.ksm_saved_kib")));
	probing_end(&p);
}

/* utime and stime of the kernel's thread, in hundredths of a second. */
static void test_share_of_a_cpu(void **state)
{
	struct probing p = machine(1);

	(void)state;
	probing_tick(&p);
	probing_not(&p, "memory.ksmd_pct", KNOWN_NOT_YET);
	sham_kthread(p.m, 36, "ksmd", 110, 100);
	probing_pass(&p, 2000);
	probing_near(&p, "memory.ksmd_pct", 30, 1e-6);
	probing_near(&p, "memory.khugepaged_pct", 0, 0);
	sham_put(p.m, "/proc/36/stat", "36 ksmd\n");
	probing_pass(&p, 1000);
	probing_not(&p, "memory.ksmd_pct", KNOWN_BROKEN);
	sham_put(p.m, "/proc/36/stat", "36 (ksmd) S 2 0 0\n");
	probing_pass(&p, 1000);
	probing_not(&p, "memory.ksmd_pct", KNOWN_BROKEN);
	probing_end(&p);
}

/* A program can call itself as it likes, with brackets and all: the kernel's threads are children of kthreadd. */
static void test_impostors(void **state)
{
	struct probing p = machine(1);

	(void)state;
	sham_put(p.m, "/proc/30/comm", "ksmd\n");
	sham_put(p.m, "/proc/30/stat", "30 (ksmd) S 1 0 0 0 -1 0 0 0 0 0 5 5 0 0\n");
	sham_put(p.m, "/proc/31/comm", "khugepaged\n");
	sham_put(p.m, "/proc/31/stat", "31 (kh) S 2 ) S 1 0 0 0 -1 0 0 0 0 0 5 5 0 0\n");
	probing_tick(&p);
	sham_kthread(p.m, 36, "ksmd", 200, 50);
	probing_pass(&p, 1000);
	probing_near(&p, "memory.ksmd_pct", 100, 1e-6);
	probing_near(&p, "memory.khugepaged_pct", 0, 0);
	probing_end(&p);
}

/* Where no process tells its name there is no share; it is looked for again after a minute. */
static void test_thread_is_lost_and_found(void **state)
{
	struct probing p = machine(1);
	char bad[64];

	(void)state;
	sham_error(p.m, "/proc/36/comm", -EACCES);
	probing_tick(&p);
	probing_not(&p, "memory.ksmd_pct", KNOWN_ABSENT);
	sham_error(p.m, "/proc/36/comm", 0);
	probing_pass(&p, 30000);
	probing_not(&p, "memory.ksmd_pct", KNOWN_ABSENT);
	probing_pass(&p, 30000);
	probing_not(&p, "memory.ksmd_pct", KNOWN_NOT_YET);
	probing_pass(&p, 1000);
	probing_near(&p, "memory.ksmd_pct", 0, 0);
	sham_remove(p.m, "/proc/36");
	probing_pass(&p, 1000);
	probing_not(&p, "memory.ksmd_pct", KNOWN_ABSENT);
	probing_end(&p);

	/* nobody looks through all processes for what this kernel does not have */
	p = probing_new(2);
	assert_int_equal(sampler_only(p.s, "memory", bad), 0); /* others look at processes too */
	sham_kthread(p.m, 36, "ksmd", 1, 1);
	probing_tick(&p);
	probing_not(&p, "memory.ksmd_pct", KNOWN_ABSENT);
	assert_int_equal(sham_reads(p.m, "/36/comm") + sham_reads(p.m, "/36/stat"), 0);
	probing_end(&p);
}

#define THP "/sys/kernel/mm/transparent_hugepage/"

/* Where nobody gets huge pages the kernel ends khugepaged: nobody looks through all processes for it each minute. */
static void test_no_khugepaged(void **state)
{
	struct probing p = machine(1);

	(void)state;
	sham_remove(p.m, "/proc/37");
	sham_kthread(p.m, 99, "qemu", 1, 1);
	sham_put(p.m, THP "enabled", "always madvise [never]\n");
	probing_tick(&p);
	sham_forget(p.m);
	probing_pass(&p, 60000);
	probing_pass(&p, 60000);
	probing_not(&p, "memory.khugepaged_pct", KNOWN_ABSENT);
	assert_int_equal(sham_reads(p.m, "/comm"), 0);
	/* the word of the size itself wins */
	sham_put(p.m, THP "hugepages-2048kB/enabled", "[always] inherit madvise never\n");
	probing_pass(&p, 60000);
	assert_true(sham_reads(p.m, "/comm") > 0);
	sham_kthread(p.m, 37, "khugepaged", 1, 1);
	probing_pass(&p, 60000);
	probing_pass(&p, 1000);
	probing_near(&p, "memory.khugepaged_pct", 0, 0);
	probing_end(&p);
}

/* What one word forbids the other may allow: files of huge pages need the old word only. */
static void test_khugepaged_of_files(void **state)
{
	struct probing p = machine(1);

	(void)state;
	sham_put(p.m, THP "enabled", "[always] madvise never\n");
	sham_put(p.m, THP "hugepages-2048kB/enabled", "always inherit madvise [never]\n");
	probing_tick(&p);
	probing_pass(&p, 1000);
	probing_near(&p, "memory.khugepaged_pct", 0, 0);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_page_size),
		cmocka_unit_test(test_share_of_a_cpu),
		cmocka_unit_test(test_impostors),
		cmocka_unit_test(test_thread_is_lost_and_found),
		cmocka_unit_test(test_no_khugepaged),
		cmocka_unit_test(test_khugepaged_of_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
