/* Pins as a person would type them: virsh commands that do the same. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_PIN_HAND_H
#define PROBES_PIN_HAND_H

#include <stddef.h>

#include "probes/change.h"

/*
 * "virsh vcpupin UUID 0 8 --live --config && …"; to take a pin away there is no command but the editor, which comes
 * last with a comment. uri: NULL where virsh finds the right libvirt by itself. NULL when some step is no pin.
 */
const char *pin_hand(struct arena *a, const struct step *steps, size_t n, const char *uri);

#endif
