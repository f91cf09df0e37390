/* What checks found, as JSON: every chosen check in the order of the table, with all that its row says. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>

#include "probes/arena.h"
#include "probes/checks_report.h"
#include "probes/checks_text.h"
#include "probes/checks_unread.h"
#include "probes/journal.h"
#include "probes/json.h"
#include "probes/probe.h"
#include "probes/report.h"

/* crit, warn and info are of the problems; findings are all that fire, those that another one explains too. */
static struct js *sum_json(const struct check_sum *sum)
{
	struct js *o = js_object();

	js_set_u64(o, "problems", sum->crit + sum->warn + sum->info);
	js_set_u64(o, "findings", sum->crit + sum->warn + sum->info + sum->effects);
	js_set_u64(o, "crit", sum->crit);
	js_set_u64(o, "warn", sum->warn);
	js_set_u64(o, "info", sum->info);
	js_set_u64(o, "explained", sum->effects);
	js_set_u64(o, "pass", sum->passed);
	js_set_u64(o, "not_applicable", sum->inapplicable);
	js_set_u64(o, "unknown", sum->unknown);
	return o;
}

static struct js *parts_json(const struct finding *f)
{
	struct js *list = js_array();

	for (size_t i = 0; i < f->nparts; i++) {
		const struct finding_part *p = &f->part[i];
		struct js *o = js_object();

		js_set_text(o, "severity", severity_word(p->severity));
		js_set_text(o, "text", p->text);
		js_set_text(o, "evidence", p->evidence);
		js_set_text(o, "target", p->target);
		js_append(list, o);
	}
	return list;
}

static struct js *evidence_json(const struct finding *f)
{
	struct js *list = js_array();

	for (size_t i = 0; i < f->nevidence; i++)
		js_append(list, js_text(f->evidence[i]));
	return list;
}

static struct js *explains_json(const struct findings *all, const struct finding *f)
{
	struct js *list = js_array();

	for (size_t i = 0; i < all->n; i++)
		if (all->finding[i].cause == f)
			js_append(list, js_text(all->finding[i].check->id));
	return list;
}

/* null for what is not known, or for what did not fire. */
static struct js *could_json(const struct finding *f)
{
	bool fires = f->verdict == VERDICT_FIRE;
	struct js *o = js_object();

	js_set_text(o, "order", order_word(f->check->order));
	js_set_f64(o, "us", fires ? f->cost_us : NAN);
	js_set_f64(o, "per_s", fires ? f->per_s : NAN);
	js_set_f64(o, "share", fires ? f->share : NAN);
	js_set_f64(o, "loss_ms_per_s", fires ? finding_loss(f) : NAN);
	js_set_f64(o, "share_at_most_estimate", f->check->share > 0 ? f->check->share : NAN);
	return o;
}

/* Of what is not known the reason; else what did not decide though it could not be read. */
static struct js *unread_json(const struct finding *f, bool reason)
{
	struct js *o;

	if (!f->nunread || reason != (f->verdict == VERDICT_UNKNOWN))
		return js_null();
	o = js_object();
	js_set_text(o, "address", f->unread);
	js_set_text(o, "errno", f->err ? errno_word(f->err) : NULL);
	js_set_u64(o, "facts", f->nunread);
	js_set_text(o, "remedy", f->remedy);
	return o;
}

static void set_row(struct js *o, struct arena *a, const struct finding *f)
{
	const struct check *c = f->check;

	js_set_text(o, "action", c->action);
	js_set_text(o, "value", c->value);
	js_set_text(o, "asks", c->asks);
	js_set_text(o, "why", check_plain(a, c->why));
	js_set_text(o, "now", check_plain(a, f->now ? f->now : c->now));
	js_set_text(o, "keep", check_plain(a, c->keep));
	js_set_text(o, "risk", check_plain(a, c->risk));
	js_set_text(o, "when_not", check_plain(a, c->when_not));
	js_set_text(o, "verify", check_plain(a, c->verify));
	js_set_text(o, "source", c->source);
}

static struct js *finding_json(struct arena *a, const struct findings *all, const struct finding *f)
{
	struct js *o = js_object();

	js_set_text(o, "id", f->check->id);
	js_set_text(o, "slug", f->check->slug);
	js_set_text(o, "family", f->check->family);
	js_set_text(o, "verdict", verdict_word(f->verdict));
	js_set_text(o, "severity", f->severity ? severity_word(f->severity) : NULL);
	js_set_text(o, "line", f->line);
	js_set(o, "parts", parts_json(f));
	js_set(o, "evidence", evidence_json(f));
	js_set_text(o, "cause", f->cause ? f->cause->check->id : NULL);
	js_set(o, "explains", explains_json(all, f));
	js_set(o, "could", could_json(f));
	js_set(o, "unread", unread_json(f, true));
	js_set(o, "unread_but_not_needed", unread_json(f, false));
	js_set(o, "since_ns", f->since_ns ? js_u64(f->since_ns) : js_null());
	set_row(o, a, f);
	return o;
}

char *checks_json(const struct snapshot *s, const struct check_choice *c)
{
	const struct findings *f = s->findings;
	struct check_sum sum = checks_sum(f, c);
	struct arena *a = arena_new(0);
	struct js *o = js_object(), *list = js_array();
	char *text, when[32];

	js_set_text(o, "schema", "hvscope-check/1");
	js_set(o, "host", report_host_json(a, s));
	journal_time(s->wall_ns, when);
	js_set_text(o, "time", when);
	js_set_text(o, "profile", profile_word(f->profile));
	js_set_text(o, "banner", checks_banner(f));
	js_set(o, "counts", sum_json(&sum));
	for (size_t i = 0; i < f->n; i++)
		if (!c->only || c->only[i])
			js_append(list, finding_json(a, f, &f->finding[i]));
	js_set(o, "checks", list);
	text = js_dump(o, true);
	js_free(o);
	arena_free(a);
	return text;
}
