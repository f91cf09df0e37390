/* Checks D01 and B01: who would undo a fix, and which profile TuneD keeps in force. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/daemons.h"

#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/ask.h"
#include "probes/checks/guest_walk.h"
#include "probes/checks/here.h"
#include "probes/frequency.h"
#include "probes/util.h"

/* Which knob the fix of a check writes, in the words of daemons.daemon.owns. */
static const struct {
	const char *id, *knob;
} writes[] = {{"F02", "governor"}, {"F03", "governor"}, {"F04", "epp"}, {"F05", "epp"}, {"F06", "limits"},
	{"F08", "boost"}, {"F09", "limits"}, {"F13", "power"}, {"C01", "latency"}, {"C02", "latency"},
	{"C06", "latency"}, {"C10", "latency"}, {"M01", "ksm"}, {"M02", "thp"}, {"M04", "sysctl"}, {"M05", "sysctl"},
	{"P04", "numa"}, {"P07", "numa"}, {"P09", "irq"}, {"X03", "sysctl"}, {"X04", "sysctl"}, {"X06", "sysctl"},
	{"N01", "irq"}};

/* These must not run beside each other: their units say so. */
static const char *const rivals[] = {"tuned", "power-profiles-daemon", "tlp", "auto-cpufreq"};

/* Does what mends this check write a knob that the daemon owns. */
static bool owns_knob_of(const struct daemon *d, const char *id)
{
	for (size_t i = 0; i < COUNT(writes); i++)
		if (strcmp(writes[i].id, id) == 0)
			return value_has_word(d->owns, writes[i].knob);
	return false;
}

const char *check_undone_by(struct arena *a, const struct snapshot *s, const struct check *c)
{
	const struct daemons *d = snapshot_facts(s, &probe_daemons);
	const struct daemon *row = d ? d->daemon.row : NULL;
	const char *names = NULL;

	for (uint32_t i = 0; d && i < d->daemon.n; i++)
		if (value_u64_or(row[i].running, 0) && value_known(row[i].name) && owns_knob_of(&row[i], c->id))
			names = arena_printf(a, "%s%s%s", names ? names : "", names ? " and " : "", row[i].name.text);
	return names;
}

static const struct finding *firing(const struct check_run *r, const char *id)
{
	for (size_t i = 0; i < r->nothers; i++)
		if (strcmp(r->others[i].check->id, id) == 0)
			return r->others[i].verdict == VERDICT_FIRE && r->others[i].severity > SEVERITY_INFO
				       ? &r->others[i]
				       : NULL;
	return NULL;
}

static void judge_owner(struct check_run *r, const struct daemon *d)
{
	const char *undone = NULL, *name = check_name(r, d->name);

	for (size_t i = 0; i < COUNT(writes); i++) {
		const struct finding *f = owns_knob_of(d, writes[i].id) ? firing(r, writes[i].id) : NULL;

		if (!f)
			continue;
		undone = arena_printf(
			r->a, "%s%s%s (%s)", undone ? undone : "", undone ? ", " : "", f->check->slug, f->check->id);
	}
	if (undone)
		check_fire(r, SEVERITY_WARN, check_address(r, "daemons.daemon[%s].owns", check_key(r, d->name.text)),
			"%s runs and sets what would mend %s: it may put it back.", name, undone);
}

/* "A and B"; how many run. */
static unsigned judge_rivals(struct check_run *r, const struct daemon *row, uint32_t n)
{
	const char *names = "", *first = NULL;
	unsigned run = 0;

	for (uint32_t i = 0; i < n; i++)
		for (size_t k = 0; k < COUNT(rivals); k++) {
			if (!ask_is(row[i].name, rivals[k]) || !value_u64_or(row[i].running, 0))
				continue;
			names = arena_printf(r->a, "%s%s%s", names, run++ ? " and " : "", rivals[k]);
			first = first ? first : rivals[k];
		}
	if (run > 1)
		check_fire(r, SEVERITY_CRIT, check_address(r, "daemons.daemon[%s].running", first),
			"%s run beside each other, and each sets governors and preferences: whoever wrote last wins.",
			names);
	return run;
}

/*
 * A value that was better before it changed: a governor performance that is none any more. What somebody sets to
 * performance is a fix, not a fight.
 */
static bool got_worse(const struct policy *p)
{
	if (VALUE_IS(p->changed_what, "governor"))
		return VALUE_IS(p->changed_from, "performance") && !VALUE_IS(p->governor, "performance");
	if (VALUE_IS(p->changed_what, "epp"))
		return VALUE_IS(p->changed_from, "performance", "0") && !VALUE_IS(p->epp, "performance", "0");
	return false;
}

static void judge_put_back(struct check_run *r)
{
	const struct frequency *f = snapshot_facts(r->s, &probe_frequency);
	const struct policy *p, *first = NULL;
	unsigned n = 0;
	uint32_t i = 0;

	while (f && (p = ask_policy(f, &i)))
		if (value_known(p->changed_s) && got_worse(p)) {
			n++;
			first = first ? first : p;
		}
	if (!first)
		return;
	check_fire(r, SEVERITY_WARN, ask_policy_address(r, first, "changed_from"),
		"%.0f s ago somebody set the %s of %u %s back, from %s.", first->changed_s.f,
		VALUE_IS(first->changed_what, "epp") ? "energy preference" : "governor", n,
		n == 1 ? "policy" : "policies", check_name(r, first->changed_from));
}

void rule_D01(struct check_run *r)
{
	const struct daemons *d = check_facts(r, &probe_daemons);
	const struct daemon *row = d ? d->daemon.row : NULL;
	const char *running = NULL;

	check_cost(r, 0, NAN); /* who may undo a change costs nothing by that */
	if (!d || !check_list(r, &d->daemon, "daemons.daemon"))
		return;
	judge_put_back(r);
	for (uint32_t i = 0; i < d->daemon.n; i++) {
		if (!check_known(r, row[i].running,
			    check_address(r, "daemons.daemon[%s].running", check_key(r, row[i].name.text))) ||
			!row[i].running.u)
			continue;
		running = arena_printf(
			r->a, "%s%s%s", running ? running : "", running ? ", " : "", check_name(r, row[i].name));
		check_evidence(r, check_address(r, "daemons.daemon[%s].running", check_key(r, row[i].name.text)));
		judge_owner(r, &row[i]);
	}
	judge_rivals(r, row, d->daemon.n);
	if (running)
		check_pass(r, "Daemons that set knobs: %s. None owns what is to be mended here.", running);
	else
		check_pass(r, "No daemon that sets knobs runs.");
}

/* Is performance the first governor that it asks for? A profile that asks for none says nothing. */
static bool asks_to_save(struct value governor)
{
	return value_known(governor) && strncmp(governor.text, "performance", 11) != 0;
}

static void judge_profile(struct check_run *r, const struct daemons *d, const char *name)
{
	bool saves = VALUE_IS(d->tuned_profile, "balanced", "balanced-battery", "powersave", "desktop",
		"desktop-powersave", "laptop-battery-powersave", "laptop-ac-powersave", "off");

	if (saves || asks_to_save(d->tuned_governor)) {
		check_fire(r, SEVERITY_WARN, saves ? "daemons.tuned_profile" : "daemons.tuned_governor",
			"TuneD keeps profile %s in force%s%s: it is not for hosts of guests.", name,
			value_known(d->tuned_governor) ? ", with governor " : "",
			value_known(d->tuned_governor) ? check_name(r, d->tuned_governor) : "");
		return;
	}
	if (VALUE_IS(d->tuned_profile, "network-latency"))
		check_fire(r, SEVERITY_INFO, "daemons.tuned_profile",
			"TuneD's profile network-latency switches transparent huge pages off: guests need a pool of "
			"huge pages "
			"(V12).");
}

void rule_B01(struct check_run *r)
{
	const struct daemons *d = check_facts(r, &probe_daemons);
	const struct daemon *row = d ? d->daemon.row : NULL;
	const char *name;

	check_cost(r, 0, NAN); /* who may undo a change costs nothing by that */
	if (!d || !here_guests(r))
		return;
	for (uint32_t i = 0; i < d->daemon.n; i++) {
		if (!ask_is(row[i].name, "tuned"))
			continue;
		if (!check_known(r, row[i].running, "daemons.daemon[tuned].running"))
			return;
		if (!row[i].running.u) {
			check_not_applicable(r, "TuneD does not run.");
			return;
		}
	}
	if (check_absent(d->tuned_profile) && ask_absence_tells(r)) {
		check_fire(r, SEVERITY_WARN, "daemons.tuned_profile", "TuneD runs without a profile.");
		return;
	}
	if (!check_known(r, d->tuned_profile, "daemons.tuned_profile"))
		return;
	name = check_name(r, d->tuned_profile);
	check_evidence(r, "daemons.tuned_profile");
	judge_profile(r, d, name);
	check_pass(r, "TuneD keeps profile %s in force%s%s.", name,
		value_known(d->tuned_governor) ? ", with governor " : "",
		value_known(d->tuned_governor) ? check_name(r, d->tuned_governor) : "");
}
