/* Snapshots with findings made by hand, for tests of the walk. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_MADE_H
#define TESTS_LIB_MADE_H

#include "probes/snapshot.h"
#include "tui/walk.h"

/* A snapshot in which every check says the same at first. */
struct made {
	struct snapshot *s;
	struct arena *a;
	struct finding *finding;
};
struct made make(enum verdict verdict);
struct finding *of(struct made *m, const char *id);
/* One part, with that evidence; cost and share are not known. */
struct finding *fire(struct made *m, const char *id, enum severity severity, const char *evidence);

/* A walk over it, which was told what is slow. */
void framed(struct walk *w, struct made *m, const char *text);
void end(struct made *m, struct walk *w);

#endif
