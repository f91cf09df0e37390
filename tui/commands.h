/* The table of the commands: keys, the : prompt, scripts, help and the manual all read it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_COMMANDS_H
#define TUI_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct app;

struct command {
	bool tape; /* it moves the time of a capture, and nothing else */
	const char *keys; /* names, parted by blanks */
	const char *name, *arguments, *label, *sentence;
	void (*run)(struct app *a, const char *arg); /* arg: "" when there is none; of a key: the key's name */
};

extern const struct command commands[];
extern const size_t ncommands;

/* The command of that key, or NULL. */
const struct command *command_of_key(uint32_t code);
/* The command of that name or of an unambiguous beginning of it, or NULL. */
const struct command *command_of_name(const char *name, size_t len);

#endif
