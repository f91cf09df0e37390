/* The screen over a capture: where its time stands, the keys that move it, and that nothing of it can be changed. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/sampler_impl.h"
#include "probes/util.h"
#include "tests/lib/screen.h"

enum { TICKS = 25 };

static void stands(struct screen *s, unsigned tick)
{
	char text[40];

	snprintf(text, sizeof(text), "tick %u of %u ", tick, TICKS);
	if (!strstr(screen_row(s, 0), text))
		fail_msg("it does not stand at %s but at %s", text, screen_row(s, 0));
}

static void keys_move_time(void **state)
{
	static const struct {
		const char *keys;
		unsigned tick;
		const char *says; /* "": nothing */
	} rows[] = {
		{".", 3, ""},
		{". .", 5, ""},
		{",", 4, ""},
		{">", 14, ""},
		{"> >", TICKS, ""},
		{">", TICKS, "This is the last tick"},
		{".", TICKS, "This is the last tick"},
		{"<", 15, ""},
		{"< <", 1, ""},
		{"<", 1, "This is the first tick"},
		{",", 1, "This is the first tick"},
		{": t i c k Space 1 7 Enter", 17, ""},
		{": t i c k Space 2 6 Enter", 17, "A tick is a number from 1 to 25 here, not \"26\""},
		{": t i c k Space x Enter", 17, "A tick is a number from 1 to 25 here, not \"x\""},
		{": t i c k Enter", 17, "Which tick? This capture has 1 to 25."},
		{": g o Space 1 9 Enter", 19, ""},
		{": j u m p - b Space 2 Enter", 17, ""},
		{": j u m p Space 3 Enter", 20, ""},
		{": j u m p - b Space 3 Enter", 17, ""},
		{": j u m p Space 0 Enter", 17, "A jump is a number of ticks, not \"0\""},
		{": s t e p - b Enter", 16, ""},
		{": j u m p Enter", TICKS, ""},
		{"L", TICKS, "The first tick follows the last one"},
		{": l o o p Space o f f Enter", TICKS, "It stops at the last tick"},
		{": l o o p Space a Enter", TICKS, "loop is on or off, not \"a\""},
		{"r", TICKS, "there is no more to read"},
		{": d e e p Enter", TICKS, "there is nothing deeper"},
	};
	struct screen *s = screen_tape("founding", TICKS);

	(void)state;
	s->w = 100;
	stands(s, 2);
	for (size_t i = 0; i < COUNT(rows); i++) {
		screen_keys(s, rows[i].keys);
		stands(s, rows[i].tick);
		must_say(s, *rows[i].says ? rows[i].says : "q quit");
	}
	screen_close(s);
}

static void a_long_one_is_passed_by_tenths(void **state)
{
	struct screen *s = screen_tape("empty", 400);

	(void)state;
	screen_keys(s, ">");
	must_show(s, "tick 42 of 400");
	screen_keys(s, "<");
	must_show(s, "tick 2 of 400");
	screen_close(s);
}

static void the_title_says_how_it_goes(void **state)
{
	struct screen *s = screen_tape("founding", TICKS);

	(void)state;
	must_show(s, "tick 2 of 25 ▶  11-26 03:12:44Z");
	must_show(s, "Space pause");
	screen_keys(s, "L Esc");
	must_show(s, "tick 2 of 25 ▶ loop  11-26 03:12:44Z");
	screen_keys(s, "Space");
	must_show(s, "tick 2 of 25 ❚❚ loop  11-26 03:12:44Z");
	must_show(s, "Space play");
	s->w = 120; /* there is room for the year */
	must_show(s, "tick 2 of 25 ❚❚ loop  2026-11-26 03:12:44Z");
	s->w = 40;
	s->h = 12;
	must_show(s, "kvm07 CAPTURE  2/25 ❚❚ loop 11-26 03:12Z");
	s->ascii = true;
	must_show(s, "kvm07 CAPTURE  2/25 || loop 11-26 03:12Z");
	screen_keys(s, "L Space");
	must_show(s, "kvm07 CAPTURE        2/25 > 11-26 03:12Z");
	screen_close(s);
}

/* Where a thread samples, the way to a tick can be long. */
static void the_title_counts_on_the_way(void **state)
{
	struct screen *s = screen_tape("founding", TICKS);

	(void)state;
	s->app->sampler->tape.going = 20;
	s->app->sampler->tape.at = 5;
	must_show(s, "CAPTURE      Xeon Gold 6240R ×2  going to tick 20 of 25 … 25 %");
	s->w = 40;
	s->ascii = true;
	must_show(s, "kvm07 CAPTURE                    > 20/25");
	s->app->sampler->tape.going = 0;
	screen_close(s);
}

static void the_label_is_there_at_every_width(void **state)
{
	struct screen *s = screen_tape("founding", TICKS);

	(void)state;
	for (s->w = 40; s->w <= 130; s->w++) {
		if (!strstr(screen_row(s, 0), "kvm07") || !strstr(screen_row(s, 0), "CAPTURE") ||
			!strstr(screen_row(s, 0), "2/25 ▶ 11-26 03:12Z") ==
				!(strstr(screen_row(s, 0), "tick 2 of 25 ▶ ") && strstr(screen_row(s, 0), "11-26 03:12:44Z")))
			fail_msg("at %d: %s", s->w, screen_row(s, 0));
		if (!strstr(screen_bottom(s), "Space pause") || !strstr(screen_bottom(s), "h help"))
			fail_msg("at %d: %s", s->w, screen_bottom(s));
	}
	screen_close(s);
}

/* The keys that move time leave room for those of the panel. */
static void the_panels_keys_are_shown_too(void **state)
{
	struct screen *s = screen_tape("guests", 3);
	char text[80];

	(void)state;
	for (size_t i = 0; i < npanels; i++) {
		const struct panel *p = panels[i];

		if (!p)
			continue;
		snprintf(text, sizeof(text), "panel %s", p->name);
		screen_command(s, text);
		must_show(s, "Space pause  ,. step");
		for (size_t k = 0; k < p->nhints; k++) {
			snprintf(text, sizeof(text), "  %s %s", p->hints[k].key, p->hints[k].label);
			must_say(s, text);
		}
	}
	screen_close(s);
}

static void other_hosts_have_no_such_keys(void **state)
{
	static const char *const keys[] = {".", ",", "<", ">", "L", ": t i c k Space 1 Enter"};
	struct screen *s = screen_unpacked("founding");

	(void)state;
	s->w = 200;
	assert_null(strstr(screen_bottom(s), "step"));
	assert_null(strstr(screen_bottom(s), "L loop"));
	for (size_t i = 0; i < COUNT(keys); i++) {
		screen_keys(s, keys[i]);
		must_say(s, "This is no capture");
	}
	screen_keys(s, "Space");
	must_show(s, "PAUSED");
	screen_close(s);
}

/* What needs two ticks is not being read: it is there with the second, or never. */
static void what_is_not_there_is_not_being_read(void **state)
{
	struct screen *s = screen_tape("founding", 2);

	(void)state;
	s->w = 120;
	screen_command(s, "go 1");
	must_show(s, "LOAD    not yet");
	must_show(s, "busy: not yet");
	must_not_show(s, "eading");
	screen_command(s, "explain load.busy");
	must_show(s, "Value    not yet");
	screen_keys(s, "Esc 3");
	must_show(s, "this is the first one");
	screen_keys(s, ".");
	must_not_show(s, "this is the first one");
	screen_close(s);
	s = screen_tape("founding", 1);
	s->w = 120;
	must_show(s, "LOAD    not recorded");
	must_show(s, "CLOCK   not recorded ");
	must_not_show(s, "eading");
	screen_keys(s, "3");
	must_show(s, "The load of the CPUs needs two ticks, and this capture has one");
	screen_close(s);
}

/* The facts are of the tick, also those that were asked about. */
static void the_facts_go_with_time(void **state)
{
	struct screen *s = screen_tape("founding", TICKS);

	(void)state;
	s->w = 100;
	screen_keys(s, "3");
	must_show(s, "measured");
	s->h = 40;
	screen_command(s, "explain load.cpu[0].busy");
	must_show(s, "Raw      \"cpu 25092 0 ");
	screen_keys(s, ".");
	must_show(s, "Raw      \"cpu 25093 0 ");
	screen_keys(s, ".");
	must_show(s, "Raw      \"cpu 25097 0 ");
	screen_keys(s, "> <");
	must_show(s, "Raw      \"cpu 25097 0 ");
	screen_keys(s, ",");
	must_show(s, "Raw      \"cpu 25093 0 ");
	screen_close(s);
}

/* What the list of CPUs remembers of naps is forgotten when time turns back: the same tick looks the same. */
static void the_same_tick_looks_the_same(void **state)
{
	struct screen *s = screen_tape("founding", TICKS);
	char *was;

	(void)state;
	screen_keys(s, "4");
	screen_command(s, "tick 1");
	screen_keys(s, ".");
	was = xstrdup(screen_text(s));
	screen_keys(s, "> <");
	stands(s, 2);
	screen_command(s, "tick 1");
	screen_keys(s, ".");
	assert_string_equal(screen_text(s), was);
	free(was);
	screen_close(s);
}

static size_t files_in(const char *folder)
{
	DIR *d = opendir(folder);
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void nothing_can_be_changed(void **state)
{
	struct screen *s = screen_tape("founding", TICKS);
	size_t files = files_in(s->folder);

	(void)state;
	s->w = 100;
	s->h = 40;
	screen_command(s, "governor performance all");
	must_show(s, "powersave → performance");
	must_show(s, "Not here");
	must_show(s, "By hand");
	must_show(s, "echo performance");
	must_not_show(s, "Yes, change it");
	screen_keys(s, "y Enter");
	must_say(s, "Nothing was changed.");
	screen_keys(s, ".");
	stands(s, 3);
	screen_keys(s, "u");
	must_say(s, "A capture has no journal");
	screen_command(s, "undo 1");
	must_say(s, "A capture has no journal");
	screen_keys(s, "9");
	must_show(s, "a capture has no journal");
	must_not_show(s, "Nothing is left");
	assert_int_equal(files_in(s->folder), files);
	screen_close(s);
}

static void pins_are_shown_and_not_set(void **state)
{
	struct screen *s = screen_tape("guests", 3);
	size_t files = files_in(s->folder);

	(void)state;
	s->w = 120;
	s->h = 40;
	screen_keys(s, "5");
	must_show(s, "web3");
	screen_command(s, "pin web3 vcpu 0 1");
	must_show(s, "live vcpu 0    6 → 1");
	must_show(s, "Not here");
	must_show(s, "virsh vcpupin 6f3a1c5e-2b41-4d0f-9a77-0c1d2e3f4a5b 0 1 --live --config");
	must_not_show(s, "Yes, change it");
	screen_keys(s, "y");
	assert_int_equal(files_in(s->folder), files);
	screen_keys(s, "Esc p"); /* the choice of CPUs ends in a plan too */
	must_show(s, "CPUs");
	screen_keys(s, "Enter");
	must_not_show(s, "Yes, change it");
	screen_close(s);
}

static void goldens(void **state)
{
	struct screen *s = screen_tape("founding", TICKS);

	(void)state;
	screen_golden(s, "tape-overview", false);
	screen_keys(s, "Space > 3");
	screen_golden(s, "tape-frequency", true);
	s->ascii = true;
	screen_golden(s, "tape-ascii", true);
	s->ascii = false;
	screen_keys(s, "9");
	screen_golden(s, "tape-changes", true);
	screen_command(s, "governor performance all");
	screen_golden(s, "tape-plan", true);
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_move_time),
		cmocka_unit_test(a_long_one_is_passed_by_tenths),
		cmocka_unit_test(the_title_says_how_it_goes),
		cmocka_unit_test(the_title_counts_on_the_way),
		cmocka_unit_test(the_label_is_there_at_every_width),
		cmocka_unit_test(the_panels_keys_are_shown_too),
		cmocka_unit_test(other_hosts_have_no_such_keys),
		cmocka_unit_test(what_is_not_there_is_not_being_read),
		cmocka_unit_test(the_facts_go_with_time),
		cmocka_unit_test(the_same_tick_looks_the_same),
		cmocka_unit_test(nothing_can_be_changed),
		cmocka_unit_test(pins_are_shown_and_not_set),
		cmocka_unit_test(goldens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
