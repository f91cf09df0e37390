/* Finding a theme: text is read by the layer that knows files, and understood by the one that knows looks. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/themes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/files.h"
#include "probes/util.h"
#include "tui/options.h"

#ifndef HVSCOPE_DATADIR
#define HVSCOPE_DATADIR "/usr/local/share/hvscope"
#endif

enum { THEME_BYTES = 1 << 16, FOLDERS = 4 };

/* Where themes lie, in the order in which a name is looked for, for free(); NULL: nowhere. */
static char *folder_of(const char *name, int i)
{
	const char *own = getenv("HVSCOPE_DATADIR");

	if (i == 0)
		return own && *own ? xstrdup(own) : NULL;
	if (i == 1)
		return xstrdup(HVSCOPE_DATADIR);
	if (i == 2)
		return files_build_folder();
	/* the default look is built in, whatever lies in the current folder */
	return strcmp(name, "default") == 0 ? NULL : xstrdup(".");
}

static int find(const char *name, char **text, char why[200])
{
	size_t len;
	int err = -ENOENT;

	for (int i = 0; err == -ENOENT && i < FOLDERS; i++) {
		char *folder = folder_of(name, i), *path;

		if (!folder)
			continue;
		path = xasprintf("%s/themes/%s.theme", folder, name);
		err = files_read(path, THEME_BYTES, text, &len, why);
		free(path);
		free(folder);
	}
	return err;
}

static int load(const char *name, struct theme *ret, char why[200])
{
	const char *slash = strrchr(name, '/');
	char *text = NULL, names[100];
	size_t len;
	int err;

	theme_builtin(ret);
	err = slash ? files_read(name, THEME_BYTES, &text, &len, why) : find(name, &text, why);
	if (err == -ENOENT && strcmp(name, "default") == 0)
		return 0; /* it is built in */
	if (err == -ENOENT && !slash)
		snprintf(why, 200, "There is no theme \"%.30s\"; there are %s, and files with a slash in their name.",
			name, themes_names(names, sizeof(names)));
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

static int by_name(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;
	bool dx = strcmp(x, "default") == 0, dy = strcmp(y, "default") == 0;

	return dx != dy ? dy - dx : strcmp(x, y);
}

/* Each name once, for free(). */
static size_t all_names(char ***ret)
{
	char **all = xcalloc(1, sizeof(*all)), why[200];
	size_t n = 1, once = 0;

	all[0] = xstrdup("default");
	for (int i = 0; i < FOLDERS; i++) {
		char **names, *path, *folder = folder_of("", i);
		size_t more;

		if (!folder)
			continue;
		path = xasprintf("%s/themes", folder);
		free(folder);
		if (!files_names(path, ".theme", &names, &more, why)) {
			all = xrealloc(all, n + more, sizeof(*all));
			memcpy(all + n, names, more * sizeof(*all));
			n += more;
			free(names);
		}
		free(path);
	}
	qsort(all, n, sizeof(*all), by_name);
	for (size_t i = 0; i < n; i++) {
		if (once && strcmp(all[once - 1], all[i]) == 0)
			free(all[i]);
		else
			all[once++] = all[i];
	}
	*ret = all;
	return once;
}

size_t themes_list(struct theme_choice **ret)
{
	char **names;
	size_t n = all_names(&names);
	struct theme_choice *list = xcalloc(n, sizeof(*list));

	for (size_t i = 0; i < n; i++) {
		list[i].name = names[i];
		list[i].err = themes_load(names[i], &list[i].theme, list[i].why);
	}
	free(names);
	*ret = list;
	return n;
}

void themes_free(struct theme_choice *list, size_t n)
{
	for (size_t i = 0; list && i < n; i++)
		free(list[i].name);
	free(list);
}

const char *themes_names(char *buf, size_t size)
{
	char **names;
	size_t n = all_names(&names), at = 0;
	bool room = true;

	buf[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(names[i]) + (at ? 2 : 0);

		/* what is left out is told by an ellipsis, for which there must be room */
		if (room && at + len + (i + 1 < n ? 6 : 1) <= size) {
			at += (size_t)snprintf(buf + at, size - at, "%s%s", at ? ", " : "", names[i]);
		} else if (room) {
			room = false;
			snprintf(buf + at, size - at, "%s…", at ? ", " : "");
		}
		free(names[i]);
	}
	free(names);
	for (char *p = buf; *p; p++) /* names of files may hold anything */
		*p = (unsigned char)*p < 0x20 || *p == 0x7f ? '?' : *p;
	return buf;
}

void themes_complain(const struct options *o)
{
	struct theme t;
	char why[200];

	if (themes_load(o->theme ? o->theme : "default", &t, why))
		complain(EXIT_DONE, "%s The built-in look is shown.", why);
}
