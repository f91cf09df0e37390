/* Checks P06a, P06c, P09, P12: which CPUs are isolated, interrupted or left to the host. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/checks/here.h"
#include "probes/cpuset.h"
#include "probes/interrupts.h"
#include "probes/load.h"
#include "probes/topology.h"

/* Who is not known to be idle is not called so. */
static const struct cpuset *idle_of(struct check_run *r, const struct cpuset *set)
{
	const struct load *l = check_facts(r, &probe_load);
	const struct load_cpu *row = l ? l->cpu.row : NULL;
	struct cpuset *idle = cpuset_new(r->a, set->nbits);

	if (l && !check_list(r, &l->cpu, "load.cpu"))
		l = NULL;
	for (uint32_t i = 0; l && i < l->cpu.n; i++) {
		unsigned id = (unsigned)row[i].id.u;

		if (cpuset_has(set, id) &&
			check_known(r, row[i].busy,
				value_known(row[i].busy) ? NULL : check_address(r, "load.cpu[%u].busy", id)) &&
			row[i].busy.f < LIMIT_busy_pct)
			cpuset_add(idle, id);
	}
	return idle;
}

void rule_P06a(struct check_run *r)
{
	const struct placement *p = here_guests(r);
	const struct placement_guest *row = p ? p->guest.row : NULL;
	const struct cpuset *isolated = p ? here_isolated(r) : NULL;
	unsigned pinned = 0;
	const struct cpuset *idle;

	if (!isolated)
		return;
	idle = idle_of(r, here_cpus(r, p, "isolated"));
	for (uint32_t i = 0; i < p->guest.n; i++) {
		if (!here_placed(r, &row[i]) || !value_u64_or(row[i].pinned, 0))
			continue;
		pinned++;
		if (cpuset_intersects(row[i].cpus.set, isolated) || !cpuset_count(idle))
			continue;
		check_fire(r, SEVERITY_INFO, here_at(r, &row[i], "cpus"),
			"%s is pinned to CPUs %s, while the isolated CPUs %s are idle.",
			check_guest_name(r, row[i].name, row[i].key), cpuset_text(r->a, row[i].cpus.set),
			cpuset_text(r->a, idle));
	}
	if (!pinned)
		check_not_applicable(r, "No vCPU is pinned.");
	check_pass(r, "No pinned guest leaves isolated CPUs unused (%u looked at).", pinned);
}

static const char *without(struct check_run *r, const struct cpuset *a, const struct cpuset *b)
{
	struct cpuset *rest = cpuset_copy(r->a, a);

	CPUSET_EACH(id, b)
	cpuset_remove(rest, (uint32_t)id);
	return cpuset_count(rest) ? cpuset_text(r->a, rest) : NULL;
}

static void fire_ticks(struct check_run *r, const struct cpuset *dedicated, const struct cpuset *quiet)
{
	const char *ticking = without(r, dedicated, quiet), *unused = without(r, quiet, dedicated);

	if (ticking)
		check_fire(r, SEVERITY_INFO, "topology.nohz_full",
			"The timer ticks on CPUs %s, which have one vCPU alone and are not in nohz_full.", ticking);
	if (unused)
		check_fire(r, SEVERITY_INFO, "topology.nohz_full",
			"CPUs %s are in nohz_full and have no vCPU alone: the host pays for each of its own switches "
			"there.",
			unused);
	check_cost(r, LIMIT_tick_us, NAN);
}

void rule_P06c(struct check_run *r)
{
	const struct placement *p = here_guests(r);
	const struct topology *t = p ? check_facts(r, &probe_topology) : NULL;
	const struct cpuset *dedicated;
	bool set;

	if (!t || (!check_absent(t->nohz_full) && !check_known(r, t->nohz_full, "topology.nohz_full")))
		return;
	set = value_known(t->nohz_full) && cpuset_count(t->nohz_full.set);
	if (!set && (r->profile != PROFILE_TRADING || check_absent(t->nohz_full))) {
		check_not_applicable(r, "The timer is stopped on no CPU (nohz_full is not set).");
		return;
	}
	dedicated = here_dedicated(r, p);
	if (!set && !cpuset_count(dedicated))
		check_not_applicable(r, "No vCPU has a CPU alone.");
	else if (!cpuset_equal(dedicated, t->nohz_full.set))
		fire_ticks(r, dedicated, t->nohz_full.set);
	check_pass(r, "nohz_full is just the %u CPUs that have one vCPU alone.", cpuset_count(dedicated));
}

/* "web3/0": vCPUs are named first, and a CPU that is dedicated has one. */
static const char *owner(struct check_run *r, const struct placement_cpu *cpu)
{
	const char *who = cpu && value_known(cpu->who) ? check_name(r, cpu->who) : "a vCPU";

	return cpu && value_known(cpu->who) ? arena_text(r->a, who, strcspn(who, " ")) : who;
}

/* Are the devices known that are passed through to guests? What is not is noted. */
static bool know_passed(struct check_run *r)
{
	const struct guests *g = check_facts(r, &probe_guests);
	const struct guest *row = g ? g->guest.row : NULL;
	bool all = g && (g->guest.known == KNOWN_ABSENT || check_list(r, &g->guest, "guests.guest"));

	for (uint32_t i = 0; all && i < g->guest.n; i++)
		if (here_runs(&row[i]) && row[i].hostdev.known != KNOWN && row[i].hostdev.known != KNOWN_ABSENT)
			all = check_list(r, &row[i].hostdev,
				check_address(r, "guests.guest[%s].hostdev", check_key(r, row[i].uuid.text)));
	return all;
}

/* A device that is passed through interrupts the CPUs of its own guest: there it belongs. */
static bool is_its_own(struct check_run *r, const struct placement *p, const struct interrupt *irq, uint32_t cpu)
{
	const struct guests *g = snapshot_facts(r->s, &probe_guests);
	const struct guest *row = g ? g->guest.row : NULL;

	if (strncmp(value_text_or(irq->action, ""), "vfio", 4) == 0 && !know_passed(r))
		return true;
	if (!value_known(irq->device))
		return false;
	for (uint32_t i = 0; g && i < g->guest.n; i++) {
		const struct guest_hostdev *dev = row[i].hostdev.row;

		for (uint32_t k = 0; k < row[i].hostdev.n; k++) {
			const struct placement_guest *at;

			if (strcmp(value_text_or(dev[k].name, ""), irq->device.text) != 0 || !value_known(row[i].uuid))
				continue;
			at = placement_guest(p, row[i].uuid.text);
			if (at && value_known(at->cpus) && cpuset_has(at->cpus.set, cpu))
				return true;
		}
	}
	return false;
}

static void judge_irq(
	struct check_run *r, const struct placement *p, const struct cpuset *dedicated, const struct interrupt *irq)
{
	struct value to = check_absent(irq->effective) ? irq->cpus : irq->effective;
	const struct placement_cpu *at;
	int64_t cpu = -1;

	if (!check_known(r, to, check_address(r, "interrupts.irq[%s].effective", check_key(r, irq->name.text))))
		return;
	CPUSET_EACH(id, to.set)
	if (cpu < 0 && cpuset_has(dedicated, (uint32_t)id) && !is_its_own(r, p, irq, (uint32_t)id))
		cpu = id;
	if (cpu < 0)
		return;
	at = placement_cpu(p, (uint64_t)cpu);
	check_fire(r, SEVERITY_WARN, check_address(r, "interrupts.irq[%s].effective", check_key(r, irq->name.text)),
		"Interrupt %s (%s) comes %.0f times a second on CPU %d, which %s has alone.", check_name(r, irq->name),
		check_name(r, irq->action), irq->per_s.f, (int)cpu, owner(r, at));
	here_owned(r, p, (uint32_t)cpu);
	check_cost(r, LIMIT_irq_us, irq->per_s.f);
}

void rule_P09(struct check_run *r)
{
	const struct placement *p = here_guests(r);
	const struct interrupts *in = p ? check_facts(r, &probe_interrupts) : NULL;
	const struct interrupt *row = in ? in->irq.row : NULL;
	const struct cpuset *dedicated;
	unsigned often = 0;

	if (!in)
		return;
	dedicated = here_dedicated(r, p);
	if (!cpuset_count(dedicated)) {
		check_not_applicable(r, "No vCPU has a CPU alone.");
		return;
	}
	if (!check_list(r, &in->irq, "interrupts.irq") || !check_known(r, in->device_per_s, "interrupts.device_per_s"))
		return;
	for (uint32_t i = 0; i < in->irq.n; i++) {
		if (strcmp(value_text_or(row[i].kind, ""), "device") != 0 || !value_known(row[i].per_s) ||
			row[i].per_s.f <= LIMIT_irq_per_s)
			continue;
		often++;
		judge_irq(r, p, dedicated, &row[i]);
	}
	check_evidence(r, "interrupts.device_per_s");
	check_pass(r, "None of the interrupts that come often (%u) lands on the %u CPUs that have one vCPU alone.",
		often, cpuset_count(dedicated));
}

void rule_P12(struct check_run *r)
{
	const struct placement *p = here_guests(r);
	const struct placement_cpu *row = p ? p->cpu.row : NULL;
	unsigned free = 0, online = 0, pinned = 0;
	bool zero = false;

	if (!p || !check_list(r, &p->cpu, "placement.cpu"))
		return;
	here_dedicated(r, p);
	for (uint32_t i = 0; i < p->cpu.n; i++) {
		const char *role = value_text_or(row[i].role, "");

		if (strcmp(role, "offline") == 0)
			continue;
		online++;
		pinned += value_u64_or(row[i].vcpus, 0) > 0;
		free += !value_u64_or(row[i].vcpus, 0);
		zero = zero || (!row[i].id.u && strcmp(role, "vcpu-dedicated") == 0);
	}
	if (!pinned) {
		check_not_applicable(r, "No vCPU is pinned.");
		return;
	}
	if (!free)
		check_fire(r, SEVERITY_WARN, "topology.online",
			"vCPUs are pinned to all %u CPUs: none is left to the host.", online);
	if (zero)
		check_fire(r, SEVERITY_WARN, "placement.cpu[0].role",
			"CPU 0, where the kernel does work that cannot be moved, belongs to %s alone.",
			owner(r, &row[0]));
	if (zero)
		here_owned(r, p, 0);
	if (!free || zero)
		check_cost(r, LIMIT_helper_us, NAN);
	check_pass(r, "%u of %u CPUs have no vCPU pinned to them, CPU 0 is not of one alone.", free, online);
}
