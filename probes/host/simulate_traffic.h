/* What goes through the cards of a simulated machine: /proc/net/dev and /proc/diskstats, and how they move. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_SIMULATE_TRAFFIC_H
#define PROBES_HOST_SIMULATE_TRAFFIC_H

#include "probes/host/simulate_model.h"

struct traffic;

void simulate_pci(const struct model *m, struct out *o, int sys);
void simulate_net(const struct model *m, struct out *o, int root);
void simulate_traffic(const struct model *m, struct out *o, int proc);
void simulate_nic_name(unsigned package, unsigned function, char *buf, size_t size); /* "ens1f0" */

/* Opens what moves; m outlives it. */
int traffic_open(const struct model *m, int root, struct traffic **ret, char why[200]);
void traffic_close(struct traffic *t); /* NULL is fine */
/* Lets ms of that second pass: rates waver from second to second. -ERANGE when a counter would need another digit. */
int traffic_pass(struct traffic *t, unsigned ms, uint64_t second);
int traffic_write(const struct traffic *t, char why[200]);

#endif
