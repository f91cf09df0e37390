/* A shell of one job: what a login shell does about terminals and signals, and nothing else. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_JOB_SHELL_H
#define TESTS_LIB_JOB_SHELL_H

#include <stdbool.h>
#include <sys/types.h>

struct job_event {
	enum { JOB_STARTED, JOB_STOPPED, JOB_ENDED } what;
	pid_t pid;
	int status;
};

enum job_command { JOB_FOREGROUND = 'f', JOB_BACKGROUND = 'b' };

/*
 * In a child process, which it ends: makes tty its controlling terminal, runs argv as a foreground job, writes events,
 * reads commands; when commands end it kills the job. alone: the job leads
 * the session itself, as under `xterm -e`, and nobody could continue it.
 */
_Noreturn void job_shell(int tty, const char *const *argv, int commands, int events, bool alone);

#endif
