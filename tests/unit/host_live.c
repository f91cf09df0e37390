/* The live host reads this machine, touches no other CPU and no device, and is written below /sys and /proc only. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/util.h"
#include "tests/lib/tree.h"

enum { NOT_HERE = 77 };

static struct host *live(bool read_only)
{
	struct host *h = NULL;
	char why[200];

	if (host_open(&(struct host_options){.read_only = read_only}, &h, why) < 0)
		fail_msg("%s", why);
	return h;
}

static void is_this_machine(void **state)
{
	struct host *h = live(false);
	const struct about *about = host_about(h);
	char name[65] = "", why[200];

	(void)state;
	gethostname(name, sizeof(name) - 1);
	assert_string_equal(about->hostname, name);
	assert_string_equal(about->label, "THIS MACHINE");
	assert_string_equal(about->where, "");
	assert_string_equal(about->why_read_only, "");
	assert_int_equal(about->kind, HOST_LIVE);
	assert_string_equal(host_kind_word(about->kind), "live");
	assert_string_equal(host_kind_word(HOST_TRAINING), "training");
	assert_true(about->is_this_machine);
	assert_true(about->writable);
	assert_int_equal(host_may_write(h, why), 0);
	host_close(h);
}

static void reads_the_kernel(void **state)
{
	struct host *h = live(true);
	struct answer a;

	(void)state;
	assert_int_equal(host_read(h, "/proc/sys/kernel/ostype", &a), 0);
	assert_string_equal(a.text, "Linux\n");
	assert_int_equal(host_link(h, "/proc/mounts", &a), 0);
	assert_string_equal(a.text, "self/mounts");
	assert_int_equal(host_read(h, "/dev/zero", &a), -EACCES);
	assert_int_equal(host_read(h, "/sys/../dev/null", &a), -EACCES);
	assert_int_equal(host_read(h, "/proc/self/mem", &a), -EIO);
	assert_int_equal(host_read(h, "/proc/self", &a), -EISDIR);
	assert_int_equal(host_link(h, "/proc/stat", &a), -EINVAL);
	assert_int_equal(host_read(h, "@nonsense", &a), -EOPNOTSUPP);
	assert_string_equal(a.why, "@nonsense: this host does not answer it");
	host_close(h);
}

static void read_only_refuses_every_write(void **state)
{
	struct host *h = live(true), *other;
	struct answer a;
	char why[200];

	(void)state;
	assert_int_equal(host_again(h, &other), 0);
	assert_int_equal(host_may_write(other, why), -EROFS);
	assert_string_equal(why, "hvscope was started with --read-only.");
	assert_int_equal(host_write(other, "/proc/self/comm", "changed", &a), -EROFS);
	assert_string_equal(a.why, why);
	host_close(h);
	host_close(other);
}

/* A thread's own name and score are what anybody may write. */
static void writes_the_kernel(void **state)
{
	struct host *h = live(false);
	struct answer a;

	(void)state;
	assert_int_equal(host_write(h, "/proc/self/comm", "written", &a), 0);
	assert_int_equal(host_read(h, "/proc/self/comm", &a), 0);
	assert_string_equal(a.text, "written\n");
	assert_int_equal(host_write(h, "/proc/self/oom_score_adj", "nonsense", &a), -EINVAL);
	assert_string_equal(a.why, "/proc/self/oom_score_adj: Invalid argument");
	host_close(h);
}

static void writes_nothing_else(void **state)
{
	struct host *h = live(false);
	char *tree, *path, *sly;
	struct answer a;

	(void)state;
	setenv("TMPDIR", "/tmp", 1); /* not below /dev, where nothing is read either */
	tree = tree_new();
	path = xasprintf("%s/file", tree);
	sly = xasprintf("/sys/..%s", path);
	tree_text(tree, "file", "precious\n");
	assert_int_equal(host_write(h, path, "x", &a), -EACCES);
	assert_non_null(strstr(a.why, "/file: only what is below /sys and /proc is ever written"));
	assert_int_equal(host_write(h, sly, "x", &a), -EACCES);
	assert_int_equal(host_read(h, path, &a), 0);
	assert_string_equal(a.text, "precious\n");
	host_close(h);
	free(path);
	free(sly);
	tree_free(tree);
}

static void names_a_directory(void **state)
{
	static const struct {
		const char *proc, *etc, *name;
	} row[] = {
		{"node7\n", "other\n", "node7"},
		{NULL, "# comment\n\n  other.example  \n", "other.example"},
		{"\n", "other\n", "other"},
		{"a\x1b[2Jb\x9b", NULL, "a?[2Jb?"},
		{"b\xc3\xbcro \xe2\x80\xae", NULL, "b\xc3\xbcro"},
		{"x\xe2\x80\xaey", NULL, "x???y"},
		{"x\xe2\x80\x8fy\xd8\x9cz", NULL, "x???y??z"},
		{"0123456789012345678901234567890123456789012345678901234567890123456789", NULL,
			"0123456789012345678901234567890123456789012345678901234567890123"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		char *tree = tree_new();
		if (row[i].proc)
			tree_text(tree, "proc/sys/kernel/hostname", row[i].proc);
		if (row[i].etc)
			tree_text(tree, "etc/hostname", row[i].etc);
		struct host *h = tree_host(tree);
		assert_string_equal(host_about(h)->hostname, row[i].name);
		assert_string_equal(host_about(h)->label, "DIRECTORY");
		assert_string_equal(host_about(h)->where, tree);
		assert_false(host_about(h)->is_this_machine);
		host_close(h);
		tree_free(tree);
	}
	char *tree = tree_new(), *dot = xasprintf("%s/inner/.", tree);
	tree_folder(tree, "inner");
	struct host *h = tree_host(dot);
	assert_string_equal(host_about(h)->hostname, "inner");
	host_close(h);
	free(dot);
	tree_free(tree);
}

/* Lets the kernel answer one system call in its own way from now on. */
static int forbid(unsigned call, unsigned answer)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, answer),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = COUNT(code), .filter = code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static int without_openat2(void *tree)
{
	struct answer a;

	if (forbid(SYS_openat2, SECCOMP_RET_ERRNO | EPERM))
		return NOT_HERE;
	struct host *h = tree_host(tree);
	int r = host_read(h, "/sys/link", &a);
	if (r < 0 || strcmp(a.text, "1\n"))
		return 1;
	host_close(h);
	return 0;
}

static void walks_where_openat2_is_forbidden(void **state)
{
	char *tree = tree_new();

	(void)state;
	tree_text(tree, "sys/one", "1\n");
	tree_link(tree, "sys/link", "/sys/one");
	int status = tree_child(0, without_openat2, tree);
	tree_free(tree);
	if (status == NOT_HERE)
		skip();
	assert_int_equal(status, 0);
}

/* Moving to another CPU is death here; so says the control. */
static int move(void *arg)
{
	cpu_set_t set;

	(void)arg;
	if (forbid(SYS_sched_setaffinity, SECCOMP_RET_KILL_PROCESS))
		return NOT_HERE;
	CPU_ZERO(&set);
	CPU_SET(0, &set);
	sched_setaffinity(0, sizeof(set), &set);
	return 0;
}

static int identify(void *arg)
{
	struct answer a;

	if (forbid(SYS_sched_setaffinity, SECCOMP_RET_KILL_PROCESS))
		return NOT_HERE;
	int r = host_read(arg, "@cpuid/identity", &a);
	return r && r != -EOPNOTSUPP;
}

static void cpuid_does_not_migrate(void **state)
{
	struct host *h = live(true);

	(void)state;
	int control = tree_child(0, move, NULL), status = tree_child(0, identify, h);
	host_close(h);
	if (control == NOT_HERE)
		skip();
	assert_int_equal(control, -1);
	assert_int_equal(status, 0);
}

/* Family and model, as the kernel prints them; valgrind lends the program another CPU. */
static void same_as_kernel(struct host *h, const char *identity)
{
	static const char *const key[][2] = {{"cpu family\t: ", "\nfamily="}, {"model\t\t: ", "\nmodel="}};
	const char *preload = getenv("LD_PRELOAD");
	struct answer a;
	char line[64];

	if (preload && strstr(preload, "vgpreload"))
		return;
	assert_int_equal(host_read(h, "/proc/cpuinfo", &a), 0);
	for (size_t i = 0; i < COUNT(key); i++) {
		const char *at = strstr(a.text, key[i][0]);
		assert_non_null(at);
		snprintf(line, sizeof(line), "%s%ld\n", key[i][1], strtol(at + strlen(key[i][0]), NULL, 10));
		assert_non_null(strstr(identity, line));
	}
}

static void cpuid_agrees_with_the_kernel(void **state)
{
	struct host *h = live(true), *other;
	struct answer a;

	(void)state;
	assert_int_equal(host_again(h, &other), 0);
	assert_int_equal(host_keep(h, "@cpuid/identity"), -EOPNOTSUPP);
	int r = host_read(h, "@cpuid/identity", &a);
	if (r == 0) {
		assert_int_equal(a.len, strlen(a.text));
		assert_int_equal(strncmp(a.text, "vendor=", 7), 0);
		assert_non_null(strstr(a.text, "\ncodename="));
		assert_non_null(strstr(a.text, "\n00000000.00="));
		assert_non_null(strstr(a.text, "\n80000000.00="));
		same_as_kernel(other, a.text);
	} else {
		assert_int_equal(r, -EOPNOTSUPP);
		assert_true(strlen(a.why) > 0);
	}
	host_close(h);
	host_close(other);
	if (r)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_this_machine),
		cmocka_unit_test(reads_the_kernel),
		cmocka_unit_test(read_only_refuses_every_write),
		cmocka_unit_test(writes_the_kernel),
		cmocka_unit_test(writes_nothing_else),
		cmocka_unit_test(names_a_directory),
		cmocka_unit_test(walks_where_openat2_is_forbidden),
		cmocka_unit_test(cpuid_does_not_migrate),
		cmocka_unit_test(cpuid_agrees_with_the_kernel),
	};

	return cmocka_run_group_tests_name("host: live", tests, NULL, NULL);
}
