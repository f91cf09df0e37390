/* Where the trees of simulated machines are kept that nobody asked to see. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_SIMULATE_HOUSE_H
#define PROBES_HOST_SIMULATE_HOUSE_H

#include "probes/host/simulate.h"

/* $TMPDIR, or else /dev/shm where it is in memory and has room enough for such a machine, or else /tmp. */
const char *simulate_house(const struct simulate_options *o);

#endif
