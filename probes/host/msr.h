/* Registers of a CPU, a few of them and only to be read. Each reading interrupts that CPU. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_MSR_H
#define PROBES_HOST_MSR_H

#include <stddef.h>

#define MSR_FOLDER "/dev/cpu"

/*
 * The text of "@msr/CPU/0x1fc", "value=0x…"; its length, as snprintf() gives it. Only registers that a probe knows to
 * be harmless to read are asked. folder: where the devices of the CPUs are. -EACCES: the module or the privilege is
 * missing, and why says which; -ENOENT: this processor has no such register; -ENODEV: the CPU is offline.
 */
int msr_text(const char *folder, const char *path, char *buf, size_t size, char why[200]);

#endif
