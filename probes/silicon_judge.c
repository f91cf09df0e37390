/* Judging a clock: an idle CPU's number is no measurement, whatever file it stands in. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/silicon_judge.h"

#include <errno.h>
#include <string.h>

#include "probes/cpu.h"
#include "probes/cpuset.h"
#include "probes/frequency.h"
#include "probes/kernel.h"
#include "probes/limits.h"
#include "probes/load.h"
#include "probes/parse.h"

enum { SRC_CUR, SRC_AVG, SRC_PERF, SRC_CPPC };

struct judge judge_of(const struct snapshot *s)
{
	const struct kernel *k = snapshot_facts(s, &probe_kernel);
	const struct cpu *c = snapshot_facts(s, &probe_cpu);
	bool x86 = !c || !value_known(c->x86) || c->x86.u, counts = x86 && cpu_counts_clock(c);

	/* a capture without a release is taken for a kernel of our time */
	return (struct judge){.samples = counts && (!k || !value_known(k->major) || kernel_at_least(k, 4, 13))};
}

static void set(struct silicon_cpu *row, struct value khz, unsigned src, enum freshness fresh)
{
	row->khz = khz;
	row->khz.src = (uint8_t)src;
	row->fresh = value_u64(fresh, 0);
	row->freshness = value_text(freshness_word(fresh), 0);
	row->ratio = value_error(-ENOENT, 0);
	if (fresh != FRESH_MEASURED || !value_known(khz) || !value_known(row->base_khz) || !row->base_khz.u)
		return;
	row->ratio = value_f64((double)khz.u / (double)row->base_khz.u, 0);
}

/* The file's number is that of the policy's first CPU: another CPU of it is as fast only while that one is busy. */
static bool policy_cpu_busy(const struct load *load, const struct policy *p, const struct silicon_cpu *row)
{
	int64_t first = value_known(p->cpus) ? cpuset_next(p->cpus.set, -1) : -1;
	const struct load_cpu *l;

	if (first < 0 || (uint64_t)first == row->id.u)
		return true;
	l = load_cpu(load, (uint64_t)first, NULL);
	return l && value_f64_or(l->busy, 0) >= BUSY_PERCENT;
}

/*
 * Exactly the minimum is what the kernel shows under these drivers when it has no fresh sample: of a CPU that was busy
 * in most of the interval and sleeps at the moment of reading. A sample of counters hardly ever gives that very number,
 * so it is believed only of a CPU that cannot have slept, and not when it ran faster just before.
 */
static bool may_sleep(const struct policy *p, struct value khz, const struct silicon_cpu *before, double busy)
{
	if (!value_known(p->min_khz) || khz.u != p->min_khz.u)
		return false;
	return busy < AWAKE_PERCENT || (before && value_known(before->ratio) && before->khz.u != khz.u);
}

/* A busy CPU without its own counters: what scaling_cur_freq says of it. */
static void from_file(const struct judge *j, const struct load *load, const struct policy *p,
	const struct silicon_cpu *before, struct silicon_cpu *row)
{
	bool own = policy_cpu_busy(load, p, row), averaged = value_known(p->avg_khz) && own;
	struct value khz = averaged ? p->avg_khz : p->cur_khz;
	unsigned src = averaged ? SRC_AVG : SRC_CUR;
	bool adapts = value_known(p->driver) && driver_adapts(p->driver.text);

	if (!value_known(khz)) {
		set(row, khz, src, khz.known == KNOWN_SKIPPED ? FRESH_NOT_READ : FRESH_UNKNOWN);
		return;
	}
	if (value_u64_or(row->nohz_full, 0) && j->samples) {
		/* no tick, no sample: the kernel falls back to policy->cur, which these drivers leave at the minimum */
		if (adapts)
			set(row, value_skipped("no ticks: the kernel has no sample and shows a limit"), src,
				FRESH_NOT_READ);
		else
			set(row, khz, src, FRESH_LAST_REQUESTED);
		return;
	}
	if (adapts && j->samples && may_sleep(p, khz, before, row->busy.f))
		set(row, khz, src, FRESH_LAST_REQUESTED);
	else if (averaged || (j->samples && own))
		set(row, khz, src, FRESH_MEASURED);
	else
		set(row, khz, src, FRESH_LAST_REQUESTED);
}

void judge_clock(const struct judge *j, const struct load *load, const struct policy *p, const struct frequency_cpu *f,
	const struct silicon_cpu *before, struct silicon_cpu *row)
{
	struct value none = value_error(-ENOENT, 0);

	if (value_known(row->online) && !row->online.u) {
		set(row, value_error(-ENODEV, 0), 0, FRESH_OFFLINE);
		return;
	}
	if (!value_known(row->busy)) { /* a number without its CPU's load cannot be judged */
		set(row, p ? p->cur_khz : none, SRC_CUR, FRESH_UNKNOWN);
		return;
	}
	if (row->busy.f < BUSY_PERCENT) {
		struct value khz = p ? p->cur_khz : none;

		set(row, khz, SRC_CUR, khz.known == KNOWN_SKIPPED ? FRESH_NOT_READ : FRESH_IDLE);
		return;
	}
	if (f && value_known(f->measured_khz)) {
		set(row, f->measured_khz, f->measured_khz.src ? SRC_CPPC : SRC_PERF, FRESH_MEASURED);
		return;
	}
	if (p)
		from_file(j, load, p, before, row);
	else
		set(row, none, SRC_CUR, FRESH_UNKNOWN);
}

static bool below(struct value v, double share, struct value base)
{
	return value_known(v) && value_known(base) && (double)v.u < share * (double)base.u;
}

/* Words of the same setting on the same driver are one text: all CPUs of a host are slow for one reason. */
static const char *reason(struct judge *j, struct arena *a, const struct policy *p, const char *setting,
	const char *value, const char *verb)
{
	const char *driver = value_text_or(p->driver, "?");

	if (j->verb == verb && j->driver == driver && j->value == value)
		return j->text;
	j->verb = verb;
	j->driver = driver;
	j->value = value;
	j->text = arena_printf(a, "%s %s on %s %s", setting, value, driver, verb);
	return j->text;
}

/* Names, or Intel's numbers for them: 0xC0 is balance_power. */
static bool saves_energy(const char *epp)
{
	uint64_t n;

	return strcmp(epp, "power") == 0 || strcmp(epp, "balance_power") == 0 ||
	       (parse_u64(slice_of(epp), &n) == 0 && n >= EPP_SAVES);
}

struct hold {
	const char *kind, *text;
};

/* Below base, and where the clock is: a limit holds no clock below itself. */
static bool limits(double khz, const struct silicon_cpu *row)
{
	return value_known(row->base_khz) && khz < CAP_SHARE * (double)row->base_khz.u &&
	       (double)row->khz.u >= AT_LIMIT_SHARE * khz;
}

static struct hold by_limits(struct arena *a, const struct frequency *f, const struct policy *p,
	const struct frequency_cpu *fc, const struct silicon_cpu *row)
{
	if (fc && value_f64_or(fc->package_throttled_pct, 0) > THROTTLE_PERCENT)
		return (struct hold){
			"throttle", arena_printf(a, "its package is too hot: throttled %.0f %% of the time",
					    fc->package_throttled_pct.f)};
	if (fc && value_f64_or(fc->throttled_pct, 0) > THROTTLE_PERCENT)
		return (struct hold){
			"throttle", arena_printf(a, "too hot: throttled %.0f %% of the time", fc->throttled_pct.f)};
	if (value_known(p->bios_limit_khz) && limits((double)p->bios_limit_khz.u, row))
		return (struct hold){"firmware-limit",
			arena_printf(a, "the firmware limits it to %.2f GHz", (double)p->bios_limit_khz.u / 1e6)};
	if (value_known(p->max_khz) && limits((double)p->max_khz.u, row))
		return (struct hold){
			"limit", arena_printf(a, "its upper limit is set to %.2f GHz", (double)p->max_khz.u / 1e6)};
	if (value_known(f->max_perf_pct) && value_known(p->hw_max_khz) &&
		limits((double)f->max_perf_pct.u / 100 * (double)p->hw_max_khz.u, row))
		return (struct hold){"limit", arena_printf(a, "max_perf_pct is %u %%", (unsigned)f->max_perf_pct.u)};
	return (struct hold){NULL, NULL};
}

static struct hold hold(struct judge *j, struct arena *a, const struct policy *p, struct value base)
{
	const char *governor = value_text_or(p->governor, ""), *epp = value_text_or(p->epp, "");
	bool powersave = strcmp(governor, "powersave") == 0;

	if (powersave && driver_pins(value_text_or(p->driver, "")))
		return (struct hold){"governor", reason(j, a, p, "governor", governor, "pins them to the minimum")};
	if (powersave && saves_energy(epp))
		return (struct hold){"epp", reason(j, a, p, "energy preference", epp, "holds them back")};
	if (strcmp(governor, "userspace") == 0 && below(p->setspeed_khz, CAP_SHARE, base))
		return (struct hold){"governor", reason(j, a, p, "governor", governor, "was told a lower clock")};
	if (strcmp(governor, "performance") != 0 && value_known(p->governor))
		return (struct hold){"governor", reason(j, a, p, "governor", governor, "does not raise the clock")};
	return (struct hold){NULL, NULL};
}

void judge_hold(struct judge *j, struct arena *a, const struct frequency *f, const struct policy *p,
	const struct frequency_cpu *fc, struct silicon_cpu *row)
{
	struct hold h = {NULL, NULL};

	/* said of a CPU that was seen to be slow; a governor alone slows nobody */
	if (p && value_known(row->ratio) && row->ratio.f < SLOW_SHARE) {
		h = by_limits(a, f, p, fc, row);
		if (!h.kind)
			h = hold(j, a, p, row->base_khz);
	}
	row->held_by = h.text ? value_text(h.text, 0) : value_error(-ENOENT, 0);
	row->held_kind = h.kind ? value_text(h.kind, 0) : value_error(-ENOENT, 0);
}
