/* Tests the command line of hvscope simulate: statuses, what it says, and that signals end it cleanly. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
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

enum { ARGS = 12 };

struct place {
	char dir[64];
	int fd, before;
};

static int setup(void **state)
{
	struct place *p = xcalloc(1, sizeof *p);
	const char *tmp = getenv("TMPDIR");

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
	const struct CMUnitTest tests[] = {TEST(test_statuses), TEST(test_moving)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
