/* Snapshots with findings made by hand. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/made.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "probes/arena.h"

struct made make(enum verdict verdict)
{
	struct arena *a = arena_new(0);
	struct findings *f = arena_alloc(a, sizeof(*f));
	struct made m = {
		.s = snapshot_new(nprobes), .a = a, .finding = arena_array(a, nchecks, sizeof(struct finding))};

	for (size_t i = 0; i < nchecks; i++)
		m.finding[i] = (struct finding){.check = checks[i],
			.verdict = verdict,
			.line = "All is well.",
			.cost_us = NAN,
			.per_s = NAN,
			.share = NAN};
	*f = (struct findings){.n = nchecks, .finding = m.finding, .a = a, .refs = 1};
	m.s->findings = f;
	m.s->whole = true;
	m.s->wall_ns = INT64_C(1795662763000000000);
	return m;
}

struct finding *of(struct made *m, const char *id)
{
	const struct check *c = check_find(id);

	assert_non_null(c);
	return &m->finding[check_index(c)];
}

struct finding *fire(struct made *m, const char *id, enum severity severity, const char *evidence)
{
	struct finding *f = of(m, id);
	struct finding_part *p = arena_alloc(m->a, sizeof(*p));

	*p = (struct finding_part){.severity = severity,
		.text = "A part.",
		.evidence = evidence,
		.guest = evidence && strstr(evidence, "guest[aaaa]") ? "aaaa" : NULL};
	f->verdict = VERDICT_FIRE;
	f->severity = severity;
	f->line = arena_printf(m->a, "%s is wrong.", id);
	f->part = p;
	f->nparts = 1;
	return f;
}

void end(struct made *m, struct walk *w)
{
	walk_end(w);
	snapshot_unref(m->s);
}

void framed(struct walk *w, struct made *m, const char *text)
{
	char why[200];
	const char *note;

	*w = (struct walk){.open = true};
	walk_begin(w, guides[0], m->s);
	assert_int_equal(walk_frame(w, m->s, text, why, &note), 0);
}
