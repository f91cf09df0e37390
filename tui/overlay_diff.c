/* The list of what differs between this host and the one beside it: configuration first, each line leads to its numbers. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/parse.h"
#include "tui/beside_impl.h"
#include "tui/cmd.h"
#include "tui/panels/rows.h"
#include "widgets/glyph.h"

enum { COL_WHAT, COL_HERE, COL_THERE, COLUMNS_N };
enum { LIST_W = 150, MARGIN = 2, HEAD_ROWS = 1, FRAME_ROWS = 4, LEAST_H = 14 };

void diff_open(struct app *a)
{
	struct beside *b = a->beside;

	a->overlay = OVERLAY_DIFF;
	b->on = b->first = 0;
}

char *diff_filter(struct app *a)
{
	return a->beside->filter;
}

static bool word_fits(const struct difference *d, const char *word)
{
	return strcasestr(d->address, word) || (d->a && strcasestr(d->a, word)) || (d->b && strcasestr(d->b, word)) ||
	       (d->field && strcasestr(d->field->label, word)) || strcasestr(d->probe->title, word);
}

static bool fits(struct arena *a, const struct difference *d, const char *filter)
{
	struct slice rest = slice_of(filter), word;

	while (slice_word(&rest, &word))
		if (!word_fits(d, slice_text(a, word)))
			return false;
	return true;
}

const char *diff_names(const struct app *a, const char *address)
{
	const struct beside *b = a->beside;

	return b->names && *b->names && strcmp(b->names_of, address) == 0 ? b->names : NULL;
}

/* Made again when a snapshot, the filter or what counts is another; the cursor stays on its line. */
static void make(struct app *a)
{
	struct beside *b = a->beside;
	uint64_t of[2] = {a->snap->id, b->snap->id};
	struct arena *arena;
	const char *at;

	if (b->arena && memcmp(of, b->of, sizeof(of)) == 0 && b->moving == b->of_moving && strcmp(b->filter, b->of_filter) == 0)
		return;
	arena = arena_new(0);
	at = b->arena && b->on < b->nshown ? arena_strdup(arena, b->shown[b->on]->address) : "";
	arena_free(b->arena);
	b->arena = arena;
	memcpy(b->of, of, sizeof(of));
	b->of_moving = b->moving;
	snprintf(b->of_filter, sizeof(b->of_filter), "%s", b->filter);
	b->list = diff_snapshots(arena, a->snap, b->snap, b->moving);
	b->shown = arena_array(arena, b->list.n + 1, sizeof(*b->shown));
	b->nshown = 0;
	for (size_t i = 0; i < b->list.n; i++)
		if (fits(arena, &b->list.row[i], b->filter))
			b->shown[b->nshown++] = &b->list.row[i];
	for (size_t i = 0; i < b->nshown; i++)
		if (strcmp(b->shown[i]->address, at) == 0)
			b->on = i;
	if (b->on >= b->nshown)
		b->on = b->nshown ? b->nshown - 1 : 0;
}

static const char *next_char(const char *at)
{
	do
		at++;
	while (((unsigned char)*at & 0xc0) == 0x80);
	return at;
}

/* What does not fit loses keys, so that probe and field are seen; or its beginning: addresses differ at their ends. */
static void cut_address(char *buf, size_t size, const char *address, int w)
{
	const char *from = address, *open = strchr(address, '['), *close = strrchr(address, ']');
	int room = open && close ? w - (int)(open + 2 - address) - text_width(close) : 0;

	if (text_width(address) > w && room > 0) {
		for (from = open + 1; room > 0 && from < close; room--)
			from = next_char(from);
		snprintf(buf, size, "%.*s…%s", (int)(from - address), address, close);
		return;
	}
	while (w > 1 && text_width(from) > w - (from > address))
		from = next_char(from);
	snprintf(buf, size, "%s%s", from > address ? "…" : "", from);
}

static void cell(const void *data, size_t row, size_t column, struct cell_text *ret)
{
	const struct beside *b = data;
	const struct difference *d = b->shown[row];
	bool here = column == COL_HERE;
	const char *text = here ? d->a : d->b;

	ret->role = d->moves ? ROLE_dim : ROLE_box;
	if (column == COL_WHAT) {
		cut_address(ret->text, sizeof(ret->text), d->address, b->what_w);
		return;
	}
	if (d->kind == DIFFERENCE_ONLY_A || d->kind == DIFFERENCE_ONLY_B) {
		bool there = here == (d->kind == DIFFERENCE_ONLY_A);

		ret->role = there ? ROLE_strong : ROLE_unknown;
		if (!text)
			text = there ? "only here" : "-";
	} else if (!d->moves) {
		ret->role = d->part == PART_UNREAD ? ROLE_unknown : here ? ROLE_text : ROLE_differ;
	}
	snprintf(ret->text, sizeof(ret->text), "%s", text ? text : "-");
}

/* The values take what they need, the address the rest: two long values share what is there. */
static void columns_of(struct app *a, struct arena *arena, int w, struct table_column columns[COLUMNS_N])
{
	struct beside *b = a->beside;
	int most = w * 3 / 10, need[COLUMNS_N] = {0}, widths[COLUMNS_N];

	for (size_t i = 0; i < b->nshown; i++)
		for (size_t k = COL_HERE; k < COLUMNS_N; k++) {
			struct cell_text text;
			int width;

			cell(b, i, k, &text);
			width = text_width(text.text);
			need[k] = width > need[k] ? width : need[k];
		}
	columns[COL_WHAT] = (struct table_column){"What", 24, 12, ALIGN_LEFT, 9, true};
	for (size_t k = COL_HERE; k < COLUMNS_N; k++) {
		const char *host = beside_name(a, arena, k != COL_HERE);
		int title = text_width(host);

		need[k] = need[k] < title ? title : need[k];
		columns[k] = (struct table_column){
			host, need[k] < most ? need[k] : most, 8, ALIGN_LEFT, (uint8_t)(9 - k), false};
	}
	table_layout(columns, COLUMNS_N, w, widths);
	b->what_w = widths[COL_WHAT];
}

static const char *summary(struct arena *arena, const struct beside *b)
{
	const struct differences *d = &b->list;
	size_t n = d->n - d->unread;
	const char *text = n ? arena_printf(arena, "%zu difference%s", n, n == 1 ? "" : "s") : "No difference";

	if (b->moving)
		text = arena_printf(arena, "%s with what moves by itself", text);
	if (d->unread)
		text = arena_printf(arena, "%s · %zu only one side could read", text, d->unread);
	if (*b->filter)
		text = arena_printf(arena, "%s · %zu with %s", text, b->nshown, b->filter);
	return arena_printf(
		arena, "%s · %zu values compared, %zu not known on one side or both", text, d->compared, d->unknown);
}

static struct table table_of(struct app *a, const struct table_column *columns, int h)
{
	struct beside *b = a->beside;
	struct table t = {.columns = columns,
		.ncolumns = COLUMNS_N,
		.nrows = b->nshown,
		.selected = b->nshown ? (ptrdiff_t)b->on : TABLE_NONE,
		.sort = TABLE_NONE,
		.empty = *b->filter   ? "no difference fits the filter"
			 : b->moving ? "nothing differs"
				     : "nothing that is set differs; m: what moves by itself",
		.data = b,
		.cell = cell};

	t.first = b->first = table_scroll(b->first, t.selected, t.nrows, table_visible(t.nrows, h));
	return t;
}

void diff_draw(struct app *a, struct canvas *c)
{
	struct beside *b = a->beside;
	struct arena *arena = arena_new(0);
	struct table_column columns[COLUMNS_N];
	int w = canvas_w(c) - 2 * MARGIN, h = canvas_h(c) - 2, in_w;
	struct rect r;
	struct canvas box;
	struct table t;

	if (!a->snap || !b->snap) {
		a->overlay = OVERLAY_NONE;
		arena_free(arena);
		return;
	}
	make(a);
	w = w > LIST_W ? LIST_W : w;
	if (h > (int)b->nshown + FRAME_ROWS) /* no higher than there is something to say, and never jumping about */
		h = (int)b->nshown + FRAME_ROWS > LEAST_H ? (int)b->nshown + FRAME_ROWS : h < LEAST_H ? h : LEAST_H;
	r = (struct rect){(canvas_w(c) - w) / 2, 0, w, h};
	box = frame_box(c, r,
		arena_printf(arena, "%s and %s", beside_name(a, arena, 0), beside_name(a, arena, 1)), ROLE_box);
	in_w = canvas_w(&box);
	columns_of(a, arena, in_w, columns);
	canvas_cut(&box, 1, 0, in_w - 2, ROLE_dim, summary(arena, b));
	b->hit = (struct rect){0, HEAD_ROWS, in_w, canvas_h(&box) - HEAD_ROWS};
	t = table_of(a, columns, b->hit.h);
	table_draw(&box, b->hit, &t);
	b->hit.x += r.x + 1;
	b->hit.y += r.y + 2; /* the list lies below the title of the screen */
	arena_free(arena);
}

/* The number itself: what it is, on both sides. */
static void explain(struct app *a)
{
	struct beside *b = a->beside;
	char address[sizeof(a->explain)];

	if (b->on >= b->nshown)
		return;
	snprintf(address, sizeof(address), "%s", b->shown[b->on]->first);
	free(b->names);
	b->names = xstrdup(b->shown[b->on]->rows > 1 ? b->shown[b->on]->names : "");
	snprintf(b->names_of, sizeof(b->names_of), "%s", address);
	a->overlay = OVERLAY_NONE;
	cmd_explain(a, address);
	if (text_width(b->shown[b->on]->address) > b->what_w)
		app_say(a, ROLE_info, "%s", b->shown[b->on]->address);
}

bool diff_key(struct app *a, uint32_t code)
{
	static const struct {
		uint32_t code;
		enum motion motion;
	} moves[] = {{K_UP, MOVE_UP}, {'k', MOVE_UP}, {K_DOWN, MOVE_DOWN}, {'j', MOVE_DOWN}, {K_PAGE_UP, MOVE_PAGE_UP},
		{K_PAGE_DOWN, MOVE_PAGE_DOWN}, {K_HOME, MOVE_HOME}, {K_END, MOVE_END}};
	struct beside *b = a->beside;

	for (size_t i = 0; i < COUNT(moves); i++)
		if (moves[i].code == code) {
			if (b->nshown)
				b->on = (size_t)rows_step((ptrdiff_t)b->on, b->nshown,
					table_visible(b->nshown, b->hit.h), moves[i].motion);
			return true;
		}
	switch (code) {
	case K_ENTER:
		explain(a);
		return true;
	case 'm':
		b->moving = !b->moving;
		return true;
	case '/':
		a->prompt = PROMPT_DIFF;
		snprintf(a->input, sizeof(a->input), "%s", b->filter);
		return true;
	case 'o':
		beside_close(a);
		return true;
	case K_ESC:
		if (*b->filter) {
			b->filter[0] = '\0';
			return true;
		}
		a->overlay = OVERLAY_NONE;
		return true;
	case 'q':
	case 'D':
	case '=':
		a->overlay = OVERLAY_NONE;
		return true;
	default:
		return code >= 0x20 && code < K_NAMED && code != ':'; /* what other letters do is not seen below the list */
	}
}

bool diff_click(struct app *a, int x, int y, bool twice)
{
	struct beside *b = a->beside;
	size_t row = b->first + (size_t)(y - b->hit.y - 1);

	if (x < b->hit.x || x >= b->hit.x + b->hit.w || y <= b->hit.y || y >= b->hit.y + b->hit.h)
		return false;
	if (row < b->nshown && row - b->first < table_visible(b->nshown, b->hit.h)) {
		b->on = row;
		if (twice)
			explain(a);
	}
	return true;
}
