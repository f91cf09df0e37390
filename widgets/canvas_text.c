/* Text on canvases: one line, cut, right-aligned, wrapped. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "widgets/canvas.h"
#include "widgets/glyph.h"
#include "widgets/utf8.h"

/* The next character as it is shown and its width; what is no UTF-8 is a '?'. */
static int next_shown(const char **text, const char *end, uint32_t *ret)
{
	*ret = utf8_next(text, end);
	return char_shown(ret);
}

/* Draws the bytes up to end (NULL: to the NUL), at most max cells; returns the cells that it took. */
static int64_t draw(struct canvas *c, int64_t x, int y, int64_t max, enum role role, const char *text, const char *end)
{
	int64_t used = 0;

	while (end ? text < end : *text != 0) {
		uint32_t ch;
		int w = next_shown(&text, end, &ch);

		if (used + w > max)
			break;
		/* Outside of what int can say lies outside of every canvas. */
		if (x + used >= INT_MIN && x + used <= INT_MAX)
			canvas_char(c, (int)(x + used), y, ch, role);
		used += w;
	}
	return used;
}

static int to_int(int64_t x)
{
	return x > INT_MAX ? INT_MAX : x < INT_MIN ? INT_MIN : (int)x;
}

int canvas_text(struct canvas *c, int x, int y, int max, enum role role, const char *text)
{
	return to_int(x + draw(c, x, y, max < 0 ? INT64_MAX / 2 : max, role, text, NULL));
}

int canvas_printf(struct canvas *c, int x, int y, int max, enum role role, const char *format, ...)
{
	char buf[1024];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(buf, sizeof buf, format, ap);
	va_end(ap);
	if (n < 0)
		return x;
	/* A character that the end of buf cut in two is left out. */
	if ((size_t)n >= sizeof buf) {
		size_t end = sizeof buf - 1;

		while (end > 0 && ((unsigned char)buf[end - 1] & 0xC0) == 0x80)
			end--;
		if (end > 0 && (unsigned char)buf[end - 1] >= 0xC0)
			buf[end - 1] = 0;
	}
	return canvas_text(c, x, y, max, role, buf);
}

static int64_t width_of(const char *text)
{
	int64_t width = 0;
	uint32_t ch;

	while (*text != 0)
		width += next_shown(&text, NULL, &ch);
	return width;
}

int text_width(const char *text)
{
	return to_int(width_of(text));
}

void canvas_right(struct canvas *c, int x, int y, int w, enum role role, const char *text)
{
	int64_t width = width_of(text);
	uint32_t ch;

	if (w <= 0)
		return;
	if (width <= w) {
		draw(c, (int64_t)x + w - width, y, width, role, text, NULL);
		return;
	}
	while (width > w - 1)
		width -= next_shown(&text, NULL, &ch);
	canvas_char(c, to_int((int64_t)x + w - width - 1), y, glyph_char(c, GLYPH_ELLIPSIS), role);
	draw(c, (int64_t)x + w - width, y, width, role, text, NULL);
}

int canvas_cut(struct canvas *c, int x, int y, int w, enum role role, const char *text)
{
	if (w <= 0)
		return x;
	if (width_of(text) <= w) {
		draw(c, x, y, w, role, text, NULL);
	} else {
		int64_t used = draw(c, x, y, w - 1, role, text, NULL);

		canvas_char(c, to_int(x + used), y, glyph_char(c, GLYPH_ELLIPSIS), role);
	}
	return to_int((int64_t)x + w);
}

/* One line of at most w cells from *text, which moves to the next one; false at the end of the text. */
static bool next_line(const char **text, int w, const char **line, const char **end)
{
	const char *p = *text, *space = NULL;
	int used = 0;

	if (*p == 0)
		return false;
	*line = p;
	while (*p != 0 && *p != '\n') {
		const char *q = p;
		uint32_t ch;
		int width = next_shown(&q, NULL, &ch);

		/* One character at least, or a wide one would never get past a width of 1. */
		if (used + width > w && p > *line && *p != ' ')
			break;
		if (*p == ' ' && (p == *line || p[-1] != ' '))
			space = p;
		used += width;
		p = q;
	}
	*end = p;
	if (*p == '\n') {
		*text = p + 1;
	} else if (*p != 0 && space && space > *line) {
		*end = space;
		*text = space;
		*text += strspn(*text, " ");
	} else {
		*text = p;
	}
	while (*end > *line && (*end)[-1] == ' ')
		*end -= 1;
	return true;
}

int canvas_wrap(struct canvas *c, struct rect r, enum role role, const char *text)
{
	const char *line, *end;
	int lines = 0;

	if (r.w <= 0 || r.h < 0)
		return 0;
	while ((r.h == 0 || lines < r.h) && lines < INT_MAX && next_line(&text, r.w, &line, &end)) {
		int y = to_int((int64_t)r.y + lines++);
		int64_t used;

		if (r.h == 0)
			continue;
		used = draw(c, r.x, y, r.w, role, line, end);
		if (lines == r.h && *text != 0)
			canvas_char(
				c, to_int(r.x + (used < r.w ? used : r.w - 1)), y, glyph_char(c, GLYPH_ELLIPSIS), role);
	}
	return lines;
}
