/* JSON without its library: values are built and read through these few calls, and bytes that are no UTF-8 survive. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_JSON_H
#define PROBES_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* Any JSON value. Whoever makes one owns it until it is set into another; then it lives and dies with that one. */
struct js;

/* Never NULL: running out of memory ends the program. */
struct js *js_object(void);
struct js *js_array(void);
/*
 * A byte that is no UTF-8 becomes \xNN, and a backslash before an x becomes \x5c, so that js_get_text() gives back
 * the same bytes; all other text stays as it is. NULL gives null.
 */
struct js *js_text(const char *text);
struct js *js_u64(uint64_t u); /* above 2^63-1: a string of digits */
struct js *js_i64(int64_t i);
struct js *js_f64(double f); /* null when it is not finite */
struct js *js_bool(bool yes);
struct js *js_null(void);
void js_free(struct js *v); /* NULL is fine; never a value that was set or appended */

/* Both take the child over. A key that is there already gets the new value in its old place. */
void js_set(struct js *object, const char *key, struct js *child);
void js_append(struct js *array, struct js *child);

/* The whole as text for free(): on one line, or indented by 2; keys stand in the order in which they were set. */
char *js_dump(const struct js *v, bool pretty);

/* Reads one object or array and nothing behind it. NULL with a sentence in why, which may be NULL. */
struct js *js_parse(const char *text, size_t len, char why[200]);

/* Getters: the value belongs to its parent. Another type, a missing key and a NULL object are all "not there". */
struct js *js_get(const struct js *object, const char *key); /* NULL when it is not there */
bool js_is_object(const struct js *v);
bool js_is_array(const struct js *v);
bool js_is_null(const struct js *v);
size_t js_count(const struct js *array); /* 0 for what is no array */
struct js *js_at(const struct js *array, size_t i);
const char *js_get_text(const struct js *object, const char *key, struct arena *a); /* NULL when it is not there */
const char *js_read_text(const struct js *v, struct arena *a);
bool js_get_u64(const struct js *object, const char *key, uint64_t *ret); /* a string of digits is fine too */
bool js_get_i64(const struct js *object, const char *key, int64_t *ret);
bool js_get_bool(const struct js *object, const char *key, bool *ret);

static inline void js_set_text(struct js *object, const char *key, const char *text)
{
	js_set(object, key, js_text(text));
}

static inline void js_set_u64(struct js *object, const char *key, uint64_t u)
{
	js_set(object, key, js_u64(u));
}

static inline void js_set_i64(struct js *object, const char *key, int64_t i)
{
	js_set(object, key, js_i64(i));
}

static inline void js_set_f64(struct js *object, const char *key, double f)
{
	js_set(object, key, js_f64(f));
}

static inline void js_set_bool(struct js *object, const char *key, bool yes)
{
	js_set(object, key, js_bool(yes));
}

static inline void js_set_null(struct js *object, const char *key)
{
	js_set(object, key, js_null());
}

const char *js_library(void); /* the version of the library behind it */

#endif
