/* Views and sizes: each panel and overlay, drawn at every size that may come. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/util.h"
#include "tests/lib/screen.h"

/* How each thing comes to the screen, from a screen with nothing open. */
static const struct {
	const char *keys, *command;
} views[SCREEN_VIEWS] = {
	{"1", NULL},
	{"3", NULL},
	{"9", NULL},
	{"1 h", NULL},
	{"3 ?", NULL},
	{"3", "explain silicon.ratio"},
	{"1 g", NULL},
	{"3", "governor performance all"},
	{"3 : a b c", NULL},
	{"3 / b u s y", NULL},
	{"3 Enter Esc m m m Space", NULL},
	{"1 T", NULL},
};

void screen_view(struct screen *s, size_t i)
{
	screen_keys(s, "Esc Esc Esc Esc");
	if (s->app->paused)
		screen_keys(s, "Space");
	screen_command(s, "mark none");
	screen_keys(s, views[i].keys);
	if (views[i].command)
		screen_command(s, views[i].command);
}

void screen_every_size(struct screen *s, int plain, int others)
{
	for (size_t i = 0; i < COUNT(views); i++) {
		int step = i < 3 ? plain : others;

		screen_view(s, i);
		s->ascii = i % 2;
		for (int h = 0; h <= HIGHEST; h += step)
			for (int w = 0; w <= WIDEST; w += step)
				screen_sane(s, w, h);
		for (int h = 10; h <= 14; h++)
			for (int w = 38; w <= 42; w++)
				screen_sane(s, w, h);
		s->ascii = false;
	}
}
