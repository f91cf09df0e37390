/* The choice of CPUs for a pin on the screen: who is pinned, the CPUs core by core, and what the choice means. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>

#include "probes/cpuset.h"
#include "tui/pin_grid.h"
#include "widgets/dialog.h"
#include "widgets/frame.h"
#include "widgets/glyph.h"

enum { WIDTH = 104, TALL = 16, GAP = 1 };

const struct hint pin_hints[] = {
	{"Enter", "plan", "Show the plan of this pin; nothing is written before it is confirmed."},
	{"Space", "mark", "Choose the CPU under the cursor, or no longer."},
	{"Tab", "target", "Pin another thread of this guest: a vCPU, all one to one, all, emulator, iothread."},
	{"s", "scope", "Pin both at once and for the next start, or only one of them."},
	{"c", "core", "Choose all threads of the core under the cursor, or none of them."},
	{"n", "node", "Choose all CPUs of the node under the cursor, or none of them."},
	{"a", "all", "Choose all CPUs, or none when some are chosen."},
	{"0-9", "list", "Type a list of CPUs such as 0-3,8 instead."},
	{"h", "keys", "Show these keys."},
	{"-", "unpin", "Take the pin out of the guest's definition."},
	{"Esc", "leave", "Leave without any change."},
};
const size_t npin_hints = COUNT(pin_hints);

/* What stands where, as rows of the box's inside. */
struct lay {
	const struct guest *g;
	struct pin_grid grid;
	const char *head, *scope, *cpu, *choice, *legend;
	enum role choice_role;
	int head_h, grid_y, grid_h, cpu_h, choice_h, legend_h, gap, rows;
};

static int wrapped(const char *text, int w, int most)
{
	struct canvas nowhere = canvas_over(NULL, 0, 0, false);
	int n = text ? canvas_wrap(&nowhere, (struct rect){0, 0, w, 0}, ROLE_text, text) : 0;

	return n < most ? n : most;
}

static const char *legend(struct arena *arena, const struct canvas *c, const struct topo *t)
{
	return arena_printf(arena, "a sign each CPU: %s chosen  %s chosen though dedicated  = pinned now  %s nobody  %s%s%s",
		glyph_text(c, GLYPH_MARK), glyph_text(c, GLYPH_WARN), glyph_text(c, GLYPH_DOT),
		t->isolated ? "i isolated  " : "", topo_seat_legend(arena, t, false),
		t->n && t->cpu[t->n - 1].offline ? arena_printf(arena, "  %s offline", glyph_text(c, GLYPH_OFFLINE)) : "");
}

static const char *choice(struct arena *arena, const struct app *a, const struct topo *t, enum role *ret_role)
{
	const struct pin_pick *p = a->pin;
	const char *trouble = pin_trouble(arena, a);

	*ret_role = ROLE_warn;
	if (trouble)
		return trouble;
	*ret_role = ROLE_input;
	if (p->typing)
		return arena_printf(arena, "CPUs: %s_   Enter takes the list, Esc forgets it", p->input);
	return pin_choice_words(arena, a, t, ret_role);
}

/* Texts get what they need up to two lines, the grid what is left; where it is too low for all, it scrolls. */
static void lay_out(struct arena *arena, struct app *a, const struct canvas *c, int w, int most, struct lay *l)
{
	bool tall = most >= TALL;
	const char *what = pin_target_text(arena, a->pin->target);

	*l = (struct lay){.g = pin_guest(a), .gap = tall};
	pin_grid(arena, a, w, &l->grid);
	l->head = l->g ? arena_printf(arena, "%s%s: %s", what, tall ? "" : pin_scope_brief(a), pin_has_words(arena, a, l->g))
		       : what;
	l->scope = l->g ? pin_scope_words(arena, a, l->g) : "";
	if (l->grid.at != SIZE_MAX)
		l->cpu = arena_printf(arena, "CPU %u %s", (unsigned)l->grid.t.cpu[l->grid.at].row->id.u,
			pin_cpu_words(arena, &l->grid.t.cpu[l->grid.at]));
	l->choice = choice(arena, a, &l->grid.t, &l->choice_role);
	l->legend = tall ? legend(arena, c, &l->grid.t) : NULL;
	l->head_h = tall ? 2 : 1;
	l->cpu_h = tall ? 2 : wrapped(l->cpu, w, 2); /* where there is room nothing jumps as the cursor moves */
	l->choice_h = tall ? 3 : wrapped(l->choice, w, most > 9 ? 3 : 2);
	l->legend_h = wrapped(l->legend, w, 4);
	l->grid_y = l->head_h + l->gap;
	l->grid_h = most - l->grid_y - l->gap - l->cpu_h - l->choice_h - l->legend_h;
	l->grid_h = l->grid_h < 1 ? 1 : l->grid_h > l->grid.rows ? l->grid.rows : l->grid_h;
	l->rows = l->grid_y + l->grid_h + l->gap + l->cpu_h + l->choice_h + l->legend_h;
	l->rows = l->rows < most ? l->rows : most;
}

static void draw_grid(struct app *a, struct canvas *in, struct canvas *box, const struct lay *l)
{
	struct pin_pick *p = a->pin;
	struct rect r = {0, l->grid_y, canvas_w(in), l->grid_h};
	struct canvas part = canvas_part(in, r);
	int y = 0, below;

	if (!l->grid.any)
		return;
	pin_grid_where(&l->grid, &y);
	if (p->first > y)
		p->first = y;
	if (p->first < y - l->grid_h + 1)
		p->first = y - l->grid_h + 1;
	if (p->first > l->grid.rows - l->grid_h)
		p->first = l->grid.rows - l->grid_h;
	below = l->grid.rows - l->grid_h - p->first;
	coregrid_draw(&part, 0, -p->first, &l->grid.g.g, &l->grid.g.l);
	p->grid = part.at;
	y = canvas_h(box) - 1;
	if (below > 0)
		canvas_printf(box, 2, y, 14, ROLE_dim, " %s %d more ", glyph_text(in, GLYPH_DOWN), below);
	if (p->first > 0)
		canvas_printf(box, 18, y, 14, ROLE_dim, " %s %d more ", glyph_text(in, GLYPH_UP), p->first);
}

/* The keys, and what the signs are: on a low screen there is no other place for them. */
static void draw_help(struct arena *arena, struct app *a, struct canvas *c)
{
	struct dialog_line lines[COUNT(pin_hints) + 1];
	struct dialog d = {.title = "Keys of this choice", .lines = lines, .nlines = COUNT(lines), .first = a->pin->help - 1};
	struct topo t = topo_of(arena, a->snap);
	struct dialog_layout l;

	lines[COUNT(pin_hints)] =
		(struct dialog_line){.label = "signs", .text = legend(arena, c, &t), .role = ROLE_box};

	for (size_t i = 0; i < COUNT(pin_hints); i++)
		lines[i] = (struct dialog_line){
			.label = pin_hints[i].key, .text = pin_hints[i].sentence, .role = ROLE_box};
	dialog_layout(&d, canvas_w(c), canvas_h(c) - 1, &l);
	a->pin->help = l.first + 1;
	dialog_draw(c, &d, &l);
}

static void draw_texts(struct canvas *in, const struct lay *l)
{
	int w = canvas_w(in), x, y = l->grid_y + l->grid_h + l->gap;

	canvas_cut(in, 0, 0, w, ROLE_strong, l->head);
	if (l->head_h > 1) {
		x = canvas_text(in, 0, 1, w, ROLE_dim, "scope ");
		canvas_cut(in, x, 1, w - x, ROLE_box, l->scope);
	}
	if (l->cpu)
		canvas_wrap(in, (struct rect){0, y, w, l->cpu_h}, ROLE_box, l->cpu);
	y += l->cpu_h;
	canvas_wrap(in, (struct rect){0, y, w, l->choice_h}, l->choice_role, l->choice);
	y += l->choice_h;
	if (l->legend)
		canvas_wrap(in, (struct rect){0, y, w, l->legend_h}, ROLE_dim, l->legend);
}

void pin_draw(struct app *a, struct canvas *c)
{
	struct arena *arena = arena_new(0);
	int wide = canvas_w(c), w = wide < 60 ? wide : wide - 4 < WIDTH ? wide - 4 : WIDTH, most = canvas_h(c) - 1;
	struct canvas box, in;
	struct lay l;

	if (!a->pin || a->pin->help) {
		if (a->pin)
			draw_help(arena, a, c);
		else
			menu_draw(a, c);
		arena_free(arena);
		return;
	}
	lay_out(arena, a, c, w - 4, most - 2, &l);
	box = canvas_part(c, (struct rect){(wide - w) / 2, (most - l.rows - 2) / 2, w, l.rows + 2});
	in = frame_box(&box, (struct rect){0, 0, w, l.rows + 2},
		arena_printf(arena, "Pin %s", topo_brief(arena, a->pin->name, PIN_NAME)), ROLE_box);
	in = canvas_part(&in, (struct rect){1, 0, w - 4, l.rows});
	draw_texts(&in, &l);
	draw_grid(a, &in, &box, &l);
	arena_free(arena);
}
