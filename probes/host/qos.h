/* The latency limits that processes hold for all CPUs: read from their device, never held and never written. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_QOS_H
#define PROBES_HOST_QOS_H

#include <stddef.h>

#define QOS_FOLDER "/dev"

/*
 * The text of "@qos/global": limit_us= and, where newer kernels have it, wakeup_us=, in microseconds; 2000000000 and
 * above is no limit. Its length, as snprintf() gives it. folder: where cpu_dma_latency and cpu_wakeup_latency are.
 * -EACCES comes with a why that says what helps.
 */
int qos_text(const char *folder, char *buf, size_t size, char why[200]);

#endif
