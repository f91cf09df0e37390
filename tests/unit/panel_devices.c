/* Tests the panel of devices: pictures, what is wrong in words, cursor, filter, order, and the facts behind its cells.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/screen.h"
#include "tui/panels/devices_list.h"

static void test_pictures(void **state)
{
	struct screen *s = screen_open("devices", false);

	(void)state;
	screen_keys(s, "7");
	screen_golden(s, "devices-devices", false);
	screen_keys(s, "b Down Down Down");
	screen_golden(s, "devices-devices-all", true);
	s->ascii = true;
	screen_golden(s, "devices-devices-ascii", true);
	screen_close(s);
}

/* The answer comes first, worst first, and each row says again what is wrong with it. */
static void test_what_is_wrong(void **state)
{
	struct screen *s = screen_open("devices", false);

	(void)state;
	s->w = 220;
	s->h = 60;
	screen_keys(s, "7");
	must_show(s,
		"nvme0n1 (0000:81:00.0) runs at x2 of x4; interrupts of ens1f0 land on node 1, the card is on node 0; "
		"the link of ens5 (0000:d8:00.0) may sleep (L1); nvme1n1 (0000:82:00.0) is no rotating disk and is "
		"scheduled by bfq.");
	must_show(s, "△ nvme0n1            1  0000:81:00.0   x2 of x4");
	must_show(s, "node 1: 4-6");
	must_show(s, "15 errors mended since boot");
	must_show(s, "port 0000:80:01.0 x4 Gen3");
	/* a GPU that slows its link down, and a wide card in a narrow slot, are no faults */
	must_show(s, "  GPU                1  0000:af:00.0   x16 Gen1");
	must_show(s, "ens5 +4 VFs        1  0000:d8:00.0   x8 Gen3");
	screen_keys(s, "1");
	must_show(s, "LINKS   nvme0n1 x2 of x4   ens1f0 IRQs on node 1   ens1f0 10G   ens5 25G   1 link may sleep");
	screen_close(s);
}

/* CLOCK, LOAD, LIMITS, LINKS */
static void test_a_link_of_the_overview_opens_it(void **state)
{
	struct screen *s = screen_open("devices", false);

	(void)state;
	screen_line(s, "LINKS");
	screen_keys(s, "Enter");
	must_show(s, "Used as");
	screen_close(s);
}

/* What people call a maker, not what is on its letters. */
static void test_short_names_of_makers(void **state)
{
	static const char *const cases[][2] = {{"Advanced Micro Devices, Inc. [AMD]", "AMD Thing"},
		{"Advanced Micro Devices, Inc. [AMD/ATI]", "AMD Thing"}, {"Mellanox Technologies", "Mellanox Thing"},
		{"Intel Corporation", "Intel Thing"}};
	struct arena *a = arena_new(0);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pci_device pci = {.vendor = value_text(cases[i][0], 0), .device = value_text("Thing", 0)};
		struct device d = {.pci = &pci};

		assert_string_equal(device_model(a, &d), cases[i][1]);
	}
	arena_free(a);
}

/* The cursor stays on its device whatever the order. */
static void test_cursor_and_order(void **state)
{
	struct screen *s = screen_open("devices", false);

	(void)state;
	s->w = 220;
	s->h = 60;
	screen_keys(s, "7 End");
	must_show(s, "Intel C620 Series Chipset Family USB 3.0 xHCI Controller   8086:a1af");
	screen_keys(s, "Home Down");
	must_show(s, "network     ens1f0 up");
	screen_keys(s, "Tab s"); /* by node */
	must_show(s, "network     ens1f0 up");
	must_show(s, "sorted · 8 devices");
	screen_keys(s, "S Up PgUp PgUp");
	must_not_show(s, "network     ens1f0 up");
	screen_close(s);
}

/* Below the sentence, which names what is wrong whatever the filter. */
static void must_hide(struct screen *s, const char *text)
{
	const char *table = strstr(screen_text(s), "Used as");

	assert_non_null(table);
	if (strstr(table, text))
		fail_msg("%s is in\n%s", text, table);
}

static void test_filter(void **state)
{
	struct screen *s = screen_open("devices", false);
	static const struct {
		const char *filter, *shows, *hides;
	} filters[] = {{"net", "ens5", "sda"}, {"disk", "nvme1n1", "ens5"}, {"node0", "ens1f1", "nvme0n1"},
		{"degraded", "nvme0n1", "nvme1n1"}, {"fault", "nvme1n1", "sda"}, {"vfio", "0000:d8:00.3", "ens5"},
		{"0000:3b", "sda", "ens5"}, {"15b3", "ens5", "sda"}, {"all", "SMBus", "no device fits"},
		{"board node1", "0000:d7:00.0", "0000:00:1f.4"}, {"mellanox vf", "0000:d8:00.4", "ens1f0  "},
		{"nonsense", "no device fits the filter", "sda"}};

	(void)state;
	s->w = 220;
	s->h = 60;
	screen_keys(s, "7");
	for (size_t i = 0; i < COUNT(filters); i++) {
		char command[64];

		snprintf(command, sizeof(command), "filter %s", filters[i].filter);
		screen_command(s, command);
		must_show(s, filters[i].shows);
		must_hide(s, filters[i].hides);
	}
	screen_close(s);
}

/* What ? explains is where the number was read. */
static void test_explain(void **state)
{
	static const char *const explained[] = {"used_by", "node", "ids", "width", "size_kib", "read_bytes_per_s",
		"read_wait_us", "interrupts.irq[61].per_s", "interrupts.irq[61].landed", "driver", "iommu_group",
		"aspm", "pci.device[0000:81:00.0].device"};
	struct screen *s = screen_open("devices", false);

	(void)state;
	s->w = 220;
	s->h = 60;
	screen_keys(s, "7");
	for (size_t i = 0; i < COUNT(explained); i++) {
		screen_keys(s, "?");
		must_show(s, explained[i]);
		screen_keys(s, "Esc Tab");
	}
	screen_close(s);
}

static void test_click(void **state)
{
	struct screen *s = screen_open("devices", false);

	(void)state;
	s->w = 220;
	s->h = 60;
	screen_keys(s, "7");
	(void)screen_text(s);
	for (int y = 0; y < s->h; y++)
		if (strstr(screen_row(s, y), "  sda  "))
			screen_click(s, 10, y, BUTTON_LEFT, false);
	must_show(s, "disk        sda");
	for (int y = 0; y < s->h; y++)
		if (strstr(screen_row(s, y), "  Used as"))
			screen_click(s, 20, y, BUTTON_LEFT, false);
	must_show(s, "sorted · 8 devices");
	must_show(s, "disk        sda");
	screen_close(s);
}

static void test_show_all_and_main(void **state)
{
	struct screen *s = screen_open("devices", false);

	(void)state;
	s->w = 120;
	s->h = 40;
	screen_keys(s, "7");
	must_show(s, "b shows 4 virtual functions and 8 of the board");
	must_not_show(s, "0000:d8:00.3");
	screen_keys(s, "b");
	must_show(s, "0000:d8:00.3");
	must_not_show(s, "b shows");
	screen_command(s, "by main");
	must_not_show(s, "0000:d8:00.3");
	screen_command(s, "by colour");
	must_say(s, "This panel cannot show \"colour\".");
	screen_close(s);
}

/* Machines without PCI, or without anything. */
static void test_machines_without(void **state)
{
	struct screen *s = screen_open("empty", false);

	(void)state;
	screen_keys(s, "7 Down Up End ? Tab s /");
	screen_keys(s, "Esc Esc");
	must_show(s, "There are no devices here that could be looked at.");
	must_show(s, "this host shows no devices");
	screen_close(s);
	s = screen_open("founding", false);
	screen_keys(s, "1");
	must_not_show(s, "LINKS");
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pictures),
		cmocka_unit_test(test_what_is_wrong),
		cmocka_unit_test(test_a_link_of_the_overview_opens_it),
		cmocka_unit_test(test_short_names_of_makers),
		cmocka_unit_test(test_cursor_and_order),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_explain),
		cmocka_unit_test(test_click),
		cmocka_unit_test(test_show_all_and_main),
		cmocka_unit_test(test_machines_without),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
