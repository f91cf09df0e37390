/* The loop of the full screen: waits for keys, signals, snapshots and changes, and shows what became of them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "probes/host/host.h"
#include "probes/sampler.h"
#include "probes/util.h"
#include "tui/app_impl.h"
#include "tui/signals.h"
#include "tui/subcommands.h"
#include "tui/term.h"
#include "tui/tty.h"

enum { FD_TERM, FD_SIGNAL, FD_SNAPSHOT, FD_CHANGE, FD_COUNT };

struct loop {
	struct app *app;
	struct term *term;
	int fd[FD_COUNT];
	struct cell *cells;
	size_t room;
	bool dirty; /* something changed since the last picture */
};

static void show(struct loop *l)
{
	struct canvas c;
	int w, h, x, y;

	term_size(l->term, &w, &h);
	if ((size_t)w * (size_t)h > l->room) {
		l->room = (size_t)w * (size_t)h;
		l->cells = xrealloc(l->cells, l->room, sizeof(*l->cells));
	}
	if (app_wants(l->app)->redraw)
		term_redraw(l->term);
	app_wants(l->app)->redraw = false;
	c = app_compose(l->app, l->cells, w, h, term_ascii(l->term), &x, &y);
	term_cursor(l->term, x, y);
	term_show(l->term, &c, app_theme(l->app));
	l->dirty = false;
}

static void suspend(struct loop *l)
{
	term_suspend(l->term);
	signals_stop_self();
	term_resume(l->term);
	l->dirty = true;
}

static void take_signals(struct loop *l)
{
	int sig;

	while ((sig = signals_next(l->fd[FD_SIGNAL]))) {
		l->dirty = true;
		if (sig == SIGTERM || sig == SIGHUP)
			app_end(l->app);
		else if (sig == SIGINT)
			app_command(l->app, "quit");
		else if (sig == SIGWINCH)
			term_redraw(l->term);
		else if (sig == SIGTSTP)
			suspend(l);
		else if (sig == SIGCONT)
			term_resume(l->term);
	}
}

static void drain(int fd)
{
	uint64_t n;

	if (read(fd, &n, sizeof(n)) < 0 && errno != EAGAIN)
		BUG("eventfd: %s", strerror(errno));
}

static void take_keys(struct loop *l)
{
	struct key key;

	while (!app_quits(l->app) && term_key(l->term, &key)) {
		app_key(l->app, key);
		l->dirty = true;
		if (app_wants(l->app)->suspend) {
			app_wants(l->app)->suspend = false;
			suspend(l);
		}
	}
}

/*
 * While a change is under way its progress moves on the screen, and while the host is silent the seconds do, without
 * anything else happening.
 */
static int patience(const struct loop *l)
{
	if (l->app->quit_after || (l->app->overlay == OVERLAY_PLAN && l->app->plan.phase == PLAN_APPLYING))
		return 100;
	return l->app->paused || l->app->capture ? -1 : 1000 + (int)(l->app->patience_ns / 1000000);
}

static void run(struct loop *l)
{
	struct pollfd fds[FD_COUNT];
	int n;

	while (!app_quits(l->app)) {
		for (int i = 0; i < FD_COUNT; i++)
			fds[i] = (struct pollfd){.fd = l->fd[i], .events = POLLIN};
		if (l->dirty)
			show(l);
		n = poll(fds, FD_COUNT, app_silent(l->app) ? 1000 : patience(l));
		if (n < 0 && errno != EINTR)
			BUG("poll: %s", strerror(errno));
		if (fds[FD_SIGNAL].revents)
			take_signals(l);
		if (fds[FD_TERM].revents & POLLIN)
			take_keys(l);
		if (fds[FD_TERM].revents & ~POLLIN) {
			app_end(l->app); /* the terminal is gone, and would say so again and again */
			l->fd[FD_TERM] = -1;
		}
		if (fds[FD_SNAPSHOT].revents)
			drain(l->fd[FD_SNAPSHOT]);
		if (fds[FD_CHANGE].revents)
			drain(l->fd[FD_CHANGE]);
		if (fds[FD_SNAPSHOT].revents || fds[FD_CHANGE].revents)
			app_refresh(l->app);
		l->dirty = l->dirty || n == 0 || fds[FD_SNAPSHOT].revents || fds[FD_CHANGE].revents;
	}
}

/* For `make bench`: what this run has cost, where nobody looks at a screen. */
static void print_stats(const struct app *a)
{
	const char *ask = getenv("HVSCOPE_STATS");

	if (ask && *ask)
		fprintf(stderr, "ticks=%" PRIu64 " kept=%u\n", sampler_ticks(a->sampler),
			a->snap ? a->snap->cost_kept : 0);
}

static bool from_pipe(const struct options *o)
{
	return o->open && strcmp(o->open, "-") == 0;
}

static int no_terminal(void)
{
	return complain(EXIT_FAILED, "there is no terminal to draw on; hvscope report prints the facts without one");
}

/* A capture is played as it was recorded, where no other interval is asked for; one of its ticks stands still. */
static int start_sampling(const struct loop *l, const struct options *o)
{
	double usual = l->app->capture ? 0 : 1.0;
	int err;

	if (o->tick)
		sampler_play(l->app->sampler, false);
	err = sampler_start(l->app->sampler, (uint64_t)((o->interval > 0 ? o->interval : usual) * 1e9), l->fd[FD_SNAPSHOT]);
	if (!err && o->tick)
		sampler_seek(l->app->sampler, o->tick);
	return err;
}

int run_program_over(struct host *h, const struct options *o)
{
	struct loop l = {.term = NULL};
	struct term_options to = {.mouse = !o->no_mouse, .no_colour = getenv("NO_COLOR") && *getenv("NO_COLOR")};
	char why[200];
	int err;

	if ((!isatty(STDIN_FILENO) && !from_pipe(o)) || !isatty(STDOUT_FILENO))
		return no_terminal();
	/* before signals are events: a pipe can take its time, and Ctrl-C ends that */
	if (!h && o->open && !(h = options_host(o)))
		return EXIT_FAILED;
	if (from_pipe(o) && tty_take_keys()) {
		host_close(h);
		return no_terminal();
	}
	l.fd[FD_SIGNAL] = signals_open();
	l.fd[FD_SNAPSHOT] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	l.fd[FD_CHANGE] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l.fd[FD_SIGNAL] < 0 || l.fd[FD_SNAPSHOT] < 0 || l.fd[FD_CHANGE] < 0)
		return complain(EXIT_FAILED, "no descriptors are left: %s", strerror(errno));
	l.app = h ? app_over(h, o, &l.fd[FD_SNAPSHOT]) : app_new(o, &l.fd[FD_SNAPSHOT]);
	if (!l.app)
		return EXIT_FAILED;
	err = term_open(&to, &l.term, why);
	if (err) {
		app_free(l.app);
		return complain(EXIT_FAILED, "%s", why);
	}
	l.fd[FD_TERM] = term_fd(l.term);
	l.app->has_terminal = true;
	l.app->no_colour = to.no_colour;
	l.app->terminal = term_limits(l.term);
	l.dirty = true;
	show(&l); /* the frame stands before the first read of the host */
	err = start_sampling(&l, o);
	if (!err)
		run(&l);
	term_close(l.term);
	if (*app_farewell(l.app))
		complain(EXIT_DONE, "%s", app_farewell(l.app));
	print_stats(l.app);
	free(l.cells);
	if (!app_free(l.app))
		_exit(err ? EXIT_FAILED : EXIT_DONE); /* a read hangs: leaving does not wait for it */
	return err ? complain(EXIT_FAILED, "no thread can be started: %s", strerror(-err)) : EXIT_DONE;
}

int run_program(const struct options *o)
{
	return run_program_over(NULL, o);
}
