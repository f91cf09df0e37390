/* A second host beside this one: both panels, the keys that move them, marks, and where only one of them has room. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/beside.h"
#include "tests/lib/hosts.h"
#include "tui/beside.h"

/* Whatever the machine, in every panel and size: what is the same has no mark. */
static void a_host_beside_itself(void **state)
{
	static const int all[][2] = {{40, 12}, {160, 50}, {80, 24}, {100, 30}};
	const bool thorough = getenv("HVSCOPE_THOROUGH"); /* the fast tests have two sizes of every third machine */
	const size_t sizes = thorough ? COUNT(all) : 2;
	char **names = host_names();

	(void)state;
	for (char **name = names; *name; name++) {
		struct besides b;

		if ((!thorough && (name - names) % 3) || strcmp(*name, "silent") == 0)
			continue; /* says how long libvirt has been silent, on the clock of a test and on that of the other */
		b = besides_open(*name, *name);
		for (size_t i = 0; i < sizes * screen_panels(); i++) {
			b.s->w = all[i % sizes][0];
			b.s->h = all[i % sizes][1];
			screen_view(b.s, i / sizes);
			if (besides_marks(&b, -1))
				fail_msg("%s differs from itself:\n%s", *name, screen_text(b.s));
		}
		besides_close(&b);
	}
	host_names_free(names);
}

static void both_hosts_are_seen(void **state)
{
	struct besides b = besides_open("founding", "fine");
	const char *row;

	(void)state;
	must_show(b.s, "Governor powersave on acpi-cpufreq pins its CPUs to");
	must_show(b.s, "Governor performance on intel_pstate.");
	row = screen_row(b.s, 3);
	assert_non_null(strstr(row, "kvm07 DIRECTORY"));
	assert_non_null(strstr(row, "fine DIRECTORY"));
	assert_non_null(strstr(row, "\xe2\x89\xa0 "));
	assert_true(besides_marks(&b, 0) > 20 && besides_marks(&b, 1) > 20);
	assert_non_null(strstr(screen_bottom(b.s), "= differences"));
	screen_command(b.s, "beside off");
	must_not_show(b.s, "fine DIRECTORY");
	assert_int_equal(besides_marks(&b, 0), 0);
	screen_command(b.s, "beside off");
	must_say(b.s, "There is no host beside this one.");
	besides_close(&b);
}

/* The cursor is the same one: it is on the same CPU on both sides, and so is what sorts and what filters. */
static void keys_move_both(void **state)
{
	struct besides b = besides_open("founding", "fine");
	const char *p;
	int y;

	(void)state;
	screen_keys(b.s, "3 Down Down");
	y = screen_row_with(b.s, "  2     -");
	p = screen_roles(b.s);
	while (y--)
		p += strcspn(p, "\n") + 1;
	assert_int_equal(strspn(p, "N"), 59); /* the whole row, here … */
	assert_int_equal(strspn(p + 61, "N"), 59); /* … and there */
	screen_command(b.s, "filter 0-1");
	must_not_show(b.s, "  2     -");
	screen_click(b.s, 70, screen_row_with(b.s, "  1     -"), BUTTON_LEFT, false); /* in the other's half */
	screen_keys(b.s, "?");
	must_show(b.s, "silicon.cpu[1].online");
	besides_close(&b);
}

/* Where there is room for one, D changes between them, and the title says which one is seen. */
static void one_at_a_time(void **state)
{
	static const int sizes[][2] = {{40, 12}, {80, 24}, {99, 30}};
	struct besides b = besides_open("founding", "fine");

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		b.s->w = sizes[i][0];
		b.s->h = sizes[i][1];
		assert_non_null(strstr(screen_row(b.s, 0), "kvm07"));
		must_show(b.s, "SLEEP   C6");
		assert_true(besides_marks(&b, 0) > 5);
		screen_keys(b.s, "D");
		assert_non_null(strstr(screen_row(b.s, 0), "OTHER HOST: DIRECTORY"));
		assert_non_null(strstr(screen_row(b.s, 0), "fine"));
		must_show(b.s, "SLEEP   not known");
		assert_true(besides_marks(&b, 0) > 5);
		screen_keys(b.s, "D");
		assert_null(strstr(screen_row(b.s, 0), "OTHER HOST"));
	}
	besides_close(&b);
}

/* What is asked to be changed is this host: it is on the screen again before anything is asked. */
static void changes_are_of_this_host(void **state)
{
	struct besides b = besides_open("founding", "fine");

	(void)state;
	b.s->w = 80;
	b.s->h = 24;
	screen_keys(b.s, "3 D g");
	assert_null(strstr(screen_row(b.s, 0), "OTHER HOST"));
	assert_non_null(strstr(screen_row(b.s, 0), "kvm07"));
	screen_keys(b.s, "Enter Enter");
	must_show(b.s, "on kvm07");
	screen_keys(b.s, "Esc D");
	screen_command(b.s, "undo");
	assert_null(strstr(screen_row(b.s, 0), "OTHER HOST"));
	b.s->w = 120;
	screen_command(b.s, "governor performance all");
	must_show(b.s, "on kvm07");
	besides_close(&b);
}

/* The number under the cursor, there: when it is another one. */
static void the_fact_under_the_cursor(void **state)
{
	struct besides b = besides_open("founding", "fine");

	(void)state;
	screen_keys(b.s, "3");
	for (int i = 0; i < 13 && !strstr(screen_row(b.s, b.s->h - 2), "performance"); i++)
		screen_keys(b.s, "Tab");
	assert_non_null(strstr(screen_row(b.s, b.s->h - 2), "Governor: powersave here, performance on fine"));
	screen_keys(b.s, "?");
	must_show(b.s, "There");
	must_show(b.s, "performance");
	besides_close(&b);
}

/* The letters of a row's roles, in this host's half. */
static void roles_of_row(struct screen *s, int y, char ret[60])
{
	const char *p = screen_roles(s);

	while (y--)
		p += strcspn(p, "\n") + 1;
	snprintf(ret, 60, "%.*s", (int)strcspn(p, "\n"), p);
}

/* What moves by itself is no difference, unless it is asked for. */
static void what_moves_counts_when_it_is_asked_for(void **state)
{
	struct besides b = besides_open("founding", "fine");
	int memory = screen_row_with(b.s, "MEMORY  412 of"), cpu;
	char roles[60];

	(void)state;
	roles_of_row(b.s, memory, roles);
	assert_int_not_equal(roles[9], 'm'); /* 412 */
	assert_int_equal(roles[27], 'm'); /* KSM */
	screen_command(b.s, "differences moving");
	roles_of_row(b.s, memory, roles);
	assert_int_equal(roles[9], 'm');
	screen_command(b.s, "panel frequency");
	screen_keys(b.s, "Down");
	cpu = screen_row_with(b.s, "  0     -");
	roles_of_row(b.s, cpu, roles);
	assert_int_equal(roles[13], 'm'); /* its clock */
	screen_command(b.s, "differences steady");
	roles_of_row(b.s, cpu, roles);
	assert_int_not_equal(roles[13], 'm');
	assert_int_equal(roles[50], 'm'); /* its governor */
	besides_close(&b);
}

static void without_unicode(void **state)
{
	struct besides b = besides_open("guests", "no-libvirt");

	(void)state;
	b.s->ascii = true;
	for (size_t i = 0; i < screen_panels() * 2; i++) {
		b.s->w = i % 2 ? 80 : 120;
		screen_view(b.s, i / 2);
		for (const char *c = screen_text(b.s); *c; c++)
			if ((unsigned char)*c >= 0x80)
				fail_msg("not ASCII:\n%s", b.s->text);
	}
	screen_keys(b.s, "5");
	assert_non_null(strstr(screen_text(b.s), "\n!")); /* rows that differ */
	assert_non_null(strstr(screen_text(b.s), "\n+")); /* rows of one host only */
	besides_close(&b);
}

static void every_size(void **state)
{
	static const char *const pairs[][2] = {{"founding", "fine"}, {"guests", "no-libvirt"}, {"empty", "odd"}};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct besides b = besides_open(pairs[i][0], pairs[i][1]);

		screen_every_size(b.s, 5, 9);
		for (b.s->w = 96; b.s->w < 104; b.s->w++)
			screen_sane(b.s, b.s->w, 24);
		screen_keys(b.s, "Esc Esc Esc Esc =");
		for (int h = 0; h <= HIGHEST; h += screen_step(3))
			for (int w = 0; w <= WIDEST; w += screen_step(3))
				screen_sane(b.s, w, h);
		besides_close(&b);
	}
}

static void goldens(void **state)
{
	struct besides b = besides_open("founding", "fine");

	(void)state;
	screen_golden(b.s, "beside-overview", false);
	screen_keys(b.s, "3");
	screen_golden(b.s, "beside-frequency", false);
	b.s->w = 80;
	screen_keys(b.s, "D");
	screen_golden(b.s, "beside-alone", true);
	besides_close(&b);
	b = besides_open("guests", "no-libvirt");
	screen_keys(b.s, "5");
	screen_golden(b.s, "beside-guests", false);
	besides_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_host_beside_itself),
		cmocka_unit_test(both_hosts_are_seen),
		cmocka_unit_test(keys_move_both),
		cmocka_unit_test(one_at_a_time),
		cmocka_unit_test(changes_are_of_this_host),
		cmocka_unit_test(the_fact_under_the_cursor),
		cmocka_unit_test(what_moves_counts_when_it_is_asked_for),
		cmocka_unit_test(without_unicode),
		cmocka_unit_test(every_size),
		cmocka_unit_test(goldens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
