/* Runs all checks over a snapshot, and counts what they found. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/checks.h"

#include <errno.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "probes/arena.h"
#include "probes/checks/run_impl.h"
#include "probes/firmware.h"
#include "probes/util.h"

struct checks {
	struct past *past; /* nchecks */
	uint64_t t_ns; /* of the tick that was judged last */
	bool again; /* it is judged once more */
	uint64_t *since_ns;
	double *level; /* what each was sorted by; 0: it did not fire */
};

struct checks *checks_new(void)
{
	struct checks *c = xcalloc(1, sizeof(*c));

	c->past = xcalloc(nchecks, sizeof(*c->past));
	c->since_ns = xcalloc(nchecks, sizeof(*c->since_ns));
	c->level = xcalloc(nchecks, sizeof(*c->level));
	return c;
}

void checks_free(struct checks *c)
{
	if (!c)
		return;
	free(c->past);
	free(c->since_ns);
	free(c->level);
	free(c);
}

void checks_forget(struct checks *c)
{
	memset(c->past, 0, nchecks * sizeof(*c->past));
	memset(c->since_ns, 0, nchecks * sizeof(*c->since_ns));
	memset(c->level, 0, nchecks * sizeof(*c->level));
	c->t_ns = 0;
}

static void remember(struct past *p, uint64_t t_ns, double number)
{
	memmove(&p->at[1], &p->at[0], (PAST - 1) * sizeof(p->at[0]));
	p->at[0].t_ns = t_ns;
	p->at[0].number = number;
	p->n += p->n < PAST;
}

static double latency_us(enum profile profile)
{
	return profile == PROFILE_WEB       ? LIMIT_latency_web_us
	       : profile == PROFILE_TRADING ? LIMIT_latency_trading_us
					    : 0;
}

/* A host that is itself a guest says little of hardware, and what it says is of the one below. */
static bool one_level_up(struct check_run *r)
{
	const struct firmware *fw = snapshot_facts(r->s, &probe_firmware);

	if (!r->check->host || !fw || !value_u64_or(fw->guest, 0))
		return false;
	check_not_applicable(r, "This host is itself a virtual machine: that is decided one level up.");
	return true;
}

static void run_one(struct checks *c, struct check_run *r, struct finding *ret)
{
	size_t i = check_index(r->check);
	struct past past;

	check_run_begin(r, ret);
	past = c->past[i];
	if (c->again) { /* the same facts once more: what was remembered of them is not their past */
		memmove(&past.at[0], &past.at[1], (PAST - 1) * sizeof(past.at[0]));
		past.n -= past.n > 0;
	}
	r->past = &past;
	if (!one_level_up(r))
		r->check->judge(r);
	check_run_end(r);
	if (ret->verdict != VERDICT_FIRE)
		c->since_ns[i] = 0;
	else if (!c->since_ns[i])
		c->since_ns[i] = r->s->t_ns;
	ret->since_ns = c->since_ns[i];
	c->level[i] = ret->verdict == VERDICT_FIRE ? checks_level(c->level[i], finding_loss(ret)) : 0;
	ret->level = c->level[i];
	if (c->again)
		c->past[i].at[0].number = r->remembered;
	else
		remember(&c->past[i], r->s->t_ns, r->remembered);
}

double finding_loss(const struct finding *f)
{
	double share = isnan(f->share) ? f->check->share : f->share, paid = f->cost_us * f->per_s / 1000;

	paid = isnan(paid) ? 0 : paid > 1000 ? 1000 : paid;
	return share * 1000 > paid ? share * 1000 : paid;
}

double finding_most_ms(const struct finding *f, double request_ms)
{
	double share = isnan(f->share) ? f->check->share : f->share, most = share * request_ms,
	       paid = f->cost_us * f->check->events / 1000;

	if (!isnan(paid) && paid > most)
		most = paid;
	return most > 0 ? most : isnan(f->cost_us) ? NAN : 0;
}

const struct finding *finding_mendable(const struct finding *f)
{
	while (f && !f->check->action)
		f = f->cause;
	return f;
}

static void count(struct findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *one = &f->finding[i];
		bool problem = one->verdict == VERDICT_FIRE && !one->cause;

		f->crit += problem && one->worst == SEVERITY_CRIT;
		f->warn += problem && one->worst == SEVERITY_WARN;
		f->info += problem && one->worst == SEVERITY_INFO;
		f->passed += one->verdict == VERDICT_PASS;
		f->unknown += one->verdict == VERDICT_UNKNOWN;
		f->not_applicable += one->verdict == VERDICT_NOT_APPLICABLE;
		f->refused += one->verdict == VERDICT_UNKNOWN && (one->err == -EACCES || one->err == -EPERM);
	}
}

static uint64_t cpu_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

struct findings *checks_run(struct checks *c, const struct snapshot *s, enum profile profile)
{
	uint64_t begin = cpu_now();
	struct arena *a = arena_new(32768);
	struct findings *f = arena_alloc(a, sizeof(*f));
	struct finding *all = arena_array(a, nchecks, sizeof(*all));

	*f = (struct findings){.profile = profile, .t_ns = s->t_ns, .n = nchecks, .finding = all, .a = a, .refs = 1};
	c->again = c->t_ns == s->t_ns;
	c->t_ns = s->t_ns;
	for (size_t i = 0; i < nchecks; i++) {
		struct check_run r = {.s = s, .a = a, .profile = profile, .latency_us = latency_us(profile),
			.others = all, .nothers = i, .check = checks[i]};

		run_one(c, &r, &all[i]);
	}
	checks_chain(f, all, s);
	count(f);
	f->cost_ns = cpu_now() - begin;
	return f;
}

struct findings *findings_ref(struct findings *f)
{
	if (f)
		atomic_fetch_add(&f->refs, 1);
	return f;
}

void findings_unref(struct findings *f)
{
	if (f && atomic_fetch_sub(&f->refs, 1) == 1)
		arena_free(f->a); /* it lies in its own arena */
}
