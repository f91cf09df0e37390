/* Sets of CPUs as bits; lists and masks are read strictly, since a pin or an offline CPU hangs on them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/cpuset.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/util.h"

static uint32_t words(const struct cpuset *s)
{
	return s ? s->nbits / 64 : 0;
}

struct cpuset *cpuset_new(struct arena *a, uint32_t nbits)
{
	uint32_t n = (nbits + 63) / 64;
	struct cpuset *s = arena_alloc(a, sizeof(*s) + n * sizeof(s->word[0]));

	s->nbits = n * 64;
	return s;
}

struct cpuset *cpuset_copy(struct arena *a, const struct cpuset *s)
{
	struct cpuset *copy = cpuset_new(a, s->nbits);

	memcpy(copy->word, s->word, words(s) * sizeof(s->word[0]));
	return copy;
}

struct range {
	uint32_t first, last, used, group; /* used of each group of ids; plain ranges: 1 of 1 */
};

/* Reads decimal digits; returns what follows, or NULL. */
static const char *number(const char *p, uint32_t *ret, int *err)
{
	uint64_t n = 0;

	*err = -EINVAL;
	if (*p < '0' || *p > '9')
		return NULL;
	for (; *p >= '0' && *p <= '9'; p++) {
		n = n * 10 + (uint64_t)(*p - '0');
		if (n >= CPUSET_MAX) {
			*err = -ERANGE;
			return NULL;
		}
	}
	*ret = (uint32_t)n;
	return p;
}

/* Reads "3", "0-3" or "0-31:2/4". */
static const char *range(const char *p, struct range *r, int *err)
{
	*r = (struct range){.used = 1, .group = 1};
	p = number(p, &r->first, err);
	if (!p)
		return NULL;
	r->last = r->first;
	if (*p == '-')
		p = number(p + 1, &r->last, err);
	if (p && *p == ':') {
		p = number(p + 1, &r->used, err);
		*err = -EINVAL;
		if (!p || *p != '/')
			return NULL;
		p = number(p + 1, &r->group, err);
	}
	if (!p)
		return NULL;
	*err = -EINVAL;
	return r->last < r->first || !r->group || !r->used || r->used > r->group ? NULL : p;
}

static const char *skip_space(const char *p)
{
	while (*p == ' ' || *p == '\t' || *p == '\n')
		p++;
	return p;
}

/* Calls nothing but fills set, or with set NULL finds the highest id. Returns 0 or an error. */
static int each_range(const char *text, struct cpuset *set, int64_t *highest)
{
	const char *p = skip_space(text);
	struct range r;
	int err;

	while (*p) {
		p = range(p, &r, &err);
		if (!p)
			return err;
		if (highest && r.last > *highest)
			*highest = r.last;
		for (uint32_t id = r.first; set && id <= r.last; id++)
			if ((id - r.first) % r.group < r.used)
				cpuset_add(set, id);
		if (*p == ',') {
			p++;
			if (*p < '0' || *p > '9')
				return -EINVAL;
			continue;
		}
		p = skip_space(p);
		if (*p)
			return -EINVAL;
	}
	return 0;
}

int cpuset_parse_list(struct arena *a, const char *text, struct cpuset **ret)
{
	int64_t highest = -1;
	int err = each_range(text, NULL, &highest);

	if (err)
		return err;
	*ret = cpuset_new(a, (uint32_t)(highest + 1));
	return each_range(text, *ret, NULL);
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int cpuset_parse_mask(struct arena *a, const char *text, struct cpuset **ret)
{
	size_t digits = 0, bit = 0, end = strlen(text);
	struct cpuset *s;

	while (end && (text[end - 1] == '\n' || text[end - 1] == ' '))
		end--;
	for (size_t i = 0; i < end; i++) {
		if (text[i] == ',' && i && text[i - 1] != ',' && i + 1 < end)
			continue;
		if (hex(text[i]) < 0)
			return -EINVAL;
		digits++;
	}
	if (!digits)
		return -EINVAL;
	if (digits * 4 > CPUSET_MAX)
		return -ERANGE;
	s = cpuset_new(a, (uint32_t)digits * 4);
	for (size_t i = end; i > 0; i--) {
		if (text[i - 1] == ',')
			continue;
		s->word[bit / 64] |= (uint64_t)hex(text[i - 1]) << bit % 64;
		bit += 4;
	}
	*ret = s;
	return 0;
}

size_t cpuset_format(const struct cpuset *s, char *buf, size_t size)
{
	size_t len = 0;

	if (size)
		buf[0] = '\0';
	for (int64_t id = cpuset_next(s, -1), last; id >= 0; id = cpuset_next(s, last)) {
		char *at = len < size ? buf + len : NULL;
		size_t left = len < size ? size - len : 0;
		const char *comma = len ? "," : "";
		int n;

		for (last = id; cpuset_has(s, (uint32_t)last + 1); last++)
			;
		n = last > id ? snprintf(at, left, "%s%d-%d", comma, (int)id, (int)last)
			      : snprintf(at, left, "%s%d", comma, (int)id);
		len += (size_t)n;
	}
	return len;
}

char *cpuset_text(struct arena *a, const struct cpuset *s)
{
	size_t len = cpuset_format(s, NULL, 0);
	char *text = arena_alloc(a, len + 1);

	cpuset_format(s, text, len + 1);
	return text;
}

void cpuset_add(struct cpuset *s, uint32_t id)
{
	s->word[id / 64] |= UINT64_C(1) << id % 64;
}

void cpuset_remove(struct cpuset *s, uint32_t id)
{
	if (id < s->nbits)
		s->word[id / 64] &= ~(UINT64_C(1) << id % 64);
}

void cpuset_add_all(struct cpuset *s, const struct cpuset *more)
{
	for (uint32_t i = 0; i < words(more) && i < words(s); i++)
		s->word[i] |= more->word[i];
}

bool cpuset_has(const struct cpuset *s, uint32_t id)
{
	return s && id < s->nbits && s->word[id / 64] >> id % 64 & 1;
}

static uint64_t word_at(const struct cpuset *s, uint32_t i)
{
	return i < words(s) ? s->word[i] : 0;
}

bool cpuset_equal(const struct cpuset *a, const struct cpuset *b)
{
	return cpuset_subset(a, b) && cpuset_subset(b, a);
}

bool cpuset_subset(const struct cpuset *part, const struct cpuset *whole)
{
	for (uint32_t i = 0; i < words(part); i++)
		if (part->word[i] & ~word_at(whole, i))
			return false;
	return true;
}

bool cpuset_intersects(const struct cpuset *a, const struct cpuset *b)
{
	for (uint32_t i = 0; i < words(a); i++)
		if (a->word[i] & word_at(b, i))
			return true;
	return false;
}

uint32_t cpuset_count(const struct cpuset *s)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < words(s); i++)
		n += (uint32_t)__builtin_popcountll(s->word[i]);
	return n;
}

int64_t cpuset_next(const struct cpuset *s, int64_t after)
{
	uint64_t id = (uint64_t)(after + 1);

	for (uint32_t i = (uint32_t)(id / 64); i < words(s); i++) {
		uint64_t w = s->word[i];

		if (i == id / 64)
			w &= ~UINT64_C(0) << id % 64;
		if (w)
			return (int64_t)i * 64 + __builtin_ctzll(w);
	}
	return -1;
}

void cpuset_keep(struct cpuset **own, const struct cpuset *s)
{
	size_t size = sizeof(*s) + s->nbits / 64 * sizeof(s->word[0]);

	if (*own && cpuset_equal(*own, s))
		return;
	*own = xrealloc(*own, 1, size);
	memcpy(*own, s, size);
}
