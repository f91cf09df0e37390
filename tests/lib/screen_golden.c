/* Golden pictures: text and roles of a screen at the sizes that people have. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/golden.h"
#include "tests/lib/screen.h"

static bool same(struct screen *s, const char *name)
{
	char *file = xasprintf("%s-%dx%d", name, s->w, s->h), *text = xstrdup(screen_text(s));
	char *got = xasprintf("%s~ roles\n%s", text, screen_roles(s));
	bool equal = golden_same("screens", file, got);

	free(got);
	free(text);
	free(file);
	return equal;
}

void screen_golden(struct screen *s, const char *name, bool few)
{
	static const int sizes[][2] = {{40, 12}, {80, 24}, {120, 40}, {220, 60}};
	int w = s->w, h = s->h;
	bool all = true;

	for (size_t i = 0; i < (few ? 2 : COUNT(sizes)); i++) {
		s->w = sizes[i][0];
		s->h = sizes[i][1];
		all = same(s, name) && all;
	}
	s->w = w;
	s->h = h;
	assert_true(all);
}
