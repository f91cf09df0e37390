/* Placement: joins guests, threads and CPUs, and sums up who waits and which pins are in conflict. It reads no file. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/placement.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/placement_guests.h"

static struct value error_of(struct value v)
{
	return value_known(v) ? value_error(-ENOENT, 0) : v;
}

static void sum_waits(const struct joint *j, const struct placed_guest *g)
{
	struct value why = value_error(-ENOENT, 0);
	struct placement_guest *row = g->row;
	double busy = 0;
	bool any = false;
	uint32_t worst;

	for (uint32_t i = g->first; i < g->first + g->n; i++) {
		any = any || value_known(j->thread[i].row->busy);
		busy += j->thread[i].busy;
	}
	worst = placement_worst_wait(j, g->first, g->n, &why);
	row->busy = any ? value_f64(busy, 0) : g->n ? j->thread[g->first].row->busy : value_error(-ENOENT, 0);
	row->wait_ms_per_s = worst != NOBODY ? j->thread[worst].row->wait_ms_per_s : why;
	row->wait_us = worst != NOBODY ? j->thread[worst].row->wait_us : why;
	row->wait_thread = worst != NOBODY ? j->thread[worst].row->name : why;
}

/* Where its vCPUs may run, and how many of them are pinned. */
static void sum_places(const struct joint *j, const struct placed_guest *g)
{
	struct placement_guest *row = g->row;
	struct cpuset *cpus = cpuset_new(j->t->a, j->ncpus), *nodes = cpuset_new(j->t->a, 64);
	uint64_t pinned = 0, vcpus = 0;
	bool node_known = true;
	struct value why = {.known = KNOWN};

	for (uint32_t i = g->first; i < g->first + g->n; i++) {
		const struct placement_thread *th = j->thread[i].row;

		if (j->thread[i].role != PLACED_VCPU)
			continue;
		vcpus++;
		pinned += value_u64_or(th->pinned, 0);
		if (!value_known(th->allowed) || !value_known(th->pinned))
			why = !value_known(th->allowed) ? th->allowed : th->pinned;
		for (uint32_t w = 0; value_known(th->allowed) && w < cpus->nbits / 64; w++)
			cpus->word[w] |= w < th->allowed.set->nbits / 64 ? th->allowed.set->word[w] : 0;
	}
	if (!vcpus)
		why = value_error(-ENOENT, 0);
	CPUSET_EACH(id, cpus)
	{
		const struct placed_cpu *c = id < (int64_t)j->ncpus ? &j->cpu[id] : NULL;

		if (!c || !c->online) {
			cpuset_remove(cpus, (uint32_t)id);
		} else if (c->silicon && value_known(c->silicon->node) && c->silicon->node.i >= 0 &&
			   c->silicon->node.i < 64) {
			cpuset_add(nodes, (uint32_t)c->silicon->node.i);
		} else {
			node_known = false;
		}
	}
	row->pinned = value_known(why) ? value_u64(pinned, 0) : error_of(why);
	row->cpus = value_known(why) ? value_set(cpus, 0) : error_of(why);
	row->nodes = !value_known(why) ? error_of(why) : node_known ? value_set(nodes, 0) : value_error(-ENOENT, 0);
}

static void sum_conflicts(const struct joint *j, const struct placed_guest *g)
{
	struct placement_guest *row = g->row;
	const struct placement_thread *worst = NULL;
	uint64_t n = 0;

	for (uint32_t i = g->first; i < g->first + g->n; i++) {
		const struct placement_thread *th = j->thread[i].row;

		if (!value_known(th->severity))
			continue;
		n += th->severity.u > PLACED_NOTE;
		if (!worst || th->severity.u > worst->severity.u)
			worst = th;
	}
	row->conflicts = value_u64(n, 0);
	row->conflict = worst ? value_text(arena_printf(j->t->a, "%s %s", worst->name.text, worst->conflict.text), 0)
			      : value_error(-ENOENT, 0);
}

static void sum_memory(struct joint *j, const struct placed_guest *g)
{
	const struct rows *rows = &g->threads->memory;
	const struct threads_memory *memory = rows->row, *most = NULL;
	const struct value *nodes = &g->row->nodes;
	uint64_t total = 0, far = 0;

	for (uint32_t i = 0; i < rows->n; i++) {
		total += memory[i].kib.u;
		far += value_known(*nodes) && !cpuset_has(nodes->set, (uint32_t)memory[i].node.u) ? memory[i].kib.u : 0;
		if (!most || memory[i].kib.u > most->kib.u)
			most = &memory[i];
	}
	g->row->memory_node = g->row->memory_percent = g->row->memory_far_percent =
		(struct value){.known = rows->known == KNOWN ? KNOWN_ABSENT : rows->known, .err = rows->err};
	if (!total)
		return;
	g->row->memory_node = value_i64((int64_t)most->node.u, 0);
	g->row->memory_percent = value_f64(100.0 * (double)most->kib.u / (double)total, 0);
	value_age(&g->row->memory_node, most->kib.age_ds + j->carry_threads.older_ds);
	value_age(&g->row->memory_percent, most->kib.age_ds + j->carry_threads.older_ds);
	g->row->memory_far_percent =
		value_known(*nodes) ? value_f64(100.0 * (double)far / (double)total, 0) : *nodes;
	value_age(&g->row->memory_far_percent, g->row->memory_percent.age_ds);
}

static const char *role_of(const struct joint *j, uint32_t id)
{
	static const char *const words[PLACED_ROLES] = {"vcpu-shared", "emulator", "iothread", "vhost"};
	const struct placed_cpu *c = &j->cpu[id];

	if (!c->online)
		return "offline";
	if (placement_is_dedicated(j, id))
		return "vcpu-dedicated";
	for (int role = 0; role < PLACED_ROLES; role++)
		if (c->count[role])
			return words[role];
	return c->isolated ? "isolated" : "housekeeping";
}

static void fill_cpus(struct joint *j, struct placement *ret)
{
	struct placement_cpu *rows = arena_array(j->t->a, j->ncpus, sizeof(*rows));
	bool unknown = !j->threads || j->threads->guest.known != KNOWN;
	struct value why = value_error(j->threads && unknown ? j->threads->guest.err : -EINPROGRESS, 0);
	uint32_t n = 0;

	for (uint32_t id = 0; id < j->ncpus; id++) {
		struct placement_cpu *row = &rows[n];
		const struct placed_cpu *c = &j->cpu[id];
		uint64_t all = 0;

		if (!c->there)
			continue;
		n++;
		for (int role = 0; role < PLACED_ROLES; role++)
			all += c->count[role];
		row->id = value_u64(id, 0);
		row->role = row->vcpus = row->threads = row->who = row->runs = why;
		if (unknown)
			continue;
		row->role = value_text(role_of(j, id), 0);
		row->vcpus = value_u64(c->count[PLACED_VCPU], 0);
		row->threads = value_u64(all, 0);
		placement_who(j, id, row);
	}
	ret->cpu = (struct rows){.row = rows, .n = n, .known = KNOWN};
}

static bool is_running(const struct guest *g)
{
	const char *state = value_text_or(g->state, "");

	return strcmp(state, "running") == 0 || strcmp(state, "paused") == 0;
}

/* Those of libvirt's list that run, and the processes that it does not list. */
static void count_guests(const struct joint *j, struct placement *ret)
{
	const struct guest *listed = j->guests ? j->guests->guest.row : NULL;
	bool here = j->guests && value_u64_or(j->guests->of_this_machine, 0);
	struct value why = {.known = KNOWN};
	uint64_t running = 0, unmanaged = 0;

	for (uint32_t i = 0; here && i < j->guests->guest.n; i++)
		running += is_running(&listed[i]);
	for (uint32_t i = 0; i < j->nguests; i++) {
		if (j->guest[i].guest)
			continue;
		running++;
		unmanaged++;
		if (!value_known(j->guest[i].row->managed))
			why = j->guest[i].row->managed;
	}
	if (!j->threads || j->threads->guest.known != KNOWN)
		why = value_error(j->threads ? j->threads->guest.err : -EINPROGRESS, 0);
	ret->unmanaged = value_known(why) ? value_u64(unmanaged, 0) : why;
	ret->running = j->threads && j->threads->guest.known == KNOWN ? value_u64(running, 0) : why;
}

static void sum_up(struct joint *j, struct placement *ret)
{
	uint64_t waiting = 0, conflicts = 0, spread = 0;
	bool any = false;

	for (uint32_t i = 0; i < j->nguests; i++) {
		const struct placed_guest *g = &j->guest[i];

		sum_waits(j, g);
		sum_places(j, g);
		sum_conflicts(j, g);
		sum_memory(j, g);
		conflicts += g->row->conflicts.u;
		spread += g->guest && g->guest->cell.known != KNOWN_NOT_YET && g->guest->cell.n <= 1 &&
			  value_known(g->row->nodes) && cpuset_count(g->row->nodes.set) > 1;
	}
	for (uint32_t i = 0; i < j->nthreads; i++) {
		any = any || value_known(j->thread[i].row->wait_ms_per_s);
		waiting += placement_waits(j->thread[i].row) > 0;
	}
	count_guests(j, ret);
	placement_fill_waits(j, ret);
	ret->waiting = any || (!j->nthreads && value_known(ret->running)) ? value_u64(waiting, 0) : ret->wait_ms_per_s;
	ret->conflicts = value_known(ret->running) ? value_u64(conflicts, 0) : ret->running;
	ret->spread = value_known(ret->running) ? value_u64(spread, 0) : ret->running;
}

static struct carry carry_of(const struct tick *t, const struct probe *p)
{
	const struct block *b = snapshot_block(t->so_far, p);
	uint64_t older = b && b->t_ns < t->now_ns ? (t->now_ns - b->t_ns) / 100000000 : 0;

	return (struct carry){.a = t->a, .older_ds = older};
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct joint j = {.t = t, .scratch = arena_new(0)};
	struct placement *ret = facts;

	(void)state;
	j.topology = snapshot_facts(t->so_far, &probe_topology);
	j.silicon = snapshot_facts(t->so_far, &probe_silicon);
	j.guests = snapshot_facts(t->so_far, &probe_guests);
	j.threads = snapshot_facts(t->so_far, &probe_threads);
	j.carry_silicon = carry_of(t, &probe_silicon);
	j.carry_guests = carry_of(t, &probe_guests);
	j.carry_threads = carry_of(t, &probe_threads);
	j.online = j.topology && value_known(j.topology->online) ? j.topology->online.set : NULL;
	j.isolated = j.topology && value_known(j.topology->isolated) ? j.topology->isolated.set : NULL;
	placement_guests(&j, ret);
	placement_threads(&j);
	placement_index(&j);
	placement_join_down(&j);
	placement_others(&j);
	placement_judge(&j);
	sum_up(&j, ret);
	fill_cpus(&j, ret);
	arena_free(j.scratch);
	return 0;
}

const struct placement_guest *placement_guest(const struct placement *p, const char *key)
{
	const struct placement_guest *rows = p ? p->guest.row : NULL;

	for (uint32_t i = 0; p && i < p->guest.n; i++)
		if (strcmp(rows[i].key.text, key) == 0)
			return &rows[i];
	return NULL;
}

const struct placement_thread *placement_thread(const struct placement_guest *g, const char *role, uint64_t number)
{
	const struct placement_thread *rows = g ? g->thread.row : NULL;

	for (uint32_t i = 0; g && i < g->thread.n; i++)
		if (strcmp(value_text_or(rows[i].role, ""), role) == 0 &&
			(!value_known(rows[i].number) || rows[i].number.u == number))
			return &rows[i];
	return NULL;
}

const struct placement_cpu *placement_cpu(const struct placement *p, uint64_t id)
{
	return p ? rows_with_id(&p->cpu, sizeof(struct placement_cpu), id) : NULL;
}

static const struct row_set guest_sets[] = {
	{"clash", "item", offsetof(struct placement_guest, clash), sizeof(struct placement_clash),
		TABLE(placement_clash_fields), NULL, 0},
	{"thread", "tid", offsetof(struct placement_guest, thread), sizeof(struct placement_thread),
		TABLE(placement_thread_fields), NULL, 0},
};

static const struct row_set sets[] = {
	{"guest", "key", offsetof(struct placement, guest), sizeof(struct placement_guest),
		TABLE(placement_guest_fields), TABLE(guest_sets)},
	{"cpu", "id", offsetof(struct placement, cpu), sizeof(struct placement_cpu), TABLE(placement_cpu_fields), NULL, 0},
};

const struct probe probe_placement = {
	.name = "placement",
	.title = "Placement of guests",
	.needs = SOURCES("topology", "silicon", "guests", "threads"),
	.size = sizeof(struct placement),
	.fields = placement_fields,
	.nfields = COUNT(placement_fields),
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
};
