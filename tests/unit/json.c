/* Tests that JSON keeps its order, its large numbers and its odd bytes, and that bad text is refused with a reason. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "probes/arena.h"
#include "probes/json.h"
#include "probes/text.h"
#include "probes/util.h"

static void dump_is(struct js *v, const char *wanted)
{
	char *text = js_dump(v, false);

	assert_string_equal(text, wanted);
	free(text);
	js_free(v);
}

static void order_and_types(void **state)
{
	struct js *o = js_object(), *list = js_array();

	(void)state;
	js_set_text(o, "zebra", "a");
	js_set_u64(o, "apple", 7);
	js_append(list, js_i64(-3));
	js_append(list, js_bool(true));
	js_append(list, js_null());
	js_append(list, js_f64(0.1));
	js_set(o, "list", list);
	js_set_u64(o, "zebra", 1);
	dump_is(o, "{\"zebra\":1,\"apple\":7,\"list\":[-3,true,null,0.1]}");
}

static void numbers_at_the_edge(void **state)
{
	struct js *o = js_object();
	uint64_t u = 0;
	int64_t i = 0;

	(void)state;
	js_set_u64(o, "max", UINT64_MAX);
	js_set_u64(o, "edge", INT64_MAX);
	js_set_u64(o, "over", (uint64_t)INT64_MAX + 1);
	js_set_i64(o, "low", INT64_MIN);
	js_set_f64(o, "nan", NAN);
	js_set_f64(o, "inf", INFINITY);
	js_set_text(o, "word", "12a");
	js_set_text(o, "big", "18446744073709551616");
	assert_true(js_get_u64(o, "max", &u) && u == UINT64_MAX);
	assert_true(js_get_u64(o, "edge", &u) && u == INT64_MAX);
	assert_true(js_get_i64(o, "low", &i) && i == INT64_MIN);
	assert_false(js_get_u64(o, "low", &u) || js_get_u64(o, "word", &u) || js_get_u64(o, "big", &u));
	assert_true(js_is_null(js_get(o, "nan")) && js_is_null(js_get(o, "inf")));
	dump_is(o, "{\"max\":\"18446744073709551615\",\"edge\":9223372036854775807,\"over\":\"9223372036854775808\","
		   "\"low\":-9223372036854775808,\"nan\":null,\"inf\":null,\"word\":\"12a\","
		   "\"big\":\"18446744073709551616\"}");
}

static void same_after_reading(const char *text)
{
	struct arena *a = arena_new(0);
	struct js *o = js_object(), *again;
	char *line;

	js_set_text(o, "t", text);
	line = js_dump(o, false);
	again = js_parse(line, strlen(line), NULL);
	assert_non_null(again);
	assert_string_equal(js_get_text(again, "t", a), text);
	js_free(again);
	js_free(o);
	free(line);
	arena_free(a);
}

static void every_text_comes_back(void **state)
{
	static const char *const texts[] = {"", "powersave\n", "µs", "\xff", "a\xc3", "\\xff", "\\\\xff", "\\", "\\x",
		"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf0\x9f\x98\x80", "\xe2\x82", "\x01\x1f\x7f\t\"/", "\xc2\x9b\x31m\xe2\x80\xae",
		"\xef\xbb\xbf\xd8\x9c\n"};
	char all[256];
	unsigned seed = 7;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		same_after_reading(texts[i]);
	for (int i = 0; i < 255; i++)
		all[i] = (char)(i + 1);
	all[255] = '\0';
	same_after_reading(all);
	for (int round = 0; round < 2000; round++) {
		size_t n = (size_t)rand_r(&seed) % 12;

		/* few letters, so that backslash, x, hex digits and broken sequences meet */
		for (size_t i = 0; i < n; i++)
			all[i] = "\\\\xx5cf0\xc3\xa9\xff\xf0\x9f"[rand_r(&seed) % 13];
		all[n] = '\0';
		same_after_reading(all);
	}
}

static void escapes_look_right(void **state)
{
	struct js *o = js_object();

	(void)state;
	js_set_text(o, "a", "x\xffy");
	js_set_text(o, "b", "C:\\path");
	js_set_text(o, "none", NULL);
	js_set_null(o, "k\xff");
	dump_is(o, "{\"a\":\"x\\\\xffy\",\"b\":\"C:\\\\path\",\"none\":null,\"k\\\\xff\":null}");
}

/* A file or terminal that gets JSON gets nothing that it would obey, and no line that reads the other way round. */
static void no_marks_are_raw(void **state)
{
	struct js *o = js_object();

	(void)state;
	js_set_text(o, "a", "\x1b[31m\x7f\xc2\x9b\x31m\xc2\xb5\xe2\x80\xaetxt\xe2\x81\xa6\xf0\x9f\x98\x80");
	js_set_null(o, "k\xe2\x80\x8f");
	dump_is(o, "{\"a\":\"\\u001B[31m\\u007f\\u009b1m\xc2\xb5\\u202etxt\\u2066\xf0\x9f\x98\x80\",\"k\\u200f\":null}");
}

static void texts_are_tame(void **state)
{
	char text[] = "a\tb\nc\x1b[2J\x7f\xc2\x9b\xff\xe2\x80\xae\xc2\xb5\xf0\x9f\x98\x80\xef\xbb\xbf", line[16];

	(void)state;
	text_printable(line, sizeof(line), text);
	assert_string_equal(line, "a?b?c?[2J????\xc2\xb5");
	assert_string_equal(text_tame(text), "a b c?[2J????\xc2\xb5\xf0\x9f\x98\x80?");
}

static void bad_text_is_refused(void **state)
{
	static const char *const bad[] = {"", "{", "{\"a\":1", "{} {}", "nonsense", "{\"a\":1,\"a\":2}", "\"text\"",
		"{\"a\":\"\xff\"}", "[1e999]", "{\"a\":99999999999999999999}"};
	char why[200];

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		why[0] = '\0';
		assert_null(js_parse(bad[i], strlen(bad[i]), why));
		assert_true(strlen(why) > 10);
	}
	assert_null(js_parse("{\"a\":1}\0", 8, NULL));
}

static void what_is_not_there(void **state)
{
	struct arena *a = arena_new(0);
	const char *text = "{\"n\":1,\"list\":[1],\"yes\":true,\"o\":{}}";
	struct js *v = js_parse(text, strlen(text), NULL);
	uint64_t u = 0;
	int64_t i = 0;
	bool yes = false;

	(void)state;
	assert_non_null(v);
	assert_null(js_get(NULL, "n"));
	assert_null(js_get(v, "missing"));
	assert_null(js_get_text(v, "n", a));
	assert_null(js_get_text(NULL, "n", a));
	assert_false(js_get_u64(v, "list", &u) || js_get_i64(v, "yes", &i) || js_get_bool(v, "n", &yes));
	assert_true(js_get_bool(v, "yes", &yes) && yes);
	assert_true(js_is_object(js_get(v, "o")) && js_is_array(js_get(v, "list")));
	assert_int_equal(js_count(js_get(v, "list")), 1);
	assert_int_equal(js_count(v), 0);
	assert_null(js_at(js_get(v, "list"), 1));
	js_free(v);
	js_free(NULL);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_and_types),
		cmocka_unit_test(numbers_at_the_edge),
		cmocka_unit_test(every_text_comes_back),
		cmocka_unit_test(escapes_look_right),
		cmocka_unit_test(no_marks_are_raw),
		cmocka_unit_test(texts_are_tame),
		cmocka_unit_test(bad_text_is_refused),
		cmocka_unit_test(what_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
