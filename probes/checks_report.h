/* What checks found, as hvscope check prints it: for people, for programs, and on one line for a monitor. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHECKS_REPORT_H
#define PROBES_CHECKS_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "probes/checks.h"

struct arena;

/* Of which checks: index as in checks[]; NULL: all. */
struct check_choice {
	bool *only;
	bool *required;
	bool crit; /* warnings are no failure */
};

/* Names parted by commas: ids, slugs, and families where `families`. 0, or -ENOENT with the name that is none. */
int checks_choose(const char *names, bool families, bool *ret_chosen, char ret_bad[64]);
/* Those of them that were named themselves, not by their family. */
void checks_named(const char *names, bool *ret_named);

/* "frequency, limits, idle, …", in the arena. */
const char *checks_families(struct arena *a);

/* What the chosen ones come to, how they end for a program that asks. */
enum check_end { CHECKS_FINE, CHECKS_FIRE, CHECKS_UNKNOWN };
struct check_sum {
	size_t crit, warn, info; /* problems, by the worst in each: what another chosen finding explains is not counted */
	size_t effects; /* those that are not */
	size_t passed, unknown, inapplicable;
	bool nothing; /* none of them could be judged, though some were to be */
	const struct finding *required; /* the first of the required ones that is UNKNOWN; NULL: none is */
};
struct check_sum checks_sum(const struct findings *f, const struct check_choice *c);
enum check_end checks_end(const struct check_sum *sum, const struct check_choice *c);

/* All for free(). width: where lines are broken; 0: nowhere. */
char *checks_text(const struct snapshot *s, const struct check_choice *c, int width);
char *checks_json(const struct snapshot *s, const struct check_choice *c); /* schema "hvscope-check/1" */
/* "HVSCOPE WARNING - …| crit=0 warn=3 …", one line; *ret_status: 0, 1, 2 or 3. */
char *checks_nagios(const struct snapshot *s, const struct check_choice *c, int *ret_status);
char *checks_nagios_failed(const char *why); /* that line where nothing could be judged: UNKNOWN, and why */

#endif
