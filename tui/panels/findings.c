/* Findings: what costs time on this host, worst first, what explains it, and what could not be judged. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/panels/findings.h"

#include <stdio.h>
#include <string.h>

#include "probes/address.h"
#include "widgets/glyph.h"

static const struct table_column columns[FINDING_COLUMNS] = {
	[FIND_ID] = {"Id", 6, 0, ALIGN_LEFT, 19, false},
	[FIND_STATE] = {"State", 9, 6, ALIGN_LEFT, 18, false},
	[FIND_SINCE] = {"Since", 5, 0, ALIGN_RIGHT, 6, false},
	[FIND_WORTH] = {"Could explain", 14, 13, ALIGN_RIGHT, 10, false},
	[FIND_ORDER] = {"Order", 5, 0, ALIGN_RIGHT, 8, false},
	[FIND_LINE] = {"What was found", 50, 20, ALIGN_LEFT, 20, true},
};

static const char *const shows[FINDINGS_SHOWS] = {"findings", "unread", "passed", "all"};

static const struct hint hints[] = {
	{"Enter", "open", "Open the finding under the cursor: on which facts, why, what to do, what it risks. There, Enter on a "
			  "fact goes to the panel that shows it, and ? explains it."},
	{"f", "fix", "Plan what mends the finding under the cursor; nothing is changed before it is confirmed."},
	{"b", "show", "Show the findings, then what could not be read, what passed or does not apply, and all checks."},
	{"Tab", "unfold", "Show what a finding explains below it, or fold it away: F02 +2 has two effects."},
};

/* In a finding that is open, on a line that leads somewhere and on others. */
static const struct hint open_hints[] = {
	{"Enter", "go there", "Go to the panel that shows this fact, or to the finding that it names."},
	{"f", "fix", "Plan what mends this finding; nothing is changed before it is confirmed."},
	{"Esc", "back", "Back to the list."},
};

enum { BRIEF_MOST = 16, LINE_FIRST = 70, LINE_LEAST = 40 };

struct layout {
	int text_h;
	struct rect table, brief;
};

/* What the list does not need goes to the finding under the cursor. */
static struct layout layout(const struct view *v, size_t n)
{
	int brief = v->h >= 30 ? 8 : v->h >= 18 ? 5 : 0, top, left;
	struct layout l = {.text_h = v->w < 60 && v->h > 20 ? 3 : v->h > 6 ? 2 : 1};

	top = l.text_h + (v->h > 9) + (v->h > 14);
	left = v->h - top - 4 - (n < (size_t)v->h ? (int)n : v->h);
	if (brief && left > brief)
		brief = left < BRIEF_MOST ? left : BRIEF_MOST;
	l.table = (struct rect){0, top, v->w, v->h - top - (brief ? brief + 1 : 0)};
	l.brief = (struct rect){0, v->h - brief, v->w, brief};
	return l;
}

/* What every call needs: the rows, and the check that is shown as a whole. */
struct seen {
	struct arena *a;
	struct finding_rows rows;
	struct finding_drawn drawn;
	ptrdiff_t at;
	const struct check *check; /* under the cursor; NULL: none */
	struct table_column columns[FINDING_COLUMNS];
};

/* Into *l, which its table points to. */
static void look(struct seen *l, const struct view *v, const struct findings_state *st)
{
	l->a = arena_new(0);
	l->rows = finding_rows(l->a, v, st, table_visible(SIZE_MAX / 2, layout(v, SIZE_MAX).table.h));
	l->drawn = (struct finding_drawn){l->a, &l->rows};
	l->at = finding_rows_at(&l->rows, st);
	l->check = NULL;
	memcpy(l->columns, columns, sizeof(columns));
	if (v->w >= LINE_FIRST) { /* what was found matters more than since when */
		l->columns[FIND_LINE].min = LINE_LEAST;
		l->columns[FIND_STATE].min = 0;
	}
	if (st->open)
		l->check = check_find(st->id);
	else if (l->at != TABLE_NONE && l->rows.row[l->at].f)
		l->check = l->rows.row[l->at].f->check;
}

static const char *empty(const struct view *v, const struct seen *l, const struct findings_state *st)
{
	static const char *const nothing[FINDINGS_SHOWS] = {"nothing was found", "all checks could be read",
		"no check passed", "there are no checks"};

	return !l->rows.f    ? "nothing was judged yet"
	       : *st->group ? "none of these any more"
	       : *v->filter ? "no check fits the filter"
			    : nothing[st->show % FINDINGS_SHOWS];
}

static struct table table_of(const struct seen *l, const struct view *v, const struct findings_state *st)
{
	struct table t = {
		.columns = l->columns,
		.ncolumns = FINDING_COLUMNS,
		.nrows = l->rows.n,
		.selected = l->at,
		.sort = TABLE_NONE,
		.empty = empty(v, l, st),
		.data = &l->drawn,
		.cell = finding_cell,
	};

	t.first = table_scroll(st->first, t.selected, t.nrows, table_visible(t.nrows, layout(v, t.nrows).table.h));
	return t;
}

static const char *summary(const struct seen *l, const struct view *v, const struct findings_state *st)
{
	const struct findings *f = l->rows.f;
	const char *text = st->show == SHOW_FINDINGS ? findings_order(v->w)
			   : st->show == SHOW_UNREAD ? "what is not known"
			   : st->show == SHOW_PASSED ? "what passes or does not apply"
						     : "all checks";

	if (*st->group)
		return arena_printf(l->a, "%zu of these · Esc leads back", l->rows.n);
	text = arena_printf(l->a, "%s · profile %s · %zu pass, %zu do not apply, %zu not known · b shows them", text,
		profile_word(f->profile), f->passed, f->not_applicable, f->unknown);
	if (st->show == SHOW_FINDINGS && l->rows.effects && !*v->filter)
		text = arena_printf(l->a, "%s · Tab %s %zu effect%s", text, l->rows.folded ? "unfolds" : "folds",
			l->rows.effects, l->rows.effects == 1 ? "" : "s");
	return text;
}

static bool worst_is(const struct findings *f, const char *id)
{
	return f && f->norder && strcmp(f->order[0]->check->id, id) == 0;
}

static void draw_list(struct canvas *c, const struct view *v, const struct findings_state *st, const struct seen *l)
{
	static const enum glyph glyphs[] = {GLYPH_GOOD, GLYPH_INFO, GLYPH_WARN, GLYPH_CRIT};
	struct table t = table_of(l, v, st);
	struct layout at = layout(v, l->rows.n);
	enum severity worst;
	const char *text = findings_sentence(l->a, v->s, &worst);
	const char *banner = worst_is(l->rows.f, "K06") ? NULL : checks_banner(l->rows.f);
	bool known = l->rows.f && (worst || !l->rows.f->unknown);

	canvas_char(c, 1, 0, glyph_char(c, known ? glyphs[worst] : GLYPH_UNREAD),
		!known  ? ROLE_unknown
		: worst ? severity_role(worst)
			: ROLE_good);
	canvas_wrap(c, (struct rect){3, 0, v->w - 4, at.text_h}, worst > SEVERITY_INFO ? ROLE_strong : ROLE_text, text);
	if (v->h > 9 && l->rows.f)
		canvas_cut(c, 1, at.text_h, v->w - 2, banner ? ROLE_info : ROLE_dim,
			banner ? banner : summary(l, v, st));
	table_draw(c, at.table, &t);
	if (!at.brief.h || !l->check)
		return;
	canvas_fill(c, (struct rect){0, at.brief.y - 1, v->w, 1}, glyph_char(c, GLYPH_HLINE), ROLE_rule);
	finding_brief(c, at.brief, l->a, l->rows.row[l->at].f);
}

static void draw(struct canvas *c, const struct view *v, const void *state)
{
	const struct findings_state *st = state;
	struct seen l;

	look(&l, v, st);
	if (st->open && l.check)
		finding_draw(c, v, st, l.check);
	else
		draw_list(c, v, st, &l);
	arena_free(l.a);
}

static void choose(struct findings_state *st, const struct seen *l, ptrdiff_t row)
{
	st->row = (size_t)row;
	snprintf(st->id, sizeof(st->id), "%s", finding_row_id(&l->rows.row[row]));
}

static void move(const struct view *v, void *state, enum motion m)
{
	struct findings_state *st = state;
	struct seen l;

	look(&l, v, st);
	if (st->open && l.check) {
		finding_move(v, st, l.check, m);
	} else if (m == MOVE_NEXT || m == MOVE_PREVIOUS) {
		st->fold = l.rows.folded ? FOLD_OPEN : FOLD_CLOSED;
	} else if (l.rows.n) {
		size_t page = table_visible(l.rows.n, layout(v, l.rows.n).table.h);

		st->first = table_of(&l, v, st).first;
		choose(st, &l, rows_step(l.at, l.rows.n, page, m));
		l.at = finding_rows_at(&l.rows, st);
		st->first = table_of(&l, v, st).first;
	}
	arena_free(l.a);
}

static void click(const struct view *v, void *state, int x, int y)
{
	struct findings_state *st = state;
	ptrdiff_t row, column;
	struct seen l;
	struct table t;

	look(&l, v, st);
	t = table_of(&l, v, st);
	if (st->open && l.check) {
		finding_click(v, st, l.check, y);
	} else if (table_hit(&t, layout(v, l.rows.n).table, x, y, &row, &column) && row != TABLE_NONE) {
		st->first = t.first;
		choose(st, &l, row);
	}
	arena_free(l.a);
}

static const struct check *check(const struct view *v, const void *state)
{
	struct seen l;

	look(&l, v, state);
	arena_free(l.a);
	return l.check;
}

/* A line of the check that is open has a fact; a row of the list is a check. */
static size_t address(const struct view *v, const void *state, char *buf, size_t size)
{
	const struct findings_state *st = state;
	const struct check *c = st->open ? check_find(st->id) : NULL;
	struct arena *a = arena_new(0);
	struct check_line line = {.address = NULL};
	size_t n = 0;

	if (c)
		line = finding_line(a, v, st, c);
	if (line.address)
		n = (size_t)snprintf(buf, size, "%s", line.address);
	arena_free(a);
	return n;
}

static int64_t cpu(const struct view *v, const void *state)
{
	char at[ADDRESS_MAX];
	int64_t id = -1;

	if (address(v, state, at, sizeof(at)))
		panel_of_fact(v->s, at, &id);
	return id;
}

static const char *opens(const struct view *v, const void *state)
{
	char at[ADDRESS_MAX];
	int64_t id;

	return address(v, state, at, sizeof(at)) ? panel_of_fact(v->s, at, &id) : NULL;
}

static void seek(const struct view *v, void *state, const char *what)
{
	struct findings_state *st = state;
	const struct check *c = check_find(what);

	(void)v;
	if (!c)
		return;
	st->show = SHOW_FINDINGS;
	st->group[0] = '\0';
	st->open = false;
	snprintf(st->id, sizeof(st->id), "%s", c->id);
}

static const struct hint *hints_now(const struct view *v, const void *state, size_t *ret_n)
{
	const struct findings_state *st = state;
	const struct check *c = st->open ? check_find(st->id) : NULL;
	struct arena *a = arena_new(0);
	bool leads = c && check_line_leads(finding_line(a, v, st, c));

	*ret_n = COUNT(open_hints) - !leads;
	arena_free(a);
	return c ? &open_hints[!leads] : NULL;
}

static bool unfolds(const struct seen *l, const struct view *v, const struct findings_state *st)
{
	return l->rows.effects && !*v->filter && !*st->group && (st->show == SHOW_FINDINGS || st->show == SHOW_ALL);
}

static void labels(const struct view *v, const void *state, const struct hint *h, size_t n, const char **label)
{
	const struct findings_state *st = state;
	const struct finding *f;
	struct seen l;

	look(&l, v, st);
	f = l.check ? findings_of(l.rows.f, l.check) : NULL;
	for (size_t i = 0; i < n; i++)
		if (strcmp(h[i].key, "f") == 0 && (!f || f->verdict != VERDICT_FIRE || !finding_mendable(f)))
			label[i] = NULL;
		else if (strcmp(h[i].key, "Tab") == 0)
			label[i] = !unfolds(&l, v, st) ? NULL : l.rows.folded ? "unfold" : "fold";
		else if (strcmp(h[i].key, "Enter") == 0 && !st->open && l.at == TABLE_NONE)
			label[i] = NULL;
	arena_free(l.a);
}

/* A finding is opened; a group shows its checks; in a check that is open, another one that it names. */
static bool enter(const struct view *v, void *state)
{
	struct findings_state *st = state;
	struct arena *a = arena_new(0);
	const struct check *c = NULL;
	bool does = true;
	struct seen l;

	look(&l, v, st);
	if (st->open && l.check) {
		struct check_line line = finding_line(a, v, st, l.check);

		c = line.check;
		does = c || !line.address;
	} else if (l.check) {
		c = l.check;
	} else if (l.at != TABLE_NONE) {
		snprintf(st->group, sizeof(st->group), "%s", finding_row_id(&l.rows.row[l.at]));
		st->id[0] = '\0';
		st->first = 0;
	}
	if (c)
		findings_open(st, c);
	arena_free(l.a);
	arena_free(a);
	return does;
}

static bool back(const struct view *v, void *state)
{
	struct findings_state *st = state;
	bool was = st->open || *st->group;

	(void)v;
	if (!st->open && *st->group) {
		snprintf(st->id, sizeof(st->id), "%s", st->group);
		st->group[0] = '\0';
	}
	st->open = false;
	return was;
}

static const char *by(void *state, const char *what)
{
	struct findings_state *st = state;
	uint8_t to = (uint8_t)((st->show + 1) % FINDINGS_SHOWS);

	if (*what)
		for (to = 0; to < FINDINGS_SHOWS && strcmp(shows[to], what) != 0;)
			to++;
	if (to == FINDINGS_SHOWS)
		return NULL;
	st->show = to;
	st->group[0] = '\0';
	st->open = false;
	return shows[to];
}

const struct panel panel_findings = {
	.name = "findings",
	.title = "Findings",
	.brief = "Find",
	.sentence = "What costs time on this host, worst first, what explains it, and what to do about it.",
	.state_size = sizeof(struct findings_state),
	.hints = hints,
	.nhints = COUNT(hints),
	.hints_now = hints_now,
	.labels = labels,
	.draw = draw,
	.move = move,
	.click = click,
	.address = address,
	.cpu = cpu,
	.opens = opens,
	.enter = enter,
	.back = back,
	.by = by,
	.check = check,
	.seek = seek,
};
