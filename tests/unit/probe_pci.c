/* Tests the PCI devices: their ids by every rung, names, users, what changes, and what it costs. */
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

static void test_a_device(void **state)
{
	struct probing p = pci_machine();

	(void)state;
	probing_tick(&p);
	probing_is(&p, "pci.devices", 2);
	probing_is(&p, "pci.degraded", 0);
	probing_says(&p, "pci.aspm_policy", "default");
	probing_says(&p, AT("class"), "Ethernet controller");
	probing_says(&p, AT("vendor"), "Intel Corporation");
	probing_says(&p, AT("device"), "X710");
	probing_says(&p, AT("ids"), "8086:1572");
	probing_says(&p, AT("driver"), "i40e");
	probing_is(&p, AT("node"), 1);
	probing_says(&p, AT("class_code"), "020000");
	probing_says(&p, AT("revision"), "02");
	probing_says(&p, AT("subsystem_ids"), "8086:0001");
	probing_says(&p, AT("subsystem"), "X710-DA2");
	probing_says(&p, AT("port"), PORT);
	probing_is(&p, AT("iommu_group"), 42);
	probing_says(&p, AT("iommu_type"), "DMA-FQ");
	probing_near(&p, AT("speed_gt_s"), 8, 0);
	probing_is(&p, AT("width"), 8);
	probing_near(&p, AT("best_speed_gt_s"), 8, 0);
	probing_is(&p, AT("best_width"), 8);
	probing_is(&p, AT("degraded"), 0);
	probing_says(&p, AT("aspm"), "off");
	probing_is(&p, AT("vfs"), 0);
	probing_is(&p, AT("vfs_most"), 64);
	probing_not(&p, AT("pf"), KNOWN_ABSENT);
	probing_is(&p, AT("irqs"), 2);
	probing_is(&p, AT("enabled"), 1);
	probing_not(&p, AT("aer_corrected"), KNOWN_ABSENT);
	probing_not(&p, AT("used_by"), KNOWN_ABSENT);
	probing_not(&p, "pci.device[" PORT "].port", KNOWN_ABSENT);
	probing_not(&p, "pci.device[" PORT "].device", KNOWN_ABSENT);
	probing_not(&p, "pci.device[" PORT "].degraded", KNOWN_ABSENT);
	probing_end(&p);
}

static void test_ids_by_every_rung(void **state)
{
	struct probing p = probing_new(0);

	(void)state;
	pci_put(&p, "0000:00:01.0", "vendor", "0x10de");
	pci_put(&p, "0000:00:01.0", "device", "0x1ff2");
	pci_put(&p, "0000:00:01.0", "class", "0x030000");
	pci_link(&p, "0000:00:01.0", "/driver", "../../../bus/pci/drivers/nvidia");
	pci_put(&p, "0000:00:02.0", "modalias", "pci:v00008086d00007010sv00001AF4sd00001100bc01sc01i80");
	pci_put(&p, "0000:00:03.0", "class", "0x010802"); /* and nothing else */
	pci_put(&p, "0000:00:04.0", "vendor", "nonsense");
	pci_put(&p, "0000:00:04.0", "device", "0x123456789");
	pci_put(&p, "0000:00:04.0", "modalias", "pci:v8086d7010");
	pci_put(&p, "0000:00:05.0", "link/l1_aspm", "1"); /* a folder that says nothing of the device */
	pci_put(&p, "10000:e1:00.0", "uevent", "PCI_CLASS=10802\nPCI_ID=144D:A80A");
	pci_put(&p, "odd", "vendor", "0x1");
	pci_put(&p, "0000:00:0g.0", "vendor", "0x1");
	probing_tick(&p);
	probing_is(&p, "pci.devices", 6);
	probing_says(&p, "pci.device[0000:00:01.0].ids", "10de:1ff2");
	probing_says(&p, "pci.device[0000:00:01.0].class_code", "030000");
	probing_says(&p, "pci.device[0000:00:01.0].driver", "nvidia");
	probing_says(&p, "pci.device[0000:00:02.0].ids", "8086:7010");
	probing_says(&p, "pci.device[0000:00:02.0].class_code", "010180");
	probing_says(&p, "pci.device[0000:00:02.0].subsystem_ids", "1af4:1100");
	probing_not(&p, "pci.device[0000:00:02.0].driver", KNOWN_ABSENT);
	probing_says(&p, "pci.device[0000:00:03.0].class_code", "010802");
	probing_not(&p, "pci.device[0000:00:03.0].ids", KNOWN_ABSENT);
	probing_not(&p, "pci.device[0000:00:03.0].vendor", KNOWN_ABSENT);
	probing_not(&p, "pci.device[0000:00:04.0].ids", KNOWN_BROKEN);
	probing_not(&p, "pci.device[0000:00:05.0].ids", KNOWN_ABSENT);
	probing_says(&p, "pci.device[0000:00:05.0].aspm", "L1");
	probing_says(&p, "pci.device[10000:e1:00.0].ids", "144d:a80a");
	/* a host without a list of names: the ids are there all the same */
	probing_not(&p, "pci.device[10000:e1:00.0].vendor", KNOWN_ABSENT);
	probing_not(&p, "pci.device[10000:e1:00.0].class", KNOWN_ABSENT);
	assert_string_equal(
		((const struct pci_device *)((const struct pci *)snapshot_facts(p.snap, &probe_pci))->device.row)[5]
			.address.text,
		"10000:e1:00.0");
	probing_end(&p);
}

static void test_no_pci_at_all(void **state)
{
	struct probing p = probing_new(1);
	const struct pci *pci;

	(void)state;
	probing_tick(&p);
	pci = snapshot_facts(p.snap, &probe_pci);
	assert_int_equal(pci->device.n, 0);
	assert_int_equal(pci->device.known, KNOWN_ABSENT);
	probing_is(&p, "pci.devices", 0);
	sham_error(p.m, "/sys/bus/pci/devices", -EACCES);
	probing_pass(&p, 10000);
	assert_null(snapshot_facts(p.snap, &probe_pci));
	assert_int_equal(snapshot_block(p.snap, &probe_pci)->err, -EACCES);
	assert_null(pci_device(NULL, NIC));
	probing_end(&p);
}

static void test_who_uses_it(void **state)
{
	struct probing p = pci_machine();
	char bad[64];

	(void)state;
	assert_int_equal(sampler_only(p.s, "pci", bad), 0);
	pci_put(&p, "0000:82:00.0", "uevent", "DRIVER=nvme\nPCI_CLASS=10802\nPCI_ID=144D:A80A");
	sham_link(p.m, "/sys/class/net/lo", "../../devices/virtual/net/lo");
	sham_link(p.m, "/sys/class/net/ens2", "../../devices/pci0000:80/" PORT "/" NIC "/net/ens2");
	sham_link(p.m, "/sys/class/net/ens10", "../../devices/pci0000:80/" PORT "/" NIC "/net/ens10");
	sham_link(p.m, "/sys/class/nvme/nvme0", "../../devices/pci0000:80/0000:82:00.0/nvme/nvme0");
	sham_link(p.m, "/sys/block/nvme0n1", "../devices/pci0000:80/0000:82:00.0/nvme/nvme0/nvme0n1");
	sham_link(p.m, "/sys/block/dm-0", "../devices/virtual/block/dm-0");
	/* old kernels have a folder with a link in it */
	sham_put(p.m, "/sys/class/net/eth9/mtu", "1500\n");
	sham_link(p.m, "/sys/class/net/eth9/device", "../../../" PORT);
	probing_tick(&p);
	probing_says(&p, AT("used_by"), "ens2 ens10");
	probing_says(&p, "pci.device[0000:82:00.0].used_by", "nvme0 nvme0n1");
	probing_says(&p, "pci.device[" PORT "].used_by", "eth9");
	/* a name that is gone and one that has come are seen; what is known is not asked for again */
	sham_remove(p.m, "/sys/class/net/ens10");
	sham_link(p.m, "/sys/class/net/ens3", "../../devices/pci0000:80/" PORT "/" NIC "/net/ens3");
	sham_forget(p.m);
	probing_pass(&p, 10000);
	probing_says(&p, AT("used_by"), "ens2 ens3");
	assert_int_equal(sham_reads(p.m, "/sys/class/net/ens3"), 1);
	assert_int_equal(sham_reads(p.m, "/sys/class/net/ens2"), 0);
	assert_int_equal(sham_reads(p.m, "/sys/class/net/lo"), 0);
	probing_end(&p);
}

static void test_devices_come_and_go(void **state)
{
	struct probing p = pci_machine();

	(void)state;
	probing_tick(&p);
	pci_put(&p, "0000:00:1f.0", "uevent", "PCI_CLASS=60100\nPCI_ID=8086:A1C1");
	probing_pass(&p, 10000);
	probing_is(&p, "pci.devices", 3);
	probing_says(&p, "pci.device[0000:00:1f.0].ids", "8086:a1c1");
	probing_says(&p, AT("device"), "X710");
	sham_remove(p.m, DEVICES NIC);
	probing_pass(&p, 10000);
	probing_is(&p, "pci.devices", 2);
	probing_end(&p);
}

/* Its driver is looked at again within a minute; another card in the same place is another device. */
static void test_drivers_and_cards_change(void **state)
{
	struct probing p = pci_machine();

	(void)state;
	probing_tick(&p);
	pci_put(&p, NIC, "uevent", "DRIVER=vfio-pci\nPCI_CLASS=20000\nPCI_ID=8086:1572\nPCI_SUBSYS_ID=8086:0001");
	for (int i = 0; i < 6; i++)
		probing_pass(&p, 10000);
	probing_says(&p, AT("driver"), "vfio-pci");
	probing_says(&p, AT("device"), "X710");
	pci_put(&p, NIC, "uevent", "DRIVER=mlx5_core\nPCI_CLASS=20000\nPCI_ID=15B3:1017");
	sham_put(p.m, "@pci/names/15b3:1017", "vendor=Mellanox Technologies\ndevice=MT27800\n");
	for (int i = 0; i < 6; i++)
		probing_pass(&p, 10000);
	probing_says(&p, AT("ids"), "15b3:1017");
	probing_says(&p, AT("device"), "MT27800");
	probing_end(&p);
}

static void test_node_of_nobody(void **state)
{
	struct probing p = pci_machine();

	(void)state;
	pci_put(&p, NIC, "numa_node", "-1");
	probing_tick(&p);
	probing_not(&p, AT("node"), KNOWN_ABSENT);
	probing_not(&p, "pci.device[" PORT "].node", KNOWN_ABSENT);
	probing_end(&p);
}

static void test_refused_and_mended(void **state)
{
	struct probing p = pci_machine();

	(void)state;
	sham_error(p.m, DEVICES NIC "/numa_node", -EACCES);
	sham_error(p.m, "@pci/names/8086:1572/8086:0001", -EIO);
	probing_tick(&p);
	probing_not(&p, AT("node"), KNOWN_DENIED);
	probing_not(&p, AT("vendor"), KNOWN_BROKEN);
	sham_error(p.m, DEVICES NIC "/numa_node", 0);
	sham_error(p.m, "@pci/names/8086:1572/8086:0001", 0);
	probing_pass(&p, 10000);
	probing_is(&p, AT("node"), 1);
	probing_says(&p, AT("vendor"), "Intel Corporation");
	probing_end(&p);
}

/* A thousand virtual functions: read once, then a list, and little each minute. */
static void test_cost(void **state)
{
	enum { VFS = 1000 };
	struct probing p = pci_machine();
	uint64_t first, id;
	char bad[64];

	(void)state;
	assert_int_equal(sampler_only(p.s, "pci", bad), 0);
	for (unsigned i = 0; i < VFS; i++) {
		char address[32];

		snprintf(address, sizeof(address), "0000:%02x:%02x.%u", 0x90 + i / 256, i / 8 % 32, i % 8);
		pci_put(&p, address, "uevent", "PCI_CLASS=20000\nPCI_ID=8086:154C\nPCI_SUBSYS_ID=8086:0000");
		pci_link(&p, address, "/physfn", "../0000:81:00.0");
		pci_put(&p, address, "local_cpulist", "0-1");
		pci_put(&p, address, "numa_node", "0");
	}
	sham_put(p.m, "@pci/names/8086:154c/8086:0000",
		"vendor=Intel Corporation\ndevice=Virtual Function 700 Series\n");
	probing_tick(&p);
	probing_is(&p, "pci.devices", VFS + 2);
	first = p.snap->cost_calls;
	assert_true(first < 25 * VFS);
	assert_int_equal(sham_reads(p.m, "@pci/names/8086:154c/8086:0000"), 1);
	probing_pass(&p, 10000);
	probing_pass(&p, 10000);
	id = snapshot_block(p.snap, &probe_pci)->id;
	probing_pass(&p, 10000);
	assert_true(p.snap->cost_calls < 2 * VFS);
	assert_true(snapshot_block(p.snap, &probe_pci)->id == id); /* nothing moved: the same block */
	probing_pass(&p, 1000);
	assert_true(p.snap->cost_calls < 10);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_device),
		cmocka_unit_test(test_ids_by_every_rung),
		cmocka_unit_test(test_no_pci_at_all),
		cmocka_unit_test(test_who_uses_it),
		cmocka_unit_test(test_devices_come_and_go),
		cmocka_unit_test(test_drivers_and_cards_change),
		cmocka_unit_test(test_node_of_nobody),
		cmocka_unit_test(test_refused_and_mended),
		cmocka_unit_test(test_cost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
