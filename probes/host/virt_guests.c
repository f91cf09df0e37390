/* The list of guests: a few calls however many there are, and a number for each that grows when libvirt tells of it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/answer.h"
#include "probes/host/virt_impl.h"
#include "probes/util.h"

static int by_uuid(const void *a, const void *b)
{
	return strcmp(((const struct virt_guest *)a)->uuid, ((const struct virt_guest *)b)->uuid);
}

static struct virt_guest *find(struct virt_guest *guest, size_t n, const char *uuid)
{
	struct virt_guest key;

	snprintf(key.uuid, sizeof(key.uuid), "%s", uuid);
	return n ? bsearch(&key, guest, n, sizeof(*guest), by_uuid) : NULL;
}

static void move(struct virt *v, struct virt_guest *g)
{
	g->generation = ++v->generation;
	g->moved = true;
}

void virt_guests_happened(struct virt *v, const char *uuid)
{
	for (size_t i = 0; i < v->nhappened; i++)
		if (!strcmp(v->happened[i], uuid))
			return;
	if (v->nhappened > VIRT_HAPPENED_MOST)
		return;
	v->happened = xrealloc(v->happened, v->nhappened + 1, sizeof(*v->happened));
	snprintf(v->happened[v->nhappened++], VIRT_UUID, "%s", uuid);
}

/* Nobody knows what happened while there was no connection. */
void virt_guests_all_moved(struct virt *v)
{
	pthread_mutex_lock(&v->lock);
	v->dirty = true;
	pthread_mutex_unlock(&v->lock);
	for (size_t i = 0; i < v->nguests; i++)
		move(v, &v->guest[i]);
}

/* What events told until now: true when the states may have changed too. */
static bool take_events(struct virt *v)
{
	char(*happened)[VIRT_UUID];
	struct virt_guest *g;
	size_t n;
	bool dirty;

	pthread_mutex_lock(&v->lock);
	dirty = v->dirty;
	happened = v->happened;
	n = v->nhappened;
	v->dirty = false;
	v->happened = NULL;
	v->nhappened = 0;
	pthread_mutex_unlock(&v->lock);
	if (n > VIRT_HAPPENED_MOST) {
		for (size_t i = 0; i < v->nguests; i++)
			move(v, &v->guest[i]);
		dirty = true;
	}
	for (size_t i = 0; i < n && n <= VIRT_HAPPENED_MOST; i++) {
		g = find(v->guest, v->nguests, happened[i]);
		if (g)
			move(v, g);
	}
	free(happened);
	return dirty;
}

static void free_guests(struct virt_guest *guest, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(guest[i].name);
	free(guest);
}

void virt_guests_free(struct virt *v)
{
	free_guests(v->guest, v->nguests);
	v->guest = NULL;
	v->nguests = 0;
	free(v->happened);
}

static void free_domains(virDomainPtr *dom)
{
	for (size_t i = 0; dom[i]; i++)
		virDomainFree(dom[i]);
	free(dom);
}

/* One call tells names, UUIDs and ids of all. */
static int list_all(struct virt *v, struct virt_guest **ret, size_t *ret_n, char why[VIRT_WHY])
{
	virDomainPtr *dom;
	int n = virConnectListAllDomains(v->conn, &dom, 0);
	struct virt_guest *guest;

	if (n < 0)
		return virt_error(why);
	guest = xcalloc((size_t)n + 1, sizeof(*guest));
	for (int i = 0; i < n; i++) {
		const char *name = virDomainGetName(dom[i]);
		guest[i].name = xstrdup(name ? name : "");
		guest[i].id = (int)virDomainGetID(dom[i]);
		guest[i].state = NULL;
		virDomainGetUUIDString(dom[i], guest[i].uuid);
	}
	free_domains(dom);
	qsort(guest, (size_t)n, sizeof(*guest), by_uuid);
	*ret = guest;
	*ret_n = (size_t)n;
	return 0;
}

/* What the last list knew: true when all are the same guests under the same names and ids. */
static bool carry(struct virt *v, struct virt_guest *guest, size_t n)
{
	bool same = n == v->nguests;

	for (size_t i = 0; i < n; i++) {
		const struct virt_guest *old = find(v->guest, v->nguests, guest[i].uuid);
		if (old && old->id == guest[i].id && !strcmp(old->name, guest[i].name)) {
			guest[i].generation = old->generation;
			guest[i].moved = old->moved;
			guest[i].state = old->state;
			guest[i].transient = old->transient;
		} else {
			move(v, &guest[i]);
			same = false;
		}
	}
	return same;
}

/* Marks those that a filter finds. */
static int mark(struct virt *v, struct virt_guest *guest, size_t n, unsigned filter, const char *state)
{
	virDomainPtr *dom;
	char uuid[VIRT_UUID];

	if (virConnectListAllDomains(v->conn, &dom, filter) < 0)
		return -1;
	for (size_t i = 0; dom[i]; i++) {
		struct virt_guest *g = virDomainGetUUIDString(dom[i], uuid) ? NULL : find(guest, n, uuid);
		if (g && state)
			g->state = state;
		else if (g)
			g->transient = true;
	}
	free_domains(dom);
	return 0;
}

/* Crashed ones are among the others, and one that just moved is in no list. */
static void ask_state(struct virt *v, struct virt_guest *g)
{
	virDomainPtr dom = virDomainLookupByUUIDString(v->conn, g->uuid);
	int state = VIR_DOMAIN_NOSTATE;

	if (dom && virDomainGetState(dom, &state, NULL, 0) < 0)
		state = VIR_DOMAIN_NOSTATE;
	g->state = state == VIR_DOMAIN_RUNNING ? "running"
		: state == VIR_DOMAIN_PAUSED   ? "paused"
		: state == VIR_DOMAIN_SHUTOFF  ? "shutoff"
		: state == VIR_DOMAIN_CRASHED  ? "crashed"
					       : "other";
	if (dom)
		virDomainFree(dom);
}

static int ask_states(struct virt *v, struct virt_guest *guest, size_t n, char why[VIRT_WHY])
{
	static const struct {
		unsigned filter;
		const char *state;
	} filters[] = {
		{VIR_CONNECT_LIST_DOMAINS_RUNNING, "running"},
		{VIR_CONNECT_LIST_DOMAINS_PAUSED, "paused"},
		{VIR_CONNECT_LIST_DOMAINS_SHUTOFF, "shutoff"},
		{VIR_CONNECT_LIST_DOMAINS_TRANSIENT, NULL},
	};

	for (size_t i = 0; i < n; i++) {
		guest[i].state = NULL;
		guest[i].transient = false;
	}
	for (size_t i = 0; i < COUNT(filters); i++)
		if (mark(v, guest, n, filters[i].filter, filters[i].state))
			return virt_error(why);
	for (size_t i = 0; i < n; i++)
		if (!guest[i].state)
			ask_state(v, &guest[i]);
	return 0;
}

/* Who sees that a guest moved reads its documents: they are news by then. False when libvirt went away. */
static bool refresh(struct virt *v, struct virt_guest *g)
{
	static const char *const scope[] = {"live", "config"};
	struct virt_answer *e;
	char name[80];

	for (size_t i = 0; i < COUNT(scope); i++) {
		snprintf(name, sizeof(name), "@virt/%s/%s/xml", g->uuid, scope[i]);
		pthread_mutex_lock(&v->lock);
		e = virt_answers_find(&v->answers, name);
		pthread_mutex_unlock(&v->lock);
		if (e && !virt_loop_answer(v, e))
			return false;
	}
	return true;
}

int virt_ask_guests(struct virt *v, struct text *ret, char why[VIRT_WHY])
{
	uint64_t now = clock_now_ns();
	struct virt_guest *guest = NULL;
	bool dirty = take_events(v) || now > v->listed_ns + VIRT_LIST_NS;
	size_t n = 0;
	int err;

	if (dirty)
		v->listed_ns = 0; /* until it is done */
	err = list_all(v, &guest, &n, why);
	if (err)
		return err;
	if (!carry(v, guest, n) || dirty) {
		err = ask_states(v, guest, n, why);
		v->listed_ns = err ? 0 : now;
	}
	free_guests(v->guest, v->nguests);
	v->guest = guest;
	v->nguests = n;
	for (size_t i = 0; i < n && !err; i++)
		if (guest[i].moved && !refresh(v, &guest[i]))
			err = -ENOTCONN;
	for (size_t i = 0; i < n && !err; i++) {
		struct virt_guest *g = &guest[i];
		g->moved = false;
		text_add(ret, "%s ", g->uuid);
		text_add(ret, g->id < 0 ? "-" : "%d", g->id);
		text_add(ret, " %s %" PRIu64 " %s ", g->state, g->generation, g->transient ? "transient" : "persistent");
		virt_escape(ret, g->name);
		text_add(ret, "\n");
	}
	return err;
}
