/* What KVM counts of each guest that runs, as libvirt tells it or, where that does not, debugfs. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/kvm_stats.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/guests.h"
#include "probes/kvm_stats_impl.h"
#include "probes/threads.h"

enum { PERIOD_MS = 2000 };

const struct kvm_stats_guest *kvm_stats_find(const struct kvm_stats *k, const char *key)
{
	const struct kvm_stats_guest *rows = k ? k->guest.row : NULL;

	for (uint32_t i = 0; k && i < k->guest.n; i++)
		if (strcmp(rows[i].key.text, key) == 0)
			return &rows[i];
	return NULL;
}

bool kvm_stats_turn(struct kvm_entry *e, enum kvm_teller teller, uint64_t ns)
{
	struct kvm_reading *old = &e->told[teller].old, *new = &e->told[teller].new, swap = *old;

	if (new->ns && ns < new->ns + KVM_TOO_SOON_NS)
		return ns == new->ns; /* a further line of this one */
	*old = *new;
	*new = (struct kvm_reading){.ns = ns, .vcpu = swap.vcpu, .room = swap.room};
	return true;
}

static void forget(struct kvm_entry *e)
{
	for (size_t i = 0; i < KVM_TELLERS; i++)
		e->told[i].old.ns = e->told[i].new.ns = e->told[i].old.has = e->told[i].new.has = 0;
	e->debugfs_err = -EINPROGRESS;
	e->own_due_ns = e->debugfs_due_ns = 0;
}

static void entry_free(struct kvm_entry *e)
{
	for (size_t i = 0; i < KVM_TELLERS; i++) {
		free(e->told[i].old.vcpu);
		free(e->told[i].new.vcpu);
	}
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct kvm_entry *)a)->key, ((const struct kvm_entry *)b)->key);
}

/* Among the first n, which are sorted. */
static struct kvm_entry *find(const struct kvm_stats_state *st, size_t n, struct slice key)
{
	struct kvm_entry sought;

	if (!n || key.len > KVM_KEY)
		return NULL;
	memcpy(sought.key, key.p, key.len);
	sought.key[key.len] = '\0';
	return bsearch(&sought, st->entry, n, sizeof(*st->entry), by_key);
}

struct kvm_entry *kvm_stats_entry(const struct kvm_stats_state *st, struct slice key)
{
	return find(st, st->n, key);
}

/* There is one for it from now on; known: how many are sorted. */
static void see(struct kvm_stats_state *st, size_t known, struct value key)
{
	struct kvm_entry *e;

	if (!value_known(key) || strlen(key.text) > KVM_KEY)
		return;
	e = find(st, known, slice_of(key.text));
	if (!e) {
		st->entry = xrealloc(st->entry, st->n + 1, sizeof(*st->entry));
		e = &st->entry[st->n++];
		*e = (struct kvm_entry){.debugfs_err = -EINPROGRESS};
		strcpy(e->key, key.text);
	}
	e->seen = true;
}

/* Those that run, whoever tells of them; each once, by key. */
static void see_all(struct kvm_stats_state *st, const struct guests *g, const struct threads *th)
{
	const struct guest *guest = g ? g->guest.row : NULL;
	const struct threads_guest *row = th ? th->guest.row : NULL;
	size_t known = st->n, kept = 0;

	for (size_t i = 0; i < st->n; i++)
		st->entry[i].seen = false;
	for (uint32_t i = 0; g && i < g->guest.n; i++)
		if (value_known(guest[i].id))
			see(st, known, guest[i].uuid);
	for (uint32_t i = 0; th && i < th->guest.n; i++)
		see(st, known, row[i].key);
	if (st->n)
		qsort(st->entry, st->n, sizeof(*st->entry), by_key);
	for (size_t i = 0; i < st->n; i++) {
		struct kvm_entry *e = &st->entry[i];

		/* one that both tell of and that is new was added twice */
		if (!e->seen || (kept && strcmp(st->entry[kept - 1].key, e->key) == 0))
			entry_free(e);
		else
			st->entry[kept++] = *e;
	}
	st->n = kept;
}

static void join_guest(struct kvm_entry *e, const struct guest *g)
{
	const char *type = value_text_or(g->type, "");

	if (e->id != g->id.u + 1) /* another run: its counters began at zero */
		forget(e);
	e->id = g->id.u + 1;
	e->managed = true;
	e->name = value_text_or(g->name, NULL);
	e->tcg = strcmp(type, "qemu") == 0;
	e->type_err = e->tcg || strcmp(type, "kvm") == 0 ? 0 : value_known(g->type) ? -EOPNOTSUPP : g->type.err;
}

static void join_threads(struct kvm_entry *e, const struct threads_guest *g)
{
	const struct thread *thread = g->thread.row;

	if (e->pid && e->pid != g->pid.u) /* another process under this key */
		forget(e);
	e->pid = g->pid.u;
	for (uint32_t i = 0; i < g->thread.n; i++)
		e->threads += strcmp(thread[i].role.text, "vcpu") == 0;
	if (!e->managed && !value_known(g->managed)) /* a libvirt that refuses could tell */
		e->unlisted_err = g->managed.err ? g->managed.err : -EINPROGRESS;
	if (e->managed && !e->type_err)
		return;
	if (!e->name)
		e->name = value_text_or(g->name, NULL);
	e->tcg = strcmp(value_text_or(g->type, ""), "tcg") == 0;
	e->type_err = value_known(g->type) ? 0 : g->type.err;
}

static void join(const struct tick *t, struct kvm_stats_state *st, const struct guests *g, const struct threads *th)
{
	const struct guest *guest = g ? g->guest.row : NULL;
	const struct threads_guest *row = th ? th->guest.row : NULL;

	for (size_t i = 0; i < st->n; i++) {
		struct kvm_entry *e = &st->entry[i];

		e->name = NULL;
		e->managed = e->tcg = false;
		e->threads = 0;
		e->unlisted_err = -ENOENT;
		e->wanted = t->want->nguests && strcmp(t->want->guests[0], e->key) == 0;
	}
	for (uint32_t i = 0; g && i < g->guest.n; i++) {
		struct kvm_entry *e =
			value_known(guest[i].id) ? kvm_stats_entry(st, slice_of(guest[i].uuid.text)) : NULL;

		if (e)
			join_guest(e, &guest[i]);
	}
	for (uint32_t i = 0; th && i < th->guest.n; i++) {
		struct kvm_entry *e = kvm_stats_entry(st, slice_of(row[i].key.text));

		if (e)
			join_threads(e, &row[i]);
	}
}

/* Neither libvirt nor the kernel tells which guests there are: why. */
static int unknown(const struct tick *t, const struct guests *g, const struct threads *th)
{
	const struct block *b = snapshot_block(t->so_far, &probe_threads);

	if ((g && g->guest.known == KNOWN) || (th && th->guest.known == KNOWN))
		return 0;
	return th ? th->guest.err : b && b->err ? b->err : -EINPROGRESS;
}

static int sample(const struct tick *t, void *state, void *facts)
{
	const struct guests *g = snapshot_facts(t->so_far, &probe_guests);
	const struct threads *th = snapshot_facts(t->so_far, &probe_threads);
	struct kvm_stats_state *st = state;
	struct kvm_stats *k = facts;
	int err = unknown(t, g, th);

	if (err) {
		k->guest = (struct rows){.known = value_error(err, 0).known, .err = err};
		k->counted = value_error(err, 0);
		return 0;
	}
	see_all(st, g, th);
	join(t, st, g, th);
	kvm_stats_ask(t, st);
	kvm_stats_debugfs(t, st);
	kvm_stats_fill(t, st, k);
	return 0;
}

static void end(struct host *h, void *state)
{
	struct kvm_stats_state *st = state;

	(void)h;
	for (size_t i = 0; i < st->n; i++)
		entry_free(&st->entry[i]);
	free(st->entry);
}

static const struct row_set sets[] = {
	{"guest", "key", offsetof(struct kvm_stats, guest), sizeof(struct kvm_stats_guest), TABLE(kvm_stats_guest_fields),
		NULL, 0},
};

const struct probe probe_kvm_stats = {
	.name = "kvm_stats",
	.title = "KVM statistics",
	.needs = SOURCES("load", "guests", "threads"),
	.size = sizeof(struct kvm_stats),
	.state_size = sizeof(struct kvm_stats_state),
	.period_ms = PERIOD_MS,
	.fields = kvm_stats_fields,
	.nfields = COUNT(kvm_stats_fields),
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
	.end = end,
};
