/* The interrupts of each device together: how many come, on which CPUs, and how near to the device. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/interrupts_impl.h"
#include "probes/topology.h"

#define NO_LINE SIZE_MAX

struct group {
	const char *address;
	size_t first, last; /* of its lines, which are a list */
};

struct groups {
	struct group *at; /* by rising address */
	size_t n, room;
	size_t *next; /* of each line */
};

/* Where that address is, or belongs. */
static size_t find_place(const struct groups *g, const char *address, bool *ret_found)
{
	size_t low = 0, high = g->n;

	*ret_found = false;
	while (low < high && !*ret_found) {
		size_t mid = low + (high - low) / 2;
		int d = pci_address_order(g->at[mid].address, address);

		*ret_found = !d;
		low = d < 0 ? mid + 1 : d ? low : mid;
		high = d > 0 ? mid : high;
	}
	return low;
}

/* Lines of one device stand together, mostly: `at` is the place of the one before. */
static size_t add_line(struct groups *g, size_t at, size_t line, const char *address)
{
	bool found = g->n && strcmp(g->at[at].address, address) == 0;

	g->next[line] = NO_LINE;
	if (!found)
		at = find_place(g, address, &found);
	if (found) {
		g->next[g->at[at].last] = line;
		g->at[at].last = line;
		return at;
	}
	if (g->n == g->room) {
		g->room = g->room ? g->room * 2 : 64;
		g->at = xrealloc(g->at, g->room, sizeof(*g->at));
	}
	memmove(&g->at[at + 1], &g->at[at], (g->n++ - at) * sizeof(*g->at));
	g->at[at] = (struct group){address, line, line};
	return at;
}

/* What one interval brought to one device. */
struct burst {
	uint64_t *column; /* of each CPU */
	uint64_t all;
	double per_s;
	uint64_t lines, known, active;
	struct value unknown; /* of a line whose rate is not known */
	struct value sent_unknown;
	struct cpuset *sent;
	uint32_t nbits;
};

/* at: its place in the newer table; it was not far from there. */
static const struct irq_line *line_before(const struct irq_table *old, const struct irq_line *line, size_t at)
{
	size_t hint = at < old->nlines ? at : old->nlines;

	while (hint && old->line[hint - 1].number >= line->number)
		hint--;
	return irq_table_find(old, line, &hint);
}

static void add_columns(struct burst *b, const struct irq_added *ad, const struct irq_line *was,
	const struct irq_line *line)
{
	for (size_t i = 0; was && !line->whole_host && i < ad->now->ncolumns; i++) {
		size_t k = ad->columns ? ad->columns[i] : i;
		uint32_t more = k == NO_COLUMN ? 0 : ad->now->count[line->first + i] - ad->old->count[was->first + k];

		b->column[i] += more;
		b->all += more;
	}
}

static void add_row(struct arena *a, struct burst *b, const struct interrupt *row)
{
	b->lines++;
	if (!value_known(row->per_s)) {
		b->unknown = row->per_s;
		return;
	}
	b->known++;
	b->per_s += row->per_s.f;
	if (row->per_s.f <= 0)
		return;
	b->active++;
	if (!value_known(row->effective)) {
		b->sent_unknown = row->effective;
		return;
	}
	if (!b->sent)
		b->sent = cpuset_new(a, b->nbits);
	cpuset_add_all(b->sent, row->effective.set);
}

/* Which part of them landed on other nodes than the device's. */
static struct value elsewhere(const struct burst *b, const struct irq_table *now, const struct topology *top, int64_t home)
{
	uint64_t known = 0, away = 0;

	for (size_t i = 0; i < now->ncolumns; i++) {
		const struct topology_cpu *cpu = b->column[i] ? topology_cpu(top, now->column[i]) : NULL;

		if (!cpu || !value_known(cpu->node))
			continue;
		known += b->column[i];
		away += cpu->node.i != home ? b->column[i] : 0;
	}
	return known ? value_f64(100.0 * (double)away / (double)known, 0) : value_error(-ENXIO, 0);
}

static void fill_burst(const struct burst *b, const struct irq_table *now, const struct topology *top,
	struct interrupt_device *row)
{
	size_t most = 0;

	for (size_t i = 1; i < now->ncolumns; i++)
		most = b->column[i] > b->column[most] ? i : most;
	row->per_s = value_f64(b->per_s, 0);
	row->active = value_u64(b->active, 0);
	row->sent = b->sent ? value_set(b->sent, 0) : b->active ? b->sent_unknown : value_error(-ENOENT, 0);
	if (!b->all) {
		row->busiest = row->busiest_pct = row->elsewhere_pct = value_error(-ENOENT, 0);
		return;
	}
	row->busiest = value_u64(now->column[most], 0);
	row->busiest_pct = value_f64(100.0 * (double)b->column[most] / (double)b->all, 0);
	row->elsewhere_pct = value_known(row->node) ? elsewhere(b, now, top, row->node.i) : row->node;
}

/* One that is managed is enough to say so; that none is takes all of them to be known. */
static void add_managed(struct value *sum, struct value v)
{
	if (!value_known(*sum) || (value_known(v) && !v.u))
		return;
	*sum = v;
}

static void fill_device(const struct tick *t, const struct interrupts_state *st, const struct irq_added *ad,
	const struct groups *g, const struct group *group, const struct interrupt *rows, struct burst *b,
	struct interrupt_device *row)
{
	uint64_t *column = memset(b->column, 0, st->now.ncolumns * sizeof(*b->column));

	*b = (struct burst){.column = column, .nbits = b->nbits};
	row->address = value_text(arena_strdup(t->a, group->address), 0);
	row->node = rows[group->first].node;
	row->managed = value_bool(false, 0);
	for (size_t i = group->first; i != NO_LINE; i = g->next[i]) {
		const struct irq_line *line = &st->now.line[i];

		if (!value_known(row->node))
			row->node = rows[i].node;
		if (!value_known(row->managed) || !row->managed.u)
			add_managed(&row->managed, rows[i].managed);
		add_row(t->a, b, &rows[i]);
		if (value_f64_or(rows[i].per_s, 0) > 0)
			add_columns(b, ad, line_before(&st->old, line, i), line);
	}
	row->lines = value_u64(b->lines, 0);
	if (!b->known)
		row->active = row->per_s = row->busiest = row->busiest_pct = row->sent = row->elsewhere_pct = b->unknown;
	else
		fill_burst(b, &st->now, snapshot_facts(t->so_far, &probe_topology), row);
}

void interrupt_devices(const struct tick *t, const struct interrupts_state *st, const struct irq_added *ad,
	const struct interrupt *rows, struct rows *ret)
{
	struct groups g = {.next = xcalloc(st->now.nlines, sizeof(*g.next))};
	struct interrupt_device *devices;
	struct burst b = {.column = xcalloc(st->now.ncolumns, sizeof(*b.column)), .nbits = 64};
	size_t at = 0;

	for (size_t i = 0; i < st->now.nlines; i++) {
		if (value_known(rows[i].device) && st->now.line[i].total)
			at = add_line(&g, at, i, rows[i].device.text);
		if (value_known(rows[i].effective) && rows[i].effective.set->nbits > b.nbits)
			b.nbits = rows[i].effective.set->nbits;
	}
	devices = arena_array(t->a, g.n, sizeof(*devices));
	for (size_t i = 0; i < g.n; i++)
		fill_device(t, st, ad, &g, &g.at[i], rows, &b, &devices[i]);
	*ret = (struct rows){.row = devices, .n = (uint32_t)g.n, .known = KNOWN};
	free(g.next);
	free(g.at);
	free(b.column);
}

const struct interrupt_device *interrupt_device(const struct interrupts *in, const char *address)
{
	const struct interrupt_device *rows = in ? in->device.row : NULL;

	for (uint32_t low = 0, high = in && address ? in->device.n : 0; low < high;) {
		uint32_t mid = low + (high - low) / 2;
		int d = pci_address_order(rows[mid].address.text, address);

		if (!d)
			return &rows[mid];
		if (d < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}
