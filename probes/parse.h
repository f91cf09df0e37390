/* Reading the kernel's texts: numbers, lines, words and key-value files. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_PARSE_H
#define PROBES_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* A piece of somebody else's text: not ended by a NUL, not owned. */
struct slice {
	const char *p;
	size_t len;
};

struct slice slice_of(const char *text);
struct slice slice_trim(struct slice s); /* white space at both ends */
bool slice_is(struct slice s, const char *text);
bool slice_starts(struct slice s, const char *text);
char *slice_text(struct arena *a, struct slice s);

/* Takes the next line (without its newline) off the front; false when nothing is left. */
bool slice_line(struct slice *rest, struct slice *ret);
/* Takes the next word, parted by blanks; false when nothing is left. */
bool slice_word(struct slice *rest, struct slice *ret);
/* Parts "key<blanks>:<blanks>value" or "key=value" at the first such sign; false when there is none. */
bool slice_pair(struct slice line, char sign, struct slice *ret_key, struct slice *ret_value);

/* Whole text as a number, white space at both ends allowed. -EINVAL when it is none, -ERANGE when it does not fit. */
int parse_u64(struct slice s, uint64_t *ret);
int parse_i64(struct slice s, int64_t *ret);

/* Finds `key` in lines of key=value, as the @ paths answer; false when it is not there. */
bool answer_value(const char *text, const char *key, struct slice *ret);
/* The same as a number; false too when it is none. */
bool answer_number(const char *text, const char *key, uint64_t *ret);

/* "6.1.0-56-amd64" gives 6 and 1; false when it does not begin like that. */
bool parse_release(const char *release, unsigned *ret_major, unsigned *ret_minor);

#endif
