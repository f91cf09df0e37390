/* Writes what a simulated machine's network stack and drivers answer, and the ends of its guests on their bridge. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "probes/host/simulate_guest.h"
#include "probes/host/simulate_irq.h"
#include "probes/host/simulate_traffic.h"

/* The second port of each card has no cable. */
static void write_driver(const struct model *m, struct out *o, int drivers, unsigned package, unsigned function)
{
	unsigned queues = package < IRQ_PACKAGES ? simulate_queues_each(m) : 1;
	char name[24];
	int dir;

	simulate_nic_name(package, function, name, sizeof name);
	dir = out_dir(o, drivers, "%s", name);
	out_line(o, dir, "coalesce", "adaptive_rx=0\nadaptive_tx=0\nrx_usecs=8\nrx_frames=0\ntx_usecs=8\ntx_frames=0");
	out_line(o, dir, "channels", "combined=%u\ncombined_max=64\nrx=0\nrx_max=0\ntx=0\ntx_max=0", queues);
	out_line(o, dir, "rings", "rx=512\nrx_max=4096\ntx=512\ntx_max=4096");
	out_line(o, dir, "link", "%sautoneg=1\nsupported_mbps=10000\nadvertised_mbps=10000",
		function ? "" : "speed_mbps=10000\nduplex=full\n");
	out_close(dir);
}

/* Nobody waited and nothing was lost: counters that stand still. */
static void write_softnet(const struct model *m, struct out *o, int net)
{
	struct text t = {0};

	for (unsigned cpu = 0; cpu < m->ncpus; cpu++)
		sim_text_add(&t,
			"%08x 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 "
			"00000000 %08x 00000000 00000000\n",
			(unsigned)model_random(m, cpu, 90) & 0xffffff, cpu);
	out_text(o, net, "softnet_stat", t.at, t.len);
	text_free(&t);
}

static void write_ends(const struct model *m, struct out *o, int all, int net)
{
	for (unsigned i = 0; i < m->o.guests; i++) {
		char name[24];
		int dir;

		if (!m->guest[i].id || !m->guest[i].listed)
			continue;
		snprintf(name, sizeof name, "vnet%u", m->guest[i].id - 1);
		dir = out_dir(o, all, "%s", name);
		out_line(o, dir, "operstate", "unknown");
		out_line(o, dir, "mtu", "1500");
		out_line(o, dir, "type", "1");
		out_line(o, dir, "tun_flags", "0x1002");
		out_link(o, dir, "master", "../br0");
		out_close(dir);
		out_link(o, net, name, "../../devices/virtual/net/%s", name);
	}
}

void simulate_net(const struct model *m, struct out *o, int root)
{
	int dir = out_dir(o, root, "@ethtool"), net;

	for (unsigned package = 0; package < m->o.packages && !o->err; package++)
		for (unsigned function = 0; function < 2; function++)
			write_driver(m, o, dir, package, function);
	out_close(dir);
	dir = out_deep(o, root, "proc/net");
	write_softnet(m, o, dir);
	out_close(dir);
	dir = out_deep(o, root, "proc/sys/net/core");
	out_line(o, dir, "rps_sock_flow_entries", "0");
	out_line(o, dir, "busy_poll", "0");
	out_line(o, dir, "busy_read", "0");
	out_line(o, dir, "netdev_budget", "300");
	out_line(o, dir, "netdev_budget_usecs", "8000");
	out_close(dir);
	dir = out_deep(o, root, "sys/devices/virtual/net");
	net = out_deep(o, root, "sys/class/net");
	write_ends(m, o, dir, net);
	out_close(net);
	out_close(dir);
}
