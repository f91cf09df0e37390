/* Processes of QEMU in a sham machine: their files, and the threads that run, wait, move and end. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_SHAM_QEMU_H
#define TESTS_LIB_SHAM_QEMU_H

#include "tests/lib/sham.h"

/* A process with this command line, its arguments parted by blanks; no threads yet. parent 2: a thread of the kernel. */
void sham_process(struct sham *s, unsigned pid, unsigned parent, const char *comm, const char *command);
/* One thread of it: on a CPU, with a list of those that it may have. pid == tid is its main thread. */
void sham_thread(struct sham *s, unsigned pid, unsigned tid, const char *comm, unsigned cpu, const char *allowed);
/* Its time on a CPU and without one since it was started, in µs, and its time slices. */
void sham_ran(struct sham *s, unsigned pid, unsigned tid, unsigned run_us, unsigned wait_us, unsigned slices);
/* How many threads a process says that it has, and when it was started. */
void sham_stat(struct sham *s, unsigned pid, unsigned tid, const char *comm, unsigned nthreads, unsigned start,
	unsigned cpu, unsigned priority, unsigned policy);
/*
 * A guest as libvirt starts it, below cgroup v2: emulator on 0-1, iothread 1, vhost, and vCPUs each on a CPU of its own
 * from first_cpu on. The threads are pid, pid+1 .. pid+vcpus (vCPUs), then the iothread and the vhost.
 */
void sham_guest(struct sham *s, unsigned pid, const char *name, const char *uuid, unsigned vcpus, unsigned first_cpu);

#endif
