/* Tests registers: which may be asked, files that stand in for devices, and refusals in words. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/host/msr.h"
#include "probes/util.h"
#include "tests/lib/tree.h"

/* Eight bytes at each register, as the device has them. */
static char *devices_new(void)
{
	char *tree = tree_new(), *bytes = calloc(1, 0x800);
	uint64_t value = UINT64_C(0x80002a0a);

	memcpy(bytes + 0x774, &value, sizeof(value));
	value = UINT64_C(0x4005b);
	memcpy(bytes + 0x1fc, &value, sizeof(value));
	tree_bytes(tree, "3/msr", bytes, 0x800);
	tree_bytes(tree, "4/msr", bytes, 0x1fe); /* cut off */
	free(bytes);
	return tree;
}

static void test_values(void **state)
{
	char *tree = devices_new(), buf[64], why[200];

	(void)state;
	assert_int_equal(msr_text(tree, "@msr/3/0x774", buf, sizeof(buf), why), strlen("value=0x80002a0a\n"));
	assert_string_equal(buf, "value=0x80002a0a\n");
	assert_string_equal(why, "");
	assert_true(msr_text(tree, "@msr/3/0x1fc", buf, sizeof(buf), why) > 0);
	assert_string_equal(buf, "value=0x4005b\n");
	assert_true(msr_text(tree, "@msr/3/0x1aa", buf, sizeof(buf), why) > 0);
	assert_string_equal(buf, "value=0x0\n");
	assert_int_equal(msr_text(tree, "@msr/4/0x1fc", buf, sizeof(buf), why), -EINVAL);
	tree_free(tree);
}

/* Reading some registers changes them: no others than these are asked. */
static void test_paths(void **state)
{
	static const char *const bad[] = {"@msr/", "@msr/3", "@msr/3/", "@msr//0x1fc", "@msr/3/0x1FC", "@msr/3/508", "@msr/3/0xe7",
		"@msr/3/0x1fc/", "@msr/3/0x1fc ", "@msr/-1/0x1fc", "@msr/../0x1fc", "@msr/65536/0x1fc", "@msr/ 3/0x1fc", "@perf/3/0x1fc"};
	char *tree = devices_new(), buf[64], why[200];

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (msr_text(tree, bad[i], buf, sizeof(buf), why) != -EINVAL || !*why)
			fail_msg("%s is taken", bad[i]);
	tree_free(tree);
}

static int refused(void *arg)
{
	char buf[64], why[200];

	return msr_text(arg, "@msr/3/0x1fc", buf, sizeof(buf), why) == -EACCES && strstr(why, "CAP_SYS_RAWIO") ? 0 : 1;
}

static void test_refusals(void **state)
{
	char *tree = devices_new(), buf[64], why[200], path[300];

	(void)state;
	assert_int_equal(msr_text(tree, "@msr/9/0x1fc", buf, sizeof(buf), why), -EACCES);
	assert_non_null(strstr(why, "modprobe msr"));
	snprintf(path, sizeof(path), "%s/3/msr", tree);
	assert_int_equal(chmod(path, 0600), 0);
	if (geteuid() == 0)
		assert_int_equal(tree_child(65534, refused, tree), 0);
	tree_free(tree);
}

/* Whatever this machine is: a value, or a sentence. */
static void test_live(void **state)
{
	struct answer answer;
	struct host *h;
	char why[200];
	int r;

	(void)state;
	assert_int_equal(host_open(&(struct host_options){.read_only = true}, &h, why), 0);
	assert_int_equal(host_read(h, "@msr/0/0x10", &answer), -EINVAL);
	r = host_read(h, "@msr/0/0x1fc", &answer);
	if (r)
		assert_true((r == -EACCES || r == -ENOENT) && strlen(answer.why) > 20);
	else
		assert_int_equal(strncmp(answer.text, "value=0x", 8), 0);
	host_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_live),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
