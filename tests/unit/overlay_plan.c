/* Tests that the dialog asks about the change that it was opened for, whatever comes back late. */
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
#include "tui/app_impl.h"
#include "tui/key.h"

/* An application that is only its dialog; what is finished is taken when the test says so. */
struct dialog_test {
	void *changing;
	struct app app;
};

static int setup(void **state)
{
	struct dialog_test *d = calloc(1, sizeof(*d));
	const struct changing *t;
	int err = changing_setup(&d->changing);

	t = d->changing;
	d->app.changer = changer_new(fake_host(t->f, "kvm07", true), -1);
	d->app.threads = true;
	d->app.plan.may = true;
	*state = d;
	return err;
}

static int teardown(void **state)
{
	struct dialog_test *d = *state;

	assert_true(changer_free(d->app.changer, UINT64_C(5000000000)));
	change_free(d->app.plan.change);
	changing_teardown(&d->changing);
	free(d);
	return 0;
}

/* A change of another title, so that it can be told from others. */
static struct change *titled(const char *title)
{
	struct change *c = changing_plan();

	c->title = title;
	return c;
}

static void take_one(struct app *a)
{
	struct changer_done done;

	assert_true(changer_take(a->changer, &done));
	plan_took(a, &done);
	changer_done_free(&done);
}

static void a_closed_dialog_does_not_come_back_as_the_next(void **state)
{
	struct dialog_test *d = *state;
	struct app *a = &d->app;

	plan_open(a, titled("the first"), 0);
	plan_close(a);
	plan_open(a, titled("the second"), 0);
	changer_wait(a->changer);
	take_one(a);
	assert_null(a->plan.change);
	assert_int_equal(a->plan.phase, PLAN_FILLING);
	plan_key(a, 'y');
	assert_int_equal(a->plan.phase, PLAN_FILLING);
	take_one(a);
	assert_int_equal(a->plan.phase, PLAN_READY);
	assert_string_equal(a->plan.change->title, "the second");
}

static void a_change_does_not_come_back_as_an_undo(void **state)
{
	struct dialog_test *d = *state;
	struct app *a = &d->app;

	plan_open(a, titled("the change"), 0);
	plan_close(a);
	plan_open(a, NULL, 1);
	changer_wait(a->changer);
	take_one(a);
	assert_null(a->plan.change);
	take_one(a);
	assert_int_equal(a->overlay, OVERLAY_NONE);
	assert_string_equal(a->message, "the journal has no change 1");
}

static void an_undo_does_not_come_back_as_another(void **state)
{
	struct dialog_test *d = *state;
	struct app *a = &d->app;

	plan_open(a, NULL, 1);
	plan_close(a);
	plan_open(a, NULL, 2);
	changer_wait(a->changer);
	take_one(a);
	assert_int_equal(a->overlay, OVERLAY_PLAN);
	take_one(a);
	assert_string_equal(a->message, "the journal has no change 2");
}

/* Where it is not known what is there now, there is no Yes; reading again may bring one. */
static void what_was_not_read_has_no_yes(void **state)
{
	struct dialog_test *d = *state;
	struct changing *t = d->changing;
	struct app *a = &d->app;

	fake_file(t->f, policy_path(1))->read_error = -EBUSY;
	plan_open(a, titled("one that is busy"), 0);
	changer_wait(a->changer);
	take_one(a);
	assert_int_equal(a->plan.phase, PLAN_READY);
	assert_false(plan_can(a));
	assert_true(plan_can_read_again(a));
	assert_int_equal(plan_button(a, 1), 'r');
	plan_key(a, 'y');
	assert_int_equal(a->plan.phase, PLAN_READY);
	plan_key(a, 'r');
	assert_int_equal(a->plan.phase, PLAN_FILLING);
	changer_wait(a->changer);
	take_one(a);
	assert_false(plan_can(a));
	fake_file(t->f, policy_path(1))->read_error = 0;
	plan_key(a, K_TAB);
	plan_key(a, K_ENTER);
	changer_wait(a->changer);
	take_one(a);
	assert_true(plan_can(a));
	assert_false(plan_can_read_again(a));
	assert_int_equal(a->plan.button, 0);
	assert_int_equal(plan_button(a, 1), 'y');
	assert_int_equal(t->f->writes, 0);
	/* a host that is only looked at need not read it again */
	a->plan.may = false;
	assert_false(plan_can(a));
	assert_int_equal(plan_button(a, 1), 'n');
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_closed_dialog_does_not_come_back_as_the_next),
		TEST(a_change_does_not_come_back_as_an_undo),
		TEST(an_undo_does_not_come_back_as_another),
		TEST(what_was_not_read_has_no_yes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
