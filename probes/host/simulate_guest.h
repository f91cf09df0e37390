/* The guests of a simulated machine: what each is made of, where its threads may run, and how they are written. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_SIMULATE_GUEST_H
#define PROBES_HOST_SIMULATE_GUEST_H

#include "probes/host/simulate_model.h"
#include "probes/host/simulate_out.h"

enum { SIM_VCPUS = 16, SIM_IOTHREADS = 2, SIM_QUEUES = 8, SIM_THREADS = 32 };

/* CPUs that a thread is pinned to: one of them, or all threads of the cores first … first + n - 1; n 0: not pinned. */
struct sim_cpus {
	bool one;
	unsigned first, n; /* first: the CPU itself when it is one */
};

struct sim_guest {
	char name[24], uuid[40];
	unsigned index; /* among all, from 0 */
	unsigned id, pid; /* of libvirt and of QEMU; 0: it is off */
	bool listed; /* by libvirt; the other one was started without it */
	bool transient, paused;
	bool emulated; /* as it runs: disk on IDE, card e1000 */
	bool pending; /* its definition has virtio in place of them */
	bool live_only; /* its definition has no pins */
	bool quota, windows, nova;
	unsigned vcpus, iothreads;
	unsigned queues; /* of its card: a thread of vhost each; 0: QEMU moves the packets itself */
	unsigned node; /* that has its memory */
	uint64_t memory_kib;
	struct sim_cpus vcpu[SIM_VCPUS], emulator, iothread;
};

enum sim_role { SIM_VCPU, SIM_EMULATOR, SIM_IOTHREAD, SIM_VHOST, SIM_OTHER };

struct sim_thread {
	enum sim_role role;
	unsigned number, tid;
	bool kernel; /* a thread of the kernel, not of QEMU */
	char comm[24];
	const struct sim_cpus *cpus;
};

/* All of them, m->o.guests; NULL when there are none. For free(). */
struct sim_guest *sim_guests_new(const struct model *m);
/* The threads of a guest that runs: how many. */
unsigned sim_threads(const struct model *m, const struct sim_guest *g, struct sim_thread ret[SIM_THREADS]);

void sim_cpus_list(const struct model *m, const struct sim_cpus *c, char *buf, size_t size); /* pinned or not */
unsigned sim_cpus_pick(const struct model *m, const struct sim_cpus *c, uint64_t random); /* one of them */
/* Where a thread's files are, "proc/4711/task/4712"; of a thread of the kernel its process. */
void sim_thread_path(const struct sim_guest *g, const struct sim_thread *t, char *buf, size_t size);

/* The definition as it runs or as it is stored. */
void sim_guest_xml(const struct model *m, const struct sim_guest *g, bool live, struct text *t);

/* Statistics as libvirt names them, behind a line that says whose they are. */
void sim_guest_traffic(const struct model *m, const struct sim_guest *g, struct text *t);
void sim_guest_work(const struct model *m, const struct sim_guest *g, struct text *t);
void sim_guest_exits(const struct model *m, const struct sim_guest *g, struct text *t); /* of its virtual CPUs, as KVM counts */
void sim_guest_pages(const struct model *m, const struct sim_guest *g, struct text *t); /* of the whole guest */
#define SIM_TRAFFIC "state,interface"
#define SIM_WORK "block,balloon"
#define SIM_EXITS "vcpu,cpu-total"
#define SIM_PAGES "vm"

void simulate_guests_virt(const struct model *m, struct out *o, int root);
void simulate_guests_proc(const struct model *m, struct out *o, int root);

#endif
