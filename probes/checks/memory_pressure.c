/* Check M07: who waits for memory, where it is short, and what guests were promised. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>

#include "probes/checks/ask.h"
#include "probes/checks/here.h"
#include "probes/memory.h"
#include "probes/numa.h"
#include "probes/pressure.h"

static bool waits(double some, double full)
{
	return full > PRESSURE_FULL_PERCENT || some > PRESSURE_SOME_PERCENT;
}

static void judge_pressure(struct check_run *r)
{
	const struct pressure_resource *mem = ask_pressure(r, "memory");
	double some, full;

	if (!mem || !check_known(r, mem->some_avg10, "pressure.resource[memory].some_avg10") ||
		!check_known(r, mem->full_avg10, "pressure.resource[memory].full_avg10"))
		return;
	some = mem->some_avg10.f;
	full = mem->full_avg10.f;
	if (full > PRESSURE_FULL_PERCENT)
		check_fire(r, SEVERITY_CRIT, "pressure.resource[memory].full_avg10",
			"In %.1f %% of the last 10 seconds all tasks with work waited for memory.", full);
	else if (some > PRESSURE_SOME_PERCENT)
		check_fire(r, SEVERITY_WARN, "pressure.resource[memory].some_avg10",
			"In %.1f %% of the last 10 seconds some task waited for memory.", some);
	if (waits(some, full)) {
		check_share(r, some / 100);
		check_cost(r, LIMIT_stall_ms * 1000, NAN);
	}
}

/* What can be had, in KiB; NAN: it is not known, and that is noted. */
static double available_kib(struct check_run *r, const struct memory *m)
{
	if (!check_absent(m->available_kib)) /* before 3.14 */
		return check_known(r, m->available_kib, "memory.available_kib") ? (double)m->available_kib.u : NAN;
	if (!check_known(r, m->total_kib, "memory.total_kib") || !check_known(r, m->used_kib, "memory.used_kib"))
		return NAN;
	return (double)m->total_kib.u - (double)m->used_kib.u;
}

static void judge_available(struct check_run *r, double left, double whole)
{
	if (!(whole > 0 && left / whole < AVAILABLE_SHARE))
		return;
	check_fire(r, SEVERITY_CRIT, "memory.available_kib", "%.1f of %.1f GiB can be had: %.1f %%.", left / 1048576,
		whole / 1048576, 100 * left / whole);
	check_cost(r, LIMIT_stall_ms * 1000, NAN);
}

/* Is a node short of memory? A node without memory has no watermark. */
static bool is_short(struct check_run *r, const struct numa_node *node)
{
	unsigned id = (unsigned)node->id.u;

	if (value_u64_or(node->memoryless, 0))
		return false;
	return check_known(r, node->watermark_kib,
		       value_known(node->watermark_kib) ? NULL : check_address(r, "numa.node[%u].watermark_kib", id)) &&
	       check_known(r, node->mem_free_kib,
		       value_known(node->mem_free_kib) ? NULL : check_address(r, "numa.node[%u].mem_free_kib", id)) &&
	       node->watermark_kib.u && node->mem_free_kib.u < node->watermark_kib.u * WATERMARK_TIMES;
}

/* A node that is full while others are not: who is bound to it waits. */
static void judge_nodes(struct check_run *r)
{
	const struct numa *n = check_facts(r, &probe_numa);
	const struct numa_node *row = n ? n->node.row : NULL;
	uint32_t full = 0;
	bool *is_full;

	if (!n || (n->node.known == KNOWN_ABSENT && ask_absence_tells(r)) || !check_list(r, &n->node, "numa.node") ||
		n->node.n < 2)
		return;
	is_full = arena_array(r->a, n->node.n, sizeof(*is_full));
	for (uint32_t i = 0; i < n->node.n; i++)
		full += is_full[i] = is_short(r, &row[i]);
	for (uint32_t i = 0; full < n->node.n && i < n->node.n; i++)
		if (is_full[i]) {
			check_cost(r, LIMIT_stall_ms * 1000, NAN);
			check_fire(r, SEVERITY_WARN,
				check_address(r, "numa.node[%u].mem_free_kib", (unsigned)row[i].id.u),
				"Node %u has %.0f MiB free, about what it starts to free memory at, and others have "
				"more.",
				(unsigned)row[i].id.u, (double)row[i].mem_free_kib.u / 1024);
		}
}

/* The guests of this machine, where their list says all of them; else NULL, and what is not known is noted. */
static const struct guests *all_guests(struct check_run *r)
{
	const struct guests *g = check_facts(r, &probe_guests);
	const struct placement *p = snapshot_facts(r->s, &probe_placement);

	if (g && g->guest.known == KNOWN_ABSENT && p && value_u64_or(p->running, 0))
		check_unknown(r, "Libvirt does not tell how much memory guests may take.");
	if (!g || g->guest.known == KNOWN_ABSENT || !check_list(r, &g->guest, "guests.guest") ||
		!check_known(r, g->of_this_machine, "guests.of_this_machine"))
		return NULL;
	return g->of_this_machine.u ? g : NULL;
}

/* With swap space a promise that is called in does not end in a process that is killed. */
static void judge_promised(struct check_run *r, const struct memory *m, double whole)
{
	const struct guests *g = check_known(r, m->swap_total_kib, "memory.swap_total_kib") && !m->swap_total_kib.u
					 ? all_guests(r)
					 : NULL;
	const struct guest *row = g ? g->guest.row : NULL;
	double promised = 0;

	for (uint32_t i = 0; g && i < g->guest.n; i++)
		if (here_runs(&row[i]) &&
			check_known(r, row[i].memory_kib,
				value_known(row[i].memory_kib) ? NULL
							       : check_address(r, "guests.guest[%s].memory_kib",
									 check_key(r, row[i].uuid.text))))
			promised += (double)row[i].memory_kib.u;
	if (promised * LIMIT_promised_times > whole)
		check_fire(r, SEVERITY_WARN, "memory.total_kib",
			"Guests may have %.1f GiB and what QEMU needs beside, this host has %.1f and no swap space.",
			promised / 1048576, whole / 1048576);
}

/* A control group that counts no pressure says nothing of it. */
static bool is_told(struct check_run *r, const struct threads_guest *t, struct value v, const char *field)
{
	return value_known(v) ||
	       (!check_absent(v) &&
		       check_known(r, v, check_address(r, "threads.guest[%s].%s", check_key(r, t->key.text), field)));
}

static void judge_groups(struct check_run *r)
{
	const struct threads *t = snapshot_facts(r->s, &probe_threads);
	const struct threads_guest *row = t ? t->guest.row : NULL;

	for (uint32_t i = 0; t && i < t->guest.n; i++) {
		double some, full;

		if (!is_told(r, &row[i], row[i].memory_some_avg10, "memory_some_avg10") ||
			!is_told(r, &row[i], row[i].memory_full_avg10, "memory_full_avg10"))
			continue;
		some = row[i].memory_some_avg10.f;
		full = row[i].memory_full_avg10.f;
		if (!waits(some, full))
			continue;
		check_fire(r, full > PRESSURE_FULL_PERCENT ? SEVERITY_CRIT : SEVERITY_WARN,
			check_address(r, "threads.guest[%s].memory_some_avg10", check_key(r, row[i].key.text)),
			"%s: in %.1f %% of the last 10 seconds it waited for memory.",
			check_guest_name(r, row[i].name, row[i].key), fmax(some, full));
		check_share(r, fmax(some, full) / 100);
	}
}

void rule_M07(struct check_run *r)
{
	const struct memory *m = check_facts(r, &probe_memory);
	double left;

	if (!m)
		return;
	judge_pressure(r);
	left = available_kib(r, m);
	judge_nodes(r);
	if (check_known(r, m->total_kib, "memory.total_kib")) {
		judge_available(r, left, (double)m->total_kib.u);
		judge_promised(r, m, (double)m->total_kib.u);
	}
	judge_groups(r);
	check_evidence(r, "memory.available_kib");
	check_pass(r, "Nobody waits for memory; %.1f GiB can be had.", left / 1048576);
}
