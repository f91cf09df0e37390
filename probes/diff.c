/* The diff: walks the tables of two machines side by side and keeps what differs. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/diff_impl.h"
#include "probes/report.h"

struct lines {
	struct difference *row;
	size_t n, room;
};

struct walk {
	struct arena *a;
	const struct snapshot *sa, *sb;
	bool moving, joined;
	size_t compared, unknown;
	struct diff_seen *seen; /* of this probe */
	size_t n, room;
	struct lines part[NPARTS];
	const struct diff_key *key[ADDRESS_DEPTH]; /* of the rows in hand */
};

static void see(struct walk *w, const struct diff_level *l, struct diff_seen seen)
{
	if (w->n == w->room) {
		w->room = w->room ? 2 * w->room : 1024;
		w->seen = xrealloc(w->seen, w->room, sizeof(*w->seen));
	}
	seen.level = l;
	memcpy(seen.key, w->key, l->depth * sizeof(seen.key[0]));
	w->seen[w->n++] = seen;
}

/* True when it is to be told, not only counted. */
static bool count(struct walk *w, enum diff_how how)
{
	w->compared++;
	w->unknown += how == DIFF_UNREAD || how == DIFF_UNKNOWN;
	return how == DIFF_OTHER || how == DIFF_UNREAD;
}

static bool is_number(const struct field *f)
{
	return f->type == TYPE_U64 || f->type == TYPE_I64 || f->type == TYPE_F64;
}

static void walk_field(struct walk *w, const struct diff_level *l, size_t i, const void *a, const void *b)
{
	const struct field *f = &l->fields[i];
	const struct value *va = field_value(f, a), *vb = field_value(f, b);
	struct diff_seen seen = {.field = f, .name = f->name, .va = va, .vb = vb};
	enum diff_how how;

	seen.slot = l->slot + SLOT_FIELDS + (unsigned)i;
	seen.moves = diff_field_moves(w->sa, w->sb, l->path, f);
	if (seen.moves ? !w->moving : w->joined)
		return;
	if (diff_field_is_key(l, f))
		return;
	how = diff_values(f, va, vb);
	if (!count(w, how))
		return;
	seen.unread = how == DIFF_UNREAD;
	seen.is_range =
		seen.moves && l->set && is_number(f) && f->unit != UNIT_ID && value_known(*va) && value_known(*vb);
	diff_words(w->a, f, va, vb, &seen.a, &seen.b);
	see(w, l, seen);
}

static bool is_read(const struct rows *r)
{
	return r->known == KNOWN || r->known == KNOWN_ABSENT;
}

static const char *list_words(struct walk *w, const struct rows *r)
{
	return r->known == KNOWN ? arena_printf(w->a, "%u", r->n) : diff_unknown_word(r->known);
}

/* A list that only one side could read is one line. */
static void walk_unread(struct walk *w, const struct diff_level *l, const struct rows *a, const struct rows *b)
{
	struct diff_seen seen = {.name = l->set->name, .slot = l->slot + SLOT_LIST, .moves = l->moves};
	enum diff_how how;

	if (seen.moves ? !w->moving : w->joined)
		return;
	how = diff_known(a->known, b->known);
	if (!count(w, how))
		return;
	seen.unread = how == DIFF_UNREAD;
	seen.a = list_words(w, a);
	seen.b = list_words(w, b);
	see(w, l->around, seen);
}

static void walk_level(struct walk *w, const struct diff_level *l, const void *a, const void *b);

static void walk_set(struct walk *w, const struct diff_level *l, const void *a, const void *b)
{
	const struct rows *ra = set_rows(l->set, a), *rb = set_rows(l->set, b);
	struct diff_pair *pair;
	size_t n;

	if (!is_read(ra) || !is_read(rb)) {
		walk_unread(w, l, ra, rb);
		return;
	}
	n = diff_pairs(w->a, l, ra, rb, &pair);
	for (size_t i = 0; i < n; i++) {
		struct diff_seen only = {.slot = l->slot + SLOT_ROWS, .moves = l->moves};

		w->key[l->depth - 1] = &pair[i].key;
		only.kind = pair[i].a ? DIFFERENCE_ONLY_A : DIFFERENCE_ONLY_B;
		if (pair[i].a && pair[i].b)
			walk_level(w, l, pair[i].a, pair[i].b);
		else if (l->moves ? w->moving : !w->joined)
			see(w, l, only);
	}
}

static void walk_level(struct walk *w, const struct diff_level *l, const void *a, const void *b)
{
	for (size_t i = 0; i < l->nfields; i++)
		walk_field(w, l, i, a, b);
	for (size_t i = 0; i < l->nsets; i++)
		walk_set(w, &l->inner[i], a, b);
}

static enum known block_known(const struct block *b)
{
	return !b ? KNOWN_NOT_YET : b->facts ? KNOWN : (enum known)value_error(b->err, 0).known;
}

enum diff_how diff_blocks(const struct block *a, const struct block *b)
{
	return diff_known(block_known(a), block_known(b));
}

static const char *block_words(const struct block *b)
{
	return b && b->facts ? "answers" : diff_unknown_word(block_known(b));
}

/* A probe that did not answer, here or there. */
static void walk_silent(struct walk *w, const struct diff_level *l, const struct block *a, const struct block *b)
{
	struct diff_seen seen = {.kind = a && a->facts ? DIFFERENCE_ONLY_A : DIFFERENCE_ONLY_B};
	enum diff_how how = diff_blocks(a, b);

	if (w->joined || (l->moves && !w->moving) || !count(w, how))
		return;
	seen.unread = how == DIFF_UNREAD;
	seen.a = block_words(a);
	seen.b = block_words(b);
	see(w, l, seen);
}

static void add_line(void *arg, const struct difference *d)
{
	struct walk *w = arg;
	struct lines *l = &w->part[d->part];

	if (l->n == l->room) {
		l->room = l->room ? 2 * l->room : 64;
		l->row = xrealloc(l->row, l->room, sizeof(*l->row));
	}
	l->row[l->n++] = *d;
}

static int by_slot(const void *a, const void *b)
{
	const struct diff_seen *x = *(const struct diff_seen *const *)a, *y = *(const struct diff_seen *const *)b;

	if (x->slot != y->slot)
		return x->slot < y->slot ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* What was seen row by row, field by field. */
static void tell(struct walk *w)
{
	const struct diff_seen **order = arena_array(w->a, w->n, sizeof(*order));
	struct diff_seen *seen = arena_array(w->a, w->n, sizeof(*seen));

	for (size_t i = 0; i < w->n; i++)
		order[i] = &w->seen[i];
	if (w->n)
		qsort(order, w->n, sizeof(*order), by_slot);
	for (size_t i = 0; i < w->n; i++)
		seen[i] = *order[i];
	for (size_t i = 0, end; i < w->n; i = end) {
		for (end = i + 1; end < w->n && seen[end].slot == seen[i].slot; end++)
			;
		diff_group(w->a, &seen[i], end - i, add_line, w);
	}
	w->n = 0;
}

static void walk_probe(struct walk *w, const struct probe *p, bool joined)
{
	const struct block *a = snapshot_block(w->sa, p), *b = snapshot_block(w->sb, p);
	const struct diff_level *l;

	if (!a && !b)
		return; /* nobody asked it */
	w->joined = joined;
	l = diff_level_new(w->a, p);
	if (a && b && a->facts && b->facts)
		walk_level(w, l, a->facts, b->facts);
	else
		walk_silent(w, l, a, b);
	tell(w);
}

struct differences diff_snapshots(
	struct arena *arena, const struct snapshot *a, const struct snapshot *b, bool moving)
{
	struct walk w = {.a = arena, .sa = a, .sb = b, .moving = moving};
	struct difference *row;
	size_t n = 0, unread;

	for (size_t i = 0; i < ndiff_probes; i++) {
		const struct probe *p = probe_find(diff_probes[i].name);

		if (p)
			walk_probe(&w, p, diff_probes[i].joined);
	}
	for (size_t i = 0; i < NPARTS; i++)
		n += w.part[i].n;
	row = arena_array(arena, n, sizeof(*row));
	n = 0;
	unread = w.part[PART_UNREAD].n;
	for (size_t i = 0; i < NPARTS; i++) {
		if (w.part[i].n)
			memcpy(&row[n], w.part[i].row, w.part[i].n * sizeof(*row));
		n += w.part[i].n;
		free(w.part[i].row);
	}
	free(w.seen);
	return (struct differences){.n = n, .row = row, .unread = unread, .compared = w.compared, .unknown = w.unknown};
}
