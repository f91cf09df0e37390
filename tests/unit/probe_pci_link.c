/* Tests the links of PCI devices: what they run at and could, power states, errors, virtual functions. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/pci.h"
#include "tests/lib/sham_pci.h"

/* Which of now and best is lower: in the device, in the port, in both; and what is no fault. */
static void test_links_below_their_best(void **state)
{
	static const struct {
		const char *speed, *width, *max_speed, *max_width, *port_speed, *port_width, *class, *ids;
		enum known known;
		unsigned degraded;
	} links[] = {
		{"8.0 GT/s PCIe", "2", "8.0 GT/s PCIe", "4", "16.0 GT/s PCIe", "16", "10802", "144D:A80A", KNOWN, 1},
		{"2.5 GT/s PCIe", "4", "8.0 GT/s PCIe", "4", "8.0 GT/s PCIe", "4", "10802", "144D:A80A", KNOWN, 1},
		{"8 GT/s", "4", "16 GT/s", "4", "8.0 GT/s PCIe", "4", "10802", "144D:A80A", KNOWN, 0},
		{"8.0 GT/s PCIe", "8", "8.0 GT/s PCIe", "16", "8.0 GT/s PCIe", "8", "20000", "8086:1572", KNOWN, 0},
		{"32.0 GT/s PCIe", "4", "32.0 GT/s PCIe", "4", "64.0 GT/s PCIe", "4", "10802", "144D:A80A", KNOWN, 0},
		{"2.5 GT/s PCIe", "16", "16.0 GT/s PCIe", "16", "16.0 GT/s PCIe", "16", "30000", "10DE:1FF2", KNOWN, 0},
		{"2.5 GT/s PCIe", "8", "16.0 GT/s PCIe", "16", "16.0 GT/s PCIe", "16", "30000", "10DE:1FF2", KNOWN, 1},
		{"2.5 GT/s PCIe", "1", "8.0 GT/s PCIe", "1", "8.0 GT/s PCIe", "1", "20000", "8086:37D2", KNOWN_ABSENT,
			0},
		{"Unknown speed", "0", "8.0 GT/s PCIe", "4", "8.0 GT/s PCIe", "4", "10802", "144D:A80A", KNOWN_ABSENT,
			0},
		{"Unknown", "255", "Unknown", "255", "8.0 GT/s PCIe", "4", "20000", "8086:1572", KNOWN_ABSENT, 0},
		{"2.5 GT/s", "1", "8 GT/s", "4", "Unknown", "63", "20000", "8086:1572", KNOWN_ABSENT, 0},
		{"fast", "4", "8 GT/s", "4", "8 GT/s", "4", "20000", "8086:1572", KNOWN, 0},
		{"8 GT/s", "wide", "8 GT/s", "4", "8 GT/s", "4", "20000", "8086:1572", KNOWN_BROKEN, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(links); i++) {
		struct probing p = pci_machine();
		char uevent[64];
		struct value v;

		snprintf(uevent, sizeof(uevent), "PCI_CLASS=%s\nPCI_ID=%s", links[i].class, links[i].ids);
		pci_put(&p, NIC, "uevent", uevent);
		pci_speeds(&p, NIC, links[i].speed, links[i].width, links[i].max_speed, links[i].max_width);
		pci_speeds(&p, PORT, links[i].speed, links[i].width, links[i].port_speed, links[i].port_width);
		probing_tick(&p);
		v = probing_value(&p, AT("degraded"));
		if (v.known != links[i].known || (value_known(v) && v.u != links[i].degraded))
			fail_msg("link %zu: known %d, degraded %d", i, v.known, (int)v.u);
		probing_is(&p, "pci.degraded", links[i].degraded);
		probing_end(&p);
	}
}

/* Where the other end is not known nothing is said against the link. */
static void test_links_without_a_port(void **state)
{
	struct probing p = pci_machine();

	(void)state;
	pci_put(&p, NIC, "current_link_width", "1");
	sham_remove(p.m, DEVICES PORT);
	probing_tick(&p);
	probing_is(&p, AT("width"), 1);
	probing_is(&p, AT("max_width"), 8);
	probing_not(&p, AT("best_width"), KNOWN_ABSENT);
	probing_not(&p, AT("degraded"), KNOWN_ABSENT);
	probing_end(&p);
	p = pci_machine();
	pci_link(&p, NIC, "", "../../../devices/pci0000:81/0000:81:00.0");
	probing_tick(&p);
	probing_not(&p, AT("port"), KNOWN_ABSENT);
	probing_not(&p, AT("degraded"), KNOWN_ABSENT);
	probing_end(&p);
}

static void test_a_link_that_falls_back(void **state)
{
	struct probing p = pci_machine();

	(void)state;
	probing_tick(&p);
	pci_put(&p, NIC, "current_link_width", "4");
	probing_pass(&p, 5000);
	probing_is(&p, AT("width"), 8); /* not due */
	probing_pass(&p, 5000);
	probing_is(&p, AT("width"), 4);
	probing_is(&p, AT("degraded"), 1);
	probing_is(&p, "pci.degraded", 1);
	probing_end(&p);
}

/* Reading the link of a device that sleeps would wake it. */
static void test_a_sleeping_device_is_left_asleep(void **state)
{
	struct probing p = pci_machine();

	(void)state;
	pci_put(&p, NIC, "power/runtime_status", "suspended");
	probing_tick(&p);
	probing_not(&p, AT("width"), KNOWN_SKIPPED);
	probing_not(&p, AT("degraded"), KNOWN_SKIPPED);
	assert_int_equal(sham_reads(p.m, NIC "/current_link_speed"), 0);
	assert_int_equal(sham_reads(p.m, NIC "/max_link_width"), 0);
	pci_put(&p, NIC, "power/runtime_status", "active");
	probing_pass(&p, 10000);
	probing_is(&p, AT("width"), 8);
	probing_is(&p, AT("max_width"), 8);
	probing_is(&p, AT("degraded"), 0);
	probing_end(&p);
}

static void test_power_states_of_links(void **state)
{
	struct probing p = pci_machine();

	(void)state;
	pci_put(&p, NIC, "link/l0s_aspm", "1");
	pci_put(&p, NIC, "link/l1_aspm", "1");
	pci_put(&p, NIC, "link/l1_2_aspm", "1");
	probing_tick(&p);
	probing_says(&p, AT("aspm"), "L0s L1 L1.2");
	probing_is(&p, AT("aspm_l0s"), 1);
	probing_is(&p, AT("aspm_l1"), 1);
	probing_is(&p, AT("aspm_l1_2"), 1);
	probing_is(&p, AT("aspm_clkpm"), 0);
	probing_not(&p, AT("aspm_l1_1"), KNOWN_ABSENT);
	probing_not(&p, "pci.device[" PORT "].aspm_l1", KNOWN_ABSENT);
	probing_not(&p, "pci.device[" PORT "].aspm", KNOWN_ABSENT);
	/* a change of the policy changes all links, and is seen the next time */
	pci_put(&p, NIC, "link/l0s_aspm", "0");
	pci_put(&p, NIC, "link/l1_aspm", "0");
	pci_put(&p, NIC, "link/l1_2_aspm", "0");
	sham_put(p.m, "/sys/module/pcie_aspm/parameters/policy", "default [performance] powersave powersupersave \n");
	probing_pass(&p, 10000);
	probing_says(&p, "pci.aspm_policy", "performance");
	probing_says(&p, AT("aspm"), "off");
	pci_put(&p, NIC, "link/l1_aspm", "maybe");
	probing_pass(&p, 60000);
	p.want.everything = true;
	probing_pass(&p, 10000);
	probing_not(&p, AT("aspm"), KNOWN_BROKEN);
	probing_not(&p, AT("aspm_l1"), KNOWN_BROKEN);
	probing_is(&p, AT("aspm_l0s"), 0); /* what could be read stays */
	probing_end(&p);
}

static void test_virtual_functions(void **state)
{
	struct probing p = pci_machine();

	(void)state;
	pci_put(&p, NIC, "sriov_numvfs", "1");
	pci_put(&p, "0000:81:02.0", "uevent",
		"DRIVER=vfio-pci\nPCI_CLASS=20000\nPCI_ID=8086:154C\nPCI_SUBSYS_ID=8086:0000");
	pci_link(&p, "0000:81:02.0", "", "../../../devices/pci0000:80/0000:80:01.0/0000:81:02.0");
	pci_link(&p, "0000:81:02.0", "/physfn", "../0000:81:00.0");
	pci_speeds(&p, "0000:81:02.0", "Unknown", "0", "Unknown", "0");
	probing_tick(&p);
	probing_is(&p, AT("vfs"), 1);
	probing_says(&p, "pci.device[0000:81:02.0].pf", NIC);
	probing_says(&p, "pci.device[0000:81:02.0].driver", "vfio-pci");
	probing_not(&p, "pci.device[0000:81:02.0].width", KNOWN_ABSENT);
	probing_not(&p, "pci.device[0000:81:02.0].degraded", KNOWN_ABSENT);
	assert_int_equal(sham_reads(p.m, "02.0/current_link_speed"), 0);
	probing_end(&p);
}

static void test_errors_of_links(void **state)
{
	struct probing p = pci_machine();

	(void)state;
	pci_put(&p, NIC, "aer_dev_correctable", "RxErr 3\nBadTLP 4\nTOTAL_ERR_COR 7");
	pci_put(&p, NIC, "aer_dev_nonfatal", "Undefined 0\nTOTAL_ERR_NONFATAL 1");
	pci_put(&p, NIC, "aer_dev_fatal", "Undefined 0\nTOTAL_ERR_FATAL 2");
	pci_put(&p, PORT, "aer_dev_correctable", "RxErr 3");
	probing_tick(&p);
	probing_is(&p, AT("aer_corrected"), 7);
	probing_is(&p, AT("aer_uncorrected"), 3);
	probing_not(&p, "pci.device[" PORT "].aer_corrected", KNOWN_BROKEN);
	probing_end(&p);
}

#define SWITCH "0000:81:00.0"
#define SLOT "0000:82:01.0"
#define BEHIND "0000:83:00.0"

static void put_link_of(struct probing *p, const char *address, const char *class, const char *ids, const char *path)
{
	char text[128];

	snprintf(text, sizeof(text), "PCI_CLASS=%s\nPCI_ID=%s", class, ids);
	pci_put(p, address, "uevent", text);
	snprintf(text, sizeof(text), "../../../devices/pci0000:80/%s", path);
	pci_link(p, address, "", text);
}

/* The link above a switch is judged at the switch; its ports look down, and a small card in one is no fault. */
static void test_a_switch(void **state)
{
	static const struct {
		const char *ids, *speed, *width;
		unsigned degraded;
	} links[] = {
		{"10B5:8764", "8.0 GT/s PCIe", "16", 0},
		{"10B5:8764", "2.5 GT/s PCIe", "4", 1},
		{"10B5:8764", "2.5 GT/s PCIe", "16", 1},
		{"1002:1478", "2.5 GT/s PCIe", "16", 0}, /* on a graphics card */
		{"1002:1478", "2.5 GT/s PCIe", "8", 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(links); i++) {
		struct probing p = pci_machine();

		put_link_of(&p, SWITCH, "60400", links[i].ids, PORT "/" SWITCH);
		put_link_of(&p, SLOT, "60400", links[i].ids, PORT "/" SWITCH "/" SLOT);
		put_link_of(&p, BEHIND, "10802", "144D:A808", PORT "/" SWITCH "/" SLOT "/" BEHIND);
		pci_speeds(&p, PORT, "16.0 GT/s PCIe", "16", "16.0 GT/s PCIe", "16");
		pci_speeds(&p, SWITCH, links[i].speed, links[i].width, "8.0 GT/s PCIe", "16");
		pci_speeds(&p, SLOT, "8.0 GT/s PCIe", "4", "8.0 GT/s PCIe", "16");
		pci_speeds(&p, BEHIND, "8.0 GT/s PCIe", "4", "8.0 GT/s PCIe", "4");
		probing_tick(&p);
		if (probing_value(&p, "pci.device[" SWITCH "].degraded").u != links[i].degraded)
			fail_msg("link %zu", i);
		probing_is(&p, "pci.device[" SWITCH "].degraded", links[i].degraded);
		probing_is(&p, "pci.degraded", links[i].degraded);
		probing_not(&p, "pci.device[" SLOT "].degraded", KNOWN_ABSENT);
		probing_not(&p, "pci.device[" PORT "].degraded", KNOWN_ABSENT);
		probing_is(&p, "pci.device[" BEHIND "].degraded", 0);
		probing_end(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_links_below_their_best),
		cmocka_unit_test(test_links_without_a_port),
		cmocka_unit_test(test_a_link_that_falls_back),
		cmocka_unit_test(test_a_sleeping_device_is_left_asleep),
		cmocka_unit_test(test_power_states_of_links),
		cmocka_unit_test(test_virtual_functions),
		cmocka_unit_test(test_errors_of_links),
		cmocka_unit_test(test_a_switch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
