/* Tests the rules of comparison with texts that real kernels give. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "probes/arena.h"
#include "probes/compare.h"
#include "probes/util.h"

struct pair {
	enum compare how;
	const char *wanted, *found;
	bool equal;
};

static const struct pair pairs[] = {
	{COMPARE_EXACT, "a\n", "a\n", true},
	{COMPARE_EXACT, "a\n", "a", false},
	{COMPARE_LINE, "performance\n", "performance\n", true},
	{COMPARE_LINE, "performance", "performance\n", true},
	{COMPARE_LINE, "performance\n", "performance \n", true},
	{COMPARE_LINE, "performance", " performance", false},
	{COMPARE_LINE, "performance", "powersave\n", false},
	{COMPARE_LINE, "", "\n", true},
	{COMPARE_LINE, "performance", "performance2\n", false},
	{COMPARE_NUMBER, "2400000", "2400000\n", true},
	{COMPARE_NUMBER, "0x10", "16\n", true},
	{COMPARE_NUMBER, "0XfF", "255", true},
	{COMPARE_NUMBER, "010", "10\n", true},
	{COMPARE_NUMBER, "-1\n", "-1", true},
	{COMPARE_NUMBER, "-0", "0", true},
	{COMPARE_NUMBER, "-1", "1", false},
	{COMPARE_NUMBER, "18446744073709551615", "0xffffffffffffffff", true},
	{COMPARE_NUMBER, "18446744073709551616", "18446744073709551616", false},
	{COMPARE_NUMBER, "1", "1 2\n", false},
	{COMPARE_NUMBER, "", "", false},
	{COMPARE_NUMBER, "0x", "0", false},
	{COMPARE_NUMBER, "0x1\x11", "1", false},
	{COMPARE_CPUS, "0-3,8", "0-3,8\n", true},
	{COMPARE_CPUS, "0,1,2,3,8", "0-3,8\n", true},
	{COMPARE_CPUS, "0-3", "0-4\n", false},
	{COMPARE_CPUS, "ff", "00000000,000000ff\n", true},
	{COMPARE_CPUS, "10", "00000000,00000010\n", true},
	{COMPARE_CPUS, "10", "00000000,00000400\n", false},
	{COMPARE_CPUS, "10", "10\n", true},
	{COMPARE_CPUS, "4", "00000010\n", false},
	{COMPARE_CPUS, "0-3", "0000000f\n", true},
	{COMPARE_CPUS, "0,4", "00000011\n", true},
	{COMPARE_CPUS, "1,00000000", "00000001,00000000\n", true},
	{COMPARE_CPUS, "1,00000000", "32\n", false},
	{COMPARE_CPUS, "", "\n", true},
	{COMPARE_CPUS, "", "00000000\n", true},
	{COMPARE_CPUS, "-", "-", true},
	{COMPARE_CPUS, "-", "0-7\n", false},
	{COMPARE_CPUS, "nonsense", "0-7\n", false},
	{COMPARE_CHOICE, "madvise", "always [madvise] never\n", true},
	{COMPARE_CHOICE, "never", "always [madvise] never\n", false},
	{COMPARE_CHOICE, "mq-deadline\n", "[mq-deadline] none\n", true},
	{COMPARE_CHOICE, "none", "none\n", true},
	{COMPARE_CHOICE, "always [madvise] never", "always madvise [never]\n", false},
	{COMPARE_CHOICE, "deadline", "mq-[deadline\n", false},
	{COMPARE_AT_MOST, "1024", "1024\n", true},
	{COMPARE_AT_MOST, "1024", "1000\n", true},
	{COMPARE_AT_MOST, "1024", "0\n", true},
	{COMPARE_AT_MOST, "1024", "1025\n", false},
	{COMPARE_AT_MOST, "1024", "-1\n", false},
	{COMPARE_AT_MOST, "1024", "many\n", false},
};

static void each_pair(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++)
		if (compare_equal(pairs[i].how, pairs[i].wanted, pairs[i].found) != pairs[i].equal)
			fail_msg("%s: '%s' and '%s'", compare_word(pairs[i].how), pairs[i].wanted, pairs[i].found);
}

static void same_as_before(void **state)
{
	(void)state;
	assert_true(compare_same(COMPARE_AT_MOST, "50\n", "50"));
	assert_false(compare_same(COMPARE_AT_MOST, "50\n", "40\n"));
	assert_true(compare_same(COMPARE_NUMBER, "not a number", "not a number"));
	assert_true(compare_same(COMPARE_CPUS, "0-3\n", "0,1-3\n"));
}

static void what_to_write(void **state)
{
	struct arena *a = arena_new(0);

	(void)state;
	assert_string_equal(compare_writable(COMPARE_CHOICE, "always [madvise] never\n", a), "madvise");
	assert_string_equal(compare_writable(COMPARE_CHOICE, "none\n", a), "none");
	assert_string_equal(compare_writable(COMPARE_LINE, "powersave\n", a), "powersave\n");
	arena_free(a);
}

static void words_come_back(void **state)
{
	enum compare how;

	(void)state;
	for (int i = COMPARE_EXACT; i <= COMPARE_AT_MOST; i++) {
		assert_int_equal(compare_from_word(compare_word((enum compare)i), &how), 0);
		assert_int_equal(how, i);
	}
	assert_true(compare_from_word("exactly", &how) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_pair),
		cmocka_unit_test(same_as_before),
		cmocka_unit_test(what_to_write),
		cmocka_unit_test(words_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
