/* Getting values for a probe: read one path, understand it, and keep what went wrong as part of the value. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_GET_H
#define PROBES_GET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probes/probe.h"

/* The whole text, trimmed, in the tick's arena. src: which rung of the field's sources this path is. */
struct value get_text(const struct tick *t, unsigned src, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
struct value get_u64(const struct tick *t, unsigned src, const char *format, ...) __attribute__((format(printf, 3, 4)));
struct value get_i64(const struct tick *t, unsigned src, const char *format, ...) __attribute__((format(printf, 3, 4)));
struct value get_bool(const struct tick *t, unsigned src, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
struct value get_list(const struct tick *t, unsigned src, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
struct value get_mask(const struct tick *t, unsigned src, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The word in brackets of "always [madvise] never"; a text of one word needs none. */
struct value get_choice(const struct tick *t, unsigned src, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The last name of what a symbolic link points to: "ixgbe" of …/driver. */
struct value get_link_name(const struct tick *t, unsigned src, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* What an answer's text means; a value with the error when it means nothing. */
struct value text_value(
	struct arena *a, const char *text, unsigned src); /* trimmed; the empty text is -ENODATA's kin: ABSENT */
struct value u64_value(const char *text, unsigned src);
struct value i64_value(const char *text, unsigned src);
struct value bool_value(const char *text, unsigned src); /* 0 or 1, also N and Y */

/* Ids of the entries "PREFIX<number>" of a folder, as a set. A negative errno when it cannot be listed. */
int get_ids(const struct tick *t, const char *folder, const char *prefix, struct cpuset **ret);

/*
 * Names of what is in a folder, sorted, at most so many, in the tick's arena; none that begins with a dot. 0 or a
 * negative errno, with those that came before it.
 */
int get_names(const struct tick *t, const char *folder, size_t most, const char *const **ret, size_t *ret_n);

/*
 * A file that is read again and again: kept by the host, until it is dropped or the host has no more room. Zeroed: not
 * tried yet. Belongs to a probe's state.
 */
struct kept {
	int id; /* > 0: the host's number + 1; KEPT_NO: read by path */
};
enum { KEPT_NO = -1 };
struct answer;
/* 0 and the answer, or an error; on -ENODEV and -ESRCH the file is dropped and tried anew the next time. */
int kept_read(struct host *h, struct kept *k, const char *path, struct answer *ret);
void kept_drop(struct host *h, struct kept *k);

#endif
