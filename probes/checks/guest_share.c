/* Checks V12, V15 and V16: huge pages of guests, quotas that stop them, and what a restart takes away. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/guest_walk.h"
#include "probes/text.h"
#include "probes/threads.h"
#include "probes/util.h"

static const char *thread_at(struct check_run *r, const struct threads_guest *t, const char *field)
{
	return check_address(r, "threads.guest[%s].%s", check_key(r, t->key.text), field);
}

static void judge_pages(struct check_run *r, const struct threads *t, const struct guest *g)
{
	const struct threads_guest *row = threads_find(t, g->uuid.text);

	if (!row) {
		check_unknown(
			r, "%s: its process was not found, so nobody knows which pages it has.", guest_name(r, g));
		return;
	}
	if (check_absent(row->huge_share)) {
		check_unknown(r, "%s: its control group does not tell which pages it has.", guest_name(r, g));
		return;
	}
	if (!check_known(r, row->huge_share, value_known(row->huge_share) ? NULL : thread_at(r, row, "huge_share")))
		return;
	if (row->huge_share.f < LIMIT_huge_pct)
		check_fire(r, SEVERITY_WARN, thread_at(r, row, "huge_share"),
			"%s: %.0f %% of its memory is in huge pages, of %.0f GiB%s.", guest_name(r, g),
			row->huge_share.f, (double)g->memory_kib.u / 1048576,
			value_u64_or(g->hugepages, 0) ? ", though its definition asks for them" : "");
}

void rule_V12(struct check_run *r)
{
	const struct threads *t = check_facts(r, &probe_threads);
	const struct guest *g;
	struct guest_walk w;
	unsigned large = 0;

	if (!t || !guests_begin(r, &w))
		return;
	if (!(r->latency_us > 0)) {
		check_not_applicable(r, "Latency does not count (profile batch).");
		return;
	}
	while ((g = guests_next(&w))) {
		if (!guest_knows(r, g, g->memory_kib, "memory_kib") ||
			(double)g->memory_kib.u < LIMIT_huge_guest_gib * 1048576)
			continue;
		large++;
		judge_pages(r, t, g);
	}
	if (!large)
		check_not_applicable(r, "No running guest has %.0f GiB or more.", LIMIT_huge_guest_gib);
	check_pass(r, "%u guest%s of %.0f GiB or more: at least %.0f %% of the memory is in huge pages.", large,
		plural(large), LIMIT_huge_guest_gib, LIMIT_huge_pct);
}

/* What a quota takes away now; true when that is so much that it fires. */
static bool judge_throttled(struct check_run *r, const struct threads_guest *t)
{
	double ms = value_f64_or(t->throttled_ms_per_s, 0), periods = value_f64_or(t->throttled_periods_share, 0);
	bool one = value_known(t->throttled_worst) && strcmp(t->throttled_worst.text, "guest") != 0;

	if (ms <= LIMIT_throttled_ms_per_s && periods <= LIMIT_throttled_periods_pct)
		return false;
	check_fire(r, SEVERITY_CRIT, thread_at(r, t, "throttled_ms_per_s"),
		"%s: a quota stops it for %.0f ms of each second, in %.0f %% of its periods%s%s.",
		check_guest_name(r, t->name, t->key), ms, periods, one ? ", most of all " : "",
		one ? t->throttled_worst.text : "");
	check_cost(r, LIMIT_quota_period_us, NAN);
	check_share(r, value_f64_or(t->throttled_worst_ms_per_s, ms) / 1000);
	return true;
}

/* The quota that it has, with what it is of; NULL: none, or one that gives each of its threads all the time there is.
 */
static const char *quota_of(
	struct check_run *r, const struct guest *g, const char **ret_field, const char **ret_parameter)
{
	uint64_t vcpus = value_u64_or(g->vcpus, 1);
	const struct {
		struct value v, period;
		const char *field, *parameter, *words;
		uint64_t threads; /* that share it */
	} quotas[] = {{g->quota_us, g->period_us, "quota_us", "vcpu_quota", "each vCPU", 1},
		{g->global_quota_us, g->global_period_us, "global_quota_us", "global_quota", "all of it", vcpus},
		{g->emulator_quota_us, g->emulator_period_us, "emulator_quota_us", "emulator_quota",
			"QEMU's own threads", 2},
		{g->iothread_quota_us, g->iothread_period_us, "iothread_quota_us", "iothread_quota", "each I/O thread",
			1}};

	for (size_t i = 0; i < COUNT(quotas); i++) {
		uint64_t period = value_u64_or(quotas[i].period, (uint64_t)LIMIT_quota_period_us);

		if (!value_known(quotas[i].v) || quotas[i].v.i <= 0 ||
			(uint64_t)quotas[i].v.i >= quotas[i].threads * period)
			continue;
		*ret_field = quotas[i].field;
		*ret_parameter = quotas[i].parameter;
		return arena_printf(r->a, "%s may run %.1f of each %.0f ms", quotas[i].words,
			(double)quotas[i].v.i / 1000, (double)period / 1000);
	}
	return NULL;
}

/* Weights: those that are said, and that differ from the first. */
static void judge_shares(struct check_run *r, const struct guest *g, const struct guest **first)
{
	if (!value_known(g->shares))
		return;
	if (!*first)
		*first = g;
	else if (g->shares.u != (*first)->shares.u)
		check_fire(r, SEVERITY_INFO, guest_at(r, g, "shares"), "%s has %u shares of CPU time, %s has %u.",
			guest_name(r, g), (unsigned)g->shares.u, guest_name(r, *first), (unsigned)(*first)->shares.u);
}

static void judge_quota(struct check_run *r, const struct threads_guest *t, const struct guest *g, bool stopped)
{
	const char *field, *parameter, *quota = quota_of(r, g, &field, &parameter);

	if (!quota || stopped)
		return;
	if (r->latency_us > 0) {
		check_fire(
			r, SEVERITY_WARN, guest_at(r, g, "%s", field), "%s has a quota: %s.", guest_name(r, g), quota);
		if (!r->ret->now)
			check_now(r, "`virsh schedinfo %s --live %s=-1`", guest_shell(r, g), parameter);
		/* one that has stopped nobody in this second could explain nothing of it */
		check_cost(r,
			t && value_known(t->throttled_ms_per_s) && !(t->throttled_ms_per_s.f > 0)
				? 0
				: LIMIT_quota_period_us,
			NAN);
	} else if (t) {
		check_known(r, t->throttled_ms_per_s,
			value_known(t->throttled_ms_per_s) ? NULL : thread_at(r, t, "throttled_ms_per_s"));
	}
}

void rule_V15(struct check_run *r)
{
	const struct threads *t = check_facts(r, &probe_threads);
	const struct threads_guest *row = t ? t->guest.row : NULL;
	const struct guest *g, *first = NULL;
	struct guest_walk w;

	if (!t || !check_known(r, t->processes, "threads.processes"))
		return;
	for (uint32_t i = 0; i < t->guest.n; i++) {
		judge_throttled(r, &row[i]);
		if (!value_known(row[i].throttled_ms_per_s) && !check_absent(row[i].throttled_ms_per_s))
			check_known(r, row[i].throttled_ms_per_s, thread_at(r, &row[i], "throttled_ms_per_s"));
	}
	if (!guests_begin(r, &w))
		return;
	while ((g = guests_next(&w))) {
		const struct threads_guest *its = threads_find(t, g->uuid.text);

		judge_quota(r, its, g,
			its && (value_f64_or(its->throttled_ms_per_s, 0) > LIMIT_throttled_ms_per_s ||
				       value_f64_or(its->throttled_periods_share, 0) > LIMIT_throttled_periods_pct));
		judge_shares(r, g, &first);
	}
	check_pass(r, "%s, none with a quota that stops it.", guests_seen(&w, w.seen));
}

/* Pins, quotas, weights and nodes are set while a guest runs; the rest is its definition's. */
static bool is_tuning(const char *item)
{
	static const char *const words[] = {
		"cpus", "quota", "shares", "period", "numatune nodes", "vcpus", "iothreads"};

	for (size_t i = 0; i < COUNT(words); i++)
		if (strstr(item, words[i]))
			return true;
	return false;
}

static void judge_drift(struct check_run *r, const struct guest *g)
{
	const struct guest_drift *row = g->drift.row;
	const char *name = guest_name(r, g);

	for (uint32_t i = 0; i < g->drift.n; i++) {
		const char *item = value_text_or(row[i].item, "?"), *key = check_key(r, item);
		const char *live = value_known(row[i].live) ? check_name(r, row[i].live) : "none",
			   *config = value_known(row[i].config) ? check_name(r, row[i].config) : "none";

		item = check_name(r, row[i].item);
		if (VALUE_IS(row[i].kind, "lost"))
			check_fire(r, SEVERITY_WARN, guest_at(r, g, "drift[%s].live", key),
				"%s: %s is %s now and will be %s after a restart.", name, item, live, config);
		else
			check_fire(r, is_tuning(row[i].item.text) ? SEVERITY_WARN : SEVERITY_INFO,
				guest_at(r, g, "drift[%s].config", key),
				"%s: %s is %s; its definition says %s, which waits for a restart.", name, item, live,
				config);
	}
}

void rule_V16(struct check_run *r)
{
	const struct guest *g;
	struct guest_walk w;
	unsigned defined = 0;

	if (!guests_begin(r, &w))
		return;
	while ((g = guests_next(&w))) {
		if (!value_u64_or(g->persistent, 0))
			continue;
		defined++;
		if (guest_knows(r, g, g->lost, "lost"))
			judge_drift(r, g);
	}
	if (!defined)
		check_not_applicable(r, "No running guest has a definition: all are transient.");
	if (r->ret->nparts) /* it tells what will be slow, not what is */
		check_cost(r, 0, NAN);
	check_pass(r, "%s: nothing is lost at a restart, nothing waits for one.", guests_seen(&w, defined));
}
