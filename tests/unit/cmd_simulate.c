/* Tests the command line of hvscope simulate: statuses, what it says, and that signals end it cleanly. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/host/simulate.h"
#include "probes/host/simulate_out.h"
#include "probes/util.h"
#include "tui/cmd_simulate.h"

enum { ARGS = 20, SLURPED = 8 << 20 };

struct place {
	char dir[64];
	char *tmp; /* TMPDIR of before */
	int fd, before;
};

static int setup(void **state)
{
	struct place *p = xcalloc(1, sizeof *p);
	const char *tmp = getenv("TMPDIR");

	p->tmp = tmp ? xstrdup(tmp) : NULL;
	snprintf(p->dir, sizeof p->dir, "%.40s/simulate-XXXXXX", tmp && strlen(tmp) < 40 ? tmp : "/tmp");
	p->before = open(".", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	if (p->before < 0 || !mkdtemp(p->dir) || chdir(p->dir) < 0)
		return -1;
	p->fd = open(p->dir, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	*state = p;
	return p->fd < 0 ? -1 : 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	int err = out_empty(p->fd);

	err = fchdir(p->before) < 0 || rmdir(p->dir) < 0 ? -errno : err;
	close(p->before);
	close(p->fd);
	if (p->tmp)
		setenv("TMPDIR", p->tmp, 1);
	else
		unsetenv("TMPDIR");
	free(p->tmp);
	free(p);
	return err;
}

/* Runs it in a child; the words are cut at spaces. Its stdout and stderr come through *ret_fd. */
static pid_t start(const char *words, int *ret_fd)
{
	static char name[] = "simulate";
	char line[300], *argv[ARGS] = {name}, *save = NULL;
	int argc = 1, fd[2];
	pid_t pid;

	snprintf(line, sizeof line, "%s", words);
	for (char *w = strtok_r(line, " ", &save); w && argc < ARGS - 1; w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	assert_int_equal(pipe(fd), 0);
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		dup2(fd[1], STDOUT_FILENO);
		dup2(fd[1], STDERR_FILENO);
		close(fd[0]);
		close(fd[1]);
		argc = cmd_simulate(argc, argv);
		fflush(NULL);
		_exit(argc);
	}
	close(fd[1]);
	*ret_fd = fd[0];
	return pid;
}

/* Reads until the text has come, or the end, or ten seconds have passed. */
static void read_until(int fd, const char *wanted, char *buf, size_t size)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	size_t len = 0;

	buf[0] = '\0';
	while (len + 1 < size && !(wanted && strstr(buf, wanted)) && poll(&p, 1, 10000) == 1) {
		ssize_t n = read(fd, buf + len, size - 1 - len);

		if (n <= 0)
			break;
		len += (size_t)n;
		buf[len] = '\0';
	}
}

static void expect(const char *words, int status, const char *says)
{
	char said[2000];
	int fd, got;
	pid_t pid = start(words, &fd);

	read_until(fd, NULL, said, sizeof said);
	close(fd);
	assert_int_equal(waitpid(pid, &got, 0), pid);
	assert_true(WIFEXITED(got));
	if (WEXITSTATUS(got) != status || !strstr(said, says))
		fail_msg("simulate %s: status %d, said: %s", words, WEXITSTATUS(got), said);
}

static void test_statuses(void **state)
{
	(void)state;
	expect("--help", 0, "usage: hvscope simulate");
	expect("--packages 1 --cores 2 --states 0 t", 0, "4 CPUs are in t");
	expect("--packages 1 t", 1, "t is not empty: name a new or an empty folder");
	expect("--packages=1 none/t", 1, "cannot make none/t: No such file or directory");
	expect("", 2, "which folder?");
	expect("a b", 2, "one folder, not also b");
	expect("--frob a", 2, "--frob is no option");
	expect("-xy a", 2, "-x is no option");
	expect("a --seed", 2, "--seed needs a value");
	expect("--seed -1 a", 2, "--seed takes a number from 0 on, not -1");
	expect("--seed 99999999999999999999 a", 2, "not 99999999999999999999");
	expect("--cores 4294967296 a", 2, "not 4294967296");
	expect("--cores 0 a", 2, "--cores can be 1 to 512, not 0");
	expect("--busy x a", 2, "not x");
	expect("--driver frob a", 2, "--driver can be");
	expect("--moving-guests -1 a", 2, "--moving-guests takes a number from 0 on, not -1");
	expect("--moving=x a", 2, "--moving takes a number from 0 on, not x");
	assert_int_equal(access("a", F_OK), -1);
}

static char *slurp(const char *path)
{
	char *text = xcalloc(1, SLURPED);
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0 && read(fd, text, SLURPED - 1) > 0);
	close(fd);
	return text;
}

static void same_files(const char *a, const char *b, bool same)
{
	char *text[2] = {slurp(a), slurp(b)};

	assert_int_equal(strcmp(text[0], text[1]) == 0, same);
	free(text[0]);
	free(text[1]);
}

/* The folder of the test is where the tree is made, and nothing is left in it. */
static void no_tree_left(const struct place *p)
{
	int fd = openat(p->fd, ".", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	DIR *d = fdopendir(fd);

	assert_non_null(d);
	for (const struct dirent *e = readdir(d); e; e = readdir(d))
		if (strncmp(e->d_name, "hvscope", 7) == 0)
			fail_msg("%s is left", e->d_name);
	closedir(d);
}

#define TINY "--packages 1 --cores 2 --states 2 --guests 2 "

static void test_captures(void **state)
{
	char *text, said[500];
	int fd, got;
	pid_t pid;

	setenv("TMPDIR", ".", 1);
	expect(TINY "a.host", 0, "a.host: 3 ticks of simulated-4, ");
	expect(TINY "--ticks 3 b.host", 0, "b.host: 3 ticks");
	expect(TINY "--seed 2 c.host", 0, "c.host: 3 ticks");
	expect(TINY "--moving-guests 0 d.host", 0, "d.host: 3 ticks");
	expect(TINY "--ticks 1 z.host.gz", 0, "z.host.gz: 1 tick of simulated-4");
	same_files("a.host", "b.host", true);
	same_files("a.host", "c.host", false);
	same_files("a.host", "d.host", false);
	text = slurp("a.host");
	assert_memory_equal(text, "hvscope-capture 1\n: kind directory\n: hostname simulated-4\n: kept 12000\n", 71);
	assert_non_null(strstr(text, "\n@ 3 50002000000000 2026-01-01T12:00:02"));
	assert_null(strstr(text, "\n@ 4 "));
	assert_string_equal(text + strlen(text) - 3, "\n.\n");
	free(text);
	pid = start(TINY "--ticks 1 -", &fd);
	read_until(fd, NULL, said, sizeof said);
	close(fd);
	assert_memory_equal(said, "hvscope-capture 1\n", 18);
	assert_int_equal(waitpid(pid, &got, 0), pid);
	expect(TINY "a.host", 1, "a.host is there already; --force replaces it");
	expect(TINY "none/a.host", 1, "none/a.host");
	assert_int_equal(close(open("mine.host", O_WRONLY | O_CREAT, 0600)), 0);
	expect(TINY "mine.host", 0, "mine.host: 3 ticks");
	fd = open("mine.host", O_WRONLY | O_TRUNC);
	assert_int_equal(write(fd, "my own words\n", 13), 13);
	close(fd);
	expect("--packages 8 --cores 100 mine.host", 1, "mine.host is there already; --force replaces it");
	expect(TINY "--force mine.host", 0, "mine.host: 3 ticks");
	expect(TINY "a.host.bz2", 1, "a.host.bz2: of compressions there is only .gz, not .bz2");
	expect(TINY "A.HOST.GZ", 0, "A.HOST.GZ: 3 ticks");
	expect("--ticks 0 a.host", 2, "--ticks can be from 1");
	expect("--ticks 2 t", 2, "--ticks is for a capture, FILE.host, not for t");
	expect("--force t", 2, "--force is for a capture, FILE.host, not for t");
	no_tree_left(*state);
}

static bool is_there(const char *pattern)
{
	glob_t g;
	bool found = glob(pattern, GLOB_PERIOD, NULL, &g) == 0;

	globfree(&g);
	return found;
}

/* Whenever it is asked to end: what is there is whole, or not there at all, and the tree is gone. */
static void test_capture_ends(void **state)
{
	static const struct {
		const char *words, *once;
		int status;
	} row[] = {{"--packages 8 --cores 100 e.host", "hvscope-simulate-*/proc/stat", 1},
		{TINY "--ticks 100000 e.host", "*e.host?*", 0}};
	char *text, said[2000];

	setenv("TMPDIR", ".", 1);
	for (size_t i = 0; i < COUNT(row); i++) {
		bool there = false;
		int fd, got;
		pid_t pid = start(row[i].words, &fd);

		for (int n = 0; n < 20000 && !there; n++) {
			there = is_there(row[i].once);
			poll(NULL, 0, 5);
		}
		assert_true(there);
		kill(pid, SIGTERM);
		read_until(fd, NULL, said, sizeof said);
		close(fd);
		assert_int_equal(waitpid(pid, &got, 0), pid);
		assert_true(WIFEXITED(got));
		if (WEXITSTATUS(got) != row[i].status)
			fail_msg("%s: status %d, said: %s", row[i].words, WEXITSTATUS(got), said);
		no_tree_left(*state);
		assert_int_equal(access("e.host", F_OK), row[i].status ? -1 : 0);
	}
	text = slurp("e.host");
	assert_string_equal(text + strlen(text) - 3, "\n.\n");
	free(text);
}

static bool is_begun(const char *pattern)
{
	struct stat st;
	glob_t g;
	bool begun = glob(pattern, GLOB_PERIOD, NULL, &g) == 0 && stat(g.gl_pathv[0], &st) == 0 && st.st_size;

	globfree(&g);
	return begun;
}

/* The second one does not wait for the tree to be removed; asked again, as it may come before the first was taken. */
static void test_capture_given_up(void **state)
{
	char said[2000];
	int fd, got;
	pid_t pid;

	(void)state;
	setenv("TMPDIR", ".", 1);
	pid = start("--packages 2 --cores 50 --ticks 100000 g.host", &fd);
	for (int n = 0; n < 20000 && !is_begun("g.host?*"); n++)
		poll(NULL, 0, 5);
	assert_true(is_begun("g.host?*"));
	while (waitpid(pid, &got, WNOHANG) == 0) {
		kill(pid, SIGTERM);
		poll(NULL, 0, 1);
	}
	read_until(fd, NULL, said, sizeof said);
	close(fd);
	assert_true(WIFSIGNALED(got) && WTERMSIG(got) == SIGTERM);
	if (!strstr(said, "stays in ./hvscope-simulate-"))
		fail_msg("said: %s", said);
	assert_false(is_there("*g.host*"));
	assert_true(is_there("hvscope-simulate-*"));
}

static char *first_line(const char *path)
{
	char *text = xcalloc(1, 200);
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0 && read(fd, text, 199) > 0);
	close(fd);
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* Starts it moving, waits for a change, ends it with the signal. */
static void moves_until(const char *words, int signal)
{
	char said[500], *before;
	bool moved = false;
	int fd, got;
	pid_t pid = start(words, &fd);

	read_until(fd, "Ctrl-C ends", said, sizeof said);
	if (!strstr(said, "moving t: 3 CPUs a second"))
		fail_msg("said: %s", said);
	before = first_line("t/proc/stat");
	for (int i = 0; i < 1000 && !moved; i++) {
		char *now = first_line("t/proc/stat");

		moved = strcmp(now, before) != 0;
		free(now);
		poll(NULL, 0, 10);
	}
	free(before);
	assert_true(moved);
	kill(pid, signal);
	assert_int_equal(waitpid(pid, &got, 0), pid);
	assert_true(WIFEXITED(got));
	assert_int_equal(WEXITSTATUS(got), 0);
	close(fd);
}

static void test_moving(void **state)
{
	struct stat before, after;

	(void)state;
	moves_until("--packages 1 --cores 2 --states 0 --moving 3 t", SIGTERM);
	assert_int_equal(stat("t/proc/stat", &before), 0);
	/* What it made itself it moves again, with or without the same words, in any order. */
	moves_until("t --moving=3", SIGINT);
	moves_until("t --moving=3 --moving-guests 4", SIGINT);
	moves_until("--moving 3 --states 0 --cores 2 --packages 1 t", SIGHUP);
	assert_int_equal(stat("t/proc/stat", &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_int_equal(before.st_size, after.st_size);
	expect("--moving 3 --cores 3 t", 1, "another machine");
	assert_int_equal(unlink("t/" SIMULATE_MARK), 0);
	expect("--moving 3 t", 1, "t is not empty");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {TEST(test_statuses), TEST(test_moving), TEST(test_captures),
		TEST(test_capture_ends), TEST(test_capture_given_up)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
