/* Tests what run.c makes of what a predicate says: whom a part is about, what was unread, and when it passes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "probes/arena.h"
#include "probes/checks/run_impl.h"
#include "probes/checks_unread.h"
#include "tests/lib/probing.h"

/* One predicate over a machine: its finding, until judged_end(). */
struct judged {
	struct probing p;
	struct arena *a;
	struct check check;
	struct past past;
	struct finding f;
};

static void judge(struct judged *j, void (*predicate)(struct check_run *r))
{
	struct check_run r;

	*j = (struct judged){.p = probing_capture("founding"),
		.a = arena_new(0),
		.check = {.id = "X01", .judge = predicate}};
	probing_tick(&j->p);
	r = (struct check_run){.s = j->p.snap, .a = j->a, .check = &j->check};
	check_run_begin(&r, &j->f);
	r.past = &j->past;
	predicate(&r);
	check_run_end(&r);
}

static void judged_end(struct judged *j)
{
	arena_free(j->a);
	probing_end(&j->p);
}

static void fires_of_guests(struct check_run *r)
{
	check_fire(r, SEVERITY_WARN, "guests.guest[a\\]b].disk[vda].bus", "One.");
	check_fire(r, SEVERITY_WARN, "silicon.cpu[3].ratio", "Two.");
	check_fire(r, SEVERITY_WARN, "tasks.task[77].busy", "Three.");
	check_guest(r, "web3");
}

static void parts_are_of_guests(void **state)
{
	struct judged j;

	(void)state;
	judge(&j, fires_of_guests);
	assert_int_equal(j.f.nparts, 3);
	assert_string_equal(j.f.part[0].guest, "a]b");
	assert_null(j.f.part[1].guest);
	assert_string_equal(j.f.part[2].guest, "web3");
	judged_end(&j);
}

static void notes_unread(struct check_run *r)
{
	static const char *const at[] = {"idle.cpu[0].usage", "idle.cpu[1].usage", "idle.cpu[2].usage",
		"idle.cpu[3].usage", "idle.cpu[4].usage"};

	check_unknown(r, "Nothing moves here.");
	for (size_t i = 0; i < sizeof(at) / sizeof(*at); i++)
		check_known(r, value_error(-EACCES, 0), at[i]);
	check_known(r, value_u64(1, 0), "idle.cpu[5].usage");
}

static void all_that_is_unread(void **state)
{
	struct judged j;

	(void)state;
	judge(&j, notes_unread);
	assert_int_equal(j.f.verdict, VERDICT_UNKNOWN);
	assert_int_equal(j.f.nunread, 6);
	assert_int_equal(j.f.nunreads, 5);
	assert_string_equal(j.f.unreads[0], "idle.cpu[0].usage");
	assert_string_equal(j.f.unreads[4], "idle.cpu[4].usage");
	assert_null(j.f.unread); /* the first had no address */
	judged_end(&j);
}

static void only_reads(struct check_run *r)
{
	check_known(r, value_u64(1, 0), "silicon.busy");
}

static void passes(struct check_run *r)
{
	check_pass(r, "All is well.");
}

static void waits(struct check_run *r)
{
	check_later(r, "Its rate is not known yet.");
	check_unknown(r, "Nobody tells it.");
}

static void nobody_tells(struct check_run *r)
{
	check_unknown(r, "Nobody tells it.");
	check_known(r, value_error(-EACCES, 0), "silicon.busy");
}

static void is_unknown(void (*predicate)(struct check_run *r), const char *line, enum unread why)
{
	struct judged j;

	judge(&j, predicate);
	assert_int_equal(j.f.verdict, VERDICT_UNKNOWN);
	assert_string_equal(j.f.line, line);
	assert_int_equal(finding_unread(&j.f), why);
	judged_end(&j);
}

/* A predicate that returned early has not said that all is well. */
static void who_says_so_passes(void **state)
{
	struct judged j;

	(void)state;
	judge(&j, passes);
	assert_int_equal(j.f.verdict, VERDICT_PASS);
	assert_string_equal(j.f.line, "All is well.");
	judged_end(&j);
	is_unknown(only_reads, "What was read says neither yes nor no.", UNREAD_NEVER);
	is_unknown(waits, "Its rate is not known yet.", UNREAD_YET);
	is_unknown(nobody_tells, "Nobody tells it.", UNREAD_NEVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_of_guests),
		cmocka_unit_test(all_that_is_unread),
		cmocka_unit_test(who_says_so_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
