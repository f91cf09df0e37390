/* Captures of simulated machines: the tree is written, recorded and removed, and a signal can end each of it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_TAKE_SIMULATED_H
#define TUI_TAKE_SIMULATED_H

#include "probes/host/simulate_host.h"
#include "tui/take.h"

/* What t and life call is filled in here. An exit status. */
int take_simulated(const struct take *t, const struct simulate_options *o, const struct simulate_life *life);

#endif
