/* The silicon table: a thread of a guest as a row, down to the clock and the sleep of the CPU that it is on. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/limits.h"
#include "tui/cpu_look.h"
#include "tui/panels/guests_one.h"
#include "widgets/format.h"

const struct table_column thread_columns[THREAD_COLUMNS] = {
	[THREAD_NAME] = {"  Thread", 15, 12, ALIGN_LEFT, 20, false},
	[THREAD_ALLOWED] = {"Allowed", 9, 7, ALIGN_LEFT, 16, false},
	[THREAD_NOW] = {"Now", 4, 3, ALIGN_RIGHT, 18, false},
	[THREAD_SIBLING] = {"Sibling", 7, 0, ALIGN_RIGHT, 9, false},
	[THREAD_L3] = {"L3", 3, 0, ALIGN_RIGHT, 6, false},
	[THREAD_NODE] = {"Node", 4, 0, ALIGN_RIGHT, 13, false},
	[THREAD_GOVERNOR] = {"Governor", 11, 0, ALIGN_LEFT, 8, false},
	[THREAD_CLOCK] = {"MHz/base", 11, 0, ALIGN_RIGHT, 15, false},
	[THREAD_SLEEP] = {"Deepest idle", 15, 15, ALIGN_LEFT, 11, false},
	[THREAD_WAIT] = {"Wait/s", 8, 7, ALIGN_RIGHT, 19, false},
	[THREAD_SLICE] = {"A turn", 7, 0, ALIGN_RIGHT, 12, false},
	[THREAD_BUSY] = {"Busy", 5, 0, ALIGN_RIGHT, 7, false},
	[THREAD_REMARK] = {"Remark", 26, 20, ALIGN_LEFT, 14, true},
};

static void put(struct cell_text *ret, enum role role, const char *text)
{
	snprintf(ret->text, sizeof(ret->text), "%s", text);
	ret->role = role;
}

/* "shares CPU 12 with vcpu 0" where the thread is named already. */
const char *without_name(const char *clause, struct value name)
{
	size_t n = strlen(value_text_or(name, ""));

	return n && strncmp(clause, name.text, n) == 0 && clause[n] == ' ' ? clause + n + 1 : clause;
}

static void put_value(struct arena *a, struct cell_text *ret, struct value v, const char *format)
{
	if (value_known(v))
		put(ret, ROLE_text, arena_printf(a, "%s%u", format, (unsigned)v.u));
	else
		put(ret, ROLE_dim, v.known == KNOWN_NOT_YET ? "…" : v.known == KNOWN_DENIED ? "denied" : "-");
}

static enum grave grave(const struct placement_thread *t)
{
	enum grave wait = grave_of_wait(t->wait_ms_per_s, t->wait_us);
	uint64_t conflict = value_u64_or(t->severity, 0);

	return conflict > wait ? (enum grave)(conflict < GRAVE_CRIT ? conflict : GRAVE_CRIT) : wait;
}

/* A CPU that sleeps has no clock; a number in parentheses was asked for, not measured. */
static const char *clock_words(struct arena *a, const struct placement_thread *t, enum role *ret)
{
	char now[FORMAT_SIZE], base[FORMAT_SIZE];
	double ratio = value_number(t->khz, TYPE_U64) / value_number(t->base_khz, TYPE_U64);

	*ret = ROLE_dim;
	format_mhz(value_number(t->base_khz, TYPE_U64), base);
	format_mhz(value_number(t->khz, TYPE_U64), now);
	switch ((enum freshness)value_u64_or(t->fresh, FRESH_UNKNOWN)) {
	case FRESH_MEASURED:
		*ret = isnan(ratio) ? ROLE_text : ratio < SLOW_SHARE ? ratio_role(ratio) : ROLE_text;
		return arena_printf(a, "%s%s/%s", ratio < FAR_SHARE ? "▼ " : ratio < SLOW_SHARE ? "▽ " : "", now, base);
	case FRESH_LAST_REQUESTED:
		return value_known(t->khz) ? arena_printf(a, "(%s)/%s", now, base) : "-";
	case FRESH_IDLE:
		return "idle";
	case FRESH_NOT_READ:
		return "not read";
	case FRESH_OFFLINE:
		*ret = ROLE_offline;
		return "offline";
	case FRESH_UNKNOWN:
		break;
	}
	return "-";
}

/* Of "haltpoll idle" the column says the second word. */
static const char *sleep_words(struct arena *a, const struct placement_thread *t)
{
	const char *name = value_text_or(t->idle_state, ""), *rest = strstr(name, " idle");

	if (!value_known(t->idle_state))
		return "-";
	if (rest && strcmp(rest, " idle") == 0)
		name = arena_printf(a, "%.*s", (int)(rest - name), name);
	return value_known(t->exit_us)
		       ? arena_printf(a, "%s %u µs", guest_words(a, name, 10), (unsigned)t->exit_us.u)
		       : guest_words(a, name, 12);
}

static void ms_cell(
	struct arena *a, struct value v, double scale, const struct placement_thread *t, struct cell_text *ret)
{
	enum grave g = grave_of_wait(t->wait_ms_per_s, t->wait_us);
	double ms = value_number(v, TYPE_F64) * scale;

	if (isnan(ms))
		put(ret, ROLE_dim, v.known == KNOWN_NOT_YET ? "…" : v.known == KNOWN_DENIED ? "denied" : "-");
	else
		put(ret, g >= GRAVE_WARN ? grave_role(g) : ms < 0.05 ? ROLE_dim : ROLE_text, guest_ms(a, ms));
}

static void place_cell(
	struct arena *a, const struct placement_thread *t, enum thread_column column, struct cell_text *ret)
{
	enum role role = ROLE_text;

	if (column == THREAD_NOW)
		put_value(a, ret, t->now, "");
	else if (column == THREAD_L3 || column == THREAD_NODE)
		put_value(a, ret, column == THREAD_L3 ? t->l3 : t->node, "");
	else if (column == THREAD_SIBLING)
		put(ret, ROLE_dim, value_known(t->siblings) ? cpuset_text(a, t->siblings.set) : "-");
	else if (column == THREAD_GOVERNOR)
		put(ret, ROLE_text, guest_words(a, value_text_or(t->governor, "-"), 20));
	else if (column == THREAD_SLEEP)
		put(ret, ROLE_text, sleep_words(a, t));
	else {
		const char *text = clock_words(a, t, &role);

		put(ret, role, text);
	}
}

void thread_cell(const void *data, size_t row, size_t column, struct cell_text *ret)
{
	const struct threads_drawn *d = data;
	const struct placement_thread *t = &d->row[row];
	enum grave g = grave(t);

	switch ((enum thread_column)column) {
	case THREAD_NAME:
		put(ret, g >= GRAVE_WARN ? grave_role(g) : ROLE_text,
			arena_printf(d->a, "%s%s", grave_sign(g), guest_words(d->a, value_text_or(t->name, "?"), 30)));
		break;
	case THREAD_ALLOWED:
		put(ret, value_u64_or(t->pinned, 0) ? ROLE_text : ROLE_dim,
			value_known(t->allowed) ? cpuset_text(d->a, t->allowed.set) : "-");
		break;
	case THREAD_WAIT:
		ms_cell(d->a, t->wait_ms_per_s, 1, t, ret);
		break;
	case THREAD_SLICE:
		ms_cell(d->a, t->wait_us, 0.001, t, ret);
		break;
	case THREAD_BUSY:
		put(ret, value_f64_or(t->busy, 0) < 0.5 ? ROLE_dim : ROLE_text,
			value_known(t->busy) ? arena_printf(d->a, "%.0f %%", t->busy.f) : "-");
		break;
	case THREAD_REMARK:
		put(ret, grave_role(g), thread_remark(d->a, t, d->guest));
		break;
	case THREAD_NOW:
	case THREAD_SIBLING:
	case THREAD_L3:
	case THREAD_NODE:
	case THREAD_GOVERNOR:
	case THREAD_CLOCK:
	case THREAD_SLEEP:
		place_cell(d->a, t, (enum thread_column)column, ret);
		break;
	case THREAD_COLUMNS:
		break;
	}
}

const char *thread_remark(struct arena *a, const struct placement_thread *t, const char *guest)
{
	const char *with = guests_shared(a, t->wait_with, guest);

	if (value_known(t->conflict))
		return guest_words(a, without_name(t->conflict.text, t->name), 90);
	return with && value_known(t->now) ? arena_printf(a, "CPU %u is %s", (unsigned)t->now.u, with) : "";
}

size_t thread_address(
	const struct guest_row *r, const struct placement_thread *t, enum thread_column column, char *buf, size_t size)
{
	static const char *const fields[THREAD_COLUMNS] = {[THREAD_NAME] = "name",
		[THREAD_ALLOWED] = "allowed",
		[THREAD_NOW] = "now",
		[THREAD_SIBLING] = "siblings",
		[THREAD_L3] = "l3",
		[THREAD_NODE] = "node",
		[THREAD_GOVERNOR] = "governor",
		[THREAD_CLOCK] = "khz",
		[THREAD_SLEEP] = "exit_us",
		[THREAD_WAIT] = "wait_ms_per_s",
		[THREAD_SLICE] = "wait_us",
		[THREAD_BUSY] = "busy",
		[THREAD_REMARK] = "conflict"};

	return (size_t)snprintf(buf, size, "placement.guest[%s].thread[%llu].%s", r->key,
		(unsigned long long)value_u64_or(t->tid, 0), fields[column < THREAD_COLUMNS ? column : THREAD_NAME]);
}

/* What costs first, then the silicon; who else is pinned there comes last, since it can be long. */
const char *thread_words(struct arena *a, const struct placement_thread *t, const char *guest)
{
	const char *text = guest_words(a, value_text_or(t->name, "?"), 30), *remark = thread_remark(a, t, guest);

	text = arena_printf(a, "%s:", text);
	if (*remark)
		text = arena_printf(a, "%s %s;", text, remark);
	if (value_f64_or(t->wait_ms_per_s, 0) >= 0.05)
		text = arena_printf(a, "%s waits %s, %.1f ms a turn;", text, guest_rate(a, t->wait_ms_per_s.f),
			value_f64_or(t->wait_us, 0) / 1000);
	text = arena_printf(
		a, "%s may run on %s", text, value_known(t->allowed) ? cpuset_text(a, t->allowed.set) : "?");
	if (value_known(t->now))
		text = arena_printf(a, "%s; on CPU %u", text, (unsigned)t->now.u);
	if (value_known(t->siblings) && cpuset_count(t->siblings.set))
		text = arena_printf(a, "%s, sibling %s", text, cpuset_text(a, t->siblings.set));
	if (value_known(t->governor))
		text = arena_printf(a, "%s, %s", text, guest_words(a, t->governor.text, 20));
	if (value_known(t->idle_state))
		text = arena_printf(a, "%s, sleeps to %s", text, sleep_words(a, t));
	return value_known(t->others)
		       ? arena_printf(a, "%s; pinned there too: %s", text, guest_words(a, t->others.text, 80))
		       : text;
}
