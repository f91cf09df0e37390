/* A capture while it is checked: the line in hand, and how what is wrong with it is said. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_CAPTURE_READ_H
#define PROBES_HOST_CAPTURE_READ_H

#include "probes/host/capture_impl.h"

struct reading {
	struct capture *c;
	const char *file;
	char *why;
	uint32_t number, start, next; /* of the line in hand, where it begins, where the next one does */
	struct slice line;
	int err; /* of a line that is too long */
	bool ended;
	uint64_t made, names, filled; /* paths that braces made, their bytes, bytes of answers: of the whole capture */
};

/* The next line; false when there is no whole one, or r->err. */
bool reading_next(struct reading *r);
/* The next line if it is behind a tab; r->line is what follows. */
bool reading_next_behind_tab(struct reading *r);
/* "FILE:LINE: what"; returns err. */
int reading_bad(struct reading *r, int err, const char *what);

/* Each checks the line in hand, and a record those that belong to it. */
int reading_about(struct reading *r);
int reading_tick(struct reading *r);
int reading_now(struct reading *r);
int reading_record(struct reading *r);

#endif
