/* The inside of the application, for the files that make it up: commands, overlays, composing. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_APP_IMPL_H
#define TUI_APP_IMPL_H

#include "probes/cpuset.h"
#include "probes/journal.h"
#include "tui/app.h"
#include "tui/look.h"
#include "tui/panel.h"
#include "tui/walk.h"

struct beside;
struct changer;
struct found;
struct history;
struct host;
struct pin_pick;
struct sampler;
struct theme_choice;

enum overlay {
	OVERLAY_NONE,
	OVERLAY_HELP,
	OVERLAY_EXPLAIN,
	OVERLAY_ENTRY,
	OVERLAY_MENU,
	OVERLAY_THEME,
	OVERLAY_PLAN,
	OVERLAY_PIN,
	OVERLAY_DIFF,
};
enum prompt { PROMPT_NONE, PROMPT_COMMAND, PROMPT_FILTER, PROMPT_BESIDE, PROMPT_DIFF, PROMPT_WALK, PROMPT_CASE };
enum { SMALL_W = 40, SMALL_H = 12 }; /* below it nothing can be shown that could be understood */
enum { APP_TABS = 9, APP_HITS = 32, MENU_ITEMS = 24, INPUT_SIZE = 200, WALK_KEYS = 12 };

/* One line of a menu, and the command it stands for. */
struct menu_item {
	char text[96];
	char command[INPUT_SIZE];
	enum role role;
};

struct menu {
	const char *title;
	struct menu_item item[MENU_ITEMS];
	size_t n, on;
};

/* The look that is chosen; the one under the cursor is shown meanwhile. */
struct picker {
	struct theme_choice *choice;
	size_t n, on, first; /* first: the uppermost that is seen */
	struct rect hit; /* where they stand on the screen */
};

enum plan_phase { PLAN_FILLING, PLAN_READY, PLAN_APPLYING };

/* The change that is asked about; while a thread has it, change is NULL. */
struct plan {
	enum plan_phase phase;
	struct change *change;
	char title[128]; /* of the change, also while a thread has it */
	uint64_t undo_id; /* not 0: it is an undo */
	uint64_t serial; /* of the changes that were asked about: a late answer belongs to a dialog that is gone */
	size_t button; /* 0: No */
	int first; /* scrolled to */
	bool may; /* this host may be written */
	char not_now[200];
};

struct app {
	struct sampler *sampler;
	struct changer *changer;
	struct beside *beside; /* the second host */
	bool threads, stepped;
	bool capture; /* its time is played, see tui/tape.c */
	bool ended; /* that it plays no further was told */
	struct host *host; /* the sampler's, where this thread samples: it may wait for daemons; else NULL */

	struct snapshot *snap; /* what is shown */
	uint64_t taken_ns; /* when it came, on this program's clock */
	uint64_t patience_ns; /* a host that gives nothing for longer does not answer */
	struct entries *entries;
	char entries_why[RESULT_WHY];

	int panel;
	int came_from; /* the panel that Enter left for a fact's own, to which Esc leads back; -1: none */
	void *state[APP_TABS];
	struct arena *marks_arena;
	struct cpuset *marks;
	char filter[INPUT_SIZE];
	bool paused, deep, quit;
	bool quit_after; /* when the change in hand is stopped, or at that time */
	uint64_t quit_by_ns;

	enum overlay overlay;
	int scroll; /* of help and explain */
	char explain[256]; /* address */
	uint64_t entry_id; /* of the change that is looked at */
	struct menu menu;
	struct picker picker;
	struct plan plan;
	struct walk walk; /* of a guide; its guide is NULL before the first */
	struct pin_pick *pin; /* the choice of CPUs that is or was open, or NULL */

	enum prompt prompt;
	char input[INPUT_SIZE];
	bool offered; /* that it is only an offer: typing replaces it */
	char message[600];
	enum role message_role;

	struct theme theme; /* that was chosen; app_theme() is what is shown */
	char theme_name[INPUT_SIZE]; /* as it was asked for */
	bool has_terminal, no_colour;
	struct look_limits terminal;
	int w, h; /* of the last picture */
	struct rect tab_hit[APP_TABS], key_hit[APP_HITS], button_hit[4];
	uint32_t key_code[APP_HITS];
	size_t nkey_hits;
	struct rect panel_rect;
	struct rect strip, walk_hit[WALK_KEYS]; /* the walk's, on the last picture; w 0: none is seen */
	uint32_t walk_code[WALK_KEYS];
	size_t nwalk_hits;
	struct app_wants wants;
};

struct view app_view(const struct app *a);
struct view app_view_shown(const struct app *a); /* the same, or of the host beside where that is shown alone */
/* What is looked at in that view; what it points to is in the arena. */
struct want app_want_of(
	const struct app *a, const struct view *v, const void *state, struct arena *arena, bool everything);
const struct panel *app_panel(const struct app *a);
void app_say(struct app *a, enum role role, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Seconds since the host last gave anything, when that is too long; else 0. */
unsigned app_silent(const struct app *a);
void app_want(struct app *a, bool soon); /* tells the sampler what is looked at now */
void app_read_all(struct app *a); /* the same, and all is read at once, due or not */

/* When that was: of a capture the day too and the time of UTC, as the file has it; else the clock here. In the arena. */
enum clock_size { CLOCK_SHORT, CLOCK_DAY, CLOCK_FULL }; /* "11-26 03:12Z", "11-26 03:12:44Z", "2026-11-26 03:12:44Z" */
const char *clock_words(struct arena *arena, const struct snapshot *s, enum clock_size size);
/* Where a capture stands, for the title: "tick 12 of 60 ▶  11-26 03:12:44Z", or "12/60 ▶ 11-26 03:12Z". In the arena. */
const char *tape_words(const struct app *a, struct arena *arena, const char *clock, bool brief);
const char *pause_label(const struct app *a); /* what the key of pause does now */
void tape_tell(struct app *a); /* says once that the end has come */

/* Overlays: draw over the screen, and take keys before the panel does. */
void help_draw(struct app *a, struct canvas *c);
void explain_draw(struct app *a, struct canvas *c);
void entry_draw(struct app *a, struct canvas *c);
void menu_draw(struct app *a, struct canvas *c);
void picker_draw(struct app *a, struct canvas *c);
void plan_draw(struct app *a, struct canvas *c);
void pin_draw(struct app *a, struct canvas *c);
bool menu_key(struct app *a, uint32_t code);
bool picker_key(struct app *a, uint32_t code);
bool picker_click(struct app *a, int x, int y, bool twice);
bool plan_key(struct app *a, uint32_t code);
bool pin_key(struct app *a, uint32_t code);
bool pin_click(struct app *a, int x, int y, bool twice);
/* To the overlay that is open; false: it has no use for that. */
bool overlay_key(struct app *a, uint32_t code);
bool overlay_click(struct app *a, struct key key);
void app_mouse(struct app *a, struct key key);

bool app_came_back(struct app *a); /* to the finding whose fact is looked at; false: it is none */
void findings_show(struct app *a, const struct check *c); /* opens the panel Findings, and that check in it */

/* Plans what mends the finding under the cursor, if that is a pin; else false. */
bool fix_pin_here(struct app *a);

void picker_open(struct app *a);
void picker_close(struct app *a); /* frees what it holds; the overlay is the caller's */

/* Opens the choice of CPUs for what is under the cursor, or asks whose pin; says so when nothing can be pinned. */
void picker_pin_open(struct app *a);
/* For that guest: a UUID, or "pid4711"; what is that of struct panel_pin. */
void picker_pin_thread(struct app *a, const char *key, const char *what);
/* The same, beginning with CPUs that mend a finding about it; core: of a core that no other guest is on. */
void picker_pin_mend(struct app *a, const char *key, const char *what, bool core);
void pin_free(struct app *a);
/* These guests, of which there are *n, and the one whose pin is chosen: its facts are on the screen. In the arena. */
const char *const *pin_also(const struct app *a, struct arena *arena, const char *const *guests, size_t *n);

/* Opens the dialog on a change, which it takes over. undo_id: 0, or the entry that it undoes. */
void plan_open(struct app *a, struct change *change, uint64_t undo_id);
bool plan_can(const struct app *a); /* there is a Yes */
bool plan_can_read_again(const struct app *a); /* there is no Yes while something could not be read */
bool plan_scrolls(const struct app *a); /* its text has more rows than room on the screen */
uint32_t plan_button(const struct app *a, size_t i); /* the key that its button i stands for */
void plan_close(struct app *a);
void plan_took(struct app *a, void *done); /* a struct changer_done that has come back */

#endif
