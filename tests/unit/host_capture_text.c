/* Texts of captures: escapes and braces mean what the format says, and all else is refused. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/capture_text.h"
#include "probes/host/host.h"
#include "probes/util.h"
#include "tests/lib/capturing.h"

static void fills_in_escapes(void **state)
{
	(void)state;
	struct host *h = capture_of_records("= /a\\x20b \\\\x41 \\x41\\n\\tz\\x5c\n"
					    "= /a\\x7b\\\\ tab\there\n"
					    "= /caf\xc3\xa9\n\t\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7\\xC3\\xa9\n"
					    "= /c1\n\t\\\\c\n"
					    "= /c2\n\t\\\\\\c\n"
					    "= /c3\n\t\\c\n"
					    "= /c4\n\tone\n\t\\c\n"
					    "> /l\\x0a t\\x09\\x7d\n"
					    "/ /d\n\ta\\x20b\n\t\\\\c\n");
	struct answer a;

	assert_reads(h, "/a b", "\\x41 A\n\tz\\\n");
	assert_reads(h, "/a{\\", "tab\there\n");
	assert_reads(h, "/caf\xc3\xa9", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7\xc3\xa9\n");
	assert_reads(h, "/c1", "\\c\n");
	assert_reads(h, "/c2", "\\");
	assert_reads(h, "/c3", "");
	assert_reads(h, "/c4", "one\n");
	assert_links(h, "/l\n", "t\t}");
	assert_lists(h, "/d", "a b \\c ");
	host_close(h);
	h = capture_of_records("= /nul a\\x00b\\x00\\xff\\c\n");
	assert_int_equal(host_read(h, "/nul", &a), 0);
	assert_int_equal(a.len, 5);
	assert_memory_equal(a.text, "a\0b\0\xff", 6);
	host_close(h);
}

static void fills_in_numbers(void **state)
{
	(void)state;
	struct host *h = capture_of_records("= /cpu{0-2,11}/id {} {%4/2} {+1} {-1} {%4+1}\n"
					    "= /cpu{0-1}/stat\n\tmine {}\n\tcpu{7,5-6}: {} of {/2}\n\tend\\c\n"
					    "> /link{3} ../{}/{+10}\n"
					    "/ /cpus{1}\n\tcpu{0-2}\n\tof{}\n"
					    "= /same{2}/{}/{+1} x\n"
					    "! /no{0-1} EIO\n\tno. {}\n"
					    "= /line cpu{0-1}\\c\n"
					    "= /open\n\ta{0-1}\\c\n");

	assert_reads(h, "/cpu0/id", "0 0 1 -1 1\n");
	assert_reads(h, "/cpu2/id", "2 1 3 1 3\n");
	assert_reads(h, "/cpu11/id", "11 1 12 10 4\n");
	assert_reads(h, "/cpu3/id", "ENODATA: /cpu3/id: not in this capture");
	assert_reads(h, "/cpu1/stat", "mine 1\ncpu7: 7 of 3\ncpu5: 5 of 2\ncpu6: 6 of 3\nend");
	assert_links(h, "/link3", "../3/13");
	assert_lists(h, "/cpus1", "cpu0 cpu1 cpu2 of1 ");
	assert_reads(h, "/same2/2/3", "x\n");
	assert_reads(h, "/no1", "EIO: no. 1");
	assert_reads(h, "/line", "cpu0\ncpu1");
	assert_reads(h, "/open", "a0\na1");
	host_close(h);
}

static struct slice slice(const char *text)
{
	return (struct slice){text, strlen(text)};
}

enum { ALL = TEXT_TAB | TEXT_END | TEXT_SET };

static const struct {
	const char *text;
	unsigned may;
	const char *wrong; /* a word of it; NULL: nothing is wrong */
	uint64_t times;
} checked[] = {
	{"", 0, NULL, 1},
	{"plain ~|~ text of more than eight bytes", 0, NULL, 1},
	{"a\tb", TEXT_TAB, NULL, 1},
	{"a\tb", 0, "control", 0},
	{"a\x1b[2J", ALL, "control", 0},
	{"a\x7f", ALL, "control", 0},
	{"\xc2\x9b", ALL, "control", 0},
	{"\xe2\x80\xae", ALL, "control", 0}, /* turns what follows around */
	{"a\r", ALL, "carriage", 0},
	{"a\rb", ALL, "control", 0},
	{"\xff", ALL, "UTF-8", 0},
	{"\xc3", ALL, "UTF-8", 0},
	{"\xed\xa0\x80", ALL, "UTF-8", 0},
	{"\\", ALL, "backslash", 0},
	{"\\q", ALL, "backslash", 0},
	{"\\x1", ALL, "backslash", 0},
	{"\\x1g", ALL, "backslash", 0},
	{"\\c", 0, "backslash", 0},
	{"\\c ", ALL, "backslash", 0},
	{"a\\c", ALL, NULL, 1},
	{"{", ALL, "brace", 0},
	{"}", ALL, "brace", 0},
	{"{0-3", ALL, "brace", 0},
	{"{}", ALL, "no set", 0},
	{"{%4}", 0, "no set", 0},
	{"{%4}", TEXT_SUM, NULL, 1},
	{"{} {0-3}", ALL, NULL, 4},
	{"{0-3,8,10-11}", ALL, NULL, 7},
	{"{0}", TEXT_SUM, "no set here", 0},
	{"{0-3} {0-3}", ALL, "already", 0},
	{"{3-0}", ALL, "upward", 0},
	{"{0-}", ALL, "set", 0},
	{"{0,}", ALL, "set", 0},
	{"{0 1}", ALL, "set", 0},
	{"{1234567890}", ALL, "nine", 0},
	{"{0-999999999}", ALL, "so many", 0},
	{"{*2}", TEXT_SUM, "sum", 0},
	{"{+}", TEXT_SUM, "sum", 0},
	{"{ }", TEXT_SUM, "sum", 0},
	{"{+1 }", TEXT_SUM, "sum", 0},
	{"{/0}", TEXT_SUM, "divided", 0},
	{"{%0}", TEXT_SUM, "divided", 0},
	{"{+1234567890}", TEXT_SUM, "sum", 0},
};

static void checks_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(checked); i++) {
		struct text_size size;
		const char *wrong = text_check(slice(checked[i].text), checked[i].may, &size);

		if (!wrong != !checked[i].wrong || (wrong && !strstr(wrong, checked[i].wrong)))
			fail_msg("%zu %s: %s", i, checked[i].text, wrong ? wrong : "nothing is wrong");
		if (!wrong && size.times != checked[i].times)
			fail_msg("%s: %d times", checked[i].text, (int)size.times);
	}
}

/* Each byte in each place of the eight that are looked at together. */
static void sees_each_byte_that_is_not_plain(void **state)
{
	(void)state;
	for (size_t len = 1; len < 20; len++)
		for (size_t at = 0; at < len; at++)
			for (int c = 0; c < 256; c++) {
				char text[20];
				bool plain = c >= 0x20 && c < '{' && c != '\\';

				memset(text, 'z', sizeof(text));
				text[at] = (char)c;
				if (text_is_plain((struct slice){text, len}) != plain)
					fail_msg("byte %d at %zu of %zu", c, at, len);
			}
}

/* What a text can come to is never less than what it comes to. */
static void knows_how_long_a_text_gets(void **state)
{
	static const char *const text[] = {"a", "{0-3}", "x{}y{0-999}", "{+999999999+999999999} {0-1}", "\\x41\\n{7}"};

	(void)state;
	for (size_t i = 0; i < COUNT(text); i++) {
		struct bytes b = {0};
		struct text_size size;
		struct numbers set;
		uint32_t number;

		assert_null(text_check(slice(text[i]), TEXT_SET, &size));
		if (!set_find(slice(text[i]), &set))
			text_fill(&b, slice(text[i]), 0);
		while (numbers_next(&set, &number)) {
			text_fill(&b, slice(text[i]), number);
			bytes_put(&b, "\n", 1);
		}
		assert_true(b.len <= size.most);
		bytes_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fills_in_escapes),
		cmocka_unit_test(fills_in_numbers),
		cmocka_unit_test(checks_texts),
		cmocka_unit_test(sees_each_byte_that_is_not_plain),
		cmocka_unit_test(knows_how_long_a_text_gets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
