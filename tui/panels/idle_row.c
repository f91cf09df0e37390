/* One CPU as a row of the Idle panel: what stands in each cell, and in which role. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "probes/limits.h"
#include "tui/cpu_look.h"
#include "tui/panels/idle_impl.h"
#include "widgets/format.h"

enum { WAKING_TENTHS = 20 }; /* milliseconds of each second: below, whole ones would be too far off */

static void say(struct cell_text *ret, const char *text)
{
	snprintf(ret->text, sizeof(ret->text), "%s", text);
}

/* What is not known says why in a word, so that it never looks like a number. */
static bool known_or_word(struct value v, struct cell_text *ret)
{
	if (value_known(v))
		return true;
	say(ret, v.known == KNOWN_NOT_YET                             ? "…"
		 : v.known == KNOWN_DENIED || v.known == KNOWN_BROKEN ? known_word((enum known)v.known)
								      : "-");
	return false;
}

static void share_text(struct value v, double share, struct cell_text *ret)
{
	if (known_or_word(v, ret))
		snprintf(ret->text, sizeof(ret->text), "%.0f %%", percent_calm(100 * share));
}

static void deepest_cell(const struct idle_cpu *c, struct cell_text *ret)
{
	if (value_u64_or(c->only_poll, 0)) {
		say(ret, "only polls");
		ret->role = ROLE_warn;
	} else if (known_or_word(c->deepest, ret)) {
		say(ret, c->deepest.text);
		ret->role = ROLE_text;
	}
}

double waking_calm(double ms)
{
	return ms < WAKING_TENTHS ? round(ms * 10) / 10 : format_calm(ms);
}

static void waking_cell(double ms, struct cell_text *ret)
{
	double calm = waking_calm(ms);

	if (isnan(ms))
		say(ret, "-");
	else if (calm < 0.1)
		say(ret, ms > 0 ? "~0 ms/s" : "0 ms/s");
	else if (calm >= 1000)
		snprintf(ret->text, sizeof(ret->text), calm < 2000 ? "%.2f s/s" : "%.1f s/s", calm / 1000);
	else
		snprintf(ret->text, sizeof(ret->text), calm < WAKING_TENTHS ? "%.1f ms/s" : "%.0f ms/s", calm);
}

/* The limit that won stands behind its name: a CPU's own, in its words, or the lower one in microseconds. */
static void limit_cell(const struct idle_cpu *c, struct cell_text *ret)
{
	const char *by = value_text_or(c->limited_by, NULL);

	if (by && strcmp(by, IDLE_BY_OWN) == 0)
		snprintf(ret->text, sizeof(ret->text), "%s: %s", by, value_text_or(c->resume_latency, "not known"));
	else if (by && strcmp(by, IDLE_BY_DISABLED) != 0 && value_known(c->limit_us))
		snprintf(ret->text, sizeof(ret->text), "%s: %u µs", by, (unsigned)c->limit_us.u);
	else if (by)
		say(ret, by);
	else if (value_known(c->resume_latency_us))
		snprintf(ret->text, sizeof(ret->text), "its own limit of %u µs forbids none",
			(unsigned)c->resume_latency_us.u);
	ret->role = value_u64_or(c->only_poll, 0) ? ROLE_warn : ROLE_info;
}

static void number_cell(const struct idle_row *r, enum idle_column column, struct cell_text *ret)
{
	const struct idle_cpu *c = r->idle;
	char text[FORMAT_SIZE];

	if (column == IDLE_CPU) {
		snprintf(ret->text, sizeof(ret->text), "%u%s", (unsigned)c->id.u,
			r->cpu ? value_text_or(r->cpu->kind, "") : "");
		ret->role = ROLE_text;
	} else if (column == IDLE_NODE && r->cpu && value_known(r->cpu->node)) {
		snprintf(ret->text, sizeof(ret->text), "%d", (int)r->cpu->node.i);
	} else if (column == IDLE_AWAKE) {
		share_text(c->awake, r->awake, ret);
		ret->role = 100 * r->awake >= BUSY_PERCENT ? ROLE_text : ROLE_dim;
	} else if (column == IDLE_DEEP) {
		share_text(c->deep, r->deep, ret);
	} else if (column == IDLE_EXIT && known_or_word(c->exit_us, ret)) {
		say(ret, idle_us(c->exit_us, text));
		ret->role = c->exit_us.u >= DEEP_US ? ROLE_text : ROLE_dim;
	} else if (column == IDLE_ENTRIES && known_or_word(c->entries_per_s, ret)) {
		say(ret, format_calm_count(r->entries, text));
	}
}

void idle_cell(const void *data, size_t row, size_t column, struct cell_text *ret)
{
	struct idle_drawn *d = *(struct idle_drawn *const *)data;
	const struct idle_row *r = &d->list->row[row];
	bool offline = r->cpu && value_known(r->cpu->online) && !r->cpu->online.u;

	ret->role = ROLE_dim;
	if (offline && column != IDLE_CPU && column != IDLE_NODE) {
		if (column == IDLE_DEEPEST) {
			say(ret, "offline");
			ret->role = ROLE_offline;
		}
	} else if (column == IDLE_SHARES) {
		ret->kind = CELL_STACK;
		ret->part = d->part;
		ret->n = sleep_parts(&d->list->sleeps, r->idle, d->part);
		for (size_t i = 0; r->calm && i < ret->n; i++)
			d->part[i].share = r->calm->share[i];
	} else if (column == IDLE_DEEPEST) {
		deepest_cell(r->idle, ret);
	} else if (column == IDLE_WAKING) {
		waking_cell(r->waking, ret);
	} else if (column == IDLE_LIMIT) {
		limit_cell(r->idle, ret);
	} else {
		number_cell(r, (enum idle_column)column, ret);
	}
}
