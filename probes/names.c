/* Keeps the names of what comes and goes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/host.h"

static const uint64_t list_ns = UINT64_C(10000000000);

struct listing {
	struct named *row;
	size_t n, room;
};

static int add(const char *name, void *arg)
{
	struct listing *l = arg;
	size_t len = strlen(name);

	if (!len || len >= COUNTERS_NAME)
		return 0;
	if (l->n == l->room) {
		l->room = l->room ? l->room * 2 : 32;
		l->row = xrealloc(l->row, l->room, sizeof(*l->row));
	}
	l->row[l->n] = (struct named){.what = 0};
	memcpy(l->row[l->n++].name, name, len + 1);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static int list(const struct tick *t, struct names *n, const struct counters *c, bool all, const char *folder,
	bool (*wanted)(const struct tick *t, const char *name))
{
	struct listing l = {0};
	size_t kept = 0;
	int err = host_list(t->h, folder, add, &l);

	for (size_t i = 0; all && !c->err && i < c->new.n; i++)
		add(c->new.line[i].name, &l);
	if (l.n)
		qsort(l.row, l.n, sizeof(*l.row), by_name);
	for (size_t i = 0; i < l.n; i++) {
		const struct named *old;

		if (i && by_name(&l.row[i - 1], &l.row[i]) == 0)
			continue;
		old = n->n ? bsearch(&l.row[i], n->row, n->n, sizeof(*n->row), by_name) : NULL;
		if (wanted(t, l.row[i].name))
			l.row[kept++] = old ? *old : l.row[i];
	}
	free(n->row);
	n->row = l.row;
	n->n = kept;
	n->listed_ns = t->now_ns;
	return kept ? 0 : err;
}

static uint64_t sum_of(const struct counter_lines *l)
{
	uint64_t sum = l->n;

	for (size_t i = 0; i < l->n; i++)
		for (const char *p = l->line[i].name; *p; p++)
			sum = sum * 31 + (unsigned char)*p;
	return sum;
}

int names_list(const struct tick *t, struct names *n, const struct counters *c, bool all, const char *folder,
	bool (*wanted)(const struct tick *t, const char *name))
{
	uint64_t sum = sum_of(&c->new);
	int err;

	if (t->prev && !t->want->everything && sum == n->sum && t->now_ns - n->listed_ns < list_ns)
		return 0;
	err = list(t, n, c, all, folder, wanted);
	n->sum = sum;
	return err == -ENOENT || err == -ENOTDIR ? 0 : err;
}

void names_end(struct names *n)
{
	free(n->row);
}

uint64_t names_later(const struct tick *t, uint64_t period_ns, size_t i)
{
	return t->now_ns + period_ns + i % 16 * period_ns / 64;
}
