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
	uint32_t tick_number; /* of the line that began the tick in hand */
	int err; /* of a line that is too long */
	bool ended;
	uint64_t made, names, filled; /* paths that braces made, their bytes, bytes of answers: of the whole capture */
};

/* The next line; false when there is no whole one, or r->err. */
bool reading_next(struct reading *r);
/* The next line if it is behind a tab; r->line is what follows. */
bool reading_next_behind_tab(struct reading *r);
/* While a text comes: its beginning, and how long its lines are; arg: a reading with file and why. */
int reading_glance(void *arg, const char *text, size_t len);
/* NULL where a text begins as a capture of any version does, else what it is. */
const char *reading_stranger(struct slice text);
/* "FILE:LINE: what"; returns err. */
int reading_bad(struct reading *r, int err, const char *what);

/* Each checks the line in hand, and a record those that belong to it. */
int reading_about(struct reading *r);
int reading_tick(struct reading *r);
int reading_now(struct reading *r);
int reading_record(struct reading *r);

#define CAPTURE_LINE_LONG "a line of more than 16 MiB"

#endif
