/* Tests which change the panel of the journal has under its cursor: the newest, until somebody moves. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "probes/journal.h"
#include "probes/util.h"
#include "tui/panel.h"

extern const struct panel panel_changes;

static void a_new_entry_is_selected(void **state)
{
	static const struct entry entry[] = {{.id = 1}, {.id = 2}, {.id = 3}, {.id = 4}};
	struct entries e = {.entry = entry};
	struct view v = {.entries = &e, .w = 80, .h = 20};
	void *st = xcalloc(1, panel_changes.state_size);

	(void)state;
	assert_int_equal(panel_changes.entry(&v, st), 0);
	e.n = 3;
	assert_int_equal(panel_changes.entry(&v, st), 3);
	panel_changes.move(&v, st, MOVE_DOWN);
	assert_int_equal(panel_changes.entry(&v, st), 2);
	/* the same journal read again leaves the cursor where it is */
	assert_int_equal(panel_changes.entry(&v, st), 2);
	e.n = 4;
	assert_int_equal(panel_changes.entry(&v, st), 4);
	panel_changes.move(&v, st, MOVE_DOWN);
	assert_int_equal(panel_changes.entry(&v, st), 3);
	free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_new_entry_is_selected)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
