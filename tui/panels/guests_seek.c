/* Where other panels send the cursor of Guests: to the guest of a fact, and to the fact in it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "probes/address.h"
#include "tui/panels/guests.h"

/* The key of the row that is a guest: of guests, placement and threads alike. */
static bool guest_of(const char *address, struct address_part *ret)
{
	while (address_part(&address, ret) == 0)
		if (ret->has_key && strcmp(ret->name, "guest") == 0)
			return true;
	return false;
}

void guests_seek(const struct view *v, void *state, const char *what)
{
	struct guests_state *st = state;
	struct arena *a = arena_new(0);
	struct guest_rows rows = guest_rows(a, v->s, v->filter, st->order);
	struct address_part guest;
	ptrdiff_t at = guest_of(what, &guest) ? guest_rows_find(&rows, guest.key) : TABLE_NONE;

	if (at != TABLE_NONE) {
		snprintf(st->key, sizeof(st->key), "%s", rows.row[at]->key);
		snprintf(st->name, sizeof(st->name), "%s", rows.row[at]->name);
		st->one = (struct one_state){.column = st->one.column};
		snprintf(st->one.line, sizeof(st->one.line), "%s", what);
		st->top = false;
		st->open = true;
	}
	arena_free(a);
}

bool guests_back(const struct view *v, void *state)
{
	struct guests_state *st = state;
	bool was = st->open;

	(void)v;
	st->open = false;
	return was;
}
