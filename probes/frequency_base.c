/* The base clock of a CPU: a ladder of sources, the first that works. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "probes/frequency_impl.h"
#include "probes/host/host.h"
#include "probes/parse.h"

enum rung { RUNG_POLICY, RUNG_CPPC, RUNG_CPUID, RUNG_TABLE, RUNG_NAME, RUNG_TSC };
enum { CALIBRATE_NS = 150000000 }; /* ticks are 200 ms apart at the start */

uint64_t table_base_khz(const char *table)
{
	struct slice rest = slice_of(table), word;
	uint64_t first = 0, second = 0, khz;

	while (slice_word(&rest, &word)) {
		if (parse_u64(word, &khz))
			return 0;
		if (khz > first) {
			second = first;
			first = khz;
		} else if (khz > second && khz < first) {
			second = khz;
		}
	}
	return second && first - second == 1000 ? second : first; /* 1 MHz more means turbo */
}

/* The TSC of most processors ticks at the base clock: two readings, a tick or more apart. */
static struct value from_tsc(struct frequency_tick *ft)
{
	struct answer answer;
	struct slice tsc_text, ns_text;
	uint64_t tsc, ns;
	int err;

	if (!cpu_has_flag(ft->cpu, "constant_tsc") || !cpu_has_flag(ft->cpu, "nonstop_tsc"))
		return value_error(-ENOENT, RUNG_TSC);
	err = host_read(ft->t->h, "@tsc", &answer);
	if (err)
		return value_error(-ENOENT, RUNG_TSC); /* not this machine: nothing to calibrate */
	if (!answer_value(answer.text, "tsc", &tsc_text) || !answer_value(answer.text, "ns", &ns_text) ||
		parse_u64(tsc_text, &tsc) || parse_u64(ns_text, &ns))
		return value_error(-EINVAL, RUNG_TSC);
	if (!ft->st->tsc0) {
		ft->st->tsc0 = tsc;
		ft->st->tsc0_ns = ns;
	}
	if (ns - ft->st->tsc0_ns < CALIBRATE_NS)
		return value_error(-EINPROGRESS, RUNG_TSC);
	/* rounded to 1 MHz: more digits would be noise that moves */
	return value_u64(
		(uint64_t)((double)(tsc - ft->st->tsc0) * 1e3 / (double)(ns - ft->st->tsc0_ns) + 0.5) * 1000, RUNG_TSC);
}

static bool hybrid(const struct frequency_tick *ft)
{
	return ft->topology && value_u64_or(ft->topology->hybrid, 0);
}

/* What is read of one CPU alone; 0 is no clock. */
static struct value from_files(struct frequency_tick *ft, const struct policy *p, uint32_t cpu)
{
	struct value own = value_error(-ENOENT, RUNG_POLICY), cppc;

	if (p && value_known(p->folder))
		own = get_u64(ft->t, RUNG_POLICY, "%s/base_frequency", p->folder.text);
	if (value_u64_or(own, 0))
		return own;
	cppc = get_u64(ft->t, RUNG_CPPC, CPU_FOLDER "/cpu%u/acpi_cppc/nominal_freq", cpu);
	if (value_u64_or(cppc, 0)) {
		cppc.u *= 1000;
		return cppc;
	}
	if (!value_known(own) && own.known != KNOWN_ABSENT)
		return own;
	return value_known(cppc) ? value_error(-ENOENT, RUNG_CPPC) : cppc;
}

struct value frequency_base(struct frequency_tick *ft, const struct policy *p, uint32_t cpu)
{
	struct value own = from_files(ft, p, cpu), v;
	uint64_t khz;

	if (value_known(own))
		return own;
	/* what is said of one CPU holds for all of them only where all are alike */
	if (ft->cpu && value_u64_or(ft->cpu->cpuid_base_mhz, 0) && !hybrid(ft))
		return value_u64(ft->cpu->cpuid_base_mhz.u * 1000, RUNG_CPUID);
	khz = p && value_known(p->available_khz) ? table_base_khz(p->available_khz.text) : 0;
	if (khz)
		return value_u64(khz, RUNG_TABLE);
	if (ft->cpu && value_u64_or(ft->cpu->name_mhz, 0) && !hybrid(ft))
		return value_u64(ft->cpu->name_mhz.u * 1000, RUNG_NAME);
	v = hybrid(ft) ? value_error(-ENOENT, RUNG_TSC) : from_tsc(ft);
	return v.known == KNOWN_ABSENT ? own : v; /* a file that was refused says more than one that is not there */
}
