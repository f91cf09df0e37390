/* Where this program lies: one that runs where it was built finds what lies beside its sources. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes/files.h"
#include "probes/util.h"

/* Cuts the last part off a path; what is cut off, or NULL when there is none. */
static const char *cut(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash)
		return NULL;
	*slash = '\0';
	return slash + 1;
}

char *files_build_folder(void)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	const char *name;

	if (n <= 0)
		return NULL;
	path[n] = '\0';
	if (!cut(path) || !cut(path)) /* the program, and the kind of build */
		return NULL;
	name = cut(path);
	return name && strcmp(name, ".build") == 0 ? xstrdup(path) : NULL;
}
