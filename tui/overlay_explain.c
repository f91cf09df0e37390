/* Explain: what a number means, where it comes from word by word, how fresh it is, and how it was before. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "probes/address.h"
#include "probes/diff.h"
#include "probes/history.h"
#include "probes/report.h"
#include "probes/sampler.h"
#include "tui/beside.h"
#include "tui/explained.h"
#include "tui/panels/not_yet.h"
#include "widgets/dialog.h"
#include "widgets/spark.h"

enum { GRAPH_ROWS = 5 };

/* The same on the host beside this one, where it may go by another key. */
static void add_there(const struct app *a, struct arena *arena, struct dialog_line *lines, size_t *n)
{
	const struct snapshot *s = beside_snapshot(a);
	char address[ADDRESS_MAX];
	struct found at = {.field = NULL};
	int err = beside_explained(a, &at, address);
	bool there = !err && at.field;
	const char *text;

	if (!s)
		return;
	explained_add(lines, n, "Of", diff_names(a, a->explain), ROLE_box);
	text = there             ? found_words(arena, &at)
		: err == -ESRCH ? "nothing like it"
		: err           ? "nothing has this address"
				: "there are such facts";
	if (there && strcmp(address, a->explain) != 0)
		text = arena_printf(arena, "%s (%s)", text, address);
	explained_add(lines, n, "There", arena_printf(arena, "%s: %s", s->about.hostname, text),
		!there || diff_at(a->snap, s, a->explain, beside_moving(a)) ? ROLE_differ : ROLE_box);
	if (there && s->explained && strcmp(s->explained->address, address) == 0)
		explained_add(lines, n, "Its raw", explained_raw(arena, s->explained), s->explained->err ? ROLE_warn : ROLE_dim);
}

static size_t explain_lines(const struct app *a, struct arena *arena, struct dialog_line *lines, struct found *at)
{
	int err = address_find(a->snap, a->explain, at);
	const char *value;
	size_t n = 0;

	explained_add(lines, &n, NULL, a->explain, ROLE_strong);
	if (err || !at->field) {
		explained_add(lines, &n, NULL,
			!err                    ? "These are several facts: the panels show them."
			: beside_snapshot(a) ? "This host has nothing like it."
			: err == -ESRCH      ? "It is not there now: what it was about has gone."
					     : "Nothing has this address.",
			ROLE_warn);
		add_there(a, arena, lines, &n);
		return n;
	}
	value = at->value && at->value->known == KNOWN_NOT_YET ? not_yet(a->snap) : found_words(arena, at);
	if (beside_snapshot(a)) /* of two it must be said which one */
		value = arena_printf(arena, "%s: %s", a->snap->about.hostname, value);
	explained_add(lines, &n, beside_snapshot(a) ? "Here" : "Value", value,
		at->value && value_known(*at->value) ? ROLE_strong : ROLE_unknown);
	add_there(a, arena, lines, &n);
	explained_facts(arena, a->snap, a->explain, at, lines, &n);
	return n;
}

static void draw_past(const struct app *a, struct canvas *c, const struct dialog_layout *l, const struct found *at)
{
	float past[HISTORY_LENGTH], hi = 0;
	size_t n = history_copy(sampler_history(a->sampler), a->explain, past, HISTORY_LENGTH);
	struct rect r = {l->box.x + 2, l->box.y + l->box.h - GRAPH_ROWS - 1, l->box.w - 4, GRAPH_ROWS};
	struct graph_mark base = {.at = 1, .label = "base", .role = ROLE_dim};

	for (size_t i = 0; i < n; i++)
		hi = past[i] > hi ? past[i] : hi;
	if (at->field->unit == UNIT_PERCENT)
		hi = 100;
	if (at->field->unit == UNIT_RATIO && hi < 1.1f)
		hi = 1.1f;
	graph(c, r, past, n, 0, hi > 0 ? hi : 1, ROLE_spark, &base, at->field->unit == UNIT_RATIO);
}

void explain_draw(struct app *a, struct canvas *c)
{
	struct arena *arena = arena_new(0);
	struct dialog_line lines[EXPLAIN_LINES + 1];
	struct found at = {.field = NULL};
	size_t n = explain_lines(a, arena, lines, &at);
	bool past = at.field && at.field->flags & FIELD_HISTORY && canvas_h(c) >= 20;
	struct dialog d = {
		.title = at.field ? at.field->label : "Explain", .lines = lines, .nlines = n, .first = a->scroll};
	struct dialog_layout l;

	if (past) /* the graph lies under the lines: blank rows make room for it */
		lines[d.nlines++] = (struct dialog_line){.label = "Past", .text = " \n \n \n \n ", .role = ROLE_box};
	dialog_layout(&d, canvas_w(c), canvas_h(c) - 1, &l);
	if (past && l.rows + GRAPH_ROWS < canvas_h(c) - 4) {
		l.box.y -= GRAPH_ROWS / 2;
		l.text.y -= GRAPH_ROWS / 2;
		l.box.h += GRAPH_ROWS;
		l.text.h = l.rows;
	} else {
		past = false;
	}
	a->scroll = l.first;
	dialog_draw(c, &d, &l);
	if (past)
		draw_past(a, c, &l, &at);
	arena_free(arena);
}
