/* Tests that hvscope's own files are refused when somebody else could have made them, and are never half written. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probes/files.h"
#include "probes/util.h"

static char *in(void **state, const char *name)
{
	return xasprintf("%s/%s", (const char *)*state, name);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static int setup(void **state)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = xasprintf("%s/hvscope-files-XXXXXX", tmp ? tmp : "/tmp");

	umask(022);
	*state = dir;
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	int err = nftw(*state, remove_one, 8, FTW_DEPTH | FTW_PHYS);

	free(*state);
	return err;
}

static void holds(const char *path, const char *wanted)
{
	char why[200] = "", *text = NULL;
	size_t len = 0;

	if (files_read(path, 1 << 20, &text, &len, why))
		fail_msg("%s", why);
	assert_string_equal(text, wanted);
	assert_int_equal(len, strlen(wanted));
	free(text);
}

static void refused(const char *path, int err, const char *word)
{
	char why[200] = "", *text = NULL;
	size_t len;
	int got = files_read(path, 8, &text, &len, why);

	if (got != err || !strstr(why, word) || !strstr(why, path))
		fail_msg("%d, not %d: %s", got, err, why);
}

static void writing_replaces_the_whole(void **state)
{
	char why[200], *path = in(state, "export");
	struct stat st;

	assert_int_equal(files_write(path, "one", 3, why), 0);
	holds(path, "one");
	assert_int_equal(files_write(path, "", 0, why), 0);
	holds(path, "");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	free(path);
}

static void odd_files_are_refused(void **state)
{
	char why[200], *path = in(state, "file"), *link = in(state, "link"), *fifo = in(state, "fifo");

	refused(path, -ENOENT, "No such file");
	assert_int_equal(files_write(path, "text", 4, why), 0);
	assert_int_equal(symlink(path, link), 0);
	refused(link, -ELOOP, "symbolic link");
	assert_int_equal(files_write(link, "evil", 4, why), -ELOOP);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	refused(fifo, -EINVAL, "not a regular file");
	assert_int_equal(files_write(fifo, "x", 1, why), -EINVAL);
	refused(*state, -EINVAL, "not a regular file");
	assert_int_equal(chmod(path, 0620), 0);
	refused(path, -EPERM, "written by other users");
	assert_int_equal(chmod(path, 0602), 0);
	refused(path, -EPERM, "written by other users");
	assert_int_equal(chmod(path, 0644), 0);
	holds(path, "text");
	assert_int_equal(files_write(path, "123456789", 9, why), 0);
	refused(path, -EFBIG, "more than 8 bytes");
	free(path);
	free(link);
	free(fifo);
}

static void other_owners_are_refused(void **state)
{
	char *path, why[200];
	struct files_log *log = NULL;

	if (geteuid())
		skip();
	path = in(state, "file");
	assert_int_equal(files_write(path, "text", 4, why), 0);
	assert_int_equal(chown(path, 65534, 65534), 0);
	refused(path, -EPERM, "another user (65534)");
	assert_int_equal(files_log_open(path, &log, why), -EPERM);
	free(path);
}

static void one_log_line(const char *path, const char *line)
{
	struct files_log *log = NULL;
	char why[200] = "";

	if (files_log_open(path, &log, why) || files_log_append(log, line, why))
		fail_msg("%s", why);
	files_log_close(log);
}

static void a_log_makes_its_folders(void **state)
{
	char *path = in(state, "a/b/log"), *folder = in(state, "a/b");
	struct stat st;

	one_log_line(path, "one");
	one_log_line(path, "two");
	holds(path, "one\ntwo\n");
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	free(path);
	free(folder);
}

static void a_torn_line_is_ended_first(void **state)
{
	char *path = in(state, "log"), why[200];

	assert_int_equal(files_write(path, "one\ntw", 6, why), 0);
	one_log_line(path, "three");
	holds(path, "one\ntw\nthree\n");
	free(path);
}

static void a_log_in_an_open_folder_is_refused(void **state)
{
	char *path = in(state, "open/log"), *folder = in(state, "open"), why[200];
	struct files_log *log = NULL;

	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(chmod(folder, 0777), 0);
	assert_int_equal(files_log_open(path, &log, why), -EPERM);
	assert_non_null(strstr(why, "may be written by other users"));
	assert_int_equal(access(path, F_OK), -1);
	free(path);
	free(folder);
}

static void a_folder_that_is_none(void **state)
{
	char *path = in(state, "file/log"), *file = in(state, "file"), why[200];
	struct files_log *log = NULL;

	assert_int_equal(files_write(file, "", 0, why), 0);
	assert_int_equal(files_log_open(path, &log, why), -ENOTDIR);
	assert_int_equal(files_write(path, "", 0, why), -ENOTDIR);
	free(path);
	free(file);
}

/* A full disk, as far as a test can have one: the file may not grow over 100 bytes. */
static void a_full_disk_leaves_what_was(void **state)
{
	char *path = in(state, "log"), *export = in(state, "export"), why[200], big[300];
	int status;
	pid_t pid;

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	one_log_line(path, "one");
	assert_int_equal(files_write(export, "before", 6, why), 0);
	pid = fork();
	if (!pid) {
		struct rlimit limit = {.rlim_cur = 100, .rlim_max = 100};
		struct files_log *log;

		signal(SIGXFSZ, SIG_IGN);
		if (setrlimit(RLIMIT_FSIZE, &limit) || files_log_open(path, &log, why))
			_exit(1);
		if (files_log_append(log, big, why) != -EFBIG || files_write(export, big, 299, why) != -EFBIG)
			_exit(2);
		files_log_close(log);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	holds(path, "one\n");
	holds(export, "before");
	one_log_line(path, "two");
	holds(path, "one\ntwo\n");
	free(path);
	free(export);
}

static void nothing_is_left_beside(void **state)
{
	char *path = in(state, "full"), why[200];

	/* a folder cannot be replaced by a file: the rename fails after everything was written */
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(files_write(path, "x", 1, why), -EINVAL);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(rmdir(*state), 0);
	assert_int_equal(mkdir(*state, 0700), 0);
	free(path);
}

/* The child is forked before the lock is taken: a child that inherits the descriptor would hold the lock as well. */
static void only_one_holds_the_lock(void **state)
{
	char *path = in(state, "log"), why[200], byte = 0;
	struct files_log *log = NULL;
	int go[2], ready[2], status;
	pid_t pid;

	assert_int_equal(pipe(go) | pipe(ready), 0);
	pid = fork();
	if (!pid) {
		struct files_log *other = NULL;
		int fd;

		if (read(go[0], &byte, 1) != 1)
			_exit(1);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (flock(fd, LOCK_EX | LOCK_NB) != -1 || errno != EWOULDBLOCK || write(ready[1], "x", 1) != 1)
			_exit(2);
		_exit(files_log_open(path, &other, why) || files_log_append(other, "two", why) ? 3 : 0);
	}
	assert_int_equal(files_log_open(path, &log, why), 0);
	assert_int_equal(write(go[1], "x", 1), 1);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(files_log_append(log, "one", why), 0);
	files_log_close(log);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	holds(path, "one\ntwo\n");
	for (int i = 0; i < 2; i++) {
		close(go[i]);
		close(ready[i]);
	}
	free(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static void names_of_a_folder(void **state)
{
	static const char *const made[] = {"b.theme", "a.theme", "a.theme~", ".c.theme", ".theme", "themes", "d.THEME"};
	char why[200] = "", **names = NULL;
	size_t n = 99;

	for (size_t i = 0; i < COUNT(made); i++) {
		char *path = in(state, made[i]);

		assert_int_equal(files_write(path, "x", 1, why), 0);
		free(path);
	}
	assert_int_equal(files_names(*state, ".theme", &names, &n, why), 0);
	assert_int_equal(n, 2);
	assert_string_equal(names[0], "a");
	assert_string_equal(names[1], "b");
	files_names_free(names, n);
	assert_int_equal(files_names(*state, ".none", &names, &n, why), 0);
	assert_int_equal(n, 0);
	files_names_free(names, n);
	assert_int_equal(files_names("/nosuchfolder", ".theme", &names, &n, why), -ENOENT);
	assert_non_null(strstr(why, "/nosuchfolder cannot be listed"));
	for (int i = 0; i < 300; i++) {
		char *path = xasprintf("%s/%d.many", (const char *)*state, i);

		assert_int_equal(close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)), 0);
		free(path);
	}
	assert_int_equal(files_names(*state, ".many", &names, &n, why), 0);
	assert_int_equal(n, 256); /* enough for whoever chooses, and a bound for whoever fills the folder */
	files_names_free(names, n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(writing_replaces_the_whole),
		TEST(odd_files_are_refused),
		TEST(other_owners_are_refused),
		TEST(a_log_makes_its_folders),
		TEST(a_torn_line_is_ended_first),
		TEST(a_log_in_an_open_folder_is_refused),
		TEST(a_folder_that_is_none),
		TEST(a_full_disk_leaves_what_was),
		TEST(nothing_is_left_beside),
		TEST(only_one_holds_the_lock),
		TEST(names_of_a_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
