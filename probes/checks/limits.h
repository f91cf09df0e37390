/* The thresholds of all checks: LIMIT_name is the number of the row of that name in thresholds.def. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHECKS_LIMITS_H
#define PROBES_CHECKS_LIMITS_H

#include <stddef.h>

#include "probes/limits.h"
#include "probes/memory_limits.h"

#define LIMIT(name, number, unit, meaning) static const double LIMIT_##name = number;
#include "probes/checks/thresholds.def"
#undef LIMIT

/* The same as a table, for the documentation. */
struct threshold {
	const char *name;
	double number;
	const char *unit, *meaning;
};
extern const struct threshold thresholds[];
extern const size_t nthresholds;

#endif
