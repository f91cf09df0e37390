/* Checks N12, B02 and B03: what firmware does beside the kernel, what it hints at, and how old all of it is. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/firmware.h"

#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/ask.h"
#include "probes/checks/guest_walk.h"
#include "probes/cpu.h"
#include "probes/frequency.h"
#include "probes/kernel.h"
#include "probes/mitigations.h"
#include "probes/residency.h"
#include "probes/silicon.h"

/* The count of the package that has most; *ret_known: one is counted. */
static uint64_t most_smis(struct check_run *r, const struct residency *res, bool *ret_known)
{
	const struct residency_package *row = res->package.row;
	uint64_t most = 0;

	*ret_known = false;
	for (uint32_t i = 0; i < res->package.n; i++) {
		if (check_absent(row[i].smi) ||
			!check_known(r, row[i].smi,
				check_address(r, "residency.package[%lld].smi", (long long)row[i].id.i)))
			continue;
		*ret_known = true;
		most = row[i].smi.u > most ? row[i].smi.u : most;
	}
	return most;
}

/* Since the oldest count that is remembered: how many, in how many ticks, by the second. */
static void judge_smis(struct check_run *r, uint64_t now)
{
	const struct past *past = r->past;
	size_t n = past->n, rises = 0;
	double last = (double)now, rate, seconds;

	while (n && isnan(past->at[n - 1].number))
		n--;
	if (!n) {
		check_later(r, "SMIs are counted since this moment: their rate is not known yet.");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		rises += last > past->at[i].number;
		last = past->at[i].number;
	}
	seconds = (double)(r->s->t_ns - past->at[n - 1].t_ns) / 1e9;
	rate = seconds > 0 ? ((double)now - past->at[n - 1].number) / seconds : 0;
	if (rises > 1 && rate >= LIMIT_smi_warn_per_s) {
		check_fire(r, rate >= LIMIT_smi_crit_per_s ? SEVERITY_CRIT : SEVERITY_WARN, "residency.smi_per_s",
			"The firmware stopped all CPUs %.1f times a second in the last %.0f s (SMIs).", rate, seconds);
		check_cost(r, LIMIT_smi_us, rate);
	}
	check_pass(r, "%.0f SMIs in the last %.0f s%s.", (double)now - past->at[n - 1].number, seconds,
		rises == 1 ? ", in one burst" : "");
}

void rule_N12(struct check_run *r)
{
	const struct residency *res = check_facts(r, &probe_residency);
	bool known;
	uint64_t now;

	if (!res)
		return;
	if (check_absent(res->smi_per_s)) {
		check_not_applicable(r, "This processor does not count SMIs, or this kernel does not tell.");
		return;
	}
	if (!check_list(r, &res->package, "residency.package") ||
		(!value_known(res->smi_per_s) && res->smi_per_s.known != KNOWN_NOT_YET &&
			!check_known(r, res->smi_per_s, "residency.smi_per_s")))
		return;
	now = most_smis(r, res, &known);
	if (!known)
		return;
	check_evidence(r, "residency.smi_per_s");
	check_remember(r, (double)now);
	judge_smis(r, now);
}

enum maker { MAKER_OTHER, MAKER_DELL, MAKER_HP };

static enum maker maker_of(const struct firmware *fw)
{
	const char *vendor = value_text_or(fw->sys_vendor, "");

	return strncmp(vendor, "Dell", 4) == 0                                                ? MAKER_DELL
	       : strncmp(vendor, "HP", 2) == 0 || strncmp(vendor, "Hewlett", 7) == 0 ? MAKER_HP
										      : MAKER_OTHER;
}

/* Hints come from what is missing: in a folder of collected files that says nothing. */
static void hint_by_driver(struct check_run *r, const struct firmware *fw, const struct frequency *f)
{
	bool none = (f->policy.known == KNOWN_ABSENT || (f->policy.known == KNOWN && !f->policy.n)) && ask_absence_tells(r);
	const char *product = check_name(r, fw->product_name);

	if (VALUE_IS(f->driver, "pcc-cpufreq"))
		check_fire(r, SEVERITY_WARN, "frequency.driver",
			"%s: driver pcc-cpufreq leaves the clocks to the firmware; check in the BMC: Power Regulator may be "
			"\"Dynamic Power Savings\" or \"Static Low\".",
			product);
	else if (none && maker_of(fw) == MAKER_DELL)
		check_fire(r, SEVERITY_WARN, "firmware.sys_vendor",
			"Dell %s without a driver of clocks; check in the BMC: System Profile may be \"Performance Per Watt "
			"(DAPC)\".",
			product);
	else if (none && maker_of(fw) == MAKER_HP)
		check_fire(r, SEVERITY_WARN, "firmware.sys_vendor",
			"HP %s without a driver of clocks; check in the BMC: Power Regulator may not be \"OS Control\".", product);
}

/* All knobs say performance, and busy CPUs run far below base all the same. */
static void hint_by_clock(struct check_run *r, const struct firmware *fw, const struct frequency *f)
{
	const struct silicon *si = snapshot_facts(r->s, &probe_silicon);
	const struct policy *p;
	uint32_t i = 0;

	if (!si || !value_u64_or(si->far, 0))
		return;
	while ((p = ask_policy(f, &i)))
		if (!VALUE_IS(p->governor, "performance") ||
			(value_known(p->max_khz) && value_known(p->base_khz) && p->max_khz.u < p->base_khz.u))
			return;
	check_fire(r, SEVERITY_WARN, "silicon.low_khz",
		"%u busy CPUs run far below base clock, the slowest at %.2f GHz, and no setting of the kernel asks for it; check in "
		"the BMC: %s.",
		(unsigned)si->far.u, (double)value_u64_or(si->low_khz, 0) / 1e6,
		maker_of(fw) == MAKER_HP ? "\"HP Static Low Power\", a power cap, a power supply that failed"
					 : "a power cap, a power supply that failed, overheating");
}

static void hint_by_registers(struct check_run *r)
{
	const struct residency *res = snapshot_facts(r->s, &probe_residency);
	const struct residency_package *row = res ? res->package.row : NULL;

	for (uint32_t i = 0; res && i < res->package.n; i++)
		if (value_u64_or(row[i].firmware_pstates, 0)) {
			check_fire(r, SEVERITY_WARN,
				check_address(r, "residency.package[%lld].firmware_pstates", (long long)row[i].id.i),
				"The firmware keeps the clocks of package %lld to itself; check in the BMC.",
				(long long)row[i].id.i);
			return;
		}
}

void rule_B02(struct check_run *r)
{
	const struct firmware *fw = check_facts(r, &probe_firmware);
	const struct frequency *f = check_facts(r, &probe_frequency);

	if (!fw || !f)
		return;
	if (f->policy.known != KNOWN && f->policy.known != KNOWN_ABSENT) {
		check_list(r, &f->policy, "frequency.policy");
		return;
	}
	if (!check_known(r, fw->sys_vendor, "firmware.sys_vendor"))
		return;
	check_evidence(r, "firmware.sys_vendor");
	hint_by_driver(r, fw, f);
	hint_by_clock(r, fw, f);
	hint_by_registers(r);
	if (value_f64_or(fw->bios_age_years, 0) > LIMIT_bios_years)
		check_fire(r, SEVERITY_INFO, "firmware.bios_age_years",
			"The firmware is %.0f years old (%s of %s): newer ones mend errors of power management.",
			fw->bios_age_years.f, check_name(r, fw->bios_version), check_name(r, fw->bios_date));
	if (!r->ret->nparts && f->policy.known == KNOWN_ABSENT && !ask_absence_tells(r)) {
		check_list(r, &f->policy, "frequency.policy");
		return;
	}
	check_pass(r, "%s %s: nothing hints at a firmware that saves power.", check_name(r, fw->sys_vendor),
		check_name(r, fw->product_name));
}

void rule_B03(struct check_run *r)
{
	enum { OLD_MAJOR = 4 };
	const struct kernel *k = check_facts(r, &probe_kernel);
	const struct cpu *c = check_facts(r, &probe_cpu);
	const struct mitigations *m = snapshot_facts(r->s, &probe_mitigations);
	const struct weakness *row = m ? m->weakness.row : NULL;

	if (!k || !c || !check_known(r, k->major, "kernel.major"))
		return;
	check_evidence(r, "kernel.release");
	if (k->major.u < OLD_MAJOR)
		check_fire(r, SEVERITY_INFO, "kernel.release", "Kernel %s is older than most that is known of guests' latency.",
			check_name(r, k->release));
	if (!check_absent(c->microcode_mixed) && check_known(r, c->microcode_mixed, "cpu.microcode_mixed") &&
		c->microcode_mixed.u)
		check_fire(r, SEVERITY_INFO, "cpu.microcodes", "CPUs have different microcode: %s.",
			check_name(r, c->microcodes));
	for (uint32_t i = 0; m && i < m->weakness.n; i++)
		if (VALUE_IS(row[i].name, "old_microcode") && VALUE_IS(row[i].state, "vulnerable"))
			check_fire(r, SEVERITY_INFO, "mitigations.weakness[old_microcode].state",
				"The kernel knows newer microcode than %s.", check_name(r, c->microcode));
	check_pass(r, "Kernel %s%s.", check_name(r, k->release),
		value_known(c->microcode_mixed) && value_known(c->microcode)
			? check_address(r, ", microcode %s on all CPUs", check_name(r, c->microcode))
			: "");
}
