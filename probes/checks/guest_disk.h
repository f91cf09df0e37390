/* What the checks of guests' disks share. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHECKS_GUEST_DISK_H
#define PROBES_CHECKS_GUEST_DISK_H

#include "probes/guests.h"

/* A disk that is read and written as one: no CD, no floppy. */
bool disk_counts(const struct guest_disk *d);

#endif
