/* Commands about findings: plan what mends one, open one as a whole, and say what counts as slow. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "probes/address.h"
#include "probes/arena.h"
#include "probes/change.h"
#include "probes/checks_text.h"
#include "probes/sampler.h"
#include "probes/targets.h"
#include "tui/beside.h"
#include "tui/cmd.h"
#include "tui/panels/findings.h"

enum { PIN_WHAT = 24 };

void findings_show(struct app *a, const struct check *c)
{
	int panel = panel_find("findings");

	findings_open(a->state[panel], c);
	app_open_panel(a, panel);
}

/* "guests.guest[KEY].pin[2]" is "KEY" and "vcpu 2"; without a thread it is "all". False: it is of no guest. */
static bool pin_of(const char *address, struct address_part *ret_guest, char what[PIN_WHAT])
{
	static const struct {
		const char *field, *what;
	} threads[] = {{"pin", "vcpu"}, {"iothread", "iothread"}, {"emulator_cpus", "emulator"}};
	struct address_part thread;
	bool found = false;

	while (address && !found && address_part(&address, ret_guest) == 0)
		found = strcmp(ret_guest->name, "guest") == 0 && ret_guest->has_key;
	snprintf(what, PIN_WHAT, "all");
	if (!found || address_part(&address, &thread))
		return found;
	for (size_t i = 0; i < COUNT(threads); i++)
		if (strcmp(threads[i].field, thread.name) == 0)
			snprintf(what, PIN_WHAT, thread.has_key ? "%s %.8s" : "%s", threads[i].what, thread.key);
	return true;
}

static const char *pin_address(const struct finding_part *p)
{
	return p->target ? p->target : p->evidence;
}

static bool is_check(const struct finding *f, const char *ids)
{
	return strstr(ids, f->check->id) != NULL;
}

/*
 * The thread of that guest that is in the way; of several the worst, as one that goes can free the others too. Those
 * that float over the same CPUs get one each, and into a node all go. Near which device, and of which kind of core,
 * only the reader knows.
 */
static void fix_pin(struct app *a, const struct finding *f, const char *key)
{
	char what[PIN_WHAT], first[PIN_WHAT] = "";
	struct address_part guest;

	for (size_t i = 0; i < f->nparts; i++) {
		if (!pin_of(pin_address(&f->part[i]), &guest, what) || strcmp(guest.key, key) != 0)
			continue;
		if ((*first && strcmp(first, what) != 0 && is_check(f, "P06b")) || is_check(f, "P04 P06a P10"))
			snprintf(first, sizeof(first), "all");
		else if (!*first)
			snprintf(first, sizeof(first), "%s", what);
	}
	if (is_check(f, "P08 F17"))
		picker_pin_thread(a, key, *first ? first : "all");
	else
		picker_pin_mend(a, key, *first ? first : "all", is_check(f, "P02"));
}

static bool asked_before(const struct menu *m, const char *command)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->item[i].command, command) == 0)
			return true;
	return false;
}

/* Of several guests it is asked which; each answer is this command again, with its key. */
static void fix_pins(struct app *a, const struct finding *f)
{
	struct menu *m = &a->menu;
	struct address_part guest;
	char command[INPUT_SIZE], what[PIN_WHAT];

	*m = (struct menu){.title = "Pin which guest?"};
	for (size_t i = 0; i < f->nparts && m->n < MENU_ITEMS; i++) {
		const struct finding_part *p = &f->part[i];

		if (!pin_of(pin_address(p), &guest, what))
			continue;
		snprintf(command, sizeof(command), "fix %s %.*s", f->check->id, ADDRESS_KEY, guest.key);
		if (asked_before(m, command))
			continue;
		snprintf(m->item[m->n].command, INPUT_SIZE, "%s", command);
		snprintf(m->item[m->n].text, sizeof(m->item[m->n].text), "%.*s", 90, p->text);
		m->item[m->n++].role = severity_role(p->severity);
	}
	if (m->n > 1) {
		a->overlay = OVERLAY_MENU;
	} else if (m->n == 1) {
		snprintf(command, sizeof(command), "%s", m->item[0].command);
		app_command(a, command);
	} else {
		picker_pin_open(a);
	}
}

/* Its own targets; where it names none, all that the action knows. */
static void plan(struct app *a, const struct finding *f)
{
	const struct action *action = action_find(f->check->action);
	struct arena *arena = arena_new(0);
	const char *const *targets;
	size_t n = finding_targets(f, arena, &targets);
	struct change *c = change_new();

	if (!n)
		n = targets_policies(arena, a->snap, NULL, &targets);
	if (action->plan(a->snap, targets, n, f->check->value, c)) {
		app_say(a, ROLE_warn, "%s", c->title);
		change_free(c);
	} else {
		plan_open(a, c, 0);
	}
	arena_free(arena);
}

static void say_by_hand(struct app *a, const struct finding *f)
{
	struct arena *arena = arena_new(0);

	app_say(a, ROLE_info, "No action of hvscope mends %s; Enter shows the rest. By hand: %s", f->check->id,
		check_plain(arena, f->now ? f->now : f->check->now));
	arena_free(arena);
}

static void fix(struct app *a, const struct check *c, const char *guest)
{
	const struct finding *f = findings_of(a->snap ? a->snap->findings : NULL, c), *by = finding_mendable(f);

	if (!f)
		app_say(a, ROLE_info, "Nothing was judged yet: there is nothing to mend.");
	else if (f->verdict != VERDICT_FIRE)
		app_say(a, ROLE_info, "%s %s: there is nothing to mend. %s", c->id, c->slug, f->line);
	else if (!by)
		say_by_hand(a, f);
	else if (strcmp(by->check->action, "pin") != 0)
		plan(a, by);
	else if (*guest)
		fix_pin(a, by, guest);
	else
		fix_pins(a, by);
}

bool fix_pin_here(struct app *a)
{
	const struct panel *p = app_panel(a);
	struct view v = app_view(a);
	const struct check *c = p->check ? p->check(&v, a->state[a->panel]) : NULL;
	const struct finding *f = findings_of(a->snap ? a->snap->findings : NULL, c);

	if (!f || f->verdict != VERDICT_FIRE || !c->action || strcmp(c->action, "pin") != 0)
		return false;
	fix(a, c, "");
	return true;
}

void cmd_fix(struct app *a, const char *arg)
{
	const struct panel *p = app_panel(a);
	struct view v = app_view(a);
	size_t n = strcspn(arg, " ");
	const struct check *c = NULL;
	char id[64];

	beside_here(a);
	snprintf(id, sizeof(id), "%.*s", (int)n, arg);
	if (*id && strcmp(id, "f") != 0) {
		c = check_find(id);
		if (!c)
			app_say(a, ROLE_warn, "There is no check \"%s\": 8 lists those that found something.", id);
	} else {
		c = p->check ? p->check(&v, a->state[a->panel]) : NULL;
		if (!c)
			app_say(a, ROLE_info, "There is no finding under the cursor%s",
				strcmp(p->name, "findings") == 0 ? "." : ": 8 lists them.");
	}
	if (c)
		fix(a, c, arg + n + strspn(arg + n, " "));
}

void cmd_profile(struct app *a, const char *arg)
{
	const struct findings *f = a->snap ? a->snap->findings : NULL;
	enum profile profile;

	if (!*arg) {
		app_say(a, ROLE_info, "The checks judge by the profile %s; there are web, trading and batch.",
			profile_word(f ? f->profile : PROFILE_WEB));
	} else if (profile_from_word(arg, &profile)) {
		app_say(a, ROLE_warn, "There is no profile \"%s\": web, trading or batch.", arg);
	} else {
		sampler_profile(a->sampler, profile);
		beside_profile(a, profile);
		app_want(a, true);
	}
}
