/* Writes the QEMU processes of simulated guests: their threads, and what their control groups allow them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "probes/host/simulate_guest.h"
#include "probes/util.h"

enum { OF_PROC = 2300, OF_THREAD = 2310 };

/* What libvirt and systemd call it: whatever is special in a unit's name is escaped. */
static void scope_name(const struct sim_guest *g, char *buf, size_t size)
{
	const char *dash = strchr(g->name, '-');

	if (!g->listed)
		snprintf(buf, size, "%u.scope", 100 + g->index);
	else if (dash)
		snprintf(buf, size, "machine-qemu\\x2d%u\\x2d%.*s\\x2d%s.scope", g->id, (int)(dash - g->name), g->name,
			dash + 1);
	else
		snprintf(buf, size, "machine-qemu\\x2d%u\\x2d%s.scope", g->id, g->name);
}

static const char *slice_name(const struct sim_guest *g)
{
	return g->listed ? "machine.slice" : "qemu.slice";
}

/* Words that end with a NUL each. */
static void add_word(struct text *t, const char *word)
{
	sim_text_add(t, "%s", word);
	sim_text_add(t, "%c", '\0');
}

static void write_cmdline(struct out *o, int dir, const struct sim_guest *g, unsigned threads)
{
	static const char *const managed[] = {"-S", "-accel", "kvm", "-m", "size=8388608k", "-overcommit",
		"mem-lock=off", "-no-user-config", "-nodefaults", "-rtc", "base=utc,driftfix=slew", "-no-hpet",
		"-boot", "strict=on", "-msg", "timestamp=on"};
	static const char *const plain[] = {"-no-shutdown", "-daemonize", "-nodefaults", "-cpu",
		"host,+kvm_pv_eoi,+kvm_pv_unhalt", "-m", "8192", "-machine", "type=pc+pve0", "-device",
		"virtio-net-pci,mac=BC:24:11:4E:21:07,netdev=net0,bus=pci.0,addr=0x12,id=net0"};
	struct text t = {0};
	char word[120];

	add_word(&t, g->listed ? "/usr/bin/qemu-system-x86_64" : "/usr/bin/kvm");
	if (!g->listed) {
		add_word(&t, "-id");
		snprintf(word, sizeof word, "%u", 100 + g->index);
		add_word(&t, word);
	}
	add_word(&t, "-name");
	snprintf(word, sizeof word, "%s%s,debug-threads=on", g->listed ? "guest=" : "", g->name);
	add_word(&t, word);
	add_word(&t, g->listed ? "-uuid" : "-smbios");
	snprintf(word, sizeof word, "%s%s", g->listed ? "" : "type=1,uuid=", g->uuid);
	add_word(&t, word);
	add_word(&t, "-smp");
	snprintf(word, sizeof word, "%u,sockets=1,dies=1,cores=%u,threads=%u", g->vcpus, g->vcpus / threads, threads);
	add_word(&t, word);
	for (size_t i = 0; i < (g->listed ? COUNT(managed) : COUNT(plain)); i++)
		add_word(&t, g->listed ? managed[i] : plain[i]);
	out_text(o, dir, "cmdline", t.at, t.len);
	text_free(&t);
}

/* Counters begin with a digit that leaves them room to grow in place. */
static void write_stat(const struct model *m, struct out *o, int dir, const struct sim_guest *g,
	const struct sim_thread *t, unsigned nthreads)
{
	uint64_t random = model_random(m, t->tid, OF_THREAD);

	out_line(o, dir, "stat",
		"%u (%s) %c %u %u %u 0 -1 %u 4711 0 12 0 %ju %ju 0 0 20 0 %u 0 %u %ju %ju 18446744073709551615 "
		"1 1 0 0 0 0 268444224 4096 16963 0 0 0 -1 %u 0 0 0 %ju 0 0 0 0 0 0 0 0 0",
		t->tid, t->comm, t->role == SIM_VCPU && !g->paused && m->busy[sim_cpus_pick(m, t->cpus, random)] ? 'R' : 'S',
		t->kernel ? 2 : 1, t->kernel ? 0 : g->pid, t->kernel ? 0 : g->pid, t->kernel ? 2129984 : 138412416,
		(uintmax_t)(10000000 + random % 70000000), (uintmax_t)(1000000 + random % 6999991), nthreads,
		100000 + g->index * 777, t->kernel ? 0 : (uintmax_t)g->memory_kib * 1100,
		t->kernel ? 0 : (uintmax_t)g->memory_kib / 4, sim_cpus_pick(m, t->cpus, random),
		(uintmax_t)(random % 70000000 * (t->role == SIM_VCPU)));
	out_line(o, dir, "schedstat", "%ju %ju %ju", (uintmax_t)(UINT64_C(100000000000000) + random % 699999999999999),
		(uintmax_t)(UINT64_C(1000000000000) + random % 6999999999999), (uintmax_t)(1000000000 + random % 4000000000));
}

/* It has touched most of its memory. */
static uint64_t resident_kib(const struct sim_guest *g)
{
	return g->memory_kib / 16 * 15;
}

static void write_status(const struct model *m, struct out *o, int dir, const struct sim_guest *g,
	const struct sim_thread *t, unsigned nthreads)
{
	char list[64], nodes[16] = "0", memory[160];
	unsigned tgid = t->kernel ? t->tid : g->pid;
	uintmax_t kib = resident_kib(g);

	/* of the process; in the files of its other threads nobody looks for it */
	snprintf(memory, sizeof memory,
		"VmRSS:\t%ju kB\nRssAnon:\t%ju kB\nRssFile:\t8 kB\nRssShmem:\t0 kB\nVmSwap:\t0 kB\nHugetlbPages:\t0 kB\n",
		kib + 8, kib);

	sim_cpus_list(m, t->cpus, list, sizeof list);
	if (m->o.packages > 1)
		snprintf(nodes, sizeof nodes, "0-%u", m->o.packages - 1);
	out_line(o, dir, "status",
		"Name:\t%s\nUmask:\t0002\nState:\tS (sleeping)\nTgid:\t%u\nNgid:\t0\nPid:\t%u\nPPid:\t%u\nTracerPid:\t0\n"
		"Uid:\t64055\t64055\t64055\t64055\nGid:\t104\t104\t104\t104\nFDSize:\t256\nThreads:\t%u\n"
		"%sCpus_allowed_list:\t%s\nMems_allowed_list:\t%s\nvoluntary_ctxt_switches:\t1211\n"
		"nonvoluntary_ctxt_switches:\t17",
		t->comm, tgid, t->tid, t->kernel ? 2 : 1, nthreads, t->tid == g->pid ? memory : "", list, nodes);
}

static void write_cgroup(struct out *o, int dir, const struct sim_guest *g, const struct sim_thread *t)
{
	char scope[80], below[32] = "";

	scope_name(g, scope, sizeof scope);
	if (g->listed && t->role == SIM_VCPU)
		snprintf(below, sizeof below, "/libvirt/vcpu%u", t->number);
	else if (g->listed && t->role == SIM_IOTHREAD)
		snprintf(below, sizeof below, "/libvirt/iothread%u", t->number);
	else if (g->listed)
		snprintf(below, sizeof below, "/libvirt/emulator");
	out_line(o, dir, "cgroup", "0::/%s/%s%s", slice_name(g), scope, below);
}

static void write_thread(const struct model *m, struct out *o, int dir, const struct sim_guest *g,
	const struct sim_thread *t, unsigned nthreads)
{
	out_line(o, dir, "comm", "%s", t->comm);
	write_stat(m, o, dir, g, t, nthreads);
	write_status(m, o, dir, g, t, nthreads);
	write_cgroup(o, dir, g, t);
}

/* A process: its main thread's files, and one folder a thread. */
static void write_process(const struct model *m, struct out *o, int proc, const struct sim_guest *g,
	const struct sim_thread *first, unsigned n)
{
	int dir = out_dir(o, proc, "%u", first->tid), tasks = out_dir(o, dir, "task");
	unsigned own = 0;

	for (unsigned i = 0; i < n; i++)
		own += first[i].kernel == first->kernel;
	if (first->kernel)
		out_text(o, dir, "cmdline", "", 0);
	else
		write_cmdline(o, dir, g, m->o.clean ? m->o.threads : 1);
	write_thread(m, o, dir, g, first, own);
	for (unsigned i = 0; i < n; i++) {
		int task;

		if (first[i].kernel != first->kernel)
			continue;
		task = out_dir(o, tasks, "%u", first[i].tid);
		write_thread(m, o, task, g, &first[i], own);
		out_close(task);
	}
	out_close(tasks);
	out_close(dir);
}

/* Where its memory lies: most of it on its node, some beside. */
static void write_memory(const struct model *m, struct out *o, int dir, const struct sim_guest *g)
{
	uint64_t bytes = resident_kib(g) * 1024, beside = m->o.clean ? 0 : bytes / 25;
	struct text t = {0};
	static const char *const names[] = {"anon", "file", "shmem", "anon_thp"};

	for (size_t i = 0; i < COUNT(names); i++) {
		sim_text_add(&t, "%s", names[i]);
		for (unsigned node = 0; node < m->o.packages; node++) {
			uint64_t n = m->o.packages == 1 ? bytes : node == g->node ? bytes - beside : beside / (m->o.packages - 1);

			sim_text_add(&t, " N%u=%ju", node, (uintmax_t)(i == 0 ? n : i == 1 ? 8192 : i == 2 ? 0 : n / 16 * 15 & ~0xfffu));
		}
		sim_text_add(&t, "\n");
	}
	out_text(o, dir, "memory.numa_stat", t.at, t.len);
	text_free(&t);
}

/* What else its group says: nothing is wrong with it. */
static void write_ease(struct out *o, int dir, const struct sim_guest *g)
{
	static const char *const resources[] = {"cpu", "memory", "io"};
	uintmax_t bytes = resident_kib(g) * 1024;

	out_line(o, dir, "memory.stat", "anon %ju\nfile 8192\nshmem 0\nanon_thp %ju\nfile_thp 0\nshmem_thp 0", bytes,
		bytes / 16 * 15 & ~(uintmax_t)0x1fffff);
	out_line(o, dir, "memory.swap.current", "0");
	out_line(o, dir, "memory.events", "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0");
	out_line(o, dir, "hugetlb.2MB.current", "0");
	out_line(o, dir, "hugetlb.1GB.current", "0");
	for (size_t i = 0; i < COUNT(resources); i++) {
		char name[32];

		snprintf(name, sizeof name, "%s.pressure", resources[i]);
		out_line(o, dir, name, "some avg10=0.00 avg60=0.00 avg300=0.00 total=%u\n"
				       "full avg10=0.00 avg60=0.00 avg300=0.00 total=%u", 4711 + g->index, g->index);
	}
}

static void write_cpu_stat(struct out *o, int dir, uint64_t usec, bool quota)
{
	if (quota)
		out_line(o, dir, "cpu.max", "50000 100000");
	out_line(o, dir, "cpu.stat", "usage_usec %ju\nuser_usec %ju\nsystem_usec %ju\nnr_periods %u\nnr_throttled %u\n"
				     "throttled_usec %ju",
		(uintmax_t)usec, (uintmax_t)(usec / 10 * 9), (uintmax_t)(usec / 10), quota ? 1400000 : 0,
		quota ? 210000 : 0, (uintmax_t)(quota ? UINT64_C(12000000000) : 0));
}

static void write_scope(const struct model *m, struct out *o, int root, const struct sim_guest *g)
{
	uint64_t usec = UINT64_C(100000000000) + model_random(m, g->index, OF_PROC) % UINT64_C(699999999999);
	char scope[80], list[64];
	int top = out_deep(o, root, "sys/fs/cgroup"), slice = out_dir(o, top, "%s", slice_name(g)), dir, inner, vcpu;

	scope_name(g, scope, sizeof scope);
	dir = out_dir(o, slice, "%s", scope);
	model_list(m, 0, m->o.packages * m->o.cores, list, sizeof list);
	out_line(o, dir, "cpuset.cpus.effective", "%s", list);
	write_memory(m, o, dir, g);
	write_ease(o, dir, g);
	write_cpu_stat(o, dir, usec, false);
	inner = g->listed ? out_dir(o, dir, "libvirt") : -1;
	for (unsigned v = 0; v < g->vcpus && g->quota; v++) {
		vcpu = out_dir(o, inner, "vcpu%u", v);
		write_cpu_stat(o, vcpu, usec / g->vcpus, true);
		out_close(vcpu);
	}
	out_close(inner);
	out_close(dir);
	out_close(slice);
	out_close(top);
}

void simulate_guests_proc(const struct model *m, struct out *o, int root)
{
	struct sim_thread t[SIM_THREADS];
	char list[64];
	int proc, slice;

	if (!m->o.guests)
		return;
	model_list(m, 0, m->o.packages * m->o.cores, list, sizeof list);
	slice = out_deep(o, root, "sys/fs/cgroup/machine.slice");
	out_line(o, slice, "cpuset.cpus.effective", "%s", list);
	out_close(slice);
	slice = out_deep(o, root, "sys/fs/cgroup");
	out_line(o, slice, "cpuset.cpus.effective", "%s", list);
	out_line(o, slice, "cgroup.controllers", "cpuset cpu io memory hugetlb pids rdma misc");
	out_close(slice);
	proc = out_dir(o, root, "proc");
	for (unsigned i = 0; i < m->o.guests && !o->err; i++) {
		const struct sim_guest *g = &m->guest[i];
		unsigned n = g->pid ? sim_threads(m, g, t) : 0;

		if (!n)
			continue;
		write_process(m, o, proc, g, t, n);
		for (unsigned k = 0; k < n; k++) {
			if (t[k].kernel)
				write_process(m, o, proc, g, &t[k], 1);
		}
		write_scope(m, o, root, g);
	}
	out_close(proc);
}
