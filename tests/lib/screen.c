/* The whole screen without a terminal. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/changer.h"
#include "probes/host/host.h"
#include "probes/sampler.h"
#include "probes/util.h"
#include "tests/lib/clocked.h"
#include "tests/lib/hosts.h"
#include "tests/lib/picture.h"
#include "tests/lib/tape.h"
#include "tests/lib/tree.h"
#include "tui/beside.h"

static const int64_t clock_ns = INT64_C(1795662764000000000); /* 2026-11-26 03:12:44 UTC */

static struct host *with_clock(struct screen *s, struct host *h)
{
	return clocked(&s->clock, h, &s->now_ns); /* of the sampler's handle */
}

static void sample(struct screen *s)
{
	s->now_ns += 1000000000;
	app_sample(s->app, true);
}

static struct screen *screen_new(void)
{
	struct screen *s = xcalloc(1, sizeof(*s));

	s->w = 80;
	s->h = 24;
	s->now_ns = 1000000000000;
	s->folder = tree_new();
	assert_int_equal(setenv("HVSCOPE_STATE", s->folder, 1), 0);
	assert_int_equal(setenv("HVSCOPE_DATADIR", s->folder, 1), 0);
	return s;
}

static void open_app(struct screen *s, struct host *h)
{
	struct options o = {.timeout = 3, .interval = 0.1}; /* between two samples of a host beside */

	s->app = app_over(h, &o, NULL);
	assert_non_null(s->app);
	s->app->message[0] = '\0'; /* there is no theme file in that folder */
}

static struct screen *screen_tree(const char *host, bool writable)
{
	struct screen *s = screen_new();

	s->tree = tree_new();
	host_unpack(s->tree, host, "tree");
	open_app(s, with_clock(s, writable ? tree_writable_host(s->tree) : tree_host(s->tree)));
	sample(s);
	host_unpack(s->tree, host, "later");
	sample(s);
	return s;
}

struct screen *screen_open(const char *host, bool writable)
{
	struct screen *s;

	if (writable)
		return screen_tree(host, true);
	s = screen_new();
	open_app(s, host_capture(host));
	sample(s);
	sample(s);
	return s;
}

struct screen *screen_unpacked(const char *host)
{
	return screen_tree(host, false);
}

struct screen *screen_tape(const char *host, unsigned ticks)
{
	struct screen *s = screen_new();
	char *path = tape_file(s->folder, host, ticks);

	open_app(s, tape_host(path));
	free(path);
	app_play_to(s->app, 2);
	sampler_play(s->app->sampler, true); /* as in the program */
	return s;
}

struct screen *screen_over(const char *folder)
{
	struct screen *s = screen_new();

	open_app(s, with_clock(s, tree_host(folder)));
	sample(s);
	return s;
}

void screen_close(struct screen *s)
{
	int tries = 0;

	/* leaving waits a moment only; where many tests run side by side, the thread of changes may need longer to end
	 */
	while (!app_free(s->app))
		assert_true(++tries < 100);
	if (s->tree)
		tree_free(s->tree);
	tree_free(s->folder);
	free(s->text);
	free(s);
}

void screen_tick(struct screen *s)
{
	sample(s);
}

static void settle(struct screen *s)
{
	changer_wait(s->app->changer);
	app_refresh(s->app);
}

static void press(struct screen *s, struct key key)
{
	screen_text(s); /* keys know what lies where from the picture before */
	app_key(s->app, key);
	settle(s);
}

void screen_keys(struct screen *s, const char *names)
{
	char *copy = xstrdup(names), *rest = NULL;

	for (char *name = strtok_r(copy, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
		struct key key = {.code = key_from_name(name)};

		if (!key.code)
			fail_msg("no key %s", name);
		press(s, key);
	}
	free(copy);
}

void screen_type(struct screen *s, const char *text)
{
	for (; *text; text++)
		press(s, (struct key){.code = (unsigned char)*text});
}

void screen_command(struct screen *s, const char *text)
{
	screen_keys(s, ":");
	for (; *text; text++) { /* as pasted: what lies where is not asked before Enter */
		app_key(s->app, (struct key){.code = (unsigned char)*text});
		settle(s);
	}
	screen_keys(s, "Enter");
}

void screen_click(struct screen *s, int x, int y, enum button button, bool twice)
{
	press(s, (struct key){
			 .code = K_MOUSE, .x = (int16_t)x, .y = (int16_t)y, .button = (uint8_t)button, .twice = twice});
}

/* What differs from run to run is made the same: clocks, and who the user is. */
static void stop_clocks(struct app *a)
{
	struct entry *entry;

	if (a->snap)
		a->snap->wall_ns = clock_ns;
	if (beside_snapshot(a))
		((struct snapshot *)(uintptr_t)beside_snapshot(a))->wall_ns = clock_ns;
	for (size_t i = 0; a->entries && i < a->entries->n; i++) {
		memcpy(&entry, &a->entries->entry, sizeof(entry)); /* its const is for everybody else */
		entry[i].wall_ns = clock_ns - (int64_t)(a->entries->n - i) * 60000000000;
		entry[i].user = "root";
		entry[i].sudo_user = NULL;
	}
}

static const char *draw(struct screen *s, bool roles)
{
	struct picture p = picture_new(s->w, s->h, s->ascii);
	struct canvas c;
	int x, y;

	stop_clocks(s->app);
	c = app_compose(s->app, p.cells, s->w, s->h, s->ascii, &x, &y);
	free(s->text);
	s->text = roles ? canvas_to_roles(&c) : canvas_to_text(&c);
	assert_non_null(s->text);
	picture_end(&p);
	return s->text;
}

const char *screen_text(struct screen *s)
{
	return draw(s, false);
}

const char *screen_roles(struct screen *s)
{
	return draw(s, true);
}

const char *screen_row(struct screen *s, int y)
{
	char *row = s->text;

	screen_text(s);
	row = s->text;
	while (y-- > 0 && *row)
		row += strcspn(row, "\n") + 1;
	row[strcspn(row, "\n")] = '\0';
	return row;
}

const char *screen_bottom(struct screen *s)
{
	return screen_row(s, s->h - 1);
}

int screen_row_with(struct screen *s, const char *text)
{
	for (int y = 0; y < s->h; y++)
		if (strstr(screen_row(s, y), text))
			return y;
	fail_msg("no row with %s:\n%s", text, screen_text(s));
	return -1;
}

bool screen_shows(struct screen *s, const char *text)
{
	return strstr(screen_text(s), text) != NULL;
}

void must_show(struct screen *s, const char *text)
{
	if (!screen_shows(s, text))
		fail_msg("not on the screen: %s\n%s", text, s->text);
}

void must_not_show(struct screen *s, const char *text)
{
	if (screen_shows(s, text))
		fail_msg("still on the screen: %s\n%s", text, s->text);
}

void must_say(struct screen *s, const char *text)
{
	if (!strstr(screen_bottom(s), text))
		fail_msg("the last line is not \"%s\" but \"%s\"", text, screen_bottom(s));
}

void screen_sane(struct screen *s, int w, int h)
{
	struct picture p = picture_new(w, h, s->ascii);
	struct canvas c;
	int x, y;

	c = app_compose(s->app, p.cells, w, h, s->ascii, &x, &y);
	assert_int_equal(canvas_w(&c), w);
	assert_int_equal(canvas_h(&c), h);
	picture_sane(&c);
	assert_true(x < w && (x < 0 || (y >= 0 && y < h)));
	for (size_t i = 0; i < s->app->nkey_hits; i++)
		assert_true(s->app->key_hit[i].x + s->app->key_hit[i].w <= w);
	picture_end(&p);
}
