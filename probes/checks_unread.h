/* Why a check is not known: one of few reasons, by which the unread ones are counted together. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHECKS_UNREAD_H
#define PROBES_CHECKS_UNREAD_H

#include "probes/checks.h"

enum unread {
	UNREAD_REFUSED,
	UNREAD_MISSING,
	UNREAD_UNMEASURED,
	UNREAD_ABSENT,
	UNREAD_NEVER, /* nothing here tells it: the check itself says why */
	UNREAD_SKIPPED, /* hvscope chose not to read it */
	UNREAD_BROKEN,
	UNREAD_YET,
	UNREADS,
};

enum unread finding_unread(const struct finding *f); /* of one that is UNKNOWN */
/* The ids of those in `only` (NULL: of all) that are not known for this reason, and what helps; how many. */
size_t findings_unread(struct arena *a, const struct findings *f, const bool *only, enum unread why,
	const char **ret_ids, const char **ret_remedy);
/* "14 checks could not be read: refused" */
const char *unread_words(struct arena *a, enum unread unread, size_t n);

#endif
