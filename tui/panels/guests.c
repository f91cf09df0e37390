/* Guests: who waits for a CPU, what QEMU emulates for whom, who is pinned where; one of them down to the silicon. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "probes/cpuset.h"
#include "tui/panels/guests.h"
#include "widgets/glyph.h"

static const struct table_column columns[GUEST_COLUMNS] = {
	[GUEST_NAME] = {"  Guest", 20, 12, ALIGN_LEFT, 20, false},
	[GUEST_STATE] = {"State", 9, 0, ALIGN_LEFT, 15, false},
	[GUEST_VCPUS] = {"vCPUs", 5, 0, ALIGN_RIGHT, 14, false},
	[GUEST_WAIT] = {"Wait/s", 8, 7, ALIGN_RIGHT, 19, false},
	[GUEST_SLICE] = {"A turn", 7, 0, ALIGN_RIGHT, 11, false},
	[GUEST_BUSY] = {"Busy", 6, 0, ALIGN_RIGHT, 12, false},
	[GUEST_DEVICES] = {"Devices", 12, 9, ALIGN_LEFT, 18, false},
	[GUEST_PINS] = {"Pins", 8, 0, ALIGN_LEFT, 17, false},
	[GUEST_NODES] = {"Nodes", 5, 0, ALIGN_LEFT, 16, false},
	[GUEST_DRIFT] = {"Restart", 7, 0, ALIGN_LEFT, 10, false},
	[GUEST_MEMORY] = {"Memory", 12, 0, ALIGN_LEFT, 9, false},
	[GUEST_CPUS] = {"CPUs", 12, 8, ALIGN_LEFT, 8, false},
	[GUEST_WHY] = {"Conflict", 30, 20, ALIGN_LEFT, 7, true},
};

static const struct hint hints[] = {
	{"Enter", "open", "Open the guest under the cursor, from its devices down to the silicon; again: go back."},
	{"p", "pin", "Choose CPUs for the thread or the guest under the cursor."},
	{"Tab", "column", "Move the cursor to the next column: ? explains the number under it."},
	{"s", "sort", "Sort by the column under the cursor; S the other way round. Until then what costs most comes first: waits "
		      "that are felt, what is critical, devices that QEMU acts out, warnings, notes. The sign before a name is "
		      "the worst that its row says: ▲ critical, △ a warning, · a note."},
};

/* What every call needs: the guests in order, and which of them the cursor is on. */
struct seen {
	struct arena *a;
	struct guest_rows rows;
	ptrdiff_t at;
	const struct guest_row *row; /* NULL: none */
};

static struct seen look(const struct view *v, const struct guests_state *st)
{
	struct seen l = {.a = arena_new(0)};

	l.rows = guest_rows(l.a, v->s, v->filter, st->order);
	l.at = *st->key ? guest_rows_find(&l.rows, st->key) : TABLE_NONE;
	if (l.at == TABLE_NONE && l.rows.n)
		l.at = 0;
	l.row = l.at == TABLE_NONE ? NULL : l.rows.row[l.at];
	/* the guest that is open stays open, whatever a filter given as a command says of it */
	if (st->open)
		l.row = guest_rows_open(&l.rows, st->key, v->beside ? st->name : NULL, v->beside ? NULL : l.row);
	return l;
}

/* Is one guest shown? One that is gone is not. */
static bool inside(const struct seen *l, const struct guests_state *st, const struct view *v)
{
	return st->open && l->row && (v->beside || strcmp(l->row->key, st->key) == 0);
}

static bool lacks(const struct view *v, const void *state)
{
	struct seen l = look(v, state);

	arena_free(l.a);
	return ((const struct guests_state *)state)->open && !l.row;
}

struct layout {
	int text_h;
	struct rect table, brief;
};

/* What the list does not need goes to the guest under the cursor. */
static struct layout layout(const struct view *v, size_t n)
{
	int brief = v->h >= 45 ? v->h * 2 / 5 : v->h >= 30 ? 9 : v->h >= 18 ? 3 : 0, top, left;
	struct layout l = {.text_h = v->w < 60 && v->h > 20 ? 3 : v->h > 5 ? 2 : 1};

	top = l.text_h + (v->h > 9) + (v->h > 14 && v->h != 19);
	left = v->h - top - 3 - (n < (size_t)v->h ? (int)n : v->h);
	if (brief && left > brief)
		brief = left;
	l.table = (struct rect){0, top, v->w, v->h - top - (brief ? brief + 1 : 0)};
	l.brief = (struct rect){1, v->h - brief, v->w - 2, brief};
	return l;
}

static struct table table_of(
	const struct guest_drawn *d, const struct view *v, const struct guests_state *st, ptrdiff_t at)
{
	struct rect r = layout(v, d->rows->n).table;
	struct table t = {
		.columns = columns,
		.ncolumns = GUEST_COLUMNS,
		.nrows = d->rows->n,
		.selected = at,
		.sort = st->order.chosen ? (ptrdiff_t)st->order.by : TABLE_NONE,
		.descending = guest_order_descends(st->order),
		.empty = guests_empty(d->rows),
		.data = d,
		.cell = guest_cell,
	};

	t.first = table_scroll(st->first, at, t.nrows, table_visible(t.nrows, r.h));
	return t;
}

static const char *summary(const struct seen *l, const struct table *t, int h, const struct guests_state *st)
{
	const char *order =
		st->order.chosen ? guest_order_words(l->a, st->order, columns[st->order.by].title) : "worst first";

	return guests_summary(l->a, &l->rows, order, t->first, table_visible(t->nrows, h));
}

static void draw_below(struct canvas *c, const struct view *v, struct rect r, const struct seen *l)
{
	struct rect wide = {0, r.y, v->w, r.h};
	struct canvas part = canvas_part(c, wide);
	struct view below = *v;

	below.h = r.h;
	if (r.h < 6)
		one_brief(c, r, l->a, l->row);
	else
		one_draw(&part, &below, l->a, l->row, NULL);
}

static void draw_list(struct canvas *c, const struct view *v, const struct guests_state *st, const struct seen *l)
{
	struct guest_drawn drawn = {.a = l->a, .rows = &l->rows};
	struct table t = table_of(&drawn, v, st, l->at);
	struct layout at = layout(v, l->rows.n);
	enum role role;
	const char *text = guests_sentence(l->a, &l->rows, &role), *remedy = guests_remedy(l->a, l->rows.guests);

	bool urgent = remedy && !guests_without_libvirt(l->rows.guests);

	if (urgent && v->h <= 9)
		text = arena_printf(l->a, "%s %s", text, remedy);
	canvas_wrap(c, (struct rect){1, 0, v->w - 2, at.text_h}, role, text);
	if (v->h > 9 && (urgent || l->rows.nall))
		canvas_cut(c, 1, at.text_h, v->w - 2, urgent ? ROLE_warn : ROLE_dim,
			urgent ? remedy : summary(l, &t, at.table.h, st));
	table_draw(c, at.table, &t);
	rows_head(c, at.table, columns, GUEST_COLUMNS, st->column);
	if (at.brief.h && l->row) {
		canvas_fill(c, (struct rect){0, at.brief.y - 1, v->w, 1}, glyph_char(c, GLYPH_HLINE), ROLE_rule);
		draw_below(c, v, at.brief, l);
	}
}

static void draw(struct canvas *c, const struct view *v, const void *state)
{
	const struct guests_state *st = state;
	struct seen l = look(v, st);

	if (inside(&l, st, v))
		one_draw(c, v, l.a, l.row, &st->one);
	else if (st->open && v->beside)
		canvas_wrap(c, (struct rect){1, 0, v->w - 2, v->h}, ROLE_dim,
			arena_printf(l.a, "There is no guest of the name %s here.", st->name));
	else
		draw_list(c, v, st, &l);
	arena_free(l.a);
}

static void choose(struct guests_state *st, const struct guest_rows *r, ptrdiff_t row)
{
	snprintf(st->key, sizeof(st->key), "%s", r->row[row]->key);
	st->top = row == 0;
}

/* Who looks at the first wants the first of the new order; else the cursor stays on its guest. */
static void reorder(struct guests_state *st, struct rows_order order)
{
	st->order = order;
	if (st->top)
		st->key[0] = '\0';
}

static void move(const struct view *v, void *state, enum motion m)
{
	struct guests_state *st = state;
	struct seen l = look(v, st);
	struct guest_drawn drawn = {.a = l.a, .rows = &l.rows};
	size_t page = table_visible(l.rows.n, layout(v, l.rows.n).table.h);

	if (inside(&l, st, v)) {
		one_move(v, l.a, l.row, &st->one, m);
	} else if (m == MOVE_NEXT || m == MOVE_PREVIOUS) {
		st->column = rows_column(columns, GUEST_COLUMNS, v->w, st->column, m);
	} else if (l.rows.n) {
		ptrdiff_t to = rows_step(l.at, l.rows.n, page, m);

		st->first = table_of(&drawn, v, st, l.at).first;
		choose(st, &l.rows, to);
		st->first = table_of(&drawn, v, st, to).first;
	}
	arena_free(l.a);
}

static void click(const struct view *v, void *state, int x, int y)
{
	struct guests_state *st = state;
	struct seen l = look(v, st);
	struct guest_drawn drawn = {.a = l.a, .rows = &l.rows};
	struct table t = table_of(&drawn, v, st, l.at);
	ptrdiff_t row, column;

	if (inside(&l, st, v)) {
		one_click(v, l.a, l.row, &st->one, x, y);
	} else if (table_hit(&t, layout(v, l.rows.n).table, x, y, &row, &column)) {
		if (row != TABLE_NONE) {
			st->first = t.first;
			choose(st, &l.rows, row);
		}
		rows_clicked(&st->order, &st->column, row, column);
		if (row == TABLE_NONE)
			reorder(st, st->order);
	}
	arena_free(l.a);
}

static size_t address(const struct view *v, const void *state, char *buf, size_t size)
{
	const struct guests_state *st = state;
	struct seen l = look(v, st);
	size_t n = 0;

	if (inside(&l, st, v))
		n = one_address(v, l.a, l.row, &st->one, buf, size);
	else if (l.row)
		n = guest_address(l.row, (enum guest_column)st->column, buf, size);
	else if (l.rows.guests)
		n = (size_t)snprintf(buf, size, "guests.link");
	arena_free(l.a);
	return n;
}

static const struct placement_thread *thread_of(
	const struct view *v, const struct guests_state *st, const struct seen *l)
{
	return inside(l, st, v) ? one_thread(v, l->a, l->row, &st->one) : NULL;
}

/* Where the thread under the cursor last ran; a guest as a whole is on no CPU. */
static int64_t cpu(const struct view *v, const void *state)
{
	struct seen l = look(v, state);
	const struct placement_thread *t = thread_of(v, state, &l);
	int64_t id = t && value_known(t->now) ? (int64_t)t->now.u : -1;

	arena_free(l.a);
	return id;
}

static bool runs_on(const struct placement_guest *p, int64_t cpu)
{
	const struct placement_thread *t = p ? p->thread.row : NULL;

	for (uint32_t i = 0; p && i < p->thread.n; i++)
		if (value_known(t[i].now) && t[i].now.u == (uint64_t)cpu)
			return true;
	return false;
}

static void go(const struct view *v, void *state, int64_t id)
{
	struct guests_state *st = state;
	struct seen l = look(v, st);

	st->open = false;
	for (size_t i = 0; i < l.rows.n; i++)
		if (runs_on(l.rows.row[i]->p, id)) {
			choose(st, &l.rows, (ptrdiff_t)i);
			break;
		}
	arena_free(l.a);
}

/* Their clocks stand in the table of threads. */
static const struct cpuset *on_screen(const struct view *v, const void *state, struct arena *a)
{
	const struct guests_state *st = state;
	struct seen l = look(v, st);
	const struct placement_thread *t = l.row && l.row->p ? l.row->p->thread.row : NULL;
	struct cpuset *set = t ? cpuset_new(a, CPUSET_MAX) : NULL;

	for (uint32_t i = 0; t && i < l.row->p->thread.n; i++)
		if (value_known(t[i].now) && t[i].now.u < CPUSET_MAX)
			cpuset_add(set, (uint32_t)t[i].now.u);
	arena_free(l.a);
	return set;
}

static const char *const *guests(const struct view *v, const void *state, struct arena *a, size_t *ret_n)
{
	const struct guests_state *st = state;
	struct seen l = look(v, st);
	struct guest_drawn drawn = {.a = l.a, .rows = &l.rows};
	struct table t = table_of(&drawn, v, st, l.at);
	size_t most = table_visible(l.rows.n, layout(v, l.rows.n).table.h), n = 0;
	const char **keys = arena_array(a, most + 1, sizeof(*keys));

	if (l.row)
		keys[n++] = arena_strdup(a, l.row->key);
	for (size_t i = t.first; !inside(&l, st, v) && i < l.rows.n && n < most; i++)
		if (l.rows.row[i] != l.row)
			keys[n++] = arena_strdup(a, l.rows.row[i]->key);
	arena_free(l.a);
	*ret_n = n;
	return n ? keys : NULL;
}

static void sort(void *state, bool reverse)
{
	struct guests_state *st = state;

	if (!st->open)
		reorder(st, (struct rows_order){st->column, reverse, true});
}

static bool enter(const struct view *v, void *state)
{
	struct guests_state *st = state;
	struct seen l = look(v, st);
	bool can = l.row != NULL;

	if (inside(&l, st, v)) {
		st->open = false;
	} else if (can) {
		if (strcmp(st->key, l.row->key) != 0 || !st->open)
			st->one = (struct one_state){.column = st->one.column};
		snprintf(st->key, sizeof(st->key), "%s", l.row->key);
		snprintf(st->name, sizeof(st->name), "%s", l.row->name);
		st->open = true;
	}
	arena_free(l.a);
	return can;
}

/* A pin is of a guest that libvirt knows as one of this machine; of the others it is still said which it would be. */
static bool pin(const struct view *v, const void *state, struct panel_pin *ret)
{
	const struct guests_state *st = state;
	struct seen l = look(v, st);
	const struct placement_thread *t = thread_of(v, st, &l);
	const char *role = t ? value_text_or(t->role, "") : "";
	struct value here = l.rows.guests ? l.rows.guests->of_this_machine : (struct value){.known = KNOWN_ABSENT};

	if (l.row) {
		ret->uuid = l.row->key;
		ret->managed = guest_managed(l.row) && !(value_known(here) && !here.u);
		if (strcmp(role, "vcpu") == 0 || strcmp(role, "iothread") == 0)
			snprintf(ret->what, sizeof(ret->what), "%s %u", role, (unsigned)value_u64_or(t->number, 0));
		else
			/* threads of vhost go where the emulator goes */
			snprintf(ret->what, sizeof(ret->what), "%s", t ? "emulator" : "all");
	}
	arena_free(l.a);
	return l.row != NULL;
}

const struct panel panel_guests = {
	.name = "guests",
	.title = "Guests",
	.brief = "Guest",
	.sentence = "Which guests wait for a CPU, what QEMU emulates for them, and where each of their threads runs.",
	.state_size = sizeof(struct guests_state),
	.hints = hints,
	.nhints = COUNT(hints),
	.draw = draw,
	.move = move,
	.click = click,
	.address = address,
	.cpu = cpu,
	.go = go,
	.on_screen = on_screen,
	.sort = sort,
	.enter = enter,
	.back = guests_back,
	.seek = guests_seek,
	.pin = pin,
	.lacks = lacks,
	.guests = guests,
};
