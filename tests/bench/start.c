/* Starts a program many times on a terminal and tells how long it takes, and how much CPU time, until the screen shows what it should. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes/util.h"
#include "tests/lib/bench.h"
#include "tests/lib/pty.h"

enum { MILESTONES = 8, RUNS_MAX = 200, TIMEOUT_MS = 10000 };

struct milestone {
	char *name;
	const char *words; /* see bench_shows() */
	double ms[RUNS_MAX], cpu_ms[RUNS_MAX]; /* since the start; CPU time and memory of the program by then */
	double hwm_kib[RUNS_MAX];
	size_t n; /* runs that reached it */
};

/* One start; every milestone is noted when it is first seen. */
static bool one_run(char **command, struct milestone *m, size_t n)
{
	const struct pty_run run = {.w = 120, .h = 40, .argv = (const char *const *)command};
	uint64_t begun = bench_ns();
	struct pty *p = pty_start(&run);
	bool seen[MILESTONES] = {0}, ended = false;
	size_t left = n;
	int status;

	if (!p)
		return false;
	while (left && !ended && bench_ns() - begun < (uint64_t)TIMEOUT_MS * 1000000) {
		ended = pty_wait_exit(p, &status, 1);
		for (size_t i = 0; i < n; i++) {
			if (seen[i] || !bench_shows(pty_text(p), m[i].words))
				continue;
			m[i].ms[m[i].n] = (double)(bench_ns() - begun) / 1e6;
			m[i].cpu_ms[m[i].n] = (double)bench_cpu_ns(pty_pid(p)) / 1e6;
			m[i].hwm_kib[m[i].n++] = (double)bench_status(pty_pid(p), "VmHWM");
			seen[i] = true;
			left--;
		}
	}
	if (left)
		fprintf(stderr, "start: %s; the screen was:\n%s\n",
			ended ? "the program ended" : "not all was seen in time", pty_text(p));
	if (!ended) {
		pty_signal(p, SIGTERM);
		pty_wait_exit(p, &status, 5000);
	}
	pty_close(p);
	return !left;
}

static void print_median(struct milestone *m)
{
	bool any = m->n > 0;

	printf("%s_ms=%.1f ", m->name, any ? bench_rank(m->ms, m->n, 0.5) : -1);
	printf("%s_cpu_ms=%.1f ", m->name, any ? bench_rank(m->cpu_ms, m->n, 0.5) : -1);
	printf("%s_kib=%.0f ", m->name, any ? bench_rank(m->hwm_kib, m->n, 0.5) : -1);
}

int main(int argc, char **argv)
{
	struct bench_machine machine = bench_machine();
	struct milestone *m = xcalloc(MILESTONES, sizeof *m);
	char **command = bench_command(&argc, argv);
	size_t n = 0, runs = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	bool fine = true;

	for (int i = 2; i < argc && n < MILESTONES; i++, n++) {
		m[n].name = argv[i];
		m[n].words = strchr(argv[i], '=');
		if (!m[n].words)
			runs = 0;
		else
			*strchr(argv[i], '=') = '\0', m[n].words++;
	}
	if (!command || !n || !runs || runs > RUNS_MAX) {
		fputs("usage: start RUNS NAME=WORDS... -- PROGRAM...\n", stderr);
		return 2;
	}
	for (size_t i = 0; i < runs && fine; i++)
		fine = one_run(command, m, n);
	for (size_t i = 0; i < n; i++)
		print_median(&m[i]);
	printf("runs=%zu idle=%.0f\n", m[n - 1].n, bench_idle(&machine));
	free(m);
	return !fine;
}
