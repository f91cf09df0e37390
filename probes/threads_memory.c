/* Reads what the control group of a guest says of its memory: where it lies, in which pages, and how much is swapped. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probes/host/host.h"
#include "probes/memory_read.h"
#include "probes/threads_impl.h"

enum { NODES_MOST = 1024 };

static void add_node(struct one_group *g, uint64_t node, uint64_t kib)
{
	size_t i = 0;

	while (i < g->nnodes && g->node[i].node < node)
		i++;
	if (i == g->nnodes || g->node[i].node != node) {
		if (g->nnodes == NODES_MOST)
			return;
		g->node = xrealloc(g->node, g->nnodes + 1, sizeof(*g->node));
		memmove(g->node + i + 1, g->node + i, (g->nnodes++ - i) * sizeof(*g->node));
		g->node[i] = (struct node_kib){.node = node};
	}
	g->node[i].kib += kib;
}

/* "N0=4096 N1=0", in bytes or in pages of 4 KiB. */
static void add_nodes(struct one_group *g, struct slice rest, bool pages)
{
	struct slice word, name, number;
	uint64_t node, n;

	while (slice_word(&rest, &word))
		if (slice_pair(word, '=', &name, &number) && slice_starts(name, "N") &&
			!parse_u64((struct slice){name.p + 1, name.len - 1}, &node) && !parse_u64(number, &n))
			add_node(g, node, pages ? n * 4 : n / 1024);
}

/* "anon N0=…", or "total=4096 N0=…", where the sum stands in the same word. */
static bool is_line(struct slice word, const char *key)
{
	return key[strlen(key) - 1] == '=' ? slice_starts(word, key) : slice_is(word, key);
}

static int read_numa(const struct tick *t, struct one_group *g, const char *file, const char *const *keys)
{
	char path[FOLDER_MOST + 64];
	struct slice rest, line, word;
	struct answer answer;
	int err;

	snprintf(path, sizeof(path), "%s/%s", g->memory, file);
	err = host_read(t->h, path, &answer);
	if (err)
		return err;
	for (rest = slice_of(answer.text); slice_line(&rest, &line);) {
		if (!slice_word(&line, &word))
			continue;
		for (const char *const *key = keys; *key; key++)
			if (is_line(word, *key))
				add_nodes(g, line, slice_starts(word, "hierarchical_"));
	}
	return 0;
}

static int read_places(const struct tick *t, const struct threads_state *st, struct one_process *p)
{
	static const char *const plain[] = {"anon", "shmem", "hierarchical_anon=", NULL};
	static const char *const huge[] = {"total=", NULL};
	static const char *const files[] = {"hugetlb.2MB.numa_stat", "hugetlb.1GB.numa_stat"};
	bool hugepages = p->guest && value_u64_or(p->guest->hugepages, 0), any = false;
	struct one_group *g = &p->group;
	int err;

	g->nnodes = 0;
	if (!group_is_own(st, p))
		return -ENOENT;
	err = read_numa(t, g, "memory.numa_stat", plain);
	for (size_t i = 0; i < COUNT(files) && !err; i++) {
		int e = g->again || g->huge[i] ? read_numa(t, g, files[i], huge) : -ENOENT;

		g->huge[i] = e != -ENOENT;
		any = any || !e;
		err = e == -ENOENT ? 0 : e;
	}
	/* Without them what is left is QEMU's own memory, and would be taken for the guest's. */
	return !err && ((hugepages && !any) || !g->nnodes) ? -ENOENT : err;
}

static int read_file(const struct tick *t, const struct one_group *g, const char *file, struct answer *answer)
{
	char path[FOLDER_MOST + 64];

	snprintf(path, sizeof(path), "%s/%s", g->memory, file);
	return host_read(t->h, path, answer);
}

static struct value kib_of(struct value bytes)
{
	if (value_known(bytes))
		bytes.u /= 1024;
	return bytes;
}

/* A sum of two, of which the second may not be told where there is nothing to tell. */
static struct value thp_of(struct value anon_thp, struct value shmem_thp, struct value anon, struct value shmem)
{
	if (!value_known(anon_thp) || value_known(shmem_thp))
		return value_known(anon_thp) ? value_u64(anon_thp.u + shmem_thp.u, 0) : anon_thp;
	/* Older kernels do not tell it of shared pages, which matters where the guest's memory is those. */
	return value_u64_or(shmem, 0) * 20 > value_u64_or(anon, 0) ? shmem_thp : anon_thp;
}

/* In version 1 the names that begin with total_ count the groups below too. */
static void read_stat(const struct tick *t, struct one_group *g)
{
	enum { ANON, SHMEM, ANON_THP, SHMEM_THP, V1_RSS, V1_HUGE, V1_SHMEM, V1_SWAP, NAMES };
	static const char *const names[NAMES] = {"anon", "shmem", "anon_thp", "shmem_thp", "total_rss", "total_rss_huge",
		"total_shmem", "total_swap"};
	struct value v[NAMES];
	struct answer answer;
	int err = read_file(t, g, "memory.stat", &answer);

	for (size_t i = 0; i < NAMES; i++)
		v[i] = value_error(err, 0);
	if (!err)
		named_numbers(answer.text, names, NAMES, v);
	if (value_known(v[V1_RSS])) {
		v[ANON] = v[V1_RSS];
		v[SHMEM] = v[V1_SHMEM];
		v[ANON_THP] = v[V1_HUGE];
	}
	g->anon = kib_of(v[ANON]);
	g->shmem = kib_of(v[SHMEM]);
	g->thp = kib_of(thp_of(v[ANON_THP], v[SHMEM_THP], v[ANON], v[SHMEM]));
	g->swap = kib_of(v[V1_SWAP]);
}

static struct value read_number(const struct tick *t, const struct one_group *g, const char *file)
{
	struct answer answer;
	int err = read_file(t, g, file, &answer);

	return err ? value_error(err, 0) : u64_value(answer.text, 0);
}

static void read_swap(const struct tick *t, struct one_group *g)
{
	if (!value_known(g->swap))
		g->swap = kib_of(read_number(t, g, "memory.swap.current"));
}

/* All sizes together; a kernel without that controller has none of these files. Mostly the process says it itself. */
static void read_hugetlb(const struct tick *t, struct one_process *p)
{
	static const char *const files[] = {"hugetlb.2MB.current", "hugetlb.1GB.current"};
	struct value sum = value_error(-ENOENT, 0);
	struct one_group *g = &p->group;

	if (value_known(p->hugetlb))
		return;
	for (size_t i = 0; i < COUNT(files); i++) {
		struct value v = g->again || g->pool[i] ? read_number(t, g, files[i]) : value_error(-ENOENT, 0);

		g->pool[i] = v.known != KNOWN_ABSENT;
		if (value_known(v))
			v.u += value_u64_or(sum, 0);
		if (v.known != KNOWN_ABSENT && (value_known(sum) || sum.known == KNOWN_ABSENT))
			sum = v;
	}
	g->hugetlb = kib_of(sum);
}

/* How often a limit was met; version 1 knows this of one of them. */
static void read_events(const struct tick *t, struct one_group *g)
{
	static const char *const names[GROUP_EVENTS] = {"high", "max", "oom"};
	struct answer answer;
	int err = read_file(t, g, "memory.events", &answer);

	for (size_t i = 0; i < GROUP_EVENTS; i++)
		g->events[i] = value_error(err, 0);
	if (!err)
		named_numbers(answer.text, names, GROUP_EVENTS, g->events);
	else if (err == -ENOENT)
		g->events[1] = read_number(t, g, "memory.failcnt");
}

void threads_memory_none(struct one_group *g, int err)
{
	struct value *const all[] = {&g->anon, &g->shmem, &g->thp, &g->swap, &g->hugetlb};

	for (size_t i = 0; i < COUNT(all); i++)
		*all[i] = value_error(err, 0);
	for (size_t i = 0; i < GROUP_EVENTS; i++)
		g->events[i] = value_error(err, 0);
}

void threads_memory(const struct tick *t, const struct threads_state *st, struct one_process *p)
{
	struct one_group *g = &p->group;

	g->memory_err = read_places(t, st, p);
	if (!g->slow)
		return;
	if (!group_is_own(st, p)) {
		threads_memory_none(g, -ENOENT);
		return;
	}
	read_stat(t, g);
	read_swap(t, g);
	read_hugetlb(t, p);
	read_events(t, g);
}
