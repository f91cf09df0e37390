/* The choice of a look: all themes, the screen behind as the one under the cursor draws it, and each state in words. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app_impl.h"
#include "tui/key.h"
#include "tui/themes.h"
#include "widgets/frame.h"
#include "widgets/glyph.h"
#include "widgets/table.h"

enum { COLUMN = 23, NOTE_ROWS = 2, WIDTH = 92, NAME_W = 24 };

/* What each state looks like; GLYPH_COUNT: it goes without a sign. */
static const struct sample {
	enum role role;
	enum glyph sign;
	const char *text, *brief;
} samples[] = {
	{ROLE_good, GLYPH_GOOD, "as it should be", "good"},
	{ROLE_info, GLYPH_INFO, "worth knowing", "info"},
	{ROLE_warn, GLYPH_WARN, "costs something", "warn"},
	{ROLE_crit, GLYPH_CRIT, "costs much, now", "crit"},
	{ROLE_unknown, GLYPH_UNREAD, "not known", "unknown"},
	{ROLE_stale, GLYPH_COUNT, "known, but old", "stale"},
	{ROLE_idle, GLYPH_COUNT, "a CPU that sleeps", "idle"},
	{ROLE_low, GLYPH_FAR, "far below base", "low"},
	{ROLE_middle, GLYPH_SLOW, "below base", "middle"},
	{ROLE_high, GLYPH_COUNT, "at base or above", "high"},
	{ROLE_offline, GLYPH_OFFLINE, "offline CPU", "offline"},
	{ROLE_select, GLYPH_COUNT, "under the cursor", "select"},
	{ROLE_danger, GLYPH_COUNT, "y Yes, change it", "danger"},
};

struct layout {
	int list, samples, notes; /* rows of each */
	bool gaps, brief;
};

void picker_close(struct app *a)
{
	themes_free(a->picker.choice, a->picker.n);
	a->picker = (struct picker){.n = 0};
}

/* The look of now is among the choices even if it came from a file that no name finds. */
static void add_own(struct app *a)
{
	struct picker *p = &a->picker;

	p->choice = xrealloc(p->choice, p->n + 1, sizeof(*p->choice));
	memmove(p->choice + 1, p->choice, p->n++ * sizeof(*p->choice));
	p->choice[0] = (struct theme_choice){.name = xstrdup(a->theme_name), .theme = a->theme};
}

void picker_open(struct app *a)
{
	struct picker *p = &a->picker;

	picker_close(a);
	p->n = themes_list(&p->choice);
	while (p->on < p->n && strcmp(p->choice[p->on].name, a->theme_name) != 0)
		p->on++;
	if (p->on == p->n) {
		add_own(a);
		p->on = 0;
	}
	a->overlay = OVERLAY_THEME;
}

const struct theme *app_theme(const struct app *a)
{
	const struct picker *p = &a->picker;

	/* a broken one shows the look of before: what is seen must not change with what cannot be chosen */
	if (a->overlay == OVERLAY_THEME && p->n && !p->choice[p->on].err)
		return &p->choice[p->on].theme;
	return &a->theme;
}

static void keep(struct app *a)
{
	const struct theme_choice *c = &a->picker.choice[a->picker.on];

	if (c->err) {
		app_say(a, ROLE_warn, "%s The look stays %s.", c->why, a->theme_name);
		return;
	}
	a->theme = c->theme;
	snprintf(a->theme_name, sizeof(a->theme_name), "%s", c->name);
	a->overlay = OVERLAY_NONE;
	app_say(a, ROLE_info, "The look is %s for this session; always: hvscope --theme %s", c->name, c->name);
	picker_close(a);
}

bool picker_key(struct app *a, uint32_t code)
{
	struct picker *p = &a->picker;

	switch (code) {
	case K_UP:
	case 'k':
		p->on = p->on ? p->on - 1 : p->n - 1;
		return true;
	case K_DOWN:
	case 'j':
		p->on = (p->on + 1) % p->n;
		return true;
	case K_HOME:
	case K_PAGE_UP:
		p->on = 0;
		return true;
	case K_END:
	case K_PAGE_DOWN:
		p->on = p->n - 1;
		return true;
	case K_ENTER:
		keep(a);
		return true;
	case K_ESC:
	case 'q':
	case 'T':
		a->overlay = OVERLAY_NONE;
		app_say(a, ROLE_info, "The look stays %s.", a->theme_name);
		picker_close(a);
		return true;
	default:
		return code >= 0x20 && code < K_NAMED; /* letters mean nothing here; Ctrl-C and Ctrl-Z still do */
	}
}

bool picker_click(struct app *a, int x, int y, bool twice)
{
	struct picker *p = &a->picker;
	size_t i = p->first + (size_t)(y - p->hit.y);

	if (x < p->hit.x || x >= p->hit.x + p->hit.w || y < p->hit.y || y >= p->hit.y + p->hit.h || i >= p->n)
		return false;
	p->on = i;
	if (twice)
		keep(a);
	return true;
}

/* What this terminal leaves of a look, and what would help. */
static const char *terminal_words(const struct app *a, struct arena *arena)
{
	int n = a->terminal.colours;

	if (!a->has_terminal)
		return "There is no terminal here: roles tells what each cell means.";
	if (a->no_colour)
		return "NO_COLOR is set: words, signs and attributes only.";
	if (n < 8)
		return "This terminal has no colours: words, signs and attributes only.";
	if (n > 256)
		return "This terminal mixes its colours: 8 of them are used; TERM=xterm-256color has more.";
	return arena_printf(arena, "This terminal has %d colours%s%s.", n,
		n < 256 ? ": the nearest ones are shown" : ": all are shown",
		a->terminal.own_defaults ? "" : ", on black, since its own cannot be kept");
}

/* What Enter does and for how long, or why it does nothing; then what the terminal can do, where there is room. */
static void put_notes(struct canvas *c, const struct app *a, struct arena *arena, int y, int rows)
{
	const struct theme_choice *on = &a->picker.choice[a->picker.on];
	const char *words =
		on->err ? on->why
			: arena_printf(arena, "Enter keeps it for this session; always: hvscope --theme %s", on->name);
	struct rect r = {0, y, canvas_w(c), rows};
	int taken = canvas_wrap(c, r, on->err ? ROLE_warn : ROLE_box, words);

	if (taken < rows)
		canvas_wrap(
			c, (struct rect){0, y + taken, canvas_w(c), rows - taken}, ROLE_dim, terminal_words(a, arena));
}

static const char *brief_of(const struct canvas *c, struct arena *arena, const struct sample *s)
{
	return s->sign == GLYPH_COUNT ? s->brief : arena_printf(arena, "%s%s", glyph_text(c, s->sign), s->brief);
}

/* Words one after the other, broken where they must be; c NULL: counts. Returns the rows. */
static int put_briefs(struct canvas *c, const struct canvas *like, struct arena *arena, int y, int w)
{
	int x = 0, rows = 1;

	for (size_t i = 0; i < COUNT(samples); i++) {
		const char *text = brief_of(like, arena, &samples[i]);
		bool select = samples[i].role == ROLE_select;

		if (x && x + text_width(text) > w) {
			x = 0;
			rows++;
		}
		if (c)
			canvas_text(c, x, y + rows - 1, -1, select ? ROLE_box : samples[i].role, text);
		if (c && select)
			canvas_select(c, (struct rect){x, y + rows - 1, text_width(text), 1});
		x += text_width(text) + 1;
	}
	return rows;
}

static void put_samples(struct canvas *c, int y, int rows)
{
	for (int i = 0; i < (int)COUNT(samples); i++) {
		const struct sample *s = &samples[i];
		bool select = s->role == ROLE_select;
		int x = i / rows * COLUMN, at = y + i % rows;
		enum role role = select ? ROLE_box : s->role;

		if (s->sign != GLYPH_COUNT)
			canvas_text(c, x, at, -1, role, glyph_text(c, s->sign));
		canvas_text(c, x + 2, at, COLUMN - 3, role, s->text);
		if (select)
			canvas_select(c, (struct rect){x, at, COLUMN - 1, 1});
	}
}

/* Samples with their sentences when there is room for all, else in single words and the list scrolls. */
static struct layout lay_out(const struct app *a, const struct canvas *c, struct arena *arena, int w, int most)
{
	int columns = w >= COLUMN ? w / COLUMN : 1, n = (int)a->picker.n;
	struct layout l = {.list = n, .notes = NOTE_ROWS, .gaps = true};

	l.samples = ((int)COUNT(samples) + columns - 1) / columns;
	if (n + l.samples + l.notes + 2 <= most)
		return l;
	l.gaps = false;
	if (n + l.samples + l.notes <= most)
		return l;
	l.brief = true;
	l.samples = put_briefs(NULL, c, arena, 0, w);
	l.list = n < most - l.samples - l.notes ? n : most - l.samples - l.notes;
	l.list = l.list > 1 ? l.list : 1;
	return l;
}

static void put_choice(struct canvas *c, int y, const struct app *a, size_t i, int name_w)
{
	const struct theme_choice *choice = &a->picker.choice[i];
	bool mine = strcmp(choice->name, a->theme_name) == 0;
	int w = canvas_w(c), x = 2 + name_w + 2;

	if (mine)
		canvas_char(c, 0, y, glyph_char(c, GLYPH_MARK), ROLE_mark);
	canvas_cut(c, 2, y, name_w, ROLE_strong, choice->name);
	if (choice->err)
		x = canvas_text(c, x, y, -1, ROLE_warn, glyph_text(c, GLYPH_WARN)) + 1;
	canvas_cut(c, x, y, w - x, choice->err ? ROLE_warn : ROLE_box,
		choice->err            ? choice->why
		: *choice->theme.about ? choice->theme.about
		: mine                 ? "The look of now."
				       : "");
	if (i == a->picker.on)
		canvas_select(c, (struct rect){0, y, w, 1});
}

/* It lies low and not in the middle: the panel's answer stays in sight, and shows the look at work. */
void picker_draw(struct app *a, struct canvas *c)
{
	struct arena *arena = arena_new(0);
	struct picker *p = &a->picker;
	int w = canvas_w(c) - 2 < WIDTH ? canvas_w(c) - 2 : WIDTH, name_w = 0, y = 0, rows;
	struct layout l = lay_out(a, c, arena, w - 4, canvas_h(c) - 3);
	struct canvas box, in;

	for (size_t i = 0; i < p->n; i++)
		name_w = text_width(p->choice[i].name) > name_w ? text_width(p->choice[i].name) : name_w;
	name_w = name_w < NAME_W ? name_w : NAME_W;
	rows = l.list + l.samples + l.notes + (l.gaps ? 2 : 0);
	box = frame_box(c, (struct rect){(canvas_w(c) - w) / 2, canvas_h(c) - rows - 3 - l.gaps, w, rows + 2},
		"Choose a look", ROLE_box);
	in = canvas_part(&box, (struct rect){1, 0, canvas_w(&box) - 2, rows});
	p->first = table_scroll(p->first, (ptrdiff_t)p->on, p->n, (size_t)l.list);
	p->hit = (struct rect){in.at.x, in.at.y, in.at.w, l.list};
	for (; y < l.list && p->first + (size_t)y < p->n; y++)
		put_choice(&in, y, a, p->first + (size_t)y, name_w);
	y = l.list + l.gaps;
	if (l.brief)
		put_briefs(&in, &in, arena, y, canvas_w(&in));
	else
		put_samples(&in, y, l.samples);
	y += l.samples + l.gaps;
	put_notes(&in, a, arena, y, l.notes);
	arena_free(arena);
}
