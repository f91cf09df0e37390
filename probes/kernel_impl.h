/* What the files of the kernel probe share. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_KERNEL_IMPL_H
#define PROBES_KERNEL_IMPL_H

#include "probes/kernel.h"

/* Fills what begins with cmdline_ from the command line. */
void kernel_boot(const struct tick *t, struct kernel *k);

#endif
