/* The plan of a change: shown before anything is written; No is the choice that Enter takes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "probes/change_words.h"
#include "probes/changer.h"
#include "tui/app_impl.h"
#include "tui/plan.h"
#include "widgets/dialog.h"

static const struct dialog_button buttons[] = {
	{"n", "No, leave it", ROLE_button},
	{"y", "Yes, change it", ROLE_danger},
};
static const struct dialog_button only_no[] = {{"n", "Close", ROLE_button}};

static bool can(const struct plan *p)
{
	return p->phase == PLAN_READY && p->may && p->change;
}

bool plan_can(const struct app *a)
{
	return can(&a->plan);
}

void plan_open(struct app *a, struct change *change, uint64_t undo_id)
{
	change_free(a->plan.change);
	a->plan.change = NULL;
	a->plan.undo_id = undo_id;
	a->plan.button = 0;
	a->plan.first = 0;
	a->plan.title[0] = '\0';
	a->plan.phase = PLAN_FILLING;
	a->overlay = OVERLAY_PLAN;
	if (change) {
		changer_give(a->changer, CHANGER_FILL, change, ++a->plan.serial);
	} else {
		changer_give(a->changer, CHANGER_PLAN_UNDO, NULL, undo_id);
	}
	if (!a->threads) {
		changer_wait(a->changer);
		app_refresh(a);
	}
}

void plan_close(struct app *a)
{
	if (a->plan.phase == PLAN_APPLYING) {
		changer_cancel(a->changer);
		app_say(a, ROLE_warn, "Stopping: what was done is being put back.");
		return;
	}
	change_free(a->plan.change);
	a->plan.change = NULL;
	a->overlay = OVERLAY_NONE;
	app_say(a, ROLE_info, "Nothing was changed.");
}

static void apply(struct app *a)
{
	struct plan *p = &a->plan;

	p->phase = PLAN_APPLYING;
	if (p->undo_id) {
		change_free(p->change);
		changer_give(a->changer, CHANGER_UNDO, NULL, p->undo_id);
	} else {
		changer_give(a->changer, CHANGER_APPLY, p->change, 0);
	}
	p->change = NULL;
	if (!a->threads) {
		changer_wait(a->changer);
		app_refresh(a);
	}
}

static void list_again(struct app *a)
{
	changer_give(a->changer, CHANGER_LIST, NULL, 0);
	if (!a->threads)
		changer_wait(a->changer);
}

static void took_plan(struct app *a, struct changer_done *d)
{
	struct plan *p = &a->plan;

	bool undo = d->job == CHANGER_PLAN_UNDO, mine = undo ? d->id == p->undo_id : !p->undo_id && d->id == p->serial;

	if (a->overlay != OVERLAY_PLAN || p->phase != PLAN_FILLING || !mine)
		return; /* the dialog that asked was closed meanwhile */
	if (!d->change) {
		a->overlay = OVERLAY_NONE;
		app_say(a, ROLE_warn, "%s", d->err ? d->why : d->result.why);
		list_again(a); /* what was as before already is written off */
		return;
	}
	p->change = d->change;
	snprintf(p->title, sizeof(p->title), "%s", p->change->title ? p->change->title : "Change");
	d->change = NULL;
	p->phase = PLAN_READY;
}

static void took_result(struct app *a, const struct changer_done *d)
{
	bool applied = d->result.outcome == OUTCOME_APPLIED;

	a->overlay = a->overlay == OVERLAY_PLAN ? OVERLAY_NONE : a->overlay;
	a->plan.phase = PLAN_READY;
	app_say(a, applied ? ROLE_good : ROLE_crit, "%s%s%s", d->err && !*d->result.why ? d->why : d->result.why,
		applied ? "" : plan_hint(&d->result),
		applied && d->job == CHANGER_APPLY && !a->quit_after ? " · u undoes" : "");
	list_again(a);
	app_want(a, true); /* the new value is on the screen at once */
	a->quit = a->quit || a->quit_after;
}

void plan_took(struct app *a, void *done)
{
	struct changer_done *d = done;

	if (d->job == CHANGER_FILL || d->job == CHANGER_PLAN_UNDO)
		took_plan(a, d);
	else
		took_result(a, d);
}

static const char *not_now(struct arena *arena, const struct plan *p)
{
	const struct change *c = p->change;

	if (!p->may)
		return p->not_now;
	for (size_t i = 0; c && i < c->nsteps; i++)
		if (c->steps[i].err) {
			const char *help = step_help(&c->steps[i]);

			return arena_printf(arena, "%s%s", c->steps[i].why ? c->steps[i].why : "a step cannot be read",
				help ? help : "");
		}
	return NULL;
}

void plan_draw(struct app *a, struct canvas *c)
{
	struct plan *p = &a->plan;
	struct arena *arena = arena_new(0);
	struct dialog_line *lines, line = {.text = p->phase == PLAN_APPLYING ? "Changing; Esc stops and puts back"
									     : "Reading what is there now"};
	struct dialog d = {.title = *p->title ? p->title : "Change", .lines = &line, .nlines = 1, .first = p->first};
	struct dialog_layout l;

	if (p->change) {
		d.title = p->change->title;
		d.nlines = plan_lines(arena, p->change, not_now(arena, p), &lines);
		d.lines = lines;
	}
	d.buttons = can(p) ? buttons : only_no;
	d.nbuttons = can(p) ? COUNT(buttons) : 1;
	d.on = p->button < d.nbuttons ? p->button : 0;
	dialog_layout(&d, canvas_w(c), canvas_h(c) - 1, &l);
	p->first = l.first;
	for (size_t i = 0; i < COUNT(a->button_hit); i++)
		a->button_hit[i] = i < d.nbuttons ? l.button[i] : (struct rect){0, 0, 0, 0};
	dialog_draw(c, &d, &l);
	arena_free(arena);
}

bool plan_key(struct app *a, uint32_t code)
{
	struct plan *p = &a->plan;

	switch (code) {
	case 'y':
		if (can(p))
			apply(a);
		return true;
	case 'q':
		if (p->phase == PLAN_APPLYING)
			app_end(a); /* stops it, and then leaves */
		else
			plan_close(a);
		return true;
	case 'n':
	case K_ESC:
		plan_close(a);
		return true;
	case K_ENTER:
		if (p->button == 1 && can(p))
			apply(a);
		else
			plan_close(a);
		return true;
	case K_LEFT:
	case K_RIGHT:
	case K_TAB:
	case K_BACK_TAB:
		p->button = can(p) ? !p->button : 0;
		return true;
	case K_UP:
	case K_DOWN:
		p->first += code == K_UP ? -1 : 1;
		if (p->first < 0)
			p->first = 0;
		return true;
	default:
		return code >= 0x20 && code < K_NAMED; /* no other letter reaches the panel below */
	}
}
