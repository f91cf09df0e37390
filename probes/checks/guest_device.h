/* What the checks of guests' disks and network cards share. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHECKS_GUEST_DEVICE_H
#define PROBES_CHECKS_GUEST_DEVICE_H

#include "probes/checks/run.h"
#include "probes/guests.h"

/* A disk that is read and written as one: no CD, no floppy. */
bool disk_counts(const struct guest_disk *d);
/* Its requests go through rings that the guest and QEMU share. */
bool disk_is_virtio(const struct guest_disk *d);

/* Addresses of their facts. */
const char *disk_at(struct check_run *r, const struct guest *g, const struct guest_disk *d, const char *field);
const char *card_at(struct check_run *r, const struct guest *g, const struct guest_interface *i, const char *field);

#endif
