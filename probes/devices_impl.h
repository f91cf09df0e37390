/* What the files of the devices share: which part of a card speaks for it, and what is wrong with one. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_DEVICES_IMPL_H
#define PROBES_DEVICES_IMPL_H

#include "probes/devices.h"

/* Does a say more of its card than b: the worst comes first, then what is in use. */
bool device_net_before(const struct net *all, const struct net_interface *a, const struct net_interface *b);
bool device_disk_before(const struct block_disk *a, const struct block_disk *b);
/* The worst fault. */
enum device_fault device_fault_of(const struct device *d, const struct net *net);

#endif
