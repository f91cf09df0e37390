/* One guest as a row: what stands in each cell, and in which role. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/parse.h"
#include "tui/panels/guests_impl.h"

static void put(struct cell_text *ret, enum role role, const char *text)
{
	snprintf(ret->text, sizeof(ret->text), "%s", text);
	ret->role = role;
}

/* What is not known, in a word; of a guest that is not here there is nothing to say. */
static void put_unknown(struct cell_text *ret, struct value v)
{
	put(ret, v.known == KNOWN_ABSENT ? ROLE_dim : ROLE_unknown,
		v.known == KNOWN_DENIED    ? "denied"
		: v.known == KNOWN_BROKEN  ? "?"
		: v.known == KNOWN_NOT_YET ? "…"
					   : "-");
}

enum grave guest_worst(const struct guest_row *r)
{
	enum grave g = r->conflict > r->wait ? r->conflict : r->wait;

	return g > r->devices ? g : r->devices;
}

static void state_cell(struct arena *a, const struct guest_row *r, bool stale, struct cell_text *ret)
{
	struct value v = r->g ? r->g->state : r->p->state;
	const char *state = value_text_or(v, NULL);

	if (!state)
		put_unknown(ret, v);
	else if (r->unlisted)
		put(ret, ROLE_info, "unmanaged");
	else if (strcmp(state, "running") == 0)
		put(ret, r->elsewhere ? ROLE_info : ROLE_text, "running");
	else
		put(ret, strcmp(state, "crashed") == 0 ? ROLE_crit : ROLE_dim,
			strcmp(state, "shutoff") == 0 ? "off" : state);
	if (stale && r->g && !guest_joined(r)) /* a process that is there proves that it runs */
		put(ret, ROLE_stale, arena_printf(a, "%s?", ret->text));
}

static void ms_cell(struct arena *a, struct value v, double scale, enum grave grave, struct cell_text *ret)
{
	double ms = value_number(v, TYPE_F64) * scale;

	if (isnan(ms))
		put_unknown(ret, v);
	else
		put(ret, grave >= GRAVE_WARN ? grave_role(grave) : ms < 0.05 ? ROLE_dim : ROLE_text, guest_ms(a, ms));
}

static void busy_cell(struct arena *a, struct value v, struct cell_text *ret)
{
	if (!value_known(v))
		put_unknown(ret, v);
	else
		put(ret, v.f < 0.5 ? ROLE_dim : ROLE_text, arena_printf(a, "%.0f %%", v.f));
}

/* "ide e1000": each once. */
static void devices_cell(struct arena *a, const struct guest_row *r, struct cell_text *ret)
{
	struct slice rest, word;
	const char *text = "";

	if (!r->g || (!value_known(r->g->slow_devices) && r->g->slow_devices.known != KNOWN_ABSENT)) {
		put_unknown(ret, r->g ? r->g->slow_devices : (struct value){.known = KNOWN_ABSENT});
		return;
	}
	rest = slice_of(value_text_or(r->g->slow_devices, ""));
	while (slice_word(&rest, &word) && strlen(text) < GUEST_NAME_BYTES) {
		const char *one = slice_text(a, word), *model = strchr(one, ':');

		model = guest_words(a, model ? model + 1 : one, 16);
		if (!strstr(text, model))
			text = arena_printf(a, "%s%s%s", text, *text ? " " : "", model);
	}
	put(ret, *text && guest_runs(r) ? grave_role(r->devices) : ROLE_dim, *text ? text : "-");
}

static void pins_cell(struct arena *a, const struct guest_row *r, struct cell_text *ret)
{
	struct value pinned = guest_pinned(r), vcpus = guest_vcpus(r);

	if (!value_known(pinned))
		put_unknown(ret, pinned);
	else if (!pinned.u)
		put(ret, ROLE_dim, "none");
	else
		put(ret, guest_joined(r) ? ROLE_text : ROLE_dim,
			value_known(vcpus) ? arena_printf(a, "%u of %u", (unsigned)pinned.u, (unsigned)vcpus.u)
					   : arena_printf(a, "%u", (unsigned)pinned.u));
}

static void set_cell(struct arena *a, struct value v, bool warns, struct cell_text *ret)
{
	if (!value_known(v))
		put_unknown(ret, v);
	else
		put(ret, warns ? ROLE_info : ROLE_dim, cpuset_text(a, v.set));
}

static void drift_cell(const struct guest_row *r, struct cell_text *ret)
{
	bool pending = r->g && value_u64_or(r->g->pending, 0), lost = r->g && value_u64_or(r->g->lost, 0);

	if (r->g && !value_known(r->g->pending))
		put_unknown(ret, r->g->pending);
	else
		put(ret, pending || lost ? ROLE_info : ROLE_dim,
			pending && lost ? "both"
			: pending       ? "pending"
			: lost          ? "lost"
					: "-");
}

static void memory_cell(struct arena *a, const struct guest_row *r, struct cell_text *ret)
{
	if (!r->p || !value_known(r->p->memory_node) || !value_known(r->p->memory_percent)) {
		put_unknown(ret, r->p ? r->p->memory_node : (struct value){.known = KNOWN_ABSENT});
		return;
	}
	put(ret, ROLE_dim, arena_printf(a, "node %d %.0f %%", (int)r->p->memory_node.i, r->p->memory_percent.f));
}

static void name_cell(struct arena *a, const struct guest_row *r, struct cell_text *ret)
{
	enum grave g = guest_worst(r);

	put(ret,
		g >= GRAVE_WARN ? grave_role(g)
		: guest_runs(r) ? ROLE_strong
				: ROLE_dim,
		arena_printf(a, "%s%s", grave_sign(g), r->name));
}

void guest_cell(const void *data, size_t row, size_t column, struct cell_text *ret)
{
	const struct guest_drawn *d = data;
	const struct guest_row *r = d->rows->row[row];
	const struct value none = {.known = KNOWN_ABSENT};
	struct value vcpus = guest_vcpus(r);

	switch ((enum guest_column)column) {
	case GUEST_NAME:
		name_cell(d->a, r, ret);
		break;
	case GUEST_STATE:
		state_cell(d->a, r, d->rows->stale, ret);
		break;
	case GUEST_VCPUS:
		if (value_known(vcpus))
			put(ret, ROLE_text, arena_printf(d->a, "%u", (unsigned)vcpus.u));
		else
			put_unknown(ret, vcpus);
		break;
	case GUEST_WAIT:
		ms_cell(d->a, r->p ? r->p->wait_ms_per_s : none, 1, r->wait, ret);
		break;
	case GUEST_SLICE:
		ms_cell(d->a, r->p ? r->p->wait_us : none, 0.001, r->wait, ret);
		break;
	case GUEST_BUSY:
		busy_cell(d->a, r->p ? r->p->busy : none, ret);
		break;
	case GUEST_DEVICES:
		devices_cell(d->a, r, ret);
		break;
	case GUEST_PINS:
		pins_cell(d->a, r, ret);
		break;
	case GUEST_NODES:
		set_cell(d->a, r->p ? r->p->nodes : none,
			r->p && value_known(r->p->nodes) && cpuset_count(r->p->nodes.set) > 1, ret);
		break;
	case GUEST_DRIFT:
		drift_cell(r, ret);
		break;
	case GUEST_MEMORY:
		memory_cell(d->a, r, ret);
		break;
	case GUEST_CPUS:
		set_cell(d->a, r->p ? r->p->cpus : none, false, ret);
		break;
	case GUEST_WHY:
		put(ret, r->conflict >= GRAVE_WARN ? grave_role(r->conflict) : ROLE_info,
			r->p ? guest_words(d->a, value_text_or(r->p->conflict, ""), 100) : "");
		break;
	case GUEST_COLUMNS:
		break;
	}
	if (d->rows->stale && r->g && (ret->role == ROLE_text || ret->role == ROLE_dim) &&
		(column == GUEST_VCPUS || column == GUEST_DEVICES || column == GUEST_DRIFT))
		ret->role = ROLE_stale;
}
