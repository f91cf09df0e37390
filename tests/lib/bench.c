/* Clocks, ranks, the load of this machine, and what a screen shows. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/bench.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	if (clock_gettime(clock, &t) < 0)
		return 0;
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

uint64_t bench_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

uint64_t bench_thread_ns(void)
{
	return clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

uint64_t bench_cpu_ns(pid_t pid)
{
	clockid_t clock;

	return clock_getcpuclockid(pid, &clock) == 0 ? clock_ns(clock) : 0;
}

static int by_size(const void *a, const void *b)
{
	double x, y;

	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return (x > y) - (x < y);
}

double bench_rank(double *v, size_t n, double share)
{
	double at = share * (double)n;
	size_t i = (size_t)at;

	if (!n)
		return 0;
	qsort(v, n, sizeof *v, by_size);
	/* The smallest value that at least this share is not above. */
	if (i > 0 && at <= (double)i)
		i--;
	return v[i < n ? i : n - 1];
}

static void read_text(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, size - 1);

	buf[n > 0 ? n : 0] = '\0';
	if (fd >= 0)
		close(fd);
}

struct bench_machine bench_machine(void)
{
	struct bench_machine m = {0};
	char text[4096], *p = text;

	read_text("/proc/stat", text, sizeof text);
	p += strcspn(p, " ");
	/* user nice system idle iowait irq softirq steal */
	for (int i = 0; i < 8; i++) {
		uint64_t v = strtoull(p, &p, 10);

		m.all += v;
		m.idle += i == 3 || i == 4 ? v : 0;
	}
	return m;
}

double bench_idle(const struct bench_machine *since)
{
	struct bench_machine now = bench_machine();

	return now.all > since->all ? 100.0 * (double)(now.idle - since->idle) / (double)(now.all - since->all) : 0;
}

uint64_t bench_status(pid_t pid, const char *name)
{
	char path[64], text[8192], *p;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	read_text(path, text, sizeof text);
	p = strstr(text, name);
	return p ? strtoull(p + strlen(name) + 1, NULL, 10) : 0;
}

/* Whether a line of the screen that has `line` (any, when it is NULL) has `word`. */
static bool some_line_has(const char *screen, const char *line, const char *word)
{
	char one[4096];

	for (const char *p = screen; *p;) {
		size_t len = strcspn(p, "\n");

		snprintf(one, sizeof one, "%.*s", (int)len, p);
		if ((!line || strstr(one, line)) && strstr(one, word))
			return true;
		p += len + (p[len] == '\n');
	}
	return false;
}

bool bench_shows(const char *screen, const char *words)
{
	char word[256], line[256];
	bool within = false;

	for (const char *p = words + strspn(words, " "); *p; p += strspn(p, " ")) {
		size_t len = strcspn(p, " ");
		bool has;

		snprintf(word, sizeof word, "%.*s", (int)len - 1, p + 1);
		for (char *c = word; *c; c++)
			*c = *c == '_' ? ' ' : *c;
		has = some_line_has(screen, within && *p != '@' ? line : NULL, word);
		if (has == (*p == '-'))
			return false;
		if (*p == '@') {
			memcpy(line, word, sizeof line);
			within = true;
		}
		p += len;
	}
	return true;
}

char **bench_command(int *argc, char **argv)
{
	for (int i = 1; i < *argc; i++) {
		if (strcmp(argv[i], "--") == 0 && i + 1 < *argc) {
			*argc = i;
			argv[i] = NULL;
			return argv + i + 1;
		}
	}
	return NULL;
}
