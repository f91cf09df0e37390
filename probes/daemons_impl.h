/* What the files of the daemons probe share. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_DAEMONS_IMPL_H
#define PROBES_DAEMONS_IMPL_H

#include "probes/daemons.h"

/* What irqbalance is started with, as the first of its files of settings that is there says it. */
void daemons_read_irqbalance(const struct tick *t, struct daemons *d);
/* Fills what is about tuned's active profile; tuned_profile is known or not. */
void daemons_tuned(const struct tick *t, struct daemons *d);
struct value daemons_cpupower(const struct tick *t);

#endif
