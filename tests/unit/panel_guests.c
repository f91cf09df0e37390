/* Tests the panel of guests: pictures, words, many guests, what ? and p are about, and one guest. */
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
#include "tests/lib/guests_screen.h"

static void test_pictures(void **state)
{
	struct guesting g;
	struct screen *s = open_guests(0, &g);

	(void)state;
	screen_golden(s, "guests", false);
	screen_keys(s, "Down Enter");
	screen_golden(s, "guests-one", false);
	screen_keys(s, "End");
	screen_golden(s, "guests-one-facts", true);
	s->ascii = true;
	screen_golden(s, "guests-one-ascii", true);
	s->ascii = false;
	screen_keys(s, "Esc 1");
	screen_golden(s, "guests-lines", false);
	screen_close(s);
}

/* The answer comes first; each row says again what is wrong with it, in signs and words. */
static void test_what_is_wrong(void **state)
{
	struct guesting g;
	struct screen *s = open_guests(0, &g);

	(void)state;
	s->w = 120;
	s->h = 40;
	must_show(
		s, "db1 vcpu 2 waits 38 ms/s on CPU 12 (shared with web3 vcpu 0), 3.2 ms a turn. 1 on IDE or e1000.");
	must_show(s, "▲ db1 ");
	must_show(s, "▲ web3 ");
	must_show(s, "ide e1000");
	must_show(s, "3 of 4");
	must_show(s, "unmanaged");
	must_show(s, "  old1 "); /* off: its IDE costs nothing now */
	/* nobody waits: the conflict, then calm words */
	g.placement->waiting = value_u64(0, 0);
	must_show(s, "db1: vcpu 2 shares CPU 12 with web3 vcpu 0; 4 threads are in conflict.");
	for (unsigned i = 0; i < 3; i++)
		g.place[i].conflicts = value_u64(0, 0);
	must_show(s, "3 guests run, none waits. 1 on IDE or e1000.");
	g.placement->waiting = (struct value){.known = KNOWN_NOT_YET};
	must_show(s, "3 guests run; whether they wait is not known yet.");
	screen_close(s);
}

/* 200 guests on a small screen: how many, which of them, page by page. */
static void test_many(void **state)
{
	struct guesting g;
	struct screen *s = open_guests(200, &g);
	struct view v;
	size_t n = 0;
	struct arena *a = arena_new(0);
	const char *const *keys;

	(void)state;
	must_show(s, "worst first · 1-10 of 204");
	screen_keys(s, "PgDn");
	must_show(s, "2-11 of 204");
	screen_keys(s, "PgDn PgDn End");
	must_show(s, "195-204 of 204");
	must_show(s, "old1");
	v = app_view(s->app);
	keys = guests_panel()->guests(&v, s->app->state[TAB], a, &n);
	assert_int_equal(n, 10);
	assert_string_equal(keys[0], g.guest[GUESTING_OLD1].uuid.text); /* the one under the cursor comes first */
	for (size_t i = 1; i < n; i++)
		assert_string_not_equal(keys[i], keys[0]);
	screen_keys(s, "Enter");
	keys = guests_panel()->guests(&v, s->app->state[TAB], a, &n);
	assert_int_equal(n, 1);
	assert_string_equal(keys[0], g.guest[GUESTING_OLD1].uuid.text);
	screen_golden(s, "guests-off", true);
	screen_keys(s, "Enter Home");
	screen_golden(s, "guests-many", true);
	arena_free(a);
	screen_close(s);
}

/* What ? explains is where the number was read. */
static void test_explain(void **state)
{
	static const char *const list[] = {"guests.guest[W].name", "guests.guest[W].state", "guests.guest[W].vcpus",
		"placement.guest[W].wait_ms_per_s", "placement.guest[W].wait_us", "placement.guest[W].busy",
		"guests.guest[W].slow_devices", "placement.guest[W].pinned", "placement.guest[W].nodes",
		"guests.guest[W].pending", "placement.guest[W].memory_percent", "placement.guest[W].cpus",
		"placement.guest[W].conflict"};
	static const char *const thread[] = {"name", "allowed", "now", "siblings", "l3", "node", "governor", "khz",
		"exit_us", "wait_ms_per_s", "wait_us", "busy", "conflict"};
	const char *uuid = "6f3a8a52-8a4e-4d0e-9a53-6a1d3a7d0003";
	struct guesting g;
	struct screen *s = open_guests(0, &g);
	char text[200];

	(void)state;
	s->w = 220;
	s->h = 60;
	screen_keys(s, "Down");
	for (size_t i = 0; i < COUNT(list); i++) {
		const char *at = strchr(list[i], 'W');

		snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - list[i]), list[i], uuid, at + 1);
		must_be_at(s, text);
		screen_keys(s, "Tab");
	}
	screen_keys(s, "Enter");
	for (size_t i = 0; i < COUNT(thread); i++) {
		snprintf(text, sizeof(text), "placement.guest[%s].thread[2001].%s", uuid, thread[i]);
		must_be_at(s, text);
		screen_keys(s, "Tab");
	}
	screen_keys(s, "PgDn"); /* below the threads: facts */
	screen_keys(s, "Home Down Down Down Down Down Down Down");
	snprintf(text, sizeof(text), "guests.guest[%s].drift[vcpu 2 cpus].config", uuid);
	must_be_at(s, text);
	screen_keys(s, "Down");
	snprintf(text, sizeof(text), "guests.guest[%s].disk[vda].bus", uuid);
	must_be_at(s, text);
	screen_keys(s, "Down");
	snprintf(text, sizeof(text), "guests.guest[%s].interface[net0].model", uuid);
	must_be_at(s, text);
	screen_close(s);
}

static void must_pin(struct screen *s, const char *uuid, const char *what, bool managed)
{
	struct view v = app_view(s->app);
	struct panel_pin pin = {.uuid = NULL};

	assert_true(guests_panel()->pin(&v, s->app->state[TAB], &pin));
	assert_string_equal(pin.uuid, uuid);
	assert_string_equal(pin.what, what);
	assert_int_equal(pin.managed, managed);
}

/* Which pin and which CPU is under the cursor: what p and g are about. */
static void test_pin_and_cpu(void **state)
{
	struct guesting g;
	struct screen *s = open_guests(0, &g);
	struct view v = app_view(s->app);
	const char *web3 = g.guest[GUESTING_WEB3].uuid.text;

	(void)state;
	must_pin(s, g.guest[GUESTING_DB1].uuid.text, "all", true);
	assert_int_equal(guests_panel()->cpu(&v, s->app->state[TAB]), -1);
	screen_keys(s, "Down Enter");
	must_pin(s, web3, "vcpu 0", true);
	screen_keys(s, "Down Down Down");
	must_pin(s, web3, "vcpu 3", true);
	assert_int_equal(guests_panel()->cpu(&v, s->app->state[TAB]), 18);
	screen_keys(s, "Down");
	must_pin(s, web3, "emulator", true);
	screen_keys(s, "Down"); /* vhost goes with the emulator */
	must_pin(s, web3, "emulator", true);
	screen_keys(s, "Esc Up Enter End Home Down Down Down Down Down");
	must_pin(s, g.guest[GUESTING_DB1].uuid.text, "iothread 1", true);
	screen_keys(s, "Backspace Down Down");
	must_pin(s, "pid4711", "all", false);
	g.guests->of_this_machine = value_bool(false, 0);
	screen_keys(s, "Home");
	must_pin(s, g.guest[GUESTING_DB1].uuid.text, "all", false);
	/* from a CPU to the guest on it */
	guests_panel()->go(&v, s->app->state[TAB], 18);
	must_be_at(s, "guests.guest[6f3a8a52-8a4e-4d0e-9a53-6a1d3a7d0003].name");
	screen_close(s);
}

/* In and out again, and nothing of it is lost; a guest that goes away is no longer shown. */
static void test_open_and_back(void **state)
{
	struct guesting g;
	struct screen *s = open_guests(0, &g);

	(void)state;
	screen_keys(s, "Down Enter");
	must_show(s, "cpu custom qemu64 ▲");
	must_show(s, "Remark");
	screen_keys(s, "Enter");
	must_show(s, "worst first");
	screen_keys(s, "Enter Backspace");
	must_show(s, "worst first");
	screen_keys(s, "Backspace"); /* nowhere to go back to */
	must_show(s, "worst first");
	screen_keys(s, "Enter");
	must_not_show(s, "worst first");
	screen_keys(s, "/"); /* what is filtered is the list: it must be seen */
	must_show(s, "worst first");
	screen_keys(s, "w e b 3 Enter");
	must_show(s, "1 of 4 fit the filter");
	screen_command(s, "filter web");
	screen_keys(s, "Enter Esc");
	must_show(s, "filter: web"); /* one step at a time */
	screen_keys(s, "Esc");
	must_not_show(s, "filter: web");
	must_be_at(s, "guests.guest[6f3a8a52-8a4e-4d0e-9a53-6a1d3a7d0003].name");
	screen_keys(s, "Enter");
	g.guests->guest.n = 2; /* web3 is undefined, and its process ends */
	g.placement->guest.n = 2;
	must_show(s, "worst first");
	must_show(s, "db1");
	screen_close(s);
}

/* The list behind the thread in sight, the clock of a CPU that sleeps, and what a guest that is off can say. */
static void test_one_guest(void **state)
{
	struct guesting g;
	struct screen *s = open_guests(0, &g);
	struct placement_thread *t;

	(void)state;
	s->w = 200;
	s->h = 50;
	screen_keys(s, "Enter Down Down");
	must_show(s, "▲ vcpu 2 waits 38 ms/s, 3.2 ms a turn · shares CPU 12 with web3 vcpu 0 · 4 of 4 vCPUs pinned");
	must_show(s, "sleeps to C6 133 µs; pinned there too: web3 vcpu 0"); /* what can be long comes last */
	must_show(s, "idle  C6 133 µs");
	must_not_show(s, "1200 MHz");
	screen_keys(s, "Esc Down Down Down Enter");
	must_show(s, "it does not run");
	must_show(s, "hda ide");
	screen_keys(s, "Esc Up Enter");
	must_show(s, "unmanaged: QEMU process 4711, libvirt does not list it");
	must_show(s, "its devices are not known: libvirt does not list it");
	must_show(s, "vcpu 1");
	/* a thread without a pin that waits has a culprit too, here and above */
	screen_keys(s, "Esc Up Enter End Home");
	t = (struct placement_thread *)(uintptr_t)g.place[GUESTING_WEB3].thread.row;
	for (unsigned i = 0; i < g.place[GUESTING_WEB3].thread.n; i++)
		t[i].severity = t[i].conflict = (struct value){.known = KNOWN_ABSENT};
	g.place[GUESTING_WEB3].conflict = (struct value){.known = KNOWN_ABSENT};
	g.place[GUESTING_WEB3].wait_thread = t->name;
	g.place[GUESTING_WEB3].wait_ms_per_s = t->wait_ms_per_s = value_f64(51, 0);
	t->wait_with = value_text("db1 vcpu 2", 0);
	t->now = value_u64(12, 0);
	must_show(s, "△ vcpu 0 waits 51 ms/s, 0.7 ms a turn · CPU 12 is shared with db1 vcpu 2");
	must_show(s, "%  CPU 12 is shared with db1 vcpu 2"); /* the remark */
	/* no number is cut where its column is shown */
	t->idle_state = value_text("haltpoll idle", 0);
	t->exit_us = value_u64(200, 0);
	g.place[GUESTING_WEB3].memory_percent = value_f64(100, 0);
	s->w = 120;
	s->h = 40;
	must_show(s, "haltpoll 200 µs");
	g.guest[GUESTING_WEB3].vcpus = g.place[GUESTING_WEB3].pinned = value_u64(1, 0);
	must_show(s, "its vCPU is pinned");
	screen_keys(s, "Esc");
	must_show(s, "node 0 100 %");
	screen_close(s);
}

/* A card without a model is slow where the probe says so, and qemu64 is what a PC gets. */
static void test_what_is_not_said(void **state)
{
	struct screen *s = screen_open("founding", false);
	struct guesting g = guesting_put(s->app->snap, 0, 2);
	struct guest *web = &g.guest[GUESTING_WEB3];
	struct value none = {.known = KNOWN_ABSENT};

	(void)state;
	((struct guest_interface *)(uintptr_t)web->interface.row)->model = web->cpu_mode = web->cpu_model = none;
	web->slow_devices = value_text("net0:default", 0);
	web->machine = value_text("pc-q35-7.2", 0);
	screen_keys(s, "5 / w e b 3 Enter Enter");
	s->w = 220;
	s->h = 60;
	must_show(s, "no model is said, so QEMU chooses an old one");
	must_show(s, "so QEMU gives qemu64");
	web->slow_devices = none;
	web->machine = value_text("virt-7.2", 0);
	must_not_show(s, "no model is said");
	must_not_show(s, "qemu64");
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_not_said),
		cmocka_unit_test(test_pictures),
		cmocka_unit_test(test_what_is_wrong),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_explain),
		cmocka_unit_test(test_pin_and_cpu),
		cmocka_unit_test(test_open_and_back),
		cmocka_unit_test(test_one_guest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
