/* Two hosts on the screen: the halves with their headings, or the one that is shown, and what differs marked. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/address.h"
#include "probes/report.h"
#include "tui/beside_host.h"
#include "tui/beside_impl.h"
#include "widgets/glyph.h"

enum { ALL_ROWS = 2048 }; /* of the picture that has rows which are scrolled away */

static bool both(const struct app *a)
{
	return a->beside->snap && a->w >= BESIDE_W;
}

struct rect beside_place(const struct app *a, struct rect whole)
{
	struct beside *b = a->beside;
	int w = (whole.w - 1) / 2;

	if (!both(a) || whole.h < 2) {
		b->half = (struct rect){0, 0, 0, 0};
		return whole;
	}
	b->half = (struct rect){whole.x + whole.w - w, whole.y + 1, w, whole.h - 1};
	return (struct rect){whole.x, whole.y + 1, w, whole.h - 1};
}

const char *beside_name(const struct app *a, struct arena *arena, int which)
{
	const struct about *about[2] = {&a->snap->about, &a->beside->snap->about}, *mine = about[which];
	const char *where = mine->where, *file = strrchr(where, '/'), *other = strrchr(about[!which]->where, '/');

	if (strcmp(about[0]->hostname, about[1]->hostname) != 0)
		return mine->hostname;
	if (!*where)
		return arena_printf(arena, "%s (now)", mine->hostname);
	if (file && file[1] && strcmp(file, other ? other : "") != 0)
		where = file + 1;
	return arena_printf(arena, "%s (%s)", mine->hostname, where);
}

/* Above a half: whose it is. */
static void heading(struct app *a, struct canvas *screen, struct rect r, int which, const char *middle)
{
	const struct snapshot *s = which ? a->beside->snap : a->snap;
	struct canvas c = canvas_part(screen, (struct rect){r.x, r.y - 1, r.w, 1});
	struct arena *arena = arena_new(0);
	struct frame_title t = {.host = beside_name(a, arena, which),
		.label = s->about.label,
		.label_role = s->about.is_this_machine ? ROLE_label_live : ROLE_label_other,
		.middle = middle,
		.right = clock_words(arena, s, CLOCK_DAY)};

	if (s->tape.ticks) {
		t.brief = arena_printf(arena, "%u/%u %s", (unsigned)s->tape.tick, (unsigned)s->tape.ticks,
			clock_words(arena, s, CLOCK_SHORT));
		t.right = arena_printf(
			arena, "tick %u of %u  %s", (unsigned)s->tape.tick, (unsigned)s->tape.ticks, t.right);
	}
	frame_title(&c, 0, &t);
	arena_free(arena);
}

/* One host's panel again, with all its rows, for when that is asked for. */
struct tall {
	const struct panel *panel;
	struct view view;
	const void *state;
	struct cell *cells;
	struct canvas c;
};

static const struct canvas *draw_tall(void *arg)
{
	struct tall *t = arg;

	t->view.h = ALL_ROWS;
	t->cells = xcalloc((size_t)t->view.w * ALL_ROWS, sizeof(*t->cells));
	t->c = canvas_over(t->cells, t->view.w, ALL_ROWS, t->view.ascii);
	t->panel->draw(&t->c, &t->view, t->state);
	return &t->c;
}

/* Draws this host's panel into one canvas, the other's into the other, and marks them, but for the one that nobody sees. */
static void draw_marked(struct app *a, struct canvas *c[2], const struct view view[2], const struct canvas *unseen)
{
	struct beside *b = a->beside;
	const struct panel *p = app_panel(a);
	const void *state[2] = {a->state[a->panel], beside_state(a)};
	bool *moves = xcalloc((size_t)view->h + 1, sizeof(*moves));
	struct mark_side side[2];
	struct tall tall[2];

	for (int i = 0; i < 2; i++) {
		p->draw(c[i], &view[i], state[i]);
		tall[i] = (struct tall){.panel = p, .view = view[i], .state = state[i]};
		side[i] = (struct mark_side){.c = c[i], .all = draw_tall, .arg = &tall[i], .unseen = c[i] == unseen};
	}
	b->marked = 0;
	if (!p->entry && !(p->lacks && p->lacks(&view[1], state[1]))) { /* the journal is this host's alone */
		mark_columns(&b->columns, c[0], p, &view[0], state[0]);
		if (!b->moving) {
			mark_moving_rows(p, &view[0], state[0], moves);
			side[0].moves = moves;
		}
		mark_differences(side, b->moving ? NULL : &b->columns);
		b->marked = side[c[0] == unseen].rows;
	}
	for (int i = 0; i < 2; i++)
		free(tall[i].cells);
	free(moves);
}

static void draw_both(struct app *a, struct canvas *screen, const struct view view[2])
{
	struct beside *b = a->beside;
	struct canvas left = canvas_part(screen, a->panel_rect), right = canvas_part(screen, b->half);
	struct rect line = {a->panel_rect.x + a->panel_rect.w, a->panel_rect.y - 1, 1, a->panel_rect.h + 1};
	char said[48] = "";

	draw_marked(a, (struct canvas *[2]){&left, &right}, view, NULL);
	if (b->marked)
		snprintf(said, sizeof(said), "%s %zu row%s", glyph_text(screen, GLYPH_DIFFERS), b->marked,
			b->marked == 1 ? "" : "s");
	heading(a, screen, a->panel_rect, 0, NULL);
	heading(a, screen, b->half, 1, said);
	canvas_fill(screen, line, glyph_char(screen, GLYPH_VLINE), ROLE_rule);
}

/* The hidden one is drawn where nobody sees it, so that marks are the same as side by side. */
static void draw_one(struct app *a, struct canvas *screen, const struct view view[2])
{
	struct cell *cells = xcalloc((size_t)(view->w * view->h) + 1, sizeof(*cells));
	struct canvas shown = canvas_part(screen, a->panel_rect),
		      hidden = canvas_over(cells, view->w, view->h, view->ascii);
	bool alone = beside_alone(a);

	draw_marked(a, (struct canvas *[2]){alone ? &hidden : &shown, alone ? &shown : &hidden}, view, &hidden);
	free(cells);
}

bool beside_draw(struct app *a, struct canvas *screen)
{
	struct view view[2];

	if (!a->beside->snap || !a->snap)
		return false;
	view[0] = app_view(a);
	view[1] = beside_view(a);
	view[0].ascii = view[1].ascii = screen->ascii;
	if (both(a))
		draw_both(a, screen, view);
	else
		draw_one(a, screen, view);
	return true;
}

void beside_title(const struct app *a, struct arena *arena, struct frame_title *t)
{
	const struct snapshot *s = a->beside->snap;

	if (!beside_alone(a))
		return;
	t->host = beside_name(a, arena, 1);
	t->label = arena_printf(arena, "OTHER HOST: %s", s->about.label);
	t->label_role = ROLE_label_other;
	t->middle = arena_printf(arena, "D shows %s", a->snap ? beside_name(a, arena, 0) : "this host");
	t->right = clock_words(arena, s, CLOCK_DAY);
}

const char *beside_there(const struct app *a, struct arena *arena)
{
	const struct panel *p = app_panel(a);
	struct view v = app_view(a);
	char address[ADDRESS_MAX];
	struct found at, here;
	const char *name;

	if (!beside_snapshot(a) || !a->snap || !p->address ||
		!p->address(&v, a->state[a->panel], address, sizeof(address)) ||
		!diff_at(a->snap, a->beside->snap, address, beside_moving(a)))
		return NULL;
	name = beside_name(a, arena, 1);
	if (diff_other(a->snap, a->beside->snap, address, &at))
		return arena_printf(arena, "nothing like it on %s", name);
	if (!at.value || !at.field || address_find(a->snap, address, &here) || !here.value)
		return NULL;
	return arena_printf(arena, "%s: %s here, %s on %s", at.field->label, found_words(arena, &here),
		found_words(arena, &at), name);
}

int beside_status(struct app *a, struct arena *arena, struct canvas *c, int x, int y)
{
	struct beside *b = a->beside;
	uint32_t tick, ticks;
	const char *text;
	char why[200];

	if (beside_opening(a)) {
		other_phase(b->coming, &tick, &ticks, why);
		text = ticks ? arena_printf(arena, ": tick %u of %u", (unsigned)tick, (unsigned)ticks) : "";
		return canvas_printf(c, x, y, -1, ROLE_info, " opening %s%s · Esc cancels ", other_what(b->coming), text);
	}
	if (!b->snap)
		return x;
	text = beside_there(a, arena);
	if (!text && !both(a) && !beside_alone(a))
		x = canvas_printf(c, x, y, -1, ROLE_info, " D shows %s ", beside_name(a, arena, 1));
	if (text)
		x = canvas_printf(c, x, y, -1, ROLE_differ, " %s %s ", glyph_text(c, GLYPH_DIFFERS), text);
	return x;
}

bool beside_click(struct app *a, struct key key)
{
	const struct panel *p = app_panel(a);
	struct rect r = a->beside->half;
	struct view v;

	if (!r.w || !p->click || !a->beside->snap || key.x < r.x || key.x >= r.x + r.w || key.y < r.y ||
		key.y >= r.y + r.h)
		return false;
	v = beside_view(a);
	p->click(&v, a->state[a->panel], key.x - r.x, key.y - r.y);
	return true;
}
