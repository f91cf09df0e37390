/* hvscope simulate: hands over to the reader of its own options. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/cmd_simulate.h"
#include "tui/subcommands.h"

int sub_simulate(struct options *o, int argc, char **argv)
{
	(void)o; /* it writes a tree and opens no host */
	return cmd_simulate(argc, argv);
}
