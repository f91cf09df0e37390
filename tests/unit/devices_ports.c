/* Tests devices with several ports or disks, of which the one with a fault speaks for all, and errors of links. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probes/devices.h"
#include "probes/host/host.h"
#include "probes/probe.h"
#include "tests/lib/sham_pci.h"
#include "tui/panels/devices_list.h"
#include "tui/panels/lines.h"

#define NVME "0000:82:00.0"

static void put_net(struct probing *p, const char *name, const char *state, const char *speed, const char *duplex)
{
	char path[64], target[128];

	snprintf(path, sizeof(path), "/sys/class/net/%s", name);
	snprintf(target, sizeof(target), "../../devices/pci0000:80/" PORT "/" NIC "/net/%s", name);
	sham_link(p->m, path, target);
	snprintf(path, sizeof(path), "/sys/class/net/%s/operstate", name);
	sham_put(p->m, path, "%s\n", state);
	snprintf(path, sizeof(path), "/sys/class/net/%s/speed", name);
	sham_put(p->m, path, "%s\n", speed);
	snprintf(path, sizeof(path), "/sys/class/net/%s/duplex", name);
	sham_put(p->m, path, "%s\n", duplex);
}

static void says(struct probing *p, const char *sentence, bool warns)
{
	struct arena *a = arena_new(0);
	struct devices d;
	bool warned;

	probing_pass(p, 1000);
	d = devices(a, p->snap);
	assert_string_equal(devices_sentence(a, p->snap, &d, &warned), sentence);
	assert_int_equal(warned, warns);
	arena_free(a);
}

static void line_says(struct probing *p, const char *expected)
{
	struct overview_line l;
	struct arena *a = arena_new(0);
	char *text = arena_strdup(a, "");

	probing_pass(p, 1000);
	if (line_links(a, p->snap, &l))
		for (size_t i = 0; i < l.nparts; i++)
			text = arena_printf(a, "%s%s%s", text, i ? " | " : "", l.part[i].text);
	assert_string_equal(text, expected);
	arena_free(a);
}

/* Two ports behind one function: the one with the fault speaks for the card, whatever its name. */
static void test_two_ports_of_one_function(void **state)
{
	struct probing p = pci_machine();

	(void)state;
	p.want.everything = true;
	put_net(&p, "enp5s0d0", "down", "-1", "unknown");
	put_net(&p, "enp5s0d1", "up", "10", "half");
	says(&p, "enp5s0d1 (0000:81:00.0) runs at half duplex.", true);
	line_says(&p, "enp5s0d1 half duplex | 1 PCI link at their best");
	put_net(&p, "enp5s0d1", "up", "40000", "full");
	line_says(&p, "enp5s0d1 40G | 1 PCI link at their best");
	put_net(&p, "enp5s0d0", "up", "10000", "full");
	line_says(&p, "enp5s0d0 10G | enp5s0d1 40G | 1 PCI link at their best");
	sham_link(p.m, "/sys/class/net/bond0", "../../devices/virtual/net/bond0");
	sham_put(p.m, "/sys/class/net/bond0/uevent", "DEVTYPE=bond\n");
	sham_link(p.m, "/sys/class/net/enp5s0d1/master", "../../../../../virtual/net/bond0");
	put_net(&p, "enp5s0d1", "down", "-1", "unknown");
	says(&p, "enp5s0d1 (0000:81:00.0) is down, and bond0 does without it.", true);
	put_net(&p, "enp5s0d0", "down", "-1", "unknown");
	line_says(&p, "enp5s0d1 down in a bond | no NIC is up | 1 PCI link at their best");
	probing_end(&p);
}

/* Likewise disks behind one controller; and one that does not say whether it rotates is not accused. */
static void test_two_disks_of_one_controller(void **state)
{
	struct probing p = pci_machine();

	(void)state;
	p.want.everything = true;
	pci_put(&p, NVME, "uevent", "DRIVER=nvme\nPCI_CLASS=10802\nPCI_ID=144D:A808");
	sham_link(p.m, "/sys/block/nvme0n1", "../devices/pci0000:80/" PORT "/" NVME "/nvme/nvme0/nvme0n1");
	sham_put(p.m, "/sys/block/nvme0n1/queue/scheduler", "[none] mq-deadline bfq\n");
	sham_put(p.m, "/sys/block/nvme0n1/queue/rotational", "0\n");
	sham_link(p.m, "/sys/block/nvme0n2", "../devices/pci0000:80/" PORT "/" NVME "/nvme/nvme0/nvme0n2");
	sham_put(p.m, "/sys/block/nvme0n2/queue/scheduler", "none mq-deadline [bfq]\n");
	sham_put(p.m, "/sys/block/nvme0n2/queue/rotational", "0\n");
	says(&p, "nvme0n2 (0000:82:00.0) is no rotating disk and is scheduled by bfq.", false);
	sham_remove(p.m, "/sys/block/nvme0n2/queue/rotational");
	says(&p, "No fault was found: the one link that can be judged runs as fast as it could.", false);
	probing_end(&p);
}

/* A driver that never tells its state: where there is a carrier it is up. */
static void test_a_port_that_does_not_tell_its_state(void **state)
{
	struct probing p = pci_machine();

	(void)state;
	p.want.everything = true;
	put_net(&p, "ens1", "unknown", "10000", "full");
	sham_put(p.m, "/sys/class/net/ens1/carrier", "1\n");
	line_says(&p, "ens1 10G | 1 PCI link at their best");
	sham_put(p.m, "/sys/class/net/ens1/carrier", "0\n");
	line_says(&p, "no NIC is up | 1 PCI link at their best");
	sham_remove(p.m, "/sys/class/net/ens1/carrier");
	line_says(&p, "1 PCI link at their best");
	probing_end(&p);
}

/* A switch is part of the board, which is hidden as long as nothing is wrong with it. */
static void test_a_switch_with_a_slow_link_is_listed(void **state)
{
	struct probing p = pci_machine();
	struct view v = {.filter = ""};
	struct arena *a = arena_new(0);
	struct device_list l;

	(void)state;
	p.want.everything = true;
	pci_put(&p, NIC, "uevent", "DRIVER=pcieport\nPCI_CLASS=60400\nPCI_ID=10B5:8764");
	says(&p, "No fault was found: the one link that can be judged runs as fast as it could.", false);
	v.s = p.snap;
	assert_int_equal(device_list(a, &v, (struct rows_order){0}, false).n, 0);
	pci_speeds(&p, NIC, "2.5 GT/s PCIe", "4", "8.0 GT/s PCIe", "16");
	says(&p, "0000:81:00.0 runs at x4 of x16.", true);
	v.s = p.snap;
	l = device_list(a, &v, (struct rows_order){0}, false);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.row[0]->group, DEVICE_BOARD);
	arena_free(a);
	probing_end(&p);
}

static void put_errors(struct probing *p, unsigned mended, unsigned lost)
{
	char text[64];

	snprintf(text, sizeof(text), "TOTAL_ERR_COR %u", mended);
	pci_put(p, NIC, "aer_dev_correctable", text);
	snprintf(text, sizeof(text), "TOTAL_ERR_NONFATAL %u", lost);
	pci_put(p, NIC, "aer_dev_nonfatal", text);
	pci_put(p, NIC, "aer_dev_fatal", "TOTAL_ERR_FATAL 0");
}

/* Only those that come while somebody looks: those of the boot, and old ones, are no fault. */
static void test_errors_of_a_link(void **state)
{
	static const char none[] = "No fault was found: the one link that can be judged runs as fast as it could.";
	struct probing p = pci_machine();

	(void)state;
	p.want.everything = true;
	put_errors(&p, 100, 2);
	says(&p, none, false);
	probing_not(&p, AT("aer_corrected_rise"), KNOWN_NOT_YET);
	says(&p, none, false);
	probing_is(&p, AT("aer_corrected_rise"), 0);
	put_errors(&p, 103, 2);
	says(&p, "the link of 0000:81:00.0 makes errors that are mended by sending again.", true);
	probing_is(&p, AT("aer_corrected_rise"), 3);
	put_errors(&p, 104, 3);
	says(&p, "the link of 0000:81:00.0 loses transfers.", true);
	probing_is(&p, AT("aer_corrected_rise"), 4);
	probing_is(&p, AT("aer_uncorrected_rise"), 1);
	put_errors(&p, 0, 0); /* set back */
	says(&p, "the link of 0000:81:00.0 loses transfers.", true);
	probing_is(&p, AT("aer_corrected_rise"), 4);
	pci_put(&p, NIC, "uevent", "DRIVER=i40e\nPCI_CLASS=20000\nPCI_ID=8086:1583"); /* another card */
	says(&p, none, false);
	probing_end(&p);
}

/* Nobody asks for all: each device is asked once in a while, and what has risen stays risen in between. */
static void test_errors_are_asked_seldom(void **state)
{
	struct probing p = pci_machine();

	(void)state;
	put_errors(&p, 5, 0);
	probing_tick(&p);
	put_errors(&p, 7, 0);
	for (int i = 0; i < 6; i++)
		probing_pass(&p, 10000);
	probing_is(&p, AT("aer_corrected_rise"), 2);
	probing_pass(&p, 10000);
	probing_is(&p, AT("aer_corrected_rise"), 2);
	probing_end(&p);
}

static void test_errors_of_a_copy(void **state)
{
	struct probing p = pci_machine();

	(void)state;
	p.want.everything = true;
	put_errors(&p, 5, 1);
	probing_tick(&p);
	sham_forward(p.m, 10000000000);
	probing_tick(&p);
	probing_is(&p, AT("aer_corrected"), 5);
	probing_not(&p, AT("aer_corrected_rise"), KNOWN_NOT_RECORDED);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_ports_of_one_function),
		cmocka_unit_test(test_two_disks_of_one_controller),
		cmocka_unit_test(test_a_port_that_does_not_tell_its_state),
		cmocka_unit_test(test_a_switch_with_a_slow_link_is_listed),
		cmocka_unit_test(test_errors_of_a_link),
		cmocka_unit_test(test_errors_are_asked_seldom),
		cmocka_unit_test(test_errors_of_a_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
