/* Finds the control groups of a guest, and reads which CPUs they let it have. */
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
enum { PATH_S = 60, GROUP_S = 10, SLOW_S = 30 };

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
	free(g->quota);
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
		cpuset_keep(own, set);
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

/* A group that others live in too says nothing of this guest. */
bool group_is_own(const struct threads_state *st, const struct one_process *p)
{
	if (!p->group.memory || !strchr(p->group.cpuset + 1, '/'))
		return false;
	for (size_t i = 0; i < st->n; i++)
		if (&st->process[i] != p && st->process[i].group.memory &&
			strcmp(st->process[i].group.memory, p->group.memory) == 0)
			return false;
	return true;
}

void threads_group(const struct tick *t, struct threads_state *st, struct one_process *p, size_t at)
{
	struct one_group *g = &p->group;

	read_paths(t, p);
	if (g->due && !t->want->everything && !p->moved && t->now_ns < g->due) {
		if (p->wanted && !g->err && g->nquotas)
			threads_quota(t, p);
		return;
	}
	g->due = threads_due(t, g->due, SECONDS(GROUP_S), at);
	g->ns = t->now_ns;
	g->slow = g->again || p->wanted || t->now_ns >= g->slow_due;
	if (g->slow) {
		g->slow_due = threads_due(t, g->slow_due, SECONDS(SLOW_S), at);
		g->slow_ns = t->now_ns;
	}
	if (g->err) {
		g->cpus_err = g->slice_err = g->memory_err = g->throttled_err = g->err;
		threads_memory_none(g, g->err);
		threads_pressure_none(g, g->err);
		return;
	}
	/* Who may have which CPUs seldom changes, and is asked for all the same when somebody looks. */
	if (g->again || p->wanted || g->cpus_err || g->slice_err) {
		g->cpus_err = read_cpus(t, g, strlen(g->scope), &g->cpus);
		g->slice_err = read_cpus(t, g, slice_length(g), &g->slice);
		g->cpus_ns = t->now_ns;
	}
	threads_memory(t, st, p);
	threads_quota(t, p);
	threads_pressure(t, st, p);
	g->again = false;
}
