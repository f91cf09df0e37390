/* One guest, from its devices down to the silicon: a head that stays, and below it a page that scrolls. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/panels/guests_one.h"
#include "widgets/glyph.h"

enum { LABEL = 15 };

/* The page: threads, the map of pins, facts, one below the other. */
struct page {
	const struct placement_thread *thread;
	size_t nthreads, n; /* n: lines that the cursor can be on */
	struct says facts;
	size_t *fact; /* of the lines behind the threads: which of the facts */
	size_t at; /* the line under the cursor; SIZE_MAX: there is none */
	struct topo_grid map;
	bool has_map, stays; /* stays: below the page, not in it */
	int map_y, facts_y, rows;
	int top, bottom, head; /* lines of the panel: the page begins, ends; the table's head is above it */
	int first; /* the uppermost line that is seen */
};

static int row_of(const struct page *p, size_t line)
{
	return line < p->nthreads ? (int)line : p->facts_y + (int)p->fact[line - p->nthreads];
}

static void name_of(const struct page *p, size_t line, char buf[ONE_LINE])
{
	if (line < p->nthreads)
		snprintf(buf, ONE_LINE, "thread %llu", (unsigned long long)value_u64_or(p->thread[line].tid, 0));
	else
		snprintf(buf, ONE_LINE, "%s", p->facts.line[p->fact[line - p->nthreads]].address);
}

static size_t find(const struct page *p, const struct one_state *st)
{
	char name[ONE_LINE];

	if (!p->n)
		return SIZE_MAX;
	if (st->at < p->n) { /* two lines can have one name */
		name_of(p, st->at, name);
		if (strcmp(name, st->line) == 0)
			return st->at;
	}
	for (size_t i = 0; *st->line && i < p->n; i++) {
		name_of(p, i, name);
		if (strcmp(name, st->line) == 0)
			return i;
	}
	return *st->line && st->at < p->n ? st->at : 0;
}

/* As little as needed, and with the head of its part in sight. */
static int scrolled(const struct page *p, int first)
{
	int seen = p->bottom - p->top, row;

	if (p->at != SIZE_MAX) {
		row = row_of(p, p->at);
		if (row >= first + seen)
			first = row - seen + 1;
		if (row - (p->at >= p->nthreads) < first)
			first = row - (p->at >= p->nthreads);
	}
	if (first > p->rows - seen)
		first = p->rows - seen;
	return p->at == 0 || first < 0 ? 0 : first;
}

static void heights(const struct view *v, bool cursor, struct page *p)
{
	int head = v->h >= 24 ? 5 : v->h >= 16 ? 4 : v->h >= 9 ? 3 : v->h >= 6 ? 2 : 1;

	p->head = head;
	p->top = head + (p->nthreads > 0);
	p->bottom = v->h - (cursor && v->h >= 16 ? 3 : 0);
	if (p->bottom < p->top)
		p->bottom = p->top;
}

static struct page page_of(const struct view *v, struct arena *a, const struct guest_row *r, const struct one_state *st)
{
	struct page p = {.facts = guest_facts(a, r)};
	int64_t now = -1;
	int y;

	p.thread = guest_joined(r) ? r->p->thread.row : NULL;
	p.n = p.nthreads = p.thread ? r->p->thread.n : 0;
	p.fact = arena_array(a, p.facts.n, sizeof(*p.fact));
	for (size_t i = 0; i < p.facts.n; i++)
		if (p.facts.line[i].address)
			p.fact[p.n++ - p.nthreads] = i;
	heights(v, st != NULL, &p);
	p.at = st ? find(&p, st) : SIZE_MAX;
	if (p.at < p.nthreads && value_known(p.thread[p.at].now))
		now = (int64_t)p.thread[p.at].now.u;
	p.has_map = v->w > 20 && pin_map(a, v, r, now, v->w - 2, v->h > 12 ? v->h - 4 : 8, &p.map);
	y = (int)p.nthreads;
	p.map_y = y + (y > 0);
	p.stays = p.has_map && st && v->h >= 30 && p.map.l.rows <= v->h / 4;
	if (p.stays)
		p.bottom -= p.map.l.rows + 1;
	else if (p.has_map)
		y = p.map_y + p.map.l.rows + 1;
	p.facts_y = y + (y > 0);
	p.rows = p.facts.n ? p.facts_y + (int)p.facts.n : y;
	p.first = scrolled(&p, st ? st->first : 0);
	return p;
}

static void draw_head(
	struct canvas *c, const struct view *v, struct arena *a, const struct guest_row *r, const struct page *p)
{
	enum grave grave;
	const char *answer = one_answer(a, r, &grave);

	one_title(c, (struct rect){1, 0, v->w - 2, 1}, a, r);
	if (p->head > 1)
		canvas_cut(c, 1, 1, v->w - 2,
			grave >= GRAVE_WARN ? grave_role(grave) : r->trouble ? ROLE_warn : ROLE_strong,
			arena_printf(a, "%s%s", grave ? grave_sign(grave) : "", answer));
	if (p->head > 2)
		one_devices(c, (struct rect){1, 2, v->w - 2, p->head - 2 - (p->head > 4)}, a, r);
}

/* The part that the uppermost line that is seen belongs to, when its own head is above. */
static const char *part_of(const struct page *p)
{
	const char *label = "";

	for (int i = 0; i < (int)p->facts.n && p->facts_y + i < p->first; i++)
		if (!p->facts.line[i].text)
			label = p->facts.line[i].label;
	return label;
}

/* The threads that are seen, as a table without any but them. */
static void draw_threads(struct canvas *c, const struct view *v, struct arena *a, const struct guest_row *row,
	const struct page *p, const struct one_state *st)
{
	int seen = (int)p->nthreads - p->first, most = p->bottom - p->top;
	struct threads_drawn d = {.a = a, .row = p->thread, .guest = row->name};
	struct table t = {.columns = thread_columns,
		.ncolumns = THREAD_COLUMNS,
		.selected = TABLE_NONE,
		.sort = TABLE_NONE,
		.data = &d,
		.cell = thread_cell};
	struct rect r = {0, p->top - 1, v->w, 1};

	seen = seen < 0 ? 0 : seen > most ? most : seen;
	if (!p->nthreads || p->top > v->h)
		return;
	if (!seen) { /* what is seen instead, at the place of the table's head */
		canvas_cut(c, 1, p->top - 1, v->w - 2, ROLE_dim, part_of(p));
		return;
	}
	d.row = &p->thread[p->first];
	t.nrows = (size_t)seen;
	if (p->at < p->nthreads && (int)p->at >= p->first)
		t.selected = (ptrdiff_t)p->at - p->first;
	r.h = 1 + seen;
	table_draw(c, r, &t);
	if (p->at < p->nthreads)
		rows_head(c, r, thread_columns, THREAD_COLUMNS, st->column);
}

static void draw_facts(struct canvas *c, const struct view *v, const struct page *p, int y)
{
	for (size_t i = 0; i < p->facts.n; i++) {
		const struct said *s = &p->facts.line[i];
		int at = y + (int)i;

		if (at < 0 || at >= canvas_h(c))
			continue;
		if (!s->text) {
			canvas_cut(c, 1, at, v->w - 2, s->role, s->label);
			continue;
		}
		canvas_cut(c, 3, at, LABEL, ROLE_dim, s->label);
		canvas_cut(c, 4 + LABEL, at, v->w - LABEL - 5, s->role, s->text);
		if (p->at >= p->nthreads && p->at < p->n && p->fact[p->at - p->nthreads] == i)
			canvas_select(c, (struct rect){0, at, v->w, 1});
	}
}

/* The line under the cursor once more and in full: what the columns had no room for. */
static void draw_foot(
	struct canvas *c, const struct view *v, struct arena *a, const struct guest_row *row, const struct page *p)
{
	const char *text = "";
	int below = p->rows - p->first - (p->bottom - p->top), y = p->bottom + 1;

	if (p->bottom >= v->h)
		return;
	canvas_fill(c, (struct rect){0, p->bottom, v->w, 1}, glyph_char(c, GLYPH_HLINE), ROLE_rule);
	if (below > 0)
		canvas_printf(c, 2, p->bottom, -1, ROLE_dim, " %s %d more ", glyph_text(c, GLYPH_DOWN), below);
	if (p->first > 0)
		canvas_printf(c, 16, p->bottom, -1, ROLE_dim, " %s %d more ", glyph_text(c, GLYPH_UP), p->first);
	if (p->at < p->nthreads)
		text = thread_words(a, &p->thread[p->at], row->name);
	else if (p->at < p->n) {
		const struct said *s = &p->facts.line[p->fact[p->at - p->nthreads]];

		text = arena_printf(a, "%s: %s", s->label, s->text);
	}
	y += p->stays ? p->map.l.rows + 1 : 0;
	canvas_wrap(c, (struct rect){1, y, v->w - 2, v->h - y}, ROLE_text, text);
}

static void draw_map(struct canvas *c, const struct view *v, const struct page *p, int y)
{
	coregrid_draw(c, 1, y, &p->map.g, &p->map.l);
	canvas_cut(c, 1, y + p->map.l.rows, v->w - 2, ROLE_dim, pin_map_legend);
}

void one_draw(
	struct canvas *c, const struct view *v, struct arena *a, const struct guest_row *r, const struct one_state *st)
{
	struct page p = page_of(v, a, r, st);
	struct canvas body = canvas_part(c, (struct rect){0, p.top, v->w, p.bottom - p.top});

	draw_head(c, v, a, r, &p);
	if (p.stays)
		draw_map(c, v, &p, p.bottom + 1);
	else if (p.has_map)
		draw_map(&body, v, &p, p.map_y - p.first);
	draw_facts(&body, v, &p, p.facts_y - p.first);
	draw_threads(c, v, a, r, &p, st);
	draw_foot(c, v, a, r, &p);
}

static void choose(struct one_state *st, const struct page *p, size_t line)
{
	st->at = line;
	name_of(p, line, st->line);
}

void one_move(const struct view *v, struct arena *a, const struct guest_row *r, struct one_state *st, enum motion m)
{
	struct page p = page_of(v, a, r, st);
	size_t page = p.bottom - p.top > 1 ? (size_t)(p.bottom - p.top - 1) : 1;

	if (m == MOVE_NEXT || m == MOVE_PREVIOUS) {
		st->column = rows_column(thread_columns, THREAD_COLUMNS, v->w, st->column, m);
		return;
	}
	if (p.at == SIZE_MAX)
		return;
	st->first = p.first;
	choose(st, &p, (size_t)rows_step((ptrdiff_t)p.at, p.n, page, m));
	st->first = page_of(v, a, r, st).first;
}

void one_click(const struct view *v, struct arena *a, const struct guest_row *r, struct one_state *st, int x, int y)
{
	struct page p = page_of(v, a, r, st);
	int widths[THREAD_COLUMNS], at = 1;

	st->first = p.first;
	if (p.nthreads && y == p.top - 1) {
		table_layout(thread_columns, THREAD_COLUMNS, v->w, widths);
		for (size_t i = 0; i < THREAD_COLUMNS; i++) {
			if (widths[i] && x >= at && x < at + widths[i])
				st->column = i;
			at += widths[i] ? widths[i] + table_gap(v->w) : 0;
		}
	}
	if (y < p.top || y >= p.bottom)
		return;
	for (size_t i = 0; i < p.n; i++)
		if (row_of(&p, i) == y - p.top + p.first)
			choose(st, &p, i);
}

size_t one_address(const struct view *v, struct arena *a, const struct guest_row *r, const struct one_state *st,
	char *buf, size_t size)
{
	struct page p = page_of(v, a, r, st);

	if (p.at == SIZE_MAX)
		return guest_address(r, GUEST_NAME, buf, size);
	if (p.at < p.nthreads)
		return thread_address(r, &p.thread[p.at], (enum thread_column)st->column, buf, size);
	return (size_t)snprintf(buf, size, "%s", p.facts.line[p.fact[p.at - p.nthreads]].address);
}

const struct placement_thread *one_thread(
	const struct view *v, struct arena *a, const struct guest_row *r, const struct one_state *st)
{
	struct page p = page_of(v, a, r, st);

	return p.at < p.nthreads ? &p.thread[p.at] : NULL;
}
