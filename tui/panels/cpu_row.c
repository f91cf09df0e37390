/* One CPU as a row: a number in brackets is no measurement. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/panels/cpu_row.h"

#include <stdio.h>

#include "probes/limits.h"
#include "tui/cpu_look.h"
#include "widgets/format.h"

/* "1.20", "(0.80)" for a number that is no measurement, or a word. */
static void clock_cell(const struct silicon_cpu *c, struct cell_text *ret)
{
	char ghz[FORMAT_SIZE];
	uint64_t fresh = value_u64_or(c->fresh, FRESH_UNKNOWN);

	ret->role = ROLE_dim;
	if (!value_known(c->khz)) {
		snprintf(ret->text, sizeof(ret->text), "%s",
			c->khz.known == KNOWN_NOT_YET  ? "…"
			: c->khz.known == KNOWN_DENIED ? "denied"
			: c->khz.known == KNOWN_BROKEN ? "broken"
						       : "-"); /* why it was not read stands beside it */
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

static void past_cell(struct cpu_drawn *d, const struct silicon_cpu *c, struct cell_text *ret)
{
	char address[64];

	snprintf(address, sizeof(address), "silicon.cpu[%u].ratio", (unsigned)c->id.u);
	ret->kind = CELL_SPARK;
	ret->n = d->v->history ? history_copy(d->v->history, address, d->past, HISTORY_LENGTH) : 0;
	ret->v = d->past;
	ret->hi = 1.6;
	ret->role = ROLE_spark;
}

void cpu_row_cell(const void *data, size_t row, size_t column, struct cell_text *ret)
{
	struct cpu_drawn *d = *(struct cpu_drawn *const *)data;
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
