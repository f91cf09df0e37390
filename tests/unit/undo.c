/* Tests undo: after any crash, only what still holds what was written is put back, and the rest is told. */
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
#include <sys/stat.h>

#include "probes/arena.h"
#include "tests/lib/changing.h"

static void says(const struct result *r, const char *word)
{
	if (!strstr(r->why, word))
		fail_msg("'%s' is not in: %s", word, r->why);
}

static void apply(struct changing *t)
{
	struct change *c = changing_filled(t);
	struct result r = change_apply(t->h, t->j, c, NULL, NULL);

	if (r.outcome != OUTCOME_APPLIED)
		fail_msg("%s", r.why);
	change_free(c);
}

static struct result undo(struct changing *t)
{
	struct entries e = one_entry(t);
	struct result r = journal_undo(t->h, t->j, e.entry, NULL, NULL);

	entries_free(&e);
	return r;
}

static enum entry_state state_of(struct changing *t)
{
	struct entries e = one_entry(t);
	enum entry_state s = e.entry[0].state;

	entries_free(&e);
	return s;
}

static void undo_is_exact_and_only_once(void **state)
{
	struct changing *t = *state;
	struct result r;
	uint64_t writes;

	apply(t);
	r = undo(t);
	assert_int_equal(r.outcome, OUTCOME_APPLIED);
	assert_int_equal(r.done, 5);
	says(&r, "5 of 6 put back and read back, 1 as before already");
	assert_true(all_as_before(t));
	assert_int_equal(state_of(t), ENTRY_UNDONE);
	writes = t->f->writes;
	r = undo(t);
	assert_int_equal(r.outcome, OUTCOME_REFUSED);
	assert_int_equal(r.err, -EALREADY);
	says(&r, "undone already");
	assert_int_equal(t->f->writes, writes);
}

/* Two who look at the same journal: the second one's entry is old. */
static void an_old_entry_does_not_undo_twice(void **state)
{
	struct changing *t = *state;
	struct entries old;
	struct result r;

	apply(t);
	old = one_entry(t);
	undo(t);
	apply(t);
	r = journal_undo(t->h, t->j, old.entry, NULL, NULL);
	assert_int_equal(r.outcome, OUTCOME_REFUSED);
	assert_int_equal(r.err, -EALREADY);
	assert_true(all_performance(t));
	entries_free(&old);
}

static void a_change_of_somebody_else_stays(void **state)
{
	struct changing *t = *state;
	struct result r;

	apply(t);
	fake_put(t->f, policy_path(2), "conservative\n");
	r = undo(t);
	assert_int_equal(r.outcome, OUTCOME_PARTLY);
	assert_int_equal(r.err, -ESTALE);
	assert_int_equal(r.refused, 1);
	says(&r, "4 of 6 put back, 1 as before already; policy2 holds something else: partly undone, undo 1 tries it "
		 "again");
	assert_string_equal(fake_text(t->f, policy_path(2)), "conservative\n");
	assert_string_equal(fake_text(t->f, policy_path(0)), "powersave\n");
	assert_int_equal(state_of(t), ENTRY_PARTLY_UNDONE);
	/* there is nothing that this undo could do now: it must not claim to have done something */
	for (size_t i = 0; i < POLICIES; i++)
		fake_put(t->f, policy_path(i), "userspace\n");
	r = undo(t);
	assert_int_equal(r.outcome, OUTCOME_REFUSED);
	says(&r, "nothing was put back: policy0-5 hold something else: undo 1 tries again");
}

/* What is left to others must not stand before older changes; by its number it can be tried for ever. */
static void what_others_hold_is_not_offered_again(void **state)
{
	struct changing *t = *state;
	struct arena *a = arena_new(0);
	struct entries e;
	struct result r;

	apply(t);
	fake_put(t->f, policy_path(2), "conservative\n");
	undo(t);
	e = one_entry(t);
	assert_false(e.entry[0].undoable);
	assert_true(e.entry[0].overwritten);
	assert_non_null(strstr(journal_text(a, &e), "  partly undone  "));
	assert_string_equal(entry_state_word(e.entry[0].state), "partly-undone");
	entries_free(&e);
	assert_int_equal(undo(t).err, -ESTALE);
	assert_int_equal(state_of(t), ENTRY_PARTLY_UNDONE);
	fake_put(t->f, policy_path(2), "performance\n");
	r = undo(t);
	assert_int_equal(r.outcome, OUTCOME_APPLIED);
	assert_true(all_as_before(t));
	assert_int_equal(state_of(t), ENTRY_UNDONE);
	arena_free(a);
}

/* Nothing could be put back at all: it is no partly undone change, and still no longer in the way. */
static void what_others_hold_whole_is_told_as_that(void **state)
{
	struct changing *t = *state;
	struct arena *a = arena_new(0);
	struct entries e;
	struct result r;

	apply(t);
	for (size_t i = 0; i < POLICIES; i++)
		fake_put(t->f, policy_path(i), "userspace\n");
	fake_fail(t->f, 0, 0, 0);
	assert_int_equal(undo(t).outcome, OUTCOME_REFUSED);
	assert_int_equal(t->f->writes, 0);
	e = one_entry(t);
	assert_int_equal(e.entry[0].state, ENTRY_APPLIED);
	assert_true(e.entry[0].overwritten && !e.entry[0].undoable);
	assert_non_null(strstr(journal_text(a, &e), "  overwritten  "));
	entries_free(&e);
	/* on another boot it is lost as any other */
	fake_put(t->f, "/proc/sys/kernel/random/boot_id", "99999999-2222-3333-4444-555555555555\n");
	changing_reopen(t, "kvm07", true);
	r = undo(t);
	says(&r, "lost at reboot");
	arena_free(a);
}

static void an_offline_policy_waits_for_the_next_undo(void **state)
{
	struct changing *t = *state;
	struct entries e;
	struct result r;

	apply(t);
	fake_file(t->f, policy_path(3))->read_error = -EBUSY;
	r = undo(t);
	assert_int_equal(r.outcome, OUTCOME_PARTLY);
	assert_int_equal(r.err, -EBUSY);
	says(&r, "policy3 refused (EBUSY)");
	assert_int_equal(state_of(t), ENTRY_PARTLY_UNDONE);
	e = one_entry(t);
	fake_file(t->f, policy_path(3))->read_error = 0;
	assert_true(e.entry[0].undoable);
	r = journal_undo(t->h, t->j, e.entry, NULL, NULL);
	entries_free(&e);
	assert_int_equal(r.outcome, OUTCOME_APPLIED);
	assert_int_equal(r.done, 1);
	assert_true(all_as_before(t));
	assert_int_equal(state_of(t), ENTRY_UNDONE);
}

static void another_boot_or_host_is_refused(void **state)
{
	struct changing *t = *state;
	struct entries e;
	struct result r;

	apply(t);
	changing_reopen(t, "kvm08", true);
	r = undo(t);
	assert_int_equal(r.err, -EXDEV);
	says(&r, "made on kvm07 (live), not on kvm08 (live)");
	fake_put(t->f, "/proc/sys/kernel/random/boot_id", "99999999-2222-3333-4444-555555555555\n");
	changing_reopen(t, "kvm07", true);
	r = undo(t);
	assert_int_equal(r.outcome, OUTCOME_REFUSED);
	assert_int_equal(r.err, -ESTALE);
	says(&r, "lost at reboot");
	e = one_entry(t);
	assert_false(e.entry[0].this_boot || e.entry[0].undoable);
	entries_free(&e);
	assert_true(all_performance(t));
	changing_reopen(t, "kvm07", false);
	r = undo(t);
	assert_int_equal(r.err, -EROFS);
}

static bool stop_at_two(size_t done, size_t total, void *arg)
{
	(void)total;
	(void)arg;
	return done == 2;
}

static void a_stopped_undo_can_go_on(void **state)
{
	struct changing *t = *state;
	struct entries e;
	struct result r;

	apply(t);
	e = one_entry(t);
	r = journal_undo(t->h, t->j, e.entry, stop_at_two, NULL);
	entries_free(&e);
	assert_int_equal(r.outcome, OUTCOME_PARTLY);
	assert_int_equal(r.err, -ECANCELED);
	assert_int_equal(r.done, 2);
	says(&r, "stopped: 2 of 6 put back");
	r = undo(t);
	assert_int_equal(r.outcome, OUTCOME_APPLIED);
	assert_true(all_as_before(t));
}

static void no_journal_no_undo(void **state)
{
	struct changing *t = *state;
	struct entries e;
	struct result r;

	apply(t);
	e = one_entry(t);
	assert_int_equal(chmod(journal_path(t->j), 0622), 0);
	fake_die(t->f, 0);
	r = journal_undo(t->h, t->j, e.entry, NULL, NULL);
	assert_int_equal(r.outcome, OUTCOME_REFUSED);
	assert_int_equal(r.err, -EPERM);
	assert_int_equal(t->f->writes, 0);
	assert_true(all_performance(t));
	entries_free(&e);
}

static void apply_in_child(struct changing *t)
{
	struct change *c = changing_filled(t);

	fake_die(t->f, t->f->die_nth);
	change_apply(t->h, t->j, c, NULL, NULL);
	change_free(c);
}

static void undo_in_child(struct changing *t)
{
	struct entries e;
	char why[200];

	if (journal_read(t->j, &e, why) || e.n != 1)
		return;
	journal_undo(t->h, t->j, e.entry, NULL, NULL);
	entries_free(&e);
}

/* fake_die() counts anew in the child, after the dialog has read; until then nobody may die. */
static bool dies_at(struct changing *t, uint64_t nth, void (*run)(struct changing *t))
{
	bool killed;

	t->f->calls = 1000;
	t->f->die_nth = nth;
	if (run == undo_in_child)
		t->f->calls = 0;
	killed = child_was_killed(t, run);
	t->f->die_nth = 0;
	return killed;
}

/* What a killed change left must be put back by an undo that may itself be killed once. */
static void killed_between_any_two_calls(void **state)
{
	struct changing *t = *state;
	size_t killed = 0, with_entry = 0, undo_killed = 0;

	for (uint64_t nth = 1; nth <= 20; nth++) {
		for (uint64_t again = 0; again <= 18; again += 3) {
			struct entries e;
			char why[200];

			killed += dies_at(t, nth, apply_in_child);
			assert_int_equal(journal_read(t->j, &e, why), 0);
			assert_int_equal(e.skipped, 0);
			assert_true(e.n <= 1);
			with_entry += e.n;
			assert_true(e.n || all_as_before(t));
			if (e.n) {
				struct result r;

				if (again)
					undo_killed += dies_at(t, again, undo_in_child);
				r = undo(t);
				if (r.outcome != OUTCOME_APPLIED && r.err != -EALREADY)
					fail_msg("killed at %d, then at %d: %s", (int)nth, (int)again, r.why);
			}
			entries_free(&e);
			assert_true(all_as_before(t));
			remove(journal_path(t->j));
		}
	}
	/* 6 reads, 5 writes, 6 reads: beyond the 17th call nobody dies */
	assert_int_equal(killed, 17 * 7);
	assert_int_equal(with_entry, 14 * 7);
	assert_true(undo_killed > 14);
}

static void a_killed_change_says_so(void **state)
{
	struct changing *t = *state;
	struct entries e;
	struct arena *a = arena_new(0);

	assert_true(dies_at(t, 10, apply_in_child));
	assert_string_equal(fake_text(t->f, policy_path(2)), "performance\n");
	assert_string_equal(fake_text(t->f, policy_path(3)), "powersave\n");
	e = one_entry(t);
	assert_int_equal(e.entry[0].state, ENTRY_STARTED);
	assert_true(e.entry[0].undoable);
	assert_non_null(strstr(journal_text(a, &e), "interrupted"));
	entries_free(&e);
	arena_free(a);
	undo(t);
	assert_true(all_as_before(t));
}

static void the_plan_of_an_undo(void **state)
{
	struct changing *t = *state;
	struct entries e;
	struct change *c;

	apply(t);
	fake_put(t->f, policy_path(1), "userspace\n");
	e = one_entry(t);
	c = journal_plan_undo(t->h, e.entry);
	assert_non_null(c);
	assert_string_equal(c->title, "Undo change 1: Switch the governor of 6 CPUs");
	assert_int_equal(c->nsteps, 4);
	assert_string_equal(c->steps[0].path, policy_path(5));
	assert_string_equal(c->steps[0].now, "schedutil\n");
	assert_string_equal(c->steps[0].was, "performance\n");
	assert_int_equal(c->nnotes, 2);
	assert_string_equal(c->notes[0], "as before already: policy4");
	assert_string_equal(c->notes[1], "left alone: policy1 holds something else");
	assert_non_null(strstr(c->by_hand, "echo ondemand > /sys/devices/system/cpu/cpufreq/policy2/scaling_governor"));
	change_free(c);
	for (size_t i = 0; i < POLICIES; i++)
		fake_put(t->f, policy_path(i), "userspace\n");
	assert_null(journal_plan_undo(t->h, e.entry));
	entries_free(&e);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, changing_setup, changing_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(undo_is_exact_and_only_once),
		TEST(an_old_entry_does_not_undo_twice),
		TEST(a_change_of_somebody_else_stays),
		TEST(what_others_hold_is_not_offered_again),
		TEST(what_others_hold_whole_is_told_as_that),
		TEST(an_offline_policy_waits_for_the_next_undo),
		TEST(another_boot_or_host_is_refused),
		TEST(a_stopped_undo_can_go_on),
		TEST(no_journal_no_undo),
		TEST(killed_between_any_two_calls),
		TEST(a_killed_change_says_so),
		TEST(the_plan_of_an_undo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
