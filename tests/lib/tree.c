/* Makes and removes small trees of files for tests. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* cmocka's header needs those above. */
#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/util.h"

char *tree_new(void)
{
	const char *tmp = getenv("TMPDIR");
	char *tree = xasprintf("%s/hvscope-tree-XXXXXX", tmp && *tmp ? tmp : "/tmp");

	assert_non_null(mkdtemp(tree));
	assert_int_equal(chmod(tree, 0755), 0);
	return tree;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void tree_free(char *tree)
{
	assert_int_equal(nftw(tree, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
	free(tree);
}

/* Makes the folders before the last name and returns the whole path. */
static char *prepare(const char *tree, const char *path)
{
	char *whole = xasprintf("%s/%s", tree, path);

	for (char *p = strchr(whole + strlen(tree) + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(whole, 0755) < 0)
			assert_int_equal(errno, EEXIST);
		*p = '/';
	}
	return whole;
}

void tree_folder(const char *tree, const char *path)
{
	char *whole = prepare(tree, path);

	if (mkdir(whole, 0755) < 0)
		assert_int_equal(errno, EEXIST);
	free(whole);
}

void tree_bytes(const char *tree, const char *path, const void *bytes, size_t len)
{
	char *whole = prepare(tree, path);
	FILE *f = fopen(whole, "we");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	free(whole);
}

void tree_text(const char *tree, const char *path, const char *text)
{
	tree_bytes(tree, path, text, strlen(text));
}

void tree_link(const char *tree, const char *path, const char *target)
{
	char *whole = prepare(tree, path);

	assert_int_equal(symlink(target, whole), 0);
	free(whole);
}

void tree_fifo(const char *tree, const char *path)
{
	char *whole = prepare(tree, path);

	assert_int_equal(mkfifo(whole, 0644), 0);
	free(whole);
}

static struct host *open_host(const struct host_options *o)
{
	struct host *h = NULL;
	char why[200];

	if (host_open(o, &h, why) < 0)
		fail_msg("%s", why);
	return h;
}

struct host *tree_host(const char *tree)
{
	return open_host(&(struct host_options){.root = tree});
}

struct host *tree_writable_host(const char *tree)
{
	return open_host(&(struct host_options){.root = tree, .test_writable = true});
}

int tree_child(unsigned uid, int (*run)(void *arg), void *arg)
{
	int status;

	fflush(NULL);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (uid && (setgroups(0, NULL) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid)))
			_exit(99);
		_exit(run(arg));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
