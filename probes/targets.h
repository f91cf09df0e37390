/* Targets: the addresses of what a change is done to, from the CPUs that were chosen. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_TARGETS_H
#define PROBES_TARGETS_H

#include <stddef.h>

#include "probes/probe.h"

/* The policies that govern any of these CPUs (NULL: all policies). Returns how many; texts are in the arena. */
size_t targets_policies(struct arena *a, const struct snapshot *s, const struct cpuset *cpus, const char *const **ret);

/* Those of the CPUs that no policy governs; in the arena. */
const struct cpuset *targets_without_policy(struct arena *a, const struct snapshot *s, const struct cpuset *cpus);

#endif
