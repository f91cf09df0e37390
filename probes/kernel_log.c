/* The kernel's log: its lines come from the host already chosen; they are counted and dated by their kind. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/kernel_log.h"

#include <errno.h>
#include <string.h>

#include "probes/get.h"

#define LOG SOURCES("@kmsg")
#define MOVING(type, member, label, kind_, unit, meaning) \
	FIELD(type, member, label, kind_, unit, FIELD_MOVES, LOG, meaning)

static const struct field fields[] = {
	MOVING(struct kernel_log, reach_s, "Reaches back", TYPE_F64, UNIT_S,
		"How far back the log goes; what the kernel said before that is not known."),
	MOVING(struct kernel_log, whole, "Whole", TYPE_BOOL, UNIT_NONE,
		"Whether it goes back to the boot and no line was overwritten before it was read."),
};

static const struct field kind_fields[] = {
	FIELD(struct kernel_log_kind, name, "Kind", TYPE_TEXT, UNIT_NONE, 0, SOURCES("known of the kernel"),
		"What such lines are about."),
	MOVING(struct kernel_log_kind, count, "Lines", TYPE_U64, UNIT_COUNT, "How many lines of it the log holds."),
	MOVING(struct kernel_log_kind, hour, "In the last hour", TYPE_U64, UNIT_COUNT,
		"How many of them are no older than an hour."),
	MOVING(struct kernel_log_kind, age_s, "Last one ago", TYPE_F64, UNIT_S, "How long ago the last one was written."),
	MOVING(struct kernel_log_kind, text, "Last one", TYPE_TEXT, UNIT_NONE, "The last one, as the kernel wrote it."),
};

static const struct field trap_fields[] = {
	MOVING(struct kernel_log_trap, pid, "Thread", TYPE_U64, UNIT_ID, "The thread that split a lock."),
	MOVING(struct kernel_log_trap, comm, "Name", TYPE_TEXT, UNIT_NONE, "What that thread is called."),
	MOVING(struct kernel_log_trap, guest, "Guest", TYPE_BOOL, UNIT_NONE,
		"Whether it is a vCPU of a guest, by its name."),
	MOVING(struct kernel_log_trap, count, "Lines", TYPE_U64, UNIT_COUNT,
		"How many lines name it; newer kernels write one for each thread, however often it does so."),
	MOVING(struct kernel_log_trap, hour, "In the last hour", TYPE_U64, UNIT_COUNT,
		"How many of them are no older than an hour."),
	MOVING(struct kernel_log_trap, age_s, "Last one ago", TYPE_F64, UNIT_S, "How long ago the last one was written."),
};

static const struct row_set sets[] = {
	{"kind", "name", offsetof(struct kernel_log, kind), sizeof(struct kernel_log_kind), TABLE(kind_fields), NULL,
		0},
	{"trap", "pid", offsetof(struct kernel_log, trap), sizeof(struct kernel_log_trap), TABLE(trap_fields), NULL, 0},
};

static int sample(const struct tick *t, void *state, void *facts)
{
	(void)t;
	(void)state;
	(void)facts;
	return -EINPROGRESS;
}

const struct kernel_log_kind *kernel_log_kind(const struct kernel_log *l, const char *name)
{
	const struct kernel_log_kind *rows = l ? l->kind.row : NULL;

	for (uint32_t i = 0; l && i < l->kind.n; i++)
		if (strcmp(value_text_or(rows[i].name, ""), name) == 0)
			return &rows[i];
	return NULL;
}

const struct probe probe_kernel_log = {
	.name = "kernel_log",
	.title = "Kernel log",
	.needs = SOURCES("kernel"),
	.size = sizeof(struct kernel_log),
	.period_ms = 10000,
	.fields = fields,
	.nfields = COUNT(fields),
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
};
