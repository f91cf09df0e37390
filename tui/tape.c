/* The time of a capture: where it stands, and the commands that play it, stop it and go to another tick. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/parse.h"
#include "probes/sampler.h"
#include "tui/app_impl.h"
#include "tui/beside.h"
#include "tui/cmd.h"

enum { JUMP = 10 };

static const char *state_words(const struct playing *p)
{
	if (p->ended)
		return "end";
	if (p->on)
		return p->loop ? "▶ loop" : "▶";
	return p->loop ? "❚❚ loop" : "❚❚";
}

const char *tape_words(const struct app *a, struct arena *arena, const char *clock, bool brief)
{
	struct playing p = sampler_playing(a->sampler);
	const struct tape *t = &a->snap->tape;

	if (p.going && brief)
		return arena_printf(arena, "→ %u/%u", p.going, t->ticks);
	if (p.going)
		return arena_printf(arena, "going to tick %u of %u … %u %%", p.going, t->ticks, 100 * p.at / p.going);
	if (brief)
		return arena_printf(arena, "%u/%u %s %s", t->tick, t->ticks, state_words(&p), clock);
	return arena_printf(arena, "tick %u of %u %s  %s", t->tick, t->ticks, state_words(&p), clock);
}

const char *tape_label(const struct app *a)
{
	return sampler_playing(a->sampler).on ? "pause" : "play";
}

void tape_tell(struct app *a)
{
	bool ended = sampler_playing(a->sampler).ended;

	if (ended && !a->ended && !*a->message)
		app_say(a, ROLE_info, "The capture ends here: Space plays it again, L over and over, < goes back.");
	a->ended = ended;
}

static bool no_capture(struct app *a)
{
	if (!a->capture)
		app_say(a, ROLE_info, "This is no capture: its time cannot be moved.");
	else if (!a->snap || !a->snap->tape.ticks)
		app_say(a, ROLE_info, "Reading: not yet.");
	return !a->capture || !a->snap || !a->snap->tape.ticks;
}

static void go(struct app *a, uint32_t tick)
{
	beside_here(a);
	sampler_seek(a->sampler, tick);
	app_refresh(a);
}

/* From where it stands, or from where it is going already: pressed twice it goes twice as far. */
static void go_by(struct app *a, int64_t by)
{
	struct playing p = sampler_playing(a->sampler);
	int64_t from = p.going ? p.going : p.tick, to = from + by;

	beside_here(a);
	to = to < 1 ? 1 : to > p.ticks ? p.ticks : to;
	if (to != from)
		go(a, (uint32_t)to);
	else if (by > 0)
		app_say(a, ROLE_info, "This is the last tick: < goes back, L plays it over and over.");
	else
		app_say(a, ROLE_info, "This is the first tick.");
}

static int64_t jump(const struct app *a)
{
	uint32_t tenth = a->snap->tape.ticks / 10;

	return tenth > JUMP ? tenth : JUMP;
}

void cmd_step(struct app *a, const char *arg)
{
	(void)arg;
	if (no_capture(a))
		return;
	sampler_play(a->sampler, false);
	go_by(a, 1);
}

void cmd_step_back(struct app *a, const char *arg)
{
	(void)arg;
	if (no_capture(a))
		return;
	sampler_play(a->sampler, false);
	go_by(a, -1);
}

void cmd_jump(struct app *a, const char *arg)
{
	(void)arg;
	if (!no_capture(a))
		go_by(a, jump(a));
}

void cmd_jump_back(struct app *a, const char *arg)
{
	(void)arg;
	if (!no_capture(a))
		go_by(a, -jump(a));
}

void cmd_loop(struct app *a, const char *arg)
{
	bool key = !*arg || strcmp(arg, "L") == 0, on = strcmp(arg, "on") == 0;

	if (no_capture(a))
		return;
	if (!key && !on && strcmp(arg, "off") != 0) {
		app_say(a, ROLE_warn, "loop is on or off, not \"%s\".", arg);
		return;
	}
	on = key ? !sampler_playing(a->sampler).loop : on;
	sampler_loop(a->sampler, on);
	app_say(a, ROLE_info, on ? "The first tick follows the last one, over and over." : "It stops at the last tick.");
}

void cmd_tick(struct app *a, const char *arg)
{
	uint64_t tick;

	if (no_capture(a))
		return;
	if (parse_u64(slice_of(arg), &tick) || tick < 1 || tick > a->snap->tape.ticks) {
		app_say(a, ROLE_warn, "tick takes a number from 1 to %u, not \"%s\".", a->snap->tape.ticks, arg);
		return;
	}
	sampler_play(a->sampler, false);
	go(a, (uint32_t)tick);
}
