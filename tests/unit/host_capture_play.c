/* Captures play: forward, backward and from the start again each tick answers the same. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/util.h"
#include "tests/lib/capturing.h"

static void moves_between_its_ends(void **state)
{
	(void)state;
	struct host *h = capture_of_text(
		CAPTURE_HEAD CAPTURE_TICK_1 "= /a 1\n" CAPTURE_TICK_2 "= /a 2\n" CAPTURE_TICK_3 "= /b 3\n.\n");
	static const struct {
		int by, err;
		const char *a, *b, *tick;
	} row[] = {
		{0, 0, "", "", "tick=0\nticks=3\nwant=all\nnext_ns=0\n"},
		{-1, -ERANGE, "", "", "tick=0\nticks=3\nwant=all\nnext_ns=0\n"},
		{4, -ERANGE, "", "", "tick=0\nticks=3\nwant=all\nnext_ns=0\n"},
		{1, 0, "1\n", "", "tick=1\nticks=3\nwant=all\nnext_ns=1000000000\n"},
		{1, 0, "2\n", "", "tick=2\nticks=3\nwant=due\nnext_ns=1000000000\n"},
		{1, 0, "2\n", "3\n", "tick=3\nticks=3\nwant=all\nnext_ns=0\n"},
		{1, -ERANGE, "2\n", "3\n", "tick=3\nticks=3\nwant=all\nnext_ns=0\n"},
		{0, 0, "2\n", "3\n", "tick=3\nticks=3\nwant=all\nnext_ns=0\n"},
		{-1, 0, "2\n", "", "tick=2\nticks=3\nwant=due\nnext_ns=1000000000\n"},
		{-2, 0, "", "", "tick=0\nticks=3\nwant=all\nnext_ns=0\n"},
		{3, 0, "2\n", "3\n", "tick=3\nticks=3\nwant=all\nnext_ns=0\n"},
		{-2147483647, -ERANGE, "2\n", "3\n", "tick=3\nticks=3\nwant=all\nnext_ns=0\n"},
		{2147483647, -ERANGE, "2\n", "3\n", "tick=3\nticks=3\nwant=all\nnext_ns=0\n"},
		{-2, 0, "1\n", "", "tick=1\nticks=3\nwant=all\nnext_ns=1000000000\n"},
	};

	for (size_t i = 0; i < COUNT(row); i++) {
		assert_int_equal(host_tick(h, row[i].by), row[i].err);
		assert_reads(h, "/a", row[i].a[0] ? row[i].a : "ENODATA: /a: not in this capture");
		assert_reads(h, "/b", row[i].b[0] ? row[i].b : "ENODATA: /b: not in this capture");
		assert_reads(h, "@capture/tick", row[i].tick);
	}
	assert_int_equal(host_keep(h, "@capture/tick"), -EMFILE);
	host_close(h);
}

static const char changing[] = CAPTURE_HEAD CAPTURE_TICK_1
	"= /lines\n\ta\n\tb\n\tc\n= /one x\n= /gone 1\n! /comes ENOENT\n/ /d\n\tx\n> /l one\n"
	"= /cpu{0-1}\n\tcpu{0-2} {}\n\tend {}\\c\n" CAPTURE_TICK_2
	"~ /lines\n\t2 B\n= /comes 2\n! /gone ENOENT\n/ /d\n\ty\n\tz\n> /l two\n~ /one\n\t1 \n"
	"~ /cpu{0-1}\n\t2 middle {}\n\t4 last {+1}\n" CAPTURE_TICK_3
	"~ /lines\n\t1 A\n\t3\n~ /cpu1\n\t1 first\n\t4 no end\\c\n= /one y\n"
	"@ 4 4000000000 2026-11-27T18:00:03Z\n= /lines\n\tnew\n~ /lines\n\t1 newer\n!> /l EINVAL\n!/ /d ENOENT\n.\n";

static void assert_tick(struct host *h, int tick)
{
	static const struct {
		const char *path, *text[4];
	} row[] = {
		{"/lines", {"a\nb\nc\n", "a\nB\nc\n", "A\nB\n\n", "newer\n"}},
		{"/one", {"x\n", "\n", "y\n", "y\n"}},
		{"/gone",
			{"1\n", "ENOENT: /gone: No such file or directory", "ENOENT: /gone: No such file or directory",
				"ENOENT: /gone: No such file or directory"}},
		{"/comes", {"ENOENT: /comes: No such file or directory", "2\n", "2\n", "2\n"}},
		{"/cpu0", {"cpu0 0\ncpu1 1\ncpu2 2\nend 0", "cpu0 0\nmiddle 0\ncpu2 2\nlast 1\n",
				  "cpu0 0\nmiddle 0\ncpu2 2\nlast 1\n", "cpu0 0\nmiddle 0\ncpu2 2\nlast 1\n"}},
		{"/cpu1", {"cpu0 0\ncpu1 1\ncpu2 2\nend 1", "cpu0 0\nmiddle 1\ncpu2 2\nlast 2\n",
				  "first\nmiddle 1\ncpu2 2\nno end", "first\nmiddle 1\ncpu2 2\nno end"}},
	};
	static const char *const list[] = {"x ", "y z ", "y z ", "ENOENT"}, *const link[] = {"one", "two", "two",
										    "EINVAL: /l: Invalid argument"};

	for (size_t i = 0; i < COUNT(row); i++)
		assert_reads(h, row[i].path, row[i].text[tick - 1]);
	assert_lists(h, "/d", list[tick - 1]);
	assert_links(h, "/l", link[tick - 1]);
}

static void each_tick_is_the_same_however_it_is_reached(void **state)
{
	static const int by[] = {1, 1, 1, 1, -1, -1, -1, 3, -3, 2, -2, 1, 1, 1, -4, 4, -2};
	struct host *h = capture_of_text(changing), *other;
	int tick = 0;

	(void)state;
	assert_int_equal(host_again(h, &other), 0);
	for (size_t i = 0; i < COUNT(by); i++) {
		tick += by[i];
		assert_int_equal(host_tick(i % 2 ? h : other, by[i]), 0);
		for (int again = 0; tick && again < 2; again++) {
			assert_tick(h, tick);
			assert_tick(other, tick);
		}
	}
	host_close(h);
	host_close(other);
}

/* Reads while the other one moves; what it gets is whole, of one tick or another. */
static void *read_all(void *arg)
{
	struct host *h = arg;
	struct answer a;

	for (int i = 0; i < 2000; i++) {
		int err = host_read(h, "/lines", &a);

		if (err ? err != -ENODATA : a.len < 5 || a.text[a.len - 1] != '\n')
			return h;
		(void)host_now(h);
	}
	return NULL;
}

static void another_thread_may_read_meanwhile(void **state)
{
	(void)state;
	struct host *h = capture_of_text(changing), *other;
	pthread_t thread;
	void *wrong;

	assert_int_equal(host_again(h, &other), 0);
	assert_int_equal(pthread_create(&thread, NULL, read_all, other), 0);
	for (int i = 0; i < 500; i++) {
		assert_int_equal(host_tick(h, 4), 0);
		assert_int_equal(host_tick(h, -4), 0);
	}
	pthread_join(thread, &wrong);
	assert_null(wrong);
	host_close(h);
	host_close(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moves_between_its_ends),
		cmocka_unit_test(each_tick_is_the_same_however_it_is_reached),
		cmocka_unit_test(another_thread_may_read_meanwhile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
