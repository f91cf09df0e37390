/* Tests the readers of the kernel's texts: numbers at their limits, lists of CPUs that lie, pieces of text. */
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

#include "probes/arena.h"
#include "probes/cpuset.h"
#include "probes/parse.h"
#include "probes/util.h"

static void u64_is(const char *text, int err, uint64_t expected)
{
	uint64_t n = 77;

	assert_int_equal(parse_u64(slice_of(text), &n), err);
	assert_int_equal(n, err ? 77 : expected);
}

static void i64_is(const char *text, int err, int64_t expected)
{
	int64_t n = 77;

	assert_int_equal(parse_i64(slice_of(text), &n), err);
	assert_int_equal(n, err ? 77 : expected);
}

static void test_numbers(void **state)
{
	(void)state;
	u64_is("0", 0, 0);
	u64_is(" \t2400000 \n", 0, 2400000);
	u64_is("18446744073709551615", 0, UINT64_MAX);
	u64_is("18446744073709551616", -ERANGE, 0);
	u64_is("99999999999999999999999", -ERANGE, 0);
	u64_is("00000000000000000000000012", 0, 12);
	u64_is("", -EINVAL, 0);
	u64_is("\n", -EINVAL, 0);
	u64_is("-1", -EINVAL, 0);
	u64_is("+1", -EINVAL, 0);
	u64_is("0x10", -EINVAL, 0);
	u64_is("1 2", -EINVAL, 0);
	u64_is("<unsupported>", -EINVAL, 0);
	u64_is("1\xc2\xa0", -EINVAL, 0);
	i64_is("-1", 0, -1);
	i64_is("9223372036854775807", 0, INT64_MAX);
	i64_is("-9223372036854775808", 0, INT64_MIN);
	i64_is("9223372036854775808", -ERANGE, 0);
	i64_is("-9223372036854775809", -ERANGE, 0);
	i64_is("-", -EINVAL, 0);
	i64_is("- 1", -EINVAL, 0);
	i64_is("--1", -EINVAL, 0);
	i64_is("-0", 0, 0);
}

static void test_slices(void **state)
{
	struct slice s = {"a\0b", 3}, line, rest, key, value;
	struct arena *a = arena_new(0);
	uint64_t n;

	(void)state;
	assert_false(slice_is(s, "a")); /* a NUL inside is content */
	assert_true(slice_starts(s, "a") && !slice_starts(s, "ab"));
	assert_int_equal(parse_u64((struct slice){"1\0002", 3}, &n), -EINVAL);
	assert_int_equal(parse_u64((struct slice){"12\0", 3}, &n), 0); /* at the end it is white space */
	assert_int_equal(slice_of(NULL).len, 0);
	assert_string_equal(slice_text(a, (struct slice){NULL, 0}), "");
	rest = slice_of("one\n\nthree");
	assert_true(slice_line(&rest, &line) && slice_is(line, "one"));
	assert_true(slice_line(&rest, &line) && line.len == 0);
	assert_true(slice_line(&rest, &line) && slice_is(line, "three"));
	assert_false(slice_line(&rest, &line));
	rest = slice_of(" \t a  bc\n");
	assert_true(slice_word(&rest, &line) && slice_is(line, "a"));
	assert_true(slice_word(&rest, &line) && slice_is(line, "bc"));
	assert_false(slice_word(&rest, &line));
	assert_true(slice_pair(slice_of("model name\t: A: B "), ':', &key, &value));
	assert_true(slice_is(key, "model name") && slice_is(value, "A: B"));
	assert_true(slice_pair(slice_of("="), '=', &key, &value) && !key.len && !value.len);
	assert_false(slice_pair(slice_of("no sign"), ':', &key, &value));
	assert_false(slice_pair(slice_of(""), ':', &key, &value));
	arena_free(a);
}

static void test_answers_and_releases(void **state)
{
	unsigned major = 0, minor = 0;
	struct slice s;

	(void)state;
	assert_true(answer_value("a=1\nbase_mhz=2400\nb=\n", "base_mhz", &s) && slice_is(s, "2400"));
	assert_true(answer_value("a=1\nb=\n", "b", &s) && s.len == 0);
	assert_false(answer_value("aa=1\n", "a", &s));
	assert_false(answer_value("", "a", &s));
	assert_true(parse_release("6.1.0-56-amd64", &major, &minor) && major == 6 && minor == 1);
	assert_true(parse_release("5.10", &major, &minor) && major == 5 && minor == 10);
	assert_true(parse_release("3.10.0-1160.el7", &major, &minor) && major == 3 && minor == 10);
	assert_false(parse_release("", &major, &minor));
	assert_false(parse_release("6", &major, &minor));
	assert_false(parse_release("6.", &major, &minor));
	assert_false(parse_release("v6.1", &major, &minor));
	assert_false(parse_release("6.x", &major, &minor));
	assert_false(parse_release("9999999.1", &major, &minor));
}

static void list_is(const char *text, int err, const char *expected)
{
	struct arena *a = arena_new(0);
	struct cpuset *s = NULL;
	int r = cpuset_parse_list(a, text, &s);

	if (r != err)
		fail_msg("\"%s\" gives %d, not %d", text, r, err);
	if (!err)
		assert_string_equal(cpuset_text(a, s), expected);
	else
		assert_null(s);
	arena_free(a);
}

static void test_lists(void **state)
{
	static const char *const bad[] = {"1,,2", "-1", ",", ",1", "1,", "1-", "-", "3-1", "0-3:", "0-3:1", "0-3:1/",
		"0-3:0/4", "0-3:5/4", "0-3:1/0", "0x3", "1 2", "a", "1;2", "1-2-3", "(null)", "+1", "1\n2"};

	(void)state;
	list_is("", 0, "");
	list_is("\n", 0, "");
	list_is(" 0-3,8\n", 0, "0-3,8");
	list_is("8,0-3,2", 0, "0-3,8");
	list_is("0-31:2/4", 0, "0-1,4-5,8-9,12-13,16-17,20-21,24-25,28-29");
	list_is("0-10:1/3,20", 0, "0,3,6,9,20");
	list_is("2-9:4/4", 0, "2-9");
	list_is("65535", 0, "65535");
	list_is("0-65535", 0, "0-65535");
	list_is("65536", -ERANGE, NULL);
	list_is("0-65536", -ERANGE, NULL);
	list_is("0-4294967295", -ERANGE, NULL);
	list_is("4294967296", -ERANGE, NULL);
	list_is("0-3:1/99999", -ERANGE, NULL);
	list_is("99999999999999999999999999", -ERANGE, NULL);
	for (size_t i = 0; i < COUNT(bad); i++)
		list_is(bad[i], -EINVAL, NULL);
}

static void mask_is(const char *text, int err, const char *expected)
{
	struct arena *a = arena_new(0);
	struct cpuset *s = NULL;
	int r = cpuset_parse_mask(a, text, &s);

	if (r != err)
		fail_msg("\"%s\" gives %d, not %d", text, r, err);
	if (!err)
		assert_string_equal(cpuset_text(a, s), expected);
	arena_free(a);
}

static void test_masks(void **state)
{
	char *wide = xcalloc(CPUSET_MAX / 4 + 2, 1);

	(void)state;
	mask_is("ff\n", 0, "0-7");
	mask_is("00000000,0000ffff", 0, "0-15");
	mask_is("1,00000000", 0, "32");
	mask_is("A0", 0, "5,7");
	mask_is("0", 0, "");
	mask_is("", -EINVAL, NULL);
	mask_is("\n", -EINVAL, NULL);
	mask_is(",ff", -EINVAL, NULL);
	mask_is("ff,", -EINVAL, NULL);
	mask_is("f,,f", -EINVAL, NULL);
	mask_is("0xff", -EINVAL, NULL);
	mask_is("fg", -EINVAL, NULL);
	memset(wide, 'f', CPUSET_MAX / 4);
	mask_is(wide, 0, "0-65535");
	wide[CPUSET_MAX / 4] = 'f';
	mask_is(wide, -ERANGE, NULL);
	free(wide);
}

/* A small generator of our own: the same sets on every machine. */
static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static struct cpuset *random_set(struct arena *a, uint32_t *seed)
{
	uint32_t nbits = next_random(seed) % 1500, density = next_random(seed) % 100;
	struct cpuset *s = cpuset_new(a, nbits);

	for (uint32_t id = 0; id < nbits; id++)
		if (next_random(seed) % 100 < density)
			cpuset_add(s, id);
	return s;
}

static void check_set(struct arena *a, const struct cpuset *s, const struct cpuset *other)
{
	struct cpuset *again = NULL, *copy = cpuset_copy(a, s), *both;
	char *text = cpuset_text(a, s), cut[20];
	uint32_t n = 0;

	assert_int_equal(cpuset_parse_list(a, text, &again), 0);
	assert_true(cpuset_equal(s, again));
	assert_true(cpuset_equal(again, s));
	assert_string_equal(cpuset_text(a, again), text);
	assert_int_equal(cpuset_format(s, cut, sizeof(cut)), strlen(text));
	assert_int_equal(strlen(cut), strlen(text) < sizeof(cut) ? strlen(text) : sizeof(cut) - 1);
	CPUSET_EACH(id, s)
	{
		assert_true(cpuset_has(s, (uint32_t)id));
		n++;
	}
	assert_int_equal(cpuset_count(s), n);
	both = cpuset_new(a, s->nbits > other->nbits ? s->nbits : other->nbits);
	cpuset_add_all(both, s);
	cpuset_add_all(both, other);
	assert_true(cpuset_subset(s, both) && cpuset_subset(other, both));
	assert_int_equal(cpuset_intersects(s, other), cpuset_count(both) < cpuset_count(s) + cpuset_count(other));
	CPUSET_EACH(id, s)
	cpuset_remove(copy, (uint32_t)id);
	assert_int_equal(cpuset_count(copy), 0);
	assert_true(cpuset_subset(copy, s) && !cpuset_intersects(copy, s));
}

static void test_sets_come_back(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int i = 0; i < 300; i++) {
		struct arena *a = arena_new(0);
		struct cpuset *s = random_set(a, &seed);

		check_set(a, s, random_set(a, &seed));
		arena_free(a);
	}
}

static void test_sets_at_their_ends(void **state)
{
	struct arena *a = arena_new(0);
	struct cpuset *none = cpuset_new(a, 0), *s = cpuset_new(a, 65);
	char buf[4] = "xxx";

	(void)state;
	assert_int_equal(s->nbits, 128);
	assert_int_equal(cpuset_next(none, -1), -1);
	assert_false(cpuset_has(none, 0));
	cpuset_remove(none, 5);
	assert_true(cpuset_equal(none, NULL) && cpuset_equal(NULL, NULL) && cpuset_subset(NULL, s));
	assert_int_equal(cpuset_count(NULL), 0);
	assert_int_equal(cpuset_next(NULL, -1), -1);
	assert_false(cpuset_has(NULL, 0) || cpuset_intersects(NULL, s) || cpuset_intersects(s, NULL));
	assert_int_equal(cpuset_format(NULL, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "");
	cpuset_add(s, 63);
	cpuset_add(s, 64);
	assert_int_equal(cpuset_next(s, -1), 63);
	assert_int_equal(cpuset_next(s, 63), 64);
	assert_int_equal(cpuset_next(s, 64), -1);
	assert_int_equal(cpuset_next(s, 127), -1);
	assert_int_equal(cpuset_next(s, 100000), -1);
	assert_int_equal(cpuset_format(s, NULL, 0), 5);
	assert_int_equal(cpuset_format(s, buf, 1), 5);
	assert_string_equal(buf, "");
	assert_false(cpuset_subset(s, none));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_slices),
		cmocka_unit_test(test_answers_and_releases),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_masks),
		cmocka_unit_test(test_sets_come_back),
		cmocka_unit_test(test_sets_at_their_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
