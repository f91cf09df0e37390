/* Golden texts: kept in files, compared line by line, and written anew when somebody asks for it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/golden.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "probes/util.h"

enum { LINES_MOST = 70 }; /* more than a screen has */

/* "" when there is none. */
static char *read_all(const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	if (!f || getdelim(&text, &size, '\0', f) < 0) {
		free(text);
		text = xstrdup("");
	}
	if (f)
		fclose(f);
	return text;
}

static void write_all(const char *folder, const char *path, const char *text)
{
	FILE *f;

	if (mkdir(folder, 0777) && errno != EEXIST)
		fail_msg("%s: %s", folder, strerror(errno));
	f = fopen(path, "we");
	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

/* Line by line: only what differs, - as it should be, + as it is; of what has moved the first lines say enough. */
static void print_difference(const char *want, const char *got)
{
	int printed = 0;

	for (int row = 1; (*want || *got) && printed < LINES_MOST; row++) {
		size_t nwant = strcspn(want, "\n"), ngot = strcspn(got, "\n");

		if (nwant != ngot || strncmp(want, got, nwant) != 0) {
			print_message("# %3d - %.*s\n#     + %.*s\n", row, (int)nwant, want, (int)ngot, got);
			printed++;
		}
		want += nwant + (want[nwant] != '\0');
		got += ngot + (got[ngot] != '\0');
	}
}

bool golden_same(const char *kind, const char *name, const char *got)
{
	const char *ask = getenv("GOLDEN_UPDATE");
	char *folder = xasprintf("tests/golden/%s", kind), *path = xasprintf("%s/%s", folder, name);
	char *want = read_all(path);
	bool equal = strcmp(want, got) == 0;

	if (!equal && ask && *ask) {
		write_all(folder, path, got);
		equal = true;
	} else if (!equal) {
		print_message("# %s is no longer what it was; GOLDEN_UPDATE=1 blesses what it is now\n", path);
		print_difference(want, got);
	}
	free(want);
	free(path);
	free(folder);
	return equal;
}
