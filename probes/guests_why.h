/* Why guests are not known, as a sentence for whoever wants to do something with one. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_GUESTS_WHY_H
#define PROBES_GUESTS_WHY_H

struct arena;
struct snapshot;

/*
 * With libvirt's own words, fit for a screen, and what helps; of a capture nothing does: it is said of its time. NULL
 * while libvirt answers. s may be NULL.
 */
const char *guests_why(struct arena *a, const struct snapshot *s);

#endif
