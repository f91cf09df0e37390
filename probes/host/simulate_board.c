/* Writes what a simulated machine has besides CPUs: nodes, firmware, the settings of daemons. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "probes/host/simulate_model.h"
#include "probes/host/simulate_out.h"
#include "probes/host/simulate_traffic.h"
#include "probes/util.h"

/* The folder behind a path of several names, each made when it is missing. */
static int dir_deep(struct out *o, int root, const char *const *names)
{
	int dir = out_dir(o, root, "%s", names[0]);

	for (size_t i = 1; names[i]; i++) {
		int next = out_dir(o, dir, "%s", names[i]);

		out_close(dir);
		dir = next;
	}
	return dir;
}
#define DIR_DEEP(o, root, ...) dir_deep(o, root, (const char *const[]){__VA_ARGS__, NULL})

static void write_node(const struct model *m, struct out *o, int parent, unsigned node)
{
	int dir = out_dir(o, parent, "node%u", node);
	unsigned cores = m->o.packages * m->o.cores;
	char list[4096];
	size_t len = 0;

	model_list(m, node * m->o.cores, m->o.cores, list, sizeof list);
	out_line(o, dir, "cpulist", "%s", list);
	model_mask(m, node * m->o.cores, m->o.cores, list, sizeof list);
	out_line(o, dir, "cpumap", "%s", list);
	for (unsigned other = 0; other < m->o.packages; other++)
		len += (size_t)snprintf(
			list + len, sizeof list - len, "%s%d", other ? " " : "", other == node ? 10 : 21);
	out_line(o, dir, "distance", "%s", list);
	for (unsigned cpu = 0; cpu < m->ncpus; cpu++) {
		if (cpu % cores / m->o.cores != node)
			continue;
		snprintf(list, sizeof list, "cpu%u", cpu);
		out_link(o, dir, list, "../../cpu/%s", list);
	}
	out_close(dir);
}

static void write_nodes(const struct model *m, struct out *o, int system)
{
	static const char *const all[] = {"online", "possible", "has_cpu", "has_memory", "has_normal_memory"};
	int dir = out_dir(o, system, "node");
	char list[32] = "0";

	if (m->o.packages > 1)
		snprintf(list, sizeof list, "0-%u", m->o.packages - 1);
	for (size_t i = 0; i < COUNT(all); i++)
		out_line(o, dir, all[i], "%s", list);
	for (unsigned node = 0; node < m->o.packages && !o->err; node++)
		write_node(m, o, dir, node);
	out_close(dir);
}

static void write_workqueue(const struct model *m, struct out *o, int sys)
{
	int dir = DIR_DEEP(o, sys, "devices", "virtual", "workqueue");
	char mask[4096];

	model_mask(m, 0, m->o.packages * m->o.cores, mask, sizeof mask);
	out_line(o, dir, "cpumask", "%s", mask);
	out_close(dir);
}

static void write_firmware(const struct model *m, struct out *o, int sys)
{
	static const char *const makers[] = {"Dell Inc.", "Dell Inc.", "GIGABYTE"};
	static const char *const products[] = {"PowerEdge R740", "PowerEdge R7525", "R272-P30"};
	static const char *const boards[] = {"00WGD1", "0590KW", "MP32-AR0"};
	const char *maker = makers[m->kind->arch];
	int dir = DIR_DEEP(o, sys, "devices", "virtual", "dmi", "id");

	out_line(o, dir, "sys_vendor", "%s", maker);
	out_line(o, dir, "product_name", "%s", products[m->kind->arch]);
	out_line(o, dir, "board_name", "%s", boards[m->kind->arch]);
	out_line(o, dir, "board_vendor", "%s", maker);
	out_line(o, dir, "bios_vendor", "%s", maker);
	out_line(o, dir, "bios_version", "2.19.1");
	out_line(o, dir, "bios_date", "06/04/2025");
	out_line(o, dir, "chassis_type", "23");
	out_close(dir);
	dir = DIR_DEEP(o, sys, "class", "dmi");
	out_link(o, dir, "id", "../../devices/virtual/dmi/id");
	out_close(dir);
	dir = DIR_DEEP(o, sys, "firmware", "acpi");
	out_line(o, dir, "pm_profile", "4");
	out_close(dir);
}

static void write_settings(const struct model *m, struct out *o, int root)
{
	int dir = out_dir(o, root, "etc");

	out_line(o, dir, "hostname", "simulated-%u", m->ncpus);
	out_close(dir);
	dir = DIR_DEEP(o, root, "etc", "default");
	out_line(o, dir, "irqbalance", "# irqbalance is a daemon process that distributes interrupts across\n# CPUS on SMP systems.\nIRQBALANCE_ARGS=\"\"");
	out_close(dir);
	dir = DIR_DEEP(o, root, "etc", "tuned");
	out_line(o, dir, "active_profile", "balanced");
	out_line(o, dir, "profile_mode", "manual");
	out_close(dir);
	dir = DIR_DEEP(o, root, "usr", "lib", "tuned", "profiles", "balanced");
	out_line(o, dir, "tuned.conf",
		"[main]\nsummary=General non-specialized TuneD profile\n\n[cpu]\npriority=10\n"
		"governor=schedutil|ondemand|powersave\nenergy_perf_bias=normal\n"
		"energy_performance_preference=balance_performance\nboost=1");
	out_close(dir);
}

void simulate_board(const struct model *m, struct out *o, int root)
{
	bool arm = m->kind->arch == ARCH_ARM;
	int sys = out_dir(o, root, "sys"), system = DIR_DEEP(o, sys, "devices", "system");
	int cpu = out_dir(o, system, "cpu"), clock;

	simulate_idle_driver(m, o, cpu);
	simulate_policies(m, o, cpu);
	simulate_cpus(m, o, cpu);
	out_close(cpu);
	write_nodes(m, o, system);
	clock = DIR_DEEP(o, system, "clocksource", "clocksource0");
	out_line(o, clock, "available_clocksource", "%s", arm ? "arch_sys_counter " : "tsc hpet acpi_pm ");
	out_line(o, clock, "current_clocksource", "%s", arm ? "arch_sys_counter" : "tsc");
	out_close(clock);
	out_close(system);
	write_workqueue(m, o, sys);
	write_firmware(m, o, sys);
	simulate_kvm(m, o, sys);
	simulate_pci(m, o, sys);
	simulate_power(m, o, sys);
	out_close(sys);
	write_settings(m, o, root);
	simulate_net(m, o, root);
	simulate_memory(m, o, root);
}
