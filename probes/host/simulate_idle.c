/* Writes the idle states of a simulated machine. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/simulate_model.h"
#include "probes/host/simulate_out.h"
#include "probes/util.h"

enum { SHORT_US = 5 }; /* on a machine that is set up well no state takes longer to leave */

static const struct {
	const char *name, *desc;
	unsigned latency, residency; /* µs */
	unsigned rank; /* a machine of n states has those of rank below n: a server's four come first */
} states[] = {
	{"POLL", "CPUIDLE CORE POLL IDLE", 0, 0, 0},
	{"C1", "MWAIT 0x00", 2, 2, 1},
	{"C1E", "MWAIT 0x01", 10, 20, 3},
	{"C3", "MWAIT 0x10", 70, 100, 4},
	{"C6", "MWAIT 0x20", 133, 600, 2},
	{"C6P", "MWAIT 0x21", 210, 1000, 9},
	{"C7s", "MWAIT 0x33", 250, 1200, 5},
	{"C8", "MWAIT 0x40", 420, 1600, 6},
	{"C9", "MWAIT 0x50", 680, 2200, 7},
	{"C10", "MWAIT 0x60", 890, 5000, 8},
};

unsigned simulate_latency(const struct model *m, unsigned state)
{
	for (size_t i = 0; i < COUNT(states); i++)
		if (states[i].rank < m->o.states && state-- == 0)
			return states[i].latency;
	return 0;
}

/* Numbers that have room to grow: a moving tree keeps its lengths. Together they are less than 500 days. */
static void counters(const struct model *m, struct out *o, int dir, unsigned cpu, unsigned state)
{
	uint64_t dice = model_random(m, cpu, 40 + state), usage = 1000000000 + dice % 1000000000;
	uint64_t time = UINT64_C(100000000000) + dice / 7 % UINT64_C(90000000000);

	if (state == m->o.states - 1)
		time *= 100; /* it slept there nearly all the time */
	out_line(o, dir, "usage", "%ju", (uintmax_t)usage);
	out_line(o, dir, "time", "%ju", (uintmax_t)time);
	out_line(o, dir, "above", "%ju", state ? (uintmax_t)usage / 30 : 0);
	out_line(o, dir, "below", "%ju", (uintmax_t)usage / 50);
	out_line(o, dir, "rejected", "0");
}

void simulate_idle(const struct model *m, struct out *o, int cpu_dir, unsigned cpu)
{
	int all, dir;
	unsigned n = 0;

	if (!m->o.states)
		return;
	all = out_dir(o, cpu_dir, "cpuidle");
	for (size_t i = 0; i < COUNT(states); i++) {
		if (states[i].rank >= m->o.states)
			continue;
		dir = out_dir(o, all, "state%u", n++);
		out_line(o, dir, "name", "%s", states[i].name);
		out_line(o, dir, "desc", "%s", states[i].desc);
		out_line(o, dir, "latency", "%u", states[i].latency);
		out_line(o, dir, "residency", "%u", states[i].residency);
		out_line(o, dir, "disable", "%d", m->o.clean && states[i].latency > SHORT_US);
		out_line(o, dir, "default_status", "enabled");
		counters(m, o, dir, cpu, n - 1);
		out_close(dir);
	}
	out_close(all);
}

void simulate_idle_driver(const struct model *m, struct out *o, int cpu_dir)
{
	static const char *const drivers[] = {"intel_idle", "acpi_idle", "acpi_idle"};
	int dir = out_dir(o, cpu_dir, "cpuidle");

	out_line(o, dir, "current_driver", "%s", m->o.states ? drivers[m->kind->arch] : "none");
	out_line(o, dir, "current_governor", "menu");
	out_line(o, dir, "current_governor_ro", "menu");
	out_line(o, dir, "available_governors", "menu ");
	out_close(dir);
}
