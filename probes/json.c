/* The one file that knows jansson; the names in json.h begin with js_ because jansson owns json_. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/json.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/text.h"
#include "probes/util.h"

static struct js *must(json_t *v)
{
	if (v == NULL)
		BUG("JSON value could not be made");
	return (struct js *)(void *)v;
}

/* jansson's readers take const, its writers and reference counts do not; js hides the difference in this one place. */
static json_t *inner(const struct js *v)
{
	union {
		const struct js *from;
		json_t *to;
	} u = {.from = v};

	return u.to;
}

static char *escape(const char *text)
{
	char *out = xcalloc(strlen(text) * 4 + 1, 1);
	size_t at = 0;

	for (const unsigned char *s = (const unsigned char *)text; *s != '\0';) {
		size_t n = utf8_length((const char *)s);

		if (n == 0 || (s[0] == '\\' && s[1] == 'x')) {
			snprintf(out + at, 5, "\\x%02x", *s);
			at += 4;
			s++;
			continue;
		}
		memcpy(out + at, s, n);
		at += n;
		s += n;
	}
	return out;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static char *unescape(struct arena *a, const char *text)
{
	char *out = arena_alloc(a, strlen(text) + 1);
	size_t at = 0;

	while (*text != '\0') {
		int high = text[0] == '\\' && text[1] == 'x' ? hex(text[2]) : -1;
		int low = high >= 0 ? hex(text[3]) : -1;

		if (low >= 0 && high + low > 0) {
			out[at++] = (char)(high << 4 | low);
			text += 4;
		} else {
			out[at++] = *text++;
		}
	}
	return out;
}

struct js *js_object(void)
{
	return must(json_object());
}

struct js *js_array(void)
{
	return must(json_array());
}

struct js *js_text(const char *text)
{
	char *escaped;
	struct js *v;

	if (text == NULL)
		return js_null();
	escaped = escape(text);
	v = must(json_string(escaped));
	free(escaped);
	return v;
}

struct js *js_u64(uint64_t u)
{
	char digits[24];

	if (u <= INT64_MAX)
		return must(json_integer((json_int_t)u));
	snprintf(digits, sizeof(digits), "%llu", (unsigned long long)u);
	return must(json_string(digits));
}

struct js *js_i64(int64_t i)
{
	return must(json_integer(i));
}

struct js *js_f64(double f)
{
	return isfinite(f) ? must(json_real(f)) : js_null();
}

struct js *js_bool(bool yes)
{
	return must(json_boolean(yes));
}

struct js *js_null(void)
{
	return must(json_null());
}

void js_free(struct js *v)
{
	json_decref(inner(v));
}

void js_set(struct js *object, const char *key, struct js *child)
{
	char *escaped = escape(key);

	if (json_object_set_new(inner(object), escaped, inner(child)) != 0)
		BUG("JSON key %s could not be set", key);
	free(escaped);
}

void js_append(struct js *array, struct js *child)
{
	if (json_array_append_new(inner(array), inner(child)) != 0)
		BUG("JSON array could not grow");
}

/* What jansson leaves as it is though a terminal would obey it or turn the line around; only strings can have it. */
static char *escape_marks(char *text)
{
	struct text t = text_begin();
	const char *plain = text;
	uint32_t mark;

	for (const char *p = text; *p != '\0';) {
		size_t n = utf8_length(p);

		mark = *p == '\n' ? 0 : text_mark(p, n);
		p += n;
		if (mark != 0) {
			text_add(&t, "%.*s\\u%04x", (int)(p - plain - (ptrdiff_t)n), plain, (unsigned)mark);
			plain = p;
		}
	}
	if (plain == text) {
		text_end(&t, NULL);
		return text;
	}
	text_add(&t, "%s", plain);
	free(text);
	return t.bytes;
}

char *js_dump(const struct js *v, bool pretty)
{
	/* 15 digits: what was 0.1 stays 0.1 */
	char *text = json_dumps(
		inner(v), JSON_ENCODE_ANY | JSON_REAL_PRECISION(15) | (pretty ? JSON_INDENT(2) : JSON_COMPACT));

	if (text == NULL)
		BUG("JSON could not be written");
	return escape_marks(text);
}

struct js *js_parse(const char *text, size_t len, char why[200])
{
	json_error_t error;
	json_t *v = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);

	if (v == NULL && why != NULL)
		snprintf(why, 200, "line %d, column %d: %.160s", error.line, error.column, error.text);
	return (struct js *)(void *)v;
}

struct js *js_get(const struct js *object, const char *key)
{
	return (struct js *)(void *)json_object_get(inner(object), key);
}

bool js_is_object(const struct js *v)
{
	return json_is_object(inner(v));
}

bool js_is_array(const struct js *v)
{
	return json_is_array(inner(v));
}

bool js_is_null(const struct js *v)
{
	return json_is_null(inner(v));
}

size_t js_count(const struct js *array)
{
	return json_array_size(inner(array));
}

struct js *js_at(const struct js *array, size_t i)
{
	return (struct js *)(void *)json_array_get(inner(array), i);
}

const char *js_read_text(const struct js *v, struct arena *a)
{
	const char *text = json_string_value(inner(v));

	return text != NULL ? unescape(a, text) : NULL;
}

const char *js_get_text(const struct js *object, const char *key, struct arena *a)
{
	return js_read_text(js_get(object, key), a);
}

static bool digits_u64(const char *text, uint64_t *ret)
{
	uint64_t u = 0;

	if (text == NULL || *text == '\0')
		return false;
	for (; *text >= '0' && *text <= '9'; text++) {
		if (__builtin_mul_overflow(u, 10, &u) || __builtin_add_overflow(u, (uint64_t)(*text - '0'), &u))
			return false;
	}
	if (*text != '\0')
		return false;
	*ret = u;
	return true;
}

bool js_get_u64(const struct js *object, const char *key, uint64_t *ret)
{
	json_t *v = inner(js_get(object, key));

	if (json_is_string(v))
		return digits_u64(json_string_value(v), ret);
	if (!json_is_integer(v) || json_integer_value(v) < 0)
		return false;
	*ret = (uint64_t)json_integer_value(v);
	return true;
}

bool js_get_i64(const struct js *object, const char *key, int64_t *ret)
{
	json_t *v = inner(js_get(object, key));

	if (!json_is_integer(v))
		return false;
	*ret = json_integer_value(v);
	return true;
}

bool js_get_bool(const struct js *object, const char *key, bool *ret)
{
	json_t *v = inner(js_get(object, key));

	if (!json_is_boolean(v))
		return false;
	*ret = json_is_true(v);
	return true;
}

const char *js_library(void)
{
	return jansson_version_str();
}
