/* The capture host answers what was written down: texts, links, lists, refusals, at the times of the machine. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/util.h"
#include "tests/lib/capturing.h"
#include "tests/lib/tree.h"

static void says_who_it_is(void **state)
{
	(void)state;
	struct host *h = capture_of_text(CAPTURE_HEAD ": kind live\n: hostname node7\n: kept 17\n: program 9.9\n"
						      ": anonymous yes\n: colour\n" CAPTURE_TICK_1 ".\n");
	const struct about *about = host_about(h);
	char why[200];

	assert_int_equal(about->kind, HOST_CAPTURE);
	assert_int_equal(about->origin, HOST_LIVE);
	assert_false(about->is_this_machine);
	assert_false(about->writable);
	assert_string_equal(about->hostname, "node7");
	assert_string_equal(about->label, "CAPTURE");
	assert_string_equal(about->where, "made.host");
	assert_int_equal(host_cost(h).kept_limit, 17);
	assert_int_equal(host_may_write(h, why), -EROFS);
	assert_string_equal(why, "This is a capture of a machine, not the machine itself: it is only read.");
	host_close(h);
}

static void says_who_it_is_by_its_file(void **state)
{
	static const struct {
		const char *file, *name;
	} row[] = {
		{"node7.host", "node7"}, {"node7.host.gz", "node7"}, {"a/b.host/node.7", "node.7"}, {".host", ".host"}};
	char *tree = tree_new();

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		char *path = xasprintf("%s/%s", tree, row[i].file), why[200];
		struct host_options o = {.open = path};
		struct host *h;

		tree_text(tree, row[i].file, CAPTURE_HEAD CAPTURE_TICK_1 ".\n");
		assert_int_equal(host_open(&o, &h, why), 0);
		assert_string_equal(host_about(h)->hostname, row[i].name);
		assert_string_equal(host_about(h)->where, path);
		assert_int_equal(host_about(h)->origin, HOST_DIRECTORY);
		assert_int_equal(host_cost(h).kept_limit, 12000);
		host_close(h);
		free(path);
	}
	tree_free(tree);
}

static void answers_each_verb(void **state)
{
	(void)state;
	struct host *h = capture_of_records("# a comment {} \\ é\n"
					    "= /one 1\n"
					    "= /two words of it \n"
					    "= /none\n"
					    "= /blank \n"
					    "= /lines\n\ta\n\t\n\t b\n"
					    "= /open\n\ta\n\tb\\c\n"
					    "= @virt/guests x y\\c\n"
					    "> /link ../a b\n"
					    "/ /list\n\tz\n\ta b\n\t.x\n"
					    "/ /bare\n"
					    "! /no EACCES\n"
					    "! @virt/no EIO\n\tlibvirt: it is gone\n"
					    "!> /one EINVAL\n"
					    "!/ /one ENOTDIR\n\tone is no folder\n"
					    "\n");

	assert_reads(h, "/one", "1\n");
	assert_reads(h, "/two", "words of it \n");
	assert_reads(h, "/none", "");
	assert_reads(h, "/blank", "\n");
	assert_reads(h, "/lines", "a\n\n b\n");
	assert_reads(h, "/open", "a\nb");
	assert_reads(h, "@virt/guests", "x y");
	assert_links(h, "/link", "../a b");
	assert_lists(h, "/list", "z a b .x ");
	assert_lists(h, "/bare", "");
	assert_reads(h, "/no", "EACCES: /no: Permission denied");
	assert_links(h, "/no", "EACCES: /no: Permission denied");
	assert_lists(h, "/no", "EACCES");
	assert_reads(h, "@virt/no", "EIO: libvirt: it is gone");
	assert_links(h, "/one", "EINVAL: /one: Invalid argument");
	assert_lists(h, "/one", "ENOTDIR");
	assert_reads(h, "/link", "ENODATA: /link: not in this capture");
	assert_links(h, "/two", "ENODATA: /two: not in this capture");
	assert_lists(h, "/two", "ENODATA");
	assert_reads(h, "/one/", "ENODATA: /one/: not in this capture");
	host_close(h);
}

static void does_nothing_else(void **state)
{
	(void)state;
	struct host *h = capture_of_records("= /one 1\n");
	struct answer a;

	assert_int_equal(host_write(h, "/one", "2", &a), -EROFS);
	assert_string_equal(a.why, host_about(h)->why_read_only);
	assert_int_equal(h->ops->write(h, "/one", "2", &a), -EROFS);
	assert_int_equal(host_start(h, "ttfb", &a), -EOPNOTSUPP);
	assert_string_equal(a.why, "ttfb: a capture does no work");
	assert_int_equal(host_poll(h, 1, &a), -EOPNOTSUPP);
	assert_int_equal(host_stop(h, 1), -EOPNOTSUPP);
	assert_reads(h, "/one", "1\n");
	host_close(h);
}

static int stop_at(const char *name, void *arg)
{
	return strcmp(name, arg) ? 0 : 7;
}

static void lists_until_it_is_told_to_stop(void **state)
{
	(void)state;
	struct host *h = capture_of_records("/ /d\n\ta\n\tb\n\tc\n");
	char b[] = "b", none[] = "x";

	assert_int_equal(host_list(h, "/d", stop_at, b), 7);
	assert_int_equal(host_list(h, "/d", stop_at, none), 0);
	host_close(h);
}

static uint64_t time_of(struct host *h, const char *path)
{
	struct answer a;

	(void)host_read(h, path, &a);
	return a.t_ns;
}

static void knows_when_it_was_answered(void **state)
{
	(void)state;
	struct host *h = capture_of_text(CAPTURE_HEAD CAPTURE_TICK_1
		"= /none 1\n=+1534 /later 1\n=-250000 /before 1\n=-2000000 /older 1\n!+3 /no EIO\n" CAPTURE_TICK_2
		"~+7 /later\n=+1 /none 1\n" CAPTURE_TICK_3 "~ /before\n!-5 /no EIO\n.\n");

	host_tick(h, 1);
	assert_int_equal(time_of(h, "/none"), 1000000000);
	assert_int_equal(time_of(h, "/later"), 1001534000);
	assert_int_equal(time_of(h, "/before"), 750000000);
	assert_int_equal(time_of(h, "/older"), 0);
	assert_int_equal(time_of(h, "/no"), 1000003000);
	assert_int_equal(time_of(h, "/missing"), 1000000000);
	host_tick(h, 1);
	assert_int_equal(time_of(h, "/none"), 2000001000);
	assert_int_equal(time_of(h, "/later"), 2000007000);
	assert_int_equal(time_of(h, "/before"), 1750000000);
	assert_reads(h, "/later", "1\n");
	host_tick(h, 1);
	assert_int_equal(time_of(h, "/later"), 3000007000);
	assert_int_equal(time_of(h, "/before"), 3000000000);
	assert_int_equal(time_of(h, "/no"), 2999995000);
	host_close(h);
}

static void knows_what_the_clock_said(void **state)
{
	(void)state;
	struct host *h = capture_of_text(
		CAPTURE_HEAD CAPTURE_TICK_1 "n 5 17 17\n" CAPTURE_TICK_2 CAPTURE_TICK_3 "= /x 1\nn 9\n.\n");
	struct host *other;

	assert_int_equal(host_now(h), 1000000000);
	assert_true(host_wall(h) == 1795802400 * INT64_C(1000000000));
	host_tick(h, 1);
	assert_int_equal(host_again(h, &other), 0);
	assert_int_equal(host_now(h), 1000000000);
	assert_int_equal(host_now(h), 1000005000);
	assert_int_equal(host_now(other), 1000000000); /* it does not take away what the first one is told */
	assert_int_equal(host_now(h), 1000017000);
	assert_int_equal(host_now(h), 1000017000);
	assert_int_equal(host_now(h), 1000017000);
	assert_int_equal(host_now(other), 1000005000);
	host_tick(h, 1);
	assert_int_equal(host_now(h), 2000000000);
	assert_int_equal(host_now(h), 2000000000);
	assert_true(host_wall(h) == 1795802401 * INT64_C(1000000000));
	host_tick(h, 1);
	assert_int_equal(host_now(other), 3000000000);
	assert_int_equal(host_now(other), 3000009000);
	host_tick(h, -2);
	assert_int_equal(host_now(h), 1000000000);
	assert_int_equal(host_now(h), 1000005000);
	host_close(h);
	host_close(other);
}

static void reads_the_time_of_day(void **state)
{
	static const struct {
		const char *text;
		int64_t ns;
	} row[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"2026-11-27T18:00:00.5Z", INT64_C(1795802400500000000)},
		{"2026-11-27T18:00:00.123456789Z", INT64_C(1795802400123456789)},
		{"2024-02-29T23:59:59.000000001Z", INT64_C(1709251199000000001)},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		char *text = xasprintf(CAPTURE_HEAD "@ 1 5 %s\n.\n", row[i].text);
		struct host *h = capture_of_text(text);

		assert_true(host_wall(h) == row[i].ns);
		host_close(h);
		free(text);
	}
}

static void keeps_as_many_as_the_machine_did(void **state)
{
	(void)state;
	struct host *h = capture_of_text(
		CAPTURE_HEAD ": kept 2\n" CAPTURE_TICK_1 "= /a 1\n= /b 2\n= /c 3\n! /no EACCES\n" CAPTURE_TICK_2
			     "= /a 9\n! /b ENOENT\n\ta file that was open: gone\n.\n");
	struct host *other;
	struct answer a;
	int ka, kb;

	assert_int_equal(host_keep(h, "/a"), -ENODATA);
	host_tick(h, 1);
	assert_int_equal(host_again(h, &other), 0);
	assert_int_equal(host_keep(h, "/no"), -EACCES);
	assert_int_equal(host_keep(h, "/missing"), -ENODATA);
	ka = host_keep(h, "/a");
	kb = host_keep(other, "/b");
	assert_true(ka >= 0 && kb >= 0);
	assert_int_equal(host_keep(h, "/c"), -EMFILE);
	assert_int_equal(host_keep(h, "/no"), -EMFILE);
	assert_int_equal(host_read_kept(h, ka, &a), 0);
	assert_string_equal(a.text, "1\n");
	assert_int_equal(host_tick(h, 1), 0);
	assert_int_equal(host_read_kept(h, ka, &a), 0);
	assert_string_equal(a.text, "9\n");
	assert_int_equal(host_read_kept(other, kb, &a), -ENOENT);
	assert_string_equal(a.why, "a file that was open: gone");
	host_drop(h, ka);
	assert_true(host_keep(h, "/c") >= 0);
	host_tick(h, -2);
	assert_int_equal(host_read_kept(other, kb, &a), -ENODATA);
	assert_string_equal(a.why, "/b: not in this capture");
	host_close(h); /* what it kept is free for others */
	host_tick(other, 1);
	assert_true(host_keep(other, "/c") >= 0);
	host_close(other);
}

static void answers_are_the_handles_own(void **state)
{
	(void)state;
	struct host *h = capture_of_records("= /a one\n= /b two\n"), *other;
	struct answer a, b;

	assert_int_equal(host_again(h, &other), 0);
	assert_int_equal(host_read(h, "/a", &a), 0);
	assert_int_equal(host_read(other, "/b", &b), 0);
	assert_string_equal(a.text, "one\n");
	host_close(h);
	assert_string_equal(b.text, "two\n");
	host_close(other);
}

static void refusals_cannot_harm_a_terminal(void **state)
{
	(void)state;
	struct host *h = capture_of_records("! /no EIO\n\tred \\x1b[31m\\x00\\xff\\n\n");

	assert_reads(h, "/no", "EIO: red ?[31m???");
	host_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_who_it_is),
		cmocka_unit_test(says_who_it_is_by_its_file),
		cmocka_unit_test(answers_each_verb),
		cmocka_unit_test(does_nothing_else),
		cmocka_unit_test(lists_until_it_is_told_to_stop),
		cmocka_unit_test(knows_when_it_was_answered),
		cmocka_unit_test(knows_what_the_clock_said),
		cmocka_unit_test(reads_the_time_of_day),
		cmocka_unit_test(keeps_as_many_as_the_machine_did),
		cmocka_unit_test(answers_are_the_handles_own),
		cmocka_unit_test(refusals_cannot_harm_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
