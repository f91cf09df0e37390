/* Menus: a few lines, each standing for a command that could also be typed. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "tui/app_impl.h"
#include "tui/key.h"
#include "widgets/frame.h"
#include "widgets/table.h"

void menu_draw(struct app *a, struct canvas *c)
{
	const struct menu *m = &a->menu;
	int w = text_width(m->title) + 4, rows, first;
	struct rect r;
	struct canvas in;

	for (size_t i = 0; i < m->n; i++)
		w = text_width(m->item[i].text) + 6 > w ? text_width(m->item[i].text) + 6 : w;
	w = w > canvas_w(c) - 2 ? canvas_w(c) - 2 : w;
	rows = (int)m->n < canvas_h(c) - 5 ? (int)m->n : canvas_h(c) - 5;
	first = (int)table_scroll(0, (ptrdiff_t)m->on, m->n, (size_t)rows);
	r = (struct rect){(canvas_w(c) - w) / 2, (canvas_h(c) - rows - 2) / 2, w, rows + 2};
	in = frame_box(c, r, m->title, ROLE_box);
	for (int y = 0; y < rows; y++) {
		size_t i = (size_t)(first + y);

		canvas_cut(&in, 1, y, canvas_w(&in) - 2, m->item[i].role, m->item[i].text);
		if (i == m->on)
			canvas_select(&in, (struct rect){0, y, canvas_w(&in), 1});
	}
}

bool menu_key(struct app *a, uint32_t code)
{
	struct menu *m = &a->menu;
	char command[INPUT_SIZE];

	switch (code) {
	case K_UP:
	case 'k':
		m->on = m->on ? m->on - 1 : m->n - 1;
		return true;
	case K_DOWN:
	case 'j':
		m->on = (m->on + 1) % m->n;
		return true;
	case K_HOME:
		m->on = 0;
		return true;
	case K_END:
		m->on = m->n - 1;
		return true;
	case K_ENTER:
		snprintf(command, sizeof(command), "%s", m->item[m->on].command);
		a->overlay = OVERLAY_NONE;
		app_command(a, command);
		return true;
	case K_ESC:
	case 'q':
		a->overlay = OVERLAY_NONE;
		return true;
	default:
		return code >= 0x20 && code < K_NAMED; /* letters mean nothing here; Ctrl-C and Ctrl-Z still do */
	}
}
