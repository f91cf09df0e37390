/* A text that grows: for what is put together from many pieces. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_TEXT_H
#define PROBES_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct arena;

struct text {
	char *bytes; /* ends with a NUL */
	size_t len, size;
};

struct text text_begin(void);
__attribute__((format(printf, 2, 3))) void text_add(struct text *t, const char *format, ...);
/*
 * One line, or several where width is not 0: broken between words only, the next ones below the first word, which stands
 * in column indent. columns says how wide a word is.
 */
void text_add_wrapped(struct text *t, const char *text, int indent, int width, int (*columns)(const char *word));
/* A copy in the arena; t is gone. Without an arena there is no copy and NULL. */
char *text_end(struct text *t, struct arena *a);

/* How many columns it takes where each character takes one: continuation bytes take none. */
int text_columns(const char *text);
/* Length of the UTF-8 sequence at s, 0 when it is none: overlong forms, surrogates and all above U+10FFFF are none. */
size_t utf8_length(const char *s);
/* The code of this sequence of n bytes, when it is a control character or a mark that hides or turns text; else 0. */
uint32_t text_mark(const char *s, size_t n);
/*
 * Text of strangers made fit for a terminal, in place: what it would obey or turn around by (see text_mark) and what
 * is no UTF-8 become question marks, line ends and tabs blanks.
 */
char *text_tame(char *text);
/* A copy cut to size for one line of people: what is not printable, or would turn the line around, becomes '?'. */
void text_printable(char *to, size_t size, const char *from);

#endif
