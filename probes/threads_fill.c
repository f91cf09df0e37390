/* Makes the facts of the threads probe out of what it knows of each process. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/host/host.h"
#include "probes/threads_impl.h"

/* Threads of one guest mostly have the same set: it is written once. */
struct sets {
	const struct tick *t;
	const struct cpuset *last;
	bool no_libvirt;
	bool still; /* a copy of a machine, in which nothing moves */
};

static struct value set_value(struct sets *s, int err, const struct cpuset *own, uint64_t read_ns)
{
	struct value v;

	if (err)
		return value_error(err, 0);
	if (!s->last || !cpuset_equal(s->last, own))
		s->last = cpuset_copy(s->t->a, own);
	v = value_set(s->last, 0);
	value_age(&v, (s->t->now_ns - read_ns) / 100000000);
	return v;
}

static struct value aged(const struct tick *t, struct value v, uint64_t read_ns)
{
	if (read_ns < t->now_ns) /* an answer of this tick is younger than the tick */
		value_age(&v, (t->now_ns - read_ns) / 100000000);
	return v;
}

static void fill_rates(struct sets *s, const struct one_thread *th, struct thread *row)
{
	struct value none = value_error(th->sched_err ? th->sched_err : s->still ? -ENODATA : -EINPROGRESS, 0);

	row->busy = row->wait_ms_per_s = row->wait_us = row->slices_per_s = none;
	if (th->sched_err || !th->rated || s->still)
		return;
	row->busy = aged(s->t, value_f64(th->busy, 0), th->sched_ns);
	row->wait_ms_per_s = aged(s->t, value_f64(th->wait_ms_per_s, 0), th->sched_ns);
	row->slices_per_s = aged(s->t, value_f64(th->slices_per_s, 0), th->sched_ns);
	row->wait_us =
		th->idle ? value_error(-ENOENT, 0) : aged(s->t, value_f64(th->wait_us, 0), th->sched_ns);
}

static void fill_stat(const struct tick *t, const struct one_thread *th, struct thread *row)
{
	const char *policy = task_policy_word(th->policy);

	if (th->stat_err) {
		row->last_cpu = row->policy = row->priority = value_error(th->stat_err, 0);
		return;
	}
	row->last_cpu = aged(t, value_u64(th->last_cpu, 0), th->stat_ns);
	row->policy = policy ? aged(t, value_text(policy, 0), th->stat_ns) : value_error(-EINVAL, 0);
	row->priority = th->priority ? aged(t, value_u64(th->priority, 0), th->stat_ns) : value_error(-ENOENT, 0);
}

static void fill_thread(struct sets *s, const struct one_thread *th, struct thread *row)
{
	unsigned src = th->kernel;

	row->tid = value_u64(th->tid, 0);
	row->name = value_text(arena_strdup(s->t->a, th->name), src);
	row->role = value_text(threads_role_word(th->role), src);
	row->number = th->number != NO_NUMBER ? value_u64(th->number, src) : value_error(-ENOENT, src);
	row->comm = value_text(arena_strdup(s->t->a, th->comm), src);
	row->allowed = set_value(s, th->allowed_err, th->allowed, th->allowed_ns);
	fill_rates(s, th, row);
	fill_stat(s->t, th, row);
}

static struct value text_or_none(struct arena *a, const char *text)
{
	return text && *text ? value_text(arena_strdup(a, text), 0) : value_error(-ENOENT, 0);
}

static void fill_quota(const struct tick *t, const struct one_group *g, struct threads_guest *row)
{
	struct value none = value_error(g->throttled_err, 0);

	row->throttled_ms_per_s = row->throttled_periods_share = row->throttled_worst = row->throttled_worst_ms_per_s =
		none;
	if (g->throttled_err)
		return;
	row->throttled_ms_per_s = aged(t, value_f64(g->throttled_ms_per_s, 0), g->quota_ns);
	row->throttled_worst_ms_per_s = aged(t, value_f64(g->worst_ms_per_s, 0), g->quota_ns);
	row->throttled_worst = aged(t, text_or_none(t->a, g->worst), g->quota_ns);
	row->throttled_periods_share = g->periods_err ? value_error(g->periods_err, 0)
						      : aged(t, value_f64(g->periods_share, 0), g->quota_ns);
}

static struct value group_value(const struct tick *t, const struct one_group *g, struct value v)
{
	return value_known(v) ? aged(t, v, g->slow_ns) : v;
}

/* One of two: what the process itself says comes second. */
static struct value either(const struct tick *t, const struct one_process *p, struct value group, struct value own)
{
	if (value_known(group) || !value_known(own))
		return group_value(t, &p->group, group);
	own.src = 1;
	return aged(t, own, p->status_ns);
}

/* Of what it has in RAM; not known without one of the parts. */
static struct value huge_share(const struct threads_guest *row)
{
	const struct value *parts[] = {&row->thp_kib, &row->anon_kib, &row->shmem_kib, &row->hugetlb_kib};
	double huge, all;
	struct value v;

	for (size_t i = 0; i < COUNT(parts); i++)
		if (!value_known(*parts[i]))
			return *parts[i];
	huge = (double)row->thp_kib.u + (double)row->hugetlb_kib.u;
	all = (double)row->anon_kib.u + (double)row->shmem_kib.u + (double)row->hugetlb_kib.u;
	v = value_f64(all > 0 ? huge * 100 / all : 0, 0);
	v.age_ds = row->thp_kib.age_ds;
	return all > 0 ? v : value_error(-ENXIO, 0);
}

static void fill_memory(const struct tick *t, const struct one_process *p, struct threads_guest *row)
{
	const struct one_group *g = &p->group;

	row->resident_kib = value_known(p->resident) ? aged(t, p->resident, p->status_ns) : p->resident;
	row->swap_kib = either(t, p, g->swap, p->swap);
	row->anon_kib = either(t, p, g->anon, p->anon);
	row->shmem_kib = either(t, p, g->shmem, p->shmem);
	row->hugetlb_kib = value_known(p->hugetlb) ? aged(t, p->hugetlb, p->status_ns) : group_value(t, g, g->hugetlb);
	if (!value_known(p->hugetlb))
		row->hugetlb_kib.src = 1;
	row->thp_kib = group_value(t, g, g->thp);
	row->huge_share = huge_share(row);
	row->memory_high = group_value(t, g, g->events[0]);
	row->memory_max = group_value(t, g, g->events[1]);
	row->memory_oom = group_value(t, g, g->events[2]);
}

static void fill_pressure(const struct tick *t, const struct one_group *g, struct threads_guest *row)
{
	row->cpu_some_avg10 = value_known(g->some[0]) ? aged(t, g->some[0], g->ns) : g->some[0];
	row->cpu_full_avg10 = value_known(g->full[0]) ? aged(t, g->full[0], g->ns) : g->full[0];
	row->memory_some_avg10 = group_value(t, g, g->some[1]);
	row->memory_full_avg10 = group_value(t, g, g->full[1]);
	row->io_some_avg10 = group_value(t, g, g->some[2]);
	row->io_full_avg10 = group_value(t, g, g->full[2]);
}

static void fill_group(struct sets *s, const struct one_group *g, struct threads_guest *row)
{
	struct threads_memory *memory = arena_array(s->t->a, g->nnodes, sizeof(*memory));

	row->cgroup = g->err ? value_error(g->err, 0) : value_text(arena_strdup(s->t->a, g->cpuset), 0);
	row->cpuset_cpus = set_value(s, g->cpus_err, g->cpus, g->cpus_ns);
	row->slice_cpus = set_value(s, g->slice_err, g->slice, g->cpus_ns);
	row->memory = (struct rows){.known = value_error(g->memory_err, 0).known, .err = g->memory_err};
	if (g->memory_err)
		return;
	for (size_t i = 0; i < g->nnodes; i++) {
		memory[i].node = value_u64(g->node[i].node, 0);
		memory[i].kib = aged(s->t, value_u64(g->node[i].kib, 0), g->ns);
	}
	row->memory = (struct rows){.row = memory, .n = (uint32_t)g->nnodes, .known = KNOWN};
}

/* libvirt puts its guests into groups of its own: while its daemon is down they are not somebody else's for that. */
static struct value managed(const struct sets *s, const struct one_process *p)
{
	const char *group = p->group.cpuset;

	if (s->no_libvirt && group && (strstr(group, "libvirt") || strstr(group, "machine-qemu")))
		return value_error(-ENOTCONN, 0);
	return p->managed;
}

static void fill_process(struct sets *s, const struct one_process *p, struct threads_guest *row)
{
	struct arena *a = s->t->a;
	struct thread *threads = arena_array(a, p->n, sizeof(*threads));

	row->key = value_text(arena_strdup(a, p->key), 0);
	row->pid = value_u64(p->pid, 0);
	row->managed = managed(s, p);
	row->uuid = text_or_none(a, p->uuid);
	row->name = text_or_none(a, p->name);
	row->type = p->kvm || p->tcg ? value_text(p->kvm ? "kvm" : "tcg", 0) : value_error(-ENOENT, 0);
	fill_group(s, &p->group, row);
	fill_quota(s->t, &p->group, row);
	fill_pressure(s->t, &p->group, row);
	fill_memory(s->t, p, row);
	for (size_t i = 0; i < p->n; i++)
		fill_thread(s, &p->thread[i], &threads[i]);
	row->thread = (struct rows){.row = threads, .n = (uint32_t)p->n, .known = KNOWN};
	if (p->list_err)
		row->thread = (struct rows){.known = value_error(p->list_err, 0).known, .err = p->list_err};
}

void threads_fill(const struct tick *t, const struct threads_state *st, struct threads *ret)
{
	struct threads_guest *rows = arena_array(t->a, st->n, sizeof(*rows));
	struct sets s = {.t = t, .no_libvirt = st->no_libvirt, .still = !st->moving && host_about(t->h)->origin != HOST_LIVE};
	int err = st->refused ? -EACCES : st->list_err;
	uint64_t threads = 0;

	for (size_t i = 0; i < st->n; i++) {
		fill_process(&s, &st->process[i], &rows[i]);
		threads += st->process[i].n;
	}
	ret->guest = (struct rows){.row = rows, .n = (uint32_t)st->n, .known = KNOWN};
	if (err && !st->n)
		ret->guest = (struct rows){.known = value_error(err, 0).known, .err = err};
	/* Some may be hidden: then what is seen is no sum. */
	ret->processes = err ? value_error(err, 0) : value_u64(st->n, 0);
	ret->threads = err ? value_error(err, 0) : value_u64(threads, 0);
}
