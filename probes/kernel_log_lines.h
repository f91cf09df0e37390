/* Lines of the kernel's log: which kind each is, for those who read the log and those who count it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_KERNEL_LOG_LINES_H
#define PROBES_KERNEL_LOG_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probes/parse.h"

enum { KERNEL_LOG_KINDS = 9 };

/* "split_lock" and so on, in the order of kernel_log.def. */
const char *kernel_log_name(size_t kind);
/* Which kind a line is, or -1. */
int kernel_log_kind_of(struct slice line);

/* "x86/split lock detection: #AC: CPU 3/KVM/4711 took a split_lock trap at …": false when it names no thread. */
bool kernel_log_thread(struct slice line, struct slice *ret_comm, uint64_t *ret_pid);

#endif
