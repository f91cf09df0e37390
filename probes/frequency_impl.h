/* What the files of the frequency probe share: what is kept open, what is due, and the ladder of base clocks. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_FREQUENCY_IMPL_H
#define PROBES_FREQUENCY_IMPL_H

#include "probes/cpu.h"
#include "probes/disturb.h"
#include "probes/frequency.h"
#include "probes/get.h"
#include "probes/load.h"
#include "probes/topology.h"

#define CPU_FOLDER "/sys/devices/system/cpu"

/* The files of a policy that are read again and again. */
enum policy_file { FILE_CUR, FILE_GOVERNOR, FILE_MIN, FILE_MAX, FILE_AVG, NFILES };

struct policy_state {
	uint32_t id, cpu; /* cpu: its first online CPU */
	bool legacy; /* cpuN/cpufreq is a folder of its own: kernels before 4.3 */
	bool new; /* nothing of it was read yet */
	bool alone; /* it governs one CPU */
	bool has_avg;
	struct policy_change {
		const char *what; /* NULL: nothing yet */
		char from[32];
		uint64_t ns;
	} change;
	struct kept kept[NFILES];
};

struct cpu_state {
	uint32_t id, policy;
	bool new, own_package; /* own_package: the first CPU of its package, which speaks for its throttling */
	bool no_feedback; /* it has no feedback_ctrs */
	struct value base;
	size_t leader; /* index of the first CPU of its package */
	uint64_t throttle_ms, package_ms, throttle_ns; /* at the last reading */
	uint64_t ref, del, feedback_ns; /* feedback_ctrs */
	struct perf_sample {
		bool any;
		uint64_t at_ns; /* of its tick */
		uint64_t tsc, aperf, mperf, ns; /* ns: for which they ran */
	} perf;
};

struct frequency_state {
	uint64_t topology_id, load_id; /* blocks that the rows were made for */
	uint64_t listed_ns;
	bool any;
	struct policy_state *policy;
	size_t npolicies;
	struct cpu_state *cpu;
	size_t ncpus;
	uint64_t turn; /* which share of the slow fields is due */
	struct slow_reads slow;
	uint64_t tsc0, tsc0_ns; /* first reading of @tsc */
};

/* What one tick needs to know of everything above it. */
struct frequency_tick {
	const struct tick *t;
	struct frequency_state *st;
	const struct topology *topology;
	const struct load *load;
	const struct cpu *cpu;
	bool gated; /* reading a clock interrupts */
	uint32_t load_hint;
};

int frequency_list(struct frequency_tick *ft); /* which policies and CPUs there are */
void frequency_forget(struct host *h, struct frequency_state *s); /* drops and frees all */
void frequency_policies(struct frequency_tick *ft, struct frequency *f);
/* Fills changed_* of a row that is filled; old: the policy's row of before, or NULL. */
void frequency_changed(struct frequency_tick *ft, struct policy_state *p, const struct policy *old, struct policy *row);
void frequency_cpus(struct frequency_tick *ft, struct frequency *f);
struct value frequency_base(struct frequency_tick *ft, const struct policy *p, uint32_t cpu);
/* The base clock that a table of frequencies tells (kHz, parted by blanks), 0 for an empty one. */
uint64_t table_base_khz(const char *table);

/* Busy enough to be judged, by /proc/stat of this tick. */
bool frequency_busy(struct frequency_tick *ft, uint64_t cpu);
/* May a read that interrupts this CPU be done? Only when it is busy and not set apart, or when asked (deep). */
bool frequency_may_interrupt(struct frequency_tick *ft, uint64_t cpu);
bool frequency_set_apart(const struct frequency_tick *ft, uint64_t cpu); /* isolated or nohz_full */

enum { NPOLICY_FIELDS = 25, NFREQUENCY_CPU_FIELDS = 12 };
extern const struct field policy_fields[NPOLICY_FIELDS], frequency_cpu_fields[NFREQUENCY_CPU_FIELDS];

#endif
