/* The inside of the second host: what is open, and what is remembered of both for the marks and the list. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_BESIDE_IMPL_H
#define TUI_BESIDE_IMPL_H

#include "probes/diff.h"
#include "tui/beside.h"
#include "tui/beside_mark.h"

enum { BESIDE_LEFT = 8 }; /* hosts that still end */

struct beside {
	char *connect;
	double timeout;
	enum profile profile;
	double interval; /* seconds, 0: not given */
	int notify;
	struct other *other; /* that is shown, or NULL */
	struct other *coming; /* being opened, to be shown in its place, or NULL */
	struct other *left[BESIDE_LEFT + 1]; /* told to end */
	size_t nleft;
	char asked[INPUT_SIZE]; /* what was asked for last, to be offered again */

	struct snapshot *snap; /* of the other host, NULL: none yet */
	void *state[APP_TABS]; /* what panels remember of it */
	bool alone; /* where there is room for one: the other is shown */
	struct rect half; /* where the other's panel is on the screen; w 0: it is not there */
	struct mark_columns columns; /* which of them move by themselves, while the panel is the same */
	size_t marked; /* rows of this host that differ, in the last picture */

	bool moving; /* what moves by itself counts as a difference */
	struct arena *arena; /* of the list */
	struct differences list;
	const struct difference **shown; /* those that the filter leaves */
	size_t nshown;
	uint64_t of[2]; /* the snapshots that the list was made of */
	bool of_moving;
	char of_filter[INPUT_SIZE], filter[INPUT_SIZE];
	char *names; /* of the line that was opened last: all that differ like it; "": it is one */
	char names_of[256]; /* where it led, as app.explain */
	size_t on, first; /* the row under the cursor, the uppermost seen */
	int what_w; /* cells that addresses have */
	struct rect hit; /* where the rows are on the screen */
};

#endif
