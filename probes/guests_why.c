/* Puts the state of the connection to libvirt into one sentence. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/guests_why.h"

#include <string.h>

#include "probes/arena.h"
#include "probes/guests.h"
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

const char *guests_why(struct arena *a, const struct guests *g)
{
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
