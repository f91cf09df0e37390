/* Handles of one machine work in several threads at once. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/util.h"
#include "tests/lib/tree.h"

enum { THREADS = 6, ROUNDS = 60, FILES = 8 };

struct worker {
	struct host *h;
	unsigned bad, failed;
};

/* One round: keeps files, reads all in both ways, and opens a handle of its own. */
static unsigned work(struct worker *w)
{
	char path[32], text[32];
	struct host *other;
	struct answer a;
	unsigned bad = 0;
	int kept[FILES];

	for (int i = 0; i < FILES; i++) {
		snprintf(path, sizeof(path), "/sys/f%d", i);
		kept[i] = host_keep(w->h, path);
	}
	if (host_again(w->h, &other))
		return 1;
	for (int i = 0; i < FILES; i++) {
		snprintf(path, sizeof(path), "/sys/f%d", i);
		snprintf(text, sizeof(text), "text %d\n", i);
		int r = host_read(other, path, &a);
		if (r == -EBUSY)
			w->failed++;
		else
			bad += r || strcmp(a.text, text);
		if (kept[i] == -EBUSY) {
			w->failed++;
			continue;
		}
		r = host_read_kept(w->h, kept[i], &a);
		if (r == -EBUSY)
			w->failed++;
		else
			bad += r || strcmp(a.text, text);
		host_drop(w->h, kept[i]);
	}
	bad += strcmp(host_about(other)->hostname, "node7") != 0;
	host_close(other);
	return bad;
}

static void *run(void *arg)
{
	struct worker *w = arg;

	for (int i = 0; i < ROUNDS; i++)
		w->bad += work(w);
	host_close(w->h);
	return NULL;
}

static char *make_tree(void)
{
	char *tree = tree_new(), path[32], text[32];

	tree_text(tree, "proc/sys/kernel/hostname", "node7\n");
	for (int i = 0; i < FILES; i++) {
		snprintf(path, sizeof(path), "sys/f%d", i);
		snprintf(text, sizeof(text), "text %d\n", i);
		tree_text(tree, path, text);
	}
	return tree;
}

/* Gives each thread a handle, waits for all, and returns how many calls failed on purpose. */
static unsigned run_all(struct host *h)
{
	struct worker w[THREADS] = {0};
	pthread_t thread[THREADS];
	unsigned failed = 0;

	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(host_again(h, &w[i].h), 0);
		assert_int_equal(pthread_create(&thread[i], NULL, run, &w[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(thread[i], NULL), 0);
		assert_int_equal(w[i].bad, 0);
		failed += w[i].failed;
	}
	return failed;
}

static void handles_do_not_disturb_each_other(void **state)
{
	char *tree = make_tree();
	struct host *h = tree_host(tree);

	(void)state;
	assert_int_equal(run_all(h), 0);
	assert_int_equal(host_cost(h).kept, 0);
	host_close(h);
	tree_free(tree);
}

/* Every call is counted once, and as many fail as were ordered, whoever makes them. */
static void failures_are_counted_over_all(void **state)
{
	char *tree = make_tree();
	struct host *h;

	(void)state;
	assert_int_equal(failing_open(tree_host(tree), 100, 50, EBUSY, &h), 0);
	assert_int_equal(run_all(h), 50);
	/* A keep that failed is not read: at most 50 calls less. */
	assert_in_range(failing_calls(h), THREADS * ROUNDS * FILES * 3 - 50, THREADS * ROUNDS * FILES * 3);
	host_close(h);
	tree_free(tree);
}

static void *identify(void *arg)
{
	struct worker *w = arg;
	struct answer a;

	for (int i = 0; i < 20; i++) {
		int r = host_read(w->h, "@cpuid/identity", &a);
		w->bad += r && r != -EOPNOTSUPP;
	}
	host_close(w->h);
	return NULL;
}

static void cpuid_is_asked_by_several(void **state)
{
	struct worker w[3] = {0};
	pthread_t thread[3];
	struct host *h;
	char why[200];

	(void)state;
	assert_int_equal(host_open(&(struct host_options){.read_only = true}, &h, why), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(host_again(h, &w[i].h), 0);
		assert_int_equal(pthread_create(&thread[i], NULL, identify, &w[i]), 0);
	}
	host_close(h);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(pthread_join(thread[i], NULL), 0);
		assert_int_equal(w[i].bad, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(handles_do_not_disturb_each_other),
		cmocka_unit_test(failures_are_counted_over_all),
		cmocka_unit_test(cpuid_is_asked_by_several),
	};

	return cmocka_run_group_tests_name("host: threads", tests, NULL, NULL);
}
