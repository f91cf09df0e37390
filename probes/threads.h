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
	struct value throttled_periods_share; /* f64, percent of its periods in which a quota stopped it */
	struct value throttled_worst; /* text: "vcpu 3", "emulator", "guest": whose quota took most; absent: none took any */
	struct value throttled_worst_ms_per_s; /* f64: what it took from that one */
	struct value cpu_some_avg10, cpu_full_avg10; /* f64, percent: pressure of its control group, as probe pressure */
	struct value memory_some_avg10, memory_full_avg10;
	struct value io_some_avg10, io_full_avg10;
	struct value resident_kib; /* u64: memory of its QEMU that is in RAM, huge pages of a pool not counted */
	struct value swap_kib; /* u64: memory of it that is swapped out */
	struct value anon_kib, shmem_kib; /* u64: its pages, and those shared with others (memfd), of any size, in RAM */
	struct value thp_kib; /* u64: as much of those two as is in transparent huge pages */
	struct value hugetlb_kib; /* u64: huge pages of a pool */
	struct value huge_share; /* f64, percent: thp and hugetlb, of anon, shmem and hugetlb (of what it has touched) */
	struct value memory_high, memory_max, memory_oom; /* u64: how often its group met those limits, since it began */
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
