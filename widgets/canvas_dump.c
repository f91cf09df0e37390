/* Canvases as text, for goldens, scripts and screens without a terminal. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "widgets/canvas.h"
#include "widgets/utf8.h"

static const struct cell *row_of(const struct canvas *c, int y)
{
	return &c->cells[(size_t)(c->at.y + y) * (size_t)c->stride + (size_t)c->at.x];
}

char *canvas_to_text(const struct canvas *c)
{
	char *text = malloc((size_t)c->at.h * ((size_t)c->at.w * 4 + 1) + 1), *p = text;

	if (!text)
		return NULL;
	for (int y = 0; y < c->at.h; y++) {
		char *end = p;

		for (int x = 0; x < c->at.w; x++) {
			uint32_t ch = row_of(c, y)[x].ch;

			/* The right half of a wide character stands with its left one, unless the view begins between
			 * them. */
			if (ch == 0 && x > 0)
				continue;
			p += utf8_put(p, ch ? ch : ' ');
			if (ch != 0 && ch != ' ')
				end = p;
		}
		p = end;
		*p++ = '\n';
	}
	*p = 0;
	return text;
}

char *canvas_to_roles(const struct canvas *c)
{
	char *text = malloc((size_t)c->at.h * ((size_t)c->at.w + 1) + 1), *p = text;

	if (!text)
		return NULL;
	for (int y = 0; y < c->at.h; y++) {
		char *end = p;

		for (int x = 0; x < c->at.w; x++) {
			const struct cell *cell = &row_of(c, y)[x];
			enum role r = cell->flags & CELL_SELECTED  ? ROLE_select
				      : cell->flags & CELL_DIFFERS ? ROLE_differ
								   : (enum role)cell->role;

			*p++ = role_letter(r);
			if (r != ROLE_text)
				end = p;
		}
		p = end;
		*p++ = '\n';
	}
	*p = 0;
	return text;
}

char role_letter(enum role r)
{
	static const char letters[] = ".ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

	_Static_assert(ROLE_COUNT < sizeof letters, "every role has a letter of its own");
	return (size_t)r < sizeof letters - 1 ? letters[r] : '?';
}
