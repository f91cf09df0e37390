/* Sizes from 0×0 to 130×50, each panel and overlay: nothing is drawn where no cell is, whatever the host. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/screen.h"

static void small_host(void **state)
{
	struct screen *s = screen_open("founding", false);

	(void)state;
	screen_every_size(s, 1, 4);
	screen_close(s);
}

static void a_capture(void **state)
{
	struct screen *s = screen_tape("founding", 5);

	(void)state;
	screen_every_size(s, 3, 5);
	screen_close(s);
}

static void host_without_cpus(void **state)
{
	struct screen *s = screen_open("empty", false);

	(void)state;
	screen_every_size(s, 3, 5);
	screen_close(s);
}

static void host_whose_files_lie(void **state)
{
	struct screen *s = screen_open("odd", false);

	(void)state;
	screen_every_size(s, 3, 5);
	screen_close(s);
}

static void host_of_512_cpus(void **state)
{
	struct screen *s = screen_open("wide512", false);

	(void)state;
	screen_every_size(s, 9, 11);
	screen_close(s);
}

static void host_with_guests(void **state)
{
	struct screen *s = screen_open("guests", false);

	(void)state;
	screen_every_size(s, 5, 7);
	screen_close(s);
}

static void host_whose_guests_have_evil_names(void **state)
{
	struct screen *s = screen_open("hostile-guests", false);

	(void)state;
	screen_every_size(s, 9, 11);
	screen_close(s);
}

/* Before the first snapshot there is a picture too, and it says so. */
static void before_the_first_answer(void **state)
{
	struct screen *s = screen_open("founding", false);

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		screen_view(s, i);
		snapshot_unref(s->app->snap);
		s->app->snap = NULL;
		for (int h = 0; h <= HIGHEST; h += 3)
			for (int w = 0; w <= WIDEST; w += 3)
				screen_sane(s, w, h);
		assert_true(screen_shows(s, "READING"));
		assert_true(i || screen_shows(s, "Reading this host"));
		app_refresh(s->app);
	}
	screen_close(s);
}

/* Below 40×12 it says what it needs and goes on: what cannot be seen cannot be done. */
static void too_small_says_so(void **state)
{
	struct screen *s = screen_open("founding", false);

	(void)state;
	s->w = 39;
	s->h = 12;
	assert_true(screen_shows(s, "40x12"));
	s->w = 40;
	s->h = 11;
	assert_true(screen_shows(s, "40x12"));
	screen_keys(s, "3 g Enter Enter y");
	s->h = 12;
	assert_true(screen_shows(s, "1 Overview"));
	must_not_show(s, "Switch the governor");
	s->h = 5;
	screen_keys(s, "q");
	assert_true(app_quits(s->app));
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_host),
		cmocka_unit_test(a_capture),
		cmocka_unit_test(host_without_cpus),
		cmocka_unit_test(host_whose_files_lie),
		cmocka_unit_test(host_of_512_cpus),
		cmocka_unit_test(host_with_guests),
		cmocka_unit_test(host_whose_guests_have_evil_names),
		cmocka_unit_test(before_the_first_answer),
		cmocka_unit_test(too_small_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
