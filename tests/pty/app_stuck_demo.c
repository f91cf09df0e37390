/* The program on a machine in memory one of whose reads never ends, from the moment on in which a file appears. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "probes/host/host.h"
#include "tests/lib/sham.h"
#include "tui/subcommands.h"

struct watch {
	struct sham *machine;
	const char *sign;
};

static void *wait_for_sign(void *arg)
{
	const struct timespec pause = {.tv_nsec = 5000000};
	const struct watch *w = arg;

	while (access(w->sign, F_OK))
		nanosleep(&pause, NULL);
	sham_hang(w->machine, "/proc/stat");
	return NULL;
}

int main(int argc, char **argv)
{
	struct watch w = {.machine = sham_new()};
	struct options o = {.timeout = 3, .interval = 0.1};
	pthread_t thread;

	setlocale(LC_ALL, "");
	if (argc != 2) {
		fputs("usage: app_stuck_demo FILE\n", stderr);
		return EXIT_USAGE;
	}
	w.sign = argv[1];
	sham_machine(w.machine, 8);
	if (access(w.sign, F_OK) == 0)
		sham_hang(w.machine, "/proc/stat"); /* from its first read on */
	else if (pthread_create(&thread, NULL, wait_for_sign, &w))
		return EXIT_FAILED;
	return run_program_over(sham_host(w.machine), &o);
}
