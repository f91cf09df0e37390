/* The plan of a change: shown before anything is written; No is the choice that Enter takes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "probes/changer.h"
#include "tui/beside.h"
#include "tui/plan.h"
#include "widgets/dialog.h"

static const struct dialog_button buttons[] = {
	{"n", "No, leave it", ROLE_button},
	{"y", "Yes, change it", ROLE_danger},
};
static const struct dialog_button only_no[] = {{"n", "Close", ROLE_button}};
static const struct dialog_button again[] = {
	{"n", "Close", ROLE_button},
	{"r", "Read again", ROLE_button},
};

/* What is there now is not known of every step: such a change cannot be put back, and is not offered. */
static bool unread(const struct plan *p)
{
	return p->phase == PLAN_READY && p->change && plan_unread(p->change);
}

static bool can(const struct plan *p)
{
	return p->phase == PLAN_READY && p->may && p->change && !unread(p);
}

bool plan_can(const struct app *a)
{
	return can(&a->plan);
}

static bool can_read_again(const struct plan *p)
{
	return p->may && unread(p) && !p->undo_id;
}

bool plan_can_read_again(const struct app *a)
{
	return can_read_again(&a->plan);
}

static size_t buttons_of(const struct plan *p, const struct dialog_button **ret)
{
	*ret = can(p) ? buttons : can_read_again(p) ? again : only_no;
	return can(p) || can_read_again(p) ? 2 : 1;
}

uint32_t plan_button(const struct app *a, size_t i)
{
	const struct dialog_button *b;
	size_t n = buttons_of(&a->plan, &b);

	return i < n ? (uint32_t)b[i].key[0] : 'n';
}

/* Gives the change away until what is there now has been read. */
static void fill(struct app *a, struct change *change)
{
	a->plan.phase = PLAN_FILLING;
	a->plan.change = NULL;
	a->plan.button = 0;
	changer_give(a->changer, CHANGER_FILL, change, ++a->plan.serial);
}

static void wait_without_threads(struct app *a)
{
	if (a->threads)
		return;
	changer_wait(a->changer);
	app_refresh(a);
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
		fill(a, change);
	} else {
		changer_give(a->changer, CHANGER_PLAN_UNDO, NULL, undo_id);
	}
	wait_without_threads(a);
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
	wait_without_threads(a);
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

struct laid {
	struct dialog d;
	struct dialog_line one; /* stands for the plan while there is none to show */
	struct dialog_layout l;
};

/* On a screen of w × h below the title, the last line of which has the keys. */
static void lay(const struct app *a, struct arena *arena, int w, int h, struct laid *ret)
{
	const struct plan *p = &a->plan;
	struct dialog *d = &ret->d;
	struct dialog_line *lines;

	ret->one = (struct dialog_line){.text = p->phase == PLAN_APPLYING ? "Changing; Esc stops and puts back"
									  : "Reading what is there now"};
	*d = (struct dialog){
		.title = *p->title ? p->title : "Change", .lines = &ret->one, .nlines = 1, .first = p->first};
	if (p->change) {
		d->title = p->change->title;
		d->nlines = plan_lines(arena, p->change, p->may ? NULL : p->not_now, &lines);
		d->lines = lines;
	}
	if (beside_snapshot(a)) /* of two it must be said which one */
		d->title = arena_printf(arena, "%s on %s", d->title, a->snap->about.hostname);
	d->nbuttons = buttons_of(p, &d->buttons);
	d->on = p->button < d->nbuttons ? p->button : 0;
	dialog_layout(d, w, h - 1, &ret->l);
}

bool plan_scrolls(const struct app *a)
{
	struct arena *arena = arena_new(0);
	struct laid laid;
	bool more;

	lay(a, arena, a->w, a->h - 1, &laid);
	more = laid.l.rows > laid.l.text.h;
	arena_free(arena);
	return more;
}

void plan_draw(struct app *a, struct canvas *c)
{
	struct arena *arena = arena_new(0);
	struct laid laid;

	lay(a, arena, canvas_w(c), canvas_h(c), &laid);
	a->plan.first = laid.l.first;
	for (size_t i = 0; i < COUNT(a->button_hit); i++)
		a->button_hit[i] = i < laid.d.nbuttons ? laid.l.button[i] : (struct rect){0, 0, 0, 0};
	dialog_draw(c, &laid.d, &laid.l);
	arena_free(arena);
}

static void read_again(struct app *a)
{
	fill(a, a->plan.change);
	wait_without_threads(a);
}

bool plan_key(struct app *a, uint32_t code)
{
	struct plan *p = &a->plan;
	const struct dialog_button *b;

	switch (code) {
	case 'y':
		if (can(p))
			apply(a);
		return true;
	case 'r':
		if (can_read_again(p))
			read_again(a);
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
		else if (p->button == 1 && can_read_again(p))
			read_again(a);
		else
			plan_close(a);
		return true;
	case K_LEFT:
	case K_RIGHT:
	case K_TAB:
	case K_BACK_TAB:
		p->button = buttons_of(p, &b) > 1 ? !p->button : 0;
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
