/* Puts the state of the connection to libvirt into one sentence. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/guests_why.h"

#include <string.h>

#include "probes/arena.h"
#include "probes/guests.h"
#include "probes/text.h"

static const char *words(struct arena *a, struct value v, const char *otherwise)
{
	return text_tame(arena_strdup(a, value_text_or(v, otherwise)));
}

const char *guests_why(struct arena *a, const struct guests *g)
{
	if (g && g->link.known == KNOWN_ABSENT)
		return "No libvirt is asked about this host: --connect names one.";
	if (g && value_known(g->link) && !strcmp(g->link.text, "connecting"))
		return "libvirt is being asked for the first time: try again in a moment.";
	if (g && value_known(g->link) && strcmp(g->link.text, "connected"))
		return arena_printf(a, "libvirt does not answer (%s): %s; %s.", words(a, g->link, ""),
			words(a, g->why, "it said nothing"), words(a, g->remedy, "try again"));
	if (!g || g->guest.known != KNOWN)
		return "The guests of this host have not been read yet.";
	return NULL;
}
