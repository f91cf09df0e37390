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

enum { KEYS = 16, TIMEOUT_MS = 5000, SILENT_MS = 20000, COUNT_MAX = 10000 };

struct press {
	char *key;
	const char *text; /* what it brings to the screen, and what was not there before */
};

struct asked {
	char **command;
	const char *env[KEYS + 1], *ready;
	struct press before[KEYS], keys[KEYS];
	size_t nenv, nbefore, nkeys, count;
	struct press stop; /* the process that is stopped before the keys, and what the screen then says of it */
	const char *quit; /* the key that ends the program; NULL: a signal does */
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

/* To where the keys are pressed: a panel, its order, and who is to be silent meanwhile. */
static bool prepare(struct pty *p, const struct asked *a)
{
	bool there = p && pty_wait_text(p, a->ready, TIMEOUT_MS);

	for (size_t i = 0; there && i < a->nbefore; i++) {
		pty_send(p, a->before[i].key);
		there = pty_wait_text(p, a->before[i].text, TIMEOUT_MS);
	}
	if (there && a->stop.key)
		there = kill((pid_t)strtoul(a->stop.key, NULL, 10), SIGSTOP) == 0 &&
			pty_wait_text(p, a->stop.text, SILENT_MS);
	if (!there)
		fprintf(stderr, "paint: the screen is not ready:\n%s\n", p ? pty_text(p) : "");
	return there;
}

/* Milliseconds until the process is gone, -1 when it was ended by force. */
static double end(struct pty *p, const char *quit)
{
	uint64_t start = bench_ns();
	bool ended;
	int status;

	if (quit)
		pty_send(p, quit);
	else
		pty_signal(p, SIGTERM);
	ended = pty_wait_exit(p, &status, TIMEOUT_MS);
	pty_close(p);
	return ended ? (double)(bench_ns() - start) / 1e6 : -1;
}

static int measure(const struct asked *a)
{
	const struct pty_run run = {.w = 120, .h = 40, .argv = (const char *const *)a->command, .env = a->env};
	struct bench_machine machine = bench_machine();
	double *ms = xcalloc(a->count, sizeof *ms), ended = -1;
	struct pty *p = pty_start(&run);
	size_t done = 0;

	if (prepare(p, a))
		done = press_all(p, a->keys, a->nkeys, ms, a->count);
	if (p)
		ended = end(p, a->quit);
	if (a->stop.key)
		kill((pid_t)strtoul(a->stop.key, NULL, 10), SIGCONT);
	printf("p50_ms=%.2f p99_ms=%.2f max_ms=%.2f keys=%zu end_ms=%.1f idle=%.0f\n", bench_rank(ms, done, 0.5),
		bench_rank(ms, done, 0.99), bench_rank(ms, done, 1), done, ended, bench_idle(&machine));
	free(ms);
	return done != a->count;
}

/* -e, -b, -s and -q with what stands behind them. Returns where the rest begins, 0 when one is wrong. */
static int options(int argc, char **argv, struct asked *a)
{
	int at = 1;

	for (; at + 1 < argc && argv[at][0] == '-'; at += 2) {
		char *value = argv[at + 1];
		bool good = a->nenv < KEYS && a->nbefore < KEYS;

		if (good && strcmp(argv[at], "-e") == 0)
			a->env[a->nenv++] = value;
		else if (good && strcmp(argv[at], "-b") == 0)
			good = press_from(value, &a->before[a->nbefore++]);
		else if (good && strcmp(argv[at], "-s") == 0)
			good = press_from(value, &a->stop) && strtoul(value, NULL, 10) > 1;
		else if (good && strcmp(argv[at], "-q") == 0)
			a->quit = value;
		else
			good = false;
		if (!good)
			return 0;
	}
	return at;
}

int main(int argc, char **argv)
{
	struct asked a = {.command = bench_command(&argc, argv)};
	int at = options(argc, argv, &a);

	a.count = at && at < argc ? strtoul(argv[at], NULL, 10) : 0;
	for (int i = at + 2; i < argc && a.count && a.nkeys < KEYS; i++) {
		if (!press_from(argv[i], &a.keys[a.nkeys++]))
			a.count = 0;
	}
	if (!a.command || !a.count || a.count > COUNT_MAX || !a.nkeys) {
		fputs("usage: paint [-e NAME=VALUE]... [-b KEY=TEXT]... [-s PID=TEXT] [-q KEY] COUNT TEXT-WHEN-READY "
		      "KEY=TEXT... -- PROGRAM...\n"
		      "-b presses keys before, -s then stops that process and waits for what the screen says of it,\n"
		      "-q ends the program by that key\n",
			stderr);
		return 2;
	}
	a.ready = argv[at + 1];
	return measure(&a);
}
