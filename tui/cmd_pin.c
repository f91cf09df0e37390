/* The command pin: plans what is asked for in words, or lets CPUs be picked where nothing is. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/pin_ask.h"
#include "tui/app_impl.h"
#include "tui/beside.h"
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
	const char *why, *who, *key;

	beside_here(a);
	if (!*arg || strcmp(arg, "p") == 0) {
		if (!fix_pin_here(a))
			picker_pin_open(a);
		if (a->threads) /* while CPUs are picked: whom the plan warns of is read anew */
			app_read_all(a);
		return;
	}
	arena = arena_new(0);
	if (pin_ask_line(arena, arg, &ask, &why) == 0)
		plan(a, &ask);
	else if (pin_ask_guest(a->snap, arena, arg, &key, &who) == 0)
		picker_pin_thread(a, key, "all"); /* its name alone */
	else
		app_say(a, ROLE_warn, "%s", strchr(arg, ' ') ? why : who);
	arena_free(arena);
}
