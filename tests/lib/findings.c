/* Findings made by hand. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/findings.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "probes/arena.h"
#include "probes/probe.h"

static struct finding *finding_of(struct finding *all, const char *id)
{
	const struct check *c = check_find(id);

	assert_non_null(c);
	return &all[check_index(c)];
}

static double known(double number)
{
	return number > 0 ? number : NAN;
}

static void fill(struct findings *f, struct finding *all, const struct found_by_hand *r)
{
	struct finding *one = finding_of(all, r->id);

	*one = (struct finding){.check = one->check,
		.verdict = r->verdict,
		.severity = r->severity,
		.worst = r->severity,
		.line = arena_strdup(f->a, r->line),
		.part = r->part,
		.nparts = r->nparts,
		.evidence = r->evidence,
		.nevidence = r->nevidence,
		.nunread = r->verdict == VERDICT_UNKNOWN,
		.err = r->err,
		.never = r->never,
		.unread = r->unread,
		.remedy = r->remedy,
		.now = r->now,
		.cost_us = known(r->cost_us),
		.per_s = known(r->per_s),
		.share = known(r->share),
		.cause = r->cause ? finding_of(all, r->cause) : NULL,
		.since_ns = r->verdict == VERDICT_FIRE ? f->t_ns - UINT64_C(5000000000) : 0};
	f->passed += r->verdict == VERDICT_PASS;
	f->unknown += r->verdict == VERDICT_UNKNOWN;
	f->refused += r->verdict == VERDICT_UNKNOWN && value_error(r->err ? r->err : -EAGAIN, 0).known == KNOWN_DENIED;
}

/* A chain is as bad as the worst in it. */
static void count_problems(struct findings *f, struct finding *all)
{
	for (size_t i = 0; i < f->norder; i++)
		for (const struct finding *up = f->order[i]->cause; up; up = up->cause)
			if (all[up - all].worst < f->order[i]->severity)
				all[up - all].worst = f->order[i]->severity;
	for (size_t i = 0; i < f->norder; i++) {
		f->crit += !f->order[i]->cause && f->order[i]->worst == SEVERITY_CRIT;
		f->warn += !f->order[i]->cause && f->order[i]->worst == SEVERITY_WARN;
		f->info += !f->order[i]->cause && f->order[i]->worst == SEVERITY_INFO;
	}
}

void findings_put(struct snapshot *s, const struct found_by_hand *row, size_t n)
{
	struct arena *a = arena_new(0);
	struct findings *f = arena_alloc(a, sizeof(*f));
	struct finding *all = arena_array(a, nchecks, sizeof(*all));
	const struct finding **order = arena_array(a, n + 1, sizeof(*order));

	*f = (struct findings){.t_ns = s->t_ns, .n = nchecks, .finding = all, .order = order, .not_applicable = 40,
		.a = a, .refs = 1};
	for (size_t i = 0; i < nchecks; i++)
		all[i] = (struct finding){.check = checks[i], .verdict = VERDICT_NOT_APPLICABLE,
			.line = "This test does not ask.", .cost_us = NAN, .per_s = NAN, .share = NAN};
	for (size_t i = 0; i < n; i++) {
		fill(f, all, &row[i]);
		if (row[i].verdict == VERDICT_FIRE)
			order[f->norder++] = finding_of(all, row[i].id);
	}
	count_problems(f, all);
	findings_unref(s->findings);
	s->findings = f;
}
