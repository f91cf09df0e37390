/* Tests that a change is done whole or not at all, and what is told of it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>

#include "probes/arena.h"
#include "tests/lib/changing.h"

static void says(const struct result *r, const char *word)
{
	if (!strstr(r->why, word))
		fail_msg("'%s' is not in: %s", word, r->why);
}

static size_t entries_of(struct changing *t)
{
	struct entries e;
	char why[200];
	size_t n;

	assert_int_equal(journal_read(t->j, &e, why), 0);
	n = e.n;
	assert_int_equal(e.skipped, 0);
	entries_free(&e);
	return n;
}

static void all_is_set_and_read_back(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	struct result r;
	struct entries e;

	assert_string_equal(c->steps[2].was, "ondemand\n");
	fake_fail(t->f, 0, 0, 0);
	r = change_apply(t->h, t->j, c, NULL, NULL);
	assert_int_equal(r.outcome, OUTCOME_APPLIED);
	assert_int_equal(r.err, 0);
	assert_int_equal(r.done, 6);
	assert_int_equal(r.refused, 0);
	assert_int_equal(r.id, 1);
	says(&r, "6 of 6 set and read back, 1 of them held it already");
	assert_true(all_performance(t));
	/* what held it already is not written */
	assert_int_equal(t->f->writes, 5);
	assert_string_equal(c->steps[5].after, "performance\n");
	e = one_entry(t);
	assert_int_equal(e.entry[0].state, ENTRY_APPLIED);
	assert_true(e.entry[0].undoable);
	entries_free(&e);
	change_free(c);
}

static void nothing_to_do_writes_nothing(void **state)
{
	struct changing *t = *state;
	struct change *c;
	struct result r;

	for (size_t i = 0; i < POLICIES; i++)
		fake_put(t->f, policy_path(i), "performance\n");
	c = changing_filled(t);
	fake_fail(t->f, 0, 0, 0);
	r = change_apply(t->h, t->j, c, NULL, NULL);
	assert_int_equal(r.outcome, OUTCOME_APPLIED);
	says(&r, "nothing was written");
	assert_int_equal(t->f->writes, 0);
	assert_int_equal(entries_of(t), 0);
	change_free(c);
}

static void a_stale_value_is_refused(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	struct result r;

	fake_put(t->f, policy_path(3), "conservative\n");
	r = change_apply(t->h, t->j, c, NULL, NULL);
	assert_int_equal(r.outcome, OUTCOME_REFUSED);
	assert_int_equal(r.err, -ESTALE);
	assert_int_equal(r.id, 0);
	says(&r, "policy3 now holds conservative, not powersave: nothing was written");
	assert_int_equal(t->f->writes, 0);
	assert_int_equal(entries_of(t), 0);
	/* the same word in other bytes is not what was shown either */
	fake_put(t->f, policy_path(3), "powersave");
	r = change_apply(t->h, t->j, c, NULL, NULL);
	assert_int_equal(r.err, -ESTALE);
	assert_int_equal(t->f->writes, 0);
	change_free(c);
}

static void what_was_not_read_is_not_written(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_plan(), *empty = change_new();
	struct result r = change_apply(t->h, t->j, c, NULL, NULL);

	assert_int_equal(r.outcome, OUTCOME_REFUSED);
	assert_int_equal(r.err, -EAGAIN);
	fake_file(t->f, policy_path(1))->read_error = -EBUSY;
	assert_int_equal(change_fill(t->h, c), -EBUSY);
	assert_int_equal(c->steps[1].err, -EBUSY);
	assert_non_null(strstr(c->steps[1].why, "policy1"));
	assert_null(c->steps[1].was);
	assert_int_equal(c->steps[0].err, 0);
	r = change_apply(t->h, t->j, c, NULL, NULL);
	assert_int_equal(r.outcome, OUTCOME_REFUSED);
	r = change_apply(t->h, t->j, empty, NULL, NULL);
	assert_int_equal(r.outcome, OUTCOME_REFUSED);
	assert_int_equal(t->f->writes, 0);
	change_free(c);
	change_free(empty);
}

static void a_host_to_look_at_is_not_written(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	struct result r;
	uint64_t id;
	char why[200];

	changing_reopen(t, "kvm07", false);
	r = change_apply(t->h, t->j, c, NULL, NULL);
	assert_int_equal(r.outcome, OUTCOME_REFUSED);
	assert_int_equal(r.err, -EROFS);
	says(&r, "only looked at");
	assert_int_equal(journal_begin(t->j, c, &id, why), -EROFS);
	assert_int_equal(t->f->writes, 0);
	change_free(c);
}

static void some_refuse_and_all_is_put_back(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	struct result r;
	struct entries e;

	fake_file(t->f, policy_path(1))->write_error = -EBUSY;
	fake_file(t->f, policy_path(3))->write_error = -EBUSY;
	r = change_apply(t->h, t->j, c, NULL, NULL);
	assert_int_equal(r.outcome, OUTCOME_PUT_BACK);
	assert_int_equal(r.err, -EBUSY);
	assert_int_equal(r.refused, 2);
	assert_string_equal(r.why, "4 of 6 policies: policy1, policy3 refused (EBUSY): everything was put back");
	assert_true(all_as_before(t));
	assert_int_equal(c->steps[1].err, -EBUSY);
	e = one_entry(t);
	assert_int_equal(e.entry[0].state, ENTRY_PUT_BACK);
	assert_int_equal(e.entry[0].steps[3].err, -EBUSY);
	assert_false(e.entry[0].undoable);
	entries_free(&e);
	change_free(c);
}

/* The noun is only said where it is true of all. */
static void other_files_are_no_policies(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_plan();
	struct result r;

	fake_put(t->f, "/sys/kernel/mm/ksm/run", "0\n");
	c->steps[0].path = "/sys/kernel/mm/ksm/run";
	assert_int_equal(change_fill(t->h, c), 0);
	fake_file(t->f, policy_path(1))->write_error = -EBUSY;
	r = change_apply(t->h, t->j, c, NULL, NULL);
	assert_string_equal(r.why, "5 of 6: policy1 refused (EBUSY): everything was put back");
	change_free(c);
}

static void names_are_not_endless(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	struct result r;

	for (size_t i = 0; i < POLICIES; i++)
		fake_file(t->f, policy_path(i))->write_error = i == 1 ? -EINVAL : -EBUSY;
	r = change_apply(t->h, t->j, c, NULL, NULL);
	assert_int_equal(r.outcome, OUTCOME_PUT_BACK);
	assert_string_equal(r.why,
		"1 of 6 policies: policy0 (EBUSY), policy1 (EINVAL), policy2 (EBUSY) and 2 more refused: "
		"nothing was changed");
	assert_true(all_as_before(t));
	change_free(c);
}

static void a_value_that_does_not_stay(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	struct fake_file *file = fake_file(t->f, policy_path(5));
	struct result r;

	snprintf(file->instead, sizeof(file->instead), "schedutil\n");
	r = change_apply(t->h, t->j, c, NULL, NULL);
	assert_int_equal(r.outcome, OUTCOME_PUT_BACK);
	assert_int_equal(r.err, -ESTALE);
	says(&r, "5 of 6 policies: policy5 holds something else: everything was put back");
	assert_true(all_as_before(t));
	change_free(c);
}

/* policy5 takes the change and then nothing else. */
static bool freeze_policy5(size_t done, size_t total, void *arg)
{
	struct changing *t = arg;

	if (done == total) {
		fake_file(t->f, policy_path(5))->write_error = -EIO;
		fake_file(t->f, policy_path(0))->read_error = -EBUSY;
	}
	return false;
}

static void what_cannot_be_put_back_is_told(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	struct result r = change_apply(t->h, t->j, c, freeze_policy5, t);
	struct entries e;

	assert_int_equal(r.outcome, OUTCOME_PARTLY);
	assert_int_equal(r.err, -EBUSY);
	says(&r, "5 of 6 policies: policy0 refused (EBUSY); 3 put back, but policy0 (EBUSY), policy5 (EIO) refused: "
		 "partly "
		 "applied");
	assert_string_equal(fake_text(t->f, policy_path(5)), "performance\n");
	assert_string_equal(fake_text(t->f, policy_path(2)), "ondemand\n");
	e = one_entry(t);
	assert_int_equal(e.entry[0].state, ENTRY_PARTLY);
	assert_true(e.entry[0].undoable);
	entries_free(&e);
	/* when the machine comes to its senses, undo ends what was begun */
	fake_file(t->f, policy_path(5))->write_error = 0;
	fake_file(t->f, policy_path(0))->read_error = 0;
	e = one_entry(t);
	r = journal_undo(t->h, t->j, e.entry, NULL, NULL);
	assert_int_equal(r.outcome, OUTCOME_APPLIED);
	assert_true(all_as_before(t));
	entries_free(&e);
	change_free(c);
}

static bool stop_after(size_t done, size_t total, void *arg)
{
	(void)total;
	return done >= *(size_t *)arg;
}

static void stopping_puts_back(void **state)
{
	struct changing *t = *state;

	for (size_t after = 0; after <= POLICIES; after++) {
		struct change *c = changing_filled(t);
		struct result r = change_apply(t->h, t->j, c, stop_after, &after);

		assert_int_equal(r.outcome, OUTCOME_PUT_BACK);
		assert_int_equal(r.err, -ECANCELED);
		says(&r, "stopped after");
		says(&r, after ? "everything was put back" : "nothing was changed");
		assert_true(all_as_before(t));
		change_free(c);
	}
	assert_int_equal(entries_of(t), POLICIES + 1);
}

static void less_than_asked_is_told(void **state)
{
	struct changing *t = *state;
	struct change *c = change_new();
	struct fake_file *file;
	struct result r;

	fake_put(t->f, "/sys/kernel/mm/hugepages/nr_hugepages", "0\n");
	file = fake_file(t->f, "/sys/kernel/mm/hugepages/nr_hugepages");
	snprintf(file->instead, sizeof(file->instead), "40\n");
	c->action = "pool";
	c->target = c->title = "Grow the pool";
	c->nsteps = 1;
	c->steps = arena_array(c->a, 1, sizeof(*c->steps));
	c->steps[0] = (struct step){.path = file->path, .now = "100", .compare = COMPARE_AT_MOST};
	assert_int_equal(change_fill(t->h, c), 0);
	r = change_apply(t->h, t->j, c, NULL, NULL);
	assert_int_equal(r.outcome, OUTCOME_APPLIED);
	says(&r, "hugepages/nr_hugepages granted 40 of 100");
	change_free(c);
}

static void a_choice_is_put_back_by_its_word(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	struct step *s = &c->steps[0];
	struct result r;

	fake_put(t->f, policy_path(0), "always [madvise] never\n");
	*s = (struct step){.path = policy_path(0), .now = "never", .compare = COMPARE_CHOICE};
	assert_int_equal(change_fill(t->h, c), 0);
	fake_file(t->f, policy_path(1))->write_error = -EBUSY;
	r = change_apply(t->h, t->j, c, NULL, NULL);
	assert_int_equal(r.outcome, OUTCOME_PUT_BACK);
	assert_string_equal(fake_text(t->f, policy_path(0)), "madvise\n");
	change_free(c);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, changing_setup, changing_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_is_set_and_read_back),
		TEST(nothing_to_do_writes_nothing),
		TEST(a_stale_value_is_refused),
		TEST(what_was_not_read_is_not_written),
		TEST(a_host_to_look_at_is_not_written),
		TEST(some_refuse_and_all_is_put_back),
		TEST(other_files_are_no_policies),
		TEST(names_are_not_endless),
		TEST(a_value_that_does_not_stay),
		TEST(what_cannot_be_put_back_is_told),
		TEST(stopping_puts_back),
		TEST(less_than_asked_is_told),
		TEST(a_choice_is_put_back_by_its_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
