/* Matching rows and words of two pictures. A row of a table is found again wherever it stands, by its first words. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/beside_mark.h"

#include <stdlib.h>
#include <string.h>

#include "probes/address.h"
#include "widgets/glyph.h"

struct word {
	int x, w;
};

struct line {
	const struct cell *cell;
	struct word *word;
	size_t n;
	struct word key; /* w 0: nothing to compare */
	uint32_t zone; /* how many heads of tables stand above it */
	size_t nth; /* of this key in its zone */
	bool head;
};

struct page {
	struct line *line;
	int n;
};

static const struct cell *row_of(const struct canvas *c, int y)
{
	return c->cells + (c->at.y + y) * c->stride + c->at.x;
}

static bool letter(uint32_t ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch >= 0xc0;
}

static bool digit(uint32_t ch)
{
	return ch >= '0' && ch <= '9';
}

/* Letters of any script; signs, bars and lines are none. */
static bool counts(uint32_t ch)
{
	return digit(ch) || (letter(ch) && (ch < 0x2000 || ch > 0x2bff));
}

/* What is drawn of shapes: cells of grids and graphs, in ASCII too, where o, O, v, V and x are such. */
static bool shape(const struct cell *cell)
{
	static const bool drawn[ROLE_COUNT] = {[ROLE_idle] = true,
		[ROLE_low] = true,
		[ROLE_middle] = true,
		[ROLE_high] = true,
		[ROLE_offline] = true,
		[ROLE_spark] = true,
		[ROLE_bar] = true};
	bool like_one = cell->ch < 0x80 && strchr("oOvVxX", (int)cell->ch);

	return cell->role < ROLE_COUNT && drawn[cell->role] && !digit(cell->ch) && (like_one || !counts(cell->ch));
}

/* Behind the bar that begins at x, or x: bars and the parts of stacks say what numbers beside them say. */
static int past_bar(const struct canvas *c, const struct cell *cell, int x)
{
	if (cell[x].role != ROLE_bar_rest || cell[x].ch != glyph_char(c, GLYPH_BAR_L))
		return x;
	for (int end = x + 1; end < c->at.w; end++)
		if (cell[end].role == ROLE_bar_rest && cell[end].ch == glyph_char(c, GLYPH_BAR_R))
			return end + 1;
	return x;
}

static void words_of(const struct canvas *c, struct line *l)
{
	for (int x = 0, end; x < c->at.w; x = end) {
		bool word = false, shapes = true;

		end = past_bar(c, l->cell, x);
		if (end > x || l->cell[x].ch == ' ') {
			end = end > x ? end : x + 1;
			continue;
		}
		for (end = x; end < c->at.w && l->cell[end].ch != ' '; end++) {
			word = word || counts(l->cell[end].ch);
			shapes = shapes && shape(&l->cell[end]);
		}
		if (word && !shapes)
			l->word[l->n++] = (struct word){x, end - x};
	}
}

static bool same(const struct cell *a, struct word x, const struct cell *b, struct word y)
{
	if (x.w != y.w)
		return false;
	for (int i = 0; i < x.w; i++)
		if (a[x.x + i].ch != b[y.x + i].ch)
			return false;
	return true;
}

static bool is_word(const struct line *l, size_t i, const char *text)
{
	if (i >= l->n || l->word[i].w != (int)strlen(text))
		return false;
	for (int k = 0; k < l->word[i].w; k++)
		if (l->cell[l->word[i].x + k].ch != (unsigned char)text[k])
			return false;
	return true;
}

/* "↓ 22 more" is about the screen, not about the host. */
static bool says_more(const struct line *l)
{
	return is_word(l, 1, "more") && digit(l->cell[l->word[0].x].ch);
}

/* The first word; "node 0" and "CPU 17" are one. */
static struct word key_of(const struct line *l)
{
	struct word key = l->n ? l->word[0] : (struct word){0, 0};
	bool letters = true;

	if (says_more(l))
		return (struct word){0, 0};
	for (int x = key.x; x < key.x + key.w; x++)
		letters = letters && letter(l->cell[x].ch);
	if (l->n > 1 && letters && l->word[1].x == key.x + key.w + 1 && digit(l->cell[l->word[1].x].ch))
		key.w += 1 + l->word[1].w;
	return key;
}

static bool is_head(const struct canvas *c, const struct cell *cell)
{
	for (int x = 0; x < c->at.w; x++)
		if (cell[x].role == ROLE_head || cell[x].role == ROLE_sort)
			return true;
	return false;
}

static struct page page_of(struct arena *a, const struct canvas *c)
{
	struct page p = {arena_array(a, (size_t)c->at.h, sizeof(*p.line)), c->at.h};
	uint32_t zone = 0;

	for (int y = 0; y < p.n; y++) {
		struct line *l = &p.line[y];

		*l = (struct line){.cell = row_of(c, y), .zone = zone};
		l->head = is_head(c, l->cell);
		zone += l->head;
		if (l->head)
			continue;
		l->word = arena_array(a, (size_t)c->at.w / 2 + 1, sizeof(*l->word));
		words_of(c, l);
		l->key = key_of(l);
		for (int k = 0; l->key.w && k < y; k++)
			l->nth += p.line[k].zone == zone && same(l->cell, l->key, p.line[k].cell, p.line[k].key);
	}
	return p;
}

/* The line that shows the same thing, or NULL; of several with that key the one that is as far down. */
static const struct line *find(const struct page *in, const struct line *l)
{
	const struct line *found = NULL;

	for (int y = 0; y < in->n; y++) {
		const struct line *at = &in->line[y];

		if (at->zone != l->zone || !at->key.w || !same(at->cell, at->key, l->cell, l->key))
			continue;
		found = at;
		if (at->nth == l->nth)
			break;
	}
	return found;
}

static bool moves(const struct mark_columns *m, const struct line *l, struct word w)
{
	for (size_t i = 0; m && i < m->n; i++)
		if (m->at[i].zone == l->zone && w.x < m->at[i].x + m->at[i].w && w.x + w.w > m->at[i].x)
			return true;
	return false;
}

/* The longest row of words that both have: alike[i] says whether word i of l is in it. Returns how many of r are not. */
static size_t align(struct arena *a, const struct line *l, const struct line *r, bool *alike)
{
	size_t w = r->n + 1, i, k;
	uint16_t *best = arena_array(a, (l->n + 1) * w, sizeof(*best));

	for (i = l->n; i-- > 0;)
		for (k = r->n; k-- > 0;) {
			uint16_t down = best[(i + 1) * w + k], right = best[i * w + k + 1];

			best[i * w + k] = same(l->cell, l->word[i], r->cell, r->word[k])
						  ? (uint16_t)(best[(i + 1) * w + k + 1] + 1)
					  : down > right ? down
							 : right;
		}
	for (i = k = 0; i < l->n && k < r->n;) {
		if (same(l->cell, l->word[i], r->cell, r->word[k])) {
			alike[i++] = true;
			k++;
		} else if (best[(i + 1) * w + k] >= best[i * w + k + 1]) {
			i++;
		} else {
			k++;
		}
	}
	return r->n - best[0];
}

static void sign(struct canvas *c, int y, uint32_t ch)
{
	bool selected = row_of(c, y)[0].flags & CELL_SELECTED;

	if (row_of(c, y)[0].ch != ' ')
		return;
	canvas_char(c, 0, y, ch, ROLE_differ);
	if (selected)
		canvas_select(c, (struct rect){0, y, 1, 1});
}

/* From here on nothing can be said: the text was cut off. */
static int cut_at(const struct canvas *c, const struct line *l)
{
	struct word last = l->n ? l->word[l->n - 1] : (struct word){0, 0};
	int end = c->at.w;

	while (end && l->cell[end - 1].ch == ' ')
		end--;
	if (!end || l->cell[end - 1].ch != glyph_char(c, GLYPH_ELLIPSIS))
		return c->at.w;
	return last.x + last.w == end ? last.x : end - 1;
}

/* The words of this line that the other one has not; true when the lines differ. */
static bool mark_line(struct canvas *c, int y, struct arena *a, const struct line *l, const struct line *r,
	const struct mark_columns *columns)
{
	bool *alike = arena_array(a, l->n + 1, sizeof(*alike)), *there = arena_array(a, r->n + 1, sizeof(*there));
	int cut = cut_at(c, l), cut_there = cut_at(c, r);
	bool differs = false;

	cut = cut < cut_there ? cut : cut_there;
	if (align(a, l, r, alike))
		align(a, r, l, there);
	else
		memset(there, true, r->n);
	for (size_t i = 0; i < l->n; i++)
		if (!alike[i] && l->word[i].x < cut && !moves(columns, l, l->word[i])) {
			canvas_differ(c, (struct rect){l->word[i].x, y, l->word[i].w, 1});
			differs = true;
		}
	for (size_t i = 0; i < r->n; i++) /* what is there and is missing here */
		differs = differs || (!there[i] && r->word[i].x < cut && !moves(columns, r, r->word[i]));
	if (differs)
		sign(c, y, glyph_char(c, GLYPH_DIFFERS));
	return differs;
}

size_t mark_differences(struct canvas *c, const struct canvas *other, const struct canvas *(*all)(void *arg), void *arg,
	const struct mark_columns *columns)
{
	struct arena *a = arena_new(0);
	struct page mine = page_of(a, c), theirs = page_of(a, other), whole = {NULL, 0};
	size_t n = 0;

	for (int y = 0; y < mine.n; y++) {
		const struct line *l = &mine.line[y], *r = l->key.w ? find(&theirs, l) : NULL;

		if (!l->key.w)
			continue;
		if (!r && l->zone && all) {
			const struct canvas *tall = all(arg);

			whole = tall ? page_of(a, tall) : whole;
			all = NULL;
		}
		if (!r && l->zone)
			r = find(&whole, l);
		/* sentences have no key: those at the same place are about the same */
		if (!r && !l->zone && y < theirs.n && theirs.line[y].key.w && !theirs.line[y].zone &&
			!find(&mine, &theirs.line[y]))
			r = &theirs.line[y];
		if (r) {
			n += mark_line(c, y, a, l, r, columns);
		} else {
			canvas_differ(c, (struct rect){l->key.x, y, l->key.w, 1});
			sign(c, y, '+');
			n++;
		}
	}
	arena_free(a);
	return n;
}

static uint64_t heads_of(const struct canvas *c)
{
	uint64_t h = 14695981039346656037u;

	for (int y = 0; y < c->at.h; y++)
		for (int x = 0; x < c->at.w && is_head(c, row_of(c, y)); x++)
			h = (h ^ row_of(c, y)[x].ch) * 1099511628211u;
	return h;
}

/* The part of a head that the cursor has chosen: false when there is none. */
static bool chosen(const struct canvas *c, uint32_t *ret_zone, struct word *ret)
{
	uint32_t zone = 0;

	for (int y = 0; y < c->at.h; y++) {
		const struct cell *cell = row_of(c, y);
		int from = 0, to;

		if (!is_head(c, cell))
			continue;
		zone++;
		while (from < c->at.w && !(cell[from].flags & CELL_SELECTED))
			from++;
		for (to = from; to < c->at.w && cell[to].flags & CELL_SELECTED; to++)
			;
		if (from < c->at.w && to - from < c->at.w) {
			*ret_zone = zone;
			*ret = (struct word){from, to - from};
			return true;
		}
	}
	return false;
}

static bool moves_by_itself(const struct panel *p, const struct view *v, const void *state)
{
	char address[ADDRESS_MAX];
	struct found at;

	return p->address && p->address(v, state, address, sizeof(address)) && address_find(v->s, address, &at) == 0 &&
	       at.field && at.field->flags & FIELD_MOVES;
}

void mark_columns(struct mark_columns *m, const struct canvas *picture, const struct panel *p, const struct view *v,
	const void *state)
{
	uint64_t heads = heads_of(picture);
	struct word first = {0, 0};
	uint32_t first_zone = 0;
	struct cell *cells;
	void *copy;

	if (m->panel == p && m->w == v->w && m->heads == heads)
		return;
	*m = (struct mark_columns){.panel = p, .w = v->w, .heads = heads};
	cells = xcalloc((size_t)(v->w * v->h) + 1, sizeof(*cells));
	copy = xcalloc(1, p->state_size);
	memcpy(copy, state, p->state_size);
	for (size_t i = 0; i < MARK_COLUMNS; i++) {
		struct canvas c = canvas_over(cells, v->w, v->h, v->ascii);
		struct word at;
		uint32_t zone;

		p->draw(&c, v, copy);
		if (!chosen(&c, &zone, &at) || (i && zone == first_zone && at.x == first.x))
			break; /* none, or it has come round */
		if (!i) {
			first = at;
			first_zone = zone;
		}
		if (moves_by_itself(p, v, copy)) {
			m->at[m->n].zone = zone;
			m->at[m->n].x = at.x;
			m->at[m->n++].w = at.w;
		}
		p->move(v, copy, MOVE_NEXT);
	}
	free(copy);
	free(cells);
}
