/* The kernel's log: its lines come from the host already chosen; they are counted and dated by their kind. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/kernel_log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probes/host/host.h"
#include "probes/kernel.h"
#include "probes/kernel_log_lines.h"
#include "probes/parse.h"

#define HOUR_S 3600.0

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

/* A line of the answer: when it was written, since the boot, and what it says. */
struct entry {
	uint64_t us;
	struct slice text;
	int kind;
};

struct reading {
	const struct tick *t;
	struct value now_us; /* since the boot */
	uint64_t first, from_us, lost, count[KERNEL_LOG_KINDS];
	struct entry *entry; /* oldest first within a kind */
	size_t n;
};

/* The answer is copied: rows keep texts of it. */
static int read_log(struct reading *r)
{
	struct answer answer;
	struct slice rest, line, key, value;
	size_t room = 1;
	int err = host_read(r->t->h, "@kmsg", &answer);
	char name[40];

	if (err)
		return err;
	rest = (struct slice){arena_text(r->t->a, answer.text, answer.len), answer.len};
	for (size_t i = 0; i < answer.len; i++)
		room += rest.p[i] == '\n';
	r->entry = arena_array(r->t->a, room, sizeof(*r->entry));
	if (!answer_number(rest.p, "first", &r->first) || !answer_number(rest.p, "from_us", &r->from_us) ||
		!answer_number(rest.p, "lost", &r->lost))
		return -EINVAL;
	for (size_t i = 0; i < KERNEL_LOG_KINDS; i++) {
		snprintf(name, sizeof(name), "count.%s", kernel_log_name(i));
		answer_number(rest.p, name, &r->count[i]);
	}
	while (slice_line(&rest, &line)) {
		struct entry *e = &r->entry[r->n];

		if (!slice_pair(line, '=', &key, &value) || parse_u64(key, &e->us))
			continue;
		e->text = value;
		e->kind = kernel_log_kind_of(value);
		r->n += e->kind >= 0;
	}
	return 0;
}

/* The kernel's clock of the log stands still while the machine is suspended; servers are not. */
static struct value now_us(const struct tick *t)
{
	const struct block *b = snapshot_block(t->so_far, &probe_kernel);
	const struct kernel *k = b ? b->facts : NULL;

	if (!k || !value_known(k->uptime_s))
		return value_error(k ? k->uptime_s.err : -EINPROGRESS, 0);
	return value_f64(k->uptime_s.f * 1e6 + (double)(t->now_ns - b->t_ns) / 1e3, 0);
}

static struct value age(const struct reading *r, uint64_t us)
{
	double s;

	if (!value_known(r->now_us))
		return value_error(r->now_us.err, 0);
	s = (r->now_us.f - (double)us) / 1e6;
	return value_f64(s > 0 ? s : 0, 0);
}

static bool whole(const struct reading *r)
{
	return r->first == 0 && r->lost == 0;
}

static bool young(const struct reading *r, const struct entry *e)
{
	return value_f64_or(age(r, e->us), HOUR_S + 1) <= HOUR_S;
}

/* None in the last hour is only known of a log that reaches so far. */
static struct value hour(const struct reading *r, uint64_t n)
{
	struct value reach = age(r, r->from_us);

	if (!value_known(reach))
		return reach;
	if (!n && !whole(r) && reach.f < HOUR_S)
		return value_skipped("the log reaches back less than an hour");
	return value_u64(n, 0);
}

static void fill_kind(const struct reading *r, int kind, struct kernel_log_kind *row)
{
	const struct entry *last = NULL;
	uint64_t n = 0, lines = 0;

	for (size_t i = 0; i < r->n; i++) {
		if (r->entry[i].kind != kind)
			continue;
		last = !last || r->entry[i].us >= last->us ? &r->entry[i] : last;
		n += young(r, &r->entry[i]);
		lines++;
	}
	row->name = value_text(kernel_log_name((size_t)kind), 0);
	row->count = value_u64(r->count[kind] > lines ? r->count[kind] : lines, 0);
	row->hour = hour(r, n);
	row->age_s = last ? age(r, last->us) : value_error(-ENOENT, 0);
	row->text = last ? value_text(slice_text(r->t->a, last->text), 0) : value_error(-ENOENT, 0);
}

/* Newest first, so the first line of a thread is its last one. */
static struct rows traps(const struct reading *r)
{
	struct kernel_log_trap *rows = arena_array(r->t->a, r->n, sizeof(*rows));
	uint32_t n = 0, at;

	for (size_t i = r->n; i-- > 0;) {
		struct slice comm;
		uint64_t pid;

		if (!kernel_log_thread(r->entry[i].text, &comm, &pid))
			continue;
		for (at = 0; at < n && rows[at].pid.u != pid; at++)
			;
		if (at == n) {
			rows[n].pid = value_u64(pid, 0);
			rows[n].comm = value_text(slice_text(r->t->a, comm), 0);
			rows[n].guest = value_bool(slice_starts(comm, "CPU ") && comm.len > 4 &&
							   memmem(comm.p, comm.len, "/KVM", 4),
				0);
			rows[n].count = rows[n].hour = value_u64(0, 0);
			rows[n++].age_s = age(r, r->entry[i].us);
		}
		rows[at].count.u++;
		rows[at].hour.u += young(r, &r->entry[i]);
	}
	for (at = 0; at < n; at++)
		rows[at].hour = hour(r, rows[at].hour.u);
	return (struct rows){.row = rows, .n = n, .known = KNOWN};
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct reading r = {.t = t, .now_us = now_us(t)};
	struct kernel_log *l = facts;
	struct kernel_log_kind *rows;
	int err = read_log(&r);

	(void)state;
	if (err) {
		l->reach_s = l->whole = value_error(err, 0);
		l->kind = l->trap = (struct rows){.known = l->whole.known, .err = err};
		return 0;
	}
	rows = arena_array(t->a, KERNEL_LOG_KINDS, sizeof(*rows));
	for (int kind = 0; kind < KERNEL_LOG_KINDS; kind++)
		fill_kind(&r, kind, &rows[kind]);
	l->reach_s = age(&r, r.from_us);
	l->whole = value_bool(whole(&r), 0);
	l->kind = (struct rows){.row = rows, .n = KERNEL_LOG_KINDS, .known = KNOWN};
	l->trap = traps(&r);
	return 0;
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
