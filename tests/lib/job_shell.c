/* A shell of one job: session leader of a pseudo-terminal, so that stopping, background and hang-up are the real ones.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/job_shell.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

static void tell(int events, int what, pid_t pid, int status)
{
	struct job_event e;

	/* bytes go through a pipe: none of them may be undefined */
	memset(&e, 0, sizeof(e));
	e.what = what;
	e.pid = pid;
	e.status = status;
	if (write(events, &e, sizeof(e)) != (ssize_t)sizeof(e))
		_exit(1);
}

static pid_t start(int tty, const char *const *argv, const sigset_t *mask, bool alone)
{
	pid_t pid = fork();
	char **args;

	if (pid != 0) {
		/* both sides do it: whoever comes first */
		if (!alone) {
			setpgid(pid, pid);
			tcsetpgrp(tty, pid);
		}
		return pid;
	}
	if (alone) {
		setsid();
		ioctl(tty, TIOCSCTTY, 0);
	} else {
		setpgid(0, 0);
		tcsetpgrp(tty, getpid());
	}
	signal(SIGTTOU, SIG_DFL);
	signal(SIGTTIN, SIG_DFL);
	signal(SIGTSTP, SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	memcpy(&args, &argv, sizeof(args)); /* execvp() wants them writable and does not write */
	execvp(args[0], args);
	fprintf(stderr, "%s: %s\n", args[0], strerror(errno));
	_exit(127);
}

enum state { RUNNING, STOPPED, ENDED };

/* Passes on what became of the job. */
static enum state look_after(int tty, pid_t job, int events, enum state state)
{
	int status;

	while (state != ENDED && waitpid(job, &status, WNOHANG | WUNTRACED) > 0) {
		tcsetpgrp(tty, getpgrp());
		state = WIFSTOPPED(status) ? STOPPED : ENDED;
		tell(events, state == STOPPED ? JOB_STOPPED : JOB_ENDED, job, status);
	}
	return state;
}

static void obey(char command, int tty, pid_t job)
{
	if (command == JOB_FOREGROUND)
		tcsetpgrp(tty, job);
	kill(-job, SIGCONT);
}

static void serve(int tty, pid_t job, int signals, int commands, int events)
{
	struct pollfd wait[2] = {{.fd = signals, .events = POLLIN}, {.fd = commands, .events = POLLIN}};
	enum state state = RUNNING;

	for (;;) {
		struct signalfd_siginfo info;
		char command;

		if (poll(wait, 2, -1) < 0)
			continue;
		if ((wait[0].revents & POLLIN) && read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
			if (info.ssi_signo == SIGCHLD)
				state = look_after(tty, job, events, state);
			else if (state != ENDED)
				kill(-job, SIGHUP);
			/* what is stopped could not read it */
			if (info.ssi_signo == SIGHUP && state == STOPPED)
				kill(-job, SIGCONT);
		}
		if (wait[1].revents) {
			if (read(commands, &command, 1) == 1) {
				obey(command, tty, job);
				state = state == STOPPED ? RUNNING : state;
				continue;
			}
			if (state != ENDED)
				kill(-job, SIGKILL);
			return;
		}
	}
}

_Noreturn void job_shell(int tty, const char *const *argv, int commands, int events, bool alone)
{
	sigset_t mine, before;
	int signals;
	pid_t job;

	if (!alone) {
		setsid();
		ioctl(tty, TIOCSCTTY, 0);
	}
	sigemptyset(&mine);
	sigaddset(&mine, SIGCHLD);
	sigaddset(&mine, SIGHUP);
	sigprocmask(SIG_BLOCK, &mine, NULL);
	signals = signalfd(-1, &mine, SFD_CLOEXEC);
	signal(SIGTTOU, SIG_IGN);
	signal(SIGTTIN, SIG_IGN);
	signal(SIGTSTP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	dup2(tty, STDIN_FILENO);
	dup2(tty, STDOUT_FILENO);
	dup2(tty, STDERR_FILENO);
	sigemptyset(&before);
	job = start(STDIN_FILENO, argv, &before, alone);
	if (job < 0)
		_exit(1);
	tell(events, JOB_STARTED, job, 0);
	serve(STDIN_FILENO, job, signals, commands, events);
	_exit(0);
}
