/* One CPU as a row of the Frequency panel: what stands in each cell, and in which role. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_PANELS_CPU_ROW_H
#define TUI_PANELS_CPU_ROW_H

#include "probes/history.h"
#include "tui/panels/cpu_list.h"
#include "widgets/table.h"

struct cpu_drawn {
	const struct view *v;
	const struct cpu_list *list;
	float past[HISTORY_LENGTH]; /* of the row that is being drawn */
};

/* For struct table; data: the address of a pointer to a struct cpu_drawn, whose buffer is used. */
void cpu_row_cell(const void *data, size_t row, size_t column, struct cell_text *ret);

#endif
