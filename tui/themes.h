/* Finding themes: one by its name, or all of them; beside the program's data, or built in. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_THEMES_H
#define TUI_THEMES_H

#include <stddef.h>

#include "themes/theme.h"

struct options;

/*
 * NAME, looked for as NAME.theme in $HVSCOPE_DATADIR/themes, in the folder that was built in, in themes/ below the
 * current folder, and as a path when it has a slash. A broken or missing file: a negative errno, a sentence with its
 * line in why, and the built-in look.
 */
int themes_load(const char *name, struct theme *ret, char why[200]);

/* A theme that can be asked for by its name; when its file is broken, err and why say so and the look is built in. */
struct theme_choice {
	char *name;
	struct theme theme;
	int err;
	char why[200];
};

/* All of them, the default one first, the others by their names; never none. For themes_free(). */
size_t themes_list(struct theme_choice **ret);
void themes_free(struct theme_choice *list, size_t n); /* NULL is fine */
/* "default, light, mono": as many names as there is room for. Returns buf. */
const char *themes_names(char *buf, size_t size);

/* A line on stderr when the theme of the options cannot be had: for what draws, but has no screen to say so. */
void themes_complain(const struct options *o);

#endif
