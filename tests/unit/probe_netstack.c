/* Tests the network stack: rounds cut short and packets dropped, on kernels with and without names of CPUs, and settings. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "tests/lib/probing.h"

#define SOFTNET "/proc/net/softnet_stat"
#define ZEROS "00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000"
#define CORE "/proc/sys/net/core/"

/* Two CPUs: their numbers, what they dropped and how often they were cut short. */
static void counts(struct probing *p, const unsigned cpu[2], const unsigned dropped[2], const unsigned squeezed[2])
{
	sham_put(p->m, SOFTNET,
		"0000a1b2 %08x %08x " ZEROS " %08x 00000000 00000000\n000000ff %08x %08x " ZEROS " %08x 00000000 00000000\n",
		dropped[0], squeezed[0], cpu[0], dropped[1], squeezed[1], cpu[1]);
}

static void test_rates(void **state)
{
	struct probing p = probing_new(4);

	(void)state;
	counts(&p, (unsigned[]){1, 3}, (unsigned[]){0, 7}, (unsigned[]){0xfffffff0, 100});
	probing_tick(&p);
	probing_not(&p, "netstack.squeezed_per_s", KNOWN_NOT_YET);
	probing_not(&p, "netstack.dropped_cpu", KNOWN_NOT_YET);
	/* the first one's counter runs over */
	counts(&p, (unsigned[]){1, 3}, (unsigned[]){0, 7}, (unsigned[]){0x10, 108});
	probing_pass(&p, 5000);
	probing_near(&p, "netstack.squeezed_per_s", 8, 1e-9);
	probing_near(&p, "netstack.squeezed_cpu_per_s", 6.4, 1e-9);
	probing_is(&p, "netstack.squeezed_cpu", 1);
	probing_near(&p, "netstack.dropped_per_s", 0, 0);
	probing_not(&p, "netstack.dropped_cpu", KNOWN_ABSENT);
	/* CPU 1 goes, CPU 3 drops, and CPU 5 is new: what it counted before is of no interval */
	counts(&p, (unsigned[]){3, 5}, (unsigned[]){57, 4000}, (unsigned[]){108, 4000});
	probing_pass(&p, 5000);
	probing_near(&p, "netstack.dropped_per_s", 10, 1e-9);
	probing_is(&p, "netstack.dropped_cpu", 3);
	probing_near(&p, "netstack.squeezed_per_s", 0, 0);
	/* a copy */
	sham_forward(p.m, 5000000000);
	probing_tick(&p);
	probing_not(&p, "netstack.squeezed_per_s", KNOWN_NOT_RECORDED);
	probing_end(&p);
}

/* Before Linux 5.10 there is one line for each CPU that is online, without its name. */
static void test_without_names(void **state)
{
	struct probing p = probing_new(4);

	(void)state;
	sham_online(p.m, 1, false);
	sham_put(p.m, SOFTNET, "1 0 0 0 0 0 0 0 0 0 0\n1 0 0 0 0 0 0 0 0 0 0\n1 0 0 0 0 0 0 0 0 0 0\n");
	probing_tick(&p);
	sham_put(p.m, SOFTNET, "1 0 0 0 0 0 0 0 0 0 0\n1 0 a 0 0 0 0 0 0 0 0\n1 5 0 0 0 0 0 0 0 0 0\n");
	probing_pass(&p, 5000);
	probing_near(&p, "netstack.squeezed_per_s", 2, 1e-9);
	probing_is(&p, "netstack.squeezed_cpu", 2);
	probing_near(&p, "netstack.dropped_per_s", 1, 1e-9);
	probing_is(&p, "netstack.dropped_cpu", 3);
	probing_end(&p);
	/* and where nobody knows which CPUs are online */
	p = probing_new(0);
	sham_put(p.m, SOFTNET, "1 0 0 0 0 0 0 0 0 0 0\n");
	probing_tick(&p);
	sham_put(p.m, SOFTNET, "1 0 a 0 0 0 0 0 0 0 0\n");
	sham_forward(p.m, 5000000000);
	probing_tick(&p);
	probing_near(&p, "netstack.squeezed_per_s", 2, 1e-9);
	probing_not(&p, "netstack.squeezed_cpu", KNOWN_NOT_RECORDED);
	probing_end(&p);
}

static void test_texts_that_are_none(void **state)
{
	static const char *const wrong[] = {"", "\n", "12 34\n", "1 2 x\n", "1 2 123456789\n"};
	struct probing p = probing_new(2);

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		sham_put(p.m, SOFTNET, "%s", wrong[i]);
		probing_pass(&p, 5000);
		probing_not(&p, "netstack.squeezed_per_s", KNOWN_BROKEN);
		probing_not(&p, "netstack.dropped_cpu", KNOWN_BROKEN);
	}
	sham_error(p.m, SOFTNET, -EACCES);
	probing_pass(&p, 5000);
	probing_not(&p, "netstack.squeezed_per_s", KNOWN_DENIED);
	sham_remove(p.m, SOFTNET);
	probing_pass(&p, 5000);
	probing_pass(&p, 5000);
	probing_not(&p, "netstack.squeezed_per_s", KNOWN_ABSENT);
	probing_end(&p);
}

static void test_settings(void **state)
{
	struct probing p = probing_new(1);

	(void)state;
	sham_put(p.m, CORE "rps_sock_flow_entries", "32768\n");
	sham_put(p.m, CORE "busy_poll", "50\n");
	sham_put(p.m, CORE "busy_read", "0\n");
	sham_put(p.m, CORE "netdev_budget", "300\n");
	sham_put(p.m, CORE "netdev_budget_usecs", "2000\n");
	sham_put(p.m, "/proc/sys/net/bridge/bridge-nf-call-iptables", "1\n");
	sham_put(p.m, "/proc/sys/net/netfilter/nf_conntrack_count", "1000\n");
	sham_put(p.m, "/proc/sys/net/netfilter/nf_conntrack_max", "4000\n");
	probing_tick(&p);
	probing_is(&p, "netstack.rps_flows", 32768);
	probing_is(&p, "netstack.busy_poll_us", 50);
	probing_is(&p, "netstack.busy_read_us", 0);
	probing_is(&p, "netstack.budget", 300);
	probing_is(&p, "netstack.budget_usecs", 2000);
	probing_is(&p, "netstack.bridge_iptables", 1);
	probing_is(&p, "netstack.conntrack", 1000);
	probing_near(&p, "netstack.conntrack_pct", 25, 1e-9);
	sham_put(p.m, "/proc/sys/net/netfilter/nf_conntrack_max", "0\n"); /* no limit */
	sham_error(p.m, CORE "busy_poll", -EACCES);
	sham_remove(p.m, "/proc/sys/net/bridge");
	probing_pass(&p, 5000);
	probing_not(&p, "netstack.conntrack_pct", KNOWN_ABSENT);
	probing_not(&p, "netstack.busy_poll_us", KNOWN_DENIED);
	probing_not(&p, "netstack.bridge_iptables", KNOWN_ABSENT);
	sham_remove(p.m, "/proc/sys/net/netfilter/nf_conntrack_count");
	probing_pass(&p, 5000);
	probing_not(&p, "netstack.conntrack_pct", KNOWN_ABSENT);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_without_names),
		cmocka_unit_test(test_texts_that_are_none),
		cmocka_unit_test(test_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
