/* Tests the shell lines of a change: short enough to read, and sh does by them what the change does. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/arena.h"
#include "probes/files.h"
#include "probes/host/host.h"
#include "probes/shell.h"
#include "probes/util.h"
#include "tests/lib/tree.h"

#define FOLDER "/sys/devices/system/cpu/cpufreq/"

static struct step *policies(struct arena *a, size_t n)
{
	struct step *steps = arena_array(a, n, sizeof(*steps));

	for (size_t i = 0; i < n; i++)
		steps[i] = (struct step){.path = arena_printf(a, FOLDER "policy%zu/scaling_governor", i),
			.now = i % 3 ? "powersave\n" : "ondemand\n",
			.compare = COMPARE_LINE};
	return steps;
}

static void each_value_is_typed_once(void **state)
{
	struct arena *a = arena_new(0);
	struct step *steps = policies(a, 6);

	(void)state;
	assert_string_equal(shell_steps(a, NULL, steps, 6),
		"for p in 0 3; do echo ondemand > " FOLDER "policy$p/scaling_governor; done; "
		"for p in 1 2 4 5; do echo powersave > " FOLDER "policy$p/scaling_governor; done");
	assert_string_equal(shell_steps(a, NULL, steps, 3),
		"echo ondemand > " FOLDER "policy0/scaling_governor; "
		"for p in 1 2; do echo powersave > " FOLDER "policy$p/scaling_governor; done");
	assert_true(strlen(shell_steps(a, NULL, policies(a, 96), 96)) < 600);
	arena_free(a);
}

static void what_has_no_number_or_needs_quotes_is_typed_whole(void **state)
{
	struct arena *a = arena_new(0);
	struct step *steps = policies(a, 3);

	(void)state;
	steps[0].path = "/sys/kernel/mm/ksm/run";
	steps[1].path = "/sys/a $(b)/policy1/scaling_governor";
	steps[1].now = steps[2].now = "a'b";
	assert_string_equal(shell_steps(a, NULL, steps, 3),
		"echo ondemand > /sys/kernel/mm/ksm/run; "
		"printf '%s\\n' 'a'\\''b' > '/sys/a $(b)/policy1/scaling_governor'; "
		"printf '%s\\n' 'a'\\''b' > " FOLDER "policy2/scaling_governor");
	assert_null(shell_steps(a, NULL, steps, 0));
	steps[2].path = "@virt/x/live/vcpu/0";
	assert_null(shell_steps(a, NULL, steps, 3));
	arena_free(a);
}

/* A glob only where it means what is meant: one value, and no other policy that could be there. */
static void all_of_one_value_are_a_glob(void **state)
{
	struct arena *a = arena_new(0);
	char *tree = tree_new();
	struct step *steps = policies(a, 3);
	struct host *h;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		steps[i].now = "powersave\n";
		tree_text(tree, steps[i].path, "performance\n");
	}
	tree_text(tree, "/sys/devices/system/cpu/possible", "0-2\n");
	h = tree_host(tree);
	assert_string_equal(shell_steps(a, h, steps, 3),
		"for p in " FOLDER "policy*; do echo powersave > \"$p/scaling_governor\"; done");
	assert_string_equal(shell_steps(a, h, steps, 2),
		"for p in 0 1; do echo powersave > " FOLDER "policy$p/scaling_governor; done");
	/* as undo has them, the last one first */
	steps[1].path = steps[0].path;
	steps[0].path = FOLDER "policy1/scaling_governor";
	assert_non_null(strstr(shell_steps(a, h, steps, 3), "policy*; do"));
	host_close(h);
	arena_free(a);
	tree_free(tree);
}

/* The same line, aimed at a tree: only the paths differ. */
static void sh_does_it(void **state)
{
	struct arena *a = arena_new(0);
	char *tree = tree_new(), *line, *text, why[200];
	struct step *steps = policies(a, 7);
	size_t len;

	(void)state;
	for (size_t i = 0; i < 7; i++) {
		tree_text(tree, steps[i].path, "performance\n");
		steps[i].path = arena_printf(a, "%s%s", tree, steps[i].path);
	}
	line = xasprintf("%s", shell_steps(a, NULL, steps, 7));
	assert_int_equal(system(line), 0);
	for (size_t i = 0; i < 7; i++) {
		assert_int_equal(files_read(steps[i].path, 100, &text, &len, why), 0);
		assert_string_equal(text, steps[i].now);
		free(text);
	}
	free(line);
	arena_free(a);
	tree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_value_is_typed_once),
		cmocka_unit_test(what_has_no_number_or_needs_quotes_is_typed_whole),
		cmocka_unit_test(all_of_one_value_are_a_glob),
		cmocka_unit_test(sh_does_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
