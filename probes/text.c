/* Grows a text by doubling, so that thousands of pieces cost no more than their bytes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "probes/arena.h"
#include "probes/util.h"

struct text text_begin(void)
{
	return (struct text){.bytes = xcalloc(256, 1), .size = 256};
}

void text_add(struct text *t, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(t->bytes + t->len, t->size - t->len, format, ap);
	va_end(ap);
	if (n < 0)
		BUG("format %s", format);
	if ((size_t)n >= t->size - t->len) {
		t->size = 2 * (t->len + (size_t)n + 1);
		t->bytes = xrealloc(t->bytes, t->size, 1);
		va_start(ap, format);
		vsnprintf(t->bytes + t->len, t->size - t->len, format, ap);
		va_end(ap);
	}
	t->len += (size_t)n;
}

char *text_end(struct text *t, struct arena *a)
{
	char *copy = a ? arena_text(a, t->bytes, t->len) : NULL;

	free(t->bytes);
	*t = (struct text){0};
	return copy;
}
