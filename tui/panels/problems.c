/* The top of the overview: the worst problems as sentences, or the headline where nothing costs anything. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/panels/problems.h"

#include <string.h>

#include "probes/checks_text.h"
#include "probes/text.h"
#include "tui/commands.h"
#include "tui/panels/findings.h"
#include "tui/panels/not_yet.h"
#include "widgets/glyph.h"

enum { KEYS_FROM = 76 };

static bool explains_clock(const struct findings *all, const struct finding *f)
{
	const struct finding *clock = findings_of(all, check_find("F01"));

	for (int steps = 0; clock && clock->verdict == VERDICT_FIRE && steps < 8; clock = clock->cause, steps++)
		if (clock == f)
			return true;
	return false;
}

/* Of the clock the headline says symptom and cause in one sentence. */
static struct problem problem_of(struct arena *a, const struct snapshot *s, const struct finding *f)
{
	struct headline h = explains_clock(s->findings, f) ? headline_shown(a, s) : (struct headline){.mood = MOOD_GOOD};
	const char *worth = finding_worth(a, f);

	if (h.mood >= MOOD_WARN)
		return (struct problem){f, h.text, h.worth};
	return (struct problem){f, text_tame(arena_strdup(a, f->line)),
		worth ? arena_printf(a, "Worth %c%s", *worth == 'U' ? 'u' : *worth == 'A' ? 'a' : *worth, worth + 1)
		      : NULL};
}

struct problems problems_of(struct arena *a, const struct view *v)
{
	const struct findings *f = v->s ? v->s->findings : NULL;
	size_t most = v->h >= 30 ? 3 : v->h >= 22 ? 2 : 1;
	struct problems p = {.n = 0};

	for (size_t i = 0; f && i < f->norder && p.n < most; i++)
		if (!f->order[i]->cause && f->order[i]->worst >= SEVERITY_WARN)
			p.at[p.n++] = problem_of(a, v->s, f->order[i]);
	return p;
}

/* right: cells that it leaves free there */
static int draw_sentence(
	struct canvas *c, int y, int right, enum glyph glyph, enum role sign, enum role role, const char *text)
{
	struct rect r = {3, y, canvas_w(c) - 4 - right, canvas_h(c) < 14 ? 2 : 3};

	canvas_char(c, 1, y, glyph_char(c, glyph), sign);
	return y + canvas_wrap(c, r, role, text);
}

static int draw_headline(struct canvas *c, struct headline h)
{
	static const struct {
		enum glyph glyph;
		enum role role;
	} moods[] = {{GLYPH_UNREAD, ROLE_unknown}, {GLYPH_GOOD, ROLE_good}, {GLYPH_WARN, ROLE_warn},
		{GLYPH_CRIT, ROLE_crit}};
	int y = draw_sentence(c, 0, 0, moods[h.mood].glyph, moods[h.mood].role,
		h.mood >= MOOD_WARN ? ROLE_strong : ROLE_text, h.text);

	if (h.worth && canvas_h(c) > y + 8)
		y += canvas_wrap(c, (struct rect){3, y, canvas_w(c) - 4, 2}, ROLE_dim, h.worth);
	return y;
}

static const struct {
	const char *key, *label;
} keys[] = {{"f", "fix"}, {"w", "walk"}, {"?", "why"}};

static int keys_width(void)
{
	int w = 0;

	for (size_t i = 0; i < COUNT(keys); i++)
		if (command_of_key((uint32_t)keys[i].key[0]))
			w += 4 + text_width(keys[i].label);
	return w;
}

/* The keys that help with it, at the right; returns where they begin. */
static int draw_keys(struct canvas *c, int y)
{
	int x = canvas_w(c) - keys_width();

	for (size_t i = 0, at = (size_t)x; i < COUNT(keys); i++)
		if (command_of_key((uint32_t)keys[i].key[0])) {
			canvas_text(c, (int)at, y, -1, ROLE_key, keys[i].key);
			canvas_text(c, (int)at + 2, y, -1, ROLE_hint, keys[i].label);
			at += 4 + (size_t)text_width(keys[i].label);
		}
	return x;
}

static int rows_of(struct canvas *c, int w, const char *text)
{
	return canvas_wrap(c, (struct rect){0, 0, w, 0}, ROLE_text, text);
}

/* The keys have a row of their own, with what it is worth, only where they have no room beside the sentence. */
static int draw_first(struct canvas *c, const struct problem *p)
{
	static const enum glyph glyphs[] = {GLYPH_GOOD, GLYPH_INFO, GLYPH_WARN, GLYPH_CRIT};
	enum severity severity = p->f->worst;
	int room = canvas_w(c) - 4, right = p->worth || canvas_w(c) < KEYS_FROM ? 0 : keys_width() + 1, y, w;

	if (right && rows_of(c, room - right, p->text) > rows_of(c, room, p->text))
		right = 0;
	y = draw_sentence(c, 0, right, glyphs[severity], severity_role(severity), ROLE_strong, p->text);
	if (canvas_h(c) <= y + 8)
		return y;
	if (right) {
		draw_keys(c, y - 1);
		return y;
	}
	w = canvas_w(c) >= KEYS_FROM ? draw_keys(c, y) - 4 : canvas_w(c) - 4;
	if (p->worth)
		y += canvas_wrap(c, (struct rect){3, y, w, 2}, ROLE_dim, p->worth);
	else if (canvas_w(c) >= KEYS_FROM)
		y++;
	return y;
}

/* One that comes after the worst: one row. */
static int draw_next(struct canvas *c, int y, struct arena *a, const struct problem *p)
{
	const char *brief = canvas_w(c) >= KEYS_FROM ? finding_worth_brief(a, p->f) : "";
	int w = *brief ? text_width(brief) + 2 : 0;

	canvas_char(c, 1, y, glyph_char(c, p->f->worst == SEVERITY_CRIT ? GLYPH_CRIT : GLYPH_WARN),
		severity_role(p->f->worst));
	canvas_cut(c, 3, y, canvas_w(c) - 4 - w, ROLE_text, p->text);
	if (w)
		canvas_right(c, canvas_w(c) - w, y, w - 1, ROLE_dim, brief);
	return y + 1;
}

static bool names(const struct problems *p, const char *id)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->at[i].f->check->id, id) == 0)
			return true;
	return false;
}

struct problems problems_draw(struct canvas *c, struct arena *a, const struct view *v, size_t on)
{
	struct problems p = problems_of(a, v);
	/* the headline says it too, and K06 where it is a problem */
	const char *banner = canvas_h(c) > 14 && p.n && !names(&p, "K06") ? checks_banner(v->s->findings) : NULL;

	p.end = p.n ? draw_first(c, &p.at[0]) : draw_headline(c, headline_shown(a, v->s));
	for (size_t i = 0; i < p.n; i++) {
		if (i)
			p.end = draw_next(c, p.end, a, &p.at[i]);
		p.y[i + 1] = p.end;
		if (on == i + 1)
			canvas_select(c, (struct rect){0, p.y[i], canvas_w(c), p.y[i + 1] - p.y[i]});
	}
	if (banner) {
		canvas_char(c, 1, p.end, glyph_char(c, GLYPH_INFO), ROLE_info);
		p.end += canvas_wrap(c, (struct rect){3, p.end, canvas_w(c) - 4, 2}, ROLE_info, banner);
	}
	return p;
}
