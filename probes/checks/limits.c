/* Checks F06, F07 and F12: limits of the clock, and heat. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/checks/ask.h"
#include "probes/frequency.h"
#include "probes/parse.h"
#include "probes/power.h"

static bool turbo_off(const struct frequency *f, const struct policy *p)
{
	return value_u64_or(f->no_turbo, 0) || !value_u64_or(f->boost, 1) || !value_u64_or(p->boost, 1);
}

/* A switch that is there and cannot be read may be off: then a limit at base is no finding. */
static bool turbo_known(struct check_run *r, const struct frequency *f, const struct policy *p)
{
	return (check_absent(f->no_turbo) || check_known(r, f->no_turbo, "frequency.no_turbo")) &&
	       (check_absent(f->boost) || check_known(r, f->boost, "frequency.boost")) &&
	       (check_absent(p->boost) || ask_policy_known(r, p, p->boost, "boost"));
}

/* Intel's driver has a second upper limit, in percent of the highest clock: the lower one holds. */
static double cap_khz(const struct frequency *f, const struct policy *p)
{
	double cap = (double)p->max_khz.u;

	if (value_known(f->max_perf_pct) && value_known(p->hw_max_khz))
		cap = fmin(cap, (double)f->max_perf_pct.u / 100 * (double)p->hw_max_khz.u);
	return cap;
}

/* The top of the table of clocks: with boost the hardware's maximum lies above it. */
static double top_khz(const struct policy *p)
{
	double top = 0;
	struct slice rest, word;
	uint64_t khz;

	if (value_known(p->available_khz))
		for (rest = slice_of(p->available_khz.text); slice_word(&rest, &word);)
			if (!parse_u64(word, &khz))
				top = fmax(top, (double)khz);
	return top > 0 ? top : value_known(p->hw_max_khz) ? (double)p->hw_max_khz.u : NAN;
}

struct capped {
	uint32_t n, looked;
	double worst_khz, base_khz;
};

static void judge_cap(struct check_run *r, const struct frequency *f, const struct policy *p, struct capped *c)
{
	double cap = cap_khz(f, p), base = value_known(p->base_khz) ? (double)p->base_khz.u : NAN;
	double most = top_khz(p);
	bool below = cap < LIMIT_cap_share * base, less = !below && cap < most && !turbo_off(f, p);

	c->looked++;
	/* with turbo off the limit is right if it is base */
	if (!below && isnan(base) && !less && cap < most)
		ask_policy_known(r, p, p->base_khz, "base_khz");
	if (!below && isnan(most) && !check_absent(p->hw_max_khz))
		ask_policy_known(r, p, p->hw_max_khz, "hw_max_khz");
	if (!below && (!less || !turbo_known(r, f, p)))
		return;
	check_fire(r, below ? SEVERITY_CRIT : SEVERITY_WARN, ask_policy_address(r, p, "max_khz"),
		"policy%u: the clock is limited to %.2f GHz, %s is %.2f.", (unsigned)p->id.u, cap / 1e6,
		below ? "base" : "its highest", (below ? base : most) / 1e6);
	check_share(r, 1 - cap / (below ? base : most));
	if (!c->n++ || cap < c->worst_khz) {
		c->worst_khz = cap;
		c->base_khz = base;
	}
}

void rule_F06(struct check_run *r)
{
	const struct frequency *f = ask_policies(r);
	struct capped c = {.n = 0};
	const struct policy *p;
	uint32_t i = 0;

	while (f && (p = ask_policy(f, &i))) {
		if (!ask_policy_known(r, p, p->max_khz, "max_khz"))
			continue;
		if (!check_absent(f->max_perf_pct))
			check_known(r, f->max_perf_pct, "frequency.max_perf_pct");
		if (!value_known(p->base_khz) && !value_known(p->hw_max_khz))
			ask_policy_known(r, p, p->base_khz, "base_khz");
		else
			judge_cap(r, f, p, &c);
	}
	if (!f)
		return;
	if (c.n)
		check_line(r, "The clock of %u of %u policies is limited, to %.2f GHz at the lowest%s.", c.n, c.looked,
			c.worst_khz / 1e6,
			isnan(c.base_khz) ? "" : check_address(r, " (base %.2f)", c.base_khz / 1e6));
	if (c.n && value_u64_or(f->max_perf_pct, 100) < 100) {
		check_evidence(r, "frequency.max_perf_pct");
		check_now(r, "`echo 100 > /sys/devices/system/cpu/intel_pstate/max_perf_pct`");
	}
	if (c.looked)
		check_pass(r, "No limit keeps a clock below what its hardware can.");
}

/* Does it fire? */
static bool judge_firmware(struct check_run *r, const struct policy *p)
{
	double limit = (double)p->bios_limit_khz.u, base = value_known(p->base_khz) ? (double)p->base_khz.u : NAN;
	double top = top_khz(p);
	bool below = limit < LIMIT_cap_share * base;

	if (!below && isnan(top) && !check_absent(p->hw_max_khz))
		ask_policy_known(r, p, p->hw_max_khz, "hw_max_khz");
	if (!below && !(limit < top - LIMIT_bios_step_khz))
		return false;
	check_fire(r, below ? SEVERITY_CRIT : SEVERITY_WARN, ask_policy_address(r, p, "bios_limit_khz"),
		"policy%u: the firmware allows %.2f GHz, %s is %.2f.", (unsigned)p->id.u, limit / 1e6,
		below ? "base" : "the highest", (below ? base : top) / 1e6);
	check_share(r, 1 - limit / (below ? base : top));
	return true;
}

void rule_F07(struct check_run *r)
{
	const struct frequency *f = ask_policies(r);
	const struct policy *p, *lowest = NULL;
	uint32_t i = 0, with = 0, n = 0;

	while (f && (p = ask_policy(f, &i))) {
		if (check_absent(p->bios_limit_khz))
			continue;
		with++;
		if (!ask_policy_known(r, p, p->bios_limit_khz, "bios_limit_khz") || !judge_firmware(r, p))
			continue;
		lowest = lowest && lowest->bios_limit_khz.u <= p->bios_limit_khz.u ? lowest : p;
		n++;
	}
	if (n > 1)
		check_line(r, "The firmware limits %u of %u policies, to %.2f GHz at the lowest%s.", n, with,
			(double)lowest->bios_limit_khz.u / 1e6,
			value_known(lowest->base_khz)
				? check_address(r, " (base %.2f)", (double)lowest->base_khz.u / 1e6)
				: "");
	if (f && !with)
		check_not_applicable(r, "Driver %s is told no limit by the firmware.", value_text_or(f->driver, "?"));
	check_pass(r, "The firmware allows all clocks, in %u policies.", with);
}

struct heat {
	double events, worst_ms; /* since boot */
	double most_pct; /* of the time since the last reading; NAN: nobody counts time */
	uint64_t worst_cpu;
	uint32_t cpus, counted;
};

static void add_heat(struct heat *h, const struct frequency_cpu *row)
{
	double core = (double)value_u64_or(row->core_throttles, 0);
	double package = (double)value_u64_or(row->package_throttles, 0); /* only at a package's first CPU */
	double ms =
		fmax((double)value_u64_or(row->core_throttle_ms, 0), (double)value_u64_or(row->package_throttle_ms, 0));

	h->counted++;
	h->events += core + package;
	h->cpus += core + package > 0;
	h->most_pct = fmax(h->most_pct, value_f64_or(row->throttled_pct, NAN));
	h->most_pct = fmax(h->most_pct, value_f64_or(row->package_throttled_pct, NAN));
	if (core + package > 0 && ms >= h->worst_ms) {
		h->worst_ms = ms;
		h->worst_cpu = row->id.u;
	}
}

static void fire_hot(struct check_run *r, const struct frequency_cpu *row)
{
	bool package =
		value_known(row->package_throttles) && value_f64_or(row->package_throttled_pct, 0) > LIMIT_throttle_pct;
	double pct = package ? row->package_throttled_pct.f : value_f64_or(row->throttled_pct, 0);

	if (pct <= LIMIT_throttle_pct)
		return;
	check_fire(r, SEVERITY_CRIT,
		check_address(r, "frequency.cpu[%u].%s", (unsigned)row->id.u,
			package ? "package_throttled_pct" : "throttled_pct"),
		"CPU %u%s was throttled for %.0f %% of the time: it is too hot.", (unsigned)row->id.u,
		package ? " and its whole package" : "", pct);
	check_share(r, pct / 100);
}

/* Two intervals in a row: once may have been a moment. What has been since boot costs nothing now. */
static void fire_heat(struct check_run *r, const struct heat *h, bool rising)
{
	if (!h->events)
		return;
	check_fire(r, rising ? SEVERITY_CRIT : SEVERITY_WARN,
		check_address(r, "frequency.cpu[%u].core_throttles", (unsigned)h->worst_cpu),
		"%s: %s on %s since boot, CPU %u longest (%.1f s).",
		rising ? "CPUs are being throttled by heat" : "CPUs were throttled by heat",
		ask_count(r, (uint64_t)h->events, "time"), ask_count(r, h->cpus, "CPU"), (unsigned)h->worst_cpu,
		h->worst_ms / 1000);
	check_cost(r, rising ? LIMIT_throttle_us : 0, NAN);
	if (!rising)
		check_share(r, 0);
	else if (!isnan(h->most_pct))
		check_share(r, h->most_pct / 100);
}

/* Processors without counters of it: how warm they say they are. */
static void judge_sensors(struct check_run *r)
{
	const struct power *power = check_facts(r, &probe_power);
	const struct power_sensor *row = power ? power->sensor.row : NULL;
	double most = NAN;

	if (!power)
		return;
	for (uint32_t i = 0; i < power->sensor.n; i++) {
		if (!ask_is(row[i].chip, "k10temp") || !ask_is(row[i].label, "Tctl") ||
			!check_known(r, row[i].temp_c,
				check_address(r, "power.sensor[%s].temp_c", check_key(r, row[i].name.text))))
			continue;
		most = fmax(most, row[i].temp_c.f);
		if (row[i].temp_c.f >= LIMIT_tctl_c)
			check_fire(r, SEVERITY_WARN,
				check_address(r, "power.sensor[%s].temp_c", check_key(r, row[i].name.text)),
				"The processor is at %.0f °C, where it lowers its clocks (estimate).", row[i].temp_c.f);
	}
	if (power->sensor.known != KNOWN && power->sensor.known != KNOWN_ABSENT)
		check_list(r, &power->sensor, "power.sensor");
	else if (isnan(most))
		check_not_applicable(r, "No counters of throttling and no control temperature are shown here.");
	else
		check_pass(r, "The processor counts no throttling; it is at %.0f °C.", most);
}

void rule_F12(struct check_run *r)
{
	const struct frequency *f = check_facts(r, &probe_frequency);
	const struct frequency_cpu *row = f ? f->cpu.row : NULL;
	struct heat h = {.events = 0, .most_pct = NAN};

	if (!f || !check_list(r, &f->cpu, "frequency.cpu"))
		return;
	for (uint32_t i = 0; i < f->cpu.n; i++) {
		if (check_absent(row[i].core_throttles))
			continue;
		if (!value_known(row[i].core_throttles)) {
			check_known(r, row[i].core_throttles,
				check_address(r, "frequency.cpu[%u].core_throttles", (unsigned)row[i].id.u));
			h.counted++;
			continue;
		}
		if (!check_absent(row[i].package_throttles))
			check_known(r, row[i].package_throttles,
				value_known(row[i].package_throttles)
					? NULL
					: check_address(r, "frequency.cpu[%u].package_throttles",
						  (unsigned)row[i].id.u));
		add_heat(&h, &row[i]);
		fire_hot(r, &row[i]);
	}
	if (!h.counted) {
		judge_sensors(r);
		return;
	}
	check_remember(r, h.events);
	fire_heat(r, &h,
		r->past->n >= 2 && h.events > r->past->at[0].number && r->past->at[0].number > r->past->at[1].number);
	check_pass(r, "No throttling by heat since boot, on %u CPUs.", h.counted);
}
