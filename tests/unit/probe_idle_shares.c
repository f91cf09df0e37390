/* Tests the frozen correction: shares from counters that grow only when a sleep ends, reckoned by hand. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "probes/idle_impl.h"

enum { POLL, C1, C6, NSTATES, STEPS = 5 };

/* One interval, in milliseconds. */
struct step {
	double wall, idle; /* idle below 0: not known */
	bool moved;
	double slept[NSTATES]; /* by how much the counters grew */
	double awake, asleep, share[NSTATES]; /* what must come of it */
};

static const struct {
	const char *what;
	struct step step[STEPS]; /* up to the first without a wall */
} cases[] = {
	{"asleep through two intervals, then counted at once",
		{{1000, 1000, false, {0}, 0, 1000, {0}}, {1000, 1000, false, {0}, 0, 1000, {0}},
			{1000, 500, true, {0, 0, 2500}, 500, 0, {0, 0, 500}}}},
	{"woken for a moment, and asleep again",
		{{1000, 1000, false, {0}, 0, 1000, {0}}, {1000, 1000, true, {0, 0, 1100}, 0, 900, {0, 0, 100}},
			{1000, 1000, false, {0}, 0, 1000, {0}}, {1000, 1000, true, {0, 0, 2800}, 0, 100, {0, 0, 900}}}},
	{"asleep, and busy ever since",
		{{1000, 1000, false, {0}, 0, 1000, {0}}, {1000, 0, true, {0, 0, 1000}, 1000, 0, {0}},
			{1000, 0, false, {0}, 1000, 0, {0}}}},
	{"busy", {{1000, 0, false, {0}, 1000, 0, {0}}}},
	{"busy, with short naps", {{1000, 50, true, {0, 48, 0}, 950, 2, {0, 48, 0}}}},
	{"some of each", {{1000, 800, true, {5, 300, 485}, 200, 10, {5, 300, 485}}}},
	{"polling is idle too", {{1000, 1000, true, {950, 0, 0}, 0, 50, {950, 0, 0}}}},
	{"the two clocks differ a little", {{1000, 800, true, {0, 0, 805}, 195, 0, {0, 0, 805}}}},
	{"a jiffy too few in a short interval", {{200, 10, true, {0, 19, 0}, 181, 0, {0, 19, 0}}}},
	{"a jiffy too many in a short interval", {{200, 210, false, {0}, 0, 200, {0}}}},
	{"asleep long before anybody looked", {{1000, 900, true, {0, 0, 60000}, 100, 0, {0, 0, 900}}}},
	{"the long sleep pays, not the naps",
		{{1000, 1000, false, {0}, 0, 1000, {0}}, {1000, 1000, false, {0}, 0, 1000, {0}},
			{1000, 540, true, {0, 40, 2500}, 460, 0, {0, 40, 500}}}},
	{"when the longest is used up the next one pays",
		{{600, 600, false, {0}, 0, 600, {0}}, {1000, 100, true, {0, 300, 400}, 900, 0, {0, 100, 0}}}},
	{"no state is ever entered: all are disabled",
		{{1000, 990, false, {0}, 10, 990, {0}}, {1000, 1000, false, {0}, 0, 1000, {0}}}},
	{"idle time is not known", {{1000, -1, true, {0, 200, 300}, -1, -1, {0, 200, 300}},
					   {1000, -1, true, {0, 200, 1300}, -1, -1, {0, 200, 800}}}},
	{"what was not known is not owed later",
		{{1000, 1000, false, {0}, 0, 1000, {0}}, {1000, -1, false, {0}, -1, -1, {0}},
			{1000, 700, true, {0, 0, 2700}, 300, 0, {0, 0, 700}}}},
};

static void near(const char *what, int step, const char *which, double is, double expected)
{
	expected = expected < 0 ? -1 : expected * 1000;
	if (fabs(is - expected) > 1e-6)
		fail_msg("%s, step %d: %s is %g us, not %g", what, step, which, is, expected);
}

static void test_reckoned_by_hand(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		double carry = 0;

		for (int k = 0; k < STEPS && cases[i].step[k].wall > 0; k++) {
			const struct step *s = &cases[i].step[k];
			struct idle_interval v = {.wall_us = s->wall * 1000,
				.idle_us = s->idle < 0 ? -1 : s->idle * 1000,
				.carry_us = carry,
				.moved = s->moved};
			double slept[NSTATES];

			for (int n = 0; n < NSTATES; n++)
				slept[n] = s->slept[n] * 1000;
			idle_correct(&v, slept, NSTATES);
			near(cases[i].what, k, "awake", v.awake_us, s->awake);
			near(cases[i].what, k, "asleep", v.asleep_us, s->asleep);
			for (int n = 0; n < NSTATES; n++)
				near(cases[i].what, k, "a state", slept[n], s->share[n]);
			carry = v.carry_us;
		}
	}
}

/* Whatever the counters say: never more than there was time, never less than nothing, and a carry that is bounded. */
static void test_never_more_than_there_was_time(void **state)
{
	uint64_t seed = 88172645463325252U;
	double carry = 0;

	(void)state;
	for (int round = 0; round < 100000; round++) {
		double r[8], slept[NSTATES], all = 0;

		for (size_t i = 0; i < COUNT(r); i++) {
			seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
			r[i] = (double)(seed % 1000000) / 1e6;
		}
		struct idle_interval v = {.wall_us = 1 + 2e6 * r[0],
			.idle_us = r[1] < 0.05 ? -1 : 2.5e6 * r[2] * r[2],
			.carry_us = carry,
			.moved = r[3] < 0.5};
		for (int n = 0; n < NSTATES; n++)
			slept[n] = v.moved && r[4 + n] < 0.7 ? 5e6 * r[4 + n] * r[7] : 0;
		idle_correct(&v, slept, NSTATES);
		for (int n = 0; n < NSTATES; n++) {
			assert_true(slept[n] >= 0);
			all += slept[n];
		}
		all += v.awake_us > 0 ? v.awake_us : 0;
		all += v.asleep_us > 0 ? v.asleep_us : 0;
		if (all > v.wall_us * (1 + 1e-9))
			fail_msg("%.17g of %.17g us", all, v.wall_us);
		assert_true(v.carry_us >= 0);
		carry = v.carry_us;
	}
}

/* A CPU that naps all the time has small gaps between the two clocks: they do not add up. */
static void test_gaps_do_not_add_up(void **state)
{
	double carry = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		double slept[NSTATES] = {0, 400000, 580000};
		struct idle_interval v = {.wall_us = 1e6, .idle_us = 1e6, .carry_us = carry, .moved = true};

		idle_correct(&v, slept, NSTATES);
		assert_true(fabs(v.asleep_us - 20000) < 1e-6 && fabs(slept[C6] - 580000) < 1e-6);
		carry = v.carry_us;
	}
	assert_true(carry < 20001);
}

static void test_no_states(void **state)
{
	struct idle_interval v = {.wall_us = 1e6, .idle_us = 4e5, .moved = false};

	(void)state;
	idle_correct(&v, NULL, 0);
	assert_true(fabs(v.awake_us - 6e5) < 1e-6 && fabs(v.asleep_us - 4e5) < 1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reckoned_by_hand),
		cmocka_unit_test(test_never_more_than_there_was_time),
		cmocka_unit_test(test_gaps_do_not_add_up),
		cmocka_unit_test(test_no_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
