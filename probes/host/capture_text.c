/* Checks and fills in the texts of a capture: eight bytes at once where nothing stands that means something else. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/capture_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/text.h"
#include "probes/util.h"

enum { SUM_MOST = 20 }; /* bytes of what a sum makes */

void bytes_put(struct bytes *b, const char *p, size_t len)
{
	if (b->size - b->len < len + 1) {
		b->size = 2 * b->size + len + 64;
		b->p = xrealloc(b->p, b->size, 1);
	}
	memcpy(b->p + b->len, p, len);
	b->len += len;
	b->p[b->len] = '\0';
}

void bytes_free(struct bytes *b)
{
	free(b->p);
	*b = (struct bytes){0};
}

static int hex(char c)
{
	const char *digits = "0123456789abcdef0123456789ABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)((at - digits) % 16) : -1;
}

/* Marks each byte that is a control, no ASCII, a backslash, or '{' and above: few texts have one. */
static uint64_t odd_bytes(uint64_t v)
{
	const uint64_t each = 0x0101010101010101U, top = 0x80 * each;
	uint64_t backslash = v ^ '\\' * each;

	return ((v - 0x20 * each) | (v + (0x80 - '{') * each) | (backslash - each) | v) & top;
}

static bool eight_are_plain(const char *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
	return !odd_bytes(v);
}

bool text_is_plain(struct slice s)
{
	char few[8] = "        ";

	if (s.len < 8) {
		memcpy(few, s.p, s.len);
		return eight_are_plain(few);
	}
	for (size_t i = 0; i + 8 < s.len; i += 8)
		if (!eight_are_plain(s.p + i))
			return false;
	return eight_are_plain(s.p + s.len - 8);
}

/* At a backslash; how many bytes it takes, 0 when it is no escape. */
static size_t escape(struct slice s, size_t i, char *ret)
{
	char c = i + 1 < s.len ? s.p[i + 1] : '\0';

	if (c == 'x' && i + 3 < s.len && hex(s.p[i + 2]) >= 0 && hex(s.p[i + 3]) >= 0) {
		*ret = (char)(hex(s.p[i + 2]) << 4 | hex(s.p[i + 3]));
		return 4;
	}
	*ret = c == 'n' ? '\n' : c == 't' ? '\t' : c;
	return c == 'n' || c == 't' || c == '\\' ? 2 : 0;
}

/* The braces at p; what is between them, false when they do not close. */
static bool braces(struct slice s, size_t i, struct slice *ret)
{
	const char *close = memchr(s.p + i, '}', s.len - i);

	if (close)
		*ret = (struct slice){s.p + i + 1, (size_t)(close - s.p) - i - 1};
	return close != NULL;
}

static bool is_set(struct slice inside)
{
	return inside.len && inside.p[0] >= '0' && inside.p[0] <= '9';
}

/* At a brace; how many bytes it takes, or 0 and what is wrong. */
static size_t check_braces(struct slice s, size_t i, unsigned may, struct text_size *size, const char **ret_wrong)
{
	struct slice inside;

	*ret_wrong = "a brace that does not close; as it is, it is written \\x7b or \\x7d";
	if (s.p[i] == '}' || !braces(s, i, &inside))
		return 0;
	if (is_set(inside)) {
		if (!(may & TEXT_SET))
			*ret_wrong = "there can be no set here";
		else if (size->set)
			*ret_wrong = "there is a set already";
		else
			*ret_wrong = set_check(inside, &size->times);
		size->set = true;
	} else {
		*ret_wrong = may & TEXT_SUM ? sum_check(inside) : "there is no set that these braces could mean";
	}
	return *ret_wrong ? 0 : inside.len + 2;
}

/* How many bytes the character takes, or 0 and what is wrong. */
static size_t check_one(struct slice s, size_t i, unsigned may, struct text_size *size, const char **ret_wrong)
{
	unsigned char c = (unsigned char)s.p[i];
	size_t n;
	char is;

	*ret_wrong = NULL;
	if (c == '\\') {
		size->ends = i + 2 == s.len && s.p[i + 1] == 'c' && (may & TEXT_END);
		n = size->ends ? 2 : escape(s, i, &is);
		*ret_wrong =
			n ? NULL : "a backslash is \\\\, and escapes are \\n, \\t, \\xNN, and \\c at the end of a text";
		return n;
	}
	if (c == '{' || c == '}')
		return check_braces(s, i, may, size, ret_wrong);
	if (c == '\t' && (may & TEXT_TAB))
		return 1;
	n = utf8_length(s.p + i);
	if (!n)
		*ret_wrong = "a byte that is no UTF-8; it is written \\xNN";
	else if (c == '\r' && i + 1 == s.len)
		*ret_wrong = "it ends as lines of Windows do, with a carriage return";
	else if (text_mark(s.p + i, n) || c == 0)
		*ret_wrong = "a control character; it is written \\xNN";
	return *ret_wrong ? 0 : n;
}

const char *text_check(struct slice s, unsigned may, struct text_size *ret)
{
	const char *wrong;
	struct numbers set;
	uint64_t sums = 0, escaped = 0;

	*ret = (struct text_size){.times = 0};
	if (text_is_plain(s)) {
		ret->times = 1;
		ret->most = s.len + 1;
		return NULL;
	}
	if (may & TEXT_SET && set_find(s, &set))
		may |= TEXT_SUM;
	for (size_t i = 0, n; i < s.len; i += n) {
		n = 8;
		if (i + n <= s.len && eight_are_plain(s.p + i))
			continue;
		n = check_one(s, i, may, ret, &wrong);
		if (!n)
			return wrong;
		sums += s.p[i] == '{';
		escaped += s.p[i] == '\\' ? n - 1 : 0;
	}
	ret->times += !ret->set;
	ret->most = ret->times * (s.len - escaped + sums * SUM_MOST + 1);
	return NULL;
}

bool text_ends(struct slice s)
{
	size_t backslashes = 0;

	if (s.len < 2 || s.p[s.len - 1] != 'c')
		return false;
	while (backslashes + 1 < s.len && s.p[s.len - 2 - backslashes] == '\\')
		backslashes++;
	return backslashes % 2 == 1;
}

void text_fill(struct bytes *to, struct slice s, uint32_t number)
{
	if (text_is_plain(s)) {
		bytes_put(to, s.p, s.len);
		return;
	}
	for (size_t i = 0, run, n; i < s.len; i += n) {
		struct slice inside;
		char word[SUM_MOST + 2], c;

		for (run = i; run < s.len && s.p[run] != '\\' && s.p[run] != '{';)
			run++;
		bytes_put(to, s.p + i, run - i);
		i = run;
		if (i == s.len)
			break;
		if (s.p[i] == '\\') {
			n = escape(s, i, &c);
			bytes_put(to, &c, n > 0);
			n += n ? 0 : 2;
			continue;
		}
		if (!braces(s, i, &inside))
			BUG("braces that were checked do not close");
		int64_t is = is_set(inside) ? number : sum_of(inside, number);
		bytes_put(to, word, (size_t)snprintf(word, sizeof(word), "%lld", (long long)is));
		n = inside.len + 2;
	}
}
