/* Grows a text by doubling, so that thousands of pieces cost no more than their bytes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

void text_add_wrapped(struct text *t, const char *text, int indent, int width, int (*columns)(const char *word))
{
	int at = indent;

	while (*text) {
		size_t len = strcspn(text, " ");
		char *word = xasprintf("%.*s", (int)len, text);
		int w = columns(word);

		if (at > indent && width && at + 1 + w > width) {
			text_add(t, "\n%*s", indent, "");
			at = indent;
		} else if (at > indent) {
			text_add(t, " ");
			at++;
		}
		text_add(t, "%s", word);
		at += w;
		free(word);
		text += len + (text[len] == ' ');
	}
}

char *text_end(struct text *t, struct arena *a)
{
	char *copy = a ? arena_text(a, t->bytes, t->len) : NULL;

	free(t->bytes);
	*t = (struct text){0};
	return copy;
}

int text_columns(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

size_t utf8_length(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;

	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	}
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
		(s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

uint32_t text_mark(const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text;
	uint32_t c = n < 2    ? s[0]
		     : n == 2 ? (s[0] & 0x1fU) << 6 | (s[1] & 0x3fU)
			      : (s[0] & 0xfU) << 12 | (s[1] & 0x3fU) << 6 | (s[2] & 0x3fU);
	bool mark = c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
		    (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;

	return n < 4 && mark ? c : 0;
}

char *text_tame(char *text)
{
	char *to = text;

	for (const char *p = text; *p;) {
		size_t n = utf8_length(p);

		if (*p == '\n' || *p == '\t') {
			*to++ = ' ';
		} else if (!n || text_mark(p, n)) {
			*to++ = '?';
		} else {
			memmove(to, p, n);
			to += n;
		}
		p += n ? n : 1;
	}
	*to = '\0';
	return text;
}

void text_printable(char *to, size_t size, const char *from)
{
	size_t at = 0;

	while (*from) {
		size_t n = utf8_length(from), take = n ? n : 1;
		bool bad = !n || text_mark(from, n);

		if (at + (bad ? 1 : n) >= size)
			break;
		if (bad) {
			to[at++] = '?';
		} else {
			memcpy(to + at, from, n);
			at += n;
		}
		from += take;
	}
	to[at] = '\0';
}
