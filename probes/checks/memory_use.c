/* Checks M04 to M08: balancing between nodes, reclaim, swap, pressure, and memory that waits to be written. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/checks/ask.h"
#include "probes/checks/here.h"
#include "probes/memory.h"
#include "probes/numa.h"
#include "probes/pressure.h"

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

/* Guests that run, and those of them whose vCPUs are bound to one node each or whose memory is. */
static void count_bound(struct check_run *r, const struct placement *p, unsigned *ret_guests, unsigned *ret_bound)
{
	const struct guests *guests = snapshot_facts(r->s, &probe_guests);
	const struct placement_guest *row = p->guest.row;

	*ret_guests = *ret_bound = 0;
	for (uint32_t i = 0; i < p->guest.n; i++) {
		const struct guest *guest = here_listed(guests, &row[i], i);

		if (!here_placed(r, &row[i]))
			continue;
		++*ret_guests;
		*ret_bound += (value_known(row[i].nodes) && cpuset_count(row[i].nodes.set) == 1) ||
			      (guest && value_known(guest->numatune_nodes) &&
				      strcmp(value_text_or(guest->numatune_mode, ""), "strict") == 0);
	}
}

void rule_M04(struct check_run *r)
{
	const struct memory *m = check_facts(r, &probe_memory);
	const struct placement *p = snapshot_facts(r->s, &probe_placement);
	unsigned guests = 0, bound = 0;
	double hints;

	if (!m || !several_nodes(r))
		return;
	if (!ask_there(r, m->numa_balancing, "memory.numa_balancing",
		    "This kernel does not balance memory between nodes."))
		return;
	if (!(m->numa_balancing.u & 1)) {
		check_pass(r, "NUMA balancing is off; for guests that are bound to no node see P10.");
		return;
	}
	hints = value_f64_or(m->numa_hint_per_s, 0);
	check_evidence(r, "memory.numa_hint_per_s");
	check_known(r, m->numa_hint_per_s, "memory.numa_hint_per_s");
	if (hints > HINT_PER_S)
		check_fire(r, SEVERITY_WARN, "memory.numa_hint_per_s",
			"NUMA balancing traps %.0f accesses a second to see who uses which memory.", hints);
	if (p && value_known(p->running) && r->latency_us > 0)
		count_bound(r, p, &guests, &bound);
	if (hints > HINT_PER_S || (guests && guests == bound))
		check_cost(r, LIMIT_hint_us, hints);
	if (guests && guests == bound)
		check_fire(r, SEVERITY_WARN, "memory.numa_balancing",
			"NUMA balancing is on although all %u guests are bound to their node: %.0f accesses a second "
			"trap in vain.",
			guests, hints);
	check_pass(r, "NUMA balancing is on, and %u of %u guests are bound to no node: it helps them.", guests - bound,
		guests);
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

static void judge_pressure(struct check_run *r)
{
	const struct pressure_resource *mem = ask_pressure(r, "memory");
	double some, full;

	if (!mem || !check_known(r, mem->some_avg10, "pressure.resource[memory].some_avg10"))
		return;
	some = mem->some_avg10.f;
	full = value_f64_or(mem->full_avg10, 0);
	if (full > PRESSURE_FULL_PERCENT)
		check_fire(r, SEVERITY_CRIT, "pressure.resource[memory].full_avg10",
			"In %.1f %% of the last 10 seconds all tasks with work waited for memory.", full);
	else if (some > PRESSURE_SOME_PERCENT)
		check_fire(r, SEVERITY_WARN, "pressure.resource[memory].some_avg10",
			"In %.1f %% of the last 10 seconds some task waited for memory.", some);
	if (full > PRESSURE_FULL_PERCENT || some > PRESSURE_SOME_PERCENT) {
		check_share(r, some / 100);
		check_cost(r, LIMIT_stall_ms * 1000, NAN);
	}
}

static void judge_available(struct check_run *r, const struct memory *m)
{
	double left, whole;

	if (check_absent(m->available_kib)) /* before 3.14 */
		left = (double)value_u64_or(m->total_kib, 0) - (double)value_u64_or(m->used_kib, 0);
	else if (check_known(r, m->available_kib, "memory.available_kib"))
		left = (double)m->available_kib.u;
	else
		return;
	if (!check_known(r, m->total_kib, "memory.total_kib"))
		return;
	whole = (double)m->total_kib.u;
	if (whole > 0 && left / whole < AVAILABLE_SHARE) {
		check_fire(r, SEVERITY_CRIT, "memory.available_kib", "%.1f of %.1f GiB can be had: %.1f %%.",
			left / 1048576, whole / 1048576, 100 * left / whole);
		check_cost(r, LIMIT_stall_ms * 1000, NAN);
	}
}

static bool is_short(const struct numa_node *node)
{
	return value_known(node->watermark_kib) && node->watermark_kib.u && value_known(node->mem_free_kib) &&
	       node->mem_free_kib.u < node->watermark_kib.u * WATERMARK_TIMES;
}

/* A node that is full while others are not: who is bound to it waits. */
static void judge_nodes(struct check_run *r)
{
	const struct numa *n = snapshot_facts(r->s, &probe_numa);
	const struct numa_node *row = n ? n->node.row : NULL;
	uint32_t full = 0;

	for (uint32_t i = 0; n && i < n->node.n; i++)
		full += is_short(&row[i]);
	for (uint32_t i = 0; n && full && full < n->node.n && i < n->node.n; i++)
		if (is_short(&row[i])) {
			check_cost(r, LIMIT_stall_ms * 1000, NAN);
			check_fire(r, SEVERITY_WARN,
				check_address(r, "numa.node[%u].mem_free_kib", (unsigned)row[i].id.u),
				"Node %u has %.0f MiB free, about what it starts to free memory at, and others have "
				"more.",
				(unsigned)row[i].id.u, (double)row[i].mem_free_kib.u / 1024);
		}
}

static void judge_promised(struct check_run *r, const struct memory *m)
{
	const struct guests *g = snapshot_facts(r->s, &probe_guests);
	const struct guest *row = g ? g->guest.row : NULL;
	double promised = 0, whole = (double)value_u64_or(m->total_kib, 0);

	if (!g || !value_u64_or(g->of_this_machine, 0) || !value_known(m->swap_total_kib) || m->swap_total_kib.u)
		return;
	for (uint32_t i = 0; i < g->guest.n; i++)
		if (here_runs(&row[i]))
			promised += (double)value_u64_or(row[i].memory_kib, 0);
	if (promised * LIMIT_promised_times > whole)
		check_fire(r, SEVERITY_WARN, "memory.total_kib",
			"Guests may have %.1f GiB and what QEMU needs beside, this host has %.1f and no swap space.",
			promised / 1048576, whole / 1048576);
}

static void judge_groups(struct check_run *r)
{
	const struct threads *t = snapshot_facts(r->s, &probe_threads);
	const struct threads_guest *row = t ? t->guest.row : NULL;

	for (uint32_t i = 0; t && i < t->guest.n; i++) {
		double full = value_f64_or(row[i].memory_full_avg10, 0),
		       some = value_f64_or(row[i].memory_some_avg10, 0);
		const char *key = check_key(r, row[i].key.text);

		if (full <= PRESSURE_FULL_PERCENT && some <= PRESSURE_SOME_PERCENT)
			continue;
		check_fire(r, full > PRESSURE_FULL_PERCENT ? SEVERITY_CRIT : SEVERITY_WARN,
			check_address(r, "threads.guest[%s].memory_some_avg10", key),
			"%s: in %.1f %% of the last 10 seconds it waited for memory.",
			check_name(r, value_known(row[i].name) ? row[i].name : row[i].key), fmax(some, full));
		check_share(r, fmax(some, full) / 100);
	}
}

void rule_M07(struct check_run *r)
{
	const struct memory *m = check_facts(r, &probe_memory);

	if (!m)
		return;
	judge_pressure(r);
	judge_available(r, m);
	judge_nodes(r);
	judge_promised(r, m);
	judge_groups(r);
	check_evidence(r, "memory.available_kib");
	check_pass(r, "Nobody waits for memory; %.1f GiB can be had.",
		(double)value_u64_or(m->available_kib, 0) / 1048576);
}

/* Running guests whose writes go through the page cache. *ret_said: those that say so; else it is QEMU's default. */
static unsigned cached_guests(const struct guests *g, unsigned *ret_said)
{
	const struct guest *row = g->guest.row;
	unsigned n = 0;

	*ret_said = 0;
	for (uint32_t i = 0; i < g->guest.n; i++) {
		const struct guest_disk *disk = row[i].disk.row;
		bool said = false, silent = false;

		for (uint32_t k = 0; here_runs(&row[i]) && k < row[i].disk.n; k++) {
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
	guests = cached_guests(g, &said);
	if (guests) {
		check_fire(r, said ? SEVERITY_WARN : SEVERITY_INFO, "memory.dirty_threshold_kib",
			"%.1f GiB can wait to be written, and %u guest%s write%s to the page cache%s.", limit / 1048576,
			guests, guests == 1 ? "" : "s", guests == 1 ? "s" : "", said ? "" : " (QEMU's default)");
		check_cost(r, LIMIT_flush_ms * 1000, NAN);
	}
	check_pass(r, "%.1f GiB can wait to be written, but no guest writes to the page cache.", limit / 1048576);
}
