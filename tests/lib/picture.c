/* Pictures for tests of what is drawn. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/picture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct picture picture_new(int w, int h, bool ascii)
{
	size_t n = (size_t)(w > 0 ? w : 0) * (size_t)(h > 0 ? h : 0);
	struct picture p = {.cells = malloc(n * sizeof *p.cells + (n == 0))};

	assert_non_null(p.cells);
	p.c = canvas_over(p.cells, w, h, ascii);
	return p;
}

void picture_end(struct picture *p)
{
	free(p->cells);
}

void picture_is(const struct canvas *c, const char *text, const char *roles)
{
	char *got = canvas_to_text(c), *letters = canvas_to_roles(c);

	assert_non_null(got);
	assert_non_null(letters);
	if (text && strcmp(got, text) != 0)
		fail_msg("text is\n%sinstead of\n%s", got, text);
	if (roles && strcmp(letters, roles) != 0)
		fail_msg("roles of\n%sare\n%sinstead of\n%s", got, letters, roles);
	free(got);
	free(letters);
}

void picture_sane(const struct canvas *whole)
{
	for (int y = 0; y < whole->h; y++)
		for (int x = 0; x < whole->w; x++) {
			const struct cell *cell = &whole->cells[y * whole->stride + x];

			assert_true(cell->role < ROLE_COUNT);
			assert_int_equal(cell->pad, 0);
			if (cell->ch == 0) {
				assert_true(x > 0);
				assert_true(cell[-1].ch > 0x1000);
			} else {
				assert_true(cell->ch >= 0x20 && cell->ch != 0x7F && cell->ch <= 0x10FFFF);
				assert_true(!whole->ascii || cell->ch < 0x7F);
			}
		}
}

unsigned picture_random(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 8;
}
