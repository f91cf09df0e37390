/* Chains symptoms to their causes, and puts the worst first. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "probes/address.h"
#include "probes/arena.h"
#include "probes/checks/run_impl.h"
#include "probes/cpuset.h"
#include "probes/frequency.h"
#include "probes/parse.h"

#define CALM 1.3

/* What the parts of a finding are about. */
struct scope {
	bool host; /* one of them is about the whole host */
	struct cpuset *cpus;
};

/* The CPUs of a part whose evidence is of one CPU or one policy; 1: it is of neither, so of the host. */
static int part_cpus(const struct snapshot *s, const char *evidence, struct cpuset *cpus)
{
	struct address_part probe, row;
	const struct policy *p;
	uint64_t id;

	if (!evidence || address_part(&evidence, &probe) || address_part(&evidence, &row) || !row.has_key ||
		parse_u64(slice_of(row.key), &id) || id >= cpus->nbits)
		return 1;
	if (strcmp(probe.name, "silicon") == 0 && strcmp(row.name, "cpu") == 0) {
		cpuset_add(cpus, (uint32_t)id);
		return 0;
	}
	if (strcmp(probe.name, "frequency") != 0 || strcmp(row.name, "policy") != 0)
		return 1;
	p = frequency_policy(snapshot_facts(s, &probe_frequency), id);
	if (!p || !value_known(p->cpus))
		return 1;
	CPUSET_EACH(cpu, p->cpus.set)
		if ((uint32_t)cpu < cpus->nbits)
			cpuset_add(cpus, (uint32_t)cpu);
	return 0;
}

/* Of its parts that are at least so severe. */
static struct scope scope_of(struct arena *a, const struct snapshot *s, const struct finding *f, enum severity least)
{
	struct scope scope = {.cpus = cpuset_new(a, CPUSET_MAX)};

	for (size_t i = 0; i < f->nparts && !scope.host; i++)
		if (f->part[i].severity >= least && !f->part[i].guest)
			scope.host = part_cpus(s, f->part[i].evidence, scope.cpus) != 0;
	return scope;
}

static bool of_same_guest(const struct finding *effect, enum severity least, const struct finding *cause)
{
	for (size_t i = 0; i < effect->nparts; i++)
		for (size_t k = 0; k < cause->nparts && effect->part[i].guest && effect->part[i].severity >= least; k++)
			if (cause->part[k].guest && strcmp(effect->part[i].guest, cause->part[k].guest) == 0)
				return true;
	return false;
}

/* A guest's trouble has its cause with that guest or with the host, and a CPU's with that CPU: else it has another one. */
static bool touches(const struct snapshot *s, const struct finding *effect, const struct finding *cause)
{
	struct arena *a = arena_new(0);
	struct scope of = scope_of(a, s, effect, effect->severity), by = scope_of(a, s, cause, SEVERITY_INFO);
	bool yes = of.host || by.host || cpuset_intersects(of.cpus, by.cpus) ||
		   of_same_guest(effect, effect->severity, cause);

	arena_free(a);
	return yes;
}

/* The likeliest cause that fires itself. */
static const struct finding *cause_of(const struct snapshot *s, const struct finding *all, const struct finding *f)
{
	const char *p = f->causes ? f->causes : f->check->explained_by;
	char id[8];
	size_t n;

	if (f->verdict != VERDICT_FIRE || !p)
		return NULL;
	for (; *p; p += n + (p[n] == ' ')) {
		const struct check *c;
		const struct finding *by;

		n = strcspn(p, " ");
		id[0] = '\0';
		strncat(id, p, n < sizeof(id) - 1 ? n : sizeof(id) - 1);
		c = check_find(id);
		by = c ? &all[check_index(c)] : NULL;
		if (by && by->verdict == VERDICT_FIRE && by->severity > SEVERITY_INFO && touches(s, f, by))
			return by;
	}
	return NULL;
}

/* Two that explain each other, over however many steps: the chain ends where it would come back. */
static void break_circles(struct finding *all, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct finding *f = all[i].cause;
		size_t steps = 0;

		while (f && f != &all[i] && steps++ < n)
			f = f->cause;
		if (f)
			all[i].cause = NULL;
	}
}

/* What a finding stands for in the order: itself and all that it explains. */
struct ranked {
	const struct finding *f;
	enum severity worst;
	double loss;
};

static int worse(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->worst != y->worst)
		return x->worst > y->worst ? -1 : 1;
	if (x->loss > y->loss || x->loss < y->loss)
		return x->loss > y->loss ? -1 : 1;
	if (x->f->check->order != y->f->check->order)
		return x->f->check->order > y->f->check->order ? -1 : 1;
	return x->f < y->f ? -1 : x->f > y->f;
}

/* Behind each finding what it explains, and what that explains. */
static void add_with_effects(struct findings *f, const struct finding **order, const struct ranked *fired, size_t nfired,
	const struct finding *one)
{
	order[f->norder++] = one;
	for (size_t i = 0; i < nfired; i++)
		if (fired[i].f->cause == one)
			add_with_effects(f, order, fired, nfired, fired[i].f);
}

double checks_level(double before, double loss)
{
	return before > 0 && loss < before * CALM && loss > before / CALM ? before : loss;
}

static double level(const struct finding *f)
{
	return f->level > 0 ? f->level : finding_loss(f);
}

/* What an effect costs and how severe it is counts for its causes too, over however many steps. */
static size_t rank(struct finding *all, size_t n, struct ranked *ret)
{
	size_t nfired = 0;

	for (size_t i = 0; i < n; i++)
		all[i].worst = all[i].severity;
	for (size_t i = 0; i < n; i++)
		for (const struct finding *up = all[i].cause; up; up = up->cause)
			if (all[up - all].worst < all[i].severity)
				all[up - all].worst = all[i].severity;
	for (size_t i = 0; i < n; i++)
		if (all[i].verdict == VERDICT_FIRE)
			ret[nfired++] = (struct ranked){&all[i], all[i].worst, level(&all[i])};
	for (size_t i = 0; i < nfired; i++)
		for (size_t k = 0; k < nfired; k++)
			for (const struct finding *up = ret[k].f->cause; up; up = up->cause)
				if (up == ret[i].f && level(ret[k].f) > ret[i].loss)
					ret[i].loss = level(ret[k].f);
	return nfired;
}

void checks_chain(struct findings *f, struct finding *all, const struct snapshot *s)
{
	const struct finding **order = arena_array(f->a, f->n, sizeof(*order));
	struct ranked *fired = arena_array(f->a, f->n, sizeof(*fired));
	size_t n;

	for (size_t i = 0; i < f->n; i++)
		all[i].cause = cause_of(s, all, &all[i]);
	break_circles(all, f->n);
	n = rank(all, f->n, fired);
	qsort(fired, n, sizeof(*fired), worse);
	for (size_t i = 0; i < n; i++)
		if (!fired[i].f->cause)
			add_with_effects(f, order, fired, n, fired[i].f);
	f->order = order;
}
