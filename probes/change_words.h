/* Words for steps: short names for their paths, who refused and why, and a whole change in half a line. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHANGE_WORDS_H
#define PROBES_CHANGE_WORDS_H

#include <stdarg.h>
#include <stddef.h>

#include "probes/change.h"

/* The numbered thing a path is about, "policy12" or "cpu3"; where there is none its folder and file: "ksm/run". */
const char *step_name(struct arena *a, const char *path);

/* Why a step failed: the other side's words where they say more than the errno. */
const char *step_error(const struct step *s);
/* What helps against its error, as "; …"; NULL where only the errno is known. Static text. */
const char *step_help(const struct step *s);

/* A text of the host for one line of a sentence: trimmed, printable, not long; "nothing" when it is empty. */
const char *step_text(struct arena *a, const char *text);

/*
 * "policy12, policy13 refused (EBUSY)": the first three of the steps that have an error, then how many more. Steps
 * whose error is -ESTALE "hold something else".
 */
const char *steps_refused(struct arena *a, const struct step *steps, size_t n);
/* " policies" where all are policies and there are several, else "". */
const char *steps_noun(struct arena *a, const struct step *steps, size_t n);
bool steps_are_pins(const struct step *steps, size_t n);
size_t steps_with_error(const struct step *steps, size_t n);

/* "96 × scaling_governor powersave → performance". */
const char *steps_summary(struct arena *a, const struct step *steps, size_t n);

__attribute__((format(printf, 3, 4))) void result_say(struct result *r, int err, const char *format, ...);

#endif
