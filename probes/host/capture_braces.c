/* Braces of captures written by hand: sets of numbers, and what is reckoned of one. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/capture_text.h"

#include <string.h>

#include "probes/host/capture.h"

enum { DIGITS_MOST = 9 }; /* so that any number fits, and any sum of them */

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Takes a number off the front; false when there is none, or too long a one. */
static bool take_number(struct slice *s, uint32_t *ret)
{
	size_t n = 0;

	for (*ret = 0; n < s->len && digit(s->p[n]); n++) {
		if (n == DIGITS_MOST)
			return false;
		*ret = *ret * 10 + (uint32_t)(s->p[n] - '0');
	}
	s->p += n;
	s->len -= n;
	return n > 0;
}

static bool take(struct slice *s, char c)
{
	if (!s->len || s->p[0] != c)
		return false;
	s->p++;
	s->len--;
	return true;
}

bool set_find(struct slice s, struct numbers *ret)
{
	const char *end = s.p + s.len;

	*ret = (struct numbers){.left = 0};
	for (const char *p = s.p; p < end && (p = memchr(p, '{', (size_t)(end - p))); p++) {
		if (p + 1 == end || !digit(p[1]))
			continue;
		const char *close = memchr(p, '}', (size_t)(end - p));
		ret->rest = (struct slice){p + 1, (size_t)((close ? close : end) - p - 1)};
		return true;
	}
	return false;
}

/* The next "4-7" or "9". */
static bool take_range(struct slice *s, uint32_t *ret_first, uint32_t *ret_last)
{
	if (!take_number(s, ret_first))
		return false;
	*ret_last = *ret_first;
	return !take(s, '-') || take_number(s, ret_last);
}

bool numbers_next(struct numbers *n, uint32_t *ret)
{
	uint32_t last;

	if (!n->left) {
		if (!n->rest.len || !take_range(&n->rest, &n->next, &last))
			return false;
		n->left = last - n->next + 1;
		take(&n->rest, ',');
	}
	n->left--;
	*ret = n->next++;
	return true;
}

const char *set_check(struct slice inside, uint64_t *times)
{
	uint32_t first, last;

	do {
		if (!take_range(&inside, &first, &last))
			return "a set is numbers such as {0-3,8}, of at most nine digits";
		if (last < first)
			return "a set counts upward";
		*times += last - first + 1;
		if (*times > CAPTURE_TEXT_MOST)
			return "a set of so many numbers that nothing can hold what it makes";
	} while (take(&inside, ','));
	return inside.len ? "a set is numbers such as {0-3,8}" : NULL;
}

const char *sum_check(struct slice inside)
{
	uint32_t by;

	for (unsigned terms = 0; inside.len; terms++) {
		char how = inside.p[0];
		inside.p++;
		inside.len--;
		if (!strchr("+-/%", how) || !how || !take_number(&inside, &by))
			return "braces hold a set such as {0-3,8}, or a sum such as {%4+1}";
		if (!by && (how == '/' || how == '%'))
			return "nothing can be divided by 0";
		if (terms == CAPTURE_TERMS_MOST)
			return "a sum in braces has at most 8 terms";
	}
	return NULL;
}

int64_t sum_of(struct slice inside, int64_t number)
{
	uint32_t by;

	while (inside.len) {
		char how = inside.p[0];
		inside.p++;
		inside.len--;
		if (!take_number(&inside, &by))
			break;
		if (how == '+')
			number += by;
		else if (how == '-')
			number -= by;
		else if (how == '/')
			number /= by;
		else
			number %= by;
	}
	return number;
}
