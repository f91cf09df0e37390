/* Tests which guests the panel lists and in which order: the worst first, by a column, and those that fit a filter. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/guests_screen.h"

/* Whatever order rows take: the cursor stays on its guest. */
static void test_cursor_and_order(void **state)
{
	struct guesting g;
	struct screen *s = open_guests(3, &g);

	(void)state;
	s->w = 120;
	s->h = 40;
	screen_keys(s, "End");
	must_be_at(s, "guests.guest[0b5c8a52-8a4e-4d0e-9a53-6a1d3a7d0002].name"); /* old1 is off */
	screen_keys(s, "s"); /* by name */
	must_be_at(s, "guests.guest[0b5c8a52-8a4e-4d0e-9a53-6a1d3a7d0002].name");
	must_show(s, "by Guest, A to Z · 7 guests");
	screen_keys(s, "Up");
	must_be_at(s, "guests.guest[0b5c8a52-8a4e-4d0e-9a53-6a1d3a7d0001].name"); /* db1 */
	screen_keys(s, "S Home");
	must_be_at(s, "guests.guest[6f3a8a52-8a4e-4d0e-9a53-6a1d3a7d0003].name"); /* web3 */
	/* who looks at the first sees the first of another order too: the arrow and the words say which */
	screen_keys(s, "Tab Tab Tab s");
	must_be_at(s, "placement.guest[0b5c8a52-8a4e-4d0e-9a53-6a1d3a7d0001].wait_ms_per_s");
	must_show(s, "by Wait/s, most first · 7 guests");
	must_show(s, "Wait/s↓");
	screen_keys(s, "S");
	must_show(s, "by Wait/s, least first · 7 guests");
	must_show(s, "Wait/s↑");
	screen_close(s);
	/* a guest that begins to wait moves up; the cursor stays where it was */
	s = open_guests(3, &g);
	screen_keys(s, "Down Down Down");
	must_be_at(s, "guests.guest[11111111-8a4e-4d0e-9a53-6a1d3a7d0001].name");
	g.place[GUESTING_PLAIN + 2].wait_ms_per_s = value_f64(300, 0);
	must_be_at(s, "guests.guest[11111111-8a4e-4d0e-9a53-6a1d3a7d0001].name");
	screen_keys(s, "Home");
	must_be_at(s, "guests.guest[11111111-8a4e-4d0e-9a53-6a1d3a7d0002].name");
	screen_close(s);
}

/* What costs most comes first: an idle card that QEMU acts out before a warning, and a warning before a note. */
static void test_worst_first(void **state)
{
	struct guesting g;
	struct screen *s = open_guests(3, &g);
	struct placement_guest *plain = &g.place[GUESTING_PLAIN];
	const char *text, *at[4], *const names[] = {"▲ web3", "△ vm-001", "· vm-000", "  vm-002"};

	(void)state;
	s->w = 200;
	s->h = 40;
	for (unsigned i = 0; i < 2; i++) { /* vm-000 has a note, vm-001 a warning */
		struct placement_thread *t = (struct placement_thread *)(uintptr_t)plain[i].thread.row;

		t->severity = value_u64(i + 1, 0);
		t->conflict = plain[i].conflict = value_text("ran on CPU 4 of db1 vcpu 0", 0);
		plain[i].conflicts = value_u64(i, 0);
	}
	for (unsigned i = 0; i < g.place[GUESTING_WEB3].thread.n; i++)
		((struct placement_thread *)(uintptr_t)g.place[GUESTING_WEB3].thread.row + i)->severity.known = KNOWN_ABSENT;
	text = screen_text(s);
	for (unsigned i = 0; i < COUNT(names); i++) {
		at[i] = strstr(strstr(text, "  Guest"), names[i]);
		assert_non_null(at[i]);
		if (i && at[i] < at[i - 1])
			fail_msg("%s before %s", names[i], names[i - 1]);
	}
	must_show(s, "· vm-000");
	must_show(s, "△ vm-001");
	screen_keys(s, "h");
	must_show(s, "▲ critical");
	screen_close(s);
}

static void must_list(struct screen *s, const char *filter, const char *names)
{
	char command[80], *copy = xstrdup(names), *rest = NULL;
	const char *table;
	size_t n = 0;

	snprintf(command, sizeof(command), "filter %s", filter);
	screen_command(s, command);
	table = strstr(screen_text(s), "  Guest");
	assert_non_null(table);
	for (char *name = strtok_r(copy, " ", &rest); name; name = strtok_r(NULL, " ", &rest), n++)
		if (!strstr(table, name))
			fail_msg("%s: no %s in %s", filter, name, table);
	free(copy);
	snprintf(command, sizeof(command), "%zu of 5 fit the filter", n);
	if (n < 5)
		must_show(s, command);
}

static void test_filter(void **state)
{
	struct guesting g;
	struct screen *s = open_guests(1, &g);

	(void)state;
	s->w = 160;
	s->h = 40;
	must_list(s, "running", "db1 web3 vm-000 proxmox-104");
	must_list(s, "off", "old1");
	must_list(s, "ide", "web3 old1");
	must_list(s, "E1000", "web3");
	must_list(s, "waiting", "db1");
	must_list(s, "unpinned", "old1 vm-000 proxmox-104");
	must_list(s, "unmanaged", "proxmox-104");
	must_list(s, "shop", "web3"); /* a title */
	must_list(s, "DB", "db1");
	must_list(s, "6f3a8a52", "web3");
	screen_command(s, "filter 1a7d0003"); /* within a UUID nobody sees it, nor a part as short as a name */
	must_show(s, "no guest fits the filter");
	screen_command(s, "filter 6f3a");
	must_show(s, "no guest fits the filter");
	must_list(s, "restart", "web3");
	must_list(s, "virtio", "db1 vm-000");
	must_list(s, "pending", "web3");
	must_list(s, "conflict running", "db1 web3");
	must_list(s, "node1 pinned", "db1 web3");
	screen_command(s, "filter nonsense");
	must_show(s, "no guest fits the filter: type part of a name");
	must_show(s, "db1 vcpu 2 waits"); /* the answer is about all of them */
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cursor_and_order),
		cmocka_unit_test(test_worst_first),
		cmocka_unit_test(test_filter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
