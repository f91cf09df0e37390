/* Puts the files of idle states into a sham machine, and lets its CPUs sleep. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/sham_idle.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "probes/util.h"
#include "tests/lib/sham.h"
#include "tests/lib/sham_impl.h"

#define CPUS "/sys/devices/system/cpu"

static void path_of(unsigned cpu, unsigned state, const char *file, char path[160])
{
	snprintf(path, 160, CPUS "/cpu%u/cpuidle/state%u/%s", cpu, state, file);
}

void sham_state(struct sham *m, unsigned cpu, unsigned state, const char *file, const char *format, ...)
{
	char path[160], text[160];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	path_of(cpu, state, file, path);
	sham_put(m, path, "%s\n", text);
}

static void add(struct sham *m, unsigned cpu, unsigned state, const char *file, uint64_t n)
{
	char path[160];

	path_of(cpu, state, file, path);
	sham_put(m, path, "%" PRIu64 "\n", (uint64_t)strtoull(sham_file(m, path)->text, NULL, 10) + n);
}

void sham_sleep(struct sham *m, unsigned cpu, unsigned state, unsigned sleeps, uint64_t us)
{
	add(m, cpu, state, "usage", sleeps);
	add(m, cpu, state, "time", us);
	add(m, cpu, state, "above", sleeps / 4);
	add(m, cpu, state, "below", sleeps / 8);
}

void sham_idle(struct sham *m, unsigned n)
{
	static const struct {
		const char *name, *desc;
		unsigned latency, residency;
	} states[SHAM_STATES] = {{"POLL", "CPUIDLE CORE POLL IDLE", 0, 0}, {"C1", "MWAIT 0x00", 2, 2},
		{"C1E", "MWAIT 0x01", 10, 20}, {"C6", "MWAIT 0x20", 133, 600}};
	char path[160];

	sham_put(m, CPUS "/cpuidle/current_driver", "intel_idle\n");
	sham_put(m, CPUS "/cpuidle/current_governor_ro", "menu\n");
	sham_put(m, CPUS "/cpuidle/available_governors", "menu teo \n");
	for (unsigned cpu = 0; cpu < n; cpu++) {
		snprintf(path, sizeof(path), CPUS "/cpu%u/power/pm_qos_resume_latency_us", cpu);
		sham_put(m, path, "0\n");
		for (unsigned i = 0; i < SHAM_STATES; i++) {
			sham_state(m, cpu, i, "name", "%s", states[i].name);
			sham_state(m, cpu, i, "desc", "%s", states[i].desc);
			sham_state(m, cpu, i, "latency", "%u", states[i].latency);
			sham_state(m, cpu, i, "residency", "%u", states[i].residency);
			sham_state(m, cpu, i, "disable", "0");
			sham_state(m, cpu, i, "default_status", "enabled");
			sham_state(m, cpu, i, "usage", "1000");
			sham_state(m, cpu, i, "time", "50000");
			sham_state(m, cpu, i, "above", "0");
			sham_state(m, cpu, i, "below", "0");
			sham_state(m, cpu, i, "rejected", "0");
		}
	}
}
