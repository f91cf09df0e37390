/* Says what switching a governor will be like: the same word means different things to different drivers. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "probes/actions/governor_impl.h"
#include "probes/arena.h"
#include "probes/cpuset.h"
#include "probes/parse.h"
#include "probes/util.h"

enum { NAMES_SHOWN = 3, KINDS_SHOWN = 4, NOTES_MOST = 16 };

const char *governor_names(struct arena *a, const struct policy *const *policy, size_t n)
{
	const char *names = "";

	for (size_t i = 0; i < n && i < NAMES_SHOWN; i++)
		names = arena_printf(a, "%s%spolicy%" PRIu64, names, i ? ", " : "", policy[i]->id.u);
	return n > NAMES_SHOWN ? arena_printf(a, "%s and %zu more", names, n - NAMES_SHOWN) : names;
}

/* Clocks in GHz, of the policies that will change; NAN where none is known. */
struct clocks {
	double low, base, cap; /* the lowest set minimum, the lowest base, the lowest set maximum */
	bool pinned, adapts; /* some is pinned to its minimum now; the drivers of all adapt */
};

static void lower(double *to, struct value v)
{
	double ghz = value_known(v) ? (double)v.u / 1e6 : NAN;

	*to = fmin(*to, ghz);
}

static struct clocks clocks_of(const struct governor_plan *g)
{
	struct clocks c = {.low = NAN, .base = NAN, .cap = NAN, .adapts = true};

	for (size_t i = 0; i < g->n; i++) {
		const struct policy *p = g->policy[i];
		bool adapts = driver_adapts(value_text_or(p->driver, ""));

		c.adapts &= adapts;
		lower(&c.low, p->min_khz);
		lower(&c.base, p->base_khz);
		lower(&c.cap, p->max_khz);
		c.pinned |= driver_pins(value_text_or(p->driver, "")) && !strcmp(p->governor.text, "powersave");
	}
	return c;
}

static const char *effect_of_performance(struct arena *a, const struct clocks *c)
{
	bool capped = c->cap < c->base;

	if (!c->pinned)
		return capped ? arena_printf(
					a, "busy CPUs run at the limit that is set, %.2f GHz, from the start", c->cap)
			      : "busy CPUs run fast from the start: the clock no longer waits for the load to be "
				"noticed";
	if (capped && c->low < c->cap)
		return arena_printf(a,
			"busy CPUs rise from %.2f to %.2f GHz, the limit that is set, within milliseconds", c->low,
			c->cap);
	if (c->low < c->base)
		return arena_printf(
			a, "busy CPUs rise from %.2f to at least %.2f GHz within milliseconds", c->low, c->base);
	return "busy CPUs rise from the lowest clock to the highest that is allowed, within milliseconds";
}

static const char *effect(const struct governor_plan *g, const struct clocks *c)
{
	if (!strcmp(g->value, "performance"))
		return effect_of_performance(g->a, c);
	if (!strcmp(g->value, "powersave") && c->adapts)
		return "the driver follows the load: clocks rise some milliseconds after it does";
	if (!strcmp(g->value, "powersave"))
		return isnan(c->low) ? "busy CPUs are pinned to the lowest clock"
				     : arena_printf(g->a, "busy CPUs are pinned to the lowest clock, %.2f GHz", c->low);
	if (!strcmp(g->value, "userspace"))
		return "clocks stay where scaling_setspeed puts them, whatever the load";
	return "clocks follow the load, some milliseconds behind it";
}

static const char *costs(const struct governor_plan *g, const struct clocks *c)
{
	if (!strcmp(g->value, "performance"))
		return "power and heat; about 1 W a core idle (estimate)";
	if (!strcmp(g->value, "powersave") && !c->adapts)
		return c->low < c->base
			       ? arena_printf(g->a,
					 "speed: work on a CPU takes up to %.1f times as long as at base clock",
					 c->base / c->low)
			       : "speed: work on a CPU takes longer";
	if (!strcmp(g->value, "userspace"))
		return "speed: nothing raises the clock by itself when there is work, nor lowers it when there is none";
	return "latency: the first milliseconds of each burst run at a low clock";
}

static const char *keep_hint(const struct governor_plan *g)
{
	if (!strcmp(g->value, "performance"))
		return "TuneD profile virtual-host or throughput-performance, or kernel parameter "
		       "cpufreq.default_governor=performance: one of them, not both";
	return arena_printf(g->a, "kernel parameter cpufreq.default_governor=%s, or a TuneD profile with governor=%s",
		g->value, g->value);
}

struct notes {
	struct arena *a;
	const char **text;
	size_t n;
};

__attribute__((format(printf, 2, 3))) static void note(struct notes *to, const char *format, ...)
{
	va_list ap;

	if (to->n == NOTES_MOST)
		BUG("more than %d notes", NOTES_MOST);
	va_start(ap, format);
	to->text[to->n++] = arena_vprintf(to->a, format, ap);
	va_end(ap);
}

static bool owns_governor(const struct daemon *d)
{
	struct slice rest = slice_of(value_text_or(d->owns, "")), word;

	while (slice_word(&rest, &word))
		if (slice_is(word, "governor"))
			return value_u64_or(d->running, 0);
	return false;
}

static void note_daemons(const struct governor_plan *g, struct notes *to)
{
	const struct daemon *row = g->d ? g->d->daemon.row : NULL;
	size_t owners = 0;

	if (!row) {
		note(to, "whether a daemon that sets governors runs is not known: one may put it back");
		return;
	}
	for (uint32_t i = 0; i < g->d->daemon.n; i++) {
		const char *name = value_text_or(row[i].name, "?");

		if (!owns_governor(&row[i]))
			continue;
		owners++;
		if (!strcmp(name, "tuned") && value_known(g->d->tuned_profile))
			note(to, "tuned runs with profile \"%s\" and may put it back: change its profile too",
				g->d->tuned_profile.text);
		else if (owners <= KINDS_SHOWN)
			note(to, "%s runs and may put it back: change its settings too", name);
	}
	if (owners > 1)
		note(to, "%zu daemons that set governors run at once: they undo each other's settings", owners);
}

/* "governors differ now (powersave, ondemand)": undo puts each back to its own. */
static void note_mixed(const struct governor_plan *g, struct notes *to)
{
	const char *seen[KINDS_SHOWN], *all = "";
	size_t n = 0;

	for (size_t i = 0; i < g->n && n < KINDS_SHOWN; i++) {
		size_t k = 0;

		while (k < n && strcmp(seen[k], g->policy[i]->governor.text))
			k++;
		if (k < n)
			continue;
		all = arena_printf(to->a, "%s%s%s", all, n ? ", " : "", g->policy[i]->governor.text);
		seen[n++] = g->policy[i]->governor.text;
	}
	if (n > 1)
		note(to, "governors differ now (%s): undo gives each policy its own back", all);
	if (g->nsame)
		note(to, "%zu of %zu policies %s it already and %s left out", g->nsame, g->n + g->nsame + g->nleft,
			g->nsame > 1 ? "have" : "has", g->nsame > 1 ? "are" : "is");
}

/* With an energy preference the driver turns it to performance too, and refuses others with EBUSY while that lasts. */
static void note_preference(const struct governor_plan *g, const struct clocks *c, struct notes *to)
{
	if (!c->adapts || strcmp(g->value, "performance"))
		return;
	for (size_t i = 0; i < g->n; i++)
		if (value_known(g->policy[i]->epp)) {
			note(to, "the energy preference becomes performance too: other settings of it answer EBUSY "
				 "while this lasts");
			return;
		}
}

void governor_words(const struct governor_plan *g, struct change *ret)
{
	struct notes notes = {.a = ret->a, .text = arena_array(ret->a, NOTES_MOST, sizeof(*notes.text))};
	struct clocks c = clocks_of(g);
	uint64_t id = g->policy[0]->id.u;

	if (g->n == 1)
		ret->target = arena_printf(ret->a, "policy%" PRIu64, id);
	else
		ret->target = arena_printf(ret->a, "%zu CPUs", g->cpus);
	if (g->cpus == 1 && value_known(g->policy[0]->cpus))
		ret->title = arena_printf(
			ret->a, "Switch the governor of CPU %" PRId64, cpuset_next(g->policy[0]->cpus.set, -1));
	else
		ret->title = arena_printf(ret->a, "Switch the governor of %zu CPU%s", g->cpus, g->cpus == 1 ? "" : "s");
	ret->effect = effect(g, &c);
	ret->costs = costs(g, &c);
	ret->lasts = "until reboot or a driver switch";
	ret->keep_hint = keep_hint(g);
	note_daemons(g, &notes);
	note_mixed(g, &notes);
	note_preference(g, &c, &notes);
	if (g->nleft)
		note(&notes, "left out: %s (offline, or the governor cannot be read)",
			governor_names(ret->a, g->left, g->nleft));
	ret->notes = notes.text;
	ret->nnotes = notes.n;
}
