/* The CPUs as a list: classes first, so that noise does not make rows jump. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/panels/cpu_list.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probes/cpuset.h"
#include "probes/limits.h"
#include "probes/parse.h"
#include "tui/cpu_look.h"

/* Worst first: far below base, slow, busy, asleep, away. */
static int class_of(const struct silicon_cpu *c)
{
	if (value_known(c->online) && !c->online.u)
		return 5;
	if (value_known(c->ratio))
		return c->ratio.f < FAR_SHARE ? 0 : c->ratio.f < SLOW_SHARE ? 1 : 2;
	return value_f64_or(c->busy, 0) >= BUSY_PERCENT ? 3 : 4;
}

/* What a column is ordered by; rounded as it is shown, so that equal texts do not change places. */
static double number_of(const struct silicon_cpu *c, enum cpu_column by)
{
	switch (by) {
	case CPU_NODE:
		return value_number(c->node, TYPE_I64);
	case CPU_BUSY:
		return -percent_calm(value_number(c->busy, TYPE_F64));
	case CPU_CLOCK:
		return khz_calm(value_number(c->khz, TYPE_U64));
	case CPU_WORTH:
		return value_number(c->fresh, TYPE_U64);
	case CPU_BASE:
		return value_number(c->base_khz, TYPE_U64);
	case CPU_RATIO:
	case CPU_PAST:
	case CPU_HELD:
		return round(value_number(c->ratio, TYPE_F64) * 50);
	case CPU_LIMITS:
		return value_number(c->max_khz, TYPE_U64);
	case CPU_POLICY:
		return value_number(c->policy, TYPE_U64);
	case CPU_ID:
	case CPU_GOVERNOR:
	case CPU_EPP:
	case CPU_COLUMNS:
		break;
	}
	return 0;
}

static int by_text(struct value x, struct value y)
{
	return strcmp(value_text_or(x, "~"), value_text_or(y, "~"));
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct silicon_cpu *x = *(const struct silicon_cpu *const *)a, *y = *(const struct silicon_cpu *const *)b;
	const struct rows_order *order = arg;
	int d;

	if (!order->chosen)
		d = class_of(x) - class_of(y);
	else if (order->by == CPU_GOVERNOR)
		d = by_text(x->governor, y->governor);
	else if (order->by == CPU_EPP)
		d = by_text(x->epp, y->epp);
	else
		d = rows_compare(number_of(x, (enum cpu_column)order->by), number_of(y, (enum cpu_column)order->by));
	if (!d)
		d = x->id.u < y->id.u ? -1 : x->id.u > y->id.u;
	return order->reverse ? -d : d;
}

static bool word_fits(struct arena *a, const struct silicon_cpu *c, const char *word)
{
	struct cpuset *set = NULL;

	if (word[0] >= '0' && word[0] <= '9')
		return cpuset_parse_list(a, word, &set) == 0 && cpuset_has(set, (uint32_t)c->id.u);
	if (strncmp(word, "node", 4) == 0 && word[4])
		return value_known(c->node) && c->node.i == atoi(word + 4);
	if (strcmp(word, "busy") == 0)
		return value_f64_or(c->busy, 0) >= BUSY_PERCENT;
	if (strcmp(word, "slow") == 0)
		return value_f64_or(c->ratio, 1) < SLOW_SHARE;
	if (strcmp(word, "isolated") == 0)
		return value_u64_or(c->isolated, 0);
	return strcasestr(value_text_or(c->governor, ""), word) || strcasestr(value_text_or(c->driver, ""), word) ||
	       strcasestr(value_text_or(c->epp, ""), word) || strcasestr(value_text_or(c->freshness, ""), word) ||
	       strcasestr(value_text_or(c->kind, ""), word) || strcasestr(value_text_or(c->held_by, ""), word);
}

bool cpu_fits(struct arena *a, const struct silicon_cpu *c, const char *filter)
{
	struct slice rest = slice_of(filter), word;

	while (slice_word(&rest, &word))
		if (!word_fits(a, c, slice_text(a, word)))
			return false;
	return true;
}

struct cpu_list cpu_list(struct arena *a, const struct view *v, struct rows_order order)
{
	struct cpu_list l = {.silicon = snapshot_facts(v->s, &probe_silicon)};
	const struct silicon_cpu *rows = l.silicon ? l.silicon->cpu.row : NULL;
	uint32_t n = l.silicon ? l.silicon->cpu.n : 0;

	l.row = arena_array(a, n, sizeof(*l.row));
	for (uint32_t i = 0; i < n; i++)
		if (cpu_fits(a, &rows[i], v->filter))
			l.row[l.n++] = &rows[i];
	qsort_r(l.row, l.n, sizeof(*l.row), compare, &order);
	return l;
}

ptrdiff_t cpu_list_find(const struct cpu_list *l, int64_t cpu)
{
	for (size_t i = 0; cpu >= 0 && i < l->n; i++)
		if (l->row[i]->id.u == (uint64_t)cpu)
			return (ptrdiff_t)i;
	return TABLE_NONE;
}

/* A fact is explained where it was read, not where it was joined. */
size_t cpu_address(const struct view *v, const struct silicon_cpu *row, enum cpu_column column, char *buf, size_t size)
{
	static const char *const in_silicon[CPU_COLUMNS] = {[CPU_ID] = "online",
		[CPU_CLOCK] = "khz",
		[CPU_WORTH] = "freshness",
		[CPU_RATIO] = "ratio",
		[CPU_PAST] = "ratio",
		[CPU_HELD] = "held_by"};
	static const char *const in_policy[CPU_COLUMNS] = {
		[CPU_GOVERNOR] = "governor", [CPU_LIMITS] = "max_khz", [CPU_EPP] = "epp", [CPU_POLICY] = "cpus"};
	unsigned id = (unsigned)row->id.u;

	(void)v;
	if (in_silicon[column])
		return (size_t)snprintf(buf, size, "silicon.cpu[%u].%s", id, in_silicon[column]);
	if (in_policy[column] && value_known(row->policy))
		return (size_t)snprintf(
			buf, size, "frequency.policy[%u].%s", (unsigned)row->policy.u, in_policy[column]);
	if (column == CPU_BUSY)
		return (size_t)snprintf(buf, size, "load.cpu[%u].busy", id);
	if (column == CPU_BASE)
		return (size_t)snprintf(buf, size, "frequency.cpu[%u].base_khz", id);
	return (size_t)snprintf(buf, size, "topology.cpu[%u].%s", id, column == CPU_NODE ? "node" : "online");
}
