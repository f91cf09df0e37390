/* The line LIMITS: caps of software, firmware and power, boost, energy preference, and throttling. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/frequency.h"
#include "probes/limits.h"
#include "probes/power.h"
#include "tui/panels/lines.h"

/* The text of a field that all policies share, or "mixed". */
static const char *shared_text(const struct frequency *f, size_t offset)
{
	const char *text = NULL;

	for (uint32_t i = 0; i < f->policy.n; i++) {
		const struct policy *row = (const struct policy *)f->policy.row + i;
		const struct value *v = (const struct value *)(const void *)((const char *)row + offset);

		if (!value_known(*v))
			continue;
		if (text && text != v->text && strcmp(text, v->text) != 0)
			return "mixed";
		text = v->text;
	}
	return text;
}

static void throttle_parts(struct arena *a, const struct frequency *f, struct overview_line *l)
{
	const struct frequency_cpu *rows = f->cpu.row;
	uint64_t now = 0, ever = 0, packages = 0;
	bool known = false;

	for (uint32_t i = 0; i < f->cpu.n; i++) {
		known = known || value_known(rows[i].core_throttles);
		now += value_f64_or(rows[i].throttled_pct, 0) > THROTTLE_PERCENT ||
		       value_f64_or(rows[i].package_throttled_pct, 0) > THROTTLE_PERCENT;
		ever += value_u64_or(rows[i].core_throttles, 0) > 0;
		packages += value_u64_or(rows[i].package_throttles, 0) > 0;
	}
	if (now)
		line_part(l, ROLE_crit, arena_printf(a, "%u CPUs throttled now", (unsigned)now));
	else if (ever)
		line_part(l, ROLE_warn, arena_printf(a, "%u CPUs throttled since boot", (unsigned)ever));
	else if (packages)
		line_part(l, ROLE_warn, arena_printf(a, "%u packages throttled since boot", (unsigned)packages));
	else if (known)
		line_part(l, ROLE_dim, "never throttled");
}

/* Said only where there is something to say. */
static void power_parts(struct arena *a, const struct power *p, struct overview_line *l)
{
	if (p && value_u64_or(p->at_limit, 0))
		line_part(l, ROLE_warn,
			p->at_limit.u == 1
				? "1 package at its power limit"
				: arena_printf(a, "%u packages at their power limit", (unsigned)p->at_limit.u));
	if (p && value_u64_or(p->capped, 0))
		line_part(l, ROLE_warn,
			arena_printf(
				a, "power of %u package%s capped", (unsigned)p->capped.u, p->capped.u == 1 ? "" : "s"));
	if (p && value_u64_or(p->uncore_capped, 0))
		line_part(l, ROLE_warn, "uncore capped");
}

bool line_limits(struct arena *a, const struct snapshot *s, struct overview_line *l)
{
	const struct frequency *f = snapshot_facts(s, &probe_frequency);
	const struct policy *rows = f ? f->policy.row : NULL;
	uint64_t capped = 0, firmware = 0;
	bool known = false;
	const char *epp;

	if (!f || !f->policy.n)
		return false;
	epp = shared_text(f, offsetof(struct policy, epp));
	*l = (struct overview_line){.label = "LIMITS", .role = ROLE_text, .address = "frequency.boost"};
	for (uint32_t i = 0; i < f->policy.n; i++) {
		double base = value_number(rows[i].base_khz, TYPE_U64) * CAP_SHARE;

		known = known || (value_known(rows[i].max_khz) && value_known(rows[i].base_khz));
		capped += value_number(rows[i].max_khz, TYPE_U64) < base;
		firmware += value_number(rows[i].bios_limit_khz, TYPE_U64) < base;
	}
	if (firmware)
		line_part(l, ROLE_crit, arena_printf(a, "firmware limits %u policies below base", (unsigned)firmware));
	if (capped)
		line_part(l, ROLE_crit, arena_printf(a, "%u policies capped below base", (unsigned)capped));
	power_parts(a, snapshot_facts(s, &probe_power), l);
	if (value_known(f->no_turbo))
		line_part(l, f->no_turbo.u ? ROLE_info : ROLE_text, f->no_turbo.u ? "turbo off" : "turbo on");
	else if (value_known(f->boost))
		line_part(l, f->boost.u ? ROLE_text : ROLE_info, f->boost.u ? "boost on" : "boost off");
	if (epp)
		line_part(l, ROLE_text, arena_printf(a, "energy preference %s", epp));
	throttle_parts(a, f, l);
	if (!l->nparts)
		line_part(l, known ? ROLE_dim : ROLE_unknown, known ? "none below base" : "not known");
	return true;
}
