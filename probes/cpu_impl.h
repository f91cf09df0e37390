/* What the files of the cpu probe share. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CPU_IMPL_H
#define PROBES_CPU_IMPL_H

#include "probes/cpu.h"

/* Which revisions of microcode occur; info: the text of /proc/cpuinfo, or NULL where it was not read. */
void cpu_microcodes(const struct tick *t, const char *info, struct cpu *c);

#endif
