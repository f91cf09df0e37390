/* Energy preferences: words and numbers on one scale, from 0 for performance to 255 for saving most. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHECKS_ENERGY_H
#define PROBES_CHECKS_ENERGY_H

#include "probes/value.h"

enum { ENERGY_PERFORMANCE = 0, ENERGY_BALANCED = 0x80, ENERGY_MOST = 0xff, ENERGY_UNKNOWN = -1 };

/* Of energy_performance_preference; "default" is the firmware's and as little known as what was not read. */
int energy_of(struct value epp);

#endif
