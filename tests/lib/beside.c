/* Opens one machine of tests/hosts and another one beside it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/beside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/hosts.h"
#include "tests/lib/picture.h"
#include "tests/lib/tree.h"
#include "tui/beside.h"

static char *unpacked(const char *name)
{
	char *tree = tree_new();

	host_unpack(tree, name, "tree");
	host_unpack(tree, name, "later");
	return tree;
}

struct besides besides_open(const char *here, const char *there)
{
	struct besides b = {.tree = {unpacked(here)}};

	b.tree[1] = strcmp(here, there) ? unpacked(there) : b.tree[0];
	b.s = screen_over(b.tree[0]);
	screen_tick(b.s);
	b.s->w = 120;
	b.s->h = 40;
	screen_text(b.s);
	beside_open(b.s->app, b.tree[1], NULL);
	assert_non_null(beside_snapshot(b.s->app));
	return b;
}

void besides_close(struct besides *b)
{
	screen_close(b->s);
	if (b->tree[1] != b->tree[0])
		tree_free(b->tree[1]);
	tree_free(b->tree[0]);
}

size_t besides_marks(struct besides *b, int half)
{
	struct screen *s = b->s;
	struct picture p = picture_new(s->w, s->h, s->ascii);
	bool two = s->w >= BESIDE_W;
	int from = half == 1 ? s->w / 2 : 0, to = !two || half ? s->w : s->w / 2, x, y;
	size_t n = 0;

	app_compose(s->app, p.cells, s->w, s->h, s->ascii, &x, &y);
	for (y = 3; y < s->h - 2; y++)
		for (x = from; x < to; x++)
			n += (p.cells[y * s->w + x].flags & CELL_DIFFERS) != 0 || p.cells[y * s->w + x].role == ROLE_differ;
	picture_end(&p);
	return n;
}
