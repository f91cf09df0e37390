/* The bare loop that the program is compared with: each tick it reads all clocks and all idle counters, nothing else. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "probes/util.h"
#include "tests/lib/bench.h"

enum { BUFFER = 4 << 20, FILES_MAX = 8192 * 24 + 1, STATES_MOST = 10 };

#define CPUS "/sys/devices/system/cpu"

static const char *const of_policy[] = {
	"scaling_cur_freq", "scaling_governor", "scaling_min_freq", "scaling_max_freq", NULL};
static const char *const of_state[] = {"usage", "time", NULL};

struct files {
	int *fd;
	size_t n;
};

/* False after a complaint. */
static bool open_file(struct files *f, int dir, const char *path)
{
	int fd = f->n < FILES_MAX ? openat(dir, path, O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0) {
		fprintf(stderr, "bareloop: cannot open %s: %s\n", path, strerror(errno));
		return false;
	}
	f->fd[f->n++] = fd;
	return true;
}

static bool open_names(struct files *f, int dir, const char *folder, const char *const *names)
{
	char path[300];

	for (; *names; names++) {
		snprintf(path, sizeof path, "%.200s/%s", folder, *names);
		if (!open_file(f, dir, path))
			return false;
	}
	return true;
}

/* The states of a CPU, up to the first that it does not have. */
static bool open_states(struct files *f, int dir, const char *cpu)
{
	char path[200];

	for (int i = 0; i < STATES_MOST; i++) {
		snprintf(path, sizeof path, "%.100s/cpuidle/state%d", cpu, i);
		if (faccessat(dir, path, F_OK, 0) < 0)
			return true;
		if (!open_names(f, dir, path, of_state))
			return false;
	}
	return true;
}

/* All entries "PREFIX<digit>…" of a folder of the tree. */
static bool open_each(struct files *f, const char *root, const char *folder, const char *prefix)
{
	char path[600];
	struct dirent *e;
	bool fine = true;
	DIR *d;

	snprintf(path, sizeof path, "%.300s%s", root, folder);
	d = opendir(path);
	if (!d) {
		fprintf(stderr, "bareloop: %s is no tree with policies\n", root);
		return false;
	}
	while (fine && (e = readdir(d))) {
		size_t n = strlen(prefix);

		if (strncmp(e->d_name, prefix, n) != 0 || !strchr("0123456789", e->d_name[n]) || !e->d_name[n])
			continue;
		if (strcmp(prefix, "cpu") == 0)
			fine = open_states(f, dirfd(d), e->d_name);
		else
			fine = open_names(f, dirfd(d), e->d_name, of_policy);
	}
	closedir(d);
	return fine;
}

static bool open_all(const char *root, struct files *f)
{
	char path[400];

	snprintf(path, sizeof path, "%.300s/proc/stat", root);
	return open_file(f, AT_FDCWD, path) && open_each(f, root, CPUS "/cpufreq", "policy") &&
	       open_each(f, root, CPUS, "cpu");
}

/* As many as this process may have, and more where it may say so itself. */
static void raise_limit(void)
{
	struct rlimit limit, more = {FILES_MAX + 100, FILES_MAX + 100};

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_max >= FILES_MAX || setrlimit(RLIMIT_NOFILE, &more)) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/* Sleeps until the next multiple of the interval, so that the period is what was asked for. */
static void wait_until(uint64_t ns)
{
	const struct timespec t = {.tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000)};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) != 0)
		continue;
}

static bool read_all(const struct files *f, char *buffer)
{
	for (size_t i = 0; i < f->n; i++) {
		if (pread(f->fd[i], buffer, BUFFER, 0) <= 0) {
			fputs("bareloop: a file does not answer\n", stderr);
			return false;
		}
	}
	return true;
}

int main(int argc, char **argv)
{
	double interval = argc == 4 ? strtod(argv[2], NULL) : 0, seconds = argc == 4 ? strtod(argv[3], NULL) : 0;
	struct bench_machine machine = bench_machine();
	uint64_t start, cpu, ticks = 0, period = (uint64_t)(interval * 1e9);
	struct files f = {.fd = xcalloc(FILES_MAX, sizeof *f.fd)};
	char *buffer = xcalloc(BUFFER, 1);

	if (interval <= 0 || seconds <= 0) {
		fputs("usage: bareloop DIR INTERVAL SECONDS\n", stderr);
		return 2;
	}
	raise_limit();
	if (!open_all(argv[1], &f))
		return 1;
	start = bench_ns();
	cpu = bench_cpu_ns(getpid());
	while (bench_ns() - start < (uint64_t)(seconds * 1e9)) {
		if (!read_all(&f, buffer))
			return 1;
		ticks++;
		/* A tick that comes too late is left out, as the program does. */
		wait_until(start + ((bench_ns() - start) / period + 1) * period);
	}
	printf("files=%zu ticks=%" PRIu64 " cpu_ns=%" PRIu64 " wall_ns=%" PRIu64 " idle=%.0f\n", f.n, ticks,
		bench_cpu_ns(getpid()) - cpu, bench_ns() - start, bench_idle(&machine));
	return 0;
}
