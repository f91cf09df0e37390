/* Memory in pieces from a few large chunks: a block of 512 CPUs is some two or three of them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/util.h"

struct chunk {
	struct chunk *next;
	size_t used, size;
	alignas(max_align_t) char bytes[];
};

struct arena {
	struct chunk *newest;
	size_t given, next_size;
};

enum { CHUNK_FIRST = 1024, CHUNK_MOST = 1 << 20 };

struct arena *arena_new(size_t hint)
{
	struct arena *a = xcalloc(1, sizeof(*a));

	a->next_size = hint > CHUNK_FIRST ? hint : CHUNK_FIRST;
	return a;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	for (struct chunk *c = a->newest, *next; c; c = next) {
		next = c->next;
		free(c);
	}
	free(a);
}

static struct chunk *grow(struct arena *a, size_t size)
{
	size_t want = a->next_size > size ? a->next_size : size;
	struct chunk *c;

	if (want > SIZE_MAX / 2)
		BUG("arena of %zu bytes", want);
	c = xcalloc(1, sizeof(*c) + want);
	c->size = want;
	c->next = a->newest;
	a->newest = c;
	if (a->next_size < CHUNK_MOST)
		a->next_size *= 2;
	return c;
}

void *arena_alloc(struct arena *a, size_t size)
{
	size_t align = alignof(max_align_t);
	struct chunk *c = a->newest;
	void *p;

	if (size > SIZE_MAX - align)
		BUG("arena of %zu bytes", size);
	size = (size + align - 1) / align * align;
	if (!c || c->size - c->used < size)
		c = grow(a, size);
	p = c->bytes + c->used; /* chunks are calloc'd and given out once: already zero */
	c->used += size;
	a->given += size;
	return p;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / 2 / size)
		BUG("%zu times %zu bytes", n, size);
	return arena_alloc(a, n * size);
}

char *arena_text(struct arena *a, const char *text, size_t len)
{
	char *copy = arena_alloc(a, len + 1);

	memcpy(copy, text, len);
	return copy;
}

char *arena_strdup(struct arena *a, const char *text)
{
	return text ? arena_text(a, text, strlen(text)) : NULL;
}

char *arena_vprintf(struct arena *a, const char *format, va_list ap)
{
	va_list again;
	int len;
	char *text;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len < 0)
		return arena_text(a, "", 0);
	text = arena_alloc(a, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, format, ap);
	return text;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	va_list ap;
	char *text;

	va_start(ap, format);
	text = arena_vprintf(a, format, ap);
	va_end(ap);
	return text;
}

size_t arena_used(const struct arena *a)
{
	return a->given;
}
