/* Checks F01 to F03: the clocks of busy CPUs, and the governors that decide on them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/frequency.h"

#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/run.h"
#include "probes/cpuset.h"
#include "probes/parse.h"
#include "probes/placement.h"
#include "probes/silicon.h"
#include "probes/util.h"

/* A CPU that no guest uses may be slow without being critical, where there are guests and it is known where they are. */
static bool carries_guests(const struct placement *p, uint64_t cpu)
{
	const struct placement_cpu *row = p ? placement_cpu(p, cpu) : NULL;

	return !row || !value_u64_or(p->running, 0) || !value_known(row->role) || value_u64_or(row->threads, 0) > 0 ||
	       value_known(row->runs);
}

static void fire_slow(struct check_run *r, const struct placement *place, const struct silicon_cpu *cpu)
{
	bool far = cpu->ratio.f < LIMIT_far_share && carries_guests(place, cpu->id.u);

	check_fire(r, far ? SEVERITY_CRIT : SEVERITY_WARN,
		check_address(r, "silicon.cpu[%u].ratio", (unsigned)cpu->id.u),
		"CPU %u, %.0f %% busy, runs at %.2f of %.2f GHz (%.2f of base)%s%s.", (unsigned)cpu->id.u, cpu->busy.f,
		(double)cpu->khz.u / 1e6, (double)cpu->base_khz.u / 1e6, cpu->ratio.f,
		value_known(cpu->held_by) ? ": " : "", value_text_or(cpu->held_by, ""));
	check_share(r, 1 - cpu->ratio.f);
}

static void slow_line(struct check_run *r, const struct silicon *si)
{
	double low = (double)si->low_khz.u / 1e6, base = (double)si->base_khz.u / 1e6;

	check_line(r, "%u of %u busy CPUs run below base, the slowest at %.2f of %.2f GHz%s%s.", (unsigned)si->slow.u,
		(unsigned)si->judged.u, low, base, value_known(si->cause) ? ": " : "", value_text_or(si->cause, ""));
	check_evidence(r, "silicon.slow");
	check_evidence(r, "silicon.low_khz");
}

void rule_F01(struct check_run *r)
{
	const struct silicon *si = check_facts(r, &probe_silicon);
	const struct placement *place = snapshot_facts(r->s, &probe_placement);
	const struct silicon_cpu *row = si ? si->cpu.row : NULL;
	uint64_t unjudged;

	if (!si || !check_known(r, si->busy, "silicon.busy"))
		return;
	check_evidence(r, "silicon.busy");
	if (!si->busy.u) {
		check_not_applicable(r, "No busy CPU to judge: none is at least %.0f %% busy.", LIMIT_busy_pct);
		return;
	}
	for (uint32_t i = 0; i < si->cpu.n; i++)
		if (value_known(row[i].ratio) && row[i].ratio.f < LIMIT_slow_share && !value_u64_or(row[i].settling, 0))
			fire_slow(r, place, &row[i]);
	if (value_u64_or(si->slow, 0)) {
		slow_line(r, si);
		return;
	}
	unjudged = si->busy.u - value_u64_or(si->judged, 0);
	if (unjudged) {
		check_unknown(r,
			"The clock of %u of %u busy CPUs is not measured: the kernel has no sample of it, or it is not "
			"known for long enough.",
			(unsigned)unjudged, (unsigned)si->busy.u);
		return;
	}
	check_pass(r, "%u busy CPU%s run%s at %.2f of base clock (median), none below %.2f.", (unsigned)si->judged.u,
		si->judged.u == 1 ? "" : "s", si->judged.u == 1 ? "s" : "", value_f64_or(si->ratio, NAN),
		LIMIT_slow_share);
}

static bool is(struct value v, const char *word)
{
	return value_known(v) && strcmp(v.text, word) == 0;
}

/* "power", "balance_power" and numbers from 0xC0 on (CHECKS F04). */
static bool epp_saves(struct value epp)
{
	uint64_t n;

	if (is(epp, "power") || is(epp, "balance_power"))
		return true;
	return value_known(epp) && !parse_u64(slice_of(epp.text), &n) && n >= EPP_SAVES;
}

/* What the governor of one policy costs: the same word means different things under different drivers. */
static enum severity governor_severity(const struct policy *p)
{
	const char *governor = p->governor.text, *driver = value_text_or(p->driver, "");

	if (strcmp(governor, "performance") == 0)
		return SEVERITY_NONE;
	if (strcmp(governor, "powersave") == 0) {
		if (driver_pins(driver))
			return SEVERITY_CRIT;
		return driver_adapts(driver) && epp_saves(p->epp) ? SEVERITY_CRIT : SEVERITY_WARN;
	}
	if (strcmp(governor, "userspace") == 0 && value_known(p->setspeed_khz) && value_known(p->base_khz) &&
		p->setspeed_khz.u < p->base_khz.u)
		return SEVERITY_CRIT;
	return SEVERITY_WARN;
}

static const char *governor_does(struct check_run *r, const struct policy *p, enum severity severity)
{
	if (strcmp(p->governor.text, "powersave") == 0 && driver_pins(value_text_or(p->driver, "")))
		return value_known(p->min_khz)
			       ? arena_printf(r->a, "pins its CPUs to %.2f GHz", (double)p->min_khz.u / 1e6)
			       : "pins its CPUs to the lowest clock";
	if (strcmp(p->governor.text, "userspace") == 0 && severity == SEVERITY_CRIT)
		return arena_printf(r->a, "was told to hold %.2f GHz", (double)p->setspeed_khz.u / 1e6);
	if (epp_saves(p->epp) && driver_adapts(value_text_or(p->driver, "")))
		return arena_printf(r->a, "adapts slowly: energy preference %s", p->epp.text);
	return "raises the clock step by step, up to 10 ms each";
}

static void fire_governor(struct check_run *r, const struct policy *p, enum severity severity)
{
	const char *at = check_address(r, "frequency.policy[%u].governor", (unsigned)p->id.u);

	check_fire(r, severity, at, "policy%u: governor %s on %s %s.", (unsigned)p->id.u, p->governor.text,
		value_text_or(p->driver, "an unknown driver"), governor_does(r, p, severity));
	check_target(r, check_address(r, "frequency.policy[%u]", (unsigned)p->id.u));
	check_cost(r, LIMIT_ramp_ms * 1000, NAN);
	if (severity == SEVERITY_CRIT && driver_pins(value_text_or(p->driver, "")) && value_known(p->min_khz) &&
		value_known(p->base_khz) && p->base_khz.u)
		check_share(r, 1 - (double)p->min_khz.u / (double)p->base_khz.u);
}

void rule_F02(struct check_run *r)
{
	const struct frequency *f = check_facts(r, &probe_frequency);
	const struct policy *row = f ? f->policy.row : NULL;
	const struct policy *worst = NULL;
	enum severity most = SEVERITY_NONE;
	uint32_t fine = 0, bad = 0;

	if (!f)
		return;
	if (check_absent((struct value){.known = f->policy.known}) || (f->policy.known == KNOWN && !f->policy.n)) {
		check_not_applicable(r, "No cpufreq driver is bound: see cpufreq-absent (F14).");
		return;
	}
	if (!check_list(r, &f->policy, "frequency.policy"))
		return;
	for (uint32_t i = 0; i < f->policy.n; i++) {
		enum severity severity;

		if (value_known(row[i].cpus) && !cpuset_count(row[i].cpus.set))
			continue; /* all its CPUs are offline */
		if (!check_known(r, row[i].governor,
			    check_address(r, "frequency.policy[%u].governor", (unsigned)row[i].id.u)))
			continue;
		severity = governor_severity(&row[i]);
		if (severity)
			fire_governor(r, &row[i], severity);
		if (severity > most) {
			most = severity;
			worst = &row[i];
		}
		fine += !severity;
		bad += !!severity;
	}
	if (worst)
		check_line(r, "Governor %s on %s %s, in %u of %u policies.", worst->governor.text,
			value_text_or(worst->driver, "an unknown driver"), governor_does(r, worst, most), bad,
			fine + bad);
	check_pass(r, "Governor %s on %s in all %u policies.", value_text_or(f->governor, "?"),
		value_text_or(f->driver, "?"), fine);
}

/* The governors or preferences of a host as "performance (12), powersave (4)". */
struct kinds {
	const char *word[8];
	uint32_t n, times[8];
};

static void add_kind(struct kinds *k, const char *word)
{
	uint32_t i = 0;

	while (i < k->n && strcmp(k->word[i], word) != 0)
		i++;
	if (i == COUNT(k->word))
		return;
	k->word[i] = word;
	k->n += i == k->n;
	k->times[i]++;
}

static const char *kinds_words(struct check_run *r, const struct kinds *k)
{
	const char *words = "";

	for (uint32_t i = 0; i < k->n; i++)
		words = arena_printf(r->a, "%s%s%s (%u)", words, i ? ", " : "", k->word[i], (unsigned)k->times[i]);
	return words;
}

/* Does each CPU of guests have one kind and each other CPU another one: then somebody meant it. */
static bool follows_guests(const struct check_run *r, const struct frequency *f)
{
	const struct placement *place = snapshot_facts(r->s, &probe_placement);
	const struct policy *row = f->policy.row;
	const char *of_guests = NULL, *of_host = NULL;

	for (uint32_t i = 0; i < f->policy.n; i++) {
		int64_t cpu = value_known(row[i].cpus) ? cpuset_next(row[i].cpus.set, -1) : -1;
		const struct placement_cpu *c = cpu < 0 || !place ? NULL : placement_cpu(place, (uint64_t)cpu);
		const char **kind = c && value_u64_or(c->vcpus, 0) ? &of_guests : &of_host;

		if (cpu < 0 || !value_known(row[i].governor))
			continue;
		if (*kind && strcmp(*kind, row[i].governor.text) != 0)
			return false;
		*kind = row[i].governor.text;
	}
	return of_guests && of_host;
}

void rule_F03(struct check_run *r)
{
	const struct frequency *f = check_facts(r, &probe_frequency);
	const struct policy *row = f ? f->policy.row : NULL;
	struct kinds governors = {.n = 0}, epps = {.n = 0};

	if (!f || (f->policy.known != KNOWN_ABSENT && !check_list(r, &f->policy, "frequency.policy")))
		return;
	if (f->policy.n < 2) {
		check_not_applicable(r, "There is %s.", f->policy.n ? "one policy" : "no policy");
		return;
	}
	for (uint32_t i = 0; i < f->policy.n; i++) {
		if (value_known(row[i].cpus) && !cpuset_count(row[i].cpus.set))
			continue;
		if (check_known(r, row[i].governor,
			    check_address(r, "frequency.policy[%u].governor", (unsigned)row[i].id.u)))
			add_kind(&governors, row[i].governor.text);
		if (value_known(row[i].epp))
			add_kind(&epps, row[i].epp.text);
	}
	if (governors.n > 1)
		check_fire(r, follows_guests(r, f) ? SEVERITY_INFO : SEVERITY_WARN, "frequency.governor",
			"Policies have different governors: %s.", kinds_words(r, &governors));
	if (epps.n > 1)
		check_fire(r, SEVERITY_WARN, "frequency.policy", "Policies have different energy preferences: %s.",
			kinds_words(r, &epps));
	if (governors.n > 1 || epps.n > 1)
		check_cost(r, LIMIT_ramp_ms * 1000, NAN);
	check_pass(r, "All %u policies have governor %s%s%s.", (unsigned)f->policy.n,
		governors.n ? governors.word[0] : "?", epps.n ? " and energy preference " : "",
		epps.n ? epps.word[0] : "");
}
