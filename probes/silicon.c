/* Silicon: joins what is known of each CPU, and judges its clock. Reads no file. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/silicon.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/frequency.h"
#include "probes/idle.h"
#include "probes/limits.h"
#include "probes/load.h"
#include "probes/silicon_judge.h"
#include "probes/topology.h"

#define JOIN(from) SOURCES("computed from " from)
#define CPU_ID(member, label, meaning) \
	FIELD(struct silicon_cpu, member, label, TYPE_I64, UNIT_ID, 0, JOIN("topology"), meaning)
#define CPU_TEXT(member, label, from, meaning) \
	FIELD(struct silicon_cpu, member, label, TYPE_TEXT, UNIT_NONE, 0, JOIN(from), meaning)
#define CPU_BOOL(member, label, meaning) \
	FIELD(struct silicon_cpu, member, label, TYPE_BOOL, UNIT_NONE, 0, JOIN("topology"), meaning)
#define CPU_KHZ(member, label, from, meaning) \
	FIELD(struct silicon_cpu, member, label, TYPE_U64, UNIT_KHZ, 0, JOIN(from), meaning)
#define CPU_US(member, label, meaning) \
	FIELD(struct silicon_cpu, member, label, TYPE_U64, UNIT_US, 0, JOIN("idle"), meaning)

static const char *const src_khz[] = {"/sys/devices/system/cpu/cpu{id}/cpufreq/scaling_cur_freq",
	"/sys/devices/system/cpu/cpu{id}/cpufreq/cpuinfo_avg_freq", "@perf/msr/{id}",
	"/sys/devices/system/cpu/cpu{id}/acpi_cppc/feedback_ctrs", NULL};

static const struct field cpu_fields[] = {
	FIELD(struct silicon_cpu, id, "CPU", TYPE_U64, UNIT_ID, 0, JOIN("topology"),
		"The kernel's number of this CPU."),
	CPU_BOOL(online, "Online", "Whether the kernel uses it now."),
	CPU_ID(package, "Package", "The socket it is in."),
	CPU_ID(core, "Core", "The core it is a thread of."),
	CPU_ID(l3, "L3", "The last-level cache it shares."),
	CPU_ID(node, "Node", "The memory that is near to it."),
	FIELD(struct silicon_cpu, siblings, "Siblings", TYPE_CPUS, UNIT_NONE, 0, JOIN("topology"),
		"The online CPUs of the same core, itself included."),
	CPU_TEXT(kind, "Kind", "topology", "P for a performance core, E for an efficient one."),
	CPU_BOOL(isolated, "Isolated", "Left alone by the scheduler."),
	CPU_BOOL(nohz_full, "No ticks", "Runs without the scheduler's tick: the kernel has no sample of its clock."),
	FIELD(struct silicon_cpu, busy, "Busy", TYPE_F64, UNIT_PERCENT, FIELD_MOVES, JOIN("load"),
		"Share of the last interval in which it did work."),
	FIELD(struct silicon_cpu, policy, "Policy", TYPE_U64, UNIT_ID, 0, JOIN("frequency"),
		"The policy that sets its clock."),
	CPU_TEXT(driver, "Driver", "frequency", "Who sets its clock."),
	CPU_TEXT(governor, "Governor", "frequency", "Who decides which clock is asked for."),
	CPU_TEXT(epp, "Energy preference", "frequency", "How much the hardware leans to saving energy."),
	FIELD(struct silicon_cpu, khz, "Clock", TYPE_U64, UNIT_KHZ, FIELD_MOVES, src_khz,
		"Its clock; what the number is worth stands beside it."),
	FIELD(struct silicon_cpu, freshness, "Freshness", TYPE_TEXT, UNIT_NONE, FIELD_MOVES,
		JOIN("load, frequency and the kernel's release"),
		"What the number is: measured, last requested, idle (a limit or an old request), or not read."),
	FIELD(struct silicon_cpu, fresh, "Freshness code", TYPE_U64, UNIT_NONE, FIELD_MOVES, JOIN("freshness"),
		"The same as a number: 1 measured, 2 last requested, 3 idle, 4 not read, 5 offline, 0 unknown."),
	CPU_KHZ(base_khz, "Base clock", "frequency", "The clock that a busy CPU should reach."),
	CPU_KHZ(min_khz, "Lower limit", "frequency", "The lowest clock that may be asked for."),
	CPU_KHZ(max_khz, "Upper limit", "frequency", "The highest clock that may be asked for."),
	FIELD(struct silicon_cpu, settling, "Settling", TYPE_BOOL, UNIT_NONE, FIELD_MOVES,
		JOIN("its clock, its load and the interval before"),
		"Slow for the first time: it may have woken up or fallen asleep in the interval."),
	FIELD(struct silicon_cpu, ratio, "Share of base", TYPE_F64, UNIT_RATIO, FIELD_MOVES | FIELD_HISTORY,
		JOIN("clock and base clock"),
		"Its measured clock as a share of its base clock; only while it is busy."),
	CPU_TEXT(idle_state, "Deepest state", "idle", "The deepest idle state that it may enter."),
	CPU_US(exit_us, "Exit latency", "How long it may take to leave that state."),
	CPU_US(latency_limit_us, "Latency limit",
		"How long leaving a state may take by the lowest limit, where there is one."),
	FIELD(struct silicon_cpu, only_poll, "Only polls", TYPE_BOOL, UNIT_NONE, 0, JOIN("idle"),
		"Whether it has states to sleep in and may enter none of them."),
	FIELD(struct silicon_cpu, slept_in, "Slept in", TYPE_TEXT, UNIT_NONE, FIELD_MOVES, JOIN("idle"),
		"The idle state in which it slept most in the last interval."),
	CPU_TEXT(held_kind, "Held by", "frequency",
		"One word for it: governor, epp, limit, firmware-limit or throttle."),
	CPU_TEXT(held_by, "Held by", "frequency", "What keeps its clock below base; absent when nothing does."),
};

#define NUMBER(member, label, flags, meaning) \
	FIELD(struct silicon, member, label, TYPE_U64, UNIT_COUNT, FIELD_MOVES | (flags), JOIN("silicon.cpu"), meaning)

static const struct field fields[] = {
	FIELD(struct silicon, online, "Online", TYPE_U64, UNIT_COUNT, 0, JOIN("topology"),
		"CPUs that the kernel uses now."),
	NUMBER(busy, "Busy", FIELD_HISTORY, "CPUs that are at least 20 % busy."),
	NUMBER(settling, "Settling", 0, "Busy CPUs that are slow for the first time: judged in the next interval."),
	NUMBER(judged, "Judged", 0, "Busy CPUs whose clock is measured and whose base clock is known."),
	NUMBER(slow, "Slow", FIELD_HISTORY, "Of those, CPUs below 0.92 of their base clock."),
	NUMBER(far, "Far below", 0, "Of those, CPUs below 0.70 of their base clock."),
	FIELD(struct silicon, ratio, "Share of base", TYPE_F64, UNIT_RATIO, FIELD_MOVES | FIELD_HISTORY,
		JOIN("silicon.cpu"), "The median of the judged CPUs' clocks as shares of their base clocks."),
	FIELD(struct silicon, low_khz, "Slowest clock", TYPE_U64, UNIT_KHZ, FIELD_MOVES, JOIN("silicon.cpu"),
		"The clock of the judged CPU that is furthest below its base."),
	FIELD(struct silicon, high_khz, "Fastest slow clock", TYPE_U64, UNIT_KHZ, FIELD_MOVES, JOIN("silicon.cpu"),
		"The highest clock of the slow CPUs."),
	FIELD(struct silicon, base_khz, "Its base clock", TYPE_U64, UNIT_KHZ, FIELD_MOVES, JOIN("silicon.cpu"),
		"The base clock of that CPU; without one, that of the first CPU."),
	FIELD(struct silicon, slow_cpus, "Slow CPUs", TYPE_CPUS, UNIT_NONE, FIELD_MOVES, JOIN("silicon.cpu"),
		"Which CPUs are slow."),
	FIELD(struct silicon, cause, "Cause", TYPE_TEXT, UNIT_NONE, FIELD_MOVES, JOIN("frequency"),
		"What holds the slowest CPU down."),
	FIELD(struct silicon, cause_word, "Kind of cause", TYPE_TEXT, UNIT_NONE, FIELD_MOVES, JOIN("frequency"),
		"One word for it: governor, limit, firmware-limit, throttle or epp."),
};

static const struct row_set sets[] = {
	{"cpu", "id", offsetof(struct silicon, cpu), sizeof(struct silicon_cpu), TABLE(cpu_fields), NULL, 0},
};

/* A value of another block: its text and set are copied, its age counts on from that block's time. */
static struct value joined(struct carry *c, struct value v, enum type type)
{
	return value_carry(c, v, type);
}

static void join_topology(struct carry *c, const struct topology_cpu *from, struct silicon_cpu *row)
{
	row->id = from->id;
	row->online = from->online;
	row->package = from->package;
	row->core = from->core;
	row->l3 = from->l3;
	row->node = from->node;
	row->siblings = joined(c, from->siblings, TYPE_CPUS);
	row->kind = joined(c, from->kind, TYPE_TEXT);
	row->isolated = from->isolated;
	row->nohz_full = from->nohz_full;
}

static void join_policy(struct carry *c, const struct policy *p, const struct frequency_cpu *f, struct silicon_cpu *row)
{
	row->base_khz = f ? f->base_khz : value_error(-ENOENT, 0);
	if (!p) {
		struct value none = value_error(-ENOENT, 0);

		row->policy = row->driver = row->governor = row->epp = row->min_khz = row->max_khz = none;
		return;
	}
	row->policy = p->id;
	row->driver = joined(c, p->driver, TYPE_TEXT);
	row->governor = joined(c, p->governor, TYPE_TEXT);
	row->epp = joined(c, p->epp, TYPE_TEXT);
	row->min_khz = p->min_khz;
	row->max_khz = p->max_khz;
}

static uint64_t older_ds(const struct tick *t, const struct probe *p)
{
	const struct block *b = snapshot_block(t->so_far, p);

	return b && b->t_ns < t->now_ns ? (t->now_ns - b->t_ns) / 100000000 : 0;
}

static void join_sleep(struct carry *c, const struct idle_cpu *from, int err, struct silicon_cpu *row)
{
	if (!from) {
		struct value none = value_error(err, 0);

		row->idle_state = row->exit_us = row->latency_limit_us = row->only_poll = row->slept_in = none;
		return;
	}
	row->idle_state = joined(c, from->deepest, TYPE_TEXT);
	row->exit_us = from->exit_us;
	row->latency_limit_us = from->limit_us;
	row->only_poll = from->only_poll;
	row->slept_in = joined(c, from->mostly, TYPE_TEXT);
	row->idle_state.src = row->exit_us.src = row->latency_limit_us.src = row->only_poll.src = 0;
}

static void join_idle(const struct tick *t, struct silicon_cpu *rows, uint32_t n)
{
	const struct idle *idle = snapshot_facts(t->so_far, &probe_idle);
	const struct block *b = snapshot_block(t->so_far, &probe_idle);
	struct carry carry = {.a = t->a, .older_ds = older_ds(t, &probe_idle)};
	int err = idle ? -ENOENT : b && b->err ? b->err : -EINPROGRESS;
	uint32_t hint = 0;

	for (uint32_t i = 0; i < n; i++)
		join_sleep(&carry, idle_cpu(idle, rows[i].id.u, &hint), err, &rows[i]);
}

struct summary {
	uint64_t online, busy, settling, judged, slow, far, high_khz;
	float *ratio;
	const struct silicon_cpu *worst, *slowest; /* of the judged, of the slow */
	struct cpuset *set;
};

/*
 * In an interval in which a CPU just woke up or fell asleep its load and its clock are not of the same moment: it is
 * judged to be slow when it was so, or was not known, in the interval before too. again: it still is that interval.
 */
static bool settling(const struct silicon_cpu *before, const struct silicon_cpu *row, bool again)
{
	if (!value_known(row->ratio) || row->ratio.f >= SLOW_SHARE || !before || !value_known(before->busy))
		return false;
	if (again)
		return value_u64_or(before->settling, 0);
	return value_f64_or(before->ratio, 1) >= SLOW_SHARE;
}

static void add(struct summary *s, const struct silicon_cpu *row)
{
	s->online += value_u64_or(row->online, 0);
	s->busy += value_f64_or(row->busy, 0) >= BUSY_PERCENT;
	s->settling += value_u64_or(row->settling, 0);
	if (!value_known(row->ratio) || value_u64_or(row->settling, 0))
		return;
	s->ratio[s->judged++] = (float)row->ratio.f;
	if (!s->worst || row->ratio.f < s->worst->ratio.f)
		s->worst = row;
	if (row->ratio.f >= SLOW_SHARE)
		return;
	if (!s->slowest || row->ratio.f < s->slowest->ratio.f)
		s->slowest = row;
	if (row->khz.u > s->high_khz)
		s->high_khz = row->khz.u;
	s->slow++;
	s->far += row->ratio.f < FAR_SHARE;
	cpuset_add(s->set, (uint32_t)row->id.u);
}

static int by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return x < y ? -1 : x > y;
}

static struct value first_base(const struct silicon_cpu *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (value_known(rows[i].base_khz))
			return rows[i].base_khz;
	return n ? rows[0].base_khz : value_error(-ENOENT, 0);
}

static void finish(struct summary *s, const struct silicon_cpu *rows, size_t n, const struct load *load, int load_err,
	struct silicon *ret)
{
	bool load_known = load && value_known(load->busy);
	struct value none = value_error(load_known ? -ENOENT : load && load->busy.err ? load->busy.err : load_err, 0);

	ret->busy = load_known ? value_u64(s->busy, 0) : none;
	ret->settling = load_known ? value_u64(s->settling, 0) : none;
	ret->judged = load_known ? value_u64(s->judged, 0) : none;
	ret->slow = load_known ? value_u64(s->slow, 0) : none;
	ret->far = load_known ? value_u64(s->far, 0) : none;
	ret->ratio = ret->low_khz = ret->high_khz = ret->cause = ret->cause_word = none;
	ret->slow_cpus = value_set(s->set, 0);
	ret->base_khz = first_base(rows, n);
	if (!s->worst)
		return;
	qsort(s->ratio, s->judged, sizeof(*s->ratio), by_value);
	ret->ratio = value_f64((double)s->ratio[s->judged / 2], 0);
	if (s->slowest)
		s->worst = s->slowest;
	ret->low_khz = s->worst->khz;
	ret->base_khz = s->worst->base_khz;
	ret->high_khz = s->slow ? value_u64(s->high_khz, 0) : none;
}

/* The row of the last tick, when it is the same CPU. */
static const struct silicon_cpu *row_before(const struct tick *t, uint32_t i, uint64_t id)
{
	const struct silicon *old = t->prev;
	const struct silicon_cpu *rows = old ? old->cpu.row : NULL;

	return old && i < old->cpu.n && rows[i].id.u == id ? &rows[i] : NULL;
}

/* Why there is no load: it cannot be read, or it comes with the next tick. */
static int load_error(const struct snapshot *s)
{
	const struct block *b = snapshot_block(s, &probe_load);

	return b && b->err ? b->err : -EINPROGRESS;
}

struct state {
	uint64_t load_id; /* the block of loads that was judged last */
};

static int sample(const struct tick *t, void *state, void *facts)
{
	const struct topology *top = snapshot_facts(t->so_far, &probe_topology);
	const struct load *load = snapshot_facts(t->so_far, &probe_load);
	const struct frequency *f = snapshot_facts(t->so_far, &probe_frequency);
	struct carry topology_carry = {.a = t->a, .older_ds = older_ds(t, &probe_topology)};
	struct carry carry = {.a = t->a, .older_ds = older_ds(t, &probe_frequency)};
	const struct topology_cpu *from = top ? top->cpu.row : NULL;
	uint32_t n = top ? top->cpu.n : 0, load_hint = 0, cpu_hint = 0;
	struct silicon_cpu *rows = arena_array(t->a, n, sizeof(*rows));
	struct summary s = {.ratio = arena_array(t->a, n, sizeof(float))};
	struct judge judge = judge_of(t->so_far);
	struct silicon *ret = facts;
	const struct block *loads = snapshot_block(t->so_far, &probe_load);
	struct state *st = state;
	bool again = loads && loads->id == st->load_id;

	st->load_id = loads ? loads->id : 0;
	if (!top)
		return -EINPROGRESS;
	s.set = cpuset_new(t->a, n ? (uint32_t)from[n - 1].id.u + 1 : 0);
	for (uint32_t i = 0; i < n; i++) {
		const struct silicon_cpu *before = row_before(t, i, from[i].id.u);
		const struct load_cpu *l = load_cpu(load, from[i].id.u, &load_hint);
		const struct frequency_cpu *fc = frequency_cpu(f, from[i].id.u, &cpu_hint);
		const struct policy *p = fc && value_known(fc->policy) ? frequency_policy(f, fc->policy.u) : NULL;

		join_topology(&topology_carry, &from[i], &rows[i]);
		join_policy(&carry, p, fc, &rows[i]);
		rows[i].busy = l ? l->busy : value_error(load ? -ENOENT : load_error(t->so_far), 0);
		judge_clock(&judge, load, p, fc, before, &rows[i]);
		judge_hold(&judge, t->a, f, p, fc, &rows[i]);
		rows[i].settling = value_bool(settling(before, &rows[i], again), 0);
		add(&s, &rows[i]);
	}
	join_idle(t, rows, n);
	ret->cpu = (struct rows){.row = rows, .n = n, .known = top->cpu.known, .err = top->cpu.err};
	ret->online = value_known(top->cpus_online) ? value_u64(s.online, 0) : top->cpus_online;
	finish(&s, rows, n, load, load_error(t->so_far), ret);
	if (s.slow) {
		ret->cause = s.slowest->held_by;
		ret->cause_word = s.slowest->held_kind;
	}
	return 0;
}

const char *freshness_word(enum freshness f)
{
	static const char *const words[] = {"unknown", "measured", "last requested", "idle", "not read", "offline"};

	return (size_t)f < COUNT(words) ? words[f] : "?";
}

const struct silicon_cpu *silicon_cpu(const struct silicon *s, uint64_t id)
{
	const struct silicon_cpu *rows = s ? s->cpu.row : NULL;

	for (uint32_t i = 0; s && i < s->cpu.n; i++) {
		uint32_t at = (uint32_t)((id + i) % s->cpu.n);

		if (rows[at].id.u == id)
			return &rows[at];
	}
	return NULL;
}

const struct probe probe_silicon = {
	.name = "silicon",
	.title = "CPUs, joined",
	.needs = SOURCES("kernel", "load", "topology", "cpu", "frequency", "idle"),
	.size = sizeof(struct silicon),
	.state_size = sizeof(struct state),
	.fields = fields,
	.nfields = COUNT(fields),
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
};
