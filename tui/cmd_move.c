/* Commands that move: between panels, rows and columns. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/address.h"
#include "probes/checks.h"
#include "tui/app_impl.h"
#include "tui/cmd.h"

static void move(struct app *a, enum motion m)
{
	const struct panel *p = app_panel(a);
	struct view v = app_view_shown(a);

	if (a->overlay == OVERLAY_HELP || a->overlay == OVERLAY_EXPLAIN || a->overlay == OVERLAY_ENTRY) {
		int page = a->h > 8 ? a->h - 8 : 1;

		a->scroll += m == MOVE_DOWN        ? 1
			     : m == MOVE_UP        ? -1
			     : m == MOVE_PAGE_DOWN ? page
			     : m == MOVE_PAGE_UP   ? -page
						   : 0;
		if (a->scroll < 0 || m == MOVE_HOME)
			a->scroll = 0;
		return;
	}
	p->move(&v, a->state[a->panel], m);
	app_want(a, false);
}

#define MOVE(name, motion) \
	void cmd_##name(struct app *a, const char *arg) \
	{ \
		(void)arg; \
		move(a, motion); \
	}
MOVE(up, MOVE_UP)
MOVE(down, MOVE_DOWN)
MOVE(page_up, MOVE_PAGE_UP)
MOVE(page_down, MOVE_PAGE_DOWN)
MOVE(home, MOVE_HOME)
MOVE(end, MOVE_END)
MOVE(column, MOVE_NEXT)
MOVE(column_back, MOVE_PREVIOUS)

void cmd_panel(struct app *a, const char *arg)
{
	int i = panel_find(arg);
	struct arena *scratch = arena_new(0);

	if (i >= 0)
		app_open_panel(a, i);
	else if (arg[0] >= '1' && arg[0] <= '9' && !arg[1] && (size_t)(arg[0] - '1') < npanels)
		app_say(a, ROLE_info, "%s is not there yet.", panel_tabs[arg[0] - '1'].title);
	else
		app_say(a, ROLE_warn, "There is no panel \"%s\"; there are %s.", arg, panel_names(scratch));
	arena_free(scratch);
}

static void step(struct app *a, int by)
{
	int i = a->panel;

	do
		i = (i + by + (int)npanels) % (int)npanels;
	while (!panels[i]);
	app_open_panel(a, i);
}

void cmd_previous(struct app *a, const char *arg)
{
	(void)arg;
	step(a, -1);
}

void cmd_next(struct app *a, const char *arg)
{
	(void)arg;
	step(a, 1);
}

/* The cursor goes to the row of the same fact, or of the same finding. */
static void seek(struct app *a, const struct panel *from, const struct panel *to, int i)
{
	struct view v = app_view_shown(a);
	const void *state = a->state[a->panel];
	const struct check *c = from->check ? from->check(&v, state) : NULL;
	char address[ADDRESS_MAX];

	if (!to->seek)
		return;
	if (from->address && from->address(&v, state, address, sizeof(address)))
		to->seek(&v, a->state[i], address);
	else if (c)
		to->seek(&v, a->state[i], c->id);
}

/* What is under the cursor leads to the panel that has more, to the entry of the journal, or to its explanation. */
void cmd_open(struct app *a, const char *arg)
{
	const struct panel *p = app_panel(a);
	struct view v = app_view_shown(a);
	const void *state = a->state[a->panel];
	int64_t cpu = p->cpu ? p->cpu(&v, state) : -1;
	const char *more = p->opens ? p->opens(&v, state) : NULL;
	int to = more ? panel_find(more) : -1, from = p->check && p->back ? a->panel : -1; /* of findings */

	(void)arg;
	if (p->enter && p->enter(&v, a->state[a->panel])) {
		a->came_from = -1;
		app_want(a, false);
		return;
	}
	if (p->entry && p->entry(&v, state)) {
		a->entry_id = p->entry(&v, state);
		a->overlay = OVERLAY_ENTRY;
		a->scroll = 0;
		return;
	}
	if (to < 0) {
		cmd_explain(a, "");
		return;
	}
	if (from >= 0) /* what was filtered were findings */
		a->filter[0] = '\0';
	if (cpu >= 0 && panels[to]->go)
		panels[to]->go(&v, a->state[to], cpu);
	else
		seek(a, p, panels[to], to);
	app_open_panel(a, to);
	a->came_from = from;
}

bool app_came_back(struct app *a)
{
	if (a->came_from < 0)
		return false;
	app_open_panel(a, a->came_from);
	return true;
}

void cmd_back(struct app *a, const char *arg)
{
	const struct panel *p = app_panel(a);
	struct view v = app_view_shown(a);

	(void)arg;
	if (a->overlay)
		cmd_cancel(a, "");
	else if (app_came_back(a))
		;
	else if (p->back && p->back(&v, a->state[a->panel]))
		app_want(a, false);
}

void cmd_sort(struct app *a, const char *arg)
{
	const struct panel *p = app_panel(a);

	(void)arg;
	if (p->sort)
		p->sort(a->state[a->panel], false);
	app_want(a, false);
}

void cmd_sort_back(struct app *a, const char *arg)
{
	const struct panel *p = app_panel(a);

	(void)arg;
	if (p->sort)
		p->sort(a->state[a->panel], true);
	app_want(a, false);
}

void cmd_by(struct app *a, const char *arg)
{
	const struct panel *p = app_panel(a);
	const char *what = strcmp(arg, "b") == 0 ? "" : arg;

	if (!p->by)
		app_say(a, ROLE_info, "This panel shows all it has; Topology, Devices and Findings can show something else.");
	else if (!p->by(a->state[a->panel], what))
		app_say(a, ROLE_warn, "This panel cannot show \"%s\".", arg);
	app_want(a, false);
}
