/* hvscope simulate: writes the tree of a machine that does not exist, and lets it live. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_CMD_SIMULATE_H
#define TUI_CMD_SIMULATE_H

/* argv[0] is "simulate". The exit status of the program: 0 done, 1 failed, 2 wrong usage. */
int cmd_simulate(int argc, char **argv);

#endif
