/* Targets: a policy is meant when any of its CPUs is. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/targets.h"

#include "probes/cpuset.h"
#include "probes/frequency.h"

size_t targets_policies(struct arena *a, const struct snapshot *s, const struct cpuset *cpus, const char *const **ret)
{
	const struct frequency *f = snapshot_facts(s, &probe_frequency);
	const struct policy *rows = f ? f->policy.row : NULL;
	const char **targets = arena_array(a, f ? f->policy.n : 0, sizeof(*targets));
	size_t n = 0;

	for (uint32_t i = 0; f && i < f->policy.n; i++)
		if (!cpus || (value_known(rows[i].related) && cpuset_intersects(rows[i].related.set, cpus)))
			targets[n++] = arena_printf(a, "frequency.policy[%u]", (unsigned)rows[i].id.u);
	*ret = targets;
	return n;
}

const struct cpuset *targets_without_policy(struct arena *a, const struct snapshot *s, const struct cpuset *cpus)
{
	const struct frequency *f = snapshot_facts(s, &probe_frequency);
	const struct policy *rows = f ? f->policy.row : NULL;
	struct cpuset *left = cpuset_copy(a, cpus);

	for (uint32_t i = 0; f && i < f->policy.n; i++)
		for (int64_t id = -1; value_known(rows[i].related) && (id = cpuset_next(rows[i].related.set, id)) >= 0;)
			cpuset_remove(left, (uint32_t)id);
	return left;
}
