/* Puts the state of the connection to libvirt into one sentence. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/guests_why.h"

#include <string.h>

#include "probes/arena.h"
#include "probes/guests.h"
#include "probes/probe.h"
#include "probes/text.h"
#include "probes/util.h"

static const char *words(struct arena *a, struct value v, const char *otherwise)
{
	return text_tame(arena_strdup(a, value_text_or(v, otherwise)));
}

/* A link's word is no sentence. */
static const char *state(const char *link)
{
	static const char *const states[][2] = {
		{"none", "libvirt cannot be reached"},
		{"refused", "libvirt refuses to be asked"},
		{"lost", "libvirt went away"},
	};

	for (size_t i = 0; i < COUNT(states); i++)
		if (!strcmp(link, states[i][0]))
			return states[i][1];
	return "libvirt does not answer";
}

/* Of a machine that is elsewhere, at another time. */
static const char *recorded(struct arena *a, const struct guests *g)
{
	const char *link = g ? value_text_or(g->link, "") : "", *why;

	if (g && g->link.known == KNOWN_ABSENT)
		return "No libvirt was asked about this host when it was recorded.";
	if (!strcmp(link, "connecting"))
		return "When this was recorded, libvirt had not answered yet.";
	if (*link && strcmp(link, "connected")) {
		why = words(a, g->why, "");
		return arena_printf(a, "When this was recorded: %s%s%s.", state(link), *why ? ": " : "", why);
	}
	return !g || g->guest.known != KNOWN ? "The guests of this host were not recorded up to this tick." : NULL;
}

const char *guests_why(struct arena *a, const struct snapshot *s)
{
	const struct guests *g = s ? snapshot_facts(s, &probe_guests) : NULL;

	if (s && s->about.kind == HOST_CAPTURE)
		return recorded(a, g);
	if (g && g->link.known == KNOWN_ABSENT)
		return "No libvirt is asked about this host: --connect names one.";
	if (g && value_known(g->link) && !strcmp(g->link.text, "connecting"))
		return "libvirt is being asked for the first time: try again in a moment.";
	if (g && value_known(g->link) && strcmp(g->link.text, "connected")) {
		const char *why = words(a, g->why, ""), *remedy = words(a, g->remedy, "try again");

		return arena_printf(a, "%s%s%s; %s.", state(g->link.text), *why ? ": " : "", why, remedy);
	}
	if (!g || g->guest.known != KNOWN)
		return "The guests of this host have not been read yet.";
	return NULL;
}
