/* A terminal for tests: the master side of a pseudo-terminal, with libvterm as the eyes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "probes/util.h"
#include "tests/lib/job_shell.h"
#include "tests/lib/pty_impl.h"

static void event(struct pty *p)
{
	struct job_event e;

	if (read(p->events, &e, sizeof(e)) != (ssize_t)sizeof(e)) {
		close(p->events);
		p->events = -1;
		return;
	}
	if (e.what == JOB_STARTED) {
		p->job = e.pid;
	} else if (e.what == JOB_STOPPED) {
		p->stopped = true;
	} else {
		p->ended = true;
		p->status = e.status;
	}
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Takes what is there, waiting for it until the deadline; false when nothing came. Output first: it precedes an end. */
static bool pump(struct pty *p, int64_t deadline)
{
	struct pollfd wait[2] = {{.fd = p->master, .events = POLLIN}, {.fd = p->events, .events = POLLIN}};
	int64_t left = deadline - now_ms();
	char bytes[4096];
	ssize_t n;

	if (poll(wait, 2, left > 0 ? (int)left : 0) <= 0)
		return false;
	if (wait[0].revents) {
		n = read(p->master, bytes, sizeof(bytes));
		if (n > 0) {
			pty_received(p, bytes, (size_t)n);
			return true;
		}
		close(p->master);
		p->master = -1;
		return true;
	}
	event(p);
	return true;
}

static void set_environment(const char *const *env)
{
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("TZ", "UTC", 1);
	unsetenv("LINES");
	unsetenv("COLUMNS");
	unsetenv("NO_COLOR");
	for (; env && *env; env++) {
		const char *value = strchr(*env, '=');
		char name[64];

		snprintf(name, sizeof(name), "%.*s", (int)(value ? value - *env : 63), *env);
		if (value)
			setenv(name, value + 1, 1);
		else
			unsetenv(name);
	}
}

static bool spawn(struct pty *p, const struct pty_run *run)
{
	struct winsize size = {.ws_row = (unsigned short)run->h, .ws_col = (unsigned short)run->w};
	int commands[2], events[2], tty;

	if (openpty(&p->master, &tty, NULL, NULL, &size) < 0)
		return false;
	if (pipe2(commands, O_CLOEXEC) < 0 || pipe2(events, O_CLOEXEC) < 0)
		BUG("no pipe: %s", strerror(errno));
	fcntl(p->master, F_SETFD, FD_CLOEXEC);
	fcntl(tty, F_SETFD, FD_CLOEXEC);
	tcgetattr(tty, &p->before);
	p->shell = fork();
	if (p->shell == 0) {
		close(p->master);
		close(commands[1]);
		close(events[0]);
		set_environment(run->env);
		job_shell(tty, run->argv, commands[0], events[1], run->alone);
	}
	close(tty);
	close(commands[0]);
	close(events[1]);
	p->commands = commands[1];
	p->events = events[0];
	return p->shell > 0;
}

struct pty *pty_start(const struct pty_run *run)
{
	struct pty *p = xcalloc(1, sizeof(*p));
	int64_t deadline = now_ms() + 10000;

	p->w = run->w;
	p->h = run->h;
	if (!spawn(p, run)) {
		free(p);
		return NULL;
	}
	pty_screen_open(p);
	while (!p->job && p->events >= 0 && pump(p, deadline))
		continue;
	return p;
}

void pty_close(struct pty *p)
{
	if (!p)
		return;
	/* the shell kills the job when nobody commands it any more */
	close(p->commands);
	waitpid(p->shell, NULL, 0);
	if (p->events >= 0)
		close(p->events);
	if (p->master >= 0)
		close(p->master);
	pty_screen_close(p);
	free(p);
}

void pty_send_bytes(struct pty *p, const void *bytes, size_t n)
{
	if (p->master >= 0 && write(p->master, bytes, n) != (ssize_t)n)
		BUG("the pseudo-terminal takes no input: %s", strerror(errno));
}

void pty_send(struct pty *p, const char *text)
{
	pty_send_bytes(p, text, strlen(text));
}

void pty_resize(struct pty *p, int w, int h)
{
	struct winsize size = {.ws_row = (unsigned short)h, .ws_col = (unsigned short)w};

	p->w = w;
	p->h = h;
	vterm_set_size(p->vt, h, w);
	ioctl(p->master, TIOCSWINSZ, &size);
}

void pty_signal(struct pty *p, int sig)
{
	kill(p->job, sig);
}

pid_t pty_pid(const struct pty *p)
{
	return p->job;
}

bool pty_wait_text(struct pty *p, const char *text, int timeout_ms)
{
	int64_t deadline = now_ms() + timeout_ms;

	while (!strstr(pty_text(p), text)) {
		if (!pump(p, deadline))
			return false;
	}
	return true;
}

bool pty_wait_gone(struct pty *p, const char *text, int timeout_ms)
{
	int64_t deadline = now_ms() + timeout_ms;

	while (strstr(pty_text(p), text)) {
		if (!pump(p, deadline))
			return false;
	}
	return true;
}

bool pty_wait_bytes(struct pty *p, const char *bytes, int timeout_ms)
{
	int64_t deadline = now_ms() + timeout_ms;

	while (!strstr(p->raw, bytes)) {
		if (!pump(p, deadline))
			return false;
	}
	return true;
}

bool pty_wait_exit(struct pty *p, int *status, int timeout_ms)
{
	int64_t deadline = now_ms() + timeout_ms;

	while (!p->ended) {
		if (!pump(p, deadline))
			return false;
	}
	/* what it wrote at the end is in the line already */
	while (p->master >= 0 && pump(p, 0))
		continue;
	*status = p->status;
	return true;
}

bool pty_wait_stop(struct pty *p, int timeout_ms)
{
	int64_t deadline = now_ms() + timeout_ms;

	while (!p->stopped) {
		if (!pump(p, deadline))
			return false;
	}
	while (pump(p, 0))
		continue;
	return true;
}

static void command(struct pty *p, enum job_command what)
{
	char c = (char)what;

	p->stopped = false;
	if (write(p->commands, &c, 1) != 1)
		BUG("the shell is gone");
}

void pty_foreground(struct pty *p)
{
	command(p, JOB_FOREGROUND);
}

void pty_background(struct pty *p)
{
	command(p, JOB_BACKGROUND);
}

void pty_hangup(struct pty *p)
{
	close(p->master);
	p->master = -1;
}

void pty_change_line(struct pty *p)
{
	p->before.c_lflag &= ~(tcflag_t)ECHOK;
	tcsetattr(p->master, TCSANOW, &p->before);
}

void pty_forget(struct pty *p)
{
	while (pump(p, 0))
		continue;
	p->nraw = 0;
	p->raw[0] = '\0';
}
