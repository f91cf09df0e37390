/* The rules of enum compare for what change.h keeps to itself: what to write to get an old text back, and the proof. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_COMPARE_H
#define PROBES_COMPARE_H

#include "probes/change.h"

/* Does the host hold exactly what it held before? Unlike compare_equal(), "less was granted" is not the same. */
bool compare_same(enum compare how, const char *before, const char *found);

/* What must be written so that text is read again: of "always [madvise] never" it is madvise. */
const char *compare_writable(enum compare how, const char *text, struct arena *a);

#endif
