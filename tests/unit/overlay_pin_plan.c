/* From the key p to the plan of a pin, and back: the whole way on a machine with guests. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/guesting.h"
#include "tests/lib/screen.h"
#include "tui/pin_pick.h"

#define WEB3 "6f3a1c5e-2b41-4d0f-9a77-0c1d2e3f4a5b"

static int set_up(void **state)
{
	*state = screen_open("guests", true);
	return 0;
}

static int tear_down(void **state)
{
	screen_close(*state);
	return 0;
}

/* The vCPU before the first target is the last one; it has no pin yet. */
static void from_a_guest_to_its_plan(void **state)
{
	struct screen *s = *state;

	s->h = 40;
	screen_keys(s, "2");
	screen_command(s, "pin web3");
	must_show(s, "all 1:1: now CPUs 6-7");
	screen_keys(s, "Back-Tab");
	must_show(s, "vcpu 3: not pinned now");
	screen_type(s, "7,8");
	screen_keys(s, "Enter s Enter");
	must_show(s, "Pin vcpu 3 of web3 to CPUs 7-8");
	must_show(s, "live vcpu 3  - → 7-8");
	must_not_show(s, "config vcpu 3");
	screen_keys(s, "n");
	must_say(s, "Nothing was changed.");
	screen_command(s, "pin web3");
	screen_keys(s, "Back-Tab");
	screen_type(s, "7,8");
	screen_keys(s, "Enter Enter");
	must_show(s, "config vcpu 3  - → 7-8");
	screen_keys(s, "y");
	must_say(s, "2 of 2 set and read back");
	screen_keys(s, "u");
	must_show(s, "vcpu 3");
}

static void a_pin_goes_out_of_the_definition(void **state)
{
	struct screen *s = *state;

	s->h = 40;
	screen_command(s, "pin web3");
	screen_keys(s, "Back-Tab Back-Tab -");
	must_show(s, "config vcpu 2  6 → -");
	must_not_show(s, "live vcpu 2");
	screen_keys(s, "Esc");
}

/* What the plan refuses is told, and the choice stays as it was. */
static void a_choice_that_is_refused_stays(void **state)
{
	struct screen *s = *state;

	screen_command(s, "pin web3");
	screen_keys(s, "Enter");
	must_show(s, "Pin web3 ");
	assert_int_equal(s->app->overlay, OVERLAY_PIN);
	assert_true(*s->app->message);
	screen_keys(s, "Esc");
	screen_command(s, "pin web4");
	must_say(s, "There is no guest web4; there are: ");
	assert_int_equal(s->app->overlay, OVERLAY_NONE);
}

static void the_row_under_the_cursor_is_meant(void **state)
{
	struct screen *s = *state;

	screen_command(s, "filter db1");
	screen_keys(s, "5 Home p");
	must_show(s, "Pin db1");
	screen_keys(s, "Esc");
	screen_command(s, "filter mail1");
	screen_keys(s, "p");
	must_show(s, "Pin mail1");
	must_show(s, "off; its definition has");
	must_show(s, "scope config:");
	screen_keys(s, "Esc 1 p");
	must_show(s, "Pin which guest?");
	must_show(s, "ci7");
	screen_keys(s, "Enter");
	assert_string_equal(s->app->pin->name, "ci7");
	screen_keys(s, "Esc");
}

/* Threads of vhost go where the emulator goes: there is nothing to ask. */
static void vhost_is_no_choice_of_its_own(void **state)
{
	struct screen *s = *state;

	screen_keys(s, "2 Home");
	must_show(s, "pinned here: db1/e db1/v db1/v");
	screen_keys(s, "p");
	must_show(s, "emulator: now CPUs 0-1,12-13");
	screen_keys(s, "Esc");
}

/* A menu that is full says how many are left, and that line is no guest. */
static void more_guests_than_lines(void **state)
{
	struct screen *s = *state;
	struct guesting g;

	screen_keys(s, "1");
	g = guesting_put(s->app->snap, 40, 4);
	assert_int_equal(g.guests->guest.n, 43);
	screen_keys(s, "p End");
	must_show(s, "20 more: 5 opens Guests, p pins there");
	must_show(s, "vm-019");
	must_not_show(s, "vm-020");
	screen_keys(s, "Enter");
	assert_int_equal(s->app->overlay, OVERLAY_NONE);
}

/* The facts of the guest are read as if it stood on the screen: they do. */
static void its_pins_are_read_while_it_is_open(void **state)
{
	struct screen *s = *state;
	static const char *const others[] = {"a", "b"};
	struct arena *a = arena_new(0);
	size_t n = 2;
	const char *const *all;

	screen_command(s, "pin web3");
	all = pin_also(s->app, a, others, &n);
	assert_int_equal(n, 3);
	assert_string_equal(all[1], "b");
	assert_string_equal(all[2], WEB3);
	arena_free(a);
}

/* QEMU without libvirt, libvirt that refuses, and one that never answered: no choice, but a reason. */
static void hosts_where_nobody_can_be_pinned(void **state)
{
	static const struct {
		const char *host, *says;
	} cases[] = {
		{"no-libvirt", "There is nobody to pin. When this was recorded: libvirt cannot be reached: Failed to connect"},
		{"refused", "There is nobody to pin. When this was recorded: libvirt refuses to be asked: authentication"},
		{"founding", "There is no guest to pin."},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct screen *s = screen_open(cases[i].host, false);

		s->w = 220;
		screen_keys(s, "2 p");
		must_show(s, cases[i].says);
		assert_int_equal(s->app->overlay, OVERLAY_NONE);
		screen_close(s);
	}
}

/* Its row is there, but who could pin it is not known: nobody says that libvirt does not have it. */
static void a_process_that_may_be_a_guest(void **state)
{
	struct screen *s = *state = screen_open("refused", false);

	s->w = 220;
	screen_keys(s, "5 p");
	must_show(s, "Whether libvirt knows this guest cannot be told. When this was recorded: libvirt refuses");
	assert_int_equal(s->app->overlay, OVERLAY_NONE);
	screen_close(s);
	s = *state = screen_open("no-libvirt", false);
	screen_keys(s, "5 p");
	must_say(s, "libvirt does not know this guest: hvscope does not pin it");
}

static void goldens(void **state)
{
	struct screen *s = *state;

	screen_keys(s, "2");
	screen_command(s, "by guests");
	screen_golden(s, "guests-topology", false);
	screen_keys(s, "PgDn p");
	must_show(s, "web3 emulator");
	screen_keys(s, "Enter Left Space"); /* the first is db1's vCPU 2 */
	screen_golden(s, "guests-pin", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(from_a_guest_to_its_plan, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_pin_goes_out_of_the_definition, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_choice_that_is_refused_stays, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_row_under_the_cursor_is_meant, set_up, tear_down),
		cmocka_unit_test_setup_teardown(its_pins_are_read_while_it_is_open, set_up, tear_down),
		cmocka_unit_test_setup_teardown(vhost_is_no_choice_of_its_own, set_up, tear_down),
		cmocka_unit_test_setup_teardown(more_guests_than_lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(goldens, set_up, tear_down),
		cmocka_unit_test_teardown(a_process_that_may_be_a_guest, tear_down),
		cmocka_unit_test(hosts_where_nobody_can_be_pinned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
