/* Checks M04, M05, M06, M08: balancing between nodes, reclaim, swap, and memory that waits to be written. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/checks/ask.h"
#include "probes/checks/here.h"
#include "probes/memory.h"
#include "probes/numa.h"

/* Nodes of this host, when there are several; else 0, and the verdict is noted. */
static uint64_t several_nodes(struct check_run *r)
{
	const struct numa *n = check_facts(r, &probe_numa);

	if (!n || !check_known(r, n->nodes, "numa.nodes"))
		return 0;
	if (n->nodes.u > 1)
		return n->nodes.u;
	check_not_applicable(r, "This host has one NUMA node.");
	return 0;
}

/* Guests that run: those whose vCPUs or memory are bound to a node, those that are not, and one of which it is not
 * told. */
struct bound {
	unsigned guests, bound, loose;
	const struct placement_guest *untold;
	const struct guest *untold_guest; /* NULL: libvirt does not list it */
};

static void count_bound(struct check_run *r, const struct placement *p, struct bound *b)
{
	const struct guests *guests = snapshot_facts(r->s, &probe_guests);
	const struct placement_guest *row = p->guest.row;

	for (uint32_t i = 0; i < p->guest.n; i++) {
		const struct guest *guest = here_listed(guests, &row[i], i);

		if (!here_placed(r, &row[i]))
			continue;
		b->guests++;
		if (value_known(row[i].nodes) && cpuset_count(row[i].nodes.set) == 1) {
			b->bound++;
		} else if (!guest || (!value_known(guest->numatune_nodes) && !check_absent(guest->numatune_nodes))) {
			b->untold = &row[i];
			b->untold_guest = guest;
		} else if (value_known(guest->numatune_nodes) && ask_is(guest->numatune_mode, "strict")) {
			b->bound++;
		} else {
			b->loose++;
		}
	}
}

/* One guest that is not bound decides; without one, those decide of which it is not told. */
static void note_untold(struct check_run *r, const struct bound *b)
{
	if (!b->untold || b->loose)
		return;
	if (b->untold_guest)
		check_known(r, b->untold_guest->numatune_nodes,
			check_address(r, "guests.guest[%s].numatune_nodes", check_key(r, b->untold->key.text)));
	else
		check_unknown(r, "Libvirt does not tell whether the memory of %s is bound to nodes.",
			check_guest_name(r, b->untold->name, b->untold->key));
}

static void judge_balancing(struct check_run *r, const struct memory *m)
{
	const struct placement *p = r->latency_us > 0 ? check_facts(r, &probe_placement) : NULL;
	struct bound b = {.guests = 0};
	bool often = false, in_vain;
	double hints = NAN;

	if (check_known(r, m->numa_hint_per_s, "memory.numa_hint_per_s")) {
		hints = m->numa_hint_per_s.f;
		often = hints > HINT_PER_S;
	}
	if (often)
		check_fire(r, SEVERITY_WARN, "memory.numa_hint_per_s",
			"NUMA balancing traps %.0f accesses a second to see who uses which memory.", hints);
	if (p && check_known(r, p->running, "placement.running"))
		count_bound(r, p, &b);
	note_untold(r, &b);
	in_vain = b.guests && b.guests == b.bound;
	if (often || in_vain)
		check_cost(r, hints <= 0 ? 0 : LIMIT_hint_us, hints);
	if (in_vain)
		check_fire(r, SEVERITY_WARN, "memory.numa_balancing",
			"NUMA balancing is on although all %u guests are bound to their node%s.", b.guests,
			isnan(hints) ? "" : check_address(r, ": %.0f accesses a second trap in vain", hints));
	if (b.guests)
		check_pass(r, "NUMA balancing is on, and %u of %u guests are bound to no node: it helps them.", b.loose,
			b.guests);
	else
		check_pass(r, "NUMA balancing is on, and traps %.0f accesses a second.", hints);
}

void rule_M04(struct check_run *r)
{
	const struct memory *m = check_facts(r, &probe_memory);

	if (!m || !several_nodes(r))
		return;
	if (!ask_there(r, m->numa_balancing, "memory.numa_balancing",
		    "This kernel does not balance memory between nodes."))
		return;
	check_evidence(r, "memory.numa_hint_per_s");
	if (m->numa_balancing.u & 1)
		judge_balancing(r, m);
	else
		check_pass(r, "NUMA balancing is off; for guests that are bound to no node see P10.");
}

void rule_M05(struct check_run *r)
{
	const struct memory *m = check_facts(r, &probe_memory);

	if (!m || !several_nodes(r))
		return;
	if (!ask_there(
		    r, m->zone_reclaim_mode, "memory.zone_reclaim_mode", "This kernel does not know reclaim by node."))
		return;
	if (m->zone_reclaim_mode.u) {
		check_fire(r, SEVERITY_WARN, "memory.zone_reclaim_mode",
			"zone_reclaim_mode is %llu: a full node frees memory first, while another one has some.",
			(unsigned long long)m->zone_reclaim_mode.u);
		check_cost(r, LIMIT_stall_ms * 1000, NAN);
	}
	check_pass(r, "A full node takes memory of another one at once (zone_reclaim_mode is 0).");
}

/* How much of a guest is swapped out, and how much of all of it that is. */
static double swapped_share(const struct guest *g, const struct threads_guest *t)
{
	double have = g && value_known(g->memory_kib)
			      ? (double)g->memory_kib.u
			      : (double)value_u64_or(t->resident_kib, 0) + (double)t->swap_kib.u;

	return have > 0 ? (double)t->swap_kib.u / have : 0;
}

static const char *swapped_text(struct check_run *r, uint64_t kib)
{
	return kib < 10240 ? check_address(r, "%llu KiB", (unsigned long long)kib)
			   : check_address(r, "%llu MiB", (unsigned long long)kib / 1024);
}

static const char *share_text(struct check_run *r, double share)
{
	return share < 0.001 ? "less than 0.1 %" : check_address(r, "%.1f %%", 100 * share);
}

/* What lies in swap and is not wanted costs nothing: what is read back does. */
static void fire_swapped(struct check_run *r, const struct threads_guest *t, double in_per_s)
{
	const struct guests *guests = snapshot_facts(r->s, &probe_guests);
	const struct guest *g = value_u64_or(t->managed, 0) ? guests_find(guests, t->key.text) : NULL;
	double share = swapped_share(g, t);
	bool hurts = share > LIMIT_swapped_share && in_per_s > SWAP_IN_PER_S;

	if (!hurts && !(r->latency_us > 0))
		return;
	check_fire(r, hurts ? SEVERITY_CRIT : SEVERITY_WARN,
		check_address(r, "threads.guest[%s].swap_kib", check_key(r, t->key.text)),
		"%s: %s are swapped out (%s), %.0f pages a second are read back on this host.",
		check_name(r, g                      ? g->name
			      : value_known(t->name) ? t->name
						     : t->key),
		swapped_text(r, t->swap_kib.u), share_text(r, share), in_per_s);
	if (in_per_s > 0)
		check_cost(r, LIMIT_swap_ms * 1000, in_per_s);
}

struct swapped {
	unsigned guests, some;
	uint64_t most_kib;
};

/* What lies in swap of each guest. False: none runs here, or it is not known. */
static bool judge_swapped(struct check_run *r, double in_per_s, struct swapped *ret)
{
	const struct threads *t = here_guests(r) ? check_facts(r, &probe_threads) : NULL;
	const struct threads_guest *row = t ? t->guest.row : NULL;

	*ret = (struct swapped){.guests = 0};
	if (!t || !check_list(r, &t->guest, "threads.guest"))
		return false;
	for (uint32_t i = 0; i < t->guest.n; i++) {
		if (!check_known(r, row[i].swap_kib,
			    check_address(r, "threads.guest[%s].swap_kib", check_key(r, row[i].key.text))))
			continue;
		ret->guests++;
		if (!row[i].swap_kib.u)
			continue;
		ret->some++;
		ret->most_kib = row[i].swap_kib.u > ret->most_kib ? row[i].swap_kib.u : ret->most_kib;
		fire_swapped(r, &row[i], in_per_s);
	}
	return ret->guests > 0;
}

void rule_M06(struct check_run *r)
{
	const struct memory *m = check_facts(r, &probe_memory);
	struct swapped in;

	if (!m || !check_known(r, m->swap_total_kib, "memory.swap_total_kib"))
		return;
	if (!m->swap_total_kib.u) {
		check_not_applicable(r, "There is no swap space.");
		return;
	}
	if (!check_known(r, m->swap_in_per_s, "memory.swap_in_per_s"))
		return;
	check_evidence(r, "memory.swap_in_per_s");
	check_cost(r, 0, m->swap_in_per_s.f);
	if (check_known(r, m->swappiness, "memory.swappiness") && m->swappiness.u > SWAPPINESS_MOST)
		check_fire(r, SEVERITY_INFO, "memory.swappiness",
			"swappiness is %llu: memory of guests is swapped out rather than caches dropped; %d is usual "
			"here.",
			(unsigned long long)m->swappiness.u, SWAPPINESS_MOST);
	if (!judge_swapped(r, m->swap_in_per_s.f, &in))
		return;
	if (in.some)
		check_pass(r, "%u of %u guests are in part swapped out, %s at most; %.0f pages a second are read back.",
			in.some, in.guests, swapped_text(r, in.most_kib), m->swap_in_per_s.f);
	else
		check_pass(r, "Nothing of %u guest%s is swapped out.", in.guests, in.guests == 1 ? "" : "s");
}

/* Running guests whose writes go through the page cache. *ret_said: those that say so; else it is QEMU's default. */
static unsigned cached_guests(struct check_run *r, const struct guests *g, unsigned *ret_said)
{
	const struct guest *row = g->guest.row;
	unsigned n = 0;

	*ret_said = 0;
	for (uint32_t i = 0; i < g->guest.n; i++) {
		const struct guest_disk *disk = row[i].disk.row;
		bool said = false, silent = false;

		if (!here_runs(&row[i]) || row[i].disk.known == KNOWN_ABSENT ||
			!check_list(r, &row[i].disk,
				row[i].disk.known == KNOWN
					? NULL
					: check_address(r, "guests.guest[%s].disk", check_key(r, row[i].uuid.text))))
			continue;
		for (uint32_t k = 0; k < row[i].disk.n; k++) {
			const char *cache = value_text_or(disk[k].cache, "");

			if (strcmp(value_text_or(disk[k].device, "disk"), "disk") != 0)
				continue;
			said = said || strcmp(cache, "writeback") == 0 || strcmp(cache, "unsafe") == 0;
			silent = silent || check_absent(disk[k].cache);
		}
		n += said || silent;
		*ret_said += said;
	}
	return n;
}

void rule_M08(struct check_run *r)
{
	const struct memory *m = check_facts(r, &probe_memory);
	const struct guests *g = m && here_guests(r) ? check_facts(r, &probe_guests) : NULL;
	unsigned guests, said;
	double limit;

	if (!g || !check_known(r, m->dirty_threshold_kib, "memory.dirty_threshold_kib"))
		return;
	limit = (double)m->dirty_threshold_kib.u;
	check_evidence(r, "memory.dirty_kib");
	if (limit <= LIMIT_dirty_gib * 1048576) {
		check_pass(r, "At most %.1f GiB can wait to be written.", limit / 1048576);
		return;
	}
	if (!check_list(r, &g->guest, "guests.guest"))
		return;
	guests = cached_guests(r, g, &said);
	if (guests) {
		check_fire(r, said ? SEVERITY_WARN : SEVERITY_INFO, "memory.dirty_threshold_kib",
			"%.1f GiB can wait to be written, and %u guest%s write%s to the page cache%s.", limit / 1048576,
			guests, guests == 1 ? "" : "s", guests == 1 ? "s" : "", said ? "" : " (QEMU's default)");
		check_cost(r, LIMIT_flush_ms * 1000, NAN);
	}
	check_pass(r, "%.1f GiB can wait to be written, but no guest writes to the page cache.", limit / 1048576);
}
