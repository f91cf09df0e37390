/* The failing host fails exactly the calls that it was told to, whichever handle makes them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/util.h"
#include "tests/lib/tree.h"

static char *small_tree(void)
{
	char *tree = tree_new();

	tree_text(tree, "proc/sys/kernel/hostname", "node7\n");
	tree_text(tree, "sys/one", "1\n");
	tree_link(tree, "sys/link", "one");
	return tree;
}

static struct host *failing(struct host *inner, uint64_t nth, uint64_t times, int error)
{
	struct host *h;

	assert_int_equal(failing_open(inner, nth, times, error, &h), 0);
	return h;
}

static int no_name(const char *name, void *arg)
{
	(void)name;
	(void)arg;
	return 0;
}

enum { VERBS = 10 };

/* All verbs that count, in one order; returns what each gave. */
static void all_verbs(struct host *h, int result[VERBS], struct answer answer[VERBS])
{
	int i = 0;

	for (int a = 0; a < VERBS; a++)
		strcpy(answer[a].why, "untouched");
	result[i++] = host_tick(h, 1);
	int kept = result[i++] = host_keep(h, "/sys/one");
	/* A failed keep is followed by no read of it. */
	if (kept >= 0)
		result[i] = host_read_kept(h, kept, &answer[i]);
	else
		result[i] = host_read(h, "/sys/one", &answer[i]);
	i++;
	result[i] = host_read(h, "/sys/one", &answer[i]), i++;
	result[i] = host_link(h, "/sys/link", &answer[i]), i++;
	result[i++] = host_list(h, "/sys", no_name, NULL);
	result[i] = host_write(h, "/sys/one", "1\n", &answer[i]), i++;
	result[i] = host_start(h, "job", &answer[i]), i++;
	result[i] = host_poll(h, 1, &answer[i]), i++;
	result[i++] = host_stop(h, 1);
	assert_int_equal(i, VERBS);
	host_drop(h, kept);
}

static void each_call_can_fail(void **state)
{
	static const char *const why[VERBS] = {NULL, NULL, "a file that was open: failing on purpose",
		"/sys/one: failing on purpose", "/sys/link: failing on purpose", NULL, "/sys/one: failing on purpose",
		"job: failing on purpose", "a job: failing on purpose", NULL};
	int fine[VERBS], bad[VERBS];
	struct answer answer[VERBS];
	char *tree = small_tree();

	(void)state;
	struct host *h = failing(tree_writable_host(tree), 0, 1, 0);
	all_verbs(h, fine, answer);
	assert_int_equal(failing_calls(h), VERBS);
	host_close(h);
	for (int n = 0; n < VERBS; n++) {
		h = failing(tree_writable_host(tree), (uint64_t)n + 1, 1, EBUSY);
		all_verbs(h, bad, answer);
		for (int i = 0; i < VERBS; i++)
			assert_int_equal(bad[i], i == n ? -EBUSY : fine[i]);
		if (why[n])
			assert_string_equal(answer[n].why, why[n]);
		assert_int_equal(failing_calls(h), VERBS);
		assert_int_equal(host_cost(h).kept, 0);
		host_close(h);
	}
	tree_free(tree);
}

static void fails_as_often_as_told(void **state)
{
	char *tree = small_tree();
	struct host *h = failing(tree_host(tree), 2, 2, EIO), *other;
	struct answer a;

	(void)state;
	assert_int_equal(host_again(h, &other), 0);
	assert_int_equal(host_read(h, "/sys/one", &a), 0);
	assert_int_equal(host_read(other, "/sys/one", &a), -EIO);
	assert_string_equal(a.text, "");
	assert_int_equal(host_keep(h, "/sys/one"), -EIO);
	assert_int_equal(host_read(other, "/sys/one", &a), 0);
	assert_string_equal(a.why, "");
	host_close(h);
	assert_int_equal(failing_calls(other), 4);
	host_close(other);
	h = failing(tree_host(tree), 1, UINT64_MAX, ENODEV);
	for (int i = 0; i < 100; i++)
		assert_int_equal(host_read(h, "/sys/one", &a), -ENODEV);
	host_close(h);
	tree_free(tree);
}

static void nothing_is_written_by_a_failed_write(void **state)
{
	char *tree = small_tree();
	struct host *h = failing(tree_writable_host(tree), 1, 1, EACCES);
	struct answer a;

	(void)state;
	assert_int_equal(host_write(h, "/sys/one", "2\n", &a), -EACCES);
	assert_int_equal(host_read(h, "/sys/one", &a), 0);
	assert_string_equal(a.text, "1\n");
	host_close(h);
	tree_free(tree);
}

static void is_the_inner_host_otherwise(void **state)
{
	char *tree = small_tree(), why[200];
	struct host *inner = tree_host(tree);
	uint32_t limit = host_cost(inner).kept_limit;
	struct host *h = failing(inner, 0, 1, 0);

	(void)state;
	assert_string_equal(host_about(h)->hostname, "node7");
	assert_string_equal(host_about(h)->where, tree);
	assert_int_equal(host_about(h)->kind, HOST_DIRECTORY);
	assert_int_equal(host_may_write(h, why), -EROFS);
	assert_int_equal(host_cost(h).kept_limit, limit);
	uint64_t now = host_now(h);
	assert_true(now && now <= host_now(h));
	assert_true(host_wall(h) > 1600000000LL * 1000000000);
	assert_int_equal(failing_calls(h), 0);
	host_close(h);
	tree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_call_can_fail),
		cmocka_unit_test(fails_as_often_as_told),
		cmocka_unit_test(nothing_is_written_by_a_failed_write),
		cmocka_unit_test(is_the_inner_host_otherwise),
	};

	return cmocka_run_group_tests_name("host: failing on purpose", tests, NULL, NULL);
}
