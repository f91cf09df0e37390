/* Masks what administrators set and name: profiles of tuned, cgroups at the top, and what the kernel says of processes.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "probes/host/masked_comm.h"
#include "probes/host/masked_impl.h"
#include "probes/kernel_log_lines.h"
#include "probes/util.h"

static bool is_one_of(struct slice s, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_is(s, names[i]))
			return true;
	return false;
}

/* A profile is a folder too: the way back to its path must be known. */
static void put_profile(struct masks *m, struct text *t, struct slice s)
{
	static const char *const known[] = {"accelerator-performance", "atomic-guest", "atomic-host", "aws", "balanced",
		"balanced-battery", "cpu-partitioning", "cpu-partitioning-powersave", "default", "desktop",
		"desktop-powersave", "enterprise-storage", "hpc-compute", "intel-sst", "laptop-ac-powersave",
		"laptop-battery-powersave", "latency-performance", "mssql", "network-latency", "network-throughput",
		"openshift", "openshift-control-plane", "openshift-node", "optimize-serial-console", "oracle",
		"postgresql", "powersave", "realtime", "realtime-virtual-guest", "realtime-virtual-host", "sap-hana",
		"sap-netweaver", "server-powersave", "spectrumscale-ece", "spindown-disk", "throughput-performance",
		"virtual-guest", "virtual-host"};

	if (is_one_of(s, known, COUNT(known)))
		mask_put_slice(t, s);
	else
		mask_put_slice(t, slice_of(mask_pair(m, MASK_PART, s, mask_of(m, MASK_NAME, s))));
}

void mask_profiles(struct masks *m, struct text *t, struct slice s)
{
	while (s.len) {
		size_t n = 0;

		while (n < s.len && !strchr(" \t\n,", s.p[n]))
			n++;
		if (n)
			put_profile(m, t, (struct slice){s.p, n});
		else
			mask_put(t, s.p, n = 1);
		s = (struct slice){s.p + n, s.len - n};
	}
}

/* Of a file of settings only those that are asked for are told, and the sections around them. */
static void told_settings(
	struct masks *m, struct text *t, struct slice s, const char *const *keys, size_t n, const char *of_profiles)
{
	struct slice line, key, value;

	while (slice_line(&s, &line)) {
		line = slice_trim(line);
		if (slice_is(line, "[main]") || slice_is(line, "[cpu]")) {
			text_add(t, "%.*s\n", (int)line.len, line.p);
			continue;
		}
		if (line.len && line.p[0] == '[')
			text_add(t, "[]\n"); /* what follows is in neither */
		if (!line.len || !slice_pair(line, '=', &key, &value) || !is_one_of(key, keys, n))
			continue;
		text_add(t, "%.*s=", (int)key.len, key.p);
		if (of_profiles && slice_is(key, of_profiles))
			mask_profiles(m, t, value);
		else
			mask_sentence(m, t, value);
		text_add(t, "\n");
	}
}

void mask_profile_file(struct masks *m, struct text *t, struct slice s)
{
	static const char *const keys[] = {"include", "force_latency", "governor", "energy_performance_preference"};

	told_settings(m, t, s, keys, COUNT(keys), "include");
}

void mask_cpupower(struct masks *m, struct text *t, struct slice s)
{
	static const char *const keys[] = {"governor", "GOVERNOR", "CPUPOWER_START_OPTS"};

	told_settings(m, t, s, keys, COUNT(keys), NULL);
}

/* Folders at the top of the cgroups: those that systemd, libvirt and the kernel make have the same names everywhere. */
void mask_top_cgroup(struct masks *m, struct text *t, struct slice s)
{
	static const char *const known[] = {"system.slice", "user.slice", "machine.slice", "machine", "qemu.slice",
		"init.scope", "libvirt", "lxc", "docker", "kubepods", "kubepods.slice", "unified", "systemd", "elogind",
		"blkio", "cpu", "cpuacct", "cpu,cpuacct", "cpuset", "devices", "freezer", "hugetlb", "memory",
		"net_cls", "net_cls,net_prio", "net_prio", "perf_event", "pids", "rdma", "misc"};
	static const char *const files[] = {"cgroup.", "cpu.", "cpuset.", "cpuset.cpus.", "hugetlb.", "io.", "irq.",
		"memory.", "misc.", "pids.", "rdma.", "dev-", "proc-", "run-", "sys-"};
	struct text masked = text_begin();
	bool usual = is_one_of(s, known, COUNT(known));

	for (size_t i = 0; i < COUNT(files); i++)
		usual = usual || slice_starts(s, files[i]);
	mask_part(m, &masked, s);
	if (usual || !slice_is(s, masked.bytes))
		mask_put_slice(t, slice_of(masked.bytes));
	else
		mask_put_slice(t, slice_of(mask_pair(m, MASK_PART, s, mask_of(m, MASK_NAME, s))));
	text_end(&masked, NULL);
}

static void mask_log_line(struct masks *m, struct text *t, struct slice line)
{
	struct slice comm, behind = line;
	uint64_t pid;
	size_t n;

	if (kernel_log_thread(line, &comm, &pid)) {
		mask_put(t, line.p, (size_t)(comm.p - line.p));
		if (masked_comm_is_usual(comm))
			mask_put_slice(t, comm);
		else
			masked_comm_words(m, t, comm);
		behind = (struct slice){comm.p + comm.len, (size_t)(line.p + line.len - comm.p) - comm.len};
		n = 1 + strspn(behind.p + 1, "0123456789"); /* the number of the thread is no path */
		mask_put(t, behind.p, n);
		behind = (struct slice){behind.p + n, behind.len - n};
	}
	mask_sentence(m, t, behind);
}

void mask_log(struct masks *m, struct text *t, struct slice s)
{
	struct slice line;

	while (slice_line(&s, &line)) {
		mask_log_line(m, t, line);
		text_add(t, "\n");
	}
}
