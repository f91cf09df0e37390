/* hvscope show: one panel as text, no terminal needed. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/sampler.h"
#include "tui/app.h"
#include "tui/oneshot.h"
#include "tui/panel.h"
#include "tui/subcommands.h"
#include "tui/themes.h"

struct show {
	int w, h;
	bool roles;
};

static int size_parse(const char *text, int *ret_w, int *ret_h)
{
	char end;

	if (sscanf(text, "%4dx%4d%c", ret_w, ret_h, &end) != 2 || *ret_w < 0 || *ret_h < 0 || *ret_w > 2000 ||
		*ret_h > 2000)
		return complain(EXIT_USAGE, "a size is WIDTHxHEIGHT such as 120x40, up to 2000x2000, not \"%s\"", text);
	return 0;
}

static int on(int val, const char *arg, void *data)
{
	struct show *s = data;

	if (val == 's')
		return size_parse(arg, &s->w, &s->h);
	s->roles = true;
	return 0;
}

static int without_panel(const char *name)
{
	struct arena *a = arena_new(0);
	const char *names = panel_names(a);
	int status = name ? complain(EXIT_USAGE, "there is no panel \"%s\"; there are %s", name, names)
			  : complain(EXIT_USAGE, "show takes the name of one panel: %s", names);

	arena_free(a);
	return status;
}

int sub_show(struct options *o, int argc, char **argv)
{
	static const struct option extra[] = {
		{"size", required_argument, NULL, 's'}, {"roles", no_argument, NULL, 'r'}, {NULL, 0, NULL, 0}};
	struct show show = {.w = 80, .h = 24};
	int at = options_read(o, argc, argv, extra, on, &show, false), panel, status;
	struct app *app;
	char *text;

	if (at < 0)
		return -at;
	if (argc - at != 1)
		return without_panel(NULL);
	panel = panel_find(argv[at]);
	if (panel < 0)
		return without_panel(argv[at]);
	app = app_new(o, NULL);
	if (!app)
		return EXIT_FAILED;
	themes_complain(o);
	if (o->open) {
		app_play_to(app, o->tick);
		app_open_panel(app, panel);
	} else {
		app_sample(app, true);
		app_wait(o->interval > 0 ? o->interval : 0.5);
		app_open_panel(app, panel);
		app_sample(app, true);
	}
	text = app_picture(app, show.w, show.h, show.roles);
	status = print_text(text);
	free(text);
	app_free(app);
	return status;
}
