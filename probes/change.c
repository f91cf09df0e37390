/* Applies a change: all steps or none, written down before the first, read back after the last, told as it was. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/change.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/change_steps.h"
#include "probes/change_words.h"
#include "probes/compare.h"
#include "probes/host/host.h"
#include "probes/journal_impl.h"
#include "probes/pin_libvirt.h"
#include "probes/util.h"
#include "probes/value.h"

struct change *change_new(void)
{
	struct change *c = xcalloc(1, sizeof(*c));

	c->a = arena_new(0);
	return c;
}

void change_free(struct change *c)
{
	if (!c)
		return;
	arena_free(c->a);
	free(c);
}

int change_fill(struct host *h, struct change *c)
{
	int first = 0;

	for (size_t i = 0; i < c->nsteps; i++) {
		struct step *s = &c->steps[i];

		s->err = 0;
		s->why = s->was = s->after = NULL;
		if (step_read(h, c->a, s, &s->was) && !first)
			first = s->err;
	}
	return first;
}

struct work {
	struct host *h;
	struct journal *j;
	struct change *c;
	struct arena *a; /* the change's */
	bool *written; /* a write was tried, whatever came of it */
	size_t already, stopped_at;
	size_t taken; /* writes that were not refused */
	bool stopped;
	struct result r;
};

static bool already(const struct step *s)
{
	return compare_same(s->compare, s->now, s->was);
}

/* The host must still hold what the dialog showed: 0, or an error with why in the result. */
static int look_again(struct work *w)
{
	for (size_t i = 0; i < w->c->nsteps; i++) {
		struct step *s = &w->c->steps[i];
		const char *text = NULL;

		s->err = 0;
		s->why = s->after = NULL;
		if (!s->was) {
			result_say(
				&w->r, -EAGAIN, "%s was not read yet: nothing was written", step_name(w->a, s->path));
			return step_fail(w->a, s, -EAGAIN, "was not read yet");
		}
		if (step_read(w->h, w->a, s, &text)) {
			result_say(&w->r, s->err, "%s cannot be read (%s): nothing was written",
				step_name(w->a, s->path), step_error(s));
			w->r.help = step_help(s);
			return s->err;
		}
		if (strcmp(text, s->was)) {
			step_fail(w->a, s, -ESTALE, "holds %s now", step_text(w->a, text));
			result_say(&w->r, -ESTALE, "%s now holds %s, not %s: nothing was written",
				step_name(w->a, s->path), step_text(w->a, text), step_text(w->a, s->was));
			return -ESTALE;
		}
		w->already += already(s);
	}
	return 0;
}

/* All that can refuse a change while nothing is written yet. True: it may go on. */
static bool may_begin(struct work *w)
{
	char why[200] = "";
	int err = host_may_write(w->h, why);

	if (err) {
		result_say(&w->r, err, "%s", why);
		return false;
	}
	if (!w->c->nsteps) {
		result_say(&w->r, -EINVAL, "there is nothing to change");
		return false;
	}
	err = look_again(w);
	if (err) {
		w->r.refused = steps_with_error(w->c->steps, w->c->nsteps);
		return false;
	}
	if (w->already == w->c->nsteps)
		return true;
	w->c->uri = pin_libvirt(w->h, w->a, w->c->steps, w->c->nsteps);
	err = journal_begin(w->j, w->c, &w->r.id, why);
	if (err)
		result_say(&w->r, err, "nothing was written, because the journal cannot be: %s", why);
	return !err;
}

/* A refusal does not end the writing: all that refuse are told at once. */
static void write_all(struct work *w, change_progress *progress, void *arg)
{
	size_t n = w->c->nsteps;

	for (size_t i = 0; i <= n; i++) {
		if (progress && progress(i, n, arg)) {
			w->stopped = true;
			w->stopped_at = i;
			return;
		}
		if (i == n || already(&w->c->steps[i]))
			continue;
		w->written[i] = true;
		w->taken += !step_write(w->h, w->a, &w->c->steps[i], w->c->steps[i].now);
	}
}

static void read_all_back(struct work *w)
{
	for (size_t i = 0; i < w->c->nsteps; i++) {
		struct step *s = &w->c->steps[i];

		if (step_read(w->h, w->a, s, &s->after))
			continue;
		if (!compare_equal(s->compare, s->now, s->after))
			step_fail(w->a, s, -ESTALE, "holds %s after %s was written", step_text(w->a, s->after),
				step_text(w->a, s->now));
	}
}

/* Returns how many steps could not be put back; their errors are in a copy of the steps. */
static size_t put_all_back(struct work *w, struct step *left)
{
	size_t nleft = 0;

	host_wait_again(w->h);
	for (size_t i = w->c->nsteps; i-- > 0;) {
		struct step *s = &w->c->steps[i];

		if (!w->written[i])
			continue;
		left[i] = (struct step){.path = s->path};
		left[i].err = step_put_back(w->h, w->a, s, &left[i].why);
		if (!left[i].err) {
			w->r.done++;
			continue;
		}
		nleft++;
		step_fail(w->a, s, left[i].err, "not put back: %s", left[i].why);
	}
	return nleft;
}

/* "; nr_hugepages granted 40 of 100" for the first step that got less than it asked for. */
static const char *less_granted(const struct work *w)
{
	for (size_t i = 0; i < w->c->nsteps; i++) {
		const struct step *s = &w->c->steps[i];

		if (s->compare == COMPARE_AT_MOST && !compare_same(s->compare, s->now, s->after))
			return arena_printf(w->a, "; %s granted %s of %s", step_name(w->a, s->path),
				step_text(w->a, s->after), step_text(w->a, s->now));
	}
	return "";
}

static void say_applied(struct work *w)
{
	size_t n = w->c->nsteps;
	const char *held = w->already ? arena_printf(w->a, ", %zu of them held it already", w->already) : "";

	w->r.outcome = OUTCOME_APPLIED;
	w->r.done = n;
	result_say(&w->r, 0, "%zu of %zu set and read back%s%s", n, n, held, less_granted(w));
}

static void fail_and_put_back(struct work *w)
{
	struct change *c = w->c;
	struct step *left = arena_array(w->a, c->nsteps, sizeof(*left));
	size_t n = c->nsteps, refused = steps_with_error(c->steps, n);
	const char *head, *refusals = refused ? steps_refused(w->a, c->steps, n) : "";
	int err = w->stopped ? -ECANCELED : 0;

	for (size_t i = 0; i < n && !err; i++) {
		err = c->steps[i].err;
		w->r.help = step_help(&c->steps[i]);
	}
	if (w->stopped)
		head = arena_printf(
			w->a, "stopped after %zu of %zu%s%s", w->stopped_at, n, refused ? ", " : "", refusals);
	else
		head = arena_printf(w->a, "%zu of %zu%s: %s", n - refused, n, steps_noun(w->a, c->steps, n), refusals);
	if (!put_all_back(w, left)) {
		w->r.outcome = OUTCOME_PUT_BACK;
		result_say(&w->r, err, "%s: %s", head, w->taken ? "everything was put back" : "nothing was changed");
	} else {
		w->r.outcome = OUTCOME_PARTLY;
		result_say(&w->r, err, "%s; %zu put back, but %s: partly applied, undo tries again", head, w->r.done,
			steps_refused(w->a, left, n));
	}
	w->r.refused = steps_with_error(c->steps, n);
}

static void write_down(struct work *w)
{
	static const struct {
		enum entry_state state;
		const char *verb;
	} ends[] = {
		[OUTCOME_APPLIED] = {ENTRY_APPLIED, "changed"},
		[OUTCOME_PUT_BACK] = {ENTRY_PUT_BACK, "failed to change, and put back,"},
		[OUTCOME_PARTLY] = {ENTRY_PARTLY, "partly changed"},
	};
	char why[200] = "", before[sizeof(w->r.why)];
	int err = journal_end(w->j, w->r.id, ends[w->r.outcome].state, w->c, why);

	if (err) {
		memcpy(before, w->r.why, sizeof(before));
		result_say(&w->r, w->r.err, "%s; the journal could not be ended: %s", before, why);
	}
	journal_tell(w->j, ends[w->r.outcome].verb, w->c->steps, w->c->nsteps, w->r.id);
}

struct result change_apply(struct host *h, struct journal *j, struct change *c, change_progress *progress, void *arg)
{
	struct work w = {.h = h, .j = j, .c = c, .a = c->a};

	w.r.outcome = OUTCOME_REFUSED;
	if (!may_begin(&w))
		return w.r;
	if (w.already == c->nsteps) {
		w.r.outcome = OUTCOME_APPLIED;
		w.r.done = c->nsteps;
		result_say(&w.r, 0, "all %zu held it already: nothing was written", c->nsteps);
		return w.r;
	}
	w.written = arena_array(w.a, c->nsteps, sizeof(*w.written));
	write_all(&w, progress, arg);
	if (!w.stopped)
		read_all_back(&w);
	if (w.stopped || steps_with_error(c->steps, c->nsteps))
		fail_and_put_back(&w);
	else
		say_applied(&w);
	write_down(&w);
	return w.r;
}
