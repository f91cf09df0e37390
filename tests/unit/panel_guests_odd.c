/* Tests the panel of guests where things are odd: libvirt in trouble, other hosts, harmful names, sizes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>

#include "probes/util.h"
#include "tests/lib/guests_screen.h"
#include "tui/panels/lines.h"

static struct screen *open_wide(unsigned plain, struct guesting *ret)
{
	struct screen *s = open_guests(plain, ret);

	s->w = 120;
	s->h = 40;
	return s;
}

static void trouble(struct guesting *g, const char *link, double age)
{
	g->guests->link = value_text(link, 0);
	g->guests->why = value_text("Failed to connect socket to '/run/libvirt/libvirt-sock-ro'", 0);
	g->guests->remedy = value_text("systemctl start libvirtd", 0);
	g->guests->answered_s = value_f64(age, 0);
}

/* What is wrong, how old it is, and what helps; what the kernel says of threads goes on. */
static void test_libvirt_in_trouble(void **state)
{
	static const char *const cases[][2] = {{"refused", "libvirt refuses: what it told is 12 s old."},
		{"silent", "libvirt does not answer: what it told is 12 s old."},
		{"lost", "libvirt went away: what it told is 12 s old."}};
	struct guesting g;
	struct screen *s = open_wide(0, &g);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		trouble(&g, cases[i][0], 12);
		must_show(s, cases[i][1]);
		must_show(s, "db1 vcpu 2 waits 38 ms/s");
		must_show(s, "systemctl start libvirtd · Failed to connect socket");
		must_show(s, " running ");
		must_show(s, " off? "); /* who knows; of the others there is a process */
	}
	screen_golden(s, "guests-lost", true);
	/* inside of one guest the same is said, and nothing that moves is shown as if it were now */
	((struct guest_disk *)(uintptr_t)g.guest[GUESTING_WEB3].disk.row)->reads_per_s = value_f64(0, 0);
	screen_keys(s, "/ w e b 3 Enter Enter");
	must_show(s, "libvirt went away: what it told is 12 s old · vcpu 2");
	screen_keys(s, "End");
	must_not_show(s, "reads/s");
	must_not_show(s, "packets in/s");
	trouble(&g, "connected", 0);
	must_not_show(s, "what it told");
	screen_keys(s, "Home PgDn");
	must_show(s, "reads/s");
	screen_keys(s, "Esc Esc");
	trouble(&g, "lost", 12);
	screen_keys(s, "/ o l d 1 Enter Enter");
	must_show(s, "off? ");
	must_show(s, "libvirt went away: what it told is 12 s old · it does not run");
	screen_keys(s, "Esc Esc");
	/* a host that has none may be meant to: that comes last */
	trouble(&g, "none", 12);
	must_show(s, "1 on IDE or e1000. libvirt does not run");
	must_not_show(s, "systemctl");
	trouble(&g, "lost", 12);
	screen_keys(s, "1");
	must_show(s, "GUESTS  3 running         libvirt went away: what it told is 12 s old");
	screen_close(s);
}

/* Nothing to list: a calm sentence, or what keeps us from knowing. */
static void test_no_guests(void **state)
{
	static const struct {
		const char *link, *sentence, *row;
		bool line;
	} cases[] = {
		{NULL, "No guests here: libvirt is not installed or does not run, no QEMU process.", "no guests here",
			false},
		{"none", "No guests here: libvirt is not installed or does not run, no QEMU process.", "no guests here",
			false},
		{"connected", "libvirt lists no guest, and no QEMU process runs here.", "libvirt lists no guest", true},
		{"connecting", "libvirt had not answered yet.", "not recorded", true},
		{"refused", "libvirt refuses.", "no QEMU process runs here", true},
		{"silent", "libvirt does not answer.", "no QEMU process runs here", true},
	};
	struct screen *s = screen_open("founding", false);

	(void)state;
	s->w = 120;
	s->h = 40;
	for (size_t i = 0; i < COUNT(cases); i++) {
		guesting_none(s->app->snap, cases[i].link);
		screen_keys(s, "5 Down Up End PgDn Tab s Home Backspace");
		must_show(s, cases[i].sentence);
		must_show(s, cases[i].row);
		screen_keys(s, "1");
		if (screen_shows(s, " GUESTS ") != cases[i].line)
			fail_msg("%s: %s", cases[i].link, screen_text(s));
		must_not_show(s, " WAIT ");
	}
	guesting_none(s->app->snap, NULL);
	screen_keys(s, "5");
	screen_golden(s, "guests-none", false);
	screen_close(s);
}

/* Guests of another machine: marked, and never joined with the CPUs of this one. */
static void test_of_another_host(void **state)
{
	struct guesting g;
	struct screen *s = open_wide(0, &g);

	(void)state;
	g.guests->of_this_machine = value_bool(false, 0);
	g.guests->hostname = value_text("kvm08", 0);
	for (unsigned i = 0; i < GUESTING_PLAIN; i++) {
		struct placement_guest *p = &g.place[i];
		struct placement_guest other = {
			.key = p->key, .name = p->name, .state = p->state, .managed = p->managed};

		*p = other;
		p->joined = value_bool(false, 0);
	}
	g.placement->guest.n = GUESTING_PLAIN;
	g.placement->waiting = value_u64(0, 0);
	must_show(s, "The guests of qemu:///system (kvm08) are not of this machine: where they run is not known.");
	must_show(s, " running ");
	screen_keys(s, "Enter");
	must_show(s, "not on this machine");
	must_show(s, "where its threads run is not known here");
	must_not_show(s, "MHz/base");
	/* the guests of the test driver run nowhere, and no QEMU is to blame for what they have */
	screen_keys(s, "Esc");
	g.guests->uri = value_text("test:///default", 0);
	g.guests->driver = value_text("Test", 0);
	must_show(s, "The guests of test:///default are libvirt's test driver's: they run nowhere.");
	g.placement->waiting = value_u64(1, 0);
	must_show(s, "On this one: db1 vcpu 2 waits");
	g.guest[GUESTING_WEB3].type = value_text("test", 0);
	screen_keys(s, "/ w e b 3 Enter Enter");
	must_not_show(s, "should be virtio");
	must_not_show(s, "cpu custom qemu64 ▲");
	screen_close(s);
}

/* A guest of this machine whose threads were not found, or may not be looked at, is not said to be elsewhere. */
static void test_threads_that_are_not_found(void **state)
{
	struct guesting g;
	struct screen *s = open_wide(0, &g);
	struct placement_guest *p = &g.place[GUESTING_WEB3];
	struct value denied = {.known = KNOWN_DENIED, .err = -EACCES};

	(void)state;
	p->joined = value_bool(false, 0);
	p->pid = p->pinned = p->cpus = p->nodes = p->wait_ms_per_s = p->wait_us = denied;
	p->conflicts = p->conflict = p->wait_thread = p->busy = denied;
	p->thread = (struct rows){.known = KNOWN_DENIED, .err = -EACCES};
	g.guests->of_this_machine = value_bool(true, 0);
	g.guest[GUESTING_WEB3].pending = g.guest[GUESTING_WEB3].lost = denied;
	must_not_show(s, "elsewhere");
	screen_keys(s, "/ w e b 3 Enter Enter");
	must_show(s, "where its threads run is not known here");
	must_not_show(s, "not on this machine");
	screen_close(s);
}

/* What cannot be compared is not the same as what does not differ. */
static void test_a_difference_that_is_not_known(void **state)
{
	struct guesting g;
	struct screen *s = open_wide(0, &g);
	struct value denied = {.known = KNOWN_DENIED, .err = -EACCES};

	(void)state;
	s->w = 220;
	must_not_show(s, "denied");
	g.guest[GUESTING_WEB3].pending = g.guest[GUESTING_WEB3].lost = denied;
	must_show(s, "denied");
	screen_close(s);
}

/* Neither raw control characters nor marks that turn the line around get out; what is long is cut. */
static void must_be_tame(struct screen *s)
{
	for (const unsigned char *p = (const unsigned char *)screen_text(s); *p; p++)
		if ((*p < 0x20 && *p != '\n') || *p == 0x7f || (p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0) ||
			(p[0] == 0xe2 && p[1] == 0x80 && p[2] >= 0xaa && p[2] <= 0xae))
			fail_msg("raw bytes in %s", s->text);
	screen_sane(s, s->w, s->h);
}

static void test_names_that_mean_harm(void **state)
{
	char *huge = malloc((1 << 20) + 1), *marks = malloc((1 << 20) + 1);
	const char *const names[] = {"\x1b[2J\x1b]0;owned\a", "a\nb\tc\rd",
		"\xe2\x80\xae"
		"drowssap",
		"x\xcc\x81\xcc\x81\xcc\x81",
		"\xe4\xbb\xae\xe6\x83\xb3\xe6\xa9\x9f\xe4\xbb\xae\xe6\x83\xb3\xe6\xa9\x9f\xe4\xbb\xae\xe6\x83\xb3\xe6"
		"\xa9\x9f"
		"\xe4\xbb\xae\xe6\x83\xb3\xe6\xa9\x9f\xe4\xbb\xae\xe6\x83\xb3\xe6\xa9\x9f\xe4\xbb\xae\xe6\x83\xb3\xe6"
		"\xa9\x9f",
		"\xff\xfe\x80", "", "   ", "%s%n%s",
		"\xc2\x9b"
		"31m",
		huge, marks};
	static const int sizes[][2] = {{40, 12}, {80, 24}, {120, 40}};
	struct guesting g;
	struct screen *s = open_wide(0, &g);

	(void)state;
	assert_non_null(huge);
	assert_non_null(marks);
	memset(huge, 'A', 1 << 20);
	for (size_t i = 0; i < 1 << 20; i += 2)
		memcpy(marks + i, "\xcc\x81", 2);
	huge[1 << 20] = marks[1 << 20] = '\0';
	for (size_t i = 0; i < COUNT(names) * COUNT(sizes); i++) {
		struct value name = value_text(names[i % COUNT(names)], 0);

		s->w = sizes[i / COUNT(names)][0];
		s->h = sizes[i / COUNT(names)][1];
		g.guest[GUESTING_WEB3].name = g.guest[GUESTING_WEB3].title = g.place[GUESTING_WEB3].name = name;
		g.guest[GUESTING_WEB3].machine = g.guest[GUESTING_WEB3].cpu_model = g.guest[GUESTING_WEB3].hyperv =
			name;
		g.place[GUESTING_WEB3].conflict = g.placement->wait_with = name;
		((struct guest_disk *)(uintptr_t)g.guest[GUESTING_WEB3].disk.row)->source_name = name;
		((struct guest_disk *)(uintptr_t)g.guest[GUESTING_WEB3].disk.row)->target = name;
		g.placement->wait_guest = g.guest[GUESTING_WEB3].uuid;
		screen_keys(s, "1");
		must_be_tame(s);
		screen_keys(s, "5 Down");
		must_be_tame(s);
		screen_keys(s, "Enter");
		must_be_tame(s);
		screen_keys(s, "PgDn PgDn");
		must_be_tame(s);
		screen_keys(s, "Esc");
	}
	screen_close(s);
	free(huge);
	free(marks);
}

/* A wide name is cut by what it takes on the screen, not by its bytes. */
static void test_wide_names_are_cut(void **state)
{
	struct guesting g;
	struct screen *s = open_wide(0, &g);

	(void)state;
	g.guest[GUESTING_DB1].name = value_text("ein-sehr-langer-Name-eines-Gastes-mit-Umlauten-äöü-äöü-äöü-äöü", 0);
	s->w = 220;
	s->h = 60;
	must_show(s, "ein-sehr-langer-Name-eines-Gastes-mit-U… vcpu 2 waits");
	screen_close(s);
}

static void test_every_size(void **state)
{
	struct guesting g;
	struct screen *s = open_wide(60, &g);

	(void)state;
	for (int inside = 0; inside < 3; inside++) {
		for (int h = 0; h <= HIGHEST + 10; h += 3)
			for (int w = 0; w <= WIDEST; w += 7)
				screen_sane(s, w, h);
		for (int h = 11; h <= 16; h++)
			for (int w = 38; w <= 44; w++)
				screen_sane(s, w, h);
		s->ascii = !s->ascii;
		screen_text(s);
		screen_keys(s, inside ? "End" : "Enter");
	}
	screen_close(s);
}

/* Without colours the words and signs still tell who suffers; without UTF-8 everything is still said. */
static void test_ascii(void **state)
{
	struct guesting g;
	struct screen *s = open_wide(0, &g);

	(void)state;
	s->ascii = true;
	must_show(s, "! db1 ");
	for (int i = 0; i < 2; i++) {
		for (const char *c = screen_text(s); *c; c++)
			if ((unsigned char)*c >= 0x80)
				fail_msg("not ASCII:\n%s", s->text);
		screen_keys(s, "Down Enter");
	}
	must_show(s, "cpu custom qemu64 !");
	screen_close(s);
}

static void must_say_line(struct screen *s,
	bool (*line)(struct arena *a, const struct snapshot *s, struct overview_line *l), const char *expected)
{
	struct arena *a = arena_new(0);
	struct overview_line l = {.label = ""};
	char text[400];
	size_t n;

	assert_true(line(a, s->app->snap, &l));
	n = (size_t)snprintf(text, sizeof(text), "%s: %s", l.label, l.value);
	for (size_t i = 0; i < l.nparts && n < sizeof(text); i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, " | %s", l.part[i].text);
	assert_string_equal(text, expected);
	assert_string_equal(l.panel, "guests");
	arena_free(a);
}

static void must_have_role(const struct screen *s, const char *part, enum role role)
{
	struct arena *a = arena_new(0);
	struct overview_line l;
	bool found = false;

	assert_true(line_guests(a, s->app->snap, &l));
	for (size_t i = 0; i < l.nparts; i++)
		if (strcmp(l.part[i].text, part) == 0) {
			assert_int_equal(l.part[i].role, role);
			found = true;
		}
	assert_true(found);
	arena_free(a);
}

static void test_lines(void **state)
{
	struct guesting g;
	struct screen *s = open_wide(0, &g);
	struct overview_line l = {.label = ""};
	struct arena *a = arena_new(0);

	(void)state;
	must_say_line(s, line_wait, "WAIT: db1 vcpu 2 | 38 ms/s on CPU 12 | shared with web3 vcpu 0 | 3.2 ms a turn");
	must_say_line(s, line_guests,
		"GUESTS: 3 running | 4 threads in conflict | 1 on IDE or e1000 | 2 over several nodes | "
		"1 waits for a restart | 1 not of libvirt");
	must_have_role(s, "4 threads in conflict", ROLE_warn);
	for (unsigned i = 0; i < g.placement->guest.n; i++)
		for (uint32_t k = 0; k < g.place[i].thread.n; k++)
			((struct placement_thread *)(uintptr_t)g.place[i].thread.row)[k].severity = value_u64(1, 0);
	must_have_role(s, "4 threads in conflict", ROLE_info); /* a note is no warning */
	g.guest[GUESTING_DB1].name = value_text("a-name-of-some-length", 0);
	must_say_line(
		s, line_wait, "WAIT: a-name-of… vcpu 2 | 38 ms/s on CPU 12 | shared with web3 vcpu 0 | 3.2 ms a turn");
	g.placement->wait_ms_per_s = value_f64(0.01, 0);
	must_say_line(s, line_wait, "WAIT: nobody | no thread of a guest waits for a CPU");
	g.placement->wait_ms_per_s = (struct value){.known = KNOWN_NOT_YET};
	assert_true(line_wait(a, s->app->snap, &l));
	assert_string_equal(l.value, "not recorded");
	assert_int_equal(l.role, ROLE_unknown);
	g.placement->running = value_u64(0, 0);
	assert_false(line_wait(a, s->app->snap, &l));
	arena_free(a);
	/* Enter on the line opens the panel */
	screen_line(s, "GUESTS");
	screen_keys(s, "Enter");
	must_show(s, "worst first");
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_libvirt_in_trouble),
		cmocka_unit_test(test_no_guests),
		cmocka_unit_test(test_of_another_host),
		cmocka_unit_test(test_threads_that_are_not_found),
		cmocka_unit_test(test_a_difference_that_is_not_known),
		cmocka_unit_test(test_names_that_mean_harm),
		cmocka_unit_test(test_wide_names_are_cut),
		cmocka_unit_test(test_every_size),
		cmocka_unit_test(test_ascii),
		cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
