/* Tests which interfaces carry packets of guests, through bridges, bonds, vlans and switches, and the slaves of bonds. */
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
#include "tests/lib/probing.h"

#define NET "/sys/class/net/"
#define AT(name, field) "net.interface[" name "]." field
#define CARRIES(name) AT(name, "carries_guests")

static void put(struct probing *p, const char *name, const char *file, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), NET "%s/%s", name, file);
	sham_put(p->m, path, "%s\n", text);
}

static void add_link(struct probing *p, const char *name, const char *file, const char *target)
{
	char path[128];

	snprintf(path, sizeof(path), NET "%s%s", name, file);
	sham_link(p->m, path, target);
}

/* Virtual, of that kind, and part of master where that is not NULL. */
static void add(struct probing *p, const char *name, const char *kind, const char *master)
{
	char text[128];

	snprintf(text, sizeof(text), "../../devices/virtual/net/%s", name);
	add_link(p, name, "", text);
	put(p, name, "operstate", "up");
	snprintf(text, sizeof(text), "DEVTYPE=%s", kind);
	put(p, name, "uevent", strcmp(kind, "tap") == 0 ? "IFINDEX=9" : text);
	if (strcmp(kind, "tap") == 0)
		put(p, name, "tun_flags", "0x1002");
	snprintf(text, sizeof(text), "../%s", master);
	if (master)
		add_link(p, name, "/master", text);
}

static void add_card(struct probing *p, const char *name, unsigned function, const char *master)
{
	char text[128];

	snprintf(text, sizeof(text), "../../devices/pci0000:80/0000:80:01.0/0000:81:00.%u/net/%s", function, name);
	add_link(p, name, "", text);
	put(p, name, "operstate", "up");
	put(p, name, "type", "1");
	snprintf(text, sizeof(text), "../%s", master);
	if (master)
		add_link(p, name, "/master", text);
}

static void test_a_bridge(void **state)
{
	struct probing p = probing_new(1);

	(void)state;
	add(&p, "lo", "loopback", NULL);
	add(&p, "br0", "bridge", NULL);
	add(&p, "br1", "bridge", NULL);
	add(&p, "vnet0", "tap", "br0");
	add_card(&p, "eth0", 0, "br0");
	add_card(&p, "eth1", 1, "br1");
	add_card(&p, "eth2", 2, NULL);
	probing_tick(&p);
	probing_is(&p, CARRIES("vnet0"), 1);
	probing_is(&p, CARRIES("br0"), 1);
	probing_is(&p, CARRIES("eth0"), 1);
	probing_is(&p, CARRIES("br1"), 0); /* of no guest */
	probing_is(&p, CARRIES("eth1"), 0);
	probing_is(&p, CARRIES("eth2"), 0);
	probing_is(&p, CARRIES("lo"), 0);
	probing_not(&p, AT("br0", "slaves"), KNOWN_ABSENT);
	probing_end(&p);
}

/* vnet0 on br0 on bond0.100 on bond0 of two cards; macvtap0 straight on a third. */
static void test_bonds_and_vlans(void **state)
{
	struct probing p = probing_new(1);

	(void)state;
	add(&p, "br0", "bridge", NULL);
	add(&p, "vnet0", "tap", "br0");
	add(&p, "bond0.100", "vlan", "br0");
	add_link(&p, "bond0.100", "/lower_bond0", "../bond0");
	add(&p, "bond0", "bond", NULL);
	put(&p, "bond0", "bonding/mii_status", "up");
	add_card(&p, "eth0", 0, "bond0");
	add_card(&p, "eth1", 1, "bond0");
	add_card(&p, "eth2", 2, NULL);
	add_card(&p, "eth3", 3, NULL);
	put(&p, "eth0", "bonding_slave/mii_status", "up");
	put(&p, "eth1", "bonding_slave/mii_status", "down");
	add(&p, "macvtap0", "macvtap", NULL);
	add_link(&p, "macvtap0", "/lower_eth2", "../eth2");
	probing_tick(&p);
	probing_says(&p, AT("bond0.100", "lower"), "bond0");
	probing_is(&p, CARRIES("bond0.100"), 1);
	probing_is(&p, CARRIES("bond0"), 1);
	probing_is(&p, CARRIES("eth0"), 1);
	probing_is(&p, CARRIES("eth1"), 1);
	probing_is(&p, CARRIES("eth2"), 1);
	probing_is(&p, CARRIES("eth3"), 0);
	probing_says(&p, AT("bond0", "slaves"), "eth0 eth1");
	probing_is(&p, AT("bond0", "slaves_up"), 1);
	probing_says(&p, AT("bond0", "mii_status"), "up");
	probing_says(&p, AT("eth1", "mii_status"), "down");
	probing_not(&p, AT("eth2", "mii_status"), KNOWN_ABSENT);
	/* a slave that does not tell is not down */
	sham_error(p.m, NET "eth1/bonding_slave/mii_status", -EACCES);
	probing_pass(&p, 60000);
	probing_not(&p, AT("bond0", "slaves_up"), KNOWN_DENIED);
	probing_says(&p, AT("bond0", "slaves"), "eth0 eth1");
	probing_end(&p);
}

/* A team tells nothing of its slaves: they do themselves. */
static void test_a_team(void **state)
{
	struct probing p = probing_new(1);

	(void)state;
	add(&p, "team0", "team", NULL);
	add_card(&p, "eth0", 0, "team0");
	add_card(&p, "eth1", 1, "team0");
	put(&p, "eth1", "operstate", "down");
	probing_tick(&p);
	probing_says(&p, AT("team0", "slaves"), "eth0 eth1");
	probing_is(&p, AT("team0", "slaves_up"), 1);
	probing_end(&p);
}

/* What is behind a switch in user space's hands is not known: neither yes nor no. */
static void test_open_vswitch(void **state)
{
	struct probing p = probing_new(1);

	(void)state;
	add(&p, "ovs-system", "virtual", NULL);
	add(&p, "vnet0", "tap", "ovs-system");
	add(&p, "bond0", "bond", "ovs-system");
	add_card(&p, "eth0", 0, "bond0");
	add_card(&p, "eth1", 1, NULL);
	probing_tick(&p);
	probing_is(&p, CARRIES("vnet0"), 1);
	probing_not(&p, CARRIES("bond0"), KNOWN_SKIPPED);
	probing_not(&p, CARRIES("eth0"), KNOWN_SKIPPED);
	probing_is(&p, CARRIES("eth1"), 0);
	probing_end(&p);
	/* a filtering bridge for each guest, with a pair into the switch */
	p = probing_new(1);
	add(&p, "ovs-system", "virtual", NULL);
	add(&p, "qbr1", "bridge", NULL);
	add(&p, "tap1", "tap", "qbr1");
	add(&p, "qvb1", "veth", "qbr1");
	add(&p, "qvo1", "veth", "ovs-system");
	add_card(&p, "eth0", 0, "ovs-system");
	probing_tick(&p);
	probing_is(&p, CARRIES("qvb1"), 1);
	probing_not(&p, CARRIES("eth0"), KNOWN_SKIPPED);
	probing_end(&p);
}

/* A network of libvirt's own: its bridge leads to no card, the host routes, through which one is not known. */
static void test_routed(void **state)
{
	struct probing p = probing_new(1);

	(void)state;
	add(&p, "virbr0", "bridge", NULL);
	add(&p, "virbr0-nic", "tap", "virbr0");
	add_card(&p, "eth0", 0, NULL);
	add_card(&p, "eth1", 1, NULL);
	put(&p, "eth1", "operstate", "down");
	probing_tick(&p);
	probing_is(&p, CARRIES("virbr0"), 0); /* nobody is behind that tap */
	probing_is(&p, CARRIES("eth0"), 0);
	add(&p, "vnet0", "tap", "virbr0");
	probing_pass(&p, 20000);
	probing_is(&p, CARRIES("virbr0"), 1);
	probing_not(&p, CARRIES("eth0"), KNOWN_SKIPPED);
	probing_is(&p, CARRIES("eth1"), 0);
	sham_remove(p.m, NET "vnet0");
	probing_pass(&p, 20000);
	probing_is(&p, CARRIES("virbr0"), 0);
	probing_is(&p, CARRIES("eth0"), 0);
	probing_end(&p);
}

/* A guest that has a virtual function shares the card's cable. */
static void test_virtual_functions(void **state)
{
	struct probing p = probing_new(1);

	(void)state;
	add_card(&p, "eth0", 0, NULL);
	add_card(&p, "eth1", 1, NULL);
	sham_put(p.m, "/sys/bus/pci/devices/0000:81:02.0/uevent", "DRIVER=vfio-pci\nPCI_CLASS=20000\nPCI_ID=8086:154C\n");
	sham_link(p.m, "/sys/bus/pci/devices/0000:81:02.0/physfn", "../0000:81:00.1");
	probing_tick(&p);
	probing_is(&p, CARRIES("eth0"), 0);
	probing_is(&p, CARRIES("eth1"), 1);
	probing_end(&p);
}

/* What it is part of cannot be read: then nobody knows. */
static void test_a_master_that_is_refused(void **state)
{
	struct probing p = probing_new(1);

	(void)state;
	add(&p, "br0", "bridge", NULL);
	add(&p, "vnet0", "tap", "br0");
	add_card(&p, "eth0", 0, "br0");
	sham_error(p.m, NET "eth0/master", -EACCES);
	probing_tick(&p);
	probing_not(&p, CARRIES("eth0"), KNOWN_DENIED);
	probing_end(&p);
}

/* Things that sit on each other in a circle end all the same. */
static void test_a_circle(void **state)
{
	struct probing p = probing_new(1);

	(void)state;
	add(&p, "a", "vlan", "b");
	add_link(&p, "a", "/lower_b", "../b");
	add(&p, "b", "vlan", "a");
	add_link(&p, "b", "/lower_a", "../a");
	add(&p, "vnet0", "tap", "a");
	probing_tick(&p);
	probing_is(&p, CARRIES("a"), 1);
	probing_is(&p, CARRIES("b"), 1);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_bridge),
		cmocka_unit_test(test_bonds_and_vlans),
		cmocka_unit_test(test_a_team),
		cmocka_unit_test(test_open_vswitch),
		cmocka_unit_test(test_routed),
		cmocka_unit_test(test_virtual_functions),
		cmocka_unit_test(test_a_master_that_is_refused),
		cmocka_unit_test(test_a_circle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
