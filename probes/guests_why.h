/* Why guests are not known, as a sentence for whoever wants to do something with one. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_GUESTS_WHY_H
#define PROBES_GUESTS_WHY_H

struct arena;
struct guests;

/* With libvirt's own words and what helps, fit for a screen; NULL while libvirt answers. g may be NULL. */
const char *guests_why(struct arena *a, const struct guests *g);

#endif
