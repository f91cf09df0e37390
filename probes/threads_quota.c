/* Reads what quotas take away from a guest: how long, how often, and from which of its threads most. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/host.h"
#include "probes/memory_read.h"
#include "probes/threads_impl.h"

/* What the quotas of one guest have taken so far. */
struct quotas {
	struct one_quota *q;
	size_t n, most;
};

/* Version 1 tells nanoseconds under another name. */
static int read_quota(const struct tick *t, const char *folder, const char *name, struct quotas *all)
{
	enum { PERIODS, STOPPED, USEC, TIME, NAMES };
	static const char *const names[NAMES] = {"nr_periods", "nr_throttled", "throttled_usec", "throttled_time"};
	struct one_quota *q = &all->q[all->n];
	char path[FOLDER_MOST + 64];
	struct answer answer;
	struct value v[NAMES];
	int err;

	if (all->n == all->most)
		return 0;
	snprintf(path, sizeof(path), "%s/cpu.stat", folder);
	err = host_read(t->h, path, &answer);
	if (err)
		return err;
	named_numbers(answer.text, names, NAMES, v);
	if (!value_known(v[USEC]) && !value_known(v[TIME]))
		return -ENOENT;
	snprintf(q->name, sizeof(q->name), "%s", name);
	q->us = value_known(v[USEC]) ? v[USEC].u : v[TIME].u / 1000;
	q->counts = value_known(v[PERIODS]) && value_known(v[STOPPED]);
	q->periods = value_u64_or(v[PERIODS], 0);
	q->stopped = value_u64_or(v[STOPPED], 0);
	all->n++;
	return 0;
}

/* The same of a folder that has a quota, if it has one: cpu.max, or cpu.cfs_quota_us of version 1. */
static int read_limited(const struct tick *t, const char *folder, const char *name, struct quotas *all)
{
	char path[FOLDER_MOST + 64];
	struct answer answer;
	int err;

	snprintf(path, sizeof(path), "%s/cpu.max", folder);
	err = host_read(t->h, path, &answer);
	if (err == -ENOENT) {
		snprintf(path, sizeof(path), "%s/cpu.cfs_quota_us", folder);
		err = host_read(t->h, path, &answer);
	}
	if (err == -ENOENT)
		return 0;
	if (err || strncmp(answer.text, "max", 3) == 0 || answer.text[0] == '-')
		return err;
	return read_quota(t, folder, name, all);
}

static bool is_limited(struct value quota_us)
{
	return value_known(quota_us) && quota_us.i > 0;
}

/* Of its definition; the same for all threads of a role. */
static bool has_quota(const struct guest *g, const struct one_thread *th)
{
	return (th->role == THREAD_VCPU && is_limited(g->quota_us)) ||
	       (th->role == THREAD_EMULATOR && is_limited(g->emulator_quota_us)) ||
	       (th->role == THREAD_IOTHREAD && is_limited(g->iothread_quota_us));
}

/*
 * libvirt gives quotas to the groups of the single threads. While it does not say whether it did, each group is asked, of
 * guests that are looked at.
 */
static int read_thread(const struct tick *t, const struct one_process *p, const struct one_thread *th, struct quotas *all)
{
	bool told = p->guest && p->guest->quota_us.known != KNOWN_NOT_YET;
	char folder[FOLDER_MOST + 64];

	if (th->role == THREAD_VHOST || (th->role == THREAD_IOTHREAD && th->number == NO_NUMBER) ||
		!(told ? has_quota(p->guest, th) : t->want->everything || p->wanted))
		return 0;
	if (th->number == NO_NUMBER)
		snprintf(folder, sizeof(folder), "%s/emulator", p->group.vcpus);
	else
		snprintf(folder, sizeof(folder), "%s/%s%" PRIu32, p->group.vcpus, threads_role_word(th->role), th->number);
	return told ? read_quota(t, folder, th->name, all) : read_limited(t, folder, th->name, all);
}

/* Of the threads, or one of the whole guest, as systemd and others give it. */
static int read_all(const struct tick *t, const struct one_process *p, struct quotas *all)
{
	const struct one_group *g = &p->group;
	int err = 0;

	for (size_t i = 0; g->vcpus && i < p->n && !err; i++)
		err = read_thread(t, p, &p->thread[i], all);
	if (!err && g->cpu)
		err = read_limited(t, g->cpu, "guest", all);
	if (!err && g->vcpus && strcmp(g->vcpus, g->cpu) != 0)
		err = read_limited(t, g->vcpus, "guest", all);
	return err ? err : all->n ? 0 : -ENOENT;
}

/* One more than before brings what was taken from it earlier, and one that was set back knows nothing. */
static bool can_compare(const struct one_group *g, const struct quotas *new)
{
	bool same = g->quota_ns && g->nquotas == new->n;

	for (size_t i = 0; same && i < new->n; i++)
		same = strcmp(g->quota[i].name, new->q[i].name) == 0 && new->q[i].us >= g->quota[i].us &&
		       new->q[i].periods >= g->quota[i].periods && new->q[i].stopped >= g->quota[i].stopped;
	return same;
}

static void take_rates(struct one_group *g, const struct quotas *new, double s)
{
	uint64_t us = 0, most = 0, periods = 0, stopped = 0;
	bool counts = true;

	g->worst[0] = '\0';
	for (size_t i = 0; i < new->n; i++) {
		uint64_t took = new->q[i].us - g->quota[i].us;

		us += took;
		periods += new->q[i].periods - g->quota[i].periods;
		stopped += new->q[i].stopped - g->quota[i].stopped;
		counts = counts && new->q[i].counts && g->quota[i].counts;
		if (took <= most)
			continue;
		most = took;
		snprintf(g->worst, sizeof(g->worst), "%s", new->q[i].name);
	}
	g->throttled_ms_per_s = (double)us / s / 1e3;
	g->worst_ms_per_s = (double)most / s / 1e3;
	/* Idle groups begin no period: none of none was cut short. */
	g->periods_err = counts ? 0 : -ENOENT;
	g->periods_share = periods ? (double)stopped * 100 / (double)periods : 0;
}

void threads_quota(const struct tick *t, struct one_process *p)
{
	struct one_group *g = &p->group;
	struct quotas new = {.most = p->n + 2};
	bool rates;
	int err;

	if (g->quota_ns && t->now_ns - g->quota_ns < QUOTA_SOON_NS)
		return; /* what was measured over a whole interval stays */
	new.q = xcalloc(new.most, sizeof(*new.q));
	err = read_all(t, p, &new);
	rates = !err && can_compare(g, &new);
	if (rates)
		take_rates(g, &new, (double)(t->now_ns - g->quota_ns) / 1e9);
	g->throttled_err = err ? err : rates ? 0 : -EINPROGRESS;
	free(g->quota);
	g->quota = new.q;
	g->nquotas = err ? 0 : new.n;
	g->quota_ns = err ? 0 : t->now_ns;
}
