/* Writes the cpuN folders of a simulated machine: topology, caches, throttle counters. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "probes/host/simulate_model.h"
#include "probes/host/simulate_out.h"
#include "probes/util.h"

enum { LIST = 512, MASK = 4096 };

/* The sets of CPUs that one CPU belongs to, as lists and as masks. */
struct sets {
	char core[LIST], core_mask[MASK];
	char package[LIST], package_mask[MASK];
	char l3[LIST], l3_mask[MASK];
};

static void sets_of(const struct model *m, unsigned cpu, struct sets *ret)
{
	unsigned cores = m->o.cores, package = model_package(m, cpu), core = model_core(m, cpu);
	unsigned l3 = model_l3(m), first = core / l3 * l3;

	model_list(m, package * cores + core, 1, ret->core, LIST);
	model_mask(m, package * cores + core, 1, ret->core_mask, MASK);
	model_list(m, package * cores, cores, ret->package, LIST);
	model_mask(m, package * cores, cores, ret->package_mask, MASK);
	if (l3 > cores - first)
		l3 = cores - first;
	model_list(m, package * cores + first, l3, ret->l3, LIST);
	model_mask(m, package * cores + first, l3, ret->l3_mask, MASK);
}

static void write_topology(const struct model *m, struct out *o, int parent, unsigned cpu, const struct sets *s)
{
	int dir = out_dir(o, parent, "topology");

	out_line(o, dir, "physical_package_id", "%u", model_package(m, cpu));
	out_line(o, dir, "die_id", "0");
	out_line(o, dir, "core_id", "%u", model_core(m, cpu));
	out_line(o, dir, "cluster_id", "%u", model_core(m, cpu));
	out_line(o, dir, "core_cpus_list", "%s", s->core);
	out_line(o, dir, "core_cpus", "%s", s->core_mask);
	out_line(o, dir, "thread_siblings_list", "%s", s->core);
	out_line(o, dir, "thread_siblings", "%s", s->core_mask);
	out_line(o, dir, "cluster_cpus_list", "%s", s->core);
	out_line(o, dir, "die_cpus_list", "%s", s->package);
	out_line(o, dir, "package_cpus_list", "%s", s->package);
	out_line(o, dir, "package_cpus", "%s", s->package_mask);
	out_line(o, dir, "core_siblings", "%s", s->package_mask);
	out_close(dir);
}

static void write_caches(const struct model *m, struct out *o, int parent, unsigned cpu, const struct sets *s)
{
	static const struct {
		const char *type;
		unsigned level, kib[3]; /* Intel, AMD, ARM; of the third level: of a core */
	} caches[] = {
		{"Data", 1, {48, 32, 64}},
		{"Instruction", 1, {32, 32, 64}},
		{"Unified", 2, {2048, 512, 1024}},
		{"Unified", 3, {1920, 4096, 512}},
	};
	int cache = out_dir(o, parent, "cache");
	unsigned package = model_package(m, cpu), core = model_core(m, cpu), l3 = model_l3(m);

	for (unsigned i = 0; i < COUNT(caches); i++) {
		bool shared = caches[i].level == 3;
		unsigned groups = (m->o.cores + l3 - 1) / l3;
		int dir = out_dir(o, cache, "index%u", i);

		out_line(o, dir, "level", "%u", caches[i].level);
		out_line(o, dir, "type", "%s", caches[i].type);
		out_line(o, dir, "size", "%uK", caches[i].kib[m->kind->arch] * (shared ? l3 : 1));
		out_line(o, dir, "id", "%u", shared ? package * groups + core / l3 : package * m->o.cores + core);
		out_line(o, dir, "shared_cpu_list", "%s", shared ? s->l3 : s->core);
		out_line(o, dir, "shared_cpu_map", "%s", shared ? s->l3_mask : s->core_mask);
		out_close(dir);
	}
	out_close(cache);
}

static void write_throttle(struct out *o, int parent)
{
	static const char *const names[] = {
		"core_throttle_count",
		"core_throttle_total_time_ms",
		"core_throttle_max_time_ms",
		"package_throttle_count",
		"package_throttle_total_time_ms",
		"package_throttle_max_time_ms",
	};
	int dir = out_dir(o, parent, "thermal_throttle");

	for (size_t i = 0; i < COUNT(names); i++)
		out_line(o, dir, names[i], "0");
	out_close(dir);
}

static void write_cppc(const struct model *m, struct out *o, int parent, unsigned cpu)
{
	const struct simulate_kind *k = m->kind;
	uint64_t ref = UINT64_C(1000000000000) + model_random(m, cpu, 20) % UINT64_C(1000000000000);
	int dir = out_dir(o, parent, "acpi_cppc");

	out_line(o, dir, "highest_perf", "%u", k->turbo / 20000);
	out_line(o, dir, "nominal_perf", "%u", k->base / 20000);
	out_line(o, dir, "lowest_nonlinear_perf", "%u", k->min / 20000);
	out_line(o, dir, "lowest_perf", "%u", k->hw_min / 20000);
	out_line(o, dir, "reference_perf", "%u", k->base / 20000);
	out_line(o, dir, "nominal_freq", "%u", k->base / 1000);
	out_line(o, dir, "lowest_freq", "%u", k->hw_min / 1000);
	out_line(o, dir, "wraparound_time", "18446744073709551615");
	out_line(o, dir, "feedback_ctrs", "ref:%ju del:%ju", (uintmax_t)ref,
		(uintmax_t)(ref / (k->base / 1000) * (model_khz(m, cpu) / 1000)));
	out_close(dir);
}

static void write_cpu(const struct model *m, struct out *o, int parent, unsigned cpu)
{
	int dir = out_dir(o, parent, "cpu%u", cpu), power;
	struct sets s;

	sets_of(m, cpu, &s);
	write_topology(m, o, dir, cpu, &s);
	write_caches(m, o, dir, cpu, &s);
	simulate_idle(m, o, dir, cpu);
	if (m->kind->files & FILES_CPPC)
		write_cppc(m, o, dir, cpu);
	if (m->kind->arch == ARCH_INTEL)
		write_throttle(o, dir);
	power = out_dir(o, dir, "power");
	out_line(o, power, "pm_qos_resume_latency_us", "0");
	if (m->kind->arch == ARCH_INTEL)
		out_line(o, power, "energy_perf_bias", "6");
	out_close(power);
	/* The CPU that boots cannot be unplugged on x86. */
	if (cpu > 0 || m->kind->arch == ARCH_ARM)
		out_line(o, dir, "online", "1");
	out_link(o, dir, "cpufreq", "../cpufreq/policy%u", cpu);
	snprintf(s.l3, sizeof s.l3, "node%u", model_package(m, cpu));
	out_link(o, dir, s.l3, "../../node/%s", s.l3);
	out_close(dir);
}

void simulate_cpus(const struct model *m, struct out *o, int cpu_dir)
{
	static const char *const all[] = {"online", "possible", "present"};
	static const char *const none[] = {"offline", "isolated", "nohz_full"};
	char list[LIST];
	int smt;

	model_list(m, 0, m->o.packages * m->o.cores, list, sizeof list);
	for (size_t i = 0; i < COUNT(all); i++)
		out_line(o, cpu_dir, all[i], "%s", list);
	for (size_t i = 0; i < COUNT(none); i++)
		out_line(o, cpu_dir, none[i], "%s", "");
	out_line(o, cpu_dir, "kernel_max", "8191");
	smt = out_dir(o, cpu_dir, "smt");
	out_line(o, smt, "active", "%d", m->o.threads > 1);
	out_line(o, smt, "control", "%s", m->o.threads > 1 ? "on" : "notsupported");
	out_close(smt);
	for (unsigned cpu = 0; cpu < m->ncpus && !o->err; cpu++)
		write_cpu(m, o, cpu_dir, cpu);
}
