/* The bare loop that the program is compared with: it reads the clocks of all policies each tick and does nothing else.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
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

enum { BUFFER = 4 << 20, FILES_MAX = 4 * 8192 + 1 };

static const char *const names[] = {"scaling_cur_freq", "scaling_governor", "scaling_min_freq", "scaling_max_freq"};

/* Opens /proc/stat and the four files of every policy of the tree; returns how many there are, 0 after a complaint. */
static size_t open_all(const char *root, int *fd)
{
	char path[600];
	struct dirent *e;
	size_t n = 0;
	DIR *d;

	snprintf(path, sizeof path, "%.300s/proc/stat", root);
	fd[n++] = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof path, "%.300s/sys/devices/system/cpu/cpufreq", root);
	d = opendir(path);
	if (!d || fd[0] < 0) {
		fprintf(stderr, "bareloop: %s is no tree with policies\n", root);
		return 0;
	}
	while ((e = readdir(d))) {
		for (size_t i = 0; i < COUNT(names) && strncmp(e->d_name, "policy", 6) == 0 && n < FILES_MAX; i++) {
			snprintf(path, sizeof path, "%.32s/%s", e->d_name, names[i]);
			fd[n] = openat(dirfd(d), path, O_RDONLY | O_CLOEXEC);
			if (fd[n++] < 0) {
				fprintf(stderr, "bareloop: cannot open %s\n", path);
				closedir(d);
				return 0;
			}
		}
	}
	closedir(d);
	return n;
}

/* Sleeps until the next multiple of the interval, so that the period is what was asked for. */
static void wait_until(uint64_t ns)
{
	const struct timespec t = {.tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000)};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) != 0)
		continue;
}

int main(int argc, char **argv)
{
	double interval = argc == 4 ? strtod(argv[2], NULL) : 0, seconds = argc == 4 ? strtod(argv[3], NULL) : 0;
	struct bench_machine machine = bench_machine();
	uint64_t start, cpu, ticks = 0, period = (uint64_t)(interval * 1e9);
	int *fd = xcalloc(FILES_MAX, sizeof *fd);
	char *buffer = xcalloc(BUFFER, 1);
	struct rlimit limit;
	size_t n;

	if (interval <= 0 || seconds <= 0) {
		fputs("usage: bareloop DIR INTERVAL SECONDS\n", stderr);
		return 2;
	}
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	n = open_all(argv[1], fd);
	if (!n)
		return 1;
	start = bench_ns();
	cpu = bench_cpu_ns(getpid());
	while (bench_ns() - start < (uint64_t)(seconds * 1e9)) {
		for (size_t i = 0; i < n; i++) {
			if (pread(fd[i], buffer, BUFFER, 0) <= 0) {
				fputs("bareloop: a file does not answer\n", stderr);
				return 1;
			}
		}
		ticks++;
		/* A tick that comes too late is left out, as the program does. */
		wait_until(start + ((bench_ns() - start) / period + 1) * period);
	}
	printf("files=%zu ticks=%" PRIu64 " cpu_ns=%" PRIu64 " wall_ns=%" PRIu64 " idle=%.0f\n", n, ticks,
		bench_cpu_ns(getpid()) - cpu, bench_ns() - start, bench_idle(&machine));
	return 0;
}
