/* The subcommands: each reads its own arguments and returns an exit status. argv[0] is its name. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_SUBCOMMANDS_H
#define TUI_SUBCOMMANDS_H

#include "tui/options.h"

#define SUBCOMMAND(name, arguments, sentence) int sub_##name(struct options *o, int argc, char **argv);
#include "tui/subcommands.def"
#undef SUBCOMMAND

/* A monitor waits for its line also where the options in front of check cannot be read: the status to end with. */
int check_refused(int argc, char **argv, int status);

/* The full program on a terminal, and the one that obeys a script; see tui/app.h. */
struct host;
int run_program(const struct options *o);
int run_program_over(struct host *h, const struct options *o); /* owns h once it draws; NULL: the host of the options */
int run_script(const struct options *o);

#endif
