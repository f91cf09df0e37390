/* One check as a whole: what it asks, what it found, on which facts, and what to do, line by line. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "probes/checks_text.h"
#include "probes/text.h"
#include "tui/panels/findings.h"
#include "widgets/glyph.h"

enum { LABEL_X = 1, TEXT_X = 11, MORE_W = 8 };

struct detail {
	struct arena *a;
	struct check_line *line;
	size_t n, on; /* line 0 is the title, which stands above */
	int *y; /* where each begins, below the title; y[n] is the end */
	int top;
};

static const char *words_of(struct arena *a, const struct check_line *l)
{
	if (l->kind == CHECK_LINE_FACT && l->value)
		return arena_printf(a, "%s: %s", l->text, l->value);
	if (l->kind == CHECK_LINE_PART && l->value)
		return arena_printf(a, "%s [%s]", l->text, l->value);
	return l->text;
}

static enum role role_of(const struct check_line *l)
{
	if (l->severity)
		return severity_role(l->severity);
	return l->kind == CHECK_LINE_SAYS ? ROLE_strong : l->address && !l->value ? ROLE_unknown : ROLE_text;
}

static struct rect body(const struct view *v)
{
	return (struct rect){0, v->h > 8 ? 2 : 1, v->w, v->h - (v->h > 8 ? 2 : 1)};
}

static int row_of(struct arena *a, struct canvas *c, const struct check_line *l, int y, bool draws)
{
	struct rect r = {TEXT_X, y, canvas_w(c) - TEXT_X - 1, 0};
	const char *text = words_of(a, l);
	int rows = canvas_wrap(c, r, ROLE_text, text);

	if (draws) {
		r.h = rows;
		canvas_text(c, LABEL_X, y, TEXT_X - LABEL_X - 1, ROLE_dim, l->label);
		canvas_wrap(c, r, role_of(l), text);
	}
	return rows ? rows : 1;
}

bool check_line_leads(struct check_line l)
{
	return l.address || l.check;
}

/* The line under the cursor: the title is none. */
static size_t line_at(const struct check_line *line, size_t n, const struct findings_state *st)
{
	size_t i = 1;

	if (st->line != LINE_LEADS)
		return st->line + 1 < n ? st->line + 1 : n - 1;
	while (i < n && !check_line_leads(line[i]))
		i++;
	return i < n ? i : 1;
}

/* Lays it out, and scrolls so that the line under the cursor is seen. */
static struct detail look(const struct view *v, const struct findings_state *st, const struct check *check)
{
	struct detail d = {.a = arena_new(0), .top = st->top};
	struct canvas nowhere = canvas_over(NULL, 0, 0, v->ascii), c = canvas_part(&nowhere, body(v));
	int h = body(v).h;

	d.n = check_lines(d.a, check, v->s ? v->s->findings : NULL, v->s, &d.line);
	d.y = arena_array(d.a, d.n + 1, sizeof(*d.y));
	for (size_t i = 1; i < d.n; i++)
		d.y[i + 1] = d.y[i] + row_of(d.a, &c, &d.line[i], d.y[i], false);
	d.on = line_at(d.line, d.n, st);
	if (d.top > d.y[d.n] - h)
		d.top = d.y[d.n] - h;
	if (d.y[d.on + 1] > d.top + h)
		d.top = d.y[d.on + 1] - h;
	if (d.y[d.on] < d.top)
		d.top = d.y[d.on];
	d.top = d.top < 0 ? 0 : d.top;
	return d;
}

void finding_draw(struct canvas *c, const struct view *v, const struct findings_state *st, const struct check *check)
{
	struct detail d = look(v, st, check);
	struct canvas part = canvas_part(c, body(v));
	bool more = d.y[d.n] > d.top + body(v).h && v->w > 20;

	canvas_cut(c, 1, 0, v->w - 2 - (more ? MORE_W : 0),
		d.line[0].severity ? severity_role(d.line[0].severity) : ROLE_strong, d.line[0].text);
	for (size_t i = 1; i < d.n; i++) {
		row_of(d.a, &part, &d.line[i], d.y[i] - d.top, true);
		if (i == d.on)
			canvas_select(&part, (struct rect){0, d.y[i] - d.top, v->w, d.y[i + 1] - d.y[i]});
	}
	if (more)
		canvas_right(c, v->w - MORE_W, 0, MORE_W - 1, ROLE_dim, "↓ more");
	arena_free(d.a);
}

void finding_move(const struct view *v, struct findings_state *st, const struct check *check, enum motion m)
{
	struct detail d = look(v, st, check);
	size_t page = 1;

	while (d.on + page < d.n && d.y[d.on + page] - d.y[d.on] < body(v).h - 1)
		page++;
	if (m != MOVE_NEXT && m != MOVE_PREVIOUS && d.n > 1)
		st->line = (size_t)rows_step((ptrdiff_t)d.on - 1, d.n - 1, page, m);
	arena_free(d.a);
	d = look(v, st, check);
	st->top = d.top;
	arena_free(d.a);
}

void finding_click(const struct view *v, struct findings_state *st, const struct check *check, int y)
{
	struct detail d = look(v, st, check);

	y += d.top - body(v).y;
	for (size_t i = 1; i < d.n; i++)
		if (y >= d.y[i] && y < d.y[i + 1]) {
			st->line = i - 1;
			st->top = d.top;
		}
	arena_free(d.a);
}

struct check_line finding_line(
	struct arena *a, const struct view *v, const struct findings_state *st, const struct check *check)
{
	struct check_line *line;
	size_t n = check_lines(a, check, v->s ? v->s->findings : NULL, v->s, &line);

	return line[line_at(line, n, st)];
}

void finding_brief(struct canvas *c, struct rect r, struct arena *a, const struct finding *f)
{
	struct canvas part = canvas_part(c, r);
	const char *worth = finding_worth(a, f);
	const struct check_line lines[] = {
		{.label = "Says", .text = text_tame(arena_strdup(a, f->line))},
		{.label = f->verdict == VERDICT_FIRE ? "Costs" : "Helps", .text = worth ? worth : f->remedy},
		{.label = "Asks", .text = f->check->asks},
		{.label = "Why", .text = check_plain(a, f->check->why)},
		{.label = "Now", .text = check_plain(a, text_tame(arena_strdup(a, f->now ? f->now : f->check->now)))},
		{.label = "Keep", .text = check_plain(a, f->check->keep)},
		{.label = "Risk", .text = check_plain(a, f->check->risk)},
		{.label = "When not", .text = check_plain(a, f->check->when_not)},
	};
	int y = 0;

	for (size_t i = 0; i < COUNT(lines) && y < r.h; i++)
		if (lines[i].text)
			y += row_of(a, &part, &lines[i], y, true);
}

void findings_open(void *state, const struct check *c)
{
	struct findings_state *st = state;

	if (!st->open || strcmp(st->id, c->id) != 0) {
		st->line = LINE_LEADS;
		st->top = 0;
	}
	snprintf(st->id, sizeof(st->id), "%s", c->id);
	st->open = true;
}
