/* Reads what a network interface is and how it is. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/get.h"
#include "probes/host/host.h"
#include "probes/net_impl.h"
#include "probes/parse.h"
#include "probes/pci_address.h"
#include "probes/text.h"

static const char not_hardware[] = "not hardware";

enum { QUEUES_MOST = 256 };
enum { TUN_FLAG_TAP = 2, ARP_LOOPBACK = 772, ARP_INFINIBAND = 32, SPEED_UNKNOWN_32 = 0x7fffffff };

/* What the kernel calls it: "DEVTYPE=bridge". */
static const char *devtype(const struct tick *t, const char *name)
{
	struct value v = get_text(t, 0, NET_FOLDER "%s/uevent", name);
	struct slice s;

	return value_known(v) && answer_value(v.text, "DEVTYPE", &s) && s.len ? slice_text(t->a, s) : NULL;
}

static int first_name(const char *name, void *arg)
{
	(void)name;
	(void)arg;
	return 1;
}

static bool is_folder(const struct tick *t, const char *name, const char *folder)
{
	char path[128];

	snprintf(path, sizeof(path), NET_FOLDER "%.64s/%s", name, folder);
	return host_list(t->h, path, first_name, NULL) >= 0;
}

/* "0x1002" */
static const char *tun_kind(const struct tick *t, const char *name)
{
	struct value v = get_text(t, 0, NET_FOLDER "%s/tun_flags", name);

	if (!value_known(v))
		return NULL;
	return strtoul(v.text, NULL, 16) & TUN_FLAG_TAP ? "tap" : "tun";
}

static const char *virtual_kind(const struct tick *t, const char *name)
{
	const char *kind = devtype(t, name);
	struct value link, own;

	if (kind)
		return kind;
	kind = tun_kind(t, name);
	if (kind)
		return kind;
	if (is_folder(t, name, "bridge"))
		return "bridge";
	if (is_folder(t, name, "bonding"))
		return "bond";
	link = get_u64(t, 0, NET_FOLDER "%s/iflink", name);
	own = get_u64(t, 0, NET_FOLDER "%s/ifindex", name);
	/* a pair of two names each other */
	return value_known(link) && value_known(own) && link.u && link.u != own.u ? "veth" : "virtual";
}

static const char *hardware_kind(const struct tick *t, const char *name)
{
	struct value type = get_u64(t, 0, NET_FOLDER "%s/type", name);
	const char *kind = devtype(t, name);

	if (get_link_name(t, 0, NET_FOLDER "%s/device/physfn", name).known == KNOWN)
		return "vf";
	if (kind && strcmp(kind, "wlan") == 0)
		return kind;
	return value_u64_or(type, 0) == ARP_INFINIBAND ? "infiniband" : "physical";
}

/* Where it hangs: the path behind its own link, or behind that of its device. Absent: it is not of hardware. */
static bool read_place(const struct tick *t, const char *name, struct net_interface *row)
{
	static const char *const ends[] = {"", "/device"};
	char address[PCI_ADDRESS_SIZE] = "", port[PCI_ADDRESS_SIZE];
	bool hardware = false;
	char path[128];
	struct answer answer;
	int err = 0;

	for (size_t i = 0; i < COUNT(ends) && !address[0]; i++) {
		snprintf(path, sizeof(path), NET_FOLDER "%.64s%s", name, ends[i]);
		err = host_link(t->h, path, &answer);
		if (err)
			continue;
		if (strstr(answer.text, "/virtual/"))
			break;
		hardware = true;
		pci_address_in(answer.text, address, port);
	}
	row->address = address[0]              ? value_text(arena_strdup(t->a, address), 0)
		       : err && err != -EINVAL ? value_error(err, 0)
					       : value_error(-ENODEV, 0);
	return hardware;
}

struct queues {
	uint64_t rx, tx;
};

static int count_queue(const char *name, void *arg)
{
	struct queues *q = arg;

	q->rx += strncmp(name, "rx-", 3) == 0;
	q->tx += strncmp(name, "tx-", 3) == 0;
	return 0;
}

/* The union over its receive queues: what one of them does not tell makes the whole unknown. */
static struct value rps_cpus(const struct tick *t, const char *name, uint64_t queues)
{
	struct cpuset *all = cpuset_new(t->a, 64);

	for (unsigned i = 0; i < queues && i < QUEUES_MOST; i++) {
		struct value v = get_mask(t, 0, NET_FOLDER "%s/queues/rx-%u/rps_cpus", name, i);
		struct cpuset *more;

		if (!value_known(v))
			return v;
		more = cpuset_new(t->a, v.set->nbits > all->nbits ? v.set->nbits : all->nbits);
		cpuset_add_all(more, all);
		cpuset_add_all(more, v.set);
		all = more;
	}
	return queues ? value_set(all, 0) : value_error(-ENOENT, 0);
}

static int add_lower(const char *name, void *arg)
{
	static const char prefix[] = "lower_";

	if (strncmp(name, prefix, sizeof(prefix) - 1) == 0)
		text_add(arg, "%s%s", ((struct text *)arg)->len ? " " : "", name + sizeof(prefix) - 1);
	return 0;
}

/* What is part of a bridge or bond says so itself; of a guest's end there are many, and nothing is below them. */
static bool sits_on_others(const char *kind)
{
	static const char *const others[] = {"tap", "tun", "veth", "bridge", "bond", "team", "loopback"};

	for (size_t i = 0; i < COUNT(others); i++)
		if (strcmp(kind, others[i]) == 0)
			return false;
	return true;
}

static struct value lower(const struct tick *t, const char *name)
{
	struct text words = text_begin();
	char path[128];
	int err;

	snprintf(path, sizeof(path), NET_FOLDER "%.64s", name);
	err = host_list(t->h, path, add_lower, &words);
	if (err || !words.len) {
		text_end(&words, NULL);
		return value_error(err ? err : -ENOENT, 0);
	}
	return value_text(text_end(&words, t->a), 0);
}

static void read_what_else(const struct tick *t, const char *name, struct net_interface *row)
{
	if (net_is_physical(row)) {
		row->rps_cpus = value_known(row->rx_queues) ? rps_cpus(t, name, row->rx_queues.u) : row->rx_queues;
		row->lower = value_error(-ENODEV, 0);
		return;
	}
	row->rps_cpus = value_error(-ENODEV, 0);
	row->lower = sits_on_others(row->kind.text) ? lower(t, name) : value_error(-ENODEV, 0);
}

void net_read_what(const struct tick *t, const char *name, struct net_interface *row)
{
	struct queues q = {0};
	char path[128];
	bool hardware = read_place(t, name, row);
	int err;

	row->driver = get_link_name(t, 0, NET_FOLDER "%s/device/driver", name);
	row->node = get_i64(t, 0, NET_FOLDER "%s/device/numa_node", name);
	/* the device of a virtio card has none, but sits below the PCI device that has */
	if (row->node.known == KNOWN_ABSENT && value_known(row->address))
		row->node = get_i64(t, 1, "/sys/bus/pci/devices/%s/numa_node", row->address.text);
	if (value_known(row->node) && row->node.i < 0)
		row->node = value_error(-ENODEV, 0);
	if (strcmp(name, "lo") == 0 || value_u64_or(get_u64(t, 0, NET_FOLDER "%s/type", name), 0) == ARP_LOOPBACK)
		row->kind = value_text("loopback", 0);
	else
		row->kind = value_text(hardware ? hardware_kind(t, name) : virtual_kind(t, name), 0);
	snprintf(path, sizeof(path), NET_FOLDER "%.64s/queues", name);
	err = host_list(t->h, path, count_queue, &q);
	row->rx_queues = err ? value_error(err, 0) : value_u64(q.rx, 0);
	row->tx_queues = err ? value_error(err, 0) : value_u64(q.tx, 0);
	if (!err && !q.rx && !q.tx)
		row->rx_queues = row->tx_queues = value_error(-ENOENT, 0);
	read_what_else(t, name, row);
}

void net_read_counts(const struct tick *t, struct named *k, struct net_interface *row)
{
	static const char *const files[NAMED_COUNTERS] = {"rx_missed_errors", "rx_over_errors", "rx_crc_errors"};
	struct value *const counts[NAMED_COUNTERS] = {&row->missed, &row->over, &row->crc},
			    *const rates[NAMED_COUNTERS] = {&row->missed_per_s, &row->over_per_s, &row->crc_per_s};
	bool still = host_stands_still(t);

	for (size_t i = 0; i < NAMED_COUNTERS; i++) {
		if (!net_is_physical(row)) {
			*counts[i] = *rates[i] = value_error(-ENODEV, 0);
			continue;
		}
		*counts[i] = get_u64(t, 0, NET_FOLDER "%s/statistics/%s", k->name, files[i]);
		*rates[i] = counter_per_s(&k->own[i], *counts[i], t->now_ns, still);
	}
}

/* A link that is down has none: -1, 65535 or 4294967295 by the age of the kernel, or EINVAL. */
static struct value speed(const struct tick *t, const char *name)
{
	struct value v = get_i64(t, 0, NET_FOLDER "%s/speed", name);

	if (v.known == KNOWN_BROKEN && v.err == -EINVAL)
		return value_error(-ENXIO, 0);
	if (!value_known(v))
		return v;
	return v.i <= 0 || v.i == 65535 || v.i >= SPEED_UNKNOWN_32 ? value_error(-ENXIO, 0)
								   : value_u64((uint64_t)v.i, 0);
}

static void read_link(const struct tick *t, const char *name, struct net_interface *row)
{
	bool up = strcmp(value_text_or(row->state, "up"), "up") == 0 || strcmp(row->state.text, "unknown") == 0;

	row->carrier = get_bool(t, 0, NET_FOLDER "%s/carrier", name);
	if (row->carrier.err == -EINVAL) /* it is switched off */
		row->carrier = value_error(-ENXIO, 0);
	if (value_known(row->state) && !up) {
		row->speed_mbps = row->duplex = value_error(-ENXIO, 0);
		return;
	}
	row->speed_mbps = speed(t, name);
	row->duplex = get_text(t, 0, NET_FOLDER "%s/duplex", name);
	if (row->duplex.err == -EINVAL || strcmp(value_text_or(row->duplex, ""), "unknown") == 0)
		row->duplex = value_error(-ENXIO, 0);
}

/* Of a bond, or of what may be part of one: not of the hundreds of ends of guests that are parts of bridges. */
static struct value mii_status(const struct tick *t, const char *name, const struct net_interface *row)
{
	if (strcmp(row->kind.text, "bond") == 0)
		return get_text(t, 0, NET_FOLDER "%s/bonding/mii_status", name);
	if (!value_known(row->master) || strcmp(row->kind.text, "tap") == 0 || strcmp(row->kind.text, "veth") == 0)
		return value_error(-ENODEV, 0);
	return get_text(t, 1, NET_FOLDER "%s/bonding_slave/mii_status", name);
}

void net_read_state(const struct tick *t, const char *name, bool link, struct net_interface *row)
{
	/* reading its link may wait for whoever sets up another interface */
	row->state = get_text(t, 0, NET_FOLDER "%s/operstate", name);
	row->mtu = get_u64(t, 0, NET_FOLDER "%s/mtu", name);
	row->master = get_link_name(t, 0, NET_FOLDER "%s/master", name);
	row->mii_status = mii_status(t, name, row);
	if (!net_is_physical(row))
		row->carrier = row->speed_mbps = row->duplex = value_skipped(not_hardware);
	else if (link)
		read_link(t, name, row);
}
