/* Decides about the guests of a simulated machine: a mix in which each trouble can be seen, on CPUs that it shares out. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/simulate_guest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/util.h"

/* The first guests are one of each kind; the others are drawn. */
enum {
	AT_BEST, /* virtio, two iothreads, a CPU for each vCPU */
	AT_WORST, /* everything emulated, nothing pinned */
	AT_PAIR, /* two vCPUs on one CPU */
	AT_EMULATOR, /* its emulator is where a vCPU is */
	AT_OFF,
	AT_FLOAT, /* virtio, but not pinned */
	AT_NODES, /* over two nodes */
	AT_TRANSIENT,
	AT_PENDING, /* waits for a restart to leave IDE */
	AT_LIVE_ONLY, /* loses its pins with the restart */
	AT_UNMANAGED, /* QEMU without libvirt */
	AT_PAUSED,
	AT_QUOTA,
	AT_NOVA, /* has its name from a cloud */
	AT_DRAWN,
};

enum { PID_FIRST = 10000, PID_STEP = 64, KERNEL_VHOST = 48, OF_GUESTS = 2000 };

/* How the cores of a node are shared out: for the host, for one vCPU each, for all the others. */
struct shares {
	unsigned host, own, pool;
};

static struct shares shares_of(const struct model *m)
{
	unsigned cores = m->o.cores, host = model_host_cores(m);
	unsigned own = m->o.clean ? cores - host : (cores - host) * 2 / 3;

	return (struct shares){host, own, cores - host - own};
}

/* One that is empty would mean a guest that is not pinned: tiny nodes are used as a whole. */
static struct sim_cpus part(const struct model *m, unsigned node, unsigned from, unsigned n)
{
	return n ? (struct sim_cpus){.first = node * m->o.cores + from, .n = n}
		 : (struct sim_cpus){.first = node * m->o.cores, .n = m->o.cores};
}

/* The k-th CPU of those that vCPUs have for themselves: siblings follow each other, so that no core has two guests. */
static struct sim_cpus own_cpu(const struct model *m, unsigned node, unsigned k)
{
	unsigned core = node * m->o.cores + shares_of(m).host + k / m->o.threads;

	return (struct sim_cpus){.one = true, .first = k % m->o.threads * m->o.packages * m->o.cores + core, .n = 1};
}

/* Takes n CPUs of a node for good; false when it has not so many. */
static bool take_own(const struct model *m, unsigned *used, unsigned node, struct sim_cpus *vcpu, unsigned n)
{
	unsigned threads = m->o.threads, whole = (n + threads - 1) / threads * threads;

	if (used[node] + whole > shares_of(m).own * threads)
		return false;
	for (unsigned v = 0; v < n; v++)
		vcpu[v] = own_cpu(m, node, used[node] + v);
	used[node] += whole;
	return true;
}

static void pin_guest(const struct model *m, struct sim_guest *g, unsigned index, unsigned *used)
{
	struct shares s = shares_of(m);
	unsigned nodes = m->o.packages, half = g->vcpus / 2, other = (g->node + 1) % nodes;
	bool own = false;

	if (index == AT_NODES && nodes > 1)
		own = take_own(m, used, g->node, g->vcpu, half) &&
		      take_own(m, used, other, g->vcpu + half, g->vcpus - half);
	for (unsigned i = 0; i < nodes && !own; i++) {
		unsigned node = (g->node + i) % nodes;

		own = take_own(m, used, node, g->vcpu, g->vcpus);
		if (own)
			g->node = node;
	}
	for (unsigned v = 0; v < g->vcpus && !own; v++)
		g->vcpu[v] = part(m, g->node, s.host + s.own, s.pool);
	g->emulator = g->iothread = part(m, g->node, 0, s.host);
	if (index == AT_PAIR && own)
		g->vcpu[1] = g->vcpu[0];
	if (index == AT_EMULATOR && own)
		g->emulator = g->vcpu[g->vcpus - 1];
}

static unsigned vcpus_of(const struct model *m, unsigned index)
{
	static const unsigned sizes[] = {4, 8, 12, 16, 16, 16};
	unsigned n = sizes[model_random(m, index, OF_GUESTS) % COUNT(sizes)];

	/* No guest fills more than half a package. */
	while (n > 2 && n > m->per_package / 2)
		n /= 2;
	return n;
}

static void name_guest(const struct model *m, struct sim_guest *g, unsigned index)
{
	static const char *const names[] = {"web", "app", "shop", "mail", "cache", "ci", "vpn", "log"};
	const char *name = names[model_random(m, index, OF_GUESTS + 1) % COUNT(names)];
	uint64_t a = model_random(m, index, OF_GUESTS + 2), b = model_random(m, index, OF_GUESTS + 3);

	name = g->windows ? "win" : index == AT_BEST ? "db" : name;
	if (g->nova)
		snprintf(g->name, sizeof g->name, "instance-%08x", index + 1);
	else
		snprintf(g->name, sizeof g->name, "%s%u", name, index + 1);
	snprintf(g->uuid, sizeof g->uuid, "%08x-%04x-4%03x-a%03x-%012jx", (unsigned)(a >> 32),
		(unsigned)(a >> 16 & 0xffff), (unsigned)(a & 0xfff), (unsigned)(b >> 52),
		(uintmax_t)(b & 0xffffffffffff));
}

/* All like the best; one that finds no CPUs of its own is not started. Whole cores: two guests never share one. */
static void decide_clean(const struct model *m, struct sim_guest *g, unsigned index, unsigned *used)
{
	unsigned cores = shares_of(m).own / (1 + index / m->o.packages % 2) / 2;

	g->index = index;
	g->listed = true;
	g->vcpus = (cores ? cores : 1) * m->o.threads;
	while (g->vcpus > SIM_VCPUS)
		g->vcpus -= m->o.threads;
	g->iothreads = 1;
	g->queues = g->vcpus < SIM_QUEUES ? g->vcpus : SIM_QUEUES;
	g->memory_kib = (uint64_t)g->vcpus << 20;
	g->node = index % m->o.packages;
	g->emulator = g->iothread = part(m, g->node, 0, shares_of(m).host);
	if (take_own(m, used, g->node, g->vcpu, g->vcpus)) {
		g->id = index + 1;
		g->pid = PID_FIRST + index * PID_STEP;
	}
	name_guest(m, g, index);
}

static void decide(const struct model *m, struct sim_guest *g, unsigned index, unsigned *used)
{
	uint64_t draw = model_random(m, index, OF_GUESTS + 4);
	bool drawn = index >= AT_DRAWN, pinned = index != AT_WORST && index != AT_FLOAT;
	bool off = index == AT_OFF || (drawn && draw % 23 == 0);

	g->index = index;
	g->emulated = index == AT_WORST || index == AT_PENDING || (drawn && draw % 10 == 0);
	g->pending = index == AT_PENDING;
	g->windows = g->emulated && drawn;
	g->listed = index != AT_UNMANAGED;
	g->transient = index == AT_TRANSIENT;
	g->paused = index == AT_PAUSED;
	g->live_only = index == AT_LIVE_ONLY;
	g->quota = index == AT_QUOTA;
	g->nova = index == AT_NOVA;
	if (drawn)
		pinned = draw / 10 % 8 != 0;
	g->vcpus = vcpus_of(m, index);
	g->iothreads = !g->emulated && (index == AT_BEST || draw % 3 == 1) ? SIM_IOTHREADS : 0;
	g->queues = g->emulated ? 0 : g->vcpus < SIM_QUEUES ? g->vcpus : SIM_QUEUES;
	g->memory_kib = (uint64_t)g->vcpus << 21;
	g->node = index % m->o.packages;
	g->id = off || !g->listed ? 0 : index + 1;
	g->pid = off ? 0 : PID_FIRST + index * PID_STEP;
	if (pinned && g->listed)
		pin_guest(m, g, index, used);
	name_guest(m, g, index);
}

struct sim_guest *sim_guests_new(const struct model *m)
{
	struct sim_guest *g;
	unsigned *used;

	if (!m->o.guests)
		return NULL;
	g = xcalloc(m->o.guests, sizeof *g);
	used = xcalloc(m->o.packages, sizeof *used);
	for (unsigned i = 0; i < m->o.guests; i++)
		(m->o.clean ? decide_clean : decide)(m, &g[i], i, used);
	free(used);
	return g;
}

static struct sim_thread *add(struct sim_thread *t, unsigned *n, enum sim_role role, unsigned number, unsigned tid)
{
	t += (*n)++;
	*t = (struct sim_thread){.role = role, .number = number, .tid = tid};
	return t;
}

unsigned sim_threads(const struct model *m, const struct sim_guest *g, struct sim_thread ret[SIM_THREADS])
{
	/* An older kernel has the threads of vhost for itself; newer ones make them threads of QEMU. */
	bool kernel = strcmp(m->kind->driver, "acpi-cpufreq") == 0;
	unsigned n = 0;
	struct sim_thread *t = add(ret, &n, SIM_EMULATOR, 0, g->pid);

	snprintf(t->comm, sizeof t->comm, "%s", g->listed ? "qemu-system-x86" : "kvm");
	snprintf(add(ret, &n, SIM_OTHER, 0, g->pid + n)->comm, sizeof t->comm, "call_rcu");
	for (unsigned i = 1; i <= g->iothreads; i++)
		snprintf(add(ret, &n, SIM_IOTHREAD, i, g->pid + n)->comm, sizeof t->comm, "IO iothread%u", i);
	if (g->listed)
		snprintf(add(ret, &n, SIM_OTHER, 0, g->pid + n)->comm, sizeof t->comm, "IO mon_iothread");
	for (unsigned v = 0; v < g->vcpus; v++)
		snprintf(add(ret, &n, SIM_VCPU, v, g->pid + n)->comm, sizeof t->comm, "CPU %u/KVM", v);
	snprintf(add(ret, &n, SIM_OTHER, 0, g->pid + n)->comm, sizeof t->comm, "vnc_worker");
	for (unsigned q = 0; q < g->queues; q++) {
		t = add(ret, &n, SIM_VHOST, 0, kernel ? g->pid + KERNEL_VHOST + q : g->pid + n);
		t->kernel = kernel;
		snprintf(t->comm, sizeof t->comm, "vhost-%u", g->pid);
	}
	for (unsigned i = 0; i < n; i++)
		ret[i].cpus = ret[i].role == SIM_VCPU	    ? &g->vcpu[ret[i].number]
			      : ret[i].role == SIM_IOTHREAD ? &g->iothread
							    : &g->emulator;
	return n;
}

void sim_cpus_list(const struct model *m, const struct sim_cpus *c, char *buf, size_t size)
{
	if (c->one)
		snprintf(buf, size, "%u", c->first);
	else if (c->n)
		model_list(m, c->first, c->n, buf, size);
	else
		model_list(m, 0, m->o.packages * m->o.cores, buf, size);
}

unsigned sim_cpus_pick(const struct model *m, const struct sim_cpus *c, uint64_t random)
{
	unsigned cores = m->o.packages * m->o.cores;

	if (c->one)
		return c->first;
	if (!c->n)
		return (unsigned)(random % m->ncpus);
	return (unsigned)(random / m->o.threads % c->n) + c->first + (unsigned)(random % m->o.threads) * cores;
}

void sim_thread_path(const struct sim_guest *g, const struct sim_thread *t, char *buf, size_t size)
{
	snprintf(buf, size, "proc/%u/task/%u", t->kernel ? t->tid : g->pid, t->tid);
}
