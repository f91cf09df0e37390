/* Puts into words who sits where: short for a CPU, longer for a thread, never more names than a person reads. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/placement_impl.h"
#include "probes/text.h"

enum { OTHERS_MOST = 6, WHO_MOST = 12, NAME_MOST = 40 };

const char *placement_name(const struct joint *j, uint32_t thread, char buf[96])
{
	const struct placed_thread *th = &j->thread[thread];

	snprintf(buf, 96, "%s %.*s", j->guest[th->guest].name, NAME_MOST, th->row->name.text);
	return buf;
}

const char *placement_name_for(const struct joint *j, uint32_t thread, uint32_t of, char buf[96])
{
	if (j->thread[thread].guest != j->thread[of].guest)
		return placement_name(j, thread, buf);
	snprintf(buf, 96, "%.*s", NAME_MOST, j->thread[thread].row->name.text);
	return buf;
}

static void add_brief(const struct joint *j, struct text *t, uint32_t thread)
{
	static const char letter[PLACED_ROLES] = {'\0', 'e', 'i', 'v'};
	const struct placed_thread *th = &j->thread[thread];

	text_add(t, "%s%s/", t->len ? " " : "", j->guest[th->guest].brief);
	if (th->role != PLACED_VCPU)
		text_add(t, "%c", letter[th->role]);
	if (value_known(th->from->number))
		text_add(t, "%" PRIu64, th->from->number.u);
}

/* The first threads that are pinned to CPUs of a set, at most n, each once: those of narrow groups first. */
static uint32_t gather(const struct joint *j, const uint32_t *groups, uint32_t ngroups, uint32_t *ret, uint32_t n)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < ngroups && found < n; i++)
		for (uint32_t th = j->group[groups[i]].first; th != NOBODY && found < n; th = j->thread[th].next)
			ret[found++] = th;
	return found;
}

struct sized {
	uint32_t group, size;
};

static int by_size(const void *a, const void *b)
{
	const struct sized *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return x->group < y->group ? -1 : x->group > y->group;
}

/* The groups whose sets touch this one's; so many are enough, since each has a thread. */
static uint32_t touching(const struct joint *j, uint32_t group, uint32_t *stamp, uint32_t *ret, uint32_t n)
{
	struct sized found[OTHERS_MOST * 4];
	uint32_t count = 0;

	n = n < COUNT(found) ? n : COUNT(found);
	CPUSET_EACH(id, j->group[group].set)
	{
		const struct placed_cpu *c = id < (int64_t)j->ncpus ? &j->cpu[id] : NULL;

		for (uint32_t i = 0; c && i < c->ngroups && count < n; i++) {
			uint32_t g = j->cpu_group[c->first_group + i];

			if (stamp[g] == group + 1)
				continue;
			stamp[g] = group + 1;
			found[count++] = (struct sized){g, j->group[g].size};
		}
		if (count == n)
			break;
	}
	if (count)
		qsort(found, count, sizeof(*found), by_size);
	for (uint32_t i = 0; i < count; i++)
		ret[i] = found[i].group;
	return count;
}

/* Thousands of these are made in a tick: copying is much cheaper than printing. */
static char *put(char *at, const char *text, size_t most)
{
	size_t n = strnlen(text, most);

	memcpy(at, text, n);
	return at + n;
}

static struct value others_text(struct joint *j, uint32_t of, const uint32_t *threads, uint32_t n)
{
	char text[(OTHERS_MOST + 1) * (PLACED_NAME + NAME_MOST + 4)], *at = text;
	uint32_t shown = 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct placed_thread *th = &j->thread[threads[i]];

		if (threads[i] == of)
			continue;
		if (shown++ == OTHERS_MOST) {
			at = put(at, " and more", sizeof(" and more"));
			break;
		}
		if (at != text)
			at = put(at, ", ", 2);
		at = put(at, j->guest[th->guest].name, PLACED_NAME);
		at = put(at, " ", 1);
		at = put(at, th->row->name.text, NAME_MOST);
	}
	return shown ? value_text(arena_text(j->t->a, text, (size_t)(at - text)), 0) : value_error(-ENOENT, 0);
}

void placement_others(struct joint *j)
{
	uint32_t *stamp = arena_array(j->scratch, j->ngroups, sizeof(*stamp));

	for (uint32_t g = 0; g < j->ngroups; g++) {
		uint32_t groups[OTHERS_MOST * 4], threads[OTHERS_MOST + 2];
		uint32_t ngroups = touching(j, g, stamp, groups, COUNT(groups));
		uint32_t n = gather(j, groups, ngroups, threads, COUNT(threads));
		struct value same = {.known = KNOWN_NOT_YET};

		for (uint32_t i = j->group[g].first; i != NOBODY; i = j->thread[i].next) {
			bool among = false;

			for (uint32_t k = 0; k < n; k++)
				among = among || threads[k] == i;
			if (among)
				j->thread[i].row->others = others_text(j, i, threads, n);
			else /* one text for all that are not named in it */
				j->thread[i].row->others = same =
					same.known == KNOWN_NOT_YET ? others_text(j, i, threads, n) : same;
		}
	}
}

static int by_role(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* vCPUs first, then in the order of guests. */
static struct value brief_text(struct joint *j, uint32_t *threads, uint32_t n, uint32_t all)
{
	struct text t;
	uint64_t key[WHO_MOST];

	if (!n)
		return value_error(-ENOENT, 0);
	t = text_begin();
	for (uint32_t i = 0; i < n; i++)
		key[i] = (uint64_t)j->thread[threads[i]].role << 32 | threads[i];
	qsort(key, n, sizeof(*key), by_role);
	for (uint32_t i = 0; i < n; i++)
		add_brief(j, &t, (uint32_t)key[i]);
	if (all > n)
		text_add(&t, " +%" PRIu32, all - n);
	return value_text(text_end(&t, j->t->a), 0);
}

void placement_who(struct joint *j, uint32_t cpu, struct placement_cpu *row)
{
	const struct placed_cpu *c = &j->cpu[cpu];
	struct sized *sized = arena_array(j->scratch, c->ngroups, sizeof(*sized));
	uint32_t threads[WHO_MOST], groups[WHO_MOST], all = 0, n;

	for (uint32_t i = 0; i < c->ngroups; i++) {
		uint32_t g = j->cpu_group[c->first_group + i];

		sized[i] = (struct sized){g, j->group[g].size};
	}
	if (c->ngroups)
		qsort(sized, c->ngroups, sizeof(*sized), by_size);
	for (uint32_t i = 0; i < c->ngroups && i < WHO_MOST; i++)
		groups[i] = sized[i].group;
	for (int role = 0; role < PLACED_ROLES; role++)
		all += c->count[role];
	n = gather(j, groups, c->ngroups < WHO_MOST ? c->ngroups : WHO_MOST, threads, WHO_MOST);
	row->who = brief_text(j, threads, n, all);
	n = c->nruns < WHO_MOST ? c->nruns : WHO_MOST;
	if (n)
		memcpy(threads, &j->run[c->first_run], n * sizeof(*threads));
	row->runs = brief_text(j, threads, n, c->nruns);
}
