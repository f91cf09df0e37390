/* Which row of one machine is which of the other: by its key, or by what a key that is given anew stands for. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/diff_impl.h"
#include "probes/parse.h"

/* As much of a UUID as people need to know it again. */
enum { KEY_LENGTH = 8 };

/* A row and the text that makes it the same as one over there. */
struct named_row {
	const char *same;
	const char *key;
	const void *row;
	uint32_t at; /* its place among the rows */
	uint32_t nth; /* of those with this text, from 0 */
	const char *then; /* see diff_rows; NULL: nothing */
	struct named_row *other; /* the same one over there, or NULL */
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
		n[i].then = l->rows && l->rows->then ? texts_of(a, l->set, n[i].row, l->rows->then) : NULL;
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

static void join(struct named_row *x, struct named_row *y)
{
	x->other = y;
	y->other = x;
}

static void join_same(struct named_row *x, uint32_t nx, struct named_row *y, uint32_t ny)
{
	for (uint32_t i = 0, k = 0; i < nx && k < ny;) {
		int order = compare_rows(&x[i], &y[k]);

		if (!order)
			join(&x[i], &y[k]);
		i += order <= 0;
		k += order >= 0;
	}
}

static int by_then(const void *a, const void *b)
{
	const struct named_row *x = *(struct named_row *const *)a, *y = *(struct named_row *const *)b;

	return strcmp(x->then, y->then);
}

/* Those with a second name that no other row has. */
static size_t once(struct arena *a, struct named_row *rows, uint32_t nrows, struct named_row ***ret)
{
	struct named_row **one = arena_array(a, nrows, sizeof(*one));
	size_t n = 0, left = 0;

	for (uint32_t i = 0; i < nrows; i++)
		if (rows[i].then)
			one[n++] = &rows[i];
	if (n)
		qsort(one, n, sizeof(*one), by_then);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && !by_then(&one[i], &one[end]); end++)
			;
		if (end == i + 1)
			one[left++] = one[i];
	}
	*ret = one;
	return left;
}

static void join_then(struct arena *a, struct named_row *x, uint32_t nx, struct named_row *y, uint32_t ny)
{
	struct named_row **p, **q;
	size_t np = once(a, x, nx, &p), nq = once(a, y, ny, &q);

	for (size_t i = 0, k = 0; i < np && k < nq;) {
		int order = by_then(&p[i], &q[k]);

		if (!order && !p[i]->other && !q[k]->other)
			join(p[i], q[k]);
		i += order <= 0;
		k += order >= 0;
	}
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

static int by_label(const void *a, const void *b)
{
	const struct diff_key *x = *(struct diff_key *const *)a, *y = *(struct diff_key *const *)b;
	int order = strcmp(x->label, y->label);

	return order ? order : strcmp(x->key, y->key);
}

/* Of labels that more than one has, each gets as much of its key as tells it from its neighbour. */
static void tell_apart(struct arena *a, struct diff_pair *pair, size_t n)
{
	struct diff_key **key = arena_array(a, n, sizeof(*key));

	for (size_t i = 0; i < n; i++)
		key[i] = &pair[i].key;
	if (n)
		qsort(key, n, sizeof(*key), by_label);
	for (size_t i = 0, end; i < n; i = end) {
		const char *label = key[i]->label;
		size_t length = KEY_LENGTH;

		for (end = i + 1; end < n && strcmp(key[end]->label, label) == 0; end++)
			if (strncmp(key[end]->key, key[end - 1]->key, length) == 0)
				length = ADDRESS_KEY;
		for (size_t k = i; end > i + 1 && k < end; k++)
			key[k]->label = arena_printf(a, "%s (%.*s)", label, (int)length, key[k]->key);
	}
}

size_t diff_pairs(struct arena *arena, const struct diff_level *l, const struct rows *a, const struct rows *b,
	struct diff_pair **ret)
{
	struct named_row *x = name_rows(arena, l, a), *y = name_rows(arena, l, b);
	struct diff_pair *pair = arena_array(arena, (size_t)a->n + b->n, sizeof(*pair)), *more;
	uint32_t n = a->n;

	join_same(x, a->n, y, b->n);
	join_then(arena, x, a->n, y, b->n);
	for (uint32_t i = 0; i < a->n; i++)
		pair[x[i].at] = pair_of(arena, l, &x[i], x[i].other);
	more = arena_array(arena, b->n, sizeof(*more));
	for (uint32_t k = 0; k < b->n; k++)
		if (!y[k].other)
			more[y[k].at] = pair_of(arena, l, NULL, &y[k]);
	for (uint32_t k = 0; k < b->n; k++)
		if (more[k].b)
			pair[n++] = more[k];
	if (l->rows && l->rows->label)
		tell_apart(arena, pair, n);
	*ret = pair;
	return n;
}

static bool is_told(enum diff_how how)
{
	return how == DIFF_OTHER || how == DIFF_UNREAD;
}

/* Where two machines are compared at one address. */
struct match {
	struct arena *a;
	const struct snapshot *sa, *sb;
	bool moving;
	struct found at, other;
	const struct diff_level *level; /* as deep as both have it */
};

/* The row over there that is the same as this one, or NULL. */
static const void *same_row(struct match *m, const struct diff_level *l, const struct rows *rows, size_t depth)
{
	struct diff_pair *pair;
	size_t n = diff_pairs(m->a, l, set_rows(l->set, m->at.row[depth]), rows, &pair);

	for (size_t i = 0; i < n; i++)
		if (pair[i].a && pair[i].a == m->at.row[depth + 1])
			return pair[i].b;
	return NULL;
}

static const struct diff_level *level_in(const struct diff_level *l, const struct row_set *set)
{
	for (size_t i = 0; i < l->nsets; i++)
		if (l->inner[i].set == set)
			return &l->inner[i];
	BUG("no list %s in %s", set->name, l->path);
}

/* From the facts down, as far as the other has it; m->level is the first that it has not when that is -ESRCH. */
static int go_down(struct match *m)
{
	struct found *o = &m->other;

	m->level = diff_level_new(m->a, m->at.probe);
	*o = (struct found){.probe = m->at.probe, .block = snapshot_block(m->sb, m->at.probe)};
	o->row[0] = o->block ? o->block->facts : NULL;
	for (size_t d = 0; d < m->at.depth; d++) {
		const struct row_set *set = m->at.set[d];
		const struct rows *rows = o->row[d] ? set_rows(set, o->row[d]) : NULL;
		const void *row;

		m->level = level_in(m->level, set);
		row = rows && m->at.row[d + 1] ? same_row(m, m->level, rows, d) : NULL;
		if (!row)
			return -ESRCH;
		o->set[d] = set;
		o->index[d] = (uint32_t)(((const char *)row - (const char *)rows_at(set, rows, 0)) / (ptrdiff_t)set->size);
		o->row[d + 1] = row;
		o->depth = d + 1;
	}
	o->field = m->at.field;
	o->value = o->field && o->row[o->depth] ? field_value(o->field, o->row[o->depth]) : NULL;
	return 0;
}

static bool field_differs(const struct match *m, const struct field *f)
{
	if (diff_field_is_key(m->level, f) || (!m->moving && diff_field_moves(m->sa, m->sb, m->level->path, f)))
		return false;
	return is_told(diff_values(f, field_value(f, m->at.row[m->at.depth]), field_value(f, m->other.row[m->at.depth])));
}

static bool row_differs(const struct match *m)
{
	const struct diff_level *l = m->level;

	for (size_t i = 0; i < l->nfields; i++)
		if (field_differs(m, &l->fields[i]))
			return true;
	return false;
}

/* Only one of them has the row: where both have read the list, that is a difference. */
static bool list_differs(const struct match *m)
{
	const struct row_set *set = m->level->set;
	size_t d = m->other.depth;
	enum diff_how how = diff_known(set_rows(set, m->at.row[d])->known, set_rows(set, m->other.row[d])->known);

	return (m->moving || !m->level->moves) && (how == DIFF_SAME || is_told(how));
}

static bool differs(struct match *m)
{
	int err = go_down(m);

	if (!m->at.block || !m->other.block)
		return false;
	if (!m->at.row[0] || !m->other.row[0])
		return is_told(diff_blocks(m->at.block, m->other.block));
	if (err)
		return list_differs(m);
	return m->at.field ? field_differs(m, m->at.field) : row_differs(m);
}

bool diff_at(const struct snapshot *a, const struct snapshot *b, const char *address, bool moving)
{
	struct match m = {.sa = a, .sb = b, .moving = moving};
	int err = address_find(a, address, &m.at);
	bool other;

	if (err == -ESRCH) { /* a row that only b may have */
		m.sa = b;
		m.sb = a;
		err = address_find(b, address, &m.at);
	}
	if (err)
		return false;
	m.a = arena_new(0);
	other = differs(&m);
	arena_free(m.a);
	return other;
}

int diff_other(const struct snapshot *a, const struct snapshot *b, const char *address, struct found *ret)
{
	struct match m = {.sa = a, .sb = b};
	int err = address_find(a, address, &m.at);

	if (err == -ESRCH || (!err && !m.at.row[0]))
		return address_find(b, address, ret);
	if (err)
		return err;
	m.a = arena_new(0);
	err = go_down(&m);
	if (!err)
		*ret = m.other;
	arena_free(m.a);
	return err;
}
