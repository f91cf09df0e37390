/* The frozen correction: shares of an interval from counters that grow only when a sleep ends. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/idle_impl.h"

#define TOLERANCE 1.05 /* of the idle time: /proc/stat and the states' own clocks differ a little */
#define JIFFY_US 10000 /* and /proc/stat counts in steps of this */

static double sum(const double *v, size_t n)
{
	double all = 0;

	for (size_t i = 0; i < n; i++)
		all += v[i];
	return all;
}

/* Takes so much away from the largest, then from the next: what came at once came from one long sleep. */
static void take(double *v, size_t n, double much)
{
	while (much > 0) {
		size_t most = 0;
		double part;

		for (size_t i = 1; i < n; i++)
			if (v[i] > v[most])
				most = i;
		part = n && v[most] < much ? v[most] : much;
		if (!n || part <= 0)
			return;
		v[most] -= part;
		much -= part;
	}
}

static double least(double a, double b)
{
	return a < b ? a : b;
}

static double none_below(double v)
{
	return v > 0 ? v : 0;
}

void idle_correct(struct idle_interval *i, double *slept_us, size_t n)
{
	double known = sum(slept_us, n), idle = least(i->idle_us, i->wall_us);

	if (i->idle_us < 0) {
		take(slept_us, n, known - i->wall_us);
		i->carry_us = 0;
		i->awake_us = i->asleep_us = -1;
		return;
	}
	if (known > idle * TOLERANCE + JIFFY_US) {
		take(slept_us, n, i->carry_us); /* was shown already */
		take(slept_us, n, sum(slept_us, n) - idle); /* and before anybody looked */
	}
	take(slept_us, n, sum(slept_us, n) - i->wall_us);
	known = sum(slept_us, n);
	i->asleep_us = none_below(idle - known);
	i->awake_us = none_below(i->wall_us - (known > idle ? known : idle));
	i->carry_us = i->moved ? i->asleep_us : i->carry_us + i->asleep_us;
}
