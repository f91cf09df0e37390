/* The rows of placement, before anything is judged. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_PLACEMENT_GUESTS_H
#define PROBES_PLACEMENT_GUESTS_H

#include "probes/placement_impl.h"

void placement_guests(struct joint *j, struct placement *ret); /* who is there, and who runs here */
void placement_threads(struct joint *j); /* their threads, before they are indexed */
void placement_join_down(struct joint *j); /* each thread with what its CPU is, after that */

#endif
