/* Threads of guests: follows each QEMU process of this host, and tells which of them libvirt knows. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/threads.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/host.h"
#include "probes/threads_impl.h"

enum { LIST_S = 10, AGAIN_NS = 900000000, TOO_SOON_NS = 100000000 };

/* The guests of libvirt that run here, by UUID. */
struct running {
	const struct guest **guest;
	size_t n;
	uint64_t sum; /* changes with each that starts or stops */
	struct value managed; /* of a process that is none of them */
};

static int by_uuid(const void *a, const void *b)
{
	const struct guest *const *x = a, *const *y = b;

	return strcmp((*x)->uuid.text, (*y)->uuid.text);
}

static int uuid_is(const void *key, const void *row)
{
	const struct guest *const *g = row;

	return strcmp(key, (*g)->uuid.text);
}

static bool runs(const struct guest *g)
{
	const char *state = value_text_or(g->state, "");

	return value_known(g->uuid) && (strcmp(state, "running") == 0 || strcmp(state, "paused") == 0 || value_known(g->id));
}

/* What it means for a process that libvirt's list does not have it. */
static struct value not_listed(const struct tick *t, const struct guests *g)
{
	const struct block *b = snapshot_block(t->so_far, &probe_guests);
	const char *link = g ? value_text_or(g->link, "") : "";

	if (!b || (b->err && value_error(b->err, 0).known == KNOWN_NOT_YET))
		return (struct value){.known = KNOWN_NOT_YET, .err = -EINPROGRESS};
	if (!g)
		return value_error(b->err, 0).known == KNOWN_ABSENT ? value_bool(false, 0) : value_error(b->err, 0);
	if (g->guest.known == KNOWN)
		return value_bool(false, 0);
	if (strcmp(link, "connecting") == 0 || strcmp(link, "connected") == 0 || g->link.known == KNOWN_NOT_YET)
		return (struct value){.known = KNOWN_NOT_YET, .err = -EINPROGRESS};
	if (strcmp(link, "refused") == 0)
		return value_error(-EACCES, 0);
	if (strcmp(link, "silent") == 0 || strcmp(link, "lost") == 0)
		return value_error(-ETIMEDOUT, 0);
	return value_bool(false, 0); /* there is no libvirt here that could list it */
}

/* Nobody answers for libvirt: it was never there, or its daemon is down. */
static bool no_libvirt(const struct tick *t)
{
	const struct guests *g = snapshot_facts(t->so_far, &probe_guests);

	return g && g->guest.known != KNOWN && strcmp(value_text_or(g->link, ""), "none") == 0;
}

static struct running running_of(const struct tick *t)
{
	const struct guests *g = snapshot_facts(t->so_far, &probe_guests);
	const struct guest *rows = g ? g->guest.row : NULL;
	struct running r = {.managed = not_listed(t, g), .sum = 1};

	if (!g || g->guest.known != KNOWN || !value_u64_or(g->of_this_machine, 0))
		return r;
	r.guest = arena_array(t->a, g->guest.n, sizeof(*r.guest));
	for (uint32_t i = 0; i < g->guest.n; i++) {
		if (!runs(&rows[i]))
			continue;
		r.guest[r.n++] = &rows[i];
		for (const char *c = rows[i].uuid.text; *c; c++)
			r.sum = r.sum * 31 + (unsigned char)*c;
		r.sum = r.sum * 31 + value_u64_or(rows[i].id, 0);
	}
	if (r.n)
		qsort(r.guest, r.n, sizeof(*r.guest), by_uuid);
	return r;
}

static const struct guest *running_find(const struct running *r, const char *uuid)
{
	const struct guest **at =
		r->n && *uuid ? bsearch(uuid, r->guest, r->n, sizeof(*r->guest), uuid_is) : NULL;

	return at ? *at : NULL;
}

/* Every ten seconds; each second while a guest that just started is not found. */
static bool list_is_due(const struct tick *t, struct threads_state *st, const struct running *r)
{
	if (r->sum != st->running_sum) {
		st->running_sum = r->sum;
		st->running_ns = t->now_ns;
		return true;
	}
	if (!st->listed_ns || st->list_err || t->want->everything || t->now_ns - st->listed_ns >= SECONDS(LIST_S))
		return true;
	return st->missing && t->now_ns - st->running_ns < SECONDS(LIST_S) && t->now_ns - st->listed_ns >= AGAIN_NS;
}

/* A row of a list says nothing of single threads. */
static bool is_wanted(const struct want *w, const char *key)
{
	return w->everything || (w->nguests && strcmp(w->guests[0], key) == 0);
}

/* Two processes can be started with one UUID: libvirt's is the one that has its name, or else the first. */
static bool is_better(const struct one_process *p, const struct one_process *other, const struct guest *g)
{
	const char *name = value_text_or(g->name, "");

	return !other || (p->name && strcmp(p->name, name) == 0 && (!other->name || strcmp(other->name, name) != 0));
}

static void join_guests(const struct tick *t, struct threads_state *st, const struct running *r)
{
	size_t found = 0;

	for (size_t i = 0; i < st->n; i++)
		st->process[i].guest = running_find(r, st->process[i].uuid);
	for (size_t i = 0; i < st->n; i++) {
		struct one_process *p = &st->process[i], *best = NULL;

		for (size_t k = 0; p->guest && k < st->n; k++)
			if (st->process[k].guest == p->guest && is_better(&st->process[k], best, p->guest))
				best = &st->process[k];
		for (size_t k = 0; p->guest && k < st->n; k++)
			if (st->process[k].guest == p->guest && &st->process[k] != best)
				st->process[k].guest = NULL;
		found += p->guest != NULL;
	}
	st->missing = found < r->n;
	for (size_t i = 0; i < st->n; i++) {
		struct one_process *p = &st->process[i];
		uint64_t generation = p->guest ? value_u64_or(p->guest->generation, 0) : 0;

		p->moved = generation != p->generation;
		p->generation = generation;
		p->managed = p->guest ? value_bool(true, 0) : r->managed;
		if (p->guest)
			memcpy(p->key, p->uuid, sizeof(p->key));
		else
			snprintf(p->key, sizeof(p->key), "pid%" PRIu32, p->pid);
		p->wanted = is_wanted(t->want, p->key);
	}
}

static void drop_gone(const struct tick *t, struct threads_state *st)
{
	size_t kept = 0;

	for (size_t i = 0; i < st->n; i++) {
		if (st->process[i].gone)
			process_free(t->h, st, &st->process[i]);
		else
			st->process[kept++] = st->process[i];
	}
	st->n = kept;
}

/* Others keep files too, and those that come later want some. */
static void set_limits(const struct tick *t, struct threads_state *st)
{
	struct host_cost cost = host_cost(t->h);
	uint32_t others = cost.kept > st->kept ? cost.kept - st->kept : 0;

	st->kept_most = cost.kept_limit > others ? (cost.kept_limit - others) / 5 * 4 : 0;
	st->unkept_before = st->unkept;
	st->unkept = 0;
	st->ticks++;
	if (t->dt_ns >= TOO_SOON_NS)
		st->moving = false;
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct threads_state *st = state;
	struct running r = running_of(t);
	size_t at = 0;

	set_limits(t, st);
	st->no_libvirt = no_libvirt(t);
	if (list_is_due(t, st, &r)) {
		threads_list_processes(t, st);
		drop_gone(t, st);
	}
	join_guests(t, st, &r);
	for (size_t i = 0; i < st->n; i++) {
		struct one_process *p = &st->process[i];

		threads_list(t, st, p);
		if (!p->gone)
			threads_group(t, st, p, i);
		if (!p->gone)
			threads_read(t, st, p, at);
		at += p->n;
		if (p->gone)
			st->listed_ns = 0; /* another may have come in its place */
	}
	drop_gone(t, st);
	threads_fill(t, st, facts);
	return 0;
}

static void end(struct host *h, void *state)
{
	struct threads_state *st = state;

	for (size_t i = 0; i < st->n; i++)
		process_free(h, st, &st->process[i]);
	free(st->process);
	free(st->seen);
}

const struct threads_guest *threads_find(const struct threads *t, const char *key)
{
	const struct threads_guest *rows = t ? t->guest.row : NULL;

	for (uint32_t i = 0; t && i < t->guest.n; i++)
		if (strcmp(rows[i].key.text, key) == 0)
			return &rows[i];
	return NULL;
}

static const struct row_set guest_sets[] = {
	{"memory", "node", offsetof(struct threads_guest, memory), sizeof(struct threads_memory),
		TABLE(threads_memory_fields), NULL, 0},
	{"thread", "tid", offsetof(struct threads_guest, thread), sizeof(struct thread), TABLE(thread_fields), NULL, 0},
};

static const struct row_set sets[] = {
	{"guest", "key", offsetof(struct threads, guest), sizeof(struct threads_guest), TABLE(threads_guest_fields),
		TABLE(guest_sets)},
};

const struct probe probe_threads = {
	.name = "threads",
	.title = "Threads of guests",
	.needs = SOURCES("kernel", "topology", "guests"),
	.size = sizeof(struct threads),
	.state_size = sizeof(struct threads_state),
	.fields = threads_fields,
	.nfields = COUNT(threads_fields),
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
	.end = end,
};
