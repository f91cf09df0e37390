/* The time of a capture: where it stands, and the commands that play it, stop it and go to another tick. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>
#include <time.h>

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

const char *clock_words(struct arena *arena, const struct snapshot *s, enum clock_size size)
{
	bool then = s->about.kind == HOST_CAPTURE;
	time_t at = (time_t)(s->wall_ns / 1000000000);
	char text[32] = "";
	struct tm tm;

	if (!(then ? gmtime_r(&at, &tm) : localtime_r(&at, &tm)))
		return "";
	if (!then)
		strftime(text, sizeof(text), "%T", &tm);
	else if (size == CLOCK_SHORT)
		strftime(text, sizeof(text), "%m-%d %H:%MZ", &tm);
	else if (size == CLOCK_DAY)
		strftime(text, sizeof(text), "%m-%d %TZ", &tm);
	else
		strftime(text, sizeof(text), "%F %TZ", &tm);
	return arena_strdup(arena, text);
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

const char *pause_label(const struct app *a)
{
	if (!a->capture)
		return a->paused ? "go on" : "pause";
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

/* arg: how many ticks, or a key's name. */
static void jump(struct app *a, const char *arg, const char *key, int way)
{
	uint32_t tenth;
	uint64_t by;

	if (no_capture(a))
		return;
	tenth = a->snap->tape.ticks / 10;
	by = tenth > JUMP ? tenth : JUMP;
	if (*arg && strcmp(arg, key) != 0 && (parse_u64(slice_of(arg), &by) || by < 1 || by > UINT32_MAX)) {
		app_say(a, ROLE_warn, "A jump is a number of ticks, not \"%s\".", arg);
		return;
	}
	go_by(a, way * (int64_t)by);
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
	jump(a, arg, ">", 1);
}

void cmd_jump_back(struct app *a, const char *arg)
{
	jump(a, arg, "<", -1);
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
	if (!*arg) {
		app_say(a, ROLE_warn, "Which tick? This capture has 1 to %u.", a->snap->tape.ticks);
		return;
	}
	if (parse_u64(slice_of(arg), &tick) || tick < 1 || tick > a->snap->tape.ticks) {
		app_say(a, ROLE_warn, "A tick is a number from 1 to %u here, not \"%s\".", a->snap->tape.ticks, arg);
		return;
	}
	sampler_play(a->sampler, false);
	go(a, (uint32_t)tick);
}
