/* What the files of the network probe share. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_NET_IMPL_H
#define PROBES_NET_IMPL_H

#include "probes/net.h"

#define NET_FOLDER "/sys/class/net/"

enum { NNET_FIELDS = 49 };
extern const struct field net_interface_fields[NNET_FIELDS];

/* What an interface is: read when it comes, and now and then again, as names move from one to another. */
void net_read_what(const struct tick *t, const char *name, struct net_interface *row);
/* How it is: state, and where asking cannot block others for long, its link. */
void net_read_state(const struct tick *t, const char *name, bool link, struct net_interface *row);

#endif
