/* The application: opens the host, keeps the newest snapshot, and hands keys to whom they belong. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/changer.h"
#include "probes/host/answer.h"
#include "probes/host/host.h"
#include "probes/sampler.h"
#include "tui/app_impl.h"
#include "tui/beside.h"
#include "tui/cmd.h"
#include "tui/commands.h"
#include "tui/themes.h"
#include "tui/walk_strip.h"

enum { STOP_SAMPLER_NS = 200000000 };
static const uint64_t stop_change_ns = UINT64_C(10000000000), stop_list_ns = UINT64_C(1000000000);

static struct host *second_handle(struct host *h)
{
	struct host *again;

	if (host_again(h, &again))
		BUG("no second handle");
	return again;
}

struct app *app_over(struct host *h, const struct options *o, const int loop_fds[2])
{
	struct app *a = xcalloc(1, sizeof(*a));
	char why[200];

	a->plan.may = host_may_write(h, a->plan.not_now) == 0;
	a->changer = changer_new(second_handle(h), loop_fds ? loop_fds[1] : -1);
	a->sampler = sampler_new(h);
	sampler_profile(a->sampler, o->profile);
	a->beside = beside_new(o, loop_fds ? loop_fds[0] : -1);
	a->capture = host_about(h)->kind == HOST_CAPTURE;
	a->threads = loop_fds != NULL;
	a->came_from = -1;
	if (!a->threads)
		host_wait(a->host = h, (unsigned)(o->timeout * 1000));
	a->patience_ns = (uint64_t)((o->interval > 0 ? o->interval : 1.0) * 2e9) + 1000000000;
	a->taken_ns = clock_now_ns();
	for (size_t i = 0; i < npanels; i++)
		a->state[i] = panels[i] ? xcalloc(1, panels[i]->state_size) : NULL;
	snprintf(a->theme_name, sizeof(a->theme_name), "%s", o->theme ? o->theme : "default");
	if (themes_load(a->theme_name, &a->theme, why)) {
		app_say(a, ROLE_warn, "%s The built-in look is shown.", why);
		snprintf(a->theme_name, sizeof(a->theme_name), "default");
	}
	changer_give(a->changer, CHANGER_LIST, NULL, 0);
	if (!a->threads)
		changer_wait(a->changer);
	app_refresh(a);
	return a;
}

struct app *app_new(const struct options *o, const int loop_fds[2])
{
	struct host *h = options_host(o);

	return h ? app_over(h, o, loop_fds) : NULL;
}

/* A change in hand is put back before the program ends; a read that hangs is left behind. */
static bool changing(const struct app *a)
{
	enum changer_job job;

	return changer_busy(a->changer, &job) && (job == CHANGER_APPLY || job == CHANGER_UNDO);
}

bool app_free(struct app *a)
{
	/* a change in hand comes first: it is put back, whatever hangs */
	if (a->changer && !changer_free(a->changer, a->quit_after ? stop_list_ns
				      : changing(a)               ? stop_change_ns
						                  : STOP_SAMPLER_NS))
		return false;
	a->changer = NULL;
	if (!beside_stop(a->beside) || !sampler_stop(a->sampler, STOP_SAMPLER_NS))
		return false;
	beside_free(a->beside);
	snapshot_unref(a->snap);
	sampler_free(a->sampler);
	if (a->entries)
		entries_free(a->entries);
	free(a->entries);
	picker_close(a);
	pin_free(a);
	walk_end(&a->walk);
	change_free(a->plan.change);
	arena_free(a->marks_arena);
	for (size_t i = 0; i < npanels; i++)
		free(a->state[i]);
	free(a);
	return true;
}

void app_say(struct app *a, enum role role, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(a->message, sizeof(a->message), format, ap);
	va_end(ap);
	a->message_role = role;
}

const struct panel *app_panel(const struct app *a)
{
	return panels[a->panel];
}

struct view app_view(const struct app *a)
{
	return (struct view){
		.s = a->snap,
		.history = sampler_history(a->sampler),
		.entries = a->entries,
		.entries_why = *a->entries_why ? a->entries_why : NULL,
		.marks = a->marks,
		.filter = a->filter,
		.w = a->panel_rect.w,
		.h = a->panel_rect.h,
	};
}

struct view app_view_shown(const struct app *a)
{
	return beside_alone(a) ? beside_view(a) : app_view(a);
}

static void took_list(struct app *a, struct changer_done *d)
{
	if (a->entries)
		entries_free(a->entries);
	free(a->entries);
	a->entries = d->entries;
	d->entries = NULL;
	snprintf(a->entries_why, sizeof(a->entries_why), "%s", d->err ? d->why : "");
}

static bool explains(const struct app *a, const struct snapshot *s)
{
	return *a->explain && s->explained && strcmp(s->explained->address, a->explain) == 0;
}

/* Time has turned back: what panels remember of the last snapshots is still to come. */
static void forget(struct app *a)
{
	for (size_t i = 0; i < npanels; i++)
		if (panels[i] && panels[i]->forget)
			panels[i]->forget(a->state[i]);
}

static void tell_panel(struct app *a)
{
	struct view v = app_view(a);

	if (app_panel(a)->tick)
		app_panel(a)->tick(&v, a->state[a->panel]);
}

void app_refresh(struct app *a)
{
	struct snapshot *latest = sampler_latest(a->sampler);
	bool fresh = false;
	struct changer_done d;

	if (latest && a->paused && a->snap && !explains(a, latest)) {
		snapshot_unref(latest); /* the picture is held, but what is asked about it is answered */
		latest = NULL;
	}
	if (latest) {
		fresh = !a->snap || a->snap->id != latest->id;
		if (fresh)
			a->taken_ns = clock_now_ns();
		if (a->snap && latest->t_ns < a->snap->t_ns)
			forget(a);
		snapshot_unref(a->snap);
		a->snap = latest;
	}
	if (fresh) {
		tell_panel(a);
		walk_refresh(a);
		app_want(a, false); /* what came is on the screen now */
	}
	beside_refresh(a, fresh);
	while (changer_take(a->changer, &d)) {
		if (d.job == CHANGER_LIST)
			took_list(a, &d);
		else
			plan_took(a, &d);
		changer_done_free(&d);
	}
	if (a->capture)
		tape_tell(a);
}

unsigned app_silent(const struct app *a)
{
	uint64_t silent = a->threads && !a->paused && !a->capture ? clock_now_ns() - a->taken_ns : 0;

	return silent > a->patience_ns ? (unsigned)(silent / 1000000000) : 0;
}

void app_open_panel(struct app *a, int panel)
{
	if (panels[panel]->entry) /* another hvscope may have written to it */
		changer_give(a->changer, CHANGER_LIST, NULL, 0);
	a->panel = panel;
	a->came_from = -1;
	a->overlay = a->overlay == OVERLAY_PLAN ? OVERLAY_PLAN : OVERLAY_NONE;
	a->explain[0] = '\0';
	tell_panel(a);
	beside_opened_panel(a);
	app_want(a, false);
	if (!a->threads) {
		changer_wait(a->changer);
		app_refresh(a);
	}
}

bool app_quits(const struct app *a)
{
	return a->quit || (a->quit_after && clock_now_ns() >= a->quit_by_ns);
}

/* While a change is applied, leaving means: stop it, put back what was done, and then go. */
void app_end(struct app *a)
{
	enum changer_job job;

	if (changer_busy(a->changer, &job) && (job == CHANGER_APPLY || job == CHANGER_UNDO)) {
		changer_cancel(a->changer);
		if (!a->quit_after)
			a->quit_by_ns = clock_now_ns() + stop_change_ns;
		a->quit_after = true;
		app_say(a, ROLE_warn, "Stopping: what was done is being put back.");
		return;
	}
	a->quit = true;
}

const char *app_farewell(const struct app *a)
{
	if (!a->quit_after)
		return "";
	return a->quit ? a->message : "A change could not be stopped in time; hvscope journal tells what became of it.";
}

struct app_wants *app_wants(struct app *a)
{
	return &a->wants;
}

/* What is typed into the prompt; true when the key was taken. */
static bool prompt_key(struct app *a, uint32_t code)
{
	size_t n = strlen(a->input);
	char text[INPUT_SIZE], *filter = a->prompt == PROMPT_DIFF ? diff_filter(a) : a->filter;
	bool offered = a->offered;

	a->offered = false;

	if (code == K_ESC) {
		a->prompt = PROMPT_NONE;
	} else if (code == K_BACKSPACE) {
		if (!n)
			a->prompt = PROMPT_NONE;
		while (n && ((unsigned char)a->input[--n] & 0xc0) == 0x80)
			;
		a->input[n] = '\0';
	} else if (code == 21) { /* Ctrl-U */
		a->input[0] = '\0';
	} else if (code == K_ENTER) {
		enum prompt prompt = a->prompt;

		snprintf(text, sizeof(text), "%s", a->input);
		a->prompt = PROMPT_NONE;
		if (prompt == PROMPT_COMMAND)
			app_command(a, text);
		else if (prompt == PROMPT_BESIDE)
			cmd_beside(a, text);
		else if (prompt == PROMPT_WALK)
			walk_answer(a, text);
		else if (prompt == PROMPT_CASE)
			walk_export(a, text);
		else
			snprintf(filter, INPUT_SIZE, "%s", text);
	} else if (code >= 0x20 && code < 0x7f && (offered || n + 1 < sizeof(a->input))) {
		n = offered ? 0 : n;
		a->input[n] = (char)code;
		a->input[n + 1] = '\0';
	}
	if (a->prompt == PROMPT_FILTER || a->prompt == PROMPT_DIFF)
		snprintf(filter, INPUT_SIZE, "%s", a->input);
	return true;
}

void app_key(struct app *a, struct key key)
{
	const struct command *c;
	char name[16];

	a->message[0] = '\0';
	if (a->w < SMALL_W || a->h < SMALL_H) { /* nothing is confirmed that cannot be seen */
		if (key.code == 'q' || key.code == 3 || key.code == 26)
			app_command(a, key.code == 26 ? "suspend" : "quit");
		return;
	}
	if (key.code == K_MOUSE) {
		app_mouse(a, key);
		return;
	}
	if (a->prompt && prompt_key(a, key.code))
		return;
	if (overlay_key(a, key.code) || walk_key(a, key.code))
		return;
	c = command_of_key(key.code);
	if (c)
		c->run(a, key_text(key.code, name));
	else
		app_say(a, ROLE_info, "%s does nothing here; h shows the keys.", key_text(key.code, name));
}

void app_command(struct app *a, const char *text)
{
	size_t n;
	const struct command *c;

	while (*text == ' ')
		text++;
	n = strcspn(text, " ");
	if (!n)
		return;
	c = command_of_name(text, n);
	if (!c) {
		app_say(a, ROLE_warn, "There is no command \"%.*s\"; h shows them.", (int)n, text);
		return;
	}
	c->run(a, text + n + strspn(text + n, " "));
}
