/* Writes the PCI devices of a simulated machine: a NIC of two ports and an NVMe disk for each package, and one RAID
 * card. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "probes/host/simulate_irq.h"
#include "probes/host/simulate_out.h"
#include "probes/host/simulate_traffic.h"
#include "probes/util.h"

/* A device, the port above it on a bus of its own, and what their link is and could be. */
struct card {
	unsigned package, width, card_width, port_width;
	char address[24], port[24];
	const char *driver, *class, *ids, *speed, *l1;
	unsigned group, irq, nirqs;
};

/* Both are folders of /sys/devices, and links of /sys/bus/pci/devices. */
struct places {
	int devices, bus, net, nvme, block, groups;
};

static void write_uevent(struct out *o, int dir, const char *driver, const char *class, const char *ids, const char *at)
{
	out_line(o, dir, "uevent", "DRIVER=%s\nPCI_CLASS=%s\nPCI_ID=%s\nPCI_SUBSYS_ID=1028:0000\nPCI_SLOT_NAME=%s",
		driver, class, ids, at);
}

static void write_link(struct out *o, int dir, const char *speed, unsigned width, const char *max, unsigned max_width)
{
	out_line(o, dir, "current_link_speed", "%s GT/s PCIe", speed);
	out_line(o, dir, "current_link_width", "%u", width);
	out_line(o, dir, "max_link_speed", "%s GT/s PCIe", max);
	out_line(o, dir, "max_link_width", "%u", max_width);
}

/* Each card has a bus of its own, and its port is on the one before. */
static void port_of(const char *address, char *buf, size_t size)
{
	unsigned domain, bus;

	if (sscanf(address, "%x:%x", &domain, &bus) != 2)
		BUG("%s is no address", address);
	snprintf(buf, size, "%04x:%02x:00.0", domain, bus - 1);
}

static unsigned first_irq(const struct model *m, unsigned package, enum simulate_device device)
{
	for (unsigned i = 0; i < simulate_queues(m); i++) {
		struct simulate_queue q = simulate_queue(m, i);

		if (q.package == package && q.device == device)
			return q.irq;
	}
	return 0;
}

static int write_port(struct out *o, const struct places *p, const struct card *c)
{
	char root[24];
	int top, dir;

	snprintf(root, sizeof root, "%.7s", c->port); /* "0000:17" */
	top = out_dir(o, p->devices, "pci%s", root);
	dir = out_dir(o, top, "%s", c->port);
	out_close(top);
	out_link(o, p->bus, c->port, "../../../devices/pci%s/%s", root, c->port);
	write_uevent(o, dir, "pcieport", "60400", "8086:2030", c->port);
	write_link(o, dir, c->speed, c->width, "8.0", c->port_width);
	out_line(o, dir, "numa_node", "%u", c->package);
	out_line(o, dir, "enable", "1");
	return dir;
}

static int write_card(const struct model *m, struct out *o, const struct places *p, int port, const struct card *c)
{
	int dir = out_dir(o, port, "%s", c->address), link, group;
	char list[4096];

	out_link(o, p->bus, c->address, "../../../devices/pci%.7s/%s/%s", c->port, c->port, c->address);
	write_uevent(o, dir, c->driver, c->class, c->ids, c->address);
	write_link(o, dir, c->speed, c->width, "8.0", c->card_width);
	out_line(o, dir, "numa_node", "%u", c->package);
	out_line(o, dir, "revision", "0x02");
	out_line(o, dir, "enable", "1");
	model_list(m, c->package * m->o.cores, m->o.cores, list, sizeof list);
	out_line(o, dir, "local_cpulist", "%s", list);
	out_line(o, dir, "aer_dev_correctable", "RxErr 0\nBadTLP 0\nTOTAL_ERR_COR 0");
	link = out_dir(o, dir, "link");
	out_line(o, link, "l0s_aspm", "0");
	out_line(o, link, "l1_aspm", "%s", c->l1);
	out_line(o, link, "clkpm", "0");
	out_close(link);
	link = out_dir(o, dir, "msi_irqs");
	for (unsigned i = 0; i < c->nirqs; i++) {
		char irq[16];

		snprintf(irq, sizeof irq, "%u", c->irq + i);
		out_line(o, link, irq, "msix");
	}
	out_close(link);
	out_link(o, dir, "iommu_group", "../../../../kernel/iommu_groups/%u", c->group);
	group = out_dir(o, p->groups, "%u", c->group);
	out_line(o, group, "type", "DMA-FQ");
	out_close(group);
	return dir;
}

static void write_queues(struct out *o, int dir, unsigned n)
{
	int queues = out_dir(o, dir, "queues");

	for (unsigned i = 0; i < n; i++) {
		int queue = out_dir(o, queues, "rx-%u", i);

		out_line(o, queue, "rps_cpus", "0");
		out_close(queue);
		queue = out_dir(o, queues, "tx-%u", i);
		out_line(o, queue, "xps_cpus", "0");
		out_close(queue);
	}
	out_close(queues);
}

static void write_lost(struct out *o, int dir)
{
	int statistics = out_dir(o, dir, "statistics");

	out_line(o, statistics, "rx_missed_errors", "0");
	out_line(o, statistics, "rx_over_errors", "0");
	out_line(o, statistics, "rx_crc_errors", "0");
	out_close(statistics);
}

/* The first port is up and carries the bridge of the guests, the second has no cable. */
static void write_interface(struct out *o, const struct places *p, int card, const struct card *c, unsigned function)
{
	int all = out_dir(o, card, "net"), dir;
	char name[24];

	simulate_nic_name(c->package, function, name, sizeof name);
	dir = out_dir(o, all, "%s", name);
	out_link(o, p->net, name, "../../devices/pci%.7s/%s/%s/net/%s", c->port, c->port, c->address, name);
	out_line(o, dir, "operstate", function ? "down" : "up");
	out_line(o, dir, "carrier", function ? "0" : "1");
	out_line(o, dir, "speed", function ? "-1" : "10000");
	out_line(o, dir, "duplex", function ? "unknown" : "full");
	out_line(o, dir, "mtu", "1500");
	out_line(o, dir, "type", "1");
	out_link(o, dir, "device", "../../../%s", c->address);
	if (!function)
		out_link(o, dir, "master", "../../../../../virtual/net/br0");
	write_queues(o, dir, c->nirqs ? c->nirqs : 1);
	write_lost(o, dir);
	out_close(dir);
	out_link(o, card, "driver", "../../../../bus/pci/drivers/%s", c->driver);
	out_close(all);
}

static void write_disk(
	struct out *o, int parent, const char *name, const char *model, unsigned rotates, const char *scheduler)
{
	int dir = out_dir(o, parent, "%s", name), queue = out_dir(o, dir, "queue"), device;

	out_line(o, dir, "size", "1875385008");
	out_line(o, queue, "rotational", "%u", rotates);
	out_line(o, queue, "scheduler", "%s", scheduler);
	out_line(o, queue, "nr_requests", "256");
	out_line(o, queue, "wbt_lat_usec", rotates ? "75000" : "2000");
	out_line(o, queue, "rq_affinity", "1");
	out_line(o, queue, "io_poll", "0");
	out_close(queue);
	device = out_dir(o, dir, "device");
	out_line(o, device, "model", "%s", model);
	out_close(device);
	out_close(dir);
}

static void write_nic(const struct model *m, struct out *o, const struct places *p, unsigned package)
{
	struct card c = {.package = package,
		.width = 8,
		.card_width = 8,
		.port_width = 16,
		.driver = "i40e",
		.class = "20000",
		.ids = "8086:1572",
		.speed = "8.0",
		.l1 = "0",
		.nirqs = package < IRQ_PACKAGES ? simulate_queues_each(m) : 0};
	int port = -1, card;

	for (unsigned function = 0; function < 2; function++) {
		model_pci(package, function ? DEVICE_NIC1 : DEVICE_NIC0, c.address, sizeof c.address);
		c.group = 20 + package * 4 + function;
		c.irq = first_irq(m, package, function ? DEVICE_NIC1 : DEVICE_NIC0);
		if (!function) {
			port_of(c.address, c.port, sizeof c.port);
			port = write_port(o, p, &c);
		}
		card = write_card(m, o, p, port, &c);
		write_interface(o, p, card, &c, function);
		out_close(card);
	}
	out_close(port);
}

/* The one of the second package has trained to half of its lanes: on most machines there must be something to find. */
static void write_nvme(const struct model *m, struct out *o, const struct places *p, unsigned package)
{
	struct card c = {.package = package,
		.width = package == 1 && !m->o.clean ? 2 : 4,
		.card_width = 4,
		.port_width = 4,
		.driver = "nvme",
		.class = "10802",
		.ids = "144D:A808",
		.speed = "8.0",
		.l1 = "0",
		.group = 22 + package * 4,
		.nirqs = package < IRQ_PACKAGES ? simulate_queues_each(m) : 0,
		.irq = first_irq(m, package, DEVICE_NVME)};
	char controller[24], name[32];
	int port, card, nvme, dir;

	model_pci(package, DEVICE_NVME, c.address, sizeof c.address);
	port_of(c.address, c.port, sizeof c.port);
	snprintf(controller, sizeof controller, "nvme%u", package);
	snprintf(name, sizeof name, "nvme%un1", package);
	port = write_port(o, p, &c);
	card = write_card(m, o, p, port, &c);
	nvme = out_dir(o, card, "nvme");
	dir = out_dir(o, nvme, "%s", controller);
	write_disk(o, dir, name, "SAMSUNG MZVLB1T0HALR-00000", 0, "[none] mq-deadline bfq");
	out_link(o, p->nvme, controller, "../../devices/pci%.7s/%s/%s/nvme/%s", c.port, c.port, c.address, controller);
	out_link(o, p->block, name, "../devices/pci%.7s/%s/%s/nvme/%s/%s", c.port, c.port, c.address, controller, name);
	out_close(dir);
	out_close(nvme);
	out_close(card);
	out_close(port);
}

static void write_raid(const struct model *m, struct out *o, const struct places *p)
{
	struct card c = {.width = 8,
		.card_width = 8,
		.port_width = 8,
		.driver = "megaraid_sas",
		.class = "10400",
		.ids = "1000:005D",
		.speed = "8.0",
		.l1 = "0",
		.group = 19,
		.address = "0000:38:00.0",
		.port = "0000:37:00.0"};
	int port = write_port(o, p, &c), card = write_card(m, o, p, port, &c), dir;

	dir = out_dir(o, card, "block");
	write_disk(o, dir, "sda", "PERC H730P Mini", 1, "none [mq-deadline] bfq");
	out_link(o, p->block, "sda", "../devices/pci%.7s/%s/%s/block/sda", c.port, c.port, c.address);
	out_close(dir);
	out_close(card);
	out_close(port);
}

static void write_bridge(struct out *o, int devices, int net)
{
	int dir = out_dir(o, devices, "virtual"), all = out_dir(o, dir, "net"), one = out_dir(o, all, "br0");

	out_line(o, one, "uevent", "DEVTYPE=bridge\nINTERFACE=br0");
	out_line(o, one, "operstate", "up");
	out_line(o, one, "mtu", "1500");
	out_close(one);
	one = out_dir(o, all, "lo");
	out_line(o, one, "operstate", "unknown");
	out_line(o, one, "mtu", "65536");
	out_line(o, one, "type", "772");
	out_close(one);
	out_close(all);
	out_close(dir);
	out_link(o, net, "br0", "../../devices/virtual/net/br0");
	out_link(o, net, "lo", "../../devices/virtual/net/lo");
}

/* The folder behind two names. */
static int deep(struct out *o, int parent, const char *first, const char *second)
{
	int dir = out_dir(o, parent, "%s", first), ret = out_dir(o, dir, "%s", second);

	out_close(dir);
	return ret;
}

void simulate_pci(const struct model *m, struct out *o, int sys)
{
	int pci = deep(o, sys, "bus", "pci"), aspm = deep(o, sys, "module", "pcie_aspm");
	struct places p = {.devices = out_dir(o, sys, "devices"),
		.bus = out_dir(o, pci, "devices"),
		.net = deep(o, sys, "class", "net"),
		.nvme = deep(o, sys, "class", "nvme"),
		.block = out_dir(o, sys, "block"),
		.groups = deep(o, sys, "kernel", "iommu_groups")};
	int parameters = out_dir(o, aspm, "parameters");

	out_line(o, parameters, "policy", "[default] performance powersave powersupersave ");
	write_bridge(o, p.devices, p.net);
	for (unsigned package = 0; package < m->o.packages && !o->err; package++) {
		write_nic(m, o, &p, package);
		write_nvme(m, o, &p, package);
	}
	write_raid(m, o, &p);
	out_close(parameters);
	out_close(aspm);
	out_close(pci);
	out_close(p.devices);
	out_close(p.bus);
	out_close(p.net);
	out_close(p.nvme);
	out_close(p.block);
	out_close(p.groups);
}
