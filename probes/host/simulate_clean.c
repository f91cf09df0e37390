/* Writes over a simulated machine what an operator who knows would have set: no check has anything to say about it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "probes/host/simulate_model.h"
#include "probes/host/simulate_out.h"
#include "probes/util.h"

#define PROFILE "usr/lib/tuned/profiles/virtual-host"

/* Files that not every kind of machine has; where one is missing there is nothing to set. */
static const char *const settings[][2] = {
	{"sys/kernel/mm/ksm/run", "0"},
	{"sys/kernel/mm/ksm/pages_shared", "0"},
	{"sys/kernel/mm/ksm/pages_sharing", "0"},
	{"sys/kernel/mm/ksm/pages_unshared", "0"},
	{"sys/kernel/mm/ksm/pages_volatile", "0"},
	{"sys/kernel/mm/ksm/general_profit", "0"},
	{"proc/sys/kernel/numa_balancing", "0"},
	{"proc/sys/kernel/nmi_watchdog", "0"},
	{"proc/sys/kernel/timer_migration", "0"},
	{"sys/module/kvm/parameters/nx_huge_pages", "N"},
	{"sys/module/kvm_amd/parameters/avic", "Y"},
	{"etc/tuned/active_profile", "virtual-host"},
};

/* A CPU so new that it has none of the weaknesses that are mended at a price. */
static const char *const weaknesses[] = {"gather_data_sampling", "itlb_multihit", "mmio_stale_data", "retbleed",
	"spec_rstack_overflow", "tsa", "vmscape"};

static void write_profile(struct out *o, int root)
{
	int dir = out_deep(o, root, PROFILE);

	out_line(o, dir, "tuned.conf",
		"[main]\nsummary=Optimize for running KVM guests\n\n[cpu]\ngovernor=performance\n"
		"energy_perf_bias=performance\nmin_perf_pct=100\nforce_latency=cstate.id_no_zero:1|3");
	out_close(dir);
}

/* Interrupts stay where no guest is, whoever spreads them. */
static void write_places(const struct model *m, struct out *o, int root)
{
	unsigned host = model_host_cores(m);
	char list[4096], mask[4096], line[8192];
	size_t n = 0;

	if (!host)
		return;
	list[0] = '\0';
	for (unsigned package = 0; package < m->o.packages; package++) {
		model_list(m, package * m->o.cores + host, m->o.cores - host, mask, sizeof mask);
		n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", n ? "," : "", mask);
	}
	snprintf(line, sizeof line, "IRQBALANCE_ARGS=\"\"\nIRQBALANCE_BANNED_CPULIST=%s", list);
	out_again(o, root, "etc/default/irqbalance", line);
}

/* The clock of caches and memory follows that of the cores, which is fast. */
static void raise_uncores(const struct model *m, struct out *o, int root)
{
	char path[100];

	for (unsigned package = 0; package < m->o.packages; package++) {
		snprintf(path, sizeof path,
			"sys/devices/system/cpu/intel_uncore_frequency/package_%02u_die_00/min_freq_khz", package);
		out_again(o, root, path, "2400000");
	}
}

/* Zero is performance. */
static void raise_biases(const struct model *m, struct out *o, int root)
{
	char path[80];

	for (unsigned cpu = 0; cpu < m->ncpus; cpu++) {
		snprintf(path, sizeof path, "sys/devices/system/cpu/cpu%u/power/energy_perf_bias", cpu);
		out_again(o, root, path, "0");
	}
}

void simulate_clean(const struct model *m, struct out *o, int root)
{
	char path[100];
	int dir;

	for (size_t i = 0; i < COUNT(settings); i++)
		out_again(o, root, settings[i][0], settings[i][1]);
	for (size_t i = 0; i < COUNT(weaknesses); i++) {
		snprintf(path, sizeof path, "sys/devices/system/cpu/vulnerabilities/%s", weaknesses[i]);
		out_again(o, root, path, "Not affected");
	}
	write_profile(o, root);
	write_places(m, o, root);
	dir = out_dir(o, root, "@qos");
	out_line(o, dir, "global", "limit_us=2000000000");
	out_close(dir);
	raise_uncores(m, o, root);
	raise_biases(m, o, root);
}
