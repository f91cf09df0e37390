/* Checks N01, N02 and N05: where interrupts of cards land, who places them, and whether CPUs keep up with receiving. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/interrupts.h"

#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/ask.h"
#include "probes/checks/cards.h"
#include "probes/checks/here.h"
#include "probes/daemons.h"
#include "probes/load.h"
#include "probes/netstack.h"
#include "probes/topology.h"

static const char *device_at(struct check_run *r, const struct interrupt_device *d, const char *field)
{
	return check_address(r, "interrupts.device[%s].%s", check_key(r, d->address.text), field);
}

/* Interrupts that share CPUs, or so many that one of them should not have most: with few, flows may just be uneven. */
static bool is_heaped(const struct interrupt_device *d)
{
	bool shared = value_known(d->sent) && cpuset_count(d->sent.set) < value_u64_or(d->active, 0);

	return value_known(d->busiest) && value_f64_or(d->busiest_pct, 0) > LIMIT_busiest_pct &&
	       value_u64_or(d->lines, 0) > 1 && (shared || value_u64_or(d->lines, 0) >= LIMIT_many_queues);
}

/* One busy card; those whose interrupts the kernel places nobody can move. */
static void judge_card(struct check_run *r, const struct net_interface *card, const struct interrupt_device *d)
{
	bool managed = value_u64_or(d->managed, 0);
	enum severity severity = managed ? SEVERITY_INFO : SEVERITY_WARN;
	const char *end = managed ? "; the kernel places them" : "", *name = check_name(r, card->name);

	if (is_heaped(d)) {
		check_fire(r, severity, device_at(r, d, "busiest_pct"),
			"CPU %u takes %.0f %% of the %.0f interrupts a second of %s, which has %u%s.", (unsigned)d->busiest.u,
			d->busiest_pct.f, d->per_s.f, name, (unsigned)d->lines.u, end);
		check_cost(r, LIMIT_card_queue_us, NAN);
	}
	if (value_known(d->node) && value_f64_or(d->elsewhere_pct, 0) > 100 * IRQ_ELSEWHERE_SHARE) {
		check_fire(r, severity, device_at(r, d, "elsewhere_pct"),
			"%.0f %% of the interrupts of %s land on other nodes than its own, node %lld%s.", d->elsewhere_pct.f,
			name, (long long)d->node.i, end);
		check_cost(r, LIMIT_far_device_us, d->per_s.f);
	}
}

void rule_N01(struct check_run *r)
{
	const struct interrupts *in = check_facts(r, &probe_interrupts);
	struct cards c;
	unsigned busy = 0;

	if (!in || !cards_find(r, &c) || !check_list(r, &in->irq, "interrupts.irq") ||
		!check_known(r, in->device_per_s, "interrupts.device_per_s"))
		return;
	for (uint32_t i = 0; i < c.n; i++) {
		const struct interrupt_device *d = interrupt_device(in, value_text_or(c.row[i]->address, NULL));

		if (!d || value_f64_or(d->per_s, 0) < LIMIT_card_irq_per_s)
			continue;
		busy++;
		judge_card(r, c.row[i], d);
	}
	check_evidence(r, "interrupts.device_per_s");
	if (busy)
		check_pass(r, "Of %s %u raise%s many interrupts: spread, and near the card.", cards_words(r, &c), busy,
			busy == 1 ? "s" : "");
	else
		check_pass(r, "%s: none raises many interrupts now.", cards_words(r, &c));
}

/* The interrupts of devices that come often: how many, on how many CPUs, and whether any of them was placed. */
struct lines {
	uint32_t often, cpus;
	bool placed, known;
};

static struct lines look_at_lines(struct check_run *r, const struct interrupts *in, const struct topology *t)
{
	const struct interrupt *row = in->irq.row;
	struct cpuset *used = cpuset_new(r->a, CPUSET_MAX);
	struct lines l = {.known = true};

	for (uint32_t i = 0; i < in->irq.n; i++) {
		if (!ask_is(row[i].kind, "device") || value_u64_or(row[i].managed, 0))
			continue;
		l.placed = l.placed || (value_known(row[i].affinity) && !cpuset_subset(t->online.set, row[i].affinity.set));
		if (value_f64_or(row[i].per_s, 0) < LIMIT_card_irq_per_s)
			continue;
		l.often++;
		if (value_known(row[i].busiest))
			cpuset_add(used, (uint32_t)row[i].busiest.u);
		l.known = l.known && value_known(row[i].affinity);
	}
	l.cpus = cpuset_count(used);
	return l;
}

static void judge_without(struct check_run *r, const struct topology *t)
{
	const struct interrupts *in = check_facts(r, &probe_interrupts);
	struct lines l;

	if (!in || !check_list(r, &in->irq, "interrupts.irq") ||
		!check_known(r, in->device_per_s, "interrupts.device_per_s"))
		return;
	l = look_at_lines(r, in, t);
	if (l.often > l.cpus && !l.placed && l.known) {
		check_fire(r, SEVERITY_WARN, "daemons.daemon[irqbalance].running",
			"irqbalance does not run, nobody placed interrupts, and %u that come often share %u CPU%s.",
			(unsigned)l.often, (unsigned)l.cpus, l.cpus == 1 ? "" : "s");
		check_cost(r, LIMIT_card_queue_us, NAN);
		check_now(r, "`systemctl enable --now irqbalance`");
	} else if (l.often > l.cpus && !l.placed) {
		check_unknown(r, "irqbalance does not run, and it is not known where interrupts may land.");
	}
	check_pass(r, "irqbalance does not run; %s.",
		l.placed ? "interrupts were placed by hand or by drivers" : "the kernel keeps busy interrupts apart");
}

/* Where none is named in its settings, it leaves out the isolated CPUs by itself. Once or always is told by any settings. */
static void judge_banned(struct check_run *r, const struct daemons *d, const struct topology *t)
{
	const struct placement *p = snapshot_facts(r->s, &probe_placement);
	const struct cpuset *dedicated;
	struct cpuset *open;

	if (!p || !value_u64_or(p->running, 0))
		return;
	if ((!check_absent(d->irqbalance_banned_cpus) || (!value_known(d->irqbalance_oneshot) && !ask_absence_tells(r))) &&
		!check_known(r, d->irqbalance_banned_cpus, "daemons.irqbalance_banned_cpus"))
		return;
	dedicated = here_dedicated(r, p); /* it asks of each guest where it was placed: once is enough */
	open = cpuset_copy(r->a, dedicated);
	CPUSET_EACH(id, dedicated)
	{
		bool banned = value_known(d->irqbalance_banned_cpus)
				      ? cpuset_has(d->irqbalance_banned_cpus.set, (uint32_t)id)
				      : (value_known(t->isolated) && cpuset_has(t->isolated.set, (uint32_t)id)) ||
						(value_known(t->nohz_full) && cpuset_has(t->nohz_full.set, (uint32_t)id));

		if (banned)
			cpuset_remove(open, (uint32_t)id);
	}
	if (!cpuset_count(open))
		return;
	check_fire(r, SEVERITY_WARN,
		value_known(d->irqbalance_banned_cpus) ? "daemons.irqbalance_banned_cpus"
						       : "daemons.daemon[irqbalance].running",
		"irqbalance may send interrupts to %s, which %s one vCPU alone.", ask_cpus_text(r, open),
		cpuset_count(open) == 1 ? "has" : "have");
	check_cost(r, LIMIT_irq_us, NAN);
	check_now(r, "`IRQBALANCE_BANNED_CPULIST=%s` in the settings of irqbalance, then `systemctl restart irqbalance`",
		cpuset_text(r->a, dedicated));
}

static const struct daemon *find_daemon(const struct daemons *d, const char *name)
{
	const struct daemon *row = d->daemon.row;

	for (uint32_t i = 0; i < d->daemon.n; i++)
		if (ask_is(row[i].name, name))
			return &row[i];
	return NULL;
}

void rule_N02(struct check_run *r)
{
	const struct daemons *d = check_facts(r, &probe_daemons);
	const struct topology *t = check_facts(r, &probe_topology);
	const struct daemon *balancer = d ? find_daemon(d, "irqbalance") : NULL;

	if (!balancer || !t || !check_known(r, t->online, "topology.online"))
		return;
	if (cpuset_count(t->online.set) < 2) {
		check_not_applicable(r, "There is one CPU.");
		return;
	}
	if (!check_known(r, balancer->running, "daemons.daemon[irqbalance].running"))
		return;
	check_evidence(r, "daemons.daemon[irqbalance].running");
	if (!balancer->running.u) {
		judge_without(r, t);
		return;
	}
	judge_banned(r, d, t);
	if (value_known(d->irqbalance_powerthresh)) {
		check_fire(r, SEVERITY_WARN, "daemons.irqbalance_powerthresh",
			"irqbalance keeps interrupts on few CPUs so that others sleep deep (--powerthresh=%llu).",
			(unsigned long long)d->irqbalance_powerthresh.u);
		check_cost(r, LIMIT_card_queue_us, NAN);
	}
	check_pass(r, "irqbalance runs, and leaves out the CPUs that have one vCPU alone.");
}

/* The CPU that receives most, where it has little time for anything else; else NULL. */
static const struct load_cpu *saturated(const struct check_run *r)
{
	const struct interrupts *in = snapshot_facts(r->s, &probe_interrupts);
	const struct interrupt_cpu *row = in ? in->cpu.row : NULL, *most = NULL;
	const struct load_cpu *cpu;

	for (uint32_t i = 0; in && i < in->cpu.n; i++)
		if (value_f64_or(row[i].net_rx_per_s, 0) > (most ? most->net_rx_per_s.f : 0))
			most = &row[i];
	cpu = most ? load_cpu(snapshot_facts(r->s, &probe_load), most->id.u, NULL) : NULL;
	return cpu && value_f64_or(cpu->system, 0) > LIMIT_receiving_pct ? cpu : NULL;
}

static void judge_steering(struct check_run *r, const struct net_interface *card, const struct cpuset *dedicated,
	const struct load_cpu *full)
{
	bool set;

	if (check_absent(card->rps_cpus) || !cards_has(r, card, card->rps_cpus, "rps_cpus"))
		return;
	set = cpuset_count(card->rps_cpus.set) > 0;
	if (dedicated && cpuset_intersects(card->rps_cpus.set, dedicated)) {
		check_fire(r, SEVERITY_WARN, cards_at(r, card, "rps_cpus"),
			"RPS hands packets of %s to %s, some of which one vCPU has alone.", check_name(r, card->name),
			ask_cpus_text(r, card->rps_cpus.set));
		check_cost(r, LIMIT_irq_us, value_f64_or(card->rx_packets_per_s, NAN));
	}
	if (!set && value_u64_or(card->rx_queues, 2) == 1 && full) {
		check_fire(r, SEVERITY_WARN, check_address(r, "load.cpu[%u].system", (unsigned)full->id.u),
			"%s has one queue and no RPS, and CPU %u, which receives most, spends %.0f %% of its time in the kernel.",
			check_name(r, card->name), (unsigned)full->id.u, full->system.f);
		check_cost(r, LIMIT_card_queue_us, NAN);
	}
}

void rule_N05(struct check_run *r)
{
	const struct netstack *n = check_facts(r, &probe_netstack);
	const struct net *net = check_facts(r, &probe_net);
	const struct net_interface *row = net ? net->interface.row : NULL;
	const struct placement *p = snapshot_facts(r->s, &probe_placement);
	const struct cpuset *dedicated;
	const struct load_cpu *full;

	if (!n || !net || !check_known(r, n->squeezed_per_s, "netstack.squeezed_per_s") ||
		!check_list(r, &net->interface, "net.interface"))
		return;
	dedicated = p && value_u64_or(p->running, 0) ? here_dedicated(r, p) : NULL;
	full = saturated(r);
	for (uint32_t i = 0; i < net->interface.n; i++)
		if (net_is_physical(&row[i]))
			judge_steering(r, &row[i], dedicated, full);
	if (n->squeezed_per_s.f > LIMIT_squeezed_per_s) {
		check_fire(r, SEVERITY_WARN, "netstack.squeezed_per_s",
			"%.0f times a second a CPU ends its turn of receiving with packets left%s.", n->squeezed_per_s.f,
			value_known(n->squeezed_cpu) ? arena_printf(r->a, ", mostly CPU %u", (unsigned)n->squeezed_cpu.u) : "");
		check_cost(r, LIMIT_card_queue_us, n->squeezed_per_s.f);
	}
	check_evidence(r, "netstack.squeezed_per_s");
	check_pass(r, "CPUs keep up with receiving (%.1f rounds a second are cut short).", n->squeezed_per_s.f);
}
