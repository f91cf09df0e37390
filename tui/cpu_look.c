/* How a CPU looks: calm unless it was measured to be slow. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/cpu_look.h"

#include <math.h>

#include "probes/limits.h"

enum role ratio_role(double ratio)
{
	if (isnan(ratio))
		return ROLE_unknown;
	return ratio < FAR_SHARE ? ROLE_low : ratio < SLOW_SHARE ? ROLE_middle : ROLE_high;
}

struct cpugrid_cell cpu_cell(const struct silicon_cpu *row)
{
	struct cpugrid_cell c = {.height = NAN, .role = ROLE_idle, .rank = 1};

	if (value_known(row->online) && !row->online.u)
		return (struct cpugrid_cell){.height = NAN, .ch = 0xd7, .role = ROLE_offline};
	if (value_known(row->busy))
		c.height = (float)(row->busy.f / 100);
	else
		c.role = ROLE_unknown;
	if (value_known(row->ratio)) {
		c.role = (uint8_t)ratio_role(row->ratio.f);
		c.rank = row->ratio.f < FAR_SHARE ? 5 : row->ratio.f < SLOW_SHARE ? 4 : 3;
	} else if (value_f64_or(row->busy, 0) >= BUSY_PERCENT) {
		c.role = ROLE_unknown; /* busy, and its clock is not measured */
		c.rank = 2;
	}
	return c;
}

size_t cpu_cells(struct arena *a, const struct silicon *s, struct cpugrid_cell **ret, const char *const **ret_labels)
{
	const struct silicon_cpu *rows = s->cpu.row;
	struct cpugrid_cell *cells = arena_array(a, s->cpu.n, sizeof(*cells));
	const char **labels = arena_array(a, s->cpu.n, sizeof(*labels));
	int64_t node = INT64_MIN, l3 = INT64_MIN;
	size_t n = 0;

	for (uint32_t i = 0; i < s->cpu.n; i++) {
		int64_t own = value_known(rows[i].node) ? rows[i].node.i : node == INT64_MIN ? -1 : node;
		int64_t cache = value_known(rows[i].l3) ? rows[i].l3.i : l3;

		cells[i] = cpu_cell(&rows[i]);
		if (own != node) {
			cells[i].before = CPUGRID_LINE;
			labels[n++] = own < 0 ? "CPUs" : arena_printf(a, "node %d", (int)own);
		} else if (cache != l3) {
			cells[i].before = CPUGRID_GAP;
		}
		node = own;
		l3 = cache;
	}
	*ret = cells;
	*ret_labels = labels;
	return n;
}

double khz_calm(double khz)
{
	return round(khz / 50000) * 50000;
}

double percent_calm(double percent)
{
	return round(percent / 5) * 5;
}
