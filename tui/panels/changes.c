/* Changes: the journal, the newest first, and what can still be put back. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "probes/change_words.h"
#include "probes/journal.h"
#include "probes/pin_path.h"
#include "tui/panel.h"
#include "widgets/table.h"

struct state {
	uint64_t id; /* selected; 0: the newest */
	uint64_t seen; /* the newest when it was selected: a newer one since is selected instead */
	size_t first;
};

enum { COL_ID, COL_TIME, COL_STATE, COL_USER, COL_TITLE, COLUMNS_N };

static const struct table_column columns[COLUMNS_N] = {
	[COL_ID] = {"Id", 4, 2, ALIGN_RIGHT, 9, false},
	[COL_TIME] = {"When", 14, 0, ALIGN_LEFT, 5, false},
	[COL_STATE] = {"State", 14, 8, ALIGN_LEFT, 8, false},
	[COL_USER] = {"By", 8, 6, ALIGN_LEFT, 3, false},
	[COL_TITLE] = {"Change", 31, 16, ALIGN_LEFT, 7, true},
};

static const struct hint hints[] = {
	{"Enter", "open", "Show the change under the cursor: each step, from what to what, and what refused."},
	{"u", "undo", "Put the change under the cursor back, after a confirmation."},
};

/* Rows are shown newest first, entries stand oldest first. */
static const struct entry *at(const struct view *v, size_t row)
{
	return &v->entries->entry[v->entries->n - 1 - row];
}

/* The highest id; the order of the file may be another. */
static uint64_t newest(const struct view *v)
{
	uint64_t most = 0;

	for (size_t i = 0; i < v->entries->n; i++)
		most = at(v, i)->id > most ? at(v, i)->id : most;
	return most;
}

static ptrdiff_t selected(const struct view *v, const struct state *st)
{
	bool same;

	if (!v->entries || !v->entries->n)
		return TABLE_NONE;
	same = newest(v) == st->seen;
	for (size_t i = 0; same && i < v->entries->n; i++)
		if (at(v, i)->id == st->id)
			return (ptrdiff_t)i;
	return 0;
}

static void select_row(const struct view *v, struct state *st, size_t row)
{
	st->id = at(v, row)->id;
	st->seen = newest(v);
}

static const char *common(struct arena *a, const struct entry *e, bool now)
{
	const char *first = now ? e->steps[0].now : e->steps[0].was;

	for (size_t i = 1; first && i < e->nsteps; i++) {
		const char *other = now ? e->steps[i].now : e->steps[i].was;

		if (!other || strcmp(first, other) != 0)
			return "several";
	}
	return first ? step_text(a, first) : "?";
}

/* " (live, config)": where a pin was set. */
static const char *scopes(const struct entry *e)
{
	bool live = false, config = false;
	struct pin_path pin;

	for (size_t i = 0; i < e->nsteps; i++) {
		if (!pin_path_parse(e->steps[i].path, &pin))
			continue;
		live |= pin.live;
		config |= !pin.live;
	}
	return live && config ? " (live, config)" : live ? " (live)" : " (config)";
}

/* "governor powersave → performance ×96", "pin web3 vcpu 0: - → 1 (live)": what counts comes before what may be cut. */
static void what_changed(const struct entry *e, struct cell_text *ret)
{
	struct arena *a = arena_new(0);

	if (!e->nsteps)
		snprintf(ret->text, sizeof(ret->text), "%s", e->title ? e->title : "?");
	else if (steps_are_pins(e->steps, e->nsteps))
		snprintf(ret->text, sizeof(ret->text), "%s %s: %s → %s%s", e->action ? e->action : "?",
			e->target ? e->target : "?", common(a, e, false), common(a, e, true), scopes(e));
	else
		snprintf(ret->text, sizeof(ret->text), "%s %s → %s ×%zu", e->action ? e->action : "?",
			common(a, e, false), common(a, e, true), e->nsteps);
	arena_free(a);
}

static void cell(const void *data, size_t row, size_t column, struct cell_text *ret)
{
	const struct entry *e = at(data, row);
	time_t when = (time_t)(e->wall_ns / 1000000000);
	struct tm tm;

	ret->role = e->undoable ? ROLE_text : ROLE_dim;
	switch (column) {
	case COL_ID:
		snprintf(ret->text, sizeof(ret->text), "%llu", (unsigned long long)e->id);
		break;
	case COL_TIME:
		if (localtime_r(&when, &tm))
			strftime(ret->text, sizeof(ret->text), "%m-%d %H:%M:%S", &tm);
		break;
	case COL_STATE:
		if (e->state == ENTRY_PARTLY || e->state == ENTRY_STARTED || e->state == ENTRY_PARTLY_UNDONE)
			ret->role = ROLE_warn;
		snprintf(ret->text, sizeof(ret->text), "%s", entry_state_text(e));
		break;
	case COL_USER:
		snprintf(ret->text, sizeof(ret->text), "%s", e->sudo_user ? e->sudo_user : e->user ? e->user : "?");
		break;
	default:
		what_changed(e, ret);
	}
}

static struct table table_of(const struct view *v, const struct state *st, struct rect r)
{
	struct table t = {
		.columns = columns,
		.ncolumns = COLUMNS_N,
		.nrows = v->entries ? v->entries->n : 0,
		.selected = selected(v, st),
		.sort = TABLE_NONE,
		.empty = v->entries_why ? v->entries_why
			 : v->entries   ? "nothing was changed on this host"
					: "reading the journal",
		.data = v,
		.cell = cell,
	};

	t.first = table_scroll(st->first, t.selected, t.nrows, table_visible(t.nrows, r.h));
	return t;
}

static struct rect rect_of(const struct view *v)
{
	return (struct rect){0, 2, v->w, v->h - 2};
}

static void draw(struct canvas *c, const struct view *v, const void *state)
{
	const struct state *st = state;
	struct rect r = rect_of(v);
	struct table t = table_of(v, st, r);
	size_t open = 0, held = 0;

	for (size_t i = 0; v->entries && i < v->entries->n; i++) {
		open += v->entries->entry[i].undoable;
		held += v->entries->entry[i].overwritten;
	}
	if (open)
		canvas_printf(
			c, 1, 0, v->w - 1, ROLE_strong, "%zu change%s can be put back.", open, open == 1 ? "" : "s");
	else if (held)
		canvas_printf(c, 1, 0, v->w - 1, ROLE_text,
			"Nothing is left to put back, but %zu that others changed since: u tries again.", held);
	else if (!v->entries_why)
		canvas_text(c, 1, 0, v->w - 1, ROLE_text, "Nothing is left to put back.");
	if (v->s && v->entries && v->entries->skipped)
		canvas_printf(c, 1, 1, v->w - 1, ROLE_warn, "%zu lines of the journal could not be read.",
			v->entries->skipped);
	table_draw(c, r, &t);
}

static void move(const struct view *v, void *state, enum motion m)
{
	struct state *st = state;
	ptrdiff_t i = selected(v, st), page = v->h > 6 ? v->h - 5 : 1,
		  last = v->entries ? (ptrdiff_t)v->entries->n - 1 : -1;

	if (last < 0)
		return;
	i += m == MOVE_DOWN ? 1 : m == MOVE_UP ? -1 : m == MOVE_PAGE_DOWN ? page : m == MOVE_PAGE_UP ? -page : 0;
	i = m == MOVE_HOME || i < 0 ? 0 : m == MOVE_END || i > last ? last : i;
	st->first = table_of(v, st, rect_of(v)).first;
	select_row(v, st, (size_t)i);
}

static void click(const struct view *v, void *state, int x, int y)
{
	struct state *st = state;
	struct table t = table_of(v, st, rect_of(v));
	ptrdiff_t row, column;

	if (table_hit(&t, rect_of(v), x, y, &row, &column) && row != TABLE_NONE)
		select_row(v, st, (size_t)row);
}

static uint64_t entry(const struct view *v, const void *state)
{
	ptrdiff_t i = selected(v, state);

	return i == TABLE_NONE ? 0 : at(v, (size_t)i)->id;
}

const struct panel panel_changes = {
	.name = "changes",
	.title = "Changes",
	.brief = "Chg",
	.sentence = "What was changed on this host, by whom, and what can be put back.",
	.state_size = sizeof(struct state),
	.hints = hints,
	.nhints = COUNT(hints),
	.draw = draw,
	.move = move,
	.click = click,
	.entry = entry,
};
