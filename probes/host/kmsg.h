/* The kernel's log of this machine: read once, then what is new, and only the lines that checks ask for are kept. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_KMSG_H
#define PROBES_HOST_KMSG_H

#include <stddef.h>

#define KMSG_DEVICE "/dev/kmsg"

struct kmsg;

/* Opens nothing yet. device: the kernel's, or a test's FIFO. */
struct kmsg *kmsg_new(const char *device);
void kmsg_free(struct kmsg *k); /* NULL is fine */

/*
 * The text of "@kmsg"; its length, as snprintf() gives it. first=: the number of the oldest line that was there, 0 when
 * none was overwritten since the boot; from_us=: when it was written; lost=: how many times lines were overwritten before
 * they were read; count.KIND=: lines of that kind of kernel_log.def; then the last of them as MICROSECONDS=TEXT, oldest
 * first. Times are since the boot. The device is opened at the first call and stays open. May be called by any thread.
 * -EACCES comes with a why that says what helps.
 */
int kmsg_text(struct kmsg *k, char *buf, size_t size, char why[200]);

#endif
