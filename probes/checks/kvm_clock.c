/* Check K07: what the host reads the time from. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/run.h"
#include "probes/clock.h"
#include "probes/firmware.h"

/* Sysfs names the source; only a measurement would tell what a reading costs. */
static const char *about_cost(struct check_run *r, const struct clock *c)
{
	return value_known(c->cost_ns)
		       ? arena_printf(r->a, "about %.2g µs a reading by its kind", (double)c->cost_ns.u / 1000)
		       : "the cost of a reading by its kind is not known";
}

static void fire_clock(struct check_run *r, const struct clock *c, bool guest)
{
	bool offered = value_u64_or(c->tsc_offered, 0);

	check_fire(r, guest ? SEVERITY_WARN : SEVERITY_CRIT, "clock.current",
		"The clock source is %s, %s (%s); not measured yet%s%s.", c->current.text, c->cost.text,
		about_cost(r, c),
		value_known(c->tsc_offered) && !offered ? "; tsc is not offered: the kernel rejected it" : "",
		value_known(c->guests_fast) && !c->guests_fast.u ? "; guests get no fast clock either" : "");
	check_evidence(r, "clock.tsc_offered");
	if (offered)
		check_now(r, "`echo tsc > /sys/devices/system/clocksource/clocksource0/current_clocksource`");
	if (value_known(c->cost_ns))
		check_cost(r, (double)c->cost_ns.u / 1000, NAN);
}

void rule_K07(struct check_run *r)
{
	const struct clock *c = check_facts(r, &probe_clock);
	const struct firmware *fw = snapshot_facts(r->s, &probe_firmware);

	if (!c || !check_known(r, c->current, "clock.current"))
		return;
	check_evidence(r, "clock.current");
	if (!value_known(c->cost))
		check_later(r, "Clock source %s: whether its readings are fast has not been measured yet.",
			check_name(r, c->current));
	else if (strcmp(c->cost.text, "fast") != 0)
		fire_clock(r, c, fw && value_u64_or(fw->guest, 0));
	else
		check_pass(r,
			"The clock source is %s, fast by its kind; what a reading costs here is not measured yet.",
			c->current.text);
}
