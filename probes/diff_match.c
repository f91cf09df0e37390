/* Which row of one machine is which of the other: by its key, or by what a key that is given anew stands for. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/diff_impl.h"
#include "probes/parse.h"

/* A row and the text that makes it the same as one over there. */
struct named_row {
	const char *same;
	const char *key;
	const void *row;
	uint32_t at; /* its place among the rows */
	uint32_t nth; /* of those with this text, from 0 */
};

static int by_text(const void *a, const void *b)
{
	const struct named_row *x = a, *y = b;
	int order = strcmp(x->same, y->same);

	return order ? order : x->at < y->at ? -1 : x->at > y->at;
}

static const char *key_of(struct arena *a, const struct row_set *set, const void *row)
{
	char key[2 * ADDRESS_KEY];

	address_key(set, row, key, sizeof(key));
	return arena_strdup(a, key);
}

static const char *text_of(struct arena *a, const struct row_set *set, const void *row, struct slice name)
{
	const char *wanted = slice_text(a, name);
	const struct field *f = field_find(set->fields, set->nfields, wanted);

	if (!f)
		BUG("no field %s in %s", wanted, set->name);
	return f->type == TYPE_TEXT ? value_text_or(*field_value(f, row), NULL) : NULL;
}

/* The texts of these fields that are known, parted by blanks; NULL when none is. */
static const char *texts_of(struct arena *a, const struct row_set *set, const void *row, const char *names)
{
	struct slice rest = slice_of(names), name;
	const char *all = NULL;

	while (slice_word(&rest, &name)) {
		const char *text = text_of(a, set, row, name);

		if (text && *text)
			all = all ? arena_printf(a, "%s %s", all, text) : text;
	}
	return all;
}

static const char *same_of(struct arena *a, const struct diff_level *l, const void *row, const char *key)
{
	const struct diff_rows *r = l->rows;
	const char *text = r && r->same ? texts_of(a, l->set, row, r->same) : NULL;

	if (text && r->cut && strncmp(text, r->cut, strlen(r->cut)) == 0)
		return r->cut;
	return text ? text : key;
}

/* Sorted by their texts. */
static struct named_row *name_rows(struct arena *a, const struct diff_level *l, const struct rows *rows)
{
	struct named_row *n = arena_array(a, rows->n, sizeof(*n));

	for (uint32_t i = 0; i < rows->n; i++) {
		n[i].row = rows_at(l->set, rows, i);
		n[i].at = i;
		n[i].key = key_of(a, l->set, n[i].row);
		n[i].same = same_of(a, l, n[i].row, n[i].key);
	}
	if (rows->n)
		qsort(n, rows->n, sizeof(*n), by_text);
	for (uint32_t i = 1; i < rows->n; i++)
		if (strcmp(n[i].same, n[i - 1].same) == 0)
			n[i].nth = n[i - 1].nth + 1;
	return n;
}

static int compare_rows(const struct named_row *x, const struct named_row *y)
{
	int order = strcmp(x->same, y->same);

	return order ? order : x->nth < y->nth ? -1 : x->nth > y->nth;
}

static struct diff_pair pair_of(
	struct arena *a, const struct diff_level *l, const struct named_row *x, const struct named_row *y)
{
	const struct named_row *n = x ? x : y;
	const char *label = l->rows && l->rows->label ? texts_of(a, l->set, n->row, l->rows->label) : n->same;

	if (label && n->nth)
		label = arena_printf(a, "%s #%u", label, n->nth + 1);
	return (struct diff_pair){x ? x->row : NULL, y ? y->row : NULL, {n->key, label ? label : n->key}};
}

size_t diff_pairs(struct arena *arena, const struct diff_level *l, const struct rows *a, const struct rows *b,
	struct diff_pair **ret)
{
	struct named_row *x = name_rows(arena, l, a), *y = name_rows(arena, l, b);
	struct diff_pair *pair = arena_array(arena, (size_t)a->n + b->n, sizeof(*pair)), *more;
	bool *taken = arena_array(arena, b->n, sizeof(*taken));
	uint32_t i = 0, k = 0;

	while (i < a->n) {
		int order = k < b->n ? compare_rows(&x[i], &y[k]) : -1;

		if (order > 0) {
			k++;
			continue;
		}
		pair[x[i].at] = pair_of(arena, l, &x[i], order ? NULL : &y[k]);
		if (!order)
			taken[k++] = true;
		i++;
	}
	more = arena_array(arena, b->n, sizeof(*more));
	for (k = 0; k < b->n; k++)
		if (!taken[k])
			more[y[k].at] = pair_of(arena, l, NULL, &y[k]);
	for (k = 0, i = a->n; k < b->n; k++)
		if (more[k].b)
			pair[i++] = more[k];
	*ret = pair;
	return i;
}

static const void *row_with_key(const struct row_set *set, const struct rows *rows, const char *key)
{
	char other[2 * ADDRESS_KEY];

	for (uint32_t i = 0; i < rows->n; i++) {
		const void *row = rows_at(set, rows, i);

		address_key(set, row, other, sizeof(other));
		if (strcmp(other, key) == 0)
			return row;
	}
	return NULL;
}

/* The row over there that is the same as row `depth` of at, or NULL. */
static const void *other_row(struct arena *a, const struct found *at, size_t depth, const void *around)
{
	const struct row_set *set = at->set[depth];
	const char *path = at->probe->name;
	struct diff_level l = {.probe = at->probe, .set = set};
	struct diff_pair *pair;
	size_t n;

	for (size_t i = 0; i <= depth; i++)
		path = arena_printf(a, "%s.%s", path, at->set[i]->name);
	l.rows = diff_rows_of(path);
	if (!l.rows || !l.rows->same)
		return row_with_key(set, set_rows(set, around), key_of(a, set, at->row[depth + 1]));
	n = diff_pairs(a, &l, set_rows(set, at->row[depth]), set_rows(set, around), &pair);
	for (size_t i = 0; i < n; i++)
		if (pair[i].a == at->row[depth + 1])
			return pair[i].b;
	return NULL;
}

static bool is_told(enum diff_how how)
{
	return how == DIFF_OTHER || how == DIFF_UNREAD;
}

static bool row_differs(const struct found *at, const void *other)
{
	const struct row_set *set = at->depth ? at->set[at->depth - 1] : NULL;
	const struct field *fields = set ? set->fields : at->probe->fields;
	size_t n = set ? set->nfields : at->probe->nfields;
	struct diff_level l = {.set = set};

	for (size_t i = 0; i < n; i++) {
		enum diff_how how = DIFF_SAME;

		if (!(fields[i].flags & FIELD_MOVES) && !diff_field_is_key(&l, &fields[i]))
			how = diff_values(&fields[i], field_value(&fields[i], at->row[at->depth]),
				field_value(&fields[i], other));
		if (is_told(how))
			return true;
	}
	return false;
}

static bool differs(struct arena *a, const struct found *at, const struct snapshot *s)
{
	const struct block *block = snapshot_block(s, at->probe);
	const void *other = block ? block->facts : NULL;

	if (!block || !at->block)
		return false;
	if (!other || !at->row[0])
		return is_told(diff_blocks(at->block, block));
	for (size_t d = 0; d < at->depth && other; d++)
		other = other_row(a, at, d, other);
	if (!other)
		return true;
	if (!at->field)
		return row_differs(at, other);
	return is_told(diff_values(at->field, at->value, field_value(at->field, other)));
}

bool diff_at(const struct snapshot *a, const struct snapshot *b, const char *address)
{
	struct arena *arena;
	struct found at;
	bool other;
	int err = address_find(a, address, &at);

	if (err == -ESRCH) { /* a row that only b may have */
		const struct snapshot *t = a;

		a = b;
		b = t;
		err = address_find(a, address, &at);
	}
	if (err)
		return false;
	arena = arena_new(0);
	other = differs(arena, &at, b);
	arena_free(arena);
	return other;
}
