/* Panels on real machines at seven sizes, and at every size on a small, a large and a CPU-less one. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/screen.h"
#include "tests/lib/simulated.h"
#include "tests/lib/tree.h"

static const int sizes[][2] = {{0, 0}, {1, 1}, {39, 11}, {40, 12}, {80, 24}, {120, 40}, {220, 60}};

/* What an operator sees of a machine: a label, an answer, and the way out, on lines that fit. */
static void look_at(const char *folder, const char *name)
{
	struct screen *s = screen_over(folder);

	screen_tick(s);
	for (size_t view = 0; view < screen_views(); view++) {
		screen_view(s, view);
		for (size_t i = 0; i < COUNT(sizes); i++)
			screen_sane(s, sizes[i][0], sizes[i][1]);
		for (size_t i = 3; view < screen_panels() && i < COUNT(sizes); i++) {
			s->w = sizes[i][0];
			s->h = sizes[i][1];
			if (!strstr(screen_row(s, 0), "DIRECTORY") || !strstr(screen_bottom(s), "q quit"))
				fail_msg("%s: no label or no way out at %dx%d", name, s->w, s->h);
		}
		s->w = 80;
		s->h = 24;
	}
	screen_close(s);
}

static void every_real_tree(void **state)
{
	const char *trees = getenv("HVSCOPE_TREES");
	char *path, name[300];
	size_t n = 0;
	FILE *list;

	(void)state;
	if (!trees || !*trees)
		skip();
	path = xasprintf("%s/LIST", trees);
	list = fopen(path, "re");
	free(path);
	assert_non_null(list);
	while (fgets(name, sizeof(name), list)) {
		name[strcspn(name, "\n")] = '\0';
		path = xasprintf("%s/%s", trees, name);
		look_at(path, name);
		free(path);
		n++;
	}
	fclose(list);
	print_message("# %zu trees, %zu sizes, %zu views\n", n, COUNT(sizes), screen_views());
	assert_true(n > 0);
}

static void every_size_of_a_small_host(void **state)
{
	struct screen *s = screen_open("founding", false);

	(void)state;
	screen_every_size(s, 1, 1);
	screen_close(s);
}

static void every_size_without_cpus(void **state)
{
	struct screen *s = screen_open("empty", false);

	(void)state;
	screen_every_size(s, 1, 1);
	screen_close(s);
}

static void every_size_of_512_cpus(void **state)
{
	struct simulate_options o;
	char *tree = tree_new(), why[200];
	struct screen *s;

	(void)state;
	simulate_defaults(&o);
	o.states = 0;
	o.busy_percent = 30;
	if (simulate_write(&o, tree, why))
		fail_msg("%s", why);
	s = screen_over(tree);
	screen_every_size(s, 1, 2);
	screen_close(s);
	tree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_real_tree),
		cmocka_unit_test(every_size_of_a_small_host),
		cmocka_unit_test(every_size_without_cpus),
		cmocka_unit_test(every_size_of_512_cpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
