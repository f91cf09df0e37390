/* The texts of a capture: what may stand in them, escapes, and braces that stand for numbers. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_CAPTURE_TEXT_H
#define PROBES_HOST_CAPTURE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probes/parse.h"

/* Bytes that grow. */
struct bytes {
	char *p; /* with a NUL behind them once something was put */
	size_t len, size;
};

void bytes_put(struct bytes *b, const char *p, size_t len);
void bytes_free(struct bytes *b);

/* What may stand in a text besides printable characters and escapes. */
enum {
	TEXT_TAB = 1, /* tabs as they are */
	TEXT_END = 2, /* \c at its end */
	TEXT_SET = 4, /* {0-3} */
	TEXT_SUM = 8, /* {}, {%4}: of a number from outside; a set of its own allows them too */
};

struct text_size {
	uint64_t times; /* as often as its set says; 1 without */
	uint64_t most; /* bytes of all of them at most, with a newline each */
	bool set, ends; /* it has a set, \c */
};

/* NULL, or what is wrong with it. */
const char *text_check(struct slice s, unsigned may, struct text_size *ret);
/* Nothing in it that means something else: no escapes, no braces. */
bool text_is_plain(struct slice s);
/* Its bytes, escapes and braces (in a text that was checked) filled in. */
void text_fill(struct bytes *to, struct slice s, uint32_t number);
bool text_ends(struct slice s); /* with \c */

/* The numbers of a set; all zero is an empty one. */
struct numbers {
	struct slice rest; /* "4-7,9" */
	uint32_t next, left;
};

/* The set in a text, false when there is none. Between the braces it may be wrong. */
bool set_find(struct slice s, struct numbers *ret);
bool numbers_next(struct numbers *n, uint32_t *ret);
/* What stands between two braces: NULL, or what is wrong. Of a set how many numbers it has is added to times. */
const char *set_check(struct slice inside, uint64_t *times);
const char *sum_check(struct slice inside);
int64_t sum_of(struct slice inside, int64_t number);

#endif
