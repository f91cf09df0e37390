/* The first lines of the Guests panel: who waits, who is in whose way, whether libvirt answers; what is listed how. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "tui/panels/guests_impl.h"

/* Sentences behind each other; NULL and "" are left out. */
static const char *then(struct arena *a, const char *before, const char *more)
{
	if (!more || !*more)
		return before;
	return *before ? arena_printf(a, "%s %s", before, more) : more;
}

static const char *stop(struct arena *a, const char *text)
{
	return text ? arena_printf(a, "%s.", text) : NULL;
}

static const char *waits(struct arena *a, const struct guest_rows *r)
{
	const struct placement *p = r->placement;
	const char *who = guests_worst(a, r), *text, *at;

	if (!p || !value_u64_or(p->waiting, 0) || !who)
		return NULL;
	/* "db1 vcpu 2" waits "on CPU 12 (shared with …)" */
	at = strstr(who, " on CPU ");
	text = arena_printf(a, "%.*s waits %s%s", (int)(at ? (size_t)(at - who) : strlen(who)), who,
		guest_rate(a, value_f64_or(p->wait_ms_per_s, 0)), at ? at : "");
	if (value_f64_or(p->wait_us, 0) >= 1000)
		text = arena_printf(a, "%s, %.1f ms a turn", text, p->wait_us.f / 1000);
	if (p->waiting.u > 1)
		text = arena_printf(
			a, "%s; %u more wait%s", text, (unsigned)p->waiting.u - 1, p->waiting.u == 2 ? "s" : "");
	return text;
}

/* As the list is ordered. */
static int badness(const struct guest_row *r)
{
	return (int)r->wait * 32 + (r->conflict >= GRAVE_CRIT) * 16 + (int)r->devices * 4 + (int)r->conflict;
}

/* The worst conflict of the guest that comes first, when it is worth a line. */
static const char *conflict(struct arena *a, const struct guest_rows *r)
{
	const struct guest_row *worst = NULL;
	uint64_t n = r->placement ? value_u64_or(r->placement->conflicts, 0) : 0;
	const char *text;

	for (size_t i = 0; i < r->nall; i++)
		if (r->all[i].conflict >= GRAVE_WARN && value_known(r->all[i].p->conflict) &&
			(!worst || badness(&r->all[i]) > badness(worst)))
			worst = &r->all[i];
	if (!worst)
		return NULL;
	text = arena_printf(a, "%s: %s", worst->name, guest_words(a, worst->p->conflict.text, 100));
	return n > 1 ? arena_printf(a, "%s; %u threads are in conflict", text, (unsigned)n) : text;
}

static const char *devices(struct arena *a, const struct guest_rows *r)
{
	uint64_t n = r->guests ? value_u64_or(r->guests->emulated, 0) : 0;

	return n ? arena_printf(a, "%u on %s", (unsigned)n, guests_emulated(a, r->guests)) : NULL;
}

static const char *calm(struct arena *a, const struct guest_rows *r)
{
	const struct placement *p = r->placement;
	unsigned running = 0;
	bool known = p && value_known(p->waiting);

	for (size_t i = 0; i < r->nall; i++)
		running += guest_runs(&r->all[i]);
	if (!running)
		return arena_printf(a, "%zu guest%s, none runs", r->nall, r->nall == 1 ? "" : "s");
	if (!known)
		return arena_printf(a, "%u guest%s run%s; whether %s is not known%s", running, running == 1 ? "" : "s",
			running == 1 ? "s" : "", running == 1 ? "it waits" : "they wait",
			p && p->waiting.known == KNOWN_NOT_YET ? " yet" : "");
	return arena_printf(a, running == 1 ? "%u guest runs, it does not wait" : "%u guests run, none waits", running);
}

static const char *elsewhere(struct arena *a, const struct guests *g)
{
	const char *where;

	if (!g || !value_known(g->of_this_machine) || g->of_this_machine.u || !g->guest.n)
		return NULL;
	where = guest_words(a, value_text_or(g->uri, "libvirt"), 24);
	if (strcasecmp(value_text_or(g->driver, ""), "test") == 0)
		return arena_printf(a, "The guests of %s are libvirt's test driver's: they run nowhere.", where);
	if (value_known(g->hostname))
		where = arena_printf(a, "%s (%s)", where, guest_words(a, g->hostname.text, 40));
	return arena_printf(a, "The guests of %s are not of this machine: where they run is not known.", where);
}

const char *guests_sentence(struct arena *a, const struct guest_rows *r, enum role *ret_role)
{
	const char *text = "", *trouble = guests_trouble(a, r->s, r->guests), *matters = waits(a, r);
	bool asked = guests_without_libvirt(r->guests);

	*ret_role = ROLE_strong;
	if (!r->nall && (!trouble || asked)) {
		char *said = arena_printf(a, "%s.", guests_empty(r));

		*ret_role = ROLE_text;
		said[0] = strncmp(said, "libvirt", 7) == 0 ? said[0] : (char)toupper((unsigned char)said[0]);
		return said;
	}
	text = then(a, text, elsewhere(a, r->guests));
	if (!asked) /* a host whose guests were never libvirt's is as it should be */
		text = then(a, text, stop(a, trouble));
	if (!r->nall)
		return text;
	if (!matters)
		matters = conflict(a, r);
	if (!matters && !trouble && !*text)
		*ret_role = r->guests && value_u64_or(r->guests->emulated, 0) ? ROLE_strong : ROLE_text;
	if (elsewhere(a, r->guests)) /* what is said of this machine must not be taken for news of those guests */
		text = then(a, text, stop(a, matters ? arena_printf(a, "On this one: %s", matters) : NULL));
	else
		text = then(a, text, stop(a, matters ? matters : calm(a, r)));
	text = then(a, text, stop(a, devices(a, r)));
	return asked ? then(a, text, stop(a, trouble)) : text;
}

/* "by Wait/s, most first" */
const char *guest_order_words(struct arena *a, struct rows_order o, const char *title)
{
	bool down = guest_order_descends(o), names = o.by == GUEST_NAME || o.by == GUEST_STATE;

	return arena_printf(a, "by %s, %s", title + strspn(title, " "),
		names ? (down ? "Z to A" : "A to Z") : (down ? "most first" : "least first"));
}

const char *guests_summary(
	struct arena *a, const struct guest_rows *r, const char *order, size_t first, size_t visible)
{
	size_t n = r->n;
	const struct guests *g = r->guests;
	const char *text = order;

	if (visible < n)
		text = arena_printf(a, "%s · %zu-%zu of %zu", text, first + 1, first + visible, n);
	if (n < r->nall)
		text = arena_printf(a, "%s · %zu of %zu fit the filter", text, n, r->nall);
	else if (visible >= n)
		text = arena_printf(a, "%s · %zu guest%s", text, n, n == 1 ? "" : "s");
	if (g && value_u64_or(g->pending, 0))
		text = arena_printf(a, "%s · %u wait%s for a restart", text, (unsigned)g->pending.u,
			g->pending.u == 1 ? "s" : "");
	if (r->placement && value_u64_or(r->placement->unmanaged, 0) && r->lists)
		text = arena_printf(a, "%s · %u not of libvirt", text, (unsigned)r->placement->unmanaged.u);
	if (!g || !value_known(g->uri))
		return text;
	text = arena_printf(a, "%s · %s", text, guest_words(a, g->uri.text, 40));
	return value_known(g->driver) && value_known(g->hypervisor)
		       ? arena_printf(a, "%s, %s %s", text, guest_words(a, g->driver.text, 16),
				 guest_words(a, g->hypervisor.text, 16))
		       : text;
}
