/* The keys and the mouse in the strip of a walk, and the panel that each step brings forward. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/changer.h"
#include "tui/beside.h"
#include "tui/cmd.h"
#include "tui/panels/findings.h"
#include "tui/walk.h"
#include "tui/walk_strip.h"

enum { PAGE = 8, WHEEL = 3 };

const struct hint walk_hints[] = {
	{"n", "next", "Go on to the next step; its panel comes forward."},
	{"b", "back", "Go back one step."},
	{"f", "fix", "Plan what mends the worst that this step has found; nothing is changed before it is confirmed."},
	{"e", "case", "Write the case as Markdown: what was looked at, found, ruled out and changed."},
	{"Tab", "panel", "Give the keys to the panel; w takes them back, as a click does."},
	{"m", "measure", "Read all of the host again, and say what to measure after a change."},
	{"s", "skip", "Go on, and note that this step was not looked at."},
	{"Enter", "show",
		"On the first step: say what is slow. Else bring the panel forward, the cursor on the evidence."},
	{"Esc", "close", "Leave the walk; w takes it up again at the same step."},
};
const size_t nwalk_hints = COUNT(walk_hints);

bool walk_key_counts(const struct app *a, const char *key)
{
	const struct walk *w = &a->walk;
	const struct guide_step *g = walk_step(w);

	switch (*key) {
	case 'n':
		return w->at + 1 < w->guide->nsteps;
	case 's':
		return g->kind == GUIDE_SUSPECT;
	case 'b':
		return w->at > 0;
	case 'f':
		return finding_mendable(walk_judge(w, a->snap, w->order[w->at]).worst) != NULL;
	case 'm':
		return g->measure != NULL;
	case 'E':
		return strcmp(key, "Enter") != 0 || g->kind == GUIDE_FRAME || g->panel;
	default:
		return true;
	}
}

bool walk_takes(const struct app *a, const char *key)
{
	if (!a->walk.open || !a->walk.focus || a->overlay)
		return false;
	for (size_t i = 0; i < nwalk_hints; i++)
		if (strcmp(walk_hints[i].key, key) == 0)
			return true;
	return false;
}

/* Puts the cursor of the panel on that fact; false: it is not one of this panel's. */
static bool seek(struct app *a, const struct panel *p, const char *address, bool cpus)
{
	struct view v = app_view(a);
	int64_t cpu;
	const char *panel = address ? panel_of_fact(a->snap, address, &cpu) : NULL;

	if (!panel || strcmp(panel, p->name) != 0 || (cpus && !strstr(address, ".cpu[")))
		return false;
	if (p->go && cpu >= 0)
		p->go(&v, a->state[a->panel], cpu);
	else if (p->seek && strchr(address, '['))
		p->seek(&v, a->state[a->panel], address);
	else
		return false;
	return true;
}

static bool seek_parts(struct app *a, const struct panel *p, const struct finding *f, bool cpus)
{
	for (size_t i = 0; i < f->nparts; i++)
		if (walk_part_concerns(&a->walk, &f->part[i]) && seek(a, p, f->part[i].evidence, cpus))
			return true;
	return false;
}

/* The worst first; then what fires, in the order of the guide. */
static bool seek_findings(struct app *a, const struct panel *p, bool cpus)
{
	const struct finding *worst = walk_judge(&a->walk, a->snap, a->walk.order[a->walk.at]).worst;
	const char *ids = walk_step(&a->walk)->checks;

	if (worst && seek_parts(a, p, worst, cpus))
		return true;
	while (*ids) {
		const struct finding *f = findings_of(a->snap->findings, guide_check(&ids));

		if (f && f->verdict == VERDICT_FIRE && walk_severity(&a->walk, f) > SEVERITY_INFO &&
			seek_parts(a, p, f, cpus))
			return true;
	}
	return false;
}

/* A CPU that is slow says more than the first policy of a list; where nothing fires, the guest that is slow. */
static void seek_evidence(struct app *a)
{
	const struct panel *p = app_panel(a);
	const struct walk *w = &a->walk;
	char guest[sizeof(w->key) + 32];

	if ((p->go && seek_findings(a, p, true)) || seek_findings(a, p, false) || !*w->key)
		return;
	snprintf(guest, sizeof(guest), "guests.guest[%s].name", w->key);
	seek(a, p, guest, false);
}

void walk_read_journal(struct app *a)
{
	changer_give(a->changer, CHANGER_LIST, NULL, 0);
	if (!a->threads) {
		changer_wait(a->changer);
		app_refresh(a);
	}
}

void walk_show(struct app *a)
{
	const struct guide_step *g = walk_step(&a->walk);
	int panel = g->panel ? panel_find(g->panel) : -1;

	beside_here(a);
	if (panel >= 0 && panels[panel] && panel != a->panel)
		app_open_panel(a, panel);
	if (panel >= 0 && a->snap && a->snap->findings)
		seek_evidence(a);
	if (g->kind == GUIDE_CLOSE)
		walk_read_journal(a);
	app_want(a, false);
}

void walk_move_on(struct app *a, bool skip)
{
	if (!a->snap || !a->snap->findings)
		app_say(a, ROLE_info, "The host is still being read.");
	else if (walk_next(&a->walk, a->snap, skip))
		walk_show(a);
	else
		app_say(a, ROLE_info, "That was the last step: e writes the case, b goes back.");
}

void walk_move_back(struct app *a)
{
	if (a->snap && walk_back(&a->walk, a->snap))
		walk_show(a);
	else
		app_say(a, ROLE_info, "This is the first step.");
}

static void ask(struct app *a)
{
	const struct walk *w = &a->walk;

	a->prompt = PROMPT_WALK;
	a->input[0] = '\0';
	if (w->framed && !isnan(w->observed_ms))
		snprintf(a->input, sizeof(a->input), "%.100s%s%g %g", w->guest, *w->guest ? " " : "", w->reference_ms,
			w->observed_ms);
	a->offered = *a->input != '\0';
}

static void measure(struct app *a)
{
	const char *what = walk_step(&a->walk)->measure;

	cmd_read_now(a, "");
	if (!*a->message)
		app_say(a, ROLE_info, "Read again.%s%s", what ? " Then measure: " : "", what ? what : "");
}

static void fix(struct app *a)
{
	struct walk_judged j = walk_judge(&a->walk, a->snap, a->walk.order[a->walk.at]);
	char command[32];

	if (!j.worst) {
		app_say(a, ROLE_info, "This step has found nothing to mend.");
		return;
	}
	snprintf(command, sizeof(command), "fix %s", j.worst->check->id);
	app_command(a, command);
}

/* What moves within the strip. */
static bool scroll_key(struct walk *w, uint32_t code)
{
	if (code == K_UP || code == 'k')
		w->scroll -= w->scroll > 0;
	else if (code == K_DOWN || code == 'j')
		w->scroll++;
	else if (code == K_PAGE_UP)
		w->scroll = w->scroll > PAGE ? w->scroll - PAGE : 0;
	else if (code == K_PAGE_DOWN)
		w->scroll += PAGE;
	else
		return false;
	return true;
}

bool walk_key(struct app *a, uint32_t code)
{
	struct walk *w = &a->walk;

	if (!w->open || !w->focus || a->overlay)
		return false;
	if (scroll_key(w, code))
		return true;
	switch (code) {
	case K_ENTER:
		if (walk_step(w)->kind == GUIDE_FRAME)
			ask(a);
		else
			walk_show(a);
		return true;
	case 'n':
	case 's':
		walk_move_on(a, code == 's');
		return true;
	case 'b':
		walk_move_back(a);
		return true;
	case 'f':
		fix(a);
		return true;
	case 'm':
		measure(a);
		return true;
	case 'e':
		walk_ask_file(a);
		return true;
	case '\t':
		w->focus = false;
		return true;
	case K_ESC:
		w->open = w->focus = false;
		app_say(a, ROLE_info, "The walk is left; w takes it up again at this step.");
		app_want(a, false);
		return true;
	default:
		return false;
	}
}

/* Its lines move under the wheel; a click takes the focus, or is the key that it meets. */
bool walk_mouse(struct app *a, struct key key)
{
	struct walk *w = &a->walk;
	bool up = key.button == BUTTON_WHEEL_UP, down = key.button == BUTTON_WHEEL_DOWN;

	if (!w->open || a->overlay || !rect_has(a->strip, key.x, key.y))
		return false;
	if (up || down) {
		w->scroll = up ? (w->scroll > WHEEL ? w->scroll - WHEEL : 0) : w->scroll + WHEEL;
		return true;
	}
	if (key.button != BUTTON_LEFT)
		return true;
	for (size_t i = 0; w->focus && i < a->nwalk_hits; i++)
		if (rect_has(a->walk_hit[i], key.x, key.y))
			return walk_key(a, a->walk_code[i]);
	w->focus = true;
	return true;
}
