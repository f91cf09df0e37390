/* Options: what stands before and after the name of a subcommand, read in one place. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_OPTIONS_H
#define TUI_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>

#include "probes/checks.h"

/* Exit statuses. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_NOT_CONFIRMED = 3, EXIT_COULD_NOT = 4 };

struct options {
	const char *root; /* --root DIR, else NULL: this machine */
	const char *open; /* --open FILE, else NULL */
	unsigned tick; /* --tick N of a capture; 0: not given */
	bool named; /* the hosts are arguments of the subcommand: --tick is of those */
	bool machine; /* a folder that holds no machine is refused */
	bool read_only, no_mouse;
	const char *connect; /* --connect URI, else NULL: the system's libvirt, and none with --root */
	double interval; /* seconds, 0: not given */
	double timeout; /* seconds */
	const char *theme, *script;
	enum profile profile; /* by which the checks judge; web where none is given */
	bool version, help;
};

/*
 * Reads the options that every subcommand takes, and those of `extra` (ended by a zeroed row; val is given to on()).
 * stop: ends at the first word that is no option. Returns the index of the first such word, or -EXIT_USAGE after a line
 * on stderr.
 */
int options_read(struct options *o, int argc, char **argv, const struct option *extra,
	int (*on)(int val, const char *arg, void *data), void *data, bool stop);

/* 0, or EXIT_USAGE after a complaint: what is given at all stands against each other. Of a subcommand it is asked above. */
int options_agree(const struct options *o);

/* A line on stderr: "hvscope: what, why, what would help". Returns the status. */
int complain(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The last one, cut off at 511 bytes; "" before the first. */
const char *complained(void);

/* Prints it. EXIT_DONE, or EXIT_FAILED after a complaint; what stdout could not write before counts too. */
int print_text(const char *text);

/* How wide the terminal is that it prints to; 0: to none. */
unsigned print_columns(void);

/* The machine that a word names: "now" is this one, a folder holds its /sys and /proc, all else is a capture. */
void options_name(struct options *o, const char *name);

struct host;
/* The host that the options name; NULL after a complaint. */
struct host *options_host(const struct options *o);

#endif
