/* Tests pins through the change path: applied, put back and undone, also where libvirt cannot take back what it did. */
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
#include "tests/lib/tree.h"

#define UUID "11111111-2222-3333-4444-555555555555"
#define LIVE0 "@virt/" UUID "/live/vcpu/0"
#define LIVE1 "@virt/" UUID "/live/vcpu/1"
#define CONFIG0 "@virt/" UUID "/config/vcpu/0"
#define ALL "0-7\n"

/* A running guest: vCPU 0 without an element in both scopes, vCPU 1 pinned. */
static int setup(void **state)
{
	int err = changing_setup(state);
	struct changing *t = *state;

	fake_put(t->f, "@virt/connection", "uri=qemu:///system\nlink=connected\n");
	fake_put(t->f, "@virt/guests", UUID " 3 running 7 persistent web3\n");
	fake_put(t->f, LIVE0, "-\n");
	fake_put(t->f, LIVE1, "4-5\n");
	fake_put(t->f, CONFIG0, "-\n");
	return err;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, changing_teardown)

static struct change *plan(void)
{
	struct change *c = change_new();
	const struct step steps[] = {
		{.path = LIVE0, .now = "3\n", .instead = ALL, .compare = COMPARE_CPUS},
		{.path = LIVE1, .now = "2\n", .instead = ALL, .compare = COMPARE_CPUS},
		{.path = CONFIG0, .now = "3\n", .compare = COMPARE_CPUS},
	};

	c->action = "pin";
	c->target = "web3 vcpu 0-1";
	c->title = "Pin vcpu 0-1 of web3";
	c->nsteps = 3;
	c->steps = memcpy(arena_array(c->a, 3, sizeof(*steps)), steps, sizeof(steps));
	return c;
}

static struct result apply(struct changing *t)
{
	struct change *c = plan();
	struct result r;

	assert_int_equal(change_fill(t->h, c), 0);
	r = change_apply(t->h, t->j, c, NULL, NULL);
	change_free(c);
	return r;
}

static void applied(struct changing *t)
{
	struct result r = apply(t);

	if (r.outcome != OUTCOME_APPLIED)
		fail_msg("%s", r.why);
}

static struct result undo(struct changing *t)
{
	struct entries e = one_entry(t);
	struct result r = journal_undo(t->h, t->j, e.entry, NULL, NULL);

	entries_free(&e);
	return r;
}

static void says(const char *text, const char *words)
{
	if (!text || !strstr(text, words))
		fail_msg("'%s' is not in: %s", words, text ? text : "nothing");
}

static void holds(struct changing *t, const char *path, const char *text)
{
	assert_string_equal(fake_text(t->f, path), text);
}

static void undo_frees_what_it_cannot_take_away(void **state)
{
	struct changing *t = *state;
	struct entries e;
	struct change *c;
	struct result r;

	applied(t);
	holds(t, LIVE0, "3\n");
	e = one_entry(t);
	c = journal_plan_undo(t->h, e.entry);
	assert_int_equal(c->nsteps, 3);
	assert_string_equal(c->steps[2].now, ALL);
	says(c->notes[0],
		": vcpu 0 gets all CPUs instead, and the element stays in the running guest until its next start");
	says(c->effect, "at once and after the next start");
	says(c->by_hand, "virsh vcpupin " UUID " 1 4-5 --live && virsh vcpupin " UUID " 0 0-7 --live");
	says(c->by_hand, "&& virsh edit " UUID " # in <cputune> delete <vcpupin vcpu='0' …/>");
	change_free(c);
	/* another libvirt than virsh would ask by itself is named */
	fake_put(t->f, "@virt/connection", "uri=qemu+unix:///system?socket=/run/b\nlink=connected\n");
	c = journal_plan_undo(t->h, e.entry);
	says(c->by_hand, "virsh -c 'qemu+unix:///system?socket=/run/b' vcpupin " UUID " 1 4-5 --live");
	change_free(c);
	fake_put(t->f, "@virt/connection", "uri=qemu:///system\nlink=connected\n");
	c = journal_plan_undo(t->h, e.entry);
	says(c->by_hand, "virsh vcpupin " UUID " 1 4-5 --live");
	change_free(c);
	entries_free(&e);
	r = undo(t);
	assert_string_equal(r.why, "3 of 3 put back and read back");
	holds(t, LIVE0, ALL);
	holds(t, LIVE1, "4-5\n");
	holds(t, CONFIG0, "-\n");
	e = one_entry(t);
	assert_int_equal(e.entry[0].state, ENTRY_UNDONE);
	entries_free(&e);
}

/* What an undo that was cut off has done already is not somebody else's doing. */
static void all_cpus_are_as_before_already(void **state)
{
	struct changing *t = *state;
	struct result r;

	applied(t);
	fake_put(t->f, LIVE0, "0-7\n");
	r = undo(t);
	assert_string_equal(r.why, "2 of 3 put back and read back, 1 as before already");
}

static void others_pins_are_left_alone(void **state)
{
	struct changing *t = *state;
	struct result r;

	applied(t);
	fake_put(t->f, LIVE0, "6\n");
	r = undo(t);
	says(r.why, "2 of 3 put back; live vcpu 0 holds something else");
	holds(t, LIVE0, "6\n");
	holds(t, CONFIG0, "-\n");
}

static void live_pins_end_with_their_guest(void **state)
{
	struct changing *t = *state;
	struct entries e;
	struct result r;

	applied(t);
	fake_put(t->f, "@virt/guests", UUID " - shutoff 9 persistent web3\n");
	fake_file(t->f, LIVE0)->read_error = fake_file(t->f, LIVE1)->read_error = -ENOENT;
	r = undo(t);
	assert_string_equal(r.why, "1 of 3 put back and read back, 2 ended with the guest");
	holds(t, CONFIG0, "-\n");
	e = one_entry(t);
	assert_int_equal(e.entry[0].state, ENTRY_UNDONE);
	entries_free(&e);
}

/* Its own libvirt does not know it any more: that is written down, and older changes get their turn. */
static void a_guest_that_is_not_there_is_gone(void **state)
{
	struct changing *t = *state;
	struct entries e;
	struct result r;

	applied(t);
	fake_put(t->f, "@virt/guests", "22222222-2222-3333-4444-555555555555 3 running 7 persistent web4\n");
	fake_file(t->f, LIVE0)->read_error = fake_file(t->f, LIVE1)->read_error = -ENOENT;
	fake_file(t->f, CONFIG0)->read_error = -ENOENT;
	r = undo(t);
	assert_int_equal(r.outcome, OUTCOME_REFUSED);
	assert_int_equal(r.err, -ESRCH);
	says(r.why, "live vcpu 0, live vcpu 1, config vcpu 0 are gone: undo 1 tries again");
	e = one_entry(t);
	assert_true(e.entry[0].overwritten);
	assert_false(e.entry[0].undoable);
	entries_free(&e);
}

static void a_definition_may_go_while_its_guest_runs(void **state)
{
	struct changing *t = *state;
	struct result r;

	applied(t);
	fake_put(t->f, "@virt/guests", UUID " 3 running 7 transient web3\n");
	fake_file(t->f, CONFIG0)->read_error = -ENOENT;
	r = undo(t);
	says(r.why, "2 of 3 put back; config vcpu 0 is gone: partly undone");
	holds(t, LIVE1, "4-5\n");
}

/* libvirt that cannot be reached is no guest that went. */
static void no_answer_is_not_gone(void **state)
{
	struct changing *t = *state;
	struct entries e;
	struct result r;

	applied(t);
	for (size_t i = 0; i < t->f->n; i++)
		if (t->f->file[i].path[0] == '@')
			t->f->file[i].read_error = -ETIMEDOUT;
	r = undo(t);
	assert_int_equal(r.outcome, OUTCOME_REFUSED);
	says(r.why, "live vcpu 0, live vcpu 1, config vcpu 0 got no answer: ");
	snprintf(fake_file(t->f, LIVE0)->words, FAKE_TEXT, "Timed out: cannot acquire state change lock");
	says(undo(t).why, "live vcpu 0, live vcpu 1, config vcpu 0 refused: Timed out: cannot acquire");
	for (size_t i = 0; i < t->f->n; i++)
		if (t->f->file[i].read_error)
			t->f->file[i].read_error = -ENOTCONN;
	r = undo(t);
	says(r.why, "nothing was put back: live vcpu 0, live vcpu 1, config vcpu 0 got no answer: ");
	e = one_entry(t);
	assert_true(e.entry[0].undoable);
	entries_free(&e);
}

static void a_definition_outlives_the_boot(void **state)
{
	struct changing *t = *state;
	struct entries e;
	struct result r;

	applied(t);
	fake_put(t->f, "/proc/sys/kernel/random/boot_id", "another\n");
	changing_reopen(t, "kvm07", true);
	fake_put(t->f, LIVE0, "-\n");
	fake_put(t->f, LIVE1, "4-5\n");
	e = one_entry(t);
	assert_false(e.entry[0].this_boot);
	assert_true(e.entry[0].undoable);
	entries_free(&e);
	r = undo(t);
	assert_string_equal(r.why, "1 of 3 put back and read back, 2 as before already");
	holds(t, CONFIG0, "-\n");
}

/* The call of an apply that writes live vcpu 1: three reads each to fill and to look again, one for the name
 * of the libvirt, and one write before.
 */
enum { WRITE_OF_LIVE1 = 9 };

/* The cgroup is set and then the affinity is refused: the old list is read, and must be written nevertheless. */
static void a_refusal_half_way_is_put_back(void **state)
{
	struct changing *t = *state;
	struct fake_file *file = fake_file(t->f, LIVE1);
	struct result r;

	fake_fail(t->f, WRITE_OF_LIVE1, 1, EINVAL);
	snprintf(file->words, sizeof(file->words), "cannot set CPU affinity on process 4711: Invalid argument");
	r = apply(t);
	assert_int_equal(r.outcome, OUTCOME_PUT_BACK);
	assert_string_equal(r.why, "2 of 3 pins: live vcpu 1 refused: cannot set CPU affinity on process 4711: Invalid "
				   "argument: everything was put back");
	says(r.help, "none of these CPUs is online and allowed");
	assert_int_equal(t->f->writes, 6);
	holds(t, LIVE0, ALL);
	holds(t, LIVE1, "4-5\n");
	holds(t, CONFIG0, "-\n");
}

static void a_refusal_leaves_what_it_did_not_touch(void **state)
{
	struct changing *t = *state;
	struct fake_file *file = fake_file(t->f, LIVE0);
	struct result r;

	fake_file(t->f, LIVE1)->write_error = fake_file(t->f, CONFIG0)->write_error = file->write_error = -EACCES;
	snprintf(file->words, sizeof(file->words), "access denied by polkit");
	r = apply(t);
	assert_int_equal(r.outcome, OUTCOME_PUT_BACK);
	says(r.why, "0 of 3 pins: live vcpu 0, live vcpu 1, config vcpu 0 refused: access denied by polkit: nothing");
	says(r.help, "group libvirt");
	assert_int_equal(t->f->writes, 3);
	holds(t, LIVE0, "-\n");
}

/* Each write does its work and says that it failed. */
static void a_write_that_lies_is_put_back(void **state)
{
	struct changing *t = *state;
	struct result r;

	t->f->may_fail_silently = true;
	fake_file(t->f, LIVE1)->write_error = -EIO;
	r = apply(t);
	assert_int_equal(r.outcome, OUTCOME_PUT_BACK);
	holds(t, LIVE0, ALL);
	holds(t, LIVE1, "4-5\n");
}

static void what_cannot_be_read_is_told_in_words(void **state)
{
	struct changing *t = *state;
	struct change *c = plan();
	struct result r;

	assert_int_equal(change_fill(t->h, c), 0);
	fake_file(t->f, LIVE0)->read_error = -EIO;
	snprintf(fake_file(t->f, LIVE0)->words, FAKE_TEXT,
		"Timed out during operation: cannot acquire state change lock");
	r = change_apply(t->h, t->j, c, NULL, NULL);
	assert_int_equal(r.outcome, OUTCOME_REFUSED);
	says(r.why,
		"live vcpu 0 cannot be read (Timed out during operation: cannot acquire state change lock): nothing");
	says(r.help, "another operation holds the guest");
	change_free(c);
}

static void the_script_restores_by_virsh(void **state)
{
	struct changing *t = *state;
	struct arena *a = arena_new(0);
	struct entries e;
	const char *script;

	applied(t);
	e = one_entry(t);
	script = journal_shell(a, &e);
	says(script, "\nuri=qemu:///system\n");
	says(script, "\nrestore_pin " UUID " live 'vcpupin vcpu='\\''0'\\''' 3 at_uri vcpupin " UUID " 0 0-7 --live\n");
	says(script, "\nrestore_pin " UUID " live 'vcpupin vcpu='\\''1'\\''' 2 at_uri vcpupin " UUID " 1 4-5 --live\n");
	says(script, "\nrestore_pin " UUID " config 'vcpupin vcpu='\\''0'\\''' 3 without " UUID
		     " 'vcpupin vcpu='\\''0'\\'''\n");
	entries_free(&e);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(undo_frees_what_it_cannot_take_away),
		TEST(all_cpus_are_as_before_already),
		TEST(others_pins_are_left_alone),
		TEST(live_pins_end_with_their_guest),
		TEST(a_guest_that_is_not_there_is_gone),
		TEST(a_definition_may_go_while_its_guest_runs),
		TEST(no_answer_is_not_gone),
		TEST(a_definition_outlives_the_boot),
		TEST(a_refusal_half_way_is_put_back),
		TEST(a_refusal_leaves_what_it_did_not_touch),
		TEST(a_write_that_lies_is_put_back),
		TEST(what_cannot_be_read_is_told_in_words),
		TEST(the_script_restores_by_virsh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
