/* The list of actions, made from actions.def. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/change.h"
#include "probes/util.h"

#define ACTION(name) extern const struct action action_##name;
#include "probes/actions.def"
#undef ACTION

const struct action *const actions[] = {
#define ACTION(name) &action_##name,
#include "probes/actions.def"
#undef ACTION
};

const size_t nactions = COUNT(actions);

const struct action *action_find(const char *name)
{
	for (size_t i = 0; i < nactions; i++)
		if (!strcmp(actions[i]->name, name))
			return actions[i];
	return NULL;
}
