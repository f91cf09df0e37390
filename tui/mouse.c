/* The mouse: a click is a key of what it meets, or the panel's own. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/util.h"
#include "tui/beside.h"
#include "tui/walk_strip.h"

/* What rolls beside the strip of the walk is the panel's, whichever of them has the keys. */
static void roll(struct app *a, struct key as)
{
	bool focus = a->walk.focus;

	a->walk.focus = focus && a->overlay;
	app_key(a, as);
	a->walk.focus = focus;
}

void app_mouse(struct app *a, struct key key)
{
	const struct panel *p = app_panel(a);
	struct view v = app_view_shown(a);
	struct key as = {.code = 0};

	if (walk_mouse(a, key))
		return;
	if (key.button == BUTTON_WHEEL_UP || key.button == BUTTON_WHEEL_DOWN) {
		roll(a, (struct key){.code = key.button == BUTTON_WHEEL_UP ? K_UP : K_DOWN});
		return;
	}
	for (size_t i = 0; !as.code && a->overlay == OVERLAY_PLAN && i < COUNT(a->button_hit); i++)
		if (rect_has(a->button_hit[i], key.x, key.y))
			as.code = plan_button(a, i);
	if (!as.code && overlay_click(a, key))
		return;
	for (size_t i = 0; !as.code && i < a->nkey_hits; i++)
		if (rect_has(a->key_hit[i], key.x, key.y))
			as.code = a->key_code[i];
	for (size_t i = 0; !as.code && !a->overlay && i < npanels; i++)
		if (rect_has(a->tab_hit[i], key.x, key.y))
			as.code = (uint32_t)('1' + i);
	if (as.code) {
		app_key(a, as);
	} else if (!a->overlay && key.button == BUTTON_LEFT && beside_click(a, key)) {
		a->walk.focus = false;
		if (key.twice)
			app_command(a, "open");
	} else if (!a->overlay && p->click && key.button == BUTTON_LEFT && rect_has(a->panel_rect, key.x, key.y)) {
		a->walk.focus = false;
		p->click(&v, a->state[a->panel], key.x - a->panel_rect.x, key.y - a->panel_rect.y);
		if (key.twice)
			app_command(a, "open");
	}
}
