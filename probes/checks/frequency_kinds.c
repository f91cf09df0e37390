/* Check F03: policies that have different governors or energy preferences. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/frequency.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/ask.h"
#include "probes/cpuset.h"
#include "probes/placement.h"
#include "probes/util.h"

/* The governors or preferences of a host as "performance (12), powersave (4)". */
struct kinds {
	const char *word[8];
	uint32_t n, times[8];
};

static void add_kind(struct kinds *k, const char *word)
{
	uint32_t i = 0;

	while (i < k->n && strcmp(k->word[i], word) != 0)
		i++;
	if (i == COUNT(k->word))
		return;
	k->word[i] = word;
	k->n += i == k->n;
	k->times[i]++;
}

static const char *kinds_words(struct check_run *r, const struct kinds *k)
{
	const char *words = "";

	for (uint32_t i = 0; i < k->n; i++)
		words = arena_printf(r->a, "%s%s%s (%u)", words, i ? ", " : "", k->word[i], (unsigned)k->times[i]);
	return words;
}

/* Does each CPU of guests have one kind and each other CPU another one: then somebody meant it. */
static bool follows_guests(const struct check_run *r, const struct frequency *f, size_t offset)
{
	const struct placement *place = snapshot_facts(r->s, &probe_placement);
	const char *of_guests = NULL, *of_host = NULL;
	const struct policy *p;
	uint32_t i = 0;

	while ((p = ask_policy(f, &i))) {
		const struct value *v = (const struct value *)(const void *)((const char *)p + offset);
		int64_t cpu = value_known(p->cpus) ? cpuset_next(p->cpus.set, -1) : -1;
		const struct placement_cpu *c = cpu < 0 || !place ? NULL : placement_cpu(place, (uint64_t)cpu);
		const char **kind = c && value_u64_or(c->vcpus, 0) ? &of_guests : &of_host;

		if (cpu < 0 || !value_known(*v))
			continue;
		if (*kind && strcmp(*kind, v->text) != 0)
			return false;
		*kind = v->text;
	}
	return of_guests && of_host;
}

static void fire_kinds(struct check_run *r, const struct frequency *f, const struct kinds *k, size_t offset,
	const char *evidence, const char *what)
{
	if (k->n < 2)
		return;
	check_fire(r, follows_guests(r, f, offset) ? SEVERITY_INFO : SEVERITY_WARN, evidence,
		"Policies have different %s: %s.", what, kinds_words(r, k));
	check_cost(r, LIMIT_ramp_ms * 1000, NAN);
}

void rule_F03(struct check_run *r)
{
	const struct frequency *f = ask_policies(r);
	struct kinds governors = {.n = 0}, epps = {.n = 0};
	const struct policy *p;
	uint32_t i = 0;

	if (!f)
		return;
	if (f->policy.n < 2) {
		check_not_applicable(r, "There is one policy.");
		return;
	}
	while ((p = ask_policy(f, &i))) {
		if (ask_policy_known(r, p, p->governor, "governor"))
			add_kind(&governors, p->governor.text);
		if (!check_absent(p->epp) && ask_policy_known(r, p, p->epp, "epp"))
			add_kind(&epps, p->epp.text);
	}
	fire_kinds(r, f, &governors, offsetof(struct policy, governor), "frequency.governor", "governors");
	fire_kinds(r, f, &epps, offsetof(struct policy, epp), "frequency.policy", "energy preferences");
	check_pass(r, "All %u policies have governor %s%s%s.", (unsigned)f->policy.n,
		governors.n ? governors.word[0] : "?", epps.n ? " and energy preference " : "",
		epps.n ? epps.word[0] : "");
}
