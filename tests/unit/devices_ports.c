/* Tests devices with several ports or disks behind one function: the one with a fault speaks for the card. */
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_ports_of_one_function),
		cmocka_unit_test(test_two_disks_of_one_controller),
		cmocka_unit_test(test_a_port_that_does_not_tell_its_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
