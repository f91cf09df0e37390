/* Tests undo on a tree of files: every byte is as before. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/lib/changing.h"
#include "tests/lib/tree.h"

/* The real directory host, and its files as the kernel's would be: byte for byte as before. */
static void undo_on_a_tree_of_files(void **state)
{
	struct changing *t = *state;
	char *tree = tree_new(), why[200];
	struct change *c = changing_plan();
	struct journal *j;
	struct entries e;
	struct result r;
	struct host *h;

	tree_text(tree, "/proc/sys/kernel/random/boot_id", "1-2-3\n");
	for (size_t i = 0; i < POLICIES; i++)
		tree_text(tree, policy_path(i), t->before[i]);
	h = tree_writable_host(tree);
	assert_int_equal(journal_open(h, &j, why), 0);
	assert_int_equal(change_fill(h, c), 0);
	r = change_apply(h, j, c, NULL, NULL);
	if (r.outcome != OUTCOME_APPLIED)
		fail_msg("%s", r.why);
	assert_int_equal(journal_read(j, &e, why), 0);
	assert_string_equal(e.entry[0].kind, "directory");
	r = journal_undo(h, j, e.entry, NULL, NULL);
	if (r.outcome != OUTCOME_APPLIED)
		fail_msg("%s", r.why);
	assert_int_equal(change_fill(h, c), 0);
	for (size_t i = 0; i < POLICIES; i++)
		assert_string_equal(c->steps[i].was, t->before[i]);
	entries_free(&e);
	journal_close(j);
	host_close(h);
	change_free(c);
	tree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(undo_on_a_tree_of_files, changing_setup, changing_teardown)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
