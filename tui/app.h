/* The application: what is open, what is looked at and what is asked, without a terminal of its own. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_APP_H
#define TUI_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/key.h"
#include "tui/options.h"
#include "widgets/canvas.h"

struct app;
struct host;
struct theme;

/*
 * Opens the host of the options. loop_fds[0]: an eventfd to which new snapshots add, [1]: one for finished changes;
 * NULL: no thread samples, app_sample() does, and changes are waited for. NULL after a complaint.
 */
struct app *app_new(const struct options *o, const int loop_fds[2]);
/* The same over a host that is open already, which it takes over; for hosts that no option names. */
struct app *app_over(struct host *h, const struct options *o, const int loop_fds[2]);
/* False when a read or a change still hangs after its bound: then nothing was freed and the process must end. */
bool app_free(struct app *a);

void app_sample(struct app *a, bool everything); /* one tick in this thread */
void app_play_to(struct app *a, unsigned tick); /* of a capture, in this thread, and stays there; 0: the last one */
void app_wait(double seconds); /* for scripts and one-shot commands: lets the host move */
void app_refresh(struct app *a); /* takes the newest snapshot and finished changes: after an eventfd said so */

void app_open_panel(struct app *a, int panel);
void app_key(struct app *a, struct key key);
/* Runs a command by name, as the : prompt does: "governor performance all". */
void app_command(struct app *a, const char *text);
bool app_quits(const struct app *a);
void app_end(struct app *a); /* SIGTERM, SIGHUP: as Esc while a change is applied, then quit */
/* What became of the change that leaving has stopped, for when the screen is gone; "" when there was none. */
const char *app_farewell(const struct app *a);

/* The whole screen; cells must hold w × h. cursor_x < 0: no cursor. */
struct canvas app_compose(struct app *a, struct cell *cells, int w, int h, bool ascii, int *ret_x, int *ret_y);
char *app_picture(struct app *a, int w, int h, bool roles); /* as text, for free() */
const struct theme *app_theme(const struct app *a); /* until the next key */

/* Set by commands, cleared by the loop. */
struct app_wants {
	bool suspend, redraw;
};
struct app_wants *app_wants(struct app *a);

#endif
