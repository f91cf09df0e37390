/* Lets the memory of a simulated machine move in place: free memory wavers, counters grow, KSM works. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/simulate_held.h"
#include "probes/host/simulate_memory.h"
#include "probes/host/simulate_model.h"
#include "probes/util.h"

/* Files of the whole machine, and how much which of their numbers grows in a second. */
enum { VMSTAT, KSMD, PRESSURE_CPU, PRESSURE_IO, NGROW };

static const struct {
	const char *path;
	struct {
		const char *word; /* the number stands behind it */
		unsigned add;
		bool trouble; /* stands still on a machine that is set up well */
	} grows[6];
} growing[NGROW] = {
	[VMSTAT] = {"proc/vmstat", {{"pgmajfault ", 3, false}, {"numa_hint_faults ", 800, true},
					   {"numa_hint_faults_local ", 780, true}, {"numa_pages_migrated ", 12, true},
					   {"thp_fault_alloc ", 12, false}, {"cow_ksm ", 240, true}}},
	[KSMD] = {"proc/129/stat", {{" 0 0 0 0 0 ", 4, true}}},
	[PRESSURE_CPU] = {"proc/pressure/cpu", {{"total=", 31000, false}}},
	[PRESSURE_IO] = {"proc/pressure/io", {{"total=", 4200, false}}},
};

struct memories {
	const struct model *m;
	struct held *meminfo, *numastat; /* of each node */
	struct held all; /* proc/meminfo */
	struct held grow[NGROW];
};

static char *behind(const struct held *h, const char *word)
{
	char *p = strstr(h->text, word);

	return p ? p + strlen(word) : NULL;
}

/* Writes a number of KiB over the one behind the word, in the width that it has with its blanks. */
static bool put_kib(struct held *h, const char *word, uint64_t kib)
{
	char *p = behind(h, word), text[24];
	size_t width = p ? strcspn(p, "k") : 0;
	int n = snprintf(text, sizeof text, "%*ju ", (int)width - 1, (uintmax_t)kib);

	if (!width || (size_t)n != width)
		return false;
	memcpy(p, text, width);
	return true;
}

int memories_open(const struct model *m, int root, struct memories **ret, char why[200])
{
	struct memories *s = xcalloc(1, sizeof *s);
	unsigned nodes = m->o.packages;
	char path[80];
	int err;

	s->m = m;
	s->meminfo = xcalloc(nodes, sizeof *s->meminfo);
	s->numastat = xcalloc(nodes, sizeof *s->numastat);
	s->all.fd = -1;
	for (size_t i = 0; i < NGROW; i++)
		s->grow[i].fd = -1;
	for (unsigned node = 0; node < nodes; node++)
		s->meminfo[node].fd = s->numastat[node].fd = -1;
	err = held_open(root, "proc/meminfo", &s->all, why);
	for (size_t i = 0; i < NGROW && !err; i++)
		err = held_open(root, growing[i].path, &s->grow[i], why);
	for (unsigned node = 0; node < nodes && !err; node++) {
		snprintf(path, sizeof path, "sys/devices/system/node/node%u/meminfo", node);
		err = held_open(root, path, &s->meminfo[node], why);
		snprintf(path, sizeof path, "sys/devices/system/node/node%u/numastat", node);
		if (!err)
			err = held_open(root, path, &s->numastat[node], why);
	}
	if (err) {
		memories_close(s);
		return err;
	}
	*ret = s;
	return 0;
}

void memories_close(struct memories *s)
{
	if (!s)
		return;
	for (unsigned node = 0; node < s->m->o.packages; node++) {
		held_close(&s->meminfo[node]);
		held_close(&s->numastat[node]);
	}
	for (size_t i = 0; i < NGROW; i++)
		held_close(&s->grow[i]);
	held_close(&s->all);
	free(s->meminfo);
	free(s->numastat);
	free(s);
}

static int grow(struct held *h, const char *word, uint64_t by)
{
	char *p = behind(h, word);

	return p ? number_add(p, by) : -EINVAL;
}

/* What is missed on the last node, the tightest, is foreign to the first. */
static int move_numastat(struct memories *s, unsigned node)
{
	struct held *h = &s->numastat[node];
	unsigned last = s->m->o.clean ? 0 : s->m->o.packages - 1; /* where all are bound to their node none is missed */
	int err = grow(h, "numa_hit ", 9000);

	if (!err)
		err = grow(h, "local_node ", 8990);
	if (!err)
		err = grow(h, "other_node ", 10);
	if (!err && last && node == 0)
		err = grow(h, "numa_miss ", 42);
	if (!err && last && node == last)
		err = grow(h, "numa_foreign ", 42);
	return err;
}

/* Returns what is free on this node in this second. */
static uint64_t free_now(const struct memories *s, const struct node_memory *n, unsigned node, uint64_t second)
{
	int64_t thousandths = (int64_t)(model_random(s->m, node, 1003 + second * 8) % 21) - 10;

	return (uint64_t)((int64_t)n->free + (int64_t)n->free * thousandths / 1000);
}

static int write_all(struct memories *s, char why[200])
{
	int err = held_write(&s->all, 0, s->all.len, "/proc/meminfo", why);

	for (unsigned node = 0; node < s->m->o.packages && !err; node++) {
		err = held_write(&s->meminfo[node], 0, s->meminfo[node].len, "a node's meminfo", why);
		if (!err)
			err = held_write(&s->numastat[node], 0, s->numastat[node].len, "a node's numastat", why);
	}
	for (size_t i = 0; i < NGROW && !err; i++)
		err = held_write(&s->grow[i], 0, s->grow[i].len, growing[i].path, why);
	return err;
}

int memories_second(struct memories *s, uint64_t second, char why[200])
{
	uint64_t all = 0, files = 0;
	bool fits = true;
	int err = 0;

	for (unsigned node = 0; node < s->m->o.packages && !err; node++) {
		struct node_memory n = simulate_node(s->m, node);
		uint64_t free = free_now(s, &n, node, second);

		all += free;
		files += n.files;
		fits = fits && put_kib(&s->meminfo[node], "MemFree:", free);
		fits = fits && put_kib(&s->meminfo[node], "MemUsed:", n.total - free);
		err = move_numastat(s, node);
	}
	fits = fits && put_kib(&s->all, "MemFree:", all);
	fits = fits && put_kib(&s->all, "MemAvailable:", all + files / 8 * 7);
	for (size_t i = 0; i < NGROW; i++)
		for (size_t k = 0; k < COUNT(growing[i].grows) && growing[i].grows[k].word && !err; k++)
			err = s->m->o.clean && growing[i].grows[k].trouble
				      ? 0
				      : grow(&s->grow[i], growing[i].grows[k].word, growing[i].grows[k].add);
	if (!err && !fits)
		err = -ERANGE;
	if (err) {
		snprintf(why, 200, "its memory is not what was written, or a counter would need one more digit");
		return err;
	}
	return write_all(s, why);
}
