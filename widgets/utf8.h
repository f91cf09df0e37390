/* UTF-8 and the width of characters: strict, so that what a guest calls itself cannot move the screen. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WIDGETS_UTF8_H
#define WIDGETS_UTF8_H

#include <stdint.h>

enum { UTF8_BAD = 0xFFFFFFF };

/*
 * The code point at *text, which moves behind it; end may be NULL where a NUL ends the text, and must not stand at it.
 * UTF8_BAD, one byte on, for overlong forms, surrogates, what lies above 10FFFF and stray or missing bytes.
 */
uint32_t utf8_next(const char **text, const char *end);
/* Writes at most 4 bytes, no NUL; returns how many. */
int utf8_put(char *buf, uint32_t ch);

/*
 * What is shown of a character and on how many cells: itself, or '?' for control characters and what cannot be printed;
 * 0 cells: nothing, such as combining and direction marks.
 */
int char_shown(uint32_t *ch);

#endif
