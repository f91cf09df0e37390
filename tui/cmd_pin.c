/* The command pin: plans what is asked for in words, or lets CPUs be picked where nothing is. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/pin_ask.h"
#include "tui/app_impl.h"
#include "tui/cmd.h"

static void plan(struct app *a, const struct pin_ask *ask)
{
	struct change *c = change_new();

	if (pin_ask_plan(a->snap, ask, c)) {
		app_say(a, ROLE_warn, "%s", c->title);
		change_free(c);
	} else {
		plan_open(a, c, 0);
	}
}

void cmd_pin(struct app *a, const char *arg)
{
	struct arena *arena;
	struct pin_ask ask;
	const char *why;

	if (!*arg || strcmp(arg, "p") == 0) {
		app_say(a, ROLE_info, "Type :pin %s.", PIN_ASK_FORMS);
		return;
	}
	arena = arena_new(0);
	if (pin_ask_line(arena, arg, &ask, &why))
		app_say(a, ROLE_warn, "%s", why);
	else
		plan(a, &ask);
	arena_free(arena);
}
