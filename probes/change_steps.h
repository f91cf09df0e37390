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

/*
 * Writes `was` and reads it back, again when a try fails: an error may pass. `after` becomes what was read last.
 * 0, or the last error with ret_why in words; the step's own err stays untouched.
 */
int step_put_back(struct host *h, struct arena *a, struct step *s, const char **ret_why);

#endif
