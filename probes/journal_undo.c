/* Undoes an entry of the journal: the same steps, reversed, wherever the host still holds what was written. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/journal.h"

#include <errno.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/change_steps.h"
#include "probes/change_words.h"
#include "probes/compare.h"
#include "probes/host/host.h"
#include "probes/journal_impl.h"
#include "probes/json.h"
#include "probes/pin_gone.h"
#include "probes/pin_libvirt.h"
#include "probes/value.h"

/* Present text of a step that is still as the change left it? What was read back then is better than what was asked. */
static bool as_left(const struct step *s, const char *text)
{
	return s->after ? compare_same(s->compare, s->after, text) : compare_equal(s->compare, s->now, text);
}

/* The path of a pin leads nowhere any more. */
static enum todo look_for_guest(struct host *h, struct arena *a, struct step *s)
{
	enum pin_gone gone = pin_gone(h, s->path);

	if (gone == PIN_NOT_GONE)
		return DO_LEAVE;
	s->err = 0;
	s->why = NULL;
	if (gone == PIN_ENDED)
		return DO_ENDED;
	step_fail(a, s, -ESRCH, "this libvirt does not know the guest, or its definition, any more");
	return DO_LEAVE;
}

static enum todo look_at(struct host *h, struct arena *a, struct step *s, const char **ret_text)
{
	const char *text = NULL;

	s->err = 0;
	s->why = NULL;
	if (step_read(h, a, s, &text))
		return s->err == -ENOENT ? look_for_guest(h, a, s) : DO_LEAVE;
	*ret_text = text;
	if (step_is_back(s, text))
		return DO_NOTHING;
	if (as_left(s, text))
		return DO_BACK;
	step_fail(a, s, -ESTALE, "holds %s now, not %s: somebody else changed it", step_text(a, text),
		step_text(a, s->after ? s->after : s->now));
	return DO_LEAVE;
}

struct undo journal_look(struct host *h, struct arena *a, const struct entry *e)
{
	struct undo u = {.a = a, .n = e->nsteps};
	const char *text;

	u.steps = arena_array(a, u.n, sizeof(*u.steps));
	u.todo = arena_array(a, u.n, sizeof(*u.todo));
	for (size_t i = 0; i < u.n; i++) {
		u.steps[i] = e->steps[i];
		u.todo[i] = look_at(h, a, &u.steps[i], &text);
		u.back += u.todo[i] == DO_BACK;
		u.nothing += u.todo[i] == DO_NOTHING;
		u.ended += u.todo[i] == DO_ENDED;
		u.instead += u.todo[i] == DO_BACK && step_has_instead(&u.steps[i]);
		u.foreign += u.todo[i] == DO_LEAVE && (u.steps[i].err == -ESTALE || (u.steps[i].err == -ESRCH && e->uri));
		u.strange += u.todo[i] == DO_LEAVE && u.steps[i].err == -ESRCH && !e->uri;
	}
	return u;
}

/* The caller's entry can be old: another hvscope may have undone it since. */
static int may_undo(struct host *h, struct journal *j, const struct entry *e, struct entries *now,
	const struct entry **ret_fresh, struct result *r)
{
	const struct entry *fresh = NULL;
	char why[200] = "";
	int err = journal_read(j, now, why);

	if (err) {
		result_say(r, err, "%s", why);
		return err;
	}
	for (size_t i = 0; i < now->n; i++)
		if (now->entry[i].id == e->id)
			fresh = &now->entry[i];
	*ret_fresh = fresh;
	return journal_forbids(h, j, fresh, r);
}

static int note(
	struct journal *j, uint64_t id, enum entry_state state, bool overwritten, const struct undo *u, char why[200])
{
	struct js *record = journal_record(id, "undo");

	js_set_text(record, "user", j->user);
	js_set_text(record, "sudo_user", j->sudo_user);
	js_set_text(record, "state", entry_state_word(state));
	if (overwritten)
		js_set_bool(record, "overwritten", true);
	js_set(record, "steps", journal_steps_found(u->steps, u->n));
	return journal_append(j, record, why);
}

/* Returns true when it was stopped between two steps. */
static bool put_back(struct host *h, struct undo *u, struct result *r, change_progress *progress, void *arg)
{
	size_t tried = 0;

	for (size_t i = u->n; i-- > 0;) {
		struct step *s = &u->steps[i];
		const char *why = NULL;
		int err;

		if (u->todo[i] != DO_BACK)
			continue;
		if (progress && progress(tried, u->back, arg))
			return true;
		tried++;
		err = step_put_back(h, u->a, s, &why);
		if (err)
			step_fail(u->a, s, err, "%s", why);
		else
			r->done++;
	}
	if (progress)
		progress(tried, u->back, arg);
	return false;
}

static void tell(struct journal *j, const struct entry *e, const struct undo *u, bool stopped, struct result *r)
{
	bool all = !stopped && !r->refused, overwritten = !stopped && u->foreign && r->refused == u->foreign;
	const char *held = u->nothing ? arena_printf(u->a, ", %zu as before already", u->nothing) : "";
	const char *ended = u->ended ? arena_printf(u->a, ", %zu ended with the guest", u->ended) : "";
	char why[200] = "";
	int err = 0;

	r->outcome = all ? OUTCOME_APPLIED : OUTCOME_PARTLY;
	for (size_t i = 0; i < u->n && !err; i++) {
		err = u->steps[i].err;
		r->help = step_help(&u->steps[i]);
	}
	if (all && !u->back && u->ended)
		result_say(r, 0, "nothing was written%s%s", held, ended);
	else if (all && !u->back)
		result_say(r, 0, "all %zu are as before already: nothing was written", u->n);
	else if (all)
		result_say(r, 0, "%zu of %zu put back and read back%s%s", r->done, u->n, held, ended);
	else
		result_say(r, stopped ? -ECANCELED : err, "%s%zu of %zu put back%s%s%s%s: %s",
			stopped ? "stopped: " : "", r->done, u->n, held, ended, r->refused ? "; " : "",
			r->refused ? steps_refused(u->a, u->steps, u->n) : "",
			overwritten ? arena_printf(u->a, "partly undone, undo %llu tries it again",
					      (unsigned long long)e->id)
				    : "the rest stays in the journal");
	err = note(j, e->id, all ? ENTRY_UNDONE : ENTRY_PARTLY_UNDONE, overwritten, u, why);
	if (err)
		result_say(r, r->err ? r->err : err, "%zu of %zu put back, but the journal could not be ended: %s",
			r->done, u->n, why);
	journal_tell(j, all ? "undid" : "partly undid", e->steps, e->nsteps, e->id);
}

/* Nothing of it can be put back. When others hold all that is left, that is written down, so that older changes get
 * their turn.
 */
static void refuse(struct host *h, struct journal *j, const struct entry *now, const struct undo *u, struct result *r)
{
	const char *names = steps_refused(u->a, u->steps, u->n), *uri;
	char why[200] = "";
	int err = 0;

	for (size_t i = 0; i < u->n && !err; i++) {
		err = u->steps[i].err;
		r->help = step_help(&u->steps[i]);
	}
	if (u->strange == r->refused) {
		uri = pin_libvirt(h, u->a, u->steps, u->n);
		result_say(r, err, "nothing was put back: %s, or on another libvirt%s%s (--connect)", names,
			uri ? " than " : "", uri ? pin_libvirt_text(u->a, uri) : "");
		return;
	}
	if (u->foreign != r->refused) {
		result_say(r, err, "nothing was put back: %s", names);
		return;
	}
	result_say(r, err, "nothing was put back: %s: undo %llu tries again", names, (unsigned long long)now->id);
	if (now->overwritten)
		return;
	err = note(j, now->id, now->state, true, u, why);
	if (err)
		result_say(r, err, "nothing was put back: %s; the journal cannot be written: %s", names, why);
}

/* Something can be put back, or at least written off; and it is written down before the host is touched. */
static bool begin(struct host *h, struct journal *j, const struct entry *now, const struct undo *u, struct result *r)
{
	char why[200] = "";
	int err;

	r->refused = steps_with_error(u->steps, u->n);
	if (r->refused && !u->back) {
		refuse(h, j, now, u, r);
		return false;
	}
	err = note(j, now->id, ENTRY_STARTED, false, u, why);
	if (err)
		result_say(r, err, "nothing was written, because the journal cannot be: %s", why);
	return !err;
}

struct result journal_undo(
	struct host *h, struct journal *j, const struct entry *e, change_progress *progress, void *arg)
{
	struct result r = {.outcome = OUTCOME_REFUSED, .id = e->id};
	struct entries now = {0};
	const struct entry *fresh = NULL;
	struct undo u;
	bool stopped;

	if (may_undo(h, j, e, &now, &fresh, &r)) {
		entries_free(&now);
		return r;
	}
	u = journal_look(h, now.a, e);
	if (begin(h, j, fresh, &u, &r)) {
		stopped = put_back(h, &u, &r, progress, arg);
		r.refused = steps_with_error(u.steps, u.n);
		tell(j, e, &u, stopped, &r);
	}
	entries_free(&now);
	return r;
}
