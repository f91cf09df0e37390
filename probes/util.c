/* Allocation that does not fail, and the end of a program that has gone wrong. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/util.h"

void bug_(const char *file, int line, const char *format, ...)
{
	va_list ap;

	fprintf(stderr, "hvscope: bug at %s:%d: ", file, line);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	abort();
}

static void *checked(void *p, size_t n)
{
	if (!p)
		BUG("no memory for %zu bytes", n);
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	return checked(calloc(n ? n : 1, size ? size : 1), n * size);
}

void *xrealloc(void *p, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		BUG("%zu times %zu bytes", n, size);
	return checked(realloc(p, n && size ? n * size : 1), n * size);
}

char *xstrdup(const char *text)
{
	return checked(strdup(text), strlen(text) + 1);
}

char *xasprintf(const char *format, ...)
{
	char *text;
	va_list ap;

	va_start(ap, format);
	if (vasprintf(&text, format, ap) < 0)
		text = NULL;
	va_end(ap);
	return checked(text, 0);
}
