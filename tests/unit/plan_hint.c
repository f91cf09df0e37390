/* Tests what is said to help when the host refuses a change. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "probes/change.h"
#include "tui/plan.h"

static const char *hint(int err, size_t refused)
{
	struct result r = {.err = err, .refused = refused};

	return plan_hint(&r);
}

static void each_refusal_has_its_hint(void **state)
{
	(void)state;
	assert_string_equal(hint(-EROFS, 1), "; the file system is mounted read-only there");
	assert_string_equal(hint(-EBUSY, 1), "; the CPU is offline or its driver is being switched");
	assert_string_equal(hint(-EINVAL, 2), "; the kernel does not take this value");
	assert_string_equal(hint(-EIO, 1), "");
	/* it was not the host that refused */
	assert_string_equal(hint(-EROFS, 0), "");
	assert_string_equal(hint(-EINVAL, 0), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_refusal_has_its_hint)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
