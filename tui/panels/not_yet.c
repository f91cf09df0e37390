/* What panels say of what is not known yet: a machine is being read, a capture holds no more than it does. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/panels/not_yet.h"

#include <string.h>

/* All of a tick of a capture is there: waiting brings nothing. */
static bool stands(const struct snapshot *s)
{
	return s && s->whole && s->tape.ticks;
}

const char *not_yet(const struct snapshot *s)
{
	if (!stands(s))
		return "reading";
	return s->tape.tick < s->tape.ticks ? "not yet" : "not recorded";
}

struct headline headline_shown(struct arena *a, const struct snapshot *s)
{
	struct headline h = headline(a, s);

	if (!stands(s) || strncmp(h.text, "Reading", strlen("Reading")) != 0)
		return h;
	if (s->tape.ticks == 1)
		h.text = "The load of the CPUs needs two ticks, and this capture has one: no clock is judged.";
	else if (s->tape.tick == 1)
		h.text = "The load of the CPUs needs two ticks, and this is the first one: no clock is judged yet.";
	else if (s->tape.tick < s->tape.ticks)
		h.text = "The load of the CPUs is not known yet at this tick: no clock is judged.";
	else
		h.text = "The load of the CPUs was not recorded: no clock is judged.";
	return h;
}
