/* Frequency: every CPU's clock, what the number is worth, and who holds it down. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/history.h"
#include "probes/limits.h"
#include "probes/report.h"
#include "tui/cpu_look.h"
#include "tui/panels/cpu_list.h"
#include "widgets/format.h"
#include "widgets/glyph.h"
#include "widgets/table.h"

struct state {
	int64_t cpu; /* under the cursor, plus 1; 0: the first of the list */
	size_t column, first;
	struct cpu_order order;
};

static const struct table_column columns[CPU_COLUMNS] = {
	[CPU_ID] = {"CPU", 4, 3, ALIGN_RIGHT, 20, false},
	[CPU_NODE] = {"Node", 4, 0, ALIGN_RIGHT, 6, false},
	[CPU_BUSY] = {"Busy", 5, 0, ALIGN_RIGHT, 16, false},
	[CPU_CLOCK] = {"GHz", 6, 0, ALIGN_RIGHT, 19, false},
	[CPU_WORTH] = {"Worth", 9, 0, ALIGN_LEFT, 14, false},
	[CPU_BASE] = {"Base", 4, 0, ALIGN_RIGHT, 13, false},
	[CPU_RATIO] = {"Of base", 12, 7, ALIGN_LEFT, 12, false},
	[CPU_PAST] = {"Past", 20, 8, ALIGN_LEFT, 8, false},
	[CPU_GOVERNOR] = {"Governor", 12, 9, ALIGN_LEFT, 17, false},
	[CPU_LIMITS] = {"Limits", 9, 0, ALIGN_RIGHT, 10, false},
	[CPU_EPP] = {"Energy pref.", 19, 0, ALIGN_LEFT, 5, false},
	[CPU_POLICY] = {"Policy", 6, 0, ALIGN_RIGHT, 4, false},
	[CPU_HELD] = {"Held by", 24, 18, ALIGN_LEFT, 9, true},
};

static const struct hint hints[] = {
	{"Tab", "column", "Move the cursor to the next column: ? explains the number under it."},
	{"s", "sort", "Sort by the column under the cursor; S the other way round."},
	{"m", "mark", "Mark this CPU, so that g changes all marked ones."},
};

struct drawn {
	const struct view *v;
	const struct cpu_list *list;
	float past[HISTORY_LENGTH]; /* of the row that is being drawn */
};

/* "1.20", "(0.80)" for a number that is no measurement, or a word. */
static void clock_cell(const struct silicon_cpu *c, struct cell_text *ret)
{
	char ghz[FORMAT_SIZE];
	uint64_t fresh = value_u64_or(c->fresh, FRESH_UNKNOWN);

	ret->role = ROLE_dim;
	if (!value_known(c->khz)) {
		snprintf(ret->text, sizeof(ret->text), "%s",
			fresh == FRESH_UNKNOWN && !value_known(c->busy) ? "read" : "-");
		return;
	}
	format_ghz(khz_calm((double)c->khz.u), ghz);
	if (fresh != FRESH_MEASURED) {
		snprintf(ret->text, sizeof(ret->text), "(%s)", ghz);
		return;
	}
	snprintf(ret->text, sizeof(ret->text), "%s", ghz);
	ret->role = value_known(c->ratio) ? ratio_role(c->ratio.f) : ROLE_text;
}

static void number_cell(const struct silicon_cpu *c, enum cpu_column column, struct cell_text *ret)
{
	char text[FORMAT_SIZE];

	if (column == CPU_ID)
		snprintf(ret->text, sizeof(ret->text), "%u%s", (unsigned)c->id.u,
			value_known(c->kind) ? c->kind.text : "");
	else if (column == CPU_NODE && value_known(c->node))
		snprintf(ret->text, sizeof(ret->text), "%d", (int)c->node.i);
	else if (column == CPU_BUSY && value_known(c->busy))
		snprintf(ret->text, sizeof(ret->text), "%.0f %%", percent_calm(c->busy.f));
	else if (column == CPU_BASE && value_known(c->base_khz))
		snprintf(ret->text, sizeof(ret->text), "%s", format_ghz((double)c->base_khz.u, text));
	else if (column == CPU_POLICY && value_known(c->policy))
		snprintf(ret->text, sizeof(ret->text), "%u", (unsigned)c->policy.u);
	else if (column == CPU_LIMITS && value_known(c->min_khz) && value_known(c->max_khz))
		snprintf(ret->text, sizeof(ret->text), "%s",
			format_ghz_span((double)c->min_khz.u, (double)c->max_khz.u, text));
	else
		snprintf(ret->text, sizeof(ret->text), "-");
	ret->role = column == CPU_BUSY && value_f64_or(c->busy, 0) >= BUSY_PERCENT ? ROLE_text : ROLE_dim;
	if (column == CPU_ID)
		ret->role = ROLE_text;
}

static void text_cell(struct value v, enum role role, struct cell_text *ret)
{
	snprintf(ret->text, sizeof(ret->text), "%s",
		value_known(v)            ? v.text
		: v.known == KNOWN_ABSENT ? "-"
					  : known_word(v.known));
	ret->role = value_known(v) ? role : ROLE_dim;
}

static void past_cell(struct drawn *d, const struct silicon_cpu *c, struct cell_text *ret)
{
	char address[64];

	snprintf(address, sizeof(address), "silicon.cpu[%u].ratio", (unsigned)c->id.u);
	ret->kind = CELL_SPARK;
	ret->n = d->v->history ? history_copy(d->v->history, address, d->past, HISTORY_LENGTH) : 0;
	ret->v = d->past;
	ret->hi = 1.6;
	ret->role = ROLE_spark;
}

static void cell(const void *data, size_t row, size_t column, struct cell_text *ret)
{
	struct drawn *d = *(struct drawn *const *)data;
	const struct silicon_cpu *c = d->list->row[row];

	switch ((enum cpu_column)column) {
	case CPU_CLOCK:
		clock_cell(c, ret);
		break;
	case CPU_WORTH:
		text_cell(c->freshness, value_u64_or(c->fresh, 0) == FRESH_MEASURED ? ROLE_text : ROLE_dim, ret);
		if (value_u64_or(c->fresh, 0) == FRESH_LAST_REQUESTED) /* the word that fits beside the others */
			snprintf(ret->text, sizeof(ret->text), "requested");
		break;
	case CPU_RATIO:
		if (!value_known(c->ratio))
			break;
		ret->kind = CELL_BAR;
		ret->share = c->ratio.f;
		ret->role = c->ratio.f < SLOW_SHARE ? ratio_role(c->ratio.f) : ROLE_bar;
		break;
	case CPU_PAST:
		past_cell(d, c, ret);
		break;
	case CPU_GOVERNOR:
		text_cell(c->governor, ROLE_text, ret);
		break;
	case CPU_EPP:
		text_cell(c->epp, ROLE_dim, ret);
		break;
	case CPU_HELD:
		text_cell(c->held_by, ROLE_warn, ret);
		break;
	case CPU_ID:
	case CPU_NODE:
	case CPU_BUSY:
	case CPU_BASE:
	case CPU_LIMITS:
	case CPU_POLICY:
	case CPU_COLUMNS:
		number_cell(c, (enum cpu_column)column, ret);
	}
}

static bool marked(const void *data, size_t row)
{
	const struct drawn *d = *(struct drawn *const *)data;

	return cpuset_has(d->v->marks, (uint32_t)d->list->row[row]->id.u);
}

static struct rect rect_of(const struct view *v)
{
	int top = v->h > 12 ? 4 : 2;

	return (struct rect){0, top, v->w, v->h - top};
}

static ptrdiff_t selected(const struct cpu_list *l, const struct state *st)
{
	ptrdiff_t i = st->cpu ? cpu_list_find(l, st->cpu - 1) : TABLE_NONE;

	return i == TABLE_NONE && l->n ? 0 : i;
}

/* data: a pointer to a pointer, so that the callback may use its buffer while the table itself is const. */
static struct table table_of(struct drawn *const *d, const struct state *st)
{
	struct rect r = rect_of((*d)->v);
	struct table t = {
		.columns = columns,
		.ncolumns = CPU_COLUMNS,
		.nrows = (*d)->list->n,
		.selected = selected((*d)->list, st),
		.sort = st->order.chosen ? (ptrdiff_t)st->order.by : TABLE_NONE,
		.descending = st->order.reverse,
		.empty = !(*d)->list->silicon ? "reading"
			 : *(*d)->v->filter   ? "no CPU fits the filter"
					      : "this host shows no CPUs",
		.data = d,
		.cell = cell,
		.marked = marked,
	};

	t.first = table_scroll(st->first, t.selected, t.nrows, table_visible(t.nrows, r.h - 1));
	return t;
}

static void draw_summary(struct canvas *c, const struct view *v, const struct state *st, struct arena *a, int y)
{
	const struct frequency *f = snapshot_facts(v->s, &probe_frequency);
	const struct silicon *si = snapshot_facts(v->s, &probe_silicon);
	const char *text;

	if (!f || !si)
		return;
	text = st->order.chosen ? "sorted" : "worst first";
	if (value_known(si->busy)) /* what counts first: the end is what gets cut */
		text = arena_printf(a, "%s · %u busy · %u slow", text, (unsigned)si->busy.u, (unsigned)si->slow.u);
	text = arena_printf(a, "%s · %u polic%s", text, (unsigned)f->policy.n, f->policy.n == 1 ? "y" : "ies");
	if (value_known(f->driver))
		text = arena_printf(a, "%s · %s%s%s", text, f->driver.text, value_known(f->intel_pstate) ? " " : "",
			value_text_or(f->intel_pstate, ""));
	if (value_known(f->governor))
		text = arena_printf(a, "%s · %s", text, f->governor.text);
	if (value_known(f->no_turbo) || value_known(f->boost))
		text = arena_printf(a, "%s · turbo %s", text,
			value_known(f->no_turbo) ? (f->no_turbo.u ? "off" : "on")
			: f->boost.u             ? "on"
						 : "off");
	canvas_cut(c, 1, y, v->w - 2, ROLE_dim, text);
}

/* The head of the column under the cursor: what ? explains and s sorts by. */
static void draw_column(struct canvas *c, struct rect r, const struct state *st)
{
	int widths[TABLE_COLUMNS], x = 1;

	table_layout(columns, CPU_COLUMNS, r.w, widths);
	for (size_t i = 0; i < st->column; i++)
		x += widths[i] ? widths[i] + table_gap(r.w) : 0;
	if (widths[st->column])
		canvas_select(c, (struct rect){r.x + x, r.y, widths[st->column], 1});
}

static void draw(struct canvas *c, const struct view *v, const void *state)
{
	const struct state *st = state;
	struct arena *a = arena_new(0);
	struct headline h = headline(a, v->s);
	struct cpu_list list = cpu_list(a, v, st->order);
	struct drawn drawn = {.v = v, .list = &list}, *d = &drawn;
	struct rect r = rect_of(v);
	struct table t = table_of(&d, st);

	if (r.y > 2)
		canvas_wrap(c, (struct rect){1, 0, v->w - 2, 2}, h.mood >= MOOD_WARN ? ROLE_strong : ROLE_text, h.text);
	else
		canvas_cut(c, 1, 0, v->w - 2, h.mood >= MOOD_WARN ? ROLE_strong : ROLE_text, h.text);
	draw_summary(c, v, st, a, r.y > 2 ? 2 : 1);
	table_draw(c, r, &t);
	draw_column(c, r, st);
	arena_free(a);
}

static void move(const struct view *v, void *state, enum motion m)
{
	struct state *st = state;
	struct arena *a = arena_new(0);
	struct cpu_list list = cpu_list(a, v, st->order);
	struct drawn drawn = {.v = v, .list = &list}, *d = &drawn;
	ptrdiff_t i = selected(&list, st), last = (ptrdiff_t)list.n - 1;
	ptrdiff_t page = (ptrdiff_t)table_visible(list.n, rect_of(v).h - 1);

	if (m == MOVE_NEXT || m == MOVE_PREVIOUS) {
		int widths[TABLE_COLUMNS];

		table_layout(columns, CPU_COLUMNS, v->w, widths);
		do /* columns that were given up have nothing to explain */
			st->column = (st->column + (m == MOVE_NEXT ? 1 : CPU_COLUMNS - 1)) % CPU_COLUMNS;
		while (!widths[st->column] && st->column);
	} else if (last >= 0) {
		i += m == MOVE_DOWN        ? 1
		     : m == MOVE_UP        ? -1
		     : m == MOVE_PAGE_DOWN ? page
		     : m == MOVE_PAGE_UP   ? -page
					   : 0;
		i = m == MOVE_HOME || i < 0 ? 0 : m == MOVE_END || i > last ? last : i;
		st->first = table_of(&d, st).first;
		st->cpu = (int64_t)list.row[i]->id.u + 1;
		st->first = table_of(&d, st).first;
	}
	arena_free(a);
}

static void click(const struct view *v, void *state, int x, int y)
{
	struct state *st = state;
	struct arena *a = arena_new(0);
	struct cpu_list list = cpu_list(a, v, st->order);
	struct drawn drawn = {.v = v, .list = &list}, *d = &drawn;
	struct table t = table_of(&d, st);
	ptrdiff_t row, column;

	if (table_hit(&t, rect_of(v), x, y, &row, &column)) {
		if (row != TABLE_NONE) {
			st->first = t.first;
			st->cpu = (int64_t)list.row[row]->id.u + 1;
		}
		if (column != TABLE_NONE) {
			st->order = (struct cpu_order){(enum cpu_column)column,
				row == TABLE_NONE && st->order.chosen && st->column == (size_t)column &&
					!st->order.reverse,
				row == TABLE_NONE || st->order.chosen};
			st->column = (size_t)column;
		}
	}
	arena_free(a);
}

static size_t address(const struct view *v, const void *state, char *buf, size_t size)
{
	const struct state *st = state;
	struct arena *a = arena_new(0);
	struct cpu_list list = cpu_list(a, v, st->order);
	ptrdiff_t i = selected(&list, st);
	size_t n = i == TABLE_NONE ? 0 : cpu_address(v, list.row[i], (enum cpu_column)st->column, buf, size);

	arena_free(a);
	return n;
}

static int64_t cpu(const struct view *v, const void *state)
{
	const struct state *st = state;
	struct arena *a = arena_new(0);
	struct cpu_list list = cpu_list(a, v, st->order);
	ptrdiff_t i = selected(&list, st);
	int64_t id = i == TABLE_NONE ? -1 : (int64_t)list.row[i]->id.u;

	arena_free(a);
	return id;
}

static void go(const struct view *v, void *state, int64_t to)
{
	(void)v;
	((struct state *)state)->cpu = to + 1;
}

static const struct cpuset *on_screen(const struct view *v, const void *state, struct arena *a)
{
	const struct state *st = state;
	struct cpu_list list = cpu_list(a, v, st->order);
	struct drawn drawn = {.v = v, .list = &list}, *d = &drawn;
	struct table t = table_of(&d, st);
	size_t end = t.first + table_visible(list.n, rect_of(v).h - 1);
	struct cpuset *set = cpuset_new(a, CPUSET_MAX);

	for (size_t i = t.first; i < end && i < list.n; i++)
		cpuset_add(set, (uint32_t)list.row[i]->id.u);
	return set;
}

static void sort(void *state, bool reverse)
{
	struct state *st = state;

	st->order = (struct cpu_order){(enum cpu_column)st->column, reverse, true};
}

const struct panel panel_frequency = {
	.name = "frequency",
	.title = "Frequency",
	.brief = "Freq",
	.sentence = "Every CPU's clock as a share of its base, what the number is worth, and what holds it down.",
	.state_size = sizeof(struct state),
	.hints = hints,
	.nhints = COUNT(hints),
	.draw = draw,
	.move = move,
	.click = click,
	.address = address,
	.cpu = cpu,
	.go = go,
	.on_screen = on_screen,
	.sort = sort,
};
