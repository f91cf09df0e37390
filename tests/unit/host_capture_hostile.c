/* Captures from hostile hands: each is refused with a sentence that names file and line, or harms nobody. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "probes/host/capture.h"
#include "probes/util.h"
#include "tests/lib/capturing.h"
#include "tests/lib/tree.h"

#define T1 CAPTURE_HEAD CAPTURE_TICK_1

static void names_the_line(void **state)
{
	static const struct {
		const char *text, *why;
	} row[] = {
		{"", "1: it is empty"},
		{"\n", "1: it is no capture: that would begin with \"hvscope-capture 1\""},
		{"hvscope-capture", "1: it is no capture: that would begin with \"hvscope-capture 1\""},
		{"\x7f" "ELF", "1: it is no capture: that would begin with \"hvscope-capture 1\""},
		{"hvscope-capture 2\n.\n", "1: a capture of version 2, and this hvscope reads version 1"},
		{"hvscope-capture 1 \n.\n", "1: a capture of version 1 , and this hvscope reads version 1"},
		{"hvscope-capture \x1b[2J\n.\n", "1: a capture of version ?[2J, and this hvscope reads version 1"},
		{"hvscope-capture 1\r\n@ 1", "1: its lines end as those of Windows do, with a carriage return"},
		{CAPTURE_HEAD ".\n", "2: it ends before its first tick"},
		{CAPTURE_HEAD, "1: it was cut off here, before its first tick was whole"},
		{T1, "2: it was cut off here, before its first tick was whole"},
		{T1 "= /a", "3: it was cut off here, before its first tick was whole"},
		{T1 "= /a\n\tb", "4: it was cut off here, before its first tick was whole"},
		{T1 CAPTURE_TICK_2 CAPTURE_TICK_3 "= /a 1\n", "5: it was cut off here; the last tick that is whole is 2"},
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
		{CAPTURE_HEAD "@ 1 -5 2026-11-27T18:00:00Z\n", "2: the clock of a tick is a number of nanoseconds"},
		{CAPTURE_HEAD "@ 1 9223372036854775807 2026-11-27T18:00:00Z\n",
			"2: the clock of a tick is a number of nanoseconds"},
		{CAPTURE_HEAD "@ 1 99999999999999999999 2026-11-27T18:00:00Z\n",
			"2: the clock of a tick is a number of nanoseconds"},
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
		{T1 "= /a 1\n~ /a\n\t0 x\n", "5: a changed line is a tab, its number, a blank and the line"},
		{T1 "= /a 1\n~ /a\n\tx\n", "5: a changed line is a tab, its number, a blank and the line"},
		{T1 "= /a 1\n~ /a\n\t-1 x\n", "5: a changed line is a tab, its number, a blank and the line"},
		{T1 "= /a 1\n~ /a\n\t99999999999 x\n", "5: a changed line is a tab, its number, a blank and the line"},
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

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		char why[200], *wanted = xasprintf("x.host:%s", row[i].why);

		if (capture_fails(row[i].text, strlen(row[i].text), why) != -EBADMSG || strcmp(why, wanted))
			fail_msg("%zu: %s\nand not %s\nin %s", i, why, wanted, row[i].text);
		free(wanted);
	}
}

static void a_nul_is_no_text(void **state)
{
	static const char *const text[] = {CAPTURE_HEAD "# \n" CAPTURE_TICK_1 "= /a 1\n.\n", CAPTURE_HEAD ": hostname x\n" T1};
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
		const char *wanted = whole ? "it was cut off here; the last tick that is whole is 1"
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

static void puts_long_names_short(void **state)
{
	char file[600] = "/", why[200], *text = xcalloc(1, 1);
	struct host *h;

	(void)state;
	memset(file + 1, 'd', 580);
	memcpy(file + 570, "/x.host", 8);
	assert_int_equal(capture_open_text(text, 0, file, &h, why), -EBADMSG);
	assert_string_equal(why, "x.host:1: it is empty");
	text = xcalloc(1, 1);
	assert_int_equal(capture_open_text(text, 0, "-", &h, why), -EBADMSG);
	assert_string_equal(why, "standard input:1: it is empty");
}

/* A text of len bytes: head, filling as often as there is room, tail. */
static char *filled(const char *head, const char *filling, const char *tail, size_t len)
{
	char *text = xcalloc(1, len + 1);
	size_t at = strlen(head), one = strlen(filling), end = len - strlen(tail);

	memcpy(text, head, at);
	while (one && at + one <= end) {
		memcpy(text + at, filling, one);
		at += one;
	}
	memset(text + at, '.', end - at);
	memcpy(text + end, tail, strlen(tail));
	return text;
}

static void limits_what_it_takes(void **state)
{
	enum { MIB = 1 << 20 };
	static const struct {
		const char *head, *filling, *tail;
		size_t len;
		int err;
		const char *why;
	} row[] = {
		{T1 "= /a ", "x", "\n.\n", 100 * MIB, -EFBIG, "x.host:3: a line of more than 16 MiB"},
		{T1 "= /a ", "x", "", 100 * MIB, -EFBIG, "x.host:3: a line of more than 16 MiB"},
		{"hvscope-capture 1", "1", "", 20 * MIB, -EBADMSG, NULL},
		{T1 "= /a", "\n\t", "\n.\n", 136 * MIB, -EFBIG, NULL},
		{T1 "= /a{0-4194303} x\n= /b{0-9} x\n.\n", "", "", 0, -EFBIG, "x.host:4: more paths than anybody has"},
		{T1 "= /a{0-4194303} x\n= /a{0-9} x\n.\n", "", "", 0, -EFBIG, "x.host:4: more paths than anybody has"},
		{T1 "= /a{0-999999999} x\n.\n", "", "", 0, -EBADMSG,
			"x.host:3: a set of so many numbers that nothing can hold what it makes"},
		{T1 "= /a\n\tabcdefgh{0-9999999}\n.\n", "", "", 0, -EFBIG, "x.host:4: a text of more than 64 MiB"},
		{T1 "= /a\n\t{0-999999}\n\t{0-999999}\n\t{0-999999}\n.\n", "", "", 0, -EFBIG,
			"x.host:6: a text of more than 64 MiB"},
		{T1 "= /a{0-99}\n\t{0-999999}\n~ /a{0-99}\n\t1 x\n.\n", "", "", 0, -EBADMSG,
			"x.host:5: more lines are changed one by one than anybody has"},
		{T1, "= /a\n\t{0-999999}\n~ /a\n\t1 x\n", "#\n.\n", 2000, -EBADMSG, NULL},
		{T1 "= /", "x", " 1\n.\n", 5000, -EBADMSG, "x.host:3: a path is shorter than 4096 bytes"},
		{T1 "/ /a\n\t", "x", "\n.\n", 1000, -EBADMSG, "x.host:4: a name in a folder has 1 to 255 bytes, and no / or NUL"},
		{T1 "> /a ", "x", "\n.\n", 5000, -EBADMSG, "x.host:3: no link points there"},
		{T1 "= /a {0", "{}", "\n.\n", 4 * MIB, -EBADMSG, NULL},
		{T1 "= /a ", "{}", "\n.\n", 4 * MIB, -EBADMSG, NULL},
		{T1 "= /a {1}", "{}", "\n.\n", 8 * MIB, -EFBIG, "x.host:3: a text of more than 64 MiB"},
		{T1 "= /a ", "\\", "\n.\n", 4 * MIB + 1, 0, NULL},
		{T1 "= /a{0-9} {", "+999999999", "}\n.\n", 4 * MIB, -EBADMSG, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		size_t len = row[i].len ? row[i].len : strlen(row[i].head);
		char *text = filled(row[i].head, row[i].filling, row[i].tail, len), why[200] = "";
		struct host *h = NULL;
		int err = capture_open_text(text, len, "x.host", &h, why);

		if ((row[i].err && err != row[i].err) || (row[i].why && strcmp(why, row[i].why)))
			fail_msg("%zu: %d %s", i, err, why);
		if (!err)
			host_close(h);
	}
}

/* What is within the limits is answered, however it was meant. */
static void bears_what_is_within_its_limits(void **state)
{
	struct host *h = capture_of_records("= /a{0-99999} {}\n= /b\n\t{0-999999}\n~ /b\n\t1000000 end\\c\n"
					    "= /c {0-9} {+999999999+999999999+999999999-1}\n");
	struct answer a;

	(void)state;
	assert_reads(h, "/a99999", "99999\n");
	assert_int_equal(host_read(h, "/b", &a), 0);
	assert_int_equal(a.len, 6888890 - 7 + 3);
	assert_string_equal(a.text + a.len - 10, "999998\nend");
	host_close(h);
}

static void a_million_ticks_are_played(void **state)
{
	enum { TICKS = 1 << 20, EACH = 64 };
	char *text = xcalloc(TICKS + 2, EACH), why[200];
	size_t len = (size_t)sprintf(text, CAPTURE_HEAD);
	struct host *h;

	(void)state;
	for (int i = 1; i <= TICKS; i++)
		len += (size_t)sprintf(text + len, "@ %d %d 2026-11-27T18:00:00Z due\n= /a %d\n", i, i, i);
	size_t end = len;
	len += (size_t)sprintf(text + len, ".\n");
	assert_int_equal(capture_open_text(xstrdup(text), len, "x.host", &h, why), 0);
	assert_int_equal(host_tick(h, TICKS), 0);
	assert_reads(h, "/a", "1048576\n");
	assert_reads(h, "@capture/tick", "tick=1048576\nticks=1048576\nwant=due\n");
	assert_int_equal(host_tick(h, 1), -ERANGE);
	assert_int_equal(host_tick(h, -TICKS + 1), 0);
	assert_reads(h, "/a", "1\n");
	host_close(h);
	len = end + (size_t)sprintf(text + end, "@ %d %d 2026-11-27T18:00:00Z due\n.\n", TICKS + 1, TICKS + 1);
	assert_int_equal(capture_open_text(text, len, "x.host", &h, why), -EBADMSG);
	assert_string_equal(why, "x.host:2097154: more than 1048576 ticks");
}

/* A text of which each tick makes one line longer ends somewhere. */
static void a_text_that_grows_is_refused_in_the_end(void **state)
{
	enum { LINES = 8, EACH = 15 << 20 };
	char *text = xcalloc(1, (size_t)LINES * EACH), why[200];
	size_t len = (size_t)sprintf(text, T1 "= /a\n\t{1-8}\n");
	struct host *h;
	struct answer a;

	(void)state;
	for (int i = 1; i < LINES; i++) {
		len += (size_t)sprintf(text + len, "~ /a\n\t%d ", i);
		memset(text + len, 'x', EACH - 100);
		len += EACH - 100;
		text[len++] = '\n';
	}
	len += (size_t)sprintf(text + len, ".\n");
	assert_int_equal(capture_open_text(text, len, "x.host", &h, why), 0);
	assert_int_equal(host_tick(h, 1), 0);
	assert_int_equal(host_read(h, "/a", &a), -EFBIG);
	assert_string_equal(a.why, "/a: File too large");
	host_close(h);
}

static void opens_nothing_but_files(void **state)
{
	char *tree = tree_new();
	static const char *const name[] = {"folder", "fifo", "nothing", "loop"};

	(void)state;
	tree_folder(tree, "folder");
	tree_fifo(tree, "fifo");
	tree_link(tree, "loop", "loop");
	for (size_t i = 0; i <= COUNT(name); i++) {
		char *path = i < COUNT(name) ? xasprintf("%s/%s", tree, name[i]) : xstrdup("/dev/zero"), why[200] = "";
		struct host_options o = {.open = path};
		struct host *h;

		if (host_open(&o, &h, why) >= 0 || !strstr(why, path))
			fail_msg("%s: %s", path, why);
		free(path);
	}
	tree_free(tree);
}

/* As many paths and ticks as a big machine has need little more than their text. */
static void memory_is_that_of_the_text(void **state)
{
	enum { PATHS = 70000, TICKS = 60, CHANGES = 3000 };
	char *text = xcalloc(24, 1 << 20), why[200];
	size_t len = (size_t)sprintf(text, T1);
	struct rusage before, after;
	struct host *h;
	struct answer a;

	(void)state;
	for (int i = 0; i < PATHS; i++)
		len += (size_t)sprintf(text + len,
			"=+%d /sys/devices/system/cpu/cpu%d/cpuidle/state%d/usage %d\n", i, i / 8, i % 8, i);
	len += (size_t)sprintf(text + len, "= /proc/interrupts\n");
	for (int i = 0; i < 1000; i++)
		len += (size_t)sprintf(text + len, "\t%d: %0500d\n", i, i);
	for (int t = 2; t <= TICKS; t++) {
		len += (size_t)sprintf(text + len, "@ %d %d000000000 2026-11-27T18:00:00Z due\nn 1 2 3\n", t, t);
		for (int i = 0; i < CHANGES; i++)
			len += (size_t)sprintf(text + len,
				"=+9 /sys/devices/system/cpu/cpu%d/cpuidle/state%d/usage %d\n", i / 8, i % 8, t);
		len += (size_t)sprintf(text + len, "~ /proc/interrupts\n\t7 %d\n", t);
	}
	len += (size_t)sprintf(text + len, ".\n");
	text = xrealloc(text, len + 1, 1);
	getrusage(RUSAGE_SELF, &before);
	assert_int_equal(capture_open_text(text, len, "x.host", &h, why), 0);
	assert_int_equal(host_tick(h, TICKS), 0);
	assert_int_equal(host_read(h, "/proc/interrupts", &a), 0);
	getrusage(RUSAGE_SELF, &after);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	assert_true(after.ru_maxrss - before.ru_maxrss < 10 << 10);
#endif
	host_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_the_line),
		cmocka_unit_test(a_nul_is_no_text),
		cmocka_unit_test(says_where_it_was_cut),
		cmocka_unit_test(puts_long_names_short),
		cmocka_unit_test(memory_is_that_of_the_text), /* before those that need more */
		cmocka_unit_test(opens_nothing_but_files),
		cmocka_unit_test(limits_what_it_takes),
		cmocka_unit_test(bears_what_is_within_its_limits),
		cmocka_unit_test(a_million_ticks_are_played),
		cmocka_unit_test(a_text_that_grows_is_refused_in_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
