/* Checks X01 to X04: what mitigations, threads of a core, watchdogs and timers cost guests. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/checks/ask.h"
#include "probes/checks/guest_walk.h"
#include "probes/checks/here.h"
#include "probes/checks/security_impl.h"
#include "probes/mitigations.h"
#include "probes/sysctl.h"
#include "probes/topology.h"

/* What the kernel's own words mean for guests: the first that fits. */
static const struct {
	const char *has;
	const char *only; /* the weakness that it is said of; NULL: any */
	enum severity severity;
	const char *says;
} prices[] = {
	{"VMX: cache flushes", "l1tf", SEVERITY_WARN, "the L1 data cache is emptied at each entry into a guest"},
	{"IBPB before exit to userspace", NULL, SEVERITY_INFO,
		"branch predictions are cleared before each exit to QEMU: emulated devices cost more"},
	{"IBPB on VMEXIT", NULL, SEVERITY_WARN, "all branch predictions are cleared at each exit of a guest"},
	{"Mitigation: IBPB", NULL, SEVERITY_WARN, "all branch predictions are cleared at each entry into the kernel and each exit"},
	{"Vulnerable", "old_microcode", SEVERITY_WARN, "the microcode is old, newer ones mend errors and weaknesses"},
	{"VMX: conditional cache flushes", "l1tf", SEVERITY_INFO, "the L1 data cache is emptied at some entries into a guest"},
	{"Clear CPU buffers", NULL, SEVERITY_INFO, "buffers are cleared at each entry into a guest"},
	{"Clear Register File", NULL, SEVERITY_INFO, "buffers are cleared at each entry into a guest"},
};

struct prices_seen {
	uint32_t affected, dear;
	const char *names;
};

static void judge_weakness(struct check_run *r, const struct weakness *w, struct prices_seen *seen)
{
	const char *key = check_key(r, w->name.text), *name = check_name(r, w->name);

	if (!check_known(r, w->text, check_address(r, "mitigations.weakness[%s].text", key)))
		return;
	seen->affected += strncmp(w->text.text, "Not affected", 12) != 0;
	for (size_t i = 0; i < COUNT(prices); i++) {
		if (!strstr(w->text.text, prices[i].has) ||
			(prices[i].only && strcmp(w->name.text, prices[i].only) != 0))
			continue;
		check_fire(r, prices[i].severity, check_address(r, "mitigations.weakness[%s].text", key), "%s: %s.", name,
			prices[i].says);
		seen->names = seen->dear++ ? check_address(r, "%s, %s", seen->names, name) : name;
		check_cost(r, LIMIT_mitigation_us, NAN);
		return;
	}
}

/* The parameter of KVM is known where the kernel's sentence may be of an older time. */
static void judge_l1d(struct check_run *r, const struct mitigations *m)
{
	for (size_t i = 0; i < r->ret->nparts; i++)
		if (r->part[i].severity == SEVERITY_WARN && strstr(r->part[i].text, "L1 data cache"))
			return;
	if (!ask_is(m->l1d_flush, "always"))
		return;
	check_fire(r, SEVERITY_WARN, "mitigations.l1d_flush",
		"KVM was told to empty the L1 data cache at each entry into a guest (vmentry_l1d_flush=always).");
	check_cost(r, LIMIT_mitigation_us, NAN);
}

void rule_X01(struct check_run *r)
{
	const struct mitigations *m = check_facts(r, &probe_mitigations);
	const struct weakness *row = m ? m->weakness.row : NULL;
	struct prices_seen seen = {.affected = 0};
	bool warns = false;

	if (!m)
		return;
	if (m->weakness.known == KNOWN_ABSENT && ask_absence_tells(r)) {
		check_not_applicable(r, "This kernel names no weaknesses of processors.");
		return;
	}
	if (!check_list(r, &m->weakness, "mitigations.weakness"))
		return;
	for (uint32_t i = 0; i < m->weakness.n; i++)
		judge_weakness(r, &row[i], &seen);
	judge_l1d(r, m);
	for (size_t i = 0; i < r->ret->nparts; i++)
		warns = warns || r->part[i].severity > SEVERITY_INFO;
	check_evidence(r, "mitigations.affected");
	if (r->ret->nparts > 1 && !warns)
		check_line(r, "%u mitigations make it dearer to enter or to leave guests: %s.", (unsigned)seen.dear, seen.names);
	check_pass(r, "These processors have %u of %u weaknesses, none of which makes it dearer to enter or to leave guests.",
		(unsigned)seen.affected, (unsigned)m->weakness.n);
}

/* A policy that is not known is noted where it decides. */
static bool is_realtime(struct check_run *r, const struct threads_guest *g, const struct thread *th, bool decides)
{
	if (!VALUE_IS(th->role, "vcpu"))
		return false;
	if (decides && !value_known(th->policy))
		check_known(r, th->policy,
			check_address(r, "threads.guest[%s].thread[%u].policy", check_key(r, g->key.text),
				(unsigned)th->tid.u));
	return VALUE_IS(th->policy, "fifo", "rr");
}

uint32_t security_realtime(struct check_run *r, bool decides, const char **ret_first)
{
	const struct threads *t = snapshot_facts(r->s, &probe_threads);
	const struct threads_guest *row = t ? t->guest.row : NULL;
	uint32_t n = 0;

	for (uint32_t i = 0; t && i < t->guest.n; i++) {
		const struct thread *th = row[i].thread.row;

		for (uint32_t k = 0; k < row[i].thread.n; k++) {
			if (!is_realtime(r, &row[i], &th[k], decides))
				continue;
			if (!n++)
				*ret_first = check_address(r, "%s %s", check_guest_name(r, row[i].name, row[i].key),
					check_name(r, th[k].name));
		}
	}
	return n;
}

/* Are there more vCPUs than CPUs? Then those that are gone are missed. */
static void judge_gone(struct check_run *r, const struct topology *t)
{
	const struct placement *p = here_guests(r);
	const struct placement_guest *row = p ? p->guest.row : NULL;
	uint64_t vcpus = 0;

	if (!p || !check_known(r, t->cpus_online, "topology.cpus_online"))
		return;
	for (uint32_t i = 0; i < p->guest.n; i++)
		if (value_u64_or(row[i].joined, 0))
			vcpus += value_u64_or(row[i].vcpus, 1);
	check_evidence(r, "topology.cpus_online");
	if (vcpus > t->cpus_online.u) {
		check_fire(r, SEVERITY_WARN, "topology.smt",
			"The second threads of the cores are off (%s), and %u vCPUs share %u CPUs.", check_name(r, t->smt),
			(unsigned)vcpus, (unsigned)t->cpus_online.u);
		if (ask_is(t->smt, "forceoff"))
			check_now(r, "They are off for as long as this kernel runs: take nosmt=force from its command line.");
		else
			check_now(r, "`echo on > /sys/devices/system/cpu/smt/control`");
		check_share(r, LIMIT_no_sibling_share);
	}
	check_pass(r, "The second threads of the cores are off (%s); %u CPUs are enough for %u vCPUs.",
		check_name(r, t->smt), (unsigned)t->cpus_online.u, (unsigned)vcpus);
}

static void judge_shared(struct check_run *r)
{
	const struct mitigations *m = snapshot_facts(r->s, &probe_mitigations);
	const struct placement *p = snapshot_facts(r->s, &probe_placement);
	uint64_t guests = p ? value_u64_or(p->running, 0) : 0;
	const char *first = NULL;
	uint32_t realtime = security_realtime(r, false, &first);

	if (m && guests > 1 && value_u64_or(m->smt_vulnerable, 0)) {
		check_fire(r, SEVERITY_WARN, "mitigations.smt_vulnerable",
			"The kernel calls threads of one core vulnerable to each other, and %u guests run here%s: those that "
			"share a core could spy.",
			(unsigned)guests, here_paused(r, p));
		check_now(r, "Where guests do not trust each other: give each whole cores, or `echo off > "
			     "/sys/devices/system/cpu/smt/control`");
		check_share(r, 0); /* who spies slows nobody down */
		check_cost(r, 0, NAN);
	}
	if (realtime) {
		check_fire(r, SEVERITY_INFO, "topology.smt",
			"%u vCPU%s real-time (%s first), and the second thread of a core may slow the other one at any time.",
			(unsigned)realtime, realtime == 1 ? " is" : "s are", first);
		check_share(r, LIMIT_sibling_share);
	}
}

void rule_X02(struct check_run *r)
{
	const struct topology *t = check_facts(r, &probe_topology);
	const char *word;

	if (!t || !ask_there(r, t->smt, "topology.smt", "This kernel does not tell of threads of a core."))
		return;
	word = t->smt.text;
	check_evidence(r, "topology.threads_per_core");
	if (strcmp(word, "off") == 0 || strcmp(word, "forceoff") == 0) {
		judge_gone(r, t);
		return;
	}
	if (strcmp(word, "on") != 0 || value_u64_or(t->threads_per_core, 2) < 2) {
		check_not_applicable(r, "The processors have one thread on each core.");
		return;
	}
	judge_shared(r);
	check_pass(r, "There are %u threads on each core, as the processors are made.",
		(unsigned)value_u64_or(t->threads_per_core, 2));
}

void rule_X03(struct check_run *r)
{
	const struct sysctl *s = check_facts(r, &probe_sysctl);

	if (!s || !ask_latency_guests(r))
		return;
	if (!ask_there(r, s->nmi_watchdog, "sysctl.nmi_watchdog", "This kernel has no NMI watchdog."))
		return;
	if (s->nmi_watchdog.u) {
		check_fire(r, SEVERITY_INFO, "sysctl.nmi_watchdog",
			"The NMI watchdog is on: it interrupts each CPU every few seconds and keeps a performance counter.");
		check_cost(r, LIMIT_watchdog_us, LIMIT_watchdog_per_s);
	}
	check_pass(r, "The NMI watchdog is off.");
}

void rule_X04(struct check_run *r)
{
	const struct sysctl *s = check_facts(r, &probe_sysctl);
	const struct topology *t = check_facts(r, &probe_topology);
	const struct placement *p = s && t ? here_guests(r) : NULL;
	const struct cpuset *dedicated;
	bool stopped;

	if (!p)
		return;
	dedicated = here_dedicated(r, p);
	stopped = value_known(t->nohz_full) && cpuset_count(t->nohz_full.set);
	if (!cpuset_count(dedicated) && !stopped) {
		check_not_applicable(r, "No vCPU has a CPU alone, and the tick is stopped on no CPU.");
		return;
	}
	if (!ask_there(r, s->timer_migration, "sysctl.timer_migration", "This kernel has no such setting."))
		return;
	if (s->timer_migration.u) {
		check_fire(r, SEVERITY_INFO, "sysctl.timer_migration",
			"Timers move between CPUs, to %u that have one vCPU alone.", cpuset_count(dedicated));
		check_cost(r, LIMIT_tick_us, NAN);
	}
	check_pass(r, "Timers stay on the CPUs that set them.");
}
