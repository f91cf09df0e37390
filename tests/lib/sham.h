/* A machine in memory for tests of probes: paths with texts and errors, a clock that is moved, and counted reads. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_SHAM_H
#define TESTS_LIB_SHAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probes/about.h"

struct host;
struct sham;

/* Says that it is live, runs nothing and has no files. It outlives its handles. */
struct sham *sham_new(void);
void sham_free(struct sham *s);
struct host *sham_host(struct sham *s); /* a handle, for host_close() */
void sham_kind(struct sham *s, enum host_kind kind);
void sham_kept_limit(struct sham *s, uint32_t limit);
uint32_t sham_kept(struct sham *s); /* files that are kept now */

void sham_put(struct sham *s, const char *path, const char *format, ...) __attribute__((format(printf, 3, 4)));
void sham_bytes(struct sham *s, const char *path, const void *bytes, size_t len);
void sham_link(struct sham *s, const char *path, const char *target); /* a symbolic link: nothing is read through it */
/* What reading this path answers instead of its text; 0: its text again. A folder gives its names before the error. */
void sham_error(struct sham *s, const char *path, int err);
/* The path and all below it are gone: kept files answer -ENODEV, others -ENOENT. */
void sham_remove(struct sham *s, const char *path);
/* Its answers are from that time on the clock, as a daemon's are that were kept; 0: they are new. */
void sham_given(struct sham *s, const char *path, uint64_t ns);
void sham_takes(struct sham *s, const char *path, uint64_t ns); /* a read moves the clock */
void sham_forward(struct sham *s, uint64_t ns);

/* Reads, whether they went well or not, of all paths that end like this, since the last sham_forget(). */
uint64_t sham_reads(struct sham *s, const char *end);
void sham_forget(struct sham *s);

/* Reads of this path wait until they are let go. */
void sham_hang(struct sham *s, const char *path);
void sham_hanging(struct sham *s); /* waits until a read hangs there, at most 10 s */
void sham_let_go(struct sham *s);

/*
 * An x86 machine of two packages with two threads a core (CPU 0 and 1 are one core), each CPU with a policy of its own
 * on acpi-cpufreq: 1.2 to 2.7 GHz, base 2.4 GHz. Kernel 6.1.
 */
void sham_machine(struct sham *s, unsigned cpus);
void sham_kernel(struct sham *s, const char *release);
/* This CPU does that much work from now on. */
void sham_busy(struct sham *s, unsigned cpu, unsigned percent);
void sham_pass(struct sham *s, unsigned ms); /* time goes by: the clock and /proc/stat */
void sham_online(struct sham *s, unsigned cpu, bool online);
/* One file of every policy. */
void sham_policies(struct sham *s, const char *file, const char *text);

#endif
