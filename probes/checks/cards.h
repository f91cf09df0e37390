/* The network cards that checks look at: those that packets of guests go through. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHECKS_CARDS_H
#define PROBES_CHECKS_CARDS_H

#include "probes/checks/run.h"
#include "probes/net.h"
#include "probes/pci.h"

struct cards {
	const struct net *net;
	const struct net_interface **row; /* in the arena */
	uint32_t n;
	bool guests; /* they are on a path of guests; else they are all that are up */
};

/*
 * False: there is none to look at, and the verdict is noted. Where no card is known to carry packets of guests, all
 * that are up are taken.
 */
bool cards_find(struct check_run *r, struct cards *ret);
/* "net.interface[ens1f0].FIELD" */
const char *cards_at(struct check_run *r, const struct net_interface *card, const char *field);
/* "3 cards that guests use: ens1f0, ens1f1, ens2" */
const char *cards_words(struct check_run *r, const struct cards *c);
/* As check_known(), for a field that a driver need not have: absent is no. */
bool cards_has(struct check_run *r, const struct net_interface *card, struct value v, const char *field);
/* Its PCI device, or NULL. */
const struct pci_device *cards_device(const struct check_run *r, const struct net_interface *card);

#endif
