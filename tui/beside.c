/* The second host in the program: opening and closing it, keeping its newest snapshot, and asking it what is looked at. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/answer.h"
#include "probes/sampler.h"
#include "tui/beside_host.h"
#include "tui/beside_impl.h"
#include "tui/cmd.h"
#include "tui/options.h"

static const uint64_t stop_ns = UINT64_C(200000000);

struct beside *beside_new(const struct options *o, int notify)
{
	struct beside *b = xcalloc(1, sizeof(*b));

	b->connect = o->connect && !o->root ? xstrdup(o->connect) : NULL;
	b->timeout = o->timeout;
	b->profile = o->profile;
	b->interval = o->interval;
	b->notify = notify;
	return b;
}

/* Those that have ended are freed; true when none is left. */
static bool sweep(struct beside *b, uint64_t until_ns)
{
	size_t n = 0;

	for (size_t i = 0; i < b->nleft; i++)
		if (!other_gone(b->left[i], until_ns))
			b->left[n++] = b->left[i];
	b->nleft = n;
	return n == 0;
}

static void leave_one(struct beside *b, struct other **o)
{
	if (*o) {
		other_leave(*o);
		b->left[b->nleft++] = *o; /* beside_open() has made sure that there is room */
	}
	*o = NULL;
}

/* The one that is shown. */
static void leave(struct beside *b)
{
	leave_one(b, &b->other);
	snapshot_unref(b->snap);
	b->snap = NULL;
	b->alone = false;
	b->half = (struct rect){0, 0, 0, 0};
	for (size_t i = 0; i < npanels; i++) {
		free(b->state[i]);
		b->state[i] = NULL;
	}
	arena_free(b->arena);
	b->arena = NULL;
	free(b->names);
	b->names = NULL;
}

bool beside_stop(struct beside *b)
{
	leave_one(b, &b->coming);
	leave(b);
	return sweep(b, clock_now_ns() + stop_ns);
}

void beside_free(struct beside *b)
{
	free(b->connect);
	free(b);
}

bool beside_opening(const struct app *a)
{
	return a->beside->coming != NULL;
}

void beside_close(struct app *a)
{
	leave_one(a->beside, &a->beside->coming);
	leave(a->beside);
	if (a->overlay == OVERLAY_DIFF)
		a->overlay = OVERLAY_NONE;
}

bool beside_cancel(struct app *a)
{
	if (!beside_opening(a))
		return false;
	app_say(a, ROLE_info, "%s is not opened.", other_what(a->beside->coming));
	leave_one(a->beside, &a->beside->coming);
	return true;
}

void beside_open(struct app *a, const char *what, struct host *host)
{
	struct beside *b = a->beside;
	struct other_ask ask = {.what = what,
		.connect = b->connect,
		.host = host,
		.timeout = b->timeout,
		.profile = b->profile,
		.interval = b->interval,
		.tick = a->snap ? a->snap->tape.tick : 0,
		.notify = b->notify};

	if (strcmp(what, "-") == 0) {
		app_say(a, ROLE_warn, "No host can be shown beside this one: standard input is where keys come from.");
		return;
	}
	sweep(b, 0);
	if (b->nleft + 1 >= BESIDE_LEFT) {
		host_close(host);
		app_say(a, ROLE_warn, "%u hosts that were opened before do not let go: no more are opened.", (unsigned)b->nleft);
		return;
	}
	snprintf(b->asked, sizeof(b->asked), "%s", what);
	leave_one(b, &b->coming);
	b->coming = other_start(&ask);
	if (!b->coming) {
		app_say(a, ROLE_warn, "No thread can be started that would open %s.", what);
		return;
	}
	beside_wait(a);
}

void beside_wait(struct app *a)
{
	struct beside *b = a->beside;

	if (a->threads || (!b->coming && !b->other))
		return;
	other_wait(b->coming ? b->coming : b->other);
	beside_refresh(a, false);
}

const struct snapshot *beside_snapshot(const struct app *a)
{
	return a->beside->snap;
}

bool beside_alone(const struct app *a)
{
	const struct beside *b = a->beside;

	/* what is asked about this host is answered with this host in sight */
	return b->snap && b->alone && a->w < BESIDE_W && a->overlay != OVERLAY_PLAN && a->overlay != OVERLAY_PIN &&
	       a->overlay != OVERLAY_MENU;
}

bool beside_moving(const struct app *a)
{
	return a->beside->moving;
}

void beside_here(struct app *a)
{
	if (beside_alone(a))
		app_say(a, ROLE_info, "Back on %s: time and changes are this host's.", a->snap->about.hostname);
	a->beside->alone = false;
}

struct view beside_view(const struct app *a)
{
	struct view v = app_view(a);

	v.s = a->beside->snap;
	v.history = other_history(a->beside->other);
	v.entries = NULL;
	v.entries_why = "This host is only looked at: what is changed is the other one, and so is its journal.";
	v.marks = NULL;
	v.beside = true;
	return v;
}

const void *beside_state(const struct app *a)
{
	const struct panel *p = app_panel(a);
	void **state = &a->beside->state[a->panel];

	if (!*state)
		*state = xcalloc(1, p->state_size);
	memcpy(*state, a->state[a->panel], p->remembers ? p->remembers : p->state_size);
	return *state;
}

/* Time has turned back there. */
static void forget(struct beside *b)
{
	for (size_t i = 0; i < npanels; i++)
		if (b->state[i] && panels[i]->forget)
			panels[i]->forget(b->state[i]);
}

static void tell_panel(struct app *a)
{
	struct view v = beside_view(a);

	if (app_panel(a)->tick)
		app_panel(a)->tick(&v, (void *)(uintptr_t)beside_state(a));
}

void beside_opened_panel(struct app *a)
{
	if (a->beside->snap)
		tell_panel(a);
}

int beside_explained(const struct app *a, struct found *ret, char ret_address[ADDRESS_MAX])
{
	int err = a->snap && a->beside->snap ? diff_other(a->snap, a->beside->snap, a->explain, ret) : -ESRCH;

	if (!err)
		address_format(ret, ret->field ? ret->field->name : NULL, ret_address, ADDRESS_MAX);
	return err;
}

void beside_want(struct app *a, bool everything)
{
	struct beside *b = a->beside;
	char explain[ADDRESS_MAX];
	struct found at;
	struct arena *arena;
	struct view v;
	struct want want;

	if (!b->snap)
		return;
	arena = arena_new(0);
	v = beside_view(a);
	want = app_want_of(a, &v, beside_state(a), arena, everything);
	if (want.explain)
		want.explain = beside_explained(a, &at, explain) ? NULL : explain;
	want.deep = false; /* it was this host whose CPUs may be interrupted */
	other_step(b->other, &want, a->snap ? a->snap->tape.tick : 0);
	arena_free(arena);
}

void beside_profile(struct app *a, enum profile profile)
{
	a->beside->profile = profile;
	if (!a->beside->snap)
		return;
	other_profile(a->beside->other, profile);
	beside_want(a, false);
	beside_wait(a);
}

/* News of the opening: what is shown gives way when the new one is there, and stays when that cannot be opened. */
static void take_opening(struct app *a)
{
	struct beside *b = a->beside;
	uint32_t tick, ticks;
	char why[200];

	switch (other_phase(b->coming, &tick, &ticks, why)) {
	case OTHER_OPENING:
	case OTHER_READING:
		break;
	case OTHER_FAILED:
		app_say(a, ROLE_warn, "No host can be shown beside this one: %s", why);
		leave_one(b, &b->coming);
		break;
	case OTHER_READY:
		leave(b);
		b->other = b->coming;
		b->coming = NULL;
		break;
	}
}

void beside_refresh(struct app *a, bool stepped)
{
	struct beside *b = a->beside;
	struct snapshot *latest;

	sweep(b, 0);
	if (b->coming)
		take_opening(a);
	if (!b->other)
		return;
	latest = other_latest(b->other);
	if (b->snap && b->snap->id == latest->id) {
		snapshot_unref(latest);
	} else {
		if (b->snap && latest->t_ns < b->snap->t_ns)
			forget(b);
		snapshot_unref(b->snap);
		b->snap = latest;
		tell_panel(a);
	}
	if (stepped) {
		beside_want(a, false);
		beside_wait(a);
	}
}

void cmd_beside(struct app *a, const char *arg)
{
	struct beside *b = a->beside;

	if (strcmp(arg, "off") == 0) {
		if (!b->other && !b->coming)
			app_say(a, ROLE_info, "There is no host beside this one.");
		beside_close(a);
	} else if (*arg && strcmp(arg, "D") != 0) {
		beside_open(a, arg, NULL);
	} else if (!b->other && !b->coming) {
		a->prompt = PROMPT_BESIDE;
		snprintf(a->input, sizeof(a->input), "%s", b->asked);
		a->offered = true;
	} else if (!b->snap) {
		beside_cancel(a);
	} else if (a->w < BESIDE_W && a->overlay != OVERLAY_DIFF) {
		b->alone = !b->alone;
	} else {
		cmd_differences(a, "");
	}
}

void cmd_differences(struct app *a, const char *arg)
{
	if (!beside_snapshot(a)) {
		app_say(a, ROLE_info, "There is no host beside this one: D opens it.");
	} else if (strcmp(arg, "moving") == 0 || strcmp(arg, "steady") == 0) {
		a->beside->moving = strcmp(arg, "moving") == 0;
	} else if (*arg && strcmp(arg, "=") != 0) {
		app_say(a, ROLE_warn, "differences takes moving or steady, not \"%s\".", arg);
	} else if (a->overlay == OVERLAY_DIFF) {
		a->overlay = OVERLAY_NONE;
	} else {
		diff_open(a);
	}
}
