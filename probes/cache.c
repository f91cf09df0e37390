/* Caches: every level of the first online CPU, and how many of each the online CPUs have between them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/cache.h"

#include <errno.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/get.h"
#include "probes/parse.h"
#include "probes/topology_read.h"

#define OWN(name) SOURCES("/sys/devices/system/cpu/cpu0/cache/index?/" name)
#define SHARED \
	SOURCES("/sys/devices/system/cpu/cpu0/cache/index?/shared_cpu_map", \
		"/sys/devices/system/cpu/cpu0/cache/index?/shared_cpu_list")
#define FOLDER "/sys/devices/system/cpu/cpu%u/cache/index%u/"

enum { LEVELS_MOST = 10 };

struct state {
	bool whole; /* nothing was refused or broken */
};

static const struct field row_fields[] = {
	FIELD(struct cache_row, name, "Cache", TYPE_TEXT, UNIT_NONE, 0, OWN("level"), "Its level and kind."),
	FIELD(struct cache_row, level, "Level", TYPE_U64, UNIT_NONE, 0, OWN("level"), "How far from the core it is."),
	FIELD(struct cache_row, type, "Type", TYPE_TEXT, UNIT_NONE, 0, OWN("type"),
		"What it holds: data, instructions or both."),
	FIELD(struct cache_row, size_kib, "Size", TYPE_U64, UNIT_KIB, 0, OWN("size"), "The size of one."),
	FIELD(struct cache_row, ways, "Ways", TYPE_U64, UNIT_COUNT, 0, OWN("ways_of_associativity"),
		"In how many places a line may lie."),
	FIELD(struct cache_row, line, "Line", TYPE_U64, UNIT_COUNT, 0, OWN("coherency_line_size"),
		"Bytes that move together."),
	FIELD(struct cache_row, shared, "Shared by", TYPE_CPUS, UNIT_NONE, 0, SHARED,
		"The CPUs that share the one of the first CPU."),
	FIELD(struct cache_row, count, "How many", TYPE_U64, UNIT_COUNT, 0, SHARED,
		"How many of it the online CPUs have between them."),
};

static const struct row_set sets[] = {
	{"cache", "name", offsetof(struct cache, cache), sizeof(struct cache_row), TABLE(row_fields), NULL, 0},
};

/* "32K", "8192K", "1M" */
static struct value size_kib(struct value text)
{
	struct slice s;
	uint64_t n, unit = 0;

	if (!value_known(text))
		return text;
	s = slice_of(text.text);
	if (s.len)
		unit = s.p[s.len - 1] == 'K' ? 1 : s.p[s.len - 1] == 'M' ? 1024 : 0;
	if (!unit || parse_u64((struct slice){s.p, s.len - 1}, &n))
		return value_error(-EINVAL, text.src);
	return value_u64(n * unit, text.src);
}

/* A name of its own among the n rows before it: the machine may split a level in ways that it does not name. */
static const char *name(struct arena *a, const struct cache_row *rows, unsigned n, unsigned index)
{
	const char *type = value_text_or(rows[n].type, ""), *plain;
	const char *suffix = strcmp(type, "Data") == 0 ? "d" : strcmp(type, "Instruction") == 0 ? "i" : "";

	plain = arena_printf(a, "L%u%s", (unsigned)rows[n].level.u, suffix);
	for (unsigned i = 0; i < n; i++)
		if (strcmp(rows[i].name.text, plain) == 0)
			return arena_printf(a, "%s index%u", plain, index);
	return plain;
}

/* Each cache is counted at the lowest online CPU that shares it: CPUs of another kind may share in other numbers. */
static struct value count(const struct tick *t, const struct topology *top, unsigned index)
{
	struct cpuset *seen = cpuset_new(t->a, CPUSET_MAX);
	uint64_t n = 0;

	CPUSET_EACH(id, value_known(top->online) ? top->online.set : NULL)
	{
		struct value v;

		if (cpuset_has(seen, (uint32_t)id))
			continue;
		v = topology_shared(t, 0, (uint64_t)id, index);
		if (!value_known(v))
			return value_error(v.err, 0);
		cpuset_add(seen, (uint32_t)id);
		cpuset_add_all(seen, v.set);
		n++;
	}
	return value_u64(n, 0);
}

/* The first error of a row that may be none the next time, or 0. */
static int trouble(const struct cache_row *row)
{
	for (size_t i = 0; i < COUNT(row_fields); i++) {
		const struct value *v = field_value(&row_fields[i], row);

		if (!value_known(*v) && v->known != KNOWN_ABSENT)
			return v->err;
	}
	return 0;
}

static int sample(const struct tick *t, void *state, void *facts)
{
	const struct topology *top = snapshot_facts(t->so_far, &probe_topology);
	const struct cache *old = t->prev;
	struct cache_row *rows = arena_array(t->a, LEVELS_MOST, sizeof(*rows));
	struct state *st = state;
	struct cache *c = facts;
	unsigned first, n = 0;
	int err = 0;

	if (!top)
		return -EINPROGRESS;
	if (old && old->cache.n && st->whole) /* caches do not change while a kernel runs */
		return SAMPLE_SAME;
	first = value_known(top->online) && cpuset_count(top->online.set) ? (unsigned)cpuset_next(top->online.set, -1)
									  : 0;
	for (unsigned index = 0; index < LEVELS_MOST; index++) {
		struct cache_row *row = &rows[n];

		row->level = get_u64(t, 0, FOLDER "level", first, index);
		if (!value_known(row->level)) {
			err = row->level.known != KNOWN_ABSENT ? row->level.err : err;
			continue;
		}
		row->type = get_text(t, 0, FOLDER "type", first, index);
		row->name = value_text(name(t->a, rows, n, index), 0);
		row->size_kib = size_kib(get_text(t, 0, FOLDER "size", first, index));
		row->ways = get_u64(t, 0, FOLDER "ways_of_associativity", first, index);
		row->line = get_u64(t, 0, FOLDER "coherency_line_size", first, index);
		row->shared = topology_shared(t, 0, first, index);
		row->count = count(t, top, index);
		err = trouble(row) ? trouble(row) : err;
		n++;
	}
	st->whole = !err;
	err = n ? 0 : err ? err : -ENOENT;
	c->cache = (struct rows){.row = rows, .n = n, .known = n ? KNOWN : value_error(err, 0).known, .err = err};
	return 0;
}

const struct probe probe_cache = {
	.name = "cache",
	.title = "Caches",
	.needs = SOURCES("topology"),
	.size = sizeof(struct cache),
	.state_size = sizeof(struct state),
	.period_ms = 600000,
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
};
