/* Decides everything about a simulated machine that does not depend on how it is written down. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/simulate_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/simulate_guest.h"
#include "probes/util.h"

#define ALL_GOVERNORS "conservative ondemand userspace powersave performance schedutil"
#define INTEL_CLOCKS \
	.hw_min = 1000000, .hw_max = 3900000, .min = 1000000, .max = 3900000, .base = 2400000, .turbo = 3900000
#define AMD_CLOCKS \
	.hw_min = 400000, .hw_max = 3529000, .min = 1500000, .max = 3529000, .base = 2450000, .turbo = 3529000

/* Every clock that scaling_cur_freq can say has seven digits: a moving tree keeps its lengths. */
static const struct simulate_kind kinds[] = {
	{.driver = "intel_pstate",
		.governors = "performance powersave",
		.arch = ARCH_INTEL,
		.adaptive = true,
		INTEL_CLOCKS,
		.folder = "intel_pstate",
		.status = "active",
		.files = FILES_BASE | FILES_EPP},
	{.driver = "intel_cpufreq",
		.governors = ALL_GOVERNORS,
		.arch = ARCH_INTEL,
		INTEL_CLOCKS,
		.folder = "intel_pstate",
		.status = "passive",
		.boot = " intel_pstate=passive"},
	/* The table's first row is 1 MHz above the second: it means turbo, whatever turbo is. */
	{.driver = "acpi-cpufreq",
		.governors = ALL_GOVERNORS,
		.arch = ARCH_INTEL,
		.hw_min = 1000000,
		.hw_max = 2401000,
		.min = 1000000,
		.max = 2401000,
		.base = 2400000,
		.turbo = 3900000,
		.boot = " intel_pstate=disable",
		.files = FILES_TABLE | FILES_LIMIT | FILES_DOMAIN | FILES_BOOST},
	{.driver = "amd-pstate-epp",
		.governors = "performance powersave",
		.arch = ARCH_AMD,
		.adaptive = true,
		AMD_CLOCKS,
		.folder = "amd_pstate",
		.status = "active",
		.files = FILES_EPP | FILES_CPPC | FILES_BOOST | FILES_HIGHEST},
	{.driver = "amd-pstate",
		.governors = ALL_GOVERNORS,
		.arch = ARCH_AMD,
		AMD_CLOCKS,
		.folder = "amd_pstate",
		.status = "passive",
		.boot = " amd_pstate=passive",
		.files = FILES_CPPC | FILES_BOOST | FILES_HIGHEST | FILES_DOMAIN},
	{.driver = "cppc_cpufreq",
		.governors = ALL_GOVERNORS,
		.arch = ARCH_ARM,
		.hw_min = 1000000,
		.hw_max = 3000000,
		.min = 1000000,
		.max = 3000000,
		.base = 2800000,
		.turbo = 3000000,
		.files = FILES_CPPC | FILES_DOMAIN},
};

const struct simulate_kind *simulate_kind_find(const char *driver)
{
	for (size_t i = 0; i < COUNT(kinds); i++) {
		if (strcmp(kinds[i].driver, driver) == 0)
			return &kinds[i];
	}
	return NULL;
}

void simulate_kind_names(char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < COUNT(kinds) && n < size; i++)
		n += (size_t)snprintf(buf + n, size - n, "%s%s", i ? ", " : "", kinds[i].driver);
}

bool simulate_kind_governs(const struct simulate_kind *k, const char *governor)
{
	size_t len = strlen(governor);
	const char *p = k->governors;

	while (len && (p = strstr(p, governor))) {
		if ((p == k->governors || p[-1] == ' ') && (p[len] == ' ' || p[len] == '\0'))
			return true;
		p += len;
	}
	return false;
}

const char *simulate_governor(const char *name)
{
	static const char *const names[] = {
		"performance", "powersave", "userspace", "ondemand", "conservative", "schedutil"};

	for (size_t i = 0; i < COUNT(names); i++) {
		if (strcmp(names[i], name) == 0)
			return names[i];
	}
	return NULL;
}

uint64_t model_random(const struct model *m, uint64_t cpu, uint64_t what)
{
	/* splitmix64's finish, over all three. */
	uint64_t z = m->o.seed * 0x9e3779b97f4a7c15u + cpu * 0xd1b54a32d192ed03u + what * 0x8cb92ba72f3d8dd7u + 1;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* Exactly the share that was asked for, spread by the seed: selection sampling. */
static void choose_busy(struct model *m)
{
	unsigned left = (m->ncpus * m->o.busy_percent + 50) / 100;

	if (!left && m->o.busy_percent)
		left = 1;
	for (unsigned cpu = 0; cpu < m->ncpus; cpu++) {
		m->busy[cpu] = model_random(m, cpu, 1) % (m->ncpus - cpu) < left;
		left -= m->busy[cpu];
	}
}

void model_init(struct model *m, const struct simulate_options *o)
{
	*m = (struct model){.o = *o, .kind = simulate_kind_find(o->driver)};
	if (!m->kind)
		BUG("driver %s was not checked", o->driver);
	m->per_package = o->cores * o->threads;
	m->ncpus = o->packages * m->per_package;
	m->busy = xcalloc(m->ncpus, sizeof *m->busy);
	m->governor = xcalloc(m->ncpus, sizeof *m->governor);
	for (unsigned cpu = 0; cpu < m->ncpus; cpu++)
		m->governor[cpu] = o->governor;
	choose_busy(m);
	for (unsigned cpu = 0; cpu < m->ncpus; cpu++)
		m->busy[cpu] = m->busy[cpu] || model_stays_busy(m, cpu);
	m->guest = sim_guests_new(m);
	/* Two vCPUs that share a CPU are only seen to wait where there is work for both. */
	for (unsigned i = 0; i < o->guests; i++) {
		const struct sim_cpus *c = m->guest[i].vcpu;

		if (c[0].one && c[1].one && c[0].first == c[1].first)
			m->busy[c[0].first] = true;
	}
}

void model_free(struct model *m)
{
	free(m->busy);
	m->busy = NULL;
	free(m->governor);
	m->governor = NULL;
	free(m->guest);
	m->guest = NULL;
}

unsigned model_package(const struct model *m, unsigned cpu)
{
	return cpu % (m->o.packages * m->o.cores) / m->o.cores;
}

unsigned model_core(const struct model *m, unsigned cpu)
{
	return cpu % m->o.cores;
}

unsigned model_host_cores(const struct model *m)
{
	return m->o.cores >= 8 ? 2 : m->o.cores > 1;
}

bool model_stays_busy(const struct model *m, unsigned cpu)
{
	return m->o.clean && model_core(m, cpu) < model_host_cores(m);
}

unsigned model_l3(const struct model *m)
{
	return m->kind->arch == ARCH_AMD && m->o.cores > 8 ? 8 : m->o.cores;
}

unsigned model_load(const struct model *m, unsigned cpu)
{
	if (m->busy[cpu])
		return 70 + (unsigned)(model_random(m, cpu, 2) % 27);
	return (unsigned)(model_random(m, cpu, 3) % 5);
}

unsigned model_khz(const struct model *m, unsigned cpu)
{
	const struct simulate_kind *k = m->kind;
	const char *governor = m->governor[cpu];
	bool performance = strcmp(governor, "performance") == 0;
	unsigned span = k->turbo - k->base;
	unsigned part = (unsigned)(model_random(m, cpu, 4) % 1000);

	if (strcmp(governor, "userspace") == 0)
		return k->base;
	/* What an idle CPU reads was never measured: the minimum, or the clock that was asked for last. */
	if (!m->busy[cpu])
		return performance && !k->adaptive ? k->max : k->min;
	if (strcmp(governor, "powersave") == 0 && !k->adaptive)
		return k->min;
	if (performance)
		return k->base + span * 7 / 10 + (unsigned)((uint64_t)span * part / 10000);
	return k->base + span * 3 / 10 + (unsigned)((uint64_t)span * part / 2500);
}

void model_list(const struct model *m, unsigned first, unsigned n, char *buf, size_t size)
{
	unsigned cores = m->o.packages * m->o.cores;
	size_t len = 0;

	buf[0] = '\0';
	for (unsigned t = 0; t < m->o.threads && len < size; t++) {
		unsigned from = t * cores + first, to = from + n - 1;

		/* All cores of the machine: the next thread goes on where this one ended. */
		while (n == cores && t + 1 < m->o.threads) {
			t++;
			to += n;
		}
		len += (size_t)snprintf(buf + len, size - len, "%s%u", len ? "," : "", from);
		if (to > from && len < size)
			len += (size_t)snprintf(buf + len, size - len, "-%u", to);
	}
}

void model_mask(const struct model *m, unsigned first, unsigned n, char *buf, size_t size)
{
	unsigned cores = m->o.packages * m->o.cores, words = (m->ncpus + 31) / 32;
	size_t len = 0;

	buf[0] = '\0';
	for (unsigned w = words; w-- > 0 && len < size;) {
		uint32_t bits = 0;

		for (unsigned b = 0; b < 32 && w * 32 + b < m->ncpus; b++) {
			unsigned core = (w * 32 + b) % cores;

			if (core >= first && core < first + n)
				bits |= UINT32_C(1) << b;
		}
		len += (size_t)snprintf(buf + len, size - len, "%08x%s", bits, w ? "," : "");
	}
}

/* A server's packages have their buses in equal parts, four packages to a domain. */
void model_pci(unsigned package, enum simulate_device device, char *buf, size_t size)
{
	unsigned bus = 0x18 + package % 4 * 0x40 + (device == DEVICE_NVME ? 0x10 : 0);

	snprintf(buf, size, "%04x:%02x:00.%u", package / 4, bus, device == DEVICE_NIC1 ? 1 : 0);
}
