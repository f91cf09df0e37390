/* What every one-shot command does that changes something: show the plan, ask, apply, and tell what became of it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_SUB_CHANGE_H
#define TUI_SUB_CHANGE_H

#include <stdbool.h>

#include "tui/options.h"

struct change;
struct host;

/*
 * An exit status, after all was said. yes: it is not asked. h: the handle to read and write by, closed here; NULL: the
 * host of the options is opened anew.
 */
int sub_change(const struct options *o, struct host *h, struct change *c, bool yes);

#endif
