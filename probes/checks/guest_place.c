/* Checks V11 and V17: what guests are told of their CPUs, and real-time vCPUs beside the threads that serve them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/guest_walk.h"
#include "probes/cpuset.h"
#include "probes/placement.h"
#include "probes/sysctl.h"
#include "probes/threads.h"

/* Its vCPUs, and those of them that have a CPU of their own. */
struct own {
	unsigned vcpus, dedicated;
	const struct placement_thread *shares; /* the first that has not */
};

static struct own own_of(const struct placement *p, const struct placement_guest *g)
{
	const struct placement_thread *t = g->thread.row;
	struct own o = {0};

	for (uint32_t i = 0; i < g->thread.n; i++) {
		int64_t cpu;
		const struct placement_cpu *c;

		if (!VALUE_IS(t[i].role, "vcpu"))
			continue;
		o.vcpus++;
		cpu = value_known(t[i].allowed) ? cpuset_next(t[i].allowed.set, -1) : -1;
		c = cpu < 0 || cpuset_next(t[i].allowed.set, cpu) >= 0 ? NULL : placement_cpu(p, (uint64_t)cpu);
		if (c && VALUE_IS(c->role, "vcpu-dedicated"))
			o.dedicated++;
		else if (!o.shares)
			o.shares = &t[i];
	}
	return o;
}

static void judge_hint(struct check_run *r, const struct placement *p, const struct guest *g)
{
	const struct placement_guest *at = placement_guest(p, g->uuid.text);
	bool hint = value_has_word(g->kvm_features, "hint-dedicated");
	struct own o;

	if (!at || !value_u64_or(at->joined, 0)) {
		check_unknown(r, "%s: its threads were not found, so nobody knows whether it has CPUs of its own.",
			guest_name(r, g));
		return;
	}
	o = own_of(p, at);
	if (hint && o.shares) {
		check_fire(r, SEVERITY_WARN, guest_at(r, g, "kvm_features"),
			"%s: it is told that it has CPUs of its own, but %u of %u vCPUs have not, such as %s%s%s.",
			guest_name(r, g), o.vcpus - o.dedicated, o.vcpus, value_text_or(o.shares->name, "?"),
			value_known(o.shares->others) ? ", beside " : "",
			value_known(o.shares->others) ? check_name(r, o.shares->others) : "");
		check_cost(r, LIMIT_slice_us, NAN);
	} else if (!hint && o.vcpus && o.dedicated == o.vcpus && r->latency_us > 0) {
		check_fire(r, SEVERITY_INFO, guest_at(r, g, "kvm_features"),
			"%s: each of its %u vCPUs has a CPU of its own, but it is not told (hint-dedicated).",
			guest_name(r, g), o.vcpus);
		check_cost(r, LIMIT_halt_us, NAN);
	}
}

void rule_V11(struct check_run *r)
{
	const struct placement *p = check_facts(r, &probe_placement);
	const struct guest *g;
	struct guest_walk w;

	if (!p || !guests_begin(r, &w))
		return;
	while ((g = guests_next(&w))) {
		if (VALUE_IS(g->os, "linux") && value_has_word(g->kvm_features, "hidden"))
			check_fire(r, SEVERITY_WARN, guest_at(r, g, "kvm_features"),
				"%s: KVM hides from a Linux, which so has no kvm-clock, steal time and fast IPIs.",
				guest_name(r, g));
		judge_hint(r, p, g);
	}
	check_pass(r, "%u running guest%s: told rightly whether their CPUs are their own.", w.seen, plural(w.seen));
}

static bool is_real_time(const struct thread *t)
{
	return VALUE_IS(t->policy, "fifo", "rr");
}

/* The CPUs of its real-time vCPUs, and the lowest of their priorities; false: it has none. */
static bool real_time(struct check_run *r, const struct threads_guest *g, struct cpuset **ret, uint64_t *ret_priority)
{
	const struct thread *t = g->thread.row;
	bool any = false;

	*ret_priority = UINT64_MAX;
	for (uint32_t i = 0; i < g->thread.n; i++) {
		if (!VALUE_IS(t[i].role, "vcpu"))
			continue;
		if (!check_known(r, t[i].policy,
			    value_known(t[i].policy) ? NULL
						     : check_address(r, "threads.guest[%s].thread[%u].policy",
							       check_key(r, g->key.text), (unsigned)t[i].tid.u)) ||
			!is_real_time(&t[i]) || !value_known(t[i].allowed))
			continue;
		if (!any)
			*ret = cpuset_new(r->a, CPUSET_MAX);
		any = true;
		cpuset_add_all(*ret, t[i].allowed.set);
		if (value_u64_or(t[i].priority, 0) < *ret_priority)
			*ret_priority = value_u64_or(t[i].priority, 0);
	}
	return any;
}

static void judge_helpers(
	struct check_run *r, const struct threads_guest *g, const struct cpuset *taken, uint64_t priority)
{
	const struct thread *t = g->thread.row;

	for (uint32_t i = 0; i < g->thread.n; i++) {
		if (VALUE_IS(t[i].role, "vcpu") || !value_known(t[i].allowed) ||
			(is_real_time(&t[i]) && value_u64_or(t[i].priority, 0) >= priority))
			continue;
		if (!cpuset_subset(t[i].allowed.set, taken) &&
			!(value_known(t[i].last_cpu) && cpuset_has(taken, (uint32_t)t[i].last_cpu.u)))
			continue;
		check_fire(r, SEVERITY_WARN,
			check_address(r, "threads.guest[%s].thread[%u].allowed", check_key(r, g->key.text),
				(unsigned)t[i].tid.u),
			"%s: its %s runs on CPUs of its real-time vCPUs: while one of them works it does not run.",
			check_name(r, g->name), value_text_or(t[i].name, "?"));
		check_cost(r, LIMIT_slice_us, NAN);
	}
}

void rule_V17(struct check_run *r)
{
	const struct threads *t = check_facts(r, &probe_threads);
	const struct sysctl *s = snapshot_facts(r->s, &probe_sysctl);
	const struct threads_guest *row = t ? t->guest.row : NULL;
	unsigned found = 0;

	if (!t || !check_known(r, t->processes, "threads.processes"))
		return;
	for (uint32_t i = 0; i < t->guest.n; i++) {
		struct cpuset *taken = NULL;
		uint64_t priority;

		if (!real_time(r, &row[i], &taken, &priority))
			continue;
		found++;
		judge_helpers(r, &row[i], taken, priority);
		if (s && value_known(s->rt_runtime_us) && s->rt_runtime_us.i >= 0)
			check_fire(r, SEVERITY_INFO, "sysctl.rt_runtime_us",
				"%s: its real-time vCPUs are stopped after %.0f of each %.0f ms (sched_rt_runtime_us).",
				check_name(r, row[i].name), (double)s->rt_runtime_us.i / 1000,
				(double)value_u64_or(s->rt_period_us, 1000000) / 1000);
	}
	if (!found)
		guests_none(r, "No vCPU runs under a real-time scheduler.");
	check_pass(r, "%u guest%s with real-time vCPUs: what serves them has other CPUs.", found, plural(found));
}
