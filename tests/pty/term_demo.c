/* A small program on the terminal layer alone: shows a canvas, names each key, and can end in every way there is. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "probes/util.h"
#include "tui/signals.h"
#include "tui/term.h"

struct demo {
	struct term *term;
	struct theme theme;
	struct cell *cells;
	int w, h, count;
	bool typing, wide, table;
	char last[64], typed[64];
};

/* A screen as an inspector's: forty rows, of which every eighth changes with the count. */
static void draw_table(const struct demo *d, struct canvas *c)
{
	for (int y = 7; y < d->h; y++) {
		int value = 1200 + y * 7 + (y % 8 == 0 ? d->count : 0);

		canvas_printf(c, 0, y, -1, ROLE_text, "cpu %-4d node %d  core %-4d", y, y % 2, y / 2);
		canvas_printf(c, 30, y, -1, y % 8 == 0 ? ROLE_warn : ROLE_good, "%5d MHz", value);
		canvas_printf(c, 50, y, -1, ROLE_dim, "performance  limits 1200-3900  not throttled");
	}
	/* the last that is written of a picture, since that goes downwards: who sees it has seen all of it */
	canvas_printf(c, d->w - 12, d->h - 1, -1, ROLE_dim, "end %d", d->count);
}

static void draw(struct demo *d)
{
	struct canvas c;

	term_size(d->term, &d->w, &d->h);
	d->cells = xrealloc(d->cells, (size_t)d->w * (size_t)d->h, sizeof(*d->cells));
	c = canvas_over(d->cells, d->w, d->h, term_ascii(d->term));
	canvas_printf(&c, 0, 0, -1, ROLE_title, "demo %dx%d", d->w, d->h);
	canvas_text(&c, 0, 1, -1, ROLE_crit, "critical");
	canvas_text(&c, 10, 1, -1, ROLE_text, "selected");
	canvas_select(&c, (struct rect){10, 1, 8, 1});
	canvas_text(&c, 20, 1, -1, ROLE_crit, "both");
	canvas_select(&c, (struct rect){20, 1, 4, 1});
	canvas_text(&c, 0, 2, -1, ROLE_text, "é → ▲");
	canvas_text(&c, 0, 3, -1, ROLE_text, d->wide ? "漢字x" : "abcde");
	canvas_printf(&c, 0, 4, -1, ROLE_text, "key <%s>", d->last);
	canvas_printf(&c, 0, 5, -1, ROLE_text, "count %d", d->count);
	canvas_printf(&c, 0, 6, -1, ROLE_input, "typed <%s>", d->typed);
	if (d->table)
		draw_table(d, &c);
	term_cursor(d->term, d->typing ? 7 : -1, 6);
	term_show(d->term, &c, &d->theme);
}

static void suspend(struct demo *d)
{
	term_suspend(d->term);
	signals_stop_self();
	term_resume(d->term);
	snprintf(d->last, sizeof(d->last), "resumed");
}

enum act { NOTHING, DONE, LEAVE };

/* Uses up the stack, as a recursion without end does. */
static int deep(volatile int n)
{
	volatile char room[4096];

	room[n & 4095] = (char)n;
	return n < 1000000000 ? deep(n + 1) + room[n & 4095] : 0;
}

/* Keys with a meaning here are capitals, so that a lost piece of a sequence is seen as what it is. */
static enum act act(struct demo *d, const struct key *key)
{
	volatile char *nowhere;

	switch (key->code) {
	case 'Q':
		return LEAVE;
	case 'X':
		abort();
	case 'V':
		/* a fault of the hardware, which the sanitizers let through */
		nowhere = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		*nowhere = 1;
		return DONE;
	case 'O':
		d->count = deep(0);
		return DONE;
	case 'N': /* shows the same a hundred times */
		for (int i = 0; i < 100; i++)
			draw(d);
		return DONE;
	case '+':
		d->count++;
		return DONE;
	case 'W':
		d->wide = !d->wide;
		return DONE;
	case 'M':
		d->table = true;
		return DONE;
	case 'T':
		d->typing = !d->typing;
		return NOTHING;
	case 'L':
		term_redraw(d->term);
		return DONE;
	default:
		return NOTHING;
	}
}

static void note(struct demo *d, const struct key *key)
{
	static const char *const buttons[] = {"left", "right", "middle", "up", "down"};
	char name[16];

	if (key->code == K_MOUSE)
		snprintf(d->last, sizeof(d->last), "Mouse %s %d,%d%s", buttons[key->button], key->x, key->y,
			key->twice ? " twice" : "");
	else
		snprintf(d->last, sizeof(d->last), "%s", key_text(key->code, name));
	if (d->typing && key->code > ' ' && key->code < 0x7f && strlen(d->typed) + 1 < sizeof(d->typed))
		d->typed[strlen(d->typed)] = (char)key->code;
}

static int on_signal(struct demo *d, int sig)
{
	if (sig == SIGTSTP)
		suspend(d);
	else if (sig == SIGCONT)
		term_resume(d->term);
	else if (sig == SIGWINCH)
		term_redraw(d->term);
	else if (sig == SIGINT)
		snprintf(d->last, sizeof(d->last), "SIGINT");
	return sig == SIGTERM || sig == SIGHUP ? 128 + sig : 0;
}

static int run(struct demo *d, int signals)
{
	struct pollfd wait[2] = {{.fd = term_fd(d->term), .events = POLLIN}, {.fd = signals, .events = POLLIN}};
	struct key key;
	int sig, r;

	for (;;) {
		draw(d);
		if (poll(wait, 2, -1) < 0 && errno != EINTR)
			return 1;
		while ((sig = signals_next(signals)) != 0) {
			r = on_signal(d, sig);
			if (r)
				return r;
		}
		if (wait[0].revents & POLLHUP)
			return 128 + SIGHUP;
		while (term_key(d->term, &key)) {
			enum act done = act(d, &key);

			if (done == LEAVE)
				return 0;
			if (done == NOTHING)
				note(d, &key);
		}
	}
}

int main(int argc, char **argv)
{
	struct term_options options = {.mouse = true, .no_colour = getenv("NO_COLOR") != NULL};
	struct demo d = {0};
	char why[200];
	int signals, r;

	setlocale(LC_CTYPE, "");
	signals = signals_open();
	theme_builtin(&d.theme);
	if (argc > 1 && strcmp(argv[1], "--no-mouse") == 0)
		options.mouse = false;
	r = term_open(&options, &d.term, why);
	if (r < 0) {
		fprintf(stderr, "term_demo: %s\n", why);
		return 1;
	}
	r = run(&d, signals);
	term_close(d.term);
	free(d.cells);
	printf("left with %d\n", r);
	return r;
}
