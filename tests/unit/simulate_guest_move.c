/* Tests that the guests of simulated machines live: their threads run and wait, their counters grow, in place. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/simulated.h"

#define WORK "block,balloon"

static struct simulate_options with_guests(void)
{
	struct simulate_options o = small_machine();

	o.cores = 32;
	o.states = 0;
	o.guests = 40;
	return o;
}

struct waited {
	uint64_t run, wait, slices;
};

static struct waited schedstat(const struct place *p, const char *path)
{
	struct waited w = {0};
	char *text = slurp(p, "t", path, NULL);

	assert_non_null(text);
	assert_int_equal(sscanf(text, "%ju %ju %ju", &w.run, &w.wait, &w.slices), 3);
	free(text);
	return w;
}

static void test_moves(void **state)
{
	/* The third guest's first two vCPUs share a CPU: behind the main thread, call_rcu and the monitor. */
	static const char *const sched[] = {
		"proc/10128/task/10131/schedstat", "proc/10128/task/10132/schedstat", "proc/10000/task/10000/schedstat"};
	static const char *const same[] = {"@virt/stats/state,interface", "@virt/connection",
		("@virt/stats/" WORK), "proc/10128/task/10131/stat",
		"proc/10128/task/10131/schedstat"};
	const struct place *p = *state;
	struct simulate_options o = with_guests();
	struct waited before[COUNT(sched)], after[COUNT(sched)];
	struct stat old[COUNT(same)], new[COUNT(same)];
	char dir[300], why[200] = "", *text[2][COUNT(same)];
	struct simulation *s;

	make_machine(p, "t", &o);
	for (size_t i = 0; i < COUNT(sched); i++)
		before[i] = schedstat(p, sched[i]);
	for (size_t i = 0; i < COUNT(same); i++)
		text[0][i] = slurp(p, "t", same[i], &old[i]);
	assert_int_equal(simulate_open(place_path(p, "t", dir), &s, why), 0);
	for (unsigned i = 0; i < 40; i++)
		assert_int_equal(simulate_move(s, 50, 0, why), 0);
	for (size_t i = 0; i < COUNT(sched); i++)
		after[i] = schedstat(p, sched[i]);
	/* Both want the whole of the CPU that they have the half of. */
	for (size_t i = 0; i < 2; i++) {
		assert_in_range(after[i].run - before[i].run, 500000000, 1000000000);
		assert_in_range(after[i].wait - before[i].wait, 300000000, 1000000000);
		assert_true(after[i].slices > before[i].slices);
	}
	assert_true(after[2].run > before[2].run);
	assert_int_equal(after[2].wait, before[2].wait);
	for (size_t i = 0; i < COUNT(same); i++) {
		text[1][i] = slurp(p, "t", same[i], &new[i]);
		assert_int_equal(old[i].st_ino, new[i].st_ino);
		assert_int_equal(old[i].st_size, new[i].st_size);
		assert_string_not_equal(text[0][i], text[1][i]);
		free(text[0][i]);
		free(text[1][i]);
	}
	simulate_close(s);
}

/* A guest's own statistics are its part of those of all, after each step. */
static void test_statistics_agree(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = with_guests();
	struct simulation *s;
	char dir[300], why[200] = "", path[120];

	make_machine(p, "t", &o);
	assert_int_equal(simulate_open(place_path(p, "t", dir), &s, why), 0);
	for (int round = 0; round < 3; round++) {
		char *all = slurp(p, "t", "@virt/stats/" WORK, NULL);
		unsigned n = 0;

		for (char *at = all; *at; n++) {
			char *own;

			assert_memory_equal(at, "guest ", 6);
			snprintf(path, sizeof path, "@virt/%.36s/stats/" WORK, at + 6);
			own = slurp(p, "t", path, NULL);
			assert_non_null(own);
			assert_memory_equal(own, at, strlen(own));
			at += strlen(own);
			free(own);
		}
		assert_in_range(n, 35, 39);
		free(all);
		assert_int_equal(simulate_move(s, 1000, 0, why), 0);
	}
	simulate_close(s);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_moves),
		TEST(test_statistics_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
