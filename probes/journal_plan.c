/* Plans an undo: what would be put back, and in words what that brings and what is left alone. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/journal.h"

#include <string.h>

#include "probes/arena.h"
#include "probes/change_steps.h"
#include "probes/change_words.h"
#include "probes/journal_impl.h"
#include "probes/pin_hand.h"
#include "probes/pin_libvirt.h"
#include "probes/pin_path.h"
#include "probes/shell.h"

enum { NAMES_SHOWN = 3 };

/* "vcpu 0": its scope is known from the sentence. */
static const char *thread_name(struct arena *a, const struct step *s)
{
	struct pin_path pin;

	return pin_path_parse(s->path, &pin) ? pin_path_thread(a, &pin) : step_name(a, s->path);
}

/* "policy0, policy1, policy2 and 4 more" of those that are so; instead: of those that get something else back. */
static const char *names(struct arena *a, const struct undo *u, enum todo todo, bool instead)
{
	const char *text = "";
	size_t n = 0;

	for (size_t i = 0; i < u->n; i++) {
		const struct step *s = &u->steps[i];

		if (u->todo[i] != todo || (instead && !step_has_instead(s)))
			continue;
		if (n++ < NAMES_SHOWN)
			text = arena_printf(a, "%s%s%s", text, n > 1 ? ", " : "",
				instead ? thread_name(a, s) : step_name(a, s->path));
	}
	return n > NAMES_SHOWN ? arena_printf(a, "%s and %zu more", text, n - NAMES_SHOWN) : text;
}

static void plan_notes(struct change *c, const struct undo *u)
{
	const char **notes = arena_array(c->a, 4, sizeof(*notes));

	c->notes = notes;
	if (u->nothing)
		notes[c->nnotes++] = arena_printf(c->a, "as before already: %s", names(c->a, u, DO_NOTHING, false));
	if (u->ended)
		notes[c->nnotes++] =
			arena_printf(c->a, "ended when the guest stopped: %s", names(c->a, u, DO_ENDED, false));
	if (u->instead)
		notes[c->nnotes++] = arena_printf(c->a,
			"libvirt cannot take a live pin away: %s %s all CPUs instead, and the element stays in the "
			"running guest until its next start",
			names(c->a, u, DO_BACK, true), u->instead == 1 ? "gets" : "get");
	if (steps_with_error(u->steps, u->n))
		notes[c->nnotes++] = arena_printf(c->a, "left alone: %s", steps_refused(c->a, u->steps, u->n));
}

static void plan_words(struct change *c)
{
	bool live = false, config = false;
	struct pin_path pin;

	for (size_t i = 0; i < c->nsteps; i++) {
		if (!pin_path_parse(c->steps[i].path, &pin))
			continue;
		live |= pin.live;
		config |= !pin.live;
	}
	if (live) {
		c->effect = config ? "the threads may run where they could before, at once and after the next start"
				   : "the threads may run at once where they could before";
		c->lasts = config ? "until they are pinned again" : "until the guest stops or they are pinned again";
	} else if (config) {
		c->effect = "nothing now; from its next start on the guest's threads run where they did before";
		c->lasts = "until its definition is changed again";
	} else {
		c->effect = "the old values count again at once";
		c->lasts = "until they are changed again, or the host restarts";
	}
}

static void plan_steps(struct host *h, const struct undo *u, struct change *c)
{
	c->steps = arena_array(c->a, u->back, sizeof(*c->steps));
	for (size_t i = u->n; i-- > 0;) {
		const char *text = NULL;
		struct step *s = &c->steps[c->nsteps];

		if (u->todo[i] != DO_BACK)
			continue;
		*s = (struct step){.path = arena_strdup(c->a, u->steps[i].path), .compare = u->steps[i].compare};
		s->now = arena_strdup(c->a, step_back(&u->steps[i], c->a));
		if (!step_read(h, c->a, s, &text))
			s->was = text;
		c->nsteps++;
	}
}

struct change *journal_plan_undo(struct host *h, const struct entry *e)
{
	struct change *c = change_new();
	struct undo u = journal_look(h, c->a, e);
	bool other;

	if (!u.back) {
		change_free(c);
		return NULL;
	}
	c->action = "undo";
	c->target = arena_strdup(c->a, e->target);
	c->title = arena_printf(c->a, "Undo change %llu: %s", (unsigned long long)e->id, e->title);
	plan_steps(h, &u, c);
	plan_words(c);
	plan_notes(c, &u);
	c->uri = pin_libvirt(h, c->a, c->steps, c->nsteps);
	other = c->uri && strcmp(c->uri, LIBVIRT_USUAL);
	c->by_hand = pin_hand(c->a, c->steps, c->nsteps, other ? c->uri : NULL);
	if (!c->by_hand)
		c->by_hand = shell_steps(c->a, h, c->steps, c->nsteps);
	return c;
}
