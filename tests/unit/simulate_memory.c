/* Tests the memory of simulated machines: the sums are those of the nodes, when it is written and while it moves. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/simulated.h"

#define NODE "sys/devices/system/node/node"

/* The number behind a word of a file of the tree t. */
static uint64_t number(const struct place *p, const char *path, const char *word)
{
	char *text = slurp(p, "t", path, NULL), *at = text ? strstr(text, word) : NULL;
	uint64_t n;

	if (!at)
		fail_msg("%s has no %s", path, word);
	n = strtoull(at + strlen(word), NULL, 10);
	free(text);
	return n;
}

static uint64_t of_nodes(const struct place *p, const char *word)
{
	return number(p, NODE "0/meminfo", word) + number(p, NODE "1/meminfo", word);
}

static uint64_t pool_of_nodes(const struct place *p, const char *file)
{
	char path[2][120];

	for (int i = 0; i < 2; i++)
		snprintf(path[i], sizeof(path[i]), NODE "%d/hugepages/%s", i, file);
	return number(p, path[0], "") + number(p, path[1], "");
}

static void sums(const struct place *p)
{
	static const char *const same[] = {"MemTotal:", "MemFree:", "AnonPages:", "Shmem:", "AnonHugePages:",
		"HugePages_Total:", "HugePages_Free:"};
	static const char *const pools[] = {"hugepages-2048kB/nr_hugepages", "hugepages-2048kB/free_hugepages",
		"hugepages-1048576kB/nr_hugepages", "hugepages-1048576kB/free_hugepages"};
	char path[120];

	for (size_t i = 0; i < COUNT(same); i++)
		if (number(p, "proc/meminfo", same[i]) != of_nodes(p, same[i]))
			fail_msg("%s: %" PRIu64 " in all, %" PRIu64 " of the nodes", same[i],
				number(p, "proc/meminfo", same[i]), of_nodes(p, same[i]));
	assert_int_equal(of_nodes(p, "FilePages:"),
		number(p, "proc/meminfo", "\nCached:") + number(p, "proc/meminfo", "Buffers:"));
	assert_int_equal(of_nodes(p, "MemUsed:"), of_nodes(p, "MemTotal:") - of_nodes(p, "MemFree:"));
	for (size_t i = 0; i < COUNT(pools); i++) {
		snprintf(path, sizeof(path), "sys/kernel/mm/hugepages/%s", pools[i]);
		assert_int_equal(number(p, path, ""), pool_of_nodes(p, pools[i]));
	}
	assert_int_equal(number(p, "proc/meminfo", "Hugetlb:"),
		number(p, "sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "") * 2048 +
			number(p, "sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "") * 1048576);
}

static void test_sums_are_those_of_the_nodes(void **state)
{
	struct simulate_options o = small_machine();

	make_machine(*state, "t", &o);
	sums(*state);
	/* both lists tell pages of 4 KiB */
	assert_int_equal(number(*state, "proc/meminfo", "SReclaimable:"),
		4 * number(*state, "proc/vmstat", "nr_slab_reclaimable "));
	assert_int_equal(number(*state, "proc/meminfo", "Shmem:"), 4 * number(*state, "proc/vmstat", "nr_shmem "));
	assert_int_equal(
		number(*state, "proc/zoneinfo", "managed "), number(*state, NODE "0/meminfo", "MemTotal:") / 4);
}

static struct simulation *moving(const struct place *p)
{
	struct simulate_options o = small_machine();
	struct simulation *s = NULL;
	char why[200] = "", dir[300];

	make_machine(p, "t", &o);
	if (simulate_open(place_path(p, "t", dir), &s, why))
		fail_msg("%s", why);
	return s;
}

/* Free memory goes up and down by 1 % at most, and every file keeps its inode and its length. */
static void test_it_wavers_in_place(void **state)
{
	static const char *const files[] = {"proc/meminfo", "proc/vmstat", "proc/129/stat", "proc/pressure/cpu",
		"proc/pressure/io", NODE "0/meminfo", NODE "1/meminfo", NODE "0/numastat"};
	struct simulation *s = moving(*state);
	uint64_t first = number(*state, NODE "0/meminfo", "MemFree:"), different = 0;
	struct stat before[COUNT(files)], after;
	char why[200];

	for (size_t i = 0; i < COUNT(files); i++)
		free(slurp(*state, "t", files[i], &before[i]));
	for (int second = 0; second < 20; second++) {
		uint64_t now;

		assert_int_equal(simulate_move(s, 1000, 0, why), 0);
		now = number(*state, NODE "0/meminfo", "MemFree:");
		assert_in_range(now, first - first / 100, first + first / 100);
		different += now != first;
		sums(*state);
	}
	assert_true(different > 10);
	for (size_t i = 0; i < COUNT(files); i++) {
		free(slurp(*state, "t", files[i], &after));
		assert_int_equal(after.st_ino, before[i].st_ino);
		assert_int_equal(after.st_size, before[i].st_size);
	}
	simulate_close(s);
}

static void test_counters_grow(void **state)
{
	static const struct {
		const char *path, *word;
		unsigned by;
	} all[] = {{"proc/vmstat", "numa_hint_faults ", 2400}, {"proc/vmstat", "cow_ksm ", 720},
		{"proc/vmstat", "pswpin ", 0}, {"proc/129/stat", " 0 0 0 0 0 ", 12},
		{"proc/pressure/cpu", "total=", 93000}, {"proc/pressure/memory", "total=", 0},
		{NODE "0/numastat", "numa_miss ", 126}, {NODE "1/numastat", "numa_miss ", 0},
		{NODE "1/numastat", "numa_foreign ", 126}};
	struct simulation *s = moving(*state);
	uint64_t before[COUNT(all)];
	char why[200];

	for (size_t i = 0; i < COUNT(all); i++)
		before[i] = number(*state, all[i].path, all[i].word);
	assert_int_equal(simulate_move(s, 3000, 0, why), 0);
	for (size_t i = 0; i < COUNT(all); i++)
		if (number(*state, all[i].path, all[i].word) != before[i] + all[i].by)
			fail_msg("%s %s did not grow by %u", all[i].path, all[i].word, all[i].by);
	simulate_close(s);
}

/* A number that would get longer, and a tree that is not what was written, end the moving with a reason. */
static void test_it_ends_with_a_reason(void **state)
{
	struct simulation *s = moving(*state);
	char why[200] = "";

	simulate_close(s);
	overwrite(*state, "t", "proc/129/stat", "129 (ksmd) S 2 0 0 0 -1 2129984 0 0 0 0 0 9999999 0 0", 0);
	assert_int_equal(simulate_open(place_path(*state, "t", (char[300]){""}), &s, why), 0);
	assert_int_equal(simulate_move(s, 1000, 0, why), -ERANGE);
	assert_non_null(strstr(why, "digit"));
	simulate_close(s);
	overwrite(*state, "t", "proc/129/stat", "129 (ksmd)\n", O_TRUNC);
	assert_int_equal(simulate_open(place_path(*state, "t", (char[300]){""}), &s, why), 0);
	assert_int_equal(simulate_move(s, 1000, 0, why), -EINVAL);
	simulate_close(s);
}

/* All 52 fields: who looks for processes reads as far as their CPU and policy. */
static void test_kernel_threads_say_all(void **state)
{
	struct simulation *s = moving(*state);
	char *text;
	int blanks = 0;

	simulate_close(s);
	text = slurp(*state, "t", "proc/129/stat", NULL);
	assert_non_null(text);
	for (const char *c = text; *c; c++)
		blanks += *c == ' ';
	assert_int_equal(blanks, 51);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sums_are_those_of_the_nodes, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(test_it_wavers_in_place, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(test_counters_grow, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(test_it_ends_with_a_reason, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(test_kernel_threads_say_all, place_setup, place_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
