/* Values of QEMU's options, between the one that walks over its arguments and the one that knows their keys. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_MASKED_QEMU_H
#define PROBES_HOST_MASKED_QEMU_H

#include "probes/host/masked_impl.h"

bool masked_qemu_part(struct slice *rest, struct text *ret); /* the next part of "a=1,b=2"; false: none is left */
void masked_qemu_name(struct masks *m, struct text *t, struct slice s); /* the value of -name */
/* "virtio-net-pci,netdev=net0,mac=…"; build: of an option that says how the machine is built, and names nothing. */
void masked_qemu_parts(struct masks *m, struct text *t, struct slice s, bool build);
void masked_qemu_json(struct masks *m, struct text *t, struct slice s);

#endif
