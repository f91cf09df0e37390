/* The panel of guests on guests made by hand: how its tests begin, and where the cursor is. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_GUESTS_SCREEN_H
#define TESTS_LIB_GUESTS_SCREEN_H

#include "tests/lib/guesting.h"
#include "tests/lib/screen.h"

enum { TAB = 4 };

/* The machine "founding" with the four guests and so many plain ones of 20 threads, its panel of guests open. */
struct screen *open_guests(unsigned plain, struct guesting *ret);
const struct panel *guests_panel(void);
void must_be_at(struct screen *s, const char *address);

#endif
