/* Shell lines that do what a change does: quoted so that pasting them is safe whatever the host's texts hold. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_SHELL_H
#define PROBES_SHELL_H

#include <stdbool.h>
#include <stddef.h>

#include "probes/change.h"

/* False for what cannot be shown and pasted as it is: control characters, and bytes that are no UTF-8. */
bool shell_can_show(const char *text);

/* One word for sh: as it is when it is plain, else in single quotes. */
const char *shell_quote(struct arena *a, const char *text);

/* The command that writes text and a newline: "echo performance", or printf for what echo could misread. */
const char *shell_print(struct arena *a, const char *text);

/*
 * One line for all steps: a loop for those that get the same value and differ in a number only. h, where it is not
 * NULL, is asked whether these are all policies: a glob then. NULL when some step is no file or cannot be shown.
 */
const char *shell_steps(struct arena *a, struct host *h, const struct step *steps, size_t n);

#endif
