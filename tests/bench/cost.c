/* Runs a program on a terminal of 120x40 and tells what it costs: CPU time, bytes to the terminal, memory, ticks. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/lib/bench.h"
#include "tests/lib/pty.h"

struct options {
	double skip, seconds; /* before the measuring begins, and its length */
	const char *keys; /* sent a second after the start */
	const char *show; /* not NULL: the screen at the end goes to stderr */
};

static int options_take(struct options *o, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "k:n:s:v")) != -1) {
		if (c == 'k')
			o->keys = optarg;
		else if (c == 'n')
			o->seconds = strtod(optarg, NULL);
		else if (c == 's')
			o->skip = strtod(optarg, NULL);
		else if (c == 'v')
			o->show = "";
		else
			return -1;
	}
	return optind == argc && o->skip >= 1 && o->seconds > 0 ? 0 : -1;
}

/* Lets it run; false when it ended by itself. */
static bool let_run(struct pty *p, double seconds)
{
	int status;

	if (!pty_wait_exit(p, &status, (int)(seconds * 1000)))
		return true;
	fprintf(stderr, "cost: the program ended with status %#x:\n%s\n", (unsigned)status, pty_raw(p));
	return false;
}

/* The number behind the last "ticks=" that it wrote, 0 without one. */
static uint64_t ticks_told(struct pty *p)
{
	const char *found = NULL;

	for (const char *at = pty_raw(p); (at = strstr(at, "ticks=")); at++)
		found = at;
	return found ? strtoull(found + 6, NULL, 10) : 0;
}

static int measure(const struct options *o, char **command)
{
	static const char *const env[] = {"HVSCOPE_STATS=1", NULL};
	const struct pty_run run = {.w = 120, .h = 40, .argv = (const char *const *)command, .env = env};
	struct bench_machine machine;
	uint64_t begun = bench_ns(), start, cpu, rss, hwm, wall;
	struct pty *p = pty_start(&run);
	size_t bytes;
	int status;

	if (!p || !let_run(p, 1))
		return 1;
	if (o->keys)
		pty_send(p, o->keys);
	if (!let_run(p, o->skip - 1))
		return 1;
	machine = bench_machine();
	pty_forget(p);
	start = bench_ns();
	cpu = bench_cpu_ns(pty_pid(p));
	if (!let_run(p, o->seconds))
		return 1;
	cpu = bench_cpu_ns(pty_pid(p)) - cpu;
	wall = bench_ns() - start;
	bytes = pty_bytes(p);
	rss = bench_status(pty_pid(p), "VmRSS");
	hwm = bench_status(pty_pid(p), "VmHWM");
	if (o->show)
		fputs(pty_text(p), stderr);
	pty_signal(p, SIGTERM);
	pty_wait_exit(p, &status, 5000);
	printf("cpu_ns=%" PRIu64 " wall_ns=%" PRIu64 " bytes=%zu rss_kib=%" PRIu64 " hwm_kib=%" PRIu64, cpu, wall,
		bytes, rss, hwm);
	printf(" ticks=%" PRIu64 " life_ns=%" PRIu64 " idle=%.0f\n", ticks_told(p), bench_ns() - begun,
		bench_idle(&machine));
	pty_close(p);
	return 0;
}

int main(int argc, char **argv)
{
	struct options o = {.skip = 2, .seconds = 10};
	char **command = bench_command(&argc, argv);

	if (!command || options_take(&o, argc, argv) < 0) {
		fputs("usage: cost [-s SECONDS to skip] [-n SECONDS] [-k KEYS] [-v] -- PROGRAM...\n", stderr);
		return 2;
	}
	return measure(&o, command);
}
