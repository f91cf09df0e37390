/* The CPUs of the Frequency panel as a list: filtered, ordered, with a selection that stays on its CPU. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_PANELS_CPU_LIST_H
#define TUI_PANELS_CPU_LIST_H

#include "probes/frequency.h"
#include "probes/silicon.h"
#include "tui/panels/rows.h"

enum cpu_column {
	CPU_ID,
	CPU_NODE,
	CPU_BUSY,
	CPU_CLOCK,
	CPU_WORTH,
	CPU_BASE,
	CPU_RATIO,
	CPU_PAST,
	CPU_GOVERNOR,
	CPU_LIMITS,
	CPU_EPP,
	CPU_POLICY,
	CPU_HELD,
	CPU_COLUMNS,
};

struct cpu_list {
	const struct silicon *silicon;
	const struct silicon_cpu **row;
	size_t n;
};

/* filter: words that must all be in a row: a CPU list, "busy", "slow", "idle", "node 1", a governor … */
struct cpu_list cpu_list(struct arena *a, const struct view *v, struct rows_order order);
bool cpu_fits(struct arena *a, const struct silicon_cpu *c, const char *filter);
/* The place of that CPU in the list, or TABLE_NONE. */
ptrdiff_t cpu_list_find(const struct cpu_list *l, int64_t cpu);
/* The address of the fact in a column of that CPU. */
size_t cpu_address(const struct view *v, const struct silicon_cpu *row, enum cpu_column column, char *buf, size_t size);

#endif
