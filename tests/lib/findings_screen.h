/* The screen over findings made by hand: a slow host and a calm one. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_FINDINGS_SCREEN_H
#define TESTS_LIB_FINDINGS_SCREEN_H

#include "tests/lib/findings.h"
#include "tests/lib/screen.h"

#define FOUND_GOVERNOR "Governor powersave on acpi-cpufreq pins its CPUs to 1.20 GHz, in 24 of 24 policies."
#define FOUND_CLOCK "12 of 12 busy CPUs run below base, the slowest at 1.20 of 2.40 GHz."

/* F02 explains F01; F03 was refused. */
extern const struct found_by_hand findings_slow[3];
extern const struct found_by_hand findings_calm[3]; /* these pass */

/* That machine with these findings, and the panel Findings open. */
struct screen *findings_with(const char *host, const struct found_by_hand *row, size_t n);
const char *findings_under_cursor(struct screen *s); /* the id */

#endif
