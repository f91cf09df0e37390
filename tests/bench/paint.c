/* Presses keys in a program on a terminal and tells how long each takes until the screen shows what it should. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes/util.h"
#include "tests/lib/bench.h"
#include "tests/lib/pty.h"

enum { KEYS = 16, TIMEOUT_MS = 5000, COUNT_MAX = 10000 };

struct press {
	char *key;
	const char *text; /* what it brings to the screen, and what was not there before */
};

/* KEY=TEXT is cut in place. False without a '=' that has something before it. */
static bool press_from(char *arg, struct press *ret)
{
	char *cut = *arg ? strchr(arg + 1, '=') : NULL;

	if (!cut)
		return false;
	*cut = '\0';
	*ret = (struct press){.key = arg, .text = cut + 1};
	return true;
}

/* Milliseconds from the key to the text, or -1 after a complaint. */
static double press(struct pty *p, const struct press *k)
{
	uint64_t start;

	if (strstr(pty_text(p), k->text)) {
		fprintf(stderr, "paint: \"%s\" is on the screen before \"%s\" is pressed\n", k->text, k->key);
		return -1;
	}
	start = bench_ns();
	pty_send(p, k->key);
	if (!pty_wait_text(p, k->text, TIMEOUT_MS)) {
		fprintf(stderr, "paint: \"%s\" never came after \"%s\":\n%s\n", k->text, k->key, pty_text(p));
		return -1;
	}
	return (double)(bench_ns() - start) / 1e6;
}

static size_t press_all(struct pty *p, const struct press *keys, size_t nkeys, double *ms, size_t count)
{
	int status;

	for (size_t i = 0; i < count; i++) {
		/* Pauses of changing length, so that keys fall into every part of a tick. */
		if (pty_wait_exit(p, &status, (int)(10 + i * 37 % 90))) {
			fputs("paint: the program ended\n", stderr);
			return i;
		}
		ms[i] = press(p, &keys[i % nkeys]);
		if (ms[i] < 0)
			return i;
	}
	return count;
}

static int measure(
	char **command, const char *const *env, const char *ready, const struct press *keys, size_t nkeys, size_t count)
{
	const struct pty_run run = {.w = 120, .h = 40, .argv = (const char *const *)command, .env = env};
	struct bench_machine machine = bench_machine();
	double *ms = xcalloc(count, sizeof *ms);
	struct pty *p = pty_start(&run);
	size_t done = 0;
	int status;

	if (p && pty_wait_text(p, ready, TIMEOUT_MS))
		done = press_all(p, keys, nkeys, ms, count);
	else
		fprintf(stderr, "paint: \"%s\" never came:\n%s\n", ready, p ? pty_text(p) : "");
	if (p) {
		pty_signal(p, SIGTERM);
		pty_wait_exit(p, &status, 5000);
		pty_close(p);
	}
	printf("p50_ms=%.2f p99_ms=%.2f max_ms=%.2f keys=%zu idle=%.0f\n", bench_rank(ms, done, 0.5),
		bench_rank(ms, done, 0.99), bench_rank(ms, done, 1), done, bench_idle(&machine));
	free(ms);
	return done != count;
}

int main(int argc, char **argv)
{
	char **command = bench_command(&argc, argv);
	const char *env[KEYS + 1] = {NULL};
	struct press keys[KEYS];
	size_t nenv = 0, nkeys = 0, count;
	int at = 1;

	while (at + 1 < argc && strcmp(argv[at], "-e") == 0 && nenv < KEYS) {
		env[nenv++] = argv[at + 1];
		at += 2;
	}
	count = at < argc ? strtoul(argv[at], NULL, 10) : 0;
	for (int i = at + 2; i < argc && count && nkeys < KEYS; i++) {
		if (!press_from(argv[i], &keys[nkeys++]))
			count = 0;
	}
	if (!command || !count || count > COUNT_MAX || !nkeys) {
		fputs("usage: paint [-e NAME=VALUE]... COUNT TEXT-WHEN-READY KEY=TEXT... -- PROGRAM...\n", stderr);
		return 2;
	}
	return measure(command, env, argv[at + 1], keys, nkeys, count);
}
