/* The strip of a walk: beside the panel where there is room, below it otherwise. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/arena.h"
#include "probes/text.h"
#include "tui/app_impl.h"
#include "tui/beside.h"
#include "tui/walk.h"
#include "tui/walk_strip.h"
#include "widgets/frame.h"
#include "widgets/glyph.h"

enum { SIDE_FROM = 120, SIDE_W = 48, WIDE_FROM = 180, WIDE_SIDE_W = 64, BELOW_LEAST = 9, PANEL_LEAST = 8 };
enum { NAME_W = 12, MORE_W = 7, NARROW = 60, HIGH = 24 }; /* so much of a name is shown before the numbers are said in full */

/* Two hosts side by side need the whole width. */
static bool at_the_side(const struct app *a, struct rect whole, int w)
{
	return whole.w >= SIDE_FROM && (!beside_snapshot(a) || whole.w - w - 1 >= BESIDE_W);
}

bool walk_place(const struct app *a, struct rect whole, struct rect *ret_panel, struct rect *ret_strip)
{
	int h = whole.h / 2, w = whole.w >= WIDE_FROM ? WIDE_SIDE_W : SIDE_W;

	*ret_panel = *ret_strip = whole;
	if (!a->walk.open)
		return false;
	if (at_the_side(a, whole, w)) {
		ret_panel->w = whole.w - w - 1;
		*ret_strip = (struct rect){whole.x + whole.w - w, whole.y, w, whole.h};
		return true;
	}
	if (h < BELOW_LEAST || whole.h - h < PANEL_LEAST) { /* one or the other: the one that has the keys */
		if (!a->walk.focus)
			return false;
		ret_panel->h = 0;
		return true;
	}
	ret_panel->h = whole.h - h - 1;
	*ret_strip = (struct rect){whole.x, whole.y + whole.h - h, whole.w, h};
	return true;
}

/* All lines wrapped, from row `first` on; returns how many rows there are. */
static int put(struct canvas *c, const struct walk_lines *l, struct rect r, int first)
{
	int y = -first;

	for (size_t i = 0; i < l->n; i++) {
		const struct walk_line *one = &l->at[i];
		int w = r.w - one->indent, rows = canvas_wrap(c, (struct rect){0, 0, w, 0}, one->role, one->text);
		struct canvas part = canvas_part(c, r);

		canvas_wrap(&part, (struct rect){one->indent, y, w, rows}, one->role, one->text);
		y += rows;
	}
	return y + first;
}

/* The name of the guest is cut before a number is. */
static void draw_title(const struct walk *w, struct arena *arena, struct canvas *c)
{
	enum role role = w->focus ? ROLE_tab_on : ROLE_tab;
	const char *name = text_tame(arena_strdup(arena, w->guest)), *numbers,
		   *where = arena_printf(
			   arena, canvas_w(c) < SIDE_W ? "%zu/%zu " : "step %zu of %zu ", w->at, w->guide->nsteps - 1);
	int room = canvas_w(c) - text_width(where) - 1, name_w = text_width(name),
	    least = name_w < NAME_W ? name_w : NAME_W, x;

	canvas_fill(c, (struct rect){0, 0, canvas_w(c), 1}, ' ', role);
	x = canvas_text(c, 1, 0, -1, role, canvas_w(c) < SIDE_W ? "WALK " : "WALK  ");
	numbers = walk_numbers(arena, w, room - x - (name_w ? least + 2 : 0));
	if (name_w > room - x - 2 - text_width(numbers))
		name_w = room - x - 2 - text_width(numbers);
	if (name_w > 0) {
		x = canvas_cut(c, x, 0, name_w, role, name);
		x = canvas_text(c, x, 0, -1, role, ": ");
	}
	canvas_cut(c, x, 0, room - x, role, numbers);
	canvas_right(c, 0, 0, canvas_w(c), role, where);
}

/* Those that do something now; how to leave is never given up for others. */
static size_t keys_now(struct app *a, struct frame_key keys[WALK_KEYS])
{
	size_t n = 0;

	for (size_t i = 0; a->walk.focus && i < nwalk_hints; i++)
		if (walk_key_counts(a, walk_hints[i].key)) {
			const char *key = walk_hints[i].key;
			bool says = walk_step(&a->walk)->kind == GUIDE_FRAME && strcmp(key, "Enter") == 0;

			keys[n] = (struct frame_key){
				key, says ? "say" : walk_hints[i].label, i == 0 || strcmp(key, "Esc") == 0};
			a->walk_code[n++] = key_from_name(key);
		}
	if (!n) {
		keys[0] = (struct frame_key){"w", "the walk's keys", true};
		a->walk_code[n++] = 'w';
	}
	a->nwalk_hits = n;
	return n;
}

/* A bar that is not narrow begins with a blank by itself. */
static struct rect key_row(struct rect r, int y, bool more)
{
	int w = r.w - (more ? MORE_W : 0), indent = w < NARROW;

	return (struct rect){r.x + indent, r.y + y, w - indent, 1};
}

static void draw_keys(
	struct app *a, struct canvas *screen, struct rect r, const struct frame_key *keys, size_t from, size_t n)
{
	struct canvas c = canvas_part(screen, r);

	frame_keys(&c, 0, keys + from, n, a->walk_hit + from);
	for (size_t i = from; i < from + n; i++) {
		a->walk_hit[i].x += r.x;
		a->walk_hit[i].y += r.y;
	}
}

/* The keys take a second row where one has no room for all, and the strip is high. */
void walk_draw(struct app *a, struct canvas *screen, struct rect r)
{
	struct canvas c = canvas_part(screen, r);
	struct arena *arena = arena_new(0);
	struct walk *w = &a->walk;
	struct walk_lines *l = walk_lines(arena, w, a->snap, a->entries);
	struct frame_key keys[WALK_KEYS];
	size_t n = keys_now(a, keys), above;
	int rows, body = r.h - 2, most;

	canvas_fill(&c, (struct rect){0, 0, r.w, r.h}, ' ', ROLE_text);
	draw_title(w, arena, &c);
	rows = put(&c, l, (struct rect){1, 1, r.w - 2, 0}, 0);
	above = frame_keys_fit(keys, n, key_row(r, 0, rows > body).w) < n && r.h >= HIGH
			? frame_keys_fit(keys, n, key_row(r, 0, false).w)
			: 0;
	body -= above > 0;
	most = rows > body ? rows - body : 0;
	w->scroll = w->scroll > most ? most : w->scroll;
	put(&c, l, (struct rect){1, 1, r.w - 2, body}, w->scroll);
	if (most)
		canvas_right(&c, 0, r.h - 1, r.w, ROLE_dim, w->scroll < most ? "↓ more" : "↑ more");
	if (above)
		draw_keys(a, screen, key_row(r, r.h - 2, false), keys, 0, above);
	draw_keys(a, screen, key_row(r, r.h - 1, most > 0), keys, above, n - above);
	arena_free(arena);
}

void walk_separate(struct canvas *screen, struct rect panel, struct rect strip)
{
	if (strip.x > panel.x)
		for (int y = strip.y; y < strip.y + strip.h; y++)
			canvas_char(screen, strip.x - 1, y, glyph_char(screen, GLYPH_VLINE), ROLE_rule);
}
