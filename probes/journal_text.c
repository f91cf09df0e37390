/* Tells the journal: as lines for people, and as JSON. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/change_words.h"
#include "probes/compare.h"
#include "probes/journal_impl.h"
#include "probes/json.h"
#include "probes/pin_libvirt.h"
#include "probes/text.h"
#include "probes/value.h"

/* What others hold, or what libvirt has no guest for any more. */
static const char *not_offered(const struct entry *e)
{
	for (size_t i = 0; i < e->nsteps; i++)
		if (e->steps[i].err == -ESRCH)
			return "gone";
	return "overwritten";
}

const char *entry_state_text(const struct entry *e)
{
	bool lost = !e->this_boot && !e->undoable && !e->overwritten;

	switch (e->state) {
	case ENTRY_STARTED:
		return lost ? "lost at reboot" : "interrupted";
	case ENTRY_PARTLY:
		return lost ? "lost at reboot" : "partly applied";
	case ENTRY_PARTLY_UNDONE:
		return lost ? "lost at reboot" : "partly undone";
	case ENTRY_PUT_BACK:
		return "put back";
	case ENTRY_UNDONE:
		return "undone";
	case ENTRY_APPLIED:
		if (e->overwritten)
			return not_offered(e);
		return e->undoable ? "applied" : lost ? "lost at reboot" : "elsewhere";
	}
	return "";
}

uint64_t entries_held(const struct entries *e)
{
	for (size_t i = e->n; i-- > 0;)
		if (e->entry[i].overwritten)
			return e->entry[i].id;
	return 0;
}

char *journal_text(struct arena *a, const struct entries *e)
{
	struct text t = text_begin();

	for (size_t i = 0; i < e->n; i++) {
		const struct entry *entry = &e->entry[i];
		char when[32];

		journal_time(entry->wall_ns, when);
		text_add(&t, "%llu  %s  %s  %s: %s\n", (unsigned long long)entry->id, when, entry_state_text(entry),
			journal_who(a, entry->user, entry->sudo_user), step_text(a, entry->title));
		text_add(&t, "   %s\n", steps_summary(a, entry->steps, entry->nsteps));
		if (entry->uri)
			text_add(&t, "   libvirt %s\n", pin_libvirt_text(a, entry->uri));
		if (steps_with_error(entry->steps, entry->nsteps))
			text_add(&t, "   %s\n", steps_refused(a, entry->steps, entry->nsteps));
	}
	if (!e->n)
		text_add(&t, "Nothing was changed yet.\n");
	if (e->skipped)
		text_add(&t, "%zu %s could not be read and %s left out.\n", e->skipped,
			e->skipped > 1 ? "lines" : "line", e->skipped > 1 ? "were" : "was");
	return text_end(&t, a);
}

static struct js *step_json(const struct step *s)
{
	struct js *o = js_object();

	js_set_text(o, "path", s->path);
	js_set_text(o, "was", s->was);
	js_set_text(o, "now", s->now);
	js_set_text(o, "after", s->after);
	if (s->instead)
		js_set_text(o, "instead", s->instead);
	js_set_text(o, "compare", compare_word(s->compare));
	js_set_text(o, "error", s->err ? errno_word(s->err) : NULL);
	js_set_text(o, "why", s->why);
	return o;
}

static struct js *entry_json(const struct entry *e)
{
	struct js *o = js_object(), *steps = js_array();
	char when[32];

	journal_time(e->wall_ns, when);
	js_set_u64(o, "id", e->id);
	js_set_text(o, "state", entry_state_word(e->state));
	js_set_text(o, "time", when);
	js_set_i64(o, "wall_ns", e->wall_ns);
	js_set_text(o, "user", e->user);
	js_set_text(o, "sudo_user", e->sudo_user);
	js_set_text(o, "host", e->hostname);
	js_set_text(o, "kind", e->kind);
	js_set_text(o, "boot", e->boot_id);
	js_set_text(o, "version", e->version);
	js_set_text(o, "action", e->action);
	js_set_text(o, "target", e->target);
	js_set_text(o, "title", e->title);
	js_set_text(o, "uri", e->uri);
	js_set_bool(o, "this_boot", e->this_boot);
	js_set_bool(o, "undoable", e->undoable);
	js_set_bool(o, "overwritten", e->overwritten);
	for (size_t i = 0; i < e->nsteps; i++)
		js_append(steps, step_json(&e->steps[i]));
	js_set(o, "steps", steps);
	return o;
}

char *journal_json(struct arena *a, const struct entries *e)
{
	struct js *o = js_object(), *list = js_array();
	char *text, *copy;

	js_set_text(o, "schema", "hvscope-journal/1");
	for (size_t i = 0; i < e->n; i++)
		js_append(list, entry_json(&e->entry[i]));
	js_set(o, "entries", list);
	js_set_u64(o, "skipped", e->skipped);
	text = js_dump(o, true);
	js_free(o);
	copy = arena_printf(a, "%s\n", text);
	free(text);
	return copy;
}
