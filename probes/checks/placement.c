/* Checks of pins that get in the way of each other or of themselves: P01, P02, P03, P05, P06b, P11, P13. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/checks/here.h"
#include "probes/cpuset.h"
#include "probes/topology.h"

/* What was looked at for conflicts of one kind. */
struct looked {
	unsigned guests, vcpus, pinned, helpers, found;
	const char *first; /* "web3 vcpu 0 shares CPU 6 with vcpu 2" */
	enum severity worst;
};

static void fire_clash(struct check_run *r, const struct placement_guest *g, const struct placement_clash *c,
	const struct placement_thread *th, struct looked *l)
{
	enum severity severity = (enum severity)c->severity.u;
	const char *text = check_address(
		r, "%s %s %s", check_guest_name(r, g->name, g->key), check_name(r, c->thread), check_name(r, c->says));

	check_fire(r, severity, th ? here_thread_at(r, g, th, "allowed") : here_at(r, g, "clash"), "%s.", text);
	check_target(r, here_target(r, g, th));
	if (!l->found++ || severity > l->worst) {
		l->first = text;
		l->worst = severity;
	}
}

typedef bool clash_filter(struct check_run *r, const struct placement_clash *c, const struct placement_thread *th);

/* Fires each conflict of a kind; filter may be NULL, and takes what is one. */
static struct looked fire_clashes(
	struct check_run *r, const struct placement *p, const char *kind, clash_filter *filter)
{
	const struct placement_guest *row = p->guest.row;
	struct looked l = {.guests = 0};

	for (uint32_t i = 0; i < p->guest.n; i++) {
		const struct placement_clash *clash = row[i].clash.row;

		if (!here_placed(r, &row[i]))
			continue;
		l.guests++;
		l.vcpus += (unsigned)value_u64_or(row[i].vcpus, 0);
		l.pinned += (unsigned)value_u64_or(row[i].pinned, 0);
		for (uint32_t k = 0; k < row[i].clash.n; k++) {
			const struct placement_thread *th;

			if (strcmp(clash[k].kind.text, kind) != 0)
				continue;
			th = here_thread(&row[i], clash[k].tid);
			if (!filter || filter(r, &clash[k], th))
				fire_clash(r, &row[i], &clash[k], th, &l);
		}
	}
	return l;
}

static void nothing_pinned(struct check_run *r)
{
	check_not_applicable(r, "No vCPU is pinned.");
}

/* Those who share a CPU pay by waiting for it: what was measured of that bounds what it can explain. */
static bool costs_its_wait(struct check_run *r, const struct placement_clash *c, const struct placement_thread *th)
{
	(void)c;
	if (th && value_known(th->wait_us) && value_known(th->wait_ms_per_s)) {
		check_cost(r, th->wait_us.f, th->wait_us.f > 0 ? th->wait_ms_per_s.f * 1000 / th->wait_us.f : 0);
		check_share(r, th->wait_ms_per_s.f / 1000);
	}
	return true;
}

void rule_P01(struct check_run *r)
{
	const struct placement *p = here_guests(r);
	struct looked l;

	if (!p)
		return;
	l = fire_clashes(r, p, "same-cpu", costs_its_wait);
	check_evidence(r, "placement.conflicts");
	if (l.found)
		check_line(r, "%u vCPUs share a CPU and may run nowhere else: %s.", l.found, l.first);
	else if (!l.pinned)
		nothing_pinned(r);
	else
		check_pass(r, "No CPU is the only one of two vCPUs (%u of %u vCPUs are pinned).", l.pinned, l.vcpus);
}

static unsigned count_dedicated(struct check_run *r, const struct placement *p)
{
	return cpuset_count(here_cpus(r, p, "vcpu-dedicated"));
}

/* Half a core is about 0.6 of one: as much as both are busy at once is lost of it (estimate). */
static bool costs_half_a_core(struct check_run *r, const struct placement_clash *c, const struct placement_thread *th)
{
	(void)c;
	if (th && value_known(th->busy))
		check_share(r, LIMIT_sibling_share * fmin(th->busy.f / 100, 1));
	return true;
}

void rule_P02(struct check_run *r)
{
	const struct placement *p = here_guests(r);
	const struct topology *t = p ? check_facts(r, &probe_topology) : NULL;
	unsigned dedicated;
	struct looked l;

	if (!p || !t || !check_known(r, t->threads_per_core, "topology.threads_per_core"))
		return;
	if (t->threads_per_core.u < 2) {
		check_not_applicable(r, "Each core has one thread.");
		return;
	}
	l = fire_clashes(r, p, "sibling", costs_half_a_core);
	dedicated = count_dedicated(r, p);
	if (l.found)
		check_line(r, "%u vCPUs share a core with one of another guest: %s.", l.found, l.first);
	else if (!dedicated)
		check_not_applicable(r, "No vCPU has a CPU alone.");
	else
		check_pass(r, "No core is shared by two guests: %u CPUs have one vCPU alone.", dedicated);
}

/* Each packet or request takes the CPU away from the vCPU for as long. */
static bool costs_what_it_takes(struct check_run *r, const struct placement_clash *c, const struct placement_thread *th)
{
	(void)c;
	check_cost(r, LIMIT_helper_us, NAN);
	if (th && value_known(th->busy))
		check_share(r, th->busy.f / 100);
	return true;
}

/* Who ran there for a moment and took nothing is in nobody's way, nor is who was not there the last time. */
static bool is_frequent(struct check_run *r, const struct placement_clash *c, const struct placement_thread *th)
{
	if (!th || !(value_f64_or(th->busy, 0) > LIMIT_visitor_pct))
		return false;
	check_remember(r, 1);
	return check_was(r, 1, 1) && costs_what_it_takes(r, c, th);
}

/* One that serves devices, and of which it is not known where it may run, may be in the way. */
static void ask_helpers(struct check_run *r, const struct placement *p, const char *role)
{
	const struct placement_guest *row = p->guest.row;

	for (uint32_t i = 0; i < p->guest.n; i++) {
		const struct placement_thread *th = row[i].thread.row;

		for (uint32_t k = 0; k < row[i].thread.n; k++) {
			const char *is = value_text_or(th[k].role, "");

			if (value_known(th[k].allowed) || strcmp(is, "vcpu") == 0 || (role && strcmp(is, role) != 0))
				continue;
			check_known(r, th[k].allowed, here_thread_at(r, &row[i], &th[k], "allowed"));
		}
	}
}

void rule_P03(struct check_run *r)
{
	const struct placement *p = here_guests(r);
	unsigned dedicated;
	struct looked l, visitors;

	if (!p)
		return;
	check_remember(r, 0);
	l = fire_clashes(r, p, "helper", costs_what_it_takes);
	visitors = fire_clashes(r, p, "visitor", is_frequent);
	dedicated = count_dedicated(r, p);
	if (dedicated)
		ask_helpers(r, p, NULL);
	if (l.found || visitors.found)
		check_line(r, "%u thread%s on the CPU of a vCPU: %s.", l.found + visitors.found,
			l.found + visitors.found == 1 ? " that serves devices is" : "s that serve devices are",
			l.found && l.worst >= visitors.worst ? l.first : visitors.first);
	else if (!dedicated)
		check_not_applicable(r, "No vCPU has a CPU alone.");
	else
		check_pass(r, "Nothing that serves devices is on the %u CPUs that have one vCPU alone.", dedicated);
}

void rule_P05(struct check_run *r)
{
	const struct placement *p = here_guests(r);
	const struct topology *t = p ? check_facts(r, &probe_topology) : NULL;
	struct looked l;

	if (!p || !t || !check_known(r, t->online, "topology.online"))
		return;
	l = fire_clashes(r, p, "offline", NULL);
	check_evidence(r, "topology.online");
	if (l.found)
		check_line(r, "%u thread%s pinned to CPUs that are offline: %s.", l.found,
			l.found == 1 ? " is" : "s are", l.first);
	else if (!l.pinned)
		nothing_pinned(r);
	else
		check_pass(r, "All CPUs that %u vCPUs are pinned to are online.", l.pinned);
}

void rule_P06b(struct check_run *r)
{
	const struct placement *p = here_guests(r);
	const struct cpuset *isolated = p ? here_isolated(r) : NULL;
	struct looked l;

	if (!isolated)
		return;
	l = fire_clashes(r, p, "floating", costs_its_wait);
	if (l.found)
		check_line(
			r, "%u vCPU%s over isolated CPUs: %s.", l.found, l.found == 1 ? " floats" : "s float", l.first);
	else
		check_pass(r, "No vCPU floats over the isolated CPUs %s.", cpuset_text(r->a, isolated));
}

/* Of a guest whose control group is not known nothing can be said. */
static void ask_groups(struct check_run *r)
{
	const struct threads *t = check_facts(r, &probe_threads);
	const struct threads_guest *row = t ? t->guest.row : NULL;

	for (uint32_t i = 0; t && i < t->guest.n; i++)
		if (!value_known(row[i].slice_cpus) && !check_absent(row[i].slice_cpus))
			check_known(r, row[i].slice_cpus,
				check_address(r, "threads.guest[%s].slice_cpus", check_key(r, row[i].key.text)));
}

void rule_P11(struct check_run *r)
{
	const struct placement *p = here_guests(r);
	struct looked l;

	if (!p)
		return;
	l = fire_clashes(r, p, "limited", NULL);
	ask_groups(r);
	if (l.found)
		check_line(r, "%u pin%s outside of what the control group allows: %s.", l.found,
			l.found == 1 ? " is" : "s are", l.first);
	else if (!l.pinned)
		nothing_pinned(r);
	else
		check_pass(r, "The control groups allow all CPUs that %u vCPUs are pinned to.", l.pinned);
}

static unsigned count_iothreads(const struct placement *p)
{
	const struct placement_guest *row = p->guest.row;
	unsigned n = 0;

	for (uint32_t i = 0; i < p->guest.n; i++) {
		const struct placement_thread *th = row[i].thread.row;

		for (uint32_t k = 0; k < row[i].thread.n; k++)
			n += strcmp(value_text_or(th[k].role, ""), "iothread") == 0;
	}
	return n;
}

void rule_P13(struct check_run *r)
{
	const struct placement *p = here_guests(r);
	struct looked l;

	if (!p)
		return;
	l = fire_clashes(r, p, "iothread", NULL);
	ask_helpers(r, p, "iothread");
	if (l.found)
		check_line(r, "%u iothread%s not pinned: %s.", l.found, l.found == 1 ? " is" : "s are", l.first);
	else if (!count_iothreads(p))
		check_not_applicable(r, "No guest has an iothread.");
	else if (!count_dedicated(r, p))
		check_not_applicable(r, "No vCPU has a CPU alone.");
	else
		check_pass(r, "No iothread may run on CPUs that vCPUs have alone.");
}
