/* The mouse: a click is a key of what it meets, or the panel's own. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/util.h"
#include "tui/beside.h"

static bool in(struct rect r, int x, int y)
{
	return x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h;
}

void app_mouse(struct app *a, struct key key)
{
	const struct panel *p = app_panel(a);
	struct view v = app_view_shown(a);
	struct key as = {.code = 0};

	if (key.button == BUTTON_WHEEL_UP || key.button == BUTTON_WHEEL_DOWN)
		as.code = key.button == BUTTON_WHEEL_UP ? K_UP : K_DOWN;
	for (size_t i = 0; !as.code && a->overlay == OVERLAY_PLAN && i < COUNT(a->button_hit); i++)
		if (in(a->button_hit[i], key.x, key.y))
			as.code = plan_button(a, i);
	if (!as.code && overlay_click(a, key))
		return;
	for (size_t i = 0; !as.code && i < a->nkey_hits; i++)
		if (in(a->key_hit[i], key.x, key.y))
			as.code = a->key_code[i];
	for (size_t i = 0; !as.code && !a->overlay && i < npanels; i++)
		if (in(a->tab_hit[i], key.x, key.y))
			as.code = (uint32_t)('1' + i);
	if (as.code) {
		app_key(a, as);
	} else if (!a->overlay && key.button == BUTTON_LEFT && beside_click(a, key)) {
		if (key.twice)
			app_command(a, "open");
	} else if (!a->overlay && p->click && key.button == BUTTON_LEFT && in(a->panel_rect, key.x, key.y)) {
		p->click(&v, a->state[a->panel], key.x - a->panel_rect.x, key.y - a->panel_rect.y);
		if (key.twice)
			app_command(a, "open");
	}
}
