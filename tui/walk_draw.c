/* The strip of a walk: beside the panel where there is room, below it otherwise. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/text.h"
#include "tui/app_impl.h"
#include "tui/walk.h"
#include "tui/walk_strip.h"

enum { SIDE_FROM = 120, SIDE_W = 48, BELOW_LEAST = 9, PANEL_LEAST = 8, PARTS_MOST = 4, LINES = 96 };

/* One line of the strip, before it is wrapped. */
struct line {
	enum role role;
	int indent;
	const char *text;
};

struct lines {
	struct line at[LINES];
	size_t n;
};

static void add(struct lines *l, enum role role, int indent, const char *text)
{
	if (l->n < LINES)
		l->at[l->n++] = (struct line){role, indent, text};
}

bool walk_place(const struct app *a, struct rect whole, struct rect *ret_panel, struct rect *ret_strip)
{
	int h = whole.h / 2;

	*ret_panel = *ret_strip = whole;
	if (!a->walk.open)
		return false;
	if (whole.w >= SIDE_FROM) {
		ret_panel->w = whole.w - SIDE_W - 1;
		*ret_strip = (struct rect){whole.x + whole.w - SIDE_W, whole.y, SIDE_W, whole.h};
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

static enum role role_of(enum severity s)
{
	return s == SEVERITY_CRIT ? ROLE_crit : s == SEVERITY_WARN ? ROLE_warn : ROLE_info;
}

static const char *glyph_of(const struct finding *f)
{
	switch (f->verdict) {
	case VERDICT_FIRE:
		return f->severity == SEVERITY_CRIT ? "▲" : f->severity == SEVERITY_WARN ? "△" : "·";
	case VERDICT_PASS:
		return "✓";
	case VERDICT_UNKNOWN:
		return "?";
	case VERDICT_NOT_APPLICABLE:
		break;
	}
	return "–";
}

static void add_finding(struct lines *l, struct arena *a, const struct walk *w, const struct finding *f)
{
	bool here = walk_concerns(w, f), fires = f->verdict == VERDICT_FIRE && here;
	size_t shown = 0;

	add(l,
		fires                           ? role_of(f->severity)
		: f->verdict == VERDICT_UNKNOWN ? ROLE_unknown
						: ROLE_dim,
		0, arena_printf(a, "%s %s %s%s", glyph_of(f), f->check->id, here ? "" : "(other guests) ", f->line));
	for (size_t i = 0; fires && f->nparts > 1 && i < f->nparts && shown < PARTS_MOST; i++) {
		if (!walk_part_concerns(w, &f->part[i]))
			continue;
		add(l, role_of(f->part[i].severity), 2, f->part[i].text);
		shown++;
	}
}

/* Those of a verdict, in the order of the guide. */
static void add_findings(struct lines *l, struct arena *a, const struct walk *w, const struct snapshot *s,
	const char *ids, enum verdict verdict)
{
	while (*ids) {
		const struct check *c = guide_check(&ids);
		const struct finding *f = findings_of(s->findings, c);

		if (f && f->verdict == verdict)
			add_finding(l, a, w, f);
	}
}

/* Suspects that are still to come, and the most they could explain. */
static const char *later(struct arena *a, const struct walk *w, const struct snapshot *s)
{
	const char *text = "";

	for (size_t i = w->at + 1; i < w->guide->nsteps; i++) {
		struct walk_judged j = walk_judge(w, s, w->order[i]);

		if (j.state == WALK_FOUND)
			text = arena_printf(a, "%s%s%s %s", text,
				*text ? " · " : "Later: ", w->guide->step[w->order[i]].title,
				walk_most_words(a, w, &j));
	}
	return text;
}

static void add_frame(struct lines *l, struct arena *a, const struct walk *w)
{
	add(l, ROLE_strong, 0,
		w->framed ? "Enter says it anew; n goes on."
			  : "Enter: say what is slow, as in \"web3 60 112\" (a guest, the ms it takes where it is "
			    "good, the "
			    "ms it takes here), or \"web3 don't know\". n goes on without.");
	add(l, ROLE_dim, 0, w->guide->step[0].hint);
	(void)a;
}

/* What mending would bring, before it is done. */
static void add_forecast(struct lines *l, struct arena *a, const struct walk *w, const struct walk_judged *j)
{
	double share;

	if (j->state != WALK_FOUND || isnan(w->observed_ms) || isnan(j->most_ms) || j->small)
		return;
	share = finding_most_ms(j->worst, 1);
	if (share > 0)
		add(l, ROLE_text, 0,
			arena_printf(a, "Mended, %.4g ms could become %.0f ms, if all of it is work of CPUs.",
				w->observed_ms, w->observed_ms - j->most_ms));
}

static void add_fix(struct lines *l, struct arena *a, const struct walk_judged *j)
{
	const struct finding *f = j->worst;

	if (!f)
		return;
	if (f->check->action)
		add(l, ROLE_key, 0, arena_printf(a, "f  %s", f->check->now));
	else
		add(l, ROLE_text, 0, arena_printf(a, "By hand: %s", f->now ? f->now : f->check->now));
	if (f->check->when_not)
		add(l, ROLE_dim, 0, arena_printf(a, "When not: %s", f->check->when_not));
}

static void add_then(struct lines *l, struct arena *a, const struct walk *w)
{
	const struct walk_visit *v = &w->visit[w->order[w->at]];
	char when[32];

	if (!v->mended_ns)
		return;
	journal_time(v->first_ns, when);
	add(l, ROLE_dim, 0, arena_printf(a, "Mended. At %s: %s", when, v->decision));
}

static void fill(struct lines *l, struct arena *a, const struct walk *w, const struct snapshot *s)
{
	size_t step = w->order[w->at];
	const struct guide_step *g = &w->guide->step[step];
	struct walk_judged j = walk_judge(w, s, step);

	add(l, ROLE_strong, 0, g->question);
	if (j.state == WALK_READING) {
		add(l, ROLE_dim, 0, "Reading this host …");
		return;
	}
	add(l,
		j.state == WALK_FOUND     ? role_of(j.worst->severity)
		: j.state == WALK_UNKNOWN ? ROLE_unknown
					  : ROLE_good,
		0, walk_decision(a, w, s, step));
	add_then(l, a, w);
	if (g->kind == GUIDE_FRAME)
		add_frame(l, a, w);
	add_forecast(l, a, w, &j);
	add_fix(l, a, &j);
	if (g->kind != GUIDE_FRAME)
		add(l, ROLE_dim, 0, g->hint);
	add_findings(l, a, w, s, g->checks, VERDICT_FIRE);
	add_findings(l, a, w, s, g->checks, VERDICT_UNKNOWN);
	add_findings(l, a, w, s, g->checks, VERDICT_PASS);
	add_findings(l, a, w, s, g->checks, VERDICT_NOT_APPLICABLE);
	if (j.state == WALK_FOUND && g->measure)
		add(l, ROLE_text, 0, arena_printf(a, "m  Measure again: %s", g->measure));
	if (*later(a, w, s))
		add(l, ROLE_dim, 0, later(a, w, s));
}

/* All lines wrapped, from row `first` on; returns how many rows there are. */
static int put(struct canvas *c, const struct lines *l, struct rect r, int first)
{
	int y = -first;

	for (size_t i = 0; i < l->n; i++) {
		const struct line *one = &l->at[i];
		int w = r.w - one->indent, rows = canvas_wrap(c, (struct rect){0, 0, w, 0}, one->role, one->text);
		struct canvas part = canvas_part(c, r);

		canvas_wrap(&part, (struct rect){one->indent, y, w, rows}, one->role, one->text);
		y += rows;
	}
	return y + first;
}

static void draw_keys(const struct app *a, struct arena *arena, struct canvas *c, int y)
{
	static const char *const all = "n next  b back  f fix  m measure  s skip  e export  Tab panel  Esc close";
	static const char *const few = "n next b back f fix e export Tab panel";
	const char *keys = a->walk.focus ? (text_width(all) + 2 <= canvas_w(c) ? all : few) : "w the walk's keys";

	(void)arena;
	canvas_cut(c, 1, y, canvas_w(c) - 1, a->walk.focus ? ROLE_key : ROLE_dim, keys);
}

void walk_draw(struct app *a, struct canvas *screen, struct rect r)
{
	struct canvas c = canvas_part(screen, r);
	struct arena *arena = arena_new(0);
	struct lines *l = arena_alloc(arena, sizeof(*l));
	const struct walk *w = &a->walk;
	const char *where = arena_printf(arena, "step %zu of %zu ", w->at, w->guide->nsteps - 1),
		   *title = arena_printf(arena, "WALK  %s", walk_deficit_words(arena, w));
	int rows, body = r.h - 2;

	canvas_fill(&c, (struct rect){0, 0, r.w, r.h}, ' ', ROLE_text);
	if (text_width(title) + text_width(where) + 2 > r.w)
		title = arena_printf(arena, "WALK  %s", walk_short_words(arena, w));
	canvas_fill(&c, (struct rect){0, 0, r.w, 1}, ' ', w->focus ? ROLE_tab_on : ROLE_tab);
	canvas_cut(&c, 1, 0, r.w - text_width(where) - 2, w->focus ? ROLE_tab_on : ROLE_tab, title);
	canvas_right(&c, 0, 0, r.w, w->focus ? ROLE_tab_on : ROLE_tab, where);
	fill(l, arena, w, a->snap);
	rows = put(&c, l, (struct rect){1, 1, r.w - 2, 0}, 0);
	if (a->walk.scroll > rows - body)
		a->walk.scroll = rows > body ? rows - body : 0;
	put(&c, l, (struct rect){1, 1, r.w - 2, body}, a->walk.scroll);
	if (rows - a->walk.scroll > body)
		canvas_right(&c, 0, r.h - 1, r.w - 1, ROLE_dim, "↓ more");
	draw_keys(a, arena, &c, r.h - 1);
	arena_free(arena);
}

void walk_separate(struct canvas *screen, struct rect panel, struct rect strip)
{
	if (strip.x > panel.x)
		for (int y = strip.y; y < strip.y + strip.h; y++)
			canvas_char(screen, strip.x - 1, y, screen->ascii ? '|' : 0x2502, ROLE_rule);
}
