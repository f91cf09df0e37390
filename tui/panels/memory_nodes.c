/* The nodes of the Memory panel as a table: how each one's memory is used, its pools, its distances and its CPUs. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/parse.h"
#include "tui/panels/memory.h"
#include "widgets/format.h"
#include "widgets/glyph.h"

enum {
	COL_NODE,
	COL_USE,
	COL_FREE,
	COL_TOTAL,
	COL_CACHE,
	COL_POOL,
	COL_MISS = COL_POOL + NODE_POOLS,
	COL_FOREIGN,
	COL_DISTANCE,
	COL_CPUS
};
enum { DISTANCES_MOST = 8 };

static const struct table_column columns[NODE_COLUMNS] = {
	[COL_NODE] = {"Node", 4, 0, ALIGN_RIGHT, 20, false},
	[COL_USE] = {"Use", 22, 10, ALIGN_LEFT, 18, false},
	[COL_FREE] = {"Free", 10, 0, ALIGN_RIGHT, 19, false},
	[COL_TOTAL] = {"Memory", 8, 0, ALIGN_RIGHT, 17, false},
	[COL_CACHE] = {"Cache", 8, 0, ALIGN_RIGHT, 8, false},
	[COL_POOL] = {"", 11, 0, ALIGN_RIGHT, 15, false},
	[COL_POOL + 1] = {"", 11, 0, ALIGN_RIGHT, 14, false},
	[COL_MISS] = {"Miss/s", 6, 0, ALIGN_RIGHT, 11, false},
	[COL_FOREIGN] = {"Foreign/s", 9, 0, ALIGN_RIGHT, 10, false},
	[COL_DISTANCE] = {"Distances", 9, 0, ALIGN_LEFT, 13, false},
	[COL_CPUS] = {"CPUs", 14, 9, ALIGN_LEFT, 12, true},
};

static const struct numa_node *row_at(const struct node_table *t, size_t row)
{
	return (const struct numa_node *)t->numa->node.row + row;
}

/* The sizes that have a column: those of which some node has pages, at most NODE_POOLS, by rising size. */
static void choose_pools(struct node_table *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->numa->node.n; i++) {
		const struct rows *pools = &row_at(t, i)->pool;

		for (uint32_t k = 0; k < pools->n; k++) {
			const struct numa_pool *p = (const struct numa_pool *)pools->row + k;
			bool there = false;

			for (size_t have = 0; have < n; have++)
				there = there || t->pool_kib[have] == p->size_kib.u;
			if (!there && n < NODE_POOLS && value_u64_or(p->nr, 0))
				t->pool_kib[n++] = p->size_kib.u;
		}
	}
	if (n == 2 && t->pool_kib[0] > t->pool_kib[1]) {
		uint64_t swap = t->pool_kib[0];

		t->pool_kib[0] = t->pool_kib[1];
		t->pool_kib[1] = swap;
	}
}

/* "12345 of 16384" has as many cells as the largest pool asks for, whatever is free of it. */
static int pool_width(const struct node_table *t, uint64_t kib)
{
	uint64_t most = 0;
	int width;

	for (size_t i = 0; i < t->numa->node.n; i++) {
		const struct numa_pool *p = numa_pool(row_at(t, i), kib);

		most = p && value_u64_or(p->nr, 0) > most ? p->nr.u : most;
	}
	width = 2 * snprintf(NULL, 0, "%llu", (unsigned long long)most) + 6;
	return width < 11 ? 11 : width;
}

static struct table_column column_of(struct arena *a, const struct node_table *t, size_t what)
{
	struct table_column c = columns[what];
	uint32_t nodes = t->numa ? t->numa->node.n : 0;

	if (what == COL_POOL || what == COL_POOL + 1) {
		c.title = arena_printf(a, "%s free", memory_page_size(a, t->pool_kib[what - COL_POOL]));
		c.width = pool_width(t, t->pool_kib[what - COL_POOL]);
	}
	if (what == COL_DISTANCE && nodes <= DISTANCES_MOST && nodes * 3 > 9)
		c.width = (int)nodes * 3 - 1;
	return c;
}

void node_table(struct arena *a, const struct numa *n, int w, struct node_table *ret)
{
	int widths[NODE_COLUMNS];

	*ret = (struct node_table){.numa = n};
	if (n)
		choose_pools(ret);
	for (size_t what = 0; what < NODE_COLUMNS; what++) {
		bool pool = what == COL_POOL || what == COL_POOL + 1;

		if (pool && !ret->pool_kib[what - COL_POOL])
			continue;
		ret->what[ret->ncolumns] = (uint8_t)what;
		ret->column[ret->ncolumns++] = column_of(a, ret, what);
	}
	table_layout(ret->column, ret->ncolumns, w, widths);
	for (size_t i = 0; i < ret->ncolumns; i++)
		if (ret->what[i] == COL_USE)
			ret->bar_w = widths[i];
}

/* So many cells for that share of the whole, counted from what stands before, so that all together fill the bar. */
static int cells(double upto, double whole, int room)
{
	double n = round(upto / whole * room);

	return n < 0 ? 0 : n > room ? room : (int)n;
}

static double pools_kib(const struct numa_node *node)
{
	const struct numa_pool *rows = node->pool.row;
	double kib = 0;

	for (uint32_t i = 0; i < node->pool.n; i++)
		kib += (double)value_u64_or(rows[i].nr, 0) * (double)rows[i].size_kib.u;
	return kib;
}

static void add_cells(char *text, size_t size, const char *sign, int n)
{
	size_t len = strlen(text);

	for (; n > 0; n--)
		len += (size_t)snprintf(text + len, len < size ? size - len : 0, "%s", sign);
}

/* Used, huge page pools, cache, and what is free: four shapes, so that no colour is needed. */
static void bar_cell(const struct node_table *t, const struct numa_node *node, struct cell_text *ret)
{
	double total = value_number(node->mem_total_kib, TYPE_U64), used = value_number(node->mem_used_kib, TYPE_U64);
	double pools = fmin(pools_kib(node), used), cache = (double)value_u64_or(node->file_kib, 0);
	int room = t->bar_w - 2, upto[3];

	if (!(total > 0) || isnan(used) || room < 1 || room > 32)
		return;
	cache = fmin(fmax(0, cache - (double)value_u64_or(node->shmem_kib, 0)), used - pools);
	upto[0] = cells(used - pools - cache, total, room);
	upto[1] = cells(used - cache, total, room);
	upto[2] = cells(used, total, room);
	snprintf(ret->text, sizeof(ret->text), "▕");
	add_cells(ret->text, sizeof(ret->text), "▇", upto[0]);
	add_cells(ret->text, sizeof(ret->text), "▄", upto[1] - upto[0]);
	add_cells(ret->text, sizeof(ret->text), "░", upto[2] - upto[1]);
	add_cells(ret->text, sizeof(ret->text), " ", room - upto[2]);
	add_cells(ret->text, sizeof(ret->text), "▏", 1);
	ret->role = ROLE_bar;
}

static void not_known(struct value v, struct cell_text *ret)
{
	snprintf(ret->text, sizeof(ret->text), "%s",
		v.known == KNOWN_NOT_YET  ? "…"
		: v.known == KNOWN_DENIED ? "denied"
		: v.known == KNOWN_BROKEN ? "broken"
					  : "-");
	ret->role = ROLE_dim;
}

static void size_cell(struct value kib, enum role role, struct cell_text *ret)
{
	struct arena *a = arena_new(0);

	if (value_known(kib)) {
		snprintf(ret->text, sizeof(ret->text), "%s", memory_size(a, (double)kib.u));
		ret->role = role;
	} else {
		not_known(kib, ret);
	}
	arena_free(a);
}

/* A node that will be fought for has a sign as well as a colour. */
static void free_cell(const struct node_table *t, const struct numa_node *node, struct cell_text *ret)
{
	struct arena *a = arena_new(0);

	size_cell(node->mem_free_kib, ROLE_text, ret);
	if (memory_node_is_tight(t->numa, node)) {
		snprintf(ret->text, sizeof(ret->text), "△ %s", memory_size(a, (double)node->mem_free_kib.u));
		ret->role = ROLE_warn;
	}
	arena_free(a);
}

static void rate_cell(struct value per_s, struct cell_text *ret)
{
	char n[FORMAT_SIZE];

	if (!value_known(per_s)) {
		not_known(per_s, ret);
		return;
	}
	snprintf(ret->text, sizeof(ret->text), "%s", format_calm_count(per_s.f, n));
	ret->role = per_s.f >= 0.5 ? ROLE_text : ROLE_dim;
}

/* A guest that starts on this node gets none, though others have some. */
static bool pool_is_short(const struct node_table *t, uint64_t kib, const struct numa_pool *p)
{
	bool others = false;

	for (size_t i = 0; i < t->numa->node.n; i++) {
		const struct numa_pool *other = numa_pool(row_at(t, i), kib);

		others = others || (other && value_u64_or(other->free, 0) > 0);
	}
	return p->nr.u && !p->free.u && others;
}

static void pool_cell(const struct node_table *t, const struct numa_node *node, size_t i, struct cell_text *ret)
{
	const struct numa_pool *p = t->pool_kib[i] ? numa_pool(node, t->pool_kib[i]) : NULL;
	bool short_of;

	if (!p || !value_known(p->nr) || !value_known(p->free)) {
		not_known(p ? value_known(p->nr) ? p->free : p->nr : value_error(-ENOENT, 0), ret);
		return;
	}
	short_of = pool_is_short(t, t->pool_kib[i], p);
	snprintf(ret->text, sizeof(ret->text), "%s%llu of %llu", short_of ? "△ " : "", (unsigned long long)p->free.u,
		(unsigned long long)p->nr.u);
	ret->role = short_of ? ROLE_warn : p->nr.u ? ROLE_text : ROLE_dim;
}

/* Of many nodes the nearest and the farthest other one; ? has them all. */
static void distance_cell(const struct node_table *t, size_t row, struct cell_text *ret)
{
	struct value v = row_at(t, row)->distance;
	uint64_t near = UINT64_MAX, far = 0, n;
	struct slice rest, word;

	if (!value_known(v)) {
		not_known(v, ret);
		return;
	}
	ret->role = ROLE_dim;
	if (t->numa->node.n <= DISTANCES_MOST) {
		snprintf(ret->text, sizeof(ret->text), "%s", v.text);
		return;
	}
	rest = slice_of(v.text);
	for (size_t i = 0; slice_word(&rest, &word); i++) {
		if (i == row || parse_u64(word, &n))
			continue;
		near = n < near ? n : near;
		far = n > far ? n : far;
	}
	snprintf(ret->text, sizeof(ret->text), "%llu–%llu", (unsigned long long)near, (unsigned long long)far);
}

static void cpus_cell(const struct numa_node *node, struct cell_text *ret)
{
	ret->role = ROLE_dim;
	if (!value_known(node->cpus))
		not_known(node->cpus, ret);
	else if (!cpuset_count(node->cpus.set))
		snprintf(ret->text, sizeof(ret->text), "no CPUs");
	else
		cpuset_format(node->cpus.set, ret->text, sizeof(ret->text));
}

void node_cell(const void *data, size_t row, size_t column, struct cell_text *ret)
{
	const struct node_table *t = data;
	const struct numa_node *node = row_at(t, row);

	column = t->what[column];
	switch (column) {
	case COL_NODE:
		snprintf(ret->text, sizeof(ret->text), "%u", (unsigned)node->id.u);
		break;
	case COL_USE:
		bar_cell(t, node, ret);
		break;
	case COL_FREE:
		free_cell(t, node, ret);
		break;
	case COL_TOTAL:
		size_cell(node->mem_total_kib, ROLE_dim, ret);
		if (value_u64_or(node->memoryless, 0))
			snprintf(ret->text, sizeof(ret->text), "none");
		break;
	case COL_CACHE:
		size_cell(node->file_kib, ROLE_dim, ret);
		break;
	case COL_POOL:
	case COL_POOL + 1:
		pool_cell(t, node, column - COL_POOL, ret);
		break;
	case COL_MISS:
		rate_cell(node->miss_per_s, ret);
		break;
	case COL_FOREIGN:
		rate_cell(node->foreign_per_s, ret);
		break;
	case COL_DISTANCE:
		distance_cell(t, row, ret);
		break;
	default:
		cpus_cell(node, ret);
	}
}

size_t node_address(const struct node_table *t, size_t row, size_t column, char *buf, size_t size)
{
	static const char *const names[NODE_COLUMNS] = {[COL_NODE] = "cpus",
		[COL_USE] = "mem_used_kib",
		[COL_FREE] = "mem_free_kib",
		[COL_TOTAL] = "mem_total_kib",
		[COL_CACHE] = "file_kib",
		[COL_MISS] = "miss_per_s",
		[COL_FOREIGN] = "foreign_per_s",
		[COL_DISTANCE] = "distance",
		[COL_CPUS] = "cpus"};
	unsigned id = (unsigned)row_at(t, row)->id.u;

	column = t->what[column];
	if (names[column])
		return (size_t)snprintf(buf, size, "numa.node[%u].%s", id, names[column]);
	return (size_t)snprintf(
		buf, size, "numa.node[%u].pool[%llu].free", id, (unsigned long long)t->pool_kib[column - COL_POOL]);
}
