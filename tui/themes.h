/* Finding a theme by its name: beside the program's data, or built in. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_THEMES_H
#define TUI_THEMES_H

struct options;
struct theme;

/*
 * NAME, looked for as NAME.theme in $HVSCOPE_DATADIR/themes, in the folder that was built in, in themes/ below the
 * current folder, and as a path when it has a slash. A broken or missing file: a negative errno, a sentence with its
 * line in why, and the built-in look.
 */
int themes_load(const char *name, struct theme *ret, char why[200]);

/* A line on stderr when the theme of the options cannot be had: for what draws, but has no screen to say so. */
void themes_complain(const struct options *o);

#endif
