/* Tests values and the memory they live in: what an error means, ages, and copies that outlive the block before. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probes/arena.h"
#include "probes/cpuset.h"
#include "probes/field.h"
#include "probes/report.h"
#include "probes/text.h"
#include "probes/util.h"
#include "probes/value.h"

static void test_arena(void **state)
{
	struct arena *a = arena_new(0);
	unsigned char *big, *zero[200];
	size_t used;

	(void)state;
	for (size_t i = 0; i < COUNT(zero); i++) {
		zero[i] = arena_alloc(a, i);
		assert_non_null(zero[i]);
		assert_int_equal((uintptr_t)zero[i] % alignof(max_align_t), 0);
		for (size_t k = 0; k < i; k++)
			assert_int_equal(zero[i][k], 0);
		memset(zero[i], (int)i, i); /* over the next one it would be seen there */
	}
	for (size_t i = 0; i < COUNT(zero); i++)
		for (size_t k = 0; k < i; k++)
			assert_int_equal(zero[i][k], i);
	used = arena_used(a);
	big = arena_array(a, 3, 1 << 20);
	big[(3 << 20) - 1] = 1;
	assert_true(arena_used(a) >= used + (3 << 20));
	assert_string_equal(arena_text(a, "abcdef", 3), "abc");
	assert_string_equal(arena_printf(a, "%d-%s", 7, "x"), "7-x");
	assert_null(arena_strdup(a, NULL));
	assert_int_equal(strlen(arena_printf(a, "%5000d", 1)), 5000);
	arena_free(a);
	arena_free(NULL);
}

static void test_growing_text(void **state)
{
	struct arena *a = arena_new(0);
	struct text t = text_begin();
	char *text;

	(void)state;
	for (int i = 0; i < 1000; i++)
		text_add(&t, "%03d,", i);
	text_add(&t, "%s", "");
	assert_int_equal(t.len, 4000);
	text = text_end(&t, a);
	assert_memory_equal(text, "000,001,002,", 12);
	assert_string_equal(text + 3996, "999,");
	assert_null(t.bytes);
	t = text_begin();
	assert_null(text_end(&t, NULL));
	arena_free(a);
}

static void test_what_an_errno_means(void **state)
{
	static const struct {
		int err;
		enum known known;
	} meanings[] = {{-ENOENT, KNOWN_ABSENT}, {-ENOTDIR, KNOWN_ABSENT}, {-ENODEV, KNOWN_ABSENT},
		{-ENXIO, KNOWN_ABSENT}, {-EACCES, KNOWN_DENIED}, {-EPERM, KNOWN_DENIED}, {-ENODATA, KNOWN_NOT_RECORDED},
		{-EINPROGRESS, KNOWN_NOT_YET}, {-EIO, KNOWN_BROKEN}, {-EBUSY, KNOWN_BROKEN}, {-EINVAL, KNOWN_BROKEN},
		{-ERANGE, KNOWN_BROKEN}, {-EMFILE, KNOWN_BROKEN}, {-EAGAIN, KNOWN_NOT_YET}, {-EOPNOTSUPP, KNOWN_ABSENT}, {-ETIMEDOUT, KNOWN_BROKEN}};

	(void)state;
	for (size_t i = 0; i < COUNT(meanings); i++) {
		struct value v = value_error(meanings[i].err, 3);

		assert_int_equal(v.known, meanings[i].known);
		assert_int_equal(v.err, meanings[i].err);
		assert_int_equal(v.src, 3);
		assert_int_equal(value_u64_or(v, 42), 42);
		assert_true(value_f64_or(v, 4.5) == 4.5);
		assert_string_equal(value_text_or(v, "?"), "?");
		assert_true(isnan(value_number(v, TYPE_U64)));
	}
	assert_int_equal(sizeof(struct value), 16);
	assert_int_equal(((struct value){.u = 7}).known, KNOWN_NOT_YET); /* what nobody filled is no number */
}

static void test_numbers(void **state)
{
	(void)state;
	assert_true(value_number(value_i64(-3, 0), TYPE_I64) == -3);
	assert_true(value_number(value_u64(UINT64_MAX, 0), TYPE_U64) > 1.8e19);
	assert_true(value_number(value_bool(true, 0), TYPE_BOOL) == 1);
	assert_true(value_number(value_f64(2.5, 0), TYPE_F64) == 2.5);
	assert_true(isnan(value_number(value_text("5", 0), TYPE_TEXT)));
	assert_true(isnan(value_number(value_text("5", 0), TYPE_NUMBERS)));
	assert_true(isnan(value_number(value_set(NULL, 0), TYPE_CPUS)));
}

static void test_equality(void **state)
{
	struct arena *a = arena_new(0);
	struct cpuset *x = cpuset_new(a, 64), *y = cpuset_new(a, 256);
	char text[] = "abc";
	struct value old = value_u64(5, 0), carried = old;

	(void)state;
	carried.age_ds = 100;
	carried.src = 2;
	assert_true(value_equal(old, carried, TYPE_U64));
	assert_false(value_equal(old, value_u64(6, 0), TYPE_U64));
	assert_true(value_equal(value_text("abc", 0), value_text(text, 0), TYPE_TEXT));
	assert_false(value_equal(value_text("abc", 0), value_text("abd", 0), TYPE_WORDS));
	assert_false(value_equal(old, value_error(-EIO, 0), TYPE_U64));
	assert_false(value_equal(value_error(-EPERM, 0), value_error(-EACCES, 0), TYPE_U64));
	assert_true(value_equal(value_error(-EIO, 0), value_error(-EIO, 1), TYPE_U64));
	cpuset_add(x, 7);
	cpuset_add(y, 7);
	assert_true(value_equal(value_set(x, 0), value_set(y, 0), TYPE_CPUS));
	cpuset_add(y, 200);
	assert_false(value_equal(value_set(x, 0), value_set(y, 0), TYPE_CPUS));
	arena_free(a);
}

/* The arena of the block before is freed: under the address sanitizer a copy that is none is seen. */
static void test_carry_copies(void **state)
{
	struct arena *old = arena_new(0), *a = arena_new(0);
	struct cpuset *set = cpuset_new(old, 128);
	const char *shared = arena_strdup(old, "powersave");
	struct value text = value_text(shared, 1), twin = value_text(shared, 1), cpus, number = value_u64(9, 0);
	struct value skipped = value_skipped("would interrupt");
	struct carry c = {.a = a, .older_ds = 10};

	(void)state;
	cpuset_add(set, 100);
	cpus = value_set(set, 0);
	text = value_carry(&c, text, TYPE_TEXT);
	twin = value_carry(&c, twin, TYPE_WORDS);
	cpus = value_carry(&c, cpus, TYPE_CPUS);
	number = value_carry(&c, number, TYPE_U64);
	skipped = value_carry(&c, skipped, TYPE_TEXT);
	arena_free(old);
	assert_string_equal(text.text, "powersave");
	assert_ptr_equal(text.text, twin.text); /* one text stays one */
	assert_true(cpuset_has(cpus.set, 100));
	assert_int_equal(cpuset_count(cpus.set), 1);
	assert_int_equal(number.u, 9);
	assert_int_equal(number.age_ds, 10);
	assert_int_equal(text.src, 1);
	assert_string_equal(skipped.text, "would interrupt");
	arena_free(a);
}

/* More texts than the memo holds are still all copied. */
static void test_carry_many(void **state)
{
	struct arena *old = arena_new(0), *a = arena_new(0);
	struct value v[3 * CARRY_MEMO], to[3 * CARRY_MEMO];
	struct carry c = {.a = a};
	char expected[16];

	(void)state;
	for (size_t i = 0; i < COUNT(v); i++)
		v[i] = value_text(arena_printf(old, "text %zu", i), 0);
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < COUNT(v); i++)
			to[i] = value_carry(&c, v[i], TYPE_TEXT);
	arena_free(old);
	for (size_t i = 0; i < COUNT(v); i++) {
		snprintf(expected, sizeof(expected), "text %zu", i);
		assert_string_equal(to[i].text, expected);
	}
	arena_free(a);
}

static void test_ages_saturate(void **state)
{
	struct carry c = {.a = NULL, .older_ds = 65000};
	struct value v = value_u64(1, 0);

	(void)state;
	v = value_carry(&c, v, TYPE_U64);
	assert_int_equal(v.age_ds, 65000);
	v = value_carry(&c, v, TYPE_U64);
	assert_int_equal(v.age_ds, UINT16_MAX);
	c.older_ds = UINT64_MAX - 5;
	v = value_carry(&c, v, TYPE_U64);
	assert_int_equal(v.age_ds, UINT16_MAX); /* and does not begin anew */
}

static void words_are(struct value v, enum type type, const char *words, const char *why)
{
	struct arena *a = arena_new(0);

	assert_string_equal(value_words(a, v, type), words);
	if (why)
		assert_string_equal(value_why(a, &v, "/sys/x"), why);
	arena_free(a);
}

static void test_words(void **state)
{
	struct arena *a = arena_new(0);
	struct cpuset *set = cpuset_new(a, 64);

	(void)state;
	words_are(value_u64(UINT64_MAX, 0), TYPE_U64, "18446744073709551615", NULL);
	words_are(value_i64(-7, 0), TYPE_I64, "-7", NULL);
	words_are(value_f64(9.994, 0), TYPE_F64, "9.99", NULL);
	words_are(value_f64(12.34, 0), TYPE_F64, "12.3", NULL);
	words_are(value_f64(-12.34, 0), TYPE_F64, "-12.3", NULL);
	words_are(value_bool(true, 0), TYPE_BOOL, "yes", NULL);
	words_are(value_bool(false, 0), TYPE_BOOL, "no", NULL);
	words_are(value_set(set, 0), TYPE_CPUS, "none", NULL);
	cpuset_add(set, 3);
	words_are(value_set(set, 0), TYPE_CPUS, "3", NULL);
	words_are(value_text("", 0), TYPE_TEXT, "none", NULL);
	words_are(value_text("a b", 0), TYPE_WORDS, "a b", NULL);
	words_are((struct value){.known = KNOWN_NOT_YET}, TYPE_U64, "reading", "reading");
	words_are(value_error(-ENOENT, 0), TYPE_U64, "-", "absent: ENOENT /sys/x");
	words_are(value_error(-EACCES, 0), TYPE_U64, "denied: EACCES", "denied: EACCES /sys/x");
	words_are(value_error(-EIO, 0), TYPE_TEXT, "broken: EIO", "broken: EIO /sys/x");
	words_are(value_error(-ENODATA, 0), TYPE_U64, "not recorded", "not recorded: ENODATA /sys/x");
	words_are(value_skipped("would interrupt"), TYPE_U64, "not read: would interrupt", "not read: would interrupt");
	assert_string_equal(errno_word(EIO), "EIO");
	assert_string_equal(errno_word(-99999), "E?");
	assert_string_equal(known_word((enum known)200), "?");
	assert_string_equal(unit_word((enum unit)200), "?");
	assert_string_equal(unit_word(UNIT_US), "µs");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arena),
		cmocka_unit_test(test_growing_text),
		cmocka_unit_test(test_what_an_errno_means),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_equality),
		cmocka_unit_test(test_carry_copies),
		cmocka_unit_test(test_carry_many),
		cmocka_unit_test(test_ages_saturate),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
