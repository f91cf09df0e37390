/* Check F01: the clocks of busy CPUs, measured, or asked for where nothing can ask for more. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/checks/ask.h"
#include "probes/cpu.h"
#include "probes/cpuset.h"
#include "probes/frequency.h"
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

/* " (1 is not judged yet)": those whose clock was not measured, or not for long enough; "": all were judged. */
static const char *not_judged(struct check_run *r, const struct silicon *si)
{
	uint64_t judged = value_u64_or(si->judged, 0), left = si->busy.u > judged ? si->busy.u - judged : 0;

	if (!left)
		return "";
	check_evidence(r, "silicon.judged");
	return check_address(r, " (%u %s not judged%s)", (unsigned)left, left == 1 ? "is" : "are",
		left == value_u64_or(si->settling, 0) ? " yet" : "");
}

static void slow_line(struct check_run *r, const struct silicon *si)
{
	const char *left = not_judged(r, si);
	double low = (double)si->low_khz.u / 1e6, base = (double)si->base_khz.u / 1e6;

	check_evidence(r, "silicon.slow");
	check_evidence(r, "silicon.low_khz");
	if (si->slow.u == 1)
		return;
	check_line(r, "%u of %u busy CPUs run below base%s, the slowest at %.2f of %.2f GHz%s%s.", (unsigned)si->slow.u,
		(unsigned)si->busy.u, left, low, base, value_known(si->cause) ? ": " : "", value_text_or(si->cause, ""));
}

static bool governor_holds(const struct silicon_cpu *cpu)
{
	return ask_is(cpu->governor, "powersave") || ask_is(cpu->governor, "userspace");
}

/* Whatever load comes, its driver asks for no more than it does now: the hardware is never faster than that. */
static bool asked_for_ever(const struct check_run *r, const struct silicon_cpu *cpu)
{
	const struct policy *p = frequency_policy_of(snapshot_facts(r->s, &probe_frequency), cpu->id.u);

	return p && driver_pins(value_text_or(cpu->driver, "")) &&
	       (governor_holds(cpu) || (value_known(p->max_khz) && value_known(cpu->base_khz) &&
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
	if (n)
		check_causes(r, governor_holds(slowest) ? "F02 F06 F07" : "F06 F07");
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
