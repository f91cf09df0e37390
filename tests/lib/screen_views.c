/* Views and sizes: each panel and overlay, drawn at every size that may come. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/screen.h"
#include "tui/panels/lines.h"

/* How each thing that is no plain panel comes to the screen, from a screen with nothing open. */
static const struct {
	const char *keys, *command;
} others[] = {
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

size_t screen_panels(void)
{
	size_t n = 0;

	for (size_t i = 0; i < npanels; i++)
		n += panels[i] != NULL;
	return n;
}

size_t screen_views(void)
{
	return screen_panels() + COUNT(others);
}

void screen_line(struct screen *s, const char *label)
{
	struct overview_line lines[OVERVIEW_LINES];
	struct arena *a = arena_new(0);
	size_t n = overview_lines(a, s->app->snap, lines), i = 0;

	while (i < n && strcmp(lines[i].label, label) != 0)
		i++;
	arena_free(a);
	if (i == n)
		fail_msg("the overview has no line %s", label);
	screen_keys(s, "1 Home");
	while (i--)
		screen_keys(s, "Down");
}

/* The place among the tabs of the nth panel that is there. */
static size_t tab_of(size_t nth)
{
	size_t i = 0;

	while (!panels[i] || nth--)
		i++;
	return i;
}

void screen_view(struct screen *s, size_t i)
{
	screen_keys(s, "Esc Esc Esc Esc");
	if (s->app->paused)
		screen_keys(s, "Space");
	screen_command(s, "mark none");
	if (i < screen_panels()) {
		char *command = xasprintf("panel %s", panels[tab_of(i)]->name);

		screen_command(s, command);
		free(command);
		return;
	}
	i -= screen_panels();
	screen_keys(s, others[i].keys);
	if (others[i].command)
		screen_command(s, others[i].command);
}

int screen_step(int step)
{
	return getenv("HVSCOPE_THOROUGH") ? step : step * 2 + 1;
}

void screen_every_size(struct screen *s, int plain, int overlays)
{
	for (size_t i = 0; i < screen_views(); i++) {
		int step = screen_step(i < screen_panels() ? plain : overlays);

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
