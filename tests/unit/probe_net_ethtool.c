/* Tests what ethtool shows of cards, what their counters of lost packets come to, and whom their queues hand packets to. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "tests/lib/probing.h"

#define ETH "/sys/class/net/eth0/"
#define AT(field) "net.interface[eth0]." field

static struct probing machine(void)
{
	struct probing p = probing_new(2);

	sham_link(p.m, "/sys/class/net/br0", "../../devices/virtual/net/br0");
	sham_put(p.m, "/sys/class/net/br0/operstate", "up\n");
	sham_link(p.m, "/sys/class/net/eth0", "../../devices/pci0000:80/0000:80:01.0/0000:81:00.0/net/eth0");
	sham_put(p.m, ETH "operstate", "up\n");
	sham_put(p.m, ETH "type", "1\n");
	sham_put(p.m, ETH "queues/rx-0/rps_cpus", "00000000,00000003\n");
	sham_put(p.m, ETH "queues/rx-1/rps_cpus", "00000100,00000000\n");
	sham_put(p.m, ETH "statistics/rx_missed_errors", "17\n");
	sham_put(p.m, ETH "statistics/rx_over_errors", "0\n");
	sham_put(p.m, ETH "statistics/rx_crc_errors", "3\n");
	sham_put(p.m, "@ethtool/eth0/coalesce",
		"adaptive_rx=1\nadaptive_tx=0\nrx_usecs=50\nrx_frames=0\ntx_usecs=25\ntx_frames=0\n");
	sham_put(p.m, "@ethtool/eth0/channels", "combined=16\ncombined_max=64\nrx=0\nrx_max=0\ntx=0\ntx_max=0\n");
	sham_put(p.m, "@ethtool/eth0/rings", "rx=512\nrx_max=4096\ntx=512\ntx_max=4096\n");
	sham_put(p.m, "@ethtool/eth0/link",
		"speed_mbps=1000\nduplex=full\nautoneg=1\nsupported_mbps=10000\nadvertised_mbps=1000\n");
	return p;
}

static void test_facts(void **state)
{
	struct probing p = machine();

	(void)state;
	probing_tick(&p);
	probing_is(&p, AT("adaptive_rx"), 1);
	probing_is(&p, AT("rx_usecs"), 50);
	probing_is(&p, AT("rx_frames"), 0);
	probing_is(&p, AT("tx_usecs"), 25);
	probing_is(&p, AT("channels"), 16);
	probing_is(&p, AT("channels_max"), 64);
	probing_not(&p, AT("rx_channels"), KNOWN_ABSENT); /* none that only receive: not zero of them */
	probing_not(&p, AT("tx_channels_max"), KNOWN_ABSENT);
	probing_is(&p, AT("rx_ring"), 512);
	probing_is(&p, AT("rx_ring_max"), 4096);
	probing_is(&p, AT("supported_mbps"), 10000);
	probing_is(&p, AT("advertised_mbps"), 1000);
	probing_is(&p, AT("autoneg"), 1);
	probing_words(&p, AT("rps_cpus"), "0-1,40");
	probing_not(&p, "net.interface[br0].rx_usecs", KNOWN_ABSENT);
	assert_int_equal(sham_reads(p.m, "br0/coalesce"), 0);
	probing_end(&p);
}

static void test_answers_that_are_none(void **state)
{
	struct probing p = machine();

	(void)state;
	sham_put(p.m, "@ethtool/eth0/coalesce", "adaptive_rx=7\nrx_usecs=many\n");
	sham_error(p.m, "@ethtool/eth0/channels", -EOPNOTSUPP);
	sham_error(p.m, "@ethtool/eth0/rings", -EPERM);
	sham_put(p.m, "@ethtool/eth0/link", "autoneg=0\nsupported_mbps=0\nadvertised_mbps=0\n");
	sham_error(p.m, ETH "queues/rx-1/rps_cpus", -EACCES);
	probing_tick(&p);
	probing_not(&p, AT("adaptive_rx"), KNOWN_BROKEN);
	probing_not(&p, AT("rx_usecs"), KNOWN_BROKEN);
	probing_not(&p, AT("rx_frames"), KNOWN_ABSENT);
	probing_not(&p, AT("channels"), KNOWN_ABSENT);
	probing_not(&p, AT("rx_ring"), KNOWN_DENIED);
	probing_not(&p, AT("supported_mbps"), KNOWN_ABSENT); /* a virtual card knows no modes */
	probing_is(&p, AT("autoneg"), 0);
	probing_not(&p, AT("rps_cpus"), KNOWN_DENIED);
	probing_end(&p);
}

/* A driver that takes its time: what was known stays known, and it is asked again soon. */
static void test_late(void **state)
{
	struct probing p = machine();

	(void)state;
	sham_error(p.m, "@ethtool/eth0/coalesce", -EINPROGRESS);
	probing_tick(&p);
	probing_not(&p, AT("rx_usecs"), KNOWN_NOT_YET);
	probing_is(&p, AT("rx_ring"), 512);
	sham_error(p.m, "@ethtool/eth0/coalesce", 0);
	for (int i = 0; i < 6; i++)
		probing_pass(&p, 1000);
	probing_is(&p, AT("rx_usecs"), 50);
	sham_put(p.m, "@ethtool/eth0/coalesce", "rx_usecs=10\n");
	sham_error(p.m, "@ethtool/eth0/coalesce", -EINPROGRESS);
	for (int i = 0; i < 60; i++)
		probing_pass(&p, 1000);
	probing_is(&p, AT("rx_usecs"), 50);
	sham_error(p.m, "@ethtool/eth0/coalesce", 0);
	for (int i = 0; i < 6; i++)
		probing_pass(&p, 1000);
	probing_is(&p, AT("rx_usecs"), 10);
	probing_end(&p);
}

static void test_asked_seldom(void **state)
{
	struct probing p = machine();

	(void)state;
	probing_tick(&p);
	sham_forget(p.m);
	for (int i = 0; i < 100; i++)
		probing_pass(&p, 1000);
	assert_in_range(sham_reads(p.m, "eth0/coalesce"), 2, 4);
	assert_in_range(sham_reads(p.m, "eth0/link"), 2, 4);
	assert_in_range(sham_reads(p.m, "rx-0/rps_cpus"), 1, 2);
	assert_in_range(sham_reads(p.m, "rx_missed_errors"), 10, 25);
	probing_end(&p);
}

static void test_lost_packets(void **state)
{
	struct probing p = machine();

	(void)state;
	p.want.everything = true;
	probing_tick(&p);
	probing_is(&p, AT("missed"), 17);
	probing_is(&p, AT("crc"), 3);
	probing_not(&p, AT("missed_per_s"), KNOWN_NOT_YET);
	sham_put(p.m, ETH "statistics/rx_missed_errors", "117\n");
	probing_pass(&p, 2000);
	probing_near(&p, AT("missed_per_s"), 50, 1e-9);
	probing_near(&p, AT("over_per_s"), 0, 0);
	probing_near(&p, AT("crc_per_s"), 0, 0);
	/* set back, then refused: neither is none */
	sham_put(p.m, ETH "statistics/rx_missed_errors", "2\n");
	sham_error(p.m, ETH "statistics/rx_crc_errors", -EACCES);
	probing_pass(&p, 2000);
	probing_not(&p, AT("missed_per_s"), KNOWN_NOT_YET);
	probing_not(&p, AT("crc_per_s"), KNOWN_DENIED);
	/* a copy stands still */
	sham_forward(p.m, 2000000000);
	probing_tick(&p);
	probing_not(&p, AT("missed_per_s"), KNOWN_NOT_RECORDED);
	probing_end(&p);
}

static void test_collisions(void **state)
{
	struct probing p = machine();

	(void)state;
	sham_put(p.m, "/proc/net/dev", "  eth0: 1 2 0 0 0 0 0 0 1 2 0 0 0 1000 0 0\n");
	probing_tick(&p);
	probing_not(&p, AT("collisions_per_s"), KNOWN_NOT_YET);
	sham_put(p.m, "/proc/net/dev", "  eth0: 2 2 0 0 0 0 0 0 1 2 0 0 0 1060 0 0\n");
	probing_pass(&p, 2000);
	probing_near(&p, AT("collisions_per_s"), 30, 1e-9);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_answers_that_are_none),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_asked_seldom),
		cmocka_unit_test(test_lost_packets),
		cmocka_unit_test(test_collisions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
