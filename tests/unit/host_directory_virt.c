/* The directory host answers for libvirt from the files below /@virt of its tree, and from nowhere else. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/util.h"
#include "tests/lib/hosts.h"
#include "tests/lib/tree.h"

#define UUID "6f3a1c5e-2b41-4d0f-9a77-0c1d2e3f4a5b"

struct fixture {
	char *tree;
	struct answer a;
};

static int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->tree = tree_new();
	tree_text(f->tree, "proc/sys/kernel/hostname", "node7\n");
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	tree_free(f->tree);
	free(f);
	return 0;
}

static void fill(const struct fixture *f)
{
	tree_text(f->tree, "@virt/connection", "link=connected\n");
	tree_text(f->tree, "@virt/" UUID "/live/vcpu/0", "2\n");
	tree_text(f->tree, "@virt/stats/state,interface", "guest " UUID "\nstate.state=1\n");
	tree_text(f->tree, "etc/passwd", "of the tree\n");
}

static void must_read(struct fixture *f, struct host *h, const char *path, const char *text)
{
	int err = host_read(h, path, &f->a);

	if (err)
		fail_msg("%s: %d %s", path, err, f->a.why);
	assert_string_equal(f->a.text, text);
}

static void reads_files(void **state)
{
	struct fixture *f = *state;
	struct host *h, *again;

	fill(f);
	h = tree_host(f->tree);
	must_read(f, h, "@virt/connection", "link=connected\n");
	must_read(f, h, "@virt/" UUID "/live/vcpu/0", "2\n");
	must_read(f, h, "@virt/stats/state,interface", "guest " UUID "\nstate.state=1\n");
	assert_int_equal(host_read(h, "@virt/guests", &f->a), -ENOENT);
	assert_string_equal(f->a.why, "/@virt/guests: No such file or directory");
	assert_int_equal(host_read(h, "@virt/" UUID "/config/xml", &f->a), -ENOENT);
	assert_int_equal(host_read(h, "@virt/" UUID, &f->a), -EISDIR);
	/* What is there later is read later, without waiting, on every handle. */
	host_wait(h, 3000);
	tree_text(f->tree, "@virt/guests", UUID " - shutoff 1 persistent web3\n");
	must_read(f, h, "@virt/guests", UUID " - shutoff 1 persistent web3\n");
	assert_int_equal(host_again(h, &again), 0);
	must_read(f, again, "@virt/connection", "link=connected\n");
	host_close(again);
	host_close(h);
}

static void without_the_folder(void **state)
{
	struct fixture *f = *state;
	struct host *h = tree_host(f->tree);
	static const char *const path[] = {"@virt/connection", "@virt/guests", "@virt/../proc/sys/kernel/hostname"};

	for (size_t i = 0; i < COUNT(path); i++) {
		assert_int_equal(host_read(h, path[i], &f->a), -EOPNOTSUPP);
		assert_non_null(strstr(f->a.why, "a directory has no libvirt that could be asked"));
	}
	assert_int_equal(host_write(h, "@virt/" UUID "/live/vcpu/0", "3", &f->a), -EROFS);
	host_close(h);
}

/* A file of that name is no folder with answers. */
static void a_file_in_its_place(void **state)
{
	struct fixture *f = *state;
	struct host *h;

	tree_text(f->tree, "@virt", "link=connected\n");
	h = tree_host(f->tree);
	assert_int_equal(host_read(h, "@virt/connection", &f->a), -EOPNOTSUPP);
	host_close(h);
}

static void stays_in_the_tree(void **state)
{
	static const char *const path[] = {"@virt/../../etc/passwd", "@virt/../../../../../../../../etc/passwd",
		"@virt/out/passwd", "@virt/up/etc/passwd", "@virt/" UUID "/live/../../../etc/passwd"};
	struct fixture *f = *state;

	fill(f);
	tree_link(f->tree, "@virt/out", "/etc");
	tree_link(f->tree, "@virt/up", "../../../../../../..");
	for (int walk = 0; walk < 2; walk++) {
		struct host *h;

		if (walk)
			assert_int_equal(setenv("HVSCOPE_NO_OPENAT2", "1", 1), 0);
		h = tree_host(f->tree);
		for (size_t i = 0; i < COUNT(path); i++)
			must_read(f, h, path[i], "of the tree\n");
		assert_int_equal(host_read(h, "@virt/../../../proc/version", &f->a), -ENOENT);
		tree_text(f->tree, "dev/null", "no device\n");
		assert_int_equal(host_read(h, "@virt/../dev/null", &f->a), -EACCES);
		host_close(h);
	}
	assert_int_equal(unsetenv("HVSCOPE_NO_OPENAT2"), 0);
}

static void endless_names(void **state)
{
	struct fixture *f = *state;
	char *path = xcalloc(2, PATH_MAX);
	struct host *h;

	fill(f);
	h = tree_host(f->tree);
	strcpy(path, "@virt/");
	memset(path + strlen(path), 'a', 300);
	assert_int_equal(host_read(h, path, &f->a), -ENAMETOOLONG);
	/* Cut where a path ends it would be that of another file. */
	memset(path, '/', PATH_MAX);
	memcpy(path, "@virt", 5);
	strcpy(path + PATH_MAX - 2 - strlen("connection"), "connection");
	must_read(f, h, path, "link=connected\n");
	strcat(path, ".old");
	assert_int_equal(host_read(h, path, &f->a), -ENAMETOOLONG);
	assert_true(strlen(f->a.why) < sizeof(f->a.why));
	free(path);
	host_close(h);
}

static void written_in_tests(void **state)
{
	struct fixture *f = *state;
	struct host *h;

	fill(f);
	h = tree_host(f->tree);
	assert_int_equal(host_write(h, "@virt/" UUID "/live/vcpu/0", "3\n", &f->a), -EROFS);
	must_read(f, h, "@virt/" UUID "/live/vcpu/0", "2\n");
	host_close(h);
	h = tree_writable_host(f->tree);
	assert_int_equal(host_write(h, "@virt/" UUID "/live/vcpu/0", "0-1,4", &f->a), 0);
	must_read(f, h, "@virt/" UUID "/live/vcpu/0", "0-1,4");
	assert_int_equal(host_write(h, "@virt/" UUID "/live/vcpu/9", "0", &f->a), -ENOENT);
	host_close(h);
}

/* The machines of tests/hosts: command lines have their NULs, names their backslashes. */
static void machines_have_them(void **state)
{
	static const char command[] = "/usr/bin/qemu-system-x86_64\0-name\0guest=web3,debug-threads=on";
	struct fixture *f = *state;
	struct host *h;

	host_unpack(f->tree, "guests", "tree");
	h = tree_host(f->tree);
	must_read(f, h, "@virt/" UUID "/live/vcpu/2", "6\n");
	must_read(f, h, "@virt/" UUID "/live/vcpu/3", "-\n");
	assert_int_equal(host_read(h, "/proc/4711/cmdline", &f->a), 0);
	assert_true(f->a.len > sizeof(command));
	assert_memory_equal(f->a.text, command, sizeof(command));
	assert_int_equal(f->a.text[f->a.len - 1], '\0');
	must_read(f, h, "/sys/fs/cgroup/machine.slice/machine-qemu\\x2d3\\x2dweb3.scope/cpuset.cpus.effective", "0-23\n");
	must_read(f, h, "/proc/4711/cgroup",
		"0::/machine.slice/machine-qemu\\x2d3\\x2dweb3.scope/libvirt/emulator\n");
	host_close(h);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(reads_files),
		TEST(without_the_folder),
		TEST(a_file_in_its_place),
		TEST(stays_in_the_tree),
		TEST(endless_names),
		TEST(written_in_tests),
		TEST(machines_have_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
