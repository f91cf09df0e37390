/* Puts together what differs alike: a line for all CPUs that have the same, and for all their states too. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "probes/diff_impl.h"
#include "probes/text.h"

enum { KEYS_MOST = 8 };

/* Rows that differ alike: each of these keys with each of those within. */
struct product {
	const struct diff_seen *first; /* the lowest of them */
	uint32_t rows;
	size_t merging; /* the depth that is left out when products are compared */
	struct {
		const struct diff_key **key;
		size_t n;
	} at[ADDRESS_DEPTH];
};

static int by_keys(const struct product *x, const struct product *y, size_t depth)
{
	size_t n = x->at[depth].n;
	int order;

	if (n != y->at[depth].n)
		return n < y->at[depth].n ? -1 : 1;
	for (size_t i = 0; i < n; i++) {
		order = strcmp(x->at[depth].key[i]->label, y->at[depth].key[i]->label);
		if (order)
			return order;
	}
	return 0;
}

static int by_words(const struct diff_seen *x, const struct diff_seen *y)
{
	int order = (int)x->kind - (int)y->kind;

	if (!order)
		order = x->unread - y->unread;
	if (!order)
		order = strcmp(x->a ? x->a : "", y->a ? y->a : "");
	return order ? order : strcmp(x->b ? x->b : "", y->b ? y->b : "");
}

/* 0 for two that become one. */
static int unlike(const struct product *x, const struct product *y)
{
	int order = by_words(x->first, y->first);

	for (size_t d = 0; d < x->first->level->depth && !order; d++)
		if (d != x->merging)
			order = by_keys(x, y, d);
	return order;
}

static int by_likeness(const void *a, const void *b)
{
	const struct product *x = a, *y = b;
	int order = unlike(x, y);

	return order ? order : x->first < y->first ? -1 : x->first > y->first;
}

static int by_place(const void *a, const void *b)
{
	const struct product *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

/* Those from..to are alike but in this depth: the first gets the keys of all. */
static void merge(struct arena *a, struct product *from, const struct product *to, size_t depth)
{
	const struct diff_key **key;
	size_t n = 0;

	for (const struct product *p = from; p < to; p++)
		n += p->at[depth].n;
	key = arena_array(a, n, sizeof(*key));
	n = 0;
	for (const struct product *p = from; p < to; p++) {
		memcpy(&key[n], p->at[depth].key, p->at[depth].n * sizeof(*key));
		n += p->at[depth].n;
		if (p != from)
			from->rows += p->rows;
	}
	from->at[depth].key = key;
	from->at[depth].n = n;
}

static size_t merge_depth(struct arena *a, struct product *p, size_t n, size_t depth)
{
	size_t left = 0;

	for (size_t i = 0; i < n; i++)
		p[i].merging = depth;
	qsort(p, n, sizeof(*p), by_likeness);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && !unlike(&p[i], &p[end]); end++)
			;
		if (end > i + 1)
			merge(a, &p[i], &p[end], depth);
		p[left++] = p[i];
	}
	return left;
}

static const char *address_of(struct arena *a, const struct product *p, bool labels, size_t most)
{
	const struct diff_seen *seen = p->first;
	const struct diff_level *around[ADDRESS_DEPTH], *l = seen->level;
	struct text t = text_begin();

	for (size_t d = l->depth; d > 0; d--, l = l->around)
		around[d - 1] = l;
	text_add(&t, "%s", seen->level->probe->name);
	for (size_t d = 0; d < seen->level->depth; d++)
		text_add(&t, ".%s[%s]", around[d]->set->name, diff_keys(a, p->at[d].key, p->at[d].n, labels, most));
	if (seen->name)
		text_add(&t, ".%s", seen->name);
	return labels ? text_tame(text_end(&t, a)) : text_end(&t, a);
}

static enum difference_part part_of(const struct diff_seen *seen)
{
	if (seen->unread)
		return PART_UNREAD;
	if (seen->moves)
		return PART_MOVES;
	return seen->field && seen->field->flags & FIELD_WHO ? PART_WHO : PART_SET;
}

static struct difference line(struct arena *a, const struct product *p)
{
	const struct diff_seen *seen = p->first;
	struct product one = *p;

	for (size_t d = 0; d < seen->level->depth; d++) {
		one.at[d].key = arena_alloc(a, sizeof(*one.at[d].key));
		one.at[d].key[0] = seen->key[d];
		one.at[d].n = 1;
	}
	return (struct difference){.kind = seen->kind,
		.address = address_of(a, p, true, KEYS_MOST),
		.full = address_of(a, p, false, 0),
		.first = address_of(a, &one, false, 0),
		.probe = seen->level->probe,
		.field = seen->field,
		.a = seen->a,
		.b = seen->b,
		.va = seen->va,
		.vb = seen->vb,
		.rows = p->rows,
		.part = part_of(seen),
		.moves = seen->moves};
}

static struct product product_of(struct arena *a, const struct diff_seen *seen)
{
	struct product p = {.first = seen, .rows = 1};

	for (size_t d = 0; d < seen->level->depth; d++) {
		p.at[d].key = arena_alloc(a, sizeof(*p.at[d].key));
		p.at[d].key[0] = seen->key[d];
		p.at[d].n = 1;
	}
	return p;
}

static int by_key(const void *a, const void *b)
{
	const struct diff_key *const *x = a, *const *y = b;

	return strcmp((*x)->key, (*y)->key);
}

/* The keys of all rows in one depth, each once; their order is that of texts. */
static void all_keys(struct arena *a, const struct diff_seen *seen, size_t n, size_t depth, struct product *p)
{
	const struct diff_key **key = arena_array(a, n, sizeof(*key));
	size_t left = 0;

	for (size_t i = 0; i < n; i++)
		key[i] = seen[i].key[depth];
	qsort(key, n, sizeof(*key), by_key);
	for (size_t i = 0; i < n; i++)
		if (!left || strcmp(key[i]->key, key[left - 1]->key) != 0)
			key[left++] = key[i];
	p->at[depth].key = key;
	p->at[depth].n = left;
}

static void widen(struct difference_range *r, double v, bool first)
{
	r->low = first || v < r->low ? v : r->low;
	r->high = first || v > r->high ? v : r->high;
	r->mean += v;
}

/* Numbers that move are another pair in each row: one line says between what they lie. */
static void put_range(struct arena *a, const struct diff_seen *seen, size_t n,
	void (*put)(void *arg, const struct difference *d), void *arg)
{
	struct difference_range *r = arena_array(a, 2, sizeof(*r));
	struct product p = {.first = seen, .rows = (uint32_t)n};
	struct difference d;

	for (size_t i = 0; i < seen->level->depth; i++)
		all_keys(a, seen, n, i, &p);
	for (size_t i = 0; i < n; i++) {
		widen(&r[0], value_number(*seen[i].va, seen->field->type), !i);
		widen(&r[1], value_number(*seen[i].vb, seen->field->type), !i);
	}
	r[0].mean /= (double)n;
	r[1].mean /= (double)n;
	d = line(a, &p);
	d.range = r;
	d.a = diff_range_words(a, seen->field, &r[0]);
	d.b = diff_range_words(a, seen->field, &r[1]);
	put(arg, &d);
}

/* Those that become a range, moved to the front in their order; how many they are. */
static size_t ranged(struct arena *a, struct diff_seen *seen, size_t n)
{
	struct diff_seen *rest = arena_array(a, n, sizeof(*rest));
	size_t left = 0, others = 0;

	for (size_t i = 0; i < n; i++)
		if (seen[i].is_range)
			seen[left++] = seen[i];
		else
			rest[others++] = seen[i];
	if (others)
		memcpy(&seen[left], rest, others * sizeof(*rest));
	for (size_t i = 1; i < left; i++)
		if (by_words(&seen[0], &seen[i]))
			return left;
	return 0; /* all the same: a line as others */
}

void diff_group(struct arena *arena, struct diff_seen *seen, size_t n,
	void (*put)(void *arg, const struct difference *d), void *arg)
{
	size_t range = ranged(arena, seen, n);
	struct product *p = arena_array(arena, n - range, sizeof(*p));

	if (range)
		put_range(arena, seen, range, put, arg);
	seen += range;
	n -= range;
	for (size_t i = 0; i < n; i++)
		p[i] = product_of(arena, &seen[i]);
	for (size_t d = n ? seen->level->depth : 0; d > 0; d--)
		n = merge_depth(arena, p, n, d - 1);
	if (n)
		qsort(p, n, sizeof(*p), by_place);
	for (size_t i = 0; i < n; i++) {
		struct difference d = line(arena, &p[i]);

		put(arg, &d);
	}
}
