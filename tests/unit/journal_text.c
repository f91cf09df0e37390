/* Tests how the journal is told: as lines, as JSON, and as a shell script that is run. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>

#include "probes/arena.h"
#include "probes/files.h"
#include "probes/json.h"
#include "probes/util.h"
#include "tests/lib/changing.h"
#include "tests/lib/tree.h"

static uint64_t begin(struct changing *t, const struct change *c)
{
	char why[200] = "";
	uint64_t id = 0;

	if (journal_begin(t->j, c, &id, why))
		fail_msg("%s", why);
	return id;
}

static void end(struct changing *t, uint64_t id, enum entry_state state, const struct change *c)
{
	char why[200] = "";

	if (journal_end(t->j, id, state, c, why))
		fail_msg("%s", why);
}

static void it_is_told_in_three_forms(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	struct arena *a = arena_new(0);
	struct entries e;
	struct js *json;
	const char *text;

	c->steps[1].err = c->steps[2].err = -EBUSY;
	end(t, begin(t, c), ENTRY_PARTLY, c);
	e = one_entry(t);
	text = journal_text(a, &e);
	assert_non_null(strstr(text, "Z  partly applied  "));
	assert_non_null(strstr(text, "\n   6 × scaling_governor different values → performance\n"));
	assert_non_null(strstr(text, "\n   policy1, policy2 refused (EBUSY)\n"));
	text = journal_json(a, &e);
	json = js_parse(text, strlen(text), NULL);
	assert_string_equal(js_get_text(json, "schema", a), "hvscope-journal/1");
	assert_int_equal(js_count(js_get(js_at(js_get(json, "entries"), 0), "steps")), POLICIES);
	js_free(json);
	entries_free(&e);
	arena_free(a);
	change_free(c);
}

/* The script is run by sh on files of a private folder, some of which moved on since. */
static void the_script_restores(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	struct arena *a = arena_new(0);
	struct entries e;
	char *line, *script, *text = NULL, why[200];
	size_t len;

	end(t, begin(t, c), ENTRY_APPLIED, c);
	e = one_entry(t);
	/* the same script, aimed at a tree: only the paths differ */
	script = xasprintf("cd '%s' || exit 1\n%s", t->folder, journal_shell(a, &e));
	for (char *p = strstr(script, "restore /sys/"); p; p = strstr(p + 9, "restore /sys/"))
		memmove(p + 8, p + 9, strlen(p + 9) + 1);
	tree_text(t->folder, "script", script);
	for (size_t i = 0; i < POLICIES; i++)
		tree_text(t->folder, policy_path(i), i == 3 ? "userspace\n" : "performance\n");
	line = xasprintf("sh %s/script >/dev/null 2>&1", t->folder);
	assert_int_equal(system(line), 0);
	for (size_t i = 0; i < POLICIES; i++) {
		char *path = xasprintf("%s%s", t->folder, policy_path(i));

		assert_int_equal(files_read(path, 100, &text, &len, why), 0);
		assert_string_equal(text, i == 3 ? "userspace\n" : t->before[i]);
		free(text);
		free(path);
	}
	free(line);
	free(script);
	entries_free(&e);
	arena_free(a);
	change_free(c);
}

static void the_script_quotes(void **state)
{
	struct changing *t = *state;
	struct change *c = changing_filled(t);
	struct arena *a = arena_new(0);
	struct entries e;
	const char *script;

	c->steps[0].was = "a'b; rm -rf $HOME\n";
	c->steps[1].was = "\x1b[2J\n";
	c->steps[2].path = "@virt/x/live/vcpu/0";
	end(t, begin(t, c), ENTRY_APPLIED, c);
	e = one_entry(t);
	script = journal_shell(a, &e);
	assert_non_null(strstr(script, "performance 'a'\\''b; rm -rf $HOME'\n"));
	assert_null(strchr(script, '\x1b'));
	assert_non_null(strstr(script, "# left out, the shell cannot write it: @virt/x/live/vcpu/0\n"));
	entries_free(&e);
	arena_free(a);
	change_free(c);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, changing_setup, changing_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_is_told_in_three_forms),
		TEST(the_script_restores),
		TEST(the_script_quotes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
