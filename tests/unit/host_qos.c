/* Tests the latency limit of all CPUs: four bytes of a device that a folder stands in for, and refusals in words. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/host/qos.h"
#include "tests/lib/tree.h"

enum { NOBODY = 65534, REFUSED = 7 };

static void put(const char *tree, const char *name, int32_t us)
{
	tree_bytes(tree, name, &us, sizeof(us));
}

static void is(const char *tree, const char *expected)
{
	char text[200] = "", why[200] = "";
	int n = qos_text(tree, text, sizeof(text), why);

	if (n < 0)
		fail_msg("%s", why);
	assert_string_equal(text, expected);
	assert_int_equal(n, strlen(expected));
}

static void test_limits(void **state)
{
	char *tree = tree_new();

	(void)state;
	put(tree, "cpu_dma_latency", 2000000000);
	is(tree, "limit_us=2000000000\n");
	put(tree, "cpu_dma_latency", 10);
	is(tree, "limit_us=10\n");
	put(tree, "cpu_dma_latency", 0);
	put(tree, "cpu_wakeup_latency", INT32_MAX);
	is(tree, "limit_us=0\nwakeup_us=2147483647\n");
	tree_free(tree);
}

/* Somebody wrote text where the device should be; a FIFO must not be waited for. */
static void test_what_is_no_device(void **state)
{
	char *tree = tree_new(), *inner = tree_new(), text[200], why[200] = "";

	(void)state;
	assert_int_equal(qos_text(tree, text, sizeof(text), why), -ENOENT);
	assert_non_null(strstr(why, "cpu_dma_latency"));
	tree_text(tree, "cpu_dma_latency", "10\n");
	assert_int_equal(qos_text(tree, text, sizeof(text), why), -EIO);
	assert_non_null(strstr(why, "four bytes"));
	tree_text(tree, "cpu_dma_latency", "12345\n");
	assert_int_equal(qos_text(tree, text, sizeof(text), why), -EIO);

	tree_fifo(inner, "cpu_dma_latency");
	assert_int_equal(qos_text(inner, text, sizeof(text), why), -EIO);
	tree_free(inner);
	tree_free(tree);
}

static int as_nobody(void *arg)
{
	char text[200], why[200] = "";
	int err = qos_text(arg, text, sizeof(text), why);

	return err == -EACCES && strstr(why, "root") && strstr(why, "sudo") ? REFUSED : 1;
}

static void test_refused_with_what_helps(void **state)
{
	char *tree = tree_new(), path[300];

	(void)state;
	put(tree, "cpu_dma_latency", 10);
	snprintf(path, sizeof(path), "%s/cpu_dma_latency", tree);
	assert_int_equal(chmod(path, 0), 0);
	assert_int_equal(tree_child(geteuid() ? 0 : NOBODY, as_nobody, tree), REFUSED);
	tree_free(tree);
}

/* A directory has no such device, whatever lies in its /dev. */
static void test_directories_have_none(void **state)
{
	char *tree = tree_new();
	struct answer answer;
	struct host *h;

	(void)state;
	put(tree, "dev/cpu_dma_latency", 10);
	h = tree_host(tree);
	assert_int_equal(host_read(h, "@qos/global", &answer), -EOPNOTSUPP);
	assert_non_null(strstr(answer.why, "directory"));
	host_close(h);
	tree_free(tree);
}

/* The live host answers one way or the other: with a number, or with a sentence. */
static void test_live(void **state)
{
	struct answer answer;
	struct host *h;
	char why[200];
	int r;

	(void)state;
	assert_int_equal(host_open(&(struct host_options){.read_only = true}, &h, why), 0);
	r = host_read(h, "@qos/global", &answer);
	if (r == 0)
		assert_int_equal(strncmp(answer.text, "limit_us=", 9), 0);
	else
		assert_non_null(strstr(answer.why, "cpu_dma_latency"));
	assert_int_equal(host_read(h, "@qos/other", &answer), -EOPNOTSUPP);
	host_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_what_is_no_device),
		cmocka_unit_test(test_refused_with_what_helps),
		cmocka_unit_test(test_directories_have_none),
		cmocka_unit_test(test_live),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
