/* Checks S01 to S04: threads of guests that wait for a CPU, and why: too many vCPUs, or a host under pressure. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/checks/ask.h"
#include "probes/checks/here.h"
#include "probes/pressure.h"
#include "probes/tasks.h"
#include "probes/topology.h"

/* The thread whose waiting is worst; *ret_waiting counts those that are felt. NULL: of none is it known. */
static const struct placement_thread *worst_of(
	struct check_run *r, const struct placement_guest *g, unsigned *ret_waiting)
{
	const struct placement_thread *row = g->thread.row, *worst = NULL;

	*ret_waiting = 0;
	for (uint32_t i = 0; i < g->thread.n; i++) {
		if (!value_known(row[i].wait_ms_per_s)) {
			check_known(r, row[i].wait_ms_per_s, here_thread_at(r, g, &row[i], "wait_ms_per_s"));
			continue;
		}
		*ret_waiting += placement_waits(&row[i]) > 0;
		if (!worst || placement_waits(&row[i]) > placement_waits(worst) ||
			(placement_waits(&row[i]) == placement_waits(worst) &&
				row[i].wait_ms_per_s.f > worst->wait_ms_per_s.f))
			worst = &row[i];
	}
	return worst;
}

static void fire_wait(struct check_run *r, const struct placement_guest *g, const struct placement_thread *th)
{
	double us = value_f64_or(th->wait_us, NAN);
	const char *each = isnan(us) ? "" : check_address(r, ", %.1f ms each time", us / 1000);
	const char *with = value_known(th->wait_with) ? check_name(r, th->wait_with) : NULL;

	check_fire(r, placement_waits(th) > 1 ? SEVERITY_CRIT : SEVERITY_WARN,
		here_thread_at(r, g, th, "wait_ms_per_s"), "%s: %s waits %.0f ms of each second for a CPU%s%s%s.",
		check_guest_name(r, g->name, g->key), check_name(r, th->name), th->wait_ms_per_s.f, each,
		with ? "; there too: " : "", with ? with : "");
	check_target(r, here_target(r, g, th));
	check_share(r, th->wait_ms_per_s.f / 1000);
	check_cost(r, us, us > 0 ? th->wait_ms_per_s.f * 1000 / us : NAN);
}

void rule_S01(struct check_run *r)
{
	const struct placement *p = here_guests(r);
	const struct placement_guest *row = p ? p->guest.row : NULL;
	unsigned guests = 0, threads = 0, waiting;

	for (uint32_t i = 0; p && i < p->guest.n; i++) {
		const struct placement_thread *worst;

		if (!here_joined(r, &row[i]))
			continue;
		worst = worst_of(r, &row[i], &waiting);
		threads += waiting;
		guests++;
		if (waiting)
			fire_wait(r, &row[i], worst);
	}
	if (!p || !guests)
		return;
	check_evidence(r, "placement.waiting");
	if (threads)
		check_remember(r, threads);
	check_pass(r, "No thread of %u guest%s waits for a CPU: at most %.1f ms of each second.", guests,
		guests == 1 ? "" : "s", value_f64_or(p->wait_ms_per_s, 0));
}

/* How many vCPUs there are for each CPU and each core. */
struct crowd {
	uint64_t vcpus, pinned, cpus, cores;
	unsigned guests;
};

static bool count_crowd(struct check_run *r, const struct placement *p, struct crowd *ret)
{
	const struct topology *t = check_facts(r, &probe_topology);
	const struct placement_guest *row = p->guest.row;

	*ret = (struct crowd){.vcpus = 0};
	if (!t || !check_known(r, t->cpus_online, "topology.cpus_online"))
		return false;
	ret->cpus = t->cpus_online.u;
	if (check_known(r, t->cores, "topology.cores"))
		ret->cores = t->cores.u;
	for (uint32_t i = 0; i < p->guest.n; i++) {
		if (!here_joined(r, &row[i]))
			continue;
		ret->guests++;
		if (check_absent(row[i].vcpus)) /* TCG in one thread */
			ret->vcpus++;
		else if (check_known(r, row[i].vcpus, here_at(r, &row[i], "vcpus")))
			ret->vcpus += row[i].vcpus.u;
		if (here_placed(r, &row[i]))
			ret->pinned += value_u64_or(row[i].pinned, 0);
	}
	return ret->cpus > 0;
}

static enum severity crowd_severity(struct check_run *r, const struct crowd *c, const char **ret_why)
{
	double each = (double)c->vcpus / (double)c->cpus, core = c->cores ? (double)c->vcpus / (double)c->cores : 0;
	double pinned = c->cores ? (double)c->pinned / (double)c->cores : 0;

	*ret_why = "";
	if (!(r->latency_us > 0))
		return core > LIMIT_crowd_crit   ? SEVERITY_CRIT
		       : each > LIMIT_crowd_warn ? SEVERITY_WARN
		       : each > LIMIT_crowd_note ? SEVERITY_INFO
						 : SEVERITY_NONE;
	if (each > LIMIT_crowd_latency_crit)
		return SEVERITY_CRIT;
	if (each > LIMIT_crowd_latency)
		return SEVERITY_WARN;
	if (pinned <= LIMIT_crowd_core)
		return SEVERITY_NONE;
	*ret_why = check_address(r, ", and %.1f pinned ones for each core", pinned);
	return SEVERITY_WARN;
}

/* Nobody waits: then it is a promise that was not called in yet. *ret: does nobody? False: it is not known. */
static bool know_quiet(struct check_run *r, const struct placement *p, bool *ret)
{
	const struct pressure *all = check_facts(r, &probe_pressure);
	const struct pressure_resource *cpu = pressure_of(all, "cpu");

	*ret = false;
	if (!all || !check_known(r, p->waiting, "placement.waiting"))
		return false;
	if (p->waiting.u)
		return true;
	*ret = true;
	if (!cpu && all->resource.known == KNOWN_ABSENT) /* without PSI the threads of guests tell it */
		return true;
	if (!check_list(r, &all->resource, "pressure.resource") ||
		(cpu && !check_known(r, cpu->some_avg60, "pressure.resource[cpu].some_avg60")))
		return false;
	*ret = !cpu || cpu->some_avg60.f < LIMIT_quiet_pressure_pct;
	return true;
}

static void judge_crowd(
	struct check_run *r, const struct placement *p, const struct crowd *c, enum severity severity, const char *why)
{
	double each = (double)c->vcpus / (double)c->cpus;
	bool quiet = false, known = severity < SEVERITY_WARN || know_quiet(r, p, &quiet);

	if (known && quiet)
		check_pass(r, "%u vCPUs on %u CPUs, %.1f for each%s, but nobody waits.", (unsigned)c->vcpus,
			(unsigned)c->cpus, each, why);
	if (quiet || !known)
		severity = severity < SEVERITY_CRIT ? SEVERITY_NONE : SEVERITY_INFO; /* a note in any case */
	if (!severity)
		return;
	check_cost(r, quiet ? 0 : value_f64_or(p->wait_us, NAN), NAN);
	check_fire(r, severity, "placement.running", "%u vCPUs of %u guest%s%s on %u CPU%s, %.1f for each%s.",
		(unsigned)c->vcpus, c->guests, c->guests == 1 ? "" : "s", here_paused(r, p), (unsigned)c->cpus,
		c->cpus == 1 ? "" : "s", each, why);
}

void rule_S02(struct check_run *r)
{
	const struct placement *p = here_guests(r);
	enum severity severity;
	struct crowd c;
	const char *why;

	if (!p || !count_crowd(r, p, &c))
		return;
	severity = crowd_severity(r, &c, &why);
	check_evidence(r, "topology.cpus_online");
	check_evidence(r, "placement.waiting");
	if (severity)
		judge_crowd(r, p, &c, severity, why);
	else
		check_pass(r, "%u vCPU%s of %u guest%s%s on %u CPUs, %.1f for each.", (unsigned)c.vcpus,
			c.vcpus == 1 ? "" : "s", c.guests, c.guests == 1 ? "" : "s", here_paused(r, p),
			(unsigned)c.cpus, (double)c.vcpus / (double)c.cpus);
}

static void judge_groups(struct check_run *r)
{
	const struct threads *t = snapshot_facts(r->s, &probe_threads);
	const struct threads_guest *row = t ? t->guest.row : NULL;

	for (uint32_t i = 0; t && i < t->guest.n; i++) {
		struct value some = row[i].cpu_some_avg10;

		if (check_absent(some)) /* its control group counts none */
			continue;
		if (!check_known(r, some,
			    value_known(some) ? NULL
					      : check_address(r, "threads.guest[%s].cpu_some_avg10",
							check_key(r, row[i].key.text))) ||
			some.f <= LIMIT_guest_cpu_pressure)
			continue;
		check_fire(r, SEVERITY_WARN,
			check_address(r, "threads.guest[%s].cpu_some_avg10", check_key(r, row[i].key.text)),
			"%s: in %.0f %% of the last 10 seconds one of its threads waited for a CPU.",
			check_guest_name(r, row[i].name, row[i].key), some.f);
	}
}

void rule_S03(struct check_run *r)
{
	const struct pressure_resource *cpu = ask_pressure(r, "cpu");
	const struct placement *p = snapshot_facts(r->s, &probe_placement);
	double some;

	if (!cpu || !check_known(r, cpu->some_avg10, "pressure.resource[cpu].some_avg10"))
		return;
	/* a moment is no state: both windows have to say so. That somebody waited is not how long: no share follows
	 * from it */
	some = fmin(cpu->some_avg10.f, value_f64_or(cpu->some_avg60, cpu->some_avg10.f));
	check_evidence(r, "pressure.resource[cpu].some_avg60");
	if (some > LIMIT_cpu_pressure_warn) {
		bool crit = some > LIMIT_cpu_pressure_crit && p && value_u64_or(p->running, 0) > 0;

		check_fire(r, crit ? SEVERITY_CRIT : SEVERITY_WARN, "pressure.resource[cpu].some_avg10",
			"In %.0f %% of the last 10 seconds, and %.0f %% of the last minute, some task of this host "
			"waited for a CPU.",
			cpu->some_avg10.f, value_f64_or(cpu->some_avg60, NAN));
	}
	judge_groups(r);
	check_pass(r, "In %.1f %% of the last 10 seconds some task waited for a CPU.", cpu->some_avg10.f);
}

struct noise {
	const struct placement *p;
	const struct cpuset *dedicated;
	const struct cpuset *here; /* of them, those that the task may run on */
	bool there; /* it last ran on one, or has no others */
};

static bool disturbs(struct check_run *r, struct noise *n, const struct tasks_task *t)
{
	struct cpuset *both;

	if (!check_known(r, t->allowed, check_address(r, "tasks.task[%u].allowed", (unsigned)t->tid.u)) ||
		!cpuset_intersects(t->allowed.set, n->dedicated))
		return false;
	both = cpuset_copy(r->a, n->dedicated);
	CPUSET_EACH(id, n->dedicated)
	if (!cpuset_has(t->allowed.set, (uint32_t)id))
		cpuset_remove(both, (uint32_t)id);
	n->here = both;
	n->there = cpuset_subset(t->allowed.set, n->dedicated) ||
		   (value_known(t->last_cpu) && cpuset_has(n->dedicated, (uint32_t)t->last_cpu.u));
	return true;
}

/* Who may run there, and does not, takes nothing from a vCPU. */
static void fire_task(struct check_run *r, const struct noise *n, const struct tasks_task *t)
{
	enum severity severity = !n->there                         ? SEVERITY_INFO
				 : t->busy.f > LIMIT_task_crit_pct ? SEVERITY_CRIT
								   : SEVERITY_WARN;

	check_fire(r, severity, check_address(r, "tasks.task[%u].busy", (unsigned)t->tid.u),
		"%s (%u%s) takes %.0f %% of a CPU and may run on %s, which vCPUs have alone; %s.",
		check_name(r, t->comm), (unsigned)t->tid.u, value_u64_or(t->kernel, 0) ? ", of the kernel" : "",
		t->busy.f, ask_cpus_text(r, n->here),
		n->there                   ? "it runs there"
		: value_known(t->last_cpu) ? check_address(r, "it last ran on CPU %u", (unsigned)t->last_cpu.u)
					   : "where it runs is not known");
	if (!n->there) {
		check_cost(r, 0, NAN);
		return;
	}
	if (value_known(t->last_cpu))
		here_owned(r, n->p, (uint32_t)t->last_cpu.u);
	check_share(r, t->busy.f / 100);
	check_cost(r, LIMIT_slice_ms * 1000, NAN);
}

void rule_S04(struct check_run *r)
{
	const struct placement *p = here_guests(r);
	const struct tasks *tasks = p ? check_facts(r, &probe_tasks) : NULL;
	const struct tasks_task *row = tasks ? tasks->task.row : NULL;
	struct noise n = {.p = p};

	if (!tasks)
		return;
	n.dedicated = here_dedicated(r, p);
	if (!cpuset_count(n.dedicated)) {
		check_not_applicable(r, "No vCPU has a CPU alone.");
		return;
	}
	if (!check_list(r, &tasks->task, "tasks.task"))
		return;
	if (check_known(r, tasks->unread, "tasks.unread") && tasks->unread.u)
		check_unknown(r, "%s could not be read.",
			tasks->unread.u == 1 ? "1 process"
					     : check_address(r, "%u processes", (unsigned)tasks->unread.u));
	for (uint32_t i = 0; i < tasks->task.n; i++)
		if (value_known(row[i].busy) && row[i].busy.f > LIMIT_task_warn_pct && disturbs(r, &n, &row[i]))
			fire_task(r, &n, &row[i]);
	check_evidence(r, "tasks.processes");
	check_pass(r, "No task of the host takes more than %.0f %% of the CPUs %s, which vCPUs have alone.",
		LIMIT_task_warn_pct, cpuset_text(r->a, n.dedicated));
}
