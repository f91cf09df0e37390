/* Tests the change thread: what it is given comes back in order, and a cancel stops what it was meant for alone. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>

#include "probes/changer.h"
#include "tests/lib/changing.h"

static struct changer *thread_of(struct changing *t)
{
	return changer_new(fake_host(t->f, "kvm07", true), -1);
}

static struct changer_done done_of(struct changer *c, enum changer_job job)
{
	struct changer_done d;

	changer_wait(c);
	assert_true(changer_take(c, &d));
	assert_int_equal(d.job, job);
	return d;
}

/* Fills and applies a change, and returns what became of it. */
static struct result apply(struct changer *c)
{
	struct changer_done d;
	struct result r;

	changer_give(c, CHANGER_FILL, changing_plan(), 0);
	d = done_of(c, CHANGER_FILL);
	changer_give(c, CHANGER_APPLY, d.change, 0);
	d = done_of(c, CHANGER_APPLY);
	r = d.result;
	changer_done_free(&d);
	return r;
}

static void a_change_is_made_listed_and_undone(void **state)
{
	struct changing *t = *state;
	struct changer *c = thread_of(t);
	struct changer_done d;

	assert_int_equal(apply(c).outcome, OUTCOME_APPLIED);
	assert_true(all_performance(t));
	changer_give(c, CHANGER_LIST, NULL, 0);
	d = done_of(c, CHANGER_LIST);
	assert_int_equal(d.entries->n, 1);
	changer_done_free(&d);
	changer_give(c, CHANGER_PLAN_UNDO, NULL, 1);
	d = done_of(c, CHANGER_PLAN_UNDO);
	assert_non_null(d.change);
	assert_true(all_performance(t));
	changer_done_free(&d);
	changer_give(c, CHANGER_UNDO, NULL, 1);
	d = done_of(c, CHANGER_UNDO);
	assert_int_equal(d.result.outcome, OUTCOME_APPLIED);
	assert_true(all_as_before(t));
	changer_done_free(&d);
	assert_true(changer_free(c, UINT64_C(5000000000)));
}

static void a_late_cancel_stops_nothing_else(void **state)
{
	struct changing *t = *state;
	struct changer *c = thread_of(t);
	struct changer_done d;

	changer_give(c, CHANGER_FILL, changing_plan(), 0);
	d = done_of(c, CHANGER_FILL);
	changer_cancel(c);
	changer_give(c, CHANGER_APPLY, d.change, 0);
	d = done_of(c, CHANGER_APPLY);
	if (d.result.outcome != OUTCOME_APPLIED)
		fail_msg("a cancel before it stopped it: %s", d.result.why);
	changer_done_free(&d);
	assert_true(changer_free(c, UINT64_C(5000000000)));
}

/* The harmless jobs before it keep the thread busy for a while, and end without having been asked to. */
static void a_cancel_reaches_a_change_that_waits(void **state)
{
	struct changing *t = *state;
	struct changer *c = thread_of(t);
	struct changer_done d;

	changer_give(c, CHANGER_FILL, changing_plan(), 0);
	d = done_of(c, CHANGER_FILL);
	for (int i = 0; i < 50; i++)
		changer_give(c, CHANGER_LIST, NULL, 0);
	changer_give(c, CHANGER_APPLY, d.change, 0);
	changer_cancel(c);
	for (int i = 0; i < 50; i++) {
		d = done_of(c, CHANGER_LIST);
		changer_done_free(&d);
	}
	d = done_of(c, CHANGER_APPLY);
	assert_int_equal(d.result.err, -ECANCELED);
	assert_true(all_as_before(t));
	changer_done_free(&d);
	assert_true(changer_free(c, UINT64_C(5000000000)));
}

static void an_undo_that_is_forbidden_has_no_plan(void **state)
{
	struct changing *t = *state;
	struct changer *c = thread_of(t);
	struct changer_done d;

	assert_int_equal(apply(c).outcome, OUTCOME_APPLIED);
	changer_give(c, CHANGER_UNDO, NULL, 1);
	d = done_of(c, CHANGER_UNDO);
	changer_done_free(&d);
	/* the values that it wrote are there again, but it was somebody else */
	for (size_t i = 0; i < POLICIES; i++)
		fake_put(t->f, policy_path(i), "performance\n");
	changer_give(c, CHANGER_PLAN_UNDO, NULL, 1);
	d = done_of(c, CHANGER_PLAN_UNDO);
	assert_null(d.change);
	assert_string_equal(d.result.why, "change 1 was undone already");
	changer_done_free(&d);
	changer_give(c, CHANGER_PLAN_UNDO, NULL, 7);
	d = done_of(c, CHANGER_PLAN_UNDO);
	assert_int_equal(d.err, -ENOENT);
	changer_done_free(&d);
	assert_true(changer_free(c, UINT64_C(5000000000)));
}

static void what_is_as_before_is_written_off(void **state)
{
	struct changing *t = *state;
	struct changer *c = thread_of(t);
	struct changer_done d;
	uint64_t writes;

	assert_int_equal(apply(c).outcome, OUTCOME_APPLIED);
	for (size_t i = 0; i < POLICIES; i++)
		fake_put(t->f, policy_path(i), t->before[i]);
	writes = t->f->writes;
	changer_give(c, CHANGER_PLAN_UNDO, NULL, 1);
	d = done_of(c, CHANGER_PLAN_UNDO);
	assert_null(d.change);
	assert_string_equal(d.result.why, "all 6 are as before already: nothing was written");
	assert_int_equal(t->f->writes, writes);
	changer_done_free(&d);
	changer_give(c, CHANGER_LIST, NULL, 0);
	d = done_of(c, CHANGER_LIST);
	assert_int_equal(d.entries->entry[0].state, ENTRY_UNDONE);
	changer_done_free(&d);
	assert_true(changer_free(c, UINT64_C(5000000000)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, changing_setup, changing_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_change_is_made_listed_and_undone),
		TEST(a_late_cancel_stops_nothing_else),
		TEST(a_cancel_reaches_a_change_that_waits),
		TEST(an_undo_that_is_forbidden_has_no_plan),
		TEST(what_is_as_before_is_written_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
