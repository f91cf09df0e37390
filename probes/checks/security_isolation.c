/* Checks X05 and X06: whether isolation is whole, and how long real-time vCPUs may run. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/checks/ask.h"
#include "probes/checks/here.h"
#include "probes/checks/security_impl.h"
#include "probes/interrupts.h"
#include "probes/kernel.h"
#include "probes/sysctl.h"
#include "probes/topology.h"

static void add_all(struct cpuset *to, struct value from)
{
	if (!value_known(from))
		return;
	CPUSET_EACH(id, from.set)
	if ((uint32_t)id < to->nbits)
		cpuset_add(to, (uint32_t)id);
}

/* By the command line and by partitions, as far as they are known; those of stopped ticks too. */
static const struct cpuset *set_apart(struct check_run *r, const struct topology *t)
{
	const struct sysctl *s = snapshot_facts(r->s, &probe_sysctl);
	const struct cpu_partition *row = s ? s->partition.row : NULL;
	const struct topology_cpu *cpu = t->cpu.row;
	struct cpuset *all = cpuset_new(r->a, t->cpu.n ? (uint32_t)cpu[t->cpu.n - 1].id.u + 1 : 1);

	add_all(all, t->isolated);
	add_all(all, t->nohz_full);
	for (uint32_t i = 0; s && i < s->partition.n; i++)
		if (value_u64_or(row[i].isolated, 0))
			add_all(all, row[i].cpus);
	return all;
}

static void judge_ticks(struct check_run *r, const struct topology *t)
{
	if (!value_known(t->nohz_full) || !cpuset_count(t->nohz_full.set))
		return;
	if (cpuset_has(t->nohz_full.set, 0))
		check_fire(r, SEVERITY_WARN, "topology.nohz_full",
			"CPU 0, which keeps the time for all, is in nohz_full (%s).", cpuset_text(r->a, t->nohz_full.set));
	if (value_known(t->online) && cpuset_subset(t->online.set, t->nohz_full.set))
		check_fire(r, SEVERITY_WARN, "topology.nohz_full",
			"All CPUs are in nohz_full: none is left for the work of the kernel.");
	check_cost(r, LIMIT_irq_us, NAN);
}

/* Isolated for guests, and no vCPU has one of them alone. */
static void judge_pins(struct check_run *r, const struct cpuset *apart)
{
	const struct placement *p = snapshot_facts(r->s, &probe_placement);
	const struct placement_cpu *row = p ? p->cpu.row : NULL;

	if (!p || !value_u64_or(p->running, 0))
		return;
	for (uint32_t i = 0; i < p->cpu.n; i++)
		if (cpuset_has(apart, (uint32_t)row[i].id.u) && ask_is(row[i].role, "vcpu-dedicated"))
			return;
	for (uint32_t i = 0; i < p->guest.n; i++)
		if (!here_placed(r, &((const struct placement_guest *)p->guest.row)[i]))
			return;
	check_fire(r, SEVERITY_WARN, "topology.isolated",
		"%s %s isolated, and no vCPU of %u guest%s%s has one of them alone.", ask_cpus_text(r, apart),
		cpuset_count(apart) == 1 ? "is" : "are", (unsigned)p->running.u, p->running.u == 1 ? "" : "s",
		here_paused(r, p));
	check_share(r, LIMIT_unused_share);
}

static void judge_interrupt(struct check_run *r, const struct cpuset *apart, const struct interrupt *irq)
{
	const char *key = check_key(r, irq->name.text);
	const struct value *to = check_absent(irq->effective) ? &irq->cpus : &irq->effective;

	if (!check_known(r, *to, check_address(r, "interrupts.irq[%s].effective", key)) ||
		!cpuset_intersects(to->set, apart))
		return;
	check_fire(r, SEVERITY_WARN, check_address(r, "interrupts.irq[%s].effective", key),
		"Interrupt %s (%s) comes %.0f times a second and is sent to isolated CPUs (%s).", check_name(r, irq->name),
		check_name(r, irq->action), irq->per_s.f, cpuset_text(r->a, to->set));
	check_cost(r, LIMIT_irq_us, irq->per_s.f);
}

/* Those of devices that are passed through belong to the guest, those that the kernel places go where their queues are. */
static void judge_interrupts(struct check_run *r, const struct cpuset *apart)
{
	const struct interrupts *in = check_facts(r, &probe_interrupts);
	const struct interrupt *row = in ? in->irq.row : NULL;

	if (!in || !check_list(r, &in->irq, "interrupts.irq") ||
		!check_known(r, in->device_per_s, "interrupts.device_per_s"))
		return;
	for (uint32_t i = 0; i < in->irq.n; i++)
		if (ask_is(row[i].kind, "device") && value_f64_or(row[i].per_s, 0) >= LIMIT_isolated_irq_per_s &&
			!value_u64_or(row[i].managed, 0) && strncmp(value_text_or(row[i].action, ""), "vfio", 4) != 0)
			judge_interrupt(r, apart, &row[i]);
}

static void judge_isolcpus(struct check_run *r)
{
	const struct kernel *k = snapshot_facts(r->s, &probe_kernel);

	if (!k || !value_known(k->cmdline_isolcpus) || !cpuset_count(k->cmdline_isolcpus.set) ||
		!kernel_at_least(k, 6, 1))
		return;
	check_fire(r, SEVERITY_INFO, "kernel.cmdline_isolcpus",
		"isolcpus=%s holds until the next boot; an isolated partition of cgroups does the same and can be changed.",
		cpuset_text(r->a, k->cmdline_isolcpus.set));
}

void rule_X05(struct check_run *r)
{
	const struct topology *t = check_facts(r, &probe_topology);
	const struct cpuset *apart;

	if (!t)
		return;
	if (!t->cpu.n) {
		check_unknown(r, "No CPU of this host can be read.");
		return;
	}
	if (!check_absent(t->isolated) && !check_known(r, t->isolated, "topology.isolated"))
		return;
	if (!check_absent(t->nohz_full) && !check_known(r, t->nohz_full, "topology.nohz_full"))
		return;
	if (check_absent(t->isolated) && !ask_absence_tells(r) && !value_known(t->nohz_full)) {
		check_known(r, t->isolated, "topology.isolated");
		return;
	}
	apart = set_apart(r, t);
	if (!cpuset_count(apart)) {
		check_not_applicable(r, "No CPU is isolated, and the tick is stopped on none.");
		return;
	}
	if (value_known(t->isolated))
		check_evidence(r, "topology.isolated");
	judge_ticks(r, t);
	judge_pins(r, apart);
	judge_interrupts(r, apart);
	judge_isolcpus(r);
	check_pass(r, "%s: isolated, and no interrupts that come often are sent there.", ask_cpus_text(r, apart));
}

/* Since Linux 6.12 a server of its own takes time for the others. */
static void judge_server(struct check_run *r, const struct sysctl *s, const char *first)
{
	double ms;

	if (!check_known(r, s->fair_server_ns, "sysctl.fair_server_ns"))
		return;
	ms = (double)s->fair_server_ns.u / 1e6;
	if (s->fair_server_ns.u) {
		check_fire(r, SEVERITY_WARN, "sysctl.fair_server_ns",
			"Real-time vCPUs (%s first) may lose %.0f ms of each second to others: the fair server.", first, ms);
		check_cost(r, 1000 * ms, 1);
	}
	check_pass(r, "The fair server takes no time from real-time vCPUs.");
}

void rule_X06(struct check_run *r)
{
	const struct sysctl *s = check_facts(r, &probe_sysctl);
	const struct placement *p = s ? here_guests(r) : NULL;
	const struct kernel *k = check_facts(r, &probe_kernel);
	const char *first = NULL;
	double ms;

	if (!p || !k)
		return;
	if (!security_realtime(r, true, &first)) {
		check_not_applicable(r, "No vCPU has a real-time policy.");
		return;
	}
	if (kernel_at_least(k, 6, 12)) {
		judge_server(r, s, first);
		return;
	}
	if (!check_known(r, s->rt_runtime_us, "sysctl.rt_runtime_us") ||
		!check_known(r, s->rt_period_us, "sysctl.rt_period_us"))
		return;
	ms = ((double)s->rt_period_us.u - (double)s->rt_runtime_us.i) / 1000;
	if (s->rt_runtime_us.i >= 0 && ms > 0) {
		check_fire(r, SEVERITY_WARN, "sysctl.rt_runtime_us",
			"Real-time vCPUs (%s first) may stand still for %.0f of each %.0f ms (sched_rt_runtime_us %lld).", first,
			ms, (double)s->rt_period_us.u / 1000, (long long)s->rt_runtime_us.i);
		check_cost(r, 1000 * ms, 1e6 / (double)s->rt_period_us.u);
	}
	check_pass(r, "Real-time vCPUs may run all of the time.");
}
