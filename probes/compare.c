/* How the kernel means a text: the rules by which what was read is the same as what was written. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/compare.h"

#include <errno.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/cpuset.h"
#include "probes/parse.h"
#include "probes/util.h"

static const char *const compare_words[] = {
	[COMPARE_EXACT] = "exact",
	[COMPARE_LINE] = "line",
	[COMPARE_NUMBER] = "number",
	[COMPARE_CPUS] = "cpus",
	[COMPARE_CHOICE] = "choice",
	[COMPARE_AT_MOST] = "at-most",
};

const char *compare_word(enum compare how)
{
	return compare_words[how];
}

int compare_from_word(const char *word, enum compare *ret)
{
	for (size_t i = 0; i < COUNT(compare_words); i++)
		if (!strcmp(compare_words[i], word)) {
			*ret = (enum compare)i;
			return 0;
		}
	return -EINVAL;
}

static bool same_bytes(struct slice a, struct slice b)
{
	return a.len == b.len && !memcmp(a.p, b.p, a.len);
}

static struct slice without_end(const char *text)
{
	struct slice s = slice_of(text);

	while (s.len && strchr(" \t\n\r", s.p[s.len - 1]))
		s.len--;
	return s;
}

struct number {
	bool minus;
	uint64_t n;
};

static bool read_hex(struct slice s, uint64_t *ret)
{
	uint64_t n = 0;

	if (!s.len || s.len > 16)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		const char *digits = "0123456789abcdef", *at = strchr(digits, s.p[i] | 0x20);

		if (!s.p[i] || !at || !(s.p[i] & 0x20 || s.p[i] >= 'A'))
			return false;
		n = n << 4 | (uint64_t)(at - digits);
	}
	*ret = n;
	return true;
}

/* Decimal whatever zeros it begins with: the kernel pads with them and never means octal. */
static bool read_number(const char *text, struct number *ret)
{
	struct slice s = slice_trim(slice_of(text));

	*ret = (struct number){.minus = s.len && s.p[0] == '-'};
	if (ret->minus) {
		s.p++;
		s.len--;
	}
	if (s.len > 2 && s.p[0] == '0' && (s.p[1] | 0x20) == 'x')
		return read_hex((struct slice){s.p + 2, s.len - 2}, &ret->n);
	if (!s.len || s.p[0] < '0' || s.p[0] > '9' || parse_u64(s, &ret->n))
		return false;
	ret->minus &= ret->n != 0;
	return true;
}

static bool same_number(const char *wanted, const char *found)
{
	struct number w, f;

	if (!read_number(wanted, &w) || !read_number(found, &f))
		return false;
	return w.minus == f.minus && w.n == f.n;
}

static bool at_most(const char *wanted, const char *found)
{
	struct number w, f;

	return read_number(wanted, &w) && read_number(found, &f) && !w.minus && !f.minus && f.n <= w.n;
}

enum form { FORM_EITHER, FORM_LIST, FORM_MASK };

/* "10" can be CPU 10 or CPU 4: what is not clear by itself is read as the other text is, and as a list at last. */
static enum form form_of(struct slice s)
{
	size_t run = 0, last = 0;
	bool whole = true, comma = false;

	if (!s.len)
		return FORM_LIST;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			return FORM_MASK;
		if (c == '-' || c == ':')
			return FORM_LIST;
		if (c == ',') {
			whole &= !comma || run == 8;
			comma = true;
			run = 0;
		} else {
			run++;
		}
	}
	last = run;
	if (comma)
		return whole && last == 8 ? FORM_MASK : FORM_LIST;
	return s.len > 1 && s.p[0] == '0' ? FORM_MASK : FORM_EITHER;
}

static struct cpuset *read_cpus(struct arena *a, const char *text, enum form form)
{
	struct cpuset *set = NULL;
	int err = form == FORM_MASK ? cpuset_parse_mask(a, text, &set) : cpuset_parse_list(a, text, &set);

	return err ? NULL : set;
}

static bool same_cpus(const char *wanted, const char *found)
{
	struct slice w = slice_trim(slice_of(wanted)), f = slice_trim(slice_of(found));
	enum form wf = form_of(w), ff = form_of(f);
	struct arena *a;
	const struct cpuset *ws, *fs;
	bool same;

	if (same_bytes(w, f))
		return true;
	a = arena_new(0);
	ws = read_cpus(a, wanted, wf == FORM_EITHER ? ff : wf);
	fs = read_cpus(a, found, ff == FORM_EITHER ? wf : ff);
	same = ws && fs && cpuset_equal(ws, fs);
	arena_free(a);
	return same;
}

/* The word in brackets, or the whole when there are none. */
static struct slice chosen(const char *text)
{
	const char *open = strchr(text, '['), *close = open ? strchr(open, ']') : NULL;

	return close ? (struct slice){open + 1, (size_t)(close - open - 1)} : slice_trim(slice_of(text));
}

bool compare_equal(enum compare how, const char *wanted, const char *found)
{
	switch (how) {
	case COMPARE_EXACT:
		return !strcmp(wanted, found);
	case COMPARE_LINE:
		return same_bytes(without_end(wanted), without_end(found));
	case COMPARE_NUMBER:
		return same_number(wanted, found);
	case COMPARE_CPUS:
		return same_cpus(wanted, found);
	case COMPARE_CHOICE:
		return same_bytes(chosen(wanted), chosen(found));
	case COMPARE_AT_MOST:
		return at_most(wanted, found);
	}
	BUG("compare %d", (int)how);
}

bool compare_same(enum compare how, const char *before, const char *found)
{
	return !strcmp(before, found) || compare_equal(how == COMPARE_AT_MOST ? COMPARE_NUMBER : how, before, found);
}

const char *compare_writable(enum compare how, const char *text, struct arena *a)
{
	return how == COMPARE_CHOICE ? slice_text(a, chosen(text)) : text;
}
