/* Checks V11 and V17: what guests are told of their CPUs, and real-time vCPUs beside the threads that serve them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/guest_walk.h"
#include "probes/checks/here.h"
#include "probes/cpuset.h"
#include "probes/sysctl.h"

/* Its vCPUs, and those of them that are pinned to a CPU each to which no other is pinned. */
struct own {
	unsigned vcpus, dedicated;
	bool known; /* where each of them may run */
	const struct placement_thread *shares; /* the first that has none of its own */
};

static struct own own_of(struct check_run *r, const struct placement *p, const struct placement_guest *g)
{
	const struct placement_thread *t = g->thread.row;
	struct own o = {.known = true};

	for (uint32_t i = 0; i < g->thread.n; i++) {
		int64_t cpu;
		const struct placement_cpu *c;

		if (!VALUE_IS(t[i].role, "vcpu"))
			continue;
		o.vcpus++;
		if (!value_known(t[i].allowed)) {
			o.known = check_known(r, t[i].allowed, here_thread_at(r, g, &t[i], "allowed"));
			continue;
		}
		cpu = cpuset_next(t[i].allowed.set, -1);
		c = cpu < 0 || cpuset_next(t[i].allowed.set, cpu) >= 0 ? NULL : placement_cpu(p, (uint64_t)cpu);
		if (c && VALUE_IS(c->role, "vcpu-dedicated"))
			o.dedicated++;
		else if (!o.shares)
			o.shares = &t[i];
	}
	return o;
}

/* The CPUs on which threads of more than one guest may run: a pin keeps its own thread there, and no other away. */
static const struct cpuset *visited(struct check_run *r, const struct placement *p)
{
	const struct placement_guest *row = p->guest.row;
	uint32_t nbits = p->cpu.n ? (uint32_t)((const struct placement_cpu *)p->cpu.row)[p->cpu.n - 1].id.u + 1 : 0;
	struct cpuset *once = cpuset_new(r->a, nbits), *twice = cpuset_new(r->a, nbits), *may = cpuset_new(r->a, nbits);

	for (uint32_t i = 0; i < p->guest.n; i++) {
		const struct placement_thread *t = row[i].thread.row;

		memset(may->word, 0, may->nbits / 8);
		for (uint32_t k = 0; k < row[i].thread.n; k++)
			if (value_known(t[k].allowed))
				cpuset_add_all(may, t[k].allowed.set);
		for (uint32_t w = 0; w < may->nbits / 64; w++) {
			twice->word[w] |= once->word[w] & may->word[w];
			once->word[w] |= may->word[w];
		}
	}
	return twice;
}

/* Who of other guests may run on its CPUs: the first vCPU, else the first of those that serve one; "": nobody. */
static const char *visitor(
	struct check_run *r, const struct placement *p, const struct placement_guest *g, bool *ret_is_vcpu)
{
	const struct placement_guest *row = p->guest.row;
	const char *helper = "";

	for (uint32_t i = 0; i < p->guest.n && value_known(g->cpus); i++) {
		const struct placement_thread *t = row[i].thread.row;

		for (uint32_t k = 0; &row[i] != g && k < row[i].thread.n; k++) {
			const char *who;

			*ret_is_vcpu = VALUE_IS(t[k].role, "vcpu");
			if ((!*ret_is_vcpu && *helper) || !value_known(t[k].allowed) ||
				!cpuset_intersects(t[k].allowed.set, g->cpus.set))
				continue;
			who = check_address(
				r, "%s %s", check_guest_name(r, row[i].name, row[i].key), check_name(r, t[k].name));
			if (*ret_is_vcpu)
				return who;
			helper = who;
		}
	}
	*ret_is_vcpu = false;
	return helper;
}

/* Is it known of each other guest where its threads may run? What is not is noted. */
static bool strangers_known(struct check_run *r, const struct placement *p, const struct placement_guest *g)
{
	const struct placement_guest *row = p->guest.row;
	size_t before = r->ret->nunread;

	for (uint32_t i = 0; i < p->guest.n; i++) {
		const struct placement_thread *t = row[i].thread.row;

		if (&row[i] == g || !here_joined(r, &row[i]))
			continue;
		for (uint32_t k = 0; k < row[i].thread.n; k++)
			if (!value_known(t[k].allowed))
				check_known(r, t[k].allowed, here_thread_at(r, &row[i], &t[k], "allowed"));
	}
	return r->ret->nunread == before;
}

/* It is told that nobody takes its CPUs away; it spins for locks while who holds them waits for such a CPU. */
static void judge_promise(struct check_run *r, const struct placement *p, const struct guest *g,
	const struct placement_guest *at, struct own o)
{
	bool is_vcpu;
	const char *who = o.shares || !o.known ? "" : visitor(r, p, at, &is_vcpu);

	if (o.shares)
		check_fire(r, SEVERITY_WARN, guest_at(r, g, "kvm_features"),
			"%s: it is told that it has CPUs of its own, but %u of %u vCPUs have not, such as %s%s%s.",
			guest_name(r, g), o.vcpus - o.dedicated, o.vcpus, value_text_or(o.shares->name, "?"),
			value_known(o.shares->others) ? ", beside " : "",
			value_known(o.shares->others) ? check_name(r, o.shares->others) : "");
	else if (*who)
		check_fire(r, is_vcpu ? SEVERITY_WARN : SEVERITY_INFO, guest_at(r, g, "kvm_features"),
			"%s: it is told that it has CPUs of its own, but %s may run there too.", guest_name(r, g), who);
	else if (o.known)
		strangers_known(r, p, at);
	if (o.shares || *who) {
		check_now(r, "Give each of its vCPUs a CPU of its own (p) and keep all other guests off these.");
		check_cost(r, LIMIT_slice_us, NAN);
	}
}

static void judge_hint(
	struct check_run *r, const struct placement *p, const struct guest *g, const struct cpuset *crowded)
{
	const struct placement_guest *at = placement_guest(p, g->uuid.text);
	struct own o;

	if (!at || !value_u64_or(at->joined, 0)) {
		check_unknown(r, "%s: its threads were not found, so nobody knows whether it has CPUs of its own.",
			guest_name(r, g));
		return;
	}
	o = own_of(r, p, at);
	if (value_has_word(g->kvm_features, "hint-dedicated")) {
		judge_promise(r, p, g, at, o);
	} else if (o.vcpus && o.dedicated == o.vcpus && r->latency_us > 0 && value_known(at->cpus) &&
		   !cpuset_intersects(at->cpus.set, crowded) && strangers_known(r, p, at)) {
		check_fire(r, SEVERITY_INFO, guest_at(r, g, "kvm_features"),
			"%s: each of its %u vCPUs has a CPU of its own, where no other guest may run, but it is not "
			"told (hint-dedicated).",
			guest_name(r, g), o.vcpus);
		check_cost(r, LIMIT_halt_us, NAN);
	}
}

void rule_V11(struct check_run *r)
{
	const struct placement *p = check_facts(r, &probe_placement);
	const struct cpuset *crowded;
	const struct guest *g;
	struct guest_walk w;

	if (!p || !guests_begin(r, &w))
		return;
	crowded = visited(r, p);
	while ((g = guests_next(&w))) {
		if (VALUE_IS(g->os, "linux") && value_has_word(g->kvm_features, "hidden"))
			check_fire(r, SEVERITY_WARN, guest_at(r, g, "kvm_features"),
				"%s: KVM hides from a Linux, which so has no kvm-clock, steal time and fast IPIs.",
				guest_name(r, g));
		judge_hint(r, p, g, crowded);
	}
	check_pass(r, "%s: told rightly whether their CPUs are their own.", guests_seen(&w, w.seen));
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
			check_guest_name(r, g->name, g->key), value_text_or(t[i].name, "?"));
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
				check_guest_name(r, row[i].name, row[i].key), (double)s->rt_runtime_us.i / 1000,
				(double)value_u64_or(s->rt_period_us, 1000000) / 1000);
	}
	if (!found)
		guests_none(r, "No vCPU runs under a real-time scheduler.");
	check_pass(r, "%u guest%s with real-time vCPUs: what serves them has other CPUs.", found, plural(found));
}
