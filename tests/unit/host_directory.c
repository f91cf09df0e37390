/* The directory host reads what it should, refuses what it must, and says why. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/util.h"
#include "tests/lib/tree.h"

struct fixture {
	char *tree;
	struct host *h;
	struct answer a;
};

static int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->tree = tree_new();
	tree_text(f->tree, "proc/sys/kernel/hostname", "node7\n");
	tree_text(f->tree, "sys/one", "1\n");
	f->h = tree_host(f->tree);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	host_close(f->h);
	tree_free(f->tree);
	free(f);
	return 0;
}

static void reads_text(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(host_read(f->h, "/sys/one", &f->a), 0);
	assert_string_equal(f->a.text, "1\n");
	assert_int_equal(f->a.len, 2);
	assert_string_equal(f->a.why, "");
	assert_true(f->a.t_ns && f->a.t_ns <= host_now(f->h));
	tree_text(f->tree, "sys/empty", "");
	assert_int_equal(host_read(f->h, "/sys/empty", &f->a), 0);
	assert_int_equal(f->a.len, 0);
	assert_string_equal(f->a.text, "");
	tree_bytes(f->tree, "sys/nul", "a\0b\0", 4);
	assert_int_equal(host_read(f->h, "/sys/nul", &f->a), 0);
	assert_int_equal(f->a.len, 4);
	assert_memory_equal(f->a.text, "a\0b\0", 5);
}

/* Every length around the places where the reading takes another turn. */
static void reads_big_text(void **state)
{
	struct fixture *f = *state;
	static const size_t length[] = {
		1023, 1024, 1025, 65535, 65536, 65537, 131072, 1 << 20, (1 << 20) + 1, (3 << 20) + 17, (64 << 20) - 1};
	size_t most = (size_t)64 << 20;
	char *text = xcalloc(1, most);

	for (size_t i = 0; i < most; i++)
		text[i] = (char)('a' + i % 23);
	for (size_t i = 0; i < COUNT(length); i++) {
		tree_bytes(f->tree, "sys/big", text, length[i]);
		assert_int_equal(host_read(f->h, "/sys/big", &f->a), 0);
		assert_int_equal(f->a.len, length[i]);
		assert_memory_equal(f->a.text, text, length[i]);
		assert_int_equal(f->a.text[length[i]], 0);
	}
	tree_bytes(f->tree, "sys/big", text, most);
	assert_int_equal(host_read(f->h, "/sys/big", &f->a), -EFBIG);
	assert_string_equal(f->a.why, "/sys/big: File too large");
	assert_string_equal(f->a.text, "");
	assert_int_equal(host_read(f->h, "/sys/one", &f->a), 0);
	assert_string_equal(f->a.text, "1\n");
	free(text);
}

static void refuses(struct fixture *f, const char *path, int err, const char *why)
{
	assert_int_equal(host_read(f->h, path, &f->a), err);
	assert_string_equal(f->a.why, why);
	assert_string_equal(f->a.text, "");
	assert_int_equal(f->a.len, 0);
	assert_int_equal(host_keep(f->h, path), err);
}

static void says_why_it_cannot_read(void **state)
{
	struct fixture *f = *state;

	tree_fifo(f->tree, "sys/pipe");
	refuses(f, "/sys/missing", -ENOENT, "/sys/missing: No such file or directory");
	refuses(f, "/sys/one/more", -ENOTDIR, "/sys/one/more: Not a directory");
	refuses(f, "/sys", -EISDIR, "/sys is a directory, not a file");
	refuses(f, "/", -EISDIR, "/ is a directory, not a file");
	refuses(f, "/sys/pipe", -EINVAL, "/sys/pipe is a device, pipe or socket: only regular files are opened");
	refuses(f, "sys/one", -EINVAL, "sys/one is no path: it must begin with / or @");
	refuses(f, "", -EINVAL, " is no path: it must begin with / or @");
	refuses(f, "@kmsg", -EOPNOTSUPP, "@kmsg: this host does not answer it");
	assert_int_equal(host_read(f->h, "@cpuid/identity", &f->a), -EOPNOTSUPP);
	assert_string_equal(f->a.why, "@cpuid/identity: a directory has no processor that could be asked");
	assert_int_equal(host_link(f->h, "@kmsg", &f->a), -EOPNOTSUPP);
	assert_string_equal(f->a.why, "@kmsg: this host does not answer it");
}

static void never_opens_dev(void **state)
{
	struct fixture *f = *state;
	static const char *const path[] = {"/dev/zero", "//dev//zero", "/./dev/zero", "/sys/../dev/zero",
		"/../../dev/zero", "/dev/../dev/zero", "/dev"};
	static const char *const fine[] = {"/sys/dev", "/devices", "/dev/../sys/one", "/sys/one/../../dev/.."};
	char why[300];

	tree_text(f->tree, "dev/zero", "0\n");
	for (size_t i = 0; i < COUNT(path); i++) {
		snprintf(why, sizeof(why), "%s: nothing below /dev is ever opened", path[i]);
		refuses(f, path[i], -EACCES, why);
		assert_int_equal(host_link(f->h, path[i], &f->a), -EACCES);
	}
	for (size_t i = 0; i < COUNT(fine); i++)
		assert_int_not_equal(host_read(f->h, fine[i], &f->a), -EACCES);
}

static void shortens_long_paths(void **state)
{
	struct fixture *f = *state;
	char path[400] = "/sys/";

	for (int i = 0; i < 60; i++)
		strcat(path, "\xc3\xa4/\x1b");
	strcat(path, "/end");
	assert_int_equal(host_read(f->h, path, &f->a), -ENOENT);
	assert_int_equal(strncmp(f->a.why, "…", 3), 0);
	assert_non_null(strstr(f->a.why, "?/end: No such file or directory"));
	assert_null(strchr(f->a.why, '\x1b'));
}

static void reads_links(void **state)
{
	struct fixture *f = *state;

	tree_link(f->tree, "sys/rel", "../sys/one");
	tree_link(f->tree, "sys/abs", "/sys/one");
	tree_link(f->tree, "sys/up", "/sys");
	assert_int_equal(host_link(f->h, "/sys/rel", &f->a), 0);
	assert_string_equal(f->a.text, "../sys/one");
	assert_int_equal(f->a.len, 10);
	assert_int_equal(host_link(f->h, "/sys/up/abs", &f->a), 0);
	assert_string_equal(f->a.text, "/sys/one");
	assert_int_equal(host_read(f->h, "/sys/up/abs", &f->a), 0);
	assert_string_equal(f->a.text, "1\n");
	assert_int_equal(host_link(f->h, "/sys/one", &f->a), -EINVAL);
	assert_string_equal(f->a.why, "/sys/one: Invalid argument");
	assert_int_equal(host_link(f->h, "/sys/nothing", &f->a), -ENOENT);
}

struct names {
	char text[8192];
	int n, stop_at, result;
};

static int add_name(const char *name, void *arg)
{
	struct names *names = arg;

	strcat(strcat(names->text, name), " ");
	return ++names->n == names->stop_at ? names->result : 0;
}

static void lists(void **state)
{
	struct fixture *f = *state;
	struct names names = {0};
	char name[32];

	assert_int_equal(host_list(f->h, "/sys", add_name, &names), 0);
	assert_string_equal(names.text, "one ");
	for (int i = 0; i < 700; i++) {
		snprintf(name, sizeof(name), "many/cpu%d", i);
		tree_text(f->tree, name, "");
	}
	names = (struct names){0};
	assert_int_equal(host_list(f->h, "/many", add_name, &names), 0);
	assert_int_equal(names.n, 700);
	assert_non_null(strstr(names.text, "cpu699 "));
	names = (struct names){.stop_at = 3, .result = 7};
	assert_int_equal(host_list(f->h, "/many", add_name, &names), 7);
	assert_int_equal(names.n, 3);
	names = (struct names){.stop_at = 1, .result = -EIO};
	assert_int_equal(host_list(f->h, "/many", add_name, &names), -EIO);
	assert_int_equal(host_list(f->h, "/none", add_name, &names), -ENOENT);
	assert_int_equal(host_list(f->h, "/sys/one", add_name, &names), -ENOTDIR);
	assert_int_equal(host_list(f->h, "/dev", add_name, &names), -EACCES);
	assert_int_equal(host_list(f->h, "@virt", add_name, &names), -EOPNOTSUPP);
	assert_int_equal(names.n, 1);
}

static int read_denied(void *arg)
{
	struct answer a;

	if (host_read(arg, "/sys/secret", &a) != -EACCES)
		return 1;
	if (strcmp(a.why, "/sys/secret: Permission denied"))
		return 2;
	return host_keep(arg, "/sys/secret") == -EACCES ? 0 : 3;
}

static void denial_is_normal(void **state)
{
	struct fixture *f = *state;
	char *path = xasprintf("%s/sys/secret", f->tree);

	tree_text(f->tree, "sys/secret", "x\n");
	assert_int_equal(chmod(path, 0), 0);
	free(path);
	assert_int_equal(tree_child(geteuid() ? 0 : 65534, read_denied, f->h), 0);
}

static void has_no_jobs(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(host_start(f->h, "measure", &f->a), -EOPNOTSUPP);
	assert_string_equal(f->a.why, "measure: this host does not know this job");
	assert_int_equal(host_poll(f->h, 1, &f->a), -EOPNOTSUPP);
	assert_string_equal(f->a.why, "This host has no such job");
	assert_int_equal(host_stop(f->h, 1), -EOPNOTSUPP);
	assert_int_equal(host_tick(f->h, 1), 0);
}

static void is_not_written(void **state)
{
	struct fixture *f = *state;
	char why[200];

	assert_int_equal(host_may_write(f->h, why), -EROFS);
	assert_string_equal(why, "This is a directory, not a running machine: it is only read.");
	assert_int_equal(host_write(f->h, "/sys/one", "2\n", &f->a), -EROFS);
	assert_string_equal(f->a.why, why);
	assert_int_equal(host_read(f->h, "/sys/one", &f->a), 0);
	assert_string_equal(f->a.text, "1\n");
}

static void tests_may_write(void **state)
{
	struct fixture *f = *state;
	struct host *h = tree_writable_host(f->tree);
	char why[200] = "x";

	assert_int_equal(host_may_write(h, why), 0);
	assert_string_equal(why, "");
	tree_text(f->tree, "sys/long", "performance\n");
	tree_link(f->tree, "sys/link", "/sys/long");
	tree_link(f->tree, "sys/out", "../../../../../../../../etc/hostname-of-nobody");
	assert_int_equal(host_write(h, "/sys/link", "ab", &f->a), 0);
	assert_string_equal(f->a.why, "");
	assert_int_equal(host_read(h, "/sys/long", &f->a), 0);
	assert_string_equal(f->a.text, "ab");
	assert_int_equal(host_write(h, "/sys/one", f->a.text, &f->a), 0); /* text may be an answer of h */
	assert_int_equal(host_read(h, "/sys/one", &f->a), 0);
	assert_string_equal(f->a.text, "ab");
	assert_int_equal(host_write(h, "/sys/new", "x", &f->a), -ENOENT);
	assert_int_equal(host_write(h, "/sys/out", "x", &f->a), -ENOENT);
	assert_int_equal(host_write(h, "/sys", "x", &f->a), -EISDIR);
	assert_string_equal(f->a.why, "/sys: Is a directory");
	assert_int_equal(host_write(h, "@qos/global", "20", &f->a), -EOPNOTSUPP);
	tree_fifo(f->tree, "sys/pipe");
	assert_int_equal(host_write(h, "/sys/pipe", "x", &f->a), -ENXIO);
	host_close(h);
}

static void opening_fails_clearly(void **state)
{
	struct fixture *f = *state;
	struct host *h = NULL;
	char why[200];
	char *file = xasprintf("%s/sys/one", f->tree);

	assert_int_equal(host_open(&(struct host_options){.root = "/nowhere/at/all"}, &h, why), -ENOENT);
	assert_string_equal(why, "/nowhere/at/all: No such file or directory");
	assert_int_equal(host_open(&(struct host_options){.root = file}, &h, why), -ENOTDIR);
	assert_non_null(strstr(why, "/sys/one is not a directory"));
	assert_null(h);
	free(file);
	host_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(reads_big_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(says_why_it_cannot_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(never_opens_dev, set_up, tear_down),
		cmocka_unit_test_setup_teardown(shortens_long_paths, set_up, tear_down),
		cmocka_unit_test_setup_teardown(reads_links, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lists, set_up, tear_down),
		cmocka_unit_test_setup_teardown(denial_is_normal, set_up, tear_down),
		cmocka_unit_test_setup_teardown(has_no_jobs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(is_not_written, set_up, tear_down),
		cmocka_unit_test_setup_teardown(tests_may_write, set_up, tear_down),
		cmocka_unit_test_setup_teardown(opening_fails_clearly, set_up, tear_down),
	};

	int failed = cmocka_run_group_tests_name("host: directory", tests, NULL, NULL);
	setenv("HVSCOPE_NO_OPENAT2", "1", 1);
	return failed + cmocka_run_group_tests_name("host: directory, by our own walk", tests, NULL, NULL);
}
