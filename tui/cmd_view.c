/* Commands that change what is seen: filter, marks, pause, explain, themes, and leaving. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "probes/checks.h"
#include "probes/sampler.h"
#include "probes/topology.h"
#include "tui/app_impl.h"
#include "tui/beside.h"
#include "tui/cmd.h"
#include "tui/themes.h"

void cmd_explain(struct app *a, const char *arg)
{
	const struct panel *p = app_panel(a);
	struct view v = app_view_shown(a);

	if (a->overlay == OVERLAY_EXPLAIN && (!*arg || strcmp(arg, "?") == 0)) {
		cmd_cancel(a, "");
		return;
	}
	if (p->entry && p->entry(&v, a->state[a->panel]) && (!*arg || strcmp(arg, "?") == 0)) {
		cmd_open(a, "");
		return;
	}
	if (check_find(arg)) {
		findings_show(a, check_find(arg));
		return;
	}
	if (*arg && strcmp(arg, "?") != 0)
		snprintf(a->explain, sizeof(a->explain), "%s", arg);
	else if (!p->address || !p->address(&v, a->state[a->panel], a->explain, sizeof(a->explain))) {
		if (p->check && p->check(&v, a->state[a->panel])) {
			findings_show(a, p->check(&v, a->state[a->panel]));
			return;
		}
		app_say(a, ROLE_info, "Nothing under the cursor can be explained here.");
		return;
	}
	a->overlay = OVERLAY_EXPLAIN;
	a->scroll = 0;
	app_want(a, true);
}

void cmd_help(struct app *a, const char *arg)
{
	(void)arg;
	a->overlay = a->overlay == OVERLAY_HELP ? OVERLAY_NONE : OVERLAY_HELP;
	a->scroll = 0;
}

void cmd_filter(struct app *a, const char *arg)
{
	if (strcmp(arg, "/") == 0) {
		const struct panel *p = app_panel(a);
		struct view v = app_view(a);

		if (p->back) /* what is filtered is the list: it must be seen */
			p->back(&v, a->state[a->panel]);
		a->prompt = PROMPT_FILTER;
		snprintf(a->input, sizeof(a->input), "%s", a->filter);
		return;
	}
	snprintf(a->filter, sizeof(a->filter), "%s", arg);
	app_want(a, false);
}

void cmd_command(struct app *a, const char *arg)
{
	(void)arg;
	a->prompt = PROMPT_COMMAND;
	a->input[0] = '\0';
}

static void marks_set(struct app *a, const struct cpuset *set)
{
	struct arena *fresh = arena_new(0);

	a->marks = set ? cpuset_copy(fresh, set) : NULL;
	arena_free(a->marks_arena);
	a->marks_arena = fresh;
}

static void mark_one(struct app *a, uint32_t cpu)
{
	struct arena *scratch = arena_new(0);
	struct cpuset *set = cpuset_new(scratch, CPUSET_MAX);

	cpuset_add_all(set, a->marks ? a->marks : set);
	if (cpuset_has(set, cpu))
		cpuset_remove(set, cpu);
	else
		cpuset_add(set, cpu);
	marks_set(a, cpuset_count(set) ? set : NULL);
	arena_free(scratch);
}

static void mark_list(struct app *a, const char *list)
{
	const struct topology *t = a->snap ? snapshot_facts(a->snap, &probe_topology) : NULL;
	struct arena *scratch = arena_new(0);
	struct cpuset *set;

	if (cpuset_parse_list(scratch, list, &set)) {
		app_say(a, ROLE_warn, "A list of CPUs looks like 0-3,8, not \"%s\".", list);
	} else if (t && value_known(t->present) && !cpuset_subset(set, t->present.set)) {
		app_say(a, ROLE_warn, "Not all of the CPUs %s exist: here are %s.", list,
			cpuset_text(scratch, t->present.set));
	} else {
		marks_set(a, set);
	}
	arena_free(scratch);
}

/* All that the cursor is on: marked, or, when all of them are, no longer. False when it is on one or none. */
static bool mark_several(struct app *a, const struct panel *p, const struct view *v)
{
	struct arena *scratch = arena_new(0);
	const struct cpuset *cpus = p->cpus(v, a->state[a->panel], scratch);
	struct cpuset *set = cpuset_new(scratch, CPUSET_MAX);
	bool off = cpuset_subset(cpus, a->marks);

	if (cpus) {
		cpuset_add_all(set, a->marks ? a->marks : set);
		CPUSET_EACH(cpu, cpus)
		{
			if (off)
				cpuset_remove(set, (uint32_t)cpu);
			else
				cpuset_add(set, (uint32_t)cpu);
		}
		marks_set(a, cpuset_count(set) ? set : NULL);
	}
	arena_free(scratch);
	return cpus != NULL;
}

void cmd_mark(struct app *a, const char *arg)
{
	const struct panel *p = app_panel(a);
	struct view v = app_view_shown(a);
	int64_t cpu = p->cpu ? p->cpu(&v, a->state[a->panel]) : -1;

	if (strcmp(arg, "none") == 0) {
		marks_set(a, NULL);
	} else if (*arg && strcmp(arg, "m") != 0) {
		mark_list(a, arg);
	} else if (p->cpus && mark_several(a, p, &v)) {
		cmd_down(a, "");
	} else if (cpu < 0) {
		app_say(a, ROLE_info, "There is no CPU under the cursor: CPUs are marked in the Frequency panel.");
	} else {
		mark_one(a, (uint32_t)cpu);
		cmd_down(a, "");
	}
}

void cmd_pause(struct app *a, const char *arg)
{
	(void)arg;
	beside_here(a);
	if (a->capture) {
		sampler_play(a->sampler, !sampler_playing(a->sampler).on);
		return;
	}
	a->paused = !a->paused;
	if (!a->paused)
		app_refresh(a);
}

void cmd_theme(struct app *a, const char *arg)
{
	struct theme t;
	char why[200];

	if (!*arg || strcmp(arg, "T") == 0) {
		picker_open(a);
		return;
	}
	if (themes_load(arg, &t, why)) {
		app_say(a, ROLE_warn, "%s", why);
		return;
	}
	a->theme = t;
	snprintf(a->theme_name, sizeof(a->theme_name), "%s", arg);
	a->wants.redraw = true;
}

void cmd_deep(struct app *a, const char *arg)
{
	bool on = strcmp(arg, "on") == 0;

	if (a->capture) {
		app_say(a, ROLE_info, "A capture holds what was read when it was made: there is nothing deeper.");
		return;
	}
	if (*arg && !on && strcmp(arg, "off") != 0) {
		app_say(a, ROLE_warn, "deep is on or off, not \"%s\": it stays %s.", arg, a->deep ? "on" : "off");
		return;
	}
	a->deep = *arg ? on : !a->deep;
	app_say(a, ROLE_info,
		a->deep ? "Reads that interrupt CPUs are allowed: busy CPUs' counters, isolated ones too."
			: "CPUs are left in peace again.");
	app_want(a, true);
}

void cmd_read_now(struct app *a, const char *arg)
{
	(void)arg;
	if (a->capture)
		app_say(a, ROLE_info, "A capture holds what was read when it was made: there is no more to read.");
	else
		app_read_all(a);
}

void cmd_redraw(struct app *a, const char *arg)
{
	(void)arg;
	a->wants.redraw = true;
}

void cmd_suspend(struct app *a, const char *arg)
{
	(void)arg;
	a->wants.suspend = true;
}

/* One thing at a time, the uppermost first. */
void cmd_cancel(struct app *a, const char *arg)
{
	const struct panel *p = app_panel(a);
	struct view v = app_view(a);

	(void)arg;
	if (!a->overlay && beside_cancel(a))
		return;
	if (a->overlay == OVERLAY_PLAN)
		plan_close(a);
	else if (a->overlay)
		a->overlay = OVERLAY_NONE;
	else if (app_came_back(a) || (p->back && p->back(&v, a->state[a->panel])))
		;
	else if (*a->filter)
		a->filter[0] = '\0';
	else
		marks_set(a, NULL);
	a->explain[0] = '\0';
	app_want(a, false);
}

void cmd_quit(struct app *a, const char *arg)
{
	if (a->overlay && a->overlay != OVERLAY_PLAN && strcmp(arg, "q") == 0) {
		a->overlay = OVERLAY_NONE; /* q closes what lies on top, as everywhere */
		return;
	}
	app_end(a);
}
