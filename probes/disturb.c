/* Reads that interrupt: htop learned it the hard way that they can cost 20 ms of every CPU. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/disturb.h"

#include <string.h>

#include "probes/kernel.h"
#include "probes/limits.h"

bool clock_reads_interrupt(const struct snapshot *s)
{
	const struct kernel *k = snapshot_facts(s, &probe_kernel);

	if (s->about.origin == HOST_DIRECTORY)
		return false;
	return kernel_at_least(k, 4, 13) && !kernel_at_least(k, 5, 19);
}

bool read_interrupts_package(const struct snapshot *s, const char *path)
{
	static const char *const folders[] = {
		"/sys/class/powercap/intel-rapl", "/sys/devices/system/cpu/intel_uncore_frequency/"};
	static const char *const remembered[] = {
		"/name", "_name", "/max_energy_range_uj", "/initial_", "/agent_types", "_id"};
	bool there = false;

	for (size_t i = 0; i < COUNT(folders); i++)
		there = there || strncmp(path, folders[i], strlen(folders[i])) == 0;
	for (size_t i = 0; i < COUNT(remembered); i++)
		there = there && !strstr(path, remembered[i]);
	return there && s->about.origin != HOST_DIRECTORY;
}

bool slow_reads_allowed(const struct slow_reads *r, uint64_t now_ns)
{
	return now_ns >= r->paused_until_ns;
}

void slow_reads_note(struct slow_reads *r, uint64_t from_ns, uint64_t to_ns)
{
	bool slow = to_ns - from_ns > SLOW_READ_NS;

	r->last = (uint8_t)((r->last << 1 | slow) & 7);
	if (__builtin_popcount(r->last) < 2)
		return;
	r->paused_until_ns = to_ns + SLOW_READ_PAUSE_NS;
	r->last = 0;
}
