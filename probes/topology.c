/* Topology: enumerated anew when `online` changes, which is the one read of an ordinary tick. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/topology.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/get.h"
#include "probes/host/host.h"
#include "probes/topology_read.h"

enum { AGAIN_NS_S = 60 };

struct state {
	struct kept online;
	uint64_t hash; /* of the text of `online` */
	uint64_t read_ns;
	bool any, whole; /* whole: nothing was refused or broken */
};

#define OWN(name) CPU_FOLDER "/cpu{id}/topology/" name
#define LIST(name) SOURCES(CPU_FOLDER "/" name)
#define ID(member, label, source_, meaning) \
	FIELD(struct topology_cpu, member, label, TYPE_I64, UNIT_ID, 0, source_, meaning)

static const char *const src_package[] = {OWN("physical_package_id"), "/proc/cpuinfo", OWN("package_cpus_list"),
	OWN("core_siblings_list"), OWN("package_cpus"), OWN("core_siblings"), NULL};
static const char *const src_siblings[] = {OWN("core_cpus_list"), OWN("thread_siblings_list"), OWN("core_cpus"),
	OWN("thread_siblings"), "computed from package, die and core, or none in /proc/cpuinfo", NULL};
static const char *const src_online[] = {
	CPU_FOLDER "/online", CPU_FOLDER "/cpu{id}/online", "/proc/cpuinfo", "the folders of " CPU_FOLDER, NULL};
static const char *const src_all_online[] = {
	CPU_FOLDER "/online", "each CPU's own file online", "/proc/cpuinfo", "the folders of " CPU_FOLDER, NULL};
static const char *const src_l3[] = {CPU_FOLDER "/cpu{id}/cache/index3/id",
	CPU_FOLDER "/cpu{id}/cache/index3/shared_cpu_map", CPU_FOLDER "/cpu{id}/cache/index3/shared_cpu_list", NULL};
static const char *const src_node[] = {"/sys/devices/system/node/node{node}/cpulist",
	"/sys/devices/system/node/node{node}/cpumap", "the entries of /sys/devices/system/node/node{node}",
	"the link in " CPU_FOLDER "/cpu{id}", NULL};
static const char *const src_kind[] = {"/sys/bus/event_source/devices/cpu_core/cpus", "/sys/devices/cpu_core/cpus",
	CPU_FOLDER "/cpu{id}/cpu_capacity", NULL};

static const char *const src_hybrid[] = {
	"/sys/bus/event_source/devices/cpu_core/cpus", "each CPU's own file cpu_capacity", NULL};

static const struct field cpu_fields[] = {
	FIELD(struct topology_cpu, id, "CPU", TYPE_U64, UNIT_ID, 0, LIST("present"),
		"The kernel's number of this CPU."),
	FIELD(struct topology_cpu, online, "Online", TYPE_BOOL, UNIT_NONE, 0, src_online,
		"Whether the kernel uses it now."),
	ID(package, "Package", src_package, "The socket it is in; its lowest CPU where the kernel numbers none."),
	ID(die, "Die", SOURCES(OWN("die_id")), "The die within the package."),
	ID(cluster, "Cluster", SOURCES(OWN("cluster_id")), "The group of cores that share more than the L3 cache."),
	ID(core, "Core", SOURCES(OWN("core_id"), "/proc/cpuinfo"), "The core: CPUs of one core share its units."),
	ID(node, "Node", src_node, "The memory that is near to it."),
	ID(l3, "L3", src_l3,
		"The last-level cache it shares; the lowest CPU of the group where the kernel gives no id."),
	FIELD(struct topology_cpu, siblings, "Siblings", TYPE_CPUS, UNIT_NONE, 0, src_siblings,
		"The online CPUs of the same core, itself included."),
	FIELD(struct topology_cpu, kind, "Kind", TYPE_TEXT, UNIT_NONE, 0, src_kind,
		"P for a performance core, E for an efficient one, LP for one of least power; absent where all are "
		"alike."),
	FIELD(struct topology_cpu, isolated, "Isolated", TYPE_BOOL, UNIT_NONE, 0, LIST("isolated"),
		"Left alone by the scheduler: only what is pinned there runs there."),
	FIELD(struct topology_cpu, nohz_full, "No ticks", TYPE_BOOL, UNIT_NONE, 0, LIST("nohz_full"),
		"Runs without the scheduler's tick: the kernel has no sample of its clock."),
};

#define NUMBER(member, label, source_, meaning) \
	FIELD(struct topology, member, label, TYPE_U64, UNIT_COUNT, 0, source_, meaning)
#define SET(member, label, source_, meaning) \
	FIELD(struct topology, member, label, TYPE_CPUS, UNIT_NONE, 0, source_, meaning)
#define COUNTED SOURCES("counted over the CPUs that are online")

static const struct field fields[] = {
	NUMBER(packages, "Packages", COUNTED, "Sockets that have online CPUs."),
	NUMBER(dies, "Dies", COUNTED, "Dies that have online CPUs; absent where the kernel does not tell."),
	NUMBER(nodes, "Nodes", SOURCES("the folders of /sys/devices/system/node"),
		"NUMA nodes, those without CPUs or memory too."),
	SET(node_ids, "Node numbers", SOURCES("the folders of /sys/devices/system/node"),
		"The numbers of the NUMA nodes, those without CPUs or memory too."),
	NUMBER(cores, "Cores", COUNTED, "Distinct cores of the online CPUs whose core is known."),
	NUMBER(threads_per_core, "Threads per core", COUNTED, "The largest number of online CPUs that share a core."),
	NUMBER(cpus_online, "CPUs online", LIST("online"), "CPUs that the kernel uses now."),
	NUMBER(cpus_present, "CPUs present", LIST("present"), "CPUs that are there, offline ones too."),
	SET(online, "Online", src_all_online, "CPUs that the kernel uses now."),
	SET(offline, "Offline", COUNTED, "CPUs that are there and not used."),
	SET(present, "Present", SOURCES(CPU_FOLDER "/present", "the folders of " CPU_FOLDER), "CPUs that are there."),
	SET(possible, "Possible", LIST("possible"), "CPUs that could ever be there."),
	SET(isolated, "Isolated", LIST("isolated"), "CPUs that the scheduler leaves alone."),
	SET(nohz_full, "No ticks", LIST("nohz_full"), "CPUs that run without the scheduler's tick."),
	FIELD(struct topology, smt, "SMT", TYPE_TEXT, UNIT_NONE, 0, LIST("smt/control"),
		"Whether cores may run more than one thread: on, off, forceoff, notsupported."),
	FIELD(struct topology, hybrid, "Hybrid", TYPE_BOOL, UNIT_NONE, 0, src_hybrid,
		"Whether there are cores of more than one kind."),
};

static const struct row_set sets[] = {
	{"cpu", "id", offsetof(struct topology, cpu), sizeof(struct topology_cpu), TABLE(cpu_fields), NULL, 0},
};

static struct value member(struct value set, uint64_t id)
{
	return value_known(set) ? value_bool(cpuset_has(set.set, (uint32_t)id), set.src)
				: value_error(set.err, set.src);
}

/* What an offline CPU has not: the kernel takes its folders away. */
static void offline_row(struct topology_cpu *c)
{
	c->package = c->die = c->cluster = c->core = c->l3 = c->siblings = value_error(-ENODEV, 0);
}

static bool same_core(const struct topology_cpu *x, const struct topology_cpu *y)
{
	return value_known(x->core) && value_known(y->core) && x->core.i == y->core.i &&
	       value_equal(x->package, y->package, TYPE_I64) && value_equal(x->die, y->die, TYPE_I64);
}

/*
 * Where no file lists the siblings, package, die and core do; but packages of two halves number the cores of each half
 * alike, so that machines without a second thread are asked first.
 */
static void derive_siblings(
	const struct tick *t, struct cpuinfo_rows *info, struct topology_cpu *rows, size_t n, size_t i)
{
	struct cpuset *set;
	bool alone;

	if (value_known(rows[i].siblings) || !value_known(rows[i].core) || !value_u64_or(rows[i].online, 0))
		return;
	alone = topology_alone(t, info, rows[i].id.u);
	set = cpuset_new(t->a, (uint32_t)rows[n - 1].id.u + 1);
	for (size_t k = 0; k < n; k++)
		if (k == i || (!alone && value_u64_or(rows[k].online, 0) && same_core(&rows[i], &rows[k])))
			cpuset_add(set, (uint32_t)rows[k].id.u);
	rows[i].siblings = value_set(set, 4);
}

static void fill_rows(
	const struct tick *t, struct cpuinfo_rows *info, const struct cpu_lists *lists, struct topology *top)
{
	size_t n = cpuset_count(lists->all), i = 0;
	struct topology_cpu *rows = arena_array(t->a, n, sizeof(*rows));

	CPUSET_EACH(id, lists->all)
	{
		struct topology_cpu *c = &rows[i++];

		c->id = value_u64((uint64_t)id, 0);
		c->online = member(lists->online, (uint64_t)id);
		c->isolated = member(lists->isolated, (uint64_t)id);
		c->nohz_full = member(lists->nohz_full, (uint64_t)id);
		if (value_known(c->online) && !c->online.u) {
			offline_row(c);
			continue;
		}
		topology_ids(t, info, c);
		c->siblings = topology_siblings(t, (uint64_t)id);
		c->l3 = topology_l3(t, (uint64_t)id);
	}
	for (i = 0; i < n; i++)
		derive_siblings(t, info, rows, n, i);
	top->node_ids = topology_nodes(t, rows, n);
	top->nodes = value_known(top->node_ids) ? value_u64(cpuset_count(top->node_ids.set), 0) : top->node_ids;
	top->hybrid = topology_kinds(t, rows, n);
	top->cpu =
		(struct rows){.row = rows, .n = (uint32_t)n, .known = n ? KNOWN : KNOWN_ABSENT, .err = n ? 0 : -ENOENT};
}

/* The place of a core: what is not known is one and the same place. */
struct place {
	int64_t package, die, core;
};

static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->package != y->package)
		return x->package < y->package ? -1 : 1;
	if (x->die != y->die)
		return x->die < y->die ? -1 : 1;
	return x->core < y->core ? -1 : x->core > y->core;
}

static int64_t id_or(struct value v)
{
	return value_known(v) ? v.i : INT64_MIN;
}

/* Sorted places make counting what is distinct a walk over neighbours. */
static void count(const struct tick *t, struct topology *top)
{
	const struct topology_cpu *rows = top->cpu.row;
	struct place *place = arena_array(t->a, top->cpu.n, sizeof(*place));
	uint64_t packages = 0, dies = 0, cores = 0, threads = 0, online = 0;
	size_t n = 0;

	for (uint32_t i = 0; i < top->cpu.n; i++) {
		if (!value_u64_or(rows[i].online, 0))
			continue;
		online++;
		place[n++] = (struct place){id_or(rows[i].package), id_or(rows[i].die), id_or(rows[i].core)};
		if (value_known(rows[i].siblings) && cpuset_count(rows[i].siblings.set) > threads)
			threads = cpuset_count(rows[i].siblings.set);
	}
	qsort(place, n, sizeof(*place), by_place);
	for (size_t i = 0; i < n; i++) {
		bool package = !i || place[i].package != place[i - 1].package;
		bool die = package || place[i].die != place[i - 1].die;

		packages += package && place[i].package != INT64_MIN;
		dies += die && place[i].die != INT64_MIN;
		cores += (die || place[i].core != place[i - 1].core) && place[i].core != INT64_MIN;
	}
	top->packages = packages ? value_u64(packages, 0) : value_error(-ENOENT, 0);
	top->dies = dies ? value_u64(dies, 0) : value_error(-ENOENT, 0);
	top->cores = cores ? value_u64(cores, 0) : value_error(-ENOENT, 0);
	top->threads_per_core = threads ? value_u64(threads, 0) : value_error(-ENOENT, 0);
	top->cpus_online = value_known(top->online) ? value_u64(online, 0) : value_error(top->online.err, 0);
}

static uint64_t hash(const char *text)
{
	uint64_t h = 5381;

	for (; *text; text++)
		h = h * 33 + (unsigned char)*text;
	return h;
}

/* May change its mind the next time: an error that is not "there is none". */
static bool broken(struct value v)
{
	return !value_known(v) && v.known != KNOWN_ABSENT;
}

static bool whole(const struct topology *top)
{
	for (size_t i = 0; i < COUNT(fields); i++)
		if (broken(*field_value(&fields[i], top)))
			return false;
	for (uint32_t r = 0; r < top->cpu.n; r++)
		for (size_t i = 0; i < COUNT(cpu_fields); i++)
			if (broken(*field_value(&cpu_fields[i], (const struct topology_cpu *)top->cpu.row + r)))
				return false;
	return true;
}

/*
 * Whether the CPUs that are online are those of the last time. Without that file, and while something was broken, once
 * a minute.
 */
static bool unchanged(const struct tick *t, struct state *st)
{
	bool recent = st->any && t->now_ns - st->read_ns < (uint64_t)AGAIN_NS_S * 1000000000;
	uint64_t h = 0;
	struct answer answer;

	if (kept_read(t->h, &st->online, CPU_FOLDER "/online", &answer) == 0)
		h = hash(answer.text);
	if (!st->whole && t->want->everything)
		recent = false;
	if (t->prev && h == st->hash && (recent || (h && st->whole)))
		return true;
	st->hash = h;
	st->read_ns = t->now_ns;
	st->any = true;
	return false;
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct topology *top = facts;
	struct cpuinfo_rows info = {.n = 0};
	struct cpu_lists lists;

	if (unchanged(t, state))
		return SAMPLE_SAME;
	topology_lists(t, &info, &lists);
	top->online = lists.online;
	top->offline = lists.offline;
	top->present = lists.present;
	top->possible = lists.possible;
	top->isolated = lists.isolated;
	top->nohz_full = lists.nohz_full;
	top->smt = get_text(t, 0, CPU_FOLDER "/smt/control");
	top->cpus_present = value_known(lists.present) ? value_u64(cpuset_count(lists.present.set), lists.present.src)
						       : value_error(lists.present.err, 0);
	fill_rows(t, &info, &lists, top);
	count(t, top);
	((struct state *)state)->whole = whole(top);
	return 0;
}

static void end(struct host *h, void *state)
{
	struct state *st = state;

	kept_drop(h, &st->online);
}

const struct topology_cpu *topology_cpu(const struct topology *t, uint64_t id)
{
	const struct topology_cpu *rows = t ? t->cpu.row : NULL;
	uint32_t low = 0, high = t ? t->cpu.n : 0;

	if (id < high && rows[id].id.u == id)
		return &rows[id];
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (rows[mid].id.u == id)
			return &rows[mid];
		if (rows[mid].id.u < id)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const struct probe probe_topology = {
	.name = "topology",
	.title = "Topology",
	.needs = SOURCES("kernel"),
	.size = sizeof(struct topology),
	.state_size = sizeof(struct state),
	.fields = fields,
	.nfields = COUNT(fields),
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
	.end = end,
};
