/* Counters of perf: clocks, system management interrupts and hardware sleep. Each reading interrupts the CPU. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_PERF_H
#define PROBES_HOST_PERF_H

#include <stddef.h>
#include <stdint.h>

struct machine;
struct perf;

#define PERF_FOLDER "/sys/bus/event_source/devices"

/* Opens nothing yet. folder: of the PMUs. Its descriptors count among the kept files of m, which outlives it. */
struct perf *perf_new(struct machine *m, const char *folder);
void perf_free(struct perf *p); /* NULL is fine */

/*
 * The text of "@perf/SET/N" for CPU N; its length, as snprintf() gives it. All counters of a set are read in one go:
 * msr: tsc=, aperf=, mperf=; smi: tsc=, smi=; cstate_core and cstate_pkg: c1=, c6= and what else the processor has of
 * them, in ticks of the TSC, and tsc= and ns= of the same moment. All have enabled= and running= in ns. The counters are
 * opened at the first call for a CPU and stay open. May be called by any thread. -EACCES, -EOPNOTSUPP and -ENOENT come
 * with a why that says what would make them readable; -ENODEV: the CPU was offline.
 */
int perf_text(struct perf *p, const char *path, char *buf, size_t size, char why[200]);

/* The number of "event=0x01"; -EINVAL for any other text. */
int perf_event_config(const char *text, uint64_t *ret);
/* The CPU of "@perf/msr/N" and of the other sets; -EINVAL for any other path. */
int perf_path_cpu(const char *path);

#endif
