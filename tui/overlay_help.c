/* Help: the keys of this panel, every command, and what the signs and colours mean; all read from their tables. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "tui/app_impl.h"
#include "tui/commands.h"
#include "tui/walk_strip.h"
#include "widgets/dialog.h"

enum { HELP_LINES = 112 };

static const struct {
	const char *event, *cost;
} ladder[] = {
	{"L3 hit / near / far memory", "20 / 80-100 / 140-200 ns"},
	{"reading the clock: tsc / hpet", "57 ns / 1.2 µs"},
	{"leaving C1 / C1E", "1-2 / 2-10 µs"},
	{"light / heavy VM exit (estimate)", "0.5-1.5 / 3-10 µs"},
	{"leaving C6", "0.1-0.3 ms per wake-up"},
	{"interrupt moderation of a NIC", "0-100 µs per packet"},
	{"a governor's ramp", "up to 10 ms per step"},
	{"waiting for a CPU (estimate)", "1-10 ms per slice"},
	{"1.2 instead of 2.4 GHz", "×2 on every CPU-bound millisecond"},
};

static void add(struct dialog_line *lines, size_t *n, const char *label, const char *text, enum role role)
{
	if (*n < HELP_LINES)
		lines[(*n)++] = (struct dialog_line){.label = label, .text = text, .role = role};
}

static size_t help_lines(const struct app *a, struct arena *arena, struct dialog_line *lines)
{
	const struct panel *p = app_panel(a);
	size_t n = 0;

	add(lines, &n, NULL, arena_printf(arena, "%s: %s", p->title, p->sentence), ROLE_strong);
	for (size_t i = 0; i < p->nhints; i++)
		add(lines, &n, p->hints[i].key, p->hints[i].sentence, ROLE_box);
	add(lines, &n, NULL, "Everywhere; names are typed after a colon", ROLE_strong);
	for (size_t i = 0; i < ncommands; i++) {
		const struct command *c = &commands[i];
		const char *keys = strncmp(c->keys, "1 2", 3) == 0 ? "1-9" : *c->keys ? c->keys : ":";

		add(lines, &n, keys,
			arena_printf(
				arena, "%s  (:%s%s%s)", c->sentence, c->name, *c->arguments ? " " : "", c->arguments),
			ROLE_box);
	}
	add(lines, &n, NULL, "From a slow guest to its cause (w), while the walk has the keys", ROLE_strong);
	for (size_t i = 0; i < nwalk_hints; i++)
		add(lines, &n, walk_hints[i].key, walk_hints[i].sentence, ROLE_box);
	add(lines, &n, NULL, "Numbers: 1.20 was measured; (1.20) is a limit or an old request of a CPU that sleeps",
		ROLE_strong);
	add(lines, &n, NULL, "What things cost: look for causes of the right size first", ROLE_strong);
	for (size_t i = 0; i < COUNT(ladder); i++)
		add(lines, &n, NULL, arena_printf(arena, "%-34s %s", ladder[i].event, ladder[i].cost), ROLE_box);
	return n;
}

void help_draw(struct app *a, struct canvas *c)
{
	struct arena *arena = arena_new(0);
	struct dialog_line *lines = arena_array(arena, HELP_LINES, sizeof(*lines));
	struct dialog d = {.title = "Keys and commands",
		.lines = lines,
		.nlines = help_lines(a, arena, lines),
		.first = a->scroll};
	struct dialog_layout l;

	dialog_layout(&d, canvas_w(c), canvas_h(c) - 1, &l);
	a->scroll = l.first;
	dialog_draw(c, &d, &l);
	arena_free(arena);
}
