/* The line CLOCK: whether busy CPUs run at their base clock, and what governs them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/frequency.h"
#include "probes/limits.h"
#include "probes/report.h"
#include "probes/silicon.h"
#include "tui/panels/lines.h"
#include "tui/panels/not_yet.h"
#include "widgets/format.h"

/* Limits differ from policy to policy on hybrid hosts: the lowest and the highest. */
static const char *limits(struct arena *a, const struct frequency *f)
{
	const struct policy *rows = f->policy.row;
	double lo = NAN, hi = NAN;
	char span[FORMAT_SIZE];

	for (uint32_t i = 0; i < f->policy.n; i++) {
		lo = fmin(lo, value_number(rows[i].min_khz, TYPE_U64));
		hi = fmax(hi, value_number(rows[i].max_khz, TYPE_U64));
	}
	return isnan(lo) || isnan(hi) ? NULL : arena_printf(a, "limits %s GHz", format_ghz_span(lo, hi, span));
}

bool line_clock(struct arena *a, const struct snapshot *s, struct overview_line *l)
{
	const struct silicon *si = snapshot_facts(s, &probe_silicon);
	const struct frequency *f = snapshot_facts(s, &probe_frequency);

	*l = (struct overview_line){
		.label = "CLOCK", .role = ROLE_text, .has_bar = true, .share = NAN, .address = "silicon.ratio"};
	if (!si || !value_known(si->busy)) {
		const char *word = si && si->busy.known != KNOWN_NOT_YET ? "not known" : not_yet(s);

		/* the longest, "not recorded", leaves no room for whose it is */
		l->value = strcmp(word, "not recorded") == 0 ? word : arena_printf(a, "busy: %s", word);
		l->role = ROLE_unknown;
	} else {
		l->value = arena_printf(a, "busy %u of %u", (unsigned)si->busy.u, (unsigned)si->online.u);
	}
	if (si && value_known(si->ratio)) {
		char share[FORMAT_SIZE];

		l->share = si->ratio.f;
		l->role = si->ratio.f < FAR_SHARE ? ROLE_crit : si->ratio.f < SLOW_SHARE ? ROLE_warn : ROLE_text;
		/* the share is a median: where some are slow and others are not, it alone would deceive */
		if (si->slow.u && si->slow.u < si->judged.u)
			line_part(l, ROLE_warn, arena_printf(a, "%u slow", (unsigned)si->slow.u));
		line_part(l, l->role, arena_printf(a, "%s of base", format_share(si->ratio.f, share)));
	} else {
		l->has_bar = si && value_u64_or(si->busy, 0) > 0;
		line_part(
			l, ROLE_dim, si && value_known(si->busy) && !si->busy.u ? "idle: not judged" : "not measured");
	}
	if (!f)
		return true;
	line_part(l, ROLE_text, f->policy.n ? value_words(a, f->governor, TYPE_TEXT) : "no cpufreq");
	line_part(l, ROLE_dim, limits(a, f));
	line_part(l, ROLE_dim, value_known(f->driver) ? f->driver.text : NULL);
	return true;
}
