/* Pictures: a canvas on the heap to draw on, and its comparison with text written into a test. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_PICTURE_H
#define TESTS_LIB_PICTURE_H

#include "widgets/canvas.h"

/* The cells stand at the end of what was allocated, so that the sanitizers see one too many. */
struct picture {
	struct canvas c;
	struct cell *cells;
};

struct picture picture_new(int w, int h, bool ascii);
void picture_end(struct picture *p);

/* Both planes; NULL: not looked at. Prints what is there when it differs. */
void picture_is(const struct canvas *c, const char *text, const char *roles);
/* Every wide character has both halves, every role and every character is one that can be shown. */
void picture_sane(const struct canvas *whole);
/* The same numbers on every machine. */
unsigned picture_random(unsigned *seed);

#endif
