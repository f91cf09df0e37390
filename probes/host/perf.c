/* Reads counters through perf_event_open(2), which asks for less than /dev/cpu/N/msr does. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/perf.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probes/cpuset.h"
#include "probes/host/answer.h"
#include "probes/host/identity.h"
#include "probes/host/machine.h"
#include "probes/parse.h"
#include "probes/util.h"

enum { COUNTERS_MOST = 4 };

/* Counters of one PMU that are read together; the first that is there leads their group. */
static const struct set {
	const char *name, *pmu;
	const char *counter[COUNTERS_MOST]; /* as the answer calls them; the event is that and what follows */
	const char *ending;
	bool whole; /* one without the others is no use */
	bool with_tsc; /* they count ticks of the TSC, and are answered with it */
} sets[] = {
	{"msr", "msr", {"tsc", "aperf", "mperf"}, "", true, false},
	{"smi", "msr", {"tsc", "smi"}, "", true, false},
	{"cstate_core", "cstate_core", {"c1", "c3", "c6", "c7"}, "-residency", false, true},
	{"cstate_pkg", "cstate_pkg", {"c2", "c3", "c6", "c8"}, "-residency", false, true},
};

/* The groups of a set, one for each CPU that was asked. */
struct groups {
	bool asked; /* type and config are read, once */
	uint32_t type;
	size_t n; /* counters that this processor has */
	const char *name[COUNTERS_MOST];
	uint64_t config[COUNTERS_MOST];
	struct group {
		bool open;
		int fd[COUNTERS_MOST];
		uint64_t enabled; /* at the last reading */
	} * cpu;
	size_t ncpus;
};

struct perf {
	struct machine *m;
	pthread_mutex_t lock; /* of all below */
	char folder[128];
	struct groups of[COUNT(sets)];
};

/* What read(2) gives of a group with these read_formats. */
struct group_values {
	uint64_t n, enabled, running, value[COUNTERS_MOST];
};

struct perf *perf_new(struct machine *m, const char *folder)
{
	struct perf *p = xcalloc(1, sizeof(*p));

	p->m = m;
	pthread_mutex_init(&p->lock, NULL);
	snprintf(p->folder, sizeof(p->folder), "%s", folder);
	return p;
}

static void close_group(const struct groups *of, struct group *g)
{
	for (size_t i = 0; g->open && i < of->n; i++)
		close(g->fd[i]);
	g->open = false;
}

void perf_free(struct perf *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < COUNT(sets); i++) {
		for (size_t k = 0; k < p->of[i].ncpus; k++)
			close_group(&p->of[i], &p->of[i].cpu[k]); /* the machine ends: it counts no more */
		free(p->of[i].cpu);
	}
	pthread_mutex_destroy(&p->lock);
	free(p);
}

int perf_event_config(const char *text, uint64_t *ret)
{
	struct slice s = slice_trim(slice_of(text));
	char *end;

	if (!slice_starts(s, "event=0x") || s.len == 8 || s.len > 24 ||
		strspn(s.p + 8, "0123456789abcdefABCDEF") != s.len - 8)
		return -EINVAL;
	*ret = strtoull(s.p + 8, &end, 16);
	return 0;
}

/* Which set, and what follows its name and a slash. */
static int set_of_path(const char *path, const char **ret)
{
	for (size_t i = 0; strncmp(path, "@perf/", 6) == 0 && i < COUNT(sets); i++) {
		size_t n = strlen(sets[i].name);

		if (strncmp(path + 6, sets[i].name, n) == 0 && path[6 + n] == '/') {
			*ret = path + 6 + n + 1;
			return (int)i;
		}
	}
	return -EINVAL;
}

int perf_path_cpu(const char *path)
{
	const char *number = "";
	uint64_t cpu;

	if (set_of_path(path, &number) < 0 || *number < '0' || *number > '9')
		return -EINVAL;
	if (parse_u64(slice_of(number), &cpu) || cpu >= CPUSET_MAX)
		return -EINVAL;
	return (int)cpu;
}

/* A small file of the PMU's folder. */
static int read_small(const struct perf *p, const char *name, char *buf, size_t size)
{
	char path[192];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", p->folder, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, buf, size - 1);
	close(fd);
	if (n < 0)
		return -EIO;
	buf[n] = '\0';
	return 0;
}

static int ask_event(const struct perf *p, const struct set *set, const char *counter, uint64_t *ret, char why[WHY_SIZE])
{
	char text[64], name[80], path[224];
	int err;

	snprintf(name, sizeof(name), "%s/events/%s%s", set->pmu, counter, set->ending);
	err = read_small(p, name, text, sizeof(text));
	if (!err)
		err = perf_event_config(text, ret);
	if (!err)
		return 0;
	snprintf(path, sizeof(path), "%s/%s", p->folder, name);
	return why_path(why, err, path,
		": the processor does not offer this counter; to a guest most hypervisors show only tsc");
}

/* Which PMU and which events: they do not change while a kernel runs. */
static int ask_pmu(const struct perf *p, const struct set *set, struct groups *of, char why[WHY_SIZE])
{
	char text[64], name[48], path[192];
	uint64_t type;
	int err;

	snprintf(name, sizeof(name), "%s/type", set->pmu);
	snprintf(path, sizeof(path), "%s/%s", p->folder, set->pmu);
	err = read_small(p, name, text, sizeof(text));
	if (!err)
		err = parse_u64(slice_of(text), &type);
	if (err)
		return why_path(why, err, path,
			set->with_tsc ? ": this kernel offers no counters of sleep; they need perf on an Intel processor"
				      : ": this kernel offers no msr counters; they need perf on x86");
	of->n = 0;
	for (size_t i = 0; i < COUNTERS_MOST && set->counter[i]; i++) {
		int missing = ask_event(p, set, set->counter[i], &of->config[of->n], why);

		if (missing && (set->whole || missing != -ENOENT))
			return missing;
		if (missing)
			continue;
		of->name[of->n++] = set->counter[i];
	}
	if (!of->n)
		return -ENOENT; /* why is of the last one */
	of->type = (uint32_t)type;
	of->asked = true;
	return 0;
}

static int event_open(const struct groups *of, size_t counter, int cpu, int leader)
{
	struct perf_event_attr attr = {
		.type = of->type,
		.size = sizeof(attr),
		.config = of->config[counter],
		.read_format = PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
	};
	long fd = syscall(SYS_perf_event_open, &attr, -1, cpu, leader, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : (int)fd;
}

/* What would make it possible; returns err as the rest of hvscope means it. */
static int explain_refusal(int err, int cpu, char why[WHY_SIZE])
{
	switch (err) {
	case -EACCES:
	case -EPERM:
		snprintf(why, WHY_SIZE,
			"perf_event_open of CPU %d: not permitted; it takes CAP_PERFMON, root, or a "
			"kernel.perf_event_paranoid of 0 or less",
			cpu);
		return -EACCES;
	case -ENODEV:
	case -ENXIO:
		snprintf(why, WHY_SIZE, "perf_event_open of CPU %d: the CPU is offline", cpu);
		return -ENODEV;
	case -ENOSYS:
	case -EOPNOTSUPP:
		snprintf(why, WHY_SIZE, "perf_event_open of CPU %d: this kernel was built or booted without it", cpu);
		return -EOPNOTSUPP;
	case -ENOENT:
		snprintf(why, WHY_SIZE, "perf_event_open of CPU %d: this processor does not have these counters", cpu);
		return -ENOENT;
	default:
		return why_errno(why, err, "perf_event_open");
	}
}

static int open_group(struct perf *p, const struct groups *of, struct group *g, int cpu, char why[WHY_SIZE])
{
	size_t taken = 0, opened = 0;
	int err = 0;

	while (taken < of->n && machine_take_kept(p->m))
		taken++;
	if (taken < of->n)
		err = -EMFILE;
	for (; !err && opened < of->n; opened++) {
		g->fd[opened] = event_open(of, opened, cpu, opened ? g->fd[0] : -1);
		if (g->fd[opened] < 0) {
			err = g->fd[opened];
			break;
		}
	}
	if (!err) {
		g->open = true;
		g->enabled = 0;
		return 0;
	}
	while (opened)
		close(g->fd[--opened]);
	machine_give_kept(p->m, (uint32_t)taken);
	return explain_refusal(err, cpu, why);
}

/* Events of a CPU that went offline stand still, also when it is back: they are opened anew the next time. */
static int read_group(struct perf *p, const struct groups *of, struct group *g, int cpu, struct group_values *ret,
	char why[WHY_SIZE])
{
	ssize_t size = (ssize_t)(sizeof(*ret) - (COUNTERS_MOST - of->n) * sizeof(ret->value[0]));
	ssize_t n = read(g->fd[0], ret, sizeof(*ret));
	int err = n < 0 ? -errno : 0;

	if (n == size && ret->n == of->n && ret->enabled > g->enabled) {
		g->enabled = ret->enabled;
		return 0;
	}
	close_group(of, g);
	machine_give_kept(p->m, (uint32_t)of->n);
	snprintf(why, WHY_SIZE, "The counters of CPU %d stand still: it is or was offline.", cpu);
	return err ? err : -ENODEV;
}

static struct group *group_of(struct groups *of, int cpu)
{
	if ((size_t)cpu >= of->ncpus) {
		size_t n = (size_t)cpu + 64;

		of->cpu = xrealloc(of->cpu, n, sizeof(*of->cpu));
		memset(of->cpu + of->ncpus, 0, (n - of->ncpus) * sizeof(*of->cpu));
		of->ncpus = n;
	}
	return &of->cpu[cpu];
}

static int read_cpu(struct perf *p, int set, int cpu, struct group_values *ret, char why[WHY_SIZE])
{
	struct groups *of = &p->of[set];
	struct group *g = group_of(of, cpu);
	int err = of->asked ? 0 : ask_pmu(p, &sets[set], of, why);

	if (!err && !g->open)
		err = open_group(p, of, g, cpu, why);
	return err ? err : read_group(p, of, g, cpu, ret, why);
}

static int write_values(const struct groups *of, const struct group_values *v, char *buf, size_t size)
{
	size_t len = 0;

	for (size_t i = 0; i < of->n; i++)
		len += (size_t)snprintf(len < size ? buf + len : NULL, len < size ? size - len : 0, "%s=%" PRIu64 "\n",
			of->name[i], v->value[i]);
	len += (size_t)snprintf(len < size ? buf + len : NULL, len < size ? size - len : 0,
		"enabled=%" PRIu64 "\nrunning=%" PRIu64 "\n", v->enabled, v->running);
	return (int)len;
}

int perf_text(struct perf *p, const char *path, char *buf, size_t size, char why[WHY_SIZE])
{
	const char *number;
	int cpu = perf_path_cpu(path), set = set_of_path(path, &number), err, n, more;
	struct group_values v;

	if (cpu < 0)
		return why_path(why, -EINVAL, path,
			": only msr, smi, cstate_core and cstate_pkg of a CPU are answered, as in @perf/msr/0");
	pthread_mutex_lock(&p->lock);
	err = read_cpu(p, set, cpu, &v, why);
	n = err ? err : write_values(&p->of[set], &v, buf, size);
	pthread_mutex_unlock(&p->lock);
	if (n < 0)
		return n;
	why[0] = '\0';
	if (!sets[set].with_tsc || (size_t)n >= size)
		return n;
	more = tsc_text(buf + n, size - (size_t)n, why);
	return more < 0 ? more : n + more;
}
