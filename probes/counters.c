/* Reads named counters and makes rates of them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/counters.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/host.h"
#include "probes/load.h"

bool counters_name(struct slice name, struct counter_line *ret)
{
	if (!name.len || name.len >= sizeof(ret->name))
		return false;
	memcpy(ret->name, name.p, name.len);
	ret->name[name.len] = '\0';
	return true;
}

void counters_numbers(struct slice rest, struct counter_line *ret)
{
	const char *p = rest.p, *end = rest.p + rest.len;

	for (ret->n = 0; ret->n < COUNTERS_MOST; ret->n++) {
		uint64_t v = 0;

		while (p < end && (*p == ' ' || *p == '\t'))
			p++;
		if (p == end || *p < '0' || *p > '9')
			return;
		for (; p < end && *p >= '0' && *p <= '9'; p++)
			v = v * 10 + (uint64_t)(*p - '0');
		ret->v[ret->n] = v;
	}
}

static struct counter_line *next(struct counter_lines *l)
{
	if (l->n == l->room) {
		l->room = l->room ? l->room * 2 : 32;
		l->line = xrealloc(l->line, l->room, sizeof(*l->line));
	}
	l->line[l->n] = (struct counter_line){.n = 0};
	return &l->line[l->n];
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct counter_line *)a)->name, ((const struct counter_line *)b)->name);
}

const struct counter_line *counters_find(const struct counter_lines *l, const char *name)
{
	size_t low = 0, high = l->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int d = strcmp(l->line[mid].name, name);

		if (!d)
			return &l->line[mid];
		if (d < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/*
 * A folder's counters never move: "0 a second" would be a lie. /proc/stat knows it best; where there is none, it is
 * so when none of these moved.
 */
static bool stands_still(const struct tick *t, const struct counters *c)
{
	const struct load *load = snapshot_facts(t->so_far, &probe_load);

	if (load)
		return load->busy.known == KNOWN_NOT_RECORDED;
	if (c->old.n != c->new.n)
		return false;
	for (size_t i = 0; i < c->new.n; i++)
		if (memcmp(c->old.line[i].v, c->new.line[i].v, sizeof(c->new.line[i].v)) != 0)
			return false;
	return true;
}

int counters_read(const struct tick *t, struct counters *c, const char *path,
	bool (*part)(struct slice line, struct counter_line *ret))
{
	struct counter_lines swap = c->old;
	struct slice rest, line;
	struct answer answer;
	int err;

	if (c->new.ns && t->now_ns - c->new.ns < COUNTERS_TOO_SOON_NS)
		return -EAGAIN;
	err = c->err = kept_read(t->h, &c->file, path, &answer);
	if (err)
		return err;
	c->any = c->new.ns != 0;
	c->old = c->new;
	c->new = swap;
	c->new.n = 0;
	c->new.ns = t->now_ns;
	rest = (struct slice){answer.text, answer.len};
	while (slice_line(&rest, &line))
		c->new.n += part(line, next(&c->new));
	if (c->new.n)
		qsort(c->new.line, c->new.n, sizeof(*c->new.line), by_name);
	c->still = c->any && stands_still(t, c);
	return 0;
}

void counters_end(struct host *h, struct counters *c)
{
	kept_drop(h, &c->file);
	free(c->old.line);
	free(c->new.line);
}

int64_t counters_delta(const struct counter_line *old, const struct counter_line *new, unsigned i)
{
	if (!old || !new || i >= old->n || i >= new->n || new->v[i] < old->v[i] || new->v[i] - old->v[i] > INT64_MAX)
		return -1;
	return (int64_t)(new->v[i] - old->v[i]);
}

struct value counters_rate(const struct counters *c, const struct counter_line *old, const struct counter_line *new,
	unsigned i, unsigned k, double scale)
{
	int64_t a, b;

	if (c->err)
		return value_error(c->err, 0);
	if (!new || i >= new->n || k >= new->n)
		return value_error(-ENOENT, 0);
	if (c->still)
		return value_error(-ENODATA, 0);
	a = counters_delta(old, new, i);
	b = i == k ? 0 : counters_delta(old, new, k);
	if (!c->any || a < 0 || b < 0) /* new, or set back */
		return (struct value){.known = KNOWN_NOT_YET};
	return value_f64(((double)a + (double)b) * scale * 1e9 / (double)(c->new.ns - c->old.ns), 0);
}
