/* Kernel settings: files of /proc/sys/kernel and their like, and the partitions of CPUs that cgroups made. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/sysctl.h"

#include <string.h>

#include "probes/get.h"

#define KERNEL "/proc/sys/kernel/"
#define CGROUPS "/sys/fs/cgroup"
#define FAIR_SERVER "/sys/kernel/debug/sched/fair_server/cpu0/"
#define WORKQUEUE "/sys/devices/virtual/workqueue/cpumask"

enum { PARTITIONS_MOST = 256 };

#define SETTING(member, label, type, unit, source_, meaning) \
	FIELD(struct sysctl, member, label, type, unit, 0, SOURCES(source_), meaning)

static const struct field fields[] = {
	SETTING(nmi_watchdog, "NMI watchdog", TYPE_BOOL, UNIT_NONE, KERNEL "nmi_watchdog",
		"Whether each CPU is interrupted every few seconds to see that it is not stuck; it takes a counter."),
	SETTING(watchdog_cpus, "Watched CPUs", TYPE_CPUS, UNIT_NONE, KERNEL "watchdog_cpumask",
		"The CPUs that the watchdogs look at."),
	SETTING(timer_migration, "Timer migration", TYPE_BOOL, UNIT_NONE, KERNEL "timer_migration",
		"Whether timers of idle CPUs are moved to busy ones."),
	SETTING(rt_runtime_us, "Real-time share", TYPE_I64, UNIT_US, KERNEL "sched_rt_runtime_us",
		"How long real-time tasks may run in each period; -1 is without limit."),
	SETTING(rt_period_us, "Real-time period", TYPE_U64, UNIT_US, KERNEL "sched_rt_period_us",
		"The period of that limit."),
	SETTING(schedstats, "Scheduler statistics", TYPE_BOOL, UNIT_NONE, KERNEL "sched_schedstats",
		"Whether the scheduler counts in detail how long tasks wait."),
	SETTING(split_lock_mitigate, "Split locks punished", TYPE_BOOL, UNIT_NONE, KERNEL "split_lock_mitigate",
		"Whether a thread that splits a lock sleeps 10 ms each time."),
	SETTING(perf_event_paranoid, "perf paranoia", TYPE_I64, UNIT_NONE, KERNEL "perf_event_paranoid",
		"Who may count events: 0 and less all CPUs for everybody, 3 nobody without a privilege."),
	SETTING(dmesg_restrict, "Log restricted", TYPE_BOOL, UNIT_NONE, KERNEL "dmesg_restrict",
		"Whether only root may read the kernel's log."),
	SETTING(workqueue_cpus, "Kernel work", TYPE_CPUS, UNIT_NONE, WORKQUEUE,
		"The CPUs that do the kernel's own work where it is bound to none."),
	SETTING(fair_server_ns, "Fair server", TYPE_U64, UNIT_NS, FAIR_SERVER "runtime",
		"What ordinary tasks get of each period on CPU 0 beside real-time ones; newer kernels, root only."),
	SETTING(fair_server_period_ns, "Fair server period", TYPE_U64, UNIT_NS, FAIR_SERVER "period",
		"The period of the fair server."),
};

#define PARTITION(member, label, type, source_, meaning) \
	FIELD(struct cpu_partition, member, label, type, UNIT_NONE, 0, SOURCES(source_), meaning)

static const struct field row_fields[] = {
	PARTITION(name, "Cgroup", TYPE_TEXT, "the folders of " CGROUPS, "The cgroup that has CPUs of its own."),
	PARTITION(state, "Partition", TYPE_TEXT, CGROUPS "/{name}/cpuset.cpus.partition",
		"Root: the scheduler balances within it; isolated: it balances not at all."),
	PARTITION(isolated, "Isolated", TYPE_BOOL, CGROUPS "/{name}/cpuset.cpus.partition",
		"Whether it is an isolated partition that holds."),
	PARTITION(cpus, "CPUs", TYPE_CPUS, CGROUPS "/{name}/cpuset.cpus.effective", "The CPUs that it has now."),
};

static const struct row_set sets[] = {
	{"partition", "name", offsetof(struct sysctl, partition), sizeof(struct cpu_partition), TABLE(row_fields), NULL,
		0},
};

/* Files at the top are the kernel's own. */
static bool is_file(const char *name)
{
	static const char *const begins[] = {
		"cgroup.", "cpu.", "cpuset.", "hugetlb.", "io.", "irq.", "memory.", "misc.", "pids.", "rdma."};

	for (size_t i = 0; i < COUNT(begins); i++)
		if (strncmp(name, begins[i], strlen(begins[i])) == 0)
			return true;
	return false;
}

/* "member" is what all are that have no CPUs of their own: no row. "isolated invalid (…)" is not in force. */
static bool fill(const struct tick *t, const char *name, struct cpu_partition *row)
{
	row->state = get_text(t, 0, CGROUPS "/%s/cpuset.cpus.partition", name);
	if (row->state.known == KNOWN_ABSENT || (value_known(row->state) && strcmp(row->state.text, "member") == 0))
		return false;
	row->name = value_text(name, 0);
	row->isolated = value_known(row->state) ? value_bool(strcmp(row->state.text, "isolated") == 0, 0)
						: value_error(row->state.err, 0);
	row->cpus = get_list(t, 0, CGROUPS "/%s/cpuset.cpus.effective", name);
	return true;
}

static struct rows partitions(const struct tick *t)
{
	const char *const *name;
	size_t names;
	int err = get_names(t, CGROUPS, PARTITIONS_MOST, &name, &names);
	struct cpu_partition *rows = arena_array(t->a, names, sizeof(*rows));
	uint32_t n = 0;

	for (size_t i = 0; !err && i < names; i++)
		if (!is_file(name[i]))
			n += fill(t, name[i], &rows[n]);
	return err ? (struct rows){.known = value_error(err, 0).known, .err = err}
		   : (struct rows){.row = rows, .n = n, .known = KNOWN};
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct sysctl *s = facts;

	(void)state;
	s->nmi_watchdog = get_bool(t, 0, KERNEL "nmi_watchdog");
	s->watchdog_cpus = get_list(t, 0, KERNEL "watchdog_cpumask");
	s->timer_migration = get_bool(t, 0, KERNEL "timer_migration");
	s->rt_runtime_us = get_i64(t, 0, KERNEL "sched_rt_runtime_us");
	s->rt_period_us = get_u64(t, 0, KERNEL "sched_rt_period_us");
	s->schedstats = get_bool(t, 0, KERNEL "sched_schedstats");
	s->split_lock_mitigate = get_bool(t, 0, KERNEL "split_lock_mitigate");
	s->perf_event_paranoid = get_i64(t, 0, KERNEL "perf_event_paranoid");
	s->dmesg_restrict = get_bool(t, 0, KERNEL "dmesg_restrict");
	s->workqueue_cpus = get_mask(t, 0, WORKQUEUE);
	s->fair_server_ns = get_u64(t, 0, FAIR_SERVER "runtime");
	s->fair_server_period_ns = get_u64(t, 0, FAIR_SERVER "period");
	s->partition = partitions(t);
	return 0;
}

const struct probe probe_sysctl = {
	.name = "sysctl",
	.title = "Kernel settings",
	.size = sizeof(struct sysctl),
	.period_ms = 10000,
	.fields = fields,
	.nfields = COUNT(fields),
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
};
