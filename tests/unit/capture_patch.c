/* Tests texts of captures that change within their lines: what they say then, and what is refused. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/capture.h"
#include "probes/host/host.h"
#include "probes/util.h"

#define HEAD CAPTURE_MAGIC "\n@ 1 1000 2026-11-22T09:34:00Z\n"
#define TICK2 "@ 2 2000 2026-11-22T09:34:01Z due\n"
#define TICK3 "@ 3 3000 2026-11-22T09:34:02Z due\n"

static int open_text(const char *text, struct host **ret, char why[200])
{
	return capture_open_text(xstrdup(text), strlen(text), "x.host", ret, why);
}

/* What /a says in the last tick, and once more after going back to the first. */
static void says(const char *text, const char *expected)
{
	char why[200] = "";
	struct answer a;
	struct host *h = NULL;
	int ticks = 0;

	if (open_text(text, &h, why))
		fail_msg("%s: %s", text, why);
	for (int round = 0; round < 2; round++) {
		for (ticks = 0; !host_tick(h, 1); ticks++)
			;
		assert_int_equal(host_read(h, "/a", &a), 0);
		assert_string_equal(a.text, expected);
		assert_int_equal(a.len, strlen(expected));
		assert_int_equal(host_tick(h, -ticks), 0);
	}
	host_close(h);
}

static void refused(const char *text, const char *expected)
{
	char why[200] = "";
	struct host *h = NULL;

	if (!open_text(text, &h, why))
		fail_msg("it opens: %s", text);
	if (!strstr(why, expected))
		fail_msg("%s, not: %s", why, expected);
}

#define THREE "= /a\n\tone 11\n\ttwo 22\n\tthree\n"

static void parts_of_lines(void **state)
{
	(void)state;
	says(HEAD THREE TICK2 "~ /a\n\t1+4 12\n" CAPTURE_END, "one 12\ntwo 22\nthree\n");
	says(HEAD THREE TICK2 "~ /a\n\t1+0 O\n\t1+5 9\n\t3+4 E\n" CAPTURE_END, "One 19\ntwo 22\nthreE\n");
	says(HEAD THREE TICK2 "~ /a\n\t1+4 12\n" TICK3 "~ /a\n\t1+5 3\n\t2 22\n\t3+0 T\n" CAPTURE_END, "one 13\n22\nThree\n");
	/* lines first, then parts of them; then the text anew */
	says(HEAD THREE TICK2 "~ /a\n\t2 zwei\n" TICK3 "~ /a\n\t2+3 g\n" CAPTURE_END, "one 11\nzweg\nthree\n");
	says(HEAD THREE TICK2 "~ /a\n\t2+3 g\n" TICK3 "= /a new\n" CAPTURE_END, "new\n");
	says(HEAD "= /a 12345\n" TICK2 "~ /a\n\t1+2 6\n" CAPTURE_END, "12645\n");
	says(HEAD THREE TICK2 "~ /a\n\t2+6\n" CAPTURE_END, "one 11\ntwo 22\nthree\n");
}

static void escapes_count_as_what_they_mean(void **state)
{
	(void)state;
	says(HEAD "= /a\n\t\\x00\\\\\\tx\n" TICK2 "~ /a\n\t1+1 \\x7b\\t\n" TICK3 "~ /a\n\t1+0 \\x41\n" CAPTURE_END, "A{\tx\n");
	says(HEAD "= /a\n\tone\n\ttwo\\c\n" TICK2 "~ /a\n\t2+2 i\n" CAPTURE_END, "one\ntwi");
	says(HEAD "= /a\n\tone\n\ttwo\\c\n" TICK2 "~ /a\n\t1+2 i\n" TICK3 "~ /a\n\t2 end\n" CAPTURE_END, "oni\nend\n");
	says(HEAD "= /a\n\tone\n\ttwo\n" TICK2 "~ /a\n\t1+2 i\n" TICK3 "~ /a\n\t2 end\\c\n" CAPTURE_END, "oni\nend");
	says(HEAD "= /a\n\tcpu{0-2} 7\n" TICK2 "~ /a\n\t2+5 8\n" CAPTURE_END, "cpu0 7\ncpu1 8\ncpu2 7\n");
}

static void what_does_not_fit(void **state)
{
	(void)state;
	refused(HEAD THREE TICK2 "~ /a\n\t1+5 12\n" CAPTURE_END, "bytes are changed that the line does not have");
	refused(HEAD THREE TICK2 "~ /a\n\t1+7\n" CAPTURE_END, "bytes are changed that the line does not have");
	refused(HEAD THREE TICK2 "~ /a\n\t2 x\n" TICK3 "~ /a\n\t2+1 x\n" CAPTURE_END, "x.host:11: bytes are changed");
	refused(HEAD THREE TICK2 "~ /a\n\t4+0 x\n" CAPTURE_END, "a line is changed that the text does not have");
	refused(HEAD "! /a ENOENT\n" TICK2 "~ /a\n\t1+0 x\n" CAPTURE_END, "a text is changed that is not there");
	refused(HEAD THREE TICK2 "~ /a\n\t1+1 x\n\t1+1 y\n" CAPTURE_END, "begin with 1 and ascend");
	refused(HEAD THREE TICK2 "~ /a\n\t1 x\n\t1+1 y\n" CAPTURE_END, "begin with 1 and ascend");
	refused(HEAD THREE TICK2 "~ /a\n\t1+1 x\n\t1 y\n" CAPTURE_END, "begin with 1 and ascend");
	refused(HEAD THREE TICK2 "~ /a\n\t1+ x\n" CAPTURE_END, "a changed line is a tab");
	refused(HEAD THREE TICK2 "~ /a\n\t1+-1 x\n" CAPTURE_END, "a changed line is a tab");
	refused(HEAD THREE TICK2 "~ /a\n\t0+1 x\n" CAPTURE_END, "a changed line is a tab");
	refused(HEAD THREE TICK2 "~ /a\n\t1+4294967295 x\n" CAPTURE_END, "a changed line is a tab");
	refused(HEAD THREE TICK2 "~ /a\n\t3+4 x\\c\n" CAPTURE_END, "a backslash is");
}

/* A short file that would make a copy of a long text for each of very many paths. */
static void bombs(void **state)
{
	(void)state;
	refused(HEAD "= /a{0-99999}\n\tline {0-9999}\n" TICK2 "~ /a{0-99999}\n\t1+0 x\n" CAPTURE_END, "than anybody has");
	char *text = xasprintf(HEAD "= /a{0-9999}\n\tone\n" TICK2 "~ /a{0-9999}\n\t1+0 x\n" TICK3
				    "~ /a{0-9999}\n\t1 %020000d\n" CAPTURE_END, 7);
	refused(text, "than anybody has");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_of_lines),
		cmocka_unit_test(escapes_count_as_what_they_mean),
		cmocka_unit_test(what_does_not_fit),
		cmocka_unit_test(bombs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
