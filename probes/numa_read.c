/* What of a node moves seldom: its CPUs, its distances, its watermarks and its huge page pools. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>

#include "probes/cpuset.h"
#include "probes/host/host.h"
#include "probes/numa_impl.h"
#include "probes/parse.h"
#include "probes/topology_read.h"

/*
 * A kernel says cpulist or cpumap of each node: where a capture has but links, a node without any has no CPUs; where it
 * has none at all, nothing is known.
 */
static void read_cpus(const struct tick *t, const struct numa *n, struct numa_node *rows, size_t nrows)
{
	bool links = false;

	for (size_t i = 0; i < nrows; i++) {
		rows[i].cpus = topology_node_cpus(t, (unsigned)rows[i].id.u);
		links = links || (value_known(rows[i].cpus) && rows[i].cpus.src == 2 && cpuset_count(rows[i].cpus.set));
	}
	for (size_t i = 0; i < nrows; i++) {
		struct numa_node *row = &rows[i];

		if (value_known(row->cpus) && row->cpus.src == 2 && !links)
			row->cpus = value_error(-ENOENT, 0);
		if (value_known(row->cpus))
			row->cpuless = value_bool(!cpuset_count(row->cpus.set), 0);
		else if (value_known(n->has_cpu))
			row->cpuless = value_bool(!cpuset_has(n->has_cpu.set, (uint32_t)row->id.u), 1);
		else
			row->cpuless = value_error(row->cpus.err, 0);
	}
}

/* How many words, or 0 where one is no number. */
static size_t count_numbers(const char *text)
{
	struct slice rest = slice_of(text), word;
	uint64_t number;
	size_t n = 0;

	for (; slice_word(&rest, &word); n++)
		if (parse_u64(word, &number))
			return 0;
	return n;
}

/* Of the distances to the nodes in `online` those to the nodes that have a row. */
static struct value pick(
	const struct tick *t, struct value v, const struct cpuset *online, const struct numa_node *rows, size_t nrows)
{
	struct slice rest = slice_of(v.text), word;
	const char *out = "";
	size_t found = 0;

	CPUSET_EACH(id, online)
	{
		bool row = false;

		slice_word(&rest, &word);
		for (size_t i = 0; i < nrows; i++)
			row = row || rows[i].id.u == (uint64_t)id;
		if (!row)
			continue;
		out = arena_printf(t->a, "%s%s%.*s", out, found++ ? " " : "", (int)word.len, word.p);
	}
	return found == nrows ? value_text(out, 0) : value_error(-EINVAL, 0);
}

/* One for each online node: where these are other nodes than those with a folder, only `online` tells which is whose.
 */
static struct value read_distance(
	const struct tick *t, const struct numa *n, uint32_t node, const struct numa_node *rows, size_t nrows)
{
	struct value v = get_text(t, 0, NODE_FOLDER "/node%u/distance", node);
	size_t numbers;

	if (!value_known(v))
		return v;
	numbers = count_numbers(v.text);
	if (numbers == nrows)
		return v;
	if (numbers && value_known(n->online) && cpuset_count(n->online.set) == numbers)
		return pick(t, v, n->online.set, rows, nrows);
	return value_error(-EINVAL, 0);
}

/* Pages of the zones of one node. */
struct zones {
	uint64_t high, managed;
};

/* "Node 0, zone   Normal", then " high 12345" and " managed 1234567" of that zone. Only rising ids below nrows count.
 */
static void add_zones(const char *text, const struct numa_node *rows, size_t nrows, struct zones *out)
{
	struct slice rest = slice_of(text), line, word, number;
	size_t at = nrows;
	uint64_t value;

	while (slice_line(&rest, &line)) {
		if (!slice_word(&line, &word) || !slice_word(&line, &number))
			continue;
		if (slice_is(word, "Node")) {
			number.len -= number.p[number.len - 1] == ',';
			for (at = 0; at < nrows; at++)
				if (!parse_u64(number, &value) && rows[at].id.u == value)
					break;
		} else if (at < nrows && slice_is(word, "high") && !parse_u64(number, &value)) {
			out[at].high += value;
		} else if (at < nrows && slice_is(word, "managed") && !parse_u64(number, &value)) {
			out[at].managed += value;
		}
	}
}

/* The size of a page is nowhere said: a node's memory in KiB is its managed pages. */
static uint64_t page_kib(const struct tick *t, uint64_t node, uint64_t managed)
{
	static const char *const names[] = {"MemTotal"};
	char path[96];
	struct answer answer;
	struct value total;
	double each;

	snprintf(path, sizeof(path), NODE_FOLDER "/node%u/meminfo", (unsigned)node);
	if (!managed || host_read(t->h, path, &answer))
		return 0;
	named_numbers(answer.text, names, 1, &total);
	each = (double)value_u64_or(total, 0) / (double)managed;
	for (uint64_t kib = 4; kib <= 64; kib *= 2)
		if (each > 0.9 * (double)kib && each < 1.1 * (double)kib)
			return kib;
	return 0;
}

static void read_watermarks(const struct tick *t, struct numa_node *rows, size_t nrows)
{
	struct zones *zones = arena_array(t->a, nrows, sizeof(*zones));
	struct answer answer;
	uint64_t kib = 0;
	int err = host_read(t->h, "/proc/zoneinfo", &answer);

	if (!err)
		add_zones(answer.text, rows, nrows, zones);
	for (size_t i = 0; !err && !kib && i < nrows; i++)
		kib = page_kib(t, rows[i].id.u, zones[i].managed);
	for (size_t i = 0; i < nrows; i++) {
		if (err || !zones[i].managed)
			rows[i].watermark_kib = value_error(err ? err : -ENOENT, 0);
		else
			rows[i].watermark_kib = kib ? value_u64(zones[i].high * kib, 0) : value_error(-ENOENT, 0);
	}
}

void numa_read_fixed(const struct tick *t, struct numa *n, struct numa_node *rows, size_t nrows)
{
	n->online = get_list(t, 0, NODE_FOLDER "/online");
	n->possible = get_list(t, 0, NODE_FOLDER "/possible");
	n->has_cpu = get_list(t, 0, NODE_FOLDER "/has_cpu");
	n->has_memory = get_list(t, 0, NODE_FOLDER "/has_memory");
	read_cpus(t, n, rows, nrows);
	for (size_t i = 0; i < nrows; i++)
		rows[i].distance = read_distance(t, n, (uint32_t)rows[i].id.u, rows, nrows);
	read_watermarks(t, rows, nrows);
}

struct rows numa_read_pools(const struct tick *t, uint32_t node)
{
	uint64_t kib[PAGE_SIZES_MOST];
	struct numa_pool *rows;
	char folder[96];
	size_t n;
	int err;

	snprintf(folder, sizeof(folder), NODE_FOLDER "/node%u/hugepages", node);
	err = page_sizes(t, folder, kib, &n);
	if (err)
		return (struct rows){.known = value_error(err, 0).known, .err = err};
	rows = arena_array(t->a, n, sizeof(*rows));
	for (size_t i = 0; i < n; i++) {
		unsigned long long size = kib[i];

		rows[i].size_kib = value_u64(size, 0);
		rows[i].nr = get_u64(t, 0, "%s/hugepages-%llukB/nr_hugepages", folder, size);
		rows[i].free = get_u64(t, 0, "%s/hugepages-%llukB/free_hugepages", folder, size);
		rows[i].surplus = get_u64(t, 0, "%s/hugepages-%llukB/surplus_hugepages", folder, size);
	}
	return (struct rows){.row = rows, .n = (uint32_t)n, .known = KNOWN};
}
