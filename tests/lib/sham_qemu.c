/* Writes what the kernel shows of processes and threads, as far as the threads probe reads it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/sham_qemu.h"

#include <stdio.h>
#include <string.h>

enum { START = 5000 };

static void stat_of(struct sham *s, const char *path, unsigned id, const char *comm, unsigned parent, unsigned nthreads,
	unsigned start, unsigned cpu, unsigned priority, unsigned policy)
{
	sham_put(s, path,
		"%u (%s) S %u %u %u 0 -1 4194560 11 22 0 0 100 20 5 6 20 0 %u 0 %u 52387840 4924 18446744073709551615 1 "
		"1 0 0 0 0 0 4096 1256 0 0 0 -1 %u %u %u 0 0 0 0 0 0 0 0 0 0 0\n",
		id, comm, parent, id, id, nthreads, start, cpu, priority, policy);
}

void sham_process(struct sham *s, unsigned pid, unsigned parent, const char *comm, const char *command)
{
	char path[80], args[512];
	size_t n = strlen(command);

	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	stat_of(s, path, pid, comm, parent, 1, START, 0, 0, 0);
	snprintf(args, sizeof(args), "%s", command);
	for (char *p = args; *p; p++)
		*p = *p == ' ' ? '\0' : *p;
	snprintf(path, sizeof(path), "/proc/%u/cmdline", pid);
	sham_bytes(s, path, args, n ? n + 1 : 0);
}

void sham_stat(struct sham *s, unsigned pid, unsigned tid, const char *comm, unsigned nthreads, unsigned start,
	unsigned cpu, unsigned priority, unsigned policy)
{
	char path[80];

	snprintf(path, sizeof(path), "/proc/%u/task/%u/stat", pid, tid);
	stat_of(s, path, tid, comm, 1, nthreads, start, cpu, priority, policy);
}

void sham_ran(struct sham *s, unsigned pid, unsigned tid, unsigned run_us, unsigned wait_us, unsigned slices)
{
	char path[80];

	snprintf(path, sizeof(path), "/proc/%u/task/%u/schedstat", pid, tid);
	sham_put(s, path, "%u000 %u000 %u\n", run_us, wait_us, slices);
}

void sham_thread(struct sham *s, unsigned pid, unsigned tid, const char *comm, unsigned cpu, const char *allowed)
{
	char path[80];

	snprintf(path, sizeof(path), "/proc/%u/task/%u/comm", pid, tid);
	sham_put(s, path, "%s\n", comm);
	snprintf(path, sizeof(path), "/proc/%u/task/%u/status", pid, tid);
	sham_put(s, path, "Name:\t%s\nCpus_allowed:\tff\nCpus_allowed_list:\t%s\nMems_allowed_list:\t0\n", comm, allowed);
	sham_stat(s, pid, tid, comm, 1, START, cpu, 0, 0);
	sham_ran(s, pid, tid, 1, 0, 1);
}

void sham_guest(struct sham *s, unsigned pid, const char *name, const char *uuid, unsigned vcpus, unsigned first_cpu)
{
	char text[512], comm[32], allowed[16];
	unsigned i;

	snprintf(text, sizeof(text), "/usr/bin/qemu-system-x86_64 -name guest=%s,debug-threads=on -uuid %s -m 64", name,
		uuid);
	sham_process(s, pid, 1, "qemu-system-x86", text);
	sham_thread(s, pid, pid, "qemu-system-x86", 0, "0-1");
	for (i = 0; i < vcpus; i++) {
		snprintf(comm, sizeof(comm), "CPU %u/KVM", i);
		snprintf(allowed, sizeof(allowed), "%u", first_cpu + i);
		sham_thread(s, pid, pid + 1 + i, comm, first_cpu + i, allowed);
	}
	sham_thread(s, pid, pid + 1 + i, "IO iothread1", 0, "0-1");
	snprintf(comm, sizeof(comm), "vhost-%u", pid);
	sham_thread(s, pid, pid + 2 + i, comm, 0, "0-1");
	sham_stat(s, pid, pid, "qemu-system-x86", vcpus + 3, START, 0, 0, 0);
	snprintf(text, sizeof(text), "/proc/%u/cgroup", pid);
	sham_put(s, text, "0::/machine.slice/machine-qemu\\x2d1\\x2d%s.scope/libvirt/emulator\n", name);
	snprintf(text, sizeof(text), "/sys/fs/cgroup/machine.slice/machine-qemu\\x2d1\\x2d%s.scope/cpuset.cpus.effective",
		name);
	sham_put(s, text, "0-6\n");
	sham_put(s, "/sys/fs/cgroup/machine.slice/cpuset.cpus.effective", "0-7\n");
}
