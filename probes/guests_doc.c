/* The two documents of each guest: read when they have changed or are old, a few at a time, and put together. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/get.h"
#include "probes/guest_xml.h"
#include "probes/guests_impl.h"
#include "probes/host/host.h"
#include "probes/names.h"

enum { PARSED_MOST = 64 }; /* documents a tick: more would be felt, and hundreds are wanted at the start only */

/*
 * Changes of a definition raise no event: they are seen within a minute (a period, a quarter more where it is spread,
 * and the answer comes a tick later), within 10 s of a guest that somebody looks at.
 */
static const uint64_t period_ns = 45 * GUESTS_SECONDS, screen_ns = 6 * GUESTS_SECONDS, patience_ns = 10 * GUESTS_SECONDS;

void guests_forget_document(struct guest_doc *d, int err)
{
	arena_free(d->a);
	*d = (struct guest_doc){.err = err};
}

bool guests_wanted(const struct tick *t, const char *uuid)
{
	for (size_t i = 0; i < t->want->nguests; i++)
		if (strcmp(t->want->guests[i], uuid) == 0)
			return true;
	return false;
}

/* A new text; true when it says something else than the one before. */
static bool take(struct guest_doc *d, const struct answer *answer)
{
	uint64_t sum = guests_sum((struct slice){answer->text, answer->len});
	char why[200];

	d->t_ns = answer->t_ns;
	if (d->sum == sum)
		return false;
	arena_free(d->a);
	d->sum = sum;
	d->a = arena_new(answer->len);
	d->err = guest_xml_read(d->a, answer->text, answer->len, &d->g, why);
	if (d->err) {
		arena_free(d->a);
		d->a = NULL;
	}
	return true;
}

/* Asks for it; an answer from before it was wanted is taken too, but it is asked for again. True when it changed. */
static bool ask(const struct tick *t, const char *uuid, const char *scope, struct guest_doc *d, size_t i)
{
	bool late = t->now_ns - d->want_ns >= patience_ns, changed = false;
	struct answer answer;
	char path[64];
	int err;

	snprintf(path, sizeof(path), "@virt/%s/%s/xml", uuid, scope);
	err = host_read(t->h, path, &answer);
	if (err == -EINPROGRESS || err == -EAGAIN)
		return false;
	if (!err) {
		changed = take(d, &answer);
	} else if (err != d->err || d->a) {
		uint64_t want_ns = d->want_ns;

		/* it answers that there is none, while the list says that there is: that may be older than the list */
		guests_forget_document(d, err);
		d->want_ns = want_ns;
		d->t_ns = t->now_ns;
		changed = true;
	}
	if ((!err && answer.t_ns >= d->want_ns) || late) {
		d->want_ns = 0;
		d->due_ns = names_later(t, period_ns, i);
	}
	return changed;
}

static struct value node_of(const struct tick *t, const struct guests_state *st, const struct guest_hostdev *h)
{
	struct value node;

	if (strcmp(value_text_or(h->type, ""), "pci") != 0 || !strchr(value_text_or(h->name, ""), ':'))
		return value_error(-ENOENT, 0);
	if (!st->here)
		return value_skipped("it is a device of another host");
	node = get_i64(t, 0, "/sys/bus/pci/devices/%.32s/numa_node", h->name.text);
	return value_known(node) && node.i < 0 ? value_error(-ENODEV, 0) : node;
}

static struct value copy_set(struct arena *a, struct value v)
{
	if (value_known(v))
		v.set = cpuset_copy(a, v.set);
	v.src = 1;
	return v;
}

/* What the definition says of pins and of the CPU, beside what holds while it runs. */
static void add_config(struct arena *a, const struct guest *config, struct guest *g)
{
	struct guest_pin *pin = (struct guest_pin *)(uintptr_t)g->pin.row; /* both of this arena */
	struct guest_iothread *iothread = (struct guest_iothread *)(uintptr_t)g->iothread.row;
	const struct guest_pin *config_pin = config->pin.row;
	const struct guest_iothread *config_iothread = config->iothread.row;

	g->config_cpu_mode = config->cpu_mode;
	g->config_cpu_mode.src = 1;
	if (value_known(config->cpu_mode))
		g->config_cpu_mode.text = arena_strdup(a, config->cpu_mode.text);
	for (uint32_t i = 0; i < g->pin.n && i < config->pin.n; i++)
		pin[i].config_cpus = copy_set(a, config_pin[i].cpus);
	for (uint32_t i = 0; i < g->iothread.n; i++)
		for (uint32_t k = 0; k < config->iothread.n; k++)
			if (value_known(iothread[i].id) && value_equal(iothread[i].id, config_iothread[k].id, TYPE_U64))
				iothread[i].config_cpus = copy_set(a, config_iothread[k].cpus);
}

/* There is a difference only where there are two. */
static void say_drift(const struct guests_state *st, struct guest_entry *e)
{
	struct value none = e->runs && e->persistent && !e->config.a ? value_error(e->config.err, 1) : value_bool(false, 0);

	e->g.pending = e->g.lost = none;
	e->g.drift = (struct rows){.known = value_known(none) ? KNOWN_ABSENT : none.known};
	e->g.drift.err = value_known(none) ? -ENOENT : none.err;
	if (e->live.a && e->config.a)
		guests_drift(e->a, &e->live.g, &e->config.g, st->cpus, &e->g);
}

static void merge(const struct tick *t, const struct guests_state *st, struct guest_entry *e)
{
	const struct guest_doc *d = e->runs ? &e->live : &e->config;
	struct carry c = {0};
	struct guest_hostdev *hostdev;

	arena_free(e->a);
	e->a = NULL;
	e->moved = false;
	e->err = d->err;
	if (!d->a)
		return;
	e->a = c.a = arena_new(4096);
	guest_copy(&c, e->runs ? 0 : 1, &d->g, &e->g);
	if (e->config.a)
		add_config(e->a, &e->config.g, &e->g);
	say_drift(st, e);
	hostdev = (struct guest_hostdev *)(uintptr_t)e->g.hostdev.row;
	for (uint32_t i = 0; i < e->g.hostdev.n; i++)
		hostdev[i].node = node_of(t, st, &hostdev[i]);
}

void guests_merge_all(const struct tick *t, struct guests_state *st)
{
	for (size_t i = 0; i < st->n; i++)
		merge(t, st, st->by_name[i]);
}

/* Marks it as wanted when its time has come. */
static void want(const struct tick *t, struct guest_doc *d, bool there, bool screen)
{
	uint64_t due = d->due_ns;

	if (!there || d->want_ns)
		return;
	if (screen && d->t_ns + screen_ns < due)
		due = d->t_ns + screen_ns;
	if (t->want->everything || t->now_ns >= due)
		d->want_ns = t->now_ns;
}

/* Reads what is due of one guest: how many documents were new. */
static unsigned refresh(const struct tick *t, const struct guests_state *st, size_t i, bool screen)
{
	struct guest_entry *e = st->by_name[i];
	unsigned n = 0;

	want(t, &e->live, e->runs, false); /* events tell of changes */
	want(t, &e->config, e->persistent, screen);
	if (e->live.want_ns)
		n += ask(t, e->uuid, "live", &e->live, i);
	if (e->config.want_ns)
		n += ask(t, e->uuid, "config", &e->config, i);
	if (n)
		merge(t, st, e);
	return n;
}

void guests_documents(const struct tick *t, struct guests_state *st)
{
	unsigned n = 0;

	for (size_t i = 0; t->want->nguests && i < st->n; i++)
		if (guests_wanted(t, st->by_name[i]->uuid))
			n += refresh(t, st, i, true);
	for (size_t i = 0; i < st->n && (n < PARSED_MOST || t->want->everything); i++)
		n += refresh(t, st, i, guests_wanted(t, st->by_name[i]->uuid));
	for (size_t i = 0; i < st->n; i++)
		if (st->by_name[i]->moved)
			merge(t, st, st->by_name[i]);
}
