/* Writes the cpufreq policies of a simulated machine as its driver would show them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "probes/host/simulate_model.h"
#include "probes/host/simulate_out.h"
#include "probes/util.h"

/* acpi-cpufreq's list: turbo as base + 1 MHz, then down in steps of 100 MHz. */
static void write_table(const struct model *m, struct out *o, int dir)
{
	char list[512];
	size_t len = 0;

	if (m->kind->hw_max > m->kind->base)
		len += (size_t)snprintf(list, sizeof list, "%u ", m->kind->hw_max);
	for (unsigned khz = m->kind->base; khz >= m->kind->hw_min && len < sizeof list; khz -= 100000)
		len += (size_t)snprintf(list + len, sizeof list - len, "%u ", khz);
	out_line(o, dir, "scaling_available_frequencies", "%s", list);
}

static void write_epp(const struct model *m, struct out *o, int dir)
{
	bool performance = strcmp(m->o.governor, "performance") == 0;

	out_line(o, dir, "energy_performance_available_preferences",
		"default performance balance_performance balance_power power ");
	out_line(o, dir, "energy_performance_preference", "%s", performance ? "performance" : "balance_performance");
}

/* What some drivers have and others not. */
static void write_extras(const struct model *m, struct out *o, int dir, unsigned cpu)
{
	const struct simulate_kind *k = m->kind;
	unsigned cores = m->o.packages * m->o.cores, core = cpu % cores;
	char list[256];
	size_t len = 0;

	if (k->files & FILES_BASE)
		out_line(o, dir, "base_frequency", "%u", k->base);
	if (k->files & FILES_EPP)
		write_epp(m, o, dir);
	if (k->files & FILES_TABLE)
		write_table(m, o, dir);
	if (k->files & FILES_LIMIT)
		out_line(o, dir, "bios_limit", "%u", k->hw_max);
	if (k->files & FILES_DOMAIN) {
		for (unsigned t = 0; t < m->o.threads; t++)
			len += (size_t)snprintf(list + len, sizeof list - len, t ? " %u" : "%u", t * cores + core);
		out_line(o, dir, "freqdomain_cpus", "%s", list);
	}
	if (k->files & FILES_HIGHEST) {
		out_line(o, dir, "amd_pstate_max_freq", "%u", k->hw_max);
		out_line(o, dir, "amd_pstate_lowest_nonlinear_freq", "%u", k->min);
		out_line(o, dir, "amd_pstate_prefcore_ranking", "%u", k->turbo / 20000);
		out_line(o, dir, "amd_pstate_highest_perf", "%u", k->turbo / 20000);
		out_line(o, dir, "boost", "1");
	}
}

static void write_policy(const struct model *m, struct out *o, int parent, unsigned cpu)
{
	const struct simulate_kind *k = m->kind;
	int dir = out_dir(o, parent, "policy%u", cpu);

	out_line(o, dir, "affected_cpus", "%u", cpu);
	out_line(o, dir, "related_cpus", "%u", cpu);
	out_line(o, dir, "cpuinfo_min_freq", "%u", k->hw_min);
	out_line(o, dir, "cpuinfo_max_freq", "%u", k->hw_max);
	out_line(o, dir, "cpuinfo_transition_latency", "%u", k->adaptive ? 0 : 20000);
	out_line(o, dir, "scaling_driver", "%s", k->driver);
	out_line(o, dir, "scaling_governor", "%s", m->o.governor);
	out_line(o, dir, "scaling_available_governors", "%s%s", k->governors, k->adaptive ? "" : " ");
	out_line(o, dir, "scaling_min_freq", "%u", k->min);
	out_line(o, dir, "scaling_max_freq", "%u", k->max);
	out_line(o, dir, "scaling_cur_freq", "%u", model_khz(m, cpu));
	if (strcmp(m->o.governor, "userspace") == 0)
		out_line(o, dir, "scaling_setspeed", "%u", k->base);
	else
		out_line(o, dir, "scaling_setspeed", "<unsupported>");
	write_extras(m, o, dir, cpu);
	out_close(dir);
}

static void write_intel_pstate(const struct model *m, struct out *o, int dir)
{
	out_line(o, dir, "no_turbo", "0");
	out_line(o, dir, "max_perf_pct", "100");
	out_line(o, dir, "min_perf_pct", "25");
	out_line(o, dir, "num_pstates", "30");
	out_line(o, dir, "turbo_pct", "50");
	if (m->kind->adaptive)
		out_line(o, dir, "hwp_dynamic_boost", "1");
}

void simulate_policies(const struct model *m, struct out *o, int cpu_dir)
{
	int dir = out_dir(o, cpu_dir, "cpufreq");

	if (m->kind->files & FILES_BOOST)
		out_line(o, dir, "boost", "1");
	for (unsigned cpu = 0; cpu < m->ncpus && !o->err; cpu++)
		write_policy(m, o, dir, cpu);
	out_close(dir);
	if (!m->kind->folder)
		return;
	dir = out_dir(o, cpu_dir, "%s", m->kind->folder);
	out_line(o, dir, "status", "%s", m->kind->status);
	if (m->kind->arch == ARCH_INTEL)
		write_intel_pstate(m, o, dir);
	else
		out_line(o, dir, "prefcore", "disabled");
	out_close(dir);
}
