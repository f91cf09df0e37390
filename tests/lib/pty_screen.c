/* The screen of a test terminal: libvterm draws, and the modes are read from the bytes themselves. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/util.h"
#include "tests/lib/pty_impl.h"

static void set_modes(struct pty *p, bool on)
{
	char *rest = NULL;

	for (char *m = strtok_r(p->sequence + 3, ";", &rest); m; m = strtok_r(NULL, ";", &rest)) {
		switch (atoi(m)) {
		case 1:
			p->modes.cursor_keys = on;
			break;
		case 25:
			p->modes.cursor = on;
			break;
		case 1049:
			p->modes.alternate = on;
			break;
		case 1000:
		case 1002:
		case 1003:
			p->modes.mouse = on;
			break;
		case 2004:
			p->modes.paste = on;
			break;
		default:
			break;
		}
	}
}

static void watch(struct pty *p, char c)
{
	size_t n = p->nsequence;
	bool wanted = n == 0 ? c == '\033' : n == 1 ? c == '[' : n == 2 ? c == '?' : true;

	if (n > 2 && (c == 'h' || c == 'l')) {
		p->sequence[n] = '\0';
		set_modes(p, c == 'h');
		p->nsequence = 0;
	} else if (!wanted || n + 1 >= sizeof(p->sequence) || (n > 2 && !strchr("0123456789;", c))) {
		p->nsequence = 0;
	} else {
		p->sequence[p->nsequence++] = c;
	}
}

void pty_received(struct pty *p, const char *bytes, size_t n)
{
	if (p->nraw + n + 1 > p->size) {
		p->size = 2 * (p->nraw + n + 1);
		p->raw = xrealloc(p->raw, p->size, 1);
	}
	memcpy(p->raw + p->nraw, bytes, n);
	p->nraw += n;
	p->raw[p->nraw] = '\0';
	for (size_t i = 0; i < n; i++)
		watch(p, bytes[i]);
	vterm_input_write(p->vt, bytes, n);
}

static void answer(const char *bytes, size_t n, void *arg)
{
	pty_send_bytes(arg, bytes, n);
}

void pty_screen_open(struct pty *p)
{
	p->modes.cursor = true;
	p->raw = xcalloc(1, 1);
	p->size = 1;
	p->vt = vterm_new(p->h, p->w);
	vterm_set_utf8(p->vt, 1);
	vterm_output_set_callback(p->vt, answer, p);
	p->screen = vterm_obtain_screen(p->vt);
	vterm_screen_enable_altscreen(p->screen, 1);
	vterm_screen_reset(p->screen, 1);
}

void pty_screen_close(struct pty *p)
{
	vterm_free(p->vt);
	free(p->raw);
	free(p->text);
}

static size_t put_utf8(char *out, uint32_t ch)
{
	static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t n = ch < 0x80 ? 1 : ch < 0x800 ? 2 : ch < 0x10000 ? 3 : 4;

	for (size_t i = n; i > 1; i--, ch >>= 6)
		out[i - 1] = (char)(0x80 | (ch & 0x3f));
	out[0] = (char)(lead[n == 1 ? 0 : n] | ch);
	return n;
}

/* One line; the right half of a wide character is nothing. */
static char *put_row(struct pty *p, char *out, int y)
{
	char *end = out;

	for (int x = 0; x < p->w; x++) {
		VTermScreenCell cell = {0};

		vterm_screen_get_cell(p->screen, (VTermPos){.row = y, .col = x}, &cell);
		if (cell.chars[0] == (uint32_t)-1)
			continue;
		out += put_utf8(out, cell.chars[0] ? cell.chars[0] : ' ');
		if (out[-1] != ' ')
			end = out;
	}
	return end;
}

const char *pty_text(struct pty *p)
{
	char *out;

	p->text = xrealloc(p->text, (size_t)p->h * ((size_t)p->w * 4 + 1) + 1, 1);
	out = p->text;
	for (int y = 0; y < p->h; y++) {
		out = put_row(p, out, y);
		*out++ = '\n';
	}
	*out = '\0';
	return p->text;
}

const char *pty_row(struct pty *p, int y)
{
	p->text = xrealloc(p->text, (size_t)p->w * 4 + 1, 1);
	*put_row(p, p->text, y) = '\0';
	return p->text;
}

static int palette(const VTermColor *c)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c))
		return -1;
	return VTERM_COLOR_IS_INDEXED(c) ? c->indexed.idx : -2;
}

struct pty_cell pty_cell(struct pty *p, int x, int y)
{
	VTermScreenCell cell = {0};

	vterm_screen_get_cell(p->screen, (VTermPos){.row = y, .col = x}, &cell);
	return (struct pty_cell){
		.ch = cell.chars[0] ? cell.chars[0] : ' ',
		.fg = palette(&cell.fg),
		.bg = palette(&cell.bg),
		.bold = cell.attrs.bold,
		.underline = cell.attrs.underline != 0,
		.italic = cell.attrs.italic,
		.reverse = cell.attrs.reverse,
	};
}

size_t pty_bytes(const struct pty *p)
{
	return p->nraw;
}

const char *pty_raw(const struct pty *p)
{
	return p->raw;
}

struct pty_modes pty_modes(const struct pty *p)
{
	return p->modes;
}

bool pty_sane(struct pty *p, char why[200])
{
	VTermState *state = vterm_obtain_state(p->vt);
	struct termios now;
	VTermValue reverse, fg;
	const char *bad = NULL;

	vterm_state_get_penattr(state, VTERM_ATTR_REVERSE, &reverse);
	vterm_state_get_penattr(state, VTERM_ATTR_FOREGROUND, &fg);
	if (tcgetattr(p->master, &now) < 0)
		bad = "the line is gone";
	else if (now.c_lflag != p->before.c_lflag)
		bad = "the line does not echo or edit as before";
	else if (now.c_iflag != p->before.c_iflag || now.c_oflag != p->before.c_oflag)
		bad = "the line changes newlines otherwise than before";
	else if (p->modes.alternate)
		bad = "the alternate screen is still on";
	else if (!p->modes.cursor)
		bad = "the cursor is hidden";
	else if (p->modes.mouse)
		bad = "the mouse still reports";
	else if (p->modes.paste)
		bad = "pastes are still bracketed";
	else if (p->modes.cursor_keys)
		bad = "cursor keys are still those of an application";
	else if (reverse.boolean || !VTERM_COLOR_IS_DEFAULT_FG(&fg.color))
		bad = "the colours are not the terminal's own";
	snprintf(why, 200, "%s", bad ? bad : "");
	return !bad;
}
