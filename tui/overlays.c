/* Which overlay a key or a click belongs to. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/beside.h"

bool overlay_key(struct app *a, uint32_t code)
{
	switch (a->overlay) {
	case OVERLAY_MENU:
		return menu_key(a, code);
	case OVERLAY_THEME:
		return picker_key(a, code);
	case OVERLAY_PLAN:
		return plan_key(a, code);
	case OVERLAY_PIN:
		return pin_key(a, code);
	case OVERLAY_DIFF:
		return diff_key(a, code);
	case OVERLAY_NONE:
	case OVERLAY_HELP:
	case OVERLAY_EXPLAIN:
	case OVERLAY_ENTRY:
		break;
	}
	return false;
}

bool overlay_click(struct app *a, struct key key)
{
	if (a->overlay == OVERLAY_THEME)
		return picker_click(a, key.x, key.y, key.twice);
	if (a->overlay == OVERLAY_DIFF)
		return key.button == BUTTON_LEFT && diff_click(a, key.x, key.y, key.twice);
	return a->overlay == OVERLAY_PIN && key.button == BUTTON_LEFT && pin_click(a, key.x, key.y, key.twice);
}
