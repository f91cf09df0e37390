/* What applying and undoing do with one step: read it, write it, put it back and make sure. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHANGE_STEPS_H
#define PROBES_CHANGE_STEPS_H

#include "probes/change.h"

/* Both return 0, or the error that they also leave in the step with its why; a's texts last as long as a. */
int step_read(struct host *h, struct arena *a, struct step *s, const char **ret_text);
int step_write(struct host *h, struct arena *a, struct step *s, const char *text);

/* Leaves an error in the step; only the first one stays. Returns err. */
__attribute__((format(printf, 4, 5))) int step_fail(struct arena *a, struct step *s, int err, const char *format, ...);

/* What is written so that `was`, or what comes nearest to it, is back; step_is_back() says whether that is there. */
const char *step_back(const struct step *s, struct arena *a);
bool step_is_back(const struct step *s, const char *text);
/* `was` cannot be written back: something else is written instead of it. */
bool step_has_instead(const struct step *s);

/*
 * Writes `was` and reads it back, again when a try fails: an error may pass. `after` becomes what was read last.
 * 0, or the last error with ret_why in words; the step's own err stays untouched.
 */
int step_put_back(struct host *h, struct arena *a, struct step *s, const char **ret_why);

#endif
