/* Tests that a simulated machine lives in place: counters grow, CPUs flip, no file changes its inode or length. */
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
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/simulated.h"

enum { NCPUS = 16, NFIELDS = 10, USER = 0, SYSTEM = 2, IDLE = 3, GUEST = 8 };

/* A tree named t, and what moves it. */
struct living {
	void *place;
	const struct place *p;
	struct simulation *s;
};

struct counters {
	uint64_t v[NCPUS + 1][NFIELDS]; /* the total is the first */
};

static int setup_with(void **state, const char *driver, const char *governor)
{
	struct living *l = xcalloc(1, sizeof *l);
	struct simulate_options o = small_machine();
	char why[200] = "", dir[300];

	o.states = 0;
	o.driver = driver;
	o.governor = governor;
	if (place_setup(&l->place) < 0)
		return -1;
	l->p = l->place;
	make_machine(l->p, "t", &o);
	*state = l;
	if (simulate_open(place_path(l->p, "t", dir), &l->s, why) == 0)
		return 0;
	print_error("%s\n", why);
	return -1;
}

static int setup(void **state)
{
	return setup_with(state, "intel_pstate", "powersave");
}

static int setup_arm(void **state)
{
	return setup_with(state, "cppc_cpufreq", "schedutil");
}

static int setup_pinned(void **state)
{
	return setup_with(state, "acpi-cpufreq", "powersave");
}

static int teardown(void **state)
{
	struct living *l = *state;

	simulate_close(l->s);
	place_teardown(&l->place);
	free(l);
	return 0;
}

static void move(const struct living *l, unsigned ms, unsigned flips)
{
	char why[200] = "";
	int err = simulate_move(l->s, ms, flips, why);

	if (err)
		fail_msg("simulate_move: %d %s", err, why);
}

static struct counters read_counters(const struct living *l)
{
	struct counters c = {0};
	char *text = slurp(l->p, "t", "proc/stat", NULL), *at = text;

	for (int i = 0; i <= NCPUS; i++) {
		assert_memory_equal(at, "cpu", 3);
		at += strcspn(at, " ");
		for (int k = 0; k < NFIELDS; k++)
			c.v[i][k] = strtoull(at, &at, 10);
		assert_int_equal(*at, '\n');
		at++;
	}
	free(text);
	return c;
}

/* Percent busy of each CPU while ms pass. */
static void watch(const struct living *l, unsigned ms, unsigned flips, double ret[NCPUS])
{
	struct counters before = read_counters(l), after;

	move(l, ms, flips);
	after = read_counters(l);
	for (int i = 0; i <= NCPUS; i++) {
		uint64_t spent = 0, idle = after.v[i][IDLE] - before.v[i][IDLE];

		for (int k = 0; k < NFIELDS; k++) {
			assert_true(after.v[i][k] >= before.v[i][k]);
			/* guest is counted in user as well. */
			spent += k == GUEST ? 0 : after.v[i][k] - before.v[i][k];
		}
		assert_true(after.v[i][GUEST] - before.v[i][GUEST] <= after.v[i][USER] - before.v[i][USER]);
		assert_int_equal(spent, (uint64_t)ms / 10 * (i ? 1 : NCPUS));
		if (i)
			ret[i - 1] = 100.0 * (double)(spent - idle) / (double)spent;
	}
}

static void test_counters_grow(void **state)
{
	double busy[NCPUS];
	unsigned above = 0;

	watch(*state, 1000, 0, busy);
	for (int i = 0; i < NCPUS; i++)
		above += busy[i] > 50;
	assert_int_equal(above, 4);
	/* Loads waver by three points and no more, when nobody flips. */
	for (int round = 0; round < 20; round++) {
		double next[NCPUS];
		bool moved = false;

		watch(*state, 1000, 0, next);
		for (int i = 0; i < NCPUS; i++) {
			assert_true(next[i] - busy[i] <= 8 && busy[i] - next[i] <= 8);
			moved = moved || next[i] < busy[i] || next[i] > busy[i];
		}
		assert_true(moved);
	}
}

static void test_small_steps_add_up(void **state)
{
	struct counters before = read_counters(*state), after;

	for (int i = 0; i < 200; i++)
		move(*state, 7, 0);
	after = read_counters(*state);
	for (int i = 1; i <= NCPUS; i++) {
		uint64_t spent = after.v[i][USER] - before.v[i][USER] + after.v[i][SYSTEM] - before.v[i][SYSTEM] +
				 after.v[i][IDLE] - before.v[i][IDLE];

		assert_int_equal(spent, 140);
	}
}

/* How finely time passes makes no difference in the end. */
static void test_steps_or_leaps(void **state)
{
	const struct living *l = *state;
	struct simulate_options o = small_machine();
	struct simulation *other;
	char dir[300], why[200], *a, *b;

	o.states = 0;
	make_machine(l->p, "u", &o);
	assert_int_equal(simulate_open(place_path(l->p, "u", dir), &other, why), 0);
	move(l, 3000, 2);
	for (int i = 0; i < 60; i++)
		assert_int_equal(simulate_move(other, 50, 2, why), 0);
	simulate_close(other);
	a = slurp(l->p, "t", "proc/stat", NULL);
	b = slurp(l->p, "u", "proc/stat", NULL);
	assert_string_equal(a, b);
	free(a);
	free(b);
}

static void test_so_many_flip(void **state)
{
	static const unsigned flips[] = {0, 1, 2, 2, 2, 3, 5, 16, 99, 0};
	double before[NCPUS], after[NCPUS];

	watch(*state, 1000, 0, before);
	for (size_t i = 0; i < COUNT(flips); i++) {
		unsigned changed = 0;

		watch(*state, 1000, flips[i], after);
		for (int cpu = 0; cpu < NCPUS; cpu++)
			changed += (before[cpu] > 50) != (after[cpu] > 50);
		assert_int_equal(changed, flips[i] > NCPUS ? NCPUS : flips[i]);
		memcpy(before, after, sizeof before);
	}
}

static void test_share_stays(void **state)
{
	double busy[NCPUS];
	unsigned above = 0;

	for (int i = 0; i < 50; i++)
		watch(*state, 1000, 2, busy);
	for (int i = 0; i < NCPUS; i++)
		above += busy[i] > 50;
	assert_int_equal(above, 4);
}

/* Inode and length of every file that moves, and of one that does not. */
static void identity(const struct living *l, struct stat st[NCPUS + 4])
{
	static const char *const paths[] = {"proc/stat", "proc/cpuinfo", "proc/uptime", CPU "online"};

	for (size_t i = 0; i < NCPUS + COUNT(paths); i++) {
		char path[100];

		snprintf(path, sizeof path, CPU "cpufreq/policy%zu/scaling_cur_freq", i - COUNT(paths));
		free(slurp(l->p, "t", i < COUNT(paths) ? paths[i] : path, &st[i]));
	}
}

static void test_in_place(void **state)
{
	struct stat before[NCPUS + 4], after[NCPUS + 4];

	identity(*state, before);
	for (int i = 0; i < 30; i++)
		move(*state, 1000, 3);
	identity(*state, after);
	for (int i = 0; i < NCPUS + 4; i++) {
		assert_int_equal(before[i].st_ino, after[i].st_ino);
		assert_int_equal(before[i].st_size, after[i].st_size);
	}
}

static void test_clocks_waver(void **state)
{
	const struct living *l = *state;
	unsigned long start[NCPUS];
	unsigned moved = 0;

	for (unsigned cpu = 0; cpu < NCPUS; cpu++)
		start[cpu] = khz_of(l->p, "t", cpu);
	for (int i = 0; i < 20; i++) {
		move(l, 1000, 0);
		for (unsigned cpu = 0; cpu < NCPUS; cpu++) {
			unsigned long khz = khz_of(l->p, "t", cpu);

			assert_true(khz >= 1000000 && khz <= 3900000);
			assert_true(khz * 100 >= start[cpu] * 99 && khz * 100 <= start[cpu] * 101);
			moved += khz != start[cpu];
		}
	}
	assert_true(moved > 20 * NCPUS / 4);
}

static void test_cpuinfo_agrees(void **state)
{
	const struct living *l = *state;
	char *text, *at;

	for (int i = 0; i < 3; i++)
		move(l, 1000, 4);
	at = text = slurp(l->p, "t", "proc/cpuinfo", NULL);
	for (unsigned cpu = 0; cpu < NCPUS; cpu++) {
		unsigned long mhz;

		at = strstr(at, "\ncpu MHz\t\t: ");
		assert_non_null(at);
		at += strlen("\ncpu MHz\t\t: ");
		mhz = strtoul(at, &at, 10);
		assert_int_equal(*at, '.');
		assert_int_equal(mhz * 1000 + strtoul(at + 1, &at, 10), khz_of(l->p, "t", cpu));
		assert_int_equal(*at, '\n');
	}
	free(text);
}

/* The founding story: however busy, the clock stays at the minimum. */
static void test_pinned(void **state)
{
	const struct living *l = *state;

	for (int i = 0; i < 10; i++) {
		move(*state, 1000, 4);
		for (unsigned cpu = 0; cpu < NCPUS; cpu++)
			assert_in_range(khz_of(l->p, "t", cpu), 1000000, 1010000);
	}
}

static void test_goes_on(void **state)
{
	struct living *l = *state;
	struct counters before, after;
	char why[200], dir[300];

	move(l, 2500, 2);
	before = read_counters(l);
	simulate_close(l->s);
	l->s = NULL;
	assert_int_equal(simulate_open(place_path(l->p, "t", dir), &l->s, why), 0);
	move(l, 100, 2);
	after = read_counters(l);
	for (int i = 0; i <= NCPUS; i++) {
		for (int k = 0; k < NFIELDS; k++)
			assert_true(after.v[i][k] >= before.v[i][k]);
	}
}

static void test_full_counter(void **state)
{
	struct living *l = *state;
	char why[200] = "", dir[300];

	simulate_close(l->s);
	l->s = NULL;
	overwrite(l->p, "t", "proc/uptime", "99999999.99 99999999999.99\n", O_TRUNC);
	assert_int_equal(simulate_open(place_path(l->p, "t", dir), &l->s, why), 0);
	assert_int_equal(simulate_move(l->s, 1000, 0, why), -ERANGE);
	assert_non_null(strstr(why, "one more digit"));
}

static void test_damaged(void **state)
{
	static const struct {
		const char *path, *text;
	} cases[] = {
		{"proc/uptime", "1"},
		{"proc/stat", ""},
		{"proc/stat", "cpu  1 2 3\n"},
		{"proc/cpuinfo", "processor\t: 0\n"},
		{SIMULATE_MARK, "packages=4\n"},
	};
	struct living *l = *state;
	struct simulation *s = NULL;
	char why[200], dir[300], name[300];

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *was = slurp(l->p, "t", cases[i].path, NULL);

		overwrite(l->p, "t", cases[i].path, cases[i].text, O_TRUNC);
		assert_int_equal(simulate_open(place_path(l->p, "t", dir), &s, why), -EINVAL);
		assert_null(s);
		overwrite(l->p, "t", cases[i].path, was, O_TRUNC);
		free(was);
	}
	place_path(l->p, "t/" CPU "cpufreq/policy3/scaling_cur_freq", name);
	assert_int_equal(unlink(name), 0);
	assert_int_equal(simulate_move(l->s, 1000, 0, why), -ENOENT);
	assert_non_null(strstr(why, "policy3"));
	assert_int_equal(access(name, F_OK), -1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_counters_grow),
		TEST(test_small_steps_add_up),
		TEST(test_steps_or_leaps),
		TEST(test_so_many_flip),
		TEST(test_share_stays),
		TEST(test_in_place),
		TEST(test_clocks_waver),
		TEST(test_cpuinfo_agrees),
		TEST(test_goes_on),
		TEST(test_full_counter),
		TEST(test_damaged),
		cmocka_unit_test_setup_teardown(test_pinned, setup_pinned, teardown),
		cmocka_unit_test_setup_teardown(test_in_place, setup_arm, teardown),
		cmocka_unit_test_setup_teardown(test_counters_grow, setup_arm, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
