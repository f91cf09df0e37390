/* The table of the commands, and how a key or a name finds its row. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/commands.h"

#include <stdio.h>
#include <string.h>

#include "probes/util.h"
#include "tui/cmd.h"
#include "tui/key.h"

const struct command commands[] = {
#define COMMAND(function, keys, name, arguments, label, sentence) \
	{false, keys, name, arguments, label, sentence, cmd_##function},
#define TAPE(function, keys, name, arguments, label, sentence) \
	{true, keys, name, arguments, label, sentence, cmd_##function},
#include "tui/commands.def"
#undef COMMAND
#undef TAPE
};

const size_t ncommands = COUNT(commands);

const struct command *command_of_key(uint32_t code)
{
	for (size_t i = 0; i < ncommands; i++)
		for (const char *p = commands[i].keys; *p;) {
			size_t n = strcspn(p, " ");
			char name[16];

			snprintf(name, sizeof(name), "%.*s", (int)n, p);
			if (key_from_name(name) == code)
				return &commands[i];
			p += n + (p[n] == ' ');
		}
	return NULL;
}

const struct command *command_of_name(const char *name, size_t len)
{
	const struct command *found = NULL;

	for (size_t i = 0; i < ncommands; i++) {
		if (strncmp(commands[i].name, name, len) != 0)
			continue;
		if (!commands[i].name[len])
			return &commands[i];
		if (found)
			return NULL;
		found = &commands[i];
	}
	return len ? found : NULL;
}
