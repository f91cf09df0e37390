/* What the application asks the sampler for: what is looked at, and the next tick where no thread samples. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <time.h>

#include "probes/host/host.h"
#include "probes/sampler.h"
#include "tui/app_impl.h"
#include "tui/beside.h"

struct want app_want_of(
	const struct app *a, const struct view *v, const void *state, struct arena *arena, bool everything)
{
	const struct panel *p = app_panel(a);
	struct want want = {.everything = everything, .deep = a->deep, .explain = *a->explain ? a->explain : NULL};

	want.cpus = p->on_screen ? p->on_screen(v, state, arena) : NULL;
	if (p->guests)
		want.guests = p->guests(v, state, arena, &want.nguests);
	return want;
}

static struct want want_now(const struct app *a, struct arena *arena, bool everything)
{
	struct view v = app_view(a);
	struct want want = app_want_of(a, &v, a->state[a->panel], arena, everything);

	if (a->overlay == OVERLAY_PIN)
		want.guests = pin_also(a, arena, want.guests, &want.nguests);
	return want;
}

static void tell(struct app *a, bool soon, bool everything)
{
	struct arena *arena = arena_new(0);
	struct want want = want_now(a, arena, everything);

	if (soon && a->capture)
		sampler_ask(a->sampler, &want); /* nothing can be read but what was */
	else
		sampler_want(a->sampler, &want, soon);
	if (soon && a->threads)
		beside_want(a, everything);
	arena_free(arena);
	if (soon && !a->threads && a->capture)
		app_refresh(a);
	else if (soon && !a->threads)
		app_sample(a, everything);
}

void app_want(struct app *a, bool soon)
{
	tell(a, soon, false);
}

void app_read_all(struct app *a)
{
	tell(a, true, true);
}

void app_sample(struct app *a, bool everything)
{
	struct arena *arena = arena_new(0);
	struct want want = want_now(a, arena, everything);

	if (a->host) /* a daemon that hung once is not waited for again */
		host_wait(a->host, host_waits(a->host) ? a->host->patience_ms : 0);
	snapshot_unref(sampler_step(a->sampler, &want));
	arena_free(arena);
	app_refresh(a);
}

void app_play_to(struct app *a, unsigned tick)
{
	app_want(a, false);
	sampler_play(a->sampler, false);
	sampler_seek(a->sampler, tick ? tick : UINT32_MAX);
	app_refresh(a);
}

void app_wait(double seconds)
{
	uint64_t ns = (uint64_t)(seconds * 1e9);
	struct timespec ts = {.tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000)};

	while (nanosleep(&ts, &ts))
		;
}
