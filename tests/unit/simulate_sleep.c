/* Tests that simulated CPUs sleep as real ones do: counters that agree with /proc/stat, and stand still in long sleeps.
 */
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
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/simulated.h"

enum { NCPUS = 16, STATES = 4, IDLE_FIELD = 3 };

struct living {
	void *place;
	const struct place *p;
	struct simulation *s;
};

static int setup(void **state)
{
	struct living *l = xcalloc(1, sizeof *l);
	struct simulate_options o = small_machine();
	char why[200] = "", dir[300];

	if (place_setup(&l->place) < 0)
		return -1;
	l->p = l->place;
	make_machine(l->p, "t", &o);
	*state = l;
	return simulate_open(place_path(l->p, "t", dir), &l->s, why);
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

static uint64_t counter(const struct living *l, unsigned cpu, unsigned state, const char *file)
{
	char path[100], *text;
	uint64_t n;

	snprintf(path, sizeof path, CPU "cpu%u/cpuidle/state%u/%s", cpu, state, file);
	text = slurp(l->p, "t", path, NULL);
	assert_non_null(text);
	n = strtoull(text, NULL, 10);
	free(text);
	return n;
}

struct slept {
	uint64_t usage[NCPUS][STATES], time[NCPUS][STATES], idle_us[NCPUS], busy[NCPUS];
};

static struct slept look(const struct living *l)
{
	char *text = slurp(l->p, "t", "proc/stat", NULL), *at = text;
	struct slept s = {0};

	for (unsigned cpu = 0; cpu < NCPUS; cpu++) {
		at = strstr(at, "\ncpu") + 1;
		at += strcspn(at, " ");
		for (int k = 0; k <= IDLE_FIELD; k++) {
			uint64_t n = strtoull(at, &at, 10);

			*(k == IDLE_FIELD ? &s.idle_us[cpu] : &s.busy[cpu]) += n * 10000;
		}
		for (unsigned i = 0; i < STATES; i++) {
			s.usage[cpu][i] = counter(l, cpu, i, "usage");
			s.time[cpu][i] = counter(l, cpu, i, "time");
		}
	}
	free(text);
	return s;
}

static uint64_t slept_us(const struct slept *a, const struct slept *b, unsigned cpu)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < STATES; i++) {
		assert_true(b->usage[cpu][i] >= a->usage[cpu][i] && b->time[cpu][i] >= a->time[cpu][i]);
		assert_int_equal(b->usage[cpu][i] > a->usage[cpu][i], b->time[cpu][i] > a->time[cpu][i]);
		sum += b->time[cpu][i] - a->time[cpu][i];
	}
	return sum;
}

/* Over any stretch the states hold what /proc/stat calls idle: less while a long sleep goes on, more when it ends. */
static void test_states_agree_with_proc_stat(void **state)
{
	struct slept first = look(*state), before = first, now;
	int64_t owed[NCPUS] = {0};
	unsigned still = 0, at_once = 0;

	for (int i = 0; i < 40; i++) {
		move(*state, 1000, 2);
		now = look(*state);
		for (unsigned cpu = 0; cpu < NCPUS; cpu++) {
			uint64_t idle = now.idle_us[cpu] - before.idle_us[cpu], slept = slept_us(&before, &now, cpu);

			owed[cpu] += (int64_t)idle - (int64_t)slept;
			assert_in_range(owed[cpu], 0, 5000000);
			still += !slept;
			at_once += slept > 1500000;
		}
		before = now;
	}
	assert_true(still > 20);
	assert_true(at_once > 5);
	for (unsigned cpu = 0; cpu < NCPUS; cpu++)
		assert_true(slept_us(&first, &now, cpu) > 0);
}

/* Busy CPUs nap in shallow states and often, idle ones rest in the deepest. */
static void test_who_sleeps_where(void **state)
{
	struct slept before, now;

	move(*state, 1000, 0);
	before = look(*state);
	move(*state, 10000, 0);
	now = look(*state);
	for (unsigned cpu = 0; cpu < NCPUS; cpu++) {
		uint64_t deep = now.time[cpu][STATES - 1] - before.time[cpu][STATES - 1];
		uint64_t all = slept_us(&before, &now, cpu);
		bool busy = now.busy[cpu] - before.busy[cpu] > 5000000;

		if (busy) {
			assert_int_equal(deep, 0);
			assert_true(now.usage[cpu][1] - before.usage[cpu][1] > 1000);
		} else {
			assert_true(deep * 100 >= all * 90);
		}
	}
}

static void test_in_place_and_steps_or_leaps(void **state)
{
	const struct living *l = *state;
	struct simulate_options o = small_machine();
	struct simulation *other;
	char dir[300], why[200];

	make_machine(l->p, "u", &o);
	assert_int_equal(simulate_open(place_path(l->p, "u", dir), &other, why), 0);
	move(l, 7000, 2);
	for (int i = 0; i < 140; i++)
		assert_int_equal(simulate_move(other, 50, 2, why), 0);
	simulate_close(other);
	for (unsigned cpu = 0; cpu < NCPUS; cpu++)
		for (unsigned i = 0; i < 2 * STATES; i++) {
			char path[100], *a, *b;
			struct stat x, y;

			snprintf(path, sizeof path, CPU "cpu%u/cpuidle/state%u/%s", cpu, i / 2,
				i % 2 ? "time" : "usage");
			a = slurp(l->p, "t", path, &x);
			b = slurp(l->p, "u", path, &y);
			assert_string_equal(a, b);
			assert_int_equal(x.st_size, y.st_size);
			free(a);
			free(b);
		}
}

/* Whoever forbids a state sees the CPUs leave it alone from the next second on. */
static void test_forbidden_states(void **state)
{
	const struct living *l = *state;
	struct slept before, now;

	for (unsigned cpu = 0; cpu < NCPUS; cpu++) {
		char path[100];

		snprintf(path, sizeof path, CPU "cpu%u/cpuidle/state3/disable", cpu);
		overwrite(l->p, "t", path, "1\n", O_TRUNC);
	}
	overwrite(l->p, "t", CPU "cpu5/power/pm_qos_resume_latency_us", "n/a\n", O_TRUNC);
	overwrite(l->p, "t", CPU "cpu6/power/pm_qos_resume_latency_us", "2\n", O_TRUNC);
	move(l, 1000, 0);
	before = look(l);
	move(l, 8000, 0);
	now = look(l);
	for (unsigned cpu = 0; cpu < NCPUS; cpu++)
		assert_int_equal(now.usage[cpu][3], before.usage[cpu][3]);
	assert_int_equal(now.usage[6][2], before.usage[6][2]);
	assert_int_equal(now.time[5][0] - before.time[5][0], slept_us(&before, &now, 5));
}

static void test_damaged(void **state)
{
	struct living *l = *state;
	char dir[300], why[200] = "";

	simulate_close(l->s);
	l->s = NULL;
	overwrite(l->p, "t", CPU "cpu2/cpuidle/state1/time", "much\n", O_TRUNC);
	assert_int_equal(simulate_open(place_path(l->p, "t", dir), &l->s, why), -EINVAL);
	assert_non_null(strstr(why, "cpu2/cpuidle/state1/time"));
	overwrite(l->p, "t", CPU "cpu2/cpuidle/state1/time", "999\n", O_TRUNC);
	assert_int_equal(simulate_open(place_path(l->p, "t", dir), &l->s, why), 0);
	overwrite(l->p, "t", CPU "cpu2/power/pm_qos_resume_latency_us", "2\n", O_TRUNC);
	assert_int_equal(simulate_move(l->s, 5000, 0, why), -ERANGE);
	assert_non_null(strstr(why, "one more digit"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_states_agree_with_proc_stat),
		TEST(test_who_sleeps_where),
		TEST(test_in_place_and_steps_or_leaps),
		TEST(test_forbidden_states),
		TEST(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
