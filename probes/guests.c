/* Guests: the list each tick, their documents when they have changed, and what libvirt counts of them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/guests.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/guests_impl.h"
#include "probes/host/host.h"

const struct guest *guests_find(const struct guests *g, const char *uuid)
{
	const struct guest *row = g ? g->guest.row : NULL;

	for (uint32_t i = 0; row && i < g->guest.n; i++)
		if (strcmp(row[i].uuid.text, uuid) == 0)
			return &row[i];
	return NULL;
}

/* What the connection says, its escapes undone; absent when it says nothing. */
static struct value said(const struct tick *t, const char *text, const char *key)
{
	struct slice s;
	struct value v;
	char *plain;

	if (!answer_value(text, key, &s) || !s.len)
		return value_error(-ENOENT, 0);
	plain = guests_unescape(s);
	v = value_text(arena_strdup(t->a, plain), 0);
	free(plain);
	return v;
}

static void read_cpus(struct guests_state *st, const char *text)
{
	struct cpuset *cpus;
	struct slice s;

	arena_free(st->a);
	st->a = arena_new(0);
	st->cpus = answer_value(text, "cpus", &s) && s.len && !cpuset_parse_list(st->a, slice_text(st->a, s), &cpus)
			   ? cpus
			   : NULL;
}

/* What all guests hang on: which host it is, and its CPUs. They are put together anew when that changes. */
static void keep_host(const struct tick *t, struct guests_state *st, const char *text, bool here)
{
	uint64_t sum;
	struct slice s;

	if (!answer_value(text, "cpus", &s))
		s = slice_of("");
	sum = guests_sum(s) + here;
	st->told = true;
	if (st->connection == sum)
		return;
	st->connection = sum;
	st->here = here;
	read_cpus(st, text);
	guests_merge_all(t, st);
}

/* 0: it never did. */
static struct value answered_s(const struct tick *t, const char *text)
{
	uint64_t ns = 0;
	struct slice s;
	int err = answer_value(text, "answered_ns", &s) ? parse_u64(s, &ns) : -ENOENT;

	if (err || !ns)
		return value_error(err ? err : -ENOENT, 0);
	return value_f64(t->now_ns > ns ? (double)(t->now_ns - ns) / 1e9 : 0, 0);
}

static void read_connection(const struct tick *t, struct guests_state *st, const char *text, struct guests *g)
{
	struct value here;

	g->link = said(t, text, "link");
	g->why = said(t, text, "why");
	g->remedy = said(t, text, "remedy");
	g->uri = said(t, text, "uri");
	g->driver = said(t, text, "driver");
	g->libvirt = said(t, text, "libvirt");
	g->hypervisor = said(t, text, "hypervisor");
	g->hostname = said(t, text, "hostname");
	here = said(t, text, "of_this_machine");
	g->of_this_machine = value_known(here) ? value_bool(strcmp(here.text, "1") == 0, 0)
			     : st->told      ? value_bool(st->here, 0)
					     : here;
	g->answered_s = answered_s(t, text);
	if (value_known(here)) /* else it is not connected, and what was said of it still holds */
		keep_host(t, st, text, g->of_this_machine.u);
}

static void fill(const struct tick *t, const struct guests_state *st, const struct guest_entry *e, struct guest *row)
{
	uint64_t list_ds = t->now_ns > st->list_ns ? (t->now_ns - st->list_ns) / 100000000 : 0;
	uint64_t told_ns = e->runs ? e->live.t_ns : e->config.t_ns; /* the newest reading, also when it said the same */
	struct carry c = {.a = t->a, .older_ds = t->now_ns > told_ns ? (t->now_ns - told_ns) / 100000000 : 0};
	struct value *const own[] = {
		&row->uuid, &row->name, &row->state, &row->id, &row->persistent, &row->generation};

	if (e->a)
		guest_copy(&c, 0, &e->g, row);
	else
		guest_all_error(e->err, row);
	row->uuid = value_text(arena_strdup(t->a, e->uuid), 0);
	row->name = value_text(arena_strdup(t->a, e->name), 0);
	row->state = value_text(e->state, 0);
	row->id = e->runs ? value_u64(e->id, 0) : value_error(-ENOENT, 0);
	row->persistent = value_bool(e->persistent, 0);
	row->generation = value_u64(e->generation, 0);
	for (size_t i = 0; i < COUNT(own); i++)
		value_age(own[i], list_ds);
	guests_rates(t, st, e, row);
}

/* A sum without those that are not known would be too small: it is as little known as the first of them. */
struct sum {
	uint64_t n;
	struct value untold; /* known: all are */
};

static void add(struct sum *s, struct value told, uint64_t n)
{
	s->n += n;
	if (!value_known(told) && told.known != KNOWN_ABSENT && value_known(s->untold))
		s->untold = (struct value){.known = told.known, .err = told.err};
}

static struct value sum_value(const struct sum *s)
{
	return value_known(s->untold) ? value_u64(s->n, 0) : s->untold;
}

static void count(struct guests *g)
{
	const struct guest *row = g->guest.row;
	struct sum vcpus = {.untold = {.known = KNOWN}}, emulated = vcpus, pending = vcpus, lost = vcpus;
	uint64_t running = 0;

	for (uint32_t i = 0; i < g->guest.n; i++) {
		if (!value_known(row[i].id))
			continue;
		running += strcmp(row[i].state.text, "running") == 0;
		add(&vcpus, row[i].vcpus, value_u64_or(row[i].vcpus, 0));
		add(&emulated, row[i].slow_devices, value_known(row[i].slow_devices));
		add(&pending, row[i].pending, value_u64_or(row[i].pending, 0));
		add(&lost, row[i].lost, value_u64_or(row[i].lost, 0));
	}
	g->total = value_u64(g->guest.n, 0);
	g->running = value_u64(running, 0);
	g->vcpus = sum_value(&vcpus);
	g->emulated = sum_value(&emulated);
	g->pending = sum_value(&pending);
	g->lost = sum_value(&lost);
}

/* There is no list: why, as libvirt or the way to it says. */
static void no_list(int err, struct guests *g)
{
	const char *link = value_text_or(g->link, "");
	struct value v;

	/* a read that waited is told at once that nobody is there, others wait for ever */
	if (err == -ENOTCONN && strcmp(link, "none") == 0)
		err = -ENOENT;
	/* a capture has no list, where none came while it was recorded */
	if (err == -EINPROGRESS || !err || (err == -ENOENT && *link && strcmp(link, "connected") != 0))
		err = strcmp(link, "none") == 0      ? -ENOENT
		      : strcmp(link, "refused") == 0 ? -EACCES
		      : strcmp(link, "silent") == 0  ? -ETIMEDOUT
		      : strcmp(link, "lost") == 0    ? -ENOTCONN
						     : -EINPROGRESS;
	v = value_error(err, 0);
	g->total = g->running = g->vcpus = g->emulated = g->pending = g->lost = v;
	g->guest = (struct rows){.known = v.known, .err = v.err};
}

/* No libvirt is asked here: a folder, or a capture that has none. */
static int without_libvirt(const struct tick *t, struct guests_state *st, int err, struct guests *g)
{
	struct value v = value_error(err, 0);

	if (st->gone == err && t->prev)
		return SAMPLE_SAME;
	st->gone = err;
	g->link = g->why = g->remedy = g->uri = g->driver = g->libvirt = g->hypervisor = g->hostname = v;
	g->of_this_machine = g->answered_s = v;
	no_list(err, g);
	return 0;
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct guests_state *st = state;
	struct guests *g = facts;
	struct answer answer;
	struct guest *row;
	int err = host_read(t->h, "@virt/connection", &answer);

	if (err && !st->list_ns)
		return without_libvirt(t, st, err, g);
	st->gone = 0;
	if (err) {
		g->link = value_error(err, 0);
		g->of_this_machine = st->told ? value_bool(st->here, 0) : g->link;
	} else {
		read_connection(t, st, answer.text, g);
	}
	guests_list(t, st);
	if (!st->list_ns) {
		no_list(st->list_err, g);
		return 0;
	}
	guests_documents(t, st);
	guests_stats(t, st);
	row = arena_array(t->a, st->n, sizeof(*row));
	for (size_t i = 0; i < st->n; i++)
		fill(t, st, st->by_name[i], &row[i]);
	g->guest = (struct rows){.row = row, .n = (uint32_t)st->n, .known = KNOWN};
	count(g);
	return 0;
}

static void end(struct host *h, void *state)
{
	struct guests_state *st = state;

	(void)h;
	for (size_t i = 0; i < st->n; i++)
		guests_entry_free(st->by_uuid[i]);
	free(st->by_uuid);
	free(st->by_name);
	arena_free(st->a);
}

#define LINK SOURCES("@virt/connection")
#define SUM SOURCES("@virt/guests", "the sum over the running guests")
#define TEXT(member, label, meaning) FIELD(struct guests, member, label, TYPE_TEXT, UNIT_NONE, 0, LINK, meaning)
/* Words about the link, which is told itself: no configuration. */
#define SAID(member, label, meaning) \
	FIELD(struct guests, member, label, TYPE_TEXT, UNIT_NONE, FIELD_MOVES, LINK, meaning)
#define NUMBER(member, label, meaning) FIELD(struct guests, member, label, TYPE_U64, UNIT_COUNT, 0, SUM, meaning)

static const struct field fields[] = {
	TEXT(link, "libvirt",
		"How libvirt is reached: connecting, connected, none (it is not there), refused, silent (it does not "
		"answer) or lost."),
	SAID(why, "Why", "Libvirt's own words on why it does not answer."),
	SAID(remedy, "Remedy", "What helps when it does not answer."),
	TEXT(uri, "URI", "Which libvirt is asked."),
	TEXT(driver, "Driver", "The hypervisor that this libvirt drives."),
	TEXT(libvirt, "Version", "The version of libvirt."),
	TEXT(hypervisor, "Hypervisor", "The version of the hypervisor, usually of QEMU."),
	FIELD(struct guests, hostname, "Its host", TYPE_TEXT, UNIT_NONE, FIELD_WHO, LINK,
		"The name of the host that this libvirt runs on."),
	FIELD(struct guests, of_this_machine, "This machine", TYPE_BOOL, UNIT_NONE, 0, LINK,
		"Its guests run on this machine; those of another host have nothing to do with the CPUs here."),
	FIELD(struct guests, answered_s, "Answered", TYPE_F64, UNIT_S, FIELD_MOVES, LINK,
		"How long ago libvirt last answered."),
	NUMBER(total, "Guests", "Guests that libvirt knows, running or not."),
	NUMBER(running, "Running", "Guests that run now."),
	NUMBER(vcpus, "vCPUs", "Virtual CPUs of all guests that run."),
	NUMBER(emulated, "Emulated devices", "Running guests with a disk or an interface that QEMU acts out."),
	NUMBER(pending, "Restart pending", "Running guests whose definition has changes that wait for a restart."),
	NUMBER(lost, "Lost at restart", "Running guests that have something set that a restart takes away."),
};

static const char *const needs[] = {"load", NULL};



const struct probe probe_guests = {
	.name = "guests",
	.title = "Guests",
	.needs = needs,
	.size = sizeof(struct guests),
	.state_size = sizeof(struct guests_state),
	.fields = fields,
	.nfields = COUNT(fields),
	.sets = guests_set,
	.nsets = 1,
	.sample = sample,
	.end = end,
};
