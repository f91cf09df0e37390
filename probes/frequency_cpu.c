/* One CPU's clock: its base, its counters where they may be read, and how often it was throttled. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/frequency_impl.h"
#include "probes/host/host.h"
#include "probes/limits.h"
#include "probes/parse.h"

enum {
	COUNTERS_MOST = 32, /* CPUs whose counters are read in one tick: each such read interrupts one */
	PACKAGE_TURN = 5, /* ticks between two readings of a package's counters */
	THROTTLE_TURN = 4, /* CPUs whose throttle counters are read in a tick besides the slow ones */
};
enum { SRC_PERF, SRC_CPPC };

/* Two readings closer than this say little, and further apart than that they say what was, not what is. */
enum { COUNTED_SOON_NS = 100000000 };
static const uint64_t counted_late_ns = UINT64_C(10000000000);

/* f = base × ΔAPERF / ΔMPERF; counters that went back or ran too far belong to a CPU that was away. */
static struct value counted(uint64_t base_khz, uint64_t d_aperf, uint64_t d_mperf, unsigned src)
{
	double ratio = d_mperf ? (double)d_aperf / (double)d_mperf : 0;

	if (!d_mperf || ratio > 16 || ratio <= 0)
		return value_error(-EAGAIN, src);
	return value_u64((uint64_t)((double)base_khz * ratio + 0.5), src);
}

static bool pair(const char *text, const char *key, uint64_t *ret)
{
	struct slice rest = slice_of(text), word;
	size_t n = strlen(key);

	while (slice_word(&rest, &word))
		if (slice_starts(word, key))
			return parse_u64((struct slice){word.p + n, word.len - n}, ret) == 0;
	return false;
}

/* "ref:4295 del:8590" */
static struct value from_cppc(struct frequency_tick *ft, struct cpu_state *c)
{
	struct answer answer;
	uint64_t ref, del, from = host_now(ft->t->h), d_ref, d_del;
	char path[128];
	bool first = !c->feedback_ns || ft->t->now_ns - c->feedback_ns > counted_late_ns;
	int err;

	if (c->no_feedback)
		return value_error(-ENOENT, SRC_CPPC);
	snprintf(path, sizeof(path), CPU_FOLDER "/cpu%u/acpi_cppc/feedback_ctrs", c->id);
	err = host_read(ft->t->h, path, &answer);
	slow_reads_note(&ft->st->slow, from, host_now(ft->t->h));
	c->no_feedback = err == -ENOENT;
	if (err)
		return value_error(err, SRC_CPPC);
	if (!pair(answer.text, "ref:", &ref) || !pair(answer.text, "del:", &del))
		return value_error(-EINVAL, SRC_CPPC);
	d_ref = ref - c->ref, d_del = del - c->del;
	first = first || ref < c->ref || del < c->del;
	c->ref = ref, c->del = del, c->feedback_ns = ft->t->now_ns;
	if (first || !value_known(c->base))
		return value_error(-EINPROGRESS, SRC_CPPC);
	return counted(c->base.u, d_del, d_ref, SRC_CPPC);
}

/* turbostat's Bzy_MHz: the TSC's rate × ΔAPERF / ΔMPERF, all read in one go with the time for which they ran. */
static struct value from_perf(struct frequency_tick *ft, struct cpu_state *c)
{
	struct perf_sample old = c->perf, now = {.any = true, .at_ns = ft->t->now_ns};
	struct answer answer;
	uint64_t d_tsc, d_mperf, from;
	char path[64];
	int err;

	snprintf(path, sizeof(path), "@perf/msr/%u", c->id);
	from = host_now(ft->t->h);
	err = host_read(ft->t->h, path, &answer);
	slow_reads_note(&ft->st->slow, from, host_now(ft->t->h));
	if (err)
		return value_error(err, SRC_PERF);
	if (!answer_number(answer.text, "tsc", &now.tsc) || !answer_number(answer.text, "aperf", &now.aperf) ||
		!answer_number(answer.text, "mperf", &now.mperf) || !answer_number(answer.text, "running", &now.ns))
		return value_error(-EINVAL, SRC_PERF);
	c->perf = now;
	if (!old.any || now.at_ns - old.at_ns > counted_late_ns || now.ns <= old.ns || now.tsc < old.tsc ||
		now.aperf < old.aperf || now.mperf < old.mperf)
		return value_error(-EINPROGRESS, SRC_PERF);
	d_tsc = now.tsc - old.tsc, d_mperf = now.mperf - old.mperf;
	if ((double)d_mperf > 1.02 * (double)d_tsc)
		return value_error(-EAGAIN, SRC_PERF);
	return counted(
		(uint64_t)((double)d_tsc * 1e6 / (double)(now.ns - old.ns)), now.aperf - old.aperf, d_mperf, SRC_PERF);
}

static bool wants_counters(const struct frequency_tick *ft, const struct policy *p, uint64_t cpu)
{
	const struct topology_cpu *row = topology_cpu(ft->topology, cpu);

	if (ft->t->want->deep || !p || p->cur_khz.known == KNOWN_ABSENT)
		return true;
	/* before 5.19 both ways interrupt, and the counters say more; on a CPU without ticks only they say anything */
	return ft->gated || (row && value_u64_or(row->nohz_full, 0)) || !cpu_counts_clock(ft->cpu);
}

/* Where scaling_cur_freq is a measurement, counters would interrupt for nothing. */
static struct value measure(struct frequency_tick *ft, const struct policy *p, struct cpu_state *c, unsigned *left)
{
	struct value v = value_error(-ENOENT, SRC_PERF), cppc;

	if (!wants_counters(ft, p, c->id))
		return value_skipped("the kernel's own clock is a measurement here");
	/* counters that are not the processor's are files that interrupt nobody; where kernels interrupt, none is
	 * believed */
	if ((ft->gated || cpu_counts_clock(ft->cpu)) &&
		(!frequency_may_interrupt(ft, c->id) || !slow_reads_allowed(&ft->st->slow, ft->t->now_ns)))
		return value_skipped(WOULD_INTERRUPT);
	if (!*left)
		return value_skipped("its turn comes later");
	--*left;
	if (ft->t->want->deep)
		v = from_perf(ft, c);
	if (value_known(v) || v.known == KNOWN_NOT_YET)
		return v;
	cppc = from_cppc(ft, c);
	return cppc.known == KNOWN_ABSENT && v.known != KNOWN_ABSENT ? v : cppc; /* the refusal says more */
}

/* The share of dt by which a counter of milliseconds grew. */
static struct value throttled(struct value ms, uint64_t *before, uint64_t dt, bool first)
{
	uint64_t old = *before;

	if (!value_known(ms))
		return value_error(ms.err, 0);
	*before = ms.u;
	if (first || ms.u < old || !dt)
		return value_error(-EINPROGRESS, 0);
	return value_f64((double)(ms.u - old) * 1e8 / (double)dt, 0);
}

static void read_throttles(struct frequency_tick *ft, struct cpu_state *c, struct frequency_cpu *row)
{
	const struct tick *t = ft->t;
	struct value none = value_error(-ENOENT, 0);
	bool first = !c->throttle_ns;
	uint64_t dt = t->now_ns - c->throttle_ns;

	c->throttle_ns = t->now_ns;
	row->package_throttles = row->package_throttle_ms = row->package_throttled_pct = none;
	row->core_throttles = get_u64(t, 0, CPU_FOLDER "/cpu%u/thermal_throttle/core_throttle_count", c->id);
	row->core_throttle_ms = row->core_throttles;
	if (row->core_throttles.known != KNOWN_ABSENT)
		row->core_throttle_ms =
			get_u64(t, 0, CPU_FOLDER "/cpu%u/thermal_throttle/core_throttle_total_time_ms", c->id);
	row->throttled_pct = throttled(row->core_throttle_ms, &c->throttle_ms, dt, first);
	if (!c->own_package || row->core_throttles.known == KNOWN_ABSENT)
		return;
	row->package_throttles = get_u64(t, 0, CPU_FOLDER "/cpu%u/thermal_throttle/package_throttle_count", c->id);
	row->package_throttle_ms =
		get_u64(t, 0, CPU_FOLDER "/cpu%u/thermal_throttle/package_throttle_total_time_ms", c->id);
	row->package_throttled_pct = throttled(row->package_throttle_ms, &c->package_ms, dt, first);
}

static bool slow(const struct policy *p, const struct frequency_cpu *row)
{
	if (!p || !value_known(row->base_khz) || !value_known(p->cur_khz))
		return false;
	return (double)p->cur_khz.u < SLOW_SHARE * (double)row->base_khz.u;
}

static void read_base(struct frequency_tick *ft, const struct policy *p, struct cpu_state *c, struct frequency_cpu *row)
{
	if (p && value_known(p->cpus) && cpuset_next(p->cpus.set, -1) == c->id)
		c->base = p->base_khz; /* the policy asked for this very CPU */
	else
		c->base = frequency_base(ft, p, c->id);
	row->base_khz = c->base;
}

/* The bias is a register that the CPU itself must read, as the energy preference is: see there. */
static void read_epb(struct frequency_tick *ft, const struct cpu_state *c, struct frequency_cpu *row)
{
	const struct tick *t = ft->t;

	if (ft->cpu && value_known(ft->cpu->flags) && !cpu_has_flag(ft->cpu, "epb"))
		row->epb = value_error(-ENOENT, 0);
	else if (t->want->deep || t->so_far->about.origin == HOST_DIRECTORY || frequency_may_interrupt(ft, c->id))
		row->epb = get_u64(t, 0, CPU_FOLDER "/cpu%u/power/energy_perf_bias", c->id);
	else if (!value_known(row->epb))
		row->epb = value_skipped(WOULD_INTERRUPT);
}

static void read_core(struct frequency_tick *ft, const struct cpu_state *c, struct frequency_cpu *row)
{
	row->capacity = get_u64(ft->t, 0, CPU_FOLDER "/cpu%u/cpu_capacity", c->id);
	read_epb(ft, c, row);
}

static void first_reading(
	struct frequency_tick *ft, const struct policy *p, struct cpu_state *c, struct frequency_cpu *row)
{
	row->id = value_u64(c->id, 0);
	read_base(ft, p, c, row);
	read_core(ft, c, row);
	read_throttles(ft, c, row);
}

/* Which policy governs each CPU: an index by CPU id, 0 for none. */
static uint32_t *policy_index(const struct frequency_tick *ft, const struct frequency *f, uint32_t nbits)
{
	const struct policy *rows = f->policy.row;
	uint32_t *index = arena_array(ft->t->a, nbits, sizeof(*index));

	for (uint32_t i = 0; i < f->policy.n; i++) {
		const struct policy_state *p = &ft->st->policy[i];

		if (!value_known(rows[i].cpus))
			continue;
		if (p->alone && p->cpu < nbits) { /* the usual case, and no walk through the set */
			index[p->cpu] = i + 1;
			continue;
		}
		CPUSET_EACH(id, rows[i].cpus.set)
		if (id < nbits)
			index[id] = i + 1;
	}
	return index;
}

static const struct frequency_cpu *old_row(const struct tick *t, const struct cpu_state *c, size_t i)
{
	const struct frequency *f = t->prev;
	const struct frequency_cpu *rows = f ? f->cpu.row : NULL;

	return !c->new &&rows &&i < f->cpu.n &&rows[i].id.u == c->id ? &rows[i] : NULL;
}

void frequency_cpus(struct frequency_tick *ft, struct frequency *f)
{
	struct frequency_state *st = ft->st;
	const struct policy *policies = f->policy.row;
	size_t n = st->ncpus;
	struct frequency_cpu *rows = arena_array(ft->t->a, n, sizeof(*rows));
	uint32_t nbits = n ? st->cpu[n - 1].id + 1 : 0, *index = policy_index(ft, f, nbits);
	struct carry carry = {
		.a = ft->t->a, .older_ds = ft->t->prev ? (ft->t->now_ns - ft->t->prev_ns) / 100000000 : 0};
	unsigned counters = COUNTERS_MOST, throttles = COUNTERS_MOST;

	for (size_t i = 0; i < n; i++) {
		struct cpu_state *c = &st->cpu[i];
		const struct policy *p = index[c->id] ? &policies[index[c->id] - 1] : NULL;
		const struct frequency_cpu *old = old_row(ft->t, c, i);
		bool turn = (st->turn * THROTTLE_TURN + n - i) % n < THROTTLE_TURN;

		if (!old) {
			first_reading(ft, p, c, &rows[i]);
		} else {
			row_carry(&carry, frequency_cpu_fields, NFREQUENCY_CPU_FIELDS, old, &rows[i]);
			if (c->base.known == KNOWN_NOT_YET || (turn && !value_known(c->base)) ||
				ft->t->want->everything)
				read_base(ft, p, c, &rows[i]);
			if (turn || ft->t->want->everything)
				read_core(ft, c, &rows[i]);
			else if (rows[i].epb.known == KNOWN_SKIPPED && frequency_busy(ft, c->id))
				read_epb(ft, c, &rows[i]);
			if (old->core_throttles.known != KNOWN_ABSENT &&
				(turn || ft->t->want->everything || (c->own_package && st->turn % PACKAGE_TURN == 0) ||
					(throttles && frequency_busy(ft, c->id) && slow(p, &rows[i]) && throttles--)))
				read_throttles(ft, c, &rows[i]);
		}
		rows[i].policy = p ? p->id : value_error(-ENOENT, 0);
		c->new = false;
	}
	for (size_t i = 0; i < n; i++) /* a package speaks through its first CPU */
		rows[i].package_throttled_pct = rows[st->cpu[i].leader].package_throttled_pct;
	/* where they are too many for one tick, the next one goes on behind them */
	for (size_t k = 0; k < n; k++) {
		size_t i = (k + st->turn * COUNTERS_MOST) % n;
		uint32_t at = index[st->cpu[i].id];

		if (old_row(ft->t, &st->cpu[i], i) && ft->t->now_ns - ft->t->prev_ns < COUNTED_SOON_NS)
			continue; /* right behind another tick: what was carried stays */
		rows[i].measured_khz = measure(ft, at ? &policies[at - 1] : NULL, &st->cpu[i], &counters);
	}
	f->cpu = (struct rows){.row = rows, .n = (uint32_t)n, .known = KNOWN};
}
