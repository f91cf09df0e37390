/* What libvirt counts of guests: rates of disks and interfaces from two readings, and the size of the balloon. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/guests_impl.h"
#include "probes/host/host.h"
#include "probes/load.h"

static const uint64_t heavy_ns = 10 * GUESTS_SECONDS, screen_ns = 2 * GUESTS_SECONDS, soon_ns = 100000000;

enum { READS, READ_NS, WRITES, WRITE_NS, FLUSHES, FLUSH_NS };
enum { RX, TX, RX_DROPS, TX_DROPS };

static const struct {
	const char *prefix;
	const char *value[STAT_VALUES]; /* NULL: no more */
} names[STAT_KINDS] = {
	[STAT_DISK] = {"block.", {"rd.reqs", "rd.times", "wr.reqs", "wr.times", "fl.reqs", "fl.times"}},
	[STAT_INTERFACE] = {"net.", {"rx.pkts", "tx.pkts", "rx.drop", "tx.drop"}},
};

void guests_stats_forget(struct guest_entry *e)
{
	for (size_t i = 0; i < STAT_KINDS; i++)
		e->stat[i].old.ns = e->stat[i].new.ns = e->stat[i].old.n = e->stat[i].new.n = 0;
	e->balloon_ns = 0;
}

/* The row of that number; the lines of one come together. */
static struct stat_row *row_of(struct stat_rows *rows, uint64_t index)
{
	enum { MOST = 4096 };

	if (rows->n && rows->row[rows->n - 1].index == index)
		return &rows->row[rows->n - 1];
	if (index >= MOST || rows->n >= MOST)
		return NULL;
	if (rows->n == rows->room) {
		rows->room = rows->room * 2 + 2;
		rows->row = xrealloc(rows->row, rows->room, sizeof(*rows->row));
	}
	rows->row[rows->n] = (struct stat_row){.index = (unsigned)index};
	return &rows->row[rows->n++];
}

/* "0.rx.pkts" and its value, without "net." before it. */
static void take_value(struct stat_rows *rows, enum stat_kind kind, struct slice key, struct slice value)
{
	struct slice number, rest;
	struct stat_row *row;
	uint64_t index;

	if (!slice_pair(key, '.', &number, &rest) || parse_u64(number, &index))
		return; /* net.count */
	row = row_of(rows, index);
	if (!row)
		return;
	if (slice_is(rest, "name")) {
		snprintf(row->name, sizeof(row->name), "%.*s", value.len < 64 ? (int)value.len : 63, value.p);
		return;
	}
	for (unsigned i = 0; i < STAT_VALUES && names[kind].value[i]; i++)
		if (slice_is(rest, names[kind].value[i]) && parse_u64(value, &row->v[i]) == 0)
			row->has |= 1u << i;
}

/* The first line of a kind in a reading: what was new is old. False when it comes too soon after the one before. */
static bool turn(struct stat_pair *pair, uint64_t ns)
{
	struct stat_rows swap = pair->old;

	if (pair->new.ns && ns < pair->new.ns + soon_ns)
		return ns == pair->new.ns; /* a further line of this one */
	pair->old = pair->new;
	pair->new = swap;
	pair->new.n = 0;
	pair->new.ns = ns;
	return true;
}

static void take_line(struct guest_entry *e, struct slice line, uint64_t ns)
{
	struct slice key, value;
	uint64_t u;

	if (!slice_pair(line, '=', &key, &value))
		return;
	if (slice_is(key, "balloon.current") && parse_u64(value, &u) == 0) {
		e->balloon_kib = u;
		e->balloon_ns = ns;
	}
	for (unsigned k = 0; k < STAT_KINDS; k++) {
		size_t n = strlen(names[k].prefix);

		if (key.len <= n || memcmp(key.p, names[k].prefix, n) != 0)
			continue;
		if (turn(&e->stat[k], ns))
			take_value(&e->stat[k].new, (enum stat_kind)k, (struct slice){key.p + n, key.len - n}, value);
	}
}

static void take_all(struct guests_state *st, const struct answer *answer, uint64_t ns)
{
	struct slice text = {answer->text, answer->len}, line;
	struct guest_entry *e = NULL;

	while (slice_line(&text, &line))
		if (slice_starts(line, "guest "))
			e = guests_entry(st, slice_trim((struct slice){line.p + 6, line.len - 6}));
		else if (e && e->runs)
			take_line(e, line, ns);
}

/* Takes the answer when it is newer than the one of before. */
static int ask(const struct tick *t, struct guests_state *st, const char *path, uint64_t *last_ns)
{
	struct answer answer;
	int err = host_read(t->h, path, &answer);
	uint64_t ns = !err && answer.t_ns ? answer.t_ns : t->now_ns;

	if (!err && ns > *last_ns) {
		*last_ns = ns;
		take_all(st, &answer, ns);
	}
	return err;
}

static void ask_one(const struct tick *t, struct guests_state *st, struct guest_entry *e)
{
	char path[128];
	uint64_t last_ns = e->stat[STAT_DISK].new.ns;
	int err;

	if (!e->runs || t->now_ns < e->stats_due_ns)
		return;
	snprintf(path, sizeof(path), "@virt/%s/stats/" GUESTS_HEAVY, e->uuid);
	err = ask(t, st, path, &last_ns);
	if (err != -EINPROGRESS)
		e->stats_due_ns = t->now_ns + screen_ns;
}

void guests_stats(const struct tick *t, struct guests_state *st)
{
	st->light_err = ask(t, st, "@virt/stats/" GUESTS_LIGHT, &st->light_ns);
	/* the first answer is waited for, and then its time is kept */
	if (t->want->everything || t->now_ns >= st->heavy_due_ns) {
		st->heavy_err = ask(t, st, "@virt/stats/" GUESTS_HEAVY, &st->heavy_ns);
		if (st->heavy_err != -EINPROGRESS)
			st->heavy_due_ns = t->now_ns + heavy_ns;
	}
	/* each is a question to a QEMU of its own: for what is looked at closely, not for a list of fifty */
	for (size_t i = 0; t->want->nguests && i < st->n; i++)
		if (strcmp(t->want->guests[0], st->by_name[i]->uuid) == 0)
			ask_one(t, st, st->by_name[i]);
}

/* A folder's counters never move: that is not the same as silence. Without /proc/stat these are all that could tell. */
static bool stands_still(const struct tick *t, const struct stat_pair *pair)
{
	const struct load *load = snapshot_facts(t->so_far, &probe_load);

	if ((load && load->busy.known != KNOWN_NOT_RECORDED) || pair->old.n != pair->new.n)
		return false;
	for (size_t i = 0; i < pair->new.n; i++)
		if (memcmp(pair->old.row[i].v, pair->new.row[i].v, sizeof(pair->new.row[i].v)) != 0)
			return false;
	return true;
}

static const struct stat_row *find(const struct stat_rows *rows, struct value name)
{
	for (size_t i = 0; rows->ns && value_known(name) && i < rows->n; i++)
		if (strcmp(rows->row[i].name, name.text) == 0)
			return &rows->row[i];
	return NULL;
}

/* Of one disk or interface: what came between the two readings, in so many seconds. */
struct difference {
	const struct stat_row *old, *new;
	double seconds;
	int err; /* why there is none */
};

/* -1: set back, or not told before. */
static double came(const struct difference *d, unsigned i)
{
	if (!d->old || !(d->old->has & 1u << i) || d->new->v[i] < d->old->v[i])
		return -1;
	return (double)(d->new->v[i] - d->old->v[i]);
}

static struct difference difference(const struct stat_pair *pair, struct value name, bool still, int err)
{
	struct difference d = {.old = find(&pair->old, name), .new = find(&pair->new, name)};

	d.seconds = (double)(pair->new.ns - pair->old.ns) / 1e9;
	if (!pair->new.ns)
		d.err = err ? err : -EAGAIN; /* NOWAIT: it was busy */
	else if (!d.new)
		d.err = -ENOENT;
	else if (still && pair->old.ns)
		d.err = -ENODATA;
	else if (!pair->old.ns || !d.old)
		d.err = -EAGAIN;
	return d;
}

static struct value rate(const struct difference *d, unsigned i, unsigned k)
{
	double a, b;

	if (d->err)
		return value_error(d->err, 0);
	if (!(d->new->has & 1u << i) || !(d->new->has & 1u << k))
		return value_error(-ENOENT, 0);
	a = came(d, i);
	b = i == k ? 0 : came(d, k);
	return a < 0 || b < 0 ? value_error(-EAGAIN, 0) : value_f64((a + b) / d->seconds, 0);
}

/* The mean of the requests that ended in between. */
static struct value mean_us(const struct difference *d, unsigned requests, unsigned ns)
{
	struct value v = rate(d, requests, ns);
	double n;

	if (!value_known(v))
		return v;
	n = came(d, requests);
	return n > 0 ? value_f64(came(d, ns) / n / 1000, 0) : value_error(-ENXIO, 0);
}

static void age(const struct tick *t, uint64_t ns, struct value *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (value_known(*v[i]) && t->now_ns > ns)
			value_age(v[i], (t->now_ns - ns) / 100000000);
}

void guests_rates(const struct tick *t, const struct guests_state *st, const struct guest_entry *e, struct guest *row)
{
	const struct stat_pair *disks = &e->stat[STAT_DISK], *nets = &e->stat[STAT_INTERFACE];
	struct guest_disk *disk = (struct guest_disk *)(uintptr_t)row->disk.row; /* of the block that is being made */
	struct guest_interface *net = (struct guest_interface *)(uintptr_t)row->interface.row;
	bool disks_still = stands_still(t, disks), nets_still = stands_still(t, nets);

	for (uint32_t i = 0; i < row->disk.n; i++) {
		struct difference d = difference(disks, disk[i].target, disks_still, e->runs ? st->heavy_err : -ENOENT);
		struct value *const all[] = {&disk[i].reads_per_s, &disk[i].writes_per_s, &disk[i].flushes_per_s,
			&disk[i].read_us, &disk[i].write_us, &disk[i].flush_us};

		disk[i].reads_per_s = rate(&d, READS, READS);
		disk[i].writes_per_s = rate(&d, WRITES, WRITES);
		disk[i].read_us = mean_us(&d, READS, READ_NS);
		disk[i].write_us = mean_us(&d, WRITES, WRITE_NS);
		disk[i].flushes_per_s = rate(&d, FLUSHES, FLUSHES);
		disk[i].flush_us = mean_us(&d, FLUSHES, FLUSH_NS);
		age(t, disks->new.ns, all, COUNT(all));
	}
	for (uint32_t i = 0; i < row->interface.n; i++) {
		struct difference d = difference(nets, net[i].target, nets_still, e->runs ? st->light_err : -ENOENT);
		struct value *const all[] = {&net[i].rx_per_s, &net[i].tx_per_s, &net[i].drops_per_s};

		net[i].rx_per_s = rate(&d, RX, RX);
		net[i].tx_per_s = rate(&d, TX, TX);
		net[i].drops_per_s = rate(&d, RX_DROPS, TX_DROPS);
		age(t, nets->new.ns, all, COUNT(all));
	}
	if (e->runs && e->balloon_ns) {
		struct value *const all[] = {&row->balloon_kib};

		row->balloon_kib = value_u64(e->balloon_kib, 2);
		age(t, e->balloon_ns, all, 1);
	}
}
