/* What CPUID says about the CPU that this thread happens to run on. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_IDENTITY_H
#define PROBES_HOST_IDENTITY_H

#include <stddef.h>

/* The text of @cpuid/identity: its length, as snprintf() gives it, or -EOPNOTSUPP and why. One thread at a time. */
int identity_text(char *buf, size_t size, char why[200]);

/* The text of @tsc: this CPU's time stamp counter and CLOCK_MONOTONIC_RAW, read in one go; else likewise. */
int tsc_text(char *buf, size_t size, char why[200]);
const char *identity_library(void); /* "0.6.2", or "not built in" */

#endif
