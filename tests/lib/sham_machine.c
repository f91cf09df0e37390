/* A sham machine with everything that the probes of clocks read: CPUs, policies, and work that goes on. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/text.h"
#include "probes/util.h"
#include "tests/lib/sham_impl.h"

#define CPUS "/sys/devices/system/cpu"

static void put_in(struct sham *s, const char *folder, unsigned id, const char *file, const char *text)
{
	char path[160];

	snprintf(path, sizeof(path), CPUS "/%s%u/%s", folder, id, file);
	sham_put(s, path, "%s\n", text);
}

static void put_number(struct sham *s, const char *folder, unsigned id, const char *file, unsigned number)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", number);
	put_in(s, folder, id, file, text);
}

static void put_policy(struct sham *s, unsigned id)
{
	static const char *const files[][2] = {{"scaling_driver", "acpi-cpufreq"}, {"scaling_governor", "powersave"},
		{"scaling_available_governors", "conservative ondemand userspace powersave performance schedutil"},
		{"scaling_min_freq", "1200000"}, {"scaling_max_freq", "2700000"}, {"cpuinfo_min_freq", "1200000"},
		{"cpuinfo_max_freq", "2700000"}, {"scaling_cur_freq", "1200000"}, {"scaling_setspeed", "<unsupported>"},
		{"base_frequency", "2400000"}};

	for (size_t i = 0; i < COUNT(files); i++)
		put_in(s, "cpufreq/policy", id, files[i][0], files[i][1]);
	put_number(s, "cpufreq/policy", id, "affected_cpus", id);
	put_number(s, "cpufreq/policy", id, "related_cpus", id);
}

static void put_cpu(struct sham *s, unsigned id)
{
	char text[32];

	put_number(s, "cpu", id, "topology/physical_package_id", id >= s->cpus / 2);
	put_number(s, "cpu", id, "topology/die_id", 0);
	put_number(s, "cpu", id, "topology/cluster_id", 65535);
	put_number(s, "cpu", id, "topology/core_id", id / 2);
	snprintf(text, sizeof(text), "%u-%u", id & ~1U, id | 1U);
	put_in(s, "cpu", id, "topology/core_cpus_list", text);
	put_number(s, "cpu", id, "cache/index3/level", 3);
	put_number(s, "cpu", id, "cache/index3/id", id >= s->cpus / 2);
	put_number(s, "cpu", id, "thermal_throttle/core_throttle_count", 0);
	put_number(s, "cpu", id, "thermal_throttle/core_throttle_total_time_ms", 0);
	put_number(s, "cpu", id, "thermal_throttle/package_throttle_count", 0);
	put_number(s, "cpu", id, "thermal_throttle/package_throttle_total_time_ms", 0);
	put_policy(s, id);
}

/* "0-3,5", and an empty line for nobody. */
static void put_online(struct sham *s)
{
	struct text t = text_begin();

	for (unsigned i = 0; i < s->cpus; i++)
		if (s->cpu[i].online)
			text_add(&t, "%s%u", t.len ? "," : "", i);
	sham_put(s, CPUS "/online", "%s\n", t.bytes);
	text_end(&t, NULL);
}

static void put_stat(struct sham *s)
{
	struct text t = text_begin();
	uint64_t user = 0, idle = 0, ms = s->clock_ns / 1000000;

	for (unsigned i = 0; i < s->cpus; i++) {
		if (!s->cpu[i].online)
			continue;
		user += s->cpu[i].user;
		idle += s->cpu[i].idle;
		text_add(&t, "cpu%u %" PRIu64 " 0 0 %" PRIu64 " 0 0 0 0 0 0\n", i, s->cpu[i].user, s->cpu[i].idle);
	}
	sham_put(s, "/proc/stat",
		"cpu  %" PRIu64 " 0 0 %" PRIu64 " 0 0 0 0 0 0\n%sintr %" PRIu64 " 1 2 3\nctxt %" PRIu64
		"\nprocs_running 2\n",
		user, idle, t.bytes, ms * 2, ms * 5);
	text_end(&t, NULL);
}

void sham_kernel(struct sham *s, const char *release)
{
	sham_put(s, "/proc/sys/kernel/osrelease", "%s\n", release);
	sham_put(s, "/proc/version", "Linux version %s (gcc) #1 SMP\n", release);
}

static void put_cpuinfo(struct sham *s)
{
	struct text t = text_begin();

	for (unsigned i = 0; i < s->cpus; i++)
		text_add(&t,
			"processor\t: %u\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 63\n"
			"model name\t: Intel(R) Xeon(R) CPU E5-2630 v3 @ 2.40GHz\nstepping\t: 2\n"
			"flags\t\t: fpu vmx constant_tsc nonstop_tsc aperfmperf\n\n",
			i);
	sham_put(s, "/proc/cpuinfo", "%s", t.bytes);
	text_end(&t, NULL);
}

void sham_machine(struct sham *s, unsigned cpus)
{
	s->cpus = cpus;
	s->cpu = xcalloc(cpus, sizeof(*s->cpu));
	sham_kernel(s, "6.1.0-56-amd64");
	sham_put(s, "/proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda1\n");
	sham_put(s, "/proc/sys/kernel/hostname", "sham\n");
	sham_put(s, "/proc/uptime", "1000.00 2000.00\n");
	sham_put(s, "/proc/1/comm", "systemd\n");
	put_cpuinfo(s);
	sham_put(s, CPUS "/possible", "0-%u\n", cpus - 1);
	sham_put(s, CPUS "/present", "0-%u\n", cpus - 1);
	sham_put(s, CPUS "/isolated", "\n");
	sham_put(s, CPUS "/nohz_full", "(null)\n");
	sham_put(s, CPUS "/smt/control", "on\n");
	sham_put(s, "/sys/devices/system/node/node0/cpulist", "0-%u\n", cpus / 2 - 1);
	sham_put(s, "/sys/devices/system/node/node1/cpulist", "%u-%u\n", cpus / 2, cpus - 1);
	for (unsigned i = 0; i < cpus; i++) {
		s->cpu[i] = (struct sham_cpu){.online = true, .user = 1000, .idle = 100000};
		put_cpu(s, i);
	}
	put_online(s);
	put_stat(s);
}

void sham_busy(struct sham *s, unsigned cpu, unsigned percent)
{
	s->cpu[cpu].percent = percent;
}

void sham_pass(struct sham *s, unsigned ms)
{
	sham_forward(s, ms * UINT64_C(1000000));
	for (unsigned i = 0; i < s->cpus; i++) {
		uint64_t user = (uint64_t)ms * s->cpu[i].percent / 100;

		s->cpu[i].user += user;
		s->cpu[i].idle += ms - user;
	}
	put_stat(s);
}

/* As newer kernels do it: the folders of an offline CPU vanish, and so does the policy that was its own. */
void sham_online(struct sham *s, unsigned cpu, bool online)
{
	static const char *const folders[] = {"topology", "cache", "thermal_throttle"};
	char path[160];

	s->cpu[cpu].online = online;
	for (size_t i = 0; !online && i < COUNT(folders); i++) {
		snprintf(path, sizeof(path), CPUS "/cpu%u/%s", cpu, folders[i]);
		sham_remove(s, path);
	}
	snprintf(path, sizeof(path), CPUS "/cpufreq/policy%u", cpu);
	if (online)
		put_cpu(s, cpu);
	else
		sham_remove(s, path);
	snprintf(path, sizeof(path), CPUS "/cpu%u/online", cpu);
	sham_put(s, path, "%d\n", online);
	put_online(s);
	put_stat(s);
}

void sham_policies(struct sham *s, const char *file, const char *text)
{
	for (unsigned i = 0; i < s->cpus; i++)
		put_in(s, "cpufreq/policy", i, file, text);
}
