/* Tests that whichever call of a change fails, and wherever its journal cannot be, what is told is what is. */
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
#include <unistd.h>

#include "probes/util.h"
#include "tests/lib/changing.h"
#include "tests/lib/tree.h"

static void says(const struct result *r, const char *word)
{
	if (!strstr(r->why, word))
		fail_msg("'%s' is not in: %s", word, r->why);
}

/* Whatever the outcome is called, it must be true of the machine, and of the journal. */
static void is_honest(struct changing *t, const struct change *c, const struct result *r, const char *when)
{
	size_t differ = 0;
	struct entries e;

	assert_true(r->why[0]);
	for (size_t i = 0; i < POLICIES; i++)
		differ += strcmp(fake_text(t->f, policy_path(i)), t->before[i]) != 0;
	if (r->outcome == OUTCOME_REFUSED || r->outcome == OUTCOME_PUT_BACK) {
		if (differ)
			fail_msg("%s: %zu differ after: %s", when, differ, r->why);
		return;
	}
	if (r->outcome == OUTCOME_APPLIED) {
		assert_true(all_performance(t));
		return;
	}
	for (size_t i = 0; i < POLICIES; i++)
		if (strcmp(fake_text(t->f, policy_path(i)), t->before[i]) && !c->steps[i].err)
			fail_msg("%s: policy%zu is not listed: %s", when, i, r->why);
	assert_int_equal(journal_read(t->j, &e, (char[200]){0}), 0);
	assert_int_equal(e.entry[e.n - 1].state, ENTRY_PARTLY);
	entries_free(&e);
}

/* The journal too: a long one makes each round slower than the last. */
static void begin_anew(struct changing *t)
{
	for (size_t i = 0; i < POLICIES; i++)
		fake_put(t->f, policy_path(i), t->before[i]);
	remove(journal_path(t->j));
}

enum { CALLS = 36 }; /* more than any change of six makes before it gives up */

static void every_call_can_fail(void **state)
{
	static const int errors[] = {EBUSY, EINVAL, EACCES, EROFS, EIO};
	static const uint64_t times[] = {1, 2, 1000};
	struct changing *t = *state;
	size_t outcomes[4] = {0};

	for (size_t k = 0; k < COUNT(times) * 2 * CALLS; k++) {
		uint64_t nth = k % CALLS + 1, many = times[k / CALLS % COUNT(times)];
		struct change *c = changing_filled(t);
		struct result r;
		char when[80];

		t->f->may_fail_silently = k / CALLS >= COUNT(times);
		snprintf(when, sizeof(when), "call %d failed %d times", (int)nth, (int)many);
		fake_fail(t->f, nth, many, errors[k % COUNT(errors)]);
		r = change_apply(t->h, t->j, c, NULL, NULL);
		fake_fail(t->f, 0, 0, 0);
		is_honest(t, c, &r, when);
		outcomes[r.outcome]++;
		change_free(c);
		begin_anew(t);
	}
	/* all four happened, or this test looked at nothing */
	for (size_t i = 0; i < COUNT(outcomes); i++)
		assert_true(outcomes[i] > 0);
}

static bool tree_as_before(struct changing *t, struct host *h)
{
	struct answer answer;

	for (size_t i = 0; i < POLICIES; i++)
		if (host_read(h, policy_path(i), &answer) || strcmp(answer.text, t->before[i]))
			return false;
	return true;
}

/* The same on files, through the host that makes calls fail. */
static void every_call_can_fail_on_files(void **state)
{
	struct changing *t = *state;
	char *tree = tree_new();
	size_t outcomes[4] = {0};
	struct host *plain;

	for (size_t i = 0; i < POLICIES; i++)
		tree_text(tree, policy_path(i), t->before[i]);
	plain = tree_writable_host(tree);
	for (uint64_t k = 0; k < 40; k++) {
		uint64_t calls = k % 20 + 1, times = k < 20 ? 1 : 1000;
		struct change *c = changing_plan();
		struct result r;
		struct host *h;

		/* the first six calls fill the plan */
		assert_int_equal(failing_open(tree_writable_host(tree), POLICIES + calls, times, EBUSY, &h), 0);
		assert_int_equal(change_fill(h, c), 0);
		r = change_apply(h, t->j, c, NULL, NULL);
		outcomes[r.outcome]++;
		/* partly is also what it is called when nobody can tell any more */
		if (r.outcome == OUTCOME_REFUSED || r.outcome == OUTCOME_PUT_BACK)
			assert_true(tree_as_before(t, plain));
		if (r.outcome == OUTCOME_APPLIED)
			assert_false(tree_as_before(t, plain));
		for (size_t i = 0; i < POLICIES; i++)
			tree_text(tree, policy_path(i), t->before[i]);
		change_free(c);
		host_close(h);
	}
	for (size_t i = 0; i < COUNT(outcomes); i++)
		assert_true(outcomes[i] > 0);
	host_close(plain);
	tree_free(tree);
}

static void no_journal_no_change(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	char *place = xasprintf("%s/state", t->folder);
	struct result r;

	/* a file where the folder must be: refused for root as well */
	tree_text(t->folder, "state", "");
	r = change_apply(t->h, t->j, c, NULL, NULL);
	assert_int_equal(r.outcome, OUTCOME_REFUSED);
	assert_int_equal(r.err, -ENOTDIR);
	assert_int_equal(r.id, 0);
	says(&r, "nothing was written, because the journal cannot be");
	assert_int_equal(t->f->writes, 0);
	assert_true(all_as_before(t));
	assert_int_equal(remove(place), 0);
	free(place);
	change_free(c);
}

static int change_as_nobody(void *arg)
{
	struct changing *t = arg;
	struct change *c = changing_plan();
	struct result r;

	if (change_fill(t->h, c))
		return 1;
	r = change_apply(t->h, t->j, c, NULL, NULL);
	change_free(c);
	return r.outcome == OUTCOME_REFUSED && r.err == -EACCES && strstr(r.why, "journal") ? 0 : 2;
}

static void nobody_has_no_journal_here(void **state)
{
	struct changing *t = *state;

	if (getuid())
		skip();
	assert_int_equal(tree_child(65534, change_as_nobody, t), 0);
	assert_int_equal(t->f->writes, 0);
	assert_true(all_as_before(t));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, changing_setup, changing_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_call_can_fail),
		TEST(every_call_can_fail_on_files),
		TEST(no_journal_no_change),
		TEST(nobody_has_no_journal_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
