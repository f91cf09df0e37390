/* Lines of captures that are wrong: each is refused with a sentence that names file, line and what it is. */
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

#define T1 CAPTURE_HEAD CAPTURE_TICK_1

static const struct {
	const char *text, *why;
} wrong[] = {
	{"", "1: it is empty"},
	{"\n", "1: it is no capture: that would begin with \"hvscope-capture 1\""},
	{"hvscope-capture", "1: it is no capture: that would begin with \"hvscope-capture 1\""},
	{"\x7f"
	 "ELF",
		"1: it is no capture: that would begin with \"hvscope-capture 1\""},
	{"hvscope-capture 2\n.\n", "1: a capture of version 2, and this hvscope reads version 1"},
	{"hvscope-capture 1 \n.\n", "1: a capture of version 1 , and this hvscope reads version 1"},
	{"hvscope-capture \x1b[2J\n.\n", "1: a capture of version ?[2J, and this hvscope reads version 1"},
	{"hvscope-capture 1\r\n@ 1", "1: its lines end as those of Windows do, with a carriage return"},
	{CAPTURE_HEAD ".\n", "2: it ends before its first tick"},
	{CAPTURE_HEAD, "1: it was cut off here, before its first tick was whole"},
	{T1, "2: it was cut off here, before its first tick was whole"},
	{T1 "= /a", "3: it was cut off here, before its first tick was whole"},
	{T1 "= /a\n\tb", "4: it was cut off here, before its first tick was whole"},
	{T1 CAPTURE_TICK_2 CAPTURE_TICK_3 "= /a 1\n", "5: it was cut off here; ticks 1 to 2 are whole: (head -n 3 x.host; echo .) >whole.host keeps them"},
	{T1 ".\n= /a 1\n.\n", "4: a line behind the end"},
	{T1 ".\nx", "4: a line behind the end"},
	{T1 ".x\n", "3: no line begins like this; the last one is a point alone"},
	{T1 "\tx\n.\n", "3: a line behind a tab, and none above it that it belongs to"},
	{T1 "= /a 1\n\n\tx\n.\n", "5: a line behind a tab, and none above it that it belongs to"},
	{T1 "* /a\n.\n", "3: no line of a capture begins like this"},
	{T1 "\x1b[2J\n.\n", "3: no line of a capture begins like this"},
	{T1 "# \x1b[2J\n.\n", "3: a control character; it is written \\xNN"},
	{T1 "# \xff\n.\n", "3: a byte that is no UTF-8; it is written \\xNN"},
	{T1 ".\n# \x07\n", "4: a control character; it is written \\xNN"},
	/* of the machine */
	{CAPTURE_HEAD ": kind capture\n", "2: the kind of what was recorded is live, directory or training"},
	{CAPTURE_HEAD ": kept many\n", "2: how many files it may keep open is a number"},
	{CAPTURE_HEAD ": kept 99999999999\n", "2: how many files it may keep open is a number"},
	{CAPTURE_HEAD ": missing EIO\n", "2: what is missing is ENOENT or ENODATA"},
	{CAPTURE_HEAD ":kind live\n", "2: a colon is followed by a blank, a key and a value"},
	{CAPTURE_HEAD ":\n", "2: a colon is followed by a blank, a key and a value"},
	{CAPTURE_HEAD ": hostname a\x1b\n", "2: a control character; it is written \\xNN"},
	{CAPTURE_HEAD ": hostname {0-3}\n", "2: there can be no set here"},
	{T1 ": kind live\n", "3: what is said of the machine stands before the first tick"},
	/* ticks */
	{CAPTURE_HEAD "@ 2 5 2026-11-27T18:00:00Z\n", "2: the ticks count from 1 and leave none out"},
	{T1 "@ 3 2000000000 2026-11-27T18:00:00Z\n", "3: the ticks count from 1 and leave none out"},
	{T1 "@ 1 2000000000 2026-11-27T18:00:00Z\n", "3: the ticks count from 1 and leave none out"},
	{T1 "@ 2 999999999 2026-11-27T18:00:00Z\n", "3: the clock of a tick never goes backward"},
	{CAPTURE_HEAD "@ 1 -5 2026-11-27T18:00:00Z\n", "2: the clock of a tick is a number of nanoseconds, up to 4611686018427387903"},
	{CAPTURE_HEAD "@ 1 9223372036854775807 2026-11-27T18:00:00Z\n",
		"2: the clock of a tick is a number of nanoseconds, up to 4611686018427387903"},
	{CAPTURE_HEAD "@ 1 99999999999999999999 2026-11-27T18:00:00Z\n",
		"2: the clock of a tick is a number of nanoseconds, up to 4611686018427387903"},
	{CAPTURE_HEAD "@ 1 5 2026-11-27T18:00:00Z some\n", "2: of a tick all or due was read"},
	{CAPTURE_HEAD "@ 1 5 2026-11-27\n", "2: the time of a tick is one such as 2026-11-27T18:56:42.5Z"},
	{CAPTURE_HEAD "@ 1 5 2026-02-30T18:00:00Z\n", "2: the time of a tick is one such as 2026-11-27T18:56:42.5Z"},
	{CAPTURE_HEAD "@ 1 5 2026-13-01T18:00:00Z\n", "2: the time of a tick is one such as 2026-11-27T18:56:42.5Z"},
	{CAPTURE_HEAD "@ 1 5 2026-11-27T24:00:00Z\n", "2: the time of a tick is one such as 2026-11-27T18:56:42.5Z"},
	{CAPTURE_HEAD "@ 1 5 2026-11-27T18:00:00+01:00\n",
		"2: the time of a tick is one such as 2026-11-27T18:56:42.5Z"},
	{CAPTURE_HEAD "@ 1 5 1969-11-27T18:00:00Z\n", "2: the time of a tick is one such as 2026-11-27T18:56:42.5Z"},
	{CAPTURE_HEAD "@ 1 5 9999-11-27T18:00:00Z\n", "2: the time of a tick is one such as 2026-11-27T18:56:42.5Z"},
	{CAPTURE_HEAD "@ 1 5\n", "2: a tick is \"@ NUMBER NANOSECONDS TIME all\", or due instead of all, or neither"},
	{CAPTURE_HEAD "@ 1 5 2026-11-27T18:00:00Z all x\n",
		"2: a tick is \"@ NUMBER NANOSECONDS TIME all\", or due instead of all, or neither"},
	{CAPTURE_HEAD "@1 5 2026-11-27T18:00:00Z\n",
		"2: a tick is \"@ NUMBER NANOSECONDS TIME all\", or due instead of all, or neither"},
	{CAPTURE_HEAD "n 5\n", "2: a clock before the first tick"},
	{T1 "n 5\nn 6\n", "4: this tick has its line of clocks"},
	{T1 "n 6 5\n", "3: clocks are microseconds, and never go backward"},
	{T1 "n -5\n", "3: clocks are microseconds, and never go backward"},
	{T1 "n 9999999999999999\n", "3: clocks are microseconds, and never go backward"},
	{T1 "no\n", "3: no line of a capture begins like this"},
	/* signs, times and paths */
	{CAPTURE_HEAD "= /a 1\n", "2: an answer before the first tick"},
	{T1 "=/a 1\n", "3: there is a blank between the sign and the path"},
	{T1 "=\n", "3: there is a blank between the sign and the path"},
	{T1 "!\n", "3: there is a blank between the sign and the path"},
	{T1 "!~ /a EIO\n", "3: there is a blank between the sign and the path"},
	{T1 ">+5 /a b\n", "3: there is a blank between the sign and the path"},
	{T1 "!>+5 /a EIO\n", "3: there is a blank between the sign and the path"},
	{T1 "=+ /a 1\n", "3: a time is microseconds such as +1534, of at most 15 digits"},
	{T1 "=+1234567890123456 /a 1\n", "3: a time is microseconds such as +1534, of at most 15 digits"},
	{T1 "=+-5 /a 1\n", "3: a time is microseconds such as +1534, of at most 15 digits"},
	{T1 "= \n", "3: a path begins with / or @"},
	{T1 "= a 1\n", "3: a path begins with / or @"},
	{T1 "=  /a 1\n", "3: a path begins with / or @"},
	{T1 "= ../a 1\n", "3: a path begins with / or @"},
	{T1 "= /a\tb 1\n", "3: a control character; it is written \\xNN"},
	{T1 "= /a\\x00 1\n", "3: no path has a NUL in it"},
	{T1 "= /a{0-1}{0-1} 1\n", "3: there is a set already"},
	{T1 "= /a{} 1\n", "3: there is no set that these braces could mean"},
	/* texts */
	{T1 "= /a 1\n\tb\n", "4: a line behind a tab, and none above it that it belongs to"},
	{T1 "= /a\n\tok\n\t\x1b[2J\n", "5: a control character; it is written \\xNN"},
	{T1 "= /a\n\tb\r\n", "4: it ends as lines of Windows do, with a carriage return"},
	{T1 "= /a\n\ta\\c\n\tb\n", "5: \\c stood in the line above, and that is the end of a text"},
	{T1 "= /a {}\n", "3: there is no set that these braces could mean"},
	/* changes */
	{T1 "~ /a\n\t1 x\n", "3: a text is changed that is not there"},
	{T1 "! /a EIO\n~ /a\n", "4: a text is changed that is not there"},
	{T1 "> /a b\n~ /a\n", "4: a text is changed that is not there"},
	{T1 "= /a{0-1} 1\n~ /a{0-2}\n", "4: a text is changed that is not there"},
	{T1 "= /a 1\n~ /a\n\t2 x\n", "4: a line is changed that the text does not have"},
	{T1 "= /a\n~ /a\n\t1 x\n", "4: a line is changed that the text does not have"},
	{T1 "= /a\n\tb{0-2}\n~ /a\n\t4 x\n", "5: a line is changed that the text does not have"},
	{T1 "= /a 1\n~ /a\n\t0 x\n",
		"5: a changed line is a tab, its number, a blank and the line, or 3+17 and the bytes there"},
	{T1 "= /a 1\n~ /a\n\tx\n",
		"5: a changed line is a tab, its number, a blank and the line, or 3+17 and the bytes there"},
	{T1 "= /a 1\n~ /a\n\t-1 x\n",
		"5: a changed line is a tab, its number, a blank and the line, or 3+17 and the bytes there"},
	{T1 "= /a 1\n~ /a\n\t99999999999 x\n",
		"5: a changed line is a tab, its number, a blank and the line, or 3+17 and the bytes there"},
	{T1 "= /a\n\ta\n\tb\n~ /a\n\t2 x\n\t1 x\n", "8: the numbers of changed lines begin with 1 and ascend"},
	{T1 "= /a\n\ta\n\tb\n~ /a\n\t1 x\n\t1 x\n", "8: the numbers of changed lines begin with 1 and ascend"},
	{T1 "= /a\n\ta\n\tb\n~ /a\n\t1 x\\c\n", "6: \\c stands at the end of a text, and this is not its last line"},
	{T1 "= /a 1\n~ /a\n\t1 {0-3}\n", "5: there can be no set here"},
	{T1 "= /a 1\n~ /a 1\n", "4: nothing stands behind this path; a blank in it is written \\x20"},
	/* links, lists, refusals */
	{T1 "> /a\n", "3: the target is missing"},
	{T1 "> /a \n", "3: the target is missing"},
	{T1 "> /a x\\x00\n", "3: no link points there"},
	{T1 "> /a x\\c\n", "3: a backslash is \\\\, and escapes are \\n, \\t, \\xNN, and \\c at the end of a text"},
	{T1 "/ /a b\n", "3: nothing stands behind this path; a blank in it is written \\x20"},
	{T1 "/ /a\n\tb/c\n", "4: a name in a folder has 1 to 255 bytes, and no / or NUL"},
	{T1 "/ /a\n\tb\\x2fc\n", "4: a name in a folder has 1 to 255 bytes, and no / or NUL"},
	{T1 "/ /a\n\tb\\x00\n", "4: a name in a folder has 1 to 255 bytes, and no / or NUL"},
	{T1 "/ /a\n\t\n", "4: a name in a folder has 1 to 255 bytes, and no / or NUL"},
	{T1 "/ /a\n\t..\n", "4: a list leaves out . and .."},
	{T1 "/ /a\n\t\\x2e\n", "4: a list leaves out . and .."},
	{T1 "! /a\n", "3: the errno is missing"},
	{T1 "!> /a \n", "3: the errno is missing"},
	{T1 "! /a EWRONG\n", "3: \"EWRONG\" is no errno such as ENOENT or EACCES"},
	{T1 "! /a ENOENT \n", "3: \"ENOENT \" is no errno such as ENOENT or EACCES"},
	{T1 "! /a 2\n", "3: \"2\" is no errno such as ENOENT or EACCES"},
	{T1 "! /a \x1b[2J\n", "3: \"?[2J\" is no errno such as ENOENT or EACCES"},
	{T1 "! /a EIO\n\tone\n\ttwo\n", "5: a line behind a tab, and none above it that it belongs to"},
	{CAPTURE_HEAD ": missing ENOENT\n" CAPTURE_TICK_1 "= /a//b 1\n",
		"4: a path that has to be found has no //, /./, /../, nor a / at its end"},
	{CAPTURE_HEAD ": missing ENOENT\n" CAPTURE_TICK_1 "= /a/../b 1\n",
		"4: a path that has to be found has no //, /./, /../, nor a / at its end"},
	{CAPTURE_HEAD ": missing ENOENT\n" CAPTURE_TICK_1 "/ /a/\n",
		"4: a path that has to be found has no //, /./, /../, nor a / at its end"},
};

static void names_the_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		char why[200], *wanted = xasprintf("x.host:%s", wrong[i].why);

		if (capture_fails(wrong[i].text, strlen(wrong[i].text), why) != -EBADMSG || strcmp(why, wanted))
			fail_msg("%zu: %s\nand not %s\nin %s", i, why, wanted, wrong[i].text);
		free(wanted);
	}
}

static void a_nul_is_no_text(void **state)
{
	static const char *const text[] = {
		CAPTURE_HEAD "# \n" CAPTURE_TICK_1 "= /a 1\n.\n", CAPTURE_HEAD ": hostname x\n" T1};
	char copy[200], why[200];

	(void)state;
	for (size_t t = 0; t < COUNT(text); t++)
		for (size_t at = 0; at < strlen(text[t]); at++) {
			size_t len = strlen(text[t]);

			memcpy(copy, text[t], len);
			copy[at] = '\0';
			assert_true(capture_fails(copy, len, why) < 0);
			assert_memory_equal(why, "x.host:", 7);
		}
}

/* Whatever is cut off of a capture, it says after which tick; only the last newline is nobody's loss. */
static void says_where_it_was_cut(void **state)
{
	static const char text[] = T1 "n 1 2\n=+5 /a b\n= /t\n\tx\\c\n> /l t\n/ /d\n\ty\n" CAPTURE_TICK_2
				      "~ /t\n\t1 z\n! /no EIO\n\tsentence\n.\n";
	const char *second = strstr(text, "@ 2");
	char why[200];

	(void)state;
	for (size_t len = strlen(CAPTURE_HEAD); len + 2 < sizeof(text) - 1; len++) {
		bool whole = len >= (size_t)(strchr(second, '\n') - text) + 1;
		const char *wanted = whole ? "it was cut off here; tick 1 is whole"
					   : "it was cut off here, before its first tick was whole";

		assert_int_equal(capture_fails(text, len, why), -EBADMSG);
		if (!strstr(why, wanted))
			fail_msg("%zu: %s", len, why);
	}
	host_close(capture_of_text(text));
	char *open = xstrdup(text);
	open[sizeof(text) - 2] = '\0';
	host_close(capture_of_text(open));
	free(open);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_the_line),
		cmocka_unit_test(a_nul_is_no_text),
		cmocka_unit_test(says_where_it_was_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
