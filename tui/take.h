/* Writes ticks of a host into the file of a capture: what hvscope capture and hvscope simulate have in common. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_TAKE_H
#define TUI_TAKE_H

#include <stdbool.h>
#include <stdint.h>

struct host;

struct take {
	const char *path; /* "-": standard output */
	bool force; /* replaces what is there */
	bool anonymous; /* names are masked */
	unsigned ticks;
	double interval; /* seconds from one to the next; 0: as fast as it goes */
	double timeout; /* seconds that the first one waits for daemons */
	const char *failed; /* not NULL: a text in which the host says why a tick failed, "" until then */

	/* Waits until then, on CLOCK_MONOTONIC; true: what is there is to be ended in order. */
	bool (*wait)(void *arg, uint64_t until_ns);
	/* What is written has this name until it is whole: who leaves without an end removes it. */
	void (*draft)(void *arg, char *path); /* NULL: it is no more */
	void *arg;
};

/* EXIT_DONE when the file can be written as far as anybody knows yet, else after a complaint. */
int take_check(const struct take *t);
/* Records h, which it owns; shows progress, and says at the end what there is. An exit status. */
int take_capture(const struct take *t, struct host *h);

#endif
