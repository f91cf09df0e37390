/* Reads the msr counters through perf_event_open(2), which asks for less than /dev/cpu/N/msr does. */
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
#include "probes/host/machine.h"
#include "probes/parse.h"
#include "probes/util.h"

enum counter { TSC, APERF, MPERF, NCOUNTERS }; /* the first leads the group */
static const char *const counter_names[NCOUNTERS] = {"tsc", "aperf", "mperf"};

struct perf {
	struct machine *m;
	pthread_mutex_t lock; /* of all below */
	char folder[128];
	bool asked; /* type and config are read, once */
	uint32_t type;
	uint64_t config[NCOUNTERS];
	struct group {
		bool open;
		int fd[NCOUNTERS];
		uint64_t enabled; /* at the last reading */
	} * cpu;
	size_t ncpus;
};

/* What read(2) gives of a group with these read_formats. */
struct group_values {
	uint64_t n, enabled, running, value[NCOUNTERS];
};

struct perf *perf_new(struct machine *m, const char *folder)
{
	struct perf *p = xcalloc(1, sizeof(*p));

	p->m = m;
	pthread_mutex_init(&p->lock, NULL);
	snprintf(p->folder, sizeof(p->folder), "%s", folder);
	return p;
}

static void close_group(struct group *g)
{
	for (size_t i = 0; g->open && i < NCOUNTERS; i++)
		close(g->fd[i]);
	g->open = false;
}

void perf_free(struct perf *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->ncpus; i++)
		close_group(&p->cpu[i]); /* the machine ends: it counts no more */
	pthread_mutex_destroy(&p->lock);
	free(p->cpu);
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

int perf_path_cpu(const char *path)
{
	struct slice s = slice_of(path);
	uint64_t cpu;

	if (!slice_starts(s, "@perf/msr/") || path[10] < '0' || path[10] > '9')
		return -EINVAL;
	if (parse_u64((struct slice){s.p + 10, s.len - 10}, &cpu) || cpu >= CPUSET_MAX)
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

/* Which PMU and which events: they do not change while a kernel runs. */
static int ask_pmu(struct perf *p, char why[WHY_SIZE])
{
	char text[64], name[32], path[192];
	uint64_t type;
	int err = read_small(p, "type", text, sizeof(text));

	if (!err)
		err = parse_u64(slice_of(text), &type);
	if (err)
		return why_path(why, err, p->folder, ": this kernel offers no msr counters; they need perf on x86");
	for (size_t i = 0; i < NCOUNTERS; i++) {
		snprintf(name, sizeof(name), "events/%s", counter_names[i]);
		err = read_small(p, name, text, sizeof(text));
		if (!err)
			err = perf_event_config(text, &p->config[i]);
		if (!err)
			continue;
		snprintf(path, sizeof(path), "%s/%s", p->folder, name);
		return why_path(why, err, path,
			": the processor does not offer this counter; to a guest most hypervisors show only tsc");
	}
	p->type = (uint32_t)type;
	p->asked = true;
	return 0;
}

static int event_open(const struct perf *p, enum counter counter, int cpu, int leader)
{
	struct perf_event_attr attr = {
		.type = p->type,
		.size = sizeof(attr),
		.config = p->config[counter],
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

static int open_group(struct perf *p, struct group *g, int cpu, char why[WHY_SIZE])
{
	unsigned taken = 0, opened = 0;
	int err = 0;

	while (taken < NCOUNTERS && machine_take_kept(p->m))
		taken++;
	if (taken < NCOUNTERS)
		err = -EMFILE;
	for (; !err && opened < NCOUNTERS; opened++) {
		g->fd[opened] = event_open(p, (enum counter)opened, cpu, opened ? g->fd[TSC] : -1);
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
	machine_give_kept(p->m, taken);
	return explain_refusal(err, cpu, why);
}

/* Events of a CPU that went offline stand still, also when it is back: they are opened anew the next time. */
static int read_group(struct perf *p, struct group *g, int cpu, struct group_values *ret, char why[WHY_SIZE])
{
	ssize_t n = read(g->fd[TSC], ret, sizeof(*ret));
	int err = n < 0 ? -errno : 0;

	if (n == (ssize_t)sizeof(*ret) && ret->n == NCOUNTERS && ret->enabled > g->enabled) {
		g->enabled = ret->enabled;
		return 0;
	}
	close_group(g);
	machine_give_kept(p->m, NCOUNTERS);
	snprintf(why, WHY_SIZE, "The counters of CPU %d stand still: it is or was offline.", cpu);
	return err ? err : -ENODEV;
}

static struct group *group_of(struct perf *p, int cpu)
{
	if ((size_t)cpu >= p->ncpus) {
		size_t n = (size_t)cpu + 64;

		p->cpu = xrealloc(p->cpu, n, sizeof(*p->cpu));
		memset(p->cpu + p->ncpus, 0, (n - p->ncpus) * sizeof(*p->cpu));
		p->ncpus = n;
	}
	return &p->cpu[cpu];
}

static int read_cpu(struct perf *p, int cpu, struct group_values *ret, char why[WHY_SIZE])
{
	struct group *g = group_of(p, cpu);
	int err = p->asked ? 0 : ask_pmu(p, why);

	if (!err && !g->open)
		err = open_group(p, g, cpu, why);
	return err ? err : read_group(p, g, cpu, ret, why);
}

int perf_text(struct perf *p, const char *path, char *buf, size_t size, char why[WHY_SIZE])
{
	int cpu = perf_path_cpu(path), err;
	struct group_values v;

	if (cpu < 0)
		return why_path(why, -EINVAL, path, ": only @perf/msr/CPU is answered");
	pthread_mutex_lock(&p->lock);
	err = read_cpu(p, cpu, &v, why);
	pthread_mutex_unlock(&p->lock);
	if (err)
		return err;
	why[0] = '\0';
	return snprintf(buf, size,
		"tsc=%" PRIu64 "\naperf=%" PRIu64 "\nmperf=%" PRIu64 "\nenabled=%" PRIu64 "\nrunning=%" PRIu64 "\n",
		v.value[TSC], v.value[APERF], v.value[MPERF], v.enabled, v.running);
}
