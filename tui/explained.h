/* The lines that explain one fact, for the screen and for hvscope explain. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_EXPLAINED_H
#define TUI_EXPLAINED_H

#include "probes/address.h"
#include "widgets/dialog.h"

enum { EXPLAIN_LINES = 19 };

/* One more, where there is a text and room. lines: EXPLAIN_LINES of them. */
void explained_add(struct dialog_line *lines, size_t *n, const char *label, const char *text, enum role role);
/* What the machine itself said, asked for this very address. */
const char *explained_raw(struct arena *a, const struct explained *e);
/* Meaning, source, raw text, age and rungs of the fact that address_find() found. */
void explained_facts(struct arena *a, const struct snapshot *s, const char *address, const struct found *at,
	struct dialog_line *lines, size_t *n);

#endif
