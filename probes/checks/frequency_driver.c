/* Checks F08, F10, F11, F14 and F17: who sets the clock, whether turbo is on, and whether all cores are alike. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/checks/ask.h"
#include "probes/checks/here.h"
#include "probes/cpu.h"
#include "probes/cpuset.h"
#include "probes/firmware.h"
#include "probes/frequency.h"
#include "probes/kernel.h"
#include "probes/kernel_log.h"
#include "probes/silicon.h"
#include "probes/topology.h"

/* The highest clock that turbo would give, of all policies; 0: nobody says. */
static double highest_khz(const struct frequency *f)
{
	const struct policy *p;
	double most = 0;
	uint32_t i = 0;

	while ((p = ask_policy(f, &i)))
		most = fmax(most, (double)value_u64_or(p->hw_max_khz, 0));
	return most;
}

/* The fastest busy CPU, when all that are busy were judged, none is slow, and turbo would have room; else 0. */
static double fastest_khz(const struct check_run *r)
{
	const struct silicon *si = snapshot_facts(r->s, &probe_silicon);
	const struct silicon_cpu *row = si ? si->cpu.row : NULL;
	double most = 0;

	if (!si || !value_u64_or(si->busy, 0) || value_u64_or(si->judged, 0) != si->busy.u ||
		value_u64_or(si->slow, 0) ||
		(double)si->busy.u >= LIMIT_few_busy_share * (double)value_u64_or(si->online, 0))
		return 0;
	for (uint32_t i = 0; i < si->cpu.n; i++)
		if (value_known(row[i].ratio) && (double)row[i].khz.u > most)
			most = (double)row[i].khz.u;
	return most;
}

static void fire_turbo(struct check_run *r, const struct frequency *f, const char *evidence, const char *how)
{
	const struct policy *first = f->policy.row;
	double highest = highest_khz(f), fastest = fastest_khz(r), base = (double)value_u64_or(first->base_khz, 0);
	bool felt = fastest > 0 && fastest < LIMIT_turbo_share * highest;

	if (felt)
		check_fire(r, SEVERITY_WARN, evidence,
			"Turbo is off (%s): the fastest busy CPU runs at %.2f of %.2f GHz, with most CPUs idle.", how,
			fastest / 1e6, highest / 1e6);
	else
		check_fire(r, SEVERITY_INFO, evidence, "Turbo is off (%s).", how);
	/* where turbo is off some kernels show the base clock as the highest: then nothing is said of the gain */
	check_share(r, felt ? 1 - fastest / highest : base > 0 && highest > base ? 1 - base / highest : 0);
}

/* amd-pstate has a switch in each policy. */
static bool judge_boosts(struct check_run *r, const struct frequency *f)
{
	const struct policy *p, *first = NULL;
	uint32_t i = 0, off = 0, with = 0;

	while ((p = ask_policy(f, &i))) {
		if (check_absent(p->boost) || !ask_policy_known(r, p, p->boost, "boost"))
			continue;
		with++;
		if (p->boost.u)
			continue;
		first = first ? first : p;
		off++;
	}
	if (first)
		fire_turbo(r, f, ask_policy_address(r, first, "boost"),
			check_address(r, "boost is 0 in %u of %u policies", off, with));
	return with > 0;
}

void rule_F08(struct check_run *r)
{
	const struct frequency *f = ask_policies(r);
	const struct kernel_log_kind *locked;
	bool intel = f && !check_absent(f->no_turbo), all = f && !check_absent(f->boost), each = false;

	if (!f)
		return;
	if (intel && check_known(r, f->no_turbo, "frequency.no_turbo") && f->no_turbo.u)
		fire_turbo(r, f, "frequency.no_turbo", "intel_pstate/no_turbo is 1");
	else if (all && check_known(r, f->boost, "frequency.boost") && !f->boost.u)
		fire_turbo(r, f, "frequency.boost", "cpufreq/boost is 0");
	else
		each = judge_boosts(r, f);
	if (!intel && !all && !each)
		check_not_applicable(r, "Driver %s has no switch for turbo.", value_text_or(f->driver, "?"));
	locked = kernel_log_kind(snapshot_facts(r->s, &probe_kernel_log), "turbo_disabled");
	if (locked && value_u64_or(locked->count, 0)) {
		check_evidence(r, "kernel_log.kind[turbo_disabled].text");
		check_now(r, "The kernel's log says that the firmware has turbo switched off: it is an option there.");
	} else if (intel) {
		check_now(r, "`echo 0 > /sys/devices/system/cpu/intel_pstate/no_turbo` ; refused (EPERM) where the "
			     "firmware has it switched off.");
	}
	check_pass(r, "Turbo is on.");
}

static bool is_generic(const char *driver)
{
	return strcmp(driver, "acpi-cpufreq") == 0 || strcmp(driver, "pcc-cpufreq") == 0;
}

/* What the processor could have instead of a generic driver; NULL: nothing better. */
static const char *better_driver(const struct cpu *c, enum severity *ret)
{
	enum { FAMILY_ZEN_3 = 0x19, DENVERTON = 0x5f }; /* the one since Sandy Bridge that intel_pstate leaves out */
	bool amd = ask_is(c->vendor, "AuthenticAMD") || ask_is(c->vendor, "HygonGenuine");

	*ret = SEVERITY_INFO;
	if (cpu_has_flag(c, "hwp")) {
		*ret = SEVERITY_WARN;
		return "intel_pstate, which lets the hardware choose (HWP)";
	}
	if (ask_intel_since_sandy_bridge(c) && value_u64_or(c->model_number, 0) != DENVERTON)
		return "intel_pstate";
	if (!amd || !cpu_has_flag(c, "cppc"))
		return NULL;
	*ret = value_u64_or(c->family, 0) >= FAMILY_ZEN_3 ? SEVERITY_WARN : SEVERITY_INFO;
	return "amd-pstate, which has all clocks and not only three";
}

static const char *told_at_boot(struct check_run *r)
{
	const struct kernel *k = snapshot_facts(r->s, &probe_kernel);

	return k && value_known(k->cmdline_pstate)
		       ? check_address(r, "; the kernel was booted with it set to %s", k->cmdline_pstate.text)
		       : "";
}

/* None at all, though the processor could choose its clock itself; it fires. */
static bool no_driver(struct check_run *r, const struct cpu *c)
{
	const struct frequency *f = snapshot_facts(r->s, &probe_frequency);

	if (!f || f->policy.known != KNOWN_ABSENT || !ask_absence_tells(r) || !cpu_has_flag(c, "hwp"))
		return false;
	check_fire(r, SEVERITY_WARN, "cpu.flags",
		"No driver is bound, though the processor could choose its clock itself (HWP) under intel_pstate%s.",
		told_at_boot(r));
	return true;
}

void rule_F10(struct check_run *r)
{
	const struct cpu *c = check_facts(r, &probe_cpu);
	const struct frequency *f = c && !no_driver(r, c) ? ask_policies(r) : NULL;
	const struct topology *t = snapshot_facts(r->s, &probe_topology);
	const char *driver, *better;
	enum severity severity;

	if (!f || !check_known(r, f->driver, "frequency.driver"))
		return;
	driver = f->driver.text;
	if (value_known(c->x86) && !c->x86.u) {
		check_not_applicable(r, "This is no x86 processor: it has one driver.");
		return;
	}
	if (!check_known(r, c->flags, "cpu.flags"))
		return;
	check_evidence(r, "cpu.flags");
	if (is_generic(driver) && !check_known(r, c->vendor, "cpu.vendor"))
		return;
	better = better_driver(c, &severity);
	if (is_generic(driver) && better)
		check_fire(r, severity, "frequency.driver", "Driver %s is used where the processor could have %s%s.",
			driver, better, told_at_boot(r));
	if (strcmp(driver, "intel_pstate") == 0 && t && value_u64_or(t->hybrid, 0) && !cpu_has_flag(c, "hwp"))
		check_fire(r, SEVERITY_INFO, "topology.hybrid",
			"intel_pstate works without HWP on a processor with two kinds of cores.");
	check_pass(r, "Driver %s is the best that this processor has.", driver);
}

void rule_F11(struct check_run *r)
{
	check_later(r, "Not measured yet: how long a CPU that was idle takes to its full clock.");
}

/* What the driver said when it would not bind. */
static void say_refusal(struct check_run *r)
{
	const struct kernel_log_kind *said = kernel_log_kind(snapshot_facts(r->s, &probe_kernel_log), "pstate_refused");

	if (said && value_u64_or(said->count, 0))
		check_evidence(r, "kernel_log.kind[pstate_refused].text");
}

static void absent_driver(struct check_run *r)
{
	const struct silicon *si = snapshot_facts(r->s, &probe_silicon);
	const struct firmware *fw = snapshot_facts(r->s, &probe_firmware);
	const struct kernel *k = snapshot_facts(r->s, &probe_kernel);
	double low = si && value_known(si->low_khz) ? (double)si->low_khz.u : 0;
	double base = si && value_known(si->base_khz) ? (double)si->base_khz.u : 0;
	const char *machine = fw && value_known(fw->sys_vendor) ? check_name(r, fw->sys_vendor) : "unknown vendor";
	bool held = low > 0 && low < LIMIT_plateau_share * base;

	say_refusal(r);
	if (held) { /* the slowest of those that were slow twice in a row */
		check_fire(r, SEVERITY_CRIT, "silicon.low_khz",
			"No cpufreq driver is bound, and a busy CPU runs at %.2f of %.2f GHz: the firmware (%s) saves "
			"power, and the kernel cannot help.",
			low / 1e6, base / 1e6, machine);
		check_share(r, 1 - low / base);
		return;
	}
	check_fire(r, SEVERITY_WARN, "frequency.policies",
		"No cpufreq driver is bound: the firmware (%s) alone sets the clock%s%s. How slow that is, is not "
		"measured yet.",
		machine, k && value_known(k->cmdline_pstate) ? "; at boot the driver was set to " : "",
		k ? value_text_or(k->cmdline_pstate, "") : "");
}

void rule_F14(struct check_run *r)
{
	const struct frequency *f = check_facts(r, &probe_frequency);

	if (!f)
		return;
	if (f->policy.known == KNOWN && f->policy.n) {
		if (check_known(r, f->driver, "frequency.driver"))
			check_pass(r, "Driver %s sets the clock, in %u policies.", f->driver.text, f->policy.n);
		return;
	}
	if (f->policy.known != KNOWN_ABSENT) {
		check_list(r, &f->policy, "frequency.policy");
		return;
	}
	if (ask_absence_tells(r))
		absent_driver(r);
	else
		check_unknown(
			r, "This folder has no cpufreq policies: no driver is bound, or they were not collected.");
}

/* CPUs of one kind, "P" or "E". */
static struct cpuset *of_kind(struct check_run *r, const struct topology *t, const char *kind)
{
	const struct topology_cpu *row = t->cpu.row;
	struct cpuset *set = cpuset_new(r->a, t->cpu.n ? (uint32_t)row[t->cpu.n - 1].id.u + 1 : 0);

	for (uint32_t i = 0; i < t->cpu.n; i++)
		if (ask_is(row[i].kind, kind))
			cpuset_add(set, (uint32_t)row[i].id.u);
	return set;
}

static bool straddles(struct value cpus, const struct cpuset *p, const struct cpuset *e)
{
	return value_known(cpus) && cpuset_intersects(cpus.set, p) && cpuset_intersects(cpus.set, e);
}

/* The first vCPU to be pinned anew; NULL: none that libvirt has. */
static const char *vcpu_target(
	struct check_run *r, const struct placement_guest *g, const struct cpuset *p, const struct cpuset *e)
{
	const struct placement_thread *th = g->thread.row;

	for (uint32_t i = 0; i < g->thread.n; i++)
		if (ask_is(th[i].role, "vcpu") && straddles(th[i].allowed, p, e))
			return here_target(r, g, &th[i]);
	return NULL;
}

static void judge_kinds(
	struct check_run *r, const struct placement_guest *g, const struct cpuset *p, const struct cpuset *e)
{
	const struct placement_thread *th = g->thread.row;

	if (!here_placed(r, g))
		return;
	if (straddles(g->cpus, p, e)) {
		check_fire(r, SEVERITY_WARN, here_at(r, g, "cpus"),
			"%s: its vCPUs may run on fast and on slow cores (CPUs %s).", check_guest_name(r, g->name, g->key),
			cpuset_text(r->a, g->cpus.set));
		check_share(r, LIMIT_slow_core_share);
		check_target(r, vcpu_target(r, g, p, e));
		return;
	}
	for (uint32_t i = 0; i < g->thread.n; i++)
		if (straddles(th[i].allowed, p, e)) {
			check_fire(r, SEVERITY_INFO, here_thread_at(r, g, &th[i], "allowed"),
				"%s: its %s may run on fast and on slow cores.", check_guest_name(r, g->name, g->key),
				value_text_or(th[i].name, "thread"));
			check_target(r, here_target(r, g, &th[i]));
			return;
		}
}

void rule_F17(struct check_run *r)
{
	const struct topology *t = check_facts(r, &probe_topology);
	const struct placement *place;
	const struct placement_guest *row;
	struct cpuset *p, *e;

	if (!t || !check_known(r, t->hybrid, "topology.hybrid"))
		return;
	if (!t->hybrid.u) {
		check_not_applicable(r, "All cores are of one kind.");
		return;
	}
	place = here_guests(r);
	if (!place || !check_list(r, &place->guest, "placement.guest"))
		return;
	row = place->guest.row;
	p = of_kind(r, t, "P");
	e = of_kind(r, t, "E");
	for (uint32_t i = 0; i < place->guest.n; i++)
		judge_kinds(r, &row[i], p, e);
	check_pass(r, "No guest may run on both kinds of cores.");
}
