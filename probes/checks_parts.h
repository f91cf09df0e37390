/* The parts of a finding as they are told: those that differ in nothing but a number are one. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHECKS_PARTS_H
#define PROBES_CHECKS_PARTS_H

#include "probes/checks.h"

struct told_part {
	const struct finding_part *first; /* whose fact it leads to */
	size_t n; /* so many */
	const char *text; /* "policy0-23: governor powersave." */
};

/* In the order of the parts, in the arena; how many. */
size_t finding_parts_told(struct arena *a, const struct finding *f, struct told_part **ret);

#endif
