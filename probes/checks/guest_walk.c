/* Walks over the guests that run, and what checks of guests say of each in the same words. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/checks/guest_walk.h"

#include <stdarg.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/parse.h"
#include "probes/placement.h"
#include "probes/shell.h"
#include "probes/text.h"
#include "probes/threads.h"

/* There is no libvirt: a guest may run all the same, started by hand. */
static void without_libvirt(struct check_run *r)
{
	const struct threads *t = check_facts(r, &probe_threads);

	if (!t || !check_known(r, t->processes, "threads.processes"))
		return;
	if (t->processes.u)
		check_unknown(r, "%u QEMU process%s here without libvirt: what was defined for %s cannot be read.",
			(unsigned)t->processes.u, t->processes.u == 1 ? " runs" : "es run",
			t->processes.u == 1 ? "it" : "them");
	else
		check_not_applicable(r, "No guest runs here: there is no libvirt and no QEMU process.");
}

static bool runs(const struct guest *g)
{
	return value_known(g->id) && strcmp(value_text_or(g->state, ""), "running") == 0;
}

bool guests_begin(struct check_run *r, struct guest_walk *w)
{
	const struct guests *g = check_facts(r, &probe_guests);

	*w = (struct guest_walk){.r = r, .g = g};
	if (!g)
		return false;
	if (check_absent(g->total)) {
		without_libvirt(r);
		return false;
	}
	if (!check_known(r, g->total, "guests.total"))
		return false;
	check_evidence(r, "guests.running");
	if (!value_u64_or(g->running, 0)) {
		check_not_applicable(r, "None of the %u guests that libvirt knows runs.", (unsigned)g->total.u);
		return false;
	}
	return true;
}

const struct guest *guests_next(struct guest_walk *w)
{
	const struct guest *row = w->g->guest.row;

	while (w->next < w->g->guest.n) {
		const struct guest *g = &row[w->next++];

		/* a document has a type; without one it is not there, or not to be understood */
		if (!runs(g) || !guest_knows(w->r, g, g->type, "type"))
			continue;
		w->seen++;
		return g;
	}
	return NULL;
}

const char *guests_seen(const struct guest_walk *w, unsigned n)
{
	const struct placement *p = snapshot_facts(w->r->s, &probe_placement);

	return check_address(w->r, "%u running guest%s%s", n, plural(n),
		p && value_u64_or(p->unmanaged, 0) ? " that libvirt knows" : "");
}

void guests_none(struct check_run *r, const char *sentence)
{
	const struct guests *g = check_facts(r, &probe_guests);

	if (g && (check_absent(g->total) || check_known(r, g->total, "guests.total")))
		check_not_applicable(r, "%s", sentence);
}

const char *guest_at(struct check_run *r, const struct guest *g, const char *format, ...)
{
	const char *below;
	va_list ap;

	va_start(ap, format);
	below = arena_vprintf(r->a, format, ap);
	va_end(ap);
	return check_address(r, "guests.guest[%s].%s", check_key(r, g->uuid.text), below);
}

const char *guest_name(struct check_run *r, const struct guest *g)
{
	return check_guest_name(r, g->name, g->uuid);
}

const char *guest_shell(struct check_run *r, const struct guest *g)
{
	bool plain = value_known(g->name) && g->name.text[0] != '-' && shell_can_show(g->name.text);

	return plain ? shell_quote(r->a, g->name.text) : g->uuid.text;
}

bool guest_knows(struct check_run *r, const struct guest *g, struct value v, const char *field)
{
	return check_known(r, v, value_known(v) ? NULL : guest_at(r, g, "%s", field));
}

const char *guest_waits(const struct guest *g, const char *item)
{
	const struct guest_drift *row = g->drift.row;

	if (!value_u64_or(g->pending, 0))
		return NULL;
	for (uint32_t i = 0; i < g->drift.n; i++)
		if (strcmp(value_text_or(row[i].item, ""), item) == 0 && VALUE_IS(row[i].kind, "pending"))
			return value_text_or(row[i].config, "none");
	return NULL;
}

const char *guest_after(struct check_run *r, const struct guest *g, const char *item)
{
	const char *then = guest_waits(g, item);

	const char *what = strrchr(item, ' ');

	return then ? text_tame(arena_printf(r->a, "; %s %s after its restart", what ? what + 1 : item, then)) : "";
}

bool value_one_of(struct value v, const char *const *words, size_t n)
{
	for (size_t i = 0; value_known(v) && i < n; i++)
		if (strcmp(v.text, words[i]) == 0)
			return true;
	return false;
}

bool value_has_word(struct value words, const char *word)
{
	struct slice rest, s;

	if (!value_known(words))
		return false;
	rest = slice_of(words.text);
	while (slice_word(&rest, &s))
		if (slice_is(s, word))
			return true;
	return false;
}
