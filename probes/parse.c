/* Reading the kernel's texts without copying them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/parse.h"

#include <errno.h>
#include <string.h>

#include "probes/arena.h"

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

struct slice slice_of(const char *text)
{
	return (struct slice){text, text ? strlen(text) : 0};
}

struct slice slice_trim(struct slice s)
{
	while (s.len && blank(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len && blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

bool slice_is(struct slice s, const char *text)
{
	return strlen(text) == s.len && memcmp(s.p, text, s.len) == 0;
}

bool slice_starts(struct slice s, const char *text)
{
	size_t len = strlen(text);

	return len <= s.len && memcmp(s.p, text, len) == 0;
}

char *slice_text(struct arena *a, struct slice s)
{
	return arena_text(a, s.len ? s.p : "", s.len);
}

bool slice_line(struct slice *rest, struct slice *ret)
{
	const char *end;

	if (!rest->len)
		return false;
	end = memchr(rest->p, '\n', rest->len);
	*ret = (struct slice){rest->p, end ? (size_t)(end - rest->p) : rest->len};
	rest->p += ret->len + (end != NULL);
	rest->len -= ret->len + (end != NULL);
	return true;
}

bool slice_word(struct slice *rest, struct slice *ret)
{
	size_t n = 0;

	while (rest->len && blank(rest->p[0])) {
		rest->p++;
		rest->len--;
	}
	while (n < rest->len && !blank(rest->p[n]))
		n++;
	*ret = (struct slice){rest->p, n};
	rest->p += n;
	rest->len -= n;
	return n > 0;
}

bool slice_pair(struct slice line, char sign, struct slice *ret_key, struct slice *ret_value)
{
	const char *at = line.len ? memchr(line.p, sign, line.len) : NULL;

	if (!at)
		return false;
	*ret_key = slice_trim((struct slice){line.p, (size_t)(at - line.p)});
	*ret_value = slice_trim((struct slice){at + 1, line.len - (size_t)(at - line.p) - 1});
	return true;
}

int parse_u64(struct slice s, uint64_t *ret)
{
	uint64_t n = 0;

	s = slice_trim(s);
	if (!s.len)
		return -EINVAL;
	for (size_t i = 0; i < s.len; i++) {
		unsigned digit = (unsigned)(unsigned char)s.p[i] - '0';

		if (digit > 9)
			return -EINVAL;
		if (n > (UINT64_MAX - digit) / 10)
			return -ERANGE;
		n = n * 10 + digit;
	}
	*ret = n;
	return 0;
}

int parse_i64(struct slice s, int64_t *ret)
{
	uint64_t n;
	bool minus;
	int err;

	s = slice_trim(s);
	minus = s.len && s.p[0] == '-';
	if (minus) {
		s.p++;
		s.len--;
		if (!s.len || blank(s.p[0]))
			return -EINVAL;
	}
	err = parse_u64(s, &n);
	if (err)
		return err;
	if (n > (uint64_t)INT64_MAX + minus)
		return -ERANGE;
	*ret = minus ? (int64_t)(0 - n) : (int64_t)n;
	return 0;
}

bool answer_value(const char *text, const char *key, struct slice *ret)
{
	struct slice rest = slice_of(text), line, name, value;

	while (slice_line(&rest, &line))
		if (slice_pair(line, '=', &name, &value) && slice_is(name, key)) {
			*ret = value;
			return true;
		}
	return false;
}

bool answer_number(const char *text, const char *key, uint64_t *ret)
{
	struct slice s;

	return answer_value(text, key, &s) && parse_u64(s, ret) == 0;
}

bool parse_release(const char *release, unsigned *ret_major, unsigned *ret_minor)
{
	uint64_t part[2];
	const char *p = release;

	for (int i = 0; i < 2; i++) {
		size_t n = strspn(p, "0123456789");

		if (!n || n > 6 || parse_u64((struct slice){p, n}, &part[i]))
			return false;
		p += n;
		if (i == 0 && *p++ != '.')
			return false;
	}
	*ret_major = (unsigned)part[0];
	*ret_minor = (unsigned)part[1];
	return true;
}
