/* Checks F02 and F03: the governors that decide on the clocks of CPUs. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/frequency.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/ask.h"
#include "probes/checks/energy.h"
#include "probes/cpuset.h"
#include "probes/placement.h"
#include "probes/util.h"

/* The clock at which a governor that does not adapt holds its CPUs: within the limits; NAN: it is not known. */
static double held_khz(const struct policy *p)
{
	double khz = NAN;

	if (strcmp(p->governor.text, "powersave") == 0 && value_known(p->min_khz))
		return (double)p->min_khz.u;
	if (strcmp(p->governor.text, "userspace") == 0 && value_known(p->setspeed_khz))
		khz = fmax((double)p->setspeed_khz.u, (double)value_u64_or(p->min_khz, 0));
	return value_known(p->max_khz) && khz > (double)p->max_khz.u ? (double)p->max_khz.u : khz;
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
		return driver_adapts(driver) && energy_of(p->epp) >= EPP_SAVES ? SEVERITY_CRIT : SEVERITY_WARN;
	}
	if (strcmp(governor, "userspace") == 0 && driver_pins(driver) && value_known(p->base_khz) &&
		held_khz(p) < (double)p->base_khz.u)
		return SEVERITY_CRIT;
	return SEVERITY_WARN;
}

/* What else decides how bad a governor is: where it cannot be read, that is noted. */
static void note_doubts(struct check_run *r, const struct policy *p)
{
	bool told = strcmp(p->governor.text, "userspace") == 0;

	ask_policy_known(r, p, p->driver, "driver");
	if (told && !check_absent(p->setspeed_khz))
		ask_policy_known(r, p, p->setspeed_khz, "setspeed_khz");
	if (!told && !check_absent(p->epp))
		ask_policy_known(r, p, p->epp, "epp");
}

/* Where there is a preference the hardware chooses the clock itself. */
static bool ramp_of_hardware(const struct policy *p)
{
	return driver_adapts(value_text_or(p->driver, "")) && value_known(p->epp);
}

static const char *told_clock(struct check_run *r, const struct policy *p)
{
	double held = held_khz(p), told;

	if (!value_known(p->setspeed_khz))
		return "holds the clock that it was told";
	told = (double)p->setspeed_khz.u;
	return arena_printf(r->a, "was told to hold %.2f GHz%s", told / 1e6,
		held > told || held < told ? arena_printf(r->a, ", and its limits make it %.2f", held / 1e6) : "");
}

static const char *governor_does(struct check_run *r, const struct policy *p)
{
	const char *driver = value_text_or(p->driver, "");
	bool powersave = strcmp(p->governor.text, "powersave") == 0;

	if (strcmp(driver, "pcc-cpufreq") == 0)
		return "leaves the clock to the firmware (see power-limit, F13)";
	if (powersave && driver_pins(driver))
		return value_known(p->min_khz)
			       ? arena_printf(r->a, "pins its CPUs to %.2f GHz", (double)p->min_khz.u / 1e6)
			       : "pins its CPUs to the lowest clock";
	if (strcmp(p->governor.text, "userspace") == 0)
		return told_clock(r, p);
	if (ramp_of_hardware(p))
		return arena_printf(r->a, "%s: energy preference %s",
			energy_of(p->epp) >= EPP_SAVES ? "adapts slowly" : "raises the clock only when load comes",
			p->epp.text);
	return "raises the clock step by step, up to 10 ms each";
}

/* A clock that is held loses what it is below base, and needs no time to get there. */
static void governor_costs(struct check_run *r, const struct policy *p)
{
	double held = driver_pins(value_text_or(p->driver, "")) ? held_khz(p) : NAN;

	if (isnan(held) || !value_known(p->base_khz) || !p->base_khz.u) {
		check_cost(r, 1000 * (ramp_of_hardware(p) ? LIMIT_hwp_ramp_ms : LIMIT_ramp_ms), NAN);
		return;
	}
	check_cost(r, 0, NAN);
	check_share(r, 1 - held / (double)p->base_khz.u);
}

static void fire_governor(struct check_run *r, const struct policy *p, enum severity severity)
{
	note_doubts(r, p);
	check_fire(r, severity, ask_policy_address(r, p, "governor"), "policy%u: governor %s on %s %s.",
		(unsigned)p->id.u, p->governor.text, value_text_or(p->driver, "an unknown driver"),
		governor_does(r, p));
	check_target(r, check_address(r, "frequency.policy[%u]", (unsigned)p->id.u));
	governor_costs(r, p);
}

void rule_F02(struct check_run *r)
{
	const struct frequency *f = ask_policies(r);
	const struct policy *p, *worst = NULL;
	enum severity most = SEVERITY_NONE;
	uint32_t fine = 0, bad = 0, i = 0;

	while (f && (p = ask_policy(f, &i))) {
		enum severity severity;

		if (!ask_policy_known(r, p, p->governor, "governor"))
			continue;
		severity = governor_severity(p);
		if (severity)
			fire_governor(r, p, severity);
		if (severity > most) {
			most = severity;
			worst = p;
		}
		fine += !severity;
		bad += !!severity;
	}
	if (worst)
		check_line(r, "Governor %s on %s %s, in %u of %u policies.", worst->governor.text,
			value_text_or(worst->driver, "an unknown driver"), governor_does(r, worst), bad, fine + bad);
	if (fine)
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
static bool follows_guests(const struct check_run *r, const struct frequency *f, size_t offset)
{
	const struct placement *place = snapshot_facts(r->s, &probe_placement);
	const char *of_guests = NULL, *of_host = NULL;
	const struct policy *p;
	uint32_t i = 0;

	while ((p = ask_policy(f, &i))) {
		const struct value *v = (const struct value *)(const void *)((const char *)p + offset);
		int64_t cpu = value_known(p->cpus) ? cpuset_next(p->cpus.set, -1) : -1;
		const struct placement_cpu *c = cpu < 0 || !place ? NULL : placement_cpu(place, (uint64_t)cpu);
		const char **kind = c && value_u64_or(c->vcpus, 0) ? &of_guests : &of_host;

		if (cpu < 0 || !value_known(*v))
			continue;
		if (*kind && strcmp(*kind, v->text) != 0)
			return false;
		*kind = v->text;
	}
	return of_guests && of_host;
}

static void fire_kinds(struct check_run *r, const struct frequency *f, const struct kinds *k, size_t offset,
	const char *evidence, const char *what)
{
	if (k->n < 2)
		return;
	check_fire(r, follows_guests(r, f, offset) ? SEVERITY_INFO : SEVERITY_WARN, evidence,
		"Policies have different %s: %s.", what, kinds_words(r, k));
	check_cost(r, LIMIT_ramp_ms * 1000, NAN);
}

void rule_F03(struct check_run *r)
{
	const struct frequency *f = ask_policies(r);
	struct kinds governors = {.n = 0}, epps = {.n = 0};
	const struct policy *p;
	uint32_t i = 0;

	if (!f)
		return;
	if (f->policy.n < 2) {
		check_not_applicable(r, "There is one policy.");
		return;
	}
	while ((p = ask_policy(f, &i))) {
		if (ask_policy_known(r, p, p->governor, "governor"))
			add_kind(&governors, p->governor.text);
		if (!check_absent(p->epp) && ask_policy_known(r, p, p->epp, "epp"))
			add_kind(&epps, p->epp.text);
	}
	fire_kinds(r, f, &governors, offsetof(struct policy, governor), "frequency.governor", "governors");
	fire_kinds(r, f, &epps, offsetof(struct policy, epp), "frequency.policy", "energy preferences");
	check_pass(r, "All %u policies have governor %s%s%s.", (unsigned)f->policy.n,
		governors.n ? governors.word[0] : "?", epps.n ? " and energy preference " : "",
		epps.n ? epps.word[0] : "");
}
