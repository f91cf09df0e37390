/* Every command as a function: one prototype for each row of commands.def. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_CMD_H
#define TUI_CMD_H

struct app;

#define COMMAND(function, keys, name, arguments, label, sentence) void cmd_##function(struct app *a, const char *arg);
#define TAPE COMMAND
#include "tui/commands.def"
#undef COMMAND
#undef TAPE

#endif
