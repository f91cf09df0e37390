/* Finding a theme: text is read by the layer that knows files, and understood by the one that knows looks. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/themes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/files.h"
#include "themes/theme.h"
#include "tui/options.h"

#ifndef HVSCOPE_DATADIR
#define HVSCOPE_DATADIR "/usr/local/share/hvscope"
#endif

enum { THEME_BYTES = 1 << 16 };

static int read_from(const char *folder, const char *name, char **text, char why[200])
{
	char path[512];
	size_t len;

	if (!folder)
		snprintf(path, sizeof(path), "%s", name);
	else
		snprintf(path, sizeof(path), "%s/themes/%s.theme", folder, name);
	return files_read(path, THEME_BYTES, text, &len, why);
}

static int load(const char *name, struct theme *ret, char why[200])
{
	const char *folder = getenv("HVSCOPE_DATADIR"), *slash = strrchr(name, '/');
	char *text = NULL;
	int err = -ENOENT;

	theme_builtin(ret);
	if (slash)
		err = read_from(NULL, name, &text, why);
	else if (folder && *folder)
		err = read_from(folder, name, &text, why);
	if (err == -ENOENT && !slash)
		err = read_from(HVSCOPE_DATADIR, name, &text, why);
	if (err == -ENOENT && strcmp(name, "default") == 0)
		return 0; /* it is built in */
	if (err == -ENOENT && !slash)
		err = read_from(".", name, &text, why); /* run from where it was built */
	if (err == -ENOENT)
		snprintf(why, 200,
			"There is no theme \"%.60s\"; there are default, mono, and files with a slash in their name.",
			name);
	if (err)
		return err;
	err = theme_parse(text, slash ? slash + 1 : name, ret, why);
	free(text);
	return err;
}

int themes_load(const char *name, struct theme *ret, char why[200])
{
	int err = load(name, ret, why);
	size_t len = err ? strlen(why) : 0;

	/* The reasons come from readers that end no sentence. */
	if (len && len < 199 && why[len - 1] != '.')
		memcpy(why + len, ".", 2);
	return err;
}

void themes_complain(const struct options *o)
{
	struct theme t;
	char why[200];

	if (themes_load(o->theme ? o->theme : "default", &t, why))
		complain(EXIT_DONE, "%s The built-in look is shown.", why);
}
