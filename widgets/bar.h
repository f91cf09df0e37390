/* Bars: a share between 0 and 1 as a framed row of blocks. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WIDGETS_BAR_H
#define WIDGETS_BAR_H

#include "widgets/canvas.h"

/*
 * ▕▇▇▇  ▏ on w cells, frame included (fewer than 3 cells: without it). More than nothing is at least one block, less
 * than all leaves one free; NAN, not known, is hatched in ROLE_unknown. The empty part has ROLE_bar_rest.
 */
void bar(struct canvas *c, int x, int y, int w, double share, enum role role);

#endif
