/* A second host beside this one: opened, drawn with the same panels, and what differs between the two marked. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_BESIDE_H
#define TUI_BESIDE_H

#include "probes/address.h"
#include "probes/checks.h"
#include "tui/app_impl.h"
#include "widgets/frame.h"

struct host;

enum { BESIDE_W = 100 }; /* from this width on both are seen; below it the one or the other */

struct beside *beside_new(const struct options *o, int notify);
/* Closes the other host; false when it still hangs after a moment. */
bool beside_stop(struct beside *b);
void beside_free(struct beside *b); /* once it is stopped */

/* Opens it, in place of what is open or being opened. host: open already, taken over; NULL: what is opened. */
void beside_open(struct app *a, const char *what, struct host *host);
bool beside_opening(const struct app *a);
bool beside_cancel(struct app *a); /* the opening: false when nothing is being opened */
void beside_close(struct app *a);

/* Takes what has come of it. stepped: this host has a new snapshot, so the other is asked for one. */
void beside_refresh(struct app *a, bool stepped);
void beside_want(struct app *a, bool everything); /* another snapshot, soon, of what is looked at now */
void beside_opened_panel(struct app *a);
void beside_profile(struct app *a, enum profile profile); /* by which its checks judge too */
void beside_wait(struct app *a); /* without threads: until it has done what it was asked */

const struct snapshot *beside_snapshot(const struct app *a); /* NULL: no host is beside this one yet */
/* What that host has for what is explained here, and its address there. As diff_other(). */
int beside_explained(const struct app *a, struct found *ret, char ret_address[ADDRESS_MAX]);
/* The same panel on the other host, and its state there: the cursor is the one of this host. */
struct view beside_view(const struct app *a);
const void *beside_state(const struct app *a);
bool beside_moving(const struct app *a); /* what moves by itself counts */
bool beside_alone(const struct app *a); /* only the other host is on the screen, by itself */
void beside_here(struct app *a); /* this host is on the screen again: what follows is about it */

/* The part of the screen where keys and clicks meet this host's panel, of all that panels have. */
struct rect beside_place(const struct app *a, struct rect whole);
/* Draws both, marked; false: there is nothing beside, the panel is drawn as ever. */
bool beside_draw(struct app *a, struct canvas *screen);
bool beside_click(struct app *a, struct key key); /* true: it was in the other half, and has moved the cursor */
/* What to call this host (0) and the one beside it (1): where both have one name, with the file or folder it is from. */
const char *beside_name(const struct app *a, struct arena *arena, int which);
/* For the title, the status line and the keys that are possible now. */
void beside_title(const struct app *a, struct arena *arena, struct frame_title *t);
int beside_status(struct app *a, struct arena *arena, struct canvas *c, int x, int y);
/* When the fact under the cursor differs: "Governor: powersave here, performance on kvm07". */
const char *beside_there(const struct app *a, struct arena *arena);

/* The list of differences. */
void diff_open(struct app *a);
void diff_draw(struct app *a, struct canvas *c);
bool diff_key(struct app *a, uint32_t code);
bool diff_click(struct app *a, int x, int y, bool twice);
const char *diff_names(const struct app *a, const char *address); /* all rows of the line that led there; NULL: it alone */
char *diff_filter(struct app *a); /* what is typed into its prompt; INPUT_SIZE bytes */

#endif
