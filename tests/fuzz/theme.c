/* Fuzzes the reader of themes: a broken one leaves the built-in look and a sentence, and names its line. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "probes/util.h"
#include "themes/theme.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xcalloc(size + 1, 1), why[200] = "";
	struct theme theme, builtin;

	memset(&theme, 0, sizeof(theme));
	theme_builtin(&builtin);
	if (size)
		memcpy(text, data, size);
	if (theme_parse(text, "fuzz", &theme, why) < 0) {
		if (memcmp(theme.look, builtin.look, sizeof(theme.look)) != 0)
			BUG("half a theme was taken");
		if (strncmp(why, "fuzz", 4) != 0)
			BUG("no reason: %s", why);
	}
	for (int r = 0; r < ROLE_COUNT; r++) {
		struct look l = theme.look[r];

		if (l.fg < COLOUR_DEFAULT || l.fg > 255 || l.bg < COLOUR_DEFAULT || l.bg > 255)
			BUG("no colour: %d on %d", l.fg, l.bg);
		if (colour_to_8(l.fg) > 7 || colour_to_16(l.bg) > 15)
			BUG("a colour above its palette");
	}
	free(text);
	return 0;
}
