/* What measuring programs share: clocks, medians, how idle the machine was, and words about what a screen shows. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_BENCH_H
#define TESTS_LIB_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

uint64_t bench_ns(void); /* monotonic */
uint64_t bench_thread_ns(void); /* CPU time of this thread */
/* CPU time of all threads of a process, those that ended too; 0 when it is gone. */
uint64_t bench_cpu_ns(pid_t pid);

/* Sorts v; share 0.5 is the median, 0.99 the 99th percentile (the value that so many are not above). */
double bench_rank(double *v, size_t n, double share);

/* How idle this machine was since bench_machine() filled m: percent of all its CPUs. */
struct bench_machine {
	uint64_t idle, all;
};
struct bench_machine bench_machine(void);
double bench_idle(const struct bench_machine *since);

/* A number from /proc/PID/status, "VmRSS"; 0 when it is not there. */
uint64_t bench_status(pid_t pid, const char *name);

/*
 * Words about a screen, separated by spaces, all must hold: "+tab" it is somewhere, "-reading" it is nowhere, "@CLOCK":
 * the words behind it are about lines that have CLOCK, of which there must be one. '_' in a word is a space.
 */
bool bench_shows(const char *screen, const char *words);

/* The rest of the command line behind "--", or NULL; argc is what stands before it. */
char **bench_command(int *argc, char **argv);

#endif
