/* The grid: a column a core with its threads below each other, and below them what the cores are. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/limits.h"
#include "tui/cpu_look.h"
#include "tui/panels/cpu_list.h"
#include "tui/panels/topology_impl.h"
#include "widgets/glyph.h"

enum { LABEL_W = 9, APART_MOST = 16 };

static const struct cpugrid_cell nothing = {.height = NAN, .ch = ' ', .role = ROLE_dim};

/* P, E or L for the kind of core; in the other row what the scheduler leaves alone. */
static uint32_t kind_sign(const struct topo_cpu *c)
{
	const char *kind = value_text_or(c->row->kind, "");

	return *kind ? (uint32_t)*kind : ' ';
}

static struct cpugrid_cell sign_cell(uint32_t ch)
{
	return ch == ' ' ? nothing : (struct cpugrid_cell){.height = NAN, .ch = ch, .role = ROLE_info, .rank = 1};
}

static uint32_t alone_sign(const struct topo_cpu *c)
{
	bool isolated = value_u64_or(c->row->isolated, 0), nohz = value_u64_or(c->row->nohz_full, 0);

	return isolated && nohz ? 'b' : isolated ? 'i' : nohz ? 't' : ' ';
}

static struct cpugrid_cell kind_row(const struct topo_cpu *c)
{
	return sign_cell(kind_sign(c));
}

static struct cpugrid_cell alone_row(const struct topo_cpu *c)
{
	return sign_cell(alone_sign(c));
}

/* Where somebody is pinned; that all is well there need not catch the eye. */
static struct cpugrid_cell seat_row(const struct topo_cpu *c)
{
	struct cpugrid_cell cell = topo_seat_cell(c);

	if (topo_seat(c) < SEAT_HELPER)
		return nothing;
	if (topo_seat(c) != SEAT_CROWDED)
		cell.role = ROLE_dim;
	return cell;
}

static struct cpugrid_cell load_cell(const struct topo_cpu *c)
{
	struct cpugrid_cell cell = {.height = NAN, .role = ROLE_unknown, .rank = 1};

	if (!c->now || !value_known(c->now->busy))
		return cell;
	cell.height = (float)(c->now->busy.f / 100);
	cell.role = c->now->busy.f >= BUSY_PERCENT ? ROLE_text : ROLE_idle;
	return cell;
}

/* Full height is one and a half times the base clock; who sleeps has no clock. */
static struct cpugrid_cell clock_cell(const struct topo_cpu *c)
{
	struct cpugrid_cell cell = {.height = NAN, .role = ROLE_idle, .rank = 1};

	if (c->now && value_known(c->now->ratio)) {
		double ratio = c->now->ratio.f;

		cell.height = (float)(ratio / 1.5);
		cell.role = (uint8_t)ratio_role(ratio);
		cell.rank = ratio < FAR_SHARE ? 5 : ratio < SLOW_SHARE ? 4 : 3;
		cell.ch = cell.rank == 5 ? glyph_sign(GLYPH_FAR) : cell.rank == 4 ? glyph_sign(GLYPH_SLOW) : 0;
	} else if (!c->now || !value_known(c->now->busy) || c->now->busy.f >= BUSY_PERCENT) {
		cell.role = ROLE_unknown;
		cell.ch = glyph_sign(GLYPH_UNREAD);
		cell.rank = 2;
	}
	return cell;
}

/* What it did for the largest part of the time: a state's sign, awake, or asleep and nobody knows yet in which state.
 */
static struct cpugrid_cell idle_cell_of(const struct topo *t, const struct topo_cpu *c)
{
	struct cpugrid_cell cell = {.height = NAN, .role = ROLE_unknown, .rank = 1};
	struct stack_part part[SLEEP_PARTS];
	size_t n = c->idle ? sleep_parts(t->sleeps, c->idle, part) : 0, most = 0;

	for (size_t i = 1; i < n; i++)
		if (part[i].share > part[most].share)
			most = i;
	if (!n)
		return cell;
	cell.ch = part[most].ch ? part[most].ch : glyph_sign(GLYPH_SHADE);
	cell.role = (uint8_t)part[most].role;
	cell.rank = most ? 2 : 3;
	return cell;
}

static struct cpugrid_cell kind_cell(const struct topo_cpu *c)
{
	uint32_t kind = kind_sign(c), alone = alone_sign(c);

	if (alone != ' ')
		return (struct cpugrid_cell){.height = NAN, .ch = alone, .role = ROLE_info, .rank = 3};
	return (struct cpugrid_cell){.height = NAN, .ch = kind == ' ' ? 0 : kind, .role = ROLE_text, .rank = 1};
}

static struct cpugrid_cell cell_by(const struct topo *t, const struct topo_cpu *c, enum topo_by by)
{
	switch (by) {
	case BY_LOAD:
		return load_cell(c);
	case BY_CLOCK:
		return clock_cell(c);
	case BY_IDLE:
		return idle_cell_of(t, c);
	case BY_GUESTS:
		return topo_seat_cell(c);
	case BY_KIND:
	case BYS:
		break;
	}
	return kind_cell(c);
}

static struct cpugrid_cell cell_of(struct arena *a, const struct view *v, const struct topo *t,
	const struct topo_cpu *c, const struct topo_show *show, bool chosen)
{
	struct cpugrid_cell cell = show->cell ? show->cell(show->data, c) : cell_by(t, c, show->by);

	if (c->offline)
		cell = (struct cpugrid_cell){
			.height = NAN, .ch = glyph_sign(GLYPH_OFFLINE), .role = ROLE_offline, .rank = 1};
	if (*v->filter && !(c->now && cpu_fits(a, c->now, v->filter)))
		cell = nothing;
	if (cpuset_has(v->marks, (uint32_t)c->row->id.u) && cell.rank < 4)
		cell.role = ROLE_mark;
	cell.chosen = chosen;
	return cell;
}

static enum cpugrid_before before(const struct topo_cpu *x, const struct topo_cpu *y)
{
	bool node = x->key[LEVEL_NODE] != y->key[LEVEL_NODE];

	if (x->offline != y->offline || (!x->offline && (node || x->key[LEVEL_PACKAGE] != y->key[LEVEL_PACKAGE])))
		return CPUGRID_LINE;
	return x->key[LEVEL_L3] != y->key[LEVEL_L3] || x->key[LEVEL_DIE] != y->key[LEVEL_DIE] ? CPUGRID_GAP
											      : CPUGRID_NEXT;
}

static const char *label(struct arena *a, const struct topo *t, const struct topo_cpu *c)
{
	bool nodes = t->nodes > 1 && t->nodes >= t->packages;
	int64_t key = c->key[nodes ? LEVEL_NODE : LEVEL_PACKAGE];

	if (c->offline)
		return "offline";
	if (!nodes && t->packages < 2)
		return "CPUs";
	if (key == NO_PLACE)
		return "elsewhere";
	return arena_printf(a, "%s %d", nodes ? "node" : "pkg", (int)key);
}

/* Which CPU stands where; the columns' order, gaps and lines. stacked: a column a core, else one a CPU. */
static void lay_columns(struct arena *a, const struct topo *t, bool stacked, struct topo_grid *ret)
{
	const char **labels = arena_array(a, t->n, sizeof(*labels));
	size_t *column = arena_array(a, t->n, sizeof(*column)), *thread = arena_array(a, t->n, sizeof(*thread));
	struct cpugrid_cell *first = arena_array(a, t->n, sizeof(*first));

	*ret = (struct topo_grid){.threads = 1};
	for (size_t i = 0; i < t->n; i++) {
		const struct topo_cpu *c = &t->cpu[i];
		enum cpugrid_before b = i ? before(&c[-1], c) : CPUGRID_LINE;

		thread[i] = stacked && i && b == CPUGRID_NEXT && !c->offline && c->core == c[-1].core
				    ? thread[i - 1] + 1
				    : 0;
		if (thread[i] + 3 >= COREGRID_ROWS)
			thread[i] = 0;
		ret->ncolumns += !thread[i];
		column[i] = ret->ncolumns - 1;
		ret->threads = thread[i] >= ret->threads ? thread[i] + 1 : ret->threads;
		if (!thread[i])
			first[column[i]].before = (uint8_t)b;
		if (b == CPUGRID_LINE)
			labels[ret->g.columns.nlabels++] = label(a, t, c);
	}
	ret->cpu = arena_array(a, ret->threads * ret->ncolumns, sizeof(*ret->cpu));
	memset(ret->cpu, 0xff, ret->threads * ret->ncolumns * sizeof(*ret->cpu));
	for (size_t i = 0; i < t->n; i++)
		ret->cpu[thread[i] * ret->ncolumns + column[i]] = i;
	ret->g.columns.cell = ret->g.row[0].cell = first;
	ret->g.columns.n = ret->ncolumns;
	ret->g.columns.labels = labels;
	ret->g.columns.label_w = LABEL_W;
	ret->g.columns.sum = CPUGRID_MAX;
	ret->g.nrows = ret->threads;
}

/* Where gaps mean nothing else, and there is room for them. */
static void space(struct arena *a, struct topo_grid *g)
{
	struct cpugrid_cell *first = arena_array(a, g->ncolumns, sizeof(*first));
	const struct cpugrid_cell *from = g->g.columns.cell;

	for (size_t i = 0; i < g->ncolumns; i++) {
		if (from[i].before == CPUGRID_GAP || g->ncolumns > APART_MOST)
			return;
		first[i] = from[i];
		if (from[i].before == CPUGRID_NEXT)
			first[i].before = CPUGRID_GAP;
	}
	g->g.columns.cell = g->g.row[0].cell = first;
}

/* A row that says of each core what kind it is, or whether the scheduler leaves it alone. */
static void add_sign_row(struct arena *a, const struct topo *t, struct topo_grid *g, const char *label,
	struct cpugrid_cell (*sign)(const struct topo_cpu *c))
{
	struct cpugrid_cell *row = arena_array(a, g->ncolumns, sizeof(*row));

	for (size_t i = 0; i < g->ncolumns; i++) {
		row[i] = nothing;
		for (size_t k = 0; k < g->threads; k++) {
			size_t at = g->cpu[k * g->ncolumns + i];
			struct cpugrid_cell cell = at == SIZE_MAX ? nothing : sign(&t->cpu[at]);

			if (cell.rank && cell.rank >= row[i].rank)
				row[i] = cell;
		}
	}
	g->g.row[g->g.nrows].label = label;
	g->g.row[g->g.nrows++].cell = row;
}

static void fill(struct arena *a, const struct view *v, const struct topo *t, const struct topo_show *show,
	struct topo_grid *g)
{
	for (size_t k = 0; k < g->threads; k++) {
		struct cpugrid_cell *row = arena_array(a, g->ncolumns, sizeof(*row));

		for (size_t i = 0; i < g->ncolumns; i++) {
			size_t at = g->cpu[k * g->ncolumns + i];

			row[i] = at == SIZE_MAX ? nothing : cell_of(a, v, t, &t->cpu[at], show, at - show->chosen < show->nchosen);
			/* the siblings of the CPU under the cursor, where nothing worse is to be said */
			if (show->nchosen == 1 && at != SIZE_MAX && t->cpu[at].core == t->cpu[show->chosen].core &&
				!t->cpu[at].offline && row[i].rank < 4 && row[i].role != ROLE_mark)
				row[i].role = ROLE_strong;
			row[i].before = g->g.columns.cell[i].before;
		}
		g->g.row[k].cell = row;
	}
	g->g.columns.cell = g->g.row[0].cell;
}

/* Worse: cores share cells, or lines were joined. */
static int badness(const struct topo_grid *g)
{
	return g->l.rows ? 2 * g->l.columns.per_cell + g->l.columns.flat : 1 << 20;
}

static void add_signs(struct arena *a, const struct topo *t, enum topo_by by, struct topo_grid *g)
{
	if (t->seats && by != BY_GUESTS)
		add_sign_row(a, t, g, "pins", seat_row);
	if (t->kinds && by != BY_KIND)
		add_sign_row(a, t, g, "kind", kind_row);
	if ((t->isolated || t->nohz) && by != BY_KIND)
		add_sign_row(a, t, g, "alone", alone_row);
}

bool topo_grid(struct arena *a, const struct view *v, const struct topo *t, const struct topo_show *show, int w, int h,
	struct topo_grid *ret)
{
	bool own = show->by != BY_KIND && (t->kinds || t->isolated || t->nohz), any = false;
	bool signs = !show->cell && (own || (t->seats && show->by != BY_GUESTS));

	/* first with all that it can show, then with less, until no core shares its cell */
	for (int i = 0; t->n && w > 0 && h > 0 && i < 4; i++) {
		struct topo_grid g;

		if ((i < 2 && t->threads < 2) || (i % 2 == 0 && !signs))
			continue;
		lay_columns(a, t, i < 2, &g);
		if (show->apart)
			space(a, &g);
		if (i % 2 == 0)
			add_signs(a, t, show->by, &g);
		coregrid_layout(&g.g, w, h, &g.l);
		if (!any || badness(&g) < badness(ret))
			*ret = g;
		any = true;
		if (badness(ret) == 2)
			break;
	}
	if (!any || !ret->l.rows)
		return false;
	fill(a, v, t, show, ret);
	return true;
}

size_t topo_grid_hit(const struct topo_grid *g, int x, int y)
{
	size_t row = 0, column = coregrid_hit(&g->g, &g->l, x, y, &row);

	if (column == SIZE_MAX || row >= g->threads)
		return SIZE_MAX;
	return g->cpu[row * g->ncolumns + column];
}

size_t topo_grid_find(const struct topo_grid *g, size_t cpu, size_t *ret_column)
{
	for (size_t i = 0; i < g->threads * g->ncolumns; i++)
		if (g->cpu[i] == cpu) {
			*ret_column = i % g->ncolumns;
			return i / g->ncolumns;
		}
	return SIZE_MAX;
}

size_t topo_grid_step(const struct topo_grid *g, size_t cpu, int lines)
{
	size_t column, row = topo_grid_find(g, cpu, &column), to;

	if (row == SIZE_MAX)
		return cpu;
	to = coregrid_step(&g->g, &g->l, column, lines);
	return g->cpu[row * g->ncolumns + to] != SIZE_MAX ? g->cpu[row * g->ncolumns + to] : g->cpu[to];
}
