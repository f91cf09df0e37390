/* NUMA nodes: memory and counters every second, pools every ten, what moves only with the machine once a minute.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/numa.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/host/host.h"
#include "probes/load.h"
#include "probes/numa_impl.h"
#include "probes/topology.h"
#include "probes/topology_read.h"

#define SECOND UINT64_C(1000000000)
enum { FIXED_S = 60, POOLS_S = 10, MEND_S = 10, MANY = 16, MANY_S = 4 };

struct state {
	struct node_state *node;
	size_t n;
	int list_err; /* of the last listing of the nodes */
	uint64_t topology_id; /* block that the CPUs of the nodes were read for */
	uint64_t fixed_ns, pools_ns, read_ns;
	bool any, mend; /* mend: something was broken that may be none the next time */
	bool gone; /* a node went away since it was listed */
};

static void drop_node(struct host *h, struct node_state *node)
{
	kept_drop(h, &node->meminfo);
	kept_drop(h, &node->numastat);
}

/* The nodes that are there now; those that stay keep their files and counters. */
static void list_nodes(const struct tick *t, struct state *st)
{
	struct cpuset *ids = NULL;
	struct node_state *new = NULL;
	size_t n = 0;

	st->list_err = get_ids(t, NODE_FOLDER, "node", &ids);
	if (!st->list_err)
		new = xcalloc(cpuset_count(ids) + 1, sizeof(*new));
	CPUSET_EACH(id, st->list_err ? NULL : ids)
	new[n++].id = (uint32_t)id;
	for (size_t i = 0; i < st->n; i++) {
		size_t k = 0;

		while (k < n && new[k].id != st->node[i].id)
			k++;
		if (k < n)
			new[k] = st->node[i];
		else
			drop_node(t->h, &st->node[i]);
	}
	free(st->node);
	st->node = new;
	st->n = n;
	st->gone = false;
}

static int read_file(
	const struct tick *t, struct node_state *node, struct kept *kept, const char *file, struct answer *ret)
{
	char path[96];

	snprintf(path, sizeof(path), NODE_FOLDER "/node%u/%s", node->id, file);
	return kept_read(t->h, kept, path, ret);
}

static void read_meminfo(
	const struct tick *t, struct state *st, struct node_state *node, const struct numa *n, struct numa_node *row)
{
	enum { TOTAL, FREE, FILES, ANON, SHMEM, HUGE, NNAMES };
	static const char *const names[] = {"MemTotal", "MemFree", "FilePages", "AnonPages", "Shmem", "AnonHugePages"};
	struct value v[NNAMES];
	struct answer answer;
	int err = read_file(t, node, &node->meminfo, "meminfo", &answer);

	if (err == -ENODEV)
		st->gone = true;
	if (err)
		for (int i = 0; i < NNAMES; i++)
			v[i] = value_error(err, 0);
	else
		named_numbers(answer.text, names, NNAMES, v);
	row->mem_total_kib = v[TOTAL];
	row->mem_free_kib = v[FREE];
	row->file_kib = v[FILES];
	row->anon_kib = v[ANON];
	row->shmem_kib = v[SHMEM];
	row->anon_huge_kib = v[HUGE];
	if (!value_known(v[TOTAL]) || !value_known(v[FREE]))
		row->mem_used_kib = value_known(v[TOTAL]) ? v[FREE] : v[TOTAL];
	else
		row->mem_used_kib =
			v[FREE].u <= v[TOTAL].u ? value_u64(v[TOTAL].u - v[FREE].u, 0) : value_error(-EINVAL, 0);
	if (value_known(v[TOTAL]))
		row->memoryless = value_bool(v[TOTAL].u == 0, 0);
	else if (value_known(n->has_memory))
		row->memoryless = value_bool(!cpuset_has(n->has_memory.set, node->id), 1);
	else
		row->memoryless = value_error(v[TOTAL].err, 0);
}

static void read_numastat(const struct tick *t, struct node_state *node, bool still, struct numa_node *row)
{
	static const char *const names[NUMA_STATS] = {
		"numa_hit", "numa_miss", "numa_foreign", "interleave_hit", "local_node", "other_node"};
	struct value *const to[NUMA_STATS] = {&row->hit_per_s, &row->miss_per_s, &row->foreign_per_s,
		&row->interleave_per_s, &row->local_per_s, &row->other_per_s};
	struct value v[NUMA_STATS];
	struct answer answer;
	int err = read_file(t, node, &node->numastat, "numastat", &answer);

	if (err)
		for (int i = 0; i < NUMA_STATS; i++)
			v[i] = value_error(err, 0);
	else
		named_numbers(answer.text, names, NUMA_STATS, v);
	for (int i = 0; i < NUMA_STATS; i++)
		*to[i] = counter_per_s(&node->counter[i], v[i], t->now_ns, still);
}

/* Something of a row that may be none the next time. */
static bool may_mend(const struct numa *n, const struct numa_node *rows, size_t nrows)
{
	bool mend = value_may_mend(n->online) || value_may_mend(n->has_cpu);

	for (size_t i = 0; i < nrows; i++)
		mend = mend || value_may_mend(rows[i].cpus) || value_may_mend(rows[i].distance);
	return mend;
}

/* Whether the nodes are to be looked at anew: CPUs came or went, a node went, or it is time. */
static bool fixed_due(const struct tick *t, struct state *st)
{
	const struct block *topology = snapshot_block(t->so_far, &probe_topology);
	uint64_t id = topology ? topology->id : 0;
	bool same = st->any && t->prev && id == st->topology_id && !st->gone;

	st->topology_id = id;
	return !same || t->want->everything || t->now_ns - st->fixed_ns >= (st->mend ? MEND_S : FIXED_S) * SECOND;
}

static void fill_rows(const struct tick *t, struct state *st, bool fixed, struct numa *n)
{
	const struct numa *old = t->prev;
	struct numa_node *rows = arena_array(t->a, st->n, sizeof(*rows));
	struct carry carry = {.a = t->a, .older_ds = t->prev ? (t->now_ns - t->prev_ns) / 100000000 : 0};
	bool pools = fixed || t->now_ns - st->pools_ns >= POOLS_S * SECOND, still = host_stands_still(t);

	for (size_t i = 0; i < st->n; i++)
		rows[i].id = value_u64(st->node[i].id, 0);
	if (fixed)
		numa_read_fixed(t, n, rows, st->n);
	else
		row_carry(&carry, numa_fields, NNUMA_FIELDS, old, n);
	for (size_t i = 0; i < st->n; i++) {
		const struct numa_node *before = fixed ? NULL : (const struct numa_node *)old->node.row + i;

		if (before)
			row_carry(&carry, numa_node_fields, NNUMA_NODE_FIELDS, before, &rows[i]);
		read_meminfo(t, st, &st->node[i], n, &rows[i]);
		read_numastat(t, &st->node[i], still, &rows[i]);
		if (pools)
			rows[i].pool = numa_read_pools(t, st->node[i].id);
		else
			rows[i].pool = rows_carry(
				&carry, numa_pool_fields, NNUMA_POOL_FIELDS, sizeof(struct numa_pool), &before->pool);
	}
	if (pools)
		st->pools_ns = t->now_ns;
	if (fixed) {
		st->fixed_ns = t->now_ns;
		st->any = true;
		st->mend = may_mend(n, rows, st->n);
	}
	n->node = (struct rows){.row = rows, .n = (uint32_t)st->n, .known = KNOWN};
}

/* Two files a node and second are too much where there are a hundred nodes. */
static bool many_wait(const struct tick *t, const struct state *st)
{
	return t->prev && st->n > MANY && !t->want->everything && t->now_ns - st->read_ns < MANY_S * SECOND;
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct state *st = state;
	struct numa *n = facts;
	bool fixed;

	if (read_too_soon(t, st->read_ns) || many_wait(t, st))
		return SAMPLE_SAME;
	fixed = fixed_due(t, st);
	if (fixed)
		list_nodes(t, st);
	else if (!st->n)
		return SAMPLE_SAME;
	st->read_ns = t->now_ns;
	fill_rows(t, st, fixed, n);
	n->nodes = value_u64(st->n, 0);
	if (!st->n) { /* the kernels of machines with one kind of memory have no such folders */
		int err = st->list_err ? st->list_err : -ENOENT;

		n->nodes = value_error(err, 0);
		n->node = (struct rows){.known = n->nodes.known, .err = err};
		st->mend = n->nodes.known != KNOWN_ABSENT;
	}
	return 0;
}

static void end(struct host *h, void *state)
{
	struct state *st = state;

	for (size_t i = 0; i < st->n; i++)
		drop_node(h, &st->node[i]);
	free(st->node);
}

const struct numa_node *numa_node(const struct numa *n, uint64_t id)
{
	const struct numa_node *rows = n ? n->node.row : NULL;

	for (uint32_t i = 0; n && i < n->node.n; i++)
		if (rows[i].id.u == id)
			return &rows[i];
	return NULL;
}

const struct numa_pool *numa_pool(const struct numa_node *node, uint64_t size_kib)
{
	const struct numa_pool *rows = node->pool.row;

	for (uint32_t i = 0; i < node->pool.n; i++)
		if (rows[i].size_kib.u == size_kib)
			return &rows[i];
	return NULL;
}

static const struct row_set pool_sets[] = {
	{"pool", "size_kib", offsetof(struct numa_node, pool), sizeof(struct numa_pool), numa_pool_fields,
		NNUMA_POOL_FIELDS, NULL, 0},
};

static const struct row_set sets[] = {
	{"node", "id", offsetof(struct numa, node), sizeof(struct numa_node), numa_node_fields, NNUMA_NODE_FIELDS,
		pool_sets, COUNT(pool_sets)},
};

const struct probe probe_numa = {
	.name = "numa",
	.title = "NUMA nodes",
	.needs = SOURCES("load", "topology"),
	.size = sizeof(struct numa),
	.state_size = sizeof(struct state),
	.period_ms = 1000,
	.fields = numa_fields,
	.nfields = NNUMA_FIELDS,
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
	.end = end,
};
