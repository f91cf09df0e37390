/* Threads of guests: of each QEMU process of this host, what the kernel says of its threads. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_THREADS_H
#define PROBES_THREADS_H

#include "probes/probe.h"

struct threads {
	struct value processes, threads; /* u64: of QEMU; threads that are a vCPU, emulator, iothread or vhost */
	struct rows guest; /* struct threads_guest */
};

struct threads_guest {
	struct value key; /* text: the UUID when libvirt lists it as running here, else "pid4711" */
	struct value pid; /* u64 */
	struct value managed; /* bool: libvirt lists it; not yet while libvirt has not answered */
	struct value uuid, name; /* text: as the process was started with; absent when it was not */
	struct value type; /* text: kvm or tcg, by the names of its threads */
	struct value cgroup; /* text: of its cpuset */
	struct value cpuset_cpus; /* set: what its cpuset lets it have (effective) */
	struct value slice_cpus; /* set: what the cpuset above all guests lets them have */
	struct value throttled_ms_per_s; /* f64: time that a quota took away; absent without one */
	struct rows memory; /* struct threads_memory: where its memory lies, by its cgroup */
	struct rows thread; /* struct thread, by role and number */
};

struct threads_memory {
	struct value node; /* u64 */
	struct value kib; /* u64 */
};

struct thread {
	struct value tid; /* u64 */
	struct value name; /* text: "vcpu 0", "emulator", "iothread 1", "vhost 4712", "other: comm" is not kept */
	struct value role; /* text: vcpu, emulator, iothread, vhost */
	struct value number; /* u64: of the vCPU or iothread; absent for others */
	struct value comm; /* text, as the kernel has it */
	struct value allowed; /* set: CPUs that it may run on, as the kernel has them */
	struct value last_cpu; /* u64: where it last ran */
	struct value busy; /* f64, percent of one CPU */
	struct value wait_ms_per_s; /* f64: time in which it could have run and had no CPU */
	struct value wait_us; /* f64: the same by time slice: how long one wake-up waits */
	struct value slices_per_s; /* f64 */
	struct value policy; /* text: other, fifo, rr, batch, idle, deadline */
	struct value priority; /* u64: of fifo and rr */
};

extern const struct probe probe_threads;

/* By key; NULL when there is none. t may be NULL. */
const struct threads_guest *threads_find(const struct threads *t, const char *key);

#endif
