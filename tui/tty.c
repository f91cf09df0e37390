/* The tty: modes, size and the way back out of a crash, prepared so that a signal handler only has to write it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "tui/term.h"

/* Cells beyond this are nobody's window. */
enum { MAX_SIDE = 2000 };

/* File-scope because a signal handler has no argument; there is one terminal. */
static struct {
	atomic_int armed;
	size_t n;
	char bytes[256];
	struct termios before;
} rescue;

int tty_take_keys(void)
{
	int fd = isatty(STDIN_FILENO) ? STDIN_FILENO : open("/dev/tty", O_RDWR | O_CLOEXEC), err = 0;

	if (fd == STDIN_FILENO)
		return 0;
	if (fd < 0 || dup2(fd, STDIN_FILENO) < 0)
		err = -errno;
	if (fd >= 0)
		close(fd);
	return err;
}

int tty_remember(void)
{
	return tcgetattr(STDIN_FILENO, &rescue.before) < 0 ? -errno : 0;
}

void tty_restore(void)
{
	tcsetattr(STDIN_FILENO, TCSANOW, &rescue.before);
}

void tty_keys_raw(void)
{
	struct termios now;

	if (tcgetattr(STDIN_FILENO, &now) < 0)
		return;
	now.c_iflag &= ~(tcflag_t)(IXON | ICRNL);
	now.c_lflag &= ~(tcflag_t)IEXTEN;
	tcsetattr(STDIN_FILENO, TCSANOW, &now);
}

void tty_forget_input(void)
{
	tcflush(STDIN_FILENO, TCIFLUSH);
}

static int side(unsigned given, const char *variable, int usual)
{
	const char *text = getenv(variable);
	long n = given;

	if (n == 0 && text)
		n = strtol(text, NULL, 10);
	if (n <= 0)
		n = usual > 0 ? usual : 1;
	return n < MAX_SIDE ? (int)n : MAX_SIDE;
}

void tty_size(int usual_w, int usual_h, int *w, int *h)
{
	struct winsize ws = {0};

	ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws);
	*w = side(ws.ws_col, "COLUMNS", usual_w);
	*h = side(ws.ws_row, "LINES", usual_h);
}

static void add(const char *text)
{
	for (; *text && rescue.n < sizeof(rescue.bytes); text++) {
		const char *end = text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;

		if (end)
			text = end;
		else
			rescue.bytes[rescue.n++] = *text;
	}
}

void tty_rescue_bytes(const char *const *texts, size_t n)
{
	rescue.n = 0;
	for (size_t i = 0; i < n; i++) {
		if (texts[i])
			add(texts[i]);
	}
}

void tty_rescue_arm(bool on)
{
	atomic_store(&rescue.armed, on);
}

bool tty_foreground(void)
{
	pid_t group = tcgetpgrp(STDIN_FILENO);

	return group < 0 || group == getpgrp();
}

static void write_all(const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(STDOUT_FILENO, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return; /* the terminal is gone */
		bytes += done;
		n -= (size_t)done;
	}
}

void tty_say(const char *bytes)
{
	write_all(bytes, strlen(bytes));
}

void term_rescue(void)
{
	int keep = errno;

	/* once: when two threads crash, and when a crash follows on the way out */
	if (atomic_exchange(&rescue.armed, 0) && tty_foreground()) {
		write_all(rescue.bytes, rescue.n);
		tty_forget_input();
		tty_restore();
	}
	errno = keep;
}
