/* The table of the panels. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "tui/panel.h"

#define PANEL(name, title, brief) extern const struct panel panel_##name;
#define LATER(title, brief)
#include "tui/panels.def"
#undef PANEL
#undef LATER

const struct panel *const panels[] = {
#define PANEL(name, title, brief) &panel_##name,
#define LATER(title, brief) NULL,
#include "tui/panels.def"
#undef PANEL
#undef LATER
};

const struct panel_tab panel_tabs[] = {
#define PANEL(name, title, brief) {title, brief},
#define LATER(title, brief) {title, brief},
#include "tui/panels.def"
#undef PANEL
#undef LATER
};

const size_t npanels = COUNT(panels);

int panel_find(const char *name)
{
	int found = -1;

	if (name[0] >= '1' && name[0] <= '9' && !name[1])
		return name[0] - '1' < (int)npanels && panels[name[0] - '1'] ? name[0] - '1' : -1;
	for (size_t i = 0; *name && i < npanels; i++) {
		if (!panels[i] || strncmp(panels[i]->name, name, strlen(name)) != 0)
			continue;
		if (found >= 0)
			return -1; /* it begins more than one name */
		found = (int)i;
	}
	return found;
}

const char *panel_names(struct arena *a)
{
	const char *text = "";
	size_t left = 0;

	for (size_t i = 0; i < npanels; i++)
		left += panels[i] != NULL;
	for (size_t i = 0; i < npanels; i++)
		if (panels[i])
			text = arena_printf(a, "%s%s%s", text, panels[i]->name,
				--left > 1 ? ", "
				: left     ? " and "
					   : "");
	return text;
}
