/* Composing: title, tabs, the panel, what lies over it, and the keys that are possible now. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/changer.h"
#include "probes/cpu.h"
#include "probes/topology.h"
#include "tui/app_impl.h"
#include "tui/beside.h"
#include "tui/commands.h"
#include "tui/pin_pick.h"
#include "tui/walk_strip.h"
#include "widgets/frame.h"

enum { WIDE = 100 }; /* from here on the title has room for the year of a capture */

/* "Intel(R) Xeon(R) Gold 6240R CPU @ 2.40GHz" is "Xeon Gold 6240R" to those who know it. */
static const char *short_model(struct arena *a, const char *model)
{
	static const char *const noise[] = {
		"(R)", "(r)", "(TM)", "(tm)", "Intel ", "AMD ", " CPU", " Processor", "Genuine "};
	char *text = arena_strdup(a, model), *at;

	at = strstr(text, " @");
	if (at)
		*at = '\0';
	for (size_t i = 0; i < COUNT(noise); i++)
		while ((at = strstr(text, noise[i])))
			memmove(at, at + strlen(noise[i]), strlen(at + strlen(noise[i])) + 1);
	return *text ? text : model;
}

/* "Xeon Gold 6240R ×2 · 96 CPUs · 2 nodes" */
static const char *machine(struct arena *a, const struct snapshot *s)
{
	const struct cpu *c = snapshot_facts(s, &probe_cpu);
	const struct topology *t = snapshot_facts(s, &probe_topology);
	const char *text = c && value_known(c->model) ? short_model(a, c->model.text) : NULL;
	uint64_t packages = t ? value_u64_or(t->packages, 0) : 0, nodes = t ? value_u64_or(t->nodes, 0) : 0;

	if (!t)
		return text;
	if (text && packages > 1)
		text = arena_printf(a, "%s ×%u", text, (unsigned)packages);
	text = arena_printf(a, "%s%s%u CPU%s", text ? text : "", text ? " · " : "",
		(unsigned)value_u64_or(t->cpus_online, t->cpu.n),
		value_u64_or(t->cpus_online, t->cpu.n) == 1 ? "" : "s");
	return nodes > 1 ? arena_printf(a, "%s · %u nodes", text, (unsigned)nodes) : text;
}

static void draw_title(const struct app *a, struct arena *arena, struct canvas *c)
{
	const struct snapshot *s = a->snap;
	struct frame_title t = {.program = "hvscope", .host = "", .label = "READING", .label_role = ROLE_label_other};
	const char *clock = "";

	if (s) {
		t.host = s->about.hostname;
		t.label = s->about.writable || !s->about.is_this_machine
				  ? s->about.label
				  : arena_printf(arena, "%s (read-only)", s->about.label);
		t.label_role = s->about.is_this_machine ? ROLE_label_live : ROLE_label_other;
		t.middle = machine(arena, s);
		clock = clock_words(arena, s, canvas_w(c) >= WIDE ? CLOCK_FULL : CLOCK_DAY);
	}
	t.right = a->paused ? arena_printf(arena, "PAUSED %s", clock) : clock;
	if (s && a->capture) {
		t.right = tape_words(a, arena, clock, false);
		t.brief = tape_words(a, arena, clock_words(arena, s, CLOCK_SHORT), true);
	}
	beside_title(a, arena, &t);
	frame_title(c, 0, &t);
}

static void draw_tabs(struct app *a, struct canvas *c)
{
	struct frame_tab tabs[APP_TABS];

	for (size_t i = 0; i < npanels; i++)
		tabs[i] = (struct frame_tab){panel_tabs[i].title, panel_tabs[i].brief,
			(int)i == a->panel ? ROLE_tab_on
			: panels[i]        ? ROLE_tab
					   : ROLE_tab_off};
	frame_tabs(c, 1, tabs, npanels, a->tab_hit);
}

static size_t add_key(struct app *a, struct frame_key *keys, size_t n, const char *key, const char *label, bool keep)
{
	char first[16];

	snprintf(first, sizeof(first), "%.*s", (int)strcspn(key, " "), key);
	keys[n] = (struct frame_key){key, label, keep};
	a->key_code[n] = key_from_name(first);
	return n + 1;
}

static const struct hint *hints_now(const struct app *a, size_t *ret_n)
{
	const struct panel *p = app_panel(a);
	struct view v = app_view_shown(a);
	const struct hint *now = p->hints_now ? p->hints_now(&v, a->state[a->panel], ret_n) : NULL;

	if (!now)
		*ret_n = p->nhints;
	return now ? now : p->hints;
}

/* The panel's own keys, those that do something now. */
static size_t add_hints(struct app *a, const struct hint *hint, size_t nhints, struct frame_key *keys, size_t n)
{
	const struct panel *p = app_panel(a);
	struct view v = app_view_shown(a);
	const char *label[FRAME_KEYS] = {NULL};

	nhints = nhints < FRAME_KEYS ? nhints : FRAME_KEYS;
	for (size_t i = 0; i < nhints; i++)
		label[i] = hint[i].label;
	if (p->labels)
		p->labels(&v, a->state[a->panel], hint, nhints, label);
	for (size_t i = 0; i < nhints && n + 2 < FRAME_KEYS; i++)
		if (label[i] && !walk_takes(a, hint[i].key))
			n = add_key(a, keys, n, hint[i].key, label[i], false);
	return n;
}

static bool in_hints(const struct app *a, const char *key)
{
	size_t n;
	const struct hint *hint = hints_now(a, &n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(hint[i].key, key) == 0)
			return true;
	return false;
}

/* But for those that move time, which are no panel's. */
static size_t add_commands(struct app *a, struct arena *arena, struct frame_key *keys, size_t n)
{
	for (size_t i = 0; i < ncommands && n + 1 < FRAME_KEYS; i++) {
		const struct command *c = &commands[i];
		const char *name = arena_printf(arena, "%.*s", (int)strcspn(c->keys, " "), c->keys);
		bool pauses = strcmp(name, "Space") == 0, stays = strcmp(name, "h") == 0 || strcmp(name, "q") == 0;

		if (*c->label && !c->tape && !(pauses && a->capture) && !in_hints(a, name) &&
			!walk_takes(a, name))
			n = add_key(a, keys, n, name, pauses ? pause_label(a) : c->label, stays);
	}
	return n;
}

/* Tab goes from choice to choice; the arrows only scroll, where the plan has more lines than room. */
static size_t plan_keys(struct app *a, struct frame_key *keys)
{
	bool can = plan_can(a);
	size_t n = add_key(a, keys, 0, "Esc", can ? "no, leave it" : "close", true);

	if (!can && plan_can_read_again(a))
		n = add_key(a, keys, n, "r", "read again", true);
	if (can) {
		n = add_key(a, keys, n, "Tab", "move", false);
		n = add_key(a, keys, n, "Enter", "take the marked choice", false);
	}
	return plan_scrolls(a) ? add_key(a, keys, n, "↑", "scroll", false) : n;
}

/* The keys that count now: the panel's own, then those of every panel; or those of what lies on top. */
static size_t keys_now(struct app *a, struct arena *arena, struct frame_key *keys)
{
	size_t n = 0, nhints;
	const struct hint *hint = hints_now(a, &nhints);

	if (a->overlay == OVERLAY_PLAN)
		return plan_keys(a, keys);
	if (a->overlay == OVERLAY_THEME) {
		n = add_key(a, keys, n, "Esc", "the old look", true);
		n = add_key(a, keys, n, "↑", "move", false);
		return add_key(a, keys, n, "Enter", "keep this one", true);
	}
	if (a->overlay == OVERLAY_PIN && a->pin) {
		for (size_t i = 0; i < npin_hints; i++)
			n = add_key(a, keys, n, pin_hints[i].key, pin_hints[i].label, strchr("hE", pin_hints[i].key[0]) != NULL);
		return n;
	}
	if (a->overlay == OVERLAY_DIFF) {
		n = add_key(a, keys, n, "Esc", "close", true);
		n = add_key(a, keys, n, "Enter", "explain", true);
		n = add_key(a, keys, n, "/", "filter", false);
		n = add_key(a, keys, n, "m", beside_moving(a) ? "only what is set" : "what moves too", false);
		return add_key(a, keys, n, "o", "close the other host", false);
	}
	if (a->overlay == OVERLAY_MENU || a->overlay == OVERLAY_PIN) {
		n = add_key(a, keys, n, "Esc", "back", true);
		n = add_key(a, keys, n, "↑", "move", false);
		return add_key(a, keys, n, "Enter", "choose", false);
	}
	if (a->overlay) {
		n = add_key(a, keys, n, "Esc", "close", true);
		n = add_key(a, keys, n, "↑", "scroll", false);
		return add_key(a, keys, n, "q", "close", true);
	}
	if (beside_snapshot(a)) {
		n = add_key(a, keys, n, "=", "differences", true);
		if (a->w < BESIDE_W)
			n = add_key(a, keys, n, "D", beside_alone(a) ? "this host" : "other host", true);
	}
	if (a->capture) {
		n = add_key(a, keys, n, "Space", pause_label(a), false);
		n = add_key(a, keys, n, ".", "step", false); /* a click steps on */
		keys[n - 1].key = ",.";
	}
	if (a->came_from >= 0 && !walk_takes(a, "Esc"))
		n = add_key(a, keys, n, "Esc", "back", true);
	n = add_hints(a, hint, nhints, keys, n);
	if (a->capture)
		n = add_key(a, keys, n, "L", "loop", false);
	return add_commands(a, arena, keys, n);
}

static const char *working(struct app *a, struct arena *arena)
{
	enum changer_job job;
	size_t done, total;

	if (!changer_busy(a->changer, &job) || job == CHANGER_LIST || job == CHANGER_FILL)
		return NULL;
	changer_progress(a->changer, &done, &total);
	return arena_printf(
		arena, "%s: %zu of %zu steps", job == CHANGER_UNDO ? "Putting back" : "Changing", done, total);
}

/* A long answer takes as many lines as it needs, upwards: which policies refused is not to be cut off. */
static void draw_message(const struct app *a, struct canvas *c, int y)
{
	int w = canvas_w(c) - 2, rows = canvas_wrap(c, (struct rect){1, y, w, 0}, a->message_role, a->message);
	int most = canvas_h(c) / 2;

	rows = rows > most ? most : rows;
	canvas_fill(c, (struct rect){0, y - rows + 1, canvas_w(c), rows}, ' ', ROLE_text);
	canvas_wrap(c, (struct rect){1, y - rows + 1, w, rows}, a->message_role, a->message);
}

/* The lowest line: what is typed, what the program answers, or the keys. */
static void draw_bottom(struct app *a, struct arena *arena, struct canvas *c, int y, int *ret_x)
{
	static const char *const prompts[] = {[PROMPT_COMMAND] = ":",
		[PROMPT_FILTER] = "/",
		[PROMPT_BESIDE] = "FILE, DIR or now: ",
		[PROMPT_DIFF] = "/",
		[PROMPT_WALK] = "slow (GUEST MS-where-good MS-here): ",
		[PROMPT_CASE] = "write the case to: "};
	struct frame_key keys[FRAME_KEYS];
	size_t n;

	*ret_x = -1;
	a->nkey_hits = 0;
	if (a->prompt) {
		int x = canvas_text(c, 1, y, -1, ROLE_key, prompts[a->prompt]);

		*ret_x = canvas_text(c, x, y, canvas_w(c) - x - 1, a->offered ? ROLE_dim : ROLE_input, a->input);
		return;
	}
	if (*a->message) {
		draw_message(a, c, y);
		return;
	}
	n = keys_now(a, arena, keys);
	frame_keys(c, y, keys, n, a->key_hit);
	a->nkey_hits = n < APP_HITS ? n : APP_HITS;
}

/* Between the panel and the keys: what narrows the picture or is under way. */
static void draw_status(struct app *a, struct arena *arena, struct canvas *c, int y)
{
	const char *work = working(a, arena);
	int x = 2;

	if (app_silent(a))
		x = canvas_printf(c, x, y, -1, ROLE_crit, " the host has not answered for %u s ", app_silent(a));
	if (work)
		x = canvas_printf(c, x, y, -1, ROLE_warn, " %s ", work);
	if (*a->filter)
		x = canvas_printf(c, x, y, -1, ROLE_info, " filter: %s ", a->filter);
	if (a->marks)
		x = canvas_printf(c, x, y, -1, ROLE_mark, " marked: %s ", cpuset_text(arena, a->marks));
	if (a->walk.open && !a->strip.w)
		x = canvas_text(c, x, y, -1, ROLE_info, " w shows the walk ");
	x = beside_status(a, arena, c, x, y);
	if (a->deep)
		canvas_text(c, x, y, -1, ROLE_warn, " deep: CPUs are interrupted ");
}

/* Never over the title: it says on which host a plan would be carried out. */
static void draw_overlay(struct app *a, struct canvas *screen)
{
	struct canvas below = canvas_part(screen, (struct rect){0, 1, canvas_w(screen), canvas_h(screen) - 1});
	struct canvas *c = &below;

	switch (a->overlay) {
	case OVERLAY_HELP:
		help_draw(a, c);
		break;
	case OVERLAY_EXPLAIN:
		explain_draw(a, c);
		break;
	case OVERLAY_ENTRY:
		entry_draw(a, c);
		break;
	case OVERLAY_MENU:
		menu_draw(a, c);
		break;
	case OVERLAY_THEME:
		picker_draw(a, c);
		break;
	case OVERLAY_PLAN:
		plan_draw(a, c);
		for (size_t i = 0; i < COUNT(a->button_hit); i++)
			a->button_hit[i].y += 1;
		break;
	case OVERLAY_PIN:
		pin_draw(a, c);
		break;
	case OVERLAY_DIFF:
		diff_draw(a, c);
		break;
	case OVERLAY_NONE:
		break;
	}
}

static void too_small(struct canvas *c)
{
	canvas_wrap(c, (struct rect){0, 0, canvas_w(c), canvas_h(c)}, ROLE_warn,
		"hvscope needs 40x12; it goes on. q quits");
}

struct canvas app_compose(struct app *a, struct cell *cells, int w, int h, bool ascii, int *ret_x, int *ret_y)
{
	struct canvas c = canvas_over(cells, w, h, ascii), part;
	struct arena *arena = arena_new(0);
	struct view v;
	struct rect whole, strip;
	bool moved = a->w != w || a->h != h, walks;

	a->w = w;
	a->h = h;
	*ret_x = -1;
	*ret_y = h - 1;
	walks = walk_place(a, (struct rect){0, 3, w, h - 5}, &whole, &strip);
	a->strip = walks ? strip : (struct rect){.w = 0};
	a->panel_rect = beside_place(a, whole);
	if (w < SMALL_W || h < SMALL_H) {
		a->panel_rect.w = a->panel_rect.h = a->strip.w = 0;
		a->nkey_hits = 0; /* what is not seen cannot be clicked */
		memset(a->tab_hit, 0, sizeof(a->tab_hit));
		memset(a->button_hit, 0, sizeof(a->button_hit));
		too_small(&c);
		arena_free(arena);
		return c;
	}
	if (moved)
		app_want(a, false); /* other rows are on the screen now */
	draw_title(a, arena, &c);
	draw_tabs(a, &c);
	frame_rule(&c, 2);
	if (whole.h > 0 && !beside_draw(a, &c)) {
		part = canvas_part(&c, a->panel_rect);
		v = app_view(a);
		v.ascii = ascii;
		app_panel(a)->draw(&part, &v, a->state[a->panel]);
	}
	if (walks) {
		walk_draw(a, &c, strip);
		walk_separate(&c, whole, strip);
	}
	frame_rule(&c, h - 2);
	draw_status(a, arena, &c, h - 2);
	draw_bottom(a, arena, &c, h - 1, ret_x);
	draw_overlay(a, &c);
	arena_free(arena);
	return c;
}

char *app_picture(struct app *a, int w, int h, bool roles)
{
	struct cell *cells = xcalloc((size_t)w * (size_t)h + 1, sizeof(*cells));
	int x, y;
	bool ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	struct canvas c = app_compose(a, cells, w, h, ascii, &x, &y);
	char *text = roles ? canvas_to_roles(&c) : canvas_to_text(&c);

	free(cells);
	return text;
}
