/* What run.c, chain.c and checks.c share: the begin and the end of one check, and what joins them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHECKS_RUN_IMPL_H
#define PROBES_CHECKS_RUN_IMPL_H

#include "probes/checks/run.h"

void check_run_begin(struct check_run *r, struct finding *ret);
void check_run_end(struct check_run *r); /* verdict, severity and line are there now */

/* Fills the causes, the worst severities and the order of what fires; all: f->finding, which is not const yet. */
void checks_chain(struct findings *f, struct finding *all, const struct snapshot *s);

/* The level after a loss: a move within 30 % is none, so that rows do not change places all the time. */
double checks_level(double before, double loss);

/* What would make readable what was not, from its errno and its source; NULL: nothing is known. */
const char *check_remedy(struct arena *a, const struct snapshot *s, const struct finding *f);

#endif
