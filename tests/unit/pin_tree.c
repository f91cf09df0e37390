/* Tests pins on a tree that has libvirt's answers as files: planned, applied, read back, undone, and every byte as
 * before. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/journal.h"
#include "probes/pin_ask.h"
#include "tests/lib/pinning.h"
#include "tests/lib/tree.h"

struct world {
	struct pinning *p;
	char *tree, *state;
	struct host *h;
	struct journal *j;
};

static const char *const threads[] = {"vcpu/0", "vcpu/1", "vcpu/2", "vcpu/3", "emulator", "iothread/1"};
static const char *const before[] = {"-\n", "-\n", "4-5\n", "-\n", "0-1\n", "-\n"};

static const char *path(struct world *w, const char *scope, size_t i)
{
	return arena_printf(w->p->a, "/@virt/" WEB3 "/%s/%s", scope, threads[i]);
}

static int setup(void **state)
{
	struct world *w = xcalloc(1, sizeof(*w));
	char why[200];

	pinning_setup((void **)&w->p);
	w->tree = tree_new();
	w->state = tree_new();
	setenv("HVSCOPE_STATE", w->state, 1);
	tree_text(w->tree, "/proc/sys/kernel/random/boot_id", "1-2-3\n");
	tree_text(w->tree, "/@virt/guests", WEB3 " 3 running 1 persistent web3\n");
	for (size_t i = 0; i < COUNT(threads); i++) {
		tree_text(w->tree, path(w, "live", i), before[i]);
		tree_text(w->tree, path(w, "config", i), before[i]);
	}
	w->h = tree_writable_host(w->tree);
	*state = w;
	return journal_open(w->h, &w->j, why);
}

static int teardown(void **state)
{
	struct world *w = *state;

	journal_close(w->j);
	host_close(w->h);
	tree_free(w->tree);
	tree_free(w->state);
	pinning_teardown((void **)&w->p);
	free(w);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static void holds(struct world *w, const char *scope, size_t i, const char *text)
{
	struct answer answer;

	assert_int_equal(host_read(w->h, path(w, scope, i), &answer), 0);
	if (strcmp(answer.text, text))
		fail_msg("%s is %s, not %s", path(w, scope, i), answer.text, text);
}

static void pin(struct world *w, const char *line)
{
	struct change *c = change_new();
	struct pin_ask ask;
	struct result r;
	const char *why;

	assert_int_equal(pin_ask_line(w->p->a, line, &ask, &why), 0);
	if (pin_ask_plan(w->p->s, &ask, c))
		fail_msg("%s", c->title);
	assert_int_equal(change_fill(w->h, c), 0);
	r = change_apply(w->h, w->j, c, NULL, NULL);
	if (r.outcome != OUTCOME_APPLIED)
		fail_msg("%s", r.why);
	change_free(c);
}

/* All changes, the newest first. */
static void undo_all(struct world *w)
{
	struct entries e;
	char why[200];

	assert_int_equal(journal_read(w->j, &e, why), 0);
	for (size_t i = e.n; i-- > 0;) {
		struct result r = journal_undo(w->h, w->j, &e.entry[i], NULL, NULL);

		if (r.outcome != OUTCOME_APPLIED)
			fail_msg("%s", r.why);
	}
	entries_free(&e);
}

static void the_whole_guest_and_back(void **state)
{
	struct world *w = *state;

	pin(w, "web3 emulator 7");
	pin(w, "web3 iothread 1 7 --config");
	pin(w, "web3 all 1:1 3,0-2");
	holds(w, "live", 0, "3\n");
	holds(w, "config", 3, "2\n");
	holds(w, "live", 4, "7\n");
	holds(w, "config", 5, "7\n");
	holds(w, "live", 5, "-\n");
	undo_all(w);
	for (size_t i = 0; i < COUNT(threads); i++) {
		bool freed = i != 5 && !strcmp(before[i], "-\n"); /* what libvirt cannot take away */

		holds(w, "config", i, before[i]);
		holds(w, "live", i, freed ? "0-15\n" : before[i]);
	}
}

static void a_pin_is_removed_and_comes_back(void **state)
{
	struct world *w = *state;

	w->p->pin[0][2].config_cpus = pinning_set(w->p, "4-5");
	pin(w, "web3 vcpu 2 -");
	holds(w, "config", 2, "-\n");
	holds(w, "live", 2, "4-5\n");
	undo_all(w);
	holds(w, "config", 2, "4-5\n");
}

static void what_is_there_already_is_not_written(void **state)
{
	struct world *w = *state;
	struct entries e;
	char why[200];

	pin(w, "web3 vcpu 2 5,4");
	assert_int_equal(journal_read(w->j, &e, why), 0);
	assert_int_equal(e.n, 0);
	entries_free(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_whole_guest_and_back),
		TEST(a_pin_is_removed_and_comes_back),
		TEST(what_is_there_already_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
