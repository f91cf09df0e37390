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
#define EXITS "vcpu,cpu-total"

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
		("@virt/stats/" WORK), ("@virt/stats/" EXITS), "proc/10128/task/10131/stat",
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

static void own_agree(const struct place *p, const char *groups)
{
	char path[120], *all;
	unsigned n = 0;

	snprintf(path, sizeof path, "@virt/stats/%s", groups);
	all = slurp(p, "t", path, NULL);
	for (char *at = all; *at; n++) {
		char *own;

		assert_memory_equal(at, "guest ", 6);
		snprintf(path, sizeof path, "@virt/%.36s/stats/%s", at + 6, groups);
		own = slurp(p, "t", path, NULL);
		assert_non_null(own);
		assert_memory_equal(own, at, strlen(own));
		at += strlen(own);
		free(own);
	}
	assert_in_range(n, 35, 39);
	free(all);
}

/* A guest's own statistics are its part of those of all, after each step. */
static void test_statistics_agree(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = with_guests();
	struct simulation *s;
	char dir[300], why[200] = "";

	make_machine(p, "t", &o);
	assert_int_equal(simulate_open(place_path(p, "t", dir), &s, why), 0);
	for (int round = 0; round < 3; round++) {
		own_agree(p, WORK);
		own_agree(p, EXITS);
		assert_int_equal(simulate_move(s, 1000, 0, why), 0);
	}
	simulate_close(s);
}

/* Where the next guest's lines begin. */
static size_t next_guest(const char *at)
{
	const char *next = strstr(at + 1, "\nguest ");

	return next ? (size_t)(next + 1 - at) : strlen(at);
}

/* How many of the guests, from the first on, count something else now; those behind them must not. */
static unsigned counted(const char *before, const char *after)
{
	unsigned n = 0;
	bool calm = false;

	while (*before) {
		size_t len = next_guest(before);

		assert_int_equal(next_guest(after), len);
		if (memcmp(before, after, len) == 0)
			calm = true;
		else if (calm)
			fail_msg("moves behind one that is calm: %.40s", after);
		n += !calm;
		before += len;
		after += len;
	}
	return n;
}

/* The first five that run: the fifth of all is off. */
static void test_some_work(void **state)
{
	static const char *const file[] = {"@virt/stats/state,interface", "@virt/stats/" WORK, "@virt/stats/" EXITS};
	static const char calm[] = "proc/10512/task/10519/schedstat", works[] = "proc/10128/task/10131/schedstat";
	const struct place *p = *state;
	struct simulate_options o = with_guests();
	struct waited before[2];
	char dir[300], why[200] = "", *text[COUNT(file)];
	struct simulation *s;

	make_machine(p, "t", &o);
	before[0] = schedstat(p, calm);
	before[1] = schedstat(p, works);
	for (size_t i = 0; i < COUNT(file); i++)
		text[i] = slurp(p, "t", file[i], NULL);
	assert_int_equal(simulate_open(place_path(p, "t", dir), &s, why), 0);
	simulate_working(s, 5);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(simulate_move(s, 1000, 8, why), 0);
	for (size_t i = 0; i < COUNT(file); i++) {
		char *now = slurp(p, "t", file[i], NULL);

		assert_int_equal(counted(text[i], now), 5);
		free(text[i]);
		free(now);
	}
	assert_int_equal(schedstat(p, calm).run, before[0].run);
	assert_true(schedstat(p, works).run > before[1].run + 1000000000);
	/* All of them again. */
	simulate_working(s, o.guests);
	assert_int_equal(simulate_move(s, 4000, 8, why), 0);
	assert_true(schedstat(p, calm).run > before[0].run);
	simulate_close(s);
}

/* CPUs of which only calm guests could make use are idle, however many change. */
static void test_calm_cpus_rest(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = with_guests();
	char dir[300], why[200] = "", *list, *ninth;
	struct simulation *s;

	o.driver = "acpi-cpufreq";
	o.governor = "ondemand";
	make_machine(p, "t", &o);
	assert_int_equal(simulate_open(place_path(p, "t", dir), &s, why), 0);
	simulate_working(s, 1);
	assert_int_equal(simulate_move(s, 3000, 40, why), 0);
	simulate_close(s);
	list = slurp(p, "t", "@virt/guests", NULL);
	assert_non_null(list);
	/* The ninth guest's vCPUs have a CPU each. */
	ninth = list;
	for (int i = 0; i < 8; i++)
		ninth += strcspn(ninth, "\n") + 1;
	for (unsigned v = 0; v < 4; v++) {
		char path[120], *cpu;

		snprintf(path, sizeof path, "@virt/%.36s/live/vcpu/%u", ninth, v);
		cpu = slurp(p, "t", path, NULL);
		assert_non_null(cpu);
		assert_int_equal(strspn(cpu, "0123456789"), strlen(cpu) - 1);
		assert_in_range(khz_of(p, "t", (unsigned)strtoul(cpu, NULL, 10)), 1, 1600000);
		free(cpu);
	}
	free(list);
}

/* A clock of somebody else's is what libvirt's answers are dated by. */
static void test_clock(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = with_guests();
	uint64_t now_ns = UINT64_C(77000000000);
	char dir[300], why[200] = "", *text;
	struct simulation *s;

	make_machine(p, "t", &o);
	assert_int_equal(simulate_open(place_path(p, "t", dir), &s, why), 0);
	simulate_clock(s, &now_ns);
	assert_int_equal(simulate_move(s, 1000, 0, why), 0);
	text = slurp(p, "t", "@virt/connection", NULL);
	assert_non_null(strstr(text, "\nanswered_ns=0000000077000000000\n"));
	free(text);
	simulate_close(s);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_moves),
		TEST(test_statistics_agree),
		TEST(test_some_work),
		TEST(test_calm_cpus_rest),
		TEST(test_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
