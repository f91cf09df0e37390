/* The machine that is simulated: which CPU lies where, which are busy, and how fast each one runs. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_SIMULATE_MODEL_H
#define PROBES_HOST_SIMULATE_MODEL_H

#include <stddef.h>

#include "probes/host/simulate.h"

struct out;
struct sim_guest;

enum simulate_arch { ARCH_INTEL, ARCH_AMD, ARCH_ARM };

/* What stands in the first two packages' slots: a card of two ports, and a drive. */
enum simulate_device { DEVICE_NIC0, DEVICE_NIC1, DEVICE_NVME, NDEVICES };

/* What a package may draw, and where its counter of energy begins anew. */
enum { SIMULATE_WATTS_MOST = 165 };
#define SIMULATE_ENERGY_RANGE UINT64_C(262143328850)

/* Which files a driver shows. */
enum simulate_files {
	FILES_BASE = 1 << 0, /* base_frequency */
	FILES_EPP = 1 << 1, /* energy_performance_preference and what it can be */
	FILES_TABLE = 1 << 2, /* scaling_available_frequencies */
	FILES_LIMIT = 1 << 3, /* bios_limit */
	FILES_DOMAIN = 1 << 4, /* freqdomain_cpus */
	FILES_BOOST = 1 << 5, /* cpufreq/boost */
	FILES_CPPC = 1 << 6, /* cpuN/acpi_cppc */
	FILES_HIGHEST = 1 << 7, /* amd_pstate_max_freq and its like */
};

struct simulate_kind {
	const char *driver, *governors;
	enum simulate_arch arch;
	bool adaptive; /* the driver picks clocks by itself: powersave is not the minimum, and idle reads the minimum */
	unsigned hw_min, hw_max, min, max; /* kHz: cpuinfo_*_freq, scaling_*_freq */
	unsigned base, turbo; /* kHz: nominal, and what is measured at most */
	const char *folder, *status; /* of devices/system/cpu, or NULL */
	const char *boot; /* what the kernel was told to get this driver, with a space before it, or NULL */
	unsigned files;
};

struct model {
	struct simulate_options o;
	const struct simulate_kind *kind;
	unsigned ncpus, per_package;
	bool *busy; /* per CPU */
	const char **governor; /* of each policy, now; from simulate_governor() or the options */
	struct sim_guest *guest; /* o.guests of them */
};

/* The driver's row, or NULL. */
const struct simulate_kind *simulate_kind_find(const char *driver);
/* "intel_pstate, intel_cpufreq, …" */
void simulate_kind_names(char *buf, size_t size);
bool simulate_kind_governs(const struct simulate_kind *k, const char *governor);
/* The same name, for good; NULL when no governor has it. */
const char *simulate_governor(const char *name);

void model_init(struct model *m, const struct simulate_options *o); /* o has passed simulate_check() */
void model_free(struct model *m);

/* A number that depends on the seed, the CPU and what it is for, and on nothing else. */
uint64_t model_random(const struct model *m, uint64_t cpu, uint64_t what);

unsigned model_package(const struct model *m, unsigned cpu);
unsigned model_core(const struct model *m, unsigned cpu); /* in its package */
unsigned model_host_cores(const struct model *m); /* of a node: those that guests leave to the host */
/* One that takes interrupts must not sleep through them, or one of two takes all for a while, and that is a finding. */
bool model_stays_busy(const struct model *m, unsigned cpu);
unsigned model_l3(const struct model *m); /* cores that share one */
unsigned model_load(const struct model *m, unsigned cpu); /* percent, by busy[] */
unsigned model_khz(const struct model *m, unsigned cpu); /* as scaling_cur_freq says it, by busy[] and governor[] */

/* CPUs of the cores first .. first + n - 1, counted over all packages, as a list and as a mask of the kernel. */
void model_list(const struct model *m, unsigned first, unsigned n, char *buf, size_t size);
void model_mask(const struct model *m, unsigned first, unsigned n, char *buf, size_t size);

void model_pci(unsigned package, enum simulate_device device, char *buf, size_t size); /* "0000:18:00.0" */

/* What is written, part by part; root is the tree's own folder. */
void simulate_proc(const struct model *m, struct out *o, int root);
void simulate_cpus(const struct model *m, struct out *o, int cpu_dir);
void simulate_policies(const struct model *m, struct out *o, int cpu_dir);
void simulate_idle(const struct model *m, struct out *o, int cpu_dir, unsigned cpu);
unsigned simulate_latency(const struct model *m, unsigned state); /* µs to leave it */
void simulate_idle_driver(const struct model *m, struct out *o, int cpu_dir);
void simulate_irqs(const struct model *m, struct out *o, int proc);
void simulate_power(const struct model *m, struct out *o, int sys);
void simulate_kvm(const struct model *m, struct out *o, int sys);
void simulate_memory(const struct model *m, struct out *o, int root);
void simulate_board(const struct model *m, struct out *o, int root);
void simulate_clean(const struct model *m, struct out *o, int root); /* over what was written: what is set well */

#endif
