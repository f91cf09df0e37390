/* Memory: the answer in words, each node, and what saves memory, what waits for it and what decides that. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/panels/memory.h"

#include <stdio.h>
#include <string.h>

#include "widgets/glyph.h"

/* The cursor runs over the nodes and then over the lines below them. */
struct state {
	size_t item; /* a node, or behind them a line */
	size_t column; /* of the nodes */
	size_t part; /* of the lines */
	size_t first; /* the uppermost node */
};

static const struct hint hints[] = {
	{"Tab", "column", "Move the cursor to the next number of the row: ? explains the number under it."},
};

enum { LABEL_W = 10, TOGETHER_H = 6 }; /* with fewer rows the nodes or the lines are seen, where the cursor is */

/* Where things are, for drawing, moving and clicking alike. */
struct layout {
	struct arena *a;
	struct memory_facts f;
	struct node_table nodes;
	struct memory_line line[MEMORY_LINES];
	size_t n; /* nodes */
	size_t item; /* that is selected */
	int text_h;
	bool legend;
	struct rect table; /* h 0: not seen */
	int lines_y, lines_h; /* rows that are seen */
	size_t first_line;
};

/*
 * How many rows the sentence may take: always the same at one size, so that nothing jumps; on the smallest screens as
 * many as it needs.
 */
static int text_rows(const struct view *v, struct arena *a, const struct memory_facts *f)
{
	struct canvas nowhere = canvas_over(NULL, 0, 0, v->ascii);
	int rows;

	if (v->h > 8)
		return v->w >= 120 ? 2 : v->h > 16 || v->w < 60 ? 3 : 2;
	rows = canvas_wrap(&nowhere, (struct rect){3, 0, v->w - 4, 0}, ROLE_text, memory_answer(a, f).text);
	return rows < 3 ? rows : 3;
}

static void lay_out(const struct view *v, const struct state *st, struct arena *a, struct layout *l)
{
	int top, room, nodes_h;

	*l = (struct layout){.a = a, .f = memory_facts(v->s), .legend = v->h > 13};
	l->text_h = text_rows(v, a, &l->f);
	node_table(a, l->f.numa, v->w, &l->nodes);
	memory_lines(a, &l->f, l->line);
	l->n = l->f.numa ? l->f.numa->node.n : 0;
	l->item = st->item < l->n + MEMORY_LINES ? st->item : l->n + MEMORY_LINES - 1;
	top = l->text_h + l->legend + (v->h > 16);
	room = v->h - top;
	nodes_h = l->n ? (int)l->n + 1 : 2;
	if (room < TOGETHER_H) {
		int nodes = l->item >= l->n ? 0 : nodes_h < room ? nodes_h : room;

		l->table = (struct rect){0, top, v->w, nodes};
		l->lines_y = top + nodes;
		l->lines_h = room - nodes;
	} else {
		int lines = room - nodes_h;

		lines = lines > MEMORY_LINES || room >= MEMORY_LINES + 4 ? MEMORY_LINES
			: lines < room / 2                               ? room / 2
									 : lines;
		nodes_h = nodes_h < room - lines ? nodes_h : room - lines;
		l->table = (struct rect){0, top, v->w, nodes_h};
		l->lines_y = top + nodes_h + (room > nodes_h + lines);
		l->lines_h = lines;
	}
	if (l->lines_h < 0)
		l->lines_h = 0;
	if (l->item >= l->n && l->item - l->n >= (size_t)l->lines_h)
		l->first_line = l->item - l->n - (size_t)l->lines_h + 1;
}

static struct table table_of(const struct layout *l, const struct state *st)
{
	struct table t = {
		.columns = l->nodes.column,
		.ncolumns = l->nodes.ncolumns,
		.nrows = l->n,
		.selected = l->item < l->n ? (ptrdiff_t)l->item : TABLE_NONE,
		.sort = TABLE_NONE,
		.empty = !l->f.numa ? "reading"
			 : l->f.numa->node.known == KNOWN_ABSENT
				 ? l->f.files ? "its files tell no nodes"
					      : "this kernel tells no nodes: all memory is equally far"
				 : known_word(l->f.numa->node.known),
		.data = &l->nodes,
		.cell = node_cell,
	};

	t.first = table_scroll(st->first, t.selected, t.nrows, table_visible(t.nrows, l->table.h));
	return t;
}

static void draw_answer(struct canvas *c, const struct layout *l, const struct view *v)
{
	static const struct {
		enum glyph glyph;
		enum role role;
	} moods[] = {{GLYPH_UNREAD, ROLE_unknown}, {GLYPH_GOOD, ROLE_good}, {GLYPH_WARN, ROLE_warn},
		{GLYPH_CRIT, ROLE_crit}};
	struct memory_answer answer = memory_answer(l->a, &l->f);

	canvas_char(c, 1, 0, glyph_char(c, moods[answer.mood].glyph), moods[answer.mood].role);
	canvas_wrap(c, (struct rect){3, 0, v->w - 4, l->text_h}, answer.mood >= MOOD_WARN ? ROLE_strong : ROLE_text,
		answer.text);
	if (!l->legend)
		return;
	canvas_cut(c, 3, l->text_h, v->w - 4, ROLE_dim,
		arena_printf(l->a, "%s used  %s huge page pools  %s page cache%s", glyph_text(c, GLYPH_BAR),
			v->ascii ? "=" : "▄", glyph_text(c, GLYPH_SHADE),
			l->f.m && value_known(l->f.m->page_kib)
				? arena_printf(l->a, " · pages of %s", memory_page_size(l->a, l->f.m->page_kib.u))
				: ""));
}

/* The head of the column under the cursor: what ? explains. */
static void draw_column(struct canvas *c, const struct layout *l, const struct state *st)
{
	int widths[NODE_COLUMNS], x = 1;
	size_t column = st->column < l->nodes.ncolumns ? st->column : 0;

	if (l->item >= l->n || l->table.h < 1)
		return;
	table_layout(l->nodes.column, l->nodes.ncolumns, l->table.w, widths);
	for (size_t i = 0; i < column; i++)
		x += widths[i] ? widths[i] + table_gap(l->table.w) : 0;
	if (widths[column])
		canvas_select(c, (struct rect){x, l->table.y, widths[column], 1});
}

/* What a part says; what asks for attention has its sign in front. */
static const char *part_text(const struct canvas *c, struct arena *a, const struct memory_part *p)
{
	if (p->role != ROLE_warn && p->role != ROLE_crit)
		return p->text;
	return arena_printf(a, "%s %s", glyph_text(c, p->role == ROLE_crit ? GLYPH_CRIT : GLYPH_WARN), p->text);
}

/* What asks for attention, and what comes first in its line. */
static bool asks(const struct memory_line *line, const struct memory_part *p)
{
	return p == &line->part[0] || p->role == ROLE_warn || p->role == ROLE_crit;
}

/* Cells for the next part: 0 when it has no room and is not seen. What asks is cut rather than left out. */
static int part_width(int x, int w, const char *text, bool must)
{
	enum { LEAST = 10 };
	int need = text_width(text), room = w - 1 - x;

	return need <= room ? need : must && room >= LEAST ? room : 0;
}

/* Parts that ask for attention come before those that do not, where not all have room. */
static size_t parts_in_order(const struct memory_line *line, const struct memory_part *order[MEMORY_PARTS])
{
	size_t n = 0;

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < line->nparts; i++) {
			if (asks(line, &line->part[i]) == (pass == 0))
				order[n++] = &line->part[i];
		}
	return n;
}

static void draw_line(struct canvas *c, const struct layout *l, const struct state *st, int y, size_t i)
{
	const struct memory_line *line = &l->line[i];
	const struct memory_part *order[MEMORY_PARTS];
	size_t n = parts_in_order(line, order), at = st->part < n ? st->part : n ? n - 1 : 0;
	int w = canvas_w(c), x = LABEL_W + 1;
	bool here = l->item == l->n + i;

	canvas_cut(c, 1, y, LABEL_W, ROLE_strong, line->label);
	for (size_t k = 0; k < n; k++) {
		const char *text = part_text(c, l->a, order[k]);
		int width = part_width(x, w, text, asks(line, order[k]));

		if (!width)
			break;
		canvas_cut(c, x, y, width, order[k]->role, text);
		if (here && k == at)
			canvas_select(c, (struct rect){x, y, width, 1});
		x += width + 3;
	}
	if (here)
		canvas_select(c, (struct rect){1, y, (int)strlen(line->label), 1});
}

static void draw(struct canvas *c, const struct view *v, const void *state)
{
	const struct state *st = state;
	struct arena *a = arena_new(0);
	struct layout l;

	lay_out(v, st, a, &l);
	draw_answer(c, &l, v);
	if (l.table.h > 0) {
		struct table t = table_of(&l, st);

		table_draw(c, l.table, &t);
		draw_column(c, &l, st);
	}
	for (int i = 0; i < l.lines_h && l.first_line + (size_t)i < MEMORY_LINES; i++)
		draw_line(c, &l, st, l.lines_y + i, l.first_line + (size_t)i);
	arena_free(a);
}

/* How many parts of that line are seen. */
static size_t parts_seen(const struct view *v, const struct layout *l, size_t i)
{
	struct canvas nowhere = canvas_over(NULL, 0, 0, v->ascii);
	const struct memory_part *order[MEMORY_PARTS];
	size_t n = parts_in_order(&l->line[i], order), seen = 0;
	int x = LABEL_W + 1;

	while (seen < n) {
		int width = part_width(x, v->w, part_text(&nowhere, l->a, order[seen]), asks(&l->line[i], order[seen]));

		if (!width)
			break;
		x += width + 3;
		seen++;
	}
	return seen;
}

static void next_column(const struct view *v, const struct layout *l, struct state *st, bool back)
{
	size_t n = l->item < l->n ? l->nodes.ncolumns : parts_seen(v, l, l->item - l->n);
	int widths[NODE_COLUMNS];

	if (!n)
		return;
	if (l->item >= l->n) {
		st->part = st->part < n ? st->part : n - 1;
		st->part = (st->part + (back ? n - 1 : 1)) % n;
		return;
	}
	table_layout(l->nodes.column, n, v->w, widths);
	st->column = st->column < n ? st->column : 0;
	do /* columns that were given up have nothing to explain */
		st->column = (st->column + (back ? n - 1 : 1)) % n;
	while (!widths[st->column] && st->column);
}

static void move(const struct view *v, void *state, enum motion m)
{
	struct state *st = state;
	struct arena *a = arena_new(0);
	ptrdiff_t item, last, page;
	struct layout l;

	lay_out(v, st, a, &l);
	if (m == MOVE_NEXT || m == MOVE_PREVIOUS) {
		next_column(v, &l, st, m == MOVE_PREVIOUS);
	} else {
		item = (ptrdiff_t)l.item;
		last = (ptrdiff_t)(l.n + MEMORY_LINES) - 1;
		page = l.table.h > 3 ? l.table.h - 2 : 1;
		item += m == MOVE_DOWN        ? 1
			: m == MOVE_UP        ? -1
			: m == MOVE_PAGE_DOWN ? page
			: m == MOVE_PAGE_UP   ? -page
					      : 0;
		item = m == MOVE_HOME || item < 0 ? 0 : m == MOVE_END || item > last ? last : item;
		st->first = table_of(&l, st).first;
		if (st->item != (size_t)item)
			st->part = 0;
		st->item = (size_t)item;
		lay_out(v, st, a, &l);
		st->first = table_of(&l, st).first;
	}
	arena_free(a);
}

static void click(const struct view *v, void *state, int x, int y)
{
	struct state *st = state;
	struct arena *a = arena_new(0);
	ptrdiff_t row, column;
	struct layout l;
	struct table t;

	lay_out(v, st, a, &l);
	t = table_of(&l, st);
	if (l.table.h > 0 && table_hit(&t, l.table, x, y, &row, &column)) {
		st->first = t.first;
		if (row != TABLE_NONE)
			st->item = (size_t)row;
		if (column != TABLE_NONE)
			st->column = (size_t)column;
	} else if (y >= l.lines_y && y < l.lines_y + l.lines_h) {
		struct canvas nowhere = canvas_over(NULL, 0, 0, v->ascii);
		const struct memory_part *order[MEMORY_PARTS];
		size_t i = l.first_line + (size_t)(y - l.lines_y), n = parts_in_order(&l.line[i], order);
		int at = LABEL_W + 1;

		st->item = l.n + i;
		st->part = 0;
		for (size_t k = 0; k < n && x >= at; k++) {
			st->part = k;
			at += text_width(part_text(&nowhere, a, order[k])) + 3;
		}
	}
	arena_free(a);
}

static size_t address(const struct view *v, const void *state, char *buf, size_t size)
{
	const struct state *st = state;
	struct arena *a = arena_new(0);
	struct layout l;
	size_t len = 0;

	lay_out(v, st, a, &l);
	if (l.item < l.n) {
		len = node_address(&l.nodes, l.item, st->column < l.nodes.ncolumns ? st->column : 0, buf, size);
	} else {
		const struct memory_part *order[MEMORY_PARTS];
		size_t n = parts_in_order(&l.line[l.item - l.n], order);
		const struct memory_part *p = n ? order[st->part < n ? st->part : n - 1] : NULL;

		if (p && p->address)
			len = (size_t)snprintf(buf, size, "%s", p->address);
	}
	arena_free(a);
	return len;
}

const struct panel panel_memory = {
	.name = "memory",
	.title = "Memory",
	.brief = "Mem",
	.sentence =
		"How the memory of each node is used, what KSM and huge pages save or cost, and what waits for memory.",
	.state_size = sizeof(struct state),
	.hints = hints,
	.nhints = COUNT(hints),
	.draw = draw,
	.move = move,
	.click = click,
	.address = address,
};
