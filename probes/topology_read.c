/* Reading a topology: lists of CPUs, and the ids and siblings of one CPU. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/topology_read.h"

#include <errno.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/disturb.h"
#include "probes/get.h"
#include "probes/host/host.h"
#include "probes/parse.h"

static struct cpuinfo_row *add(const struct tick *t, struct cpuinfo_rows *info, size_t *room)
{
	if (info->n == *room) {
		struct cpuinfo_row *more;

		*room = *room ? *room * 2 : 64;
		more = arena_array(t->a, *room, sizeof(*more));
		if (info->n)
			memcpy(more, info->row, info->n * sizeof(*more));
		info->row = more;
	}
	info->row[info->n] = (struct cpuinfo_row){.package = -1, .core = -1, .siblings = -1, .cores = -1};
	return &info->row[info->n++];
}

/*
 * "processor : 0" (most), "processor 0: …" (s390). Only read when sysfs leaves a question open, and that is not worth
 * an interrupt on every CPU.
 */
static void cpuinfo(const struct tick *t, struct cpuinfo_rows *info)
{
	struct slice rest, line, key, value;
	struct cpuinfo_row *row = NULL;
	struct answer answer;
	size_t room = 0;
	uint64_t id;

	if (info->read)
		return;
	info->read = true;
	if (clock_reads_interrupt(t->so_far) && !t->want->deep)
		return;
	if (host_read(t->h, "/proc/cpuinfo", &answer))
		return;
	rest = (struct slice){answer.text, answer.len};
	while (slice_line(&rest, &line)) {
		if (!slice_pair(line, ':', &key, &value))
			continue;
		if (slice_is(key, "processor") ? !parse_u64(value, &id)
					       : slice_starts(key, "processor ") &&
							 !parse_u64((struct slice){key.p + 10, key.len - 10}, &id)) {
			row = add(t, info, &room);
			row->id = id;
		} else if (row && slice_is(key, "physical id")) {
			(void)parse_i64(value, &row->package);
		} else if (row && slice_is(key, "core id")) {
			(void)parse_i64(value, &row->core);
		} else if (row && slice_is(key, "siblings")) {
			(void)parse_i64(value, &row->siblings);
		} else if (row && slice_is(key, "cpu cores")) {
			(void)parse_i64(value, &row->cores);
		}
	}
}

/* Some kernels print "(null)" for a list that nobody configured. */
static struct value list(const struct tick *t, const char *name)
{
	struct value v = get_text(t, 0, CPU_FOLDER "/%s", name);

	if (v.known == KNOWN_ABSENT)
		return get_list(t, 0, CPU_FOLDER "/%s", name); /* an empty line is an empty list */
	if (value_known(v) && strcmp(v.text, "(null)") == 0)
		return value_set(cpuset_new(t->a, 0), 0);
	return get_list(t, 0, CPU_FOLDER "/%s", name);
}

static struct cpuset *from_cpuinfo(const struct tick *t, struct cpuinfo_rows *info)
{
	uint64_t highest = 0;
	struct cpuset *set;

	cpuinfo(t, info);
	for (size_t i = 0; i < info->n; i++)
		if (info->row[i].id > highest && info->row[i].id < CPUSET_MAX)
			highest = info->row[i].id;
	set = cpuset_new(t->a, info->n ? (uint32_t)highest + 1 : 0);
	for (size_t i = 0; i < info->n; i++)
		if (info->row[i].id <= highest)
			cpuset_add(set, (uint32_t)info->row[i].id);
	return set;
}

/* Each CPU's own `online` file: the boot CPU often has none and is online. NULL when no CPU has one. */
static struct cpuset *from_own_files(const struct tick *t, const struct cpuset *folders)
{
	struct cpuset *set = cpuset_new(t->a, folders->nbits);
	bool any = false;

	CPUSET_EACH(id, folders)
	{
		struct value v = get_bool(t, 1, CPU_FOLDER "/cpu%u/online", (unsigned)id);

		any = any || value_known(v);
		if (value_u64_or(v, 1))
			cpuset_add(set, (uint32_t)id);
	}
	return any ? set : NULL;
}

static struct value online(const struct tick *t, struct cpuinfo_rows *info, const struct cpuset *folders)
{
	struct value v = list(t, "online");
	struct cpuset *set;

	if (value_known(v) && cpuset_count(v.set))
		return v;
	set = from_own_files(t, folders);
	if (set)
		return value_set(set, 1);
	set = from_cpuinfo(t, info);
	if (cpuset_count(set))
		return value_set(set, 2);
	return cpuset_count(folders) ? value_set(folders, 3) : v;
}

static struct cpuset *join(struct arena *a, const struct cpuset *x, const struct cpuset *y)
{
	uint32_t nx = x ? x->nbits : 0, ny = y ? y->nbits : 0;
	struct cpuset *set = cpuset_new(a, nx > ny ? nx : ny);

	if (x)
		cpuset_add_all(set, x);
	if (y)
		cpuset_add_all(set, y);
	return set;
}

void topology_lists(const struct tick *t, struct cpuinfo_rows *info, struct cpu_lists *ret)
{
	struct cpuset *folders = NULL, *off;

	ret->possible = list(t, "possible");
	ret->present = list(t, "present");
	ret->isolated = list(t, "isolated");
	ret->nohz_full = list(t, "nohz_full");
	if (get_ids(t, CPU_FOLDER, "cpu", &folders))
		folders = cpuset_new(t->a, 0);
	ret->online = online(t, info, folders);
	ret->all = join(t->a, folders, value_known(ret->present) ? ret->present.set : NULL);
	ret->all = join(t->a, ret->all, value_known(ret->online) ? ret->online.set : NULL);
	if (!value_known(ret->present) && cpuset_count(folders))
		ret->present = value_set(folders, 1);
	ret->offline = value_error(-ENOENT, 0);
	if (!value_known(ret->online))
		return;
	off = cpuset_copy(t->a, ret->all);
	CPUSET_EACH(id, ret->online.set)
	cpuset_remove(off, (uint32_t)id);
	ret->offline = value_set(off, 0);
}

static const struct cpuinfo_row *info_row(const struct tick *t, struct cpuinfo_rows *info, uint64_t id)
{
	cpuinfo(t, info);
	if (id < info->n && info->row[id].id == id)
		return &info->row[id];
	for (size_t i = 0; i < info->n; i++)
		if (info->row[i].id == id)
			return &info->row[i];
	return NULL;
}

bool topology_alone(const struct tick *t, struct cpuinfo_rows *info, uint64_t id)
{
	const struct cpuinfo_row *row = info_row(t, info, id);

	return row && row->cores > 0 && row->siblings == row->cores;
}

static struct value or_info(struct value v, const struct cpuinfo_row *row, int64_t said)
{
	return value_known(v) || !row || said < 0 ? v : value_i64(said, 1);
}

/* A negative id is the kernel's way to say: none. */
static struct value id_value(struct value v)
{
	return value_known(v) && v.i < 0 ? value_error(-ENOENT, v.src) : v;
}

/* A group of CPUs that a CPU tells of itself, by its newer and its older name, as a list and as a mask. */
static struct value own_group(const struct tick *t, unsigned src, uint64_t id, const char *const names[2])
{
	struct value v = value_error(-ENOENT, src);

	for (unsigned i = 0; i < 4; i++) {
		v = i < 2 ? get_list(t, src + i, CPU_FOLDER "/cpu%u/topology/%s_list", (unsigned)id, names[i])
			  : get_mask(t, src + i, CPU_FOLDER "/cpu%u/topology/%s", (unsigned)id, names[i - 2]);
		/* without the CPU itself it tells of something else */
		if (value_known(v) && cpuset_has(v.set, (uint32_t)id))
			return v;
	}
	return value_known(v) ? value_error(-ENOENT, src) : v;
}

/* Machines that do not number their packages still say who shares one: the lowest of them is its name. */
static struct value package(const struct tick *t, uint64_t id, struct value v)
{
	static const char *const names[] = {"package_cpus", "core_siblings"};
	struct value group;

	if (v.known != KNOWN_ABSENT)
		return v;
	group = own_group(t, 2, id, names);
	return value_known(group) ? value_i64(cpuset_next(group.set, -1), group.src) : v;
}

void topology_ids(const struct tick *t, struct cpuinfo_rows *info, struct topology_cpu *cpu)
{
	unsigned id = (unsigned)cpu->id.u;
	const struct cpuinfo_row *row = NULL;

	cpu->package = id_value(get_i64(t, 0, CPU_FOLDER "/cpu%u/topology/physical_package_id", id));
	cpu->core = id_value(get_i64(t, 0, CPU_FOLDER "/cpu%u/topology/core_id", id));
	cpu->die = id_value(get_i64(t, 0, CPU_FOLDER "/cpu%u/topology/die_id", id));
	cpu->cluster = id_value(get_i64(t, 0, CPU_FOLDER "/cpu%u/topology/cluster_id", id));
	if (value_known(cpu->cluster) && cpu->cluster.i == UINT16_MAX)
		cpu->cluster = value_error(-ENOENT, 0); /* none, in 16 bits */
	if (cpu->package.known == KNOWN_ABSENT || cpu->core.known == KNOWN_ABSENT)
		row = info_row(t, info, id);
	cpu->package = package(t, id, or_info(cpu->package, row, row ? row->package : -1));
	cpu->core = or_info(cpu->core, row, row ? row->core : -1);
}

struct value topology_siblings(const struct tick *t, uint64_t id)
{
	static const char *const names[] = {"core_cpus", "thread_siblings"};

	return own_group(t, 0, id, names);
}

/* The mask first: kernels of 2012 print a list of the CPU alone beside a mask that is right. */
struct value topology_shared(const struct tick *t, unsigned src, uint64_t id, unsigned index)
{
	struct value mask = get_mask(t, src, CPU_FOLDER "/cpu%u/cache/index%u/shared_cpu_map", (unsigned)id, index);
	struct value list;
	struct cpuset *alone;

	if (value_known(mask) ? cpuset_has(mask.set, (uint32_t)id) : mask.known != KNOWN_ABSENT)
		return mask;
	list = get_list(t, src + 1, CPU_FOLDER "/cpu%u/cache/index%u/shared_cpu_list", (unsigned)id, index);
	if (value_known(list) ? cpuset_has(list.set, (uint32_t)id) : list.known != KNOWN_ABSENT)
		return list;
	if (!value_known(mask) || cpuset_count(mask.set)) /* there is none, or it is of another CPU's cache */
		return value_error(-ENOENT, src);
	alone = cpuset_new(t->a, (uint32_t)id + 1); /* an empty mask: nobody else */
	cpuset_add(alone, (uint32_t)id);
	return value_set(alone, src);
}

/* Its id, or the lowest CPU of those that share it where the kernel gives none. */
static struct value cache_id(const struct tick *t, uint64_t id, unsigned index)
{
	struct value v = get_i64(t, 0, CPU_FOLDER "/cpu%u/cache/index%u/id", (unsigned)id, index);

	if (v.known != KNOWN_ABSENT)
		return v;
	v = topology_shared(t, 1, id, index);
	return value_known(v) ? value_i64(cpuset_next(v.set, -1), v.src) : v;
}

struct value topology_l3(const struct tick *t, uint64_t id)
{
	static const unsigned order[] = {3, 2, 4, 1, 0, 5}; /* index3 is L3 nearly everywhere */
	struct value level, v, none = value_error(-ENOENT, 0);

	for (size_t i = 0; i < COUNT(order); i++) {
		level = get_u64(t, 0, CPU_FOLDER "/cpu%u/cache/index%u/level", (unsigned)id, order[i]);
		if (i == 0 && level.known == KNOWN_ABSENT) {
			/* captures that left the level out: index3 is the third level by custom */
			v = cache_id(t, id, 3);
			if (v.known != KNOWN_ABSENT)
				return v;
		}
		if (!value_known(level) && level.known != KNOWN_ABSENT)
			none = level; /* it may have been the one */
		if (value_u64_or(level, 0) == 3)
			return cache_id(t, id, order[i]);
	}
	return none;
}
