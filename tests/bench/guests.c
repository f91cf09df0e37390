/* What a tick costs where there are many guests: samples and draws a tree that moves, a second of its time each. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes/host/host.h"
#include "probes/host/simulate.h"
#include "probes/sampler.h"
#include "probes/util.h"
#include "tests/lib/bench.h"
#include "tests/lib/clocked.h"
#include "tests/lib/picture.h"
#include "tui/app_impl.h"
#include "tui/options.h"

enum { WIDTH = 120, HEIGHT = 40, WARM_UP = 20 };

struct bench {
	struct app *app;
	pid_t mover; /* a process of its own: what moving costs is not ours */
	int to, from; /* a byte there: a second is to pass; one back: it has */
	struct clocked clock;
	uint64_t now_ns; /* of the machine: a tick is a second of it, however long that takes here */
	struct picture picture;
	double *ns, *checks_ns; /* of each tick, and of the checks in it */
	uint64_t sample_ns, draw_ns;
};

static bool give_up(const char *what, const char *why)
{
	fprintf(stderr, "guests: %s: %s\n", what, why);
	return false;
}

/* Ends when nobody asks any more. */
static int move_when_asked(const char *tree, int asked, int done)
{
	struct simulation *s;
	char why[200], byte;

	if (simulate_open(tree, &s, why) < 0)
		return give_up(tree, why);
	while (read(asked, &byte, 1) == 1) {
		if (simulate_move(s, 1000, 2, why) < 0)
			return give_up("moving", why);
		if (write(done, &byte, 1) != 1)
			break;
	}
	simulate_close(s);
	return 0;
}

static bool start_mover(struct bench *b, const char *tree)
{
	int asked[2], done[2];

	if (pipe(asked) < 0 || pipe(done) < 0)
		return give_up(tree, strerror(errno));
	b->mover = fork();
	if (b->mover < 0)
		return give_up(tree, strerror(errno));
	if (!b->mover) {
		close(asked[1]);
		close(done[0]);
		_exit(move_when_asked(tree, asked[0], done[1]));
	}
	close(asked[0]);
	close(done[1]);
	b->to = asked[1];
	b->from = done[0];
	return true;
}

static bool bench_open(struct bench *b, const char *tree)
{
	const struct host_options root = {.root = tree};
	const struct options o = {.timeout = 3};
	struct host *h;
	char why[200];

	if (!start_mover(b, tree))
		return false;
	if (host_open(&root, &h, why) < 0)
		return give_up(tree, why);
	b->now_ns = bench_ns();
	b->app = app_over(clocked(&b->clock, h, &b->now_ns), &o, NULL);
	b->picture = picture_new(WIDTH, HEIGHT, false);
	return b->app;
}

static void draw(struct bench *b)
{
	int x, y;

	app_compose(b->app, b->picture.cells, WIDTH, HEIGHT, false, &x, &y);
}

/* One second of the machine; false when it cannot go on. */
static bool tick(struct bench *b, double *ret_ns)
{
	uint64_t start, middle, end;
	char byte = 's';

	if (write(b->to, &byte, 1) != 1 || read(b->from, &byte, 1) != 1)
		return give_up("moving", "it ended");
	b->now_ns += UINT64_C(1000000000);
	start = bench_cpu_ns(getpid());
	app_sample(b->app, false);
	middle = bench_cpu_ns(getpid());
	draw(b);
	end = bench_cpu_ns(getpid());
	*ret_ns = (double)(end - start);
	b->sample_ns += middle - start;
	b->draw_ns += end - middle;
	return true;
}

static int measure(struct bench *b, unsigned ticks)
{
	struct bench_machine machine = bench_machine();
	double sum = 0;

	b->sample_ns = b->draw_ns = 0;
	for (unsigned i = 0; i < ticks; i++) {
		if (!tick(b, &b->ns[i]))
			return 1;
		sum += b->ns[i];
		b->checks_ns[i] = b->app->snap && b->app->snap->findings ? (double)b->app->snap->findings->cost_ns : 0;
	}
	printf("cpu_us=%.0f sample_us=%" PRIu64 " draw_us=%" PRIu64, sum / ticks / 1000, b->sample_ns / ticks / 1000,
		b->draw_ns / ticks / 1000);
	printf(" checks_us=%.0f checks_worst_us=%.0f", bench_rank(b->checks_ns, ticks, 0.5) / 1000,
		bench_rank(b->checks_ns, ticks, 1) / 1000);
	printf(" p50_us=%.0f worst_us=%.0f ticks=%u idle=%.0f\n", bench_rank(b->ns, ticks, 0.5) / 1000,
		bench_rank(b->ns, ticks, 1) / 1000, ticks, bench_idle(&machine));
	return 0;
}

int main(int argc, char **argv)
{
	struct bench b = {0};
	unsigned ticks = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
	double first;
	char bad[64];

	if (argc < 3 || !ticks) {
		fputs("usage: guests TREE TICKS [KEY of the panel [PROBES,... that are asked]]\n", stderr);
		return 2;
	}
	if (!bench_open(&b, argv[1]))
		return 1;
	if (argc > 4 && sampler_only(b.app->sampler, argv[4], bad) < 0)
		return !give_up(bad, "no probe");
	b.ns = xcalloc(ticks, sizeof *b.ns);
	b.checks_ns = xcalloc(ticks, sizeof *b.checks_ns);
	draw(&b);
	app_key(b.app, (struct key){.code = argc > 3 ? (uint32_t)argv[3][0] : '1'});
	for (unsigned i = 0; i < WARM_UP; i++) {
		if (!tick(&b, &first))
			return 1;
	}
	return measure(&b, ticks);
}
