/* The line SLEEP: how deep CPUs may sleep, how much of their idle time they do, and who limits it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>

#include "probes/limits.h"
#include "tui/cpu_look.h"
#include "tui/panels/idle_impl.h"
#include "tui/panels/lines.h"

/* What counts as deep beside the state that the line names: never less than that state itself. */
static double deep(const struct sleeps *sl, const struct idle *i)
{
	double from = value_number(i->exit_us, TYPE_U64), all = 0;

	if (!(from < DEEP_US))
		return sl->deep;
	for (size_t k = 0; k < sl->n; k++) {
		const struct sleep *row = &sl->row[k];

		if (!isnan(row->share) && value_number(row->latency_us, TYPE_U64) >= from)
			all += row->share * (double)row->known / (double)sl->known;
	}
	return all;
}

/* Of the time in which CPUs slept; who has not woken up yet may have slept in any state. */
static void share(struct arena *a, const struct sleeps *sl, const struct idle *i, struct overview_line *l)
{
	double idle = 1 - sl->awake;

	if (!sl->known || idle < 0.01)
		return;
	l->has_bar = true;
	if (sl->asleep / idle > 0.5) { /* the rest would say little */
		line_part(l, ROLE_dim, "most are asleep, in which states is not yet known");
		return;
	}
	l->share = percent_calm(100 * fmin(1, deep(sl, i) / idle)) / 100;
	line_part(l, ROLE_text, arena_printf(a, "%.0f %% of idle", 100 * l->share));
	if (sl->asleep / idle > 0.1)
		line_part(l, ROLE_dim, arena_printf(a, "%.0f %% not yet known", percent_calm(100 * sl->asleep / idle)));
}

bool line_sleep(struct arena *a, const struct snapshot *s, struct overview_line *l)
{
	const struct idle *i = snapshot_facts(s, &probe_idle);
	const struct block *b = s ? snapshot_block(s, &probe_idle) : NULL;
	struct sleeps sl;
	char exit[16];

	*l = (struct overview_line){
		.label = "SLEEP", .role = ROLE_text, .share = NAN, .address = "idle.exit_us", .panel = "idle"};
	if (!i) {
		l->value = b && b->err && s->whole ? "not readable" : "reading";
		l->role = ROLE_unknown;
		return true;
	}
	sleeps_of(i, &sl);
	if (!sl.cpus) {
		l->value = value_known(i->driver) ? "no idle states" : "not known";
		l->role = value_known(i->driver) ? ROLE_dim : ROLE_unknown;
		l->address = "idle.driver";
		if (value_known(i->driver))
			line_part(l, ROLE_dim, arena_printf(a, "driver %s", i->driver.text));
		return true;
	}
	if (value_u64_or(i->polling, 0)) {
		l->value = i->polling.u >= sl.cpus ? "polling only"
						   : arena_printf(a, "%u CPUs poll", (unsigned)i->polling.u);
		l->role = ROLE_warn;
		l->address = "idle.polling";
	} else if (value_known(i->deepest) && value_known(i->exit_us)) {
		l->value = arena_printf(a, "%s %s", i->deepest.text, idle_us(i->exit_us, exit));
	} else {
		l->value = "not known";
		l->role = ROLE_unknown;
	}
	if (value_known(i->limit_us)) /* who holds CPUs awake is said before how they sleep */
		line_part(l, ROLE_info, idle_limit_words(a, i));
	share(a, &sl, i, l);
	if (!value_known(i->limit_us))
		line_part(l, ROLE_dim, idle_limit_words(a, i));
	return true;
}
