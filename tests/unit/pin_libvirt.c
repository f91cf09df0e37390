/* Tests that a pin is undone on the libvirt that it was made on, and that another one changes nothing about it. */
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
#include "probes/changer.h"
#include "probes/files.h"
#include "tests/lib/changing.h"

#define UUID "11111111-2222-3333-4444-555555555555"
#define LIVE0 "@virt/" UUID "/live/vcpu/0"
#define CONFIG0 "@virt/" UUID "/config/vcpu/0"
#define GUEST UUID " 3 running 7 persistent web3\n"
#define MINE "qemu+unix:///system?socket=/run/a"

static int setup(void **state)
{
	int err = changing_setup(state);
	struct changing *t = *state;

	fake_put(t->f, "@virt/connection", "uri=" MINE "\nlink=connected\n");
	fake_put(t->f, "@virt/guests", GUEST);
	fake_put(t->f, LIVE0, "-\n");
	fake_put(t->f, CONFIG0, "-\n");
	return err;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, changing_teardown)

static void apply(struct changing *t)
{
	struct change *c = change_new();
	struct result r;

	c->action = "pin";
	c->target = "web3 vcpu 0";
	c->title = "Pin vcpu 0 of web3";
	c->nsteps = 2;
	c->steps = arena_array(c->a, 2, sizeof(*c->steps));
	c->steps[0] = (struct step){.path = LIVE0, .now = "3\n", .instead = "0-7\n", .compare = COMPARE_CPUS};
	c->steps[1] = (struct step){.path = CONFIG0, .now = "3\n", .compare = COMPARE_CPUS};
	assert_int_equal(change_fill(t->h, c), 0);
	r = change_apply(t->h, t->j, c, NULL, NULL);
	if (r.outcome != OUTCOME_APPLIED)
		fail_msg("%s", r.why);
	change_free(c);
}

/* libvirt answers, and has another guest alone. */
static void another_libvirt(struct changing *t, const char *uri)
{
	char text[FAKE_TEXT];

	snprintf(text, sizeof(text), "uri=%s\nlink=connected\n", uri);
	fake_put(t->f, "@virt/connection", text);
	fake_put(t->f, "@virt/guests", "22222222-2222-3333-4444-555555555555 3 running 7 persistent web4\n");
	fake_file(t->f, LIVE0)->read_error = fake_file(t->f, CONFIG0)->read_error = -ENOENT;
}

static void the_same_again(struct changing *t)
{
	fake_put(t->f, "@virt/connection", "uri=" MINE "\nlink=connected\n");
	fake_put(t->f, "@virt/guests", GUEST);
	fake_file(t->f, LIVE0)->read_error = fake_file(t->f, CONFIG0)->read_error = 0;
}

static struct result undo(struct changing *t)
{
	struct entries e = one_entry(t);
	struct result r = journal_undo(t->h, t->j, e.entry, NULL, NULL);

	entries_free(&e);
	return r;
}

static char *journal_bytes(struct changing *t)
{
	char *text, why[200] = "";
	size_t len;

	if (files_read(journal_path(t->j), 1 << 20, &text, &len, why))
		fail_msg("%s", why);
	return text;
}

static void says(const char *text, const char *words)
{
	if (!text || !strstr(text, words))
		fail_msg("'%s' is not in: %s", words, text ? text : "nothing");
}

static void the_journal_names_it(void **state)
{
	struct changing *t = *state;
	struct arena *a = arena_new(0);
	struct entries e;

	apply(t);
	e = one_entry(t);
	assert_string_equal(e.entry[0].uri, MINE);
	says(journal_json(a, &e), "\"uri\": \"" MINE "\"");
	says(journal_text(a, &e), "   libvirt " MINE "\n");
	entries_free(&e);
	arena_free(a);
}

static void files_have_none(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	struct arena *a = arena_new(0);
	struct entries e;

	assert_int_equal(change_apply(t->h, t->j, c, NULL, NULL).outcome, OUTCOME_APPLIED);
	change_free(c);
	e = one_entry(t);
	assert_null(e.entry[0].uri);
	says(journal_json(a, &e), "\"uri\": null");
	entries_free(&e);
	arena_free(a);
}

static void another_one_is_refused_and_changes_nothing(void **state)
{
	struct changing *t = *state;
	struct entries e;
	struct result r;
	char *before, *after, why[RESULT_WHY];

	apply(t);
	before = journal_bytes(t);
	another_libvirt(t, "test:///default");
	r = undo(t);
	assert_int_equal(r.outcome, OUTCOME_REFUSED);
	assert_int_equal(r.err, -EXDEV);
	says(r.why, "change 1 was made on another libvirt than test:///default: start with --connect '" MINE "'");
	e = one_entry(t);
	assert_int_equal(journal_may_undo(t->h, t->j, e.entry, why), -EXDEV);
	assert_true(e.entry[0].undoable && !e.entry[0].overwritten);
	entries_free(&e);
	after = journal_bytes(t);
	assert_string_equal(before, after);
	free(before);
	free(after);
	the_same_again(t);
	assert_string_equal(undo(t).why, "2 of 2 put back and read back");
}

/* It need not be reached to be the wrong one: nobody is asked for what it does not have. */
static void one_that_is_not_there_is_refused_alike(void **state)
{
	struct changing *t = *state;

	apply(t);
	another_libvirt(t, "qemu:///system");
	fake_put(t->f, "@virt/connection", "uri=qemu:///system\nlink=none\n");
	fake_file(t->f, LIVE0)->read_error = fake_file(t->f, CONFIG0)->read_error = -ENOTCONN;
	says(undo(t).why, "than qemu:///system: start with --connect '" MINE "'");
}

static void the_usual_one_needs_no_option(void **state)
{
	struct changing *t = *state;

	fake_put(t->f, "@virt/connection", "uri=qemu:///system\nlink=connected\n");
	apply(t);
	another_libvirt(t, "test:///default");
	says(undo(t).why, "change 1 was made on qemu:///system, not on test:///default: start without --connect");
}

static void the_script_asks_the_same(void **state)
{
	struct changing *t = *state;
	struct arena *a = arena_new(0);
	struct entries e;
	struct entry odd;

	apply(t);
	e = one_entry(t);
	says(journal_shell(a, &e), "\nuri='" MINE "'\nrestore_pin ");
	odd = e.entry[0];
	odd.uri = NULL;
	says(journal_shell(a, &(struct entries){.n = 1, .entry = &odd}), "\nuri=\nrestore_pin ");
	/* a name that cannot be written leads nowhere else */
	odd.uri = "qemu:///\x1b[2J";
	says(journal_shell(a, &(struct entries){.n = 1, .entry = &odd}), "cannot write its libvirt: qemu:///?[2J\n");
	assert_null(strstr(journal_shell(a, &(struct entries){.n = 1, .entry = &odd}), "\nrestore_pin " UUID));
	entries_free(&e);
	arena_free(a);
}

/* Records of before have no name of it: what that libvirt does not know may be known to another one. */
static void an_old_record_is_never_written_off(void **state)
{
	struct changing *t = *state;
	struct entries e;
	struct result r;

	fake_put(t->f, "@virt/connection", "link=connected\n");
	apply(t);
	another_libvirt(t, "test:///default");
	r = undo(t);
	assert_int_equal(r.outcome, OUTCOME_REFUSED);
	assert_int_equal(r.err, -ESRCH);
	says(r.why, "nothing was put back: live vcpu 0, config vcpu 0 are gone, or on another libvirt than "
		    "test:///default (--connect)");
	e = one_entry(t);
	assert_null(e.entry[0].uri);
	assert_true(e.entry[0].undoable && !e.entry[0].overwritten);
	entries_free(&e);
	the_same_again(t);
	assert_string_equal(undo(t).why, "2 of 2 put back and read back");
}

/* The dialog of undo opens with nothing: the reason is said. */
static void no_dialog_is_opened_for_another_one(void **state)
{
	struct changing *t = *state;
	struct changer *changer;
	struct changer_done done;

	apply(t);
	fake_put(t->f, "@virt/connection", "uri=test:///default\nlink=connected\n");
	changer = changer_new(fake_host(t->f, "kvm07", true), -1);
	changer_give(changer, CHANGER_PLAN_UNDO, NULL, 1);
	changer_wait(changer);
	assert_true(changer_take(changer, &done));
	assert_null(done.change);
	assert_int_equal(done.result.err, -EXDEV);
	says(done.result.why, "start with --connect");
	changer_done_free(&done);
	assert_true(changer_free(changer, UINT64_C(5000000000)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_journal_names_it),
		TEST(files_have_none),
		TEST(another_one_is_refused_and_changes_nothing),
		TEST(one_that_is_not_there_is_refused_alike),
		TEST(the_usual_one_needs_no_option),
		TEST(the_script_asks_the_same),
		TEST(an_old_record_is_never_written_off),
		TEST(no_dialog_is_opened_for_another_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
