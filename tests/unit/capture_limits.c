/* Tests what captures may ask for, with limits so small that a few lines go beyond them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/recording_impl.h"
#include "probes/host/capture.h"
#include "probes/util.h"
#include "tests/lib/capturing.h"
#include "tests/lib/recorded.h"
#include "tests/lib/sham.h"

#define T1 CAPTURE_HEAD CAPTURE_TICK_1
#define T2 CAPTURE_TICK_2
#define T3 CAPTURE_TICK_3

static const struct capture_limits small = {.paths = 40, .names = 400, .text = 50, .filled = 200, .held = 100};

static int open_small(const char *text, const struct capture_limits *most, struct host **ret, char why[200])
{
	return capture_open_limited(xstrdup(text), strlen(text), "x.host", most, ret, why);
}

static void refused(const char *text, const char *expected)
{
	char why[200] = "";
	struct host *h = NULL;

	if (!open_small(text, &small, &h, why))
		fail_msg("it opens: %s", text);
	assert_string_equal(why, expected);
}

static void opens(const char *text)
{
	char why[200] = "";
	struct host *h = NULL;

	if (open_small(text, &small, &h, why))
		fail_msg("%s: %s", text, why);
	while (!host_tick(h, 1))
		;
	host_close(h);
}

static void paths_that_braces_make(void **state)
{
	char *text = xasprintf(T1 "! /\\x20%0500d EPERM\n.\n", 1);

	(void)state;
	opens(T1 "! /a{0-39} EPERM\n.\n");
	refused(T1 "! /a{0-40} EPERM\n.\n", "x.host:3: more paths than anybody has");
	refused(T1 "! /a{0-19} EPERM\n! /a{0-19} EPERM\n! /a{0-1} EPERM\n.\n", "x.host:5: more paths than anybody has");
	/* their bytes; a sum that makes little is read as long as it is */
	opens(T1 "! /aaaaaaaaaaaaaaaaa{0-15} EPERM\n.\n");
	refused(T1 "! /aaaaaaaaaaaaaaaaa{0-16} EPERM\n.\n", "x.host:3: more paths than anybody has");
	refused(T1 "! /a{0-16}{%2+0+0+0+0+0+0} EPERM\n.\n", "x.host:3: more paths than anybody has");
	/* without braces it is the length of the capture that ends them */
	opens(text);
	free(text);
}

/* Each path would make its answer anew, and place its lines anew: what that comes to is counted. */
static void text_that_braces_make(void **state)
{
	(void)state;
	opens(T1 "= /a{0-9} 123456789abcdefghi\n.\n");
	refused(T1 "= /a{0-9} 123456789abcdefghijk\n.\n", "x.host:3: braces make more text than anybody has");
	refused(T1 "/ /a{0-9}\n\t123456789abcdefghijk\n.\n", "x.host:3: braces make more text than anybody has");
	refused(T1 "= /a{0-9} 1\n" T2 "~ /a{0-9}\n\t1 123456789abcdefghi\n.\n",
		"x.host:5: braces make more text than anybody has");
	refused(T1 "= /a\n\t12345678901234567890\n\t12345678901234567890123456789\n.\n",
		"x.host:5: a text of more than 64 MiB");
}

/* An answer is as long as what its escapes mean: a recorder does not count more. */
static void escapes(void **state)
{
	(void)state;
	opens(T1 "= /a \\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01\n.\n");
	opens(T1 "= /a\n\t\\x01\\\\\\n\\t89012345678901234567890123456789012345678\\c\n.\n");
	refused(T1 "= /a\n\t\\x01\\\\\\n\\t8901234567890123456789012345678901234567890123\\c\n.\n",
		"x.host:4: a text of more than 64 MiB");
}

/* What a change replaces is no longer held. */
static void text_that_is_held(void **state)
{
	char text[4096];
	size_t len = (size_t)sprintf(text, T1 "= /a x\n" T2 "~ /a\n\t1+0 y\n" T3);

	(void)state;
	for (int i = 4; i < 10; i++)
		len += (size_t)sprintf(text + len, "@ %d %d000000000 2026-11-27T18:00:0%dZ\n~ /a\n\t1 %030d\n", i, i, i, i);
	sprintf(text + len, ".\n");
	opens(text);
	refused(T1 "= /a{0-9} x\n" T2 "~ /a{0-9}\n\t1+0 y\n.\n",
		"x.host:5: more text is changed byte by byte than anybody has");
	refused(T1 "= /a{0-9} x\n= /b{0-9} x\n" T2 "~ /a{0-9}\n\t1 y\n~ /b{0-9}\n\t1 y\n.\n",
		"x.host:8: more lines are changed one by one than anybody has");
	/* said anew, none of it is held */
	opens(T1 "= /a{0-7} x\n" T2 "~ /a{0-7}\n\t1 y\n" T3 "= /a{0-7} x\n= /b{0-3} x\n"
		 "@ 4 4000000000 2026-11-27T18:00:03Z\n~ /b{0-3}\n\t1+0 y\n.\n");
}

static void sums(void **state)
{
	(void)state;
	opens(T1 "= /a{4} {+1+1+1+1-1-1-1-1}\n.\n");
	refused(T1 "= /a\n\t{4} {+1+1+1+1-1-1-1-1%9}\n.\n", "x.host:4: a sum in braces has at most 8 terms");
	refused(T1 "= /a{4}{+1+1+1+1-1-1-1-1%9} x\n.\n", "x.host:3: a sum in braces has at most 8 terms");
}

/* A text of lines that become longer and shorter, recorded with so much to be held. */
static void record(struct recorded *to, uint64_t held_most)
{
	struct sham *m = sham_new();
	struct answer a;
	struct host *h;

	recording_open(sham_host(m), recorded_sink, to, &h);
	recording_of(h)->entries.held_most = held_most;
	for (int i = 0; i < 20; i++) {
		char text[8192] = "", *at = text;

		for (int line = 0; line < 100; line++)
			at += sprintf(at, "%d: one two three %0*d\n", line, line == i ? i % 3 * 1000 + 1 : 9, line == i * 3 ? i : 0);
		sham_put(m, i % 2 ? "/a" : "/b", "%s", text);
		assert_int_equal(host_tick(h, 1), 0);
		assert_int_equal(host_read(h, "/a", &a), i ? 0 : -ENOENT);
		assert_int_equal(host_read(h, "/b", &a), 0);
	}
	assert_int_equal(recording_flush(h, true), 0);
	host_close(h);
	sham_free(m);
}

/* What is recorded can be opened: changes are written as long as a reader with the same limit bears them. */
static void recorded_ones(void **state)
{
	char why[200] = "";

	(void)state;
	for (uint64_t held = 0; held < 60000; held += 1500) {
		struct capture_limits most = {20, 100, 1 << 20, 1 << 20, held};
		struct recorded r = {0};
		struct host *h = NULL;

		record(&r, held);
		if (open_small(r.text, &most, &h, why))
			fail_msg("%llu: %s", (unsigned long long)held, why);
		host_close(h);
		assert_int_equal(strstr(r.text, "\n~ ") != NULL, held > 15000);
		recorded_free(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_that_braces_make),
		cmocka_unit_test(text_that_braces_make),
		cmocka_unit_test(text_that_is_held),
		cmocka_unit_test(escapes),
		cmocka_unit_test(sums),
		cmocka_unit_test(recorded_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
