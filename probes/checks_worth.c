/* What a finding is worth in words: a factor on CPU time, or what one event costs and how often it is paid. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>

#include "probes/arena.h"
#include "probes/checks_text.h"

/* Shares and times below are not worth a word. */
#define LEAST_SHARE 0.005

const char *severity_name(enum severity s)
{
	return s == SEVERITY_CRIT ? "critical" : s == SEVERITY_WARN ? "warning" : s == SEVERITY_INFO ? "note" : "";
}

/* "133 µs", "10 ms": three digits at most. */
static const char *time_words(struct arena *a, double us)
{
	double n = us < 1 ? us * 1000 : us < 999.5 ? us : us < 999500 ? us / 1000 : us / 1000000;
	const char *unit = us < 1 ? "ns" : us < 999.5 ? "µs" : us < 999500 ? "ms" : "s";

	return arena_printf(a, "%.*f %s", n < 9.95 && fabs(n - round(n)) > 0.05 ? 1 : 0, n, unit);
}

static const char *factor(struct arena *a, double share)
{
	return arena_printf(a, "×%.*f", share > 0.9 || fabs(1 / (1 - share) - 2) < 0.05 ? 0 : 1, 1 / (1 - share));
}

static bool measured_share(const struct finding *f)
{
	return !isnan(f->share) && f->share >= LEAST_SHARE && f->share * 1000 >= finding_loss(f);
}

/* What is known of the cost of events is worth more than an estimate. */
static bool estimated(const struct finding *f)
{
	return isnan(f->cost_us) && isnan(f->share) && f->check->share >= LEAST_SHARE;
}

/* Never "0 %" of what is more. */
static const char *percent(struct arena *a, double share)
{
	return arena_printf(a, share < 0.0095 ? "%.1f %%" : "%.0f %%", share * 100);
}

static const char *often(struct arena *a, double per_s)
{
	return arena_printf(a, per_s < 9.95 ? "%.1f" : "%.0f", per_s);
}

const char *finding_worth(struct arena *a, const struct finding *f)
{
	if (f->verdict != VERDICT_FIRE)
		return NULL;
	if (measured_share(f) && f->share > 0.995)
		return "All of the time that CPUs work here.";
	if (measured_share(f) && f->share > 0.09)
		return arena_printf(a, "Up to %s on every CPU-bound millisecond.", factor(a, f->share));
	if (measured_share(f))
		return arena_printf(a, "Up to %s of every CPU-bound millisecond.", percent(a, f->share));
	if (f->cost_us > 0 && f->per_s > 0)
		return arena_printf(
			a, "Up to %s each time, %s times a second.", time_words(a, f->cost_us), often(a, f->per_s));
	if (f->cost_us > 0)
		return arena_printf(a, "Up to %s each time.", time_words(a, f->cost_us));
	if (estimated(f))
		return arena_printf(a, "Up to %s of a request (estimate).", percent(a, f->check->share));
	return NULL;
}

const char *finding_worth_brief(struct arena *a, const struct finding *f)
{
	if (f->verdict != VERDICT_FIRE)
		return "";
	if (measured_share(f) && f->share > 0.995)
		return "all of it";
	if (measured_share(f))
		return f->share > 0.09 ? factor(a, f->share) : percent(a, f->share);
	if (f->cost_us > 0 && f->per_s > 0)
		return arena_printf(a, "%s %s/s", time_words(a, f->cost_us), often(a, f->per_s));
	if (f->cost_us > 0)
		return time_words(a, f->cost_us);
	return estimated(f) ? arena_printf(a, "%s (est.)", percent(a, f->check->share)) : "";
}

static const char *counted(struct arena *a, const char *before, size_t n, const char *one, const char *many)
{
	return n ? arena_printf(a, "%s%s%zu %s", before, *before ? ", " : "", n, n == 1 ? one : many) : before;
}

const char *findings_counts(struct arena *a, const struct findings *f)
{
	const char *text = counted(a, "", f->crit, "critical", "critical");

	text = counted(a, text, f->warn, "warning", "warnings");
	return counted(a, text, f->info, "note", "notes");
}
