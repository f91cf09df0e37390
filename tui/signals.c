/* Signals: blocked and read from a signalfd; those of a crash have handlers that give the terminal back. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/signals.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "tui/term.h"

static const int events[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP, SIGCONT};
/* SIGQUIT is among them: Ctrl-\ stays the way out of a program that hangs */
static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGQUIT};
/* what asks a program to end: a one-shot command can be ended by each of them */
static const int leave[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

enum { STACK_SIZE = 64 * 1024 };

static sigset_t set_of_events(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		sigaddset(&set, events[i]);
	return set;
}

static sigset_t set_of(int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	return set;
}

static void crashed(int sig)
{
	term_rescue();
	/* SA_RESETHAND and SA_NODEFER: this one ends the process, with the status and the core of the signal */
	raise(sig);
}

static int catch_crashes(void)
{
	struct sigaction action = {.sa_handler = crashed, .sa_flags = SA_ONSTACK | SA_RESETHAND | SA_NODEFER};
	stack_t stack = {.ss_size = STACK_SIZE};

	/* an overflow of the stack is a crash too; mapped, not allocated, and kept for as long as the process lives */
	stack.ss_sp = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (stack.ss_sp == MAP_FAILED)
		return -errno;
	if (sigaltstack(&stack, NULL) < 0)
		munmap(stack.ss_sp, STACK_SIZE); /* somebody's stack is in use just now: theirs does as well */
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
		sigaction(crashes[i], &action, NULL);
	return 0;
}

int signals_open(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, standard = {.sa_handler = SIG_DFL};
	sigset_t set = set_of_events();
	int r = catch_crashes();
	int fd;

	if (r < 0)
		return r;
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	sigemptyset(&ignore.sa_mask);
	sigemptyset(&standard.sa_mask);
	sigaction(SIGPIPE, &ignore, NULL);
	/* started with it ignored, Ctrl-Z would not stop */
	sigaction(SIGTSTP, &standard, NULL);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	return fd;
}

int signals_next(int fd)
{
	struct signalfd_siginfo info;
	ssize_t n;

	do
		n = read(fd, &info, sizeof(info));
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(info) ? (int)info.ssi_signo : 0;
}

bool signals_asked_to_leave(void)
{
	sigset_t waiting;

	sigemptyset(&waiting);
	sigpending(&waiting);
	for (size_t i = 0; i < sizeof(leave) / sizeof(leave[0]); i++)
		if (sigismember(&waiting, leave[i]))
			return true;
	return false;
}

/* Stops; true when it did stop and was continued. Without a shell that could continue it the kernel does not stop it.
 */
static int stop_by(int sig)
{
	const struct timespec none = {0};
	sigset_t stop = set_of(sig), cont = set_of(SIGCONT), was;

	while (sigtimedwait(&cont, NULL, &none) > 0)
		continue;
	pthread_sigmask(SIG_BLOCK, &stop, &was);
	kill(getpid(), sig);
	pthread_sigmask(SIG_UNBLOCK, &stop, NULL);
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	return sigtimedwait(&cont, NULL, &none) == SIGCONT;
}

static int in_background(void)
{
	pid_t group = tcgetpgrp(STDIN_FILENO);

	return group > 0 && group != getpgrp();
}

void signals_stop_self(void)
{
	int sig = SIGTSTP;

	/* `bg` continues it where it cannot use the terminal: it stops again, as any program that reads would */
	while (stop_by(sig) && in_background() && !signals_asked_to_leave())
		sig = SIGTTIN;
}

bool signals_ignored(int sig)
{
	struct sigaction now;

	return !sigaction(sig, NULL, &now) && now.sa_handler == SIG_IGN;
}

void signals_hold(sigset_t *ret_was)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(leave) / sizeof(leave[0]); i++)
		if (!signals_ignored(leave[i]))
			sigaddset(&set, leave[i]);
	pthread_sigmask(SIG_BLOCK, &set, ret_was);
}

void signals_release(const sigset_t *was)
{
	pthread_sigmask(SIG_SETMASK, was, NULL);
}
