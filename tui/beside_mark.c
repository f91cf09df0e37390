/* Matching rows and words of two pictures. A row of a table is found again wherever it stands, by its first words. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/beside_mark.h"

#include <string.h>

#include "widgets/glyph.h"

struct word {
	int x, w;
};

struct line {
	const struct cell *cell;
	struct word *word;
	size_t n;
	struct word key; /* w 0: nothing to compare */
	uint32_t zone; /* which table it stands in or below, 0: above all of them */
	size_t nth; /* of this key in its zone */
	bool moves;
	const struct cell *head; /* of its table, or NULL */
	int w;
};

struct page {
	struct line *line;
	int n;
};

const struct cell *mark_row(const struct canvas *c, int y)
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
	bool letters = l->n == 3 && l->word[0].w == 1 && letter(l->cell[l->word[0].x].ch);
	size_t arrow = letters; /* in ASCII the arrow is a letter */

	return is_word(l, arrow + 1, "more") && digit(l->cell[l->word[arrow].x].ch);
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

uint32_t mark_head(const struct canvas *c, int y)
{
	const struct cell *cell = mark_row(c, y);
	uint32_t h = 2166136261u;
	bool head = false;
	int x;

	for (x = 0; x < c->at.w && !head; x++)
		head = cell[x].role == ROLE_head || cell[x].role == ROLE_sort;
	if (!head)
		return 0;
	while (x < c->at.w && !counts(cell[x].ch))
		x++;
	for (; x < c->at.w && counts(cell[x].ch); x++)
		h = (h ^ cell[x].ch) * 16777619u;
	return (h & INT32_MAX) ? h & INT32_MAX : 1;
}

static bool blank(const struct canvas *c, int y)
{
	const struct cell *cell = mark_row(c, y);
	int x = 0;

	while (x < c->at.w && cell[x].ch == ' ')
		x++;
	return x == c->at.w;
}

uint32_t mark_zone(const struct canvas *c, int y, uint32_t above)
{
	uint32_t head = mark_head(c, y);

	if (head)
		return head << 1;
	return above && blank(c, y) ? above | MARK_BELOW : above; /* a table ends where nothing stands */
}

static struct page page_of(struct arena *a, const struct canvas *c, const bool *moves)
{
	struct page p = {.line = arena_array(a, (size_t)c->at.h, sizeof(*p.line)), .n = c->at.h};
	const struct cell *head = NULL;
	uint32_t zone = 0;

	for (int y = 0; y < p.n; y++) {
		struct line *l = &p.line[y];

		zone = mark_zone(c, y, zone);
		head = mark_head(c, y) ? mark_row(c, y) : zone & MARK_BELOW ? NULL : head;
		*l = (struct line){.cell = mark_row(c, y), .zone = zone, .head = head, .w = c->at.w};
		l->moves = moves && moves[y] && (!zone || zone & MARK_BELOW);
		if (mark_head(c, y))
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

static bool numeric(const struct line *l, struct word w)
{
	for (int x = w.x; x < w.x + w.w; x++)
		if (digit(l->cell[x].ch))
			return true;
	return false;
}

/* Whether word i changes by itself: a number in such a line, with its unit, or all that stands in such a column. */
static bool moves(const struct mark_columns *m, const struct line *l, size_t i, bool numbers)
{
	struct word w = l->word[i];

	if (numbers && numeric(l, w))
		return true;
	if (m && mark_momentary(l->cell, l->head, l->w, w.x, w.x + w.w))
		return true;
	if (numbers && i && numeric(l, l->word[i - 1]) && w.x == l->word[i - 1].x + l->word[i - 1].w + 1)
		return true;
	for (size_t k = 0; m && k < m->n; k++)
		if (m->at[k].zone == l->zone && w.x < m->at[k].x + m->at[k].w && w.x + w.w > m->at[k].x)
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
	bool selected = mark_row(c, y)[0].flags & CELL_SELECTED;

	if (mark_row(c, y)[0].ch != ' ')
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
	bool differs = false, numbers = l->moves || r->moves;

	cut = cut < cut_there ? cut : cut_there;
	if (align(a, l, r, alike))
		align(a, r, l, there);
	else
		memset(there, true, r->n);
	for (size_t i = 0; i < l->n; i++)
		if (!alike[i] && l->word[i].x < cut && !moves(columns, l, i, numbers)) {
			canvas_differ(c, (struct rect){l->word[i].x, y, l->word[i].w, 1});
			differs = true;
		}
	for (size_t i = 0; i < r->n; i++) /* what is there and is missing here */
		differs = differs || (!there[i] && r->word[i].x < cut && !moves(columns, r, i, numbers));
	if (differs)
		sign(c, y, glyph_char(c, GLYPH_DIFFERS));
	return differs;
}

/* The same line of the other picture, also where it is scrolled away, or NULL. */
static const struct line *partner(struct arena *a, const struct page page[2], struct page *whole, struct mark_side *other,
	const struct line *l, int y)
{
	const struct page *mine = &page[0], *theirs = &page[1];
	const struct line *r = find(theirs, l), *there = y < theirs->n ? &theirs->line[y] : NULL;

	if (r || !l->zone) {
		/* sentences have no key: those at the same place are about the same */
		if (!r && there && there->key.w && !there->zone && !find(mine, there))
			r = there;
		return r;
	}
	if (!whole->line && other->all) {
		const struct canvas *all = other->all(other->arg);

		*whole = page_of(a, all, NULL);
	}
	return find(whole, l);
}

void mark_differences(struct mark_side side[2], const struct mark_columns *columns)
{
	struct arena *a = arena_new(0);
	/* both are read before the first sign is put anywhere */
	struct page first = page_of(a, side[0].c, side[0].moves), second = page_of(a, side[1].c, side[1].moves);

	for (int i = 0; i < 2; i++) {
		struct page page[2] = {i ? second : first, i ? first : second}, whole = {.line = NULL};
		struct canvas *c = side[i].c;

		side[i].rows = 0;
		for (int y = 0; y < page[0].n && !side[i].unseen; y++) {
			const struct line *l = &page[0].line[y], *r;

			if (!l->key.w)
				continue;
			r = partner(a, page, &whole, &side[!i], l, y);
			if (r) {
				side[i].rows += mark_line(c, y, a, l, r, columns);
				continue;
			}
			canvas_differ(c, (struct rect){l->key.x, y, l->key.w, 1});
			sign(c, y, '+');
			side[i].rows++;
		}
	}
	arena_free(a);
}
