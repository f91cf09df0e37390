/* Eyes: colours of the xterm palette as light, contrast as WCAG reckons it, colour blindness, and how far colours are
 * apart. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_VISION_H
#define TESTS_LIB_VISION_H

#include <stdbool.h>

#include "tui/look.h"

struct light {
	double part[3]; /* red, green, blue: 0 to 1, linear */
};

enum sight { SIGHT_NORMAL, SIGHT_PROTAN, SIGHT_DEUTAN, SIGHT_TRITAN, SIGHT_COUNT };

struct light light_of(int colour); /* 0 to 255 of the xterm palette */
/* WCAG 2: 1 to 21. */
double light_contrast(struct light a, struct light b);
/* As such eyes see it, after Machado, Oliveira and Fernandes 2009, severity 1. */
struct light light_seen(struct light l, enum sight by);
/* CIE 1976: the distance in L*a*b* under D65; 2 can just be noticed, black and white are 100 apart. */
double light_distance(struct light a, struct light b);

/* What is on the screen in the end: defaults are the terminal's, reverse is carried out, dim is two thirds of the way.
 */
struct seen {
	struct light fg, bg;
	unsigned attrs; /* bold, italic, underline, dim */
};
/* On a terminal whose own background is white, or black. */
struct seen seen_of(struct look look, bool white);

#endif
