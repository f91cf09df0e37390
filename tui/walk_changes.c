/* What was changed while a walk went on, and what of it is lost at reboot. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/arena.h"
#include "probes/journal.h"
#include "probes/probe.h"
#include "probes/text.h"
#include "tui/walk.h"

const struct entry *walk_change(const struct walk *w, const struct entries *e, size_t *at)
{
	while (e && *at < e->n) {
		const struct entry *one = &e->entry[(*at)++];

		if (one->wall_ns >= w->begun_ns && one->state != ENTRY_PUT_BACK)
			return one;
	}
	return NULL;
}

/* Values of the kernel are gone after a reboot, the definition of a guest is not. */
bool walk_change_stays(const struct entry *e)
{
	for (size_t i = 0; i < e->nsteps; i++)
		if (strstr(e->steps[i].path, "/config/"))
			return true;
	return false;
}

const struct check *walk_change_check(const struct walk *w, const struct entry *e)
{
	for (size_t i = 0; i < w->guide->nsteps; i++) {
		const char *ids = w->guide->step[i].checks;

		while (*ids && w->visit[i].first.state == WALK_FOUND) {
			const struct check *c = guide_check(&ids);

			if (c && c->action && e->action && strcmp(c->action, e->action) == 0)
				return c;
		}
	}
	return NULL;
}

static void changes(
	struct text *t, struct arena *a, const struct walk *w, const struct snapshot *s, const struct entries *e)
{
	const struct entry *one;
	size_t at = 0, n = 0;

	text_add(t, "## What was changed\n\n");
	if (!e) {
		text_add(t, "%s\n\n",
			s->about.is_this_machine
				? "The journal was not looked at: `hvscope journal` lists what was changed."
				: "Nothing by this walk: this is not the machine itself, and its journal is not here.");
		return;
	}
	while ((one = walk_change(w, e, &at))) {
		n++;
		text_add(t, "- %s: %s, %zu step%s, %s. `hvscope undo %llu` puts it back.\n", walk_time(a, one->wall_ns),
			walk_plain(a, one->title ? one->title : "?"), one->nsteps, one->nsteps == 1 ? "" : "s",
			entry_state_text(one), (unsigned long long)one->id);
	}
	text_add(t, n ? "\n" : "Nothing since the walk began.\n\n");
}

static bool is_undone(const struct entry *e)
{
	return e->state == ENTRY_UNDONE;
}

/* Of what was changed: how it is kept, each way once. */
static size_t lost_changes(struct text *t, struct arena *a, const struct walk *w, const struct entries *e)
{
	const struct check *told = NULL, *c;
	const struct entry *one;
	size_t at = 0, n = 0;

	while ((one = walk_change(w, e, &at))) {
		if (walk_change_stays(one) || is_undone(one))
			continue;
		n++;
		c = walk_change_check(w, one);
		text_add(t, "- %s%s%s\n", walk_plain(a, one->title ? one->title : "?"),
			c && c != told ? ". To keep it: " : "", c && c != told ? walk_plain(a, c->keep) : ".");
		told = c;
	}
	return n;
}

static bool changed_by_us(const struct walk *w, const struct entries *e, const struct check *c)
{
	const struct entry *one;
	size_t at = 0;

	while ((one = walk_change(w, e, &at)))
		if (c->action && one->action && strcmp(c->action, one->action) == 0 && !is_undone(one))
			return true;
	return false;
}

/* What somebody else has mended meanwhile: whether it stays is not known here. */
static size_t lost_otherwise(struct text *t, struct arena *a, const struct walk *w, const struct entries *e)
{
	size_t n = 0;

	for (size_t i = 0; i < w->guide->nsteps; i++) {
		const struct walk_visit *v = &w->visit[w->order[i]];

		if (!v->mended_ns || !v->cause || changed_by_us(w, e, v->cause))
			continue;
		n++;
		text_add(t,
			"- %s (%s %s) was mended, not by hvscope: whether that stays is not known. To keep it: %s\n",
			v->cause->title, v->cause->id, v->cause->slug, walk_plain(a, v->cause->keep));
	}
	return n;
}

void walk_case_changes(
	struct text *t, struct arena *a, const struct walk *w, const struct snapshot *s, const struct entries *e)
{
	size_t n;

	changes(t, a, w, s, e);
	text_add(t, "## What is lost at reboot\n\n");
	n = lost_changes(t, a, w, e);
	n += lost_otherwise(t, a, w, e);
	text_add(t, n ? "\n" : "Nothing that this walk knows of.\n\n");
}
