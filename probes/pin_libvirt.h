/* Which libvirt pins are on: a guest of the same UUID elsewhere, or none there, says nothing about them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_PIN_LIBVIRT_H
#define PROBES_PIN_LIBVIRT_H

#include "probes/change.h"

/* What --connect and virsh have where nobody says another. */
#define LIBVIRT_USUAL "qemu:///system"

/* The URI of the libvirt that h asks for these steps; NULL: no pin is among them, or h does not tell. */
const char *pin_libvirt(struct host *h, struct arena *a, const struct step *steps, size_t n);

/* The option that leads to it, to be pasted: "with --connect 'URI'", "without --connect". */
const char *pin_libvirt_option(struct arena *a, const char *uri);

/* For one line, whatever its length is: a part of a URI is of no use. */
const char *pin_libvirt_text(struct arena *a, const char *uri);

#endif
