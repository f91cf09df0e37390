/* Checks F04, F05, F09 and F16: how much the hardware and the governor lean to saving energy. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/checks/energy.h"

#include <math.h>
#include <string.h>

#include "probes/checks/ask.h"
#include "probes/cpu.h"
#include "probes/frequency.h"
#include "probes/parse.h"
#include "probes/residency.h"
#include "probes/topology.h"
#include "probes/util.h"

int energy_of(struct value epp)
{
	static const struct {
		const char *word;
		int energy;
	} words[] = {{"performance", ENERGY_PERFORMANCE}, {"balance_performance", ENERGY_BALANCED},
		{"balance_power", EPP_SAVES}, {"power", ENERGY_MOST}};
	uint64_t n;

	for (size_t i = 0; i < COUNT(words); i++)
		if (ask_is(epp, words[i].word))
			return words[i].energy;
	if (value_known(epp) && !parse_u64(slice_of(epp.text), &n) && n <= ENERGY_MOST)
		return (int)n;
	return ENERGY_UNKNOWN;
}

/* What a policy's preference comes to. */
struct leaning {
	int energy; /* ENERGY_… */
	const char *words, *at; /* as its line says it; the address of what told it */
};

/* The package of the policy's first CPU, whose registers a deep read has; NULL: none is known, or it is not Intel's. */
static const struct residency_package *package_of(struct check_run *r, const struct policy *p)
{
	const struct residency *res = snapshot_facts(r->s, &probe_residency);
	const struct topology *t = snapshot_facts(r->s, &probe_topology);
	const struct topology_cpu *cpu = t ? topology_cpu(t, p->id.u) : NULL;
	const struct residency_package *row = res ? res->package.row : NULL;

	if (!ask_intel(snapshot_facts(r->s, &probe_cpu)) || !cpu || !value_known(cpu->package))
		return NULL;
	for (uint32_t i = 0; res && i < res->package.n; i++)
		if (row[i].id.i == cpu->package.i)
			return &row[i];
	return NULL;
}

/* "default" is what the firmware set: the kernel does not show it, the processor's register does. */
static struct leaning leaning(struct check_run *r, const struct policy *p)
{
	struct leaning l = {energy_of(p->epp), p->epp.text, ask_policy_address(r, p, "epp")};
	const struct residency_package *package;

	if (l.energy != ENERGY_UNKNOWN)
		return l;
	package = ask_is(p->epp, "default") ? package_of(r, p) : NULL;
	if (!package || check_absent(package->hwp_epp)) {
		check_unknown(r, "policy%u: the energy preference is “%s”, which is the firmware's own and not shown.",
			(unsigned)p->id.u, p->epp.text);
		return l;
	}
	l.at = check_address(r, "residency.package[%lld].hwp_epp", (long long)package->id.i);
	if (!check_known(r, package->hwp_epp, l.at))
		return l;
	l.energy = (int)package->hwp_epp.u;
	l.words = arena_printf(r->a, "default, which the firmware made %d of 255,", l.energy);
	return l;
}

/* Does it fire? */
static bool judge_energy(struct check_run *r, const struct policy *p, struct leaning *ret, uint32_t *fine)
{
	enum severity severity;

	if (!ask_policy_known(r, p, p->epp, "epp"))
		return false;
	*ret = leaning(r, p);
	if (ret->energy == ENERGY_UNKNOWN)
		return false;
	severity = ret->energy >= EPP_SAVES ? SEVERITY_CRIT : SEVERITY_NONE;
	if (!severity && ret->energy >= ENERGY_BALANCED && ask_latency_matters(r))
		severity = SEVERITY_WARN;
	*fine += !severity;
	if (!severity)
		return false;
	check_fire(r, severity, ret->at, "policy%u: energy preference %s under governor %s.", (unsigned)p->id.u,
		ret->words, value_text_or(p->governor, "?"));
	check_cost(r, LIMIT_hwp_ramp_ms * 1000, NAN);
	return true;
}

void rule_F04(struct check_run *r)
{
	const struct frequency *f = ask_policies(r);
	const struct policy *p, *first = NULL;
	struct leaning here, most = {.energy = ENERGY_UNKNOWN};
	uint32_t i = 0, fine = 0, with = 0;

	while (f && (p = ask_policy(f, &i))) {
		if (check_absent(p->epp) || !ask_policy_known(r, p, p->driver, "driver") ||
			!driver_adapts(p->driver.text))
			continue;
		with++;
		if (judge_energy(r, p, &here, &fine) && here.energy > most.energy)
			first = p, most = here;
	}
	if (f && !with)
		check_not_applicable(
			r, "Driver %s leaves no energy preference to the hardware.", value_text_or(f->driver, "?"));
	if (first)
		check_line(r, "Energy preference %s under governor %s; %zu of %u policies lean to saving.",
			most.words, value_text_or(first->governor, "?"), r->ret->nparts, with);
	if (fine < with && f && value_known(f->dynamic_epp) && strcmp(f->dynamic_epp.text, "enabled") == 0)
		check_now(r, "While `/sys/devices/system/cpu/amd_pstate/dynamic_epp` is enabled the kernel sets the "
			     "preference itself and refuses writes (EBUSY): disable that first.");
	if (fine)
		check_pass(r, "The energy preference of %u of %u policies does not slow bursts down.", fine, with);
}

/* CPUs whose bias is at least so high. */
struct biased {
	uint32_t n, first;
	uint64_t most;
};

static void add_bias(struct biased *b, const struct frequency_cpu *cpu)
{
	if (!b->n++)
		b->first = (uint32_t)cpu->id.u;
	b->most = cpu->epb.u > b->most ? cpu->epb.u : b->most;
}

static void fire_bias(struct check_run *r, const struct biased *b, enum severity severity, const char *what)
{
	if (!b->n)
		return;
	check_fire(r, severity, check_address(r, "frequency.cpu[%u].epb", (unsigned)b->first),
		"%s at energy bias %u of 15 (%s), CPU %u the first.", ask_count(r, b->n, "CPU"), (unsigned)b->most,
		what, (unsigned)b->first);
	check_cost(r, LIMIT_hwp_ramp_ms * 1000, NAN);
}

/* Where there is a preference of its own, the bias says little of the clock. Not known whether: that is noted. */
static bool has_preference(struct check_run *r, const struct frequency *f, const struct frequency_cpu *cpu)
{
	const struct policy *p = value_known(cpu->policy) ? frequency_policy(f, cpu->policy.u) : NULL;

	if (!p && !check_absent(cpu->policy) && !value_known(cpu->policy))
		return !check_known(r, cpu->policy, check_address(r, "frequency.cpu[%u].policy", (unsigned)cpu->id.u));
	if (!p || check_absent(p->epp))
		return false;
	ask_policy_known(r, p, p->epp, "epp");
	return true;
}

void rule_F05(struct check_run *r)
{
	const struct frequency *f = check_facts(r, &probe_frequency);
	const struct frequency_cpu *row = f ? f->cpu.row : NULL;
	struct biased saves = {.n = 0}, normal = {.n = 0};
	uint32_t looked = 0;

	if (!f || !check_list(r, &f->cpu, "frequency.cpu"))
		return;
	for (uint32_t i = 0; i < f->cpu.n; i++) {
		if (check_absent(row[i].epb) || has_preference(r, f, &row[i]))
			continue;
		looked++;
		if (!value_known(row[i].epb))
			check_known(r, row[i].epb, check_address(r, "frequency.cpu[%u].epb", (unsigned)row[i].id.u));
		else if ((double)row[i].epb.u >= LIMIT_epb_saves)
			add_bias(&saves, &row[i]);
		else if ((double)row[i].epb.u >= LIMIT_epb_normal)
			add_bias(&normal, &row[i]);
	}
	if (!looked)
		check_not_applicable(r, "CPUs have no energy bias, or an energy preference that counts instead.");
	fire_bias(r, &saves, SEVERITY_WARN, "it saves energy");
	fire_bias(r, &normal, SEVERITY_INFO, "normal; 6 is what the kernel makes of 0");
	check_pass(r, "The energy bias is for performance, on %s.", ask_count(r, looked, "CPU"));
}

static bool adapts(const struct policy *p)
{
	const char *governor = value_text_or(p->governor, "");

	if (strcmp(governor, "powersave") == 0)
		return driver_adapts(value_text_or(p->driver, ""));
	return strcmp(governor, "performance") != 0 && strcmp(governor, "userspace") != 0;
}

/* Intel's driver has a second lower limit, in percent of the highest clock: the higher one holds. */
static double floor_khz(const struct frequency *f, const struct policy *p)
{
	double pct = 0;

	if (value_known(f->min_perf_pct) && value_known(p->hw_max_khz))
		pct = (double)f->min_perf_pct.u / 100 * (double)p->hw_max_khz.u;
	return fmax(pct, (double)p->min_khz.u);
}

void rule_F09(struct check_run *r)
{
	const struct frequency *f = ask_latency(r) ? ask_policies(r) : NULL;
	const struct policy *p, *first = NULL;
	uint32_t i = 0, adaptive = 0, low = 0;

	while (f && (p = ask_policy(f, &i))) {
		if (!ask_policy_known(r, p, p->governor, "governor") || !ask_policy_known(r, p, p->driver, "driver") ||
			!adapts(p))
			continue;
		adaptive++;
		/* Intel's second limit may be the higher one */
		if (strncmp(p->driver.text, "intel_", 6) == 0 && !check_absent(f->min_perf_pct) &&
			!check_known(r, f->min_perf_pct, "frequency.min_perf_pct"))
			continue;
		if (!ask_policy_known(r, p, p->min_khz, "min_khz") || !ask_policy_known(r, p, p->base_khz, "base_khz"))
			continue;
		if (floor_khz(f, p) >= LIMIT_floor_share * (double)p->base_khz.u)
			continue;
		check_fire(r, SEVERITY_INFO, ask_policy_address(r, p, "min_khz"),
			"policy%u: an idle CPU begins at %.2f GHz, its base clock is %.2f.", (unsigned)p->id.u,
			floor_khz(f, p) / 1e6, (double)p->base_khz.u / 1e6);
		check_cost(r, LIMIT_ramp_ms * 1000, NAN);
		first = first ? first : p;
		low++;
	}
	if (low > 1)
		check_line(r, "Idle CPUs begin at %.2f GHz, their base clock is %.2f, in %u of %u policies.",
			floor_khz(f, first) / 1e6, (double)first->base_khz.u / 1e6, low, f->policy.n);
	if (f && !adaptive)
		check_not_applicable(r, "No governor adapts here: %s.", value_text_or(f->governor, "?"));
	if (adaptive)
		check_pass(r, "No CPU may go below %.0f %% of its base clock.", 100 * LIMIT_floor_share);
}

void rule_F16(struct check_run *r)
{
	const struct frequency *f = ask_policies(r);

	if (!f)
		return;
	if (check_absent(f->hwp_dynamic_boost)) {
		check_not_applicable(r,
			"Driver %s has no such switch, or the hardware does not choose the clock (HWP).",
			value_text_or(f->driver, "?"));
		return;
	}
	if (!check_known(r, f->hwp_dynamic_boost, "frequency.hwp_dynamic_boost"))
		return;
	if (!f->hwp_dynamic_boost.u && check_known(r, f->governor, "frequency.governor") &&
		strstr(value_text_or(f->governor, ""), "powersave") && ask_server(r)) {
		check_fire(r, SEVERITY_INFO, "frequency.hwp_dynamic_boost",
			"hwp_dynamic_boost is off on a server with governor powersave: CPUs that wake up for I/O begin "
			"slowly.");
		check_cost(r, LIMIT_hwp_ramp_ms * 1000, NAN);
	}
	check_pass(r, "%s",
		f->hwp_dynamic_boost.u ? "CPUs that wake up for I/O are boosted."
				       : "It is off, and this host needs it not.");
}
