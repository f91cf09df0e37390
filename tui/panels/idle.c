/* Idle: how each CPU's time is shared out among its states, what waking it costs, and who limits how deep it sleeps. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "probes/cpuset.h"
#include "tui/cpu_look.h"
#include "tui/panels/idle_impl.h"
#include "widgets/format.h"

struct state {
	int64_t cpu; /* under the cursor, plus 1; 0: the first of the list */
	size_t column, first;
	struct rows_order order;
	struct idle_memory memory;
};

static const struct table_column columns[IDLE_COLUMNS] = {
	[IDLE_CPU] = {"CPU", 4, 3, ALIGN_RIGHT, 20, false},
	[IDLE_NODE] = {"Node", 4, 0, ALIGN_RIGHT, 5, false},
	[IDLE_AWAKE] = {"Awake", 5, 0, ALIGN_RIGHT, 12, false},
	[IDLE_SHARES] = {"Time", 26, 18, ALIGN_LEFT, 18, false},
	[IDLE_DEEPEST] = {"May sleep", 10, 0, ALIGN_LEFT, 14, false},
	[IDLE_EXIT] = {"Exit", 7, 0, ALIGN_RIGHT, 17, false},
	[IDLE_ENTRIES] = {"Entries/s", 9, 0, ALIGN_RIGHT, 13, false},
	[IDLE_WAKING] = {"Waking", 8, 0, ALIGN_RIGHT, 15, false},
	[IDLE_DEEP] = {"Deep", 5, 0, ALIGN_RIGHT, 9, false},
	[IDLE_LIMIT] = {"Limited by", 30, 11, ALIGN_LEFT, 4, true},
};
/* Of the last column where somebody is limited: then it is worth more than how often CPUs sleep. */
enum { LIMIT_MIN = 20, LIMIT_PRIORITY = 14 };

enum {
	STATE_SIGN,
	STATE_NAME,
	STATE_EXIT,
	STATE_WORTH,
	STATE_SHARE,
	STATE_BAR,
	STATE_ENTRIES,
	STATE_ABOVE,
	STATE_BELOW,
	STATE_REJECTED,
	STATE_OFF,
	STATE_COLUMNS
};

static const struct table_column state_columns[STATE_COLUMNS] = {
	[STATE_SIGN] = {"", 1, 0, ALIGN_LEFT, 18, false},
	[STATE_NAME] = {"State", 10, 6, ALIGN_LEFT, 20, false},
	[STATE_EXIT] = {"Exit", 7, 0, ALIGN_RIGHT, 17, false},
	[STATE_WORTH] = {"Worth from", 10, 0, ALIGN_RIGHT, 8, false},
	[STATE_SHARE] = {"Time", 5, 0, ALIGN_RIGHT, 16, false},
	[STATE_BAR] = {"", 14, 0, ALIGN_LEFT, 7, false},
	[STATE_ENTRIES] = {"Entries/s", 9, 0, ALIGN_RIGHT, 15, false},
	[STATE_ABOVE] = {"Too deep", 8, 0, ALIGN_RIGHT, 11, false},
	[STATE_BELOW] = {"Too light", 9, 0, ALIGN_RIGHT, 10, false},
	[STATE_REJECTED] = {"Rejected", 8, 0, ALIGN_RIGHT, 6, false},
	[STATE_OFF] = {"", 20, 16, ALIGN_LEFT, 12, true},
};

static const struct hint hints[] = {
	{"Tab", "column", "Move the cursor to the next column: ? explains the number under it."},
	{"s", "sort", "Sort by the column under the cursor; S the other way round."},
	{"m", "mark", "Mark this CPU, so that g changes all marked ones."},
};

/* All that the panel knows, and where it lies. */
struct laid {
	struct idle_cpus list;
	struct idle_said said;
	const char *legend;
	struct table_column columns[IDLE_COLUMNS];
	int text_h, summary_y, states_y, states_h, legend_h;
	struct rect rows;
};

static int wrapped(const char *text, int w, int most)
{
	struct canvas nowhere = canvas_over(NULL, 0, 0, false);
	int n = canvas_wrap(&nowhere, (struct rect){0, 0, w, 0}, ROLE_text, text);

	return n < most ? n : most;
}

/* The states get their table where the CPUs still have as much room. */
static void lay(struct arena *a, const struct canvas *c, const struct view *v, const struct state *st, struct laid *ret)
{
	bool tall = v->h > 12;
	int y;

	*ret = (struct laid){.list = idle_cpus(a, v, &st->memory, st->order)};
	memcpy(ret->columns, columns, sizeof(columns));
	if (ret->list.idle && value_u64_or(ret->list.idle->limited, 0)) {
		ret->columns[IDLE_LIMIT].min = LIMIT_MIN;
		ret->columns[IDLE_LIMIT].priority = LIMIT_PRIORITY;
	}
	ret->said = idle_sentence(a, v->s, &ret->list.sleeps);
	ret->text_h = wrapped(ret->said.text, v->w - 2, v->h > 20 ? 4 : v->h > 9 ? 3 : 2);
	ret->summary_y = ret->text_h;
	y = ret->text_h + (v->h > 8) + tall;
	if (ret->list.sleeps.n && v->h - y > 2 * ((int)ret->list.sleeps.n + 2)) {
		ret->states_y = y;
		ret->states_h = (int)ret->list.sleeps.n + 1;
		y += ret->states_h + 1;
	}
	if (tall && ret->list.sleeps.n) {
		ret->legend = sleep_legend(a, c, &ret->list.sleeps);
		ret->legend_h = wrapped(ret->legend, v->w - 2, 2);
	}
	ret->rows = (struct rect){0, y + ret->legend_h, v->w, v->h - y - ret->legend_h};
}

static bool marked(const void *data, size_t row)
{
	const struct idle_drawn *d = *(struct idle_drawn *const *)data;

	return cpuset_has(d->v->marks, (uint32_t)d->list->row[row].idle->id.u);
}

static ptrdiff_t selected(const struct idle_cpus *l, const struct state *st)
{
	ptrdiff_t i = st->cpu ? idle_cpus_find(l, st->cpu - 1) : TABLE_NONE;

	return i == TABLE_NONE && l->n ? 0 : i;
}

/* data: a pointer to a pointer, so that the callback may use its buffers while the table itself is const. */
static struct table table_of(struct idle_drawn *const *d, const struct laid *l, const struct state *st)
{
	struct table t = {
		.columns = l->columns,
		.ncolumns = IDLE_COLUMNS,
		.nrows = l->list.n,
		.selected = selected(&l->list, st),
		.sort = st->order.chosen ? (ptrdiff_t)st->order.by : TABLE_NONE,
		.descending = st->order.reverse,
		.empty = !l->list.idle                             ? "reading"
			 : *(*d)->v->filter && l->list.idle->cpu.n ? "no CPU fits the filter"
								   : "no CPU here has idle states",
		.data = d,
		.cell = idle_cell,
		.marked = marked,
	};

	t.first = table_scroll(st->first, t.selected, t.nrows, table_visible(t.nrows, l->rows.h));
	return t;
}

static void share_or_dash(double share, struct cell_text *ret)
{
	if (isnan(share))
		snprintf(ret->text, sizeof(ret->text), "-");
	else
		snprintf(ret->text, sizeof(ret->text), "%.0f %%", percent_calm(100 * share));
}

static void where(const struct sleep *s, size_t cpus, struct cell_text *ret)
{
	int n = 0;

	ret->role = ROLE_info;
	if (s->disabled == s->cpus)
		n = snprintf(ret->text, sizeof(ret->text), "disabled");
	else if (!s->allowed)
		n = snprintf(ret->text, sizeof(ret->text), "beyond the limit");
	else if (s->disabled)
		n = snprintf(ret->text, sizeof(ret->text), "off on %zu of %zu", s->disabled, s->cpus);
	else if (s->allowed < s->cpus)
		n = snprintf(ret->text, sizeof(ret->text), "barred on %zu of %zu", s->cpus - s->allowed, s->cpus);
	if (s->cpus < cpus)
		snprintf(ret->text + n, sizeof(ret->text) - (size_t)n, "%son %zu of %zu CPUs", n ? ", " : "", s->cpus,
			cpus);
}

static void state_cell(const void *data, size_t row, size_t column, struct cell_text *ret)
{
	const struct sleeps *all = data;
	const struct sleep *s = &all->row[row];
	char text[FORMAT_SIZE];

	ret->role = column == STATE_NAME || column == STATE_SIGN ? ROLE_text : ROLE_dim;
	if (column == STATE_SIGN)
		snprintf(ret->text, sizeof(ret->text), "%c", (char)sleep_sign(row));
	else if (column == STATE_NAME)
		snprintf(ret->text, sizeof(ret->text), "%s", s->name);
	else if (column == STATE_EXIT)
		snprintf(ret->text, sizeof(ret->text), "%s", idle_us(s->latency_us, text));
	else if (column == STATE_WORTH)
		snprintf(ret->text, sizeof(ret->text), "%s", idle_us(s->residency_us, text));
	else if (column == STATE_SHARE)
		share_or_dash(s->share, ret);
	else if (column == STATE_ENTRIES && s->known)
		snprintf(ret->text, sizeof(ret->text), "%s", format_calm_count(s->entries_per_s, text));
	else if (column == STATE_ABOVE)
		share_or_dash(s->above, ret);
	else if (column == STATE_BELOW)
		share_or_dash(s->below, ret);
	else if (column == STATE_REJECTED)
		share_or_dash(s->rejected, ret);
	else if (column == STATE_OFF)
		where(s, all->cpus, ret);
	if (column == STATE_BAR && !isnan(s->share)) {
		ret->kind = CELL_BAR;
		ret->share = percent_calm(100 * s->share) / 100;
		ret->role = ROLE_bar;
	}
}

static void draw_states(struct canvas *c, const struct view *v, const struct laid *l)
{
	struct table t = {.columns = state_columns,
		.ncolumns = STATE_COLUMNS,
		.nrows = l->list.sleeps.n,
		.selected = TABLE_NONE,
		.sort = TABLE_NONE,
		.data = &l->list.sleeps,
		.cell = state_cell};

	if (l->states_h)
		table_draw(c, (struct rect){0, l->states_y, v->w, l->states_h}, &t);
}

static void draw(struct canvas *c, const struct view *v, const void *state)
{
	const struct state *st = state;
	struct arena *a = arena_new(0);
	struct laid l;
	struct idle_drawn drawn = {.v = v, .list = &l.list}, *d = &drawn;
	struct table t;

	lay(a, c, v, st, &l);
	t = table_of(&d, &l, st);
	canvas_wrap(c, (struct rect){1, 0, v->w - 2, l.text_h}, l.said.role, l.said.text);
	if (v->h > 8)
		canvas_cut(c, 1, l.summary_y, v->w - 2, ROLE_dim, idle_summary(a, &l.list, st->order.chosen));
	draw_states(c, v, &l);
	if (l.legend)
		canvas_wrap(c, (struct rect){1, l.rows.y - l.legend_h, v->w - 2, l.legend_h}, ROLE_dim, l.legend);
	table_draw(c, l.rows, &t);
	rows_head(c, l.rows, l.columns, IDLE_COLUMNS, st->column);
	arena_free(a);
}

static void move(const struct view *v, void *state, enum motion m)
{
	struct state *st = state;
	struct canvas nowhere = canvas_over(NULL, 0, 0, v->ascii);
	struct arena *a = arena_new(0);
	struct laid l;
	struct idle_drawn drawn = {.v = v, .list = &l.list}, *d = &drawn;

	lay(a, &nowhere, v, st, &l);
	if (m == MOVE_NEXT || m == MOVE_PREVIOUS) {
		st->column = rows_column(l.columns, IDLE_COLUMNS, v->w, st->column, m);
	} else if (l.list.n) {
		ptrdiff_t i = rows_step(selected(&l.list, st), l.list.n, table_visible(l.list.n, l.rows.h), m);

		st->first = table_of(&d, &l, st).first;
		st->cpu = (int64_t)l.list.row[i].idle->id.u + 1;
		st->first = table_of(&d, &l, st).first;
	}
	arena_free(a);
}

static void click(const struct view *v, void *state, int x, int y)
{
	struct state *st = state;
	struct canvas nowhere = canvas_over(NULL, 0, 0, v->ascii);
	struct arena *a = arena_new(0);
	struct laid l;
	struct idle_drawn drawn = {.v = v, .list = &l.list}, *d = &drawn;
	struct table t;
	ptrdiff_t row, column;

	lay(a, &nowhere, v, st, &l);
	t = table_of(&d, &l, st);
	if (table_hit(&t, l.rows, x, y, &row, &column)) {
		if (row != TABLE_NONE) {
			st->first = t.first;
			st->cpu = (int64_t)l.list.row[row].idle->id.u + 1;
		}
		rows_clicked(&st->order, &st->column, row, column);
	}
	arena_free(a);
}

static size_t address(const struct view *v, const void *state, char *buf, size_t size)
{
	const struct state *st = state;
	struct arena *a = arena_new(0);
	struct idle_cpus list = idle_cpus(a, v, &st->memory, st->order);
	ptrdiff_t i = selected(&list, st);
	size_t n = i == TABLE_NONE ? (size_t)snprintf(buf, size, "idle.driver")
				   : idle_address(&list.row[i], st->column, buf, size);

	arena_free(a);
	return list.idle ? n : 0;
}

static int64_t cpu(const struct view *v, const void *state)
{
	const struct state *st = state;
	struct arena *a = arena_new(0);
	struct idle_cpus list = idle_cpus(a, v, &st->memory, st->order);
	ptrdiff_t i = selected(&list, st);
	int64_t id = i == TABLE_NONE ? -1 : (int64_t)list.row[i].idle->id.u;

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
	struct canvas nowhere = canvas_over(NULL, 0, 0, v->ascii);
	struct cpuset *set = cpuset_new(a, CPUSET_MAX);
	struct laid l;
	struct idle_drawn drawn = {.v = v, .list = &l.list}, *d = &drawn;
	size_t first, end;

	lay(a, &nowhere, v, st, &l);
	first = table_of(&d, &l, st).first;
	end = first + table_visible(l.list.n, l.rows.h);
	for (size_t i = first; i < end && i < l.list.n; i++)
		cpuset_add(set, (uint32_t)l.list.row[i].idle->id.u);
	return set;
}

static void tick(const struct view *v, void *state)
{
	idle_remember(snapshot_facts(v->s, &probe_idle), &((struct state *)state)->memory);
}

static void forget(void *state)
{
	((struct state *)state)->memory = (struct idle_memory){.nstates = 0};
}

static void sort(void *state, bool reverse)
{
	struct state *st = state;

	st->order = (struct rows_order){st->column, reverse, true};
}

const struct panel panel_idle = {
	.name = "idle",
	.title = "Idle",
	.brief = "Idle",
	.sentence = "How deep each CPU slept in the last seconds, what waking it costs, and who limits its sleep.",
	.state_size = sizeof(struct state),
	.remembers = offsetof(struct state, memory),
	.hints = hints,
	.nhints = COUNT(hints),
	.draw = draw,
	.move = move,
	.click = click,
	.address = address,
	.cpu = cpu,
	.go = go,
	.on_screen = on_screen,
	.tick = tick,
	.forget = forget,
	.sort = sort,
};
