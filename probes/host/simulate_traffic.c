/* Writes and moves the counters of simulated interfaces and disks. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/simulate_traffic.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/simulate_held.h"
#include "probes/host/simulate_out.h"
#include "probes/util.h"

/* Columns of /proc/net/dev and, behind the name, of /proc/diskstats. */
enum { RX_BYTES, RX_PACKETS, TX_BYTES = 8, TX_PACKETS, NET_COLUMNS = 16 };
enum {
	READS,
	READ_SECTORS = 2,
	READ_MS,
	WRITES,
	WRITE_SECTORS = 6,
	WRITE_MS,
	IN_FLIGHT,
	BUSY_MS,
	ALL_MS,
	FLUSHES = 15,
	FLUSH_MS,
	DISK_COLUMNS
};
enum { COLUMNS_MOST = DISK_COLUMNS, PACKET = 900, REQUEST = 16384, SECTOR = 512 };

void simulate_nic_name(unsigned package, unsigned function, char *buf, size_t size)
{
	snprintf(buf, size, "ens%uf%u", package + 1, function);
}

/* All that moves has so many digits that a year is no matter. */
static uint64_t start(const struct model *m, unsigned what, unsigned i)
{
	return UINT64_C(10000000000000) + model_random(m, i, what) % UINT64_C(10000000000000);
}

static void write_net(const struct model *m, struct out *o, int dir)
{
	struct text t = {0};

	sim_text_add(&t, "Inter-|   Receive                                                |  Transmit\n");
	sim_text_add(&t,
		" face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo "
		"colls carrier compressed\n");
	sim_text_add(&t,
		"    lo:    3267      29    0    0    0     0          0         0     3267      29    0    0    0 "
		"    0       0          0\n");
	for (unsigned i = 0; i < 2 * m->o.packages; i++) {
		char name[24];

		simulate_nic_name(i / 2, i % 2, name, sizeof name);
		if (i % 2)
			sim_text_add(&t, "%6s: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n", name);
		else
			sim_text_add(&t, "%6s: %llu %llu 0 0 0 0 0 0 %llu %llu 0 0 0 0 0 0\n", name,
				(unsigned long long)start(m, 70, i), (unsigned long long)start(m, 71, i),
				(unsigned long long)start(m, 72, i), (unsigned long long)start(m, 73, i));
	}
	out_text(o, dir, "dev", t.at, t.len);
	text_free(&t);
}

static void add_disk(const struct model *m, struct text *t, unsigned major, const char *name, unsigned i)
{
	sim_text_add(t, "%4u %7u %s", major, i, name);
	for (unsigned k = 0; k < DISK_COLUMNS; k++) {
		bool moves = k == READS || k == READ_SECTORS || k == READ_MS || k == WRITES || k == WRITE_SECTORS ||
			     k == WRITE_MS || k == BUSY_MS || k == ALL_MS || k == FLUSHES || k == FLUSH_MS;

		sim_text_add(t, " %llu", moves ? (unsigned long long)start(m, 80 + k, i) : 0);
	}
	sim_text_add(t, "\n");
}

void simulate_traffic(const struct model *m, struct out *o, int proc)
{
	int net = out_dir(o, proc, "net");
	struct text t = {0};
	char name[24];

	write_net(m, o, net);
	out_close(net);
	add_disk(m, &t, 8, "sda", 0);
	for (unsigned i = 0; i < m->o.packages; i++) {
		snprintf(name, sizeof name, "nvme%un1", i);
		add_disk(m, &t, 259, name, i + 1);
	}
	out_text(o, proc, "diskstats", t.at, t.len);
	text_free(&t);
}

/* A line whose numbers grow, each at a rate of its own; what is less than one is kept for the next time. */
struct moving {
	size_t at[COLUMNS_MOST];
	uint64_t rest[COLUMNS_MOST]; /* thousandths */
};

struct traffic {
	const struct model *m;
	struct held net, disks;
	struct moving *nic, *disk;
};

/* Notes where n numbers behind that word begin. */
static bool find(const struct held *h, const char *word, unsigned n, struct moving *ret)
{
	const char *p = strstr(h->text, word);

	if (!p)
		return false;
	p += strlen(word);
	for (unsigned i = 0; i < n; i++) {
		p += strspn(p, " ");
		if (*p < '0' || *p > '9')
			return false;
		ret->at[i] = (size_t)(p - h->text);
		p += strcspn(p, " \n");
	}
	return true;
}

static bool find_all(struct traffic *t)
{
	char word[32];
	bool found = find(&t->disks, " sda ", DISK_COLUMNS, &t->disk[0]);

	for (unsigned i = 0; i < t->m->o.packages && found; i++) {
		snprintf(word, sizeof word, "ens%uf0: ", i + 1);
		found = find(&t->net, word, NET_COLUMNS, &t->nic[i]);
		snprintf(word, sizeof word, " nvme%un1 ", i);
		found = found && find(&t->disks, word, DISK_COLUMNS, &t->disk[i + 1]);
	}
	return found;
}

int traffic_open(const struct model *m, int root, struct traffic **ret, char why[200])
{
	struct traffic *t = xcalloc(1, sizeof *t);
	int err;

	t->m = m;
	t->net.fd = t->disks.fd = -1;
	t->nic = xcalloc(m->o.packages, sizeof *t->nic);
	t->disk = xcalloc(m->o.packages + 1, sizeof *t->disk);
	err = held_open(root, "proc/net/dev", &t->net, why);
	if (!err)
		err = held_open(root, "proc/diskstats", &t->disks, why);
	if (!err && !find_all(t)) {
		err = -EINVAL;
		snprintf(why, 200, "its /proc is not what was written: write the tree anew");
	}
	if (err)
		traffic_close(t);
	else
		*ret = t;
	return err;
}

void traffic_close(struct traffic *t)
{
	if (!t)
		return;
	held_close(&t->net);
	held_close(&t->disks);
	free(t->nic);
	free(t->disk);
	free(t);
}

/* rate: by the second */
static int grow(struct held *h, struct moving *l, unsigned column, uint64_t rate, unsigned ms)
{
	uint64_t thousandths = rate * ms + l->rest[column];

	l->rest[column] = thousandths % 1000;
	return number_add(h->text + l->at[column], thousandths / 1000);
}

/* Up to a fifth more or less from second to second. */
static uint64_t waver(const struct traffic *t, uint64_t rate, unsigned i, unsigned what, uint64_t second)
{
	return rate * (80 + model_random(t->m, i, what + second * 16) % 41) / 100;
}

static int pass_nic(struct traffic *t, unsigned i, unsigned ms, uint64_t second)
{
	uint64_t rate = waver(t, UINT64_C(2000000) * (1 + t->m->o.busy_percent), i, 2000, second);
	int err = grow(&t->net, &t->nic[i], RX_BYTES, rate, ms);

	if (!err)
		err = grow(&t->net, &t->nic[i], RX_PACKETS, rate / PACKET, ms);
	if (!err)
		err = grow(&t->net, &t->nic[i], TX_BYTES, rate / 3, ms);
	if (!err)
		err = grow(&t->net, &t->nic[i], TX_PACKETS, rate / 3 / PACKET, ms);
	return err;
}

/* The first turns and takes ten milliseconds for a request, the others are flash and take a tenth of one. */
static int pass_disk(struct traffic *t, unsigned i, unsigned ms, uint64_t second)
{
	uint64_t requests = waver(t, i ? 60 * (1 + t->m->o.busy_percent) : 40, i, 2001, second), us = i ? 120 : 9000;
	uint64_t writes = requests / 2, flushes = requests / 10, spent = requests * us / 1000;
	const struct {
		unsigned column;
		uint64_t rate;
	} all[] = {{READS, requests}, {READ_SECTORS, requests * (REQUEST / SECTOR)}, {READ_MS, spent}, {WRITES, writes},
		{WRITE_SECTORS, writes * (REQUEST / SECTOR)}, {WRITE_MS, writes * us / 2000},
		{BUSY_MS, spent < 900 ? spent : 900}, {ALL_MS, spent * 2}, {FLUSHES, flushes},
		{FLUSH_MS, flushes * us / 500}};
	int err = 0;

	for (size_t k = 0; k < COUNT(all) && !err; k++)
		err = grow(&t->disks, &t->disk[i], all[k].column, all[k].rate, ms);
	return err;
}

int traffic_pass(struct traffic *t, unsigned ms, uint64_t second)
{
	int err = 0;

	for (unsigned i = 0; i < t->m->o.packages && !err; i++)
		err = pass_nic(t, i, ms, second);
	for (unsigned i = 0; i <= t->m->o.packages && !err; i++)
		err = pass_disk(t, i, ms, second);
	return err;
}

int traffic_write(const struct traffic *t, char why[200])
{
	int err = held_write(&t->net, 0, t->net.len, "/proc/net/dev", why);

	return err ? err : held_write(&t->disks, 0, t->disks.len, "/proc/diskstats", why);
}
