/* What panels say of what is not known yet: a machine is being read, a capture holds no more than it does. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_PANELS_NOT_YET_H
#define TUI_PANELS_NOT_YET_H

#include "probes/report.h"

/* "reading"; of a capture "not yet", where ticks follow, or "not recorded". s may be NULL. */
const char *not_yet(const struct snapshot *s);
/* The headline, which says the same as a sentence; in a report it is the machine's. */
struct headline headline_shown(struct arena *a, const struct snapshot *s);

#endif
