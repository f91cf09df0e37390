/* Opens the panel of guests on guests made by hand. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/guests_screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

struct screen *open_guests(unsigned plain, struct guesting *ret)
{
	struct screen *s = screen_open("founding", false);

	*ret = guesting_put(s->app->snap, plain, 20);
	screen_keys(s, "5");
	return s;
}

const struct panel *guests_panel(void)
{
	assert_non_null(panels[TAB]);
	assert_string_equal(panels[TAB]->name, "guests");
	return panels[TAB];
}

void must_be_at(struct screen *s, const char *address)
{
	struct view v = app_view(s->app);
	char text[256] = "";

	guests_panel()->address(&v, s->app->state[TAB], text, sizeof(text));
	assert_string_equal(text, address);
}
