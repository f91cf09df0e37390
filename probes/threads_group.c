/* Reads what the control groups of a guest say: which CPUs it may have, where its memory lies, how long it was throttled. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/host/host.h"
#include "probes/threads_impl.h"

#define ROOT "/sys/fs/cgroup"
enum { PATH_S = 60, GROUP_S = 10, FOLDER_MOST = 400, NODES_MOST = 1024 };

void set_keep(struct cpuset **own, const struct cpuset *s)
{
	size_t size = sizeof(*s) + s->nbits / 64 * sizeof(s->word[0]);

	if (*own && cpuset_equal(*own, s))
		return;
	*own = xrealloc(*own, 1, size);
	memcpy(*own, s, size);
}

static void free_paths(struct one_group *g)
{
	char **const path[] = {&g->cpuset, &g->scope, &g->vcpus, &g->memory, &g->cpu};

	for (size_t i = 0; i < COUNT(path); i++) {
		free(*path[i]);
		*path[i] = NULL;
	}
}

void group_free(struct one_group *g)
{
	free_paths(g);
	free(g->cpus);
	free(g->slice);
	free(g->node);
}

static bool has_word(struct slice list, const char *word)
{
	size_t n = strlen(word);

	for (size_t at = 0; at + n <= list.len; at++)
		if (memcmp(list.p + at, word, n) == 0 && (!at || list.p[at - 1] == ',') &&
			(at + n == list.len || list.p[at + n] == ','))
			return true;
	return false;
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), len = strlen(end);

	return n >= len && strcmp(text + n - len, end) == 0;
}

/* "/machine.slice/x.scope/libvirt/emulator" is of one thread; the guest's own is two above it, in older libvirt one. */
static void cut_own(char *folder)
{
	if (!ends_with(folder, "/emulator"))
		return;
	folder[strlen(folder) - strlen("/emulator")] = '\0';
	if (ends_with(folder, "/libvirt"))
		folder[strlen(folder) - strlen("/libvirt")] = '\0';
}

/* The folder of a controller: of its own hierarchy when the line says so, else of the one of all. */
static void take_path(char **ret, bool *ret_v1, struct slice controllers, const char *controller, struct slice path)
{
	bool own = has_word(controllers, controller);

	if (!own && (controllers.len || *ret))
		return;
	free(*ret);
	if (path.len == 1)
		path.len = 0; /* the top */
	*ret = own ? xasprintf(ROOT "/%s%.*s", controller, (int)path.len, path.p)
		   : xasprintf(ROOT "%.*s", (int)path.len, path.p);
	*ret_v1 = own;
}

void group_paths(struct one_group *g, const char *text)
{
	struct slice rest = slice_of(text), line, number, other, controllers, path;
	bool unused;

	free_paths(g);
	while (slice_line(&rest, &line)) {
		if (!slice_pair(line, ':', &number, &other) || !slice_pair(other, ':', &controllers, &path) ||
			!slice_starts(path, "/") || path.len >= FOLDER_MOST || memmem(path.p, path.len, "/..", 3))
			continue;
		take_path(&g->scope, &g->v1, controllers, "cpuset", path);
		take_path(&g->memory, &unused, controllers, "memory", path);
		take_path(&g->cpu, &unused, controllers, "cpu", path);
	}
	if (!g->scope)
		return;
	path = slice_of(g->scope + strlen(g->v1 ? ROOT "/cpuset" : ROOT));
	g->cpuset = xstrdup(path.len ? path.p : "/");
	if (g->cpu && ends_with(g->cpu, "/emulator"))
		g->vcpus = xasprintf("%.*s", (int)(strlen(g->cpu) - strlen("/emulator")), g->cpu);
	cut_own(g->scope);
	if (g->memory)
		cut_own(g->memory);
	if (g->cpu)
		cut_own(g->cpu);
}

static void read_paths(const struct tick *t, struct one_process *p)
{
	struct one_group *g = &p->group;
	struct answer answer;
	char path[64];

	if (g->path_due && !g->err && !t->want->everything && t->now_ns < g->path_due)
		return;
	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/cgroup", p->pid);
	g->err = host_read(t->h, path, &answer);
	g->again = true;
	g->path_due = threads_due(t, g->path_due, SECONDS(PATH_S), p->pid);
	if (g->err)
		free_paths(g);
	else
		group_paths(g, answer.text);
	if (!g->err && !g->scope)
		g->err = -ENOENT;
}

static int read_set(const struct tick *t, const char *folder, size_t len, const char *file, struct cpuset **own)
{
	char path[FOLDER_MOST + 64];
	struct answer answer;
	struct cpuset *set;
	int err;

	snprintf(path, sizeof(path), "%.*s/%s", (int)len, folder, file);
	err = host_read(t->h, path, &answer);
	if (!err)
		err = cpuset_parse_list(t->a, answer.text, &set);
	if (!err && !cpuset_count(set))
		err = -ENOENT; /* nothing was said here: what is above holds */
	if (!err)
		set_keep(own, set);
	return err;
}

/* Where a group has no cpuset of its own that of the group above it holds. */
static int read_cpus(const struct tick *t, const struct one_group *g, size_t len, struct cpuset **own)
{
	size_t top = strlen(g->v1 ? ROOT "/cpuset" : ROOT);
	int err;

	for (;;) {
		err = read_set(t, g->scope, len, g->v1 ? "cpuset.effective_cpus" : "cpuset.cpus.effective", own);
		if (err == -ENOENT && g->v1)
			err = read_set(t, g->scope, len, "cpuset.cpus", own);
		if (err != -ENOENT || len <= top)
			return err;
		while (len > top && g->scope[len - 1] != '/')
			len--;
		len -= len > top;
	}
}

/* The first folder below the top holds all guests, unless the guest's own is that. */
static size_t slice_length(const struct one_group *g)
{
	size_t top = strlen(g->v1 ? ROOT "/cpuset" : ROOT);
	const char *second = g->scope[top] ? strchr(g->scope + top + 1, '/') : NULL;

	return second ? (size_t)(second - g->scope) : top;
}

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

/* A group that others live in too says nothing of this guest. */
static bool is_own(const struct threads_state *st, const struct one_process *p)
{
	if (!p->group.memory || !strchr(p->group.cpuset + 1, '/'))
		return false;
	for (size_t i = 0; i < st->n; i++)
		if (&st->process[i] != p && st->process[i].group.memory &&
			strcmp(st->process[i].group.memory, p->group.memory) == 0)
			return false;
	return true;
}

static int read_memory(const struct tick *t, const struct threads_state *st, struct one_process *p)
{
	static const char *const plain[] = {"anon", "shmem", "hierarchical_anon=", NULL};
	static const char *const huge[] = {"total=", NULL};
	static const char *const files[] = {"hugetlb.2MB.numa_stat", "hugetlb.1GB.numa_stat"};
	bool hugepages = p->guest && value_u64_or(p->guest->hugepages, 0), any = false;
	struct one_group *g = &p->group;
	int err;

	g->nnodes = 0;
	if (!is_own(st, p))
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

static bool number_of(const char *text, const char *key, uint64_t *ret)
{
	struct slice rest = slice_of(text), line, word;

	while (slice_line(&rest, &line))
		if (slice_word(&line, &word) && slice_is(word, key))
			return parse_u64(line, ret) == 0;
	return false;
}

/* Time that quotas took away: the sum over so many folders that have one. */
struct throttled {
	uint64_t us;
	uint32_t folders;
};

/* Adds what a quota took away from one folder. */
static int add_throttled(const struct tick *t, const char *folder, struct throttled *sum)
{
	char path[FOLDER_MOST + 64];
	struct answer answer;
	uint64_t n;
	int err;

	snprintf(path, sizeof(path), "%s/cpu.stat", folder);
	err = host_read(t->h, path, &answer);
	if (err)
		return err;
	if (number_of(answer.text, "throttled_usec", &n))
		sum->us += n;
	else if (number_of(answer.text, "throttled_time", &n))
		sum->us += n / 1000;
	else
		return -ENOENT;
	sum->folders++;
	return 0;
}

/* The same of a folder that has a quota, if it has one: cpu.max, or cpu.cfs_quota_us of version 1. */
static int add_limited(const struct tick *t, const char *folder, struct throttled *sum)
{
	char path[FOLDER_MOST + 64];
	struct answer answer;
	int err;

	snprintf(path, sizeof(path), "%s/cpu.max", folder);
	err = host_read(t->h, path, &answer);
	if (err == -ENOENT) {
		snprintf(path, sizeof(path), "%s/cpu.cfs_quota_us", folder);
		err = host_read(t->h, path, &answer);
	}
	if (err == -ENOENT)
		return 0;
	if (err || strncmp(answer.text, "max", 3) == 0 || answer.text[0] == '-')
		return err;
	return add_throttled(t, folder, sum);
}

/* libvirt gives a quota to the group of each vCPU, or one to the whole guest, as systemd and others do. */
static int sum_throttled(const struct tick *t, const struct one_process *p, struct throttled *sum)
{
	const struct one_group *g = &p->group;
	bool vcpus = p->guest && g->vcpus && value_known(p->guest->quota_us) && p->guest->quota_us.i > 0;
	char folder[FOLDER_MOST + 64];
	int err = 0;

	for (size_t i = 0; vcpus && i < p->n && p->thread[i].role == THREAD_VCPU && !err; i++) {
		snprintf(folder, sizeof(folder), "%s/vcpu%" PRIu32, g->vcpus, p->thread[i].number);
		err = add_throttled(t, folder, sum);
	}
	if (!err && g->cpu)
		err = add_limited(t, g->cpu, sum);
	if (!err && g->vcpus && strcmp(g->vcpus, g->cpu) != 0)
		err = add_limited(t, g->vcpus, sum);
	return err ? err : sum->folders ? 0 : -ENOENT;
}

static void read_throttled(const struct tick *t, struct one_process *p)
{
	struct one_group *g = &p->group;
	struct throttled sum = {0};
	int err = sum_throttled(t, p, &sum);
	bool rate = !err && g->throttled_ns && sum.folders == g->throttled_folders && sum.us >= g->throttled_us &&
		    t->now_ns > g->throttled_ns;

	if (rate)
		g->throttled_ms_per_s =
			(double)(sum.us - g->throttled_us) * 1e6 / (double)(t->now_ns - g->throttled_ns);
	g->throttled_err = err ? err : rate ? 0 : -EINPROGRESS;
	g->throttled_us = sum.us;
	g->throttled_folders = sum.folders; /* one more brings what was taken from it before */
	g->throttled_ns = err ? 0 : t->now_ns;
}

void threads_group(const struct tick *t, struct threads_state *st, struct one_process *p, size_t at)
{
	struct one_group *g = &p->group;

	read_paths(t, p);
	if (g->due && !t->want->everything && !p->moved && t->now_ns < g->due)
		return;
	g->due = threads_due(t, g->due, SECONDS(GROUP_S), at);
	g->ns = t->now_ns;
	if (g->err) {
		g->cpus_err = g->slice_err = g->memory_err = g->throttled_err = g->err;
		return;
	}
	/* Who may have which CPUs seldom changes, and is asked for all the same when somebody looks. */
	if (g->again || p->wanted || g->cpus_err || g->slice_err) {
		g->cpus_err = read_cpus(t, g, strlen(g->scope), &g->cpus);
		g->slice_err = read_cpus(t, g, slice_length(g), &g->slice);
		g->cpus_ns = t->now_ns;
	}
	g->memory_err = read_memory(t, st, p);
	read_throttled(t, p);
	g->again = false;
}
