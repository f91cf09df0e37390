/* The terminal: canvases become ncurses cells, bytes become keys; nothing else in the project knows ncurses. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#define NCURSES_WIDECHAR 1
#include "tui/term.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termcap.h>
#include <time.h>
#include <unistd.h>

#include "probes/util.h"
#include "tui/key_seq.h"
#include "tui/tty.h"

enum { MAX_PAIRS = 2 * ROLE_COUNT + 1 };

/* What xterm and all that follow it understand; sent only where terminfo knows a mouse. */
#define MOUSE_ON "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"
#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

struct paint {
	attr_t attrs;
	int pair;
};

struct term {
	SCREEN *screen;
	WINDOW *keys; /* a pad: reading from it never refreshes the screen */
	bool xterm, mouse, suspended, ascii;
	struct look_limits limits;
	int npairs, max_pairs;
	struct look pairs[MAX_PAIRS];
	struct theme theme; /* of paint */
	struct paint paint[CELL_FLAGS][ROLE_COUNT];
	struct cell *shown; /* what ncurses was told last, w × h */
	int w, h, cursor_x, cursor_y;
	bool everything, cursor_moved;
	struct key_seq seq;
};

static const char *capability(const char *name)
{
	const char *text = tigetstr(name);

	return text == (const char *)-1 ? NULL : text;
}

static void prepare_rescue(bool xterm)
{
	const char *const texts[] = {xterm ? MOUSE_OFF PASTE_OFF : NULL, capability("rmkx"), capability("sgr0"),
		capability("op"), capability("cnorm"), capability("rmcup"), capability("rmcup") ? NULL : "\r\n"};

	tty_rescue_bytes(texts, COUNT(texts));
	tty_rescue_arm(true);
}

/* Asked before newterm(), which would leak on a name it does not know and write to a terminal that it cannot use. */
static bool usable(const char *name)
{
	return name && tgetent(NULL, name) == 1 && capability("cup");
}

/* newterm() installs handlers of its own; signals are ours (see signals.h). */
static SCREEN *new_screen(void)
{
	static const int taken[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
	struct sigaction before[COUNT(taken)];
	SCREEN *screen;

	for (size_t i = 0; i < COUNT(taken); i++)
		sigaction(taken[i], NULL, &before[i]);
	screen = newterm(NULL, stdout, stdin);
	for (size_t i = 0; i < COUNT(taken); i++)
		sigaction(taken[i], &before[i], NULL);
	return screen;
}

static void set_keys(struct term *t)
{
	set_escdelay(25);
	typeahead(-1);
	t->keys = newpad(1, 1);
	if (!t->keys)
		BUG("no memory");
	keypad(t->keys, TRUE);
	nodelay(t->keys, TRUE);
	meta(t->keys, TRUE);
	/* reports of the mouse, keys of the number pad and keys with modifiers are left to key_seq */
	define_key(NULL, KEY_MOUSE);
	for (int code = KEY_MAX + 1; code < KEY_MAX + 300; code++)
		keyok(code, FALSE);
}

static void set_colours(struct term *t, bool no_colour)
{
	t->npairs = 1;
	t->pairs[0] = (struct look){.fg = COLOUR_DEFAULT, .bg = COLOUR_DEFAULT};
	if (no_colour || !has_colors() || start_color() == ERR || COLORS < 8)
		return;
	t->limits.colours = COLORS;
	t->limits.own_defaults = use_default_colors() == OK;
	t->max_pairs = COLOR_PAIRS < MAX_PAIRS ? COLOR_PAIRS : MAX_PAIRS;
}

static void enter(const struct term *t)
{
	if (t->xterm)
		tty_say(t->mouse ? MOUSE_ON PASTE_ON : PASTE_ON);
}

static void leave(struct term *t)
{
	if (t->xterm)
		tty_say(t->mouse ? MOUSE_OFF PASTE_OFF : PASTE_OFF);
	/* what was typed or clicked until now was not meant for the shell */
	tty_forget_input();
	flushinp();
	curs_set(1);
	endwin();
	t->seq = (struct key_seq){0};
	tty_rescue_arm(false);
}

int term_open(const struct term_options *o, struct term **ret, char why[200])
{
	struct term *t;
	SCREEN *screen;
	const char *name = getenv("TERM");
	int w, h;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || tty_remember() < 0) {
		snprintf(why, 200, "%s is not a terminal", isatty(STDIN_FILENO) ? "standard output" : "standard input");
		return -ENOTTY;
	}
	if (!usable(name) || !(screen = new_screen())) {
		snprintf(why, 200, "TERM=%.40s %s: try TERM=xterm-256color or TERM=linux", name ? name : "",
			"cannot place the cursor or is not known here");
		return -EINVAL;
	}
	t = xcalloc(1, sizeof(*t));
	t->screen = screen;
	t->xterm = capability("kmous") != NULL;
	t->mouse = o->mouse && t->xterm;
	t->ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	t->cursor_x = -1;
	t->everything = t->cursor_moved = true;
	prepare_rescue(t->xterm);
	cbreak();
	noecho();
	nonl();
	tty_keys_raw();
	def_prog_mode();
	set_keys(t);
	set_colours(t, o->no_colour);
	enter(t);
	term_size(t, &w, &h);
	*ret = t;
	return 0;
}

void term_close(struct term *t)
{
	if (!t)
		return;
	if (!t->suspended)
		leave(t);
	delwin(t->keys);
	delscreen(t->screen);
	free(t->shown);
	free(t);
}

void term_suspend(struct term *t)
{
	if (!t->suspended)
		leave(t);
	t->suspended = true;
}

void term_resume(struct term *t)
{
	if (!tty_foreground())
		return;
	/* the shell may have other modes now than when we came; not those that we set ourselves */
	if (t->suspended && tty_remember() == 0)
		def_shell_mode();
	t->suspended = false;
	tty_rescue_arm(true);
	reset_prog_mode();
	term_redraw(t);
	t->cursor_moved = true;
	enter(t);
}

void term_size(struct term *t, int *w, int *h)
{
	tty_size(tigetnum("cols"), tigetnum("lines"), w, h);
	if (*w == COLS && *h == LINES)
		return;
	/* not resizeterm(): that one also puts KEY_RESIZE among the keys */
	resize_term(*h, *w);
	term_redraw(t);
}

struct look_limits term_limits(const struct term *t)
{
	return t->limits;
}

bool term_ascii(const struct term *t)
{
	return t->ascii;
}

int term_fd(const struct term *t)
{
	(void)t;
	return STDIN_FILENO;
}

void term_redraw(struct term *t)
{
	t->everything = true;
	clearok(curscr, TRUE);
}

void term_cursor(struct term *t, int x, int y)
{
	t->cursor_moved |= x != t->cursor_x || y != t->cursor_y;
	t->cursor_x = x;
	t->cursor_y = y;
}

/* The pair of these colours; 0, the terminal's own, when there are no more. */
static int pair_of(struct term *t, struct look look)
{
	if (look.fg == COLOUR_DEFAULT && look.bg == COLOUR_DEFAULT)
		return 0;
	for (int i = 1; i < t->npairs; i++) {
		if (t->pairs[i].fg == look.fg && t->pairs[i].bg == look.bg)
			return i;
	}
	if (t->npairs >= t->max_pairs || init_pair((short)t->npairs, look.fg, look.bg) == ERR)
		return 0;
	t->pairs[t->npairs] = look;
	return t->npairs++;
}

static struct paint paint_of(struct term *t, struct look look)
{
	static const attr_t attrs[] = {A_BOLD, A_DIM, A_ITALIC, A_UNDERLINE, A_REVERSE}; /* as enum attribute */
	struct paint p = {.pair = pair_of(t, look)};

	for (size_t i = 0; i < COUNT(attrs); i++)
		p.attrs |= look.attrs & 1u << i ? attrs[i] : 0;
	return p;
}

static void set_theme(struct term *t, const struct theme *theme)
{
	memcpy(&t->theme, theme, sizeof(t->theme));
	t->everything = true;
	t->npairs = 1;
	for (unsigned flags = 0; flags < CELL_FLAGS; flags++) {
		for (int r = 0; r < ROLE_COUNT; r++)
			t->paint[flags][r] = paint_of(t, look_flagged(theme, (enum role)r, flags, t->limits));
	}
}

/* right: the cell beside it, NULL at the edge. */
static void put(const struct term *t, int x, int y, const struct cell *cell, const struct cell *right)
{
	struct paint p =
		t->paint[cell->flags % CELL_FLAGS][cell->role < ROLE_COUNT ? cell->role : ROLE_text];
	wchar_t text[2] = {(wchar_t)look_char(cell, right, t->ascii), L'\0'};
	cchar_t shown;

	/* a blank that shows nothing of its look is the same as any other blank: fewer bytes */
	if (text[0] == L' ' && !(p.attrs & (A_REVERSE | A_UNDERLINE)) && t->pairs[p.pair].bg == COLOUR_DEFAULT)
		p = (struct paint){0};
	setcchar(&shown, text, p.attrs, (short)p.pair, NULL);
	mvadd_wch(y, x, &shown);
}

/* Tells ncurses what differs in one row; returns the number of cells. */
static int show_row(struct term *t, int y, const struct cell *now, struct cell *before)
{
	int changed = 0;

	if (!t->everything && memcmp(now, before, (size_t)t->w * sizeof(*now)) == 0)
		return 0;
	for (int x = 0; x < t->w; x++) {
		bool half = now[x].ch == 0 && x > 0 && look_char(&now[x - 1], &now[x], t->ascii) > 0x7f;

		if (!t->everything && memcmp(&now[x], &before[x], sizeof(*now)) == 0)
			continue;
		changed++;
		/* the right half comes with the left one, which need not differ itself */
		if (!half)
			put(t, x, y, &now[x], x + 1 < t->w ? &now[x + 1] : NULL);
		else if (!t->everything && memcmp(&now[x - 1], &before[x - 1], sizeof(*now)) == 0)
			put(t, x - 1, y, &now[x - 1], &now[x]);
	}
	memcpy(before, now, (size_t)t->w * sizeof(*now));
	return changed;
}

static void place_cursor(struct term *t)
{
	bool visible = t->cursor_x >= 0 && t->cursor_x < COLS && t->cursor_y >= 0 && t->cursor_y < LINES;

	/* hidden, it may stay where the last cell was written */
	leaveok(stdscr, !visible);
	if (visible)
		move(t->cursor_y, t->cursor_x);
	curs_set(visible);
	t->cursor_moved = false;
}

int term_show(struct term *t, const struct canvas *c, const struct theme *theme)
{
	int w = c->at.w < COLS ? c->at.w : COLS, h = c->at.h < LINES ? c->at.h : LINES;
	int changed = 0;

	if (t->suspended)
		return 0;
	if (memcmp(&t->theme, theme, sizeof(t->theme)) != 0)
		set_theme(t, theme);
	if (w != t->w || h != t->h) {
		t->shown = xrealloc(t->shown, (size_t)w * (size_t)h, sizeof(*t->shown));
		t->w = w;
		t->h = h;
		t->everything = true;
	}
	if (t->everything)
		erase();
	for (int y = 0; y < h; y++) {
		const struct cell *row = c->cells + (size_t)(c->at.y + y) * (size_t)c->stride + c->at.x;

		changed += show_row(t, y, row, t->shown + (size_t)y * (size_t)w);
	}
	if (!changed && !t->cursor_moved && !t->everything)
		return 0;
	t->everything = false;
	place_cursor(t);
	refresh();
	return changed;
}

static uint32_t code_of(int curses_key)
{
	switch (curses_key) {
#define KEY(curses, code) \
	case curses: \
		return code;
#include "tui/curses_keys.def"
#undef KEY
	default:
		return 0;
	}
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

bool term_key(struct term *t, struct key *ret)
{
	int got;

	if (t->suspended)
		return false;
	t->seq.take_paste = t->cursor_x >= 0;
	/* bytes, not wget_wch(): that one loses what stands behind a byte that is no UTF-8 */
	while ((got = wgetch(t->keys)) != ERR) {
		uint32_t code = got > UINT8_MAX ? code_of(got) : 0;

		if (got <= UINT8_MAX ? key_seq_byte(&t->seq, (uint8_t)got, now_ms(), ret)
				     : code && key_seq_named(&t->seq, code, now_ms(), ret))
			return true;
	}
	return key_seq_idle(&t->seq, now_ms(), ret);
}

const char *term_library(void)
{
	return curses_version();
}
