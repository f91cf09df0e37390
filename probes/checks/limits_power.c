/* Checks F13 and F15: what packages may draw, and the clock outside the cores. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>

#include "probes/checks/ask.h"
#include "probes/cpu.h"
#include "probes/frequency.h"
#include "probes/power.h"
#include "probes/silicon.h"

/* A limit costs what the slowest CPU is below base; nothing where none is slow, and it is not known without CPUs to
 * judge. */
static void limit_costs(struct check_run *r, const struct silicon *si)
{
	if (!si || !value_known(si->slow) || (!si->slow.u && !value_u64_or(si->judged, 0)))
		return;
	check_cost(r, 0, NAN);
	if (!si->slow.u)
		check_share(r, 0);
	else if (value_known(si->low_khz) && value_known(si->base_khz) && si->base_khz.u)
		check_share(r, 1 - (double)si->low_khz.u / (double)si->base_khz.u);
}

static void judge_zone(struct check_run *r, const struct power_zone *z, bool slow, uint32_t *limits)
{
	const char *key = check_key(r, z->name.text);
	double pct;

	if (check_absent(z->limit_w) || !check_known(r, z->limit_w, check_address(r, "power.zone[%s].limit_w", key)))
		return;
	++*limits;
	if (!check_absent(z->enabled) &&
		(!check_known(r, z->enabled, check_address(r, "power.zone[%s].enabled", key)) || !z->enabled.u))
		return;
	if (slow && check_known(r, z->drawn_pct, check_address(r, "power.zone[%s].drawn_pct", key))) {
		pct = z->drawn_pct.f;
		if (pct >= LIMIT_power_pct) {
			check_fire(r, SEVERITY_CRIT, check_address(r, "power.zone[%s].drawn_pct", key),
				"Package %u draws %.0f of the %.0f W that it may, and busy CPUs are below base.",
				(unsigned)z->package.u, z->power_w.f, z->limit_w.f);
			return;
		}
	}
	if (!check_absent(z->max_w) && check_known(r, z->max_w, check_address(r, "power.zone[%s].max_w", key)) &&
		z->limit_w.f < z->max_w.f)
		check_fire(r, SEVERITY_WARN, check_address(r, "power.zone[%s].limit_w", key),
			"Package %u may draw %.0f W, it was built for %.0f.", (unsigned)z->package.u, z->limit_w.f,
			z->max_w.f);
}

void rule_F13(struct check_run *r)
{
	const struct power *power = check_facts(r, &probe_power);
	const struct silicon *si = snapshot_facts(r->s, &probe_silicon);
	const struct cpu *c = snapshot_facts(r->s, &probe_cpu);
	const struct power_zone *row = power ? power->zone.row : NULL;
	bool slow = si && value_u64_or(si->slow, 0);
	uint32_t packages = 0, limits = 0;

	if (!power || (power->zone.known != KNOWN_ABSENT && !check_list(r, &power->zone, "power.zone")))
		return;
	for (uint32_t i = 0; i < power->zone.n; i++) {
		if (check_absent(row[i].package) ||
			!check_known(r, row[i].package,
				check_address(r, "power.zone[%s].package", check_key(r, row[i].name.text))))
			continue;
		packages++;
		judge_zone(r, &row[i], slow, &limits);
	}
	if (r->ret->nparts)
		limit_costs(r, si);
	if (limits)
		check_pass(r, "No power limit is below what its package says it was built for, in %s%s.",
			ask_count(r, limits, "package"), slow ? ", and they draw less" : "");
	else if (ask_intel_since_sandy_bridge(c) || (c && ask_is(c->vendor, "AuthenticAMD")))
		check_unknown(r, "%s",
			packages ? "This processor shows what it draws, but no limit of it."
				 : "No power limit can be read: intel_rapl is not loaded, or nobody "
				   "shows it for this processor.");
	else if (check_facts(r, &probe_cpu) && (check_absent(c->vendor) || check_known(r, c->vendor, "cpu.vendor")))
		check_not_applicable(r, "This processor has no power limits that can be read.");
	if (slow)
		check_evidence(r, "silicon.slow");
}

static void judge_uncore(struct check_run *r, const struct power_uncore *u, bool fast)
{
	const char *key = check_key(r, u->name.text);

	if (!check_known(r, u->max_khz, check_address(r, "power.uncore[%s].max_khz", key)))
		return;
	if (!check_absent(u->initial_max_khz))
		check_known(r, u->initial_max_khz, check_address(r, "power.uncore[%s].initial_max_khz", key));
	if (value_known(u->initial_max_khz) && u->max_khz.u < u->initial_max_khz.u) {
		check_fire(r, SEVERITY_WARN, check_address(r, "power.uncore[%s].max_khz", key),
			"%s: the uncore clock is limited to %.2f GHz, the firmware left it %.2f.",
			check_name(r, u->name), (double)u->max_khz.u / 1e6, (double)u->initial_max_khz.u / 1e6);
		check_cost(r, LIMIT_uncore_ns / 1000, NAN);
		return;
	}
	if (!fast || !check_known(r, u->min_khz, check_address(r, "power.uncore[%s].min_khz", key)) ||
		(double)u->min_khz.u >= LIMIT_uncore_share * (double)u->max_khz.u)
		return;
	check_fire(r, SEVERITY_WARN, check_address(r, "power.uncore[%s].min_khz", key),
		"%s: the uncore clock may fall to %.2f of %.2f GHz while the cores are kept fast.",
		check_name(r, u->name), (double)u->min_khz.u / 1e6, (double)u->max_khz.u / 1e6);
	check_cost(r, LIMIT_uncore_ns / 1000, NAN);
}

void rule_F15(struct check_run *r)
{
	const struct power *power = check_facts(r, &probe_power);
	const struct frequency *f = snapshot_facts(r->s, &probe_frequency);
	const struct cpu *c = snapshot_facts(r->s, &probe_cpu);
	const struct power_uncore *row = power ? power->uncore.row : NULL;
	bool fast = f && ask_is(f->governor, "performance") && ask_latency_matters(r);

	if (!power || (power->uncore.known != KNOWN_ABSENT && !check_list(r, &power->uncore, "power.uncore")))
		return;
	for (uint32_t i = 0; i < power->uncore.n; i++)
		judge_uncore(r, &row[i], fast);
	if (power->uncore.n) {
		check_pass(r, "No uncore clock is limited below what the firmware left, on %u dies.", power->uncore.n);
		return;
	}
	if (c && !check_absent(c->vendor) && !check_known(r, c->vendor, "cpu.vendor"))
		return;
	if (!ask_intel(c) || !ask_server(r) || !cpu_has_flag(c, "hwp"))
		check_not_applicable(r, "No uncore clock is shown here.");
	else if (ask_absence_tells(r))
		check_fire(r, SEVERITY_INFO, "power.uncore_capped",
			"The uncore clock of this server is not shown: the module intel_uncore_frequency is not "
			"loaded.");
	else
		check_unknown(
			r, "This folder has no uncore clocks: the module is not loaded, or they were not collected.");
}
