/* Tests where network interfaces sit when their device is not the PCI device itself, and whether they are up. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/probing.h"

#define NET "/sys/class/net/"

/* A virtio card is a device of its own below the PCI device, and only that one has a node. */
static struct probing virtio(const char *node)
{
	struct probing p = probing_new(2);

	sham_link(p.m, NET "eth0", "../../devices/pci0000:20/0000:20:00.0/0000:21:00.0/virtio2/net/eth0");
	sham_link(p.m, NET "eth0/device/driver", "../../../../../bus/virtio/drivers/virtio_net");
	sham_put(p.m, NET "eth0/operstate", "down\n");
	sham_put(p.m, "/sys/bus/pci/devices/0000:21:00.0/numa_node", "%s\n", node);
	probing_tick(&p);
	return p;
}

static void test_virtio(void **state)
{
	struct probing p = virtio("0");

	(void)state;
	probing_says(&p, "net.interface[eth0].address", "0000:21:00.0");
	probing_is(&p, "net.interface[eth0].node", 0);
	probing_end(&p);
}

static void test_virtio_near_to_no_node(void **state)
{
	struct probing p = virtio("-1");

	(void)state;
	probing_not(&p, "net.interface[eth0].node", KNOWN_ABSENT);
	probing_end(&p);
}

/* A driver that never tells its state leaves it to the carrier; without one nothing is counted. */
static void test_a_state_that_is_unknown(void **state)
{
	struct probing p = virtio("0");

	(void)state;
	p.want.everything = true;
	sham_put(p.m, NET "eth0/operstate", "unknown\n");
	sham_put(p.m, NET "eth0/carrier", "1\n");
	probing_pass(&p, 1000);
	probing_is(&p, "net.up", 1);
	sham_put(p.m, NET "eth0/carrier", "0\n");
	probing_pass(&p, 1000);
	probing_is(&p, "net.up", 0);
	sham_remove(p.m, NET "eth0/carrier");
	probing_pass(&p, 1000);
	probing_not(&p, "net.up", KNOWN_ABSENT);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_virtio),
		cmocka_unit_test(test_virtio_near_to_no_node),
		cmocka_unit_test(test_a_state_that_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
