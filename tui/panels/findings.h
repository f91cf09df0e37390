/* The findings of the panel as rows: worst first, effects below their cause, what is not known apart. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_PANELS_FINDINGS_H
#define TUI_PANELS_FINDINGS_H

#include "probes/checks.h"
#include "probes/checks_text.h"
#include "probes/checks_unread.h"
#include "tui/panels/rows.h"

/* The cursor is on the first line that leads somewhere. */
#define LINE_LEADS SIZE_MAX

enum findings_show { SHOW_FINDINGS, SHOW_UNREAD, SHOW_PASSED, SHOW_ALL, FINDINGS_SHOWS };
enum fold { FOLD_BY_ROOM, FOLD_CLOSED, FOLD_OPEN };
enum finding_column { FIND_ID, FIND_STATE, FIND_SINCE, FIND_WORTH, FIND_ORDER, FIND_LINE, FINDING_COLUMNS };

struct findings_state {
	char id[8]; /* of the check under the cursor, or "?N" of a group; "": the first row */
	size_t row, first;
	uint8_t show, fold;
	char group[8]; /* the id of the group that alone is shown; "": all */
	bool open; /* that check is shown as a whole */
	size_t line; /* of it under the cursor, or LINE_LEADS */
	int top; /* its uppermost row of text that is seen */
};

struct finding_row {
	const struct finding *f; /* NULL: a group of checks */
	const struct finding *like; /* of which that is: those that do not apply, for the same reason; NULL: not known */
	const char *group; /* its id, "?2" or "=F02"; NULL: it is none */
	enum unread unread; /* for this reason */
	size_t n; /* checks of the group; else effects that are folded away */
	int depth; /* below its cause */
};

struct finding_rows {
	const struct findings *f; /* NULL: nothing was judged yet */
	const struct finding_row *row;
	size_t n;
	size_t effects; /* that have a cause here */
	bool folded;
	bool filtered; /* a filter has left some of them out */
};

/* room: lines for rows, which decides whether effects are folded. In the arena. */
struct finding_rows finding_rows(struct arena *a, const struct view *v, const struct findings_state *st, size_t room);
/*
 * "worst first", and within a severity by what they and their effects cost, not by what one event of them does; static.
 */
const char *findings_order(int width);
const char *finding_row_id(const struct finding_row *r); /* "F02", "?2" or "=F02" */
ptrdiff_t finding_rows_at(const struct finding_rows *r, const struct findings_state *st); /* or TABLE_NONE */
/* One sentence over all: "2 critical, 5 warnings; the worst: …". *ret_worst: the worst severity, NONE: nothing was found. */
const char *findings_sentence(struct arena *a, const struct snapshot *s, enum severity *ret_worst);

struct finding_drawn {
	struct arena *a; /* of what a cell needs for a moment */
	const struct finding_rows *rows;
};
/* For struct table; data: a struct finding_drawn. */
void finding_cell(const void *data, size_t row, size_t column, struct cell_text *ret);
enum role severity_role(enum severity s);

/* One check as a whole, c: the one that st names. */
void finding_draw(struct canvas *c, const struct view *v, const struct findings_state *st, const struct check *check);
void finding_move(const struct view *v, struct findings_state *st, const struct check *check, enum motion m);
void finding_click(const struct view *v, struct findings_state *st, const struct check *check, int y);
/* The line under the cursor, in the arena. */
struct check_line finding_line(
	struct arena *a, const struct view *v, const struct findings_state *st, const struct check *check);
/* Enter has somewhere to go from it. */
bool check_line_leads(struct check_line l);
/* The first lines of it, as many as fit. */
void finding_brief(struct canvas *c, struct rect r, struct arena *a, const struct finding *f);

/* Opens that check in the panel's state. */
void findings_open(void *state, const struct check *check);
/* The panel that shows the facts of that address, or NULL; of a CPU or a policy *ret_cpu is which, else -1. */
const char *panel_of_fact(const struct snapshot *s, const char *address, int64_t *ret_cpu);

#endif
