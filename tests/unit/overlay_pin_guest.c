/* Whose pin the choice of CPUs is about: who is asked for, in which scopes, and what if the guest changes meanwhile. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/cpuset.h"
#include "probes/util.h"
#include "tests/lib/screen.h"
#include "tests/lib/bench_seats.h"
#include "tui/pin_pick.h"

static const char *chosen(const struct bench *b)
{
	return cpuset_text(b->s->app->pin->arena, b->s->app->pin->cpus);
}

/* What Enter would run. */
static const char *command(struct bench *b)
{
	return pin_command(b->s->app->pin->arena, b->s->app->pin, pin_guest(b->s->app), chosen(b));
}

/* Both for who runs and is defined, else the only one there is; the plan of that needs no option. */
static void scopes_are_those_of_the_guest(void **state)
{
	struct bench *b = *state;

	pin_start(b->s->app, SEATS_DB1, "all");
	must_show(b->s, "scope both: at once, and kept in the definition");
	assert_string_equal(command(b), "pin " SEATS_DB1 " all 1:1 1-4");
	screen_keys(b->s, "s");
	must_show(b->s, "scope live: at once, until the guest stops");
	assert_string_equal(command(b), "pin " SEATS_DB1 " all 1:1 1-4 --live");
	screen_keys(b->s, "s Tab");
	must_show(b->s, "scope config: the definition only, from the next start on");
	assert_string_equal(command(b), "pin " SEATS_DB1 " all 1-4 --config");
	screen_keys(b->s, "s Tab");
	assert_string_equal(command(b), "pin " SEATS_DB1 " emulator 0");
	pin_start(b->s->app, SEATS_MAIL, "vcpu 1");
	must_show(b->s, "scope live: at once, until the guest stops (it has no definition)");
	screen_keys(b->s, "s s");
	assert_string_equal(command(b), "pin " SEATS_MAIL " vcpu 1 16-17");
	screen_keys(b->s, "-");
	must_say(b->s, "It is transient: there is no definition that could keep a pin.");
	pin_start(b->s->app, SEATS_OFF, "vcpu 0");
	must_show(b->s, "vcpu 0: off; its definition has CPU 20");
	must_show(b->s, "(it is off)");
	screen_keys(b->s, "s");
	assert_string_equal(command(b), "pin " SEATS_OFF " vcpu 0 20");
}

static void a_pin_is_taken_away_from_one_thread(void **state)
{
	struct bench *b = *state;
	struct pin_pick *p;

	pin_start(b->s->app, SEATS_DB1, "vcpu 3");
	p = b->s->app->pin;
	assert_string_equal(pin_command(p->arena, p, pin_guest(b->s->app), "-"), "pin " SEATS_DB1 " vcpu 3 - --config");
	screen_keys(b->s, "Tab -");
	must_say(b->s, "A pin is taken away from one thread at a time: Tab chooses it.");
}

/* Who changes while the choice is open: it says so, and Enter refuses. */
static void a_guest_that_changes_is_not_pinned(void **state)
{
	static const struct {
		const char *name, *state;
		unsigned id, vcpus;
		bool persistent;
		const char *says;
	} cases[] = {
		{NULL, "running", 2, 4, true, "web3 is gone: there is no guest of that UUID any more."},
		{"web9", "running", 2, 4, true, "web3 is called web9 now: Esc, then p again."},
		{"web3", "shutoff", 2, 4, true, "web3 does not run any more (shutoff): Esc, then p again."},
		{"web3", "crashed", 2, 4, true, "web3 does not run any more (crashed): Esc, then p again."},
		{"web3", "running", 7, 4, true, "web3 was stopped and started again: Esc, then p again."},
		{"web3", "running", 2, 4, false, "web3 is transient now: Esc, then p again."},
		{"web3", "running", 2, 3, true, "web3 has no vcpu 3 any more: Tab chooses another."},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct seats_guest *g = &b->seats.guest[WEB3], before = *g;

		pin_start(b->s->app, SEATS_WEB3, "vcpu 3");
		g->name = cases[i].name;
		g->state = cases[i].state;
		g->id = cases[i].id;
		g->vcpus = cases[i].vcpus;
		g->persistent = cases[i].persistent;
		if (g->vcpus == 3)
			g->thread[3] = (struct seats_thread){.role = NULL};
		again(b);
		must_show(b->s, cases[i].says);
		screen_keys(b->s, "a");
		screen_keys(b->s, "Enter");
		must_say(b->s, cases[i].says);
		must_show(b->s, "Pin web3");
		*g = before;
		again(b);
		screen_keys(b->s, "Home");
		must_not_show(b->s, cases[i].says);
	}
	pin_start(b->s->app, SEATS_OFF, "vcpu 0");
	b->seats.guest[OFF].state = "running";
	again(b);
	screen_keys(b->s, "Enter");
	must_say(b->s, "off was started meanwhile: Esc, then p again.");
}

/* A pin to more CPUs than the host has means those that there are: what no cell shows cannot be taken out again. */
static void cpus_that_do_not_exist_are_not_chosen(void **state)
{
	struct bench *b = *state;
	const struct guest *g;
	struct cpuset *set;

	pin_start(b->s->app, SEATS_WEB3, "vcpu 3");
	g = pin_guest(b->s->app);
	assert_int_equal(cpuset_parse_list(b->s->app->pin->arena, "2,20-500", &set), 0);
	set = cpuset_copy(b->s->app->snap->block[0]->a, set);
	((struct guest_pin *)(uintptr_t)g->pin.row)[3].cpus = value_set(set, 0);
	pin_start(b->s->app, SEATS_WEB3, "vcpu 3");
	assert_string_equal(chosen(b), "2,20-23");
}

/* p is about the guest under the cursor, else about who sits on the CPU there, else it asks. */
static void it_asks_whose_pin(void **state)
{
	struct bench *b = *state;

	screen_keys(b->s, "Home Down Down"); /* CPU 1 */
	picker_pin_open(b->s->app);
	must_show(b->s, "vcpu 0: now CPU 1");
	screen_keys(b->s, "Esc");
	screen_click(b->s, 12, 9, BUTTON_LEFT, false); /* CPU 8 */
	picker_pin_open(b->s->app);
	must_show(b->s, "Pin which of these");
	must_show(b->s, "web3 vcpu 2");
	screen_keys(b->s, "Down Down Enter");
	must_show(b->s, "emulator: now CPU 8");
	screen_keys(b->s, "Esc End Up Up Up Up"); /* CPU 21: only who is not libvirt's is pinned there */
	must_show(b->s, "pinned here: proxmox/0");
	picker_pin_open(b->s->app);
	must_show(b->s, "Pin which guest?");
	must_not_show(b->s, "proxmox ");
	screen_keys(b->s, "End Enter");
	must_show(b->s, "Pin web3");
	must_show(b->s, "all 1:1: now CPUs 8-9");
	screen_keys(b->s, "Esc");
	picker_pin_open(b->s->app);
	screen_keys(b->s, "q");
	must_not_show(b->s, "Pin which guest?");
}

static void it_says_why_nobody_can_be_pinned(void **state)
{
	struct bench *b = *state;

	b->seats.elsewhere = true;
	again(b);
	b->s->w = 130;
	picker_pin_open(b->s->app);
	must_say(b->s, "The guests of qemu+ssh://other/system run on another host: they are never pinned from here.");
	b->seats.elsewhere = false;
	for (size_t i = 0; i < SEATS_GUESTS; i++)
		b->seats.guest[i].name = NULL;
	again(b);
	picker_pin_open(b->s->app);
	must_say(b->s, "There is no guest to pin.");
}

/* Names are chosen by strangers, and a machine may tell nothing of its CPUs. */
static void odd_hosts_and_names(void **state)
{
	struct bench *b = *state = bench_on("empty", "0-23");

	b->seats.guest[WEB3].name = "a\033[2J\001b\xff and a name that does not end before the line does, however long";
	again(b);
	pin_start(b->s->app, SEATS_WEB3, "vcpu 2");
	assert_null(strpbrk(screen_text(b->s), "\033\001"));
	must_show(b->s, "vcpu 2: now CPU 8");
	screen_keys(b->s, "Space n c a Up Down Left Right PgUp PgDn Home End Tab s Enter - 1 Enter Esc");
	screen_sane(b->s, 80, 24);
	b->seats.guest[WEB3].name = "\033\033";
	again(b);
	screen_keys(b->s, "Enter");
	assert_null(strpbrk(screen_text(b->s), "\033\001"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(scopes_are_those_of_the_guest, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_pin_is_taken_away_from_one_thread, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_guest_that_changes_is_not_pinned, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cpus_that_do_not_exist_are_not_chosen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(it_asks_whose_pin, set_up, tear_down),
		cmocka_unit_test_setup_teardown(it_says_why_nobody_can_be_pinned, set_up, tear_down),
		cmocka_unit_test_teardown(odd_hosts_and_names, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
