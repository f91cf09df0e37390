/* Golden pictures: what a screen looked like when somebody last looked at it and found it right. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/screen.h"

#define FOLDER "tests/golden/screens"

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

static void write_all(const char *path, const char *text)
{
	FILE *f;

	if (mkdir("tests/golden", 0777) && errno != EEXIST)
		fail_msg("tests/golden: %s", strerror(errno));
	if (mkdir(FOLDER, 0777) && errno != EEXIST)
		fail_msg(FOLDER ": %s", strerror(errno));
	f = fopen(path, "we");
	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

/* Line by line: only what differs, - as it should be, + as it is. */
static void print_difference(const char *want, const char *got)
{
	for (int row = 1; *want || *got; row++) {
		size_t nwant = strcspn(want, "\n"), ngot = strcspn(got, "\n");

		if (nwant != ngot || strncmp(want, got, nwant) != 0)
			print_message("# %3d - %.*s\n#     + %.*s\n", row, (int)nwant, want, (int)ngot, got);
		want += nwant + (want[nwant] != '\0');
		got += ngot + (got[ngot] != '\0');
	}
}

static bool same(struct screen *s, const char *name)
{
	const char *ask = getenv("GOLDEN_UPDATE");
	char *path = xasprintf(FOLDER "/%s-%dx%d", name, s->w, s->h), *text = xstrdup(screen_text(s));
	char *got = xasprintf("%s~ roles\n%s", text, screen_roles(s)), *want = read_all(path);
	bool equal = strcmp(want, got) == 0;

	if (!equal && ask && *ask) {
		write_all(path, got);
		equal = true;
	} else if (!equal) {
		print_message("# %s is no longer what it was; GOLDEN_UPDATE=1 blesses what it is now\n", path);
		print_difference(want, got);
	}
	free(want);
	free(got);
	free(text);
	free(path);
	return equal;
}

void screen_golden(struct screen *s, const char *name, bool few)
{
	static const int sizes[][2] = {{40, 12}, {80, 24}, {120, 40}, {220, 60}};
	int w = s->w, h = s->h;
	bool all = true;

	for (size_t i = 0; i < (few ? 2 : COUNT(sizes)); i++) {
		s->w = sizes[i][0];
		s->h = sizes[i][1];
		all = same(s, name) && all;
	}
	s->w = w;
	s->h = h;
	assert_true(all);
}
