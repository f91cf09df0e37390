/* Residency: the hardware's own counters of sleep and of system management interrupts, from which shares are made. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/residency_impl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "probes/cpu.h"
#include "probes/cpuset.h"
#include "probes/disturb.h"
#include "probes/host/host.h"
#include "probes/parse.h"
#include "probes/topology.h"

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
	FIELD(struct residency_package, c1e_promotion, "C1E promotion", TYPE_BOOL, UNIT_NONE, 0,
		SOURCES("@msr/{cpu}/0x1fc"),
		"Whether the processor makes C1E of C1: it saves more and takes longer to leave."),
	FIELD(struct residency_package, firmware_pstates, "Firmware sets clocks", TYPE_BOOL, UNIT_NONE, 0,
		SOURCES("@msr/{cpu}/0x1aa"),
		"Whether the firmware keeps the clock to itself: the kernel's driver then refuses to load."),
	FIELD(struct residency_package, hwp_epp, "HWP preference", TYPE_U64, UNIT_NONE, 0,
		SOURCES("@msr/{cpu}/0x774"),
		"The energy preference that the hardware has, 0 for performance to 255 for saving."),
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

enum { CPUS_MOST = 32 }; /* CPUs that are asked in a tick: each such read interrupts one */
static const uint64_t late_ns = UINT64_C(60000000000); /* further apart they say what was, not what is */

/* The counters of one group at the last reading, by their names in order. */
struct counted {
	bool any;
	uint64_t at_ns, tsc, v[2];
};

struct state {
	uint64_t topology_id;
	bool any, deep, no_core; /* no_core: this machine does not count the sleep of cores */
	size_t turn, npackages, ncpus;
	struct package_state {
		int64_t id;
		uint32_t cpu;
		struct counted sleep;
		uint64_t smi, smi_ns;
		bool smi_any;
		struct registers registers;
	} * package;
	struct cpu_state {
		struct residency_cpu row;
		uint64_t read_ns;
		struct counted sleep;
	} * cpu;
};

static void forget(struct state *st)
{
	free(st->package);
	free(st->cpu);
	*st = (struct state){.any = false};
}

/* Packages by their first online CPU, and the CPUs that are online. */
static void list(const struct topology *topology, struct state *st)
{
	const struct topology_cpu *rows = topology->cpu.row;

	forget(st);
	st->package = xcalloc(topology->cpu.n, sizeof(*st->package));
	st->cpu = xcalloc(topology->cpu.n, sizeof(*st->cpu));
	for (uint32_t i = 0; i < topology->cpu.n; i++) {
		int64_t package = value_known(rows[i].package) ? rows[i].package.i : -1;
		size_t k = 0;

		if (!value_u64_or(rows[i].online, 1))
			continue;
		while (k < st->npackages && st->package[k].id != package)
			k++;
		if (k == st->npackages && package >= 0)
			st->package[st->npackages++] =
				(struct package_state){.id = package, .cpu = (uint32_t)rows[i].id.u};
		st->cpu[st->ncpus].row.c1_pct = st->cpu[st->ncpus].row.c6_pct = value_skipped(WOULD_INTERRUPT);
		st->cpu[st->ncpus++].row.id = rows[i].id;
	}
}

/* Shares of two counters since the last reading; those that this processor does not have are absent. */
static int shares(const struct tick *t, const char *path, const char *const *names, struct counted *c,
	struct value *first, struct value *second)
{
	struct value *to[2] = {first, second};
	struct counted old = *c, now = {.any = true, .at_ns = t->now_ns};
	struct answer answer;
	int err = host_read(t->h, path, &answer);

	if (!err && !answer_number(answer.text, "tsc", &now.tsc))
		err = -EINVAL;
	c->any = false;
	*first = *second = value_error(err ? err : -ENOENT, 0);
	if (err)
		return err;
	for (size_t i = 0; i < COUNT(to); i++) {
		if (!answer_number(answer.text, names[i], &now.v[i]))
			continue;
		*to[i] = value_error(-EINPROGRESS, 0);
		if (old.any && now.tsc > old.tsc && now.v[i] >= old.v[i] && now.at_ns - old.at_ns < late_ns)
			*to[i] = value_f64(100.0 * (double)(now.v[i] - old.v[i]) / (double)(now.tsc - old.tsc), 0);
	}
	*c = now;
	return 0;
}

static void read_smi(const struct tick *t, struct package_state *p, struct residency_package *row)
{
	struct answer answer;
	uint64_t n, ns;
	char path[64];
	int err;

	snprintf(path, sizeof(path), "@perf/smi/%u", p->cpu);
	err = host_read(t->h, path, &answer);
	if (!err && (!answer_number(answer.text, "smi", &n) || !answer_number(answer.text, "running", &ns)))
		err = -EINVAL;
	row->smi = row->smi_per_s = value_error(err, 0);
	if (err) {
		p->smi_any = false;
		return;
	}
	row->smi = value_u64(n, 0);
	row->smi_per_s = p->smi_any && n >= p->smi && ns > p->smi_ns
				 ? value_f64((double)(n - p->smi) * 1e9 / (double)(ns - p->smi_ns), 0)
				 : value_error(-EINPROGRESS, 0);
	p->smi_any = true, p->smi = n, p->smi_ns = ns;
}

static void fill_package(const struct tick *t, struct package_state *p, struct residency_package *row)
{
	char path[64];

	row->id = value_i64(p->id, 0);
	row->cpu = value_u64(p->cpu, 0);
	if (!t->want->deep) {
		row->smi = row->smi_per_s = row->c2_pct = row->c6_pct = value_skipped(WOULD_INTERRUPT);
		row->c1e_promotion = row->firmware_pstates = row->hwp_epp = row->smi;
		p->registers.turn = 0;
		return;
	}
	read_smi(t, p, row);
	residency_registers(t, &p->registers, p->cpu, row);
	snprintf(path, sizeof(path), "@perf/cstate_pkg/%u", p->cpu);
	shares(t, path, SOURCES("c2", "c6"), &p->sleep, &row->c2_pct, &row->c6_pct);
}

static bool wanted(const struct tick *t, const struct cpu_state *c)
{
	return t->want->everything || (t->want->cpus && cpuset_has(t->want->cpus, (uint32_t)c->row.id.u));
}

/* Those that are looked at, some in each tick where they are many; the next tick goes on behind them. */
static void read_cpus(const struct tick *t, struct state *st)
{
	unsigned left = CPUS_MOST;
	size_t from = st->turn, n = st->ncpus;
	char path[64];
	int err;

	for (size_t i = 0; i < n && left && !st->no_core; i++) {
		struct cpu_state *c = &st->cpu[(from + i) % n];

		if (!wanted(t, c))
			continue;
		snprintf(path, sizeof(path), "@perf/cstate_core/%u", (unsigned)c->row.id.u);
		err = shares(t, path, SOURCES("c1", "c6"), &c->sleep, &c->row.c1_pct, &c->row.c6_pct);
		c->read_ns = t->now_ns;
		st->turn = (from + i + 1) % n;
		left--;
		st->no_core = err == -ENOENT || err == -EOPNOTSUPP; /* not -ENODEV: that one alone is away */
	}
}

static struct rows cpu_rows(const struct tick *t, const struct state *st)
{
	struct residency_cpu *rows;

	if (!t->want->deep)
		return (struct rows){.known = KNOWN_SKIPPED, .err = -ECANCELED};
	rows = arena_array(t->a, st->ncpus, sizeof(*rows));
	for (size_t i = 0; i < st->ncpus; i++) {
		uint64_t older_ds = (t->now_ns - st->cpu[i].read_ns) / 100000000;

		rows[i] = st->cpu[i].row;
		if (st->no_core)
			rows[i].c1_pct = rows[i].c6_pct = value_error(-ENOENT, 0);
		else if (value_known(rows[i].c6_pct))
			value_age(&rows[i].c1_pct, older_ds), value_age(&rows[i].c6_pct, older_ds);
	}
	return (struct rows){.row = rows, .n = (uint32_t)st->ncpus, .known = KNOWN};
}

/* The most of any package; what one of them could not tell leaves it open. */
static struct value most(const struct residency_package *rows, size_t n, size_t offset)
{
	struct value most = value_error(-ENOENT, 0);

	for (size_t i = 0; i < n; i++) {
		const struct value *v = (const struct value *)(const void *)((const char *)&rows[i] + offset);

		if (!value_known(*v))
			return *v;
		most = !i || v->f > most.f ? *v : most;
	}
	return most;
}

static int sample(const struct tick *t, void *state, void *facts)
{
	const struct block *topology = snapshot_block(t->so_far, &probe_topology);
	struct residency_package *rows;
	struct residency *r = facts;
	struct state *st = state;
	bool same = st->any && topology && st->topology_id == topology->id;

	if (!topology || !topology->facts)
		return topology && topology->err ? topology->err : -EINPROGRESS;
	if (same && t->prev && !t->want->deep && !st->deep)
		return SAMPLE_SAME;
	if (!same)
		list(topology->facts, st);
	st->any = true;
	st->topology_id = topology->id;
	st->deep = t->want->deep;
	rows = arena_array(t->a, st->npackages, sizeof(*rows));
	for (size_t i = 0; i < st->npackages; i++)
		fill_package(t, &st->package[i], &rows[i]);
	if (t->want->deep)
		read_cpus(t, st);
	r->package = (struct rows){.row = rows, .n = (uint32_t)st->npackages, .known = KNOWN};
	r->cpu = cpu_rows(t, st);
	r->smi_per_s = most(rows, st->npackages, offsetof(struct residency_package, smi_per_s));
	r->c6_pct = most(rows, st->npackages, offsetof(struct residency_package, c6_pct));
	return 0;
}

static void end(struct host *h, void *state)
{
	(void)h;
	forget(state);
}

const struct probe probe_residency = {
	.name = "residency",
	.title = "Residency",
	.needs = SOURCES("topology", "cpu"),
	.size = sizeof(struct residency),
	.state_size = sizeof(struct state),
	.fields = fields,
	.nfields = COUNT(fields),
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
	.end = end,
};
