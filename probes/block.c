/* Disks: counters in one read each tick, what they are and how they are queued for seldom. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/block.h"

#include <errno.h>
#include <string.h>

#include "probes/block_impl.h"
#include "probes/counters.h"
#include "probes/names.h"

/* Columns of /proc/diskstats behind the name. */
enum {
	READS,
	READ_SECTORS = 2,
	READ_MS,
	WRITES,
	WRITE_SECTORS = 6,
	WRITE_MS,
	IN_FLIGHT,
	BUSY_MS,
	FLUSHES = 15, /* since Linux 5.5 */
	FLUSH_MS
};
enum { SECTOR = 512 };

#define SECONDS UINT64_C(1000000000)

static const uint64_t what_ns = 60 * SECONDS, queue_ns = 10 * SECONDS;

struct state {
	struct counters counters;
	struct names names;
};

/* "   8       0 sda 1234 …" */
static bool part(struct slice line, struct counter_line *ret)
{
	struct slice major, minor, name;

	if (!slice_word(&line, &major) || !slice_word(&line, &minor) || !slice_word(&line, &name) ||
		!counters_name(name, ret))
		return false;
	/* "cciss/c0d0" here is the folder cciss!c0d0: its name can have no slash */
	for (char *p = ret->name; (p = strchr(p, '/')); p++)
		*p = '!';
	counters_numbers(line, ret);
	return ret->n > BUSY_MS;
}

static const struct block_disk *find(const struct rows *rows, const char *name)
{
	const struct block_disk *row = rows->row;

	for (uint32_t low = 0, high = rows->n; low < high;) {
		uint32_t mid = low + (high - low) / 2;
		int d = strcmp(row[mid].name.text, name);

		if (!d)
			return &row[mid];
		if (d < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const struct block_disk *block_disk(const struct block_facts *b, const char *name)
{
	return b && name ? find(&b->disk, name) : NULL;
}

/* The kernel sums up milliseconds: a mean over many requests is finer than that. */
static struct value wait_us(const struct counters *c, const struct counter_line *old, const struct counter_line *new,
	unsigned requests, unsigned ms)
{
	struct value rate = counters_rate(c, old, new, ms, ms, 1);
	int64_t n = counters_delta(old, new, requests), time = counters_delta(old, new, ms);

	if (!value_known(rate))
		return rate;
	if (n < 0 || time < 0)
		return (struct value){.known = KNOWN_NOT_YET};
	return n ? value_f64((double)time * 1000 / (double)n, 0) : value_error(-ENXIO, 0);
}

static void fill_rates(const struct counters *c, const char *name, struct block_disk *row)
{
	const struct counter_line *old = c->any ? counters_find(&c->old, name) : NULL,
				  *new = counters_find(&c->new, name);

	row->reads_per_s = counters_rate(c, old, new, READS, READS, 1);
	row->writes_per_s = counters_rate(c, old, new, WRITES, WRITES, 1);
	row->flushes_per_s = counters_rate(c, old, new, FLUSHES, FLUSHES, 1);
	row->read_bytes_per_s = counters_rate(c, old, new, READ_SECTORS, READ_SECTORS, SECTOR);
	row->write_bytes_per_s = counters_rate(c, old, new, WRITE_SECTORS, WRITE_SECTORS, SECTOR);
	row->read_wait_us = wait_us(c, old, new, READS, READ_MS);
	row->write_wait_us = wait_us(c, old, new, WRITES, WRITE_MS);
	row->flush_wait_us = wait_us(c, old, new, FLUSHES, FLUSH_MS);
	row->busy = counters_rate(c, old, new, BUSY_MS, BUSY_MS, 0.1); /* ms by the second, in percent */
	if (value_known(row->busy) && row->busy.f > 100)
		row->busy.f = 100;
	row->in_flight = c->err ? value_error(c->err, 0)
			 : new  ? value_u64(new->v[IN_FLIGHT], 0)
				: value_error(-ENOENT, 0);
}

static void fill(const struct tick *t, struct state *st, size_t i, struct carry *carry, struct block_disk *row)
{
	struct named *k = &st->names.row[i];
	const struct block_facts *prev = t->prev;
	const struct block_disk *old = prev ? find(&prev->disk, k->name) : NULL;
	bool all = !old || t->want->everything;

	if (old)
		row_carry(carry, block_disk_fields, NBLOCK_FIELDS, old, row);
	else
		row->name = value_text(arena_strdup(t->a, k->name), 0);
	if (all || t->now_ns >= k->what) {
		block_read_what(t, k->name, row);
		k->what = names_later(t, what_ns, i);
	}
	if (all || t->now_ns >= k->state) {
		block_read_queue(t, k->name, row);
		k->state = names_later(t, queue_ns, i);
	}
	fill_rates(&st->counters, k->name, row);
}

/* What is made of other disks would count twice. */
static bool is_whole(const struct block_disk *d)
{
	static const char *const made[] = {"mapped", "raid", "loop", "ram", "zram", "bcache", "drbd", "zvol"};

	for (size_t i = 0; i < COUNT(made); i++)
		if (strcmp(d->kind.text, made[i]) == 0)
			return false;
	return true;
}

static void add_rate(struct value *sum, struct value v)
{
	if (value_known(*sum) && value_known(v))
		sum->f += v.f;
	else if (value_known(v) || sum->known == KNOWN_ABSENT)
		*sum = v;
}

static void sum(struct block_facts *b)
{
	const struct block_disk *rows = b->disk.row;

	b->read_bytes_per_s = b->write_bytes_per_s = value_error(-ENODEV, 0);
	for (uint32_t i = 0; i < b->disk.n; i++) {
		if (!is_whole(&rows[i]))
			continue;
		add_rate(&b->read_bytes_per_s, rows[i].read_bytes_per_s);
		add_rate(&b->write_bytes_per_s, rows[i].write_bytes_per_s);
	}
	b->disks = value_u64(b->disk.n, 0);
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct carry carry = {.a = t->a, .older_ds = t->prev ? (t->now_ns - t->prev_ns) / 100000000 : 0};
	struct state *st = state;
	struct block_facts *b = facts;
	struct block_disk *rows;
	int err = counters_read(t, &st->counters, "/proc/diskstats", part), list_err;

	if (err == -EAGAIN && t->prev)
		return SAMPLE_SAME;
	/* without counters there are no rates, but the disks are there all the same; partitions have counters too */
	list_err = names_list(t, &st->names, &st->counters, false, "/sys/block", block_wanted);
	if (list_err)
		return list_err;
	rows = arena_array(t->a, st->names.n, sizeof(*rows));
	for (size_t i = 0; i < st->names.n; i++)
		fill(t, st, i, &carry, &rows[i]);
	b->disk = (struct rows){.row = rows,
		.n = (uint32_t)st->names.n,
		.known = st->names.n ? KNOWN : KNOWN_ABSENT,
		.err = st->names.n ? 0 : -ENOENT};
	sum(b);
	return 0;
}

static void end(struct host *h, void *state)
{
	struct state *st = state;

	counters_end(h, &st->counters);
	names_end(&st->names);
}

#define SUM SOURCES("the sum over the disks that are not made of others")

static const struct field fields[] = {
	FIELD(struct block_facts, disks, "Disks", TYPE_U64, UNIT_COUNT, 0, SOURCES("the entries of /sys/block"),
		"Disks, and what is made of them; no partitions."),
	FIELD(struct block_facts, read_bytes_per_s, "Read", TYPE_F64, UNIT_PER_S, FIELD_MOVES | FIELD_HISTORY, SUM,
		"Bytes read from all disks, per second."),
	FIELD(struct block_facts, write_bytes_per_s, "Written", TYPE_F64, UNIT_PER_S, FIELD_MOVES | FIELD_HISTORY, SUM,
		"Bytes written to all disks, per second."),
};

static const struct row_set sets[] = {
	{"disk", "name", offsetof(struct block_facts, disk), sizeof(struct block_disk), block_disk_fields,
		NBLOCK_FIELDS, NULL, 0},
};

const struct probe probe_block = {
	.name = "block",
	.title = "Disks",
	.needs = SOURCES("load"),
	.size = sizeof(struct block_facts),
	.state_size = sizeof(struct state),
	.fields = fields,
	.nfields = COUNT(fields),
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
	.end = end,
};
