/* Tests which change the panel of the journal has under its cursor: the newest, until somebody moves. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <string.h>

#include <cmocka.h>
#include <errno.h>

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

#define UUID "11111111-2222-3333-4444-555555555555"

/* Draws the panel; says and lacks are searched in it. */
static void draws(const struct entries *e, const char *says, const char *lacks)
{
	struct cell *cells = xcalloc(120 * 12, sizeof(*cells));
	struct canvas c = canvas_over(cells, 120, 12, false);
	struct view v = {.entries = e, .w = 120, .h = 12};
	void *st = xcalloc(1, panel_changes.state_size);
	char *text;

	panel_changes.draw(&c, &v, st);
	text = canvas_to_text(&c);
	if (says && !strstr(text, says))
		fail_msg("'%s' is not in: %s", says, text);
	if (lacks && strstr(text, lacks))
		fail_msg("'%s' is in: %s", lacks, text);
	free(text);
	free(st);
	free(cells);
}

static void a_pin_names_its_guest_and_its_scopes(void **state)
{
	struct step steps[] = {{.path = "@virt/" UUID "/live/vcpu/0", .was = "-\n", .now = "1\n"},
		{.path = "@virt/" UUID "/config/vcpu/0", .was = "-\n", .now = "1\n"}};
	struct entry entry = {.id = 1, .action = "pin", .target = "legacy vcpu 0", .nsteps = 2, .steps = steps};
	struct entries e = {.n = 1, .entry = &entry};

	(void)state;
	draws(&e, "pin legacy vcpu 0: - → 1 (live, config)", "×");
	entry.nsteps = 1;
	draws(&e, "pin legacy vcpu 0: - → 1 (live)", NULL);
	steps[0] = steps[1];
	draws(&e, "pin legacy vcpu 0: - → 1 (config)", NULL);
}

/* What undo does not offer is not called applied, and the headline says how it is tried again. */
static void what_others_hold_is_told(void **state)
{
	struct step step = {.path = "@virt/" UUID "/live/vcpu/0", .was = "-\n", .now = "1\n"};
	struct entry entry = {.id = 3, .state = ENTRY_APPLIED, .this_boot = true, .undoable = true, .nsteps = 1};
	struct entries e = {.n = 1, .entry = &entry};

	(void)state;
	entry.steps = &step;
	draws(&e, " applied ", "Nothing is left");
	assert_int_equal(entries_held(&e), 0);
	entry.undoable = false;
	entry.overwritten = true;
	assert_int_equal(entries_held(&e), 3);
	draws(&e, " overwritten ", "applied");
	draws(&e, "Nothing is left to put back, but 1 that others changed since: u tries again.", NULL);
	step.err = -ESRCH;
	draws(&e, " gone ", "overwritten");
	entry.state = ENTRY_PARTLY_UNDONE;
	draws(&e, " partly undone ", "partly-undone");
	entry.overwritten = entry.this_boot = false;
	draws(&e, " lost at reboot ", "but 1");
	entry.state = ENTRY_UNDONE;
	draws(&e, " undone ", "lost");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_new_entry_is_selected),
		cmocka_unit_test(a_pin_names_its_guest_and_its_scopes), cmocka_unit_test(what_others_hold_is_told)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
