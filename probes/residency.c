/* Residency: the hardware's own counters of sleep and of system management interrupts, from which shares are made. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/residency.h"

#include <errno.h>

#define CORE SOURCES("@perf/cstate_core/{id}")
#define PACKAGE SOURCES("@perf/cstate_pkg/{cpu}")
#define SMI SOURCES("@perf/smi/{cpu}")
#define MOVING(type, member, label, kind, unit, source_, meaning) \
	FIELD(type, member, label, kind, unit, FIELD_MOVES, source_, meaning)

static const struct field fields[] = {
	MOVING(struct residency, smi_per_s, "SMIs", TYPE_F64, UNIT_PER_S, SOURCES("residency.package"),
		"System management interrupts: firmware stops all CPUs for some time; the most of any package."),
	MOVING(struct residency, c6_pct, "Package C6", TYPE_F64, UNIT_PERCENT, SOURCES("residency.package"),
		"Share of the time in which a whole package slept deep; the most of any package."),
};

static const struct field package_fields[] = {
	FIELD(struct residency_package, id, "Package", TYPE_I64, UNIT_ID, 0,
		SOURCES("/sys/devices/system/cpu/cpu{cpu}/topology/physical_package_id"), "The number of the package."),
	FIELD(struct residency_package, cpu, "Asked CPU", TYPE_U64, UNIT_ID, FIELD_MOVES,
		SOURCES("the first CPU of the package"), "The CPU that was asked, and so interrupted."),
	MOVING(struct residency_package, smi, "SMIs", TYPE_U64, UNIT_COUNT, SMI,
		"System management interrupts since they are counted."),
	MOVING(struct residency_package, smi_per_s, "SMIs", TYPE_F64, UNIT_PER_S, SMI,
		"System management interrupts per second: firmware stops all CPUs for each."),
	MOVING(struct residency_package, c2_pct, "Package C2", TYPE_F64, UNIT_PERCENT, PACKAGE,
		"Share of the time in which the package slept lightly, by the hardware."),
	MOVING(struct residency_package, c6_pct, "Package C6", TYPE_F64, UNIT_PERCENT, PACKAGE,
		"Share of the time in which the package slept deep: mesh and memory have to wake up too."),
};

static const struct field cpu_fields[] = {
	FIELD(struct residency_cpu, id, "CPU", TYPE_U64, UNIT_ID, 0, SOURCES("/sys/devices/system/cpu/online"),
		"The kernel's number of this CPU."),
	MOVING(struct residency_cpu, c1_pct, "Core C1", TYPE_F64, UNIT_PERCENT, CORE,
		"Share of the time in which its core slept lightly, by the hardware."),
	MOVING(struct residency_cpu, c6_pct, "Core C6", TYPE_F64, UNIT_PERCENT, CORE,
		"Share of the time in which its core slept deep, by the hardware and not by what was asked for."),
};

static const struct row_set sets[] = {
	{"package", "id", offsetof(struct residency, package), sizeof(struct residency_package), TABLE(package_fields),
		NULL, 0},
	{"cpu", "id", offsetof(struct residency, cpu), sizeof(struct residency_cpu), TABLE(cpu_fields), NULL, 0},
};

static int sample(const struct tick *t, void *state, void *facts)
{
	(void)t;
	(void)state;
	(void)facts;
	return -EINPROGRESS;
}

const struct probe probe_residency = {
	.name = "residency",
	.title = "Residency",
	.needs = SOURCES("topology"),
	.size = sizeof(struct residency),
	.fields = fields,
	.nfields = COUNT(fields),
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
};
