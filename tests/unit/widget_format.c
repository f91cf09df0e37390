/* Numbers for people: rounding at every border of a unit, widths, unknown values. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "widgets/canvas.h"
#include "widgets/format.h"

typedef const char *formatter(double v, char buf[FORMAT_SIZE]);

struct example {
	formatter *f;
	double v;
	const char *text;
};

/* clang-format off */
static const struct example examples[] = {
	{format_ghz, 1200000, "1.20"},
	{format_ghz, 2494999, "2.49"},
	{format_ghz, 2495000, "2.50"},
	{format_ghz, 0, "0.00"},
	{format_ghz, 9994999, "9.99"},
	{format_ghz, 9996000, "10.0"},
	{format_mhz, 1200000, "1200"},
	{format_mhz, 1199600, "1200"},
	{format_mhz, 499, "0"},
	{format_share, 0.5, "0.50"},
	{format_share, 1.005, "1.01"},
	{format_share, 1.625, "1.63"},
	{format_share, 12.34, "12.3"},
	{format_percent, 0, "0 %"},
	{format_percent, 0.714, "71 %"},
	{format_percent, 0.004, "0.4 %"},
	{format_percent, 0.00949, "0.9 %"},
	{format_percent, 0.0096, "1 %"},
	{format_percent, 0.045, "5 %"},
	{format_percent, 1, "100 %"},
	{format_ns, 0, "0 ns"},
	{format_ns, 999.4, "999 ns"},
	{format_ns, 999.6, "1.00 µs"},
	{format_ns, 133000, "133 µs"},
	{format_ns, 999499, "999 µs"},
	{format_ns, 999600, "1.00 ms"},
	{format_ns, 3100000, "3.10 ms"},
	{format_ns, 9996000, "10.0 ms"},
	{format_ns, 52e9, "52.0 s"},
	{format_ns, 1234e9, "1234 s"},
	{format_bytes, 0, "0 B"},
	{format_bytes, 512, "512 B"},
	{format_bytes, 1000, "0.98 KiB"},
	{format_bytes, 9961472, "9.50 MiB"},
	{format_bytes, 442381631488.0, "412 GiB"},
	{format_bytes, 1023 * 1024.0 * 1024, "1.00 GiB"},
	{format_count, 96, "96"},
	{format_count, 9999, "9999"},
	{format_count, 9999.6, "10.0k"},
	{format_count, 12345, "12.3k"},
	{format_count, 999949, "1.00M"},
	{format_count, 2.5e9, "2.50G"},
	{format_calm_count, 0, "0"},
	{format_calm_count, 0.4, "0"},
	{format_calm_count, 7.6, "8"},
	{format_calm_count, 96, "96"},
	{format_calm_count, 99.6, "100"},
	{format_calm_count, 126.4, "126"},
	{format_calm_count, 950, "950"},
	{format_calm_count, 1234, "1230"},
	{format_calm_count, 1996, "2000"},
	{format_calm_count, 2630, "2600"},
	{format_calm_count, 9960, "10.0k"},
	{format_calm_count, 12345, "12.3k"},
	{format_calm_count, 29100, "29k"},
	{format_calm_count, 263000, "260k"},
	{format_calm_count, 996000, "1.00M"},
	{format_calm_count, 2.63e6, "2.6M"},
	{format_calm_bytes, 1048576, "1.00 MiB"},
	{format_calm_bytes, 97.3 * 1024, "97 KiB"},
	{format_calm_bytes, 263.0 * 1024, "260 KiB"},
	{format_calm_ns, 133000, "133 µs"},
	{format_calm_ns, 263000, "260 µs"},
	{format_calm_ns, 2630000, "2.6 ms"},
	{format_age, -3, "0 s"},
	{format_age, 0.34, "0.3 s"},
	{format_age, 3.9, "3 s"},
	{format_age, 59.99, "59 s"},
	{format_age, 60, "1 m"},
	{format_age, 3599, "59 m"},
	{format_age, 3600, "1 h"},
	{format_age, 86400 * 12.5, "12 d"},
};
/* clang-format on */

static void numbers_read_like_this(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
		char buf[FORMAT_SIZE];

		assert_string_equal(examples[i].f(examples[i].v, buf), examples[i].text);
	}
}

static const struct {
	formatter *f;
	double most; /* up to here it is no wider than max */
	int max;
} formatters[] = {
	{format_ghz, 9.99e6, 4},
	{format_mhz, 9.9e7, 5},
	{format_share, 9.99, 4},
	{format_percent, 1, 5},
	{format_ns, 999e9, 7},
	{format_bytes, 1e18, 8},
	{format_count, 9e20, 5},
	{format_calm_ns, 999e9, 7},
	{format_calm_bytes, 1e18, 8},
	{format_calm_count, 9e20, 5},
	{format_age, 86400 * 999.0, 5},
};

static void widths_hold_and_nothing_is_no_zero(void **state)
{
	char buf[FORMAT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof formatters / sizeof formatters[0]; i++) {
		assert_string_equal(formatters[i].f(NAN, buf), "–");
		for (double v = 1e-3; v <= formatters[i].most; v *= 1.0007)
			if (text_width(formatters[i].f(v, buf)) > formatters[i].max)
				fail_msg("%s is wider than %d", buf, formatters[i].max);
	}
}

static void calm_is_hardly_wrong(void **state)
{
	(void)state;
	for (double v = 20; v < 1e9; v *= 1.0007) {
		assert_true(fabs(format_calm(v) / v - 1) <= 0.025);
		assert_true(format_calm(-v) == -format_calm(v));
	}
	assert_true(isnan(format_calm(NAN)));
}

static void no_number_overflows(void **state)
{
	static const double odd[] = {0, -0.0, -1, -999.6, 1e-300, 1e15, -1e15, 1e300, -1e300, INFINITY, -INFINITY, NAN};

	(void)state;
	for (size_t i = 0; i < sizeof formatters / sizeof formatters[0]; i++)
		for (size_t k = 0; k < sizeof odd / sizeof odd[0]; k++) {
			char buf[FORMAT_SIZE];

			memset(buf, 'x', sizeof buf);
			assert_ptr_equal(formatters[i].f(odd[k], buf), buf);
			assert_non_null(memchr(buf, 0, sizeof buf));
			assert_true(buf[0] != 0 && strncmp(buf, "-0.00", 5) != 0);
		}
}

static void spans_of_one_clock_are_one_number(void **state)
{
	char buf[FORMAT_SIZE];

	(void)state;
	assert_string_equal(format_ghz_span(1200000, 3900000, buf), "1.20–3.90");
	assert_string_equal(format_ghz_span(2400000, 2400000, buf), "2.40");
	assert_string_equal(format_ghz_span(2400000, 2400001, buf), "2.40");
	assert_string_equal(format_ghz_span(NAN, 3900000, buf), "–");
	assert_string_equal(format_ghz_span(1200000, NAN, buf), "–");
	assert_non_null(memchr(format_ghz_span(-1e300, 1e300, buf), 0, FORMAT_SIZE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_read_like_this),
		cmocka_unit_test(widths_hold_and_nothing_is_no_zero),
		cmocka_unit_test(calm_is_hardly_wrong),
		cmocka_unit_test(no_number_overflows),
		cmocka_unit_test(spans_of_one_clock_are_one_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
