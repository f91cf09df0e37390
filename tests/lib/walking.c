/* The walk of the founding story on the screen. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/walking.h"

#include <stdio.h>

enum { TALLEST = 45 };

struct screen *walking(unsigned step)
{
	struct screen *s = screen_open("story", false);

	s->w = 120;
	s->h = 40;
	screen_keys(s, "w");
	screen_command(s, "walk web3 60 112");
	while (step--)
		screen_keys(s, "n");
	return s;
}

void walking_at(struct screen *s, unsigned step)
{
	char text[32];

	snprintf(text, sizeof(text), "step %u of %d", step, WALKING_STEPS - 1);
	must_show(s, text);
}

void walking_sizes(struct screen *s, int step)
{
	for (int h = 0; h <= TALLEST; h += step)
		for (int w = 0; w <= WIDEST; w += step)
			screen_sane(s, w, h);
	for (int h = 11; h <= 13; h++)
		for (int w = 39; w <= 41; w++)
			screen_sane(s, w, h);
}
