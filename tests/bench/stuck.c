/* The program on a directory whose sampler hangs from its fourth tick on: what keys cost when the host is silent. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <locale.h>
#include <stdio.h>
#include <unistd.h>

#include "probes/host/host.h"
#include "tui/subcommands.h"

enum { TICKS = 3 };

static int tick_or_hang(struct host *h, int by)
{
	static int ticks; /* only the sampler's thread ticks */

	(void)h;
	(void)by;
	while (ticks == TICKS)
		pause();
	ticks++;
	return 0;
}

int main(int argc, char **argv)
{
	struct host_options ho = {.root = argc == 2 ? argv[1] : NULL};
	struct options o = {.timeout = 3, .interval = 0.1};
	struct host_ops ops;
	struct host *h;
	char why[200];

	setlocale(LC_ALL, "");
	if (argc != 2) {
		fputs("usage: stuck DIR\n", stderr);
		return EXIT_USAGE;
	}
	if (host_open(&ho, &h, why)) {
		fprintf(stderr, "stuck: %s\n", why);
		return EXIT_FAILED;
	}
	ops = *h->ops;
	ops.tick = tick_or_hang;
	h->ops = &ops; /* of this handle, which the sampler gets; the change thread's is another */
	return run_program_over(h, &o);
}
