/* Keys as terminals send them, through ncurses: each gives its name, and nothing else becomes a command. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "tests/lib/pty_demo.h"

struct sent {
	const char *bytes, *name;
};

static const struct sent everywhere[] = {
	{"g", "g"},
	{" ", "Space"},
	{"\r", "Enter"},
	{"\n", "Enter"},
	{"\t", "Tab"},
	{"\177", "Backspace"},
	{"\b", "Backspace"},
	{"\033", "Esc"},
	{"\001", "Ctrl-A"},
	{"\014", "Ctrl-L"},
	{"\017", "Ctrl-O"},
	{"\021", "Ctrl-Q"},
	{"\023", "Ctrl-S"},
	{"\026", "Ctrl-V"},
	{"\003", "SIGINT"},
	{"é", "é"},
	{"漢", "漢"},
	{"\033OA", "↑"},
	{"\033[B", "↓"},
	{"\033[5~", "PgUp"},
	{"\033[6~", "PgDn"},
	{"\033[3~", "Del"},
	{"\033[2~", "Ins"},
	{"\033[17~", "F6"},
	{"\033[24~", "F12"},
	{"\033Ou", "5"},
	{"\033[<0;5;3M", "Mouse left 4,2"},
	{"\033[<64;1;1M", "Mouse up 0,0"},
};

static const struct sent xterm[] = {
	{"\033OB", "↓"},
	{"\033OC", "→"},
	{"\033OD", "←"},
	{"\033[A", "↑"},
	{"\033OH", "Home"},
	{"\033[H", "Home"},
	{"\033OF", "End"},
	{"\033[Z", "Back-Tab"},
	{"\033OP", "F1"},
	{"\033OQ", "F2"},
	{"\033OR", "F3"},
	{"\033OS", "F4"},
	{"\033[15~", "F5"},
	{"\033[18~", "F7"},
	{"\033[19~", "F8"},
	{"\033[20~", "F9"},
	{"\033[21~", "F10"},
	{"\033[23~", "F11"},
	{"\033OM", "Enter"},
	{"\033Op", "0"},
};

static const struct sent tmux[] = {
	{"\033[1~", "Home"},
	{"\033[4~", "End"},
	{"\033OP", "F1"},
	{"\033[15~", "F5"},
	{"\033[Z", "Back-Tab"},
};

static const struct sent console[] = {
	{"\033[1~", "Home"},
	{"\033[4~", "End"},
	{"\033[[A", "F1"},
	{"\033[[E", "F5"},
	{"\033[C", "→"},
	{"\033[20~", "F9"},
};

static const struct sent rxvt[] = {
	{"\033[7~", "Home"},
	{"\033[8~", "End"},
	{"\033[11~", "F1"},
	{"\033[D", "←"},
};

/* A key that differs goes before each one, so that the same name twice is seen as two. */
static void expect(struct pty *p, const struct sent *sent, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char text[64];

		pty_send(p, "z");
		assert_true(pty_wait_text(p, "key <z>", SOON));
		pty_send(p, sent[i].bytes);
		snprintf(text, sizeof(text), "key <%s>", sent[i].name);
		if (!pty_wait_text(p, text, SOON))
			fail_msg("%s: %s", text, pty_row(p, 4));
	}
}

static void quit(struct pty *p)
{
	int status;

	pty_send(p, "Q");
	assert_true(pty_wait_exit(p, &status, SOON));
	assert_int_equal(WEXITSTATUS(status), 0);
	pty_close(p);
}

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

static void on(const char *term, const struct sent *sent, size_t n)
{
	const char *const env[] = {term, NULL};
	struct pty *p = demo_start(80, 24, env);

	expect(p, everywhere, COUNT_OF(everywhere));
	expect(p, sent, n);
	quit(p);
}

static void keys_of_xterm(void **state)
{
	(void)state;
	on("TERM=xterm-256color", xterm, COUNT_OF(xterm));
}

static void keys_of_tmux(void **state)
{
	(void)state;
	on("TERM=screen-256color", tmux, COUNT_OF(tmux));
}

static void keys_of_the_console(void **state)
{
	(void)state;
	on("TERM=linux", console, COUNT_OF(console));
}

static void keys_of_rxvt(void **state)
{
	(void)state;
	on("TERM=rxvt-unicode-256color", rxvt, COUNT_OF(rxvt));
}

/* In one write, so that it is one burst; no letter of it may come out as a key. */
static void unknown_sequences_are_swallowed(void **state)
{
	static const char *const unknown[] = {
		"\033[1;5A", /* Ctrl-Up */
		"\033[1;2A", /* Shift-Up, which ncurses knows by another name */
		"\033[99~",
		"\033[200;1Q",
		"\033[?1;2c",
		"\033[>0;276;0c",
		"\033[I",
		"\033[O",
		"\033g", /* Alt-g */
		"\033Q",
		"\033é",
		"\033]11;rgb:0000/0000/0000\a",
		"\033P>|term Q\033\\",
		"\033[<0;5;3m", /* the button goes up */
		"\033[<35;5;3M", /* the mouse moves */
		"\033[<9999999999999999999;5;3M",
		"\033[12345678901234567890123456789012345678901234567890~",
		"\033[27;5;81~",
		"\xff",
		"\xc0\x80",
	};
	struct pty *p = demo_start(80, 24, NULL);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(unknown); i++) {
		pty_send(p, "z");
		assert_true(pty_wait_text(p, "key <z>", SOON));
		pty_forget(p);
		pty_send(p, unknown[i]);
		/* shown only when all before it was read */
		pty_send(p, "+");
		if (!pty_wait_text(p, "count", SOON) || !pty_wait_bytes(p, "", SOON))
			fail_msg("gone after %zu", i);
		pty_send(p, "y");
		if (!pty_wait_text(p, "key <y>", SOON))
			fail_msg("%zu: %s", i, pty_row(p, 4));
	}
	assert_true(pty_wait_text(p, "count 20", SOON));
	quit(p);
}

static void double_clicks(void **state)
{
	struct pty *p = demo_start(80, 24, NULL);

	(void)state;
	pty_send(p, "\033[<0;5;3M\033[<0;5;3m\033[<0;5;3M\033[<0;5;3m");
	assert_true(pty_wait_text(p, "key <Mouse left 4,2 twice>", SOON));
	pty_send(p, "\033[<0;5;3M\033[<0;5;3m");
	assert_true(pty_wait_text(p, "key <Mouse left 4,2>", SOON));
	pty_send(p, "\033[<2;80;24M");
	assert_true(pty_wait_text(p, "key <Mouse right 79,23>", SOON));
	quit(p);
}

/* Pasted text presses no keys: Q would quit. It is taken where text is typed, without its line ends. */
static void pastes(void **state)
{
	struct pty *p = demo_start(80, 24, NULL);

	(void)state;
	pty_send(p, "\033[200~Q+Q\rX\033[201~+");
	assert_true(pty_wait_text(p, "count 1", SOON));
	pty_send(p, "T");
	assert_true(pty_wait_text(p, "key <T>", SOON));
	assert_true(pty_modes(p).cursor);
	pty_send(p, "\033[200~ab\rcd\033OA\033[201~");
	assert_true(pty_wait_text(p, "abcd>", SOON));
	pty_send(p, "T");
	assert_true(pty_wait_text(p, "key <T>", SOON));
	quit(p);
}

static void no_mouse(void **state)
{
	char path[4096];
	const char *const argv[] = {beside("term_demo", path), "--no-mouse", NULL};
	struct pty *p = pty_start(&(struct pty_run){.w = 80, .h = 24, .argv = argv});

	(void)state;
	assert_non_null(p);
	assert_true(pty_wait_text(p, "typed", SOON));
	assert_false(pty_modes(p).mouse);
	assert_true(pty_modes(p).paste);
	quit(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_of_xterm),
		cmocka_unit_test(keys_of_tmux),
		cmocka_unit_test(keys_of_the_console),
		cmocka_unit_test(keys_of_rxvt),
		cmocka_unit_test(unknown_sequences_are_swallowed),
		cmocka_unit_test(double_clicks),
		cmocka_unit_test(pastes),
		cmocka_unit_test(no_mouse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
