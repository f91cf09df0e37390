/* What recording costs: samples a tree that moves, bare and recorded in turns, a second of its time a tick. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/capture_file.h"
#include "probes/host/host.h"
#include "probes/host/recording.h"
#include "probes/host/simulate.h"
#include "probes/sampler.h"
#include "probes/snapshot.h"
#include "probes/util.h"
#include "tests/lib/bench.h"
#include "tests/lib/clocked.h"

enum { FLIPS = 32, WORKING = 20, ROUNDS = 3, SECOND_NS = 1000000000 };

struct bench {
	const char *tree, *path;
	unsigned ticks;
	struct simulation *s;
	struct clocked clock;
	uint64_t now_ns; /* of the machine */
	struct capture_file *file;
	uint64_t bytes;
	double *ns[2]; /* of each tick after the first, bare and recorded */
	double first_ns[2][ROUNDS];
	char why[200];
};

static int sink(void *arg, const char *bytes, size_t len)
{
	struct bench *b = arg;

	b->bytes += len;
	return capture_file_write(b->file, bytes, len, b->why);
}

static struct host *open_one(struct bench *b, bool recorded)
{
	const struct host_options root = {.root = b->tree};
	struct host *h;

	if (host_open(&root, &h, b->why))
		return NULL;
	h = clocked(&b->clock, h, &b->now_ns);
	if (recorded && capture_file_create(b->path, &b->file, b->why)) {
		host_close(h);
		return NULL;
	}
	if (recorded)
		recording_open(h, sink, b, &h);
	b->bytes = 0;
	return h;
}

/* One tick with all that is done for it; its CPU time. */
static double tick(struct sampler *s, struct host *recording, bool first)
{
	const struct want everything = {.everything = true};
	uint64_t from = bench_thread_ns();

	if (recording)
		recording_all(recording, first);
	snapshot_unref(sampler_step(s, first ? &everything : NULL));
	if (recording)
		recording_flush(recording, false);
	return (double)(bench_thread_ns() - from);
}

/* All ticks of one host; false with why. */
static bool run(struct bench *b, bool recorded, unsigned round)
{
	struct host *h = open_one(b, recorded), *recording = recorded ? h : NULL;
	struct sampler *s;

	if (!h)
		return false;
	s = sampler_new(h);
	b->first_ns[recorded][round] = tick(s, recording, true);
	for (unsigned i = 0; i < b->ticks; i++) {
		if (simulate_move(b->s, 1000, FLIPS, b->why))
			return false;
		b->now_ns += SECOND_NS;
		b->ns[recorded][round * b->ticks + i] = tick(s, recording, false);
	}
	bool ok = !recording || (!recording_flush(recording, true) && !capture_file_end(b->file, b->why));
	sampler_free(s);
	return ok;
}

static void print(struct bench *b, const struct bench_machine *machine)
{
	double sum[2] = {0};

	for (unsigned i = 0; i < ROUNDS * b->ticks; i++)
		for (unsigned recorded = 0; recorded < 2; recorded++)
			sum[recorded] += b->ns[recorded][i];
	printf("bare_us=%.0f recorded_us=%.0f ratio=%.3f", sum[0] / ROUNDS / b->ticks / 1000, sum[1] / ROUNDS / b->ticks / 1000,
		sum[1] / sum[0]);
	printf(" p50_ratio=%.3f", bench_rank(b->ns[1], ROUNDS * b->ticks, 0.5) / bench_rank(b->ns[0], ROUNDS * b->ticks, 0.5));
	printf(" first_ratio=%.3f", bench_rank(b->first_ns[1], ROUNDS, 0.5) / bench_rank(b->first_ns[0], ROUNDS, 0.5));
	printf(" bytes=%" PRIu64 " ticks=%u idle=%.0f\n", b->bytes, b->ticks, bench_idle(machine));
}

int main(int argc, char **argv)
{
	struct bench b = {.now_ns = bench_ns()};
	struct bench_machine machine = bench_machine();

	if (argc == 4)
		b.ticks = (unsigned)strtoul(argv[2], NULL, 10);
	if (!b.ticks) {
		fputs("usage: recording TREE TICKS FILE.host\n", stderr);
		return 2;
	}
	b.tree = argv[1];
	b.path = argv[3];
	b.ns[0] = xcalloc((size_t)ROUNDS * b.ticks, sizeof(double));
	b.ns[1] = xcalloc((size_t)ROUNDS * b.ticks, sizeof(double));
	bool ok = !simulate_open(b.tree, &b.s, b.why);
	if (ok)
		simulate_working(b.s, WORKING);
	for (unsigned round = 0; ok && round < ROUNDS; round++)
		ok = run(&b, false, round) && run(&b, true, round);
	if (!ok) {
		fprintf(stderr, "recording: %s: %s\n", b.tree, b.why);
		return 1;
	}
	print(&b, &machine);
	simulate_close(b.s);
	free(b.ns[0]);
	free(b.ns[1]);
	return 0;
}
