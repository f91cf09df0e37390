/* What the files of the network probe share. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_NET_IMPL_H
#define PROBES_NET_IMPL_H

#include "probes/names.h"
#include "probes/net.h"

#define NET_FOLDER "/sys/class/net/"

enum { NNET_FIELDS = 49 };
extern const struct field net_interface_fields[NNET_FIELDS];

/* What an interface is: read when it comes, and now and then again, as names move from one to another. */
void net_read_what(const struct tick *t, const char *name, struct net_interface *row);
/* How it is: state, and where asking cannot block others for long, its link. */
void net_read_state(const struct tick *t, const char *name, bool link, struct net_interface *row);
/* What its card has thrown away, and how much of that since the last reading. */
void net_read_counts(const struct tick *t, struct named *k, struct net_interface *row);
/* What ethtool shows. False when the driver takes its time: what was read before stays, and is asked again. */
bool net_read_ethtool(const struct tick *t, const char *name, struct net_interface *row);
/* Who belongs to whom, over all rows, by name: the slaves of bonds, and what packets of guests go through. */
void net_join(const struct tick *t, struct net_interface *rows, uint32_t n);
/* The place of that name among the rows, or -1. */
int64_t net_find(const struct net_interface *rows, uint32_t n, const char *name);

#endif
