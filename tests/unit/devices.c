/* Tests the join of PCI, interfaces, disks and interrupts: who belongs to whom, what is wrong, and what is said of it.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probes/cpuset.h"
#include "probes/devices.h"
#include "probes/host/host.h"
#include "probes/probe.h"
#include "tests/lib/sham_pci.h"
#include "tui/panels/lines.h"

#define NVME "0000:82:00.0"

/* The X710 below its port, with an interface, an NVMe disk and four CPUs on two nodes. */
static struct probing machine(void)
{
	struct probing p = pci_machine();

	sham_put(p.m, "/sys/devices/system/node/node0/cpulist", "0\n");
	sham_put(p.m, "/sys/devices/system/node/node1/cpulist", "1\n");
	sham_link(p.m, "/sys/class/net/ens1", "../../devices/pci0000:80/" PORT "/" NIC "/net/ens1");
	sham_put(p.m, "/sys/class/net/ens1/operstate", "up\n");
	sham_put(p.m, "/sys/class/net/ens1/speed", "10000\n");
	sham_put(p.m, "/sys/class/net/ens1/duplex", "full\n");
	sham_put(p.m, "/proc/net/dev", "ens1: 1000 1 0 0 0 0 0 0 2000 1 0 0 0 0 0 0\n");
	pci_put(&p, NVME, "uevent", "DRIVER=nvme\nPCI_CLASS=10802\nPCI_ID=144D:A808");
	pci_put(&p, NVME, "numa_node", "1");
	sham_link(p.m, "/sys/block/nvme0n1", "../devices/pci0000:80/" PORT "/" NVME "/nvme/nvme0/nvme0n1");
	sham_put(p.m, "/sys/block/nvme0n1/queue/scheduler", "[none] mq-deadline bfq\n");
	sham_put(p.m, "/sys/block/nvme0n1/queue/rotational", "0\n");
	sham_put(p.m, "/proc/diskstats", "259 0 nvme0n1 100 0 800 10 200 0 1600 40 0 50 50 0 0 0 0 0 0\n");
	p.want.everything = true;
	return p;
}

static void interrupts(struct probing *p, unsigned cpu0, unsigned cpu1)
{
	sham_put(p->m, "/proc/interrupts",
		"           CPU0       CPU1\n 70: %10u %10u  IR-PCI-MSIX-" NIC "   0-edge      i40e-ens1-TxRx-0\n",
		cpu0, cpu1);
}

struct looked {
	struct arena *a;
	struct devices d;
	const char *sentence;
	bool warns;
};

static struct looked look(struct probing *p)
{
	struct looked l = {.a = arena_new(0)};

	probing_pass(p, 1000);
	l.d = devices(l.a, p->snap);
	l.sentence = devices_sentence(l.a, p->snap, &l.d, &l.warns);
	return l;
}

static const struct device *named(const struct looked *l, const char *name)
{
	for (size_t i = 0; i < l->d.n; i++)
		if (strcmp(l->d.row[i].name, name) == 0)
			return &l->d.row[i];
	fail_msg("there is no %s", name);
	return NULL;
}

static void says(struct probing *p, const char *sentence, bool warns)
{
	struct looked l = look(p);

	assert_string_equal(l.sentence, sentence);
	assert_int_equal(l.warns, warns);
	arena_free(l.a);
}

static void test_who_belongs_to_whom(void **state)
{
	struct probing p = machine();
	struct looked l;
	const struct device *d;

	(void)state;
	interrupts(&p, 0, 1000);
	arena_free(look(&p).a);
	interrupts(&p, 0, 1500);
	sham_put(p.m, "/proc/net/dev", "ens1: 4000 1 0 0 0 0 0 0 3000 1 0 0 0 0 0 0\n");
	sham_put(p.m, "/proc/diskstats", "259 0 nvme0n1 110 0 880 30 200 0 1600 40 0 50 50 0 0 0 0 0 0\n");
	l = look(&p);
	assert_int_equal(l.d.n, 3);
	d = named(&l, "ens1");
	assert_string_equal(d->pci->address.text, NIC);
	assert_int_equal(d->group, DEVICE_NET);
	assert_true(fabs(d->bytes_per_s - 4000) < 1e-6);
	assert_true(fabs(d->irq_per_s - 500) < 1e-6);
	assert_true(isnan(d->wait_us));
	assert_int_equal(d->irqs, 1);
	assert_string_equal(d->busiest, "70");
	assert_true(d->elsewhere == 0);
	assert_int_equal(device_node(d), 1);
	d = named(&l, "nvme0n1");
	assert_int_equal(d->group, DEVICE_DISK);
	assert_true(fabs(d->wait_us - 2000) < 1e-6);
	assert_true(fabs(d->bytes_per_s - 80 * 512) < 1e-6);
	assert_true(isnan(d->irq_per_s));
	assert_int_equal(named(&l, "bridge")->group, DEVICE_BOARD);
	assert_string_equal(
		l.sentence, "No fault was found: the one link that can be judged runs as fast as it could.");
	assert_false(l.warns);
	arena_free(l.a);
	probing_end(&p);
}

static void test_links(void **state)
{
	struct probing p = machine();

	(void)state;
	pci_put(&p, NIC, "current_link_width", "4");
	says(&p, "ens1 (0000:81:00.0) runs at x4 of x8.", true);
	pci_put(&p, NIC, "current_link_width", "8");
	pci_put(&p, NIC, "current_link_speed", "2.5 GT/s PCIe");
	says(&p, "ens1 (0000:81:00.0) runs at Gen1 of Gen3.", true);
	pci_link(&p, NVME, "", "../../../devices/pci0000:80/" PORT "/" NVME);
	pci_speeds(&p, NVME, "8.0 GT/s PCIe", "1", "8.0 GT/s PCIe", "4");
	says(&p,
		"2 links run below what they could: ens1 (0000:81:00.0) runs at Gen1 of Gen3; nvme0n1 (0000:82:00.0) "
		"runs at "
		"x1 of x4.",
		true);
	pci_put(&p, "0000:83:00.0", "uevent", "PCI_CLASS=10802\nPCI_ID=144D:A808");
	pci_link(&p, "0000:83:00.0", "", "../../../devices/pci0000:80/" PORT "/0000:83:00.0");
	pci_speeds(&p, "0000:83:00.0", "8.0 GT/s PCIe", "1", "8.0 GT/s PCIe", "4");
	says(&p,
		"3 links run below what they could: ens1 (0000:81:00.0) runs at Gen1 of Gen3; 0000:83:00.0 runs at x1 "
		"of x4, "
		"and 1 more like it.",
		true);
	probing_end(&p);
}

static void test_other_faults(void **state)
{
	struct probing p = machine();

	(void)state;
	sham_put(p.m, "/sys/class/net/ens1/duplex", "half\n");
	says(&p, "ens1 (0000:81:00.0) runs at half duplex.", true);
	sham_put(p.m, "/sys/class/net/ens1/duplex", "full\n");
	pci_put(&p, NIC, "link/l1_aspm", "1");
	says(&p, "the link of ens1 (0000:81:00.0) may sleep (L1).", true);
	pci_put(&p, NIC, "link/l1_aspm", "0");
	sham_put(p.m, "/sys/block/nvme0n1/queue/scheduler", "none mq-deadline [bfq]\n");
	says(&p, "nvme0n1 (0000:82:00.0) is no rotating disk and is scheduled by bfq.", false);
	sham_put(p.m, "/sys/block/nvme0n1/queue/rotational", "1\n"); /* there it may be worth its time */
	says(&p, "No fault was found: the one link that can be judged runs as fast as it could.", false);
	probing_end(&p);
}

static void test_a_bond_that_lacks_one(void **state)
{
	struct probing p = machine();

	(void)state;
	sham_link(p.m, "/sys/class/net/bond0", "../../devices/virtual/net/bond0");
	sham_put(p.m, "/sys/class/net/bond0/uevent", "DEVTYPE=bond\n");
	sham_link(p.m, "/sys/class/net/ens1/master", "../../../../../virtual/net/bond0");
	says(&p, "No fault was found: the one link that can be judged runs as fast as it could.", false);
	sham_put(p.m, "/sys/class/net/ens1/operstate", "down\n");
	says(&p, "ens1 (0000:81:00.0) is down, and bond0 does without it.", true);
	sham_put(p.m, "/sys/class/net/bond0/uevent", "DEVTYPE=bridge\n"); /* an unused port is no fault */
	says(&p, "No fault was found: the one link that can be judged runs as fast as it could.", false);
	probing_end(&p);
}

/* Only where there are enough of them to be felt, and where most go to another node. */
static void test_interrupts_elsewhere(void **state)
{
	static const struct {
		unsigned count, more;
		const char *effective;
		bool fault;
	} rates[] = {{1000, 50000, "1", false}, {1000, 50000, "0", true}, {1000, 900, "0", false},
		{1000, 1100, "0", true}, {2000000, 0, "0", true}, {2000000, 0, "1", false},
		{2000000, 5000, "0-1", false}};

	(void)state;
	for (size_t i = 0; i < COUNT(rates); i++) {
		struct probing p = machine();
		struct looked l;

		sham_put(p.m, "/proc/irq/70/effective_affinity_list", "%s\n", rates[i].effective);
		interrupts(&p, rates[i].count, 0);
		arena_free(look(&p).a);
		interrupts(&p, rates[i].count + rates[i].more, 0);
		l = look(&p);
		if ((named(&l, "ens1")->fault == FAULT_ELSEWHERE) != rates[i].fault)
			fail_msg("row %zu: fault %d", i, named(&l, "ens1")->fault);
		if (rates[i].fault)
			assert_string_equal(l.sentence, "interrupts of ens1 land on node 0, the card is on node 1.");
		arena_free(l.a);
		probing_end(&p);
	}
}

/* An interrupt that hardly ever comes says nothing of where they land. */
static void test_rare_interrupts_do_not_count(void **state)
{
	struct probing p = machine();
	struct looked l;

	(void)state;
	sham_put(p.m, "/proc/interrupts",
		"           CPU0       CPU1\n 70:          0    2000000  IR-PCI-MSIX-" NIC
		"   0-edge      i40e-ens1-TxRx-0\n"
		" 71:         90          0  IR-PCI-MSIX-" NIC "   1-edge      i40e-" NIC ":misc\n");
	sham_put(p.m, "/proc/irq/70/effective_affinity_list", "1\n");
	sham_put(p.m, "/proc/irq/71/effective_affinity_list", "0\n");
	l = look(&p);
	assert_int_equal(named(&l, "ens1")->irqs, 2);
	assert_int_equal(cpuset_count(named(&l, "ens1")->landed), 1);
	assert_true(cpuset_has(named(&l, "ens1")->landed, 1));
	assert_true(named(&l, "ens1")->elsewhere == 0);
	arena_free(l.a);
	probing_end(&p);
}

/* Of a copy nothing moves: where interrupts would land is known, how many is not. */
static void test_a_copy(void **state)
{
	struct probing p = machine();
	struct looked l;

	(void)state;
	interrupts(&p, 1000, 0);
	sham_put(p.m, "/proc/irq/70/effective_affinity_list", "0\n");
	probing_tick(&p);
	sham_forward(p.m, 1000000000);
	probing_tick(&p);
	l.a = arena_new(0);
	l.d = devices(l.a, p.snap);
	assert_true(isnan(named(&l, "ens1")->irq_per_s));
	assert_true(isnan(named(&l, "ens1")->bytes_per_s));
	assert_non_null(named(&l, "ens1")->landed);
	assert_int_equal(named(&l, "ens1")->fault, FAULT_NONE);
	arena_free(l.a);
	probing_end(&p);
}

static void test_on_no_pci(void **state)
{
	struct probing p = probing_new(1);
	struct looked l;

	(void)state;
	sham_link(p.m, "/sys/class/net/enc8000", "../../devices/qeth/0.0.8000/net/enc8000");
	sham_link(p.m, "/sys/class/net/br0", "../../devices/virtual/net/br0");
	sham_link(p.m, "/sys/block/dasda", "../devices/css0/0.0.0000/0.0.e000/block/dasda");
	sham_link(p.m, "/sys/block/dm-0", "../devices/virtual/block/dm-0");
	sham_link(p.m, "/sys/block/zd0", "../devices/virtual/block/zd0");
	l = look(&p);
	assert_int_equal(l.d.n, 2);
	assert_null(named(&l, "enc8000")->pci);
	assert_null(named(&l, "dasda")->pci);
	assert_string_equal(
		l.sentence, "No fault was found; how fast the links are, and how fast they could be, is not known.");
	arena_free(l.a);
	probing_end(&p);
}

static void test_before_anything_is_known(void **state)
{
	struct arena *a = arena_new(0);
	struct devices d = devices(a, NULL);
	bool warns = true;

	(void)state;
	assert_int_equal(d.n, 0);
	assert_string_equal(devices_sentence(a, NULL, &d, &warns), "Reading the devices.");
	assert_false(warns);
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

static void test_the_line_of_the_overview(void **state)
{
	struct probing p = machine();

	(void)state;
	line_says(&p, "ens1 10G | 1 PCI link at their best");
	sham_put(p.m, "/sys/class/net/ens1/speed", "2500\n");
	sham_put(p.m, "/sys/module/pcie_aspm/parameters/policy", "default performance [powersave] powersupersave\n");
	line_says(&p, "ens1 2.5G | ASPM policy powersave | 1 PCI link at their best");
	sham_put(p.m, "/sys/class/net/ens1/operstate", "down\n");
	pci_put(&p, NIC, "current_link_width", "1");
	line_says(&p, "ens1 x1 of x8 | no NIC is up | ASPM policy powersave");
	probing_end(&p);
	p = probing_new(1);
	line_says(&p, "");
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_belongs_to_whom),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_other_faults),
		cmocka_unit_test(test_a_bond_that_lacks_one),
		cmocka_unit_test(test_interrupts_elsewhere),
		cmocka_unit_test(test_rare_interrupts_do_not_count),
		cmocka_unit_test(test_a_copy),
		cmocka_unit_test(test_on_no_pci),
		cmocka_unit_test(test_before_anything_is_known),
		cmocka_unit_test(test_the_line_of_the_overview),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
