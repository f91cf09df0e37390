/* Checks F01 and F02: the clocks of busy CPUs, and the governors that decide on them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/frequency.h"

#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/ask.h"
#include "probes/checks/energy.h"
#include "probes/cpu.h"
#include "probes/cpuset.h"
#include "probes/placement.h"
#include "probes/power.h"
#include "probes/silicon.h"
#include "probes/util.h"

/* Where guests and their packets are. */
struct carriers {
	const struct placement *place;
	const struct cpuset *io;
};

/* A CPU that no guest uses may be slow without being critical, where there are guests and it is known where they are.
 */
static bool carries_guests(const struct carriers *c, uint64_t cpu)
{
	const struct placement_cpu *row = c->place ? placement_cpu(c->place, cpu) : NULL;

	return !row || !value_u64_or(c->place->running, 0) || !value_known(row->role) ||
	       value_u64_or(row->threads, 0) > 0 || value_known(row->runs) || cpuset_has(c->io, (uint32_t)cpu);
}

/* Of the judged CPUs of this package, the part that is slow. */
static double slow_part(const struct silicon *si, const struct silicon_cpu *of)
{
	const struct silicon_cpu *row = si->cpu.row;
	double judged = 0, slow = 0;

	for (uint32_t i = 0; i < si->cpu.n; i++) {
		if (!value_known(row[i].ratio) || !value_equal(row[i].package, of->package, TYPE_I64))
			continue;
		judged++;
		slow += row[i].ratio.f < LIMIT_slow_share;
	}
	return judged > 0 ? slow / judged : 1;
}

/*
 * Wide vector instructions lower the clock of the CPUs that run them, by design: a few of a package, while nothing else
 * holds them down and neither heat nor power does.
 */
static bool may_be_vectors(const struct check_run *r, const struct silicon *si, const struct silicon_cpu *cpu)
{
	const struct frequency *f = snapshot_facts(r->s, &probe_frequency);
	const struct power *power = snapshot_facts(r->s, &probe_power);
	const struct frequency_cpu *fc = frequency_cpu(f, cpu->id.u, NULL);

	if (!cpu_has_flag(snapshot_facts(r->s, &probe_cpu), "avx512f") || value_known(cpu->held_by))
		return false;
	if (!fc || !value_known(fc->package_throttled_pct) || fc->package_throttled_pct.f > 0 ||
		value_f64_or(fc->throttled_pct, 0) > 0)
		return false;
	return !(power && value_u64_or(power->at_limit, 0)) && slow_part(si, cpu) <= LIMIT_few_share;
}

static void fire_slow(
	struct check_run *r, const struct carriers *c, const struct silicon *si, const struct silicon_cpu *cpu)
{
	bool far = cpu->ratio.f < LIMIT_far_share && carries_guests(c, cpu->id.u), wide;
	const char *held = value_text_or(cpu->held_by, "");

	wide = far && may_be_vectors(r, si, cpu);
	check_fire(r, far && !wide ? SEVERITY_CRIT : SEVERITY_WARN,
		check_address(r, "silicon.cpu[%u].ratio", (unsigned)cpu->id.u),
		"CPU %u, %.0f %% busy, runs at %.2f of %.2f GHz (%.2f of base)%s%s.", (unsigned)cpu->id.u, cpu->busy.f,
		(double)cpu->khz.u / 1e6, (double)cpu->base_khz.u / 1e6, cpu->ratio.f, *held || wide ? ": " : "",
		wide ? "only few do, and neither heat nor power holds them: AVX-512 looks like this" : held);
	check_share(r, 1 - cpu->ratio.f);
}

/*
 * What holds the slowest CPU at its clock is the cause: a limit explains no clock below itself, and heat of former days
 * none of now.
 */
static const char *causes_of_slow(const struct silicon *si)
{
	static const struct {
		const char *word, *ids;
	} order[] = {{"throttle", "F12 F13 F07 F06 F02 F04 F05 F11 F09 F14"},
		{"firmware-limit", "F07 F06 F12 F13 F02 F04 F05 F11 F09 F14"},
		{"limit", "F06 F07 F12 F13 F02 F04 F05 F11 F09 F14"}, {"epp", "F04 F02 F13 F05 F11 F09 F14"},
		{"governor", "F02 F13 F04 F05 F11 F09 F14"}};
	const char *word = value_text_or(si->cause_word, "");

	for (size_t i = 0; i < COUNT(order); i++)
		if (strcmp(word, order[i].word) == 0)
			return order[i].ids;
	return "F13 F02 F04 F05 F11 F09 F14";
}

static void slow_line(struct check_run *r, const struct silicon *si)
{
	double low = (double)si->low_khz.u / 1e6, base = (double)si->base_khz.u / 1e6;

	check_evidence(r, "silicon.slow");
	check_evidence(r, "silicon.low_khz");
	if (si->slow.u == 1)
		return;
	check_line(r, "%u of %u busy CPUs run below base, the slowest at %.2f of %.2f GHz%s%s.", (unsigned)si->slow.u,
		(unsigned)si->judged.u, low, base, value_known(si->cause) ? ": " : "", value_text_or(si->cause, ""));
}

/* Whatever load comes, its driver asks for no more than it does now: the hardware is never faster than that. */
static bool asked_for_ever(const struct check_run *r, const struct silicon_cpu *cpu)
{
	const struct policy *p = frequency_policy_of(snapshot_facts(r->s, &probe_frequency), cpu->id.u);

	return p && driver_pins(value_text_or(cpu->driver, "")) &&
	       (ask_is(cpu->governor, "powersave") || ask_is(cpu->governor, "userspace") ||
		       (value_known(p->max_khz) && value_known(cpu->base_khz) &&
			       (double)p->max_khz.u < LIMIT_slow_share * (double)cpu->base_khz.u));
}

/* Its share of base, when it is busy, not counted by its processor, and asked to be slow for ever; else NAN. */
static double asked_share(const struct check_run *r, const struct silicon_cpu *cpu)
{
	double share = value_known(cpu->khz) && value_known(cpu->base_khz) && cpu->base_khz.u
			       ? (double)cpu->khz.u / (double)cpu->base_khz.u
			       : NAN;

	if (value_u64_or(cpu->fresh, FRESH_UNKNOWN) != FRESH_LAST_REQUESTED || value_u64_or(cpu->nohz_full, 0) ||
		value_f64_or(cpu->busy, 0) < LIMIT_busy_pct || !(share < LIMIT_slow_share) || !asked_for_ever(r, cpu))
		return NAN;
	return share;
}

/* Did any fire? */
static bool judge_asked(struct check_run *r, const struct carriers *c, const struct silicon *si)
{
	const struct silicon_cpu *row = si->cpu.row, *slowest = NULL;
	uint32_t n = 0;

	for (uint32_t i = 0; i < si->cpu.n; i++) {
		double share = asked_share(r, &row[i]);

		if (isnan(share))
			continue;
		n++;
		slowest = !slowest || row[i].khz.u < slowest->khz.u ? &row[i] : slowest;
		check_fire(r, share < LIMIT_far_share && carries_guests(c, row[i].id.u) ? SEVERITY_CRIT : SEVERITY_WARN,
			check_address(r, "silicon.cpu[%u].khz", (unsigned)row[i].id.u),
			"CPU %u, %.0f %% busy, is asked to run at %.2f of %.2f GHz (%.2f of base), and is no faster.",
			(unsigned)row[i].id.u, row[i].busy.f, (double)row[i].khz.u / 1e6,
			(double)row[i].base_khz.u / 1e6, share);
		check_share(r, 1 - share);
	}
	if (n > 1)
		check_line(r,
			"%u busy CPUs are asked to run below base, the slowest at %.2f of %.2f GHz: this processor "
			"does "
			"not count its clock, but is no faster than it is asked to be.",
			n, (double)slowest->khz.u / 1e6, (double)slowest->base_khz.u / 1e6);
	if (slowest)
		check_causes(r,
			ask_is(slowest->governor, "powersave") || ask_is(slowest->governor, "userspace") ? "F02 F06 F07"
													  : "F06 F07 F02");
	return n > 0;
}

void rule_F01(struct check_run *r)
{
	const struct silicon *si = check_facts(r, &probe_silicon);
	const struct silicon_cpu *row = si ? si->cpu.row : NULL;
	struct carriers c = {.place = snapshot_facts(r->s, &probe_placement)};
	uint64_t unjudged;

	if (!si || !check_known(r, si->busy, "silicon.busy"))
		return;
	check_evidence(r, "silicon.busy");
	if (!si->busy.u) {
		check_not_applicable(r, "No busy CPU to judge: none is at least %.0f %% busy.", LIMIT_busy_pct);
		return;
	}
	if (value_u64_or(si->far, 0))
		c.io = ask_io_cpus(r);
	for (uint32_t i = 0; i < si->cpu.n; i++)
		if (value_known(row[i].ratio) && row[i].ratio.f < LIMIT_slow_share && !value_u64_or(row[i].settling, 0))
			fire_slow(r, &c, si, &row[i]);
	if (value_u64_or(si->slow, 0)) {
		check_causes(r, causes_of_slow(si));
		slow_line(r, si);
		return;
	}
	unjudged = si->busy.u - value_u64_or(si->judged, 0);
	if (unjudged && judge_asked(r, &c, si))
		return;
	if (unjudged) {
		check_later(r,
			"The clock of %u of %u busy CPUs is not measured: the kernel has no sample of it, or it is not "
			"known for long enough.",
			(unsigned)unjudged, (unsigned)si->busy.u);
		return;
	}
	check_pass(r, "%u busy CPU%s run%s at %.2f of base clock (median), none below %.2f.", (unsigned)si->judged.u,
		si->judged.u == 1 ? "" : "s", si->judged.u == 1 ? "s" : "", value_f64_or(si->ratio, NAN),
		LIMIT_slow_share);
}

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
