/* Kept files: one call a read, the present text each time, a limit that all handles share. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/util.h"
#include "tests/lib/tree.h"

enum { NOT_HERE = 77 };

static char *small_tree(void)
{
	char *tree = tree_new();

	tree_text(tree, "proc/sys/kernel/hostname", "node7\n");
	tree_text(tree, "sys/one", "1\n");
	tree_text(tree, "sys/two", "2\n");
	return tree;
}

static void gives_the_present_text(void **state)
{
	char *tree = small_tree(), *big = xcalloc(1, 200001);
	struct host *h = tree_host(tree);
	struct answer a;

	(void)state;
	int one = host_keep(h, "/sys/one");
	assert_true(one >= 0);
	assert_int_equal(host_read_kept(h, one, &a), 0);
	assert_string_equal(a.text, "1\n");
	memset(big, 'b', 200000);
	tree_text(tree, "sys/one", big);
	assert_int_equal(host_read_kept(h, one, &a), 0);
	assert_int_equal(a.len, 200000);
	assert_string_equal(a.text, big);
	tree_text(tree, "sys/one", "short\n");
	assert_int_equal(host_read_kept(h, one, &a), 0);
	assert_string_equal(a.text, "short\n");
	assert_int_equal(a.len, 6);
	tree_text(tree, "sys/one", "");
	assert_int_equal(host_read_kept(h, one, &a), 0);
	assert_int_equal(a.len, 0);
	tree_bytes(tree, "sys/one", "\0x", 2);
	assert_int_equal(host_read_kept(h, one, &a), 0);
	assert_int_equal(a.len, 2);
	host_close(h);
	tree_free(tree);
	free(big);
}

static void numbers_are_used_again(void **state)
{
	char *tree = small_tree();
	struct host *h = tree_host(tree), *other;
	struct answer a;
	int kept[200];

	(void)state;
	for (size_t i = 0; i < COUNT(kept); i++) {
		kept[i] = host_keep(h, i % 2 ? "/sys/one" : "/sys/two");
		assert_true(kept[i] >= 0 && kept[i] < 200);
	}
	assert_int_equal(host_cost(h).kept, 200);
	host_drop(h, kept[7]);
	host_drop(h, kept[8]);
	host_drop(h, -ENOENT);
	assert_int_equal(host_cost(h).kept, 198);
	kept[7] = host_keep(h, "/sys/one");
	kept[8] = host_keep(h, "/sys/two");
	for (size_t i = 0; i < COUNT(kept); i++) {
		assert_true(kept[i] >= 0 && kept[i] < 200);
		assert_int_equal(host_read_kept(h, kept[i], &a), 0);
		assert_string_equal(a.text, i % 2 ? "1\n" : "2\n");
	}
	assert_int_equal(host_again(h, &other), 0);
	assert_int_equal(host_cost(other).kept, 0);
	host_close(h);
	assert_int_equal(host_read(other, "/sys/one", &a), 0);
	assert_string_equal(a.text, "1\n");
	host_close(other);
	tree_free(tree);
}

static void answers_belong_to_their_handle(void **state)
{
	char *tree = small_tree();
	struct host *h = tree_host(tree), *other;
	struct answer a, b;

	(void)state;
	assert_int_equal(host_again(h, &other), 0);
	assert_int_equal(host_read(h, "/sys/one", &a), 0);
	assert_int_equal(host_read(other, "/sys/two", &b), 0);
	assert_string_equal(a.text, "1\n");
	assert_string_equal(b.text, "2\n");
	assert_ptr_equal(host_about(h), host_about(other));
	host_close(other);
	assert_string_equal(a.text, "1\n");
	host_close(h);
	tree_free(tree);
}

/* In a child: its limit of open files is 100, so 75 may be kept, by all handles together. */
static int keep_too_many(void *arg)
{
	struct rlimit lim = {100, 100};
	struct host *h, *other;
	struct answer a;
	char why[200];
	int kept = -1;

	if (setrlimit(RLIMIT_NOFILE, &lim))
		return NOT_HERE;
	if (host_open(&(struct host_options){.root = arg}, &h, why) || host_again(h, &other))
		return 1;
	if (host_cost(h).kept_limit != 75 || host_cost(other).kept_limit != 75)
		return 2;
	for (int i = 0; i < 75; i++) {
		kept = host_keep(i % 3 ? h : other, "/sys/one");
		if (kept < 0)
			return 3;
	}
	if (host_keep(h, "/sys/one") != -EMFILE || host_keep(other, "/sys/one") != -EMFILE)
		return 4;
	if (host_read(other, "/sys/one", &a) || strcmp(a.text, "1\n"))
		return 5;
	host_drop(h, kept);
	if (host_keep(h, "/sys/none") != -ENOENT || host_keep(other, "/sys/two") < 0 ||
		host_keep(h, "/sys/two") != -EMFILE)
		return 6;
	host_close(other); /* what a handle held is free again */
	for (int i = 0; i < 26; i++) {
		if (host_keep(h, "/sys/one") < 0)
			return 7;
	}
	if (host_keep(h, "/sys/one") != -EMFILE)
		return 8;
	host_close(h);
	return 0;
}

static void in_child(int (*run)(void *arg))
{
	char *tree = small_tree();
	int status = tree_child(0, run, tree);

	tree_free(tree);
	if (status == NOT_HERE) {
		print_message("the hard limit cannot be set here\n");
		skip();
	}
	assert_int_equal(status, 0);
}

static void the_limit_is_shared(void **state)
{
	(void)state;
	in_child(keep_too_many);
}

/* The soft limit is raised to the hard one; no descriptor may be left for a keep that the kernel refuses. */
static int raise_limit(void *arg)
{
	struct rlimit lim = {40, 200};
	struct host *h;
	char why[200];

	if (setrlimit(RLIMIT_NOFILE, &lim))
		return NOT_HERE;
	if (host_open(&(struct host_options){.root = arg}, &h, why))
		return 1;
	if (getrlimit(RLIMIT_NOFILE, &lim) || lim.rlim_cur != 200 || host_cost(h).kept_limit != 150)
		return 2;
	lim.rlim_cur = 20;
	if (setrlimit(RLIMIT_NOFILE, &lim))
		return 3;
	int r = 0;
	for (int i = 0; i < 30 && r >= 0; i++)
		r = host_keep(h, "/sys/one");
	if (r != -EMFILE || host_cost(h).kept >= 20)
		return 4;
	host_close(h);
	return 0;
}

static void the_soft_limit_is_raised(void **state)
{
	(void)state;
	in_child(raise_limit);
}

static long reads_of_this_thread(void)
{
	char text[512] = "";
	int fd = open("/proc/thread-self/io", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	ssize_t n = read(fd, text, sizeof(text) - 1);
	close(fd);
	const char *at = n > 0 ? strstr(text, "syscr: ") : NULL;
	return at ? strtol(at + 7, NULL, 10) : -1;
}

/* Judged by a bare loop of as many preads: under valgrind each costs more than one. */
static void one_call_a_read(void **state)
{
	char *tree = small_tree(), *path = xasprintf("%s/sys/one", tree), text[16];
	struct host *h = tree_host(tree);
	struct answer a;

	(void)state;
	int kept = host_keep(h, "/sys/one"), fd = open(path, O_RDONLY | O_CLOEXEC);
	long before = reads_of_this_thread();
	for (int i = 0; i < 1000; i++)
		assert_int_equal(pread(fd, text, sizeof(text), 0), 2);
	long between = reads_of_this_thread();
	for (int i = 0; i < 1000; i++)
		assert_int_equal(host_read_kept(h, kept, &a), 0);
	long after = reads_of_this_thread();
	close(fd);
	host_close(h);
	tree_free(tree);
	free(path);
	if (before < 0) {
		print_message("the kernel does not count reads here\n");
		skip();
	}
	assert_in_range(between - before, 1000, 3000);
	assert_in_range(after - between, 1000, between - before + 5);
}

/* A text by another way, for comparison. */
static char *slurp(const char *path, size_t *ret_size)
{
	char *text = NULL;
	FILE *f = fopen(path, "re"), *copy = open_memstream(&text, ret_size);

	assert_non_null(f);
	assert_non_null(copy);
	for (int c; (c = getc(f)) != EOF;)
		putc(c, copy);
	fclose(f);
	fclose(copy);
	return text;
}

/*
 * A seq_file of several pages, where a read gives less than was asked for, long before the end: the map of a child that
 * stands still. Neighbours of different protection do not merge, so each page is a line.
 */
static void reads_proc_to_its_end(void **state)
{
	enum { PAGES = 400 };
	long page = sysconf(_SC_PAGESIZE);
	char path[64], why[200], *area, *whole, end = 0;
	size_t size;
	struct host *h;
	struct answer a;
	int hold[2];

	(void)state;
	assert_int_equal(pipe(hold), 0);
	area = mmap(NULL, (size_t)(PAGES * page), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(area, MAP_FAILED);
	for (int i = 0; i < PAGES; i += 2)
		assert_int_equal(mprotect(area + i * page, (size_t)page, PROT_NONE), 0);
	fflush(NULL);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(hold[1]);
		_exit(read(hold[0], &end, 1) == 1);
	}
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)child);
	assert_int_equal(host_open(&(struct host_options){0}, &h, why), 0);
	int kept = host_keep(h, path);
	assert_true(kept >= 0);
	assert_int_equal(host_read_kept(h, kept, &a), 0);
	whole = slurp(path, &size);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(host_read_kept(h, kept, &a), 0);
		assert_int_equal(a.len, size);
		assert_memory_equal(a.text, whole, size);
	}
	assert_true(size > 4 * 4096);
	assert_int_equal(host_read(h, path, &a), 0);
	assert_memory_equal(a.text, whole, size);
	assert_int_equal(write(hold[1], "x", 1), 1);
	close(hold[0]);
	close(hold[1]);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(host_read_kept(h, kept, &a), -ESRCH);
	assert_string_equal(a.why, "a file that was open: No such process");
	munmap(area, (size_t)(PAGES * page));
	free(whole);
	host_close(h);
}

static void costs_are_counted(void **state)
{
	char *tree = small_tree();
	struct host *h = tree_host(tree);
	struct answer a;

	(void)state;
	assert_int_equal(host_cost(h).calls, 0);
	assert_int_equal(host_cost(h).bytes, 0);
	host_read(h, "/sys/one", &a);
	int kept = host_keep(h, "/sys/two");
	host_read_kept(h, kept, &a);
	host_read(h, "/sys/none", &a);
	host_now(h);
	host_tick(h, 1);
	assert_int_equal(host_cost(h).calls, 4);
	assert_int_equal(host_cost(h).bytes, 4);
	assert_int_equal(host_cost(h).kept, 1);
	host_drop(h, kept);
	assert_int_equal(host_cost(h).kept, 0);
	host_close(h);
	tree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_present_text),
		cmocka_unit_test(numbers_are_used_again),
		cmocka_unit_test(answers_belong_to_their_handle),
		cmocka_unit_test(the_limit_is_shared),
		cmocka_unit_test(the_soft_limit_is_raised),
		cmocka_unit_test(one_call_a_read),
		cmocka_unit_test(reads_proc_to_its_end),
		cmocka_unit_test(costs_are_counted),
	};

	return cmocka_run_group_tests_name("host: kept files", tests, NULL, NULL);
}
