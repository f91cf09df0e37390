/* Which guests are shown, in which order, and where the facts in their cells come from. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probes/cpuset.h"
#include "probes/parse.h"
#include "tui/panels/guests_impl.h"

enum { UUID_BEGINS = 8 }; /* so much of one is no accident */

bool guest_managed(const struct guest_row *r)
{
	return r->g || (r->p && value_u64_or(r->p->managed, 0));
}

bool guest_joined(const struct guest_row *r)
{
	return r->p && value_u64_or(r->p->joined, 0);
}

static struct value state_of(const struct guest_row *r)
{
	return r->g ? r->g->state : r->p->state;
}

bool guest_runs(const struct guest_row *r)
{
	return strcmp(value_text_or(state_of(r), ""), "running") == 0;
}

struct value guest_vcpus(const struct guest_row *r)
{
	return r->g && value_known(r->g->vcpus) ? r->g->vcpus : r->p ? r->p->vcpus : r->g->vcpus;
}

struct value guest_pinned(const struct guest_row *r)
{
	const struct guest_pin *pins = r->g ? r->g->pin.row : NULL;
	uint64_t n = 0;

	if (guest_joined(r))
		return r->p->pinned;
	if (!r->g || !r->g->pin.n)
		return (struct value){.known = KNOWN_ABSENT};
	for (uint32_t i = 0; i < r->g->pin.n; i++)
		n += value_known(pins[i].cpus);
	return value_u64(n, 0);
}

static enum grave devices_grave(struct arena *a, const struct guest *g)
{
	struct slice rest = slice_of(g ? value_text_or(g->slow_devices, "") : ""), word;
	enum grave worst = GRAVE_NONE;

	while (slice_word(&rest, &word)) {
		const char *text = slice_text(a, word), *model = strchr(text, ':');
		enum grave grave = grave_of_device(model ? model + 1 : text);

		worst = grave > worst ? grave : worst;
	}
	return worst;
}

static enum grave conflict_grave(const struct placement_guest *p)
{
	const struct placement_thread *t = p ? p->thread.row : NULL;
	uint64_t worst = 0;

	for (uint32_t i = 0; p && i < p->thread.n; i++)
		worst = value_u64_or(t[i].severity, 0) > worst ? t[i].severity.u : worst;
	if (p && worst > GRAVE_NOTE && !value_u64_or(p->conflicts, 0))
		worst = GRAVE_NOTE;
	return worst > GRAVE_CRIT ? GRAVE_CRIT : (enum grave)worst;
}

static void add(struct arena *a, struct guest_rows *l, const struct guest *g, const struct placement_guest *p)
{
	struct guest_row *r = &l->all[l->nall];
	const char *key = g ? value_text_or(g->uuid, NULL) : value_text_or(p->key, NULL);

	*r = (struct guest_row){.key = key ? key : "", .g = g, .p = p, .at = l->nall++};
	r->name = guest_words(a, value_text_or(g ? g->name : p->name, ""), GUEST_NAME_CELLS);
	if (!r->name[strspn(r->name, " ")]) /* a name of blanks and marks says nothing */
		r->name = guest_words(a, r->key, GUEST_NAME_CELLS);
	if (guest_runs(r)) /* what is off costs nothing now */
		r->devices = devices_grave(a, g);
	r->conflict = conflict_grave(p);
	r->unlisted = !guest_managed(r) && l->lists && value_known(p->managed);
	r->elsewhere = g && guest_runs(r) && value_known(l->guests->of_this_machine) && !l->guests->of_this_machine.u;
	r->wait = p ? grave_of_wait(p->wait_ms_per_s, p->wait_us) : GRAVE_NONE;
}

static int by_key(const void *x, const void *y)
{
	const struct placement_guest *a = *(const struct placement_guest *const *)x,
				     *b = *(const struct placement_guest *const *)y;

	return strcmp(value_text_or(a->key, ""), value_text_or(b->key, ""));
}

static int key_to(const void *key, const void *y)
{
	return strcmp(key, value_text_or((*(const struct placement_guest *const *)y)->key, ""));
}

/* Two lists of other ticks can differ: a guest that one of them does not have yet is shown with what is known. */
static void join(struct arena *a, struct guest_rows *l)
{
	const struct guest *g = l->guests ? l->guests->guest.row : NULL;
	const struct placement_guest *p = l->placement ? l->placement->guest.row : NULL;
	uint32_t ng = l->guests ? l->guests->guest.n : 0, np = l->placement ? l->placement->guest.n : 0;
	const struct placement_guest **sorted = arena_array(a, np, sizeof(*sorted));
	bool *used = arena_array(a, np, sizeof(*used));

	l->all = arena_array(a, (size_t)ng + np, sizeof(*l->all));
	for (uint32_t i = 0; i < np; i++)
		sorted[i] = &p[i];
	if (np)
		qsort(sorted, np, sizeof(*sorted), by_key);
	for (uint32_t i = 0; i < ng; i++) {
		const char *uuid = value_text_or(g[i].uuid, "");
		const struct placement_guest *const *found =
			np ? bsearch(uuid, sorted, np, sizeof(*sorted), key_to) : NULL;

		if (found)
			used[*found - p] = true;
		add(a, l, &g[i], found ? *found : NULL);
	}
	for (uint32_t i = 0; i < np; i++)
		if (!used[i])
			add(a, l, NULL, &p[i]);
}

/* A model or bus of one of its devices: "virtio", "e1000". */
static bool has_device(const struct guest *g, const char *word)
{
	const struct guest_disk *d = g->disk.row;
	const struct guest_interface *n = g->interface.row;

	for (uint32_t i = 0; i < g->disk.n; i++)
		if (strcasestr(value_text_or(d[i].bus, ""), word) || strcasestr(value_text_or(d[i].model, ""), word))
			return true;
	for (uint32_t i = 0; i < g->interface.n; i++)
		if (strcasestr(value_text_or(n[i].model, ""), word))
			return true;
	return false;
}

static bool word_fits(const struct guest_row *r, const char *word)
{
	struct value pinned = guest_pinned(r);
	const char *state = value_text_or(state_of(r), "");
	const struct {
		const char *word;
		bool fits;
	} words[] = {
		{"running", guest_runs(r)},
		{"off", strcmp(state, "shutoff") == 0},
		{"waiting", r->wait >= GRAVE_WARN},
		{"slow", r->g && value_known(r->g->slow_devices)},
		{"pinned", value_known(pinned) && pinned.u},
		{"unpinned", value_known(pinned) ? !pinned.u : pinned.known == KNOWN_ABSENT},
		{"managed", guest_managed(r)},
		{"unmanaged", !guest_managed(r)},
		{"elsewhere", r->elsewhere},
		{"spread", r->p && cpuset_count(value_known(r->p->nodes) ? r->p->nodes.set : NULL) > 1},
		{"conflict", r->conflict >= GRAVE_WARN},
		{"critical", guest_worst(r) >= GRAVE_CRIT},
		{"pending", r->g && value_u64_or(r->g->pending, 0)},
		{"restart", r->g && value_u64_or(r->g->pending, 0)},
		{"transient", r->g && value_known(r->g->persistent) && !r->g->persistent.u},
		{"persistent", r->g && value_u64_or(r->g->persistent, 0)},
		{"lost", r->g && value_u64_or(r->g->lost, 0)},
	};

	for (size_t i = 0; i < COUNT(words); i++)
		if (strcasecmp(words[i].word, word) == 0)
			return words[i].fits;
	if (strcasecmp(state, word) == 0)
		return true;
	if (strncmp(word, "node", 4) == 0 && word[4] >= '0' && word[4] <= '9')
		return r->p && value_known(r->p->nodes) && cpuset_has(r->p->nodes.set, (uint32_t)atoi(word + 4));
	/* nobody sees a UUID in the list: who types the beginning of one means it, "db" or "0-7" does not */
	if (strlen(word) >= UUID_BEGINS && strncasecmp(r->key, word, strlen(word)) == 0)
		return true;
	if (strcasestr(value_text_or(r->g ? r->g->name : r->p->name, ""), word))
		return true;
	return r->g && (strcasestr(value_text_or(r->g->title, ""), word) ||
			       strcasestr(value_text_or(r->g->slow_devices, ""), word) ||
			       strcasestr(value_text_or(r->g->machine, ""), word) || has_device(r->g, word));
}

static bool fits(struct arena *a, const struct guest_row *r, const char *filter)
{
	struct slice rest = slice_of(filter), word;

	while (slice_word(&rest, &word))
		if (!word_fits(r, slice_text(a, word)))
			return false;
	return true;
}

/* Of what is compared as a number, the worst first. */
static double number_of(const struct guest_row *r, size_t by)
{
	const struct placement_guest *p = r->p;

	switch ((enum guest_column)by) {
	case GUEST_VCPUS:
		return -value_number(guest_vcpus(r), TYPE_U64);
	case GUEST_WAIT:
		return p ? -value_number(p->wait_ms_per_s, TYPE_F64) : NAN;
	case GUEST_SLICE:
		return p ? -value_number(p->wait_us, TYPE_F64) : NAN;
	case GUEST_BUSY:
		return p ? -value_number(p->busy, TYPE_F64) : NAN;
	case GUEST_DEVICES:
		return -(double)r->devices;
	case GUEST_PINS:
		return value_number(guest_pinned(r), TYPE_U64);
	case GUEST_NODES:
		return p && value_known(p->nodes) ? -(double)cpuset_count(p->nodes.set) : NAN;
	case GUEST_DRIFT:
		return r->g ? -(double)(2 * value_u64_or(r->g->pending, 0) + value_u64_or(r->g->lost, 0)) : NAN;
	case GUEST_MEMORY:
		return p ? value_number(p->memory_node, TYPE_I64) : NAN;
	case GUEST_CPUS:
		return p && value_known(p->cpus) ? (double)cpuset_next(p->cpus.set, -1) : NAN;
	case GUEST_WHY:
		return -(double)r->conflict;
	case GUEST_NAME:
	case GUEST_STATE:
	case GUEST_COLUMNS:
		break;
	}
	return 0;
}

bool guest_order_descends(struct rows_order o)
{
	bool least = o.by == GUEST_NAME || o.by == GUEST_STATE || o.by == GUEST_PINS || o.by == GUEST_MEMORY ||
		     o.by == GUEST_CPUS;

	return least == o.reverse;
}

/* What costs most: waits where they are felt, what is critical, devices that QEMU acts out, then warnings and notes. */
static int worst_first(const struct guest_row *x, const struct guest_row *y)
{
	int d = (int)y->wait - (int)x->wait;

	if (!d && x->wait >= GRAVE_WARN)
		d = rows_compare(number_of(x, GUEST_WAIT), number_of(y, GUEST_WAIT));
	if (!d)
		d = (y->conflict >= GRAVE_CRIT) - (x->conflict >= GRAVE_CRIT);
	if (!d)
		d = (int)y->devices - (int)x->devices;
	if (!d)
		d = (int)y->conflict - (int)x->conflict;
	return d ? d : (int)guest_runs(y) - (int)guest_runs(x);
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct guest_row *x = *(const struct guest_row *const *)a, *y = *(const struct guest_row *const *)b;
	const struct rows_order *order = arg;
	int d = order->chosen ? rows_compare(number_of(x, order->by), number_of(y, order->by)) : worst_first(x, y);

	if (!d && order->chosen && order->by == GUEST_STATE)
		d = strcmp(value_text_or(state_of(x), "~"), value_text_or(state_of(y), "~"));
	if (!d && order->chosen && order->by == GUEST_NAME)
		d = strverscmp(x->name, y->name);
	if (!d)
		d = x->at < y->at ? -1 : x->at > y->at;
	return order->reverse ? -d : d;
}

struct guest_rows guest_rows(struct arena *a, const struct snapshot *s, const char *filter, struct rows_order order)
{
	struct guest_rows l = {
		.s = s, .guests = snapshot_facts(s, &probe_guests), .placement = snapshot_facts(s, &probe_placement)};
	const char *trouble;

	trouble = guests_trouble(a, s, l.guests);
	l.stale = trouble != NULL;
	l.lists = guests_lists(l.guests);
	join(a, &l);
	for (size_t i = 0; i < l.nall; i++)
		l.all[i].trouble = l.all[i].g ? trouble : NULL;
	l.row = arena_array(a, l.nall, sizeof(*l.row));
	for (size_t i = 0; i < l.nall; i++)
		if (fits(a, &l.all[i], filter))
			l.row[l.n++] = &l.all[i];
	if (l.n)
		qsort_r(l.row, l.n, sizeof(*l.row), compare, &order);
	return l;
}

ptrdiff_t guest_rows_find(const struct guest_rows *r, const char *key)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->row[i]->key, key) == 0)
			return (ptrdiff_t)i;
	return TABLE_NONE;
}

const struct guest_row *guest_rows_open(
	const struct guest_rows *r, const char *key, const char *name, const struct guest_row *otherwise)
{
	const struct guest_row *found = otherwise;

	for (size_t i = 0; i < r->nall; i++) {
		if (strcmp(r->all[i].key, key) == 0)
			return &r->all[i];
		if (name && strcmp(r->all[i].name, name) == 0)
			found = &r->all[i];
	}
	return found;
}

/* A fact is explained where it was read, not where it was joined. */
size_t guest_address(const struct guest_row *r, enum guest_column column, char *buf, size_t size)
{
	static const char *const in_guests[GUEST_COLUMNS] = {[GUEST_NAME] = "name",
		[GUEST_STATE] = "state",
		[GUEST_VCPUS] = "vcpus",
		[GUEST_DEVICES] = "slow_devices",
		[GUEST_DRIFT] = "pending"};
	static const char *const in_placement[GUEST_COLUMNS] = {[GUEST_NAME] = "name",
		[GUEST_STATE] = "state",
		[GUEST_VCPUS] = "vcpus",
		[GUEST_WAIT] = "wait_ms_per_s",
		[GUEST_SLICE] = "wait_us",
		[GUEST_BUSY] = "busy",
		[GUEST_PINS] = "pinned",
		[GUEST_NODES] = "nodes",
		[GUEST_MEMORY] = "memory_percent",
		[GUEST_CPUS] = "cpus",
		[GUEST_WHY] = "conflict"};
	const char *field = r->g ? in_guests[column] : NULL;

	if (r->g && column == GUEST_DRIFT && !value_u64_or(r->g->pending, 0) && value_u64_or(r->g->lost, 0))
		field = "lost";
	if (field || !r->p)
		return field ? (size_t)snprintf(buf, size, "guests.guest[%s].%s", r->key, field) : 0;
	field = in_placement[column];
	return field ? (size_t)snprintf(buf, size, "placement.guest[%s].%s", r->key, field) : 0;
}
