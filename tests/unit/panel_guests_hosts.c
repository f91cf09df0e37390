/* Tests the panel of guests on whole machines: pictures, and that each number in it leads to its fact. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/address.h"
#include "probes/util.h"
#include "tests/lib/screen.h"
#include "tui/panels/guests.h"

enum { TAB = 4 };

static void test_pictures(void **state)
{
	static const char *const few[] = {"no-libvirt", "refused", "silent", "hostile-guests"};
	struct screen *s = screen_open("guests", false);
	char golden[64];

	(void)state;
	screen_keys(s, "5");
	screen_golden(s, "guests-guests", false);
	screen_keys(s, "Enter");
	screen_golden(s, "guests-guests-one", false);
	screen_close(s);
	for (size_t i = 0; i < COUNT(few); i++) {
		s = screen_open(few[i], false);
		screen_keys(s, "5");
		snprintf(golden, sizeof(golden), "%s-guests", few[i]);
		screen_golden(s, golden, true);
		screen_close(s);
	}
}

static char *address_now(struct screen *s)
{
	struct view v = app_view(s->app);
	char text[ADDRESS_MAX] = "";

	panels[TAB]->address(&v, s->app->state[TAB], text, sizeof(text));
	return xstrdup(text);
}

static void must_lead_somewhere(struct screen *s)
{
	char *address = address_now(s);
	struct found found;

	if (address_find(s->app->snap, address, &found) || !found.value)
		fail_msg("%s leads nowhere", address);
	free(address);
}

/* Down the page until the cursor no longer moves. */
static void walk(struct screen *s)
{
	char *was = xstrdup(""), *is = address_now(s);

	for (int i = 0; strcmp(was, is) != 0 && i < 500; i++) {
		must_lead_somewhere(s);
		screen_keys(s, "Down");
		free(was);
		was = is;
		is = address_now(s);
	}
	free(was);
	free(is);
}

/* Each cell of each row, then each column of the threads and each fact of each guest. */
static void each_number_leads_to_its_fact(void **state)
{
	struct screen *s = screen_open("guests", false);
	struct guest_rows rows;
	struct arena *a = arena_new(0);

	(void)state;
	s->w = 220;
	s->h = 60;
	rows = guest_rows(a, s->app->snap, "", (struct rows_order){0});
	assert_true(rows.nall > 3);
	screen_keys(s, "5");
	for (size_t i = 0; i < rows.nall; i++) {
		screen_keys(s, "Home");
		for (size_t k = 0; k < i; k++)
			screen_keys(s, "Down");
		for (size_t k = 0; k < GUEST_COLUMNS; k++) {
			must_lead_somewhere(s);
			screen_keys(s, "Tab");
		}
		screen_keys(s, "Enter");
		for (size_t k = 0; k < 13; k++) {
			must_lead_somewhere(s);
			screen_keys(s, "Tab");
		}
		walk(s);
		screen_keys(s, "Esc");
	}
	arena_free(a);
	screen_close(s);
}

static void explains(struct screen *s, const char *field, const char *raw)
{
	char command[160];

	snprintf(command, sizeof(command), "explain guests.guest[6f3a1c5e-2b41-4d0f-9a77-0c1d2e3f4a5b].%s", field);
	screen_keys(s, "Esc");
	screen_command(s, command);
	screen_tick(s);
	must_show(s, raw);
}

static void explain_says_where_it_was_read(void **state)
{
	struct screen *s = screen_open("guests", false);

	(void)state;
	s->w = 120;
	s->h = 40;
	screen_keys(s, "5 Enter ?");
	must_show(s, "placement.guest[");
	screen_keys(s, "Esc End ?");
	must_show(s, "guests.guest[");
	/* the one line or element that was asked about, and what a person would type to see it */
	screen_keys(s, "Esc Home Esc / w e b 3 Enter ?");
	screen_tick(s);
	must_show(s, "Source   virsh list --all");
	must_show(s, "Raw      \"6f3a1c5e-2b41-4d0f-9a77-0c1d2e3f4a5b 3 running 7 persistent web3\"");
	screen_keys(s, "Esc Tab Tab ?");
	screen_tick(s);
	must_show(s, "virsh dumpxml 6f3a1c5e-2b41-4d0f-9a77-0c1d2e3f4a5b");
	must_show(s, "virsh dumpxml --inactive {uuid}");
	must_show(s, "Raw      \"<vcpu placement='static'>4</vcpu>\"");
	explains(s, "disk[vda].bus", "\"<disk type='file'");
	explains(s, "interface[net0].model", "\"<interface type='bridge'>");
	explains(s, "title", "\"<title>Shop front</title>\"");
	explains(s, "interface[net0].rx_per_s", "net.0.rx.pkts=10120");
	must_not_show(s, "guest 0b1e7d52");
	must_show(s, "virsh domstats");
	explains(s, "slow_devices", "no line of it says this alone");
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pictures),
		cmocka_unit_test(each_number_leads_to_its_fact),
		cmocka_unit_test(explain_says_where_it_was_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
