/* Themes: text files that say what each role looks like; code names meanings, never colours. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef THEMES_THEME_H
#define THEMES_THEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The roles, in the order of roles.def: ROLE_text, ROLE_warn, … */
enum role {
#define ROLE(name, meaning) ROLE_##name,
#include "themes/roles.def"
#undef ROLE
	ROLE_COUNT
};

enum { COLOUR_DEFAULT = -1 }; /* the terminal's own */

enum attribute {
	ATTR_BOLD = 1 << 0,
	ATTR_DIM = 1 << 1,
	ATTR_ITALIC = 1 << 2,
	ATTR_UNDERLINE = 1 << 3,
	ATTR_REVERSE = 1 << 4,
};

struct look {
	int16_t fg, bg; /* 0-255 of the xterm palette, or COLOUR_DEFAULT */
	uint8_t attrs; /* enum attribute */
};

struct theme {
	char name[32];
	char about[72]; /* a sentence for whoever chooses; "" when the file has none */
	struct look look[ROLE_COUNT];
};

/* The built-in look, which needs no file: what a broken theme falls back to. */
void theme_builtin(struct theme *ret);

/*
 * Reads the text of a theme file: a section [roles] with lines `warn = yellow bold on default`, `#` comments, and
 * optionally [theme] with `name` and `about`. Roles that are not named keep the built-in look. -EINVAL with why =
 * "NAME:LINE: …" for an unknown role, colour or word; *ret is then the built-in look.
 */
int theme_parse(const char *text, const char *name, struct theme *ret, char why[200]);

const char *role_name(enum role r);
const char *role_meaning(enum role r);
/* The colour of a name: "red", "bright-red", "default", "0" to "255"; -2 when it is none. */
int colour_from_word(const char *word);
/* Red, green and blue, 0 to 255, of a colour of the xterm palette. */
void colour_rgb(int colour, int rgb[3]);
/* The nearest of the 8 basic colours, for terminals that have no more. */
int colour_to_8(int colour);
int colour_to_16(int colour);

#endif
