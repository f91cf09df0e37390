/* The whole screen without a terminal: an application on a machine of tests/hosts, driven by keys, shown as text. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_SCREEN_H
#define TESTS_LIB_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/lib/clocked.h"
#include "tui/app_impl.h"

struct screen {
	struct app *app;
	struct clocked clock; /* its machine's */
	uint64_t now_ns; /* on it: a tick is a second, whatever else this computer does meanwhile */
	char *tree, *folder; /* the machine, where it is a folder of the test's own; $HVSCOPE_STATE */
	int w, h; /* of the next picture; 80 × 24 at first */
	bool ascii;
	char *text; /* of the last screen_text() */
};

/*
 * Opens the capture of the machine and plays its two ticks. writable: unpacked into a folder instead, as if it were a
 * machine that may be changed, which no option of the program can ask for. All of these end the test when they fail.
 */
struct screen *screen_open(const char *host, bool writable);
/* The same as a folder that is only read, whose files the test changes; it goes on being looked at, as a tape does not. */
struct screen *screen_unpacked(const char *host);
/* A capture of that machine with so many ticks, see tape.h; it stands at the second. */
struct screen *screen_tape(const char *host, unsigned ticks);
/* The same on a folder that is there already; sampled once. */
struct screen *screen_over(const char *folder);
void screen_close(struct screen *s);

void screen_tick(struct screen *s);
void screen_keys(struct screen *s, const char *names); /* "g Enter Down" */
void screen_type(struct screen *s, const char *text);
void screen_command(struct screen *s, const char *text); /* as typed behind the colon */
void screen_line(struct screen *s, const char *label); /* the overview, the cursor on that line */
void screen_click(struct screen *s, int x, int y, enum button button, bool twice);

/* The picture as text, or its roles; valid until the next call. The clock stands still at 03:12:44. */
const char *screen_text(struct screen *s);
const char *screen_roles(struct screen *s);
const char *screen_bottom(struct screen *s); /* its last line */
const char *screen_row(struct screen *s, int y);
int screen_row_with(struct screen *s, const char *text); /* the first that has it; the test fails without one */
bool screen_shows(struct screen *s, const char *text);
void must_show(struct screen *s, const char *text);
void must_not_show(struct screen *s, const char *text);
void must_say(struct screen *s, const char *text); /* in its last line */

/*
 * Compares text and roles at 40×12, 80×24, 120×40 and 220×60 (few: the first two) with
 * tests/golden/screens/NAME-WxH; GOLDEN_UPDATE=1 writes them instead.
 */
void screen_golden(struct screen *s, const char *name, bool few);

/* Composes at this size into cells of just that many, and asserts what holds for every picture. */
void screen_sane(struct screen *s, int w, int h);

/* Panels, then overlays and prompts, by their number: opens one. */
size_t screen_panels(void);
size_t screen_views(void); /* how many, panels included */
void screen_view(struct screen *s, size_t i);
/*
 * screen_sane() from 0×0 to 130×50, in steps of so many cells for plain panels and for the other views (twice that
 * in the fast tests), and at all sizes around 40×12.
 */
enum { WIDEST = 130, HIGHEST = 50 };
void screen_every_size(struct screen *s, int plain, int overlays);
int screen_step(int step); /* that, or more of it where only the fast tests run */

#endif
