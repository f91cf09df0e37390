/* Our own walk finds what openat2() finds, and neither leaves the root: over hostile links and over real trees. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/host/resolve.h"
#include "probes/util.h"
#include "tests/lib/tree.h"

enum { FLAGS = O_RDONLY | O_NONBLOCK | O_NOCTTY };

static int open_root(const char *tree)
{
	int root = open(tree, O_PATH | O_DIRECTORY | O_CLOEXEC);

	assert_true(root >= 0);
	return root;
}

static void same_file(const char *path, int kernel, int walk)
{
	struct stat a, b;

	assert_int_equal(fstat(kernel, &a), 0);
	assert_int_equal(fstat(walk, &b), 0);
	if (a.st_dev != b.st_dev || a.st_ino != b.st_ino)
		fail_msg("%.200s: kernel and walk opened different files", path);
	assert_true(fcntl(kernel, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(walk, F_GETFD) & FD_CLOEXEC);
}

/* Both ways must give the same file or the same errno, which is returned (0: a file). Without openat2: our own alone.
 */
static int both(int root, const char *path, int flags)
{
	int w = resolve_by_walk(root, path, flags), wr = w < 0 ? w : 0;

	if (resolve_kernel_can(root)) {
		int k = resolve_by_kernel(root, path, flags), kr = k < 0 ? k : 0;
		if (kr != wr)
			fail_msg("%.200s: kernel says %s, walk says %s", path, strerror(-kr), strerror(-wr));
		if (k >= 0) {
			same_file(path, k, w);
			close(k);
		}
	}
	if (w >= 0)
		close(w);
	return wr;
}

struct expected {
	const char *path;
	int follow; /* what opening for reading gives */
	int nofollow; /* and with O_PATH | O_NOFOLLOW */
};

static void make_hostile(const char *tree)
{
	char deep[2100] = "", ups[1300] = "";

	tree_text(tree, "in/file", "inside\n");
	tree_text(tree, "etc/passwd", "inside\n");
	tree_folder(tree, "in/dir/sub");
	tree_link(tree, "in/abs", "/etc/passwd");
	tree_link(tree, "in/out", "../../../../../../../../etc/passwd");
	tree_link(tree, "in/outside", "/../../usr/bin/env");
	tree_link(tree, "in/up", "..");
	tree_link(tree, "in/root", "/");
	tree_link(tree, "in/dots", "./.././in/./dir/../file");
	tree_link(tree, "in/loop", "loop");
	tree_link(tree, "in/ping", "pong");
	tree_link(tree, "in/pong", "ping");
	tree_link(tree, "in/dangling", "nothing/here");
	tree_link(tree, "in/tofile", "file");
	tree_link(tree, "in/tofileslash", "file/");
	tree_link(tree, "in/todir", "dir/sub");
	tree_link(tree, "in/todirslash", "dir/sub//");
	tree_fifo(tree, "in/pipe");
	tree_link(tree, "in/topipe", "pipe");
	for (int i = 0; i < 300; i++) {
		strcat(deep, "d300/");
		strcat(ups, "../");
	}
	strcat(deep, "end");
	tree_text(tree, deep, "deep\n");
	tree_link(tree, "in/deep", deep); /* dangling: it is relative to in */
	deep[strlen(deep) - 3] = '\0';
	strcat(deep, "back");
	strcat(ups, "in/file");
	tree_link(tree, deep, ups);
}

static void hostile_links(void **state)
{
	static const struct expected expected[] = {
		{"/in/file", 0, 0},
		{"in/file", 0, 0},
		{"//in///file", 0, 0},
		{"/in/file/", -ENOTDIR, -ENOTDIR},
		{"/in/file/.", -ENOTDIR, -ENOTDIR},
		{"/in/file/..", -ENOTDIR, -ENOTDIR},
		{"/in/none", -ENOENT, -ENOENT},
		{"/in/none/..", -ENOENT, -ENOENT},
		{"/in/dir/../file", 0, 0},
		{"/../../../in/file", 0, 0},
		{"/..", 0, 0},
		{"/", 0, 0},
		{".", 0, 0},
		{"..", 0, 0},
		{"", -ENOENT, -ENOENT},
		{"/in/abs", 0, 0},
		{"/in/out", 0, 0},
		{"/in/outside", -ENOENT, 0},
		{"/in/up/in/file", 0, 0},
		{"/in/up/../../in/up/in/file", 0, 0},
		{"/in/root/in/root/in/file", 0, 0},
		{"/in/root/../etc/passwd", 0, 0},
		{"/in/root/usr/bin/env", -ENOENT, -ENOENT},
		{"/in/dots", 0, 0},
		{"/in/loop", -ELOOP, 0},
		{"/in/ping", -ELOOP, 0},
		{"/in/ping/x", -ELOOP, -ELOOP},
		{"/in/dangling", -ENOENT, 0},
		{"/in/tofile", 0, 0},
		{"/in/tofile/", -ENOTDIR, -ENOTDIR},
		{"/in/tofileslash", -ENOTDIR, 0},
		{"/in/todir", 0, 0},
		{"/in/todir/", 0, 0},
		{"/in/todir/../../file", 0, 0},
		{"/in/todir/.././../file", 0, 0},
		{"/in/todirslash", 0, 0},
		{"/in/pipe", 0, 0},
		{"/in/topipe", 0, 0},
		{"/in/deep", -ENOENT, 0},
	};
	char *tree = tree_new();

	(void)state;
	make_hostile(tree);
	int root = open_root(tree);
	for (size_t i = 0; i < COUNT(expected); i++) {
		if (both(root, expected[i].path, FLAGS) != expected[i].follow ||
			both(root, expected[i].path, O_PATH | O_NOFOLLOW) != expected[i].nofollow)
			fail_msg("%s: not as expected", expected[i].path);
		both(root, expected[i].path, FLAGS | O_DIRECTORY);
		both(root, expected[i].path, FLAGS | O_NOFOLLOW);
	}
	close(root);
	tree_free(tree);
}

/* What the walk opened is told by its text: only a file of the tree says "inside". */
static void walk_stays_inside(void **state)
{
	static const char *const path[] = {"/in/abs", "/in/out", "/in/root/../../etc/passwd", "/in/up/../etc/passwd",
		"/../../../../../../../../../../etc/passwd"};
	char *tree = tree_new(), text[16] = "";

	(void)state;
	make_hostile(tree);
	int root = open_root(tree);
	for (size_t i = 0; i < COUNT(path); i++) {
		int fd = resolve_by_walk(root, path[i], FLAGS);
		assert_true(fd >= 0);
		assert_int_equal(read(fd, text, sizeof(text) - 1), 7);
		assert_string_equal(text, "inside\n");
		close(fd);
	}
	close(root);
	tree_free(tree);
}

/* 40 links are followed, the 41st is not; names and paths have the kernel's limits. */
static void limits(void **state)
{
	char *tree = tree_new(), name[300], target[300], path[8300] = "";

	(void)state;
	tree_text(tree, "l0", "end\n");
	for (int i = 1; i <= 42; i++) {
		snprintf(name, sizeof(name), "l%d", i);
		snprintf(target, sizeof(target), "l%d", i - 1);
		tree_link(tree, name, target);
	}
	int root = open_root(tree);
	assert_int_equal(both(root, "l39", FLAGS), 0);
	assert_int_equal(both(root, "l40", FLAGS), 0);
	assert_int_equal(both(root, "l41", FLAGS), -ELOOP);
	assert_int_equal(both(root, "l41", O_PATH | O_NOFOLLOW), 0);
	memset(name, 'n', 255);
	name[255] = '\0';
	assert_int_equal(both(root, name, FLAGS), -ENOENT);
	memset(name, 'n', 256);
	name[256] = '\0';
	assert_int_equal(both(root, name, FLAGS), -ENAMETOOLONG);
	while (strlen(path) < 4094)
		strcat(path, "./");
	assert_int_equal(both(root, path, FLAGS), 0);
	strcat(path, ".");
	assert_int_equal(both(root, path, FLAGS), 0);
	strcat(path, "/");
	assert_int_equal(both(root, path, FLAGS), -ENAMETOOLONG);
	close(root);
	tree_free(tree);
}

static void three_hundred_deep(void **state)
{
	char *tree = tree_new(), path[2100] = "";

	(void)state;
	make_hostile(tree);
	int root = open_root(tree);
	for (int i = 0; i < 300; i++)
		strcat(path, "d300/");
	strcat(path, "end");
	assert_int_equal(both(root, path, FLAGS), 0);
	strcpy(path + strlen(path) - 3, "back");
	assert_int_equal(both(root, path, FLAGS), 0);
	strcpy(path + strlen(path) - 4, "../../x");
	assert_int_equal(both(root, path, FLAGS), -ENOENT);
	close(root);
	tree_free(tree);
}

static int count_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void leaks_no_descriptor(void **state)
{
	static const char *const path[] = {"/in/loop", "/in/dangling", "/in/todir/../../file", "/in/file/x", "/..",
		"/in/todir/../../none", "/in/root/none"};
	char *tree = tree_new();

	(void)state;
	make_hostile(tree);
	int root = open_root(tree), before = count_descriptors();
	for (size_t i = 0; i < COUNT(path); i++) {
		int fd = resolve_by_walk(root, path[i], FLAGS);
		if (fd >= 0)
			close(fd);
		assert_int_equal(count_descriptors(), before);
	}
	close(root);
	tree_free(tree);
}

/* Every link of a tree, what lies behind and beside it, and some of its files. */
static unsigned compare_below(int root, int dir, const char *path)
{
	static const char *const behind[] = {"", "/", "/..", "/../uevent", "/uevent", "/subsystem"};
	unsigned compared = 0, files = 0;
	DIR *d = fdopendir(dir);
	struct dirent *e;
	char longer[4096];

	assert_non_null(d);
	while ((e = readdir(d))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		char *name = xasprintf("%s/%s", path, e->d_name);
		if (e->d_type == DT_DIR) {
			int fd = openat(dirfd(d), e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			if (fd >= 0)
				compared += compare_below(root, fd, name);
		} else if (e->d_type == DT_LNK) {
			for (size_t i = 0; i < COUNT(behind); i++) {
				snprintf(longer, sizeof(longer), "%s%s", name, behind[i]);
				both(root, longer, FLAGS);
			}
			both(root, name, O_PATH | O_NOFOLLOW);
			compared += 1 + COUNT(behind);
		} else if (files++ % 32 == 0) {
			both(root, name, FLAGS);
			compared++;
		}
		free(name);
	}
	closedir(d);
	return compared;
}

struct compared {
	unsigned trees, paths;
};

/* A folder that holds sys is a machine; others may hold machines. */
static void compare_trees(const char *folder, int depth, struct compared *c)
{
	char *sys = xasprintf("%s/sys", folder);
	bool machine = !access(sys, F_OK);
	int root = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	free(sys);
	if (root < 0)
		return;
	if (machine) {
		c->trees++;
		c->paths += compare_below(root, dup(root), "");
	}
	DIR *d = fdopendir(root);
	assert_non_null(d);
	for (struct dirent *e; !machine && depth < 3 && (e = readdir(d));) {
		if (e->d_name[0] == '.' || e->d_type != DT_DIR)
			continue;
		char *path = xasprintf("%s/%s", folder, e->d_name);
		compare_trees(path, depth + 1, c);
		free(path);
	}
	closedir(d);
}

static void real_trees(void **state)
{
	const char *folder = getenv("HVSCOPE_TREES");
	struct compared c = {0};

	(void)state;
	if (!folder || !*folder || access(folder, F_OK)) {
		print_message("HVSCOPE_TREES names no folder\n");
		skip();
	}
	int root = open_root(folder);
	bool kernel_can = resolve_kernel_can(root);
	close(root);
	if (!kernel_can) {
		print_message("nothing to compare with: no openat2() here\n");
		skip();
	}
	compare_trees(folder, 0, &c);
	print_message("%u paths in %u trees\n", c.paths, c.trees);
	assert_true(c.trees);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_links),
		cmocka_unit_test(walk_stays_inside),
		cmocka_unit_test(limits),
		cmocka_unit_test(three_hundred_deep),
		cmocka_unit_test(leaks_no_descriptor),
		cmocka_unit_test(real_trees),
	};

	return cmocka_run_group_tests_name("host: links inside a folder", tests, NULL, NULL);
}
