/* Tests the network interfaces: kinds, places, links that are asked seldom, rates, and what makes a rate mean nothing.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/net.h"
#include "tests/lib/probing.h"

#define NET "/sys/class/net/"
#define AT(name, field) "net.interface[" name "]." field

static void put(struct probing *p, const char *name, const char *file, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), NET "%s/%s", name, file);
	sham_put(p->m, path, "%s\n", text);
}

static void put_link(struct probing *p, const char *name, const char *file, const char *target)
{
	char path[128];

	snprintf(path, sizeof(path), NET "%s%s", name, file);
	sham_link(p->m, path, target);
}

static void put_virtual(struct probing *p, const char *name)
{
	char target[128];

	snprintf(target, sizeof(target), "../../devices/virtual/net/%s", name);
	put_link(p, name, "", target);
	put(p, name, "operstate", "up");
	put(p, name, "mtu", "1500");
}

/* A card that is up, behind /proc/net/dev with so many bytes and packets of each kind. */
static void counters(struct probing *p, const char *name, uint64_t rx, uint64_t tx)
{
	sham_put(p->m, "/proc/net/dev",
		"Inter-|   Receive\n face |bytes    packets errs drop fifo\n"
		"    lo:    3267      29    0    0    0     0          0         0     3267      29    0    0    0     "
		"0 "
		"      0          0\n"
		"%6s:%llu %llu    %llu    %llu    0     0          0         0 %llu %llu    %llu    %llu    0     0    "
		"   0 "
		"         0\n",
		name, (unsigned long long)rx, (unsigned long long)rx / 100, (unsigned long long)rx / 1000,
		(unsigned long long)rx / 500, (unsigned long long)tx, (unsigned long long)tx / 100,
		(unsigned long long)tx / 1000, (unsigned long long)tx / 500);
}

static struct probing machine(void)
{
	struct probing p = probing_new(2);

	put_virtual(&p, "lo");
	put(&p, "lo", "type", "772");
	put_link(&p, "eth0", "", "../../devices/pci0000:80/0000:80:01.0/0000:81:00.0/net/eth0");
	put_link(&p, "eth0", "/device/driver", "../../../../bus/pci/drivers/i40e");
	put_link(&p, "eth0", "/master", "../../../../../virtual/net/br0");
	put(&p, "eth0", "device/numa_node", "1");
	put(&p, "eth0", "operstate", "up");
	put(&p, "eth0", "carrier", "1");
	put(&p, "eth0", "speed", "25000");
	put(&p, "eth0", "duplex", "full");
	put(&p, "eth0", "mtu", "9000");
	put(&p, "eth0", "type", "1");
	put(&p, "eth0", "queues/rx-0/rps_cpus", "0");
	put(&p, "eth0", "queues/rx-1/rps_cpus", "0");
	put(&p, "eth0", "queues/tx-0/xps_cpus", "0");
	put(&p, "eth0", "statistics/rx_missed_errors", "17");
	counters(&p, "eth0", 1000000, 500000);
	return p;
}

static void test_a_card(void **state)
{
	struct probing p = machine();

	(void)state;
	probing_tick(&p);
	probing_is(&p, "net.interfaces", 2);
	probing_is(&p, "net.physical", 1);
	probing_is(&p, "net.up", 1);
	probing_says(&p, AT("eth0", "kind"), "physical");
	probing_says(&p, AT("eth0", "driver"), "i40e");
	probing_says(&p, AT("eth0", "address"), "0000:81:00.0");
	probing_is(&p, AT("eth0", "node"), 1);
	probing_says(&p, AT("eth0", "master"), "br0");
	probing_says(&p, AT("eth0", "state"), "up");
	probing_is(&p, AT("eth0", "carrier"), 1);
	probing_is(&p, AT("eth0", "speed_mbps"), 25000);
	probing_says(&p, AT("eth0", "duplex"), "full");
	probing_is(&p, AT("eth0", "mtu"), 9000);
	probing_is(&p, AT("eth0", "rx_queues"), 2);
	probing_is(&p, AT("eth0", "tx_queues"), 1);
	probing_is(&p, AT("eth0", "missed"), 17);
	probing_not(&p, AT("eth0", "rx_bytes_per_s"), KNOWN_NOT_YET);
	probing_not(&p, "net.rx_bytes_per_s", KNOWN_NOT_YET);
	probing_says(&p, AT("lo", "kind"), "loopback");
	probing_not(&p, AT("lo", "speed_mbps"), KNOWN_SKIPPED);
	assert_non_null(net_interface(snapshot_facts(p.snap, &probe_net), "eth0"));
	assert_null(net_interface(snapshot_facts(p.snap, &probe_net), "eth1"));
	assert_null(net_interface(NULL, "eth0"));
	probing_end(&p);
}

static void test_rates(void **state)
{
	struct probing p = machine();

	(void)state;
	probing_tick(&p);
	counters(&p, "eth0", 1100000, 520000);
	probing_pass(&p, 2000);
	probing_near(&p, AT("eth0", "rx_bytes_per_s"), 50000, 1e-6);
	probing_near(&p, AT("eth0", "tx_bytes_per_s"), 10000, 1e-6);
	probing_near(&p, AT("eth0", "rx_packets_per_s"), 500, 1e-6);
	probing_near(&p, AT("eth0", "tx_packets_per_s"), 100, 1e-6);
	probing_near(&p, AT("eth0", "rx_drops_per_s"), 100, 1e-6);
	probing_near(&p, AT("eth0", "tx_drops_per_s"), 20, 1e-6);
	probing_near(&p, AT("eth0", "rx_errors_per_s"), 50, 1e-6);
	probing_near(&p, AT("eth0", "tx_errors_per_s"), 10, 1e-6);
	probing_near(&p, AT("lo", "rx_bytes_per_s"), 0, 0);
	probing_near(&p, "net.rx_bytes_per_s", 50000, 1e-6);
	probing_near(&p, "net.tx_bytes_per_s", 10000, 1e-6);
	/* a tick right behind another changes nothing, and nothing is lost */
	counters(&p, "eth0", 1200000, 520000);
	probing_pass(&p, 50);
	probing_near(&p, AT("eth0", "rx_bytes_per_s"), 50000, 1e-6);
	probing_pass(&p, 950);
	probing_near(&p, AT("eth0", "rx_bytes_per_s"), 100000, 1e-6);
	/* set back: not a huge number */
	counters(&p, "eth0", 100, 520000);
	probing_pass(&p, 1000);
	probing_not(&p, AT("eth0", "rx_bytes_per_s"), KNOWN_NOT_YET);
	probing_near(&p, AT("eth0", "tx_bytes_per_s"), 0, 0);
	probing_end(&p);
}

/* A folder's counters never move: that is not the same as silence. */
static void test_a_copy_is_not_silent(void **state)
{
	struct probing p = machine();

	(void)state;
	probing_tick(&p);
	sham_forward(p.m, 1000000000);
	probing_tick(&p);
	probing_not(&p, AT("eth0", "rx_bytes_per_s"), KNOWN_NOT_RECORDED);
	probing_not(&p, "net.rx_bytes_per_s", KNOWN_NOT_RECORDED);
	/* the same without /proc/stat */
	sham_remove(p.m, "/proc/stat");
	sham_forward(p.m, 1000000000);
	probing_tick(&p);
	probing_not(&p, AT("eth0", "rx_bytes_per_s"), KNOWN_NOT_RECORDED);
	counters(&p, "eth0", 1000500, 500000);
	sham_forward(p.m, 1000000000);
	probing_tick(&p);
	probing_near(&p, AT("eth0", "rx_bytes_per_s"), 500, 1e-6);
	probing_near(&p, AT("lo", "rx_bytes_per_s"), 0, 0);
	probing_end(&p);
}

static void test_counters_that_cannot_be_read(void **state)
{
	struct probing p = machine();

	(void)state;
	probing_tick(&p);
	sham_error(p.m, "/proc/net/dev", -EIO);
	probing_pass(&p, 1000);
	probing_not(&p, AT("eth0", "rx_bytes_per_s"), KNOWN_BROKEN);
	probing_is(&p, AT("eth0", "speed_mbps"), 25000);
	/* the interval is longer then, not the rate higher */
	sham_error(p.m, "/proc/net/dev", 0);
	counters(&p, "eth0", 1100000, 500000);
	probing_pass(&p, 1000);
	probing_near(&p, AT("eth0", "rx_bytes_per_s"), 50000, 1e-6);
	sham_remove(p.m, "/proc/net/dev");
	probing_pass(&p, 1000);
	probing_pass(&p, 1000);
	probing_not(&p, AT("eth0", "rx_bytes_per_s"), KNOWN_ABSENT);
	probing_end(&p);
}

static void test_kinds(void **state)
{
	static const struct {
		const char *name, *file, *text, *kind;
	} kinds[] = {
		{"br0", "uevent", "DEVTYPE=bridge\nINTERFACE=br0\nIFINDEX=7", "bridge"},
		{"bond0", "uevent", "DEVTYPE=bond\nINTERFACE=bond0", "bond"},
		{"v100", "uevent", "DEVTYPE=vlan", "vlan"},
		{"vnet0", "tun_flags", "0x1002", "tap"},
		{"tun0", "tun_flags", "0x1001", "tun"},
		{"oldbr", "bridge/bridge_id", "8000.0", "bridge"},
		{"oldbond", "bonding/mode", "active-backup 1", "bond"},
		{"dummy0", "ifindex", "4", "virtual"},
	};
	struct probing p = machine();

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		put_virtual(&p, kinds[i].name);
		put(&p, kinds[i].name, kinds[i].file, kinds[i].text);
	}
	put_virtual(&p, "veth1");
	put(&p, "veth1", "ifindex", "9");
	put(&p, "veth1", "iflink", "8");
	put_link(&p, "ens1v0", "", "../../devices/pci0000:80/0000:81:02.0/net/ens1v0");
	put_link(&p, "ens1v0", "/device/physfn", "../0000:81:00.0");
	put_link(&p, "ib0", "", "../../devices/pci0000:80/0000:82:00.0/net/ib0");
	put(&p, "ib0", "type", "32");
	put_link(&p, "wlan0", "", "../../devices/pci0000:00/0000:02:00.0/net/wlan0");
	put(&p, "wlan0", "uevent", "DEVTYPE=wlan");
	/* an old kernel: a folder of its own, and a link in it */
	put(&p, "eth7", "operstate", "down");
	put_link(&p, "eth7", "/device", "../../../0000:05:00.1");
	put(&p, "bonding_masters", "", "bond0");
	probing_tick(&p);
	for (size_t i = 0; i < COUNT(kinds); i++) {
		char address[64];

		snprintf(address, sizeof(address), "net.interface[%s].kind", kinds[i].name);
		probing_says(&p, address, kinds[i].kind);
	}
	probing_says(&p, AT("veth1", "kind"), "veth");
	probing_says(&p, AT("ens1v0", "kind"), "vf");
	probing_says(&p, AT("ib0", "kind"), "infiniband");
	probing_says(&p, AT("wlan0", "kind"), "wlan");
	probing_says(&p, AT("eth7", "kind"), "physical");
	probing_says(&p, AT("eth7", "address"), "0000:05:00.1");
	assert_null(net_interface(snapshot_facts(p.snap, &probe_net), "bonding_masters"));
	probing_end(&p);
}

static void test_links_that_are_down(void **state)
{
	static const char *const none[] = {"-1", "65535", "4294967295", "2147483647", "0"};
	struct probing p = machine();

	(void)state;
	for (size_t i = 0; i < COUNT(none); i++) {
		put(&p, "eth0", "speed", none[i]);
		p.want.everything = true;
		probing_pass(&p, 1000);
		probing_not(&p, AT("eth0", "speed_mbps"), KNOWN_ABSENT);
	}
	sham_error(p.m, NET "eth0/speed", -EINVAL);
	sham_error(p.m, NET "eth0/duplex", -EINVAL);
	sham_error(p.m, NET "eth0/carrier", -EINVAL);
	probing_pass(&p, 1000);
	probing_not(&p, AT("eth0", "speed_mbps"), KNOWN_ABSENT);
	probing_not(&p, AT("eth0", "duplex"), KNOWN_ABSENT);
	probing_not(&p, AT("eth0", "carrier"), KNOWN_ABSENT);
	probing_end(&p);
}

/* Asking for the speed may wait for others: not while it is down, not of what has no cable, and not often. */
static void test_speed_is_asked_seldom(void **state)
{
	struct probing p = machine();

	(void)state;
	put_virtual(&p, "br0");
	put(&p, "br0", "speed", "25000");
	put_link(&p, "eth1", "", "../../devices/pci0000:80/0000:81:00.1/net/eth1");
	put(&p, "eth1", "operstate", "down");
	put(&p, "eth1", "speed", "-1");
	probing_tick(&p);
	for (int i = 0; i < 20; i++)
		probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "eth0/speed"), 1);
	assert_int_equal(sham_reads(p.m, "eth1/speed"), 0);
	assert_int_equal(sham_reads(p.m, "br0/speed"), 0);
	assert_in_range(sham_reads(p.m, "eth0/operstate"), 2, 6);
	/* it comes up: then its speed is asked at once */
	put(&p, "eth1", "operstate", "up");
	put(&p, "eth1", "speed", "10000");
	for (int i = 0; i < 7; i++)
		probing_pass(&p, 1000);
	probing_says(&p, AT("eth1", "state"), "up");
	probing_is(&p, AT("eth1", "speed_mbps"), 10000);
	assert_int_equal(sham_reads(p.m, "eth1/speed"), 1);
	probing_end(&p);
}

static void test_interfaces_come_and_go(void **state)
{
	struct probing p = machine();

	(void)state;
	probing_tick(&p);
	probing_pass(&p, 1000);
	put_virtual(&p, "vnet3");
	put(&p, "vnet3", "tun_flags", "0x1002");
	sham_put(p.m, "/proc/net/dev",
		" eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\nvnet3:1 2 3 4 5 6 7 8 9 10 11 12 13 "
		"14 15 16\n");
	probing_pass(&p, 1000); /* its counters give it away */
	probing_says(&p, AT("vnet3", "kind"), "tap");
	probing_not(&p, AT("vnet3", "rx_bytes_per_s"), KNOWN_NOT_YET);
	sham_remove(p.m, NET "vnet3");
	counters(&p, "eth0", 1000000, 500000);
	probing_pass(&p, 1000);
	assert_null(net_interface(snapshot_facts(p.snap, &probe_net), "vnet3"));
	probing_end(&p);
}

/* What is only in the counters is there as well: /sys may be another's. */
static void test_without_sys(void **state)
{
	struct probing p = probing_new(1);

	(void)state;
	counters(&p, "eth0", 1000, 500);
	probing_tick(&p);
	probing_is(&p, "net.interfaces", 2);
	probing_not(&p, AT("eth0", "state"), KNOWN_ABSENT);
	probing_is(&p, "net.physical", 0);
	sham_remove(p.m, "/proc/net/dev");
	probing_pass(&p, 10000);
	probing_pass(&p, 10000);
	probing_is(&p, "net.interfaces", 0);
	probing_end(&p);
}

static void test_odd_lines(void **state)
{
	struct probing p = probing_new(1);

	(void)state;
	sham_put(p.m, "/proc/net/dev",
		"a:1\n:\nno colon\n x : 1 2 3\nb:\nlong_name_that_no_kernel_would_ever_take:1 2\n");
	probing_tick(&p);
	probing_is(&p, "net.interfaces", 2);
	sham_put(p.m, "/proc/net/dev", "a:11\n x : 1 2 3\n");
	probing_pass(&p, 1000);
	probing_near(&p, AT("a", "rx_bytes_per_s"), 10, 1e-6);
	probing_not(&p, AT("a", "tx_bytes_per_s"), KNOWN_ABSENT);
	probing_end(&p);
}

static void test_cost(void **state)
{
	enum { TAPS = 1000 };
	struct probing p = machine();
	char bad[64], *text = xcalloc(TAPS + 1, 64);
	size_t len = 0;

	(void)state;
	assert_int_equal(sampler_only(p.s, "load,net", bad), 0);
	for (int i = 0; i < TAPS; i++) {
		char name[16];

		snprintf(name, sizeof(name), "vnet%d", i);
		put_virtual(&p, name);
		put(&p, name, "tun_flags", "0x1002");
		len += (size_t)sprintf(text + len, "%s: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n", name);
	}
	sham_put(p.m, "/proc/net/dev", "%s", text);
	probing_tick(&p);
	probing_is(&p, "net.interfaces", TAPS + 2);
	for (int i = 0; i < 29; i++, assert_true(p.snap->cost_calls < 100))
		probing_pass(&p, 1000);
	free(text);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_card),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_a_copy_is_not_silent),
		cmocka_unit_test(test_counters_that_cannot_be_read),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_links_that_are_down),
		cmocka_unit_test(test_speed_is_asked_seldom),
		cmocka_unit_test(test_interfaces_come_and_go),
		cmocka_unit_test(test_without_sys),
		cmocka_unit_test(test_odd_lines),
		cmocka_unit_test(test_cost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
